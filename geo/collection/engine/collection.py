"""A data set behind an engine as a collection: what `geo.collection.protocol` asks, answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from geo.collection.engine import cells, onset_counts, predicates, questions
from geo.collection.engine.data import DataSet
from geo.collection.protocol import Extent, FacetCounts, Timeline, Totals
from geo.collection.steps import Steps
from geo.model import Bbox, Filter


@dataclass(frozen=True, eq=False)
class Queried:
    """A `geo.collection.protocol.Collection` on DuckDB, PostgreSQL or Spark.

    Parameters
    ----------
    data : DataSet
        As `duck.open_set` or `servers.database` gave it.
    """

    data: DataSet

    @property
    def name(self) -> str:
        """What people call it."""
        return self.data.name

    @property
    def size(self) -> int:
        """Incidents in all."""
        return self.data.rows

    def refuse(self, query: Filter) -> None:
        """Raise a `FilterError` if the filter asks what this data set cannot tell."""
        predicates.refuse(self.data, query)

    def extent(self) -> Extent:
        """Reach in time and space."""
        return questions.extent(self.data)

    def count(self, query: Filter, bbox: Bbox | None = None) -> int:
        """See `questions.count`."""
        return questions.count(self.data, query, bbox)

    def totals(self, query: Filter) -> Totals:
        """See `questions.totals`."""
        return questions.totals(self.data, query)

    def facet_counts(self, query: Filter) -> FacetCounts:
        """See `questions.facet_counts`."""
        return questions.facet_counts(self.data, query)

    def overview(self, query: Filter) -> tuple[Totals, FacetCounts]:
        """Both from one small table."""
        known = questions.profile(self.data, query)
        return (
            questions.totals(self.data, query, known=known),
            questions.facet_counts(self.data, query, known=known),
        )

    def timeline(self, query: Filter, *, by: str) -> Timeline:
        """See `questions.timeline`."""
        return questions.timeline(self.data, query, by=by)

    def dates(self, query: Filter, *, by: str) -> pa.Table:
        """See `questions.dates`."""
        return questions.dates(self.data, query, by=by)

    def rows(
        self,
        query: Filter,
        *,
        bbox: Bbox | None = None,
        limit: int,
        offset: int = 0,
        newest_first: bool = True,
    ) -> pa.Table:
        """See `questions.select`."""
        return questions.select(
            self.data, query, bbox=bbox, limit=limit, offset=offset, newest_first=newest_first
        )

    def cells(self, query: Filter, *, bbox: Bbox, zoom: float) -> pa.Table:
        """See `cells.cells`."""
        return cells.cells(self.data, query, bbox=bbox, zoom=zoom)

    def areas(self, query: Filter, *, bbox: Bbox, limit: int) -> pa.Table:
        """See `cells.extents`."""
        return cells.extents(self.data, query, bbox=bbox, limit=limit)

    def onsets(
        self, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
    ) -> pa.Table:
        """See `onset_counts.onsets`."""
        return onset_counts.onsets(
            self.data, query, bbox=bbox, zoom=zoom, steps=steps, points=points
        )

    def record(self, number: int) -> dict[str, Any]:
        """See `questions.record`."""
        return questions.record(self.data, number)

    def close(self) -> None:
        """Let go of files and connections; whoever still asks gets an `EngineError`."""
        self.data.close()
