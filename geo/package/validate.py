"""What no single cell or feature shows: licences, checksums, the join with layers, cycles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.model import Problem
from geo.package import tables
from geo.vocabulary import COLLECTIONS, DATE_BASES, EVENT_TYPES, STATUSES, TAGS

TABLES: dict[str, tuple[str, ...]] = {
    "incidents": (
        *("id", "date", "date_basis", "collection", "title", "summary"),
        *("event_type", "sub_event_type"),
        *("status", "border", "place_id", "place_note", "geo_precision", "countries", "actors"),
        *("fatalities_low", "fatalities_high", "injuries_low", "injuries_high"),
        *("part_of", "distinct_from", "tags", "audited", "note"),
    ),
    "claims": (
        *("incident_id", "claimant", "stance", "statement", "date", "fatalities"),
        *("source_id", "paragraphs", "audited"),
    ),
    "citations": ("incident_id", "source_id", "paragraphs"),
    "sources": ("id", "title", "author", "publisher", "published", "url", "language", "note"),
}
"""Table -> the columns that the library works with; a package may have more."""
NUMBERS = frozenset(
    ("fatalities_low", "fatalities_high", "injuries_low", "injuries_high", "fatalities")
)
JOINED = ("places", "exclaves", "districts", "regions", "countries", "stretches", "borders")
"""Layers that a record may hang on."""
UNLOCATED = "unlocated"
"""Stands for a layer: places without a geometry, drawn on what they lie within."""
KINDS = {
    "exact": ("places",),
    "near": ("places",),
    "district": ("places", "exclaves", "districts", "regions", "stretches", UNLOCATED),
    "province": ("regions", "stretches", UNLOCATED),
    "border": ("borders", "stretches", UNLOCATED),
    "country": ("countries", UNLOCATED),
}
"""Geographic precision -> the layers on which such a record may hang."""
SLUG = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
"""Ids reach the map, addresses and file names, so they hold nothing that could run there."""
VOCABULARIES: dict[str, tuple[str, ...]] = {
    "event_type": tuple(EVENT_TYPES),
    "status": STATUSES,
    "collection": tuple(COLLECTIONS),
    "geo_precision": ("", *KINDS),
    "date_basis": ("", *DATE_BASES),
}


def is_layer(resource: dict[str, Any]) -> bool:
    """Whether a resource is GeoJSON."""
    return resource.get("mediatype") == "application/geo+json" or str(resource["path"]).endswith(
        ".geojson"
    )


def is_table(resource: dict[str, Any]) -> bool:
    """Whether a resource is a CSV table with a schema, so that each cell can be checked."""
    has_schema = isinstance((resource.get("schema") or {}).get("fields"), list)
    return has_schema and str(resource["path"]).endswith(".csv")


def schema_gaps(name: str, resource: dict[str, Any]) -> list[str]:
    """What the schema of a table lacks, in words; empty when it will do."""
    fields = (resource.get("schema") or {}).get("fields") or []
    types = {field.get("name"): field.get("type") for field in fields}
    gaps = [f"{name}.{column}" for column in TABLES[name] if column not in types]
    gaps += [
        f"{name}.{column} as an integer"
        for column in TABLES[name]
        if column in NUMBERS and types.get(column, "integer") != "integer"
    ]
    return gaps


def drop_odd_licences(resources: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Take out of the descriptors, in place, what is no licence, and name it.

    Everything that lists licences may then rely on dictionaries of text.
    """
    for name, resource in resources.items():
        given = resource.get("licenses") or []
        found = given if isinstance(given, list) else [given]
        good = [
            licence
            for licence in found
            if isinstance(licence, dict)
            and all(isinstance(licence.get(part, ""), str) for part in ("name", "title", "path"))
        ]
        if given != good:
            yield Problem(
                "datapackage.json",
                name,
                "has a licence that is no object of name, title and path in words. Write it so.",
            )
        resource["licenses"] = good


