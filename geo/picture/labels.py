"""Place names on a map so that none covers another: greedy, the most important first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.text import Text
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from geo.picture import fonts
from geo.picture.layout import Box
from geo.picture.paper import Paper, direction, dots

Boxes = npt.NDArray[np.float64]
"""Left, bottom, right and top of a box a row, in points."""
ASCENT, DESCENT = 0.80, 0.24
"""Of a line of Noto Sans, in its size: what its letters take, without the leading."""
EDGE = 2.0
"""What names keep from the frame, in points."""
SIDES = np.array(
    [
        (0, 1, 0, 1), (-1, -1, 0, 1), (-1, -1, -1, -1), (0, 1, -1, -1),
        (-1, -1, -0.5, 0), (0, 1, -0.5, 0), (-0.5, 0, 0, 1), (-0.5, 0, -1, -1),
        (-0.75, 0, 0, 1), (-0.25, 0, 0, 1), (-0.75, 0, -1, -1), (-0.25, 0, -1, -1),
    ]
)  # fmt: skip
"""Left edge of a name beside its point, in its widths and in distances kept; then its foot.

Upper right, upper left, lower left, lower right, left, right, above, below; then the last two
shifted by a quarter of the width.
"""


@dataclass
class Board:
    """What of a map is occupied already.

    Attributes
    ----------
    frame : tuple of float
        Left, bottom, right, top, in points; no name leaves it.
    avoid : shapely geometry
        Lines that no name crosses.
    occupied : list of tuple of float
        Boxes that no name may touch.
    marks : list of tuple of float
        Place and radius of what has a name of its own, in points: a name that lies nearer to
        one of them would be taken for that one's.
    """

    frame: Box
    avoid: BaseGeometry
    occupied: list[Box] = field(default_factory=list)
    marks: list[tuple[float, float, float]] = field(default_factory=list)

    def free(self, wanted: Box) -> bool:
        """Whether a box lies in the frame and touches nothing."""
        return bool(self.free_of(np.array([wanted]))[0])

    def free_of(self, wanted: Boxes, *, gap: float = 1.0) -> npt.NDArray[np.bool_]:
        """Which of many boxes, one a row, lie in the frame and touch nothing."""
        lower, upper = np.array(self.frame[:2]) + EDGE, np.array(self.frame[2:]) - EDGE
        inside = (wanted[:, :2] >= lower).all(axis=1) & (wanted[:, 2:] <= upper).all(axis=1)
        free = np.asarray(inside, dtype=bool)
        if self.occupied and free.any():
            others = np.array(self.occupied)
            after = np.greater(wanted[:, None, :2] - gap, others[:, 2:])
            before = np.less(wanted[:, None, 2:] + gap, others[:, :2])
            free &= np.logical_or(after, before).any(axis=2).all(axis=1)
        return free

    def choose(self, wanted: Boxes, at: tuple[float, float], off: float) -> Box | None:
        """Take the first free box that crosses no line.

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
        if not len(clear):
            return None
        left, bottom, right, top = (float(value) for value in clear[0])
        self.occupied.append((left, bottom, right, top))
        return self.occupied[-1]


def around(at: tuple[float, float], off: tuple[float, float], width: float, height: float) -> Boxes:
    """Boxes of a name round a point, the best first (after Imhof 1962).

    Parameters
    ----------
    off : tuple of float
        From the point to the name, across and up, in points.
    """
    # What is round leaves its corners free; farther off is for where it is crowded.
    near, beside, far = (
        _boxes(at, distances, (width, height))
        for distances in (
            (0.8 * off[0], 0.8 * off[1]), off, (off[0] + height, off[1] + height)
        )
    )  # fmt: skip
    return np.vstack(
        (beside[[5]], near[[0, 3]], beside[[6, 4]], near[[1, 2]], beside[[7]], beside, far)
    )


def _boxes(at: tuple[float, float], off: tuple[float, float], size: tuple[float, float]) -> Boxes:
    """A box on each of the `SIDES` of a point."""
    left = at[0] + SIDES[:, 0] * size[0] + SIDES[:, 1] * off[0]
    bottom = at[1] + SIDES[:, 2] * size[1] + SIDES[:, 3] * off[1]
    return np.column_stack((left, bottom, left + size[0], bottom + size[1]))


