"""The inset: a second, larger map of the part of a map where incidents are crowded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.model import Annotation, Bbox, extent
from geo.package.load import Package, Rows
from geo.picture import annotate, clusters, furniture
from geo.picture.basemap import BaseMap, base_map
from geo.picture.clusters import Placement
from geo.picture.layout import Box, grown, inside
from geo.places import Site

Points = npt.NDArray[np.float64]
CROWDED = 1 / 3
"""Share of the located incidents that must fall on a tenth of the map or less."""
TENTHS = (0.0125, 0.018, 0.025, 0.035, 0.05, 0.07, 0.1)
"""Shares of the map that are tried, the largest a tenth."""
LEAST_SITES, LEAST_COUNT = 3, 6
"""Places and incidents in a crowd: fewer can be told apart without an inset."""
LARGER = 1.7
"""How many times the scale of the map that of its inset is at least."""
SIZES = (0.4, 0.36, 0.32, 0.28)
"""Width and height of an inset as shares of the map's, the first that has room."""
ASPECTS = (0.6, 1.9)
"""Of an extent of the reader's own, width by height, as far as its inset follows it."""
NEAR = 9.0
"""Points at scale 1 within which points share a symbol of an inset, which is there to part them."""
MARGIN = (16.0, 9.0)
"""Points beside and above a crowd, at scale 1: names stand beside."""
REACH = 13.0
"""Points around an incident that an inset must not cover, at scale 1."""
EDGE = 6.0


@dataclass(frozen=True, eq=False)
class Inset:
    """A planned inset.

    Attributes
    ----------
    frame : Box
        In the map, in points.
    outline : array of float
        Its edge on the map below, in points.
    basemap : BaseMap
        At its own scale.
    placement : Placement
        Its incidents.
    holds : callable
        Whether a site is on it, and so not on the map below.
    free : tuple of Box
        In it, that of its scale bar.
    """

    frame: Box
    outline: Points
    basemap: BaseMap
    placement: Placement
    holds: Callable[[Site], bool]
    free: tuple[Box, ...]

    @property
    def edge(self) -> BaseGeometry:
        """Its edge on the map below."""
        return shapely.Polygon(self.outline).exterior

    @property
    def covered(self) -> Box:
        """The box around its edge on the map below."""
        (left, bottom), (right, top) = self.outline.min(axis=0), self.outline.max(axis=0)
        return float(left), float(bottom), float(right), float(top)


def inset(
    package: Package, rows: Rows, basemap: BaseMap, asked: Bbox | bool, scale: float,
    *, keep_off: Box, annotations: Sequence[Annotation] = (),
) -> Inset | None:  # fmt: skip
    """Plan the inset of a map.

    Parameters
    ----------
    asked : Bbox or bool
        Its extent; True where a crowd decides, False for none.
    scale : float
        Of the symbols.
    keep_off : Box
        What it must not cover, besides incidents and borders.
    annotations : sequence of Annotation
        What the reader has drawn, which it does not hide either.

    Returns
    -------
    Inset or None
        None where none is asked for, no part is crowded, or there is no room.
    """
    if asked is False:
        return None
    found = clusters.members_of(package, rows)
    points = [
        (*basemap.point(site.lon, site.lat), len(members))
        for site, members in found
        if site.is_point
    ]
    sites = np.array(points, dtype=float).reshape(-1, 3)
    sites = sites[inside(sites, basemap.frame)]
    if asked is True:
        aspect = basemap.width / basemap.height
        window = crowd(sites, basemap.frame, scale)
        if window is None:
            return None
        bbox = _degrees(basemap, window)
    else:
        bbox, window = asked, _points(basemap, asked)
        aspect = (window[2] - window[0]) / max(window[3] - window[1], 1e-6)
        aspect = min(max(aspect, ASPECTS[0]), ASPECTS[1])
    # What lies in the inset is drawn there.
    drawn = [
        point
        for each in annotate.held(annotations, basemap)
        if not annotate.lies_in(each, basemap, window)
        for point in annotate.marks([each], basemap, scale)
    ]
    frame = spot(
        basemap, sites, window, aspect, scale,
        keep_off=keep_off, drawn=drawn, must=asked is not True,
    )  # fmt: skip
    if frame is None or (
        asked is True and (frame[2] - frame[0]) / (window[2] - window[0]) < LARGER
    ):
        return None
    wide, tall = frame[2] - frame[0], frame[3] - frame[1]
    larger = base_map(package, bbox, wide, tall)
    outline = furniture.outline_on(basemap, larger)
    held = _holding(basemap, larger, outline)
    size = furniture.size_of(larger, scale, arrow=False)
    bar = furniture.corner(package, rows, larger, size, scale)
    placement = clusters.clustered(
        package, rows, larger, scale, keep_off=[bar], near=NEAR, chosen=held
    )
    return Inset(frame, outline, larger, placement, held, (bar,))


