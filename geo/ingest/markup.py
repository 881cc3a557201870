"""KML, KMZ and GPX as a stream of XML: no document type, no entity, no link is ever followed."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar
from xml.parsers import expat

from geo.ingest import decoding, geojson
from geo.ingest.buffered import LARGEST, Buffered, sha256
from geo.ingest.limits import MEBIBYTE, Limits
from geo.model import LimitError, ReadError

PIECE = 64 * 1024
KMZ_RATIO = 200
KML_FIELDS = {
    "Placemark": ("name", "description", "address"),
    "TimeStamp": ("when",),
    "TimeSpan": ("begin", "end"),
}
"""Element of KML -> elements in it that are kept under their names."""


def read_kml(path: Path, name: str, limits: Limits) -> Buffered:
    """Read the placemarks of a KML file, or of the first one in a KMZ archive.

    Raises
    ------
    ReadError, LimitError
        If it is none, or larger than is allowed.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    records = Buffered("kmz" if packed else "kml", name, limits, has_geometry=True)
    reader = _Kml(records)
    if not packed:
        return _read(path, name, limits, reader)
    try:
        with zipfile.ZipFile(path) as archive:
            inner = [e for e in archive.infolist() if e.filename.lower().endswith(".kml")]
            inner.sort(key=lambda entry: entry.filename.lower() != "doc.kml")
            if len(inner) > 1:
                others = ", ".join(entry.filename for entry in inner[1:10])
                records.notes += (f"“{inner[0].filename}” is read; not read: {others}.",)
            most = min(limits.size, max(KMZ_RATIO * path.stat().st_size, 16 * MEBIBYTE))
            with archive.open(inner[0]) as file:
                _parse(file.read, name, limits, reader, most)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise ReadError(f"“{name}” is a damaged archive ({error}). Save it again.") from None
    return reader.closed(sha256(path))


def read_gpx(path: Path, name: str, limits: Limits) -> Buffered:
    """Read waypoints as points, routes and tracks as lines; as `read_kml`."""
    records = Buffered("gpx", name, limits, has_geometry=True)
    return _read(path, name, limits, _Gpx(records))


def _read(path: Path, name: str, limits: Limits, reader: _Kml | _Gpx) -> Buffered:
    with closing(decoding.Bytes(path, limits)) as source:
        _parse(source.read, name, limits, reader)
    return reader.closed(source.hash.hexdigest())


