"""Web Mercator (EPSG:3857): how far north a latitude stands on a square map of the world."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LIMIT = 85.0511287798066
"""Latitude in degrees where the square map ends: atan(sinh(pi))."""
TILE = 256
"""Pixels of the whole world at zoom 0, as Leaflet has it."""


def northing(latitude: npt.ArrayLike) -> Floats:
    """Give the northing of latitudes on a globe of radius 1 (Snyder 1987, eq. 7-2a).

    Parameters
    ----------
    latitude : array_like of float
        Degrees, EPSG:4326; what lies beyond `LIMIT` is set to it.

    Returns
    -------
    numpy.ndarray of float
        From -pi at the southern edge of the map to pi at the northern one.
    """
    sine = np.sin(np.radians(np.clip(np.asarray(latitude, dtype=float), -LIMIT, LIMIT)))
    found: Floats = np.log((1 + sine) / (1 - sine)) / 2
    return found


def latitude(northing: npt.ArrayLike) -> Floats:
    """Give the latitudes in degrees of northings: the inverse of `northing`."""
    found: Floats = np.degrees(np.arctan(np.sinh(np.asarray(northing, dtype=float))))
    return found
