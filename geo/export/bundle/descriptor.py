"""Describes a bundle by machine: datapackage.json (Frictionless Data Package 1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from geo.export.bundle import papers, terms
from geo.package.load import Package, Rows
from geo.package.tables import is_web_address
from geo.records import sources_of

MEDIA = {
    "cff": "application/yaml",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "json": "application/json",
    "md": "text/markdown",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "qml": "application/xml",
    "txt": "text/plain",
}
FORMATS = {"parquet": "geoparquet"}
"""Formats that are more than their ending says; no reader of plain tables takes them for one."""
OF_TEXT = ("cff", "json", "md", "qml", "txt")
"""Endings of files that hold no record and no map, and so need no licence of the data."""


class Part(NamedTuple):
    """One file of a bundle, with what the descriptor says of it besides its name and hash."""

    content: bytes
    title: str = ""
    more: Mapping[str, Any] = {}


def describe(
    package: Package,
    rows: Rows,
    parts: Mapping[str, Part],
    *,
    day: date,
    asked: str,
    summary: str,
    address: str,
) -> dict[str, Any]:
    """Describe the files of a bundle.

    Parameters
    ----------
    parts : mapping of str to Part
        By path; the descriptor itself is not among them.
    day : datetime.date
        When it was made.
    asked, summary : str
        The filter and what it found, in words.
    address : str
        Short address of the view, "" for none.

    Returns
    -------
    dict
        The descriptor, fit for JSON: licences, contributors, sources and version of the whole;
        path, size, SHA-256 and, of tables, schema and keys of each file.
    """
    slug = re.sub(r"[^a-z0-9.-]+", "-", str(package.descriptor.get("name", "")).lower())
    found = terms.licences(package)
    keywords = papers.keywords(package)
    return {
        "profile": "data-package",
        "name": f"{slug.strip('.-') or 'marz'}-selection",
        "title": papers.titled(package, asked),
        "description": summary,
        "version": package.version,
        "created": f"{day.isoformat()}T00:00:00Z",
        **({"filter": asked} if asked else {}),
        **({"address": address} if address else {}),
        **({"keywords": keywords} if keywords else {}),
        **({"licenses": [_term(one) for one in found]} if found else {}),
        "contributors": [{"title": one, "role": "author"} for one in papers.people(package)],
        "sources": _sources(package, rows),
        "resources": [_resource(path, part, found) for path, part in parts.items()],
    }


def _term(licence: Mapping[str, Any]) -> dict[str, str]:
    path = licence["path"]
    return {
        "name": re.sub(r"[^A-Za-z0-9.-]+", "-", licence["name"]).strip("-") or "other",
        "title": licence["title"],
        "path": path if is_web_address(path) else f"LICENSES/{licence['file']}",
    }


def _sources(package: Package, rows: Rows) -> list[dict[str, str]]:
    """What the records were taken from, then what the map was drawn from, each once."""
    found = [(one["line"] or one["id"], one["url"]) for one in sources_of(package, rows)]
    for resource in package.descriptor["resources"]:
        for one in terms.entries(resource.get("sources")):
            path = str(one.get("path") or "")
            found.append((str(one.get("title") or ""), path if is_web_address(path) else ""))
    return [
        {"title": title, **({"path": path} if path else {})}
        for title, path in dict.fromkeys(found)
        if title
    ]


def _resource(path: str, part: Part, found: list[dict[str, Any]]) -> dict[str, Any]:
    stem, _, ending = path.rpartition(".")
    # A table is under its own licence; what shows the map, under those of all that it draws.
    own = [one for one in found if stem in one["covers"]] if ending == "csv" else found
    licences = [_term(one) for one in own] if ending not in OF_TEXT else []
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")
        if ending != "csv"
        else stem.lower(),
        "path": path,
        **({"title": part.title} if part.title else {}),
        "format": FORMATS.get(ending, ending),
        "mediatype": MEDIA[ending],
        "bytes": len(part.content),
        "hash": f"sha256:{hashlib.sha256(part.content).hexdigest()}",
        **({"licenses": licences} if licences else {}),
        **part.more,
    }
