"""A data set behind an engine as a collection: what `geo.collection.protocol` asks, answered."""

from __future__ import annotations

from geo.collection.engine import questions
from geo.collection.engine.cells import cells as clustered
from geo.collection.engine.cells import extents, onsets
from geo.collection.engine.data import DataSet
from geo.collection.engine.predicates import refuse


class Queried(DataSet):
    """A `geo.collection.protocol.Collection` on DuckDB, PostgreSQL or Spark.

    What asks a data set is a function of it, and here its method.
    """

    refuse = refuse
    extent = questions.extent
    count = questions.count
    totals = questions.totals
    facet_counts = questions.facet_counts
    overview = questions.overview
    timeline = questions.timeline
    dates = questions.dates
    rows = questions.select
    cells = clustered
    areas = extents
    onsets = onsets
    record = questions.record
