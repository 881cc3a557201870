"""The countries of the world, coarse: they come with Marz, whatever data package it shows.

`tools/build_world.py` makes them; ``datapackage.json`` beside them says of what, and under which
licence. A data package's own layer ``countries`` is finer, and comes first where it reaches.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

FOLDER = Path(__file__).resolve().parent
GRID = 100
"""Parts of a degree to which the coordinates are rounded."""
CREDIT = "Natural Earth"
"""What stands among the credits of a map that draws them."""


@cache
def features() -> tuple[dict[str, Any], ...]:
    """GeoJSON features with ``country`` and ``also`` (ISO 3166-1 alpha-2), EPSG:4326.

    Read once, when they are first asked for. Treat them as frozen.
    """
    document = json.loads((FOLDER / "countries.geojson").read_text("utf-8"))
    return tuple(document["features"])


@cache
def shapes() -> npt.NDArray[np.object_]:
    """The areas, in EPSG:4326, without the points. Treat them as frozen."""
    found = [shapely.geometry.shape(feature["geometry"]) for feature in features()]
    return np.array([one for one in found if one.area > 0], dtype=object)


def outlines() -> dict[str, Any]:
    """The areas for a browser, packed small.

    Returns
    -------
    dict
        ``areas``: polygons, each a list of rings, each the longitude and latitude of its first
        point and then what each next one adds, as whole numbers; ``grid``: how many of these
        make a degree.
    """
    areas = []
    for feature in features():
        kind, parts = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        if kind != "MultiPoint":
            polygons = parts if kind == "MultiPolygon" else [parts]
            areas += [[_steps(ring) for ring in rings] for rings in polygons]
    return {"grid": GRID, "areas": areas}


def _steps(ring: list[list[float]]) -> list[int]:
    points = np.rint(np.array(ring) * GRID).astype(int)
    flat: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
    return flat
