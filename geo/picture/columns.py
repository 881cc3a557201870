"""Sets headings, marked lines and paragraphs in columns; nothing is ever set over its floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.picture import fonts
from geo.picture.paper import Paper

Mark = Callable[[Paper, float, float, float], None]
"""Draws a mark around a point of a paper: x, y, and what sizes are multiplied with."""
GUTTER = 3.2
"""Width that marks take before their words, in the size of the type."""
LEADING = 1.3
SMALLEST = 0.72
"""Share of its size that type shrinks to before anything is left out."""


@dataclass(frozen=True)
class Entry:
    """One thing in a column.

    Attributes
    ----------
    text : str
        Its words; may be blank beside a tall mark.
    mark : callable or None
        What stands before the words.
    head : bool
        Whether it is a heading, which stays with what follows.
    tall : float
        Height that the mark needs, in the size of the type.
    color : str
        Of the words; "" for the ink.
    most : int
        Lines that the words may take.
    """

    text: str
    mark: Mark | None = None
    head: bool = False
    tall: float = 0
    color: str = ""
    most: int = 6


@dataclass(frozen=True, slots=True)
class Column:
    """Room for entries: left edge, top, floor and width, in points."""

    x: float
    top: float
    floor: float
    measure: float


def fitting(entries: Sequence[Entry], columns: Sequence[Column], size: float) -> float:
    """Find the size of type, in points, at which entries have room; `SMALLEST` of it at least."""
    share = 1.0
    while share > SMALLEST and not fit(entries, columns, size * share):
        share -= 0.04
    return size * share


def fit(entries: Sequence[Entry], columns: Sequence[Column], size: float) -> bool:
    """Whether entries have room in columns."""
    return set_in(None, entries, columns, size)


def set_in(
    paper: Paper | None, entries: Sequence[Entry], columns: Sequence[Column], size: float
) -> bool:
    """Set entries in columns, one after the other, until there is no more room.

    Parameters
    ----------
    paper : Paper or None
        None to see only how much there is room for.
    size : float
        Of the type, in points.

    Returns
    -------
    bool
        Whether there was room for all.
    """
    further = iter(columns)
    column = next(further)
    y = column.top
    for number, entry in enumerate(entries):
        following = entries[number + 1] if entry.head and number + 1 < len(entries) else None
        needed = height(entry, column.measure, size)
        if entry.head and y < column.top:
            y -= size * 0.75
        kept = needed + (height(following, column.measure, size) if following else 0)
        if y - kept < column.floor:
            after = next(further, None)
            if after is None:
                return False
            column, y = after, after.top
        if paper is not None:
            draw(paper, entry, column, y, size)
        y -= needed
    return True


def lines_of(entry: Entry, measure: float, size: float) -> tuple[str, ...]:
    """Break the words of an entry into lines."""
    if entry.head:
        return fonts.wrap(entry.text, size * 1.14, measure, bold=True, most=1)
    room = measure - (GUTTER * size if entry.mark else 0)
    return fonts.wrap(entry.text, size, room, most=entry.most)


def height(entry: Entry, measure: float, size: float) -> float:
    """Height of an entry, in points."""
    if entry.head:
        return size * 1.14 * 1.55
    return max(len(lines_of(entry, measure, size)) * size * LEADING, entry.tall * size)


def draw(paper: Paper, entry: Entry, column: Column, top: float, size: float) -> None:
    """Draw an entry below a height of its column."""
    lines = lines_of(entry, column.measure, size)
    if entry.head:
        for line in lines:
            paper.text(column.x, top - size * 1.14, line, size * 1.14, bold=True)
        return
    tall = max(len(lines) * size * LEADING, entry.tall * size)
    left = column.x
    if entry.mark:
        if lines:
            entry.mark(
                paper, column.x + (GUTTER * size - size * 0.8) / 2, top - tall / 2, size / 7.3
            )
            left += GUTTER * size
        else:
            entry.mark(paper, column.x, top - tall, size / 7.3)
    spare = (tall - len(lines) * size * LEADING) / 2
    for number, line in enumerate(lines):
        y = top - spare - (number + 0.78) * size * LEADING
        paper.text(left, y, line, size, color=entry.color or paper.palette.ink)
