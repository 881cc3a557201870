"""Place names on a map so that none covers another: greedy, the most important first.

textalloc proposes the places of a name and tests them; in which order they are tried is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.text import Text
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry
from textalloc.candidates import generate_candidates
from textalloc.overlap_functions import inside_plot, non_overlapping_with_boxes

from geo.picture import fonts
from geo.picture.paper import Paper, dots

Box = tuple[float, float, float, float]
Boxes = npt.NDArray[np.float64]
"""Left, bottom, right and top of a box a row, in points."""
ASCENT, DESCENT = 0.80, 0.24
"""Of a line of Noto Sans, in its size: what its letters take, without the leading."""
EDGE = 2.0
"""What names keep from the frame, in points."""


@dataclass
class Board:
    """What of a map is taken already.

    Attributes
    ----------
    frame : tuple of float
        Left, bottom, right, top, in points; no name leaves it.
    avoid : shapely geometry
        Lines that a name crosses only if there is no other way.
    taken : list of tuple of float
        Boxes that no name may touch.
    marks : list of tuple of float
        Place and radius of what has a name of its own, in points: a name that lies nearer to
        one of them would be taken for that one's.
    """

    frame: Box
    avoid: BaseGeometry
    taken: list[Box] = field(default_factory=list)
    marks: list[tuple[float, float, float]] = field(default_factory=list)

    def free(self, wanted: Box, *, gap: float = 1.0) -> bool:
        """Whether a box lies in the frame and touches nothing."""
        return bool(self.free_of(np.array([wanted]), gap=gap)[0])

    def free_of(self, wanted: Boxes, *, gap: float = 1.0) -> npt.NDArray[np.bool_]:
        """Which of many boxes, one a row, lie in the frame and touch nothing."""
        left, bottom, right, top = self.frame
        free: npt.NDArray[np.bool_] = inside_plot(
            left + EDGE, bottom + EDGE, right - EDGE, top - EDGE, wanted
        )
        if self.taken and free.any():
            free &= non_overlapping_with_boxes(np.array(self.taken), wanted, gap, gap)
        return free

    def choose(
        self, wanted: Boxes, at: tuple[float, float], off: float, *, cross: bool
    ) -> Box | None:
        """Take the first free box that crosses no line, or else, if `cross`, the first free.

        Parameters
        ----------
        at, off
            The point that is named, and how far from it a name is its own without a doubt.
        """
        free = wanted[self.free_of(wanted)]
        areas = shapely.box(*free.T)
        if self.marks:
            marks = np.array(self.marks)
            apart = shapely.distance(areas[:, None], shapely.points(marks[:, :2])) - marks[:, 2]
            own = shapely.distance(areas, shapely.Point(at)) - off <= apart.min(axis=1)
            free, areas = free[own], areas[own]
        clear = free[~shapely.intersects(self.avoid, areas)]
        best = clear if len(clear) or not cross else free
        if not len(best):
            return None
        left, bottom, right, top = (float(value) for value in best[0])
        self.taken.append((left, bottom, right, top))
        return self.taken[-1]


def around(at: tuple[float, float], off: tuple[float, float], width: float, height: float) -> Boxes:
    """Boxes of a name round a point, the best first (after Imhof 1962).

    Parameters
    ----------
    off : tuple of float
        From the point to the name, across and up, in points.
    """
    # What is round leaves its corners free; farther off is for where it is crowded.
    near, beside, far = (
        generate_candidates(width, height, *at, *(across, up) * 2, 0, 0, None)  # type: ignore[arg-type]
        for across, up in (
            (0.8 * off[0], 0.8 * off[1]), off, (off[0] + height, off[1] + height)
        )
    )  # fmt: skip
    # Its rows: upper right, upper left, lower left, lower right, left, right, above, below, others.
    return np.vstack(
        (beside[[5]], near[[0, 3]], beside[[6, 4]], near[[1, 2]], beside[[7]], beside, far)
    )


def point_label(
    paper: Paper,
    board: Board,
    at: tuple[float, float],
    text: str,
    *,
    size: float,
    off: tuple[float, float],
    color: str,
    bold: bool = False,
    cross: bool = True,
    most: float = 160,
    halo: float = 2.2,
) -> Text | None:
    """Write a name beside a point, if there is room.

    Parameters
    ----------
    size : float
        Of the type, in points.
    off : tuple of float
        From the point to the text, across and up, in points.
    cross : bool
        Whether the name may lie across a border if nothing else is free.
    most, halo : float
        Widest name, and width of what sets it off, in points.

    Returns
    -------
    matplotlib.text.Text or None
        None where every position is taken.
    """
    text = fonts.shorten(text, size, most, bold=bold)
    width, height = fonts.width(text, size, bold=bold), (ASCENT + DESCENT) * size
    wanted = around(at, off, width, height)
    found = board.choose(wanted, at, min(off) + 0.5 * height, cross=cross) if text else None
    if found is None:
        return None
    left, bottom, _, _ = found
    drawn = paper.text(
        left, bottom + DESCENT * size, text, size, bold=bold, color=color, halo=halo, zorder=40
    )
    paper.labels.append(drawn)
    return drawn


def area_label(
    paper: Paper, board: Board, area: BaseGeometry, text: str, *, size: float, color: str,
    halo: float = 2,
) -> Text | None:  # fmt: skip
    """Write a name within an area, spaced out, near the middle of its widest part."""
    text = fonts.drawable(text)
    spaced = text if joins(text) else dots(text.upper())
    width = fonts.width(spaced, size, bold=True)
    up, down = ASCENT * size, DESCENT * size
    inner = area.intersection(box(*board.frame))
    if inner.is_empty or not text:
        return None
    middle = shapely.maximum_inscribed_circle(inner, tolerance=2).coords[0]
    shapely.prepare(inner)
    points = _grid(inner, middle)
    boxes = np.column_stack(
        (points[:, 0] - width / 2, points[:, 1] - down, points[:, 0] + width / 2, points[:, 1] + up)
    )
    # As the blank in the area's middle: rather far from all else than in the very centre.
    free = np.flatnonzero(board.free_of(boxes, gap=3))
    within = shapely.contains(inner, shapely.box(*boxes[free].T))
    if not within.any():
        return None
    number = free[within][0]
    left, bottom, right, top = (float(value) for value in boxes[number])
    board.taken.append((left, bottom, right, top))
    x, y = points[number]
    drawn = paper.text(
        x, y, spaced, size, bold=True, color=color, halo=halo, zorder=39, ha="center"
    )
    paper.labels.append(drawn)
    return drawn


def _grid(area: BaseGeometry, middle: tuple[float, ...]) -> npt.NDArray[np.float64]:
    left, bottom, right, top = area.bounds
    x, y = np.meshgrid(np.linspace(left, right, 31), np.linspace(bottom, top, 31))
    points = np.column_stack((x.ravel(), y.ravel()))
    nearest = np.argsort(np.hypot(points[:, 0] - middle[0], points[:, 1] - middle[1]))
    return np.vstack((np.array(middle[:2]), points[nearest]))


def joins(text: str) -> bool:
    """Whether a text is of a script that joins its letters or runs from the right."""
    return any("\u0590" <= sign <= "\u08ff" for sign in text)
