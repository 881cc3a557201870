"""Geometry shared by the layers: measuring, projecting, simplifying, writing GeoJSON."""

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely import Geometry

WGS84 = Geod(ellps="WGS84")

# Tolerances are metres, so lines are simplified in a conformal projection centred on the
# map: within the extent its scale is off by less than half a per cent.
LOCAL = "+proj=lcc +lat_1=37 +lat_2=42 +lat_0=39.5 +lon_0=71 +datum=WGS84 +units=m"
_TO_LOCAL = Transformer.from_crs("EPSG:4326", LOCAL, always_xy=True)
_FROM_LOCAL = Transformer.from_crs(LOCAL, "EPSG:4326", always_xy=True)

DECIMALS = 5  # about one metre; RFC 7946 advises no more than six

Feature = dict[str, Any]


def length_km(line: Geometry) -> float:
    """Geodesic length on WGS 84."""
    return abs(WGS84.geometry_length(line)) / 1000


def area_km2(polygon: Geometry) -> float:
    """Geodesic area on WGS 84."""
    oriented = shapely.orient_polygons(polygon, exterior_cw=False)
    return abs(WGS84.geometry_area_perimeter(oriented)[0]) / 1e6


def _transformed(geometry: Any, transformer: Transformer) -> Any:
    return shapely.transform(
        geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )


def to_local(geometry: Any) -> Any:
    """Project longitude and latitude to local metres (a geometry or an array of them)."""
    return _transformed(geometry, _TO_LOCAL)


def from_local(geometry: Any) -> Any:
    """Project local metres back to longitude and latitude."""
    return _transformed(geometry, _FROM_LOCAL)


def simplified(geometry: Geometry, metres: float) -> Geometry:
    """Douglas-Peucker simplification with a tolerance in metres."""
    return from_local(to_local(geometry).simplify(metres))


def only_polygons(geometry: Geometry) -> Geometry:
    """Drop the points and lines that an overlay leaves behind."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.union_all(parts)


def rounded(geometry: Geometry) -> Geometry:
    """Snap coordinates to the committed precision, keeping polygons valid.

    Lines and points are only rounded: snapping would cut a line where it touches itself.
    """
    if shapely.get_dimensions(geometry) == 2:
        return shapely.normalize(shapely.set_precision(geometry, 10**-DECIMALS))
    on_grid = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
    return shapely.remove_repeated_points(on_grid)


def slug(name: str) -> str:
    """Lower-case ASCII id of an English name."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")


def feature(identifier: str, properties: dict[str, Any], geometry: Geometry) -> Feature:
    """Make a GeoJSON feature after RFC 7946.

    Parameters
    ----------
    identifier : str
        The feature's own id, unique over all layers.
    properties : dict
        JSON values; the order is kept.
    geometry : shapely.Geometry
        Longitude and latitude on WGS 84.
    """
    snapped = shapely.orient_polygons(rounded(geometry), exterior_cw=False)  # right-hand rule
    return {
        "type": "Feature",
        "id": identifier,
        "properties": properties,
        "geometry": _with_short_numbers(json.loads(shapely.to_geojson(snapped))),
    }


def _with_short_numbers(value: Any) -> Any:
    """Round away the binary noise that a snapped coordinate still carries."""
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, list):
        return [_with_short_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_short_numbers(item) for key, item in value.items()}
    return value


def write_layer(path: Path, features: Iterable[Feature]) -> None:
    """Write a FeatureCollection, one feature a line, so that a diff shows what changed."""
    lines = [
        json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        for item in sorted(features, key=lambda item: item["id"])
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")
