"""The filter panel: each option says how many incidents it would leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from geo.collection import memory
from geo.collection.facets import FACETS, Facet
from geo.model import MATCHES, Filter
from geo.package.load import Package
from pages.ui import state
from pages.ui.state import State, set_widget, when_changed

MATCH_LABELS = {"possibly": "Possibly", "certainly": "Certainly"}


def draw(package: Package, current: State) -> None:
    """Draw all filters into the sidebar."""
    search(current)
    options(package, current)


def search(current: State) -> None:
    """Draw the search, first of all: with it the sidebar takes its room from the page."""
    st.sidebar.text_input(
        "Search",
        key=set_widget("w-q", current.query.text),
        on_change=when_changed("w-q", lambda text: state.put("q", text or "")),
        placeholder="drone, Isfara, Исфара …",
        max_chars=state.MAX_TEXT,
    )


def options(package: Package, current: State) -> None:
    """Draw dates and facets below the search."""
    counts = memory.facet_counts(package, current.query)
    with st.sidebar:
        dates(current, *state.limits(package))
        for facet in FACETS:
            if counts.get(facet.name):
                _facet(facet, current, counts[facet.name])
        st.button(
            "Clear all filters",
            on_click=state.clear_filter,
            width="stretch",
            disabled=current.query == Filter(),
        )


def nothing() -> None:
    """Say that the filters leave nothing, with the remedy beside it."""
    st.text("Nothing matches these filters. Widen the dates or clear a filter.")
    st.button("Clear all filters", on_click=state.clear_filter, key="w-clear-empty")


def dates(current: State, earliest: date, latest: date) -> None:
    """First and last day, and whether an uncertain date may lie within or must."""
    columns = st.columns(2)
    for column, name, label in zip(columns, ("from", "to"), ("From", "To"), strict=True):
        value = current.query.start if name == "from" else current.query.end
        key = set_widget(f"w-{name}", value)
        column.date_input(
            label,
            key=key,
            min_value=earliest,
            max_value=latest,
            format="YYYY-MM-DD",
            on_change=when_changed(key, _day_writer(name)),
        )
    st.segmented_control(
        "Within the dates",
        MATCHES,
        key=set_widget("w-match", current.query.match),
        format_func=MATCH_LABELS.__getitem__,
        width="stretch",
        on_change=when_changed(
            "w-match", lambda match: state.put("match", "certainly" * (match == "certainly"))
        ),
        help="A date known only as a month or year may lie partly outside the range: "
        "“possibly” keeps it, “certainly” keeps only what must lie within. Both ends count.",
    )


def _day_writer(name: str) -> Callable[[date | None], None]:
    def write(day: date | None) -> None:
        state.put(name, day.isoformat() if day else "")

    return write


def _facet(facet: Facet, current: State, counts: dict[str, int]) -> None:
    # Options are words of the vocabularies and checked codes, never text from a record:
    # the labels of pills are Markdown.
    chosen = list(current.query.options(facet.name))
    key = set_widget(f"w-{facet.name}", chosen)
    st.pills(
        facet.label,
        # A word of the vocabulary that no record bears can be asked for by address or file.
        [*counts, *(option for option in chosen if option not in counts)],
        selection_mode="multi",
        key=key,
        format_func=lambda option: f"{facet.say(option)} · {counts.get(option, 0)}",
        on_change=when_changed(key, lambda chosen: state.put(facet.name, *chosen)),
    )
