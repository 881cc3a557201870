"""A local projection for a map sheet, its name in words, its true scale, and the relief warped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.collection import mercator
from geo.model import Bbox
from geo.places import GEOD

TROPIC = 12.0
"""Latitude below which a cone has its point too far off; Mercator is used there."""
FEATHER = 0.05
"""Share of the relief picture over which it fades out at its edges."""
MESH = 16
"""Pixels between the knots that are projected when a picture is warped."""
BAND = 64
"""Rows that are warped at a time, so that only the result takes much memory."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """A map sheet: a projection and a frame in it.

    Attributes
    ----------
    crs : pyproj.CRS
        Projected, metres.
    name : str
        The projection in words, to be printed on the map.
    left, bottom, right, top : float
        The frame, in metres.
    """

    crs: CRS
    name: str
    left: float
    bottom: float
    right: float
    top: float

    @cached_property
    def forward(self) -> Transformer:
        """From longitude and latitude to metres."""
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def project(self, geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Bring geometries in EPSG:4326 onto the sheet."""
        transform = self.forward.transform
        projected: npt.NDArray[np.object_] = shapely.transform(
            geometries, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1]))
        )
        return projected

    def bounds(self) -> Bbox:
        """Extent of the frame in degrees; the frame is bent there, so this is all around it."""
        edge = shapely.segmentize(self.frame, (self.right - self.left) / 40)
        x, y = shapely.get_coordinates(edge).T
        lon, lat = self.forward.transform(x, y, direction="INVERSE")
        return Bbox(*(float(v) for v in (lon.min(), lat.min(), lon.max(), lat.max())))

    @property
    def frame(self) -> BaseGeometry:
        """The frame as a polygon, in metres."""
        return box(self.left, self.bottom, self.right, self.top)


def sheet(bbox: Bbox, *, aspect: float, pad: float) -> Sheet:
    """Choose a conformal projection for an extent and frame it.

    Parameters
    ----------
    bbox : Bbox
        What must be on the map.
    aspect : float
        Width by height of the frame; the extent is widened to it.
    pad : float
        Share of the extent left free on each side.

    Returns
    -------
    Sheet
        Lambert's conformal conic, its standard parallels a sixth of the extent within it
        (Snyder 1987, p. 99); near the equator Mercator, true at the middle.
    """
    lon, lat = (bbox.west + bbox.east) / 2, (bbox.south + bbox.north) / 2
    if abs(lat) < TROPIC:
        crs = CRS.from_proj4(f"+proj=merc +lon_0={lon:.3f} +lat_ts={lat:.3f} +ellps=WGS84")
        name = f"Mercator projection, true to scale at {_degrees(lat, 'NS')}"
    else:
        sixth = (bbox.north - bbox.south) / 6
        low, high = round(bbox.south + sixth, 1), round(bbox.north - sixth, 1)
        crs = CRS.from_proj4(
            f"+proj=lcc +lat_1={low} +lat_2={high} +lat_0={lat:.3f} +lon_0={lon:.1f} +ellps=WGS84"
        )
        name = (
            f"Lambert conformal conic projection, standard parallels {_degrees(low, 'NS')} and "
            f"{_degrees(high, 'NS')}, central meridian {_degrees(round(lon, 1), 'EW')}, WGS 84"
        )
    forward = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    edge = shapely.get_coordinates(shapely.segmentize(box(*bbox), (bbox.east - bbox.west) / 40))
    x, y = forward.transform(edge[:, 0], edge[:, 1])
    width, height = np.ptp(x) * (1 + 2 * pad), np.ptp(y) * (1 + 2 * pad)
    width, height = max(width, height * aspect), max(height, width / aspect)
    middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    return Sheet(
        crs,
        name,
        left=float(middle_x - width / 2),
        bottom=float(middle_y - height / 2),
        right=float(middle_x + width / 2),
        top=float(middle_y + height / 2),
    )


def _degrees(value: float, hemispheres: str) -> str:
    return f"{abs(value):.1f}° {hemispheres[value < 0]}"


