"""The form of a data set that is not Marz's own: one Parquet file, one row an incident.

`geo.ingest` writes it, `geo.collection.engine` asks it. It is sorted by `start`, so that a window
of dates reads little of it; what the file is and where it came from stands in its metadata.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),  # row of the file it came from: names are 1
        pa.field("id", pa.string(), nullable=False),
        pa.field("date", pa.string()),  # EDTF; null without a date
        pa.field("start", pa.int32()),  # days since 1970-01-01; null: open, or no date
        pa.field("end", pa.int32()),
        pa.field("title", pa.string()),
        pa.field("note", pa.string()),
        pa.field("event_type", pa.string()),
        pa.field("sub_event_type", pa.string()),
        pa.field("status", pa.string()),
        pa.field("countries", pa.string()),  # ISO 3166-1 alpha-2, ';' between and at both ends
        pa.field("actors", pa.string()),  # ';' between
        pa.field("place", pa.string()),
        pa.field("admin", pa.string()),  # province, district: "Sughd; Isfara"
        pa.field("lon", pa.float64()),  # EPSG:4326; a representative point of what has an extent
        pa.field("lat", pa.float64()),
        pa.field("geo_precision", pa.string()),  # as in incidents.csv, or null
        pa.field("geometry", pa.binary()),  # WKB, only where it is no point
        pa.field("low", pa.int32()),  # fatalities
        pa.field("best", pa.int32()),
        pa.field("high", pa.int32()),
        pa.field("source", pa.string()),
        pa.field("other", pa.string()),  # JSON object of further columns as they came, or null
        pa.field("flags", pa.string()),  # codes of `geo.ingest.report`, ';' at both ends, or null
        pa.field("date_basis", pa.string()),  # as in incidents.csv, or null
        pa.field("place_known", pa.string()),  # JSON object: `geo.places.KnownPlace`, or null
        pa.field("part_of", pa.string()),  # id of the larger event whose toll includes this one's
    ]
)
"""Columns in their order. A blank is null, never a stand-in.

`countries` and `flags` carry their separator at both ends (``;TJ;KG;``), so that every engine
finds a member by ``contains(";TJ;")``.
"""

LATER = ("date_basis", "place_known", "part_of")
"""Columns that a file of Marz 2 lacks; they are blank in it."""

METADATA = b"marz"
"""Key of the file's metadata: JSON with ``name``, ``form``, ``rows``, ``refused``, ``share`` (if it
may be passed on: false unless its reader says otherwise), ``licence`` (under what terms),
``sha256`` of the file it came from, ``version`` (12 digits of it) and ``mapping``."""


def metadata_of(path: Path) -> dict[str, Any]:
    """What a data set says of itself: see `METADATA`.

    Raises
    ------
    OSError, ValueError, TypeError
        If the file cannot be read, or is no data set.
    """
    told = json.loads((pq.read_metadata(path).metadata or {}).get(METADATA, b"null"))
    if not isinstance(told, dict):
        raise TypeError("it says nothing of itself")
    return told
