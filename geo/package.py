"""The only reader of a data package; loads what is good and reports everything that is not."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import edtf, layers, tables
from geo.errors import PackageError
from geo.model import Interval, Problem
from geo.tables import split
from geo.vocabulary import DATE_BASES, EVENT_TYPES, STANCES, STATUSES

TABLES = ("incidents", "claims", "citations", "sources")
JOINED = ("places", "exclaves", "regions", "countries", "borders")
"""Layers that a record may hang on."""
KINDS = {
    "exact": ("places",),
    "near": ("places",),
    "district": ("places", "exclaves", "regions"),
    "province": ("regions",),
    "border": ("borders",),
    "country": ("countries",),
}
"""Geographic precision -> the layers on which such a record may hang."""
SLUG = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
"""Ids reach the map, addresses and file names, so they hold nothing that could run there."""
VOCABULARIES: dict[str, tuple[str, ...]] = {
    "event_type": tuple(EVENT_TYPES),
    "status": tuple(STATUSES),
    "geo_precision": ("", *KINDS),
    "date_basis": ("", *DATE_BASES),
}
OPEN_START, OPEN_END = -(2**30), 2**30
"""Days since 1970 that stand for an end that the source leaves open."""
HOME = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, eq=False)
class Package:
    """A data package in memory. Treat it as frozen: all readers share it.

    Attributes
    ----------
    incidents : pandas.DataFrame
        One row an incident, in the order of its first possible day. Besides the columns of
        ``incidents.csv``: ``start`` and ``end`` (days since 1970-01-01, `OPEN_START` and
        `OPEN_END` where open), ``dated`` (bool).
    claims, citations, sources : pandas.DataFrame
        As in their files.
    layers : dict of str to geopandas.GeoDataFrame
        By resource name, EPSG:4326.
    version : str
        The package's version and the first 12 hex digits of the SHA-256 of its files.
    problems : tuple of Problem
        What was left out, and why.
    """

    directory: Path
    descriptor: dict[str, Any]
    incidents: pd.DataFrame
    claims: pd.DataFrame
    citations: pd.DataFrame
    sources: pd.DataFrame
    layers: dict[str, gpd.GeoDataFrame]
    version: str
    problems: tuple[Problem, ...] = field(default=())

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Descriptors of the resources, by name."""
        return {resource["name"]: resource for resource in self.descriptor["resources"]}


def default_directory() -> Path:
    """The package in ``MARZ_DATA``, or the one that comes with Marz."""
    return Path(os.environ.get("MARZ_DATA") or HOME)


def load(directory: Path | None = None) -> Package:
    """Load a package; leave out what is wrong and say so in its ``problems``.

    Parameters
    ----------
    directory : Path, optional
        A folder with ``datapackage.json``; `default_directory` without.

    Raises
    ------
    PackageError
        If there is nothing to show: no descriptor, no incidents table or no layer.
    """
    directory = directory or default_directory()
    descriptor = _descriptor(directory)
    resources = {resource["name"]: resource for resource in descriptor["resources"]}
    problems: list[Problem] = []

    read: dict[str, tables.Table] = {}
    for name in TABLES:
        read[name] = tables.read(directory / resources[name]["path"], resources[name]["schema"])
        problems.extend(read[name].problems)
    loaded: dict[str, gpd.GeoDataFrame] = {}
    for name, resource in resources.items():
        if resource.get("mediatype") == "application/geo+json":
            loaded[name], found = layers.read(directory / resource["path"])
            problems.extend(found)
    problems.extend(_resource_problems(directory, resources))

    incidents = read["incidents"].frame
    bad = list(_incident_problems(incidents, read["incidents"].seen, loaded, resources))
    refused = {problem.id for problem in bad}
    incidents = _dated(incidents[~incidents["id"].isin(refused)])
    problems.extend(bad)

    linked: dict[str, pd.DataFrame] = {}
    for name in ("claims", "citations"):
        frame, found = _linked(name, read)
        linked[name] = frame[frame["incident_id"].isin(incidents["id"])].reset_index(drop=True)
        problems.extend(found)
    problems.extend(
        Problem("incidents.csv", row_id, "is not cited. Add a row to citations.csv.")
        for row_id in incidents["id"]
        if row_id not in set(read["citations"].frame["incident_id"])
    )
    if not read["incidents"].seen or not any(len(layer) for layer in loaded.values()):
        raise PackageError(
            f"The data package “{directory.name}” has no incidents or no map layers to show.",
            problems,
        )
    return Package(
        directory=directory,
        descriptor=descriptor,
        incidents=incidents,
        claims=linked["claims"],
        citations=linked["citations"],
        sources=read["sources"].frame,
        layers=loaded,
        version=_version(directory, descriptor),
        problems=tuple(problems),
    )


def interval_of(incident: pd.Series) -> Interval | None:
    """The interval of an incident's date; None where it is blank."""
    return edtf.parse(incident["date"]) if incident["date"] else None


