"""JSON as a stream of records: GeoJSON, one feature or record a line, an API's list.

No member of a document is ever followed: a ``crs`` that is a link, and any system of coordinates
but WGS 84, refuses the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geo.ingest import decoding, geojson, json_records
from geo.ingest.batch import Batch, Source
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.report import Finding, of_rows
from geo.model import LimitError, ReadError


def is_feature(record: Any) -> bool:
    """Whether a record is a feature of GeoJSON."""
    return (
        isinstance(record, dict)
        and record.get("type") == "Feature"
        and ("geometry" in record or isinstance(record.get("properties"), dict))
    )


def is_shape(record: Any) -> bool:
    """Whether a record is a geometry by itself."""
    return (
        isinstance(record, dict)
        and record.keys() <= {"type", "coordinates", "geometries", "bbox"}
        and record.get("type") in (*geojson.SHAPES, "GeometryCollection")
    )


def parts_of(record: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Properties of a feature, its id among them, and its geometry; or a record itself and None."""
    if is_shape(record):
        return {}, record
    if not is_feature(record):
        return flat(record), None
    properties = record.get("properties")
    if isinstance(properties, dict):
        found = flat(properties)
    else:
        # RFC 7946 wants an object; whatever else is there is kept.
        found = {"properties": properties} if properties else {}
    if "id" in record and "id" not in found:
        found = {**found, "id": record["id"]}
    return found, record.get("geometry")


def flat(record: dict[str, Any], before: str = "", depth: int = 0) -> dict[str, Any]:
    """A record without objects within: ``location.lat`` for what is in ``location``.

    A geometry, or what is nested more deeply than people mean it, stays as it is.
    """
    if dict not in map(type, record.values()) and not before:
        return record
    found: dict[str, Any] = {}
    for key, value in record.items():
        if type(value) is dict and depth < DEEPEST and "coordinates" not in value:
            found |= flat(value, f"{before}{key}.", depth + 1)
        else:
            found[f"{before}{key}"] = value
    return found


def texts(values: list[Any]) -> pa.Array:
    """Values of JSON as a column of text; see `as_text`."""
    if not set(map(type, values)) <= {str, type(None)}:
        values = list(map(as_text, values))
    return pa.array(values, pa.string())


def as_text(value: Any) -> str | None:
    """A value of JSON as a cell; of a list of texts its parts with ``;`` between."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list) and all(isinstance(v, str) and ";" not in v for v in value):
        return ";".join(value)
    if isinstance(value, list) and all(isinstance(v, dict) and "line" in v for v in value):
        return "; ".join(_citation(source) for source in value)
    return json.dumps(value, ensure_ascii=False)


def _citation(source: dict[str, Any]) -> str:
    """A source of Marz's GeoJSON in the words of its CSV."""
    parts = (source.get(key) for key in ("line", "paragraphs", "url"))
    return ", ".join(part for part in parts if isinstance(part, str) and part)


BLOCK = 4 * 2**20
DEEPEST = 3
SYSTEMS = ("crs84", "4326")
"""Ends of the names of WGS 84 in degrees."""