def _holding(basemap: BaseMap, larger: BaseMap, outline: Points) -> Callable[[Site], bool]:
    """Tell whether an inset holds a site: a point in it, a line or an area that is in it whole."""
    area = shapely.Polygon(outline)
    held = {
        (layer, str(shape.properties["id"]))
        for layer in ("regions", "districts", "exclaves", "stretches", "borders")
        for shape in basemap.layers[layer]
        if area.contains(shape.geometry)
    }

    def holds(site: Site) -> bool:
        if site.is_point:
            return larger.holds(*larger.point(site.lon, site.lat))
        return (site.layer, site.feature_id) in held

    return holds


def crowd(sites: Points, frame: Box, scale: float) -> Box | None:
    """Find where incidents are crowded.

    Of windows of the frame's own form the one is taken in which scale times incidents is the
    largest: the smaller it is, the larger the inset draws it.

    Parameters
    ----------
    sites : array of float, shape (n, 3)
        Where incidents are known to be, in points, and how many.
    scale : float
        Of the symbols.

    Returns
    -------
    Box or None
        None where fewer than `CROWDED` are there, or most places have a symbol of their own.
    """
    margin_x, margin_y = (scale * margin for margin in MARGIN)
    wide, tall = frame[2] - frame[0], frame[3] - frame[1]
    total = sites[:, 2].sum()
    best: tuple[float, Box] | None = None
    for share in TENTHS:
        across, up = wide * share**0.5, tall * share**0.5
        room_x, room_y = across - 2 * margin_x, up - 2 * margin_y
        if len(sites) < LEAST_SITES or room_x <= 0 or room_y <= 0:
            continue
        x, y = sites[:, 0], sites[:, 1]
        in_x = (x[None] >= x[:, None]) & (x[None] <= x[:, None] + room_x)
        in_y = (y[None] >= y[:, None]) & (y[None] <= y[:, None] + room_y)
        counts = (in_x * sites[:, 2]) @ in_y.T
        column, row = np.unravel_index(int(counts.argmax()), counts.shape)
        count, held = float(counts[column, row]), in_x[column] & in_y[row]
        if count <= CROWDED * total or count < LEAST_COUNT or not _is_dense(sites[held], scale):
            continue
        score = count / share**0.5
        if best is None or score > best[0]:
            low, high = sites[held, :2].min(axis=0), sites[held, :2].max(axis=0)
            middle = (low + high) / 2
            left = min(max(middle[0] - across / 2, frame[0]), frame[2] - across)
            bottom = min(max(middle[1] - up / 2, frame[1]), frame[3] - up)
            best = score, (float(left), float(bottom), float(left + across), float(bottom + up))
    return best[1] if best else None


def _is_dense(sites: Points, scale: float) -> bool:
    """Whether more than half of some places would share a symbol with another on the map."""
    apart = np.hypot(
        sites[:, 0] - sites[:, 0][:, None], sites[:, 1] - sites[:, 1][:, None]
    )  # fmt: skip
    np.fill_diagonal(apart, np.inf)
    near = apart.min(axis=0) < clusters.NEAR * scale
    return bool(len(sites) >= LEAST_SITES and near.mean() > 0.5)


