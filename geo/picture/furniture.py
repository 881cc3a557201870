"""Scale bar, north arrow and locator: what a reader needs to measure and to find the map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.patches import Polygon
from matplotlib.text import Annotation
from matplotlib_scalebar.scalebar import ScaleBar

from geo import places
from geo.model import Bbox
from geo.package.load import Package, Rows
from geo.picture import fonts
from geo.picture.basemap import PAD, BaseMap, base_map
from geo.picture.layout import Box, grown, inside
from geo.picture.paper import Paper
from geo.picture.projection import bar_length, nice, sheet
from geo.picture.sheet_map import draw_world_land

TEXT, THICK = 6.4, 2.6
"""Type of the scale bar and how thick it is, in points at scale 1."""
FAR = 0.5
"""A frame narrower than this share of the borders' extent has a locator."""


def bar_of(basemap: BaseMap) -> tuple[float, float]:
    """Choose a scale bar.

    Returns
    -------
    kilometres, points : float
        A round number, and its length on the paper along the parallel through the middle.
    """
    kilometres = nice(basemap.width_km / 4.5)
    return kilometres, bar_length(basemap.sheet, kilometres) * basemap.scale


def size_of(basemap: BaseMap, scale: float, *, arrow: bool = True) -> tuple[float, float]:
    """Width and height of scale bar and arrow together, in points."""
    kilometres, length = bar_of(basemap)
    said = fonts.width(" ".join(_said(kilometres)), TEXT * scale)
    beside, tall = (34, 25) if arrow else (8, 16)
    return max(length, said) + beside * scale, tall * scale


def _said(kilometres: float) -> tuple[str, str]:
    """A length as a number and its unit."""
    return (f"{kilometres:g}", "km") if kilometres >= 1 else (f"{kilometres * 1000:g}", "m")


def corner(
    package: Package, rows: Rows, basemap: BaseMap, size: tuple[float, float],
    scale: float, *, taken: Sequence[Box] = (),
) -> Box:  # fmt: skip
    """Find the corner of the frame where a box hides the fewest incidents; bottom first.

    Parameters
    ----------
    size : tuple of float
        Width and height of the box, in points.
    taken : sequence of Box
        Boxes whose corners are not to be had, if there is another.
    """
    wide, tall = size
    off = 5 * scale
    sites = {site for row in rows.tolist() if (site := places.site_of(package, row)) is not None}
    points = np.array([basemap.point(site.lon, site.lat) for site in sites]).reshape(-1, 2)
    reach = 16 * scale
    boxes = [
        (x, y, x + wide, y + tall)
        for y in (off, basemap.height - off - tall)
        for x in (off, basemap.width - off - wide)
    ]
    clear = [
        one
        for one in boxes
        if not any(shapely.box(*one).intersects(shapely.box(*other)) for other in taken)
    ]
    boxes = clear or boxes

    return min(boxes, key=lambda one: int(inside(points, grown(one, reach)).sum()))


def draw_bar(view: Paper, basemap: BaseMap, box: Box, scale: float, *, arrow: bool = True) -> None:
    """Draw the scale bar and the arrow in their box."""
    left, bottom, _, _ = box
    view.rectangle(box, facecolor=view.palette.paper, alpha=0.85, lw=0, zorder=44)
    if not arrow:
        _bar(view, basemap, left + 4 * scale, bottom + 3 * scale, scale)
        return
    at = (left + 11 * scale, bottom + 12.5 * scale)
    _arrow(view, at, north(basemap, at), scale)
    _bar(view, basemap, left + 25 * scale, bottom + 6 * scale, scale)


def draw_outline(view: Paper, points: npt.NDArray[np.float64], scale: float) -> None:
    """Mark on a map what its inset shows."""
    for color, width in ((view.palette.casing, 2.6), (view.palette.ink, 1.0)):
        view.add(
            Polygon(points, closed=True, fill=False, ec=color, lw=width * scale,
                    joinstyle="miter", zorder=28)
        )  # fmt: skip


def draw_alone(paper: Paper, basemap: BaseMap, at: tuple[float, float], scale: float) -> None:
    """Draw the bar and the arrow beside a map; the arrow is that of the map's middle."""
    turn = north(basemap, (basemap.width / 2, basemap.height / 2))
    _arrow(paper, (at[0] + 6 * scale, at[1] + 8 * scale), turn, 0.8 * scale)
    _bar(paper, basemap, at[0] + 18 * scale, at[1] + 2 * scale, scale)


