"""What the page to send holds: every record, what its filters need, and the map, packed small.

The page filters by itself, with no server behind it. It gets the very texts, days and options
that `geo.collection.packaged` asks, so that both find the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from geo import describe, places
from geo.address import pairs
from geo.collection import folding, space
from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.days import day_number
from geo.model import Scene, Sheet
from geo.package.load import Package
from geo.records import record, sources_of
from geo.webmap import basemap

SCRIPT = "page.js"
"""The module of the exported page; below static/."""
UNUSED = frozenset(
    "date date_basis place_id geo_precision border country_codes cite part_of_title "
    "accounts roles about "
    "fatalities_low fatalities_high injuries_low injuries_high".split()
)
"""What a record says that the page shows in words, or works out from the rest."""
UNUSED_OF_CLAIMS = frozenset(("stance", "date", "audited"))
GROUND = ("countries", "regions", "borders")
"""Layers that make a ground; a place beyond them all stands on coarse outlines."""


def blocks(package: Package, scene: Scene, *, now: datetime) -> dict[str, Any]:
    """Gather what the page embeds, one JSON block each.

    Parameters
    ----------
    scene : Scene
        What the page opens on; the reader may widen its filter.
    now : datetime
        When the page is said to be made.

    Returns
    -------
    dict
        ``records`` (as from `geo.records.record`, without what is blank; sources by id),
        ``sources`` (id -> line and address), ``query`` (days, folded texts, spellings and
        facets), ``features``, ``base`` (see `geo.webmap.basemap.packed`) and ``view``
        (extent, what to open on, what the base map covers, the language of names, the day made,
        and the state that it starts in, as parameters of the address).
    """
    every = np.arange(len(package.incidents), dtype=np.intp)
    start = replace(scene, bbox=None, language="", sheet=Sheet(), as_of="")
    return {
        "records": [_record(package, int(row)) for row in every],
        "sources": {s["id"]: [s["line"], s["url"]] for s in sources_of(package, every)},
        "query": asked(package),
        "features": places.features(package, every),
        "base": basemap.packed(basemap.document(package, embed=True)),
        "view": {
            "today": day_number(now.date()),
            "extent": list(places.extent_of(package)),
            "fit": list(scene.bbox) if scene.bbox else None,
            "mapped": _mapped(package),
            "lang": scene.language,
            "start": pairs(start),
        },
    }


def _mapped(package: Package) -> list[float]:
    """Extent of the ground that is drawn: west, south, east, north in degrees."""
    bounds = np.array(
        [layer.total_bounds for name, layer in package.layers.items() if name in GROUND]
    )
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return [round(float(side), 3) for side in (west, south, east, north)]


def asked(package: Package) -> dict[str, Any]:
    """What `geo.collection.packaged.Packaged.select` looks at, for the page to look at the same.

    Returns
    -------
    dict
        ``days`` ([start, end, dated] of each row), ``texts`` (folded), ``search`` (what it takes
        to read what is asked for), ``space`` (where the rows may lie) and ``facets``: name,
        place among the main ones or 0, label, sentence, options ([value, words]) and, of each
        row, the numbers of the options that it has.
    """
    frame, collection = package.incidents, Packaged(package)
    facets = []
    for facet in FACETS:
        options = facet.options(package)
        numbers = {option: number for number, option in enumerate(options)}
        facets.append(
            {
                "name": facet.name,
                "front": facet.front,
                "label": facet.label,
                "sentence": facet.sentence,
                "options": [[option, facet.say(option)] for option in options],
                "of": [[numbers[v] for v in own if v in numbers] for own in facet.values(package)],
            }
        )
    days = zip(frame["start"], frame["end"], frame["dated"], strict=True)
    return {
        "days": [[int(start), int(end), int(dated)] for start, end, dated in days],
        "texts": collection.texts(),
        "search": {
            "letters": {chr(letter): other for letter, other in folding.LETTERS.items()},
            "sounds": folding.SOUNDS,
            "names": [
                [sorted(name.spellings), int(name.narrows)] for name in collection.names().known
            ],
        },
        "space": {
            "boxes": {
                site: boxes.ravel().tolist() for site, boxes in space.footprints(package).items()
            },
            "vague": np.flatnonzero(space.vague(package)).tolist(),
            "places": {place: list(known) for place, known in space.centres(package).items()},
        },
        "facets": facets,
    }


def _record(package: Package, row: int) -> dict[str, Any]:
    """A record without what is blank, its sources named by id."""
    known = record(package, row)
    claims = [
        _filled({k: v for k, v in claim.items() if k not in UNUSED_OF_CLAIMS})
        | {"source": _cited(claim["source"])}
        for claim in known["claims"]
    ]
    kept = {key: value for key, value in known.items() if key not in UNUSED}
    return _filled(
        kept
        | {
            "short": describe.short_date(package.incidents.iloc[row]),
            "claims": claims,
            "sources": [_cited(source) for source in known["sources"]],
        }
    )


def _cited(source: dict[str, Any]) -> list[str]:
    return [source["id"], source["paragraphs"]]


def _filled(known: dict[str, Any]) -> dict[str, Any]:
    """Without what is blank; 0 is a number."""
    return {k: v for k, v in known.items() if v or (v == 0 and v is not False)}
