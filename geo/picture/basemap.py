"""The base map of a picture, prepared once a package and extent: layers in points, and relief."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from geo import places, world
from geo.model import Bbox
from geo.package.load import Package, relief
from geo.picture.layout import Box
from geo.picture.projection import Sheet, nice, sheet, warp

Shapes = npt.NDArray[np.object_]
Lay = Callable[[Shapes], Shapes]
"""From geometries in EPSG:4326 to points of the paper."""
LEAST = 1e-3
"""Share of the frame that the finer layer must leave free before the world is drawn."""
STEPS = 60
"""Parts into which a straight line across the frame is cut, for a projection bends it."""
BESIDE = 1.5
"""Points beside the finer layer within which no coarse line is drawn: it would look double."""


def _world_areas(
    near: BaseGeometry, frame: BaseGeometry, finer: Sequence[BaseGeometry], lay: Lay
) -> tuple[list[BaseGeometry], BaseGeometry]:
    """Areas and outlines of countries in a frame; nothing where the `finer` ones cover it."""
    nothing: tuple[list[BaseGeometry], BaseGeometry] = [], shapely.GeometryCollection()
    covered = shapely.union_all(list(finer))
    if shapely.difference(frame, covered).area < LEAST * frame.area:
        return nothing
    west, _, east, _ = near.bounds
    cut = shapely.intersection(world.shapes(), near)
    cut = shapely.segmentize(cut[~shapely.is_empty(cut)], (east - west) / STEPS)
    keep = frame.buffer(12, join_style="mitre")
    laid = [
        shapely.intersection(shapely.make_valid(one), keep)
        for one in lay(cut)
        if np.isfinite(shapely.get_coordinates(one)).all()
    ]
    areas = [one for one in laid if one.area > 0]
    edges = shapely.union_all(shapely.boundary(areas))
    return areas, shapely.difference(edges, shapely.buffer(covered, BESIDE))


def _cut_edges(window: Sequence[float] | None, lay: Lay) -> BaseGeometry:
    """What lies on the edges at which the package's countries were cut off: no border is there."""
    if window is None:
        return shapely.Polygon()
    edge = shapely.segmentize(shapely.box(*window).boundary, (window[2] - window[0]) / STEPS)
    return shapely.buffer(lay(np.array([edge], dtype=object))[0], BESIDE)


LAYERS = (
    "countries", "regions", "districts", "lakes", "rivers", "exclaves", "stretches", "borders",
    "places",
)  # fmt: skip
MARGIN = 12.0
"""Beyond the frame that is kept of each geometry, so that no cut edge is seen."""
TOLERANCE = 0.12
"""Points; finer detail is thinner than the thinnest line."""
ROUGH = 0.4
"""Points that the shape of what symbols and names keep to may be off."""
STRAIGHT = 0.5
"""Degrees; a longer line along a parallel, as at the edge of a layer, must bend with it."""
RELIEF_WIDTH, RELIEF_PIXELS = 1700, 2.75
"""Pixels of a relief: at most so many across, and a point of the paper no more than so many."""
PAD = 0.055
KEPT = 12
"""Base maps that are kept a package."""


@dataclass(frozen=True)
class Shape:
    """A feature as it lies on the paper.

    Attributes
    ----------
    geometry : shapely geometry
        In points.
    properties : dict
        Of the feature.
    """

    geometry: BaseGeometry
    properties: dict[str, Any]


