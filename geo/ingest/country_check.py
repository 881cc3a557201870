"""Whether a point lies in the country that its row names.

A data package's layer of countries tells it exactly where it reaches; elsewhere `lands` tells it
roughly, for the whole world.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.files import default_directory
from geo.ingest import cells, country_areas

MARGIN = 0.5
"""Degrees that a point may lie outside: about 50 km."""
COARSE = 0.03
"""Degrees that outlines may be off."""
COORDINATES = re.compile(rb'"coordinates"\s*:\s*(\[[-+.,\w\s\[\]]*\])')
Mask = npt.NDArray[np.bool_]


class Ground:
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
        self._wide, self._inner = _Areas(outlines, MARGIN), _Areas(outlines, -MARGIN)

    @cached_property
    def bounds(self) -> npt.NDArray[np.float64]:
        """West, south, east and north of all countries, in degrees; NaN without any."""
        if not len(self._wide):
            return np.full(4, np.nan)
        return np.asarray(shapely.total_bounds(list(self._wide.values())))

    @classmethod
    def load(cls, directory: Path | None = None) -> Ground:
        """Read the layer ``countries`` of a data package; nothing is known without one."""
        return _loaded(directory or default_directory())

    @classmethod
    def _read(cls, directory: Path) -> Ground:
        try:
            resources = json.loads((directory / "datapackage.json").read_text("utf-8"))["resources"]
            path = next(r["path"] for r in resources if r["name"] == "countries")
            return cls(_features((directory / path).read_bytes()))
        except (OSError, ValueError, KeyError, StopIteration, TypeError):
            return cls([])

    def far(self, code: str, lon: npt.NDArray[Any], lat: npt.NDArray[Any]) -> Mask:
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
            return np.asarray(~shapely.contains_xy(self._wide[code], lon, lat))
        west, south, east, north = self.bounds
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if code in self._wide:
            wrong = np.asarray(~shapely.contains_xy(self._wide[code], lon, lat) & near)
            elsewhere = ~near
        else:
            wrong = np.zeros(len(lon), dtype=bool)
            for shape in self._inner.values() if near.any() else ():
                wrong[near] |= shapely.contains_xy(shape, lon[near], lat[near])
            elsewhere = ~wrong
        if elsewhere.any():
            wrong[elsewhere] = country_areas.known().beyond(code, lon[elsewhere], lat[elsewhere])
        return wrong

    def doubtful(
        self,
        codes: pa.Array,
        lon: npt.NDArray[Any],
        lat: npt.NDArray[Any],
        start: pa.Array | None = None,
    ) -> tuple[Mask, Mask]:
        """Which points lie far outside the one country that their row names.

        Parameters
        ----------
        codes : pyarrow.Array of string
            ISO 3166-1 alpha-2; several with ``;`` between are not compared.
        lon, lat : numpy.ndarray of float
            Degrees, EPSG:4326; NaN where there is no point.
        start : pyarrow.Array of int, optional
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
            if start is not None and len(away):
                years = cells.years(start.take(pa.array(away)))
                away = away[~country_areas.formerly(code, lon[away], lat[away], years)]
            turned = self.within(code, lat[away], lon[away])
            swapped[away[turned]] = True
            far[away[~turned]] = True
        return far, swapped

    def within(self, code: str, lon: npt.NDArray[Any], lat: npt.NDArray[Any]) -> Mask:
        """Whether points lie in a country or near it; False where it is not known."""
        found = np.zeros(len(lon), dtype=bool)
        if code in self._wide:
            found |= shapely.contains_xy(self._wide[code], lon, lat)
        if code not in self._whole and not found.all():
            found |= country_areas.known().near(code, lon, lat)
        return found


class _Areas(Mapping[str, shapely.Geometry]):
    """Countries widened by so many degrees, or narrowed; each is made when it is first needed."""

    def __init__(self, outlines: dict[str, list[Any]], width: float) -> None:
        self._outlines, self._width = outlines, width
        self._made: dict[str, shapely.Geometry] = {}

    def __getitem__(self, code: str) -> shapely.Geometry:
        if code not in self._made:
            shapes = [_shape(one).simplify(COARSE) for one in self._outlines[code]]
            wide = [shape.buffer(self._width, quad_segs=3).simplify(COARSE) for shape in shapes]
            self._made[code] = shapely.union_all(wide)
            shapely.prepare(self._made[code])
        return self._made[code]

    def __contains__(self, code: object) -> bool:
        return code in self._outlines

    def __iter__(self) -> Iterator[str]:
        return iter(self._outlines)

    def __len__(self) -> int:
        return len(self._outlines)


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
def _loaded(directory: Path) -> Ground:
    return Ground._read(directory)
