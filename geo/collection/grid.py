"""The grid of the map: its cells, how a record is drawn in it, and sums by cell."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.collection import mercator
from geo.model import Bbox
from geo.vocabulary import EVENT_TYPES

FINE = 22
"""The grid of the rows divides the world's edge into 2 ** FINE, 9.6 m at the equator."""
WORLD = 2**FINE
NOWHERE, POINT, SHAPE = 0, 1, 6
DRAWN = {"district": 2, "province": 3, "border": 4, "country": 5}
"""How a row is drawn: not, as a point, as the area that its precision names, as its own shape."""
EDGES = ("west", "south", "east", "north")
"""Of what a row is known to lie in, in millionths of a degree: a point is its own edges."""
AT_MOST = 2_000
"""Cells in a view."""
OTHER = "other"
"""Column of the counts of rows whose type is none of the vocabulary."""
SUMS = ("n", "lon6", "lat6", "low", "best", "high")


Cell = npt.NDArray[np.int64]


def cell_of(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Cell, Cell]:
    """Cells of the finest grid that hold points; EPSG:4326 to a square world of EPSG:3857.

    What lies beyond the edge of Web Mercator falls into the outermost row.
    """
    east = np.clip(np.asarray(lon, dtype=float), -180, 180)
    x = np.floor((east / 360 + 0.5) * WORLD)
    y = np.floor((0.5 - mercator.northing(lat) / (2 * np.pi)) * WORLD)
    last = WORLD - 1
    return np.clip(x, 0, last).astype(np.int64), np.clip(y, 0, last).astype(np.int64)


class Cells(NamedTuple):
    """Cells of a grid, both ends included."""

    west: int
    north: int
    east: int
    south: int

    def at(self, coarser: int) -> Cells:
        """Of a grid with 2 ** `coarser` times fewer cells each way."""
        return Cells(*(edge >> coarser for edge in self))

    def whole(self, finer: int) -> Cells:
        """The cells of a grid 2 ** `finer` times finer that these are made of."""
        last = (1 << finer) - 1
        west, north, east, south = (edge << finer for edge in self)
        return Cells(west, north, east + last, south + last)


def cells_of(bbox: Bbox) -> Cells:
    """Cells of the finest grid that an extent touches; EPSG:4326."""
    (west, east), (north, south) = cell_of([bbox.west, bbox.east], [bbox.north, bbox.south])
    if bbox.east - bbox.west >= 360:
        return Cells(0, int(north), WORLD - 1, int(south))
    return Cells(int(west), int(north), int(east), int(south))


def box_of(x: int, y: int, level: int) -> Bbox:
    """What a cell covers (EPSG:4326), but for its edges: those belong to the next ones as well."""
    edge = 2.0**level
    south, north = mercator.latitude([np.pi * (1 - 2 * row / edge) for row in (y + 1, y)]).tolist()
    west, east = (column / edge * 360 - 180 for column in (x, x + 1))
    gap = 360 / edge / 1e5
    return Bbox(west + gap, south + gap, east - gap, north - gap)


def level_of(bbox: Bbox, zoom: float) -> int:
    """Fineness of the grid for a view: cells of 32 pixels, and at most `AT_MOST` of them."""
    level = min(FINE, max(0, int(zoom + 0.5) + 3))
    seen = cells_of(bbox)
    while level > 0 and _size(seen.at(FINE - level)) > AT_MOST:
        level -= 1
    return level


def _size(where: Cells) -> int:
    return (where.east - where.west + 1) * (where.south - where.north + 1)


def placed(table: pa.Table) -> dict[str, npt.NDArray[Any]]:
    """Where the rows of a data set stand in the finest grid, and how they are drawn.

    Returns
    -------
    dict of str to numpy.ndarray
        ``drawn``, ``x``, ``y``, ``lon6``, ``lat6`` and the four `EDGES` as in the rows of an
        engine.
    """
    lon = pc.fill_null(table["lon"], np.nan).to_numpy()
    lat = pc.fill_null(table["lat"], np.nan).to_numpy()
    # Comparisons are false for NaN.
    there = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon, lat = np.where(there, lon, 0), np.where(there, lat, 0)
    precision = pc.fill_null(table["geo_precision"], "").combine_chunks().dictionary_encode()
    known = np.array([DRAWN.get(v, POINT) for v in precision.dictionary.to_pylist()] or [POINT])
    drawn = known[precision.indices.to_numpy(zero_copy_only=False)]
    shape = pc.is_valid(table["geometry"]).to_numpy()
    drawn = np.where(shape & (drawn == POINT), SHAPE, drawn)
    x, y = cell_of(lon, lat)
    edges = np.stack([lon, lat, lon, lat])
    if shape.any():
        drawn_as = shapely.from_wkb(table["geometry"].filter(pa.array(shape)), on_invalid="ignore")
        bounds = shapely.bounds(drawn_as).T
        edges[:, shape] = np.where(np.isnan(bounds), edges[:, shape], bounds)
    return {
        "drawn": np.where(there, drawn, NOWHERE).astype(np.int32),
        "x": np.where(there, x, 0).astype(np.int32),
        "y": np.where(there, y, 0).astype(np.int32),
        "lon6": np.floor(lon * 1e6 + 0.5).astype(np.int64),
        "lat6": np.floor(lat * 1e6 + 0.5).astype(np.int64),
        **{
            name: np.where(there, np.floor(edge * 1e6 + 0.5), 0).astype(np.int32)
            for name, edge in zip(EDGES, edges, strict=True)
        },
    }


def drawn_said(found: pa.Table) -> pa.Table:
    """The same table with words for the numbers in ``drawn``."""
    names = {number: name for name, number in DRAWN.items()} | {SHAPE: "shape"}
    said = pa.array([names[number] for number in found["drawn"].to_pylist()], pa.string())
    return found.set_column(found.schema.get_field_index("drawn"), "drawn", said)


def grid_of(bbox: Bbox, zoom: float) -> tuple[int, Cells]:
    """Fineness of the grid for a view, and its whole cells that the view touches."""
    level = level_of(bbox, zoom)
    return level, cells_of(bbox).at(FINE - level).whole(FINE - level)


def clusters(found: pa.Table, level: int) -> pa.Table:
    """Sums of points as the cells of a level: see `Collection.cells`."""
    cells = _mixed(found, ["x", "y"])
    return cells.add_column(0, "level", pa.array(np.full(len(cells), level, np.int32)))


def areas(found: pa.Table, limit: int) -> pa.Table:
    """Sums of what is no point as its lines and areas: see `Collection.areas`."""
    return drawn_said(_mixed(found, ["drawn", "x", "y"], always=True).slice(0, limit))


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

    sums = {name: summed(columns[name]) for name in SUMS}
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
