"""Columns of coordinates and geometries, to points and shapes in degrees of EPSG:4326."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.ingest import geojson
from geo.ingest.cells import Mask, mask, numbers, present

LARGEST_WKT = 4 * 2**20
LONGEST = 100
"""Characters of a position in numbers."""
KINDS = [int(shapely.GeometryType[name.upper()]) for name in geojson.SHAPES]
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


_PART = r"([+-]?\d+(?:[.,]\d+)?)\s*"
DEGREES = re.compile(
    rf"([NSEWСЮВЗ])?\s*{_PART}[°º˚]?\s*"
    rf"(?:(?<=[°º˚\s]){_PART}['′’]?\s*(?:(?<=['′’\s]){_PART}(?:[\"″”]|''|′′|’’)?)?)?"
    r"\s*([NSEWСЮВЗ])?",
    re.IGNORECASE,
)
"""Degrees, with minutes, with seconds, and a hemisphere, where they are given; the letters d, m and
s are written as marks by then, so that an S is south."""
_LETTERS = re.compile(
    r"(\d)\s*d(?:eg)?\.?(?![^\W\d_])(?:\s*(\d+(?:[.,]\d+)?)\s*m(?:in)?\.?"
    r"(?:\s*(\d+(?:[.,]\d+)?)\s*s(?:ec)?\.?(?![^\W\d_]))?)?",
    re.IGNORECASE,
)
_IN_RUSSIAN = re.compile(r"([сювз])\.?\s?[шд]\.?(?![^\W\d_])", re.IGNORECASE)
"""с. ш., в. д.: northern latitude, eastern longitude."""
HEMISPHERES = {"N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1),
               "С": ("lat", 1), "Ю": ("lat", -1), "В": ("lon", 1), "З": ("lon", -1)}  # fmt: skip
"""Letter, in English or in Russian -> axis and sign."""
GEOPOINT = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)(?: -?\d+(?:\.\d+)?){1,2}")
"""As KoboToolbox and ODK write a position: latitude, longitude, altitude, accuracy."""
MGRS = re.compile(r"\d{1,2}\s*[C-HJ-NP-X]\s*[A-HJ-NP-Z]{2}\s*(\d\s*){2,10}", re.IGNORECASE)
UTM = re.compile(
    r"(\d{1,2}\s*[C-HJ-NP-X]\s+)?\d{6}(\.\d+)?\s*(m?E)?([\s,;]+\d{6,7}(\.\d+)?\s*(m?N)?)?|"
    r"\d{7}(\.\d+)?\s*(m?N)?",
    re.IGNORECASE,
)
"""Metres east and north in a zone of UTM, or one of the two."""


def from_degrees(lat: pa.Array, lon: pa.Array) -> Positions:
    """Read two columns of degrees; 38,5 is 38.5."""
    (lats, bad_lat), (lons, bad_lon) = _degrees(lat, "lat"), _degrees(lon, "lon")
    bad = bad_lat | bad_lon
    half = (np.isnan(lats) != np.isnan(lons)) & ~bad
    with np.errstate(invalid="ignore"):
        outside = (np.abs(lats) > 90) | (np.abs(lons) > 180)
    given = [column.filter(pa.array(bad | outside)).to_pylist() for column in (lat, lon)]
    metres = np.zeros(len(lats), dtype=bool)
    metres[bad | outside] = [
        any(map(MGRS.fullmatch, pair)) or all(map(is_grid, pair))
        for pair in ([(text or "")[:LONGEST] for text in row] for row in zip(*given, strict=True))
    ]
    wrong = {
        "position-grid": metres,
        "position-number": bad & ~metres,
        "position-half": half,
        "position-range": outside & ~half & ~metres,
    }
    return Positions(lons, lats, pa.nulls(len(lat), pa.binary()), wrong)


def _degrees(column: pa.Array, axis: str) -> tuple[npt.NDArray[np.float64], Mask]:
    values, wrong = numbers(column, comma=True)
    for row in np.flatnonzero(wrong):
        value = degrees(column[row].as_py(), axis)
        if value is not None:
            values[row], wrong[row] = value, False
    return values, wrong


def is_grid(text: str) -> bool:
    """Whether a text looks like metres of UTM or a square of MGRS."""
    return len(text) <= LONGEST and bool(MGRS.fullmatch(text) or UTM.fullmatch(text))


def degrees(text: str, axis: str) -> float | None:
    """Read degrees as people write them: 40°03′45″N, 40.1264°, N 40 03.75.

    Parameters
    ----------
    axis : str
        ``lat`` or ``lon``: a letter of the other makes it wrong.

    Returns
    -------
    float or None
        None where it is not read.
    """
    found = DEGREES.fullmatch(_marked(text).strip()) if len(text) <= LONGEST else None
    if found is None or (found[1] and found[5]):
        return None
    whole, *parts = (
        float(part.replace(",", ".")) if part else 0.0 for part in found.group(2, 3, 4)
    )
    if any(not 0 <= part < 60 for part in parts) or (any(parts) and whole != int(whole)):
        return None
    letter = (found[1] or found[5] or "").upper()
    where, sign = HEMISPHERES.get(letter, (axis, 1))
    if where != axis or (letter and (whole < 0 or found[2].startswith("-"))):
        return None
    value = abs(whole) + parts[0] / 60 + parts[1] / 3600
    return sign * (-value if found[2].startswith("-") else value)


def _marked(text: str) -> str:
    """A position with the marks of degrees, minutes and seconds for their letters."""

    def marks(found: re.Match[str]) -> str:
        pairs = zip(found.groups(), "°′″", strict=True)
        return "".join(part + mark for part, mark in pairs if part)

    text = _LETTERS.sub(marks, text)
    return _IN_RUSSIAN.sub(lambda found: found[1].upper(), text)


def from_text(column: pa.Array, *, lon_first: bool = False) -> Positions:
    """Read a column of positions in one cell: well-known text or binary, GeoJSON, “lat, lon”.

    Parameters
    ----------
    lon_first : bool
        Whether two numbers are longitude and latitude.
    """
    coded = pc.dictionary_encode(column)
    shapes = shapely.from_wkt(_texts(coded.dictionary), on_invalid="ignore")
    kinds = [""] * len(shapes)
    for row, text in enumerate(coded.dictionary.to_pylist()):
        if shapes[row] is None:
            shapes[row], kinds[row] = _one(text, lon_first=lon_first)
    indices = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False))
    # Of a blank cell the last one, which is none.
    shapes = np.array([*shapes, None], dtype=object)
    found = _placed(shapes[indices], present(column))
    told = np.array([*kinds, ""], dtype=object)[indices]
    for kind in ("position-grid", "position-range", "position-number"):
        here = told == kind
        if here.any():
            found.wrong[kind] = found.wrong.get(kind, np.zeros(len(told), dtype=bool)) | here
            found.wrong["geometry"] &= ~here
    return found


def _texts(column: pa.Array) -> list[str | None]:
    """Well-known text of a column, None for whatever is none."""
    fits = mask(pc.match_substring_regex(column, WKT)) & (
        np.asarray(pc.fill_null(pc.binary_length(column), 0)) <= LARGEST_WKT
    )
    return [
        text.split(";", 1)[-1] if fit else None
        for text, fit in zip(column.to_pylist(), fits, strict=True)
    ]


def _one(text: str, *, lon_first: bool) -> tuple[Any, str]:
    """Shape of one text that is no well-known text, and what is wrong with it."""
    if len(text) > LARGEST_WKT:
        return None, "geometry"
    if text.startswith("{"):
        try:
            shape = json.loads(text)
            if (pair := _named(shape)) is not None:
                return shapely.Point(pair[1], pair[0]), ""
            return shapely.from_wkb(geojson.as_wkb(shape.get("geometry") or shape)), ""
        except (*geojson.WRONG, AttributeError, RecursionError):
            return None, "geometry"
    if re.fullmatch(r"0[01][0-9a-fA-F]{40,}", text):
        return shapely.from_wkb(text, on_invalid="ignore"), ""
    if is_grid(text):
        return None, "position-grid"
    pair = pair_of(text, lon_first=lon_first)
    if pair is None:
        return None, "position-number"
    lat, lon = pair
    if abs(lat) > 90 or abs(lon) > 180:
        return None, "position-range"
    return shapely.Point(lon, lat), ""


def _named(record: Any) -> tuple[float, float] | None:
    """Latitude and longitude of {"lat": 39.9, "lng": 69.6}; None for what is no such object."""
    found = [record[n] for names in NAMES for n in names if isinstance(record.get(n), int | float)]
    return (found[0], found[1]) if len(found) == 2 else None


NAMES = ("lat", "latitude"), ("lon", "lng", "long", "longitude")


def pair_of(text: str, *, lon_first: bool = False) -> tuple[float, float] | None:
    """Latitude and longitude of a text with both; a hemisphere says which is which."""
    if len(text) > LONGEST:
        return None
    if found := GEOPOINT.fullmatch(text.strip()):
        return float(found[1]), float(found[2])
    text = _marked(text)
    # An array is as GeoJSON has it.
    lon_first = lon_first or text.strip().startswith("[")
    orders = (("lat", "lon"), ("lon", "lat"))
    # Where a number is written with a comma the two are parted by something else.
    for parted in ("[;|/]", r",\s+", ",", r"(?<=[NSEWСЮВЗ])\s+", r"\s+"):
        parts = [part for part in re.split(parted, text.strip("()[] ")) if part.strip()]
        if len(parts) != 2:
            continue
        for axes in orders[::-1] if lon_first else orders:
            read = [degrees(part, axis) for part, axis in zip(parts, axes, strict=True)]
            if None not in read:
                values = dict(zip(axes, read, strict=True))
                return values["lat"], values["lon"]  # type: ignore[return-value]
    return None


def looks_placed(values: Sequence[str]) -> bool:
    """Whether most texts of a column are positions by themselves: shapes, not just two numbers."""
    shaped = [
        text
        for text in values
        if re.match(WKT, text)
        or re.fullmatch(r"0[01][0-9a-fA-F]{40,}", text)
        or (text.startswith("{") and '"coordinates"' in text)
    ]
    return bool(shaped) and 2 * len(shaped) > len(values)


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
    known = np.isin(kinds, KINDS) & ~shapely.is_empty(shapes)
    finite = np.isfinite(bounds).all(axis=1)
    checked = shapes.copy()
    checked[~(known & finite)] = None
    sound = known & finite & inside & shapely.is_valid(checked)
    crossing = known & finite & inside & ~sound
    if crossing.any():
        mended = _areas(shapely.make_valid(shapes[crossing]))
        shapes = shapes.copy()
        shapes[crossing] = mended
        crossing[crossing] = ~shapely.is_empty(mended) & shapely.is_valid(mended)
        sound |= crossing
        kinds = shapely.get_type_id(shapes)
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
    wrong = {
        "geometry": given & ~sound & ~outside,
        "position-range": outside,
        "crossing": crossing,
    }
    return Positions(lon, lat, pa.array(binary, pa.binary()), wrong)


def _areas(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """What is left of mended outlines without the lines and points that mending leaves over."""
    mixed = shapely.get_type_id(shapes) == int(shapely.GeometryType.GEOMETRYCOLLECTION)
    found = shapes.copy()
    for row in np.flatnonzero(mixed):
        parts = [part for part in shapely.get_parts(shapes[row]) if part.area]
        found[row] = shapely.union_all(parts)
    return found
