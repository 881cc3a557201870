"""Takes a file in: opens it by what it is, asks what must be asked, converts, sorts, reports."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from geo import files
from geo.ingest import decoded, inspection, sorting, store
from geo.ingest.batch import Batch, Source
from geo.ingest.convert import Converter
from geo.ingest.country_check import Ground
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import Collector, Report
from geo.model import GeoError, LimitError, ReadError

READING, SORTING = "reading", "sorting"
Progress = Callable[[str, int, int | None], bool]
"""Called with the step, with what is done of it and what there is (bytes of the file, or rows; None
where it is not known); whether to go on."""


class Cancelled(GeoError):
    """Whoever asked for it has given up; what was done is kept and can be gone on with."""


def problems_beside(out: Path) -> Path:
    """Where the full list of problems of a data set stands."""
    return out.with_name(f"{out.stem}.problems.csv")


def working_folder(out: Path) -> Path:
    """Where the parts of a data set stand until it is whole."""
    return out.with_name(f".{out.name}.parts")


def take_in(
    path: Path,
    name: str,
    out: Path,
    *,
    mapping: Mapping | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    problems: Path | None = None,
    share: bool = False,
    today: date | None = None,
) -> Report:
    """Read a file of any form into a data set.

    Rows stream through: memory does not grow with the file. After a kill the same call goes on
    where it was.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What it is called in messages and in the data set.
    out : Path
        Parquet file of `geo.collection.schema.SCHEMA` to write, sorted by its first possible day;
        what
        stood there stays whole until the new one is.
    mapping : Mapping, optional
        Which column means what; guessed without, or where it names no column.
    limits : Limits, optional
        Bounds; the usual ones without.
    progress : callable, optional
        See `Progress`.
    problems : Path, optional
        CSV file for every problem; `problems_beside` `out` without.
    share : bool
        Whether the reader lets the data be passed on; written into the data set.
    today : datetime.date, optional
        Later dates are flagged; the present day without.

    Returns
    -------
    Report
        What was read, taken and refused, and why.

    Raises
    ------
    QuestionError
        If dates can be read in two ways and the mapping does not say which.
    LimitError
        If the file is larger than `limits` allow.
    ReadError
        If it cannot be read at all, or the mapping does not fit it.
    WriteError
        If `out` cannot be written.
    Cancelled
        If `progress` said so.
    """
    limits = limits or Limits()
    source = decoded.open_source(path, name, limits, mapping)
    decided, notes = inspection.decide(source, inspection.filled(source, mapping))
    problems = problems or problems_beside(out)
    stamp = path.stat()
    begun = {
        "name": name,
        "size": stamp.st_size,
        "changed": stamp.st_mtime_ns,
        "mapping": asdict(decided)
        | {k: list(v) for k, v in asdict(decided).items() if isinstance(v, tuple)},
        "limits": asdict(limits),
        "problems": str(problems),
    }
    kept = store.Store(working_folder(out), begun)
    work = _Taking(source, decided, limits, kept, problems, progress, today or date.today())
    try:
        work.read()
        return work.finish(out, name, [*source.notes, *notes], share=share)
    except ReadError:
        # It would be refused again: nothing to go on with.
        kept.remove()
        raise
    finally:
        work.close()


class _Taking:
    """One file on its way: what was counted so far."""

    def __init__(
        self,
        source: Source,
        mapping: Mapping,
        limits: Limits,
        kept: store.Store,
        problems: Path,
        progress: Progress | None,
        today: date,
    ) -> None:
        self.source, self.mapping, self.limits, self.kept = source, mapping, limits, kept
        self.progress, self.problems = progress, problems
        self.converter = Converter(mapping, Ground.load(), limits, today)
        last: dict[str, Any] = kept.lines[-1] if kept.lines else {}
        self.rows: int = last.get("read", 0)
        self.written: int = last.get("written", 0)
        self.token: dict[str, Any] | None = last.get("token")
        self.collector = Collector(
            kept.folder / "problems.csv",
            offset=last.get("problems", 0),
            largest=limits.output // 8,
        )
        if last:
            self.collector.restore(last["found"])

    def read(self) -> None:
        """Read the rest of the file into parts."""
        batches = self.source.batches(self.mapping.used(), self.token)
        # The next rows are read while these are converted; both are mostly Arrow's work.
        with ThreadPoolExecutor(1) as ahead:
            following = ahead.submit(next, batches, None)
            while (batch := following.result()) is not None:
                following = ahead.submit(next, batches, None)
                self._add(batch)

    def _add(self, batch: Batch) -> None:
        converted = self.converter.convert(batch)
        self.collector.add(converted.findings)
        self.rows += batch.read
        self.written += converted.table.num_rows
        if self.rows > self.limits.rows:
            raise LimitError(
                f"The file has more than {self.limits.rows:,} rows. Split it, or raise "
                "MARZ_LIMIT_ROWS."
            )
        state = {
            "token": batch.token,
            "read": self.rows,
            "written": self.written,
            "problems": self.collector.offset(),
            "found": self.collector.state(),
        }
        self.kept.add(converted.table, state)
        self._tell(READING, batch.done, self.source.total)

    def _tell(self, step: str, done: int, total: int | None) -> None:
        if self.progress is not None and not self.progress(step, done, total):
            raise Cancelled("Stopped. The same command goes on where it was.")

    def close(self) -> None:
        """Close the list of problems."""
        self.collector.close()

    def finish(self, out: Path, name: str, notes: list[str], *, share: bool) -> Report:
        """Sort the parts into the data set and tell."""
        if not self.rows:
            raise ReadError(f"“{name}” has no rows below its names.")
        self._tell(SORTING, 0, self.written)
        ordered = sorting.ordered(
            self.kept, has_ids=bool(self.mapping.id), joins=self.mapping.form == "acled"
        )
        taken = flagged = 0

        def counted() -> Any:
            nonlocal taken, flagged
            for batch in ordered.batches():
                taken += batch.num_rows
                flagged += pc.sum(pc.is_valid(batch.column("flags"))).as_py() or 0
                self._tell(SORTING, taken, self.written)
                yield batch

        def about() -> dict[str, Any]:
            return {
                "name": name,
                "form": self.mapping.form,
                "rows": taken,
                "refused": self.rows - self.written,
                "share": share,
                "sha256": self.source.sha256,
                "version": self.source.sha256[:12],
                "mapping": asdict(self.mapping),
            }

        try:
            store.write(out, counted(), about, self.limits.output)
            self.collector.add(ordered.findings())
        finally:
            ordered.close()
        self.collector.close()
        with files.whole(self.problems) as temporary:
            shutil.copyfile(self.kept.folder / "problems.csv", temporary)
        self.kept.remove()
        return Report(
            name=name,
            form=self.mapping.form,
            encoding=self.source.encoding,
            sha256=self.source.sha256,
            read=self.rows,
            taken=taken,
            refused=self.rows - self.written,
            joined=self.written - taken,
            flagged=flagged,
            groups=self.collector.ordered(),
            notes=tuple(notes),
            mapping=replace(self.mapping),
            problems=str(self.problems),
            omitted=self.collector.omitted,
        )
