"""What a picture may show: the borders, one of them, the incidents of a filter, a map's view."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely

from geo import places
from geo.collection import mercator
from geo.collection.mercator import TILE
from geo.model import MAX_LATITUDE, ZOOMS, Bbox, FilterError, extent
from geo.package.load import Package, Rows

BORDERS, FILTER = "borders", "filter"
LEAST = 0.4
"""Degrees of latitude that an extent of incidents has at least: one place is shown in its land."""
MARGIN = 0.06
"""Ground around the incidents, as a share of their extent."""
FAR_KM = 150.0
"""Kilometres from the borders beyond which an act does not widen an extent."""
KM, FINE = 111.2, 0.02
"""Kilometres in a degree of latitude, and degrees that do not matter for `FAR_KM`."""
GRID = 1000
"""Parts of a degree to which an extent is rounded: a hundred metres."""
CLUSTERED, APART = 25.0, 10.5
"""Pixels within which points share a symbol, and the zoom from which none does: static/map."""
LAND = 8.0
"""Zoom at which one place is shown in its land."""
FRAME = (900.0, 470.0)
"""Pixels of a map's frame at a desk, where nobody knows its own."""


def names(package: Package) -> list[str]:
    """Words that `named` knows: both words, and each border by its place id."""
    return [BORDERS, FILTER, *sorted(set(package.layers["borders"]["place_id"]))]


def named(package: Package, rows: Rows, name: str) -> Bbox | None:
    """Find an extent by its name.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents`` of what is shown.
    name : str
        One of `names`.

    Returns
    -------
    Bbox or None
        None for the extent of the borders, which is a picture's own.

    Raises
    ------
    FilterError
        If there is no such name, or none of the incidents has a place.
    """
    if name == BORDERS:
        return None
    if name == FILTER:
        return _of_incidents(package, rows)
    layer = package.layers["borders"]
    found = layer[layer["place_id"] == name]
    if found.empty:
        raise FilterError(
            f"There is no extent “{name}”. Choose one of {', '.join(names(package))}."
        )
    return _roomy(*found.total_bounds.tolist())


def _of_incidents(package: Package, rows: Rows) -> Bbox:
    """Around points, and around lines and areas whole, unless that is a country.

    Acts in capitals far away do not widen it: where some are within `FAR_KM` of a border, the
    others are left out.
    """
    near: list[tuple[float, float, float, float]] = []
    far: list[tuple[float, float, float, float]] = []
    geometries = places.geodata(package, rows).geometry
    distances = _from_borders(package, geometries.to_numpy())
    for row, geometry, distance in zip(rows, geometries, distances, strict=True):
        site = places.site_of(package, int(row))
        if site is None or geometry is None:
            continue
        if site.layer == "countries":
            far.append((site.lon, site.lat, site.lon, site.lat))
        else:
            (near if distance <= FAR_KM else far).append(geometry.bounds)
    if not near and not far:
        raise FilterError(
            "None of these incidents has a place, so they have no extent. Choose another one, "
            "such as borders."
        )
    west, south, east, north = zip(*(near or far), strict=True)
    return _roomy(min(west), min(south), max(east), max(north))


