"""Text on pixels from masks that are kept: the same words come again in picture after picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import PathEffectRenderer, Stroke
from matplotlib.text import Text

Mask = npt.NDArray[np.uint8]
EDGE = 3
"""Pixels kept free around a mask, for what letters reach beyond their box."""
KEPT = 1024


class Halo(Text):
    """The outline that sets a text off from its ground; it stands below the text itself.

    Parameters
    ----------
    width : float
        Of the outline, in points.
    ink : str
        Its colour.
    """

    def __init__(self, *args: Any, width: float, ink: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.width, self.ink = width, ink
        self._stroke = [Stroke(linewidth=width, foreground=ink, alpha=0.9)]
        self.set_color(ink)
        self.set_alpha(0.9)
        self.set_label("halo")

    def get_path_effects(self) -> list[Any]:
        """What matplotlib is to do with the text: an outline, unless it is ready as a mask."""
        return [] if isinstance(getattr(self, "_renderer", None), Renderer) else self._stroke


class Renderer(RendererAgg):
    """Draws level lines of text from masks, to whole pixels, and all else as matplotlib does."""

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Text | None = None,
    ) -> None:  # fmt: skip
        """Draw a line: matplotlib calls this."""
        halo = mtext.width if isinstance(mtext, Halo) else 0.0
        if ismath or (angle and not halo):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        mask, base = _mask(s, prop, float(self.dpi), halo, angle)
        left, top = round(x) - base[0], round(y) - base[1]
        self._renderer.draw_text_image(mask, left, top + mask.shape[0], 0, gc)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a line: matplotlib calls this."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return, no-untyped-call]
        return _size(s, prop, float(self.dpi))


@lru_cache(maxsize=8 * KEPT)
def _size(text: str, prop: FontProperties, dpi: float) -> tuple[float, float, float]:
    size: tuple[float, float, float] = _page(8, 8, dpi).get_text_width_height_descent(
        text, prop, ismath=False
    )
    return size


def renderer_of(width: int, height: int, dpi: float) -> Any:
    """A renderer of so many pixels; matplotlib's have no types."""
    return Renderer(width, height, dpi)  # type: ignore[no-untyped-call]


def _page(width: int, height: int, dpi: float) -> Any:
    return RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=KEPT)
def _mask(
    text: str, prop: FontProperties, dpi: float, halo: float, angle: float
) -> tuple[Mask, tuple[int, int]]:
    """How much of each pixel a line covers, and where in it its left end and baseline are."""
    reach = round(halo * dpi / 72) + EDGE
    wide, tall, _ = _size(text, prop, dpi)
    side = int(wide + tall) + 2 * reach if angle else 0
    width = side * 2 if angle else int(wide) + 2 * reach + round(tall / 2)
    height = side * 2 if angle else int(tall * 1.5) + 2 * reach
    base = (side, side) if angle else (reach + round(tall / 4), reach + round(tall * 1.15))
    page = _page(width, height, dpi)
    gc = page.new_gc()
    gc.set_foreground("black")
    if halo:
        stroke = Stroke(linewidth=halo, foreground="black")
        around: Any = PathEffectRenderer([stroke], page)
        around.draw_text(gc, *base, text, prop, angle)
    else:
        page.draw_text(gc, *base, text, prop, angle)
    covered = np.asarray(page.buffer_rgba())[..., 3]
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    if not len(rows):
        return np.zeros((1, 1), dtype=np.uint8), (0, 0)
    top, left = int(rows[0]), int(columns[0])
    mask = np.ascontiguousarray(covered[top : rows[-1] + 1, left : columns[-1] + 1])
    return mask, (base[0] - left, base[1] - top)
