"""One record of JSON or one feature of GeoJSON: its properties as cells, its geometry as WKB."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import pyarrow as pa
import shapely

SHAPES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
          "MultiPolygon": 3}  # fmt: skip
"""Type of a geometry -> how deep its positions lie."""
POINT = struct.Struct("<BIdd")
"""Of WKB: order of bytes, type, x and y."""
WRONG = (ValueError, TypeError, LookupError, OverflowError, shapely.errors.ShapelyError)
"""What is raised by a geometry that is none."""


def is_feature(record: Any) -> bool:
    """Whether a record is a feature of GeoJSON."""
    return isinstance(record, dict) and record.get("type") == "Feature" and "geometry" in record


def parts_of(record: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Properties of a feature, its id among them, and its geometry; or a record itself and None."""
    if not is_feature(record):
        return record, None
    properties = record.get("properties")
    found = properties if isinstance(properties, dict) else {}
    if "id" in record and "id" not in found:
        found = {**found, "id": record["id"]}
    return found, record["geometry"]


def texts(values: list[Any]) -> pa.Array:
    """Values of JSON as a column of text; see `as_text`."""
    if not set(map(type, values)) <= {str, type(None)}:
        values = list(map(as_text, values))
    return pa.array(values, pa.string())


def as_text(value: Any) -> str | None:
    """A value of JSON as a cell; of a list of texts its parts with ``;`` between."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list) and all(isinstance(v, str) and ";" not in v for v in value):
        return ";".join(value)
    if isinstance(value, list) and all(isinstance(v, dict) and "line" in v for v in value):
        return "; ".join(_citation(source) for source in value)
    return json.dumps(value, ensure_ascii=False)


def _citation(source: dict[str, Any]) -> str:
    """A source of Marz's GeoJSON in the words of its CSV."""
    parts = (source.get(key) for key in ("line", "paragraphs", "url"))
    return ", ".join(part for part in parts if isinstance(part, str) and part)


def is_unsound(text: str | None) -> bool:
    """Whether a text holds half of a character, as JSON can write it, and no file can keep."""
    if text is None or text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def geometries(shapes: list[Any]) -> pa.Array:
    """Geometries as WKB; null where there is none, and an empty text where it is wrong."""
    found: list[bytes | None] = []
    for shape in shapes:
        if shape is None:
            found.append(None)
            continue
        try:
            found.append(_as_wkb(shape))
        except WRONG:
            found.append(b"")
    return pa.array(found, pa.binary())


def _as_wkb(shape: Any) -> bytes:
    kind = shape["type"]
    coordinates = shape["coordinates"]
    if kind == "Point":
        # By far the commonest, and shapely takes a while for each.
        if list(map(type, coordinates)) != [float, float] or not math.isfinite(sum(coordinates)):
            _positions(coordinates, 0)
        return POINT.pack(1, 1, coordinates[0], coordinates[1])
    _positions(coordinates, SHAPES[kind])
    return bytes(shapely.to_wkb(shapely.geometry.shape(shape)))


def _positions(coordinates: Any, depth: int) -> None:
    """Raise ValueError unless these are lists of finite positions, so deep."""
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError
    if depth:
        for part in coordinates:
            _positions(part, depth - 1)
        return
    if len(coordinates) not in (2, 3) or not all(
        isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)
        for v in coordinates
    ):
        raise ValueError
