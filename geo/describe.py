"""Says in words what is shown, of records of any collection: the one place for it.

The sentence above the map, filters, dates, places, tolls, citations. A record is a mapping: a row
of a data package's incidents, or of a data set in `geo.collection.schema.SCHEMA`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from babel.dates import format_date

from geo import edtf, world
from geo.collection.facets import FACETS, named
from geo.collection.protocol import Totals
from geo.collection.tolls import Toll
from geo.collection.words import ANY
from geo.days import day_of, reach
from geo.model import EdtfError, Filter, Interval
from geo.package.differences import CHANGED, Change
from geo.package.load import Package, Rows, memoised
from geo.package.releases import RecordChange
from geo.package.tables import figure
from geo.places import KnownPlace, known_place, site_of
from geo.vocabulary import PRECISIONS, country_name

NOT_REPORTED = "not reported"
"""A toll, or anything else, that no source gives."""
SEASON = re.compile(r"\d{4}-2[1-4]", re.ASCII)
"""EDTF's text of a season, which is said as one in few letters too."""
NO_TOTAL = "none given"
"""The sum of tolls where no record gives any."""
SEPARATOR = " · "
"""Between the parts of a line or sentence that says what is shown."""
NOTED = ("alleged", "announced", "planned")
"""Statuses that the sentence of a file counts."""
STATED, AHEAD = ("occurred", "alleged"), ("announced", "planned")
"""Statuses in the order in which a page counts them; the later ones in one number."""


def day(value: date) -> str:
    """A day as “14 September 2022”."""
    return format_date(value, "d MMMM y", locale="en_GB")


