"""Where incidents may be: their footprints, and whether one lies near a place or in an extent.

What is known only to lie in a district has the district for its footprint. It lies *possibly*
near a place when any part of that does, and *certainly* when all of it does. A footprint is kept
as boxes in degrees: a point is one without size, an area or a line many that cover it. So what
is said to be possible may be a little too much, and what is said to be certain never is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.collection.folding import fold, key
from geo.model import Filter, FilterError, Near
from geo.package.load import Package, memoised
from geo.places import Entry, entries, geodata, site_of, sites

Boxes = npt.NDArray[np.float64]
"""West, south, east and north in degrees, a row each."""
Mask = npt.NDArray[np.bool_]
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG's R1): on a sphere a distance is at most 0.6 % beside the true."""
MOST_BOXES = 64
"""That cover one line or area."""
DECIMALS = 4
"""Of the boxes in degrees, outwards: about ten metres."""


def half_chord(
    lon: npt.ArrayLike, lat: npt.ArrayLike, other_lon: npt.ArrayLike, other_lat: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Square of the sine of half the angle between points: the haversine, which grows as it does.

    Parameters
    ----------
    lon, lat, other_lon, other_lat : array_like
        Degrees, EPSG:4326.
    """
    east, north, other_east, other_north = (
        np.radians(value) for value in (lon, lat, other_lon, other_lat)
    )
    across = np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    found: npt.NDArray[np.float64] = np.sin((other_north - north) / 2) ** 2 + across
    return found


def reach(km: float) -> float:
    """The `half_chord` of a distance on the ground."""
    return float(np.sin(km / EARTH_KM / 2) ** 2)


def possible(boxes: Boxes, query: Filter) -> Mask:
    """Which boxes lie at least in part where a filter looks."""
    west, south, east, north = boxes.T
    found = np.ones(len(boxes), dtype=bool)
    if query.within:
        asked = query.within
        found &= (west <= asked.east) & (east >= asked.west)
        found &= (south <= asked.north) & (north >= asked.south)
    if query.near:
        lon, lat, km, *_ = query.near
        nearest = half_chord(lon, lat, np.clip(lon, west, east), np.clip(lat, south, north))
        found &= nearest <= reach(km)
    return found


def certain(boxes: Boxes, query: Filter) -> Mask:
    """Which boxes lie wholly where a filter looks."""
    west, south, east, north = boxes.T
    found = np.ones(len(boxes), dtype=bool)
    if query.within:
        asked = query.within
        found &= (west >= asked.west) & (east <= asked.east)
        found &= (south >= asked.south) & (north <= asked.north)
    if query.near:
        lon, lat, km, *_ = query.near
        far = np.where(np.abs(west - lon) > np.abs(east - lon), west, east)
        corners = (half_chord(lon, lat, far, side) for side in (south, north))
        found &= np.maximum(*corners) <= reach(km)
    return found


# ---------------------------------------------------------------- of a package
@memoised
def footprints(package: Package) -> dict[int, Boxes]:
    """Site that incidents hang on -> the boxes that cover it."""
    rows = range(len(package.incidents))
    found = (site_of(package, row) for row in rows)
    shapes = dict(
        zip(
            (-1 if site is None else site.number for site in found),
            geodata(package, np.array(rows, dtype=np.intp)).geometry,
            strict=True,
        )
    )
    return {
        number: covering(shape)
        if shape.geom_type != "Point"
        else np.array([[sites(package)[number].lon, sites(package)[number].lat] * 2])
        for number, shape in sorted(shapes.items())
        if number >= 0
    }


def covering(shape: BaseGeometry) -> Boxes:
    """Boxes that together cover a line or an area, `MOST_BOXES` or a few more.

    The largest that the shape does not fill is divided in four, until there are enough.
    """
    shapely.prepare(shape)
    filled: list[tuple[float, ...]] = []
    cut: list[tuple[float, ...]] = [shape.bounds]
    while cut and len(filled) + len(cut) < MOST_BOXES:
        west, south, east, north = largest = max(cut, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
        cut.remove(largest)
        lon, lat = (west + east) / 2, (south + north) / 2
        for part in (
            (west, south, lon, lat),
            (lon, south, east, lat),
            (west, lat, lon, north),
            (lon, lat, east, north),
        ):
            box = shapely.box(*part)
            if shape.contains(box):
                filled.append(part)
            elif shape.intersects(box):
                cut.append(part)
    boxes = np.array([*filled, *cut])
    scale = 10**DECIMALS
    outer = [np.floor(boxes[:, :2] * scale), np.ceil(boxes[:, 2:] * scale)]
    found: Boxes = np.hstack(outer) / scale
    return found


def mask(package: Package, query: Filter) -> Mask:
    """Which incidents of a package lie where a filter looks; what has no place never does."""
    boxes, starts, position, vague = _covered(package)
    if not len(boxes):
        return np.zeros(len(position), dtype=bool)
    found: Mask = position >= 0
    if query.match == "certainly":
        found &= ~vague & np.logical_and.reduceat(certain(boxes, query), starts)[position]
    else:
        found &= np.logical_or.reduceat(possible(boxes, query), starts)[position]
    return found


@memoised
def _covered(package: Package) -> tuple[Boxes, npt.NDArray[Any], npt.NDArray[Any], Mask]:
    """All boxes, where those of each site begin, the site of each row, and which are `vague`."""
    known = footprints(package)
    order = {number: position for position, number in enumerate(known)}
    found = [site_of(package, row) for row in range(len(package.incidents))]
    sizes = [len(boxes) for boxes in known.values()]
    return (
        np.concatenate([np.empty((0, 4)), *known.values()]),
        np.cumsum([0, *sizes[:-1]]),
        np.array([-1 if site is None else order[site.number] for site in found], dtype=np.intp),
        vague(package),
    )


@memoised
def vague(package: Package) -> Mask:
    """Which incidents have a point that stands for an area whose outline is not known."""
    return np.array(
        [
            bool(site and site.is_point and precision not in ("exact", "near"))
            for row, precision in enumerate(package.incidents["geo_precision"])
            for site in (site_of(package, row),)
        ],
        dtype=bool,
    )


# ---------------------------------------------------------------- what is asked for
@memoised
def centres(package: Package) -> dict[str, tuple[str, float, float]]:
    """Places that have a point: id -> name, longitude and latitude."""
    known = {site.place_id: site for site in sites(package) if site.is_point}
    return {
        entry.place_id: (entry.name, site.lon, site.lat)
        for entry in entries(package).values()
        if (site := known.get(entry.place_id))
    }


def near(package: Package, text: str) -> Near:
    """Read ``isfara,25`` or ``40.1,70.6,25``: kilometres around a place or a point.

    Parameters
    ----------
    text : str
        Id or name of a place in any of its spellings, or latitude and longitude; then kilometres.

    Raises
    ------
    FilterError
        If there is no such place, or it has no point.
    """
    where, _, km = (part.strip() for part in text.rpartition(","))
    remedy = "Write such as isfara,25 or 40.12,70.63,25: a place or latitude,longitude, then km."
    try:
        distance = float(km)
        if "," in where:
            lat, lon = (float(part) for part in where.split(","))
            return _made(Near(lon, lat, distance))
    except ValueError:
        raise FilterError(f"“{text}” is no place with a distance. {remedy}") from None
    found = _place(package, where)
    if found is None:
        raise FilterError(f"There is no place “{where}” in these data. {remedy}")
    known = centres(package).get(found.place_id)
    if known is None:
        raise FilterError(
            f"{found.name} has no point to measure from. Choose a town or village in it, "
            "or search for its name."
        )
    name, lon, lat = known
    return _made(Near(lon, lat, distance, found.place_id, name))


def _made(near: Near) -> Near:
    """Checked as a filter checks it, where whoever asks can still be told."""
    return Filter(near=near).near or near


def _place(package: Package, asked: str) -> Entry | None:
    """The place of an id or a name; of several the one with a point."""
    known = entries(package)
    if asked in known:
        return known[asked]
    folded = fold(asked)
    alike = [e for e in known.values() if folded and folded in map(fold, e.names)]
    alike = alike or [e for e in known.values() if key(folded) in {key(fold(n)) for n in e.names}]
    # Of its main name rather than of another one, and the first in the list rather than any.
    return min(
        alike,
        key=lambda e: (e.place_id not in centres(package), fold(e.name) != folded, e.place_id),
        default=None,
    )
