"""Whether a point lies in the country that its row names.

A data package's layer of countries tells it exactly where it reaches; elsewhere the outlines of
`geo.world` tell it roughly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.affinity import translate

from geo import world
from geo.files import default_directory
from geo.ingest import cells
from geo.ingest.cells import Mask

ON_LAND = 80.0
"""Kilometres that a point on land may lie outside a country."""
AT_SEA = 450.0
"""The same at sea: the 200 nautical miles of an economic zone, and what outlines leave out."""
KM_A_DEGREE = 111.2
BAND = 10
"""Degrees of latitude over which a degree of longitude is taken to keep its length."""
FORMER: tuple[tuple[str, int, str], ...] = (
    ("CZ", 1992, "SK"),
    ("ET", 1993, "ER"),
    ("ID", 2002, "TL"),
    ("RS", 1992, "BA HR MK SI"),
    ("RS", 2006, "ME"),
    ("RU", 1991, "AM AZ BY EE GE KG KZ LT LV MD TJ TM UA UZ"),
    ("SD", 2011, "SS"),
    ("ZA", 1990, "NA"),
)
"""Country, the last year in which it held others, and these.

Since 1989, where UCDP GED begins; that data set names the state of the day. After Gleditsch and
Ward's list of states (see `geo.ingest.countries.GLEDITSCH_WARD`).
"""
Numbers = npt.NDArray[np.float64]


class WorldAreas:
    """Areas of countries, widened when they are first asked for.

    Parameters
    ----------
    features : iterable of dict
        As `geo.world.features` gives them.
    """

    def __init__(self, features: Iterable[Mapping[str, Any]]) -> None:
        self._areas: dict[str, list[Any]] = {}
        self._wide: dict[tuple[str, float], shapely.Geometry] = {}
        self._all: list[Any] = []
        for feature in features:
            self._all.append(feature["geometry"])
            named = (feature["properties"].get(key) for key in ("country", "also"))
            for code in filter(None, named):
                self._areas.setdefault(code, []).append(feature["geometry"])

    @cached_property
    def _land(self) -> shapely.Geometry:
        parts = shapely.get_parts([shapely.geometry.shape(area) for area in self._all])
        whole = shapely.MultiPolygon(parts[shapely.get_dimensions(parts) == 2].tolist())
        shapely.prepare(whole)
        return whole

    def near(self, code: str, lon: Numbers, lat: Numbers, reach: float = ON_LAND) -> Mask:
        """Whether points lie in a country or within so many kilometres of it; not if unknown."""
        if code not in self._areas:
            return np.zeros(len(lon), dtype=bool)
        key = (code, reach)
        if key not in self._wide:
            shapes = [shapely.geometry.shape(area) for area in self._areas[code]]
            self._wide[key] = around(shapely.union_all(shapes), reach)
            shapely.prepare(self._wide[key])
        return np.asarray(shapely.contains_xy(self._wide[key], lon, lat))

    def beyond(self, code: str, lon: Numbers, lat: Numbers) -> Mask:
        """Whether points lie far outside a country, as `CountryAreas.far` tells it.

        False everywhere for a country that is not known, such as a small island's.
        """
        if code not in self._areas:
            return np.zeros(len(lon), dtype=bool)
        wrong = ~self.near(code, lon, lat)
        index = np.flatnonzero(wrong)
        if len(index):
            # Mostly few: ships, islets and capes that the outlines lack.
            sea = index[~shapely.contains_xy(self._land, lon[index], lat[index])]
            if len(sea):
                wrong[sea[self.near(code, lon[sea], lat[sea], AT_SEA)]] = False
        return wrong


@cache
def world_countries() -> WorldAreas:
    """The countries that come with Marz, read when they are first needed."""
    return WorldAreas(world.features())


def formerly(code: str, lon: Numbers, lat: Numbers, years: Numbers) -> Mask:
    """Whether points lie in what a country held in their years (NaN where not known)."""
    found = np.zeros(len(lon), dtype=bool)
    for holder, last, areas in FORMER:
        if holder == code and (early := years <= last).any():
            for area in areas.split():
                found[early] |= world_countries().near(area, lon[early], lat[early])
    return found


def around(shape: shapely.Geometry, reach: float) -> shapely.Geometry:
    """A shape widened on all sides, by about as many kilometres in each direction.

    Parameters
    ----------
    shape : shapely.Geometry
        EPSG:4326.
    reach : float
        Kilometres.

    Returns
    -------
    shapely.Geometry
        EPSG:4326; what reaches over the 180th meridian is there on the other side too.
    """
    shape = shape.simplify(reach / KM_A_DEGREE / 6)  # a ragged coast is the dearer
    _, south, _, north = shape.bounds
    parts = []
    for low in range(int(south // BAND) * BAND, int(np.ceil(north)), BAND):
        # A little over the band, for what lies right on its edge.
        part = shapely.clip_by_rect(shape, -181, low - 0.01, 181, low + BAND + 0.01)
        if not part.is_empty:
            middle = (part.bounds[1] + part.bounds[3]) / 2
            narrow = np.array([np.cos(np.radians(middle)), 1.0])
            even = shapely.transform(part, lambda xy, by=narrow: xy * by)
            wide = shapely.buffer(even, reach / KM_A_DEGREE, quad_segs=2)
            parts.append(shapely.transform(wide, lambda xy, by=narrow: xy / by))
    whole = shapely.union_all(parts)
    if whole.bounds[0] < -180 or whole.bounds[2] > 180:
        whole = shapely.union_all([whole, translate(whole, 360), translate(whole, -360)])
    return whole


MARGIN = 0.5
"""Degrees that a point may lie outside: about 50 km."""
COARSE = 0.03
"""Degrees that outlines may be off."""
COORDINATES = re.compile(rb'"coordinates"\s*:\s*(\[[-+.,\w\s\[\]]*\])')


class CountryAreas:
    """Countries of a layer, a little widened; of those that the map's edge cuts, what is left.

    Parameters
    ----------
    features : list of dict
        GeoJSON features with ``country`` and ``clipped`` among their properties; a geometry may
        also be GeoJSON text.
    """

    def __init__(self, features: list[dict[str, Any]]) -> None:
        outlines: dict[str, list[Any]] = {}
        self._whole: set[str] = set()
        for feature in features:
            properties = feature["properties"]
            code = str(properties.get("country") or "")
            outlines.setdefault(code, []).append(feature["geometry"])
            if not properties.get("clipped"):
                self._whole.add(code)
        self._outlines = outlines
        self._areas: dict[tuple[str, float], shapely.Geometry] = {}

    @cached_property
    def bounds(self) -> Numbers:
        """West, south, east and north of all countries, in degrees; NaN without any."""
        if not self._outlines:
            return np.full(4, np.nan)
        return np.asarray(shapely.total_bounds([self._area(code) for code in self._outlines]))

    @staticmethod
    def load(directory: Path | None = None) -> CountryAreas:
        """Read the layer ``countries`` of a data package; nothing is known without one."""
        return _loaded(directory or default_directory())

    def _area(self, code: str, width: float = MARGIN) -> shapely.Geometry:
        """A country widened by so many degrees, or narrowed; made when it is first needed."""
        if (code, width) not in self._areas:
            shapes = [_shape(one).simplify(COARSE) for one in self._outlines[code]]
            wide = [shape.buffer(width, quad_segs=3).simplify(COARSE) for shape in shapes]
            self._areas[code, width] = shapely.union_all(wide)
            shapely.prepare(self._areas[code, width])
        return self._areas[code, width]

    def far(self, code: str, lon: Numbers, lat: Numbers) -> Mask:
        """Whether points lie far outside a country.

        Parameters
        ----------
        code : str
            ISO 3166-1 alpha-2.
        lon, lat : numpy.ndarray of float
            Degrees, EPSG:4326.

        Returns
        -------
        numpy.ndarray of bool
            False wherever neither the layer nor the world's can tell.
        """
        if code in self._whole:
            return np.asarray(~shapely.contains_xy(self._area(code), lon, lat))
        west, south, east, north = self.bounds
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if code in self._outlines:
            wrong = np.asarray(~shapely.contains_xy(self._area(code), lon, lat) & near)
            elsewhere = ~near
        else:
            wrong = np.zeros(len(lon), dtype=bool)
            for other in self._outlines if near.any() else ():
                wrong[near] |= shapely.contains_xy(self._area(other, -MARGIN), lon[near], lat[near])
            elsewhere = ~wrong
        if elsewhere.any():
            wrong[elsewhere] = world_countries().beyond(code, lon[elsewhere], lat[elsewhere])
        return wrong

    def doubtful(
        self, codes: pa.Array, lon: Numbers, lat: Numbers, start: pa.Array
    ) -> tuple[Mask, Mask]:
        """Which points lie far outside the one country that their row names.

        Parameters
        ----------
        codes : pyarrow.Array of string
            ISO 3166-1 alpha-2; several with ``;`` between are not compared.
        lon, lat : numpy.ndarray of float
            Degrees, EPSG:4326; NaN where there is no point.
        start : pyarrow.Array of int
            Days since 1970-01-01: what a country has lost since was its own then.

        Returns
        -------
        tuple of numpy.ndarray of bool
            Those far away, and those that would be right with the two exchanged.
        """
        coded = pc.dictionary_encode(codes)
        indices = np.asarray(pc.fill_null(coded.indices, -1))
        far, swapped = np.zeros(len(lon), dtype=bool), np.zeros(len(lon), dtype=bool)
        placed = ~np.isnan(lon)
        for number, code in enumerate(coded.dictionary.to_pylist()):
            rows = np.flatnonzero((indices == number) & placed)
            if ";" in code or not len(rows):
                continue
            away = rows[self.far(code, lon[rows], lat[rows])]
            if len(away):
                years = cells.years(start.take(pa.array(away)))
                away = away[~formerly(code, lon[away], lat[away], years)]
            turned = self.within(code, lat[away], lon[away])
            swapped[away[turned]] = True
            far[away[~turned]] = True
        return far, swapped

    def within(self, code: str, lon: Numbers, lat: Numbers) -> Mask:
        """Whether points lie in a country or near it; False where it is not known."""
        found = np.zeros(len(lon), dtype=bool)
        if code in self._outlines:
            found |= shapely.contains_xy(self._area(code), lon, lat)
        if code not in self._whole and not found.all():
            found |= world_countries().near(code, lon, lat)
        return found


def _shape(geometry: dict[str, Any] | bytes) -> shapely.Geometry:
    if isinstance(geometry, bytes):
        return shapely.from_geojson(geometry)
    return shapely.geometry.shape(geometry)


def _features(document: bytes) -> list[dict[str, Any]]:
    """Features of a GeoJSON document, their geometries as text: numbers take long to read."""
    lists: list[bytes] = []

    def put_aside(found: re.Match[bytes]) -> bytes:
        lists.append(found[1])
        return b'"coordinates": %d' % (len(lists) - 1)

    features: list[dict[str, Any]] = json.loads(COORDINATES.sub(put_aside, document))["features"]
    for feature in features:
        geometry = feature["geometry"]
        kind, coordinates = json.dumps(geometry["type"]), lists[geometry["coordinates"]]
        feature["geometry"] = f'{{"type": {kind}, "coordinates": '.encode() + coordinates + b"}"
    return features


@cache
def _loaded(directory: Path) -> CountryAreas:
    try:
        resources = json.loads((directory / "datapackage.json").read_text("utf-8"))["resources"]
        path = next(r["path"] for r in resources if r["name"] == "countries")
        return CountryAreas(_features((directory / path).read_bytes()))
    except (OSError, ValueError, KeyError, StopIteration, TypeError):
        return CountryAreas([])
