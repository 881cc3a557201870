"""A made-up data package of an invented border, so that no test hangs on the real records.

Sarnia (country code IS) and Lowmark (MT) meet along 11° E between 50 and 52° N; the line moved
one tenth of a degree to the east on 1 January 2024.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "{# not closed",
    "${alert(1)}",
    "`",
    "</script><script>alert(1)</script>",
    "<!--marz:data--> %marz:policy%",
    "<img src=x onerror=alert(1)>",
    "line\u2028end\u2029",
    "![](http://example.invalid/x.png)",
    "$x^$ and $",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\u202etxt.exe",
    "\x1b[31mred\x07",
    "ŏ ქ 🜨 تاجیکستان тоҷикӣ",
    '"quoted", and; more',
    ":red[x] **b** :material/home:",
    '<svg onload="window.__pwned=1">',
]
HOSTILE = [text.strip() for text in HOSTILE]

INCIDENT = {
    "date_basis": "stated",
    "summary": "What the sources say.",
    "event_type": "Battles",
    "status": "occurred",
    "collection": "core",
    "border": "SAR-LOW",
    "countries": "IS;MT",
    "actors": "Border guards;Villagers",
}
INCIDENTS: list[dict[str, str]] = [
    {"id": "SL-1995-riot", "date": "199X", "date_basis": "inferred", "title": "Riot at Westham",
     "event_type": "Riots", "sub_event_type": "Mob violence", "place_id": "westham",
     "geo_precision": "near", "countries": "IS"},
    {"id": "SL-2020-01-15-clash", "date": "2020-01-15", "title": "Clash at the bridge",
     "sub_event_type": "Armed clash", "place_id": "westham", "geo_precision": "exact",
     "fatalities_low": "2", "fatalities_high": "5", "injuries_low": "7"},
    {"id": "SL-2020-02-shelling", "date": "2020-02", "title": "Shelling along the line",
     "event_type": "Explosions/Remote violence", "status": "alleged", "place_id": "SAR-LOW",
     "geo_precision": "border", "fatalities_high": "36", "part_of": "SL-2020-01-15-clash"},
    {"id": "SL-2020-03-protest", "date": "2020-03-01~", "title": "Protest in the Marches",
     "event_type": "Protests", "place_id": "IS-MAR", "geo_precision": "province",
     "countries": "IS", "note": "Crowd counted by nobody."},
    {"id": "SL-2020-06-talks", "date": "../2020-06-30", "title": "Talks",
     "event_type": "Strategic developments", "countries": "MT"},
    {"id": "SL-2021-works", "date": "2021-01-01/2021-02-15", "title": "Fence works planned",
     "event_type": "Strategic developments", "status": "planned", "place_id": "MT",
     "geo_precision": "country", "countries": "MT"},
    {"id": "SL-2025-05-05-clash", "date": "2025-05-05", "title": "Clash after the line moved",
     "place_id": "SAR-LOW", "geo_precision": "border", "fatalities_low": "3"},
    {"id": "SL-undated", "date": "", "date_basis": "", "title": "Détente of an unknown day",
     "event_type": "Strategic developments", "status": "announced", "place_id": "eastham",
     "geo_precision": "exact"},
]  # fmt: skip
CLAIMS: list[dict[str, str]] = [
    {"incident_id": "SL-2020-01-15-clash", "claimant": "Sarnia", "stance": "attributes",
     "statement": "Lowmark fired first.", "fatalities": "5", "source_id": "gazette",
     "paragraphs": "2;3;5", "date": "2020-01-16"},
    {"incident_id": "SL-2020-01-15-clash", "claimant": "Lowmark", "stance": "denies",
     "statement": "No drone was used.", "source_id": "courier", "paragraphs": "4"},
]  # fmt: skip
SOURCES: list[dict[str, str]] = [
    {"id": "gazette", "title": "Clash on the border", "author": "A. Writer",
     "publisher": "The Gazette", "published": "2020-01-17", "url": "https://example.org/a",
     "language": "en"},
    {"id": "courier", "title": "A denial", "publisher": "Courier"},
]  # fmt: skip


def feature(feature_id: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A feature as the layers hold it."""
    own = {"place_id": feature_id, "name": feature_id, **properties}
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": own}


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A polygon by the right-hand rule."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def line(lon: float) -> dict[str, Any]:
    """The border along a meridian."""
    return {"type": "LineString", "coordinates": [[lon, 50 + n / 5] for n in range(11)]}


