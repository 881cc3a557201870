"""From incidents to symbols on a map: near points clustered, overlapping ones decluttered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from shapely.geometry import box

from geo import places
from geo.package.load import Package
from geo.picture.basemap import BaseMap
from geo.picture.layout import Box
from geo.picture.symbols import Share, Symbol
from geo.places import Site
from geo.vocabulary import EVENT_TYPES

Rows = npt.NDArray[np.intp]
NEAR = 19.0
"""Points that lie closer than this on the paper share a symbol, at scale 1."""
GAP = 2.0
ROUNDS = 500


@dataclass(frozen=True)
class Placement:
    """What a map shows of some incidents, and what it cannot.

    Attributes
    ----------
    symbols : list of Symbol
        Within the frame, apart from one another.
    beyond : list of tuple of Site and int
        Sites outside the frame, with the number of their incidents.
    unplaced : int
        Incidents without a place.
    """

    symbols: list[Symbol]
    beyond: list[tuple[Site, int]]
    unplaced: int

    @property
    def count(self) -> int:
        """Incidents on the map."""
        return sum(symbol.count for symbol in self.symbols)


def clustered(
    package: Package, rows: Rows, basemap: BaseMap, scale: float, *, keep_off: list[Box]
) -> Placement:
    """Make the symbols of incidents on a base map.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents``.
    scale : float
        Of the symbols.
    keep_off : list of Box
        What no symbol may cover: scale bar and arrow.
    """
    inside: list[Symbol] = []
    beyond: list[tuple[Site, int]] = []
    placed = 0
    for site, members in members_of(package, rows):
        placed += len(members)
        x, y = _anchor(basemap, site)
        if basemap.holds(x, y):
            inside.append(_symbol(((site, members),), (x, y), scale))
        else:
            beyond.append((site, len(members)))
    known = dict(members_of(package, rows))
    merged = [
        _symbol(tuple((site, known[site]) for site in group), anchor, scale)
        for group, anchor in _clusters(inside, NEAR * scale)
    ]
    return Placement(declutter(merged, basemap.frame, keep_off), beyond, len(rows) - placed)


def members_of(package: Package, rows: Rows) -> list[tuple[Site, list[list[int]]]]:
    """Each site with what `geo.places.features` tells of its incidents."""
    known = places.sites(package)
    return [
        (known[feature["properties"]["n"]], feature["properties"]["m"])
        for feature in places.features(package, rows)["features"]
    ]


def _symbol(
    held: tuple[tuple[Site, list[list[int]]], ...], anchor: tuple[float, float], scale: float
) -> Symbol:
    members = [member for _, found in held for member in found]
    return Symbol(
        sites=tuple(site for site, _ in held),
        anchor=anchor,
        at=anchor,
        shares=shares_of(members),
        deaths=max(member[3] for member in members),
        scale=scale,
        tag=not held[0][0].is_point,
    )


def shares_of(members: list[list[int]]) -> tuple[Share, ...]:
    """Count incidents by type and standing, in the order of the types."""
    kinds = list(EVENT_TYPES)
    counts: dict[tuple[int, bool], int] = {}
    for _, kind, established, *_ in members:
        key = (kind, bool(established))
        counts[key] = counts.get(key, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], not item[0][1]))
    return tuple((kinds[kind], standing, number) for (kind, standing), number in ordered)


def _clusters(
    symbols: list[Symbol], near: float
) -> list[tuple[tuple[Site, ...], tuple[float, float]]]:
    """Cluster points greedily, the fullest site first and then by number; lines and areas never.

    As static/map/clusters.js does, so that both maps cluster alike.
    """
    order = sorted(symbols, key=lambda one: (-one.count, one.sites[0].number))
    leads: list[tuple[list[Site], tuple[float, float], bool]] = []
    for one in order:
        lead = next(
            (
                found
                for found in leads
                if not one.tag
                and not found[2]
                and np.hypot(found[1][0] - one.anchor[0], found[1][1] - one.anchor[1]) < near
            ),
            None,
        )
        if lead:
            lead[0].append(one.sites[0])
        else:
            leads.append(([one.sites[0]], one.anchor, one.tag))
    return [(tuple(sites), anchor) for sites, anchor, _ in leads]


def _anchor(basemap: BaseMap, site: Site) -> tuple[float, float]:
    """Where a site's symbol stands: for a line or an area, on what of it the frame holds."""
    x, y = basemap.point(site.lon, site.lat)
    if site.is_point or basemap.holds(x, y):
        return x, y
    frame = box(*basemap.frame)
    for shape in basemap.layers[site.layer]:
        if str(shape.properties["id"]) == site.feature_id:
            part = shape.geometry.intersection(frame)
            if not part.is_empty:
                point = places.representative_point(part)
                return point.x, point.y
    return x, y


def declutter(symbols: list[Symbol], frame: Box, keep_off: list[Box]) -> list[Symbol]:
    """Push symbols apart until none overlaps, each as near to its place as may be.

    Parameters
    ----------
    symbols : list of Symbol
        Their `at` does not count, their `anchor` does.
    frame : Box
        No symbol leaves it.
    keep_off : list of Box
        No symbol enters one.

    Returns
    -------
    list of Symbol
        In the same order; equal input gives equal output.
    """
    if not symbols:
        return []
    reach = np.array([symbol.reach for symbol in symbols])
    left, bottom, right, top = frame
    low = np.column_stack((left + reach + 1.5, bottom + reach + 1.5))
    high = np.maximum(low, np.column_stack((right - reach - 1.5, top - reach - 1.5)))
    at = np.array([symbol.anchor for symbol in symbols], dtype=float)
    # Symbols of the very same place would never part without a first step of their own.
    turn = np.arange(len(symbols)) * 2.399963
    at = np.clip(at + np.column_stack((np.cos(turn), np.sin(turn))) * 0.01, low, high)
    needed = reach[:, None] + reach[None, :] + GAP
    np.fill_diagonal(needed, 0)
    for _ in range(ROUNDS):
        step = at[:, None, :] - at[None, :, :]
        distance = np.hypot(step[..., 0], step[..., 1])
        overlap = np.clip(needed - distance, 0, None)
        moved = (step / np.maximum(distance, 1e-9)[..., None] * overlap[..., None]).sum(axis=1)
        pushed = _out_of(at, reach, keep_off, (bottom + top) / 2)
        if overlap.max() < 0.05 and np.abs(pushed).max() < 0.05:
            break
        at = np.clip(at + moved * 0.4 + pushed, low, high)
    return [
        replace(symbol, at=(float(x), float(y))) for symbol, (x, y) in zip(symbols, at, strict=True)
    ]


def _out_of(
    at: npt.NDArray[np.float64],
    reach: npt.NDArray[np.float64],
    boxes: list[Box],
    middle: float,
) -> npt.NDArray[np.float64]:
    """The shortest steps that bring discs out of boxes, towards the middle of the map."""
    step = np.zeros_like(at)
    for left, bottom, right, top in boxes:
        nearest = np.column_stack((np.clip(at[:, 0], left, right), np.clip(at[:, 1], bottom, top)))
        away = at - nearest
        distance = np.hypot(away[:, 0], away[:, 1])
        short = np.clip(reach + GAP - distance, 0, None)
        inside = distance < 1e-9
        upwards = (bottom + top) / 2 < middle
        away[inside] = (0.0, 1.0 if upwards else -1.0)
        distance[inside] = 1.0
        short[inside] += top - at[inside, 1] if upwards else at[inside, 1] - bottom
        step += away / distance[:, None] * short[:, None]
    return step
