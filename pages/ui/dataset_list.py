"""Records of the data sets as a list, one of them whole, and the map as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import describe
from geo.describe import NOT_REPORTED, count
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from geo.webmap import datasets as dataset_layer
from pages.ui import dataset_map, dataset_places, listing, nav, panel, state, work
from pages.ui.dataset_map import PICKED, Pick
from pages.ui.dataset_places import Places
from pages.ui.datasets import MARKS, Entry

OPEN = "sets-open"
PICKED_AT_MOST = 1000
"""Records of one place that are listed; whoever needs more narrows the filter."""
TABLE = 500
"""Rows of the map's table; it says how many there are."""


def show(entries: list[Entry], query: Filter, total: int, slot: DeltaGenerator) -> None:
    """The newest records that match, or those of the place that was clicked."""
    pick: Pick | None = st.session_state.get(PICKED)
    if pick is not None and all(one.key != pick.key for one in entries):
        pick = None
    if pick is not None:
        # What the browser was sent counts all dates; the rows are those within them.
        total = len(work.ask(lambda: _at(entries, query, pick), slot))
        with st.container(horizontal=True, vertical_alignment="center"):
            what = "on this line or area" if pick.area else "here"
            st.text(f"{count(max(total, pick.count), 'incident')} {what}", width="stretch")
            st.button("Show all", key="w-unpick", on_click=state.whole(dataset_map.clear_pick))
    elif len(entries) > 1:
        total = min(total, listing.DEEPEST)
    if not total:
        panel.nothing(query, [entry.data for entry in entries])
        return
    opened = st.session_state.get(OPEN)
    if pick is not None and pick.number is not None:
        opened = (pick.key, pick.number)

    def cards(first: int, number: int, oldest: bool) -> list[dict[str, Any]]:
        found = work.ask(lambda: page(entries, query, pick, first, number, oldest), slot)
        return [_card(entries, position, row) for position, row in found]

    listing.show(
        cards,
        total,
        asked=(query, pick, tuple(one.key for one in entries)),
        selected=f"{opened[0]} {opened[1]}" if opened else "",
        picked=_picked,
    )


def page(
    entries: list[Entry], query: Filter, pick: Pick | None, first: int, number: int, oldest: bool
) -> list[tuple[int, dict[str, Any]]]:
    """Records with the number of their set: a page of all, or of those of the picked place."""
    if pick is None:
        return listing.merged(entries, query, first, number, oldest)
    return _at(entries, query, pick, oldest=oldest)[first : first + number]


def _at(
    entries: list[Entry], query: Filter, pick: Pick, *, oldest: bool = False
) -> list[tuple[int, dict[str, Any]]]:
    """Records of the place that was picked."""
    position, one = next((n, one) for n, one in enumerate(entries) if one.key == pick.key)
    table = one.data.rows(query, bbox=pick.box, limit=PICKED_AT_MOST, newest_first=not oldest)
    placed = dataset_layer.placed(table)[1 if pick.area else 0]
    # What is not shown in a list need not be made for it.
    return [(position, row) for row in placed.drop_columns(["geometry"]).to_pylist()]


def _card(entries: list[Entry], position: int, row: dict[str, Any]) -> dict[str, Any]:
    mark = f"{MARKS[position % len(MARKS)]} {entries[position].title}"
    return listing.card(row, key=f"{entries[position].key} {row['number']}", mark=mark)


def _picked(card: str) -> None:
    key, _, number = card.rpartition(" ")
    if number.isdigit():
        st.session_state[OPEN] = (key, int(number))
        pick: Pick | None = st.session_state.get(PICKED)
        if pick is not None and pick.number is not None:
            dataset_map.clear_pick()


def detail(entries: list[Entry], slot: DeltaGenerator) -> None:
    """The record that is open, whole."""
    opened = st.session_state.get(OPEN)
    pick: Pick | None = st.session_state.get(PICKED)
    if pick is not None and pick.number is not None:
        opened = (pick.key, pick.number)
    one = next((one for one in entries if opened and one.key == opened[0]), None)
    if one is None or opened is None:
        return
    row = work.ask(lambda: one.data.record(opened[1]), slot)
    with st.container(border=True, key="detail", gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="right", key="detail-steps", gap="xsmall"
        ):
            st.button("Close", key="w-close-set", on_click=state.whole(_close), shortcut="Escape")
        record(one, row)


def record(entry: Entry, row: dict[str, Any]) -> None:
    """All that a row says; text from data by `st.text` alone."""
    with st.container(key=f"detail-title-{entry.key}"):
        st.text(describe.title(row))
    st.text(entry.title)
    for label, value in describe.facts(row):
        if label == "Row" and entry.origin == "marz":
            continue
        left, right = st.columns([1.4, 4], gap="small")
        left.caption(label)
        right.text(value)
    if entry.origin == "marz":
        st.page_link(
            nav.INCIDENT,
            label="Claims and sources",
            icon=":material/article:",
            query_params={"id": row["id"]},
        )


def _close() -> None:
    st.session_state.pop(OPEN, None)
    dataset_map.clear_pick()


def table(entries: list[Entry], found: list[Places], query: Filter) -> None:
    """What the map shows as a table: the twin for keyboards and screen readers."""
    opened = st.expander("The map as a table", key="w-sets-map-table", on_change="rerun")
    if not opened.open:
        return
    parts = [
        part
        for number, places in enumerate(dataset_places.within(one, query) for one in found)
        for part in (
            _part(entries[number], places.points, "cell" if places.cells else "record"),
            _part(entries[number], places.areas, "line or area"),
        )
    ]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    with opened:
        if rows.empty:
            st.text("Nothing is on the map.")
            return
        rows = rows.sort_values("Incidents", ascending=False, kind="stable")
        if len(rows) > TABLE:
            st.text(f"The first {TABLE} of {len(rows):,}; zoom in to see the rest.")
        st.dataframe(rows.head(TABLE), hide_index=True, alt="What the map shows")


def _part(entry: Entry, table: Any, what: str) -> pd.DataFrame:
    frame = table.select([n for n in table.column_names if n != "geometry"]).to_pandas()
    if frame.empty:
        return pd.DataFrame()
    if "count" in frame:
        kinds = frame[[*EVENT_TYPES, "other"]].to_numpy()
        names = np.array([*EVENT_TYPES, "Other type"])
        types = [", ".join(f"{names[n]} {row[n]:,}" for n in np.flatnonzero(row)) for row in kinds]
        low, high, counts = frame["low"], frame["high"], frame["count"]
    else:
        types, counts = frame["event_type"].fillna(NOT_REPORTED).tolist(), 1
        low = frame["low"].fillna(frame["best"])
        high = frame["high"].fillna(frame["best"])
    return pd.DataFrame(
        {
            "Data set": entry.title,
            "What": what,
            "Latitude": frame["lat"].round(4),
            "Longitude": frame["lon"].round(4),
            "Incidents": counts,
            "Types": types,
            "Deaths, low": low.astype("Int64"),
            "Deaths, high": high.astype("Int64"),
        }
    )
