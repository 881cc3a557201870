"""Looks at a file before it is imported: form, columns, first rows, and what must be asked."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geo.ingest import cells, dates, days, forms, geopackage, markup, positions, shapefile, stata
from geo.ingest import mapping as mapping_module
from geo.ingest.batch import Source
from geo.ingest.countries import codes_of
from geo.ingest.dates import Order
from geo.ingest.decoding import peek
from geo.ingest.delimited import Delimited
from geo.ingest.documents import Documents
from geo.ingest.limits import Limits
from geo.ingest.mapping import COLUMNS, LISTS, Mapping, lon_first
from geo.ingest.parquet import Columnar
from geo.ingest.sheets import OLD, Sheets
from geo.model import QuestionError, ReadError
from geo.vocabulary import PRECISIONS


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
    mapping = mapping or Mapping()
    head = peek(path, name, limits, 4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if start.startswith(b"PAR1"):
        return Columnar(path, name, limits)
    if start.startswith(b"PK\x03\x04"):
        return _archive(path, name, limits, mapping)
    if head.startswith(OLD):
        return Sheets(path, name, limits, mapping)
    if head.startswith(b"SQLite format 3\x00"):
        return geopackage.read(path, name, limits, mapping.sheet)
    if stata.is_stata(head):
        return stata.read(path, name, limits)
    root = re.search(rb"<(?:\w+:)?(kml|gpx)[\s>]", head) if start.startswith(b"<") else None
    if root:
        return (markup.read_kml if root[1] == b"kml" else markup.read_gpx)(path, name, limits)
    text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n\x1e")
    if text[:1] in (b"{", b"["):
        return Documents(path, name, limits)
    return Delimited(path, name, limits, mapping)


def _archive(path: Path, name: str, limits: Limits, mapping: Mapping) -> Source:
    """Open what is kept as an archive: a workbook, a KMZ or a Shapefile."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(f"“{name}” is a damaged workbook or archive ({error}).") from None
    if {"[Content_Types].xml", "content.xml"} & set(names):
        return Sheets(path, name, limits, mapping)
    if any(one.lower().endswith(".kml") for one in names):
        return markup.read_kml(path, name, limits)
    if any(one.lower().endswith(".shp") for one in names):
        return shapefile.read(path, name, limits)
    raise ReadError(f"“{name}” is a ZIP archive. Unpack it, and give what is in it.")


SEEN = 1000
"""First rows whose values are looked at for a guess."""
ROWS, SHOWN, SHOWN_COLUMNS = 20, 200, 40
"""Rows of the sample, characters of a cell and names of columns that are shown."""
DECISIONS = ("day_first", "calendar", "numbers", "encoding", "delimiter", "sheet", "header")
"""Fields of a mapping that name no column."""
DAY_FIRST, CALENDAR, NUMBERS = "day-first", "calendar", "numbers"