def _from_borders(package: Package, geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Kilometres from the nearest border, near enough to tell what is far; NaN for nothing."""
    borders = package.layers["borders"].geometry.to_numpy()
    _, south, _, north = places.extent_of(package)
    across = math.cos(math.radians((south + north) / 2))
    flat = [
        shapely.transform(shapely.simplify(shapes, FINE), lambda xy: xy * (across, 1.0) * KM)
        for shapes in (geometries, borders)
    ]
    distances: npt.NDArray[np.float64] = shapely.distance(flat[0], shapely.union_all(flat[1]))
    return distances


def _roomy(west: float, south: float, east: float, north: float) -> Bbox:
    """The extent with a margin, and no smaller than `LEAST` either way on the ground."""
    middle = math.cos(math.radians(min(MAX_LATITUDE, abs(south + north) / 2)))
    tall = max(LEAST, (north - south) * (1 + 2 * MARGIN))
    wide = max(LEAST / middle, (east - west) * (1 + 2 * MARGIN))
    lon, lat = (west + east) / 2, (south + north) / 2
    return _within(lon - wide / 2, lat - tall / 2, lon + wide / 2, lat + tall / 2)


def alone(package: Package, row: int) -> tuple[float, float, float] | None:
    """Where a map in a browser shows the symbol of an incident by itself.

    Returns
    -------
    tuple of float or None
        Latitude, longitude and the least zoom from `LAND` on at which no other place is so near
        that they would share a symbol; all of a line or an area, but for a country's. None
        without a place.
    """
    site = places.site_of(package, row)
    if site is None:
        return None
    if not site.is_point:
        if site.layer == "countries":
            return site.lat, site.lon, LAND
        frame = places.geodata(package, np.array([row], dtype=np.intp))
        at = opening(_roomy(*frame.total_bounds.tolist()), *FRAME)
        return at[0], at[1], min(APART, at[2])
    others = [other for other in places.sites(package) if other.is_point and other != site]
    lon = np.array([other.lon for other in others])
    lat = np.array([other.lat for other in others])
    across = TILE * (lon - site.lon) / 360
    up = TILE * (mercator.northing(lat) - mercator.northing(site.lat)) / (2 * np.pi)
    nearest = float(np.hypot(across, up).min(initial=TILE))
    fit = math.log2(CLUSTERED / nearest) if nearest else APART
    return site.lat, site.lon, max(LAND, min(APART, math.ceil(fit * 4) / 4))


def opening(bbox: Bbox, width: float, height: float) -> tuple[float, float, float]:
    """Latitude, longitude and zoom at which a map in a browser shows all of an extent.

    Parameters
    ----------
    width, height : float
        Of the map's frame, in pixels of the style sheet.
    """
    upper, lower = _share(bbox.north), _share(bbox.south)
    fit = min(width / ((bbox.east - bbox.west) / 360), height / (lower - upper))
    zoom = math.floor(math.log2(fit / TILE) * 100) / 100
    lat = _latitude((upper + lower) / 2)
    low, high = ZOOMS
    return round(lat, 4), round((bbox.west + bbox.east) / 2, 4), max(low, min(high, zoom))


def seen(at: tuple[float, float, float], width: float, height: float) -> Bbox:
    """Work out what a map in a browser shows.

    Parameters
    ----------
    at : tuple of float
        Latitude and longitude of its middle (EPSG:4326), and its zoom as Leaflet counts it.
    width, height : float
        Of its frame, in pixels of the style sheet.

    Returns
    -------
    Bbox
        Cut off at the edges of the earth's map.
    """
    lat, lon, zoom = at
    pixels = TILE * 2.0**zoom
    x = (lon + 180) / 360 * pixels
    y = _share(lat) * pixels
    west, east = ((x + side * width / 2) / pixels * 360 - 180 for side in (-1, 1))
    south, north = (_latitude((y + side * height / 2) / pixels) for side in (1, -1))
    return _within(west, south, east, north)


def _share(latitude: float) -> float:
    """Height on the map, 0 for its upper and 1 for its lower edge."""
    return 0.5 - float(mercator.northing(latitude)) / (2 * math.pi)


def _latitude(share: float) -> float:
    """Inverse of `_share`."""
    return float(mercator.latitude(math.pi * (1 - 2 * share)))


def _within(west: float, south: float, east: float, north: float) -> Bbox:
    """Rounded outwards, so that a printed address stays short, and cut off at the map's edges."""
    low_x, low_y = (math.floor(value * GRID) / GRID for value in (west, south))
    high_x, high_y = (math.ceil(value * GRID) / GRID for value in (east, north))
    return extent(
        max(-180.0, low_x),
        max(-MAX_LATITUDE, low_y),
        min(180.0, high_x),
        min(MAX_LATITUDE, high_y),
    )
