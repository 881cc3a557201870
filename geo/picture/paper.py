"""A sheet of paper in points, on which everything of a picture is drawn: text, lines, areas."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from PIL import Image
from shapely.geometry.base import BaseGeometry

from geo.picture import fonts
from geo.picture.layout import Box
from geo.picture.palette import Palette
from geo.picture.quick_text import Halo

RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "marz",
    "pdf.fonttype": 42,
}
_LOCK = RLock()


@contextmanager
def drawing() -> Iterator[None]:
    """Draw alone: matplotlib's settings and fonts are one for all threads of a server.

    Garbage is not collected meanwhile: a picture makes thousands of objects that all stay to its
    end, and looking through them again and again would take a third of its time.
    """
    with _LOCK, matplotlib.rc_context(RC):
        collecting = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if collecting:
                gc.enable()


class Raster(AxesImage):
    """A picture that fills its axes; on pixels Pillow scales it, in a tenth of the memory."""

    BAND = 512
    """Rows that are handed over at once: each is copied three times on its way."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw it: matplotlib calls this."""
        if renderer.option_scale_image() or self.axes is None:
            super().draw(renderer)
            return
        left, bottom, right, top = (round(value) for value in self.axes.bbox.extents)
        # Colours times opacity, as Pillow itself scales them.
        scaled = (
            Image.fromarray(np.asarray(self.get_array()), "RGBA")
            .convert("RGBa")
            .resize((right - left, top - bottom), Image.Resampling.BILINEAR)
        )
        gc = renderer.new_gc()
        for first in range(0, scaled.height, self.BAND):
            end = min(first + self.BAND, scaled.height)
            band = scaled.crop((0, first, scaled.width, end)).convert("RGBA")
            renderer.draw_image(gc, left, top - end, np.asarray(band)[::-1])
        gc.restore()


class Kept:
    """Pixels of what a paper shows: none until they are first drawn."""

    pixels: npt.NDArray[np.uint8] | None = None


class Keeper(Artist):
    """Keeps what is below it on its axes, or shows what was kept.

    Parameters
    ----------
    kept : Kept
        Whatever covers the axes whole.
    """

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.kept = kept

    def draw(self, renderer: Any) -> None:
        """Draw it: matplotlib calls this, with a renderer of pixels."""
        if self.axes is None:
            return
        page = np.asarray(renderer.buffer_rgba())
        # To whole pixels as matplotlib clips.
        left, bottom, right, top = np.floor(np.asarray(self.axes.bbox.extents) + 0.5).astype(int)
        part = page[len(page) - top : len(page) - bottom, left:right]
        if self.kept.pixels is None:
            self.kept.pixels = part.copy()
        else:
            part[:] = self.kept.pixels


class Paper:
    """A bare axes whose unit is the point (1/72 inch), origin bottom left.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot, which keeps figures alive and is not made for servers.
    axes : matplotlib.axes.Axes
        For what has no method here.
    palette : Palette
        The inks.
    width, height : float
        In points.
    labels : list of matplotlib.text.Text
        Names on a map, which may not touch one another.
    """

    def __init__(self, figure: Figure, palette: Palette, box: Box) -> None:
        self.figure, self.palette = figure, palette
        left, bottom, right, top = box
        self.width, self.height = right - left, top - bottom
        paper_width, paper_height = figure.bbox_inches.width * 72, figure.bbox_inches.height * 72
        self.axes: Axes = figure.add_axes(
            (
                left / paper_width,
                bottom / paper_height,
                self.width / paper_width,
                self.height / paper_height,
            )
        )
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(0, self.height)
        self.axes.set_axis_off()
        self.labels: list[Text] = []

    def view(self, box: Box) -> Paper:
        """Cut a paper of its own out of this one; what is drawn on it ends at its edge."""
        return Paper(self.figure, self.palette, box)

    def clear(self) -> None:
        """Take off all that was drawn: the next of many small pictures needs no new paper."""
        on = self.axes
        for kind in (on.lines, on.patches, on.collections, on.images, on.texts, on.artists):
            for artist in [*kind]:
                artist.remove()
        self.labels.clear()

    def add(self, artist: Artist) -> None:
        """Put something on the paper, without matplotlib's search for the limits of data."""
        self.axes.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: str = "",
        halo: float = 0,
        zorder: float = 50,
        **options: Any,
    ) -> Text:
        """Draw one line; ``$`` in it is a dollar, never mathematics."""
        prop = fonts.font_for(text, size, bold=bold)
        options = {"ha": "left", "va": "baseline", **options}
        if halo:
            # On its own, as an outline: the text above it stays text in SVG and PDF.
            self.add(
                Halo(
                    x, y, text, width=halo, ink=self.palette.casing, fontproperties=prop,
                    parse_math=False, zorder=zorder - 0.5, clip_on=False, **options,
                )
            )  # fmt: skip
        return self.axes.text(
            x, y, text, fontproperties=prop, parse_math=False, color=color or self.palette.ink,
            zorder=zorder, **options,
        )  # fmt: skip

    def line(self, xs: Sequence[float], ys: Sequence[float], **options: Any) -> None:
        """Draw one line through points."""
        self.add(Line2D(xs, ys, **options))

    def rectangle(self, box: Box, **options: Any) -> None:
        """Draw a rectangle."""
        left, bottom, right, top = box
        self.add(Rectangle((left, bottom), right - left, top - bottom, **options))

    def fill(self, picture: npt.NDArray[np.uint8], *, zorder: float) -> None:
        """Fill the paper with a picture, RGBA and north up."""
        image = Raster(
            self.axes,
            extent=(0, self.width, 0, self.height),
            interpolation="bilinear",
            zorder=zorder,
        )
        image.set_data(picture)
        self.add(image)

    def keep(self, kept: Kept) -> None:
        """Show pixels that were kept of this paper, or keep what lies on it up to here."""
        keeper = Keeper(kept)
        keeper.set_zorder(9)
        self.add(keeper)

    def lines(
        self, geometries: Iterable[BaseGeometry], *, color: str, width: float, zorder: float,
        **options: Any,
    ) -> None:  # fmt: skip
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

    def area(
        self, geometry: BaseGeometry, *, color: str, zorder: float, **options: Any
    ) -> PathPatch | None:
        """Fill an area; None where there is none."""
        path = path_of(geometry)
        if path is None:
            return None
        patch = PathPatch(path, facecolor=color, zorder=zorder, **{"linewidth": 0, **options})
        self.add(patch)
        return patch


def sheet_of(width: float, height: float, palette: Palette, *, bare: bool = False) -> Paper:
    """Take a new paper of a size in points; a bare one is clear instead of coloured."""
    figure = Figure(figsize=(width / 72, height / 72), facecolor="none" if bare else palette.paper)
    return Paper(figure, palette, (0, 0, width, height))


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
