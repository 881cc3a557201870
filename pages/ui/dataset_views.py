"""The three views of the page Your data: the sets, their map, their comparison."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo import describe
from geo.collection.protocol import FacetCounts, Totals, reach
from geo.describe import count
from geo.model import Filter
from geo.package.load import Package
from geo.webmap import datasets as dataset_layer
from pages.ui import (
    dataset_choice,
    dataset_export,
    dataset_list,
    dataset_map,
    dataset_steps,
    datasets,
    head,
    importing,
    map_view,
    own_data,
    pairs,
    panel,
    report,
    state,
    timeline,
    work,
)
from pages.ui.dataset_places import Places
from pages.ui.datasets import Entry
from pages.ui.importing import REPORT
from pages.ui.state import State, limits, set_widget

SETS, MAP, COMPARE = "Data sets", "Map", "Compare"
VIEW = "w-view"
PRIVACY = (
    "What you import stays in this session. It is kept in a private folder and deleted when "
    "you close the page, or after a day at the latest. It is left out of everything Marz lets "
    "you share. ACLED does not allow its raw data to be passed on; other owners may have "
    "similar terms."
)


STEPS = (
    (
        "1 · Columns",
        "Marz guesses which columns hold the date, place, type and deaths; you correct what is "
        "wrong. It never guesses whether 03/04/2022 is in March or April: it asks. You can "
        "save your choices and use them again.",
    ),
    (
        "2 · Report",
        "The report says how many rows were imported and how many rejected, with examples of "
        "each problem and how to fix it. One bad row never costs you another, and nothing is "
        "changed without telling you.",
    ),
    (
        "3 · Map and comparison",
        "See your data next to Marz’s records, with filters, a timeline and counts by data "
        "set. Records in two data sets that may describe the same incident are shown in pairs; "
        "nothing is merged.",
    ),
)


def choose(package: Package) -> str:
    """Which view; the map where there is something of the reader's to see."""
    if st.session_state.get("explore-view") is None:
        more = len(datasets.everything(package)) > 1 and own_data.session().job is None
        st.session_state["explore-view"] = MAP if more else SETS
    with st.container(horizontal=True, vertical_alignment="center", key="explore-head"):
        st.segmented_control(
            "View",
            [SETS, MAP, COMPARE],
            key=set_widget(VIEW, st.session_state["explore-view"]),
            label_visibility="collapsed",
            on_change=state.whole(_chosen),
        )
    found: str = st.session_state["explore-view"]
    if found != st.session_state.get("explore-was"):
        st.session_state["explore-was"] = found
        st.session_state.pop("opened-at", None)  # the map opens where it was left
    return found


def _chosen() -> None:
    st.session_state["explore-view"] = st.session_state[VIEW] or st.session_state["explore-view"]


def _go(view: str) -> None:
    st.session_state["explore-view"] = view


def manage(package: Package) -> None:
    """What there is, and the way to import more."""
    st.title("Your data", anchor=False)
    st.text(
        "Show a file of your own next to Marz’s records: an ACLED or UCDP export, a "
        "spreadsheet or GeoJSON. Marz reports which rows it could read and which it could not."
    )
    st.caption(PRIVACY)
    for entry in datasets.everything(package):
        if entry.is_own:
            with st.container(horizontal=True, vertical_alignment="center", key=f"own-{entry.key}"):
                st.text(f"{entry.title} · {entry.data.size:,} incidents", width="stretch")
                st.button(
                    "Report",
                    key=f"w-see-{entry.key}",
                    on_click=state.whole(_report),
                    args=(entry.key,),
                )
                key = f"w-remove-{entry.key}"
                st.button(
                    "Remove", key=key, on_click=state.whole(datasets.remove), args=(entry.key,)
                )
            if own_data.session().job is None:
                importing.newer(package, entry)


def explain() -> None:
    """What will happen, before anything has."""
    if own_data.session().job is not None or own_data.session().entries:
        return
    for column, (step, words) in zip(st.columns(3, gap="large"), STEPS, strict=True):
        column.header(step, anchor=False)
        column.text(words)


def _report(key: str) -> None:
    st.session_state[REPORT] = key


