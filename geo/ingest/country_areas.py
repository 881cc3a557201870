"""Whether a point anywhere in the world can belong to the country that its row names.

Outlines are coarse and data sets write countries in more than one way, so this only finds what is
plainly elsewhere: on the land of another country, or far out at sea.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate

from geo import world

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
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


class Lands:
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
def known() -> Lands:
    """The countries that come with Marz, read when they are first needed."""
    return Lands(world.features())


def formerly(code: str, lon: Numbers, lat: Numbers, years: Numbers) -> Mask:
    """Whether points lie in what a country held in their years (NaN where not known)."""
    found = np.zeros(len(lon), dtype=bool)
    for holder, last, areas in FORMER:
        if holder == code and (early := years <= last).any():
            for area in areas.split():
                found[early] |= known().near(area, lon[early], lat[early])
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
