"""The one door to data sets that are not Marz's own: the same questions on every engine.

`open_set` opens a Parquet file through DuckDB; the questions mean by a `geo.model.Filter` what
`geo.query` means by it.
"""

from geo.engine.begun import Steps, begun
from geo.engine.data import DataSet, EngineError, Superseded
from geo.engine.duck import open_set
from geo.engine.gather import cells, extents
from geo.engine.newest import Newest
from geo.engine.own import own
from geo.engine.questions import (
    Timeline,
    Totals,
    count,
    extent,
    facet_counts,
    profile,
    record,
    select,
    timeline,
    totals,
)
from geo.engine.servers import database, load

__all__ = [
    "DataSet",
    "EngineError",
    "Newest",
    "Steps",
    "Superseded",
    "Timeline",
    "Totals",
    "begun",
    "cells",
    "count",
    "database",
    "extent",
    "extents",
    "facet_counts",
    "load",
    "open_set",
    "own",
    "profile",
    "record",
    "select",
    "timeline",
    "totals",
]
