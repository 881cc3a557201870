"""The Frictionless descriptors of the built files, which the data package takes over."""

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.layers.packages import (
    ADMIN1,
    BORDERS_BEFORE,
    BORDERS_NOW,
    ELEVATION,
    GEONAMES,
    LAND,
    NATURAL_EARTH,
    Package,
)
from tools.layers.relief import bounds

OSM_CREDIT = "© OpenStreetMap contributors, via timezone-boundary-builder"
ODBL = {
    "name": "ODbL-1.0",
    "title": "Open Data Commons Open Database License 1.0",
    "path": "layers/odbl/LICENSE.txt",
}
CC_BY = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
NATURAL_EARTH_TERMS = {
    "name": "other-pd",
    "title": "Public domain (Natural Earth)",
    "path": "https://www.naturalearthdata.com/about/terms-of-use/",
}
GEBCO_TERMS = {
    "name": "other-pd",
    "title": "Public domain (GEBCO)",
    "path": "https://www.gebco.net/",
}
GEBCO_CREDIT = (
    "GEBCO Compilation Group (2023), GEBCO_2023 Grid, "
    "doi:10.5285/f98b053b-0cbc-6c23-e053-6c86abc0af7b"
)

# What the properties mean; a layer lists those that it has.
MEANINGS = {
    "place_id": "What records join on. Several features share one when they are vintages of "
    "one thing; each feature's own id is its top-level `id`.",
    "name": "English name; null where the source has none.",
    "name_tg": "Tajik name; null where no package has it and no page was read that does.",
    "name_ky": "Kyrgyz name; null where no package has it and no page was read that does.",
    "name_ru": "Russian name; null where no package has it and no page was read that does.",
    "name_fa": "Dari or Persian name; null where no package has it and no page was read that does.",
    "name_source": "Pages that print the names which no packaged source proves: addresses by "
    "property ({name_ru: address}); null where all names are from packages.",
    "kind": "border, stretch, country, region, exclave, lake, river or place; places that records "
    "name may also be a district, post, gorge, pass, range or area.",
    "country": "ISO 3166-1 alpha-2 code of the country it belongs to; for a border both, parted "
    "by ';'; null for rivers and unnamed lakes.",
    "wikidata": "Wikidata item, where the source gives one.",
    "valid_from": "First day (ISO 8601) on which this vintage is taken to have been in force; "
    "null: no first day is known.",
    "valid_to": "Last day (ISO 8601) on which this vintage is taken to have been in force; "
    "null: still in force.",
    "length_km": "Geodesic length on WGS 84 of the unsimplified line, exclaves included.",
    "length_km_drawn": "Geodesic length on WGS 84 of the simplified line of this file.",
    "published_lengths": "Lengths that others publish: list of {by, km, text}.",
    "label_lines": "Smoothed stretches [[lon, lat], ...], left to right, to write the name along.",
    "source": "Data and package that the geometry comes from.",
    "follows_border": "place_id of the border that follows the river: draw that line instead.",
    "approximate": "Whether the course is computed and not mapped.",
    "note": "What a reader must know before using it.",
    "clipped": "Whether the edge of the map cuts the polygon.",
    "enclosed_by": "ISO 3166-1 alpha-2 code of the country around it.",
    "area_km2": "Geodesic area on WGS 84 of the unsimplified polygon.",
    "geonames_id": "GeoNames id.",
    "rank": "1 capital, 2 regional centre, 3 town, 4 village, 5 of interest for its records alone: "
    "for the priority of labels.",
    "names_other": "Other spellings, of GeoNames (at most 40) and of the records' sources: for "
    "searching.",
    "within": "place_id of what holds the place; a place without a geometry is drawn there.",
    "border": "place_id of the border that the stretch is part of.",
}


def _origin(package: Package, what: str, path: str) -> dict[str, str]:
    return {"title": f"{what}, from {package.label}", "path": path}


_OSM = "https://github.com/evansiroky/timezone-boundary-builder"
_OSM_NOW = _origin(BORDERS_NOW, "OpenStreetMap through timezone-boundary-builder", _OSM)
_OSM_BEFORE = _origin(BORDERS_BEFORE, "OpenStreetMap through timezone-boundary-builder", _OSM)
_CLDR = {
    "title": f"Unicode CLDR (names of countries and capitals), from PyPI babel {version('babel')}",
    "path": "https://cldr.unicode.org/",
}
_GEBCO = _origin(ELEVATION, "GEBCO_2023 Grid", "https://www.gebco.net/")
_NE = "https://www.naturalearthdata.com/"


@dataclass(frozen=True)
class Layer:
    """What a GeoJSON layer's file can't say itself."""

    path: str
    title: str
    description: str
    licence: dict[str, str]
    sources: tuple[dict[str, str], ...]
    credit: str