def spot(
    basemap: BaseMap, sites: Points, window: Box, aspect: float, scale: float, *,
    keep_off: Box, drawn: Sequence[tuple[float, float]] = (), must: bool,
) -> Box | None:  # fmt: skip
    """Find where an inset hides least: no incident, and no border if there is any other place.

    Parameters
    ----------
    drawn : sequence of (float, float)
        Points of what the reader has drawn, each of which weighs as much as an incident.
    must : bool
        Whether it has to be somewhere, even over an incident.
    """
    sites = sites[~inside(sites, window)]
    towns = [
        place.geometry.coords[0][:2]
        for place in basemap.layers["places"]
        if place.properties["place_id"] in basemap.named_first
    ]
    # A town that every map names weighs as much as one incident.
    more = [(*point, 1.0) for point in (*towns, *drawn)]
    points = np.vstack((sites, more)) if more else sites
    best: tuple[float, Box] | None = None
    for size in SIZES:
        area = (size**2) * basemap.width * basemap.height
        wide, tall = (area * aspect) ** 0.5, (area / aspect) ** 0.5
        boxes = np.array(list(_along_the_edge(basemap, wide, tall))).reshape(-1, 4)
        clear = boxes[_free_of(boxes, [grown(window, EDGE), keep_off])]
        if not len(clear):
            continue
        near = grown(clear.T, REACH * scale)
        covers = (
            (points[:, 0] >= near[0][:, None]) & (points[:, 1] >= near[1][:, None])
            & (points[:, 0] <= near[2][:, None]) & (points[:, 1] <= near[3][:, None])
        )  # fmt: skip
        hidden = covers @ points[:, 2]
        fewest = hidden == hidden.min()
        clear = clear[fewest]
        covered = shapely.length(shapely.intersection(basemap.borders, shapely.box(*clear.T)))
        number = int(covered.argmin())
        cost = float(hidden.min()) * basemap.width + float(covered[number])
        left, bottom, right, top = clear[number].tolist()
        if best is None or cost < best[0]:
            best = cost, (left, bottom, right, top)
        if cost == 0:
            break
    if best is None or (not must and best[0] > 0.15 * basemap.width):
        return None
    return best[1]


def _free_of(boxes: Points, taken: Sequence[Box]) -> npt.NDArray[np.bool_]:
    free = np.ones(len(boxes), dtype=bool)
    for left, bottom, right, top in taken:
        free &= (
            (boxes[:, 0] >= right) | (boxes[:, 2] <= left)
            | (boxes[:, 1] >= top) | (boxes[:, 3] <= bottom)
        )  # fmt: skip
    return free


def _along_the_edge(basemap: BaseMap, wide: float, tall: float) -> Iterator[Box]:
    """Boxes in the corners of a frame, then along its sides."""
    low, right, top = EDGE, basemap.width - EDGE - wide, basemap.height - EDGE - tall
    if right < low or top < low:
        return
    for x in (right, low):
        for y in (top, low):
            yield x, y, x + wide, y + tall
    for share in np.linspace(0.05, 0.95, 19):
        for x, y in (
            (right, low + share * (top - low)), (low, low + share * (top - low)),
            (low + share * (right - low), top), (low + share * (right - low), low),
        ):  # fmt: skip
            yield float(x), float(y), float(x + wide), float(y + tall)


def _degrees(basemap: BaseMap, window: Box) -> Bbox:
    """The extent of a box of a frame."""
    ring = shapely.get_coordinates(shapely.segmentize(shapely.box(*window).boundary, 20))
    sheet = basemap.sheet
    lon, lat = sheet.forward.transform(
        sheet.left + ring[:, 0] / basemap.scale, sheet.bottom + ring[:, 1] / basemap.scale,
        direction="INVERSE",
    )  # fmt: skip
    return extent(float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat)))


def _points(basemap: BaseMap, bbox: Bbox) -> Box:
    """The box around an extent, in points of a frame."""
    edge = shapely.segmentize(shapely.box(*bbox).boundary, (bbox.east - bbox.west) / 8)
    points = np.array([basemap.point(*pair) for pair in shapely.get_coordinates(edge)])
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return float(left), float(bottom), float(right), float(top)