def _parse(
    read: Callable[[int], bytes],
    name: str,
    limits: Limits,
    reader: _Kml | _Gpx,
    most: float = math.inf,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts: list[str] = []
    stack: list[str] = []
    size = total = 0

    def forbidden(*_: Any) -> None:
        raise ReadError(
            f"“{name}” holds a document type or entities, which Marz never reads. Export it again."
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal size
        stack.append(tag.rpartition(":")[2])
        if len(stack) > limits.depth:
            raise ReadError(f"“{name}” is nested too deeply. Export it again.")
        texts.clear()
        size = 0
        reader.start(stack, attributes)

    def end(_: str) -> None:
        reader.end(stack, "".join(texts).strip())
        stack.pop()
        texts.clear()

    def text(part: str) -> None:
        nonlocal size
        size += len(part)
        if size > limits.record:
            raise LimitError(
                f"“{name}” holds a text longer than {limits.record // MEBIBYTE} MiB. Raise "
                "MARZ_LIMIT_RECORD if it is right."
            )
        texts.append(part)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbidden
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    try:
        while piece := read(PIECE):
            total += len(piece)
            if total > most:
                raise LimitError(f"“{name}” unpacks to more than Marz takes. Save it as CSV.")
            if total > LARGEST:
                raise LimitError(
                    f"“{name}” holds more than {LARGEST // MEBIBYTE} MiB of XML. Save it as CSV."
                )
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # no such encoding: a LookupError
        raise ReadError(f"“{name}” is damaged XML ({error}). Export it again.") from None


class _Reader:
    """What elements of a file mean."""

    def __init__(self, records: Buffered) -> None:
        self.records = records
        self.fields: dict[str, str | None] | None = None
        self.shapes: list[dict[str, Any]] = []

    def keep(self, field: str, text: str) -> None:
        """Keep a field of the record, the first of each name."""
        if self.fields is not None and text:
            self.fields.setdefault(field, text)

    def flush(self) -> None:
        """Hand over the record and its shape."""
        shape: dict[str, Any] | None = None
        if len(self.shapes) == 1:
            shape = self.shapes[0]
        elif self.shapes:
            shape = {"type": "GeometryCollection", "geometries": self.shapes}
        self.records.add(self.fields or {}, geojson.geometries([shape])[0].as_py())
        self.fields, self.shapes = None, []

    def closed(self, fingerprint: str) -> Buffered:
        self.records.close(fingerprint)
        return self.records


def _positions(text: str) -> list[list[float]]:
    """Positions of KML: longitude, latitude and height with commas, blanks between."""
    try:
        return [[float(part) for part in group.split(",")[:2]] for group in text.split()]
    except ValueError:
        return []


class _Kml(_Reader):
    def __init__(self, records: Buffered) -> None:
        super().__init__(records)
        self.folders: list[str] = []
        self.data = ""
        self.rings: list[list[list[float]]] = []
        self.links = self.tracks = 0

    def start(self, stack: list[str], attributes: dict[str, str]) -> None:
        tag = stack[-1]
        if tag == "Placemark":
            self.fields = {}
            self.keep("id", attributes.get("id", ""))
        elif tag in ("Folder", "Document"):
            self.folders.append("")
        elif tag in ("Data", "SimpleData"):
            self.data = attributes.get("name", "")
        elif tag == "Polygon":
            self.rings = []
        self.links += tag == "NetworkLink"
        self.tracks += tag == "Track"

    def end(self, stack: list[str], text: str) -> None:
        tag, parent = stack[-1], stack[-2] if len(stack) > 1 else ""
        if tag in ("Folder", "Document"):
            self.folders.pop()
        elif tag == "name" and parent in ("Folder", "Document") and self.folders:
            self.folders[-1] = text
        elif self.fields is None:
            return
        elif tag == "Placemark":
            if len(self.folders) > 1 and self.folders[-1]:
                self.keep("folder", self.folders[-1])
            self.flush()
        elif tag in KML_FIELDS.get(parent, ()):
            self.keep(tag, text)
        elif tag == "SimpleData" or (tag == "value" and parent == "Data"):
            self.keep(self.data, text)
        elif tag == "coordinates":
            self._coordinates(stack, _positions(text))
        elif tag == "Polygon":
            self.shapes.append({"type": "Polygon", "coordinates": self.rings})

    def _coordinates(self, stack: list[str], found: list[list[float]]) -> None:
        parent = stack[-2]
        if parent == "Point":
            self.shapes.append({"type": "Point", "coordinates": found[0] if found else []})
        elif parent == "LineString":
            self.shapes.append({"type": "LineString", "coordinates": found})
        elif parent == "LinearRing" and "Polygon" in stack:
            outer = "outerBoundaryIs" in stack
            self.rings.insert(0 if outer else len(self.rings), found)

    def closed(self, fingerprint: str) -> Buffered:
        for count, what in ((self.links, "Links to other files"), (self.tracks, "Tracks (gx)")):
            if count:
                self.records.notes += (f"{what} are not read: {count:,}.",)
        return super().closed(fingerprint)


class _Gpx(_Reader):
    NAMES: ClassVar[dict[str, str]] = {"time": "date", "desc": "description", "cmt": "comment"}

    def __init__(self, records: Buffered) -> None:
        super().__init__(records)
        self.line: list[list[float]] = []

    def start(self, stack: list[str], attributes: dict[str, str]) -> None:
        tag = stack[-1]
        if tag in ("wpt", "rte", "trk"):
            self.fields = {}
            self.line = []
        if tag == "trkseg":
            self.line = []
        if tag in ("wpt", "rtept", "trkpt"):
            try:
                point = [float(attributes["lon"]), float(attributes["lat"])]
            except (KeyError, ValueError):
                point = []
            if tag == "wpt":
                self.shapes.append({"type": "Point", "coordinates": point})
            else:
                self.line.append(point)

    def end(self, stack: list[str], text: str) -> None:
        tag, parent = stack[-1], stack[-2] if len(stack) > 1 else ""
        if tag in ("trkseg", "rte") and self.line:
            self.shapes.append({"type": "LineString", "coordinates": self.line})
        if tag in ("wpt", "rte", "trk"):
            self.flush()
        elif parent in ("wpt", "rte", "trk") or (tag == "time" and parent in ("trkpt", "rtept")):
            self.keep(self.NAMES.get(tag, tag), text)
