"""What a release of all records holds beside its bundle, so that a repository can give it a DOI."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from geo import places
from geo.export.bundle import papers, terms
from geo.export.bundle.bundle_tables import part_of
from geo.export.bundle.descriptor import Part
from geo.package.load import Package
from geo.package.releases import OWN, Release
from geo.package.tables import is_web_address

SUMS = "SHA256SUMS.txt"
DATACITE = "datacite.json"
WHAT = {
    "changes.csv": "What each release changed, field by field, with the reason.",
    "releases.csv": "The releases: day, summary, number of rows and checksums.",
    "retired.csv": "Ids that are no longer in use, and what became of each.",
    DATACITE: "Describes the release for a repository (DataCite 4).",
    SUMS: "SHA-256 of every file, for `sha256sum --check`.",
}
"""Further files of a release and what each is; the checksums come last."""


def parts(package: Package, release: Release, *, summary: str) -> dict[str, Part]:
    """Make the further files but the checksums.

    Parameters
    ----------
    summary : str
        What the records are, in words.
    """
    made = {}
    for name in OWN:
        resource = package.resources[name]
        made[f"{name}.csv"] = part_of(package.further[name], resource, resource["schema"])
    described = json.dumps(
        datacite(package, release, summary=summary), indent=2, ensure_ascii=False
    )
    return {**made, DATACITE: Part(f"{described}\n".encode(errors="replace"))}


def datacite(package: Package, release: Release, *, summary: str) -> dict[str, Any]:
    """Describe a release by the metadata schema of DataCite, without the DOI that is to come."""
    people = papers.people(package)
    west, south, east, north = places.extent_of(package)
    own = [one for one in terms.licences(package) if "incidents" in one["covers"]]
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "titles": [{"title": package.title}],
        "creators": [{"name": one, "nameType": "Organizational"} for one in people],
        "publisher": {"name": people[0]},
        "publicationYear": release.day[:4],
        "version": release.number,
        "language": "en",
        "dates": [{"date": release.day, "dateType": "Issued"}],
        "subjects": [{"subject": word} for word in papers.keywords(package)],
        "descriptions": [
            {"description": text, "descriptionType": kind}
            for text, kind in (
                (papers.plain(str(package.descriptor.get("description", ""))), "Abstract"),
                (papers.plain(f"{release.summary} {summary}"), "TechnicalInfo"),
            )
            if text
        ],
        "rightsList": [
            {"rights": one["title"], "rightsIdentifier": one["name"].lower()}
            | ({"rightsUri": one["path"]} if is_web_address(one["path"]) else {})
            for one in own
        ],
        "geoLocations": [
            {
                "geoLocationBox": {
                    "westBoundLongitude": west,
                    "southBoundLatitude": south,
                    "eastBoundLongitude": east,
                    "northBoundLatitude": north,
                }
            }
        ],
    }


def sums(contents: Mapping[str, bytes]) -> bytes:
    """Checksums of files, as ``sha256sum`` writes and checks them."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in contents.items()]
    return ("\n".join(lines) + "\n").encode()
