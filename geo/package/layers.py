"""Reads one GeoJSON layer with the standard library and shapely, and checks it against RFC 7946.

GDAL is never asked: it would follow what a file claims to be, to other files and addresses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.model import Problem

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 5
"""Nesting of the coordinates of a MultiPolygon, and one to spare."""
GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
}
COLUMNS = ["id", "place_id", "name", "kind", "country", "within", "valid_from", "valid_to"]


def read(path: Path) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read a layer.

    Parameters
    ----------
    path : Path
        A FeatureCollection of RFC 7946.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326; the features without any problem, one row each, with at least `COLUMNS`
        (blank text where absent) and every property of the file. The geometry is None where
        the file has null and `within` names the place that holds the feature.
    list of Problem
        Every departure from RFC 7946 and every geometry out of range or invalid.
    """
    problems: list[Problem] = []

    def refused(message: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
        return _frame([], []), [Problem(path.name, "-", message)]

    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES // 2**20} MiB")
        content = path.read_bytes()
        document = json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except FileNotFoundError:
        return refused("the file is missing. Restore it.")
    except (OSError, ValueError, RecursionError) as error:
        return refused(f"cannot be read as GeoJSON ({error}). Export it again.")
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return refused("is not a FeatureCollection. Wrap its features in one.")
    if "crs" in document:
        problems.append(
            Problem(path.name, "-", "has a crs member. RFC 7946 is WGS 84 only: remove it.")
        )
    features = document.get("features")
    if not isinstance(features, list):
        return refused("has no list of features.")

    rows: list[dict[str, Any]] = []
    geometries: list[BaseGeometry | None] = []
    seen: set[str] = set()
    escaped, ends = b"\\ud" in content.lower(), b"\\u0000" in content
    for number, feature in enumerate(features, start=1):
        feature_id = str(feature.get("id", "-")) if isinstance(feature, dict) else "-"
        geometry, found = _geometry(feature)
        if escaped and _lone_surrogates(feature):
            feature_id = feature_id.encode("utf-8", "replace").decode()
            found.append(
                "holds a lone surrogate, half a character. Write the whole character, in UTF-8."
            )
        if ends and holds_nul(feature):
            feature_id = feature_id.replace("\0", "\ufffd")
            found.append("holds the character NUL. Remove it.")
        if feature_id == "-":
            found.append("has no id. Give each feature its own.")
        elif feature_id in seen:
            found.append("has the id of an earlier feature. Give each feature its own.")
        seen.add(feature_id)
        problems.extend(
            Problem(path.name, feature_id, f"feature {number}: {message}") for message in found
        )
        if not found:
            rows.append({**feature["properties"], "id": feature_id})
            geometries.append(geometry)
    return _frame(rows, geometries), problems


def _lone_surrogates(feature: Any) -> bool:
    try:
        json.dumps(feature, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def holds_nul(value: Any) -> bool:
    """Whether a text anywhere in a document of JSON has the character that ends it elsewhere."""
    if isinstance(value, dict):
        return any(holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


def _frame(rows: list[dict[str, Any]], geometries: list[BaseGeometry | None]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, geometry=geometries, crs="EPSG:4326")
    for column in COLUMNS:
        if column not in frame:
            frame[column] = ""
        frame[column] = frame[column].astype(object).where(frame[column].notna(), "")
    return frame


def _geometry(feature: Any) -> tuple[BaseGeometry | None, list[str]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return None, ["is not a Feature."]
    if not isinstance(feature.get("properties"), dict):
        return None, ["has no properties. Write an empty object at least."]
    raw = feature.get("geometry")
    if raw is None and isinstance(feature["properties"].get("within"), str):
        return None, []
    if not isinstance(raw, dict) or raw.get("type") not in GEOMETRIES:
        return None, [f"has no geometry of a known type ({', '.join(sorted(GEOMETRIES))})."]
    if wrong := next(_position_problems(raw.get("coordinates"), 0), None):
        return None, [wrong]
    try:
        geometry = shapely.geometry.shape(raw)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        return None, [f"its coordinates do not make a {raw['type']} ({error})."]
    if geometry.is_empty:
        return None, ["its geometry is empty."]
    if not geometry.is_valid:
        return None, [f"its geometry is invalid: {shapely.is_valid_reason(geometry)}."]
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    if not all(map(_right_handed, polygons)):
        return geometry, ["its rings do not follow the right-hand rule. Turn them round."]
    return geometry, []


def _position_problems(coordinates: Any, depth: int) -> Iterator[str]:
    """Walk through nested coordinates; positions are two or three finite numbers in range."""
    if not isinstance(coordinates, list) or not coordinates or depth > MAX_DEPTH:
        yield "its coordinates are not lists of positions."
        return
    if _are_positions(coordinates):
        return
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _position_problems(part, depth + 1)
        return
    numeric = all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        for value in coordinates
    )
    if not numeric or len(coordinates) not in (2, 3):
        yield f"{coordinates!r} is no position of two or three numbers."
    elif not (-180 <= coordinates[0] <= 180 and -90 <= coordinates[1] <= 90):
        yield (
            f"{coordinates[:2]!r} lies outside ±180°, ±90°. "
            "Longitude comes before latitude, in degrees."
        )


def _are_positions(line: list[Any]) -> bool:
    """Whether a line or a ring is all right, told at once: nearly all are, of 70,000 positions."""
    try:
        longitudes, latitudes = zip(*line, strict=True)
    except (TypeError, ValueError):
        return False
    return (
        {*map(type, longitudes), *map(type, latitudes)} <= {int, float}
        and -180 <= min(longitudes) <= max(longitudes) <= 180
        and -90 <= min(latitudes) <= max(latitudes) <= 90
    )


def _right_handed(polygon: Polygon) -> bool:
    return polygon.exterior.is_ccw and not any(ring.is_ccw for ring in polygon.interiors)
