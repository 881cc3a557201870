"""Joins incidents to layer features; geodesic lengths and representative points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
from pyproj import Geod
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from geo import days
from geo.days import OPEN_START, day_of
from geo.model import LANGUAGE_NAMES, LANGUAGES, Bbox
from geo.package.load import Package, Rows, memoised
from geo.package.validate import JOINED
from geo.vocabulary import ESTABLISHED, EVENT_TYPES

GEOD = Geod(ellps="WGS84")
AREAS = ("district", "area")
"""Kinds of places that have an extent: a record in one lies somewhere in it."""


@dataclass(frozen=True, slots=True)
class Site:
    """A feature of a layer that incidents hang on.

    Attributes
    ----------
    number : int
        Stands for the site in the browser, so that no text has to.
    layer, feature_id, place_id, name : str
        The feature; `name` is its English name.
    lon, lat : float
        Representative point, EPSG:4326.
    valid_from, valid_to : str
        Vintage; "" where open.
    is_point : bool
        False for lines and areas, whose representative point is nobody's place.
    """

    number: int
    layer: str
    feature_id: str
    place_id: str
    name: str
    lon: float
    lat: float
    valid_from: str
    valid_to: str
    is_point: bool


def length_km(geometry: BaseGeometry) -> float:
    """Geodesic length on the WGS 84 ellipsoid (Karney 2013, through PROJ), in kilometres."""
    return float(GEOD.geometry_length(geometry)) / 1000


def representative_point(geometry: BaseGeometry) -> Point:
    """A point on a feature: never beside a bent line, never in the hole of an area.

    Parameters
    ----------
    geometry : shapely geometry
        EPSG:4326.

    Returns
    -------
    shapely.Point
        The point itself; the middle of the longest part of a line; shapely's representative
        point of the largest part of an area, so that no exclave stands for its country.
    """
    if geometry.geom_type in ("LineString", "MultiLineString"):
        merged = linemerge(geometry) if geometry.geom_type == "MultiLineString" else geometry
        parts: list[LineString] = list(getattr(merged, "geoms", [merged]))
        return max(parts, key=lambda part: part.length).interpolate(0.5, normalized=True)
    if geometry.geom_type == "Point":
        return geometry
    parts = getattr(geometry, "geoms", [geometry])
    # The parts lie close together, so planar sizes rank them well enough, in any coordinates.
    return max(parts, key=lambda part: part.area).representative_point()


@memoised
def sites(package: Package) -> tuple[Site, ...]:
    """Every feature that an incident may hang on, numbered from 0 in a stable order."""
    found: list[Site] = []
    for layer in JOINED:
        frame = package.layers.get(layer)
        if frame is None:
            continue
        for row in frame.sort_values("id").to_dict("records"):
            point = representative_point(row["geometry"])
            found.append(
                Site(
                    number=len(found),
                    layer=layer,
                    feature_id=str(row["id"]),
                    place_id=str(row["place_id"]),
                    name=str(row["name"] or row["place_id"]),
                    lon=round(point.x, 5),
                    lat=round(point.y, 5),
                    valid_from=str(row["valid_from"]),
                    valid_to=str(row["valid_to"]),
                    is_point=row["geometry"].geom_type == "Point",
                )
            )
    return tuple(found)


def site_of(package: Package, row: int) -> Site | None:
    """The feature that an incident is drawn on, in the vintage in force on its first day.

    It is its place, or where that has no geometry, the first of what holds it that has one.

    Returns
    -------
    Site or None
        None where the incident has no place.
    """
    return _joined(package)[row]


@memoised
def _joined(package: Package) -> list[Site | None]:
    vintages: dict[str, list[Site]] = {}
    for site in sites(package):
        vintages.setdefault(site.place_id, []).append(site)
    frame = package.incidents
    return [
        _in_force(vintages.get(drawn_on(package, place), []), _day(start, end))
        for place, start, end in zip(frame["place_id"], frame["start"], frame["end"], strict=True)
    ]


def _day(start: int, end: int) -> date | None:
    return day_of(end if start == OPEN_START else start)


def _in_force(candidates: list[Site], day: date | None) -> Site | None:
    """The vintage in force on a day; the latest where the day is not known."""
    ordered = sorted(candidates, key=lambda site: site.valid_from)
    if day is not None:
        for site in ordered:
            if site.valid_from <= day.isoformat() <= (site.valid_to or "9999"):
                return site
    return ordered[-1] if ordered else None


def vintage_day(package: Package, rows: Rows, *, today: date | None = None) -> date:
    """The day whose border lines are drawn strong: that of the latest incident shown.

    `today`, or the present day, where no incident with a date is shown.
    """
    starts = package.incidents["start"].to_numpy()[rows]
    latest = starts.max(initial=OPEN_START)  # which stands for no date as well
    return day_of(int(latest)) or today or days.today()


def features(package: Package, rows: Rows) -> dict[str, Any]:
    """One point a site that has incidents, for the map: numbers only, no text of any record.

    Returns
    -------
    dict
        A GeoJSON FeatureCollection. Properties: ``n``, the site's number; ``m``, its incidents
        in the order of time, each ``[row, type, established, deaths, start, end]`` with the
        type's number in the vocabulary, 1 or 0, the highest number of deaths that the record
        gives (-1 where none), and days since 1970-01-01.
    """
    known = members(package)
    by_site: dict[Site, list[list[int]]] = {}
    for row in rows.tolist():
        site = site_of(package, row)
        if site is not None:
            by_site.setdefault(site, []).append(known[row])
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": site.number,
                "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
                "properties": {"n": site.number, "m": found},
            }
            for site, found in sorted(by_site.items(), key=lambda pair: pair[0].number)
        ],
    }


@memoised
def members(package: Package) -> list[list[int]]:
    """What `features` says of each incident in ``m``, by row; made once a package."""
    frame = package.incidents
    kinds = {kind: number for number, kind in enumerate(EVENT_TYPES)}
    toll = frame[["fatalities_low", "fatalities_high"]].max(axis=1).fillna(-1)
    columns = (
        range(len(frame)),
        frame["event_type"].map(kinds),
        frame["status"].isin(ESTABLISHED),
        toll,
        frame["start"],
        frame["end"],
    )
    return [[int(v) for v in row] for row in zip(*columns, strict=True)]


@memoised
def extent_of(package: Package) -> Bbox:
    """Extent of the borders, which the map opens on."""
    return Bbox(*package.layers["borders"].total_bounds.tolist())


def named_first(package: Package) -> frozenset[str]:
    """Place ids that a reader must find named however small the map is."""
    # A package is anybody's: what is no list of ids names nothing.
    given = package.descriptor.get("named_first")
    return frozenset(
        filter(lambda one: isinstance(one, str), given if isinstance(given, list) else ())
    )


def window_of(package: Package) -> Bbox | None:
    """Where the layer of countries was cut off; None where it has each of them whole.

    Edges of countries on the edges of that extent are no borders.
    """
    frame = package.layers.get("countries")
    if frame is None or "clipped" not in frame or not frame["clipped"].eq(True).any():
        return None
    return Bbox(*frame.total_bounds.tolist())


@memoised
def _shapes(package: Package) -> dict[tuple[str, str], BaseGeometry]:
    """Layer and id of each feature that a record may hang on -> its geometry."""
    return {
        (layer, str(feature)): geometry
        for layer in JOINED
        if layer in package.layers
        for feature, geometry in zip(
            package.layers[layer]["id"], package.layers[layer].geometry, strict=True
        )
    }


def geodata(package: Package, rows: Rows) -> gpd.GeoDataFrame:
    """Incidents with the geometry that they hang on, for drawing and for files.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, the columns of the incidents and ``site`` (number, -1 without a place);
        the geometry is None where the incident has no place.
    """
    shapes = _shapes(package)
    frame = package.incidents.iloc[rows].copy()
    found = [site_of(package, int(row)) for row in rows]
    frame["site"] = [site.number if site else -1 for site in found]
    geometry = [shapes[site.layer, site.feature_id] if site else None for site in found]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


def in_force(frame: gpd.GeoDataFrame, day: date) -> pd.Series:
    """Which features of a layer with vintages were valid on a day."""
    text = day.isoformat()
    until = frame["valid_to"].where(frame["valid_to"] != "", "9999")
    return (frame["valid_from"] <= text) & (until >= text)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the gazetteer, or a line or area that a record may hang on.

    Attributes
    ----------
    place_id, name, kind, country : str
        As in its layer; `name` is the English one.
    within : str
        Place id of what holds it; "" where its layer does not say.
    located : bool
        Whether it has a geometry of its own.
    names : tuple of str
        Every spelling in every language that the layer gives, the English name first.
    """

    place_id: str
    name: str
    kind: str
    country: str
    within: str
    located: bool
    names: tuple[str, ...]


