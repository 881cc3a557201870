"""Filter -> what is left: rows, facet counts, timeline bins.

At the atlas's size numpy masks answer in well under a millisecond, less than an SQL engine needs
to begin. `geo.collection.packaged.Packaged` is the door through which all others ask.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.collection import actors, space
from geo.collection.facets import FACETS, Facet, refused
from geo.collection.folding import fold
from geo.collection.protocol import Bin, Span, Timeline
from geo.collection.steps import UNIT
from geo.collection.words import Name, Names, matches, padded, plain
from geo.days import OPEN_END, OPEN_START, day_number, day_of, reach
from geo.model import Filter, FilterError
from geo.package.load import Package, Rows, memoised
from geo.package.tables import by_incident
from geo.places import chain, entries
from geo.vocabulary import country_name

Mask = npt.NDArray[np.bool_]


@memoised
def extent(package: Package) -> tuple[date, date]:
    """First and last day that any record names.

    Returns
    -------
    tuple of datetime.date
        Open ends do not count; the year 1970 if no record has a date.
    """
    known = reach(*(package.incidents[name].to_numpy() for name in ("start", "end")))
    return known or (date(1970, 1, 1), date(1970, 12, 31))


def select(package: Package, query: Filter) -> Rows:
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
    for facet in _facets(package):
        others = np.logical_and.reduce([mask for name, mask in masks.items() if name != facet.name])
        counts[facet.name] = {
            option: int(np.count_nonzero(others & mask))
            for option, mask in _options(package, facet).items()
        }
    return counts


def timeline(package: Package, query: Filter, *, by: str) -> Timeline:
    """Count incidents by month or year; what fits into no single bin becomes a span.

    Parameters
    ----------
    by : {"day", "month", "year"}
        Width of a bin.
    """
    known = _spots(package, by)
    spots = [known[row] for row in select(package, query).tolist()]
    spans = [spot for spot in spots if isinstance(spot, Span)]
    bins = Counter(spot for spot in spots if spot is not None and not isinstance(spot, Span))
    counted = [Bin(start, kind, number) for (start, kind), number in sorted(bins.items())]
    return Timeline(counted, len(spans), spots.count(None), spans)


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
    unit = UNIT[by]
    if low != OPEN_START and unit.of(start) == unit.of(end):
        return unit.first(unit.of(start)), kind
    return Span(row, min(start, end), end, kind)


def dates(package: Package, query: Filter) -> pa.Table:
    """How many incidents share their first and last possible day: see `Collection.dates`."""
    days = package.incidents[["start", "end"]].to_numpy()[select(package, query)]
    found, counts = np.unique(days.astype(np.int32), axis=0, return_counts=True)
    return pa.table({"start": found[:, 0], "end": found[:, 1], "count": counts.astype(np.int64)})


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
    wrong: list[str] = []
    for name, chosen in query.choices.items():
        facet = facet_of(package, name)
        known = _options(package, facet)
        words = {*known, *facet.vocabulary()}
        wrong.extend(
            f"“{value}” is not known as {name}; choose among {', '.join(known)}."
            for value in chosen
            if value not in words
        )
    if wrong:
        raise FilterError(" ".join(wrong))


def _facets(package: Package) -> list[Facet]:
    """The facets that these data have a column for."""
    return [facet for facet in FACETS if facet.column in package.incidents]


def facet_of(package: Package, name: str) -> Facet:
    """The facet of a name, if these data have it.

    Raises
    ------
    FilterError
        If they do not.
    """
    for facet in _facets(package):
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
        options = _options(package, facet_of(package, name))
        none = np.zeros(count, dtype=bool)
        masks[name] = np.logical_or.reduce([none, *(options.get(value, none) for value in chosen)])
    if query.ids:
        masks["ids"] = np.isin(package.incidents["id"].to_numpy(dtype=str), query.ids)
    if query.text:
        masks["text"] = found(package, query.text)
    if query.near or query.within:
        masks["space"] = space.mask(package, query)
    return masks


def _date_mask(package: Package, query: Filter) -> Mask:
    start, end, dated = _days(package)
    if not query.start and not query.end:
        return np.ones(len(start), dtype=bool)
    low = day_number(query.start) if query.start else OPEN_START
    high = day_number(query.end) if query.end else OPEN_END
    not_before, not_after = (start, end) if query.match == "certainly" else (end, start)
    # An incident without a date lies neither possibly nor certainly within a window:
    # otherwise every window would be full of it. The page counts it beside the map.
    mask: Mask = dated & (not_before >= low) & (not_after <= high)
    return mask


@memoised
def _days(package: Package) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_], Mask]:
    """First and last days of the incidents, and whether they have any: a frame is slow to ask."""
    frame = package.incidents
    return frame["start"].to_numpy(), frame["end"].to_numpy(), frame["dated"].to_numpy(dtype=bool)


@memoised
def texts(package: Package) -> list[str]:
    """Everything written about each incident, as `geo.collection.words` looks in it."""
    claims = by_incident(package.claims)
    # Not the types: “drone” would find every “Air/drone strike”, drones or not.
    columns = ["id", "title", "summary", "actors", "place_note", "note"]
    return [
        padded(
            fold(
                " ".join(
                    [
                        *(row[column] for column in columns),
                        *(country_name(code) for code in row["country_list"]),
                        # What holds the place as well: Batken finds a village in it.
                        *(name for held in chain(package, row["place_id"]) for name in held.names),
                        *(
                            one[column]
                            for one in claims.get(row["id"], ())
                            for column in ("claimant", "statement")
                        ),
                    ]
                )
            )
        )
        for row in package.incidents.to_dict("records")
    ]


SHORTEST = 3
"""Letters of a name below which it is no name to look for: it would be in every text."""


def found(package: Package, text: str) -> Mask:
    """Which incidents have what is asked for written about them; see `geo.collection.words`."""
    kept = _FOUND.setdefault(package, {})
    known = kept.get(text)
    if known is None:
        if len(kept) >= KEPT:
            kept.clear()
        sought = names(package).sought(text)
        written = texts(package)
        known = np.fromiter(
            (matches(sought, one) for one in written), dtype=bool, count=len(written)
        )
        kept[text] = known
    return known


_FOUND: WeakKeyDictionary[Package, dict[str, Mask]] = WeakKeyDictionary()
KEPT = 512
"""Answers that are kept: who searches goes on to move dates, with the same words."""


@memoised
def names(package: Package) -> Names:
    """The names of places and actors, each of which finds what is told under the others."""
    known = [(entry.names, entry.kind == "country") for entry in entries(package).values()]
    known += [
        (tuple(str(v) for k, v in actor.items() if k.startswith("name")), True)
        for actor in actors.by_id(package).values()
    ]
    folded = [[one for one in map(fold, spelled) if len(one) >= SHORTEST] for spelled, _ in known]
    return Names(
        Name(spellings, narrows)
        for spellings, (_, narrows) in zip(plain(folded), known, strict=True)
    )


def places_asked(package: Package, query: Filter) -> tuple[str, ...]:
    """Ids of the places that a filter asks for by name and that have a point.

    By words or as the middle of `Filter.near`.
    """
    spellings = names(package).places(query.text)
    middle = query.near.place if query.near else ""
    return tuple(
        place
        for place, (name, _, _) in space.centres(package).items()
        if place == middle or fold(name) in spellings
    )
