"""The papers of a picture: real sizes, margins, sizes of type, and where the legend stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MM = 72 / 25.4
"""Points a millimetre."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


def grown(box: Any, by: float) -> Any:
    """A box, or boxes in columns, with room around."""
    left, bottom, right, top = box
    return left - by, bottom - by, right + by, top + by


def inside(points: npt.NDArray[np.float64], box: Box) -> npt.NDArray[np.bool_]:
    """Which of points, one a row, lie in a box."""
    left, bottom, right, top = box
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= left) & (x <= right) & (y >= bottom) & (y <= top))


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper and how it is divided.

    Attributes
    ----------
    width, height : float
        Of the paper, in points.
    edge : float
        Margin, in points.
    scale : float
        What symbols, lines and names on the map are multiplied with; 1 on A4.
    title, body, small : float
        Sizes of type beside the map, in points.
    side : float
        Width of the legend beside the map, in points; 0 where it stands below.
    columns : int
        Of a legend that stands below.
    below : float
        Share of the paper's height that a legend below takes.
    strip : float
        Height of the timeline strip, in points.
    grows : bool
        Whether the paper is as high as what stands on it; `height` is then the most.
    """

    width: float
    height: float
    edge: float
    scale: float
    title: float
    body: float
    small: float
    side: float = 0
    columns: int = 1
    below: float = 0
    strip: float = 52
    grows: bool = False


LAYOUTS = {
    "a4": Layout(297 * MM, 210 * MM, 28, 1.0, 17, 7.3, 6.2, side=172),
    "a4-portrait": Layout(
        210 * MM, 297 * MM, 28, 0.95, 16, 7.2, 6.2, columns=3, below=0.36, strip=54
    ),
    "a3": Layout(420 * MM, 297 * MM, 36, 1.3, 24, 9.4, 7.6, side=226, strip=72),
    "a3-portrait": Layout(
        297 * MM, 420 * MM, 36, 1.28, 23, 9.2, 7.6, columns=3, below=0.37, strip=74
    ),
    "slide": Layout(960, 540, 26, 1.08, 21, 8.4, 6.2, side=196, strip=50),
    "square": Layout(540, 540, 20, 0.74, 14, 6.1, 5.0, columns=4, below=0.25, strip=38),
    "column": Layout(
        88 * MM, 240 * MM, 4, 0.58, 9.5, 5.6, 4.6, columns=2, below=0.4, strip=32, grows=True
    ),
}
"""Preset -> paper. A slide is 13 1/3 by 7 1/2 inches; a column of a journal is 88 mm wide."""