@dataclass(frozen=True)
class Name:
    """A name with the place that was found for it.

    Attributes
    ----------
    text : str
        As it is written.
    x, y : float
        Where its base line begins, in points.
    size, halo : float
        Of the type, and of what sets it off, in points.
    color : str
        Of the type.
    bold : bool
        Its weight.
    """

    text: str
    x: float
    y: float
    size: float
    color: str
    bold: bool
    halo: float

    def draw(self, paper: Paper) -> Text:
        """Write it."""
        drawn = paper.text(
            self.x, self.y, self.text, self.size, bold=self.bold, color=self.color,
            halo=self.halo, zorder=40,
        )  # fmt: skip
        paper.labels.append(drawn)
        return drawn


def point_label(
    board: Board,
    at: tuple[float, float],
    text: str,
    *,
    size: float,
    off: tuple[float, float],
    color: str,
    bold: bool = False,
    most: float,
    halo: float,
) -> Name | None:
    """Find room for a name beside a point.

    Parameters
    ----------
    size : float
        Of the type, in points.
    off : tuple of float
        From the point to the text, across and up, in points.
    most, halo : float
        Widest name, and width of what sets it off, in points.

    Returns
    -------
    Name or None
        None where every position is taken.
    """
    text = fonts.shorten(text, size, most, bold=bold)
    width, height = fonts.width(text, size, bold=bold), (ASCENT + DESCENT) * size
    wanted = around(at, off, width, height)
    found = board.choose(wanted, at, min(off) + 0.5 * height) if text else None
    if found is None:
        return None
    return Name(text, found[0], found[1] + DESCENT * size, size, color, bold, halo)


def area_label(
    paper: Paper, board: Board, area: BaseGeometry, text: str, *, size: float, color: str,
    halo: float,
) -> bool:  # fmt: skip
    """Write a name within an area, spaced out, near its middle; whether there was room."""
    text = fonts.drawable(text)
    spaced = text if joins(text) else dots(text.upper())
    width = fonts.width(spaced, size, bold=True)
    up, down = ASCENT * size, DESCENT * size
    inner = area.intersection(box(*board.frame))
    if inner.is_empty or not text:
        return False
    middle = shapely.maximum_inscribed_circle(inner, tolerance=2).coords[0]
    shapely.prepare(inner)
    points = _grid(inner, middle)
    boxes = np.column_stack(
        (points[:, 0] - width / 2, points[:, 1] - down, points[:, 0] + width / 2, points[:, 1] + up)
    )
    # As the blank in the area's middle: rather far from all else than in the very centre.
    free = np.flatnonzero(board.free_of(boxes, gap=3))
    shapes = shapely.box(*boxes[free].T)
    within = shapely.contains(inner, shapes) & ~shapely.intersects(board.avoid, shapes)
    if not within.any():
        return False
    number = free[within][0]
    left, bottom, right, top = (float(value) for value in boxes[number])
    board.occupied.append((left, bottom, right, top))
    x, y = points[number]
    drawn = paper.text(
        x, y, spaced, size, bold=True, color=color, halo=halo, zorder=39, ha="center"
    )
    paper.labels.append(drawn)
    return True


def _grid(area: BaseGeometry, middle: tuple[float, ...]) -> npt.NDArray[np.float64]:
    left, bottom, right, top = area.bounds
    x, y = np.meshgrid(np.linspace(left, right, 31), np.linspace(bottom, top, 31))
    points = np.column_stack((x.ravel(), y.ravel()))
    nearest = np.argsort(np.hypot(points[:, 0] - middle[0], points[:, 1] - middle[1]))
    return np.vstack((np.array(middle[:2]), points[nearest]))


def joins(text: str) -> bool:
    """Whether a text is of a script that joins its letters or runs from the right."""
    return any("\u0590" <= character <= "\u08ff" for character in text)


OFFSETS = (4.0, 7.0, 10.0)
"""How far a name keeps from its line, in points; the nearest first."""
STEP, WINDOW = 2.0, 40.0
"""Sampling of a line that a name follows, and the width over which it is smoothed."""
MOST_STRETCHES = 60


def line_label(
    paper: Paper, board: Board, border: BaseGeometry, text: str, *, size: float, color: str
) -> bool:
    """Write a name along a line, letter by letter, where the line is straightest.

    Returns
    -------
    bool
        Whether there was room; none is there for a script that joins its letters.
    """
    text = fonts.drawable(text)
    if not text or joins(text):
        return False
    for line in _stretches(border, fonts.width(text, size) + 2 * size):
        for off in OFFSETS:
            for side in (off + DESCENT * size, -off - ASCENT * size):
                letters = _along(line, text, size, side)
                boxes = [_letter_box(letter, size) for letter in letters]
                feet = shapely.points([(x, y) for _, x, y, _ in letters])
                if shapely.distance(border, feet).max() > off + 1.3 * size:
                    continue  # A smoothed bend runs far from the line that it stands for.
                if board.free_of(np.array(boxes)).all() and not any(
                    board.avoid.intersects(box(*one)) for one in boxes
                ):
                    board.occupied.extend(boxes)
                    _band(paper, letters, size)
                    for character, x, y, turn in letters:
                        paper.text(x, y, character, size, color=color, zorder=41,
                                   rotation=turn, rotation_mode="anchor")  # fmt: skip
                    return True
    return False


