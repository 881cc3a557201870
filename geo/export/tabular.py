"""Incidents as GeoParquet 1.1 and as a GeoPackage, with all that they rest on.

Dates stand twice: as EDTF text, as exact as the source, and as the first and the last possible
day for programs that sort and filter.
"""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from geo import places, records
from geo.days import day_of
from geo.export import styles
from geo.export.state import NAME
from geo.export.text import provenance
from geo.package.load import Package, Rows
from geo.picture.exported import Export
from geo.records import linked

DAYS = {
    "start_date": "First possible day; blank where the source leaves it open or gives none.",
    "end_date": "Last possible day; blank where the source leaves it open or gives none.",
}
"""Columns of days, and what they say."""
TAKEN = ("fid", "geom", "geometry", "bbox")
"""Names of columns that the two formats keep for themselves."""
PAGE_HEAD = 64
"""Bytes of a page of SQLite that a row of one text does not get, and some to spare."""
GEOPACKAGE = "1.3"
"""Version of the standard: of a later one GDAL before 3.7, and R with it, warns."""
PART = {0: "points", 1: "lines", 2: "areas"}
TYPES = {0: "Point", 1: "MultiLineString", 2: "MultiPolygon"}
"""Of the layers of a GeoPackage, by the dimension of what they hold."""


def geoparquet(of: Export) -> bytes:
    """Write incidents as GeoParquet 1.1.

    Returns
    -------
    bytes
        One row an incident: the columns of `geo.records.columns` and `DAYS`; the geometry that
        the record hangs on (EPSG:4326; point, line or area as it is known; null without a
        place) and the struct ``bbox`` that covers it. The key-value metadata ``marz_about``
        (JSON) says what it is, as `geo.export.text.provenance` does; ``marz_state`` is the state.
    """
    out = io.BytesIO()
    frame = _frame(of.package, of.rows)
    with np.errstate(invalid="ignore"):  # the extent of nothing
        frame.to_parquet(
            out, index=False, schema_version="1.1.0", write_covering_bbox=True, compression="zstd"
        )
    table = pq.read_table(out)
    metadata = {
        **table.schema.metadata,
        b"geo": _finite(table.schema.metadata[b"geo"]),
        b"marz_about": _json(provenance(of)).encode(),
        **({NAME.encode(): of.state.encode()} if of.state else {}),
    }
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd")
    return out.getvalue()


def _finite(geo: bytes) -> bytes:
    """The metadata without the extent of a file that has none: NaN is no JSON."""
    found = json.loads(geo)
    column = found["columns"]["geometry"]
    if not np.isfinite(column.get("bbox", [])).all():
        del column["bbox"]
    column["orientation"] = "counterclockwise"
    return _json(found).encode()


