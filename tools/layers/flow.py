"""An approximate course of the Isfara, which no package holds: the path of water on GEBCO."""

import heapq

import numpy as np
import shapely
from shapely import Geometry

from tools.layers.elevation import Elevation

# The headwaters, and the box in which the path is looked for: its north edge lies where the
# river's fan meets the plain of the Syr Darya.
SOURCE = (70.5754, 39.6696)
WEST, SOUTH, EAST, NORTH = 70.15, 39.55, 70.95, 40.36
NEIGHBOURS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]


def isfara(elevation: Elevation) -> Geometry:
    """Follow the water from the headwaters to the plain.

    Parameters
    ----------
    elevation : Elevation
        GEBCO's grid.

    Returns
    -------
    shapely.LineString
        Longitude and latitude, smoothed over some three cells.
    """
    window = elevation.window(WEST, SOUTH, EAST, NORTH)
    towards = _drainage(window.metres)
    cell = (
        int(np.abs(window.latitudes - SOURCE[1]).argmin()),
        int(np.abs(window.longitudes - SOURCE[0]).argmin()),
    )
    path = [cell]
    while path[-1] in towards:
        path.append(towards[path[-1]])
    rows, columns = np.array(path).T
    course = np.column_stack([window.longitudes[columns], window.latitudes[rows]])
    weights = np.array([1, 2, 3, 2, 1]) / 9
    inner = np.column_stack([np.convolve(axis, weights, mode="valid") for axis in course.T])
    return shapely.LineString(np.vstack([course[:1], inner, course[-1:]]))


def _drainage(metres: np.ndarray) -> dict[tuple[int, int], tuple[int, int]]:
    """For each cell the neighbour that its water runs to (a priority flood).

    Water leaves over the north edge only. Cells are flooded from there, lowest first, so that
    every cell drains to the one that it was flooded from and no pit can hold the path.
    """
    height, width = metres.shape
    north = height - 1  # rows run from south to north
    queue = [(float(metres[north, column]), north, column) for column in range(width)]
    heapq.heapify(queue)
    seen = np.zeros(metres.shape, bool)
    seen[north] = True
    towards = {}
    while queue:
        level, row, column = heapq.heappop(queue)
        for dy, dx in NEIGHBOURS:
            y, x = row + dy, column + dx
            if 0 <= y < height and 0 <= x < width and not seen[y, x]:
                seen[y, x] = True
                towards[y, x] = (row, column)
                heapq.heappush(queue, (max(level, float(metres[y, x])), y, x))
    return towards
