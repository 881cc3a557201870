"""The only reader of a data package; loads what is good and reports everything that is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import edtf
from geo.days import OPEN_END, OPEN_START, day_number
from geo.files import default_directory
from geo.model import Bbox, PackageError, Problem
from geo.package import layers, tables
from geo.package.tables import split
from geo.package.validate import (
    TABLES,
    drop_odd_licences,
    incident_problems,
    is_layer,
    is_table,
    resource_problems,
    schema_gaps,
    twin_problems,
    unlinked,
)
from geo.vocabulary import STANCES

Rows = npt.NDArray[np.intp]
"""Incidents as positions in `Package.incidents`, in the order of time."""


@dataclass(frozen=True, eq=False)
class Package:
    """A data package in memory. Treat it as frozen: all readers share it.

    Attributes
    ----------
    incidents : pandas.DataFrame
        One row an incident, in the order of its first possible day. Besides the columns of
        ``incidents.csv``: ``start`` and ``end`` (days since 1970-01-01, `OPEN_START` and
        `OPEN_END` where open), ``dated`` (bool), ``actor_names`` (of the actors linked to it,
        ``;`` between them).
    claims, citations, sources : pandas.DataFrame
        As in their files.
    further : dict of str to pandas.DataFrame
        Every other table that the package describes, such as ``left_out``, by resource name.
    layers : dict of str to geopandas.GeoDataFrame
        By resource name, EPSG:4326.
    unlocated : pandas.DataFrame
        Features without a geometry of their own, with the place id ``within`` which they lie.
    version : str
        The package's version and the first 12 hex digits of the SHA-256 of its files.
    problems : tuple of Problem
        What was left out, and why.
    as_of : str
        Number of the release whose records these are; "" for those that lie in the folder.
    """

    directory: Path
    descriptor: dict[str, Any]
    incidents: pd.DataFrame
    claims: pd.DataFrame
    citations: pd.DataFrame
    sources: pd.DataFrame
    further: dict[str, pd.DataFrame]
    layers: dict[str, gpd.GeoDataFrame]
    unlocated: pd.DataFrame
    version: str
    problems: tuple[Problem, ...] = field(default=())
    as_of: str = ""

    def __repr__(self) -> str:
        """Name what it is: its tables would fill a notebook's page."""
        name = self.descriptor.get("name", "")
        return f"<Package {name} {self.version}: {len(self.incidents):,} incidents>"

    def row_of(self, incident_id: str) -> int:
        """Position of an incident in ``incidents``; -1 where there is none of that id."""
        found = np.flatnonzero(self.incidents["id"].to_numpy() == incident_id)
        return int(found[0]) if len(found) else -1

    @property
    def title(self) -> str:
        """What the package is called, “Marz” where it does not say."""
        return str(self.descriptor.get("title", "Marz"))

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Descriptors of the resources, by name."""
        return {resource["name"]: resource for resource in self.descriptor["resources"]}


def load_package(
    directory: Path | None = None, *, tables_as: Mapping[str, bytes | None] | None = None
) -> Package:
    """Load a package; leave out what is wrong and say so in its ``problems``.

    Parameters
    ----------
    directory : Path, optional
        A folder with ``datapackage.json``; `default_directory` without.
    tables_as : mapping of str to bytes or None, optional
        Tables by name that are read in the place of their files; None for one that is not there.

    Raises
    ------
    PackageError
        If there is nothing to show: no descriptor, no incidents table or no layer.
    """
    directory = directory or default_directory()
    given = dict(tables_as or {})
    descriptor = _descriptor(directory)
    descriptor["resources"] = [
        one for one in descriptor["resources"] if given.get(one["name"], b"") is not None
    ]
    resources = {resource["name"]: resource for resource in descriptor["resources"]}
    problems: list[Problem] = []

    read: dict[str, tables.Table] = {}
    for name in (name for name, resource in resources.items() if is_table(resource)):
        path, schema = directory / resources[name]["path"], resources[name]["schema"]
        read[name] = tables.read(path, schema, given.get(name))
        problems.extend(read[name].problems)
    loaded: dict[str, gpd.GeoDataFrame] = {}
    unlocated: list[pd.DataFrame] = []
    for name, resource in resources.items():
        if is_layer(resource):
            frame, found = layers.read(directory / resource["path"])
            loaded[name] = frame[frame.geometry.notna()].reset_index(drop=True)
            unlocated.append(frame[frame.geometry.isna()].drop(columns="geometry"))
            problems.extend(found)
    nowhere = pd.concat(unlocated, ignore_index=True)
    problems.extend(drop_odd_licences(resources))
    problems.extend(resource_problems(directory, resources))

    incidents = read["incidents"].frame
    bad = list(incident_problems(incidents, read["incidents"].seen, loaded, nowhere, resources))
    refused = {problem.id for problem in bad}
    incidents = _dated(_with_actors(incidents[~incidents["id"].isin(refused)], read))
    problems.extend(bad)
    problems.extend(twin_problems(incidents))

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
    problems.extend(_vague_links(linked, read["sources"].frame))
    used = {s for name in ("claims", "citations") for s in read[name].frame["source_id"]}
    problems.extend(
        Problem("sources.csv", source, "is cited by no record. Cite it, or drop the row.")
        for source in read["sources"].frame["id"]
        if source not in used
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
        further={name: table.frame for name, table in read.items() if name not in TABLES},
        layers=loaded,
        unlocated=nowhere,
        version=_version(directory, descriptor, given),
        problems=tuple(problems),
    )


def _descriptor(directory: Path) -> dict[str, Any]:
    path = directory / "datapackage.json"
    try:
        descriptor = json.loads(path.read_text("utf-8"))
        json.dumps(descriptor, ensure_ascii=False).encode()  # refuses half a surrogate pair
        names = [resource["name"] for resource in descriptor["resources"]]
        paths = [resource["path"] for resource in descriptor["resources"]]
        # What is wrong with a licence is told with it.
        texts = [{**one, "licenses": None} for one in descriptor["resources"]]
        if layers.holds_nul({**descriptor, "resources": texts}):
            raise ValueError("it holds the character NUL; remove it")
    except FileNotFoundError as error:
        raise PackageError(
            f"There is no datapackage.json in “{directory}”. Point MARZ_DATA at a data package."
        ) from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise PackageError(f"“{path}” is not a data package descriptor ({error}).") from error
    missing = [name for name in (*TABLES, "borders", "places") if name not in names]
    if missing:
        raise PackageError(f"“{path}” describes no resource named {', '.join(missing)}.")
    tables_of = {r["name"]: r for r in descriptor["resources"] if r["name"] in TABLES}
    gaps = [gap for name in TABLES for gap in schema_gaps(name, tables_of[name])]
    if gaps:
        raise PackageError(
            f"“{path}” does not describe all fields that Marz needs. Add {', '.join(gaps)}."
        )
    root = directory.resolve()
    for entry in paths:
        if not isinstance(entry, str) or not (root / entry).resolve().is_relative_to(root):
            raise PackageError(f"“{path}” names a file outside its folder: {entry}.")
    return dict(descriptor)


def _version(directory: Path, descriptor: dict[str, Any], given: Mapping[str, bytes | None]) -> str:
    """A version that changes whenever a byte of the data does."""
    digest = hashlib.sha256()
    paths = {one["path"]: given.get(one["name"]) for one in descriptor["resources"]}
    for entry in ("datapackage.json", *sorted(paths)):
        path = directory / entry
        content = paths.get(entry)
        digest.update(entry.encode())
        if content is None and path.is_file():
            content = path.read_bytes()
        digest.update(content or b"")
    return f"{descriptor.get('version', '0')}+{digest.hexdigest()[:12]}"


def _linked(name: str, read: dict[str, tables.Table]) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the rows whose incident and source exist."""
    frame = read[name].frame
    problems: list[Problem] = []
    for column, target in (("incident_id", "incidents"), ("source_id", "sources")):
        missing = ~frame[column].isin(read[target].seen)
        problems += unlinked(name, column, target, frame.loc[missing, column])
        frame = frame[~missing]
    if name == "claims":
        wrong = ~frame["stance"].isin(STANCES)
        problems += [
            Problem(
                "claims.csv", row["incident_id"], f"field stance: {row['stance']!r} is unknown."
            )
            for row in frame[wrong].to_dict("records")
        ]
        frame = frame[~wrong]
    return frame, problems