def resource_problems(directory: Path, resources: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Check licences, checksums and the presence of files."""
    for name, resource in resources.items():
        file = Path(resource["path"]).name
        path = directory / resource["path"]
        licences = resource.get("licenses") or []
        if not licences or not all(licence.get("name") for licence in licences):
            yield Problem("datapackage.json", name, "names no licence. Add one to the resource.")
        for licence in licences:
            text = licence.get("path", "")
            if text and not tables.is_web_address(text) and not (directory / text).is_file():
                yield Problem("datapackage.json", name, f"its licence text {text} is missing.")
        if not path.is_file():
            if not is_layer(resource) and name not in TABLES and not is_table(resource):
                yield Problem(file, "-", "the file is missing. Restore it.")
        elif resource.get("hash"):
            actual = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
            if actual != resource["hash"]:
                yield Problem(
                    file,
                    "-",
                    "its SHA-256 is not the one in datapackage.json. Rebuild the layers, "
                    "or restore the file.",
                )
        elif name not in TABLES and not is_table(resource):
            yield Problem("datapackage.json", name, "has no SHA-256. Add its hash.")


def incident_problems(
    incidents: pd.DataFrame,
    seen: frozenset[str],
    loaded: dict[str, gpd.GeoDataFrame],
    unlocated: pd.DataFrame,
    resources: dict[str, dict[str, Any]],
) -> Iterator[Problem]:
    """Check what no single cell shows: pairs of fields, the join with layers, cycles."""
    where: dict[str, str] = {}
    for name in JOINED:
        frame = loaded.get(name)
        if frame is None:
            continue
        file = Path(resources[name]["path"]).name
        for feature_id in frame.loc[frame["place_id"] == "", "id"]:
            yield Problem(file, feature_id, "has no place_id, so no record can hang on it.")
        for place_id in frame["place_id"].unique():
            if place_id and not SLUG.fullmatch(str(place_id)):
                yield Problem(
                    file,
                    str(place_id),
                    "place_id has other characters than letters, digits, hyphens.",
                )
        for place_id, group in frame[frame["place_id"] != ""].groupby("place_id", sort=False):
            if place_id in where:
                yield Problem(file, str(place_id), f"is a place of {where[place_id]} already.")
            where.setdefault(str(place_id), name)
            if overlap := _overlap(group):
                yield Problem(file, str(place_id), overlap)
    borders = {place for place, name in where.items() if name == "borders"}
    yield from _unlocated_problems(unlocated, where)
    parents = dict(zip(incidents["id"], incidents["part_of"], strict=True))
    for row in incidents.to_dict("records"):
        for message in _row_problems(row, where, borders, seen):
            yield Problem("incidents.csv", row["id"], message)
        if row["id"] in tables.holders(row["id"], parents):
            yield Problem("incidents.csv", row["id"], "field part_of: leads back to itself.")


def _unlocated_problems(unlocated: pd.DataFrame, where: dict[str, str]) -> Iterator[Problem]:
    """Check that whatever has no geometry lies within something that has one."""
    rows = unlocated.to_dict("records")
    within = {str(row["place_id"]): str(row["within"]) for row in rows}
    for row in rows:
        place = str(row["place_id"])
        if not SLUG.fullmatch(place):
            yield Problem("places", str(row["id"]), "place_id is not letters, digits, hyphens.")
        elif place in where:
            yield Problem("places", place, f"is a place of {where[place]} already.")
        else:
            where[place] = UNLOCATED
            last = [place, *tables.holders(place, within)][-1]
            if where.get(last, UNLOCATED) == UNLOCATED:
                yield Problem(
                    "places",
                    place,
                    f"has no geometry and lies within {within[place]!r}, which leads to none. "
                    "Name a place of a layer.",
                )


def _row_problems(
    row: dict[str, Any], where: dict[str, str], borders: set[str], seen: frozenset[str]
) -> Iterator[str]:
    if not SLUG.fullmatch(row["id"]):
        yield "field id: has other characters than letters, digits and hyphens. Rename it."
    for column, known in VOCABULARIES.items():
        if row[column] not in known:
            yield f"field {column}: {row[column]!r} is not one of {', '.join(filter(None, known))}."
    place, precision = row["place_id"], row["geo_precision"]
    if place and place not in where:
        yield f"field place_id: {place!r} is in no layer. Add the feature, or leave it blank."
    elif place and not precision:
        yield "field geo_precision: is blank, but a place is given. Say how exact it is."
    elif place and where[place] not in KINDS.get(precision, JOINED):
        yield (
            f"field geo_precision: {precision!r} does not go with {place!r}, "
            f"which is in the layer {where[place]}."
        )
    elif precision and not place:
        yield "field geo_precision: is given without a place. Leave it blank."
    if row["border"] not in borders:
        yield f"field border: {row['border']!r} is no border of the layer borders."
    kind, sub = row["event_type"], row["sub_event_type"]
    if sub and kind in EVENT_TYPES and sub not in EVENT_TYPES[kind][1]:
        yield f"field sub_event_type: {sub!r} is no sub-event of {kind!r}."
    for tag in tables.split(row["tags"]):
        if tag not in TAGS:
            yield f"field tags: {tag!r} is not one of {', '.join(TAGS)}."
    for other in tables.split(row["distinct_from"]):
        if other not in seen:
            yield f"field distinct_from: there is no incident {other!r}."
    if row["date"] and not row["date_basis"]:
        yield "field date_basis: is blank, but a date is given. Write stated or inferred."
    for what in ("fatalities", "injuries"):
        low, high = row[f"{what}_low"], row[f"{what}_high"]
        if pd.notna(low) and pd.notna(high) and low > high:
            yield f"field {what}_low: {low} is above {what}_high ({high}). Exchange the two."
    if row["part_of"] and row["part_of"] not in seen:
        yield f"field part_of: there is no incident {row['part_of']!r}."


def unlinked(name: str, column: str, target: str, values: Iterable[str]) -> Iterator[Problem]:
    """Name the keys in a column of a table for which the target has no row."""
    for value in values:
        yield Problem(
            f"{name}.csv",
            str(value) or "-",
            f"field {column}: there is no such row in {target}.csv. Add it or mend the id.",
        )


def twin_problems(incidents: pd.DataFrame) -> Iterator[Problem]:
    """Find records of one border, date and place that nothing tells apart or links."""
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    compared = ["border", "date", "place_id", "id", "part_of", "distinct_from"]
    for row in incidents[compared].to_dict("records"):
        if row["place_id"] and row["date"]:
            groups.setdefault((row["border"], row["date"], row["place_id"]), []).append(row)
    for group in groups.values():
        for first, second in combinations(group, 2):
            linked = (
                first["part_of"] == second["id"]
                or second["part_of"] == first["id"]
                or (first["part_of"] and first["part_of"] == second["part_of"])
                or second["id"] in tables.split(first["distinct_from"])
                or first["id"] in tables.split(second["distinct_from"])
            )
            if not linked:
                yield Problem(
                    "incidents.csv",
                    second["id"],
                    f"has border, date and place of {first['id']}. If they are one event, merge "
                    "them or set part_of; if not, name the other in distinct_from.",
                )


def _overlap(group: gpd.GeoDataFrame) -> str:
    """Say where the vintages of one place claim the same day."""
    spans = []
    for start, end in zip(group["valid_from"], group["valid_to"], strict=True):
        try:
            spans.append(
                (
                    date.fromisoformat(start) if start else date.min,
                    date.fromisoformat(end) if end else date.max,
                )
            )
        except (TypeError, ValueError):
            return f"valid_from {start!r} or valid_to {end!r} is no ISO date."
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            return f"two of its vintages are valid on {start}. Set valid_from and valid_to apart."
    return ""
