"""The filter panel: each option says how many incidents it would leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from geo import describe
from geo.collection import suggest
from geo.collection.facets import FACETS
from geo.collection.protocol import Collection, FacetCounts
from geo.model import MATCHES, Filter
from pages.ui import data, facets, place_filter, state
from pages.ui.state import bound

OFFERED = 5
"""Filters that are offered where one leaves nothing."""
MATCH_LABELS = {"possibly": "Possibly", "certainly": "Certainly"}


def draw(query: Filter, counts: Sequence[FacetCounts], earliest: date, latest: date) -> None:
    """Draw all filters into the sidebar, with the counts of each collection that is shown."""
    search(query)
    options(query, counts, earliest, latest)


def search(query: Filter) -> None:
    """Draw the search, first of all: with it the sidebar takes its room from the page."""
    st.sidebar.text_input(
        "Search",
        placeholder="drone | mine, Isfara, Исфара …",
        max_chars=state.MAX_TEXT,
        **bound("w-q", query.text, lambda text: state.put("q", text or ""), typed=True),
    )


def options(query: Filter, counts: Sequence[FacetCounts], earliest: date, latest: date) -> None:
    """Draw the main facets below the search, and the dates and other facets folded away."""
    front = sorted((one for one in FACETS if one.front), key=lambda one: one.front)
    rest = [facet for facet in FACETS if not facet.front]
    with st.sidebar:
        facets.draw("w-facets", front, query, counts)
        # A part stands folded away unless something in it is in use.
        dates_in_use = bool(query.start or query.end or query.match != MATCHES[0])
        with st.expander("Dates", expanded=dates_in_use, key="w-dates"):
            dates(query, earliest, latest)
        with st.expander("Place", expanded=bool(query.near or query.within), key="w-place"):
            place_filter.draw(query)
        more_in_use = any(query.options(one.name) for one in rest)
        with st.expander("More filters", expanded=more_in_use, key="w-more"):
            facets.draw("w-other-facets", rest, query, counts)
        st.button(
            "Clear all filters",
            on_click=state.whole(state.clear_filter),
            width="stretch",
            disabled=query == Filter(),
        )


def nothing(query: Filter, collections: Sequence[Collection]) -> None:
    """Say that the filters leave nothing, and offer what can be asked instead."""
    st.text("No incidents match these filters.")
    found = suggest.suggestions(data.shown(), collections, query)
    for number, one in enumerate(found[:OFFERED]):
        label = describe.loosened(one.part) if not one.name else "Search for it"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if one.name:  # from data, so no label, which would be Markdown
                st.text(f"Did you mean {one.name}?", width="content")
            st.button(
                f"{label} · {one.count:,}",
                key=f"w-instead-{number}",
                on_click=state.whole(state.ask),
                args=(one.query,),
            )
    st.button("Clear all filters", on_click=state.whole(state.clear_filter), key="w-clear-empty")


def dates(query: Filter, earliest: date, latest: date) -> None:
    """First and last day, and whether an uncertain date may lie within or must."""
    columns = st.columns(2)
    for column, name, label in zip(columns, ("from", "to"), ("From", "To"), strict=True):
        value = query.start if name == "from" else query.end
        column.date_input(
            label,
            min_value=earliest,
            max_value=latest,
            format="YYYY-MM-DD",
            **bound(f"w-{name}", value, partial(_put_day, name)),
        )
    st.segmented_control(
        "Uncertain dates and places",
        MATCHES,
        format_func=MATCH_LABELS.__getitem__,
        width="stretch",
        help="A date known only to the month or year, or a place known only to the district, may "
        "fall partly outside. “Possibly” includes such incidents; “certainly” only those that must "
        "fall within. The first and last day are included.",
        **bound(
            "w-match",
            query.match,
            lambda match: state.put("match", "certainly" * (match == "certainly")),
        ),
    )


def _put_day(name: str, day: date | None) -> None:
    state.put(name, day.isoformat() if day else "")
