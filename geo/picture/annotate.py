"""What a reader has drawn on the map: numbered callouts, text, arrows, circles; over all else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.patches import Circle, Polygon

from geo.model import Annotation
from geo.picture import fonts
from geo.picture.basemap import BaseMap
from geo.picture.layout import Box, inside
from geo.picture.paper import Paper
from geo.places import GEOD

SIZE = 7.6
"""Of the letters, in points at scale 1; callouts stand in a disc of `DISC` times that."""
DISC, PAD, LEADING = 0.95, 0.45, 1.25
MEASURE = 130.0
"""Width in points at which a text is broken into lines."""
LINES = 4
HEAD = 7.0
"""Length of an arrow's head, in points at scale 1."""
ABOVE = 54
"""Order of drawing: over symbols and names, below the moment of a film."""
ROUND = np.linspace(0, 360, 73)


def numbered(annotations: Sequence[Annotation]) -> Iterator[tuple[int, Annotation]]:
    """Annotations with the numbers of those that are callouts; 0 for the others."""
    number = 0
    for one in annotations:
        number += one.kind == "callout"
        yield (number if one.kind == "callout" else 0), one


Numbered = list[tuple[int, Annotation]]
"""Annotations with the numbers of callouts."""


def held(annotations: Sequence[Annotation], basemap: BaseMap, *, whole: bool = False) -> Numbered:
    """Those of which the frame of a map holds any part, or the `whole`."""
    return [
        (number, one)
        for number, one in numbered(annotations)
        if (all if whole else any)(basemap.holds(*point) for point in _points(one, basemap))
    ]


def _points(one: Annotation, basemap: BaseMap) -> list[tuple[float, float]]:
    if one.kind == "circle":
        return list(zip(*_ring(one, basemap), strict=True))
    return [basemap.point(*end) for end in ((one.lon, one.lat), one.to) if end]


def lies_in(one: tuple[int, Annotation], basemap: BaseMap, window: Box) -> bool:
    """Whether all of an annotation lies in a part of a map."""
    return bool(inside(np.array(_points(one[1], basemap)), window).all())


def boxes(annotations: Numbered, basemap: BaseMap, scale: float) -> list[Box]:
    """What the words and numbers of annotations cover, for names to keep off."""
    found = []
    for number, one in annotations:
        x, y = basemap.point(one.lon, one.lat)
        if number:
            r = SIZE * DISC * scale
            found.append((x - r, y - r, x + r, y + r))
        if one.text:
            found.append(_box(one, number, basemap, scale)[0])
    return found


def marks(annotations: Numbered, basemap: BaseMap, scale: float) -> list[tuple[float, float]]:
    """Points all over what annotations draw, for an inset to hide none of it."""
    found = []
    for _, one in annotations:
        ends = _points(one, basemap)
        if one.kind == "arrow":
            (x, y), (to_x, to_y) = ends
            ends = [(x + (to_x - x) * n / 8, y + (to_y - y) * n / 8) for n in range(9)]
        found += ends
    for left, bottom, right, top in boxes(annotations, basemap, scale):
        across = [left + (right - left) * n / 4 for n in range(5)]
        found += [(x, y) for x in across for y in (bottom, top)]
    return found


def draw(view: Paper, basemap: BaseMap, annotations: Numbered, scale: float) -> None:
    """Draw annotations that a map holds."""
    for number, one in annotations:
        if one.kind == "circle":
            _stroke(view, *_ring(one, basemap), scale)
        elif one.to:
            _arrow(view, basemap.point(one.lon, one.lat), basemap.point(*one.to), scale)
        if number:
            disc(view, number, basemap.point(one.lon, one.lat), scale)
        if one.text:
            _write(view, one, number, basemap, scale)


