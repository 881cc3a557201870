"""Filter -> what is left: rows, facet counts, timeline bins.

At the atlas's size numpy masks answer in well under a millisecond, less than an SQL engine needs
to begin; the functions below are the one door through which all pages ask.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection import actors, grid, space, tolls
from geo.collection.engine import marz_dataset
from geo.collection.facets import FACETS, Facet, refused
from geo.collection.folding import fold
from geo.collection.grid import NOWHERE
from geo.collection.protocol import Bin, Extent, FacetCounts, Span, Timeline, Totals
from geo.collection.steps import Steps
from geo.collection.words import Name, Names, matches, padded, plain
from geo.days import EPOCH, OPEN_END, OPEN_START, day_number, day_of
from geo.model import Bbox, EngineError, Filter, FilterError
from geo.package.load import Package, memoised
from geo.places import chain, entries
from geo.vocabulary import EVENT_TYPES, country_name

Mask = npt.NDArray[np.bool_]


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
    counted = [Bin(start, kind, number) for (start, kind), number in sorted(bins.items())]
    return Timeline(counted, len(spans), undated, spans)


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
    if by == "day":
        return day
    return day.replace(day=1) if by == "month" else day.replace(month=1, day=1)


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
        facet = _facet(package, name)
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


def _facet(package: Package, name: str) -> Facet:
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
        options = _options(package, _facet(package, name))
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
    low = day_number(query.start) if query.start else None
    high = day_number(query.end) if query.end else None
    mask: Mask = np.ones(len(start), dtype=bool)
    if low is None and high is None:
        return mask
    # An incident without a date lies neither possibly nor certainly within a window:
    # otherwise every window would be full of it. The page counts it beside the map.
    mask &= dated
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
def _days(package: Package) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_], Mask]:
    """First and last days of the incidents, and whether they have any: a frame is slow to ask."""
    frame = package.incidents
    return frame["start"].to_numpy(), frame["end"].to_numpy(), frame["dated"].to_numpy(dtype=bool)


@memoised
def texts(package: Package) -> list[str]:
    """Everything written about each incident, as `geo.collection.words` looks in it."""
    claims: dict[str, list[str]] = {}
    for row in package.claims.to_dict("records"):
        claims.setdefault(row["incident_id"], []).extend((row["claimant"], row["statement"]))
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
                        *claims.get(row["id"], []),
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


# ---------------------------------------------------------------- as a collection
@dataclass(frozen=True)
class Memory:
    """The records of a data package as a `geo.collection.protocol.Collection`, asked by numpy.

    Parameters
    ----------
    package : Package
        What holds them.
    name : str
        What people call them.
    where : callable
        Package and row -> the place in words, as `geo.describe.place_of`.
    """

    package: Package
    name: str
    where: marz_dataset.Where

    @property
    def size(self) -> int:
        """Incidents in all."""
        return len(self.package.incidents)

    def refuse(self, query: Filter) -> None:
        """Raise a `FilterError` if the filter asks what these records cannot tell."""
        for name in query.choices:
            _facet(self.package, name)

    def extent(self) -> Extent:
        """First and last day that any names, and the extent of all places."""
        dated = bool(self.package.incidents["dated"].any())
        first, last = extent(self.package) if dated else (None, None)
        table = _table(self.package, self.where)
        lon, lat = (table[name].drop_null() for name in ("lon", "lat"))
        edges = [pc.min(lon), pc.min(lat), pc.max(lon), pc.max(lat)]
        return Extent(first, last, Bbox(*(e.as_py() for e in edges)) if len(lon) else None)

    def count(self, query: Filter, bbox: Bbox | None = None) -> int:
        """How many match."""
        return len(self._found(query, bbox))

    def totals(self, query: Filter) -> Totals:
        """Sums over what matches."""
        rows, frame = select(self.package, query), self.package.incidents
        mapped = int(np.count_nonzero(_grid(self.package, self.where)["drawn"][rows] != NOWHERE))
        ends = np.concatenate([frame["start"].to_numpy()[rows], frame["end"].to_numpy()[rows]])
        ends = ends[(ends != OPEN_START) & (ends != OPEN_END)]
        years = (
            [(EPOCH + timedelta(days=int(end))).year for end in (ends.min(), ends.max())]
            if (len(ends))
            else [None, None]
        )
        return Totals(
            rows=len(rows),
            mapped=mapped,
            unlocated=len(rows) - mapped,
            undated=len(rows) - int(np.count_nonzero(frame["dated"].to_numpy()[rows])),
            first=years[0],
            last=years[1],
            statuses=dict(Counter(frame["status"].to_numpy()[rows].tolist())),
            toll=tolls.total(self.package, rows, "fatalities"),
        )

    def facet_counts(self, query: Filter) -> FacetCounts:
        """How many incidents each option would leave."""
        return facet_counts(self.package, query)

    def overview(self, query: Filter) -> tuple[Totals, FacetCounts]:
        """Both."""
        return self.totals(query), self.facet_counts(query)

    def timeline(self, query: Filter, *, by: str) -> Timeline:
        """Count incidents by day, month or year and type."""
        return timeline(self.package, query, by=by)

    def dates(self, query: Filter, *, by: str) -> pa.Table:  # noqa: ARG002  # days are at hand
        """How many incidents share their first and last possible day, whatever `by`."""
        return dates(self.package, query)

    def rows(
        self,
        query: Filter,
        *,
        bbox: Bbox | None = None,
        limit: int,
        offset: int = 0,
        newest_first: bool = True,
    ) -> pa.Table:
        """Incidents that match, in `geo.collection.schema.SCHEMA`."""
        found = self._found(query, bbox)
        since = self.package.incidents["start"].to_numpy()[found].astype(np.int64)
        begun = -since if newest_first else np.where(since == OPEN_START, OPEN_END, since)
        order = found[np.lexsort([found, begun])][offset : offset + limit]
        return _table(self.package, self.where).take(pa.array(order))

    def cells(self, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
        """Incidents with a point, by the cells of a grid that follows the zoom."""
        level, where = grid.grid_of(bbox, zoom)
        summed = self._gathered(query, where, level, points=True)
        gathered = grid.mixed(summed, ["x", "y"])
        return gathered.add_column(0, "level", pa.array(np.full(len(gathered), level, np.int32)))

    def areas(self, query: Filter, *, bbox: Bbox, limit: int = grid.AT_MOST) -> pa.Table:
        """Incidents known only to lie on a line or in an area, by that line or area."""
        summed = self._gathered(query, grid.cells_of(bbox), grid.FINE, points=False)
        keys = ["drawn", "x", "y"]
        return grid.drawn_said(grid.mixed(summed, keys, always=True).slice(0, limit))

    def onsets(
        self, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
    ) -> pa.Table:
        """When the incidents of cells or areas began and ended, by steps."""
        level, where = grid.grid_of(bbox, zoom) if points else (grid.FINE, grid.cells_of(bbox))
        known = self._gathered(query, where, level, points=points)
        rows = known["number"].to_numpy() - 1
        frame = self.package.incidents
        since, until = (frame[name].to_numpy()[rows] for name in ("start", "end"))
        for name, step in zip(("step", "last"), steps.of(since, until), strict=True):
            known = known.append_column(name, pa.array(step))
        keys = ["drawn", "x", "y", "event_type", "step", "last"]
        counted = known.group_by(keys, use_threads=False)
        summed = counted.aggregate([("n", "sum"), ("low", "sum"), ("high", "sum")])
        summed = summed.rename_columns([*keys, "count", "low", "high"])
        return summed.drop_columns(["drawn"]) if points else grid.drawn_said(summed)

    def record(self, number: int) -> dict[str, Any]:
        """One incident whole.

        Raises
        ------
        EngineError
            If there is none of that number.
        """
        if not 1 <= number <= self.size:
            raise EngineError(
                f"“{self.name}” has no incident number {number}. Go back to the list."
            )
        row: dict[str, Any] = _table(self.package, self.where).slice(number - 1, 1).to_pylist()[0]
        return row

    def close(self) -> None:
        """Nothing is open."""

    def _found(self, query: Filter, bbox: Bbox | None) -> npt.NDArray[np.intp]:
        found = select(self.package, query)
        return found if bbox is None else found[self._within(grid.cells_of(bbox))[found]]

    def _within(self, where: grid.Cells) -> Mask:
        """Which rows stand in cells of the finest grid."""
        at = _grid(self.package, self.where)
        inside: Mask = (at["drawn"] != NOWHERE) & (at["x"] >= where.west) & (at["x"] <= where.east)
        return inside & (at["y"] >= where.north) & (at["y"] <= where.south)

    def _gathered(self, query: Filter, where: grid.Cells, level: int, *, points: bool) -> pa.Table:
        """What matches in some cells, a row each, with the numbers that are added up."""
        at, table = _grid(self.package, self.where), _table(self.package, self.where)
        drawn = at["drawn"] == grid.POINT
        inside = self._within(where) & (drawn if points else ~drawn)
        found = select(self.package, query)
        found = found[inside[found]]
        counted = np.isin(self.package.incidents["status"].to_numpy()[found], tolls.HAPPENED)
        kinds = {kind: number for number, kind in enumerate(EVENT_TYPES)}
        types = [kinds.get(v, len(kinds)) for v in self.package.incidents["event_type"].iloc[found]]
        low, best, high = (
            pc.fill_null(pc.coalesce(*(table[name] for name in names)), 0).to_numpy()[found]
            * counted
            for names in (("low",), ("best", "low"), ("high", "best", "low"))
        )
        shift = grid.FINE - level
        where_drawn = (at["drawn"][found], at["x"][found] >> shift, at["y"][found] >> shift)
        inside = tolls.inside(self.package, found, list(zip(*where_drawn, strict=True)))
        for figures in (low, best, high):
            figures[inside] = 0
        return pa.table(
            {
                **dict(zip(("drawn", "x", "y"), where_drawn, strict=True)),
                "event_type": np.array(types, dtype=np.int32),
                "n": np.ones(len(found), dtype=np.int64),
                "lon6": at["lon6"][found],
                "lat6": at["lat6"][found],
                "low": low.astype(np.int64),
                "best": best.astype(np.int64),
                "high": high.astype(np.int64),
                "number": found + 1,
            }
        )


@memoised
def _table(package: Package, where: marz_dataset.Where) -> pa.Table:
    """All records in the form of a data set, with coarse outlines."""
    return marz_dataset.thinned(marz_dataset.own(package, where))


@memoised
def _grid(package: Package, where: marz_dataset.Where) -> dict[str, npt.NDArray[Any]]:
    """Where each record stands in the finest grid, and how it is drawn."""
    return grid.placed(_table(package, where))
