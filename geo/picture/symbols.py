"""Symbols of incidents: a disc or a ring of shares at a point, a tag on a line or an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon, Rectangle, Wedge

from geo.picture import fonts
from geo.picture.palette import Fill
from geo.picture.paper import Paper
from geo.places import Site

SINGLE, MOST = 5.2, 14.0
"""Radius of a symbol of one incident, and the largest one, in points at scale 1."""
RING, RING_MOST = 0.8, 14.0
"""Points that the ring grows with the root of the dead, and the most that it grows."""
TAG_HEIGHT = 15.0
SHAPES: dict[str, tuple[int, float, float]] = {
    "diamond": (4, 0, 1.12),
    "square": (4, 45, 1.2),
    "triangle": (3, 0, 1.25),
    "hexagon": (6, 0, 1.08),
}
"""Shape -> corners, turn in degrees, and radius beside that of a disc of the same weight."""

Share = tuple[str, bool, int]
"""Event type, whether established, and how many incidents."""


@dataclass(frozen=True)
class Symbol:
    """What is drawn of the incidents at a site, or at several near one another.

    Attributes
    ----------
    sites : tuple of Site
        The first one names it; none in the legend.
    anchor : tuple of float
        Where the first site is, in points.
    at : tuple of float
        Where the symbol is drawn; away from the anchor where symbols were pushed apart.
    shares : tuple of Share
        In the order of the event types.
    deaths : int
        The highest number that a record gives; -1 where none does.
    scale : float
        What all sizes are multiplied with.
    tag : bool
        Whether it stands for a line or an area, where no point is known.
    """

    sites: tuple[Site, ...]
    anchor: tuple[float, float]
    at: tuple[float, float]
    shares: tuple[Share, ...]
    deaths: int = -1
    scale: float = 1.0
    tag: bool = False

    @property
    def count(self) -> int:
        """Incidents that it stands for."""
        return sum(number for _, _, number in self.shares)

    @property
    def radius(self) -> float:
        """Of the symbol, without the ring; its area beyond the first grows with the count."""
        whole = SINGLE if self.count == 1 else min(MOST, 6.2 + 1.25 * self.count**0.5)
        return float(whole * self.scale)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box that it takes, in points."""
        if self.tag:
            wide = 13.0 + 4.6 * len(str(self.count))
            return wide * self.scale, TAG_HEIGHT * self.scale
        return 2 * self.reach, 2 * self.reach

    @property
    def moved(self) -> bool:
        """Whether it stands visibly off its place; a line or an area is not one place."""
        off = np.hypot(self.at[0] - self.anchor[0], self.at[1] - self.anchor[1])
        return bool(off > 2.5) and not self.tag

    @property
    def reach(self) -> float:
        """Radius that nothing else may enter."""
        if self.tag:
            wide, tall = self.size
            return float(np.hypot(wide, tall) / 2)
        if self.deaths < 1:
            return self.radius + 1.2 * self.scale
        ring = 1.8 + float(min(RING_MOST, RING * self.deaths**0.5))
        return self.radius + ring * self.scale


def draw(paper: Paper, symbol: Symbol, *, zorder: float = 30) -> None:
    """Draw a symbol: leader line, ring, shares by type, count."""
    if symbol.tag:
        _tag(paper, symbol, zorder)
        return
    ink = paper.palette.ink
    (x, y), radius, scale = symbol.at, symbol.radius, symbol.scale
    if symbol.moved:
        paper.line((symbol.anchor[0], x), (symbol.anchor[1], y), color=ink, lw=0.7 * scale,
                   zorder=zorder - 1)  # fmt: skip
        paper.add(Circle(symbol.anchor, 1.5 * scale, color=ink, lw=0, zorder=zorder - 1))
    if symbol.deaths > 0:
        paper.add(Circle((x, y), symbol.reach, fc=paper.palette.casing, alpha=0.35, lw=0,
                         zorder=zorder))  # fmt: skip
        paper.add(Circle((x, y), symbol.reach, fill=False, ec=ink, lw=0.9 * scale,
                         zorder=zorder + 0.05))  # fmt: skip
    paper.add(Circle((x, y), radius + 1.2 * scale, fc=paper.palette.paper, lw=0,
                     zorder=zorder + 0.1))  # fmt: skip
    if symbol.count == 1:
        kind, established, _ = symbol.shares[0]
        mark(paper, symbol.at, paper.palette.fills[kind], established, scale, zorder + 0.2)
    else:
        _ring_of_shares(paper, symbol, zorder)