@dataclass(frozen=True, eq=False)
class BaseMap:
    """Everything below the incidents.

    Attributes
    ----------
    sheet : Sheet
        The projection and the frame.
    width, height : float
        Of the frame, in points; its lower left corner is the origin.
    scale : float
        Points a metre of the sheet.
    layers : dict of str to list of Shape
        What lies in the frame.
    edges : dict of {"countries", "regions"} to shapely geometry
        Their outlines without what coincides with a stronger line, in any vintage; what two
        neighbours share is there twice.
    focus : str
        Country that most of the borders belong to.
    named_first : frozenset of str
        Place ids that a reader must find named however small the map is.
    graticule : list of tuple
        Label, whether it is a meridian, and the line.
    world_land : list of shapely geometry
        Land where the package's layers end; nothing where they cover the frame.
    world_edges : shapely geometry
        Its outlines.
    relief : array of uint8 or None
        RGBA, filling the frame.
    """

    sheet: Sheet
    width: float
    height: float
    scale: float
    layers: dict[str, list[Shape]]
    edges: dict[str, BaseGeometry]
    focus: str
    named_first: frozenset[str]
    graticule: list[tuple[str, bool, LineString]]
    world_land: list[BaseGeometry]
    world_edges: BaseGeometry
    relief: npt.NDArray[np.uint8] | None

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place lies in the frame, in points."""
        x, y = self.sheet.forward.transform(lon, lat)
        return ((x - self.sheet.left) * self.scale, (y - self.sheet.bottom) * self.scale)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the frame."""
        return 0 <= x <= self.width and 0 <= y <= self.height

    @property
    def frame(self) -> Box:
        """Left, bottom, right, top, in points."""
        return 0.0, 0.0, self.width, self.height

    @cached_property
    def borders(self) -> BaseGeometry:
        """The borders of every vintage as one, near enough to see what touches them."""
        lines = [shape.geometry.simplify(ROUGH) for shape in self.layers["borders"]]
        union = shapely.union_all(lines)
        shapely.prepare(union)
        return union

    @cached_property
    def _parts(self) -> dict[tuple[str, str], BaseGeometry | None]:
        return {}

    def part(self, layer: str, feature_id: str) -> BaseGeometry | None:
        """What the frame holds of a feature, near enough to find room on it; None for nothing."""
        key = layer, feature_id
        if key not in self._parts:
            found = [
                shape.geometry.simplify(ROUGH).intersection(box(*self.frame))
                for shape in self.layers[layer]
                if str(shape.properties["id"]) == feature_id
            ]
            self._parts[key] = found[0] if found and not found[0].is_empty else None
        return self._parts[key]

    @property
    def width_km(self) -> float:
        """Width of the frame, near enough to choose what to show."""
        return (self.sheet.right - self.sheet.left) / 1000


_BASE_MAPS: WeakKeyDictionary[Package, dict[tuple[Any, ...], BaseMap]] = WeakKeyDictionary()


def base_map(
    package: Package, bbox: Bbox | None, width: float, height: float, *, relief: bool = True
) -> BaseMap:
    """Lay the base map of an extent in a frame; from the cache if it is there.

    Parameters
    ----------
    bbox : Bbox or None
        What must be on it; the extent of the borders without.
    width, height : float
        Of the frame, in points.
    relief : bool
        Whether a relief is wanted; small maps go without.
    """
    kept = _BASE_MAPS.setdefault(package, {})
    key = (bbox, round(width, 2), round(height, 2), relief)
    found = kept.pop(key, None)
    if found is None:
        extent, pad = (bbox, 0.0) if bbox else (places.extent_of(package), PAD)
        found = _prepare(package, sheet(extent, aspect=width / height, pad=pad), width, height)
        if relief:
            found = replace(found, relief=_relief(package, found))
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
    kept[key] = found
    return found


def _prepare(package: Package, projection: Sheet, width: float, height: float) -> BaseMap:
    scale = width / (projection.right - projection.left)
    offset = np.array([projection.left, projection.bottom])

    def lay(geometries: Shapes) -> Shapes:
        laid: Shapes = shapely.transform(
            projection.project(geometries), lambda xy: (xy - offset) * scale
        )
        return laid

    near, frame = _near(projection, scale), box(0, 0, width, height)
    keep = box(-MARGIN, -MARGIN, width + MARGIN, height + MARGIN)
    layers = {name: _shapes(package, name, near, keep, lay) for name in LAYERS}
    finer = [shape.geometry for shape in layers["countries"]]
    land, land_edges = _world_areas(near, frame, finer, lay)
    edges = _edges(layers)
    if land:
        cut = _cut_edges(places.window_of(package), lay)
        edges = {name: shapely.difference(lines, cut) for name, lines in edges.items()}
    return BaseMap(
        sheet=projection,
        width=width,
        height=height,
        scale=scale,
        layers=layers,
        edges=edges,
        focus=focus_of(package),
        named_first=places.named_first(package),
        graticule=_graticule(projection, frame, lay),
        world_land=land,
        world_edges=land_edges,
        relief=None,
    )