@memoised
def entries(package: Package) -> dict[str, Entry]:
    """Every place that a record may name, by its place id; of several vintages the last."""
    frames = [package.layers[layer] for layer in JOINED if layer in package.layers]
    return {
        str(row["place_id"]): Entry(
            place_id=str(row["place_id"]),
            name=str(row["name"] or row["place_id"]),
            kind=str(row["kind"]),
            country=str(row["country"]),
            within=str(row["within"]),
            located=located,
            names=tuple(dict.fromkeys(_names(row))),
        )
        for frame, located in [*((frame, True) for frame in frames), (package.unlocated, False)]
        for row in frame.sort_values("id").to_dict("records")
    }


def entry(package: Package, place_id: str) -> Entry | None:
    """The place of an id; None where it is blank or in no layer."""
    return entries(package).get(place_id)


def chain(package: Package, place_id: str) -> list[Entry]:
    """A place and what holds it, from the inside out; empty for an unknown id."""
    found: list[Entry] = []
    current = entry(package, place_id)
    while current is not None and current not in found:
        found.append(current)
        current = entry(package, current.within)
    return found


class KnownPlace(NamedTuple):
    """How well the place of an incident is known, for `geo.describe.place` to say.

    Attributes
    ----------
    name : str
        Of the place itself; "" where only what holds it is known.
    within : tuple of str
        Names of what holds it, the smallest first.
    precision : str
        One of `geo.vocabulary.PRECISIONS`, or "".
    located : bool
        Whether the place itself stands on the map.
    on_line : bool
        Whether the last of `within` is a line that the place is on.
    """

    name: str = ""
    within: tuple[str, ...] = ()
    precision: str = ""
    located: bool = True
    on_line: bool = False