GEOJSON_LAYERS = (
    Layer(
        "layers/odbl/borders.geojson",
        "The two borders",
        "The Tajik-Afghan border, and the Tajik-Kyrgyz border before and since the treaty of "
        "13 March 2025, simplified with a tolerance of 50 m. The difference between the "
        "vintages mixes the treaty with re-mapping: it is not territory ceded.",
        ODBL,
        (_OSM_NOW, _OSM_BEFORE),
        OSM_CREDIT,
    ),
    Layer(
        "layers/odbl/countries.geojson",
        "Countries",
        "Tajikistan and seven countries around it, clipped to about 60-82 E, 33-46 N and "
        "simplified together so that neighbours keep one edge.",
        ODBL,
        (_OSM_NOW, _CLDR),
        OSM_CREDIT,
    ),
    Layer(
        "layers/odbl/regions.geojson",
        "First-order regions",
        "Regions of Tajikistan and Kyrgyzstan and provinces of Afghanistan, under today's ISO "
        "3166-2 codes and names: Natural Earth's inner boundaries refitted to the countries.",
        ODBL,
        (_OSM_NOW, _origin(ADMIN1, "Natural Earth 10m admin-1", _NE)),
        f"{OSM_CREDIT}; Natural Earth",
    ),
    Layer(
        "layers/odbl/exclaves.geojson",
        "Exclaves",
        "Tajik and Uzbek exclaves around the Fergana Valley, before and since the treaty of "
        "13 March 2025. The 5.4 km² Tajik pocket by Tort-Kocho is no exclave and left out: "
        "only a road, mapped as neither country's, parts it from the mainland.",
        ODBL,
        (_OSM_NOW, _OSM_BEFORE),
        OSM_CREDIT,
    ),
    Layer(
        "layers/odbl/stretches.geojson",
        "Stretches of the borders",
        "The two borders cut where first-order regions meet, and the lines around Tajik exclaves, "
        "in the vintages of the borders: for what is known only to lie between two districts.",
        ODBL,
        (_OSM_NOW, _OSM_BEFORE, _origin(ADMIN1, "Natural Earth 10m admin-1", _NE)),
        f"{OSM_CREDIT}; Natural Earth",
    ),
    Layer(
        "layers/odbl/lakes.geojson",
        "Lakes",
        "Lakes and reservoirs over 15 km².",
        ODBL,
        (_origin(LAND, "OpenStreetMap", "https://github.com/simonepri/geo-maps"),),
        "© OpenStreetMap contributors, via geo-maps",
    ),
    Layer(
        "layers/places.geojson",
        "Places",
        "The gazetteer: settlements that a reader needs to find their way along both borders, and "
        "every place that records name. A place that no gazetteer of a package locates has the "
        "point that a cited page prints, or no geometry and the place that holds it. A name in "
        "another language is given only where CLDR has it, where the "
        "letters or a tagged source prove the language of a GeoNames spelling, or where a page "
        "prints it, which name_source then tells.",
        CC_BY,
        (
            _origin(GEONAMES, "GeoNames", "https://www.geonames.org/"),
            _CLDR,
        ),
        "GeoNames (CC BY 4.0)",
    ),
    Layer(
        "layers/rivers.geojson",
        "Rivers",
        "Courses of the larger rivers, about one to a million, and an approximate course of the "
        "Isfara, computed on a grid of elevations.",
        NATURAL_EARTH_TERMS,
        (_origin(NATURAL_EARTH, "Natural Earth 10m rivers", _NE), _GEBCO),
        f"Natural Earth; {GEBCO_CREDIT}",
    ),
)


def write_resources(data: Path) -> None:
    """Write ``layers/resources.json``, the last step of a build.

    Parameters
    ----------
    data : Path
        The folder that holds ``layers/``.
    """
    resources = [_geojson_resource(data, layer) for layer in GEOJSON_LAYERS]
    resources.append(_relief_resource(data))
    text = json.dumps(resources, ensure_ascii=False, indent=2)
    (data / "layers/resources.json").write_text(text + "\n", encoding="utf-8")


def _geojson_resource(data: Path, layer: Layer) -> dict[str, Any]:
    """Descriptor of one GeoJSON layer, with the meaning of each property that it has."""
    features = json.loads((data / layer.path).read_text(encoding="utf-8"))["features"]
    used = dict.fromkeys(key for item in features for key in item["properties"])
    return {
        "name": Path(layer.path).stem,
        "path": layer.path,
        "title": layer.title,
        "description": layer.description,
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
        **_fingerprint(data / layer.path),
        "licenses": [layer.licence],
        "sources": list(layer.sources),
        "attribution": layer.credit,
        "features": len(features),
        "properties": {key: MEANINGS[key] for key in used},
    }


def _relief_resource(data: Path) -> dict[str, Any]:
    """Descriptor of the relief image."""
    path = "layers/relief.webp"
    return {
        "name": "relief",
        "path": path,
        "title": "Shaded relief",
        "description": "Web-Mercator shaded relief with pale hypsometric tints, lit from the "
        "north-west; transparent towards its edges.",
        "format": "webp",
        "mediatype": "image/webp",
        **_fingerprint(data / path),
        "licenses": [GEBCO_TERMS],
        "sources": [_GEBCO],
        "attribution": GEBCO_CREDIT,
        "bounds": bounds(),
        "crs": "EPSG:3857",
        "properties": {
            "bounds": "[[south, west], [north, east]] in degrees: the corners of the image."
        },
    }


def _fingerprint(path: Path) -> dict[str, Any]:
    """Size and checksum, as Frictionless writes them."""
    content = path.read_bytes()
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