def _near(projection: Sheet, scale: float) -> BaseGeometry:
    """The frame and a little around it, in degrees."""
    bounds = projection.bounds()
    degrees = MARGIN / scale / 60_000  # more than enough of them at any latitude below 57°
    return box(
        bounds.west - degrees, bounds.south - degrees, bounds.east + degrees, bounds.north + degrees
    )


def _shapes(
    package: Package, name: str, near: BaseGeometry, keep: BaseGeometry, lay: Lay
) -> list[Shape]:
    frame = package.layers.get(name)
    if frame is None or frame.empty:
        return []
    cut = shapely.intersection(shapely.make_valid(frame.geometry.to_numpy()), near)
    laid = lay(shapely.segmentize(cut, STRAIGHT))
    laid = shapely.simplify(laid, TOLERANCE, preserve_topology=True)
    laid = shapely.intersection(shapely.make_valid(laid), keep)
    records = frame.drop(columns=frame.geometry.name).to_dict("records")
    return [
        Shape(geometry, properties)
        for geometry, properties in zip(laid, records, strict=True)
        if not geometry.is_empty
    ]


def _edges(layers: dict[str, list[Shape]]) -> dict[str, BaseGeometry]:
    """Thin lines beside a strong one look like a second border, so they are taken out.

    Regions follow one vintage of a border; where the other runs elsewhere a strip of some
    kilometres separates them. Two points on paper hide what is only drawn apart.
    """
    strong = _band(layers["borders"], 2.0)
    countries = _rings(layers["countries"])
    regions = _rings(layers["regions"])
    beside = shapely.union_all([strong, _band(layers["countries"], 1.5)])
    return {
        "countries": shapely.GeometryCollection(list(shapely.difference(countries, strong))),
        "regions": shapely.GeometryCollection(list(shapely.difference(regions, beside))),
    }


def _band(shapes: list[Shape], width: float) -> BaseGeometry:
    """Everything within a distance of lines or outlines."""
    lines = [s.geometry if "Line" in s.geometry.geom_type else s.geometry.boundary for s in shapes]
    rough = shapely.simplify(np.array(lines, dtype=object), 0.3)
    return shapely.union_all(shapely.buffer(rough, width, quad_segs=2))


def _rings(shapes: list[Shape]) -> Shapes:
    rings = [shape.geometry.boundary for shape in shapes if "Polygon" in shape.geometry.geom_type]
    return np.array(rings, dtype=object)


def focus_of(package: Package) -> str:
    """Find the country that most of the borders belong to; "" where no border names any."""
    pairs = {
        (border["place_id"], border["country"])
        for border in package.layers["borders"].to_dict("records")
    }
    counts = Counter(code for _, codes in sorted(pairs) for code in str(codes).split(";") if code)
    return counts.most_common(1)[0][0] if counts else ""


def _graticule(
    projection: Sheet, frame: BaseGeometry, lay: Lay
) -> list[tuple[str, bool, LineString]]:
    west, south, east, north = projection.bounds()
    step = nice(max((east - west) / 5, 0.01))
    found = []
    for meridian in (True, False):
        low, high = (west, east) if meridian else (south, north)
        for number in np.arange(np.ceil(low / step), np.floor(high / step) + 1):
            at = round(float(number * step), 6)
            along = np.linspace(south, north, 60) if meridian else np.linspace(west, east, 60)
            fixed = np.full(60, at)
            line = LineString(np.column_stack((fixed, along) if meridian else (along, fixed)))
            laid = shapely.intersection(lay(np.array([line]))[0], frame)
            if laid.geom_type == "LineString" and not laid.is_empty:
                hemisphere = ("EW" if meridian else "NS")[at < 0] if at else ""
                found.append((f"{abs(at):g}°{hemisphere and ' ' + hemisphere}", meridian, laid))
    return found


def _relief(package: Package, below: BaseMap) -> npt.NDArray[np.uint8] | None:
    known = relief(package)
    if known is None:
        return None
    try:
        with Image.open(io.BytesIO(known.content)) as image:
            picture = np.asarray(image.convert("RGB"))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None  # no picture; what is wrong with the file `validate` says
    wide = min(RELIEF_WIDTH, round(below.width * RELIEF_PIXELS))
    return warp(picture, known.bounds, below.sheet, wide)
