"""From incidents to symbols on a map: near points clustered, overlapping ones decluttered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import places
from geo.package.load import Package, Rows
from geo.picture.basemap import BaseMap
from geo.picture.layout import Box
from geo.picture.symbols import Share, Symbol
from geo.places import Site
from geo.vocabulary import EVENT_TYPES

NEAR = 15.0
"""Points that lie closer than this on the paper share a symbol, at scale 1."""
GAP = 2.0
ROUNDS = 500
WIDEST = 0.4
"""Share of the frame above which an area is no place on the map."""
WITHIN = 4
"""Of a tag's middle and corners, that lie in its area: with fewer it would point elsewhere."""


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
    beside : list of tuple of Site and int
        Lines and areas in the frame on which no tag has room, or that are most of it.
    """

    symbols: list[Symbol]
    beyond: list[tuple[Site, int]]
    unplaced: int
    beside: list[tuple[Site, int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Incidents on the map."""
        return sum(symbol.count for symbol in self.symbols)


def clustered(
    package: Package,
    rows: Rows,
    basemap: BaseMap,
    scale: float,
    *,
    keep_off: list[Box],
    near: float = NEAR,
    chosen: Callable[[Site], bool] = lambda _: True,
) -> Placement:
    """Make the symbols of incidents on a base map.

    Parameters
    ----------
    scale : float
        Of the symbols.
    keep_off : list of Box
        What no symbol may cover: scale bar, arrow and inset.
    near : float
        Points at scale 1 within which points share a symbol.
    chosen : callable, optional
        Which sites are on this map; the others are passed over.
    """
    known = members_of(package, rows)
    placed = sum(len(members) for _, members in known)
    points: list[Symbol] = []
    tags: list[tuple[Symbol, BaseGeometry]] = []
    beyond: list[tuple[Site, int]] = []
    beside: list[tuple[Site, int]] = []
    for site, members in known:
        if not chosen(site):
            continue
        if site.is_point:
            at = basemap.point(site.lon, site.lat)
            if basemap.holds(*at):
                points.append(_symbol(((site, members),), at, scale))
            else:
                beyond.append((site, len(members)))
            continue
        part = basemap.part(site.layer, site.feature_id)
        if part is None:
            beyond.append((site, len(members)))
        elif site.layer == "countries" or part.area > WIDEST * basemap.width * basemap.height:
            beside.append((site, len(members)))
        else:
            tags.append((_symbol(((site, members),), (0.0, 0.0), scale), part))
    held = dict(known)
    merged = [
        _symbol(tuple((site, held[site]) for site in group), anchor, scale)
        for group, anchor in _clusters(points, near * scale)
    ]
    towns = _towns(basemap, merged, scale)
    shown = declutter(merged, basemap.frame, [*keep_off, *towns])
    tagged, without = _tagged(basemap, tags, shown, [*keep_off, *towns])
    return Placement([*shown, *tagged], beyond, len(rows) - placed, beside + without)


def _towns(basemap: BaseMap, found: list[Symbol], scale: float) -> list[Box]:
    """Boxes of the towns that every map names, unless a symbol is theirs alone."""
    own = {one.sites[0].feature_id for one in found if len(one.sites) == 1}
    size = 3 * scale
    return [
        (x - size, y - size, x + size, y + size)
        for place in basemap.layers["places"]
        if place.properties["place_id"] in basemap.named_first
        and str(place.properties["id"]) not in own
        for x, y in [place.geometry.coords[0][:2]]
    ]


