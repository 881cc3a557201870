"""Land where a package's own layers end: the world's coarse countries, beneath everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import world

Shapes = npt.NDArray[np.object_]
LEAST = 1e-3
"""Share of the frame that the finer layer must leave free before the world is drawn."""
STEPS = 60
"""Parts into which a straight line across the frame is cut, for a projection bends it."""
BESIDE = 1.5
"""Points beside the finer layer within which no coarse line is drawn: it would look double."""


def land(
    near: BaseGeometry,
    frame: BaseGeometry,
    finer: Sequence[BaseGeometry],
    lay: Callable[..., Shapes],
) -> tuple[list[BaseGeometry], BaseGeometry]:
    """Areas and outlines of countries in a frame.

    Parameters
    ----------
    near : shapely geometry
        Around the frame, EPSG:4326.
    frame : shapely geometry
        In points.
    finer : sequence of shapely geometry
        Countries of the package, in points.
    lay : callable
        From geometries in EPSG:4326 to points.

    Returns
    -------
    tuple of (list of shapely geometry, shapely geometry)
        In points; nothing where the finer layer covers the frame.
    """
    nothing: tuple[list[BaseGeometry], BaseGeometry] = [], shapely.GeometryCollection()
    covered = shapely.union_all(list(finer))
    if shapely.difference(frame, covered).area < LEAST * frame.area:
        return nothing
    west, _, east, _ = near.bounds
    cut = shapely.intersection(world.shapes(), near)
    cut = shapely.segmentize(cut[~shapely.is_empty(cut)], (east - west) / STEPS)
    keep = frame.buffer(12, join_style="mitre")
    laid = [
        shapely.intersection(shapely.make_valid(one), keep)
        for one in lay(cut)
        if np.isfinite(shapely.get_coordinates(one)).all()
    ]
    areas = [one for one in laid if one.area > 0]
    edges = shapely.union_all(shapely.boundary(areas))
    return areas, shapely.difference(edges, shapely.buffer(covered, BESIDE))


def cut_edges(window: Sequence[float] | None, lay: Callable[[Shapes], Shapes]) -> BaseGeometry:
    """What lies on the edges at which the package's countries were cut off: no border is there."""
    if window is None:
        return shapely.Polygon()
    edge = shapely.segmentize(shapely.box(*window).boundary, (window[2] - window[0]) / STEPS)
    return shapely.buffer(lay(np.array([edge], dtype=object))[0], BESIDE)