def known_place(package: Package, row: int) -> KnownPlace:
    """The place of an incident, with what holds it where it has no point."""
    site, incident = site_of(package, row), package.incidents.iloc[row]
    if site is None:
        return KnownPlace(located=False)
    holders = chain(package, incident["place_id"])
    outside = next(number for number, entry in enumerate(holders) if entry.located)
    on_line = site.layer in ("stretches", "borders")
    if outside == 0:
        precision = "border" if on_line else incident["geo_precision"]
        if precision in ("exact", "near"):
            return KnownPlace(site.name, precision=precision)
        return KnownPlace(within=(site.name,), precision=precision)
    names = (*(entry.name for entry in holders[:outside]), site.name)
    if holders[0].kind in AREAS:
        return KnownPlace(within=names, precision="district", on_line=on_line)
    return KnownPlace(names[0], names[1:], located=False, on_line=on_line)


def drawn_on(package: Package, place_id: str) -> str:
    """Place id of the feature on which a place is drawn.

    Returns
    -------
    str
        The id itself where the place has a geometry, else that of the first of what holds it
        that has one; "" where there is none.
    """
    return next((e.place_id for e in chain(package, place_id) if e.located), "")


UNTRANSLATED = "*"
"""Stands on a map after an English name, where none is known in the language of the map."""
MEANING = {code: f"English name: no {name} one is known" for code, name in LANGUAGE_NAMES.items()}
"""Language -> what `UNTRANSLATED` means on a map in it, for legends."""


def name_in(properties: Mapping[str, Any], language: str) -> str:
    """The name of a feature as a map in a language writes it.

    Parameters
    ----------
    properties : mapping
        Of the feature: ``name``, and ``name_`` with the code of each language.
    language : str
        A code of `geo.model.LANGUAGES`; "" for English.

    Returns
    -------
    str
        Where no name in the language is known, the English one with `UNTRANSLATED` after it;
        "" where there is none either.
    """
    if is_untranslated(properties, language):
        return _text(properties.get("name")) + UNTRANSLATED
    return _text(properties.get(f"name_{language}" if language else "name"))


def names_in_all(properties: Mapping[str, Any]) -> dict[str, str]:
    """What `name_in` gives in each language, by the name of its property; without blanks."""
    named = {f"name_{code}" if code else "name": name_in(properties, code) for code in LANGUAGES}
    return {key: name for key, name in named.items() if name}


def is_untranslated(properties: Mapping[str, Any], language: str) -> bool:
    """Whether a map in a language writes the English name of a feature, for want of another."""
    known = _text(properties.get(f"name_{language}"))
    return bool(language and not known and _text(properties.get("name")))


def _text(value: object) -> str:
    # pandas has NaN for a name that a feature lacks and others have.
    return value if isinstance(value, str) else ""


def _names(row: dict[str, object]) -> list[str]:
    found = [str(row["name"] or row["place_id"])]
    for column, value in row.items():
        if str(column).startswith(("name_", "names_")):
            parts = value if isinstance(value, list) else [value]
            found += [part for part in parts if isinstance(part, str) and part]
    return found
