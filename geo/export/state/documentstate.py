"""Where documents keep the state: HTML, GeoJSON, CSV, Parquet, GeoPackage, the bundle.

Nothing in them is trusted.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import struct
import zipfile

from geo.export.state.marks import (
    BLOCK,
    FILE,
    LONGEST_PARSED,
    LONGEST_STATE,
    MARK,
    MOST_PARTS,
    NAME,
    DamagedError,
)

PATIENCE = 100_000
"""Steps that SQLite may take; ours takes some hundred."""


def page(content: bytes) -> str | None:
    """Find the JSON block of a page."""
    opening = rb'<script type="application/json" id="%s">' % BLOCK.encode()
    found = re.search(re.escape(opening) + rb"([^<]{0,1048576})</script>", content)
    return found[1].decode() if found else None


def geojson(content: bytes) -> str | None:
    """Find the foreign member of GeoJSON, or the state by itself."""
    if len(content) > LONGEST_PARSED:
        raise DamagedError
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise DamagedError from error
    held = document if "marz-state" in document else document.get(NAME)
    return json.dumps(held) if isinstance(held, dict) else held if isinstance(held, str) else None


def table(content: bytes) -> str | None:
    """Find the column of a table."""
    if len(content) > LONGEST_PARSED:
        raise DamagedError
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        heading = next(lines, [])
        if heading and heading[-1].startswith(MARK):
            return heading[-1]
        column = heading.index(NAME)
        return next((row[column] for row in lines if len(row) > column and row[column]), None)
    except csv.Error as error:
        raise DamagedError from error


def bundle(content: bytes) -> str | None:
    """Find the file of a bundle."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 2**16 - 22))
    # Many entries, or the form for huge files, would take room before one could be looked at.
    if end < 0 or content[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise DamagedError
    if struct.unpack_from("<I", content, end + 12)[0] > LONGEST_STATE:
        raise DamagedError
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist()[:MOST_PARTS]:
            if entry.filename.rpartition("/")[2] != FILE:
                continue
            plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if entry.file_size > LONGEST_STATE or entry.flag_bits & 1 or not plain:
                raise DamagedError
            with archive.open(entry) as file:
                return file.read(LONGEST_STATE + 1).decode()
    return None


def parquet(content: bytes) -> str | None:
    """Find the metadata at the end of a Parquet file, without reading the file with a library."""
    (length,) = struct.unpack_from("<I", content, max(0, len(content) - 8))
    if not content.endswith(b"PAR1") or length > len(content) - 8:
        raise DamagedError
    footer = content[-8 - length : -8]
    # Thrift's compact form: key and value are bytes, each with its length before it.
    length_of_value = rb"\x18[\x80-\xff]*[\x00-\x7f]"
    value = b"(?=" + re.escape(MARK.encode()) + b")"
    found = re.search(NAME.encode() + length_of_value + value, footer)
    if not found:
        return None
    text = footer[found.end() : found.end() + LONGEST_STATE].decode("latin-1")
    _, end = json.JSONDecoder().raw_decode(text)
    return text[:end]


def geopackage(content: bytes) -> str | None:
    """Find the row of the table ``about``.

    SQLite reads a copy in memory, may do nothing but look at that table, and not for long.
    """
    if len(content) > LONGEST_PARSED:
        raise DamagedError
    connection = sqlite3.connect(":memory:")
    steps = iter(range(PATIENCE // 1000))
    try:
        connection.deserialize(content)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_STATE)
        connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
        connection.set_authorizer(_only_looking)
        known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'about'"
        if not connection.execute(known).fetchone():
            return None
        found = connection.execute("SELECT value FROM about WHERE key = ?", (NAME,)).fetchone()
    except sqlite3.Error as error:
        raise DamagedError from error
    finally:
        connection.close()
    return found[0] if found and isinstance(found[0], str) else None


def _only_looking(action: int, table: str | None, *_: str | None) -> int:
    allowed = action == sqlite3.SQLITE_SELECT or (
        action == sqlite3.SQLITE_READ and table in ("about", "sqlite_master")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
