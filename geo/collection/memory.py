"""Filter -> what is left: rows, facet counts, timeline bins.

At the atlas's size numpy masks answer in well under a millisecond, less than an SQL engine needs
to begin; the functions below are the one door through which all pages ask.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.collection.facets import FACETS, Facet, refused
from geo.days import EPOCH, OPEN_END, OPEN_START, day_number, day_of
from geo.model import Filter, FilterError
from geo.package.load import Package, memoised
from geo.places import chain, entries
from geo.vocabulary import country_name

Mask = npt.NDArray[np.bool_]


class Bin(NamedTuple):
    """Incidents of one type within one month or year; `count` of them surely within it."""

    start: date
    event_type: str
    count: int  # type: ignore[assignment]  # shadows tuple.count, which no one calls


class Span(NamedTuple):
    """An incident whose date fits into no single bin."""

    row: int
    start: date
    end: date
    event_type: str


@memoised
def extent(package: Package) -> tuple[date, date]:
    """First and last day that any record names.

    Returns
    -------
    tuple of datetime.date
        Open ends do not count; the year 1970 if no record has a date.
    """
    ends = np.concatenate([package.incidents["start"], package.incidents["end"]])
    ends = ends[(ends != OPEN_START) & (ends != OPEN_END)]
    low, high = (int(ends.min()), int(ends.max())) if len(ends) else (0, 364)
    return EPOCH + timedelta(days=low), EPOCH + timedelta(days=high)


def select(package: Package, query: Filter) -> npt.NDArray[np.intp]:
    """Rows that match a filter.

    Returns
    -------
    numpy.ndarray of int
        Positions in ``package.incidents``, ascending, so in the order of time.
    """
    masks = _masks(package, query)
    return np.flatnonzero(np.logical_and.reduce(list(masks.values())))


def facet_counts(package: Package, query: Filter) -> dict[str, dict[str, int]]:
    """How many incidents each option would leave if it alone were chosen in its filter.

    Returns
    -------
    dict of str to dict of str to int
        Facet -> option -> count; all the other filters stay as they are.
    """
    masks = _masks(package, query)
    counts: dict[str, dict[str, int]] = {}
    for facet in _told(package):
        others = np.logical_and.reduce([mask for name, mask in masks.items() if name != facet.name])
        counts[facet.name] = {
            option: int(np.count_nonzero(others & mask))
            for option, mask in _options(package, facet).items()
        }
    return counts


def timeline(package: Package, query: Filter, *, by: str) -> tuple[list[Bin], list[Span], int]:
    """Count incidents by month or year; what fits into no single bin becomes a span.

    Parameters
    ----------
    by : {"month", "year"}
        Width of a bin.

    Returns
    -------
    bins : list of Bin
        Incidents whose whole date lies within one bin, by type.
    spans : list of Span
        The others; an open end is drawn to the end of `extent`.
    undated : int
        Incidents without any date.
    """
    spots = _spots(package, by)
    bins: dict[tuple[date, str], int] = {}
    spans: list[Span] = []
    undated = 0
    for row in select(package, query).tolist():
        spot = spots[row]
        if spot is None:
            undated += 1
        elif isinstance(spot, Span):
            spans.append(spot)
        else:
            bins[spot] = bins.get(spot, 0) + 1
    return [Bin(start, kind, n) for (start, kind), n in sorted(bins.items())], spans, undated


Spot = tuple[date, str] | Span | None


@memoised
def _spots(package: Package, by: str) -> list[Spot]:
    """Where each row stands on a timeline: its bin, a span, or None; no filter changes it."""
    first, last = extent(package)
    columns = package.incidents[["start", "end", "dated", "event_type"]]
    return [
        _spot(row, low, high, dated, kind, first, last, by)
        for row, (low, high, dated, kind) in enumerate(columns.itertuples(index=False))
    ]


def _spot(
    row: int, low: int, high: int, dated: bool, kind: str, first: date, last: date, by: str
) -> Spot:
    if not dated:
        return None
    start = day_of(low) or first
    end = day_of(high) or max(last, start)
    if low != OPEN_START and _floor(start, by) == _floor(end, by):
        return _floor(start, by), kind
    return Span(row, min(start, end), end, kind)


def _floor(day: date, by: str) -> date:
    return day.replace(day=1) if by == "month" else day.replace(month=1, day=1)


def without_dates(query: Filter) -> Filter:
    """The same filter without its window."""
    return replace(query, start=None, end=None)


def facet_options(package: Package, facet: Facet) -> list[str]:
    """Every value that a facet can take in a package, in the order shown."""
    return list(_options(package, facet))


def check(package: Package, query: Filter) -> None:
    """Refuse options that are neither in the package nor in their vocabulary.

    A country that no incident involves is a fair question with an empty answer; a word that
    is no country is a slip.

    Raises
    ------
    FilterError
        Names the option, the value and every value that would do; all of them at once.
    """
    wrong = []
    for name, chosen in query.choices.items():
        facet = _facet(package, name)
        known = _options(package, facet)
        for value in chosen:
            if value not in known and value not in set(facet.vocabulary()):
                wrong.append(f"“{value}” is not known as {name}; choose among {', '.join(known)}.")
    if wrong:
        raise FilterError(" ".join(wrong))


def _told(package: Package) -> list[Facet]:
    """The facets that these data have a column for."""
    return [facet for facet in FACETS if facet.column in package.incidents]


def _facet(package: Package, name: str) -> Facet:
    """The facet of a name, if these data have it.

    Raises
    ------
    FilterError
        If they do not.
    """
    for facet in _told(package):
        if facet.name == name:
            return facet
    raise refused(name, str(package.descriptor.get("title", "This data package")))


@memoised
def _options(package: Package, facet: Facet) -> dict[str, Mask]:
    """Mask of every option of a facet, made once a package."""
    values = facet.values(package)
    return {
        option: np.fromiter((option in row for row in values), dtype=bool, count=len(values))
        for option in facet.options(package)
    }


def _masks(package: Package, query: Filter) -> dict[str, Mask]:
    """One mask for each filter that is used, and that of the dates."""
    count = len(package.incidents)
    masks: dict[str, Mask] = {"dates": _date_mask(package, query)}
    for name, chosen in query.choices.items():
        options = _options(package, _facet(package, name))
        none = np.zeros(count, dtype=bool)
        masks[name] = np.logical_or.reduce([none, *(options.get(value, none) for value in chosen)])
    if query.text:
        masks["text"] = np.array(found(package, query.text), dtype=bool)
    return masks


def _date_mask(package: Package, query: Filter) -> Mask:
    frame = package.incidents
    start, end = frame["start"].to_numpy(), frame["end"].to_numpy()
    low = day_number(query.start) if query.start else None
    high = day_number(query.end) if query.end else None
    mask: Mask = np.ones(len(frame), dtype=bool)
    if low is None and high is None:
        return mask
    # An incident without a date lies neither possibly nor certainly within a window:
    # otherwise every window would be full of it. The page counts it beside the map.
    mask &= frame["dated"].to_numpy(dtype=bool)
    if query.match == "certainly":
        if low is not None:
            mask &= start >= low
        if high is not None:
            mask &= end <= high
    else:
        if low is not None:
            mask &= end >= low
        if high is not None:
            mask &= start <= high
    return mask


@memoised
def texts(package: Package) -> list[str]:
    """Everything written about each incident, folded for search."""
    claims: dict[str, list[str]] = {}
    for row in package.claims.to_dict("records"):
        claims.setdefault(row["incident_id"], []).extend((row["claimant"], row["statement"]))
    # Not the types: “drone” would find every “Air/drone strike”, drones or not.
    columns = ["id", "title", "summary", "actors", "place_note", "note"]
    return [
        fold(
            " ".join(
                [
                    *(row[column] for column in columns),
                    *(country_name(code) for code in row["country_list"]),
                    # What holds the place as well: Batken finds a village in it.
                    *(name for held in chain(package, row["place_id"]) for name in held.names),
                    *claims.get(row["id"], []),
                ]
            )
        )
        for row in package.incidents.to_dict("records")
    ]


SHORTEST = 3
"""Letters of a name below which it is no name to look for: it would be in every text."""


def found(package: Package, text: str) -> list[bool]:
    """Tell for each incident whether everything asked for is written about it.

    A name of a place stands for all its spellings: Ворух finds what is told of Vorukh. What is
    asked for is taken as one name first, then word by word.
    """
    kept = _FOUND.setdefault(package, {})
    known = kept.get(text)
    if known is None:
        if len(kept) >= KEPT:
            kept.clear()
        known = kept[text] = _search(package, text)
    return known


_FOUND: WeakKeyDictionary[Package, dict[str, list[bool]]] = WeakKeyDictionary()
KEPT = 512
"""Answers that are kept: who searches goes on to move dates, with the same words."""


def _search(package: Package, text: str) -> list[bool]:
    whole = _alternatives(package, fold(text))
    parts = [whole] if len(whole) > 1 else [_alternatives(package, fold(w)) for w in text.split()]
    return [all(any(name in told for name in names) for names in parts) for told in texts(package)]


def spellings(package: Package) -> list[frozenset[str]]:
    """Folded names of each place, those left out that are too short to look for."""
    folded = ({fold(name) for name in entry.names} for entry in entries(package).values())
    return [frozenset(name for name in names if len(name) >= SHORTEST) for names in folded]


def _alternatives(package: Package, asked: str) -> frozenset[str]:
    return _aliases(package).get(asked.strip(), frozenset({asked}))


@memoised
def _aliases(package: Package) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for names in spellings(package):
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(names) for name, names in found.items()}


LEVEL = str.maketrans(
    {
        # Letters of Tajik and Kyrgyz that a Russian keyboard lacks, as its users type them.
        **dict(zip("ҷҳқғөүң", "чхкгоун", strict=True)),
        **dict.fromkeys("-‐‑–—", " "),
        **dict.fromkeys("'’‘`ʻʼ´", ""),
    }
)
"""Signs that do not count: which hyphen, which apostrophe, which hook."""


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Fold a text for search: case, diacritics, hyphens and apostrophes do not count."""
    # Decomposed before and after: 𝑨 becomes a capital only then, and a fold may recompose.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = _marks().sub("", unicodedata.normalize("NFKD", folded))
    return plain.translate(LEVEL)
