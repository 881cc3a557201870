"""One incident as a dict of words, claims and citations, for every reader of a single record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import edtf, once, words
from geo.package import Package
from geo.places import site_of
from geo.tables import is_web_address, split
from geo.vocabulary import ESTABLISHED, STANCES, country_name

TOLLS = ("fatalities_low", "fatalities_high", "injuries_low", "injuries_high")


@dataclass(frozen=True)
class _Links:
    """Rows of the linked tables by what they are looked up by."""

    claims: dict[str, list[dict[str, Any]]]
    citations: dict[str, list[dict[str, Any]]]
    sources: dict[str, dict[str, Any]]
    titles: dict[str, str]


@once.a_package
def _links(package: Package) -> _Links:
    return _Links(
        claims=_grouped(package.claims),
        citations=_grouped(package.citations),
        sources={row["id"]: row for row in package.sources.to_dict("records")},
        titles=dict(zip(package.incidents["id"], package.incidents["title"], strict=True)),
    )


def _grouped(frame: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in frame.to_dict("records"):
        groups.setdefault(row["incident_id"], []).append(row)
    return groups


def record(package: Package, row: int) -> dict[str, Any]:
    """Say everything that is known of one incident, in words and fit for JSON.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.

    Returns
    -------
    dict
        ``row``, ``id``, ``title``, ``summary``; ``date`` (EDTF), ``date_basis`` and ``when`` in
        words; ``place_id``, ``geo_precision``, ``place_note``, ``where`` in words and ``site``
        (number of the feature, None without); ``type``, ``sub_event_type``, ``status``,
        ``established``, ``collection``, ``tags``, ``audited`` (a second reader compared it
        with its page); ``border``, ``countries`` (names), ``country_codes``, ``actors``;
        ``deaths`` and ``injuries`` in words beside the four numbers (None where blank);
        ``claims`` and ``sources`` (lists of dict, see `claim` and `source`); ``part_of`` (id) and
        ``part_of_title``; ``note``; ``cite``. Texts are as in the data: never markup.
    """
    incident = package.incidents.iloc[row]
    links = _links(package)
    site = site_of(package, row)
    sources = [
        source(package, link["source_id"], link["paragraphs"])
        for link in links.citations.get(incident["id"], [])
    ]
    return {
        "row": int(row),
        "id": incident["id"],
        "title": incident["title"],
        "summary": incident["summary"],
        "when": words.date_of(incident),
        "date": incident["date"],
        "date_basis": incident["date_basis"],
        "where": words.place_of(package, row),
        "site": site.number if site else None,
        "place_id": incident["place_id"],
        "geo_precision": incident["geo_precision"],
        "place_note": incident["place_note"],
        "type": incident["event_type"],
        "sub_event_type": incident["sub_event_type"],
        "status": incident["status"],
        "collection": incident["collection"],
        "tags": list(incident["tag_list"]),
        "audited": incident["audited"] == "yes",
        "established": incident["status"] in ESTABLISHED,
        "border": incident["border"],
        "countries": [country_name(code) for code in incident["country_list"]],
        "country_codes": list(incident["country_list"]),
        "actors": split(incident["actors"]),
        "deaths": words.people(incident["fatalities_low"], incident["fatalities_high"]),
        "injuries": words.people(incident["injuries_low"], incident["injuries_high"]),
        **{column: _number(incident[column]) for column in TOLLS},
        "claims": [claim(package, link) for link in links.claims.get(incident["id"], [])],
        "sources": sources,
        "part_of": incident["part_of"],
        "part_of_title": links.titles.get(incident["part_of"], ""),
        "note": incident["note"],
        "cite": words.cite_as(package, incident["id"], sources),
    }


def claim(package: Package, row: dict[str, Any]) -> dict[str, Any]:
    """Describe one party's account.

    Parameters
    ----------
    row : dict
        A row of the claims table.

    Returns
    -------
    dict
        ``claimant``, ``stance`` and ``stance_words``, ``statement``, ``audited``, ``date``
        (EDTF), ``when`` (in words, "" where blank), ``deaths`` (the claimant's own count, None
        where blank),
        ``source`` (as from `source`).
    """
    return {
        "claimant": row["claimant"],
        "stance": row["stance"],
        "stance_words": STANCES[row["stance"]],
        "statement": row["statement"],
        "audited": row["audited"] == "yes",
        "date": row["date"],
        "when": edtf.in_words(edtf.parse(row["date"])) if row["date"] else "",
        "deaths": _number(row["fatalities"]),
        "source": source(package, row["source_id"], row["paragraphs"]),
    }


def source(package: Package, source_id: str, paragraphs: str = "") -> dict[str, Any]:
    """Describe a source, with the paragraphs of it that are meant.

    Returns
    -------
    dict
        ``id``, ``title``, ``line`` (as a bibliography gives it), ``short`` (publisher and date),
        ``url`` ("" unless it is an http or https address), ``language``, ``paragraphs`` (in
        words), ``note``.
    """
    row = _links(package).sources.get(source_id)
    blank = dict.fromkeys(("author", "title", "publisher", "published", "url", "language", "note"))
    found = row if row is not None else {**blank, "title": source_id}
    url = found["url"] or ""
    return {
        "id": source_id,
        "title": found["title"],
        "line": words.source_line(found),
        "short": words.source_short(found),
        "url": url if is_web_address(url) else "",
        "language": found["language"] or "",
        "paragraphs": words.paragraphs(paragraphs),
        "note": found["note"] or "",
    }


def sources_of(package: Package, rows: npt.NDArray[np.intp]) -> list[dict[str, Any]]:
    """List every source that the incidents shown cite or take a claim from, each once."""
    links = _links(package)
    ids = package.incidents["id"].to_numpy()[rows]
    cited = {
        link["source_id"]
        for incident_id in ids
        for table in (links.citations, links.claims)
        for link in table.get(incident_id, [])
    }
    return [source(package, source_id) for source_id in sorted(cited)]


def licences(package: Package) -> list[dict[str, str]]:
    """List the licences of everything in the package, each once.

    Returns
    -------
    list of dict
        ``name``, ``title``, ``url`` ("" where the text lies in the package), and ``covers``:
        the resources under it, in words.
    """
    covered: dict[str, dict[str, Any]] = {}
    for resource in package.descriptor["resources"]:
        for licence in resource.get("licenses") or []:
            name = str(licence.get("name", ""))
            if not name:
                continue
            path = str(licence.get("path", ""))
            entry = covered.setdefault(
                name,
                {
                    "name": name,
                    "title": str(licence.get("title", "") or name),
                    "url": path if is_web_address(path) else "",
                    "resources": [],
                },
            )
            entry["resources"].append(str(resource["name"]))
    return [
        {
            "name": entry["name"],
            "title": entry["title"],
            "url": entry["url"],
            "covers": words.listed(entry["resources"]),
        }
        for entry in covered.values()
    ]


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