def point(lon: float, lat: float) -> dict[str, Any]:
    """A point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def made_up_layers() -> dict[str, list[dict[str, Any]]]:
    """The layers of the invented border."""
    border = {"place_id": "SAR-LOW", "name": "Sarnian border", "country": "IS;MT"}
    return {
        "borders": [
            feature("SAR-LOW@old", line(11), **border, valid_to="2023-12-31"),
            feature("SAR-LOW@new", line(11.1), **border, valid_from="2024-01-01"),
        ],
        "places": [
            feature("westham", point(10.4, 51.1), name="Westham", rank=1, country="IS"),
            feature("eastham", point(11.6, 51.0), name="Eastham", rank=2, country="MT"),
            feature("farham", point(30.0, 60.0), name="Farham", rank=2, country="MT"),
        ],
        "regions": [
            feature("IS-MAR", square(10, 50, 11, 51), name="Marches", country="IS"),
            feature("MT-LOW", square(11, 50, 12, 51), name="Lowlands", country="MT"),
        ],
        "countries": [
            feature("IS", square(9, 49, 11, 53), name="Sarnia", country="IS"),
            feature("MT", square(11, 49, 13, 53), name="Lowmark", country="MT"),
        ],
    }


def real_schemas() -> dict[str, dict[str, Any]]:
    """The tables' descriptors of the real package, so that both are checked alike."""
    descriptor = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    return {r["name"]: r for r in descriptor["resources"] if r.get("format") == "csv"}


def write_package(
    folder: Path,
    *,
    incidents: list[dict[str, str]] | None = None,
    claims: list[dict[str, str]] | None = None,
    citations: list[dict[str, str]] | None = None,
    sources: list[dict[str, str]] | None = None,
    layers: dict[str, list[dict[str, Any]]] | None = None,
    title: str = "Made-up incidents",
    attribution: str = "© Nobody",
) -> Path:
    """Write a data package; what is not given is that of the invented border."""
    incidents = INCIDENTS if incidents is None else incidents
    if citations is None:
        citations = [
            {"incident_id": row["id"], "source_id": "gazette", "paragraphs": "1;2"}
            for row in incidents
        ]
    tables = {
        "incidents": [{**INCIDENT, **row} for row in incidents],
        "claims": CLAIMS if claims is None else claims,
        "citations": citations,
        "sources": SOURCES if sources is None else sources,
    }
    folder.mkdir(parents=True, exist_ok=True)
    resources = []
    for name, described in real_schemas().items():
        columns = [field["name"] for field in described["schema"]["fields"]]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(tables.get(name, []))
        resources.append({**copy.deepcopy(described), "path": f"{name}.csv"})
    for name, features in (made_up_layers() if layers is None else layers).items():
        text = json.dumps({"type": "FeatureCollection", "features": features})
        resources.append(
            _resource(folder, name, f"{name}.geojson", text.encode(), "application/geo+json")
            | {"attribution": attribution}
        )
    resources.append(
        _resource(folder, "relief", "relief.webp", _relief(), "image/webp")
        | {"bounds": [[49.5, 9.5], [52.5, 12.5]]}
    )
    descriptor = {"name": "made-up", "title": title, "version": "0.1.0", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return folder


def _resource(folder: Path, name: str, path: str, content: bytes, mediatype: str) -> dict[str, Any]:
    (folder / path).write_bytes(content)
    return {
        "name": name,
        "path": path,
        "mediatype": mediatype,
        "licenses": [{"name": "CC0-1.0", "title": "Public domain"}],
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _relief() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 60), (225, 220, 205)).save(out, "WEBP")
    return out.getvalue()


def hostile_parts() -> dict[str, Any]:
    """Arguments for `write_package`: every free text is one of `HOSTILE`."""
    incidents = [
        {**INCIDENTS[1], "id": f"H-{n}", "title": text, "summary": text, "place_note": text,
         "actors": text, "note": text}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    claims = [
        {**CLAIMS[0], "incident_id": f"H-{n}", "claimant": text, "statement": text,
         "source_id": f"s-{n}"}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    sources = [
        {**SOURCES[0], "id": f"s-{n}", "title": text, "author": text, "publisher": text,
         "note": text}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    layers = made_up_layers()
    places = layers["places"]
    for n, text in enumerate(HOSTILE):
        place = feature(f"h-{n}", point(10.1 + n / 20, 50.5), name=text, name_ru=text, rank=2)
        places.append(place)
        incidents[n]["place_id"] = f"h-{n}"
    for name in ("regions", "countries", "borders"):
        for number, one in enumerate(layers[name]):
            one["properties"]["name"] = HOSTILE[number]
    citations = [
        {"incident_id": f"H-{n}", "source_id": f"s-{n}", "paragraphs": "1"}
        for n in range(len(HOSTILE))
    ]
    return {
        "incidents": incidents,
        "claims": claims,
        "sources": sources,
        "citations": citations,
        "layers": layers,
        "title": " ".join(HOSTILE),
        "attribution": " ".join(HOSTILE),
    }


def noted(log: list[Any]) -> Callable[..., bool]:
    """A progress that writes down what it is told, and says to go on."""

    def progress(*told: Any) -> bool:
        log.append(told if len(told) > 1 else told[0])
        return True

    return progress
