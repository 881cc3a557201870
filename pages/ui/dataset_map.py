"""The map of the data sets: records as symbols, or cells where there are too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import days, places
from geo.collection import grid, protocol
from geo.model import Bbox, Filter
from geo.package.load import Package
from geo.webmap import datasets as dataset_layer
from geo.webmap import incidents as incident_layer
from pages.ui import dataset_places, map_view
from pages.ui.dataset_places import Places
from pages.ui.datasets import FIT, Entry
from pages.ui.state import State

KEY = "sets-map"
BOX, PICKED, DRAWN, SEQUENCE = "sets-box", "sets-picked", "sets-drawn", "sets-sequence"
FITTED = "sets-fitted"
BY_SET, EACH = "w-by-set", "w-each-record"
WIDTH, HEIGHT = 900, 470
"""Pixels that the map is taken to have before the browser has said how many it has."""


@dataclass(frozen=True)
class Pick:
    """A place that the reader clicked.

    Attributes
    ----------
    key : str
        Of the set.
    box : Bbox
        What it covers.
    area : bool
        Whether it stands for a line or an area.
    number : int or None
        Of the record, where it is one.
    count : int
        Incidents.
    """

    key: str
    box: Bbox
    area: bool
    number: int | None
    count: int


def show(
    package: Package, current: State, entries: list[Entry], query: Filter, slot: DeltaGenerator
) -> list[Places]:
    """Draw the map; what the reader does on it comes back through the component's value."""
    home = places.extent_of(package)
    box, zoom, fit = _view(entries, home)
    most = dataset_layer.PLAYED if st.session_state.get(EACH) else dataset_layer.AT_ONCE
    found = [dataset_places.shown(one, query, box, zoom, most, slot) for one in entries]
    features = [
        part
        for n, (one, places_) in enumerate(zip(entries, found, strict=True))
        for part in _features(package, one, n, places_)
    ]
    sequence = st.session_state.get(SEQUENCE, 0) + 1
    st.session_state[SEQUENCE] = sequence
    st.session_state[DRAWN] = (sequence, [one.key for one in entries], found)
    reach = protocol.reach(one.data for one in entries)
    latest = query.end or (reach[1] if reach else days.today())
    group = dataset_layer.group(
        features,
        map_view.view_of(current, min(latest, days.today()), query),
        sequence=sequence,
        sets=len(entries),
        by_set=bool(st.session_state.get(BY_SET)),
        selected=_selected(entries, found),
        fit=fit,
    )
    map_view.draw(package, current, group, _moved_or_picked, key=KEY, height=HEIGHT)
    return found


def _view(
    entries: list[Entry], home: Bbox
) -> tuple[Bbox, float, tuple[float, float, float, float, int] | None]:
    """What the map shows, and where it is to move to because a set has come."""
    own = dataset_layer.union(one.data.extent().bbox for one in entries if one.is_own)
    number = st.session_state.get(FIT, 0)
    if own and number != st.session_state.get(FITTED, 0):
        box = dataset_layer.window(_some(own), 0.02)
        return box, dataset_layer.zoom_of(box, WIDTH, HEIGHT), (*box, number)
    known: tuple[Bbox, float] | None = st.session_state.get(BOX)
    if known:
        return known[0], known[1], None
    box = dataset_layer.window(home, incident_layer.MARGIN)
    return box, dataset_layer.zoom_of(box, WIDTH, HEIGHT), None


def _some(box: Bbox) -> Bbox:
    """An extent that is not a point."""
    least = 0.05
    dx, dy = max(0, least - (box.east - box.west)), max(0, least - (box.north - box.south))
    return Bbox(box.west - dx, box.south - dy, box.east + dx, box.north + dy)


def _features(package: Package, entry: Entry, number: int, found: Places) -> list[dict[str, Any]]:
    made = list(found.shadings)
    if found.areas.num_rows:
        sites = None
        if entry.origin == "marz":
            rows = found.areas["number"].to_pylist()
            joined = (places.site_of(package, row - 1) for row in rows)
            sites = [site.number for site in joined if site]
        areas = dataset_layer.cells(number, dataset_layer.AREAS, found.areas, sites, found.on_areas)
        made.append(areas)
    if found.points.num_rows:
        made.append(
            dataset_layer.cells(number, dataset_layer.CELLS, found.points)
            if found.cells
            else dataset_layer.records(number, found.points)
        )
    return made


def _selected(entries: list[Entry], found: list[Places]) -> tuple[int, int, int] | None:
    """Position of the place that is open among what is sent now."""
    pick: Pick | None = st.session_state.get(PICKED)
    if pick is None or pick.number is None or pick.area:
        return None
    for number, (one, places_) in enumerate(zip(entries, found, strict=True)):
        if one.key == pick.key and not places_.cells:
            numbers = places_.points["number"].to_pylist()
            if pick.number in numbers:
                return number, dataset_layer.RECORDS, numbers.index(pick.number)
    return None


def _moved_or_picked() -> None:
    """Take over what the map covers and what was clicked; values from a browser are checked."""
    value: Any = st.session_state.get(KEY) or {}
    view, box = value.get("view"), value.get("box")
    are_numbers = map_view.are_numbers(view, 3) and map_view.are_numbers(box, 4)
    if are_numbers and box[0] < box[2] and box[1] < box[3]:
        st.session_state[FITTED] = st.session_state.get(FIT, 0)
        st.session_state[BOX] = (dataset_layer.window(Bbox(*box), 0), max(0.0, min(22.0, view[2])))
    sequence = value.get("seq")
    if sequence != st.session_state.get("sets-pick-sequence"):
        st.session_state["sets-pick-sequence"] = sequence
        _pick(value.get("pick"), value.get("site"))


def _pick(position: Any, site: Any) -> None:
    sequence, keys, found = st.session_state.get(DRAWN, (0, [], []))
    if not (isinstance(position, int) and map_view.are_numbers(site, 3)) or site[2] != sequence:
        return
    number, kind = int(site[0]), int(site[1])
    if not 0 <= number < len(found):
        return
    table = found[number].areas if kind == dataset_layer.AREAS else found[number].points
    if not 0 <= position < table.num_rows:
        return
    row = table.slice(position, 1).to_pylist()[0]
    st.session_state[PICKED] = Pick(
        key=keys[number],
        box=_box_of(row),
        area=kind == dataset_layer.AREAS,
        number=row["number"] if row.get("count", 1) == 1 else None,
        count=int(row.get("count", 1)),
    )


def _box_of(row: dict[str, Any]) -> Bbox:
    """What a place covers: its cell, or the ten metres around a point."""
    if "level" in row:
        return grid.box_of(row["x"], row["y"], row["level"])
    least = 5e-5
    return Bbox(row["lon"] - least, row["lat"] - least, row["lon"] + least, row["lat"] + least)


def clear_pick() -> None:
    """Go back to the list of everything."""
    st.session_state.pop(PICKED, None)
