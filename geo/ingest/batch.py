"""What every reader of a file hands on: rows as text, some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.ingest.report import Finding


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file.

    Attributes
    ----------
    table : pyarrow.Table
        Text columns; blank is "" or null.
    numbers : numpy.ndarray of int64
        Row number in the file of each row.
    read : int
        Rows read, those that are refused already included; blank ones are not.
    refused : sequence of Finding
        Rows that did not even become cells.
    done : int
        Bytes of the file, or rows, that are behind; see `Source.total`.
    geometry : pyarrow.Array or None
        WKB of each row where the file has geometries of its own.
    flagged : dict of str to numpy.ndarray of bool
        Kind of problem -> the rows that became cells with it.
    """

    table: pa.Table
    numbers: npt.NDArray[np.int64]
    read: int
    refused: Sequence[Finding]
    done: int
    geometry: pa.Array | None = None
    flagged: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


class Source:
    """A file that was opened: its columns are known, its rows come in batches.

    Attributes
    ----------
    container : str
        ``text``, ``json``, ``xlsx``, ``parquet``, ``kml`` and so on.
    columns, tags : tuple of str
        Names, each once, and their HXL tags, if the file has them.
    encoding, delimiter : str
        Of its text, "" for none.
    sheets, sheet : tuple of str, str
        Of a workbook, or layers of a GeoPackage, and the one that is read.
    total : int or None
        What `Batch.done` runs up to.
    notes : tuple of str
        What was found out for the whole file so far.
    has_geometry : bool
        Whether batches have `Batch.geometry`.
    sha256 : str
        Of the file; known once all batches were read.
    """

    container = encoding = delimiter = sheet = sha256 = ""
    columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    total: int | None = None
    has_geometry = False

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read rows.

        Parameters
        ----------
        wanted : sequence of str
            Columns to read.
        """
        raise NotImplementedError

    def first(self, wanted: Sequence[str], rows: int) -> dict[str, list[str | None]]:
        """Read the cells of the first rows, a list a column."""
        batch = next(iter(self.batches(wanted)), None)
        if batch is None:
            return {name: [] for name in wanted}
        return {name: batch.table.column(name).slice(0, rows).to_pylist() for name in wanted}


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, each once and none blank, in their order."""
    seen: set[str] = set()
    found = []
    for number, name in enumerate(names, start=1):
        plain = " ".join(name.replace("\ufeff", "").split()) or f"column {number}"
        chosen, copy = plain, 2
        while chosen in seen:
            chosen, copy = f"{plain} ({copy})", copy + 1
        seen.add(chosen)
        found.append(chosen)
    return tuple(found)
