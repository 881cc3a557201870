"""The strip of time below a map: bars of what has a day, month or year, spans for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from geo import describe, places
from geo.days import OPEN_END, OPEN_START, day_number, day_of
from geo.model import Filter
from geo.package.load import Package, Rows
from geo.picture import fonts
from geo.picture.clusters import shares_of
from geo.picture.layout import Box
from geo.picture.paper import Paper
from geo.vocabulary import EVENT_TYPES

LANES = 5
"""Rows of spans; what overlaps beyond them is drawn over one another."""
Place = Callable[[int], float]
"""From days since 1970-01-01 to points."""
LEAST = 4
"""Incidents that a strip is high for at least."""
NARROW = 2.2
"""Points that a bar takes at least; narrower months become years."""


@dataclass(frozen=True)
class Strip:
    """Incidents by time.

    Attributes
    ----------
    first, last : int
        Days since 1970-01-01 at the left and right end.
    by : {"month", "year"}
        Width of a bar.
    bars : dict of date to list of list of int
        First day of a bin -> what is known to lie within it, as `geo.places.features` has it.
    spans : list of list of int
        What fits into no single bin.
    undated : int
        Incidents without a date.
    """

    first: int
    last: int
    by: str
    bars: dict[date, list[list[int]]]
    spans: list[list[int]]
    undated: int


def strip(package: Package, rows: Rows, query: Filter, width: float) -> Strip | None:
    """Lay incidents out in time, whether they have a place or not; None where none has a date.

    Parameters
    ----------
    width : float
        Of the strip, in points.
    """
    every, dated = places.members(package), package.incidents["dated"].to_numpy(dtype=bool)
    members = [every[row] for row in rows.tolist() if dated[row]]
    ends = [day for one in members for day in one[4:6] if day not in (OPEN_START, OPEN_END)]
    if not ends:
        return None
    low, high = min(ends), max(ends)
    if query.start:
        low = max(low, day_number(query.start)) if query.end else min(low, day_number(query.start))
    if query.end and query.start:
        low, high = day_number(query.start), day_number(query.end)
    first, last = day_of(low), day_of(high)
    if first is None or last is None:
        return None
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    by = "month" if months * NARROW <= width else "year"
    start, end = _floor(first, by), _after(last, by)
    if by == "month" and months < 12:  # A few bars as wide as the sheet would tell nothing.
        start, end = _floor(first, "year"), _after(last, "year")
    bars: dict[date, list[list[int]]] = {}
    spans = []
    for one in members:
        begin, until = day_of(one[4]), day_of(one[5])
        if begin and until and _floor(begin, by) == _floor(until, by):
            bars.setdefault(_floor(begin, by), []).append(one)
        else:
            spans.append(one)
    undated = len(rows) - len(members)
    return Strip(day_number(start), day_number(end), by, bars, spans, undated)


def _floor(day: date, by: str) -> date:
    return day.replace(day=1) if by == "month" else day.replace(month=1, day=1)


def _after(day: date, by: str) -> date:
    if by == "year":
        return date(day.year + 1, 1, 1)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def draw(paper: Paper, found: Strip, box: Box, size: float) -> None:
    """Draw the strip.

    Parameters
    ----------
    box : Box
        All of it, labels included.
    size : float
        Of the type, in points.
    """
    left, bottom, right, top = box
    palette = paper.palette
    spans = _packed(found)
    lanes = min(LANES, 1 + max((lane for lane, _ in spans), default=-1))
    floor = bottom + 1.5 * size + (2 + lanes * 2.2 if lanes else 0)
    ceiling = top - 1.6 * size
    place = placer(found, box)
    most = max((len(held) for held in found.bars.values()), default=0)
    tall = (ceiling - floor) / max(most, LEAST)
    noun = "a month" if found.by == "month" else "a year"
    caption = f"Incidents {noun}, at most {most}" if most else "Incidents by time"
    if lanes:
        caption += "; below the line: dates known only as a span"
    if found.undated:
        caption += f"; {describe.count(found.undated, 'incident')} without a date not shown"
    paper.text(left, top - size, fonts.shorten(caption, size, right - left), size,
               color=palette.soft)  # fmt: skip
    for start, held in found.bars.items():
        x0 = place(day_number(start))
        x1 = place(day_number(_after(start, found.by)))
        gap = min(0.8, (x1 - x0) * 0.12)
        y = floor
        for kind, established, number in shares_of(held):
            fill = palette.fills[kind]
            plain = fill.face == fill.line and established
            line = 0.0 if plain else min(0.7, (x1 - x0) * 0.2)
            paper.rectangle(
                (x0 + gap + line / 2, y + line / 2, x1 - gap - line / 2,
                 y + max(number * tall - line / 2, line)),
                facecolor=fill.face if established else palette.paper,
                edgecolor=fill.line, lw=line, zorder=50,
                **({"hatch": fill.hatch, "hatch_linewidth": 0.5}
                   if fill.hatch and established else {}),
            )  # fmt: skip
            y += number * tall
    paper.line((left, right), (floor, floor), color=palette.grey, lw=0.6, zorder=51)
    _draw_spans(paper, spans, place, floor - 2.6)
    _ticks(paper, found, place, box, floor, size)


def draw_cursor(paper: Paper, found: Strip, box: Box, day: int) -> None:
    """Mark a day on a strip that is drawn already, and pale what comes after it."""
    _, bottom, right, top = box
    x = placer(found, box)(day + 1)
    palette = paper.palette
    if x < right:
        paper.rectangle((x, bottom, right, top), facecolor=palette.paper, alpha=0.72, lw=0,
                        zorder=55)  # fmt: skip
    paper.line((x, x), (bottom, top), color=palette.casing, lw=4.4, zorder=56)
    paper.line((x, x), (bottom, top), color=palette.ink, lw=2.8, zorder=56.1)


def placer(found: Strip, box: Box) -> Place:
    """Make the function from days since 1970-01-01 to points."""
    left, _, right, _ = box

    def place(day: int) -> float:
        share = (min(max(day, found.first), found.last) - found.first) / (found.last - found.first)
        return left + share * (right - left)

    return place


def _packed(found: Strip) -> list[tuple[int, list[int]]]:
    """Spans with their lanes, none over another while there are any free."""
    free: list[int] = []
    packed = []
    for one in sorted(found.spans, key=lambda m: (m[4], m[5])):
        begin = max(one[4], found.first)
        lane = next((n for n, until in enumerate(free) if until < begin), len(free))
        if lane == len(free):
            free.append(0)
        free[lane] = min(one[5], found.last)
        packed.append((lane % LANES, one))
    return packed


def _draw_spans(
    paper: Paper, spans: list[tuple[int, list[int]]], place: Place, top: float
) -> None:  # fmt: skip
    kinds = list(EVENT_TYPES)
    for lane, one in spans:
        fill = paper.palette.fills[kinds[one[1]]]
        y = top - lane * 2.2
        x0, x1 = place(one[4]), place(one[5] + 1)
        x1 = max(x1, x0 + 1)
        grey = fill.face != fill.line
        paper.line((x0, x1), (y, y), color=fill.line if grey else fill.face,
                   lw=1.1 if one[2] else 0.6, alpha=0.6 if grey else 0.8, solid_capstyle="butt",
                   zorder=50)  # fmt: skip


def _ticks(paper: Paper, found: Strip, place: Place, box: Box, floor: float, size: float) -> None:
    left, bottom, right, _ = box
    first, last = day_of(found.first), day_of(found.last)
    if first is None or last is None:
        return
    years = last.year - first.year + 1
    wide = fonts.width("2000", size) * 1.9
    if years > 2:
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000)
                     if years / n * wide <= right - left)  # fmt: skip
        days = [
            (date(year, 1, 1), str(year))
            for year in range(first.year, last.year + 1)
            if year % every == 0
        ]
    else:
        every = next((n for n in (1, 2, 3, 6) if years * 12 / n * wide * 1.4 <= right - left), 12)
        days = [
            (date(year, month, 1), f"{date(year, month, 1):%b} {year}")
            for year in range(first.year, last.year + 1)
            for month in range(1, 13, every)
        ]
    for day, text in days:
        number = day_number(day)
        if not found.first <= number < found.last:
            continue
        x = place(number)
        paper.line((x, x), (floor, bottom + 1.3 * size), color=paper.palette.faint, lw=0.5,
                   zorder=49)  # fmt: skip
        if x + fonts.width(text, size) <= right:
            paper.text(x + 1.5, bottom + 0.3 * size, text, size, color=paper.palette.grey)
