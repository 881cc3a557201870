"""Looks at a file before it is imported: form, columns, first rows, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from geo.ingest import dates, decoding, forms
from geo.ingest.batch import Source
from geo.ingest.dates import Order
from geo.ingest.delimited import Delimited
from geo.ingest.documents import Documents
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.parquet import Columnar
from geo.ingest.sheets import Sheets
from geo.model import QuestionError, ReadError


def open_source(path: Path, name: str, limits: Limits, mapping: Mapping | None = None) -> Source:
    """Open a file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What messages call it.
    limits : Limits
        Its bounds.
    mapping : Mapping, optional
        Its encoding, delimiter, header and sheet hold where they are given.

    Raises
    ------
    ReadError
        If Marz does not read such files; says what to do.
    """
    if not path.is_file():
        raise ReadError(f"There is no file “{name}”.")
    head = decoding.begin(path, name, limits, 4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:4]
    if start == b"PAR1":
        return Columnar(path, name, limits)
    if start == b"PK\x03\x04":
        return Sheets(path, name, limits, mapping)
    text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n\x1e")
    if text[:1] in (b"{", b"["):
        return Documents(path, name, limits)
    return Delimited(path, name, limits, mapping)


ROWS, SHOWN, SHOWN_COLUMNS = 20, 200, 40
"""Rows of the sample, characters of a cell and names of columns that are shown."""
DECISIONS = ("day_first", "calendar", "encoding", "delimiter", "sheet", "header")
"""Fields of a mapping that name no column."""
DAY_FIRST, CALENDAR = "day-first", "calendar"


@dataclass(frozen=True, slots=True)
class Question:
    """What only the reader can tell.

    Attributes
    ----------
    code : str
        ``day-first`` or ``calendar``: the field of the mapping that answers it.
    text : str
        In words, with the row and the value that raise it.
    answers : tuple of (str, str)
        Value for the mapping, as text, and in words.
    """

    code: str
    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file looks like.

    Attributes
    ----------
    name, form : str
        As it was called; ``acled``, ``ucdp``, ``marz``, ``geojson`` or ``table``.
    container : str
        ``text``, ``json``, ``xlsx`` or ``parquet``.
    encoding, delimiter : str
        "" where there is none.
    columns : tuple of str
        Names.
    sample : tuple of tuple of str
        Some first rows, as text; long cells are cut.
    mapping : Mapping
        The guess.
    notes : tuple of str
        What was found out for the whole file.
    questions : tuple of Question
        To be answered before it can be imported.
    sheets : tuple of str
        Of a workbook.
    """

    name: str
    form: str
    container: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    mapping: Mapping
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    sheets: tuple[str, ...] = ()


def inspect(
    path: Path, name: str, *, mapping: Mapping | None = None, limits: Limits | None = None
) -> Inspection:
    """Look at a file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What messages call it.
    mapping : Mapping, optional
        To look at it with; columns are guessed without, or where it names none.
    limits : Limits, optional
        Bounds; the usual ones without.

    Raises
    ------
    ReadError
        If it cannot be read at all.
    """
    source = open_source(path, name, limits or Limits(), mapping)
    mapping = filled(source, mapping)
    notes = list(source.notes)
    questions: tuple[Question, ...] = ()
    mapping.check(source.columns)
    found, told, questions = _settled(source, mapping)
    notes += [*told, *unused(source, mapping)]
    first = next(iter(source.batches(source.columns)), None)
    rows: list[tuple[str, ...]] = []
    if first is not None:
        part = first.table.slice(0, ROWS)
        columns = [part.column(column).to_pylist() for column in source.columns]
        rows = [tuple((cell or "")[:SHOWN] for cell in row) for row in zip(*columns, strict=True)]
    return Inspection(
        name=name,
        form=mapping.form,
        container=source.container,
        encoding=source.encoding,
        delimiter=getattr(source, "delimiter", ""),
        columns=source.columns,
        sample=tuple(rows),
        mapping=found,
        notes=tuple(notes),
        questions=questions,
        sheets=getattr(source, "sheets", ()),
    )


