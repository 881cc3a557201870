"""Columns of coordinates and geometries, to points and shapes in degrees of EPSG:4326."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.ingest.cells import Mask, mask, numbers, present

LARGEST_WKT = 4 * 2**20
KINDS = frozenset(
    (
        shapely.GeometryType.POINT,
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.POLYGON,
        shapely.GeometryType.MULTIPOINT,
        shapely.GeometryType.MULTILINESTRING,
        shapely.GeometryType.MULTIPOLYGON,
    )
)
WKT = (
    r"(?i)^\s*(SRID=4326;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*(Z|M|ZM)?\s*"
    r"\([-\d\s.,()eE+]*\)\s*$"
)
"""Well-known text without collections, whose nesting has no bound."""


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions of a batch.

    Attributes
    ----------
    lon, lat : numpy.ndarray of float
        Degrees; NaN where there is none.
    shapes : pyarrow.Array of binary
        WKB of what is no point.
    wrong : dict of str to numpy.ndarray of bool
        Code of a kind of problem -> the rows that have it.
    """

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    shapes: pa.Array
    wrong: dict[str, Mask] = field(default_factory=dict)


def none(rows: int) -> Positions:
    """Positions of rows that have none."""
    blank = np.full(rows, np.nan)
    return Positions(blank, blank, pa.nulls(rows, pa.binary()))


def from_degrees(lat: pa.Array, lon: pa.Array, *, comma: bool) -> Positions:
    """Read two columns of degrees."""
    lats, bad_lat = numbers(lat, comma=comma)
    lons, bad_lon = numbers(lon, comma=comma)
    bad = bad_lat | bad_lon
    half = (np.isnan(lats) != np.isnan(lons)) & ~bad
    with np.errstate(invalid="ignore"):
        outside = (np.abs(lats) > 90) | (np.abs(lons) > 180)
    wrong = {"position-number": bad, "position-half": half, "position-range": outside & ~half}
    return Positions(lons, lats, pa.nulls(len(lat), pa.binary()), wrong)


def from_wkt(column: pa.Array) -> Positions:
    """Read a column of well-known text."""
    fits = mask(pc.match_substring_regex(column, WKT)) & (
        np.asarray(pc.fill_null(pc.binary_length(column), 0)) <= LARGEST_WKT
    )
    texts = np.array(column.to_pylist(), dtype=object)
    texts[~fits] = None
    plain = [t.split(";", 1)[-1] if t is not None else None for t in texts]
    shapes = shapely.from_wkt(np.array(plain, dtype=object), on_invalid="ignore")
    return _placed(np.asarray(shapes, dtype=object), present(column))


def from_wkb(column: pa.Array) -> Positions:
    """Read a column of well-known binary."""
    values = np.array(column.to_pylist(), dtype=object)
    shapes = np.asarray(shapely.from_wkb(values, on_invalid="ignore"), dtype=object)
    return _placed(shapes, present(column))


def _placed(shapes: npt.NDArray[np.object_], given: Mask) -> Positions:
    """Points of shapes, and the shapes of what is no point."""
    kinds = shapely.get_type_id(shapes)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1)
        inside &= (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    known = np.isin(kinds, [int(kind) for kind in KINDS]) & ~shapely.is_empty(shapes)
    finite = np.isfinite(bounds).all(axis=1)
    checked = shapes.copy()
    checked[~(known & finite)] = None
    sound = known & finite & inside & shapely.is_valid(checked)
    outside = given & known & finite & ~inside
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    points = sound & (kinds == int(shapely.GeometryType.POINT))
    lon[points], lat[points] = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
    wide = sound & ~points
    binary = np.full(len(shapes), None, dtype=object)
    if wide.any():
        inner = shapely.point_on_surface(shapes[wide])
        lon[wide], lat[wide] = shapely.get_x(inner), shapely.get_y(inner)
        binary[wide] = shapely.to_wkb(shapely.force_2d(shapes[wide]))
    wrong = {"geometry": given & ~sound & ~outside, "position-range": outside}
    return Positions(lon, lat, pa.array(binary, pa.binary()), wrong)