@dataclass(frozen=True, slots=True)
class Question:
    """What only the reader can tell.

    Attributes
    ----------
    code : str
        ``day-first``, ``calendar`` or ``numbers``: the field of the mapping that answers it.
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
        ``text``, ``json``, ``xlsx``, ``parquet``, ``kml`` and so on.
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
        Of a workbook, or layers of a GeoPackage.
    sheet : str
        The one that is read.
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
    sheet: str = ""


def inspect(
    path: Path, name: str, *, mapping: Mapping | None = None, limits: Limits | None = None
) -> Inspection:
    """Look at a file.

    Arguments as in `open_source`; columns are guessed without a mapping, or where it names none.

    Raises
    ------
    ReadError
        If it cannot be read at all.
    """
    source = open_source(path, name, limits or Limits(), mapping)
    mapping = filled(source, mapping)
    mapping.check(source.columns)
    notes = source.notes
    found, told, questions = _settled(source, mapping)
    rows = zip(*source.first(source.columns, ROWS).values(), strict=True)
    return Inspection(
        name=name,
        form=mapping.form,
        container=source.container,
        encoding=source.encoding,
        delimiter=source.delimiter,
        columns=source.columns,
        sample=tuple(tuple((cell or "")[:SHOWN] for cell in row) for row in rows),
        mapping=found,
        notes=(*notes, *told, *unused(source, mapping)),
        questions=questions,
        sheets=source.sheets,
        sheet=source.sheet,
    )


def filled(source: Source, mapping: Mapping | None) -> Mapping:
    """Mapping as given; one that names no column, or none, is guessed and keeps its decisions."""
    if mapping is not None and mapping.used():
        return mapping
    found = forms.mapping_of(source.columns, source.tags)
    if source.container == "json" and source.has_geometry and found.form == "table":
        found = replace(found, form="geojson")
    if found.form == "table":
        found = _by_values(source, found)
    if mapping is not None:
        found = replace(found, **{name: getattr(mapping, name) for name in DECISIONS})
    return found


def _by_values(source: Source, mapping: Mapping) -> Mapping:
    """A guess set right by the first rows: positions in one cell, scales that nobody knows."""
    first = source.first(source.columns, SEEN).items()
    values = {name: [text for text in column if text] for name, column in first}
    chosen: dict[str, Any] = {}
    placed = next((n for n in source.columns if positions.looks_placed(values[n])), "")
    if placed and not (mapping.lat or mapping.wkt) and not source.has_geometry:
        chosen = {f: "" for f in COLUMNS if getattr(mapping, f) == placed}
        chosen |= {f: tuple(c for c in getattr(mapping, f) if c != placed) for f in LISTS}
        chosen["wkt"] = placed
    scale = values.get(mapping.geo_precision, [])
    if scale and not any(text.strip().lower() in PRECISIONS for text in scale):
        chosen["geo_precision"] = ""
    names = values.get(mapping.country, [])
    if names and not any(codes_of(text)[0] for text in names):
        chosen["country"] = ""
    made = replace(mapping, **chosen)
    used = replace(made, kept=()).used()
    return replace(made, kept=tuple(c for c in source.columns if c not in used)[:64])


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
    beside = ", ".join(mapping_module.dates_beside(source.columns, mapping)[:10])
    if not (mapping.date or mapping.end or mapping.year):
        notes.append("No column is read as the date: no row has one. Name it in the mapping.")
        if beside:
            notes.append(f"Columns that may hold dates, of whatever kind: {beside}.")
    elif beside and mapping.form in ("table", "geojson"):
        dated = mapping.date or mapping.year or mapping.end
        notes.append(f"The date is that of column {dated}; not read as dates: {beside}.")
    for label, field in (("precision of places", "geo_precision"), ("country", "country")):
        looks = [
            column
            for column in mapping.kept
            if mapping.form == "table" and getattr(mapping_module.guess([column]), field)
        ]
        if looks and not getattr(mapping, field):
            notes.append(
                f"Column {looks[0]} is kept as it is and not read as the {label}: its words or "
                "codes are of a scale or a list of their own."
            )
    if mapping.wkt and _bare_pairs(source, mapping.wkt):
        order = "longitude, then latitude" if lon_first(mapping.wkt) else "latitude, then longitude"
        notes.append(f"Two numbers in a cell of column {mapping.wkt} are read as {order}.")
    if not (mapping.lat or mapping.wkt or source.has_geometry):
        notes.append("No column is read as the position: no row has a point of its own.")
    if source.has_geometry and (mapping.lat or mapping.wkt):
        columns = " and ".join(filter(None, (mapping.lat, mapping.lon))) or mapping.wkt
        notes.append(
            f"Positions are those of the geometries; {columns} count where there is no geometry."
        )
    used = mapping.used()
    left = [name for name in source.columns if name not in used]
    if left:
        more = f" and {len(left) - SHOWN_COLUMNS:,} more" if len(left) > SHOWN_COLUMNS else ""
        notes.append(f"Columns left out: {', '.join(left[:SHOWN_COLUMNS])}{more}.")
    return notes


def _bare_pairs(source: Source, column: str) -> bool:
    """Whether two numbers that do not say which is which are among the first of a column."""
    texts = source.first([column], SEEN)[column]
    return any(re.fullmatch(r"[(\s]*[-+]?\d[-+\d\s.,;|/()]*", text or "") for text in texts)


def _settled(source: Source, mapping: Mapping) -> tuple[Mapping, list[str], tuple[Question, ...]]:
    columns = [name for name in (mapping.date, mapping.end) if name]
    if not columns or (mapping.day_first is not None and mapping.calendar and mapping.numbers):
        return mapping, [], ()
    found = Order()
    calendar = number = ""
    for place, batch in enumerate(source.batches(columns)):
        for name in columns:
            column = cells.without_blanks(cells.text(cells.one(batch.table.column(name))))
            if not place:
                calendar = calendar or dates.asks_calendar(column.slice(0, 2000))
                number = number or dates.asks_numbers(column.slice(0, 2000))
            found = dates.order_of(column, batch.numbers, found)
        if not place and found == Order():
            break
        if found.either and found.day and found.month:
            break
    questions: list[Question] = []
    named = f"Column {mapping.date or mapping.end}"
    if calendar and not mapping.calendar:
        questions.append(
            Question(
                CALENDAR,
                f"{named} holds dates such as “{calendar}”. Which calendar are they of,"
                " Gregorian or Solar Hijri?",
                (("gregorian", "Gregorian"), ("solar-hijri", "Solar Hijri (Iran, Afghanistan)")),
            )
        )
    if number and not mapping.numbers:
        kind, day = days.counted(number), days.of_number(number)
        counts = "days as Excel does" if kind == "excel" else "seconds or milliseconds since 1970"
        questions.append(
            Question(
                NUMBERS,
                f"{named} holds numbers such as “{number}”. If they count {counts}, that is "
                f"{day}. Do they?",
                ((kind, f"Yes: “{number}” is {day}"),),
            )
        )
    if mapping.day_first is not None:
        return mapping, [], tuple(questions)
    mapping, notes, asked = _ordered(mapping, found)
    return mapping, notes, (*questions, *asked)


def _ordered(mapping: Mapping, found: Order) -> tuple[Mapping, list[str], tuple[Question, ...]]:
    """Settle which of day and month comes first, or ask."""
    named = mapping.date or mapping.end
    if found.either and bool(found.day) == bool(found.month):
        row, value = found.either
        both = " The column holds dates of both kinds." if found.day else ""
        asked = Question(
            DAY_FIRST,
            f"Row {row}, column {named}: “{value}” can be read day first or "
            f"{days.other_order(value)} first.{both} Which is it?",
            (("true", "Day first: 3 April is 03/04"), ("false", "Month first: 04/03")),
        )
        return mapping, [], (asked,)
    if found.day and found.month:
        (one, day), (other, month) = found.day, found.month
        note = (
            f"Dates of column {named} are written in two ways, each of which can be read in one way"
            f" only: row {one} holds “{day}”, row {other} “{month}”."
        )
        return mapping, [note], ()
    if not (settled := found.day or found.month):
        return mapping, [], ()
    row, value = settled
    note = (
        f"Dates of column {named} are read {'day' if found.day else 'month'} first: row {row} holds"
        f" “{value}”, which cannot be read otherwise."
    )
    return replace(mapping, day_first=bool(found.day)), [note], ()