def filled(source: Source, mapping: Mapping | None) -> Mapping:
    """Mapping as given; one that names no column, or none, is guessed and keeps its decisions."""
    if mapping is not None and mapping.used():
        return mapping
    found = forms.mapping_of(source.columns)
    if source.container == "json" and source.has_geometry and found.form == "table":
        found = replace(found, form="geojson")
    if source.has_geometry and found.form in ("table", "geojson"):
        # Its own geometry says more than columns beside it.
        found = replace(found, lat="", lon="", wkt="")
    if mapping is not None:
        found = replace(found, **{name: getattr(mapping, name) for name in DECISIONS})
    return found


def decide(source: Source, mapping: Mapping) -> tuple[Mapping, list[str]]:
    """Settle what the whole file settles; ask what it leaves open.

    Returns
    -------
    tuple of (Mapping, list of str)
        The mapping with every decision, and what was decided, in words.

    Raises
    ------
    QuestionError
        If something is left open.
    ReadError
        If the mapping names columns that the file has not, or nothing at all.
    """
    mapping.check(source.columns)
    if not mapping.used() and not source.has_geometry:
        raise ReadError("The mapping names no column. Say at least which one is the date.")
    found, notes, questions = _settled(source, mapping)
    if questions:
        raise QuestionError(
            " ".join(question.text for question in questions), [q.code for q in questions]
        )
    return found, notes + unused(source, mapping)


def unused(source: Source, mapping: Mapping) -> list[str]:
    """Say what a mapping leaves out: the date, the place, and columns of the file."""
    notes = []
    if not (mapping.date or mapping.end):
        notes.append("No column is read as the date: no row has one. Name it in the mapping.")
    if not (mapping.lat or mapping.wkt or source.has_geometry):
        notes.append("No column is read as the position: no row has a point of its own.")
    used = mapping.used()
    left = [name for name in source.columns if name not in used]
    if left:
        more = f" and {len(left) - SHOWN_COLUMNS:,} more" if len(left) > SHOWN_COLUMNS else ""
        notes.append(f"Columns left out: {', '.join(left[:SHOWN_COLUMNS])}{more}.")
    return notes


def _settled(source: Source, mapping: Mapping) -> tuple[Mapping, list[str], tuple[Question, ...]]:
    columns = [name for name in (mapping.date, mapping.end) if name]
    if not columns or (mapping.day_first is not None and mapping.calendar):
        return mapping, [], ()
    notes: list[str] = []
    questions: list[Question] = []
    found = Order()
    asking = ""
    for number, batch in enumerate(source.batches(columns)):
        for name in columns:
            column = batch.table.column(name).combine_chunks()
            if not number and not asking and not mapping.calendar:
                asking = dates.asks_calendar(column.slice(0, 2000))
            found = dates.order_of(column, batch.numbers, found)
        if not number and found == Order():
            break
        if found.either and (found.day or found.month) and found.day != found.month:
            break
    if asking:
        questions.append(
            Question(
                CALENDAR,
                f"Column {mapping.date} holds dates such as “{asking}”. Which calendar are they of,"
                " Gregorian or Solar Hijri?",
                (("gregorian", "Gregorian"), ("solar-hijri", "Solar Hijri (Iran, Afghanistan)")),
            )
        )
    if mapping.day_first is None and (found.either or (found.day and found.month)):
        if bool(found.day) != bool(found.month):
            row, value = found.day or found.month or (0, "")
            which = "day" if found.day else "month"
            mapping = replace(mapping, day_first=bool(found.day))
            notes.append(
                f"Dates of column {mapping.date} are read {which} first: row {row} holds “{value}”,"
                " which cannot be read otherwise."
            )
        else:
            row, value = found.either or found.day or (0, "")
            both = " It holds dates of both kinds." if found.day else ""
            questions.append(
                Question(
                    DAY_FIRST,
                    f"Row {row}, column {mapping.date}: “{value}” can be read day first or month "
                    f"first.{both} Which is it?",
                    (("true", "Day first: 3 April is 03/04"), ("false", "Month first: 04/03")),
                )
            )
    return mapping, notes, tuple(questions)