def reported() -> None:
    """The report of the set that came last, or that was asked for."""
    key = st.session_state.get(REPORT)
    entry = next((one for one in own_data.session().entries if one.key == key), None)
    if entry is None or own_data.session().job is not None:
        return
    with st.container(border=True, key="report"):
        st.button(
            "Show on the map",
            type="primary",
            key="w-to-map",
            on_click=state.whole(_go),
            args=(MAP,),
        )
        report.show(entry)


def look(package: Package, current: State, view: str, title: str = "Your data") -> None:
    """Map or comparison of what the filter leaves; the map comes first."""
    query = current.query
    everything = datasets.everything(package)
    entries, refusals = dataset_choice.answering(datasets.shown(everything), query)
    top = st.container()
    slot = st.empty()
    for notice in filter(None, (datasets.unknown(everything), *refusals)):
        st.text(notice)
    if work.stopped((view, query, tuple(one.key for one in entries))):
        panel.draw(query, [], *_limits(package, [], query))
        return
    if not entries and not refusals:
        st.text("All data sets are hidden. Show at least one in the side panel.")
    places: list[Places] = []
    with st.container(key="desk" if view == MAP else "compare"):
        left, right = st.columns([1.9, 1], gap="medium") if view == MAP else (st.container(), None)
    if view == MAP and entries:
        with left:
            places = dataset_map.show(package, current, entries, query, slot)
    overviews = [_overview(one, query, slot) for one in entries]
    totals = [one for one, _ in overviews]
    with top, head.row(title, query, describe.status_line_of_sets(totals)):
        if view == MAP:
            _options(current, entries, query)
    counts = [one for _, one in overviews]
    with st.sidebar:
        dataset_choice.choice(
            everything, {o.key: t.rows for o, t in zip(entries, totals, strict=True)}
        )
    panel.draw(query, counts, *_limits(package, entries, query))
    if view == COMPARE:
        pairs.show(entries, query, [one.rows for one in totals], slot)
        return
    if not entries or right is None:
        return
    with left:
        timeline.show(
            entries,
            query,
            by_set=bool(st.session_state.get(dataset_map.BY_SET)),
            ask=lambda question: work.ask(question, slot),
            steps=lambda axis: dataset_steps.of(entries, places, query, axis, slot),
        )
        dataset_list.table(entries, places, query)
    with right:
        dataset_list.show(entries, query, sum(one.rows for one in totals), slot)
        dataset_list.detail(entries, slot)
        _counts(entries, totals)


def _limits(package: Package, entries: list[Entry], query: Filter) -> tuple[date, date]:
    """First and last day that can be asked for."""
    known = [*limits(package), *(reach(one.data for one in entries) or ())]
    known += [day for day in (query.start, query.end) if day]
    return min(known), max(known)


def _options(current: State, entries: list[Entry], query: Filter) -> None:
    st.toggle(
        "Colour by data set",
        key=dataset_map.BY_SET,
        help="Otherwise colour shows the event type and shape shows the data set.",
    )
    st.toggle(
        "Individual records",
        key=dataset_map.EACH,
        help=f"Draws up to {dataset_layer.PLAYED:,} records one by one instead of grouping them.",
    )
    map_view.options(current)
    dataset_export.offer(entries, query)


def _overview(entry: Entry, query: Filter, slot: Any) -> tuple[Totals, FacetCounts]:
    """Sums and counts of what the filter leaves; asked once, not at each move of the map."""
    return work.remembered(
        ("overview", entry.key, query), lambda: work.ask(lambda: entry.data.overview(query), slot)
    )


def _counts(entries: list[Entry], totals: list[Totals]) -> None:
    """Counts by set, in numbers."""
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Data set": one.title,
                    "Incidents": total.rows,
                    "Deaths": describe.toll_sum(total.toll),
                }
                for one, total in zip(entries, totals, strict=True)
            ]
        ),
        hide_index=True,
        height="content",
        column_config={
            "Data set": st.column_config.TextColumn(width=130),
            "Incidents": st.column_config.NumberColumn(width=80, format="localized"),
            "Deaths": st.column_config.TextColumn(width=150),
        },
        alt="Counts by data set",
    )
    silent = sum(total.toll.silent for total in totals)
    said = f"{count(silent, 'record')} of confirmed events give no toll. " if silent else ""
    st.caption(
        f"{said}Totals add up the figures in each record; deaths already counted in a larger "
        "event are left out. An event recorded in two data sets is counted twice."
    )
