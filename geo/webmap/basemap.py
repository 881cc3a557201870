"""The base map as one JSON document for the browser: layers, names, colours, credits.

It is fetched by address once (or embedded in an exported page), never sent with a rerun,
and never passes through folium: here is text from data, and folium runs text as templates.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo import world
from geo.describe import map_credits
from geo.files import STATIC
from geo.package.load import Package, relief
from geo.places import (
    MEANING,
    is_untranslated,
    named_first,
    names_in_all,
    representative_point,
    site_of,
    sites,
    window_of,
)
from geo.vocabulary import EVENT_TYPES
from geo.webmap import scripts

LEAFLET = "leaflet/leaflet.js"
DASHBOARD = "dashboard.js"
"""The module of the map in a dashboard; below static/."""
LAYERS = (
    *("countries", "regions", "districts", "lakes", "rivers", "exclaves", "borders"),
    *("stretches", "places"),
)
WORLD = "world.json"
"""File of the world's countries beside the document."""
SHADED = ("districts", "stretches")
"""Layers of which only what incidents hang on is drawn, as a shading."""
KEPT = ("place_id", "kind", "country", "rank", "valid_from", "valid_to")
GRID = 1e-4
"""Degrees to which coordinates are rounded for the browser: some 10 m, below a pixel."""


def document(package: Package, *, embed: bool) -> dict[str, Any]:
    """Everything that the base map draws.

    Parameters
    ----------
    embed : bool
        Whether relief and world are embedded (for a single file) or left to be fetched beside
        the document (as `relief_name` and `WORLD`).

    Returns
    -------
    dict
        ``layers`` (name -> FeatureCollection; each feature's
        ``n`` is its site, ``at`` the [longitude, latitude] to name it at, ``first`` is there
        and true where the package wants it named before all else),
        ``types`` (name and colour of each event type, in the order of the vocabulary),
        ``relief`` (``url`` and ``bounds`` [[south, west], [north, east]]) or None,
        ``world`` (``url``, or what `geo.world.outlines` gives),
        ``window`` (see `geo.places.window_of`) or None,
        ``untranslated`` (by language what the mark after an English name means, where some
        feature has no other), ``attribution`` (list of credit lines).
        The names of a feature are as a map writes them, see `geo.places.name_in`.
    """
    numbers = {(site.layer, site.feature_id): site.number for site in sites(package)}
    hung_on = (site_of(package, row) for row in range(len(package.incidents)))
    used = {site.number for site in hung_on if site}
    first = named_first(package)
    unnamed: set[str] = set()
    layers: dict[str, Any] = {}
    for name in LAYERS:
        frame = package.layers.get(name)
        if frame is None:
            continue
        if name in SHADED:
            frame = frame[[numbers[name, str(row)] in used for row in frame["id"]]]
        if "follows_border" in frame:
            # Where river and border run together the border is drawn: the river's line, from a
            # coarser source, would show beside it.
            frame = frame[frame["follows_border"].isna()]
        frame = frame.assign(geometry=shapely.set_precision(frame.geometry.values, GRID))
        features = []
        for row in frame.to_dict("records"):
            properties: dict[str, Any] = {**names_in_all(row)}
            unnamed.update(code for code in MEANING if is_untranslated(row, code))
            properties |= {
                key: row[key] for key in KEPT if pd.notna(row.get(key)) and row[key] != ""
            }
            point = representative_point(row["geometry"])
            properties["at"] = [round(point.x, 4), round(point.y, 4)]
            number = numbers.get((name, str(row["id"])))
            if number is not None:
                properties["n"] = number
            if name == "places" and row.get("place_id") in first:
                properties["first"] = True
            geometry = shapely.geometry.mapping(row["geometry"])
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": geometry["type"], "coordinates": _round(geometry)},
                    "properties": properties,
                }
            )
        layers[name] = {"type": "FeatureCollection", "features": features}
    return {
        "layers": layers,
        "types": [{"name": name, "color": color} for name, (color, _) in EVENT_TYPES.items()],
        "relief": _relief(package, embed=embed),
        "world": world.outlines() if embed else {"url": WORLD},
        "window": window_of(package),
        "untranslated": {code: MEANING[code] for code in MEANING if code in unnamed},
        "attribution": map_credits(package),
    }


def packed(document: dict[str, Any]) -> dict[str, Any]:
    """Write the coordinates of a base document as steps from point to point.

    Returns
    -------
    dict
        The same with lines and rings as flat lists of whole numbers: longitude and latitude of
        the first point in units of `GRID`, then what each next one adds. It takes less
        than half the room; ``static/atlas/packing.js`` unpacks it.
    """
    layers = {
        name: {
            **layer,
            "features": [
                {**feature, "geometry": _packed(feature["geometry"])}
                for feature in layer["features"]
            ],
        }
        for name, layer in document["layers"].items()
    }
    return {**document, "layers": layers, "grid": round(1 / GRID)}


def _packed(geometry: dict[str, Any]) -> dict[str, Any]:
    if geometry["type"] == "Point":
        return geometry

    def steps(part: list[Any]) -> list[Any]:
        if not isinstance(part[0][0], (int, float)):
            return [steps(item) for item in part]
        points = np.rint(np.array(part, dtype=float) * round(1 / GRID)).astype(int)
        flat: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
        return flat

    return {"type": geometry["type"], "coordinates": steps(geometry["coordinates"])}


def script() -> str:
    """Leaflet and our map as one script, so that a slow line asks once."""
    return f"{(STATIC / LEAFLET).read_text('utf-8')}\n;\n{scripts.link(STATIC / DASHBOARD)}"


def dumps(value: Any) -> str:
    """JSON text, compact and stable; refuses NaN."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def relief_name(package: Package) -> str:
    """File name of the relief beside the document; empty where the package has none."""
    known = relief(package)
    return f"relief-{hashlib.sha256(known.content).hexdigest()[:12]}.webp" if known else ""


def _relief(package: Package, *, embed: bool) -> dict[str, Any] | None:
    known = relief(package)
    if known is None:
        return None
    url = relief_name(package)
    if embed:
        url = "data:image/webp;base64," + base64.b64encode(known.content).decode()
    west, south, east, north = known.bounds
    return {"url": url, "bounds": [[south, west], [north, east]]}


def _round(geometry: dict[str, Any]) -> Any:
    def rounded(part: Any) -> Any:
        if isinstance(part[0], (int, float)):
            return [round(part[0], 4), round(part[1], 4)]
        return [rounded(item) for item in part]

    return rounded(geometry["coordinates"])
