"""A sheet of paper in points, on which everything of a picture is drawn: text, lines, areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from shapely.geometry.base import BaseGeometry

from geo import fonts

WIDTH, HEIGHT = 864.0, 576.0
"""12 by 8 inches, in points."""
INK, GREY, FAINT, WATER = "#1f2328", "#5d646b", "#a7adb2", "#5c8fb3"
PAPER = "#ffffff"


class Paper:
    """A figure with one bare axes whose unit is the point (1/72 inch), origin bottom left.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot, which keeps figures alive and is not made for servers.
    axes : matplotlib.axes.Axes
        For what has no method here.
    """

    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor=PAPER)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(0, HEIGHT)
        self.axes.set_axis_off()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: str = INK,
        halo: float = 0,
        zorder: float = 50,
        **options: Any,
    ) -> Text:
        """Draw one line; ``$`` in it is a dollar, never mathematics."""
        drawn = self.axes.text(
            x,
            y,
            text,
            fontproperties=fonts.font(size, bold=bold),
            color=color,
            zorder=zorder,
            parse_math=False,
            **{"ha": "left", "va": "baseline", **options},
        )
        if halo:
            drawn.set_path_effects([withStroke(linewidth=halo, foreground=PAPER, alpha=0.9)])
        return drawn

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        measure: float,
        *,
        bold: bool = False,
        color: str = INK,
        most: int = 99,
        leading: float = 1.3,
    ) -> float:
        """Draw a text in lines of at most `measure` points; return the baseline below it."""
        for line in fonts.wrap(text, size, measure, bold=bold, most=most):
            self.text(x, y, line, size, bold=bold, color=color)
            y -= size * leading
        return y

    def lines(
        self,
        geometries: Iterable[BaseGeometry],
        *,
        color: str,
        width: float,
        zorder: float,
        clip: Rectangle | PathPatch | None = None,
        **options: Any,
    ) -> None:
        """Draw lines and outlines."""
        lines = [g.boundary if "Polygon" in g.geom_type else g for g in geometries]
        # Twice: a collection may hold collections.
        parts = shapely.get_parts(shapely.get_parts(lines))
        drawn = LineCollection(
            [shapely.get_coordinates(part) for part in parts if "Line" in part.geom_type],
            colors=color,
            linewidths=width,
            zorder=zorder,
            **{"capstyle": "round", "joinstyle": "round", **options},
        )
        self.axes.add_collection(drawn, autolim=False)
        if clip is not None:
            drawn.set_clip_path(clip)

    def area(
        self,
        geometry: BaseGeometry,
        *,
        color: str,
        zorder: float,
        clip: Rectangle | None = None,
        **options: Any,
    ) -> PathPatch | None:
        """Fill an area; None where there is none."""
        path = path_of(geometry)
        if path is None:
            return None
        patch = PathPatch(path, facecolor=color, zorder=zorder, **{"linewidth": 0, **options})
        self.axes.add_patch(patch)
        if clip is not None:
            patch.set_clip_path(clip)
        return patch


def path_of(geometry: BaseGeometry) -> Path | None:
    """Join the rings of all polygons in a geometry as one compound path."""
    paths = [
        Path(shapely.get_coordinates(ring), closed=True)
        for polygon in shapely.get_parts(geometry)
        if polygon.geom_type == "Polygon" and not polygon.is_empty
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return Path.make_compound_path(*paths) if paths else None


def dots(text: str) -> str:
    """Letters spaced out, as maps write the names of countries."""
    return "\N{THIN SPACE}".join(text)


def direction(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Angle of a step, in degrees, counter-clockwise from the right."""
    return float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))