def _band(paper: Paper, letters: list[tuple[str, float, float, float]], size: float) -> None:
    """Set a name along a line off from what is below, all its letters at once."""
    up = 0.36 * size
    turns = np.radians([turn for _, _, _, turn in letters])
    places = np.array([(x, y) for _, x, y, _ in letters])
    middle = places + np.column_stack((-np.sin(turns), np.cos(turns))) * up
    last = middle[-1] + np.array([np.cos(turns[-1]), np.sin(turns[-1])]) * 0.6 * size
    xs, ys = np.vstack((middle, last)).T.tolist()
    paper.line(xs, ys, color=paper.palette.casing, lw=1.15 * size, alpha=0.5, zorder=40.5,
               solid_capstyle="round")  # fmt: skip


@lru_cache(maxsize=256)
def _stretches(border: BaseGeometry, length: float) -> list[LineString]:
    """Smoothed stretches of the longest part of a line, the straightest first."""
    merged = shapely.line_merge(border)
    longest = max(shapely.get_parts(merged), key=lambda part: part.length)
    if longest.length < length:
        return []
    along = np.arange(0, longest.length, STEP)
    points = shapely.get_coordinates(shapely.line_interpolate_point(longest, along))
    weights = np.hanning(int(WINDOW / STEP) | 1)
    pad = len(weights) // 2
    padded = np.pad(points, ((pad, pad), (0, 0)), mode="edge")
    smooth = np.column_stack(
        [np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)]
    )
    found: list[tuple[float, LineString]] = []
    for start in range(0, len(smooth), 4):
        piece = smooth[start:]
        reach = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(piece, axis=0).T))))
        end = int(np.searchsorted(reach, length))
        if end >= len(piece):
            break
        chord = float(np.hypot(*(piece[end] - piece[0])))
        found.append((-chord / float(reach[end]), _arc(piece[: end + 1])))
    found.sort(key=lambda pair: pair[0])
    return [line for _, line in found[:MOST_STRETCHES]]


def _arc(points: npt.NDArray[np.float64]) -> LineString:
    """Fit a parabola to points: letters on anything rougher dance."""
    way = points[-1] - points[0]
    along = way / max(float(np.hypot(*way)), 1e-9)
    across = np.array([-along[1], along[0]])
    turned = (points - points[0]) @ np.column_stack((along, across))
    x = np.linspace(turned[0, 0], turned[-1, 0], 60)
    y = np.polyval(np.polyfit(turned[:, 0], turned[:, 1], 2), x)
    return LineString(points[0] + x[:, None] * along + y[:, None] * across)


def _along(
    line: LineString, text: str, size: float, side: float
) -> list[tuple[str, float, float, float]]:
    """Letter, position and angle of each letter of a text along a line."""
    if line.coords[0][0] > line.coords[-1][0]:
        line = line.reverse()
    width = fonts.width(text, size)
    start = (line.length - width) / 2
    found = []
    for number, character in enumerate(text):
        left = start + fonts.width(text[:number], size)
        right = start + fonts.width(text[: number + 1], size)
        middle = (left + right) / 2
        before, at, after = (line.interpolate(middle + step) for step in (-size / 2, 0, size / 2))
        turn = direction((before.x, before.y), (after.x, after.y))
        ray = np.radians(turn)
        half = (right - left) / 2
        found.append(
            (
                character,
                at.x - np.cos(ray) * half - np.sin(ray) * side,
                at.y - np.sin(ray) * half + np.cos(ray) * side,
                turn,
            )
        )
    return found


def _letter_box(letter: tuple[str, float, float, float], size: float) -> Box:
    _, x, y, turn = letter
    corners = np.array([(0, -DESCENT), (0.6, -DESCENT), (0.6, ASCENT), (0, ASCENT)]) * size
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = corners @ np.array([[cos, sin], [-sin, cos]]) + (x, y)
    (left, bottom), (right, top) = turned.min(axis=0), turned.max(axis=0)
    return float(left), float(bottom), float(right), float(top)
