"""Says in words what a row of a data set holds, and what is shown of several sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from babel.dates import format_date

from geo import edtf
from geo.collection.engine.questions import Totals
from geo.days import EPOCH
from geo.describe import NOT_SAID, count, filter_in_words
from geo.model import EdtfError, Filter
from geo.vocabulary import country_name

PRECISIONS = {
    "exact": "place known",
    "near": "near the place named",
    "district": "known to the district",
    "province": "known to the province",
    "border": "known to the border",
    "country": "known to the country",
}


def when(row: Mapping[str, Any]) -> str:
    """The date with its precision."""
    if not row["date"]:
        return "date not known"
    try:
        return edtf.in_words(edtf.parse(row["date"]))
    except EdtfError:  # a file of somebody else's making
        return str(row["date"])


def short(row: Mapping[str, Any]) -> str:
    """The date in a few letters, for lists."""
    start, end = row["start"], row["end"]
    if start is None and end is None:
        return "no date"
    if start is None or end is None:
        return f"by {_day(end)}" if start is None else f"from {_day(start)}"
    if start == end:
        return _day(start)
    first, last = EPOCH + timedelta(days=start), EPOCH + timedelta(days=end)
    if (first.year, first.month) == (last.year, last.month):
        whole = first.day == 1 and (last + timedelta(days=1)).day == 1
        days = "" if whole else f"{first.day}–{last.day} "
        return f"{days}{format_date(first, 'MMM y', locale='en_GB')}"
    return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"


def _day(number: int) -> str:
    return format_date(EPOCH + timedelta(days=number), "d MMM y", locale="en_GB")


def toll(row: Mapping[str, Any]) -> str:
    """Deaths as the row gives them: “3”, “2 to 8, best 5”; “not said” when blank."""
    low, best, high = row["low"], row["best"], row["high"]
    known = [value for value in (low, best, high) if value is not None]
    if not known:
        return NOT_SAID
    if min(known) == max(known):
        alone = best is None and (low is None or high is None)
        word = "" if not alone else "at least " if high is None else "at most "
        return f"{word}{known[0]:,}"
    span = f"{min(known):,} to {max(known):,}"
    return f"{span}, best {best:,}" if best is not None else span


def where(row: Mapping[str, Any]) -> str:
    """The place as named, with how well it is known."""
    parts = [part for part in (row["place"], row["admin"]) if part]
    said = PRECISIONS.get(row["geo_precision"] or "", "")
    if row["lon"] is None:
        said = "no place on the map"
    return " · ".join([", ".join(parts) or "place not named", *([said] if said else [])])


def countries(row: Mapping[str, Any]) -> str:
    """Names of the countries."""
    return ", ".join(country_name(code) for code in (row["countries"] or "").split(";") if code)


def facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of all that a row says; what it does not say is left out."""
    place = ""
    if row["lon"] is not None and row["geo_precision"] in (None, "exact", "near"):
        place = f"{row['lat']:.4f}, {row['lon']:.4f} (latitude, longitude)"
    kind = " · ".join(part for part in (row["event_type"], row["sub_event_type"]) if part)
    found = [
        ("When", when(row)),
        ("Where", where(row)),
        ("Position", place),
        ("Type", " · ".join(part for part in (kind, row["status"]) if part)),
        ("Countries", countries(row)),
        ("Actors", ", ".join(part for part in (row["actors"] or "").split(";") if part)),
        ("Deaths", toll(row)),
        ("Note", row["note"]),
        ("Source", row["source"]),
        ("Flagged", ", ".join(part for part in (row["flags"] or "").split(";") if part)),
        ("Id", row["id"]),
        ("Row", f"{row['number']:,} of the file"),
    ]
    return [(label, str(value)) for label, value in found if value]


def title(row: Mapping[str, Any]) -> str:
    """What an incident is called."""
    told = (row[name] for name in ("title", "note", "sub_event_type", "event_type"))
    return next((str(text) for text in told if text), "Incident")


def summary(query: Filter, totals: Sequence[Totals]) -> str:
    """The sentence that says what is shown and what the map cannot show."""
    rows, asked = sum(one.rows for one in totals), filter_in_words(query)
    sets = "" if len(totals) == 1 else f" in {len(totals)} data sets"
    said = f"{count(rows, 'incident')}{sets}{', ' + asked if asked else ''}."
    for number, words in (
        (sum(one.unlocated for one in totals), "without a place on the map"),
        (sum(one.undated for one in totals), "without any date"),
    ):
        if number:
            said += f" {number:,} {words}."
    return said


def deaths(totals: Totals) -> str:
    """The sum of deaths as a range."""
    if totals.rows == totals.silent or not totals.rows:
        return NOT_SAID
    if not totals.low and totals.best == totals.high:
        return f"{totals.best:,} by best estimates"  # no record gives a range
    span = f"{totals.low:,}" if totals.low == totals.high else f"{totals.low:,} to {totals.high:,}"
    return f"{span} or more" if totals.open_ended else span
