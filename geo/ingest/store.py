"""Parts of a data set on disk, a journal to go on by, and the file that they become.

A part is written, then the journal's line about it; what a kill leaves half done has no line and is
written anew.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo import files
from geo.collection.schema import METADATA, SCHEMA
from geo.ingest.limits import MEBIBYTE
from geo.model import LimitError, WriteError

JOURNAL = "journal.jsonl"
ROW_GROUP = 65_536


class Store:
    """The working folder of one file that is being taken in.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    begun : dict
        What the file and its mapping are; another than the journal's begins anew.
    """

    def __init__(self, folder: Path, begun: dict[str, Any]) -> None:
        self.folder = folder
        self.lines: list[dict[str, Any]] = []
        self._first: pa.Table | None = None
        try:
            folder.mkdir(exist_ok=True)
            self.lines = list(_journal(folder, begun))
            if not self.lines:
                shutil.rmtree(folder)
                folder.mkdir()
                self._append({"begun": begun})
        except OSError as error:
            raise WriteError(
                f"“{folder}” could not be made ({error.strerror}). Write to a folder that exists "
                "and that you may write to."
            ) from error

    def add(self, table: pa.Table, state: dict[str, Any]) -> None:
        """Write a part and its line in the journal."""
        number = len(self.lines) + 1
        path = self.folder / f"part-{number:06d}.parquet"
        try:
            if table.num_rows:
                pq.write_table(table, path, compression="lz4", use_dictionary=False,
                               write_statistics=False)  # fmt: skip
            line = {**state, "part": path.name if table.num_rows else ""}
            self._append(line)
        except OSError as error:
            raise WriteError(f"A part could not be written ({error.strerror}).") from error
        if table.num_rows:
            self._first = None if self.parts() else table
        self.lines.append(line)

    def parts(self) -> list[Path]:
        """Parts in their order."""
        return [self.folder / line["part"] for line in self.lines if line["part"]]

    def alone(self) -> pa.Table | None:
        """The rows of a store of one part, or of none; None of one of several."""
        parts = self.parts()
        if len(parts) > 1:
            return None
        if not parts:
            return SCHEMA.empty_table()
        if self._first is None:
            with pq.ParquetFile(parts[0]) as file:
                self._first = file.read(use_threads=False)
        return self._first

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        discard(self.folder)

    def _append(self, line: dict[str, Any]) -> None:
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def discard(folder: Path) -> None:
    """Remove a working folder, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _journal(folder: Path, begun: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines whose parts are there, up to the first that is torn."""
    path = folder / JOURNAL
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            try:
                entry = json.loads(line)
            except ValueError:
                return
            if number == 0:
                if entry != {"begun": begun}:
                    return
                continue
            if entry["part"] and not (folder / entry["part"]).is_file():
                return
            yield entry


def write(
    path: Path, batches: Iterator[pa.RecordBatch], about: Callable[[], dict[str, Any]], largest: int
) -> None:
    """Write a data set whole or not at all.

    Parameters
    ----------
    path : Path
        What stands there is replaced when all is written.
    batches : iterator of pyarrow.RecordBatch
        Rows in their order.
    about : callable
        Asked at the end for what `geo.collection.schema.METADATA` holds.
    largest : int
        Bytes that the file may have.

    Raises
    ------
    LimitError, WriteError
        What stood there before is untouched.
    """
    options = {"compression": "zstd", "compression_level": 1}
    with files.whole(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, **options) as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(SCHEMA), ROW_GROUP)
            if temporary.stat().st_size > largest:
                raise LimitError(
                    f"The data set is larger than {largest // MEBIBYTE:,} MiB. Split the file, or "
                    "raise MARZ_LIMIT_OUTPUT."
                )
        writer.add_key_value_metadata({METADATA: json.dumps(about(), ensure_ascii=False)})
