"""Place names on a map so that none covers another: greedy, the most important first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.text import Text
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.picture import fonts
from geo.picture.paper import Paper, dots

Box = tuple[float, float, float, float]
ASCENT, DESCENT = 0.80, 0.24
"""Of a line of Noto Sans, in its size: what its letters take, without the leading."""


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
    """

    frame: Box
    avoid: BaseGeometry
    taken: list[Box] = field(default_factory=list)

    def free(self, wanted: Box, *, gap: float = 1.0) -> bool:
        """Whether a box lies in the frame and touches nothing."""
        return bool(self.free_of(np.array([wanted]), gap=gap)[0])

    def free_of(
        self, wanted: npt.NDArray[np.float64], *, gap: float = 1.0
    ) -> npt.NDArray[np.bool_]:
        """Which of many boxes, one a row, lie in the frame and touch nothing."""
        left, bottom, right, top = wanted.T
        free: npt.NDArray[np.bool_] = (
            (left >= self.frame[0] + 2)
            & (bottom >= self.frame[1] + 2)
            & (right <= self.frame[2] - 2)
            & (top <= self.frame[3] - 2)
        )
        if self.taken and free.any():
            other = np.array(self.taken).T[:, None, :]
            free &= ~(
                (left[:, None] < other[2] + gap)
                & (right[:, None] > other[0] - gap)
                & (bottom[:, None] < other[3] + gap)
                & (top[:, None] > other[1] - gap)
            ).any(axis=1)
        return free

    def choose(
        self, candidates: Iterator[tuple[float, float, Box]], *, cross: bool
    ) -> tuple[float, float] | None:
        """Take the first free candidate that crosses no line, or else, if `cross`, any free."""
        second: tuple[float, float, Box] | None = None
        every = list(candidates)
        free = self.free_of(np.array([wanted for _, _, wanted in every]))
        for x, y, wanted in (every[number] for number in np.flatnonzero(free)):
            if not self.avoid.intersects(box(*wanted)):
                self.taken.append(wanted)
                return x, y
            second = second or (x, y, wanted)
        if second is None or not cross:
            return None
        self.taken.append(second[2])
        return second[:2]


def around(x: float, y: float, off: float, width: float, size: float) -> Iterator[
    tuple[float, float, Box]
]:  # fmt: skip
    """Positions of a name round a point, the best first (after Imhof 1962).

    Yields
    ------
    tuple
        Left end and baseline of the text, and the box that it takes.
    """
    up, down = ASCENT * size, DESCENT * size
    middle = -(up - down) / 2
    slant = off * 0.72
    for dx, dy in (
        (off, middle),
        (-off - width, middle),
        (slant, slant + down),
        (slant, -slant - up),
        (-slant - width, slant + down),
        (-slant - width, -slant - up),
        (-width / 2, off + down),
        (-width / 2, -off - up),
        (off * 1.6, middle + size),
        (off * 1.6, middle - size),
        (-off * 1.6 - width, middle + size),
        (-off * 1.6 - width, middle - size),
        (slant, off * 2.2 + down),
        (slant, -off * 2.2 - up),
        (-slant - width, off * 2.2 + down),
        (-slant - width, -off * 2.2 - up),
    ):
        yield x + dx, y + dy, (x + dx, y + dy - down, x + dx + width, y + dy + up)


def point_label(
    paper: Paper,
    board: Board,
    at: tuple[float, float],
    text: str,
    *,
    size: float,
    off: float,
    color: str,
    bold: bool = False,
    cross: bool = True,
    most: float = 160,
    halo: float = 2.2,
) -> Text | None:
    """Write a name beside a point, if there is room.

    Parameters
    ----------
    size, off : float
        Of the type, and from the point to the text, in points.
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
    width = fonts.width(text, size, bold=bold)
    found = board.choose(around(*at, off, width, size), cross=cross) if text else None
    if found is None:
        return None
    drawn = paper.text(*found, text, size, bold=bold, color=color, halo=halo, zorder=40)
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
