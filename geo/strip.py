"""Incidents along a border: linear referencing of points, stretches and areas on its line.

The reference is the latest vintage's mainland line, rings around exclaves left out, run from its
western end; distances are geodesic on WGS 84. Older vintages differ from it by little where they
differ at all, and one reference makes all years comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo import once
from geo.package import Package
from geo.places import GEOD, geodata, site_of

FAR_KM = 50
"""Points farther off the line than this, such as capitals, are listed beside the strip."""
REACH_M = 2000
"""How far an area may lie off the line and still be taken to touch it: maps differ by that."""
TRIPOINT_M = 5000
GAP = 0.05
"""Degrees between parts of one line, where a road belongs to neither country."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an incident stands on the strip.

    Attributes
    ----------
    row : int
        Position in ``package.incidents``.
    start, end : float
        Kilometres from the western end; equal for a point.
    off : float
        Kilometres between a point and the line; 0 for the rest.
    """

    row: int
    start: float
    end: float
    off: float


@dataclass(frozen=True)
class Strip:
    """A border as a straight line.

    Attributes
    ----------
    length : float
        Kilometres.
    origin : str
        Third country at the western end; "" where there is none.
    stands : tuple of Stand
        On the line.
    anywhere : tuple of int
        Rows known to be on the border and no closer.
    beside : tuple of int
        Rows without a place, off the line, or known only by their country.
    landmarks : tuple of (float, str)
        Kilometre and name of towns near the line, from west to east.
    """

    length: float
    origin: str
    stands: tuple[Stand, ...]
    anywhere: tuple[int, ...]
    beside: tuple[int, ...]
    landmarks: tuple[tuple[float, str], ...]


class Reference:
    """The line of a border that distances are measured along.

    Parameters
    ----------
    package : Package
        With the border's vintages.
    border : str
        Its place id.
    """

    def __init__(self, package: Package, border: str) -> None:
        frame = package.layers["borders"]
        frame = frame[frame["place_id"] == border].sort_values("valid_from")
        geometry = frame.geometry.iloc[-1]
        west, south, east, north = geometry.bounds
        crs = f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84"
        self._to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        coordinates = _chained([p for p in _lines(geometry) if not p.is_ring] or _lines(geometry))
        legs = np.array(GEOD.line_lengths(coordinates[:, 0], coordinates[:, 1])) / 1000
        self.line = self.projected(LineString(coordinates))
        planar = shapely.get_coordinates(self.line)
        self._planar = np.concatenate([[0.0], np.hypot(*np.diff(planar, axis=0).T).cumsum()])
        self._geodesic = np.concatenate([[0.0], legs.cumsum()])
        self.coordinates = coordinates

    @property
    def length(self) -> float:
        """Geodesic length in kilometres; gaps between parts count as the way across."""
        return float(self._geodesic[-1])

    def projected(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in metres, azimuthal equidistant about the border's middle."""
        return shapely.transform(
            geometry, lambda xy: np.column_stack(self._to_metres.transform(xy[:, 0], xy[:, 1]))
        )

    def kilometre(self, metres: BaseGeometry) -> npt.NDArray[np.float64]:
        """Kilometres from the western end of the points of a projected geometry."""
        points = shapely.points(shapely.get_coordinates(metres))
        along = shapely.line_locate_point(self.line, points)
        kilometres: npt.NDArray[np.float64] = np.interp(along, self._planar, self._geodesic)
        return kilometres


def _lines(geometry: BaseGeometry) -> list[LineString]:
    merged = shapely.line_merge(geometry)
    return list(getattr(merged, "geoms", [merged]))