class Documents(Source):
    """A JSON file that was looked at; see `geo.ingest.batch.Source`."""

    def __init__(self, path: Path, name: str, limits: Limits, *, block: int = BLOCK) -> None:
        self._path, self._name, self._limits, self._block = path, name, limits, block
        _, self._codec, self._mark, guessed = decoding.begin(path, name, limits)
        if guessed:
            raise ReadError(f"“{name}” is not UTF-8, as JSON must be. Save it again as UTF-8.")
        self.container = "json"
        self.encoding = decoding.ENCODINGS[self._codec]
        self.total = path.stat().st_size
        self._outline, self._before = self._begin()
        self._check_document(self._before, b"")
        blobs = next((blobs for blobs, *_ in self._records()), [])
        records = [one for one in json_records.records(blobs, limits) if isinstance(one, dict)]
        self.has_geometry = any(is_feature(one) or is_shape(one) for one in records)
        names: dict[str, None] = {}
        for record in records:
            names.update(dict.fromkeys(parts_of(record)[0]))
        self.columns = tuple(name for name in names if not decoding.is_unsound(name))
        limits.check_columns(len(self.columns), name, "properties")
        if not self.columns and not self.has_geometry:
            raise ReadError(
                f"“{name}” is JSON without a record that can be read. Give features or objects."
            )
        self._late: set[str] = set()

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read records; see `geo.ingest.batch.Source`."""
        wanted = [name for name in wanted if name in self.columns]
        for blobs, refused, done in self._records():
            yield self._batch(blobs, refused, wanted, done)
        if self._late:
            shown = ", ".join(sorted(self._late)[:10])
            self.notes += (f"Properties that first appear far down are not kept: {shown}.",)

    # ------------------------------------------------------------ document
    @contextmanager
    def _open(self) -> Iterator[decoding.Utf8]:
        with closing(decoding.Bytes(self._path, self._limits)) as source:
            yield decoding.Utf8(source, self._codec, self._mark)

    def _begin(self) -> tuple[json_records.Outline, bytes]:
        """Find where the records begin, and what stands before them."""
        head = b""
        with self._open() as text:
            while True:
                more = text.read(self._block)
                head += more
                found = json_records.outline(head)
                if found is not None:
                    self._lone(found, head, final=not more)
                    return found, head[: found.start]
                if not more or len(head) > self._limits.record:
                    break
        raise ReadError(
            f"“{self._name}” is JSON, or looks like it, but holds no list of features or records."
        )

    def _lone(self, found: json_records.Outline, head: bytes, *, final: bool) -> None:
        """Refuse one object by itself that is no feature: it describes something else."""
        if found.base:
            return
        cut = json_records.cut(head[found.start :], 0, final=final)
        start, end, depth = cut.spans[0]
        record = json_records.record(
            head[found.start + start : found.start + end], depth, self._limits
        )
        kind = record.get("type") if isinstance(record, dict) else None
        if len(cut.spans) == 1 and not is_feature(record) and not is_shape(record):
            called = f" of type “{str(kind)[:40]}”" if kind else ""
            raise ReadError(
                f"“{self._name}” is one JSON object{called}, not a list of features or records. "
                "Give GeoJSON, a list of objects, or one object a line."
            )

    def _check_document(self, before: bytes, after: bytes) -> None:
        """Look at the members beside the list of features."""
        if self._outline.base != 2:
            return
        closing = after or b"]}"
        try:
            if json_records.cut(before + closing, 0, final=True).spans[0][2] > self._limits.depth:
                raise ValueError("it is nested too deeply")
            members = json.loads(
                (before + closing).decode("utf-8"), parse_constant=json_records.constant
            )
        except (ValueError, IndexError, RecursionError) as error:
            raise ReadError(
                f"“{self._name}” is no JSON beside its features ({error}). Export it again."
            ) from None
        if self._outline.key == "features" and members.get("type") != "FeatureCollection":
            raise ReadError(f"“{self._name}” is not a FeatureCollection of RFC 7946.")
        crs = members.get("crs")
        if crs is None:
            return
        name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
        if not (isinstance(name, str) and name.lower().endswith(SYSTEMS)):
            raise ReadError(
                f"“{self._name}” says that its coordinates are of another system than WGS 84 "
                "(member crs), or where to look it up; Marz never follows such a link. Export it "
                "in WGS 84, as RFC 7946 has it."
            )

    # ------------------------------------------------------------ records
    def _records(self) -> Iterator[tuple[list[tuple[int, bytes, int]], list[Finding], int]]:
        """Number, bytes and depth of each record, a block at a time."""
        outline, limits = self._outline, self._limits
        number, final, closed = 1, False, False
        with self._open() as text:
            rest = decoding.skip(text, outline.start)
            while not final and not closed:
                more = text.read(self._block)
                final = not more
                rest += more
                cut = json_records.cut(rest, outline.base, final=final)
                closed = cut.closed
                if not cut.spans and not closed:
                    if len(rest) > limits.record:
                        raise LimitError(
                            f"Record {number} is larger than {limits.record // MEBIBYTE} MiB, or "
                            "does not end. Raise MARZ_LIMIT_RECORD if it is right."
                        )
                    if not final:
                        continue
                blobs: list[tuple[int, bytes, int]] = []
                odd: list[tuple[int, str]] = []
                place = 0
                for start, end, depth in cut.spans:
                    number = _between(rest[place:start], number, odd)
                    blobs.append((number, rest[start:end], depth))
                    place, number = end, number + 1
                number = _between(rest[place : cut.end if not final else None], number, odd)
                rest = rest[cut.end :]
                yield blobs, of_rows({"record": odd}), text.source.done
            if closed and outline.base == 2:
                tail = rest + text.read(MEBIBYTE)
                self._check_document(self._before, tail)
            while text.read(self._block):
                pass
            self.sha256 = text.source.hash.hexdigest()

    def _batch(
        self,
        blobs: list[tuple[int, bytes, int]],
        refused: list[Finding],
        wanted: Sequence[str],
        done: int,
    ) -> Batch:
        numbers: list[int] = []
        rows: list[dict[str, Any]] = []
        shapes: list[Any] = []
        wrong: dict[str, list[tuple[int, str]]] = {}
        known = set(self.columns)
        records = json_records.records(blobs, self._limits)
        for (number, blob, _), record in zip(blobs, records, strict=True):
            properties, shape = parts_of(record) if isinstance(record, dict) else (None, None)
            if properties is None or len(properties) > self._limits.columns:
                shown = blob[:200].decode("utf-8", errors="replace")
                wrong.setdefault("record", []).append((number, shown))
                continue
            # A lone surrogate can only be written as an escape.
            if b"\\u" in blob and any(
                decoding.is_unsound(as_text(properties.get(name))) for name in wanted
            ):
                wrong.setdefault("bytes", []).append((number, ""))
                continue
            if not properties.keys() <= known:
                self._late |= properties.keys() - known
            numbers.append(number)
            rows.append(properties)
            shapes.append(shape)
        findings = refused + of_rows(wrong)
        table = pa.table({n: texts([r.get(n) for r in rows]) for n in wanted})
        if not wanted:
            table = pa.table({"": pa.nulls(len(rows), pa.string())})
        return Batch(
            table=table,
            numbers=np.asarray(numbers, dtype=np.int64),
            read=len(rows) + sum(len(finding.rows) for finding in findings),
            refused=findings,
            done=done,
            geometry=geojson.geometries(shapes) if self.has_geometry else None,
        )


def _between(gap: bytes, number: int, odd: list[tuple[int, str]]) -> int:
    """Count what stands between records and is none: 17, "text", a torn end."""
    if not gap.strip(b", \t\r\n\x1e"):
        return number
    torn = min(
        (place for bracket in (b"{", b"[") if (place := gap.find(bracket)) >= 0), default=len(gap)
    )
    # A record that does not end is one, whatever is in it.
    parts = [*gap[:torn].replace(b"\n", b",").split(b","), gap[torn:]]
    for part in parts:
        stray = part.strip(b" \t\r\x1e")
        if stray:
            odd.append((number, stray[:200].decode("utf-8", errors="replace")))
            number += 1
    return number
