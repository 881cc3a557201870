"""Whether a point lies in the country that its row names, as far as our layer of them tells."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.package import default_directory

MARGIN = 0.5
"""Degrees that a point may lie outside: about 50 km."""
COARSE = 0.03
"""Degrees that outlines may be off."""
Mask = npt.NDArray[np.bool_]


class Ground:
    """Countries of a layer, a little widened; of those that the map's edge cuts, what is left.

    Parameters
    ----------
    features : list of dict
        GeoJSON features with ``country`` and ``clipped`` among their properties.
    """

    def __init__(self, features: list[dict[str, Any]]) -> None:
        self._wide: dict[str, shapely.Geometry] = {}
        self._inner: dict[str, shapely.Geometry] = {}
        self._whole: set[str] = set()
        for feature in features:
            properties = feature["properties"]
            code = str(properties.get("country") or "")
            shape = shapely.geometry.shape(feature["geometry"]).simplify(COARSE)
            wide, inner = (
                shape.buffer(width, quad_segs=3).simplify(COARSE) for width in (MARGIN, -MARGIN)
            )
            self._wide[code] = shapely.union_all([self._wide.get(code, wide), wide])
            self._inner[code] = shapely.union_all([self._inner.get(code, inner), inner])
            if not properties.get("clipped"):
                self._whole.add(code)
        everything = shapely.union_all(list(self._wide.values())) if self._wide else None
        self.bounds = shapely.bounds(everything) if everything is not None else np.full(4, np.nan)
        for shapes in (self._wide, self._inner):
            shapely.prepare(list(shapes.values()))

    @classmethod
    def load(cls, directory: Path | None = None) -> Ground:
        """Read the layer ``countries`` of a data package; nothing is known without one."""
        return _loaded(directory or default_directory())

    @classmethod
    def _read(cls, directory: Path) -> Ground:
        try:
            resources = json.loads((directory / "datapackage.json").read_text("utf-8"))["resources"]
            path = next(r["path"] for r in resources if r["name"] == "countries")
            return cls(json.loads((directory / path).read_text("utf-8"))["features"])
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
            False wherever the layer cannot tell.
        """
        west, south, east, north = self.bounds
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if code in self._wide:
            outside = ~shapely.contains_xy(self._wide[code], lon, lat)
            return np.asarray(outside if code in self._whole else outside & near)
        wrong = np.zeros(len(lon), dtype=bool)
        if not near.any():
            return wrong
        for shape in self._inner.values():
            wrong[near] |= shapely.contains_xy(shape, lon[near], lat[near])
        return wrong

    def doubtful(
        self, codes: pa.Array, lon: npt.NDArray[Any], lat: npt.NDArray[Any]
    ) -> tuple[Mask, Mask]:
        """Which points lie far outside the one country that their row names.

        Parameters
        ----------
        codes : pyarrow.Array of string
            ISO 3166-1 alpha-2; several with ``;`` between are not compared.
        lon, lat : numpy.ndarray of float
            Degrees, EPSG:4326; NaN where there is no point.

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
            turned = self.within(code, lat[away], lon[away])
            swapped[away[turned]] = True
            far[away[~turned]] = True
        return far, swapped

    def within(self, code: str, lon: npt.NDArray[Any], lat: npt.NDArray[Any]) -> Mask:
        """Whether points lie in a country or near it; False where it is not in the layer."""
        if code not in self._wide:
            return np.zeros(len(lon), dtype=bool)
        return np.asarray(shapely.contains_xy(self._wide[code], lon, lat))


@cache
def _loaded(directory: Path) -> Ground:
    return Ground._read(directory)
