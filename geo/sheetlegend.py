"""The side of the sheet: a legend of what is really shown, what is not on the map, sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matplotlib.patches import Circle, Rectangle

from geo import fonts, symbols, words
from geo.ground import Ground, Shape
from geo.paper import GREY, INK, PAPER, WATER, Paper
from geo.sheetmap import GLOW, in_force
from geo.symbols import Symbol
from geo.vocabulary import ESTABLISHED, EVENT_TYPES, STATUSES

Mark = Callable[[float, float], None]
GUTTER = 24.0
"""Width that marks take before their words, in points."""
LEADING = 1.28


@dataclass
class Side:
    """A column that is filled from above until its floor.

    Attributes
    ----------
    x, y : float
        Left edge and next baseline, in points.
    measure : float
        Width of a line.
    floor : float
        Nothing is written below it.
    heading, body : float
        Sizes of type.
    """

    paper: Paper
    x: float
    y: float
    measure: float
    floor: float
    heading: float
    body: float

    def head(self, text: str) -> None:
        """Write a heading."""
        self.paper.text(self.x, self.y, text, self.heading, bold=True)
        self.y -= self.heading * 1.55

    def row(self, mark: Mark, text: str, *, height: float = 0) -> None:
        """Draw a mark with its words; `height` is what a tall mark needs, in points."""
        extra = max(0.0, (height - self.body * LEADING) / 2)
        self.y -= extra
        lines = fonts.wrap(text, self.body, self.measure - GUTTER)
        mark(self.x + GUTTER / 2 - 3, self.y + self.body * 0.32)
        for line in lines:
            self.paper.text(self.x + GUTTER, self.y, line, self.body)
            self.y -= self.body * LEADING
        self.y -= 2.6 + max(0.0, extra - (len(lines) - 1) * self.body)

    def block(self, heading: str, texts: list[str], *, most: int = 3) -> None:
        """Write paragraphs under a heading, while there is room."""
        self.head(heading)
        for text in texts:
            room = int((self.y - self.floor) / (self.body * LEADING)) + 1
            if room < 1:
                return
            self.y = self.paper.paragraph(
                self.x, self.y, text, self.body, self.measure, most=min(most, room),
                leading=LEADING, color="#3b4248",
            )  # fmt: skip
            self.y -= 1.5
        self.gap()

    def gap(self) -> None:
        """Leave the space between two blocks."""
        self.y -= 7


def legend(side: Side, on: Ground, found: list[Symbol], day: date) -> None:
    """Explain the symbols and the lines that are on this map, and no others."""
    drawn = {color for symbol in found for color, _, _ in symbol.shares}
    if found:
        side.head("Incidents")
        for kind, (color, _) in EVENT_TYPES.items():
            if color in drawn:
                side.row(_symbol(side.paper, ((color, True, 1),)), kind)
        _symbol_rows(side, found)
        side.gap()
    side.head("Lines")
    _line_rows(side, on, found, day)
    side.gap()


def _symbol_rows(side: Side, found: list[Symbol]) -> None:
    paper = side.paper
    unsure = words.listed([status for status in STATUSES if status not in ESTABLISHED], "or")
    if any(not established for symbol in found for _, established, _ in symbol.shares):
        side.row(_symbol(paper, ((INK, False, 1),)), f"hollow: only {unsure}")
    if any(symbol.count > 1 for symbol in found):
        shares = ((INK, True, 2), (GREY, True, 1))
        side.row(_symbol(paper, shares), "several at one place, in shares by type", height=18)
    toll = max((symbol.deaths for symbol in found), default=-1)
    if toll > 0:
        side.row(
            _ring(paper),
            f"outer ring: the highest number of deaths that a record gives, here up to {toll:,}",
            height=14,
        )
    if any(symbol.moved for symbol in found):
        side.row(_leader(paper), "moved off its place to be seen")


def _line_rows(side: Side, on: Ground, found: list[Symbol], day: date) -> None:
    paper = side.paper
    borders = on.layers["borders"]
    strong = [shape for shape in borders if in_force(shape, day)]
    others = [shape for shape in borders if not in_force(shape, day)]
    if any(symbol.site and symbol.site.layer == "borders" for symbol in found):
        glow = _stroke(paper, GLOW, 9, alpha=0.13, solid_capstyle="butt")
        side.row(glow, "incidents known only to be on this line")
    if any(
        symbol.site and not symbol.site.is_point and symbol.site.layer not in ("borders",
                                                                              "countries")
        for symbol in found
    ):  # fmt: skip
        side.row(_hatch(paper), "incidents known only to be in this area")
    if strong:
        names = words.listed([str(name) for name in dict.fromkeys(_names(strong))])
        since = f", as in force on {words.day(day)}" if others else ""
        side.row(_stroke(paper, INK, 2.0), f"{names}{since}")
    for shape in others:
        side.row(
            _stroke(paper, INK, 0.7, linestyle=(0, (3, 2)), solid_capstyle="butt"),
            f"{shape.properties['name']} {_span(shape)}",
        )
    if not on.edges["countries"].is_empty:
        side.row(_stroke(paper, "#7b8187", 0.8), "other country borders, exclaves")
    if not on.edges["regions"].is_empty:
        side.row(_stroke(paper, "#b3b4b1", 0.7), "regions")
    if on.layers["rivers"] or on.layers["lakes"]:
        side.row(_stroke(paper, WATER, 0.9), "rivers and lakes")


def _names(shapes: list[Shape]) -> list[str]:
    return [shape.properties["name"] or shape.properties["place_id"] for shape in shapes]


def _span(shape: Shape) -> str:
    start, end = shape.properties["valid_from"], shape.properties["valid_to"]
    parts = []
    if start:
        parts.append(f"from {words.day(date.fromisoformat(start))}")
    if end:
        parts.append(f"until {words.day(date.fromisoformat(end))}")
    return " ".join(parts)


def beyond(side: Side, outside: list[Symbol], unplaced: int) -> None:
    """Count what the map cannot show: places beyond its frame, records without a place."""
    parts = [f"{symbol.site.name} ({symbol.count})" for symbol in outside if symbol.site]
    lines = []
    if parts:
        lines.append(f"Beyond the frame: {words.listed(parts)}.")
    if unplaced:
        lines.append(f"Without a place: {words.count(unplaced, 'incident')}.")
    if lines:
        side.block("Not on this map", lines)


def sources(side: Side, found: list[dict[str, Any]]) -> None:
    """List the sources of the records shown; say how many there was no room for."""
    if not found:
        return
    side.head("Sources")
    step = side.body * LEADING
    for number, source in enumerate(found):
        left = len(found) - number
        lines = fonts.wrap(source["line"], side.body, side.measure, most=3)
        needed = len(lines) * step + (step if left > 1 else 0)
        if side.y - needed < side.floor - step:
            text = f"and {words.count(left, 'more source')}" if number else (
                f"{words.count(left, 'source')}: see the text chunks of this file"
            )  # fmt: skip
            side.paper.text(side.x, side.y, text, side.body, color=GREY)
            return
        for line in lines:
            side.paper.text(side.x, side.y, line, side.body, color="#3b4248")
            side.y -= step
        side.y -= 1.5


def _symbol(paper: Paper, shares: tuple[tuple[str, bool, int], ...]) -> Mark:
    def mark(x: float, y: float) -> None:
        symbols.draw(paper, Symbol(None, (x, y), (x, y), shares), zorder=50)

    return mark


def _ring(paper: Paper) -> Mark:
    def mark(x: float, y: float) -> None:
        paper.axes.add_patch(Circle((x, y), 3, fc=GREY, lw=0, zorder=51))
        paper.axes.add_patch(Circle((x, y), 7, fill=False, ec=INK, lw=0.9, zorder=51))

    return mark


def _leader(paper: Paper) -> Mark:
    def mark(x: float, y: float) -> None:
        paper.axes.plot([x - 7, x + 4], [y - 2, y + 1], color=INK, lw=0.7, zorder=50)
        paper.axes.add_patch(Circle((x - 7, y - 2), 1.5, color=INK, zorder=50))
        paper.axes.add_patch(Circle((x + 4, y + 1), 3.6, fc=GREY, ec=PAPER, lw=1, zorder=51))

    return mark


def _stroke(paper: Paper, color: str, width: float, **options: Any) -> Mark:
    def mark(x: float, y: float) -> None:
        paper.axes.plot(
            [x - 8, x + 8], [y, y], color=color, lw=width, zorder=50,
            **{"solid_capstyle": "round", **options},
        )  # fmt: skip

    return mark


def _hatch(paper: Paper) -> Mark:
    def mark(x: float, y: float) -> None:
        paper.axes.add_patch(
            Rectangle((x - 8, y - 4), 16, 8, fc="none", ec=GLOW, alpha=0.4, lw=0.8,
                      hatch="//////", hatch_linewidth=0.5, zorder=50)
        )  # fmt: skip

    return mark