def disc(view: Paper, number: int, at: tuple[float, float], scale: float) -> None:
    """Draw the number of a callout."""
    size = SIZE * scale
    view.add(Circle(at, size * DISC, fc=view.palette.ink, ec=view.palette.casing,
                    lw=1.2 * scale, zorder=ABOVE))  # fmt: skip
    view.text(at[0], at[1] - 0.36 * size, str(number), size, bold=True, ha="center",
              color=view.palette.casing, zorder=ABOVE + 0.3)  # fmt: skip


def _ring(one: Annotation, basemap: BaseMap) -> tuple[list[float], list[float]]:
    """A circle on the ground as it lies on the paper."""
    many = np.ones_like(ROUND)
    lons, lats, _ = GEOD.fwd(one.lon * many, one.lat * many, ROUND, one.km * 1000 * many)
    points = [basemap.point(lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    return [x for x, _ in points], [y for _, y in points]


def _stroke(view: Paper, xs: Sequence[float], ys: Sequence[float], scale: float) -> None:
    for width, color in ((3.4, view.palette.casing), (1.5, view.palette.ink)):
        view.line(xs, ys, color=color, lw=width * scale, zorder=ABOVE - 0.5,
                  solid_capstyle="butt")  # fmt: skip


def _arrow(view: Paper, start: tuple[float, float], end: tuple[float, float], scale: float) -> None:
    along = np.subtract(end, start)
    length = float(np.hypot(*along)) or 1.0
    forward = along / length
    across = np.array([-forward[1], forward[0]])
    back = np.array(end) - forward * HEAD * scale
    _stroke(view, (start[0], back[0]), (start[1], back[1]), scale)
    wing = across * HEAD * 0.45 * scale
    wings = np.array([end, back + wing, back - wing])
    view.add(Polygon(wings, closed=True, fc=view.palette.ink, ec=view.palette.casing,
                     lw=0.8 * scale, zorder=ABOVE - 0.4))  # fmt: skip


def _box(
    one: Annotation, number: int, basemap: BaseMap, scale: float
) -> tuple[Box, tuple[str, ...], float]:
    """Where the words of an annotation stand, within the frame; its lines and their size."""
    size = SIZE * scale
    text = fonts.drawable(one.text)
    lines = fonts.wrap(text, size, MEASURE * scale, most=LINES)
    wide = max(fonts.width(line, size) for line in lines) + 2 * PAD * size
    tall = (LEADING * len(lines) + 0.3) * size
    x, y = basemap.point(one.lon, one.lat)
    left, bottom = x - wide / 2, y - tall / 2
    if number:
        off = (DISC + 0.3) * size
        left = x + off if x + off + wide <= basemap.frame[2] else x - off - wide
    elif one.kind == "circle":
        bottom = max(_ring(one, basemap)[1]) + 0.4 * size
        if bottom + tall > basemap.frame[3]:
            bottom = y - tall / 2
    elif one.to:
        away = np.subtract((x, y), basemap.point(*one.to))
        step = away / (float(np.hypot(*away)) or 1.0)
        left += float(step[0]) * (wide / 2 + 2 * scale)
        bottom += float(step[1]) * (tall / 2 + 2 * scale)
    left = float(np.clip(left, basemap.frame[0] + 1, max(basemap.frame[2] - wide - 1, 1)))
    bottom = float(np.clip(bottom, basemap.frame[1] + 1, max(basemap.frame[3] - tall - 1, 1)))
    return (left, bottom, left + wide, bottom + tall), lines, size


def _write(view: Paper, one: Annotation, number: int, basemap: BaseMap, scale: float) -> None:
    box, lines, size = _box(one, number, basemap, scale)
    view.rectangle(box, facecolor=view.palette.paper, edgecolor=view.palette.ink, lw=0.7 * scale,
                   alpha=0.94, zorder=ABOVE)  # fmt: skip
    y = box[3] - size
    for line in lines:
        view.text(box[0] + PAD * size, y, line, size, zorder=ABOVE + 0.2)
        y -= LEADING * size