def bar_length(projection: Sheet, kilometres: float) -> float:
    """Length in metres of the sheet of a geodesic through its middle, for a scale bar.

    Parameters
    ----------
    projection : Sheet
        The sheet.
    kilometres : float
        Length on the ellipsoid (Karney 2013, through PROJ).
    """
    x, y = (projection.left + projection.right) / 2, (projection.bottom + projection.top) / 2
    lon, lat = projection.forward.transform(x, y, direction="INVERSE")
    ends = [GEOD.fwd(lon, lat, azimuth, kilometres * 500)[:2] for azimuth in (270, 90)]
    (x1, y1), (x2, y2) = (projection.forward.transform(*end) for end in ends)
    return float(np.hypot(x2 - x1, y2 - y1))


def nice(value: float) -> float:
    """Find the largest of 1, 2, 5 times a power of ten that is not above a value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step * power for step in (1, 2, 5) if step * power <= value * (1 + 1e-9)))


def warp(
    picture: npt.NDArray[np.uint8], bounds: Bbox, projection: Sheet, width: int
) -> npt.NDArray[np.uint8]:
    """Resample a Web Mercator picture onto a sheet, bilinearly.

    Parameters
    ----------
    picture : array of uint8, shape (rows, columns, 3)
        North up; its rows are even in Mercator's northing, not in latitude.
    bounds : Bbox
        Of the picture's outer edges.
    projection : Sheet
        The target.
    width : int
        Columns of the result.

    Returns
    -------
    array of uint8, shape (height, width, 4)
        North up; transparent outside the picture and fading towards its edges, so that the end
        of the relief does not look like a coast.
    """
    height = round(
        width * (projection.top - projection.bottom) / (projection.right - projection.left)
    )
    coarse, knots_y, knots_x = _knots(projection, width, height)
    top, bottom = mercator.northing(np.array([bounds.north, bounds.south]))
    rows, columns = picture.shape[:2]
    result = np.zeros((height, width, 4), dtype=np.uint8)
    for start in range(0, height, BAND):
        band = slice(start, min(start + BAND, height))
        lon, northing = (_refine(grid, knots_y[band], knots_x) for grid in coarse)
        u = (lon - bounds.west) / (bounds.east - bounds.west)
        v = (top - northing) / (top - bottom)
        fade = np.clip(np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v)) / FEATHER, 0, 1)
        result[band, :, :3] = _bilinear(
            picture,
            np.clip(v * rows - 0.5, 0, rows - 1),
            np.clip(u * columns - 0.5, 0, columns - 1),
        )
        result[band, :, 3] = (255 * fade).astype(np.uint8)
    return result


def _knots(
    projection: Sheet, width: int, height: int
) -> tuple[tuple[Floats, Floats], Floats, Floats]:
    """Longitude and Mercator's northing at every `MESH`-th pixel, and where all lie between.

    They bend so slowly that the error is far below a pixel, and it takes a twentieth of the time.
    """
    step = (projection.right - projection.left) / width
    knots_x = np.linspace(0, width - 1, max(2, width // MESH))
    knots_y = np.linspace(0, height - 1, max(2, height // MESH))
    x, y = np.meshgrid(
        projection.left + (knots_x + 0.5) * step, projection.top - (knots_y + 0.5) * step
    )
    lon, lat = projection.forward.transform(x, y, direction="INVERSE")
    columns = np.arange(width) * (len(knots_x) - 1) / (width - 1)
    rows = np.arange(height) * (len(knots_y) - 1) / (height - 1)
    return (lon, mercator.northing(lat)), rows, columns


def _refine(coarse: Floats, rows: Floats, columns: Floats) -> Floats:
    """Interpolate a grid bilinearly, first along one axis and then along the other."""
    up = np.minimum(rows.astype(int), coarse.shape[0] - 2)
    share = (rows - up)[:, None]
    tall = coarse[up] * (1 - share) + coarse[up + 1] * share
    left = np.minimum(columns.astype(int), coarse.shape[1] - 2)
    share = columns - left
    fine: Floats = tall[:, left] * (1 - share) + tall[:, left + 1] * share
    return fine


def _bilinear(picture: npt.NDArray[np.uint8], row: Floats, column: Floats) -> Floats:
    up, left = np.floor(row).astype(int), np.floor(column).astype(int)
    down = np.minimum(up + 1, picture.shape[0] - 1)
    right = np.minimum(left + 1, picture.shape[1] - 1)
    dv = (row - up)[..., None].astype(np.float32)
    du = (column - left)[..., None].astype(np.float32)
    above = picture[up, left] * (1 - du) + picture[up, right] * du
    below = picture[down, left] * (1 - du) + picture[down, right] * du
    mixed: Floats = above * (1 - dv) + below * dv
    return mixed
