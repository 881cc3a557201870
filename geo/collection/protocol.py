"""What every collection of incidents answers, whatever holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from geo.collection.steps import Steps
from geo.collection.tolls import Toll
from geo.model import Bbox, Filter


class Bin(NamedTuple):
    """Incidents of one type within one month or year; `count` of them surely within it."""

    start: date
    event_type: str
    count: int  # type: ignore[assignment]  # shadows tuple.count, which no one calls


class Span(NamedTuple):
    """An incident whose date fits into no single bin."""

    row: int
    start: date
    end: date
    event_type: str


class Timeline(NamedTuple):
    """Incidents by month or year.

    Attributes
    ----------
    bins : list of Bin
        Incidents whose whole date lies within one bin, by type.
    beside : int
        Incidents that have a date, but fit into no single bin.
    undated : int
        Incidents without any date.
    spans : list of Span
        Those beside the bins one by one, where the collection tells them; an open end is drawn to
        the end of its extent.
    """

    bins: list[Bin]
    beside: int
    undated: int
    spans: Sequence[Span] = ()


class Totals(NamedTuple):
    """Sums over incidents.

    Attributes
    ----------
    rows : int
        Incidents.
    mapped, unlocated, undated : int
        Those with and without a place, and those without a date.
    first, last : int or None
        First and last year that any of them names; open ends do not count.
    statuses : mapping of str to int
        Status -> incidents.
    toll : Toll
        Deaths, added up as in `geo.collection.tolls`.
    """

    rows: int
    mapped: int
    unlocated: int
    undated: int
    first: int | None
    last: int | None
    statuses: Mapping[str, int]
    toll: Toll


class Extent(NamedTuple):
    """First and last day that any incident names, and the extent of the places.

    Attributes
    ----------
    first, last : datetime.date or None
        None where none names a day; open ends do not count.
    bbox : Bbox or None
        EPSG:4326, without places that the import has flagged as probably wrong, unless there are
        no others; None where nothing is located.
    """

    first: date | None
    last: date | None
    bbox: Bbox | None


FacetCounts = dict[str, dict[str, int]]
"""Facet -> option -> how many incidents it would leave if it alone were chosen in its facet."""


class Collection(Protocol):
    """Incidents that can be asked; share it, it holds nothing of any reader's question.

    Wherever a filter is given, a `FilterError` is raised if it chooses in a facet that the
    collection has no column for: it never passes over what it does not know.
    """

    @property
    def name(self) -> str:
        """What people call it; text from data."""
        ...

    @property
    def size(self) -> int:
        """Incidents in all."""
        ...

    def refuse(self, query: Filter) -> None:
        """Raise a `FilterError` if the filter asks what this collection cannot tell."""
        ...

    def extent(self) -> Extent:
        """Reach in time and space, whatever the filter."""
        ...

    def count(self, query: Filter, bbox: Bbox | None = None) -> int:
        """How many incidents match, of those in an extent (EPSG:4326) where one is given."""
        ...

    def totals(self, query: Filter) -> Totals:
        """Sums over what matches."""
        ...

    def facet_counts(self, query: Filter) -> FacetCounts:
        """How many incidents each option would leave; only facets that it has a column for."""
        ...

    def overview(self, query: Filter) -> tuple[Totals, FacetCounts]:
        """Both at once, which is cheaper."""
        ...

    def timeline(self, query: Filter, *, by: str) -> Timeline:
        """Count incidents by ``day``, ``month`` or ``year`` and type."""
        ...

    def dates(self, query: Filter, *, by: str) -> pa.Table:
        """How many incidents share their first and last possible day, in no order.

        Parameters
        ----------
        by : {"day", "month"}
            A collection may round to whole months if days are not asked for.

        Returns
        -------
        pyarrow.Table
            ``start``, ``end`` (days since 1970-01-01; `OPEN_START`, `OPEN_END`) and ``count``.
        """
        ...

    def rows(
        self,
        query: Filter,
        *,
        bbox: Bbox | None = None,
        limit: int,
        offset: int = 0,
        newest_first: bool = True,
    ) -> pa.Table:
        """Incidents that match in the order of their first possible day.

        Returns
        -------
        pyarrow.Table
            In `geo.collection.schema.SCHEMA`; what has no first day comes last.
        """
        ...

    def cells(self, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
        """Incidents with a point, by the cells of a grid that follows the zoom.

        Returns
        -------
        pyarrow.Table
            At most `geo.collection.grid.AT_MOST` rows, the largest first: ``level`` (the world's
            edge is 2 ** level cells), ``x`` and ``y`` (from the north-western corner), ``lon``,
            ``lat`` (mean of the members), ``count``, ``low``, ``best``, ``high`` (deaths),
            ``number`` (of the incident where there is one, else null), and one column of counts
            for each event type of the vocabulary, and `geo.collection.grid.OTHER`.
        """
        ...

    def areas(self, query: Filter, *, bbox: Bbox, limit: int) -> pa.Table:
        """Incidents known only to lie on a line or in an area, by that line or area.

        Returns
        -------
        pyarrow.Table
            As `cells`, without ``level``; ``drawn`` says as what.
        """
        ...

    def onsets(
        self, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
    ) -> pa.Table:
        """When the incidents of `cells`, or without `points` of `areas`, began and ended."""
        ...

    def record(self, number: int) -> dict[str, Any]:
        """One incident whole: the columns of `geo.collection.schema.SCHEMA`.

        `geo.describe` says it in words.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def reach(collections: Iterable[Collection]) -> tuple[date, date] | None:
    """First and last day that any record of several collections names; None without any."""
    known = [one.extent() for one in collections]
    firsts = [one.first for one in known if one.first]
    lasts = [one.last for one in known if one.last]
    return (min(firsts), max(lasts)) if firsts and lasts else None