def _chained(parts: list[LineString]) -> npt.NDArray[np.float64]:
    """Coordinates of lines laid end to end, from the westernmost loose end on."""
    left = [shapely.get_coordinates(part) for part in parts]
    ends = [(tuple(xy[k]), n, k) for n, xy in enumerate(left) for k in (0, -1)]

    def is_loose(end: tuple[tuple[float, ...], int, int]) -> bool:
        others = [other for other, n, _ in ends if n != end[1]]
        return all(np.hypot(*np.subtract(end[0], other)) > GAP for other in others)

    _, first, side = min([end for end in ends if is_loose(end)] or ends)
    chain = [left.pop(first)[:: 1 if side == 0 else -1]]
    while left:
        tail = chain[-1][-1]
        reach = [(np.hypot(*(xy[k] - tail)), n, k) for n, xy in enumerate(left) for k in (0, -1)]
        _, nearest, side = min(reach)
        chain.append(left.pop(nearest)[:: 1 if side == 0 else -1])
    return np.vstack(chain)


@once.a_package
def reference(package: Package, border: str) -> Reference:
    """The reference line of a border."""
    return Reference(package, border)


def strip(package: Package, rows: npt.NDArray[np.intp], border: str) -> Strip:
    """Lay incidents of a border along it.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents``; those of other borders are left out.
    border : str
        Its place id.
    """
    along = reference(package, border)
    own = rows[(package.incidents["border"].to_numpy() == border)[rows]]
    shapes = geodata(package, own)
    stands, anywhere, beside = [], [], []
    for row, geometry in zip(own.tolist(), shapes.geometry, strict=True):
        site = site_of(package, row)
        if site is not None and site.layer == "borders" and site.place_id == border:
            anywhere.append(row)
            continue
        stand = None
        if site is not None and site.layer != "countries":
            stand = _stand(along, row, geometry, site.layer)
        if stand is None:
            beside.append(row)
        else:
            stands.append(stand)
    return Strip(
        length=along.length,
        origin=_origin(package, along, border),
        stands=tuple(stands),
        anywhere=tuple(anywhere),
        beside=tuple(beside),
        landmarks=_landmarks(package, along),
    )


def _stand(along: Reference, row: int, geometry: BaseGeometry, layer: str) -> Stand | None:
    shape = along.projected(geometry)
    off = float(shape.distance(along.line)) / 1000
    if off > FAR_KM:
        return None
    if isinstance(geometry, Point):
        kilometre = float(along.kilometre(shape)[0])
        return Stand(row, kilometre, kilometre, off)
    touching = shape
    if shapely.get_dimensions(shape) == 2:
        inside = along.line.intersection(shape.buffer(REACH_M))
        # An exclave has a line of its own; any other area that reaches no line is not on it.
        if inside.is_empty and layer != "exclaves":
            return None
        touching = shape if inside.is_empty else inside
    kilometres = along.kilometre(touching)
    return Stand(row, float(kilometres.min()), float(kilometres.max()), 0.0)


def _origin(package: Package, along: Reference, border: str) -> str:
    """The third country whose land is nearest to the western end."""
    countries = package.layers.get("countries")
    if countries is None:
        return ""
    others = countries[~countries["place_id"].isin(border.split("-"))]
    end = along.projected(Point(along.coordinates[0]))
    near = [
        (along.projected(row["geometry"]).distance(end), str(row["name"]))
        for row in others.to_dict("records")
    ]
    distance, name = min(near, default=(np.inf, ""))
    return name if distance < TRIPOINT_M else ""


def _landmarks(
    package: Package, along: Reference, *, reach_km: float = 15, apart: float = 0.045
) -> tuple[tuple[float, str], ...]:
    """Towns near the line, the weightier first, none so close that their names would touch."""
    places: gpd.GeoDataFrame = package.layers["places"]
    ranks = places.get("rank", 9)
    found: list[tuple[float, str]] = []
    for row in places.assign(rank=ranks).sort_values(["rank", "id"]).to_dict("records"):
        shape = along.projected(row["geometry"])
        if row["rank"] > 4 or shape.distance(along.line) > reach_km * 1000:
            continue
        kilometre = float(along.kilometre(shape)[0])
        if all(abs(kilometre - other) >= apart * along.length for other, _ in found):
            found.append((round(kilometre, 1), str(row["name"])))
    return tuple(sorted(found))
