"""Incidents along a border: linear referencing of points, stretches and areas on its line.

The reference is the latest vintage's mainland line, rings around exclaves left out, run from its
western end; distances are geodesic on WGS 84. Older vintages differ from it by little where they
differ at all, and one reference makes all years comparable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo import describe
from geo.package.load import Package, Rows, memoised
from geo.places import GEOD, length_km, site_of

FAR_KM = 50
"""Points farther off the line than this, such as capitals, are listed beside the strip."""
REACH_M = 2000
"""How far an area may lie off the line and still be taken to touch it: maps differ by that."""
TRIPOINT_M = 5000
NAMED_KM, APART = 15, 0.045
"""How far off the line a town is named, and the share of the line between two that are."""
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
        geometry = own(package, border).geometry.iloc[-1]
        west, south, east, north = geometry.bounds
        crs = f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84"
        self._to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        parts = list(shapely.get_parts(shapely.line_merge(geometry)))
        coordinates = _chained([part for part in parts if not part.is_ring] or parts)
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


@memoised
def reference(package: Package, border: str) -> Reference:
    """The reference line of a border."""
    return Reference(package, border)


def strip(package: Package, rows: Rows, border: str) -> Strip:
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
    stands, anywhere, beside = [], [], []
    for row in own.tolist():
        site = site_of(package, row)
        if site is not None and site.layer == "borders" and site.place_id == border:
            anywhere.append(row)
            continue
        reach = _reach(package, border, site.layer, site.feature_id) if site else None
        if reach is None:
            beside.append(row)
        else:
            stands.append(Stand(row, *reach))
    return Strip(
        length=along.length,
        origin=_origin(package, along, border),
        stands=tuple(stands),
        anywhere=tuple(anywhere),
        beside=tuple(beside),
        landmarks=_landmarks(package, along),
    )


@memoised
def _reach(
    package: Package, border: str, layer: str, feature_id: str
) -> tuple[float, float, float] | None:
    """First and last kilometre of a feature along a border, and how far off it lies, if near."""
    if layer == "countries":
        return None
    along, frame = reference(package, border), package.layers[layer]
    geometry = frame.geometry.iloc[int(np.flatnonzero(frame["id"] == feature_id)[0])]
    shape = along.projected(geometry)
    off = float(shape.distance(along.line)) / 1000
    if off > FAR_KM:
        return None
    if isinstance(geometry, Point):
        kilometre = float(along.kilometre(shape)[0])
        return kilometre, kilometre, off
    touching = shape
    if shapely.get_dimensions(shape) == 2:
        inside = along.line.intersection(shape.buffer(REACH_M))
        # An exclave has a line of its own; any other area that reaches no line is not on it.
        if inside.is_empty and layer != "exclaves":
            return None
        # Of a part of the line its ends say all; where it has thousands of points that counts.
        ends = shapely.boundary(shapely.line_merge(inside))
        touching = next((one for one in (ends, inside) if not one.is_empty), shape)
    kilometres = along.kilometre(touching)
    return float(kilometres.min()), float(kilometres.max()), 0.0


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


def _landmarks(package: Package, along: Reference) -> tuple[tuple[float, str], ...]:
    """Towns near the line, the weightier first, none so close that their names would touch."""
    places: gpd.GeoDataFrame = package.layers["places"]
    ranks = places.get("rank", 9)
    found: list[tuple[float, str]] = []
    for row in places.assign(rank=ranks).sort_values(["rank", "id"]).to_dict("records"):
        shape = along.projected(row["geometry"])
        if row["rank"] > 4 or shape.distance(along.line) > NAMED_KM * 1000:
            continue
        kilometre = float(along.kilometre(shape)[0])
        if all(abs(kilometre - other) >= APART * along.length for other, _ in found):
            found.append((round(kilometre, 1), str(row["name"])))
    return tuple(sorted(found))


def vintages(package: Package, border: str) -> pd.DataFrame:
    """The vintages of a border with their geodesic lengths.

    Returns
    -------
    pandas.DataFrame
        In force from and to (blank where open), length of the mapped line and of the drawn one
        in kilometres.
    """
    frame = own(package, border)
    return pd.DataFrame(
        [
            {
                "In force from": row["valid_from"] or "not known",
                "to": row["valid_to"] or "today",
                "Length, km": row.get("length_km"),
                "As drawn, km": round(length_km(row["geometry"]), 1),
            }
            for row in frame.to_dict("records")
        ]
    )


def published(package: Package, border: str) -> pd.DataFrame:
    """What others say the length is, beside that of each vintage.

    Returns
    -------
    pandas.DataFrame
        Who says it, as printed, and the difference to the latest vintage.
    """
    frame = own(package, border)
    latest = frame.iloc[-1]
    ours = latest.get("length_km") or round(length_km(latest["geometry"]), 1)
    found: dict[tuple[str, float], dict[str, Any]] = {}
    for value in frame.get("published_lengths", []):
        for one in value if isinstance(value, list) else []:
            if isinstance(one, dict) and isinstance(one.get("km"), (int, float)):
                found[str(one.get("by", "")), float(one["km"])] = {
                    "Who": _who(package, str(one.get("by", ""))),
                    "As printed": str(one.get("text") or f"{one['km']} km"),
                    "Against our latest": f"{float(one['km']) - float(ours):+.1f} km",
                }
    columns = ["Who", "As printed", "Against our latest"]
    return pd.DataFrame(list(found.values()), columns=columns)


def _who(package: Package, by: str) -> str:
    """Whoever says it; where that is a source of the package, its publisher and date."""
    known = package.sources["id"] == by
    return describe.source_short(package.sources[known].iloc[0]) if known.any() else by


def stretches(package: Package, border: str) -> pd.DataFrame:
    """The border by the regions that meet on it, in the latest vintage."""
    frame = package.layers.get("stretches")
    if frame is None or "border" not in frame:
        return pd.DataFrame(columns=["Stretch", "Length, km"])
    frame = frame[(frame["border"] == border) & (frame["valid_to"] == "")]
    # The page is the border's own: its name need not follow that of each stretch.
    names = [str(name).partition(" of the ")[0] for name in frame["name"]]
    table = pd.DataFrame({"Stretch": names, "Length, km": frame["length_km"]})
    return table.sort_values("Length, km", ascending=False).reset_index(drop=True)


def milestones(package: Package, rows: Rows, border: str) -> Rows:
    """Treaties and agreements about the line, closures and reopenings, in the order of time."""
    frame = package.incidents
    marked = [bool({"treaty", "closure"} & set(tags)) for tags in frame["tag_list"]]
    mask = np.array(marked, dtype=bool) & (frame["border"] == border).to_numpy()
    kept: Rows = rows[mask[rows]]
    return kept


def own(package: Package, border: str) -> Any:
    """The vintages of a border, the latest last."""
    frame = package.layers["borders"]
    return frame[frame["place_id"] == border].sort_values("valid_from")