def count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: “1 incident”, “14 incidents”."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def clean(text: str) -> str:
    """Drop what a terminal would obey: controls, escapes, direction overrides; one line.

    Parameters
    ----------
    text : str
        Any text of the data or of the caller.
    """
    characters = (
        " " if character.isspace() or unicodedata.category(character) in ("Zl", "Zp") else character
        for character in text
        if character.isspace()
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return "".join(characters)


def summary(package: Package, query: Filter, rows: Rows) -> str:
    """The sentence that says what is shown of a package and what the map cannot show.

    Returns
    -------
    str
        As `sentence`, with the release that the records are of where it is named.
    """
    start, end = (package.incidents[name].to_numpy()[rows] for name in ("start", "end"))
    known = reach(start, end)
    span = (known[0].year, known[1].year) if known else None
    said = sentence(query, len(rows), span=span, **_noted(package, rows))
    return f"As of release {package.as_of}: {said}" if package.as_of else said


def _noted(package: Package, rows: Rows) -> dict[str, Any]:
    """What is counted of incidents of a package beside their number."""
    dated, status = (package.incidents[name].to_numpy()[rows] for name in ("dated", "status"))
    return {
        "unplaced": sum(site_of(package, row) is None for row in rows.tolist()),
        "undated": len(rows) - int(np.count_nonzero(dated)),
        "statuses": Counter(status.tolist()),
    }


def status_line(package: Package, rows: Rows) -> str:
    """How many incidents of a package are shown, as `counted` says it."""
    return counted(len(rows), **_noted(package, rows))


def status_line_of_sets(totals: Sequence[Totals]) -> str:
    """The same of data sets."""
    return counted(
        sum(one.rows for one in totals),
        sets=len(totals),
        unplaced=sum(one.unlocated for one in totals),
        undated=sum(one.undated for one in totals),
        statuses=sum((Counter(one.statuses) for one in totals), Counter()),
    )


def counted(
    number: int,
    *,
    sets: int = 1,
    unplaced: int = 0,
    undated: int = 0,
    statuses: Mapping[str, int] | None = None,
) -> str:
    """How many incidents are shown, by status, and what of them a map cannot show.

    Parameters
    ----------
    number, unplaced, undated, statuses
        As of `sentence`; here every status is said.
    sets : int
        Data sets that they stand in.

    Returns
    -------
    str
        Such as “243 incidents · 193 occurred · 34 alleged · 16 announced or planned · 2 without
        a place”.
    """
    if not number:
        return "No incident matches."
    noted = statuses or {}
    ahead = [name for name in AHEAD if noted.get(name)]
    unstated = number - sum(noted.get(name, 0) for name in (*STATED, *AHEAD))
    parts = [
        count(number, "incident") + (f" in {sets} data sets" if sets > 1 else ""),
        *(f"{noted[name]:,} {name}" for name in STATED if noted.get(name)),
        f"{sum(noted[name] for name in ahead):,} {listed(ahead, 'or')}" if ahead else "",
        f"{unstated:,} status not reported" if 0 < unstated < number else "",
        f"{unplaced:,} without a place" if unplaced else "",
        f"{undated:,} without a date" if undated else "",
    ]
    return SEPARATOR.join(part for part in parts if part)


def sentence(
    query: Filter,
    number: int,
    *,
    span: tuple[int, int] | None = None,
    unplaced: int = 0,
    undated: int = 0,
    statuses: Mapping[str, int] | None = None,
) -> str:
    """What is shown, and what of it a map cannot show.

    Parameters
    ----------
    number : int
        Incidents.
    span : tuple of int or None
        First and last year that any of them names.
    unplaced, undated : int
        Those without a place and without a date.
    statuses : mapping of str to int
        Status -> incidents that have it; those of `NOTED` are said.

    Returns
    -------
    str
        Such as “14 incidents · 2005 to 2022 · involving Kyrgyzstan; 2 have no place,
        1 is planned.” The years are left out where the filter names both its dates.
    """
    if not number:
        asked = filter_in_words(query)
        return f"No incident matches: {asked}." if asked else "There is no incident."
    many = _of_chosen(number, len(query.ids)) if query.ids else count(number, "incident")
    years = "" if query.start and query.end else _years(span)
    parts = (many, years, *_clauses(replace(query, ids=())))
    said = SEPARATOR.join(part for part in parts if part)
    noted = statuses or {}
    notes = [
        f"{n:,} {one if n == 1 else many} {what}"
        for n, one, many, what in (
            (unplaced, "has", "have", "no place"),
            (undated, "has", "have", "no date"),
            *((noted.get(status, 0), "is", "are", status) for status in NOTED),
        )
        if n
    ]
    return f"{said}; {', '.join(notes)}." if notes else f"{said}."


def _of_chosen(number: int, chosen: int) -> str:
    """“6 chosen incidents”, or “4 of 6 chosen incidents” where other filters leave fewer."""
    said = count(chosen, "chosen incident")
    return said if number == chosen else f"{number} of {said}"


def _years(span: tuple[int, int] | None) -> str:
    """“2005 to 2022”, or the one year."""
    if span is None:
        return ""
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"


def filter_in_words(query: Filter) -> str:
    """What was asked for, in one line; empty when nothing was.

    Returns
    -------
    str
        Such as “in September 2022 · involving Kyrgyzstan”.
    """
    return SEPARATOR.join(_clauses(query))


def _clauses(query: Filter) -> list[str]:
    clauses = [f"{count(len(query.ids), 'chosen incident')}"] if query.ids else []
    if said := _window(query):
        clauses.append(said)
    clauses += _places(query)
    for facet in FACETS:
        chosen = query.options(facet.name)
        if chosen:
            clauses.append(facet.sentence.format(listed([facet.say(c) for c in chosen], "or")))
    if query.text:
        clauses.append(words(query.text))
    return clauses


def _window(query: Filter) -> str:
    """The dates that are asked for: “in 2022”, “certainly from 1 May to …”, “until 3 May 2021”."""
    start, end = query.start, query.end
    if start and end:
        said = days(start, end)
        said = f"from {said}" if " to " in said else f"{'on' if start == end else 'in'} {said}"
    else:
        said = f"from {day(start)}" if start else f"until {day(end)}" if end else ""
    return said and f"{_strictly(query)}{said}"


def _strictly(query: Filter) -> str:
    """What goes before dates and extents that an incident must lie within, not only may."""
    return "certainly " if query.match == "certainly" else ""


def days(start: date, end: date) -> str:
    """A range of dates as “2021”, “September 2022”, “14 September 2022” or from day to day."""
    after = end + timedelta(days=1)
    if start.day == after.day == 1:
        if start.month == after.month == 1 and after.year == start.year + 1:
            return str(start.year)
        if (start.year, start.month) == (end.year, end.month):
            return f"{format_date(start, 'LLLL', locale='en_GB')} {start.year}"
    return day(start) if start == end else f"{day(start)} to {day(end)}"


def words(text: str) -> str:
    """What is searched for in quotation marks, or any of several after a ``|``."""
    asked = [f"“{one}”" for part in ANY.split(text) if (one := part.strip())]
    return listed(asked, "or") if asked else f"“{text}”"


LESS = {
    "dates": "At any time",
    "match": "Possibly within, not certainly",
    "near": "At any distance",
    "within": "Anywhere on the map",
    "ids": "Not only those chosen",
    "text": "Without the words",
}
"""What of a filter is left out, for whoever is offered that."""


def loosened(part: str) -> str:
    """What is left out of a filter that leaves nothing, such as “At any time”; safe as a label.

    Parameters
    ----------
    part : str
        As in `geo.collection.suggest.Suggestion`.
    """
    return LESS.get(part) or f"Without {named(part).label.lower()}"


def _places(query: Filter) -> list[str]:
    clauses = []
    if query.near:
        around = query.near.name or degrees(query.near.lat, query.near.lon)
        clauses.append(f"{_strictly(query)}within {query.near.km:g} km of {around}")
    if query.within:
        west, south, east, north = query.within
        corners = f"{degrees(south, west)} and {degrees(north, east)}"
        clauses.append(f"{_strictly(query)}between {corners}")
    return clauses


def degrees(lat: float, lon: float) -> str:
    """A point as “39.9° N, 70.6° E”."""
    sides = ((lat, "NS"), (lon, "EW"))
    return ", ".join(f"{abs(v):.3f}".rstrip("0").rstrip(".") + f"° {s[v < 0]}" for v, s in sides)


# ---------------------------------------------------------------- dates
def interval_of(record: Mapping[str, Any]) -> Interval | None:
    """When a record happened: its EDTF date, or else its first and last day; None without any."""
    text = record["date"]
    try:
        if text:
            return edtf.parse(text)
    except EdtfError:  # a file of somebody else's making
        pass
    start, end = (day_of(record.get(name)) for name in ("start", "end"))
    return None if start is None and end is None else Interval(start, end)


def date_words(interval: Interval | None, basis: str | None = "") -> str:
    """A date with its precision, and whether it was inferred.

    Parameters
    ----------
    basis : str or None
        How it is known: one of `geo.vocabulary.DATE_BASES`, or nothing.

    Returns
    -------
    str
        Such as “September 2022, month known, inferred”.
    """
    words = _date_words(interval)
    return f"{words}, inferred" if basis == "inferred" and interval else words


@lru_cache(maxsize=4096)
def _date_words(interval: Interval | None) -> str:
    return edtf.in_words(interval)


@lru_cache(maxsize=4096)
def short(interval: Interval | None) -> str:
    """A date in a few letters for lists: “9 Dec 2010”, “Jul 2005”, “about Jul 2021”."""
    if interval is None:
        return "no date"
    doubt = "about " if interval.approximate else ""
    mark = "?" if interval.uncertain else ""
    start, end = interval.start, interval.end
    if start is None or end is None:
        known = _short_day(start or end)
        return f"{doubt}by {known}{mark}" if start is None else f"{doubt}from {known}{mark}"
    bare = interval.text.rstrip("?~%")
    if SEASON.fullmatch(bare):
        return f"{doubt}{_date_words(Interval(start, end, text=bare))}{mark}"
    return f"{doubt}{days_between(start, end)}{mark}"


def days_between(start: date, end: date) -> str:
    """“9 Dec 2010”, “3–9 Dec 2010”, “Dec 2010” for the whole month, “Nov–Dec 2010”, “2009–2010”."""
    if start == end:
        return _short_day(start)
    if (start.year, start.month) != (end.year, end.month):
        return years_between(start, end)
    # The day after the last of a month is a first: February ends on the 28th or the 29th.
    whole = start.day == 1 and (end + timedelta(days=1)).day == 1
    days = "" if whole else f"{start.day}–{end.day} "
    return f"{days}{format_date(start, 'MMM y', locale='en_GB')}"


def years_between(start: date, end: date) -> str:
    """“2005”, “2005–2010”, or “May–Jul 2011” within one year."""
    if start.year != end.year:
        return f"{start.year}–{end.year}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year)
    months = [format_date(d, "MMM", locale="en_GB") for d in (start, end)]
    return f"{months[0]}–{months[1]} {start.year}"


def _short_day(value: date | None) -> str:
    return format_date(value, "d MMM y", locale="en_GB")


def date_of(record: Mapping[str, Any]) -> str:
    """The date of a record with its precision, and whether it was inferred."""
    return date_words(interval_of(record), record.get("date_basis"))


def short_date(record: Mapping[str, Any]) -> str:
    """The date of a record in a few letters."""
    return short(interval_of(record))


# ---------------------------------------------------------------- places
def place(
    name: str, within: Sequence[str] = (), precision: str = "", *, located: bool = True
) -> str:
    """A place as precisely as it is known, and no more.

    Parameters
    ----------
    name, within, precision, located
        As of `geo.places.KnownPlace`; what is on a line has “on the” before the line's name.

    Returns
    -------
    str
        Such as “near Isfara”, “somewhere on the Tajik–Afghan border”, “Isfara, Sughd (known to
        the district)” or, of a place that has no point, “Zardaly, Batken district (no point
        known)”.
    """
    said = ", ".join(part for part in (name, *within) if part)
    if not said:
        return "place not named" if located else "place not known"
    if not located:
        return f"{said} (no point known)"
    if precision in ("", "exact"):
        return said
    if name and precision != "near":
        return f"{said} (known to the {precision})"
    return PRECISIONS[precision].replace("{name}", said)


def place_of(package: Package, row: int) -> str:
    """The place of an incident of a package, with what holds it where it has no point."""
    return _of_known(known_place(package, row))


def _of_known(known: KnownPlace) -> str:
    *within, last = known.within or ("",)
    within.append(f"on the {last}" if known.on_line else last)
    return place(known.name, within, known.precision, located=known.located)


def where(record: Mapping[str, Any]) -> str:
    """The place of a row of a data set."""
    if record["place_known"]:
        return _of_known(KnownPlace(**json.loads(record["place_known"])))
    within = [part for part in (record["admin"] or "").split("; ") if part]
    precision = record["geo_precision"] if record["geo_precision"] in PRECISIONS else ""
    return place(record["place"] or "", within, precision, located=record["lon"] is not None)


def countries(codes: Iterable[str]) -> str:
    """Names of countries by their codes."""
    return ", ".join(country_name(code) for code in codes if code)


# ---------------------------------------------------------------- tolls
def toll(low: Any, best: Any, high: Any) -> str:
    """A toll as a range.

    Parameters
    ----------
    low, best, high : int or None
        The lowest, the best and the highest figure; None or NA where there is none.

    Returns
    -------
    str
        “8”, “2 to 8”, “2 to 8, best 5”, “at least 20”, “at most 8”; “not reported” without any.
    """
    low, best, high = map(figure, (low, best, high))
    known = [value for value in (low, best, high) if value is not None]
    if not known:
        return NOT_REPORTED
    if min(known) == max(known):
        alone = best is None and (low is None or high is None)
        word = "" if not alone else "at least " if high is None else "at most "
        return f"{word}{known[0]:,}"
    span = f"{min(known):,} to {max(known):,}"
    return f"{span}, best {best:,}" if best is not None else span


def toll_sum(found: Toll) -> str:
    """A sum of tolls as “1,203 to 1,890 or more”; `NO_TOTAL` where no record gives any."""
    if not found.counted:
        return NO_TOTAL
    if not found.low and found.best and found.best == found.high:
        return f"{found.best:,} by best estimates"  # no record gives a range
    low, high = f"{found.low:,}", f"{found.high:,}"
    span = low if low == high else f"{low} to {high}"
    if found.open_ended:
        return f"at least {span}" if low == high else f"{span} or more"
    return span


def toll_explained(found: Toll) -> str:
    """A sum of tolls with what it leaves out and what it rests on.

    Returns
    -------
    str
        Such as “1,203 to 1,890 or more, from 95 records, 12 of them alleged. 9 records are left out
        because a larger event already counts them. 98 records give none.”
    """
    if not found.counted:
        return f"{toll_sum(found)}."
    said = f"{toll_sum(found)}, from {count(found.counted, 'record')}"
    said += f", {found.alleged} of them alleged." if found.alleged else "."
    if found.contained:
        is_, them = ("is", "it") if found.contained == 1 else ("are", "them")
        said += f" {count(found.contained, 'record')} {is_} left out because a larger event "
        said += f"already counts {them}."
    if found.silent:
        said += f" {count(found.silent, 'record')} {'gives' if found.silent == 1 else 'give'} none."
    return said


# ---------------------------------------------------------------- records of a data set
def title(record: Mapping[str, Any]) -> str:
    """What an incident is called."""
    texts = (record[name] for name in ("title", "note", "sub_event_type", "event_type"))
    return next((str(text) for text in texts if text), "Incident")


def facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of all that a row of a data set says; what it does not say is left out."""
    position = ""
    if record["lon"] is not None and record["geo_precision"] in (None, "exact", "near"):
        position = f"{record['lat']:.4f}, {record['lon']:.4f} (latitude, longitude)"

    def members(name: str) -> list[str]:
        return [part for part in (record[name] or "").split(";") if part]

    kind = (record[name] for name in ("event_type", "sub_event_type", "status"))
    found = [
        ("When", date_of(record)),
        ("Where", where(record)),
        ("Position", position),
        ("Type", SEPARATOR.join(part for part in kind if part)),
        ("Countries", countries(members("countries"))),
        ("Actors", ", ".join(members("actors"))),
        ("Deaths", toll(record["low"], record["best"], record["high"])),
        ("Note", record["note"]),
        ("Source", record["source"]),
        ("Flagged", ", ".join(members("flags"))),
        ("Id", record["id"]),
        ("Row", f"{record['number']:,} of the file"),
    ]
    return [(label, str(value)) for label, value in found if value]


# ---------------------------------------------------------------- sources
def paragraphs(value: str) -> str:
    """Numbers of paragraphs as “¶ 1, 4–5”; words that mark the place stay as they are."""
    if value.startswith("“"):
        return value
    numbers = sorted({int(part) for part in value.split(";") if part.strip().isdigit()})
    if not numbers:
        return ""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "¶ " + ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def source_line(source: Mapping[str, Any]) -> str:
    """Give a source as a bibliography does: author, title, publisher, date."""
    parts = [source["author"], _quoted(source), source["publisher"], source["published"]]
    return ", ".join(part for part in parts if part)


def described_title(source: Mapping[str, Any]) -> str:
    """The title of a source, in brackets where nobody printed it: it describes the page."""
    title = str(source["title"])
    described = source.get("title_kind") == "described"
    return f"[{title}]" if described and not _is_bracketed(title) else title


def _quoted(source: Mapping[str, Any]) -> str:
    """A title in quotation marks, those within it single; a described one in brackets alone."""
    title = described_title(source)
    if _is_bracketed(title):
        return title
    inner = re.sub(r'"([^"]*)"', r"‘\1’", title).replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def _is_bracketed(title: str) -> bool:
    return title.startswith("[") and title.endswith("]")


def source_short(source: Mapping[str, Any]) -> str:
    """Give a source in a few words: who published it and when, or its title."""
    who = source["publisher"] or source["author"] or source["title"]
    return ", ".join(part for part in (who, source["published"]) if part)


def cite_as(
    package: Package,
    incident: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    *,
    url: str = "",
    accessed: date | None = None,
) -> str:
    """Give a line to cite one record by, with its sources and the version of the data.

    Parameters
    ----------
    incident : mapping
        A row of the incidents table.
    sources : sequence of mapping
        What the record cites, each with its ``line`` and ``paragraphs`` in words.
    url : str
        Where the record stands, "" where that is nowhere.
    accessed : datetime.date, optional
        The day on which it was read there.

    Returns
    -------
    str
        Such as “Clash at the bridge, 15 January 2020. Marz, record SL-1, data version 2.0.0,
        https://…, accessed on 27 November 2026. After: “News”, The Gazette, 2020.”
    """
    origin = "; ".join(
        f"{source['line']} ({source['paragraphs']})" if source["paragraphs"] else source["line"]
        for source in sources
    )
    where = [
        package.title,
        f"record {incident['id']}",
        f"data version {package.version}",
        url,
        f"accessed on {day(accessed)}" if accessed else "",
    ]
    stands = ", ".join(part for part in where if part)
    return f"{incident['title']}, {date_of(incident)}. {stands}. After: {origin}."


# ---------------------------------------------------------------- what a release changed
class ChangeWords(NamedTuple):
    """A change as a reader is told of it.

    Attributes
    ----------
    what : str
        What changed, such as *Deaths, lowest* or *Claim added*.
    before, now : str
        What stood there, and what stands there; "" where there was or is nothing to stand.
    why : str
        The reason.
    """

    what: str
    before: str
    now: str
    why: str


ROWS = {
    "incidents": "Record",
    "claims": "Claim",
    "citations": "Citation",
    "accounts": "Toll by account",
    "incident_actors": "Role of an actor",
    "sources": "Source",
    "actors": "Actor",
    "left_out": "Report left out",
}
"""Table -> what a row of it is."""
FIELDS = {
    "date_basis": "how the date is known",
    "event_type": "event type",
    "sub_event_type": "sub-event type",
    "place_id": "place",
    "place_note": "about the place",
    "geo_precision": "precision of the place",
    "fatalities_low": "deaths, lowest",
    "fatalities_high": "deaths, highest",
    "injuries_low": "injured, lowest",
    "injuries_high": "injured, highest",
    "fatalities": "deaths",
    "source_id": "source",
    "#": "order",
}
"""Column -> what it is; of the others the name says it."""
BLANK = "blank"


def field(column: str) -> str:
    """What a column holds, in words."""
    return FIELDS.get(column, column.replace("_", " "))


def change(one: Change) -> ChangeWords:
    """Say a change of a release, field by field, with what stood there and what stands there."""
    row = ROWS.get(one.table, one.table)
    if not one.field:
        cells = [_row_in_words(cells) for cells in (one.row_before, one.row_after)]
        return ChangeWords(f"{row} {one.kind}", cells[0], cells[1], one.reason)
    name = field(one.field)
    what = name[:1].upper() + name[1:] if one.table == "incidents" else f"{row}: {name}"
    return ChangeWords(what, one.before or BLANK, one.after or BLANK, one.reason)


def _row_in_words(cells: Mapping[str, str]) -> str:
    """What a row says, without the ids that it hangs on."""
    if "statement" in cells:
        return f"{cells.get('claimant', '')}: {cells['statement']}"
    if "title" in cells:
        return cells["title"]
    return ", ".join(cell for column, cell in cells.items() if column != "incident_id")


def release_of_record(one: RecordChange) -> str:
    """Say in a line what a release did to a record, such as *Changed in 3.0.0: date, status*."""
    kind = f"{one.kind[:1].upper()}{one.kind[1:]} in {one.release.number}"
    if one.kind != CHANGED:
        return kind
    what = dict.fromkeys(change(each).what for each in one.changes)
    named = [words[:1].lower() + words[1:] for words in what]
    return f"{kind}: {', '.join(named)}"


def attribution(package: Package) -> list[str]:
    """The credit lines of everything drawn, each once."""
    given = (str(one.get("attribution") or "") for one in package.descriptor["resources"])
    return list(dict.fromkeys(line for text in given for line in text.split("; ") if line))


def map_credits(package: Package) -> list[str]:
    """The same for a map, which draws the world's countries where the package's layers end."""
    return list(dict.fromkeys([*attribution(package), world.CREDIT]))


def as_table(package: Package, rows: Rows) -> pd.DataFrame:
    """What is shown as a table in words, for readers of tables, lists and the command line.

    Returns
    -------
    pandas.DataFrame
        One row an incident: id, EDTF date, date and place in words, type, status, title,
        deaths, countries.
    """
    return _table(package).iloc[rows].reset_index(drop=True)


@memoised
def _table(package: Package) -> pd.DataFrame:
    """All incidents in words: what is said of one depends on no filter, so it is said once."""
    records = [
        {
            "id": incident["id"],
            "date": incident["date"],
            "short": short_date(incident),
            "when": date_of(incident),
            "title": incident["title"],
            "type": incident["event_type"],
            "status": incident["status"],
            "where": place_of(package, row),
            "deaths": toll(incident["fatalities_low"], None, incident["fatalities_high"]),
            "countries": incident["countries"],
        }
        for row, incident in enumerate(package.incidents.to_dict("records"))
    ]
    columns = "id date short when title type status where deaths countries".split()
    return pd.DataFrame(records, columns=columns)