def _descriptor(directory: Path) -> dict[str, Any]:
    path = directory / "datapackage.json"
    try:
        descriptor = json.loads(path.read_text("utf-8"))
        names = [resource["name"] for resource in descriptor["resources"]]
        paths = [resource["path"] for resource in descriptor["resources"]]
    except FileNotFoundError as error:
        raise PackageError(
            f"There is no datapackage.json in “{directory}”. Point MARZ_DATA at a data package."
        ) from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise PackageError(f"“{path}” is not a data package descriptor ({error}).") from error
    missing = [name for name in (*TABLES, "borders", "places") if name not in names]
    if missing:
        raise PackageError(f"“{path}” describes no resource named {', '.join(missing)}.")
    root = directory.resolve()
    for entry in paths:
        if not isinstance(entry, str) or not (root / entry).resolve().is_relative_to(root):
            raise PackageError(f"“{path}” names a file outside its folder: {entry}.")
    return dict(descriptor)


def _version(directory: Path, descriptor: dict[str, Any]) -> str:
    """A version that changes whenever a byte of the data does."""
    digest = hashlib.sha256()
    for entry in ("datapackage.json", *sorted(r["path"] for r in descriptor["resources"])):
        path = directory / entry
        digest.update(entry.encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return f"{descriptor.get('version', '0')}+{digest.hexdigest()[:12]}"


def _resource_problems(
    directory: Path, resources: dict[str, dict[str, Any]]
) -> Iterator[Problem]:
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
            if resource.get("mediatype") != "application/geo+json" and name not in TABLES:
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
        elif name not in TABLES:
            yield Problem("datapackage.json", name, "has no SHA-256. Add its hash.")


def _incident_problems(
    incidents: pd.DataFrame,
    seen: frozenset[str],
    loaded: dict[str, gpd.GeoDataFrame],
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
                    file, str(place_id), "place_id has other signs than letters, digits, hyphens."
                )
        for place_id, group in frame[frame["place_id"] != ""].groupby("place_id", sort=False):
            if place_id in where:
                yield Problem(file, str(place_id), f"is a place of {where[place_id]} already.")
            where.setdefault(str(place_id), name)
            if overlap := _overlap(group):
                yield Problem(file, str(place_id), overlap)
    borders = {place for place, name in where.items() if name == "borders"}
    parents = dict(zip(incidents["id"], incidents["part_of"], strict=True))
    for row in incidents.to_dict("records"):
        for message in _row_problems(row, where, borders, seen):
            yield Problem("incidents.csv", row["id"], message)
        if _in_cycle(row["id"], parents):
            yield Problem("incidents.csv", row["id"], "field part_of: leads back to itself.")


def _row_problems(
    row: dict[str, Any], where: dict[str, str], borders: set[str], seen: frozenset[str]
) -> Iterator[str]:
    if not SLUG.fullmatch(row["id"]):
        yield "field id: has other signs than letters, digits and hyphens. Rename it."
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
    if row["date"] and not row["date_basis"]:
        yield "field date_basis: is blank, but a date is given. Write stated or inferred."
    for what in ("fatalities", "injuries"):
        low, high = row[f"{what}_low"], row[f"{what}_high"]
        if pd.notna(low) and pd.notna(high) and low > high:
            yield f"field {what}_low: {low} is above {what}_high ({high}). Exchange the two."
    if row["part_of"] and row["part_of"] not in seen:
        yield f"field part_of: there is no incident {row['part_of']!r}."


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
    for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
        if start <= end:
            return f"two of its vintages are valid on {start}. Set valid_from and valid_to apart."
    return ""


def _in_cycle(row_id: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    current = parents.get(row_id, "")
    while current and current not in seen:
        if current == row_id:
            return True
        seen.add(current)
        current = parents.get(current, "")
    return False


def _linked(name: str, read: dict[str, tables.Table]) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the rows whose incident and source exist."""
    frame = read[name].frame
    problems = []
    for column, target in (("incident_id", "incidents"), ("source_id", "sources")):
        missing = ~frame[column].isin(read[target].seen)
        problems += [
            Problem(
                f"{name}.csv",
                value or "-",
                f"field {column}: there is no such row in {target}.csv. Add it or mend the id.",
            )
            for value in frame.loc[missing, column]
        ]
        frame = frame[~missing]
    if name == "claims":
        wrong = ~frame["stance"].isin(STANCES)
        problems += [
            Problem("claims.csv", row["incident_id"], f"field stance: {row['stance']!r} is unknown.")
            for row in frame[wrong].to_dict("records")
        ]
        frame = frame[~wrong]
    return frame, problems


def _dated(incidents: pd.DataFrame) -> pd.DataFrame:
    intervals = [edtf.parse(text) if text else None for text in incidents["date"]]
    epoch = date(1970, 1, 1).toordinal()
    frame = incidents.assign(
        start=[
            i.start.toordinal() - epoch if i is not None and i.start else OPEN_START
            for i in intervals
        ],
        end=[
            i.end.toordinal() - epoch if i is not None and i.end else OPEN_END for i in intervals
        ],
        dated=[i is not None for i in intervals],
        country_list=[tuple(split(value)) for value in incidents["countries"]],
    )
    order = frame.assign(first=frame["start"].where(frame["start"] != OPEN_START, frame["end"]))
    order = order.sort_values(["dated", "first", "end", "id"], ascending=[False, True, True, True])
    return order.drop(columns="first").reset_index(drop=True)
