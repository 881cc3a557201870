"""Where rows may lie, as Ibis expressions: what `geo.collection.space` asks in memory."""

from __future__ import annotations

import math

import ibis
import ibis.expr.types as ir

from geo.collection.engine.prepared import Bound, Value
from geo.collection.engine.time_range import Test
from geo.collection.grid import EDGES, NOWHERE, POINT
from geo.collection.space import EARTH_KM
from geo.model import Filter

DEGREE = 1_000_000
"""Parts of a degree in which positions are kept."""
RADIANS = math.pi / 180 / DEGREE
METRES_OF_A_DEGREE = math.radians(EARTH_KM) * 1000


def values(query: Filter) -> dict[str, Value]:
    """Numbers that `tests` may need, by their names."""
    found: dict[str, Value] = {}
    if query.near:
        lon, lat = (round(value * DEGREE) for value in query.near[:2])
        metres = round(query.near.km * 1000)
        # What lies farther north or south needs no distance measured.
        off = math.ceil(metres / METRES_OF_A_DEGREE * DEGREE)
        found |= {"near_lon": lon, "near_lat": lat, "near_m": metres}
        found |= {"near_south": lat - off, "near_north": lat + off}
    if query.within:
        edges = zip(EDGES, query.within, strict=True)
        found |= {f"within_{name}": round(edge * DEGREE) for name, edge in edges}
    return found


def tests(table: ir.Table, asked: tuple[str, ...], match: str, bound: Bound) -> list[Test]:
    """Tests that rows lie where a filter looks, possibly or certainly; all must hold."""
    found = [table.drawn != NOWHERE]
    sure = match == "certainly"
    if sure:
        # A point that stands for an area without an outline may be anywhere in that.
        sized = (table.west < table.east) | (table.south < table.north)
        found.append((table.drawn == POINT) | sized)
    if "within" in asked:
        west, south, east, north = (bound.number(f"within_{name}") for name in EDGES)
        if sure:
            found += [table.west >= west, table.east <= east]
            found += [table.south >= south, table.north <= north]
        else:
            found += [table.west <= east, table.east >= west]
            found += [table.south <= north, table.north >= south]
    if "near" in asked:
        lon, lat = bound.number("near_lon"), bound.number("near_lat")
        found.append(table.north >= bound.number("near_south"))
        found.append(table.south <= bound.number("near_north"))
        limit = (bound.number("near_m").cast("float64") / (2000 * EARTH_KM)).sin()
        if sure:
            west_is_far = (table.west - lon).abs() > (table.east - lon).abs()
            far = ibis.ifelse(west_is_far, table.west, table.east)
            corners = [_half_chord(lon, lat, far, side) for side in (table.south, table.north)]
            found += [corner <= limit * limit for corner in corners]
        else:
            at = (
                ibis.greatest(table.west, ibis.least(table.east, lon)),
                ibis.greatest(table.south, ibis.least(table.north, lat)),
            )
            found.append(_half_chord(lon, lat, *at) <= limit * limit)
    return found


def _half_chord(
    lon: ir.IntegerValue, lat: ir.IntegerValue, east: ir.IntegerValue, north: ir.IntegerValue
) -> ir.FloatingValue:
    """As `geo.collection.space.half_chord`, of millionths of a degree."""
    lon, lat, east, north = (value.cast("float64") * RADIANS for value in (lon, lat, east, north))
    up, across = ((north - lat) / 2).sin(), ((east - lon) / 2).sin()
    return up * up + lat.cos() * north.cos() * across * across