def _vague_links(linked: dict[str, pd.DataFrame], sources: pd.DataFrame) -> Iterator[Problem]:
    """Find what leads to no paragraph and to no page either."""
    addressed = set(sources.loc[sources["url"] != "", "id"])
    for name, frame in linked.items():
        vague = (frame["paragraphs"] == "") & ~frame["source_id"].isin(addressed)
        for row in frame[vague].to_dict("records"):
            yield Problem(
                f"{name}.csv",
                row["incident_id"],
                f"field paragraphs: is blank, and {row['source_id']} has no address. "
                "Give one of the two.",
            )


def _with_actors(incidents: pd.DataFrame, read: dict[str, tables.Table]) -> pd.DataFrame:
    """Add ``actor_names``: of the actors linked to each incident, or as it names them itself."""
    linked: dict[str, dict[str, None]] = {}
    if "actors" in read and "incident_actors" in read:
        actors = read["actors"].frame
        names = dict(zip(actors["id"], actors["name"].str.replace(";", ","), strict=True))
        for row in read["incident_actors"].frame.to_dict("records"):
            if row["actor_id"] in names:
                linked.setdefault(row["incident_id"], {})[names[row["actor_id"]]] = None
    said = zip(incidents["id"], incidents["actors"], strict=True)
    return incidents.assign(
        actor_names=[";".join(linked.get(incident, {})) or actors for incident, actors in said]
    )