def geopackage(of: Export) -> bytes:
    """Write incidents as a GeoPackage, one layer for each kind of geometry.

    The state is kept in the table ``marz_state``.

    Returns
    -------
    bytes
        The layers ``incidents_points``, ``incidents_lines`` and ``incidents_areas`` and the
        table ``incidents_without_place``, with the columns of `geoparquet`; the tables
        ``claims``, ``citations`` and ``sources`` of the incidents shown; and ``about``, which
        says what the file is (``key`` and ``value``, as `geo.export.text.provenance` has it);
        ``layer_styles``, by which QGIS opens the layers in the colours of the map. All
        are there even when empty. For the same day the same bytes come out.
    """
    frame = _frame(of.package, of.rows)
    kinds = np.where(frame.geometry.isna(), -1, shapely.get_dimensions(frame.geometry.to_numpy()))
    tables = linked(of.package, of.rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.gpkg"
        for kind, part in PART.items():
            many = (frame.geometry.geom_type == "MultiPoint").any() if kind == 0 else kind > 0
            pyogrio.write_dataframe(
                frame[kinds == kind],
                path,
                layer=f"incidents_{part}",
                driver="GPKG",
                geometry_type="MultiPoint" if many and kind == 0 else TYPES[kind],
                promote_to_multi=bool(many),
                use_arrow=True,
                dataset_options={"VERSION": GEOPACKAGE},
                DESCRIPTION=f"Incidents known to be at {part}",
            )
        plain = {
            "incidents_without_place": pd.DataFrame(frame[kinds == -1].drop(columns="geometry")),
            **{name: _texts(table) for name, table in tables.items()},
            "about": _about(provenance(of)),
            "layer_styles": styles.table(of.now.date()),
        }
        for name, content in plain.items():
            pyogrio.write_dataframe(content, path, layer=name, driver="GPKG", use_arrow=True)
        return _finished(path, of.now.date(), of.state)


def _finished(path: Path, day: date, state: str) -> bytes:
    """Set every time in a GeoPackage to the beginning of a day, add the state, and read it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        stamp = f"{day.isoformat()}T00:00:00.000Z"
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
        if state:
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
                "VALUES (?1, 'attributes', ?1, ?2)",
                (NAME, stamp),
            )
            # What does not fit into a page is cut into pieces; a state has to stand in one.
            size = max(4096, 1 << (len(state) + PAGE_HEAD - 1).bit_length())
            connection.execute(f"PRAGMA page_size = {size}")
        # Rewritten whole, so that nothing hangs on how it was filled.
        connection.execute("VACUUM")
        if state:
            # On a new page at the end: of states that stand in a file the last one counts.
            connection.execute(f"CREATE TABLE {NAME} (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
            connection.execute(f"INSERT INTO {NAME} VALUES (1, ?)", (state,))
    finally:
        connection.close()
    content = bytearray(path.read_bytes())
    # How often the file was changed, and for which change its size was noted: GDAL commits now
    # more and now less often. Equal numbers mean that the size holds (SQLite's file format, 1.3).
    for at in (24, 92):
        content[at : at + 4] = (1).to_bytes(4, "big")
    return bytes(content)


def _frame(package: Package, rows: Rows) -> gpd.GeoDataFrame:
    """The flat table with days and geometry; types hold even where all is blank."""
    filled = [records.cells(package, int(row)) for row in rows]
    whole = {
        str(field["name"])
        for field in package.resources["incidents"]["schema"]["fields"]
        if field["type"] == "integer"
    }
    days = package.incidents.iloc[rows]
    columns: dict[str, Any] = {
        called: pd.array([record[name] for record in filled], dtype="Int64")
        if name in whole
        else _strings([record[name] for record in filled])
        for name, called in _distinct(records.columns(package)).items()
    }
    for name, column in (("start_date", "start"), ("end_date", "end")):
        found = [
            day_of(int(number)) if dated else None
            for number, dated in zip(days[column], days["dated"], strict=True)
        ]
        columns[name] = pd.array(found, dtype=pd.ArrowDtype(pa.date32()))
    shapes = places.geodata(package, rows).geometry
    return gpd.GeoDataFrame(
        columns, geometry=[records.drawn(shape) for shape in shapes], crs="EPSG:4326"
    )


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with its names and texts fit for GDAL."""
    return pd.DataFrame(
        {
            called: frame[name]
            if pd.api.types.is_integer_dtype(frame[name])
            else _strings(frame[name].tolist())
            for name, called in _distinct(list(frame.columns)).items()
        }
    )


def _distinct(names: Sequence[str]) -> dict[str, str]:
    """What columns are called: apart without regard to case, and from what formats add."""
    taken = {*TAKEN, *DAYS}
    found: dict[str, str] = {}
    for name in names:
        found[name] = name
        while found[name].lower() in taken:
            found[name] += "_"
        taken.add(found[name].lower())
    return found


def _strings(values: Sequence[Any]) -> Any:
    """Texts without what UTF-8 or a library in C cannot hold: lone surrogates, and NUL."""
    cleaned = [
        str(value).encode(errors="replace").decode().replace("\0", "\ufffd") for value in values
    ]
    return pd.array(cleaned, dtype=pd.StringDtype("pyarrow"))


def _about(about: Mapping[str, Any]) -> pd.DataFrame:
    texts = [value if isinstance(value, str) else _json(value) for value in about.values()]
    return pd.DataFrame({"key": _strings(list(about)), "value": _strings(texts)})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
