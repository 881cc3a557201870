"""Says in words what is shown: the sentence above the map, filters, places, tolls, citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from babel.dates import format_date

from geo import edtf, world
from geo.collection.facets import FACETS
from geo.days import OPEN_END, OPEN_START, day_of
from geo.model import Filter
from geo.package.load import Package, interval_of, memoised
from geo.places import chain, site_of
from geo.vocabulary import PRECISIONS

AREAS = ("district", "area")
"""Kinds of places that have an extent: a record in one lies somewhere in it."""
NOT_SAID = "not said"
"""A toll that no source gives."""


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


def summary(package: Package, query: Filter, rows: npt.NDArray[np.intp]) -> str:
    """The sentence that says what is shown and what the map cannot show.

    Returns
    -------
    str
        Such as “14 incidents, 2005 to 2022, involving Kyrgyzstan; 2 have no place,
        1 is planned.”
    """
    if not len(rows):
        asked = filter_in_words(query)
        return f"No incident matches: {asked}." if asked else "There is no incident."
    shown = {
        name: package.incidents[name].to_numpy()[rows]
        for name in ("start", "end", "dated", "status")
    }
    parts = [count(len(rows), "incident"), _years(shown["start"], shown["end"]), *_clauses(query)]
    sentence = ", ".join(part for part in parts if part)
    notes = []
    unplaced = sum(site_of(package, row) is None for row in rows.tolist())
    if unplaced:
        notes.append(f"{unplaced} {'has' if unplaced == 1 else 'have'} no place")
    undated = len(rows) - int(np.count_nonzero(shown["dated"]))
    if undated:
        notes.append(f"{undated} {'has' if undated == 1 else 'have'} no date")
    for status in ("alleged", "announced", "planned"):
        number = int(np.count_nonzero(shown["status"] == status))
        if number:
            notes.append(f"{number} {'is' if number == 1 else 'are'} {status}")
    return f"{sentence}; {', '.join(notes)}." if notes else f"{sentence}."


def _years(starts: npt.NDArray[np.int_], ends: npt.NDArray[np.int_]) -> str:
    """First to last year of the incidents shown; open ends do not count."""
    known = np.concatenate([starts, ends])
    known = known[(known != OPEN_START) & (known != OPEN_END)]
    if not len(known):
        return ""
    found = [day_of(int(known.min())), day_of(int(known.max()))]
    first, last = (str(d.year) if d else "" for d in found)
    return first if first == last else f"{first} to {last}"


def filter_in_words(query: Filter) -> str:
    """What was asked for, in one line; empty when nothing was.

    Returns
    -------
    str
        Such as “possibly from 1 September 2022 to 31 October 2022, involving Kyrgyzstan”.
    """
    return ", ".join(_clauses(query))


def _clauses(query: Filter) -> list[str]:
    clauses = []
    if query.start or query.end:
        window = " ".join(
            part
            for part in (
                f"from {day(query.start)}" if query.start else "",
                f"to {day(query.end)}" if query.end else "",
            )
            if part
        )
        clauses.append(f"{query.match} {window}")
    for facet in FACETS:
        chosen = getattr(query, facet.name)
        if chosen:
            clauses.append(facet.sentence.format(listed([facet.say(c) for c in chosen], "or")))
    if query.text:
        clauses.append(f"with the words “{query.text}”")
    return clauses


def date_of(incident: pd.Series) -> str:
    """The date of an incident with its precision, and whether it was inferred."""
    words = edtf.in_words(interval_of(incident))
    return f"{words}, inferred" if incident["date_basis"] == "inferred" else words


def short_date(incident: pd.Series) -> str:
    """A date in a few letters for lists: “9 Dec 2010”, “Jul 2005”, “about Jul 2021”."""
    interval = interval_of(incident)
    if interval is None:
        return "no date"
    doubt = "about " if interval.approximate else ""
    start, end = interval.start, interval.end
    if start is None or end is None:
        known = format_date(start or end, "d MMM y", locale="en_GB")
        return f"{doubt}by {known}" if start is None else f"{doubt}from {known}"
    mark = "?" if interval.uncertain else ""
    if start == end:
        return f"{doubt}{format_date(start, 'd MMM y', locale='en_GB')}{mark}"
    if (start.year, start.month) == (end.year, end.month):
        whole = start.day == 1 and end.day > 27
        days = "" if whole else f"{start.day}–{end.day} "
        return f"{doubt}{days}{format_date(start, 'MMM y', locale='en_GB')}{mark}"
    return f"{doubt}{years_between(start, end)}{mark}"


def years_between(start: date, end: date) -> str:
    """“2005”, “2005–2010”, or “May–Jul 2011” within one year."""
    if start.year != end.year:
        return f"{start.year}–{end.year}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year)
    months = [format_date(d, "MMM", locale="en_GB") for d in (start, end)]
    return f"{months[0]}–{months[1]} {start.year}"


def place_of(package: Package, row: int) -> str:
    """The place of an incident as precisely as it is known, and no more.

    Returns
    -------
    str
        Such as “near Isfara”, “somewhere on the Tajik–Afghan border” or, of a place that has no
        point, “Zardaly, Batken district, Batken Region (no point known)”.
    """
    site, incident = site_of(package, row), package.incidents.iloc[row]
    if site is None:
        return "place not known"
    held = chain(package, incident["place_id"])
    outside = next(number for number, entry in enumerate(held) if entry.located)
    on_line = site.layer in ("stretches", "borders")
    if outside == 0:
        precision = "border" if on_line else incident["geo_precision"]
        if precision == "exact":
            return site.name
        return PRECISIONS[precision].replace("{name}", site.name)
    inner = ", ".join(entry.name for entry in held[:outside])
    outer = f"on the {site.name}" if on_line else site.name
    if held[0].kind in AREAS:
        return f"somewhere in {inner}, {outer}"
    return f"{inner}, {outer} (no point known)"


def people(low: object, high: object) -> str:
    """A toll as a range: “8”, “2 to 8”, “at least 20”, “at most 8”; “not said” when blank."""
    known_low, known_high = pd.notna(low), pd.notna(high)
    if not known_low and not known_high:
        return NOT_SAID
    if known_low and known_high:
        return f"{low}" if low == high else f"{low} to {high}"
    return f"at least {low}" if known_low else f"at most {high}"


def paragraphs(value: str) -> str:
    """Numbers of paragraphs as “¶ 1, 4–5”."""
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
    title = source["title"]
    # A title in brackets describes a page whose headline is not known: nobody printed it.
    quoted = title if title.startswith("[") and title.endswith("]") else f"“{title}”"
    parts = [source["author"], quoted, source["publisher"], source["published"]]
    return ", ".join(part for part in parts if part)


def source_short(source: Mapping[str, Any]) -> str:
    """Give a source in a few words: who published it and when, or its title."""
    who = source["publisher"] or source["author"] or source["title"]
    return ", ".join(part for part in (who, source["published"]) if part)


def cite_as(package: Package, incident_id: str, sources: Sequence[Mapping[str, Any]]) -> str:
    """Give a line to cite one record by, with its sources and the version of the data.

    Parameters
    ----------
    sources : sequence of mapping
        What the record cites, each with its ``line`` and ``paragraphs`` in words.
    """
    origin = "; ".join(
        f"{source['line']} ({source['paragraphs']})" if source["paragraphs"] else source["line"]
        for source in sources
    )
    title = package.descriptor.get("title", "Marz")
    return f"{title}, record {incident_id}, data {package.version}. After: {origin}."


def attribution(package: Package) -> list[str]:
    """The credit lines of everything drawn, each once."""
    lines: dict[str, None] = {}
    for resource in package.descriptor["resources"]:
        for line in str(resource.get("attribution") or "").split("; "):
            if line:
                lines[line] = None
    return list(lines)


def map_credits(package: Package) -> list[str]:
    """The same for a map, which draws the world's countries where the package's layers end."""
    return list(dict.fromkeys([*attribution(package), world.CREDIT]))


def as_table(package: Package, rows: npt.NDArray[np.intp]) -> pd.DataFrame:
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
    records = []
    for row, incident in enumerate(package.incidents.to_dict("records")):
        known = pd.Series(incident)
        records.append(
            {
                "id": incident["id"],
                "date": incident["date"],
                "short": short_date(known),
                "when": date_of(known),
                "title": incident["title"],
                "type": incident["event_type"],
                "status": incident["status"],
                "where": place_of(package, row),
                "deaths": people(incident["fatalities_low"], incident["fatalities_high"]),
                "countries": incident["countries"],
            }
        )
    columns = "id date short when title type status where deaths countries".split()
    return pd.DataFrame(records, columns=columns)