def _dated(incidents: pd.DataFrame) -> pd.DataFrame:
    intervals = [edtf.parse(text) if text else None for text in incidents["date"]]
    frame = incidents.assign(
        start=[day_number(i.start) if i is not None and i.start else OPEN_START for i in intervals],
        end=[day_number(i.end) if i is not None and i.end else OPEN_END for i in intervals],
        dated=[i is not None for i in intervals],
        country_list=[tuple(split(value)) for value in incidents["countries"]],
        tag_list=[tuple(split(value)) for value in incidents["tags"]],
    )
    order = frame.assign(first=frame["start"].where(frame["start"] != OPEN_START, frame["end"]))
    order = order.sort_values(["dated", "first", "end", "id"], ascending=[False, True, True, True])
    return order.drop(columns="first").reset_index(drop=True)


P = ParamSpec("P")
T = TypeVar("T")


def memoised(make: Callable[Concatenate[Package, P], T]) -> Callable[Concatenate[Package, P], T]:
    """Keep the answer of a function for each package, and each of its few other arguments.

    Parameters
    ----------
    make : callable
        Of a package and perhaps positional, hashable arguments of few values. What it gives is
        handed to all who ask: treat it as frozen.
    """
    known: WeakKeyDictionary[Package, dict[tuple[Any, ...], T]] = WeakKeyDictionary()

    @wraps(make)
    def kept(package: Package, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answers = known.setdefault(package, {})
        if args not in answers:
            answers[args] = make(package, *args, **kwargs)
        return answers[args]

    return kept


class Relief(NamedTuple):
    """The picture of the relief as it lies in a package.

    Attributes
    ----------
    content : bytes
        Of a WebP file.
    bounds : Bbox
        What it shows, in EPSG:4326.
    """

    content: bytes
    bounds: Bbox


@memoised
def relief(package: Package) -> Relief | None:
    """Read the relief of a package; None where it has none that can be read.

    A map without relief is a map; what is wrong with the file `validate` says.
    """
    resource = package.resources.get("relief")
    if resource is None:
        return None
    try:
        (south, west), (north, east) = resource["bounds"]
        return Relief(
            (package.directory / resource["path"]).read_bytes(), Bbox(west, south, east, north)
        )
    except (OSError, KeyError, TypeError, ValueError):
        return None
