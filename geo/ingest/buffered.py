"""Files whose records are buffered whole: features of KML, GPX, GIS and statistics files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geo.ingest.batch import Batch, Source
from geo.ingest.limits import MEBIBYTE, Limits
from geo.model import ReadError

ROWS = 20_000
LARGEST = 512 * MEBIBYTE
"""Bytes of a file, unpacked, that is buffered whole."""


class Buffered(Source):
    """Records of a file that is a `container`, such as ``kml``; see `geo.ingest.batch.Source`."""

    def __init__(self, container: str, name: str, limits: Limits, *, has_geometry: bool) -> None:
        self.container, self.has_geometry = container, has_geometry
        self._name, self._limits = name, limits
        self._cells: dict[str, list[str | None]] = {}
        self._shapes: list[bytes | None] = []

    def add(self, record: Mapping[str, str | None], shape: bytes | None = None) -> None:
        """Add a record; its shape is well-known binary, b"" for one that is wrong."""
        count = len(self._shapes)
        self._limits.check_rows(count + 1, f"“{self._name}”")
        for key, value in record.items():
            if key not in self._cells:
                self._limits.check_columns(len(self._cells) + 1, self._name, "fields")
                self._cells[key] = [None] * count
            self._cells[key].append(value)
        self._shapes.append(shape)
        for cells in self._cells.values():
            if len(cells) == count:
                cells.append(None)

    def close(self, sha256: str) -> None:
        """Say that all records are there."""
        if not self._shapes:
            raise ReadError(f"“{self._name}” holds no features or records.")
        self.columns = tuple(self._cells)
        self.total, self.sha256 = len(self._shapes), sha256

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read rows; see `geo.ingest.batch.Source`."""
        for start in range(0, len(self._shapes), ROWS):
            stop = min(start + ROWS, len(self._shapes))
            cells = {n: pa.array(self._cells[n][start:stop], pa.string()) for n in wanted}
            shapes = pa.array(self._shapes[start:stop], pa.binary())
            yield Batch(
                table=pa.table(cells or {"": pa.nulls(stop - start, pa.string())}),
                numbers=np.arange(start + 1, stop + 1, dtype=np.int64),
                read=stop - start,
                refused=[],
                done=stop,
                geometry=shapes if self.has_geometry else None,
            )


def sound(text: Any) -> str | None:
    """A value as text that can be written: without lone surrogates; None where blank."""
    if text is None:
        return None
    return str(text).encode("utf-8", "replace").decode() or None


def sha256(path: Path) -> str:
    """Fingerprint of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
