"""Geometries of GeoJSON as well-known binary, each looked at before it is taken."""

from __future__ import annotations

import math
import struct
from typing import Any

import pyarrow as pa
import shapely

from geo.model import MixedError

SHAPES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
          "MultiPolygon": 3}  # fmt: skip
"""Type of a geometry -> how deep its positions lie."""
POINT = struct.Struct("<BIdd")
"""Of WKB: order of bytes, type, x and y."""
MIXED = b"mixed"
"""Stands for a collection of points, lines and areas together."""


WRONG = (ValueError, TypeError, LookupError, OverflowError, shapely.errors.ShapelyError)
"""What is raised by a geometry that is none."""


def geometries(shapes: list[Any]) -> pa.Array:
    """Geometries as WKB; null where there is none, and an empty text where it is wrong."""
    found: list[bytes | None] = []
    for shape in shapes:
        if shape is None:
            found.append(None)
            continue
        try:
            found.append(as_wkb(shape))
        except MixedError:
            found.append(MIXED)
        except WRONG:
            found.append(b"")
    return pa.array(found, pa.binary())


def as_wkb(shape: Any) -> bytes:
    """Well-known binary of a geometry; one of `WRONG` is raised where it is none."""
    kind = shape["type"]
    if kind == "GeometryCollection":
        return _collected(shape["geometries"])
    coordinates = shape["coordinates"]
    if kind == "Point":
        # By far the commonest, and shapely takes a while for each.
        if list(map(type, coordinates)) != [float, float] or not math.isfinite(sum(coordinates)):
            _positions(coordinates, 0)
        return POINT.pack(1, 1, coordinates[0], coordinates[1])
    _positions(coordinates, SHAPES[kind])
    return bytes(shapely.to_wkb(shapely.geometry.shape(shape)))


def _collected(shapes: Any, depth: int = 0) -> bytes:
    """Parts of a collection as one geometry, where all are points, lines or areas."""
    if not isinstance(shapes, list) or not shapes or depth > 4:
        raise ValueError
    parts = [
        part
        for shape in shapes
        for part in shapely.get_parts(
            shapely.from_wkb(
                _collected(shape["geometries"], depth + 1)
                if shape["type"] == "GeometryCollection"
                else as_wkb(shape)
            )
        )
    ]
    if len(parts) == 1:
        return bytes(shapely.to_wkb(parts[0]))
    kinds = {part.geom_type for part in parts}
    if len(kinds) > 1:
        raise MixedError
    return bytes(shapely.to_wkb(getattr(shapely, f"Multi{kinds.pop()}")(parts)))


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
