"""Cells of a grid that follows the zoom, and what is drawn as a line or an area."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.collection.engine.data import DataSet
from geo.collection.engine.predicates import Cells, asked, cells_of, matching, narrowed
from geo.collection.engine.prepared import Bound
from geo.collection.engine.schema import DRAWN, FINE, POINT, SHAPE
from geo.collection.engine.time_range import Test, Unit
from geo.model import Bbox, Filter
from geo.vocabulary import EVENT_TYPES

AT_MOST = 2_000
"""Cells in a view."""
OTHER = "other"
"""Column of the counts of rows whose type is none of the vocabulary."""
DRAWN_AS: dict[bool, Callable[[ir.Table], list[Test]]] = {
    True: lambda table: [table.drawn == POINT],
    False: lambda table: [table.drawn > POINT],
}
_SUMS = ("n", "lon6", "lat6", "low", "best", "high")


def level_of(bbox: Bbox, zoom: float) -> int:
    """Fineness of the grid for a view: cells of 32 pixels, and at most `AT_MOST` of them."""
    level = min(FINE, max(0, int(zoom + 0.5) + 3))
    seen = cells_of(bbox)
    while level > 0 and _size(seen.at(FINE - level)) > AT_MOST:
        level -= 1
    return level


def cells(data: DataSet, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
    """Incidents with a point, gathered in the cells of a grid that follows the zoom.

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
        At most `AT_MOST` rows, the largest first: ``level`` (the world's edge is 2 ** level
        cells), ``x`` and ``y`` (from the north-western corner), ``lon``, ``lat`` (mean of the
        members), ``count``, ``low``, ``best``, ``high`` (deaths), ``number`` (of the incident
        where there is one, else null), and one column of counts for each event type of the
        vocabulary, and `OTHER`.
    """
    level, where = grid_of(bbox, zoom)
    found = _gathered(data, query, level, where, points=True)
    mixed = _mixed(found, ["x", "y"])
    return mixed.add_column(0, "level", pa.array(np.full(mixed.num_rows, level, np.int32)))


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
    found = _gathered(data, query, FINE, cells_of(bbox), points=False)
    return drawn_said(_mixed(found, ["drawn", "x", "y"], always=True).slice(0, limit))


def drawn_said(found: pa.Table) -> pa.Table:
    """The same table with words for the numbers in ``drawn``."""
    names = {number: name for name, number in DRAWN.items()} | {SHAPE: "shape"}
    said = pa.array([names[number] for number in found["drawn"].to_pylist()], pa.string())
    return found.set_column(found.schema.get_field_index("drawn"), "drawn", said)


def grid_of(bbox: Bbox, zoom: float) -> tuple[int, Cells]:
    """Fineness of the grid for a view, and its whole cells that the view touches."""
    level = level_of(bbox, zoom)
    return level, cells_of(bbox).at(FINE - level).whole(FINE - level)


def cell_columns(table: ir.Table, own: int, level: int) -> dict[str, ir.Value]:
    """Cells of a grid, from the finer one that a table keeps."""
    return {name: (table[name] >> (own - level)).cast("int32") for name in ("x", "y")}


def _size(where: Cells) -> int:
    return (where.east - where.west + 1) * (where.south - where.north + 1)


def _gathered(data: DataSet, query: Filter, level: int, where: Cells, *, points: bool) -> pa.Table:
    """Sums by cell, type and how it is drawn."""

    def columns(table: ir.Table, _: Unit, own: int) -> dict[str, ir.Value]:
        names = ("drawn", "event_type", *_SUMS, "number")
        return cell_columns(table, own, level) | {name: table[name] for name in names}

    data, query = narrowed(data, query)
    shape, values = asked(data, query, where)

    def build(bound: Bound) -> ir.Table:
        found = matching(data, shape, bound, columns, level=level, more=DRAWN_AS[points])
        sums = {name: found[name].sum().cast("int64") for name in _SUMS}
        grouped = found.group_by("drawn", "x", "y", "event_type")
        return grouped.agg(**sums, number=found.number.min())

    return data.handle.run(("cells", data.table, points, level, shape), build, values)


def _mixed(found: pa.Table, keys: list[str], *, always: bool = False) -> pa.Table:
    """One row a place, its types side by side."""
    columns = {name: found[name].to_numpy() for name in found.column_names}
    places, group = np.unique(
        np.stack([columns[name] for name in keys], axis=1).astype(np.int64),
        axis=0,
        return_inverse=True,
    )
    size = len(places)

    def summed(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        total = np.zeros(size, dtype=np.int64)
        np.add.at(total, group, values)
        return total

    sums = {name: summed(columns[name]) for name in _SUMS}
    number = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(number, group, columns["number"])
    known = len(EVENT_TYPES)
    kind = np.minimum(columns["event_type"], known)
    several = np.zeros(size, dtype=bool) if always else sums["n"] != 1
    made = {
        **{name: places[:, n].astype(np.int32) for n, name in enumerate(keys)},
        "lon": sums["lon6"] / np.maximum(sums["n"], 1) / 1e6,
        "lat": sums["lat6"] / np.maximum(sums["n"], 1) / 1e6,
        "count": sums["n"],
        **{name: sums[name] for name in ("low", "best", "high")},
        "number": pa.array(number, mask=several),
        **{
            name: summed(np.where(kind == n, columns["n"], 0))
            for n, name in enumerate((*EVENT_TYPES, OTHER))
        },
    }
    order = np.lexsort([*places.T[::-1], -sums["n"]])
    return pa.table(made).take(pa.array(order))