def _bar(view: Paper, basemap: BaseMap, x: float, y: float, scale: float) -> None:
    """Draw the bar and its length, with their lower left corner at a point."""
    kilometres, length = bar_of(basemap)
    number, unit = _said(kilometres)
    type_of = fonts.font_for(f"{number} {unit}", TEXT * scale)
    bar = ScaleBar(
        kilometres * 1000 / length,
        fixed_value=float(number),
        fixed_units=unit,
        location="lower left",
        bbox_to_anchor=(x, y),
        bbox_transform=view.axes.transData,
        # The papers' axes have one scale both ways, though matplotlib is not told to keep it.
        rotation="horizontal-only",
        width_fraction=THICK * scale / view.height,
        color=view.palette.ink,
        frameon=False,
        pad=0,
        border_pad=0,
        sep=1.6 * scale,
        scale_loc="top",
        scale_formatter="{:g} {}".format,
        font_properties={"family": type_of.get_family(), "fname": type_of.get_file(),
                         "size": TEXT * scale},
    )  # fmt: skip
    bar.set_zorder(46)
    view.add(bar)


def _arrow(view: Paper, at: tuple[float, float], turn: float, scale: float) -> None:
    """Point to true north, which is turned by so many radians."""
    up = np.array([-np.sin(turn), np.cos(turn)]) * scale
    ink = view.palette.ink
    # From the middle of the letter to the foot, with its head at the letter.
    view.add(
        Annotation(
            "N", xy=tuple(at - 10.5 * up), xytext=tuple(at + 7.5 * up), ha="center", va="center",
            rotation=float(np.degrees(turn)), color=ink, zorder=46, parse_math=False,
            fontproperties=fonts.font_for("N", 6.6 * scale, bold=True),
            arrowprops={
                "arrowstyle": "<|-,head_length=.8,head_width=.32", "relpos": (0.5, 0.5),
                "patchA": None, "shrinkA": 3.6 * scale, "shrinkB": 0, "color": ink,
                "mutation_scale": 10 * scale, "linewidth": 0.9 * scale,
                "joinstyle": "miter", "capstyle": "butt",
            },
        )
    )  # fmt: skip


def north(basemap: BaseMap, at: tuple[float, float]) -> float:
    """Angle of true north at a point of the frame, in radians, counter-clockwise from up."""
    sheet = basemap.sheet
    x, y = sheet.left + at[0] / basemap.scale, sheet.bottom + at[1] / basemap.scale
    lon, lat = sheet.forward.transform(x, y, direction="INVERSE")
    x2, y2 = sheet.forward.transform(lon, lat + 0.01)
    return float(np.arctan2(x - x2, y2 - y))


def needs_locator(package: Package, basemap: BaseMap) -> bool:
    """Whether the frame is so much smaller than the borders that a reader may be lost."""
    extent, seen = places.extent_of(package), basemap.sheet.bounds()
    if not shapely.box(*extent).intersects(shapely.box(*seen)):
        return True
    return basemap.sheet.right - basemap.sheet.left < FAR * _whole(
        extent, basemap.width / basemap.height
    )


@lru_cache(maxsize=32)
def _whole(extent: Bbox, aspect: float) -> float:
    """Width in metres of a sheet that holds an extent."""
    projection = sheet(extent, aspect=aspect, pad=PAD)
    return projection.right - projection.left


def outline_on(basemap: BaseMap, shown: BaseMap) -> npt.NDArray[np.float64]:
    """Where the edge of a frame lies on another base map, in points, shape (n, 2)."""
    ring = shapely.get_coordinates(shapely.segmentize(shown.sheet.frame, 5000))
    lon, lat = shown.sheet.forward.transform(ring[:, 0], ring[:, 1], direction="INVERSE")
    return np.array([basemap.point(*pair) for pair in zip(lon, lat, strict=True)])


def draw_locator(view: Paper, package: Package, shown: BaseMap) -> None:
    """Draw where the frame lies among the borders and their countries."""
    palette = view.palette
    seen, whole = shown.sheet.bounds(), places.extent_of(package)
    extent = Bbox(
        min(seen.west, whole.west), min(seen.south, whole.south),
        max(seen.east, whole.east), max(seen.north, whole.north),
    )  # fmt: skip
    basemap = base_map(package, extent, view.width, view.height, relief=False)
    draw_world_land(view, basemap, 0.6)
    for country in basemap.layers["countries"]:
        own = country.properties["country"] == basemap.focus
        view.area(country.geometry, color=palette.land if own else palette.shade, zorder=1)
    view.lines([basemap.edges["countries"]], color=palette.country, width=0.4, zorder=2)
    view.lines(
        [shape.geometry for shape in basemap.layers["borders"]],
        color=palette.ink,
        width=1,
        zorder=3,
    )
    points = outline_on(basemap, shown)
    view.add(Polygon(points, closed=True, facecolor=palette.ink, alpha=0.25, lw=0, zorder=4))
    view.add(Polygon(points, closed=True, fill=False, ec=palette.ink, lw=1.3, zorder=5))
    view.rectangle(basemap.frame, fill=False, edgecolor=palette.grey, lw=0.8, zorder=6)