def _tagged(
    basemap: BaseMap, tags: list[tuple[Symbol, BaseGeometry]], points: list[Symbol],
    keep_off: Sequence[Box],
) -> tuple[list[Symbol], list[tuple[Site, int]]]:  # fmt: skip
    """Put each tag on its line or into its area, where nothing else is; the fullest first.

    Returns
    -------
    tuple of (list of Symbol, list of tuple of Site and int)
        Those with room, and the sites of those without.
    """
    taken = [*keep_off]
    discs = np.array([(*one.at, one.reach + GAP) for one in points]).reshape(-1, 3)
    found: list[Symbol] = []
    without: list[tuple[Site, int]] = []
    for tag, part in sorted(tags, key=lambda one: (-one[0].count, one[0].sites[0].number)):
        at = np.array(_spots(part))
        half = np.array(tag.size) / 2 + GAP / 2
        free = _apart(at, half, taken, discs, basemap.frame)
        if part.area:
            corners = at[:, None] + half * np.array([(0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)])
            inside = shapely.contains_xy(part, corners[..., 0], corners[..., 1])
            free &= inside[:, 0] & (inside.sum(axis=1) >= WITHIN)
            free[free] = ~shapely.intersects(
                basemap.borders, shapely.box(*(at[free] - half).T, *(at[free] + half).T)
            )
        if not free.any():
            without.append((tag.sites[0], tag.count))
            continue
        x, y = at[int(np.flatnonzero(free)[0])].tolist()
        found.append(replace(tag, at=(x, y), anchor=(x, y)))
        taken.append((x - half[0], y - half[1], x + half[0], y + half[1]))
    return found, without


def _apart(
    at: npt.NDArray[np.float64], half: npt.NDArray[np.float64], taken: Sequence[Box],
    discs: npt.NDArray[np.float64], frame: Box,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Which boxes round points lie in the frame and touch neither boxes nor discs."""
    low, high = at - half, at + half
    left, bottom, right, top = frame
    free = np.asarray(
        (low > (left + GAP, bottom + GAP)).all(axis=1)
        & (high < (right - GAP, top - GAP)).all(axis=1)
    )
    for one in taken:
        free &= ~((low < one[2:]) & (high > one[:2])).all(axis=1)
    for x, y, reach in discs:
        off = np.maximum(np.abs(at - (x, y)) - half, 0)
        free &= np.hypot(off[:, 0], off[:, 1]) > reach
    return free


def _spots(part: BaseGeometry) -> list[tuple[float, float]]:
    """Points of a line or an area, from its middle outwards."""
    point = places.representative_point(part)
    found = [(point.x, point.y)]
    if not part.area:
        line = max(shapely.get_parts(shapely.line_merge(part)), key=lambda one: one.length)
        shares = [0.5 + side * share for share in np.linspace(0.02, 0.46, 23) for side in (-1, 1)]
        along = shapely.line_interpolate_point(line, shares, normalized=True)
        return found + [(spot.x, spot.y) for spot in along]
    largest = max(shapely.get_parts(part), key=lambda one: one.area)
    left, bottom, right, top = largest.bounds
    columns, lines = np.meshgrid(
        np.linspace(left, right, 22)[1:-1], np.linspace(bottom, top, 22)[1:-1]
    )
    inside = shapely.contains_xy(largest, columns, lines)
    x, y = columns[inside], lines[inside]
    order = np.argsort(np.hypot(x - point.x, y - point.y), kind="stable")
    return found + list(zip(x[order].tolist(), y[order].tolist(), strict=True))


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
    counts = Counter((kind, bool(established)) for _, kind, established, *_ in members)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], not item[0][1]))
    return tuple((kinds[kind], standing, number) for (kind, standing), number in ordered)


def _clusters(
    symbols: list[Symbol], near: float
) -> list[tuple[tuple[Site, ...], tuple[float, float]]]:
    """Cluster points greedily, the fullest site first and then by number.

    As static/map/clusters.js does, so that both maps cluster alike.
    """
    order = sorted(symbols, key=lambda one: (-one.count, one.sites[0].number))
    leads: list[tuple[list[Site], tuple[float, float]]] = []
    for one in order:
        lead = next(
            (
                found
                for found in leads
                if np.hypot(found[1][0] - one.anchor[0], found[1][1] - one.anchor[1]) < near
            ),
            None,
        )
        if lead:
            lead[0].append(one.sites[0])
        else:
            leads.append(([one.sites[0]], one.anchor))
    return [(tuple(sites), anchor) for sites, anchor in leads]


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
