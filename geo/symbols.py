"""Symbols of incidents: one a site, in shares by type, pushed apart where they would overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.patches import Circle, Wedge

from geo import fonts
from geo.paper import INK, PAPER, Paper
from geo.places import Site

SINGLE, MOST = 5.2, 15.0
"""Radius of a symbol of one incident, and the largest one, in points."""
RING, RING_MOST = 0.9, 24.0
"""Points that the ring grows with the root of the dead, and the most that it grows."""
GAP = 2.5
ROUNDS = 400


@dataclass(frozen=True)
class Symbol:
    """What is drawn of the incidents at a site.

    Attributes
    ----------
    site : Site or None
        None in the legend.
    anchor : tuple of float
        Where the site is, in points.
    at : tuple of float
        Where the symbol is drawn; away from the anchor where symbols were pushed apart.
    shares : tuple of (str, bool, int)
        Colour, whether established, and how many incidents.
    deaths : int
        The highest number that a record at the site gives; -1 where none does.
    """

    site: Site | None
    anchor: tuple[float, float]
    at: tuple[float, float]
    shares: tuple[tuple[str, bool, int], ...]
    deaths: int = -1

    @property
    def count(self) -> int:
        """Incidents at the site."""
        return sum(number for _, _, number in self.shares)

    @property
    def radius(self) -> float:
        """Of the symbol, without the ring; its area beyond the first grows with the count."""
        return float(SINGLE if self.count == 1 else min(MOST, 6.4 + 1.35 * self.count**0.5))

    @property
    def moved(self) -> bool:
        """Whether it stands visibly off its place; a line or an area is not one place."""
        off = np.hypot(self.at[0] - self.anchor[0], self.at[1] - self.anchor[1])
        return bool(off > 2) and (self.site is None or self.site.is_point)

    @property
    def reach(self) -> float:
        """Radius with the ring of the toll."""
        if self.deaths < 1:
            return self.radius
        return self.radius + 1.8 + float(min(RING_MOST, RING * self.deaths**0.5))


def apart(symbols: list[Symbol], frame: tuple[float, float, float, float]) -> list[Symbol]:
    """Push symbols apart until none overlaps, each as near to its place as may be.

    Parameters
    ----------
    symbols : list of Symbol
        Their `at` does not count, their `anchor` does.
    frame : tuple of float
        Left, bottom, right, top: no symbol leaves it.

    Returns
    -------
    list of Symbol
        In the same order; equal input gives equal output.
    """
    if not symbols:
        return []
    anchors = np.array([symbol.anchor for symbol in symbols], dtype=float)
    reach = np.array([symbol.reach for symbol in symbols])
    left, bottom, right, top = frame
    low = np.column_stack((left + reach + 2, bottom + reach + 2))
    high = np.column_stack((right - reach - 2, top - reach - 2))
    at = anchors.copy()
    # Symbols of the very same place would never part without a first step of their own.
    turn = np.arange(len(symbols)) * 2.399963
    at += np.column_stack((np.cos(turn), np.sin(turn))) * 0.01
    at = np.clip(at, low, np.maximum(low, high))
    needed = reach[:, None] + reach[None, :] + GAP
    np.fill_diagonal(needed, 0)
    for _ in range(ROUNDS):
        step = at[:, None, :] - at[None, :, :]
        distance = np.hypot(step[..., 0], step[..., 1])
        overlap = np.clip(needed - distance, 0, None)
        if overlap.max() < 0.05:
            break
        unit = step / np.maximum(distance, 1e-9)[..., None]
        at += (unit * overlap[..., None] * 0.5).sum(axis=1) * 0.8
        at = np.clip(at, low, np.maximum(low, high))
    return [
        replace(symbol, at=(float(x), float(y))) for symbol, (x, y) in zip(symbols, at, strict=True)
    ]


def draw(paper: Paper, symbol: Symbol, *, zorder: float = 30) -> None:
    """Draw a symbol: leader line, ring, shares by type, count."""
    x, y = symbol.at
    radius, axes = symbol.radius, paper.axes
    if symbol.moved:
        axes.plot(
            [symbol.anchor[0], x], [symbol.anchor[1], y], color=INK, lw=0.7, zorder=zorder - 1
        )
        axes.add_patch(Circle(symbol.anchor, 1.5, color=INK, zorder=zorder - 1))
    if symbol.reach > radius:
        axes.add_patch(
            Circle((x, y), symbol.reach, facecolor=(1, 1, 1, 0.35), edgecolor=INK, lw=0.9,
                   zorder=zorder)
        )  # fmt: skip
    axes.add_patch(Circle((x, y), radius + 1.2, facecolor=PAPER, lw=0, zorder=zorder + 0.1))
    if symbol.count == 1:
        color, established, _ = symbol.shares[0]
        axes.add_patch(
            Circle(
                (x, y),
                radius - 0.9,
                facecolor=color if established else PAPER,
                edgecolor=color,
                lw=1.8,
                zorder=zorder + 0.2,
            )
        )
        return
    _donut(paper, symbol, zorder)


def _donut(paper: Paper, symbol: Symbol, zorder: float) -> None:
    (x, y), radius = symbol.at, symbol.radius
    hole = radius * 0.58
    start = 90.0
    for color, established, number in symbol.shares:
        end = start - 360 * number / symbol.count
        # A hollow share is drawn with its line inside, so that its colour keeps its place.
        inset = 0.0 if established else 0.7
        paper.axes.add_patch(
            Wedge(
                (x, y),
                radius - inset,
                end,
                start,
                width=radius - hole - inset,
                facecolor=color if established else PAPER,
                edgecolor=PAPER if established else color,
                lw=0.6 if established else 1.3,
                zorder=zorder + (0.3 if established else 0.2),
            )
        )
        start = end
    paper.axes.add_patch(Circle((x, y), hole, facecolor=PAPER, lw=0, zorder=zorder + 0.4))
    size = 7.5 if symbol.count < 100 else 6
    text = f"{symbol.count}"
    size = min(size, size * 2 * hole * 0.86 / fonts.width(text, size, bold=True))
    paper.text(x, y, text, size, bold=True, ha="center", va="center_baseline", zorder=zorder + 1)
