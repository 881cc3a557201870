"""Imports a file: opens it by what it is, asks what must be asked, converts, sorts, reports."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from geo import days, files
from geo.ingest import inspection, parts
from geo.ingest.batch import Batch, Source
from geo.ingest.convert import Converter
from geo.ingest.country_check import CountryAreas
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import Collector, Report
from geo.model import Cancelled, ReadError

READING, SORTING = "reading", "sorting"
StepProgress = Callable[[str, int, int | None], bool]
"""Called with the step, with what is done of it and what there is (bytes of the file, or rows; None
where it is not known); whether to go on."""


def tell(progress: StepProgress | None, step: str, done: int, total: int | None) -> None:
    """Tell how far an import is; `Cancelled` if the answer is to stop."""
    if progress is not None and not progress(step, done, total):
        raise Cancelled("Stopped; nothing was imported.")


def problems_beside(out: Path) -> Path:
    """Where the full list of problems of a data set stands."""
    return out.with_name(f"{out.stem}.problems.csv")


def import_file(
    path: Path,
    name: str,
    out: Path,
    *,
    mapping: Mapping | None = None,
    limits: Limits | None = None,
    progress: StepProgress | None = None,
    problems: Path | None = None,
    share: bool = False,
    licence: str = "",
    today: date | None = None,
) -> Report:
    """Read a file of any form into a data set.

    Rows stream through: memory does not grow with the file. Whatever ends it before it is done
    leaves the old data set whole; only a kill leaves a folder of parts behind, which the next
    import to the same place removes.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What it is called in messages and in the data set.
    out : Path
        Parquet file of `geo.collection.schema.SCHEMA` to write, sorted by its first possible day;
        what stood there stays whole until the new one is.
    mapping : Mapping, optional
        Which column means what; guessed without, or where it names no column.
    limits : Limits, optional
        Bounds; the usual ones without.
    progress : callable, optional
        See `StepProgress`.
    problems : Path, optional
        CSV file for every problem; `problems_beside` `out` without.
    share : bool
        Whether the reader lets the data be passed on; written into the data set.
    licence : str
        Under what terms, in the words of whoever lets it be; written too.
    today : datetime.date, optional
        Later dates are flagged; the present day without.

    Returns
    -------
    Report
        What was read, imported and refused, and why.

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
    source = inspection.open_source(path, name, limits, mapping)
    decided, notes = inspection.decide(source, inspection.filled(source, mapping))
    store = parts.Parts(parts.folder_beside(out))
    try:
        listed = store.folder / "problems.csv"
        with closing(Collector(listed, largest=limits.output // 8)) as collector:
            converter = Converter(decided, CountryAreas.load(), limits, today or days.today())
            work = _Import(source, decided, limits, store, collector, progress, converter)
            work.read()
            report = work.finish(out, name, [*source.notes, *notes], share, licence)
        problems = problems or problems_beside(out)
        with files.whole(problems) as temporary:
            shutil.copyfile(listed, temporary)
        return replace(report, problems=str(problems))
    finally:
        parts.discard(store.folder)


@dataclass
class _Import:
    """One file on its way: what was counted so far."""

    source: Source
    mapping: Mapping
    limits: Limits
    store: parts.Parts
    collector: Collector
    progress: StepProgress | None
    converter: Converter
    rows: int = 0
    written: int = 0

    def read(self) -> None:
        """Read the file into parts."""
        batches = self.source.batches(self.mapping.used())
        # The next rows are read while these are converted; both are mostly Arrow's work.
        with ThreadPoolExecutor(1) as ahead:
            following = ahead.submit(next, batches, None)
            while (batch := following.result()) is not None:
                following = ahead.submit(next, batches, None)
                self._add(batch)

    def _add(self, batch: Batch) -> None:
        table, findings = self.converter.convert(batch)
        self.collector.add(findings)
        self.rows += batch.read
        self.written += table.num_rows
        self.limits.check_rows(self.rows)
        self.store.add(table)
        tell(self.progress, READING, batch.done, self.source.total)

    def finish(self, out: Path, name: str, notes: list[str], share: bool, licence: str) -> Report:
        """Sort the parts into the data set and tell."""
        if not self.rows:
            raise ReadError(f"“{name}” has no rows below its names.")
        tell(self.progress, SORTING, 0, self.written)
        pa.default_memory_pool().release_unused()  # what reading took; the sort needs its own
        ordered = parts.ordered(
            self.store, has_ids=bool(self.mapping.id), joins=self.mapping.form == "acled"
        )
        imported = flagged = 0

        def counted() -> Any:
            nonlocal imported, flagged
            for batch in ordered.batches():
                imported += batch.num_rows
                flagged += pc.sum(pc.is_valid(batch.column("flags"))).as_py() or 0
                tell(self.progress, SORTING, imported, self.written)
                yield batch

        def about() -> dict[str, Any]:
            return {
                "name": name,
                "form": self.mapping.form,
                "rows": imported,
                "refused": self.rows - self.written,
                "share": share,
                "licence": licence,
                "sha256": self.source.sha256,
                "version": self.source.sha256[:12],
                "mapping": asdict(self.mapping),
            }

        try:
            parts.write(out, counted(), about, folder=self.store.folder, largest=self.limits.output)
            self.collector.add(ordered.findings())
        finally:
            ordered.close()
        return Report(
            name=name,
            form=self.mapping.form,
            encoding=self.source.encoding,
            sha256=self.source.sha256,
            read=self.rows,
            imported=imported,
            refused=self.rows - self.written,
            joined=self.written - imported,
            flagged=flagged,
            groups=self.collector.ordered(),
            notes=tuple(notes),
            mapping=self.mapping,
            omitted=self.collector.omitted,
        )
