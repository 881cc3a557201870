"""Data sets on the map: records, cells and areas as one GeoJson layer of numbers.

A feature is a MultiPoint that holds many places, with a column of numbers each: a feature a
place would send five times as much. `static/map/datasets.js` reads them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.collection import mercator
from geo.days import OPEN_END, OPEN_START
from geo.model import ZOOMS, Bbox
from geo.vocabulary import ESTABLISHED, EVENT_TYPES
from geo.webmap.incidents import Layer, View

RECORDS, CELLS, AREAS = 0, 1, 2
"""What the places of a feature stand for."""
POINTS = ("exact", "near")
"""Precisions that are drawn as a point; whatever is known less well is a tag on its area."""
OTHER = len(EVENT_TYPES)
"""Number of a type that the vocabulary does not have."""
AT_ONCE = 2_000
"""Records in view up to which each is drawn by itself; beyond, the server sends cells."""
PLAYED = 10_000
"""The same where the reader wants each: their number costs more on the line."""
SIMPLEST = 0.01
"""Degrees by which a shading's outline may differ from the geometry, some 1 km."""

_NUMBERS = {kind: number for number, kind in enumerate(EVENT_TYPES)}


OPTIONS = """{
    pointToLayer: marz.cell, onEachFeature: marz.cellFeature, pane: "mark", interactive: false,
    color: "#1f2328", weight: 0.8, opacity: 0.4, fillColor: "#1f2328", fillOpacity: 0.07
}"""
"""How the shadings on lines and areas are drawn; places are drawn by our script."""


def group(
    features: list[dict[str, Any]],
    view: View,
    *,
    sequence: int,
    sets: int,
    by_set: bool,
    selected: tuple[int, int, int] | None = None,
    fit: tuple[float, float, float, float, int] | None = None,
) -> Layer:
    """The data sets, to be given to ``st_folium`` as ``feature_group_to_add``.

    Parameters
    ----------
    features : list of dict
        As `records`, `cells` and `shading` make them.
    view : View
        How the rest of the map is drawn.
    sequence : int
        Number of this change; what the reader picks comes back with it.
    sets : int
        How many data sets are shown; each has a shape of its own.
    by_set : bool
        Whether colour tells the set instead of the type of event.
    selected : tuple of int, optional
        Set, kind and position of the place that is open.
    fit : tuple of float, optional
        West, south, east, north to move to (EPSG:4326), and a number that is new for each move.
    """
    state = {"seq": sequence, "sets": [1] * sets, "bySet": by_set, "sel": selected, "fit": fit}
    return Layer(features, OPTIONS, "commitCells", {**state, **view.state()})


def records(number: int, table: pa.Table) -> dict[str, Any]:
    """Records that have a point, each by itself.

    Parameters
    ----------
    number : int
        Of the set.
    table : pyarrow.Table
        In `geo.collection.schema.SCHEMA`, all of them with a point; see `placed`.

    Returns
    -------
    dict
        Columns ``c``: type, established (1 or 0), least and most deaths (-1 where none is
        reported), first and last possible day (`OPEN_START`, `OPEN_END`).
    """
    kinds = [_NUMBERS.get(kind, OTHER) for kind in table["event_type"].to_pylist()]
    # A file that says nothing of it tells what happened.
    established = [int(status in (None, *ESTABLISHED)) for status in table["status"].to_pylist()]
    figures = [table[name] for name in ("low", "best", "high")]
    tolls = (pc.min_element_wise(*figures), pc.max_element_wise(*figures))
    return _feature(
        number,
        RECORDS,
        table,
        [
            kinds,
            established,
            *(pc.fill_null(toll, -1).to_pylist() for toll in tolls),
            *_days(table),
        ],
    )


def _days(table: pa.Table) -> list[list[int]]:
    """First and last possible day of each record; open on both sides without any date."""
    ends = (("start", OPEN_START), ("end", OPEN_END))
    return [pc.fill_null(table[name], edge).to_pylist() for name, edge in ends]


def members(places: pa.Table, table: pa.Table) -> list[list[int]]:
    """Of each place its records: type, least and most deaths, first and last possible day.

    Parameters
    ----------
    places : pyarrow.Table
        As `clustered` made it of `table`.
    """
    sites = zip(places["lon"].to_pylist(), places["lat"].to_pylist(), strict=True)
    found: dict[tuple[float, float], list[int]] = {site: [] for site in sites}
    zero = pa.scalar(0, pa.int32())
    columns = (
        table["lon"].to_pylist(),
        table["lat"].to_pylist(),
        [_NUMBERS.get(kind, OTHER) for kind in table["event_type"].to_pylist()],
        pc.coalesce(table["low"], table["best"], zero).to_pylist(),
        pc.coalesce(table["high"], table["best"], table["low"], zero).to_pylist(),
        *_days(table),
    )
    for lon, lat, *numbers in zip(*columns, strict=True):
        found[lon, lat] += numbers
    return list(found.values())


