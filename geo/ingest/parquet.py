"""Parquet and GeoParquet: rows as text, some thousands at a time; geometries as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.ingest.batch import Batch, Source
from geo.ingest.buffered import sha256
from geo.ingest.documents import SYSTEMS
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.report import Finding, of_rows
from geo.model import LimitError, ReadError

ROWS = 16_384
PLAIN = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_integer,
    pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_temporal,
    pa.types.is_null,
)  # fmt: skip
"""Whether a column is of a type that can be written as text."""


class Columnar(Source):
    """A Parquet file that was looked at; see `geo.ingest.batch.Source`."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self._path, self._name, self._limits = path, name, limits
        self.container = "parquet"
        with self._open() as file:
            metadata, schema = file.metadata, file.schema_arrow
        limits.check_columns(metadata.num_columns, name)
        if metadata.num_rows > limits.rows:
            raise LimitError(
                f"“{name}” has {metadata.num_rows:,} rows, and {limits.rows:,} are allowed. Split "
                "it, or raise MARZ_LIMIT_ROWS."
            )
        self._check(metadata)
        self._geometry, self._points = self._geo(schema)
        self.has_geometry = bool(self._geometry)
        kept = [f for f in schema if f.name != self._geometry and _is_plain(f.type)]
        left = [f.name for f in schema if f.name != self._geometry and not _is_plain(f.type)]
        if left:
            shown = ", ".join(left[:20]) + (" …" if len(left) > 20 else "")
            self.notes += (f"Columns that hold lists or structures are left out: {shown}.",)
        self.columns = tuple(dict.fromkeys(field.name for field in kept))
        self.total = metadata.num_rows

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read rows; see `geo.ingest.batch.Source`."""
        self.sha256 = self.sha256 or sha256(self._path)
        names = [*wanted, self._geometry] if self._geometry else list(wanted)
        done = 0
        with self._open() as file:
            try:
                for part in file.iter_batches(ROWS, columns=names, use_threads=False):
                    start, done = done, done + part.num_rows
                    yield self._batch(part, wanted, start)
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                raise self._damaged(error) from None

    def _batch(self, part: pa.RecordBatch, wanted: Sequence[str], start: int) -> Batch:
        cells = {name: _as_text(part.column(name), self._limits) for name in wanted}
        table = pa.table(cells or {"": pa.nulls(part.num_rows, pa.string())})
        numbers = np.arange(start + 1, start + 1 + part.num_rows, dtype=np.int64)
        geometry = self._shapes(part.column(self._geometry)) if self._geometry else None
        wrong = _no_text(table)
        refused: list[Finding] = []
        if wrong.any():
            good = pa.array(~wrong)
            refused = of_rows({"bytes": [(int(number), "") for number in numbers[wrong]]})
            table, numbers = table.filter(good), numbers[~wrong]
            geometry = geometry.filter(good) if geometry is not None else None
        return Batch(
            table=table,
            numbers=numbers,
            read=part.num_rows,
            refused=refused,
            done=start + part.num_rows,
            geometry=geometry,
        )

    def _shapes(self, column: pa.Array) -> pa.Array:
        if not self._points:
            return column.cast(pa.binary())
        import shapely

        x, y = (np.asarray(pc.fill_null(c, np.nan)) for c in column.flatten()[:2])
        shapes = shapely.to_wkb(shapely.points(x, y))
        return pa.array(shapes, pa.binary(), mask=np.asarray(pc.is_null(column)))

    def _open(self) -> pq.ParquetFile:
        try:
            # A file object, so that no text of ours is taken for an address.
            source = pa.OSFile(str(self._path))
            texts = [f.name for f in pq.read_schema(source) if pa.types.is_string(f.type)]
            source.seek(0)
            return pq.ParquetFile(
                source,
                read_dictionary=texts,
                memory_map=False,
                thrift_string_size_limit=64 * MEBIBYTE,
                thrift_container_size_limit=4_000_000,
            )
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> ReadError:
        return ReadError(
            f"“{self._name}” cannot be read as Parquet ({str(error)[:200]}). Write it again."
        )

    def _check(self, metadata: pq.FileMetaData) -> None:
        """Refuse what says itself that it unpacks like a bomb."""
        unpacked = sum(
            metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups)
        )
        if unpacked > self._limits.size or unpacked > max(
            self._limits.ratio * self._path.stat().st_size, 256 * MEBIBYTE
        ):
            raise LimitError(
                f"“{self._name}” unpacks to {unpacked // MEBIBYTE:,} MiB, more than is allowed of "
                "a file of its size. Split it, or write it as CSV."
            )

    def _geo(self, schema: pa.Schema) -> tuple[str, bool]:
        """Name of the column of geometries ("" without), and whether it holds bare points."""
        text = (schema.metadata or {}).get(b"geo")
        if text is None:
            return "", False
        try:
            if len(text) > MEBIBYTE:
                raise ValueError("its metadata are too long")
            about = json.loads(text)
            primary = about["primary_column"]
            column = about["columns"][primary]
            encoding = column["encoding"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ReadError(f"“{self._name}” has damaged geo metadata ({error}).") from None
        crs = column.get("crs", "OGC:CRS84")
        if crs is not None and not json.dumps(_name_of(crs)).lower().strip('"').endswith(SYSTEMS):
            raise ReadError(
                f"“{self._name}” is in another system of coordinates than WGS 84. Write it anew in "
                "EPSG:4326."
            )
        field = schema.field(primary) if primary in schema.names else None
        if field is None or encoding not in ("WKB", "point"):
            raise ReadError(
                f"“{self._name}” encodes geometries as {encoding!r}, which Marz does not read. "
                "Write it anew with WKB."
            )
        return primary, encoding == "point"


def _name_of(crs: Any) -> Any:
    """Authority and code of a system given as PROJJSON, or the text itself."""
    if isinstance(crs, dict) and isinstance(crs.get("id"), dict):
        return f"{crs['id'].get('authority')}:{crs['id'].get('code')}"
    return crs


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a column can be written as text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(is_one(kind) for is_one in PLAIN) and not pa.types.is_duration(kind)


def _as_text(column: pa.Array, limits: Limits) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        # Looked at before it is spread out: a short list of long texts can fill the memory.
        lengths = pc.binary_length(column.dictionary.cast(pa.string())).cast(pa.int64())
        spread = pc.sum(lengths.take(column.indices)).as_py() or 0
        if spread > limits.record * 16:
            raise LimitError(
                f"{len(column):,} rows hold {spread // MEBIBYTE:,} MiB in one column, more than is "
                "allowed at a time. Shorten its texts."
            )
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, format="%Y-%m-%d %H:%M:%S")
        column = pc.replace_substring_regex(column, r" 00:00:00(\.0+)?$", "")
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    return column.cast(pa.string())


def _no_text(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Rows with bytes that are no UTF-8: Parquet does not look at what it calls text."""
    wrong = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            for row, value in enumerate(column.cast(pa.binary()).to_pylist()):
                try:
                    (value or b"").decode("utf-8")
                except UnicodeDecodeError:
                    wrong[row] = True
    return wrong
