"""A zipped Shapefile: its shapes, the table beside them, and the system that they are in."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely

from geo.ingest.buffered import LARGEST, Buffered, sha256, sound
from geo.ingest.limits import MEBIBYTE, Limits
from geo.model import LimitError, ReadError

DRIVERS = {0x57: "cp1252", 0xC9: "cp1251", 0x65: "cp866", 0x26: "cp866"}
"""Byte of a .dbf that names its encoding -> codec."""
POINTS, MANY, LINES, AREAS = (1, 11, 21), (8, 18, 28), (3, 13, 23), (5, 15, 25)
"""Types of shapes, each flat, with height and with a measure."""
WRONG = (struct.error, ValueError, IndexError, shapely.errors.ShapelyError)


def read(path: Path, name: str, limits: Limits) -> Buffered:
    """Read the first shapefile of an archive.

    Raises
    ------
    ReadError, LimitError
        If it is none in degrees of WGS 84, or larger than is allowed.
    """
    records = Buffered("shapefile", name, limits, has_geometry=True)
    try:
        parts = _parts(path, name, records)
        _check_system(parts.get(".prj", b""), name, records)
        rows = _table(parts[".dbf"], parts.get(".cpg", b"")) if ".dbf" in parts else iter(())
        for shape, record in zip_longest(_shapes(parts[".shp"]), rows):
            if record is not DELETED:
                records.add(record or {}, shape)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, *WRONG) as error:
        raise ReadError(
            f"“{name}” is a damaged Shapefile ({error}). Export it again, or as GeoJSON."
        ) from None
    records.close(sha256(path))
    return records


def _parts(path: Path, name: str, records: Buffered) -> dict[str, bytes]:
    """Files of the first shapefile by their endings."""
    total = 0
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        files = [PurePosixPath(entry) for entry in archive.namelist()]
        stems = [file.with_suffix("") for file in files if file.suffix.lower() == ".shp"]
        if len(stems) > 1:
            others = ", ".join(stem.name for stem in stems[1:20])
            records.notes += (f"“{stems[0].name}” is read; not read: {others}.",)
        for file in files:
            ending = file.suffix.lower()
            if file.with_suffix("") != stems[0] or ending not in (".shp", ".dbf", ".prj", ".cpg"):
                continue
            with archive.open(str(file)) as member:
                parts[ending] = member.read(LARGEST - total + 1)
            total += len(parts[ending])
            if total > LARGEST:
                raise LimitError(
                    f"“{name}” unpacks to more than {LARGEST // MEBIBYTE} MiB. Export what is "
                    "needed as CSV."
                )
    if ".dbf" not in parts:
        records.notes += (
            "The table of the Shapefile (.dbf) is missing: its shapes alone are read.",
        )
    return parts


def _check_system(text: bytes, name: str, records: Buffered) -> None:
    told = text.decode("utf-8", "replace").strip().upper()
    if not told:
        records.notes += (
            "The Shapefile does not say its system of coordinates (.prj): they are taken as "
            "degrees of WGS 84.",
        )
    elif not (re.match(r"GEOG", told) and re.search(r"WGS[_ ]*(19)?84", told)):
        raise ReadError(
            f"“{name}” is in another system of coordinates than WGS 84: "
            f"{told[:60]}. Export it in EPSG:4326."
        )


def _shapes(data: bytes) -> Iterator[bytes | None]:
    if struct.unpack_from(">i", data)[0] != 9994:
        raise ValueError("its .shp is none")
    place = 100
    while place + 12 <= len(data):
        length = 2 * struct.unpack_from(">i", data, place + 4)[0]
        if length < 4:
            raise ValueError("a shape has no length")
        body = data[place + 8 : place + 8 + length]
        place += 8 + length
        try:
            yield _shape(body)
        except WRONG:
            yield b""


def _shape(body: bytes) -> bytes | None:
    (kind,) = struct.unpack_from("<i", body)
    if kind == 0:
        return None
    if kind in POINTS:
        return bytes(shapely.to_wkb(shapely.Point(*struct.unpack_from("<2d", body, 4))))
    if kind in MANY:
        (count,) = struct.unpack_from("<i", body, 36)
        return bytes(shapely.to_wkb(shapely.MultiPoint(_pairs(body, 40, count))))
    if kind not in (*LINES, *AREAS):
        return b""
    parts, count = struct.unpack_from("<2i", body, 36)
    starts = [*struct.unpack_from(f"<{parts}i", body, 44), count]
    pairs = _pairs(body, 44 + 4 * parts, count)
    pieces = [pairs[a:b] for a, b in pairwise(starts)]
    if kind in LINES:
        made = [shapely.LineString(piece) for piece in pieces]
        return bytes(shapely.to_wkb(made[0] if len(made) == 1 else shapely.MultiLineString(made)))
    return bytes(shapely.to_wkb(_area(pieces)))


def _area(pieces: list[Any]) -> Any:
    """Polygons of rings: those that run clockwise are shells, others holes of one of them."""
    rings = [shapely.LinearRing(piece) for piece in pieces]
    if len(rings) == 1:
        return shapely.Polygon(rings[0])
    if len(rings) > 1000:
        return shapely.build_area(shapely.MultiLineString(rings))
    shells = [[ring, []] for ring in rings if not ring.is_ccw]
    for hole in (ring for ring in rings if ring.is_ccw):
        point = shapely.Point(hole.coords[0])
        around = (shell for shell in shells if shapely.Polygon(shell[0]).covers(point))
        if (shell := next(around, None)) is not None:
            shell[1].append(hole)
        else:
            shells.append([hole, []])
    made = [shapely.Polygon(shell, holes) for shell, holes in shells]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


def _pairs(body: bytes, place: int, count: int) -> Any:
    if count <= 0 or place + 16 * count > len(body):
        raise ValueError("a shape breaks off")
    return np.frombuffer(body, "<f8", 2 * count, place).reshape(-1, 2)


DELETED: dict[str, str | None] = {}
"""Stands for a row that was deleted and not yet taken out."""


def _table(data: bytes, page: bytes) -> Iterator[dict[str, str | None]]:
    rows, header, width = struct.unpack_from("<IHH", data, 4)
    codec = _codec(page, data[29], data[header : header + 2**20])
    fields: list[tuple[str, str, int, int]] = []
    place, offset = 32, 1
    while place + 32 <= header and data[place] != 0x0D:
        named = data[place : place + 11].split(b"\0")[0].decode(codec, "replace")
        kind, length = chr(data[place + 11]), data[place + 16]
        fields.append((named, kind, offset, length))
        place, offset = place + 32, offset + length
    for row in range(min(rows, (len(data) - header) // max(width, 1))):
        start = header + row * width
        if data[start : start + 1] == b"*":
            yield DELETED
            continue
        record = {}
        for named, kind, at, length in fields:
            raw = data[start + at : start + at + length].strip(b" \0")
            record[named] = sound(_value(raw.decode(codec, "replace"), kind))
        yield record


def _value(text: str, kind: str) -> str:
    if kind == "D" and not text.strip("0"):
        return ""
    if kind in "NF" and not text.strip("*"):
        return ""
    if kind == "L":
        return {"T": "true", "Y": "true", "F": "false", "N": "false"}.get(text.upper(), "")
    return text


def _codec(page: bytes, driver: int, sample: bytes) -> str:
    """Encoding of the table: as .cpg says, or the table itself, or else by the bytes."""
    said = page.decode("ascii", "replace").strip().lower()
    for codec in (said, f"cp{re.sub(r'[^0-9]', '', said)}"):
        try:
            return codecs.lookup(codec).name
        except (LookupError, ValueError):
            continue
    if driver in DRIVERS:
        return DRIVERS[driver]
    try:
        sample[: len(sample) // 2].decode("utf-8")
    except UnicodeDecodeError as error:
        return "cp1251" if error.end < len(sample) // 2 else "utf-8"
    return "utf-8"
