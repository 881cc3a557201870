"""A data package as a collection: what `geo.collection.protocol` asks, and its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection import grid, memory, tolls
from geo.collection.engine import marz_dataset
from geo.collection.grid import NOWHERE
from geo.collection.protocol import Extent, FacetCounts, Totals
from geo.collection.steps import Steps
from geo.days import OPEN_END, OPEN_START, reach
from geo.model import Bbox, EngineError, Filter
from geo.package.load import Package, Rows, memoised
from geo.vocabulary import EVENT_TYPES

OWN = "Marz records"
"""What people call them."""


P = ParamSpec("P")
T = TypeVar("T")


def _asks(
    question: Callable[Concatenate[Package, P], T],
) -> Callable[Concatenate[Packaged, P], T]:
    """A question to a package as a method of `Packaged`."""

    @wraps(question)
    def method(self: Packaged, /, *args: P.args, **given: P.kwargs) -> T:
        return question(self.package, *args, **given)

    return method


@dataclass(frozen=True)
class Packaged:
    """The records of a data package as a `geo.collection.protocol.Collection`, asked by numpy.

    What draws, lists or writes Marz's own records asks them here too. A picture or a page needs
    them as rows, positions in ``package.incidents`` in the order of time, so that is what `select`
    gives, beside the protocol.

    It holds nothing itself, so make one wherever a package is asked: whatever takes time is kept
    with the package, once for all who ask.

    Parameters
    ----------
    package : Package
        What holds them.
    """

    package: Package

    @property
    def name(self) -> str:
        """What people call it."""
        return OWN

    @property
    def size(self) -> int:
        """Incidents in all."""
        return len(self.package.incidents)

    def refuse(self, query: Filter) -> None:
        """Raise a `FilterError` if the filter asks what these records cannot tell."""
        for name in query.choices:
            memory.facet_of(self.package, name)

    def extent(self) -> Extent:
        """First and last day that any names, and the extent of all places."""
        dated = bool(self.package.incidents["dated"].any())
        first, last = self.days() if dated else (None, None)
        table = _table(self.package)
        lon, lat = (table[name].drop_null() for name in ("lon", "lat"))
        edges = [pc.min(lon), pc.min(lat), pc.max(lon), pc.max(lat)]
        return Extent(first, last, Bbox(*(e.as_py() for e in edges)) if len(lon) else None)

    def count(self, query: Filter, bbox: Bbox | None = None) -> int:
        """How many match."""
        return len(self._found(query, bbox))

    def totals(self, query: Filter) -> Totals:
        """Sums over what matches."""
        rows, frame = memory.select(self.package, query), self.package.incidents
        mapped = int(np.count_nonzero(_grid(self.package)["drawn"][rows] != NOWHERE))
        known = reach(*(frame[name].to_numpy()[rows] for name in ("start", "end")))
        return Totals(
            rows=len(rows),
            mapped=mapped,
            unlocated=len(rows) - mapped,
            undated=len(rows) - int(np.count_nonzero(frame["dated"].to_numpy()[rows])),
            first=known[0].year if known else None,
            last=known[1].year if known else None,
            statuses=dict(Counter(frame["status"].to_numpy()[rows].tolist())),
            toll=tolls.total(self.package, rows, "fatalities"),
        )

    facet_counts = _asks(memory.facet_counts)
    timeline = _asks(memory.timeline)

    def dates(self, query: Filter, *, by: str) -> pa.Table:  # noqa: ARG002  # days are at hand
        """How many incidents share their first and last possible day, whatever `by`."""
        return memory.dates(self.package, query)

    def overview(self, query: Filter) -> tuple[Totals, FacetCounts]:
        """Both."""
        return self.totals(query), self.facet_counts(query)

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
        first_days = -since if newest_first else np.where(since == OPEN_START, OPEN_END, since)
        order = found[np.lexsort([found, first_days])][offset : offset + limit]
        return _table(self.package).take(pa.array(order))

    def cells(self, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
        """Incidents with a point, by the cells of a grid that follows the zoom."""
        level, where = grid.grid_of(bbox, zoom)
        return grid.clusters(self._clustered(query, where, level, points=True), level)

    def areas(self, query: Filter, *, bbox: Bbox, limit: int = grid.AT_MOST) -> pa.Table:
        """Incidents known only to lie on a line or in an area, by that line or area."""
        summed = self._clustered(query, grid.cells_of(bbox), grid.FINE, points=False)
        return grid.areas(summed, limit)

    def onsets(
        self, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
    ) -> pa.Table:
        """When the incidents of cells or areas began and ended, by steps."""
        level, where = grid.grid_of(bbox, zoom) if points else (grid.FINE, grid.cells_of(bbox))
        known = self._clustered(query, where, level, points=points)
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
        row: dict[str, Any] = _table(self.package).slice(number - 1, 1).to_pylist()[0]
        return row

    def close(self) -> None:
        """Nothing is open."""

    # ------------------------------------------------------------ rows of the package
    select = _asks(memory.select)
    days = _asks(memory.extent)
    options = _asks(memory.facet_options)
    check = _asks(memory.check)
    texts = _asks(memory.texts)
    names = _asks(memory.names)
    places_asked = _asks(memory.places_asked)

    def _found(self, query: Filter, bbox: Bbox | None) -> Rows:
        found = memory.select(self.package, query)
        return found if bbox is None else found[self._within(grid.cells_of(bbox))[found]]

    def _within(self, where: grid.Cells) -> memory.Mask:
        """Which rows stand in cells of the finest grid."""
        at = _grid(self.package)
        inside: memory.Mask = (
            (at["drawn"] != NOWHERE) & (at["x"] >= where.west) & (at["x"] <= where.east)
        )
        return inside & (at["y"] >= where.north) & (at["y"] <= where.south)

    def _clustered(self, query: Filter, where: grid.Cells, level: int, *, points: bool) -> pa.Table:
        """What matches in some cells, a row each, with the numbers that are added up."""
        at, table = _grid(self.package), _table(self.package)
        drawn = at["drawn"] == grid.POINT
        inside = self._within(where) & (drawn if points else ~drawn)
        found = memory.select(self.package, query)
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
def _table(package: Package) -> pa.Table:
    """All records in the form of a data set, with coarse outlines."""
    return marz_dataset.thinned(marz_dataset.own(package))


@memoised
def _grid(package: Package) -> dict[str, npt.NDArray[Any]]:
    """Where each record stands in the finest grid, and how it is drawn."""
    return grid.placed(_table(package))
