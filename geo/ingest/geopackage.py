"""GeoPackage by SQLite alone, read only: no view, no trigger, no function and no extension runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from geo.ingest.buffered import LARGEST, Buffered, sha256, sound
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.sheets import as_text
from geo.model import LimitError, ReadError

ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Kind of an envelope before a geometry -> its bytes."""
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
WGS84 = (4326, 0, -1)
"""Identifiers of degrees: WGS 84, and what says nothing."""


def read(path: Path, name: str, limits: Limits, layer: str = "") -> Buffered:
    """Read one layer.

    Parameters
    ----------
    layer : str
        Its name; the first one with features without.

    Raises
    ------
    ReadError, LimitError
        If it is no GeoPackage in degrees of WGS 84, or larger than is allowed.
    """
    if path.stat().st_size > LARGEST:
        raise LimitError(
            f"“{name}” holds more than {LARGEST // MEBIBYTE} MiB. Export what is needed as CSV."
        )
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.record)
            connection.set_authorizer(
                lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY
            )
            # What is no text must not stop the file.
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            return _layer(connection, path, name, limits, layer)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise ReadError(
            f"“{name}” cannot be read as a GeoPackage ({error}). Export it as GeoJSON or CSV."
        ) from None


def _layer(
    connection: sqlite3.Connection, path: Path, name: str, limits: Limits, wanted: str
) -> Buffered:
    tables = {
        row[0]
        for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not str(row[1]).upper().startswith("CREATE VIRTUAL")
    }
    if "gpkg_geometry_columns" not in tables:
        raise ReadError(f"“{name}” is an SQLite database. Export the table as CSV.")
    layers = {
        table: (column, system)
        for table, column, system in connection.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        )
        if table in tables
    }
    if not layers or (wanted and wanted not in layers):
        raise ReadError(f"“{name}” has no layer “{wanted}”. It has {', '.join(layers)}.")
    chosen = wanted or next(
        (t for t in layers if connection.execute(f"SELECT 1 FROM {_name(t)} LIMIT 1").fetchone()),
        next(iter(layers)),
    )
    geometry, system = layers[chosen]
    if system not in WGS84:
        raise ReadError(
            f"Layer “{chosen}” of “{name}” is in another system of coordinates than WGS 84 "
            f"(EPSG:{system}). Export it in EPSG:4326."
        )
    records = Buffered("geopackage", name, limits, has_geometry=True)
    records.sheets, records.sheet = tuple(layers), chosen
    if len(layers) > 1:
        others = ", ".join([table for table in layers if table != chosen][:20])
        records.notes += (f"Layer “{chosen}” is read; not read: {others}.",)
    cursor = connection.execute(f"SELECT * FROM {_name(chosen)}")
    columns = [column[0] for column in cursor.description]
    for row in cursor:
        record, shape = {}, None
        for column, value in zip(columns, row, strict=True):
            if column == geometry:
                shape = _shape(value)
            elif not isinstance(value, bytes):
                record[column] = sound(as_text(value))
        records.add(record, shape)
    records.close(sha256(path))
    return records


def _name(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def _shape(value: object) -> bytes | None:
    """Well-known binary of a geometry of a GeoPackage; b"" where it is none."""
    if value is None:
        return None
    if not isinstance(value, bytes) or len(value) < 8 or value[:2] != b"GP":
        return b""
    flags = value[3]
    if flags & 0b10000:
        return None
    return value[8 + ENVELOPES.get(flags >> 1 & 7, len(value)) :]
