"""What a page says to programs: nodes of schema.org, as JSON-LD.

What only one party tells is a Claim there too, and never an Event: a search engine repeats what it
is given without the doubt beside it.
"""

from __future__ import annotations

import re
from typing import Any

from geo import describe, places
from geo.collection.packaged import Packaged
from geo.export.formats import FORMS
from geo.package.load import Package
from geo.web.links import Links

WHOLE = re.compile(r"-?\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
"""A date that ISO 8601 writes as EDTF does."""
DATASET = "#dataset"
"""Id of the node that stands for all data."""
FILES = (".csv", ".geojson", ".parquet")


def of_record(package: Package, links: Links, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Describe a record, what each party claims of it, and the atlas that it is part of.

    Parameters
    ----------
    found : dict
        As from `geo.records.record`.
    """
    page = links.absolute(links.record(found["id"]))
    own = f"{page}#record"
    event: dict[str, Any] = {
        "@id": own,
        "identifier": found["id"],
        "name": found["title"],
        "description": found["summary"],
        "url": page,
        "image": links.absolute(links.card("r", found["id"])),
    }
    if found["status"] == "alleged":
        event |= {
            "@type": "Claim",
            "text": found["summary"],
            "author": [
                {"@type": "Organization", "name": one}
                for one in dict.fromkeys(claim["claimant"] for claim in found["claims"])
            ],
            "appearance": [work(source) for source in found["sources"]],
        }
    else:
        event |= {"@type": "Event", **_days(package, found), "location": _place(package, found)}
        event["subjectOf"] = [work(source) for source in found["sources"]]
        if found["part_of"] and package.row_of(found["part_of"]) >= 0:
            event["superEvent"] = {
                "@type": "Event",
                "name": found["part_of_title"],
                "url": links.absolute(links.record(found["part_of"])),
            }
        if found["status"] in ("announced", "planned"):
            event["eventStatus"] = "https://schema.org/EventScheduled"
    web_page = {
        "@type": "WebPage",
        "@id": page or f"#{found['id']}",
        "name": found["title"],
        "url": page,
        "inLanguage": "en",
        "mainEntity": {"@id": own},
        "isPartOf": {"@id": f"{links.base}{DATASET}"},
    }
    claims = [_claim(claim, own, number) for number, claim in enumerate(found["claims"], 1)]
    return [_filled(one) for one in (web_page, event, *claims, _brief(package, links))]


def _claim(claim: dict[str, Any], record: str, number: int) -> dict[str, Any]:
    return _filled(
        {
            "@type": "Claim",
            "@id": f"{record.removesuffix('#record')}#claim-{number}",
            "name": f"{claim['claimant']}: {claim['stance_words']}",
            "text": claim["statement"],
            "author": {"@type": "Organization", "name": claim["claimant"]},
            "dateCreated": claim["date"] if WHOLE.fullmatch(claim["date"]) else "",
            "about": {"@id": record},
            "appearance": work(claim["source"]),
        }
    )


def work(source: dict[str, Any]) -> dict[str, Any]:
    """A source as schema.org has it."""
    return _filled(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "url": source["url"],
            "inLanguage": source["language"],
        }
    )


def _days(package: Package, found: dict[str, Any]) -> dict[str, Any]:
    """First and last day as exact as known; of what is open or doubtful only what is certain."""
    text = found["date"].rstrip("?~%")
    if WHOLE.fullmatch(text):
        return {"startDate": text}
    incident = package.incidents.iloc[found["row"]]
    interval = describe.interval_of(incident)
    if interval is None:
        return {}
    ends = {"startDate": interval.start, "endDate": interval.end}
    return {name: day.isoformat() for name, day in ends.items() if day is not None}


def _place(package: Package, found: dict[str, Any]) -> dict[str, Any]:
    site = places.site_of(package, found["row"])
    place: dict[str, Any] = {"@type": "Place", "name": found["where"]}
    if site is not None and site.is_point and found["geo_precision"] in ("exact", "near"):
        place["geo"] = {"@type": "GeoCoordinates", "latitude": site.lat, "longitude": site.lon}
    return place


def _brief(package: Package, links: Links) -> dict[str, Any]:
    """The atlas as what a record is part of."""
    return {
        "@type": "Dataset",
        "@id": f"{links.base}{DATASET}",
        "name": package.title,
        "description": str(package.descriptor.get("description", "")),
        "version": package.version,
        "url": links.base,
        "license": licence(package),
    }


def licence(package: Package) -> str:
    """Address of the licence of the records; "" where none is given."""
    for one in package.descriptor.get("licenses") or []:
        if isinstance(one, dict) and str(one.get("path", "")).startswith("https://"):
            return str(one["path"])
    return ""


def of_dataset(package: Package, links: Links) -> list[dict[str, Any]]:
    """Describe all data, for search engines that list data sets."""
    first, last = Packaged(package).days()
    west, south, east, north = places.extent_of(package)
    keywords = [str(word) for word in package.descriptor.get("keywords") or []]
    creators = [
        {"@type": "Organization", "name": str(one["title"])}
        for one in package.descriptor.get("contributors") or []
        if isinstance(one, dict) and one.get("title")
    ]
    whole = {
        **_brief(package, links),
        "keywords": keywords,
        "creator": creators,
        "isAccessibleForFree": True,
        "temporalCoverage": f"{first.isoformat()}/{last.isoformat()}",
        "spatialCoverage": {
            "@type": "Place",
            "geo": {
                "@type": "GeoShape",
                "box": f"{south:.3f} {west:.3f} {north:.3f} {east:.3f}",
            },
        },
        "distribution": [
            _filled(
                {
                    "@type": "DataDownload",
                    "name": FORMS[ending].label,
                    "encodingFormat": FORMS[ending].mime,
                    "contentUrl": links.absolute(links.data(ending)),
                }
            )
            for ending in FILES
        ],
    }
    return [_filled(whole)]


def of_list(
    package: Package, links: Links, *, title: str, path: str, about: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Describe a page that lists records: of a border, an actor, a source, a filter."""
    page = {
        "@type": "CollectionPage",
        "name": title,
        "url": links.absolute(path),
        "inLanguage": "en",
        "isPartOf": {"@id": f"{links.base}{DATASET}"},
        "about": about,
    }
    return [_filled(page), _filled(_brief(package, links))]


def actor_node(found: dict[str, Any]) -> dict[str, Any]:
    """An actor as schema.org has it."""
    kind = "Person" if found["kind"] == "person" else "Organization"
    names = [found.get(name) for name in ("name_ru", "name_tg", "name_ky", "name_fa")]
    aliases = [part for part in str(found.get("aliases") or "").split(";") if part]
    wikidata = str(found.get("wikidata") or "")
    return _filled(
        {
            "@type": kind,
            "name": found["name"],
            "alternateName": [*(str(name) for name in names if name), *aliases],
            "sameAs": f"https://www.wikidata.org/wiki/{wikidata}"
            if re.fullmatch(r"Q\d+", wikidata, re.ASCII)
            else "",
        }
    )


def _filled(node: dict[str, Any]) -> dict[str, Any]:
    """Without what is blank."""
    return {key: value for key, value in node.items() if value not in ("", None, [], {})}
