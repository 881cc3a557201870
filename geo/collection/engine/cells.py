"""Cells of a grid that follows the zoom, what is no point, and when all that began and ended."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from geo.collection.engine.data import DataSet
from geo.collection.engine.family import without_parts
from geo.collection.engine.predicates import asked, matching, narrowed
from geo.collection.engine.prepared import Bound
from geo.collection.engine.time_range import Test, dated, ends
from geo.collection.grid import (
    AT_MOST,
    FINE,
    POINT,
    SUMS,
    Cells,
    areas,
    cells_of,
    clusters,
    drawn_said,
    grid_of,
)
from geo.collection.steps import UNDATED, Steps, Unit
from geo.days import OPEN_START
from geo.model import Bbox, Filter

DRAWN_AS: dict[bool, Callable[[ir.Table], list[Test]]] = {
    True: lambda table: [table.drawn == POINT],
    False: lambda table: [table.drawn > POINT],
}
ONSETS = {"count": "n", "low": "low", "high": "high"}
"""Sums that the browser counts dates by."""


def cells(data: DataSet, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
    """Incidents with a point, clustered in the cells of a grid that follows the zoom.

    A cell that the view touches is counted whole, so that panning changes no number.

    Parameters
    ----------
    bbox : Bbox
        The view, EPSG:4326.
    zoom : float
        Of a Web Mercator map whose world is 256 pixels wide at 0.

    Returns
    -------
    pyarrow.Table
        As `geo.collection.protocol.Collection.cells` says.
    """
    level, where = grid_of(bbox, zoom)
    return clusters(_clustered(data, query, level, where, points=True), level)


def extents(data: DataSet, query: Filter, *, bbox: Bbox, limit: int = AT_MOST) -> pa.Table:
    """Incidents that are known only to lie on a line or in an area, by that line or area.

    Parameters
    ----------
    bbox : Bbox
        EPSG:4326; those whose representative point it holds.
    limit : int
        At most so many, the largest first.

    Returns
    -------
    pyarrow.Table
        As `cells`, without ``level``; ``drawn`` says as what: a precision of `DRAWN`, or
        ``shape`` for a geometry of its own, which `record` of its `number` holds. Here `number`
        is always given, the lowest of the members'.
    """
    return areas(_clustered(data, query, FINE, cells_of(bbox), points=False), limit)


def _cell_columns(table: ir.Table, own: int, level: int) -> dict[str, ir.Value]:
    """Cells of a grid, from the finer one that a table keeps."""
    return {name: (table[name] >> (own - level)).cast("int32") for name in ("x", "y")}


def _clustered(data: DataSet, query: Filter, level: int, where: Cells, *, points: bool) -> pa.Table:
    """Sums by cell, type and how it is drawn."""

    def columns(table: ir.Table, _: Unit, own: int) -> dict[str, ir.Value]:
        names = ("drawn", "event_type", *SUMS, "number")
        return _cell_columns(table, own, level) | {name: table[name] for name in names}

    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for, where)

    def build(bound: Bound) -> ir.Table:
        found = matching(lean, shape, bound, columns, level=level, more=DRAWN_AS[points])
        sums = {name: found[name].sum().cast("int64") for name in SUMS}
        grouped = found.group_by("drawn", "x", "y", "event_type")
        return grouped.agg(**sums, number=found.number.min())

    found = data.handle.run(("cells", lean.table, points, level, shape), build, values)
    return without_parts(data, query, found, level)


def onsets(
    data: DataSet, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
) -> pa.Table:
    """Count the incidents of cells, or of lines and areas, by steps of their first and last day.

    An incident begins on its first possible day, or where that is open on its last one. What
    begins or ends before the first step counts in it, and so with the last.

    Parameters
    ----------
    bbox, zoom : Bbox, float
        As `cells` and, without `points`, `extents` were asked.

    Returns
    -------
    pyarrow.Table
        ``x`` and ``y``, without `points` ``drawn`` as well, ``event_type`` (its number; those of
        the vocabulary come first), ``step`` and ``last`` (of the last day) from 0, `UNDATED` where
        nothing says when, ``count``, and ``low`` and ``high`` deaths. In no order.
    """
    level, where = grid_of(bbox, zoom) if points else (FINE, cells_of(bbox))
    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for, where)
    values |= {"first": steps.first, "width": steps.width, "last": steps.size - 1}

    def build(bound: Bound) -> ir.Table:
        first, width, last = (bound.number(name) for name in ("first", "width", "last"))

        def columns(table: ir.Table, own: Unit, fineness: int) -> dict[str, ir.Value]:
            since, until = ends(table, own, steps.unit)
            moment = ibis.ifelse(since == OPEN_START, until, since)

            def step(day: ir.Value) -> ir.Value:
                passed = ibis.greatest(day - first, 0) // width
                found = ibis.ifelse(dated(table), ibis.least(passed, last), UNDATED)
                return found.cast("int32")

            names = ("drawn", "event_type", *ONSETS.values())
            return {
                **_cell_columns(table, fineness, level),
                **{name: table[name] for name in names},
                "step": step(moment),
                "last": step(until),
            }

        more = DRAWN_AS[points]
        found = matching(lean, shape, bound, columns, level=level, finest=steps.unit, more=more)
        sums = {name: found[column].sum().cast("int64") for name, column in ONSETS.items()}
        return found.group_by("drawn", "x", "y", "event_type", "step", "last").agg(**sums)

    key = ("onsets", lean.table, points, level, steps.unit.name, shape)
    answer = data.handle.run(key, build, values)
    answer = without_parts(data, query, answer, level, steps)
    return answer.drop_columns(["drawn"]) if points else drawn_said(answer)
