"""What the map of the data sets shows of each: records where there are few, else cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from streamlit.delta_generator import DeltaGenerator

from geo.days import day_number
from geo.model import Bbox, Filter
from geo.webmap import datasets as dataset_layer
from pages.ui import work
from pages.ui.datasets import Entry

AROUND = 0.15
"""Part of the view that is fetched around it, so that a small move shows no empty rim."""
COARSER = 0.5
"""Zooms by which the grid is coarser than it could be: cells of 32 to 64 pixels, with room for
their numbers."""
AREAS = 500
"""Tags on lines and areas of a large set that are drawn at once, the fullest first."""
SHADINGS = 40
"""Outlines of lines and areas that are drawn at once, those of the most incidents first."""


@dataclass(frozen=True)
class Places:
    """What was sent of one set.

    Attributes
    ----------
    points : pyarrow.Table
        Records, or cells.
    areas : pyarrow.Table
        What lies somewhere on a line or in an area.
    view : (Bbox, float) or None
        What cells were asked for: extent and zoom; None where `points` are records.
    shadings : tuple of dict
        Outlines of lines and areas, as GeoJSON features.
    on_areas : pyarrow.Table or None
        The records that `areas` were clustered of, where they are at hand.
    any_dates : (Bbox, float) or None
        What cells are asked for while the dates are moved; None where all records were sent.
    """

    points: pa.Table
    areas: pa.Table
    view: tuple[Bbox, float] | None = None
    shadings: tuple[dict[str, Any], ...] = ()
    on_areas: pa.Table | None = None
    any_dates: tuple[Bbox, float] | None = None

    @property
    def cells(self) -> bool:
        """Whether `points` are cells."""
        return self.view is not None


def shown(
    entry: Entry, query: Filter, box: Bbox, zoom: float, most: int, slot: DeltaGenerator
) -> Places:
    """What a set shows: records whatever the dates, which the browser minds; cells within them."""
    found = known(entry, undated(query), box, zoom, most, slot)
    if not found.cells:
        return found
    return replace(known(entry, query, box, zoom, most, slot), any_dates=found.view)


def within(places: Places, query: Filter) -> Places:
    """Of records those within the dates of a filter, as the browser shows them."""
    if places.cells or not (query.start or query.end):
        return places
    on_areas = _dated(places.on_areas, query) if places.on_areas is not None else None
    areas = places.areas if on_areas is None else dataset_layer.clustered(on_areas)
    return replace(places, points=_dated(places.points, query), areas=areas, on_areas=on_areas)


def _dated(table: pa.Table, query: Filter) -> pa.Table:
    start, end = table["start"], table["end"]
    kept = pc.or_(pc.is_valid(start), pc.is_valid(end))
    first, last = (start, end) if query.match == "certainly" else (end, start)
    # An open end lies beyond every day: that may be within the dates, and is not certainly so.
    is_open = pa.scalar(query.match != "certainly")
    if query.start:
        test = pc.greater_equal(first, day_number(query.start))
        kept = pc.and_(kept, pc.fill_null(test, is_open))
    if query.end:
        test = pc.less_equal(last, day_number(query.end))
        kept = pc.and_(kept, pc.fill_null(test, is_open))
    return table.filter(kept)


def undated(query: Filter) -> Filter:
    """A filter without its dates."""
    return replace(query, start=None, end=None)


def known(
    entry: Entry, query: Filter, box: Bbox, zoom: float, most: int, slot: DeltaGenerator
) -> Places:
    """What a set shows; one of at most `most` records is sent whole, wherever the map is."""
    key: tuple[Any, ...] = ("places", entry.key, query, most)
    if entry.data.size > most:
        key += (box, zoom)
    return work.remembered(
        key, lambda: work.ask(lambda: _places(entry, query, box, zoom, most), slot)
    )


def _places(entry: Entry, query: Filter, box: Bbox, zoom: float, most: int) -> Places:
    """Records where there are few, cells where there are many."""
    if entry.data.size <= most:
        return _apart(entry, entry.data.rows(query, limit=most))
    view, zoom = dataset_layer.window(box, AROUND), zoom - COARSER
    if entry.data.count(query, view) <= most:
        return _apart(entry, entry.data.rows(query, bbox=view, limit=most))
    clusters = entry.data.cells(query, bbox=view, zoom=zoom)
    areas = entry.data.areas(query, bbox=view, limit=AREAS)
    shapes = areas.filter(pc.equal(areas["drawn"], "shape"))["number"].to_pylist()[:SHADINGS]
    shadings = _shadings(entry.data.record(number)["geometry"] for number in shapes)
    return Places(clusters, areas, (view, zoom), shadings)


def _apart(entry: Entry, table: pa.Table) -> Places:
    points, rest = dataset_layer.placed(table)
    areas = dataset_layer.clustered(rest)
    shadings: tuple[dict[str, Any], ...] = ()
    if entry.origin != "marz":
        shadings = _shadings(dict.fromkeys(rest["geometry"].drop_null().to_pylist()))
    return Places(
        points.drop_columns(["geometry"]),
        areas,
        shadings=shadings,
        on_areas=rest.drop_columns(["geometry"]),
    )


def _shadings(geometries: Iterable[bytes | None]) -> tuple[dict[str, Any], ...]:
    made = (dataset_layer.shading(shape) for shape in islice(geometries, SHADINGS) if shape)
    return tuple(one for one in made if one)
