"""Frozen values that travel between the modules: Interval, Bbox, Filter, Problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from geo.errors import FilterError

MATCHES = ("possibly", "certainly")
"""How a date filter treats an uncertain date: it may lie within, or it must."""


class Bbox(NamedTuple):
    """An extent in degrees, EPSG:4326."""

    west: float
    south: float
    east: float
    north: float


class Problem(NamedTuple):
    """One thing wrong with a data package, printed as ``file:id: message``."""

    file: str
    id: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.id}: {self.message}"


@dataclass(frozen=True, slots=True)
class Interval:
    """The days within which something happened; both ends belong to it.

    Attributes
    ----------
    start, end : datetime.date or None
        First and last possible day. None is an end that the source leaves open.
    uncertain, approximate : bool
        The qualifiers ``?`` and ``~`` of EDTF (``%`` sets both).
    text : str
        The EDTF text that it was read from.
    """

    start: date | None
    end: date | None
    uncertain: bool = False
    approximate: bool = False
    text: str = ""

    @property
    def is_day(self) -> bool:
        """Whether the day itself is known, without a qualifier."""
        return (
            self.start is not None
            and self.start == self.end
            and not (self.uncertain or self.approximate)
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asked for. Empty means: all. Hashable, so it keys caches.

    Attributes
    ----------
    start, end : datetime.date or None
        The window; both days belong to it.
    match : {"possibly", "certainly"}
        Whether an uncertain date may lie within the window, or must.
    countries : tuple of str
        ISO 3166-1 alpha-2; an incident matches when any is among its own.
    borders, types, statuses, collections, tags : tuple of str
        Values of the columns ``border``, ``event_type``, ``status``, ``collection`` and
        ``tags``; any of them.
    text : str
        Words that must all occur in what is written about the incident.

    Raises
    ------
    FilterError
        If the window is reversed, or `match` is neither of the two words.
    """

    start: date | None = None
    end: date | None = None
    match: str = "possibly"
    countries: tuple[str, ...] = field(default=())
    borders: tuple[str, ...] = field(default=())
    types: tuple[str, ...] = field(default=())
    statuses: tuple[str, ...] = field(default=())
    collections: tuple[str, ...] = field(default=())
    tags: tuple[str, ...] = field(default=())
    text: str = ""

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise FilterError(
                f"The date range is reversed: it ends ({self.end}) before it starts "
                f"({self.start}). Exchange the two dates."
            )
        if self.match not in MATCHES:
            raise FilterError(
                f"Dates match “possibly” or “certainly”, not “{self.match}”. Choose one of the two."
            )
        for name in ("countries", "borders", "types", "statuses", "collections", "tags"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        object.__setattr__(self, "text", " ".join(self.text.split()))