def mark(
    paper: Paper,
    at: tuple[float, float],
    fill: Fill,
    established: bool,
    scale: float,
    zorder: float,
) -> None:
    """Draw one incident: filled where established, hollow where not."""
    line = (1.8 if fill.hatch == "" else 1.1) * scale
    if not established:
        line = 1.7 * scale
    radius = SINGLE * scale - line / 2
    options = {
        "facecolor": fill.face if established else paper.palette.paper,
        "edgecolor": fill.line,
        "linewidth": line,
        "zorder": zorder,
        "joinstyle": "miter",
        **_hatched(fill, established, scale),
    }
    paper.add(outline(fill.shape, at, radius, **options))


def outline(shape: str, at: tuple[float, float], radius: float, **options: Any) -> Patch:
    """Make the outline of a single incident."""
    if shape == "circle":
        options.pop("joinstyle", None)
        return Circle(at, radius, **options)
    if shape == "star":
        corners = _corners(10, 0) * np.where(np.arange(10) % 2, 0.62, 1.28)[:, None]
    else:
        number, turn, larger = SHAPES[shape]
        corners = _corners(number, turn) * larger
    return Polygon(corners * radius + np.array(at), closed=True, **options)


def _corners(number: int, turn: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    angles = np.radians(90 + turn + np.arange(number) * 360 / number)
    return np.column_stack((np.cos(angles), np.sin(angles)))


def _hatched(fill: Fill, established: bool, scale: float) -> dict[str, Any]:
    if not fill.hatch or not established:
        return {}
    return {"hatch": fill.hatch, "hatch_linewidth": 0.55 * scale}


def _ring_of_shares(paper: Paper, symbol: Symbol, zorder: float) -> None:
    (x, y), radius, scale, palette = symbol.at, symbol.radius, symbol.scale, paper.palette
    hole = radius * 0.58
    start = 90.0
    for kind, established, number in symbol.shares:
        end = start - 360 * number / symbol.count
        fill = palette.fills[kind]
        # A hollow share is drawn with its line inside, so that its colour keeps its place.
        inset = 0.0 if established else 0.7 * scale
        plain = fill.face == fill.line and established
        paper.add(
            Wedge(
                (x, y),
                radius - inset,
                end,
                start,
                width=radius - hole - inset,
                facecolor=fill.face if established else palette.paper,
                edgecolor=palette.paper if plain else fill.line,
                lw=(0.6 if established else 1.3) * scale,
                zorder=zorder + (0.3 if established else 0.2),
                **_hatched(fill, established, scale),
            )
        )
        start = end
    paper.add(Circle((x, y), hole, facecolor=palette.paper, lw=0, zorder=zorder + 0.4))
    size = (7.5 if symbol.count < 100 else 6) * scale
    text = f"{symbol.count}"
    size = min(size, size * 2 * hole * 0.86 / fonts.width(text, size, bold=True))
    paper.text(x, y, text, size, bold=True, ha="center", va="center_baseline", zorder=zorder + 1)


def _tag(paper: Paper, symbol: Symbol, zorder: float) -> None:
    """Draw a count over a bar of the types, in a frame that no point has."""
    (x, y), (wide, tall), scale = symbol.at, symbol.size, symbol.scale
    palette = paper.palette
    round_by = 2.6 * scale
    paper.add(
        FancyBboxPatch(
            (x - wide / 2 + round_by, y - tall / 2 + round_by),
            wide - 2 * round_by,
            tall - 2 * round_by,
            boxstyle=f"round,pad={round_by}",
            facecolor=palette.paper,
            edgecolor=palette.ink,
            lw=0.7 * scale,
            zorder=zorder,
        )
    )
    paper.text(x, y + 2.1 * scale, f"{symbol.count}", 7.2 * scale, bold=True, ha="center",
               va="center_baseline", zorder=zorder + 1)  # fmt: skip
    left, room, bottom = x - wide / 2 + 2.6 * scale, wide - 5.2 * scale, y - tall / 2 + 2 * scale
    for kind, established, number in symbol.shares:
        fill = palette.fills[kind]
        part = room * number / symbol.count
        line = 0.5 * scale if fill.face != fill.line else 0.0
        if not established:
            line = 0.8 * scale
        paper.add(
            Rectangle(
                (left + line / 2, bottom + line / 2),
                max(part - line, 0.4),
                3.2 * scale - line,
                facecolor=fill.face if established else palette.paper,
                edgecolor=fill.line,
                lw=line,
                zorder=zorder + 0.3,
                **_hatched(fill, established, scale),
            )
        )
        left += part