def placed(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Records that are drawn as points, and those that lie somewhere on a line or in an area.

    Parameters
    ----------
    table : pyarrow.Table
        In `geo.collection.schema.SCHEMA`; what has no coordinates is in neither.
    """
    there = pc.and_(pc.is_valid(table["lon"]), pc.is_valid(table["lat"]))
    known = pc.is_in(pc.fill_null(table["geo_precision"], POINTS[0]), pa.array(POINTS))
    point = pc.and_(known, pc.is_null(table["geometry"]))
    return table.filter(pc.and_(there, point)), table.filter(pc.and_(there, pc.invert(point)))


def clustered(table: pa.Table) -> pa.Table:
    """Records on lines and areas, by the place that stands for these: the form of `cells`."""
    zero = pa.scalar(0, pa.int32())
    kinds = pc.index_in(pc.fill_null(table["event_type"], ""), pa.array(list(EVENT_TYPES)))
    kinds = pc.fill_null(kinds, OTHER)
    columns = {name: table[name] for name in ("lon", "lat", "number")}
    columns |= {
        "count": pa.array([1] * table.num_rows, pa.int64()),
        "low": pc.coalesce(table["low"], table["best"], zero),
        "high": pc.coalesce(table["high"], table["best"], table["low"], zero),
    }
    for order, kind in enumerate((*EVENT_TYPES, "other")):
        columns[kind] = pc.cast(pc.equal(kinds, order), pa.int64())
    summed = [name for name in columns if name not in ("lon", "lat", "number")]
    found = (
        pa.table(columns)
        .group_by(["lon", "lat"], use_threads=False)
        .aggregate([("number", "min"), *((name, "sum") for name in summed)])
    )
    return found.rename_columns(
        [name.removesuffix("_sum").removesuffix("_min") for name in found.column_names]
    )


def cells(
    number: int,
    kind: int,
    table: pa.Table,
    sites: Sequence[int] | None = None,
    on_areas: pa.Table | None = None,
) -> dict[str, Any]:
    """Places that stand for several records.

    Parameters
    ----------
    kind : int
        `CELLS` or `AREAS`.
    sites : sequence of int, optional
        Numbers of features of the base map (`geo.places.sites`) to shade, for Marz's own records:
        the browser has their outlines.
    table : pyarrow.Table
        As `geo.collection.engine.cells` and `geo.collection.engine.extents` give it.
    on_areas : pyarrow.Table, optional
        The records that it was clustered of, where they are at hand.

    Returns
    -------
    dict
        Columns ``c``: count, least and most deaths, the mix (type, count, type, count …), and with
        `on_areas` the `members`.
    """
    counts = [table[name].to_pylist() for name in (*EVENT_TYPES, "other")]
    mixes = [
        [int(v) for order, n in enumerate(row) if n for v in (order, n)]
        for row in zip(*counts, strict=True)
    ]
    columns = [[int(v) for v in table[name].to_pylist()] for name in ("count", "low", "high")]
    made = _feature(number, kind, table, [*columns, mixes])
    if on_areas is not None:
        made["properties"]["c"].append(members(table, on_areas))
    if sites is not None:
        made["properties"]["n"] = sorted(set(sites))
    return made


def shading(geometry: bytes) -> dict[str, Any] | None:
    """The outline of a line or an area, thinned to what a screen shows.

    Parameters
    ----------
    geometry : bytes
        WKB, EPSG:4326.

    Returns
    -------
    dict or None
        None for what is neither a line nor an area.
    """
    shape = shapely.from_wkb(geometry, on_invalid="ignore")
    if shape is None or shape.is_empty or shape.geom_type.endswith("Point"):
        return None
    thin = shapely.set_precision(shape.simplify(SIMPLEST), 1e-3)
    if thin.is_empty or thin.geom_type == "GeometryCollection":
        return None
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(thin),
        "properties": {},
    }


def window(box: Bbox, share: float) -> Bbox:
    """An extent with a part of its width and height around it, within the world."""
    dx, dy = share * (box.east - box.west), share * (box.north - box.south)
    return Bbox(
        max(-180.0, box.west - dx),
        max(-mercator.LIMIT, box.south - dy),
        min(180.0, box.east + dx),
        min(mercator.LIMIT, box.north + dy),
    )


def zoom_of(box: Bbox, width: int, height: int) -> float:
    """Zoom at which an extent fills a map of so many pixels (Web Mercator)."""
    north, south = mercator.northing([box.north, box.south]).tolist()
    spans = ((box.east - box.west) / 360 / width, (north - south) / (2 * math.pi) / height)
    return max(ZOOMS[0], min(ZOOMS[1], -math.log2(max(*spans, 1e-9) * mercator.TILE)))


def union(boxes: Iterable[Bbox | None]) -> Bbox | None:
    """The extent of several; None where there is none."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return Bbox(min(west), min(south), max(east), max(north))


def _feature(number: int, kind: int, table: pa.Table, columns: list[Any]) -> dict[str, Any]:
    lon, lat = (table[name].to_pylist() for name in ("lon", "lat"))
    return {
        "type": "Feature",
        "geometry": {
            "type": "MultiPoint",
            "coordinates": [[round(x, 4), round(y, 4)] for x, y in zip(lon, lat, strict=True)],
        },
        "properties": {"s": number, "k": kind, "c": columns},
    }
