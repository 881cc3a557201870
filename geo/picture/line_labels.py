"""Names along a line, letter by letter, where the line is straightest and there is room."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.text import Text
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from geo.picture import fonts
from geo.picture.labels import ASCENT, DESCENT, Board, joins
from geo.picture.layout import Box
from geo.picture.paper import Paper, direction

OFFSETS = (4.0, 7.0, 10.0)
"""How far a name keeps from its line, in points; the nearest first."""
STEP, WINDOW = 2.0, 40.0
"""Sampling of a line that a name follows, and the width over which it is smoothed."""
MOST_STRETCHES = 60


def line_label(
    paper: Paper, board: Board, border: BaseGeometry, text: str, *, size: float, color: str
) -> list[Text]:
    """Write a name along a line, letter by letter, where the line is straightest.

    Returns
    -------
    list of matplotlib.text.Text
        One a letter; empty where there is no room, or for a script that joins its letters.
    """
    text = fonts.drawable(text)
    if not text or joins(text):
        return []
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
                    board.taken.extend(boxes)
                    _band(paper, letters, size)
                    return [
                        paper.text(
                            x, y, sign, size, color=color, zorder=41,
                            rotation=turn, rotation_mode="anchor",
                        )
                        for sign, x, y, turn in letters
                    ]  # fmt: skip
    return []


def _band(paper: Paper, letters: list[tuple[str, float, float, float]], size: float) -> None:
    """Set a name along a line off from the ground, all its letters at once."""
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
    for number, sign in enumerate(text):
        left = start + fonts.width(text[:number], size)
        right = start + fonts.width(text[: number + 1], size)
        middle = (left + right) / 2
        before, at, after = (line.interpolate(middle + step) for step in (-size / 2, 0, size / 2))
        turn = direction((before.x, before.y), (after.x, after.y))
        ray = np.radians(turn)
        half = (right - left) / 2
        found.append(
            (
                sign,
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
