"""Cells of a grid that follows the zoom, and what is drawn as a line or an area."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir
import pyarrow as pa

from geo.collection.engine.data import DataSet
from geo.collection.engine.family import without_parts
from geo.collection.engine.predicates import asked, matching, narrowed
from geo.collection.engine.prepared import Bound
from geo.collection.engine.time_range import Test
from geo.collection.grid import (
    AT_MOST,
    FINE,
    POINT,
    SUMS,
    Cells,
    areas,
    cells_of,
    clusters,
    grid_of,
)
from geo.collection.steps import Unit
from geo.model import Bbox, Filter

DRAWN_AS: dict[bool, Callable[[ir.Table], list[Test]]] = {
    True: lambda table: [table.drawn == POINT],
    False: lambda table: [table.drawn > POINT],
}


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


def cell_columns(table: ir.Table, own: int, level: int) -> dict[str, ir.Value]:
    """Cells of a grid, from the finer one that a table keeps."""
    return {name: (table[name] >> (own - level)).cast("int32") for name in ("x", "y")}


def _clustered(data: DataSet, query: Filter, level: int, where: Cells, *, points: bool) -> pa.Table:
    """Sums by cell, type and how it is drawn."""

    def columns(table: ir.Table, _: Unit, own: int) -> dict[str, ir.Value]:
        names = ("drawn", "event_type", *SUMS, "number")
        return cell_columns(table, own, level) | {name: table[name] for name in names}

    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for, where)

    def build(bound: Bound) -> ir.Table:
        found = matching(lean, shape, bound, columns, level=level, more=DRAWN_AS[points])
        sums = {name: found[name].sum().cast("int64") for name in SUMS}
        grouped = found.group_by("drawn", "x", "y", "event_type")
        return grouped.agg(**sums, number=found.number.min())

    found = data.handle.run(("cells", lean.table, points, level, shape), build, values)
    return without_parts(data, query, found, level)
