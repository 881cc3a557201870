"""The filter panel: each option says how many incidents it would leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import describe
from geo.address import EARLIEST, LATEST
from geo.collection import suggest
from geo.collection.facets import FACETS, Facet
from geo.collection.protocol import Collection, FacetCounts
from geo.model import MATCHES, Filter
from pages.ui import data, place_filter, state
from pages.ui.state import set_widget, when_changed

PILLS, OTHERS = 20, 300
"""Options that stand open, and those offered behind a field; the commonest first."""
DIM = "color: color-mix(in srgb, currentColor 68%, transparent); border-color: transparent;"
CODE = re.compile(r"[A-Z]+(-[A-Z]+)*")
"""A border's code: no Markdown, though no vocabulary has it."""
OFFERED = 5
"""Filters that are offered where one leaves nothing."""
MATCH_LABELS = {"possibly": "Possibly", "certainly": "Certainly"}


def draw(
    query: Filter, counts: Sequence[FacetCounts], earliest: date = EARLIEST, latest: date = LATEST
) -> None:
    """Draw all filters into the sidebar.

    Parameters
    ----------
    counts : sequence of FacetCounts
        Of each collection that is shown.
    earliest, latest : datetime.date
        Days that can be asked for.
    """
    search(query)
    options(query, counts, earliest, latest)


def search(query: Filter) -> None:
    """Draw the search, first of all: with it the sidebar takes its room from the page."""
    st.sidebar.text_input(
        "Search",
        key=set_widget("w-q", query.text, typed=True),
        on_change=when_changed("w-q", lambda text: state.put("q", text or "")),
        placeholder="drone | mine, Isfara, Исфара …",
        max_chars=state.MAX_TEXT,
    )


def options(
    query: Filter, counts: Sequence[FacetCounts], earliest: date = EARLIEST, latest: date = LATEST
) -> None:
    """Draw the main facets below the search, and the dates and other facets folded away."""
    rest = [facet for facet in FACETS if not facet.front]
    with st.sidebar:
        for facet in sorted((one for one in FACETS if one.front), key=lambda one: one.front):
            _summed(facet, query, counts)
        dates_in_use = bool(query.start or query.end or query.match != MATCHES[0])
        with _folded("Dates", "w-dates", dates_in_use):
            dates(query, earliest, latest)
        with _folded("Place", "w-place", bool(query.near or query.within)):
            place_filter.draw(query)
        with _folded("More filters", "w-more", any(query.options(one.name) for one in rest)):
            for facet in rest:
                _summed(facet, query, counts)
        st.button(
            "Clear all filters",
            on_click=state.whole(state.clear_filter),
            width="stretch",
            disabled=query == Filter(),
        )


def _folded(label: str, key: str, in_use: bool) -> DeltaGenerator:
    """A part of the panel that stands folded away unless something in it is in use."""
    return st.expander(label, expanded=in_use, key=key)


def _summed(facet: Facet, query: Filter, counts: Sequence[FacetCounts]) -> None:
    """A facet with its counts in all collections."""
    told = [one[facet.name] for one in counts if facet.name in one]
    # A filter that no collection can answer stays in sight as long as it is in use.
    if any(told) or query.options(facet.name):
        summed = Counter(dict.fromkeys((o for one in told for o in one), 0))
        for one in told:
            summed.update(one)
        _facet(facet, query, summed)


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
        "Uncertain dates and places",
        MATCHES,
        key=set_widget("w-match", query.match),
        format_func=MATCH_LABELS.__getitem__,
        width="stretch",
        on_change=when_changed(
            "w-match", lambda match: state.put("match", "certainly" * (match == "certainly"))
        ),
        help="A date known only to the month or year, or a place known only to the district, may "
        "fall partly outside. “Possibly” includes such incidents; “certainly” only those that must "
        "fall within. The first and last day are included.",
    )


def _day_writer(name: str) -> Callable[[date | None], None]:
    def write(day: date | None) -> None:
        state.put(name, day.isoformat() if day else "")

    return write


def _dim(facet: Facet, numbers: list[int]) -> None:
    """Make options pale that would leave nothing; numbers only reach the style sheet."""
    if numbers:
        chosen = ", ".join(f".st-key-w-{facet.name} button:nth-of-type({n})" for n in numbers)
        st.html(f"<style>:is({chosen}):not([aria-pressed=true]) {{ {DIM} }}</style>")


def _facet(facet: Facet, query: Filter, counts: Counter[str]) -> None:
    """What is safe where labels are Markdown as pills; a file's own words behind a field."""
    chosen = query.options(facet.name)
    words = set(facet.vocabulary())
    codes = facet.further is not None
    safe = [o for o in counts if o in words or (codes and CODE.fullmatch(o))]
    # A word of the vocabulary that no record bears can be asked for by address or file.
    safe += [option for option in chosen if option in words and option not in counts]
    if len(safe) > PILLS:
        safe = [option for option in safe if counts[option] or option in chosen][:PILLS]
    rest = sorted((o for o in counts if o and o not in safe), key=lambda option: -counts[option])
    others = [option for option in rest if counts[option] or option in chosen][:OTHERS]
    others += [option for option in chosen if option not in safe and option not in others]

    def said(option: str) -> str:
        return f"{facet.say(option)} · {counts[option]:,}"

    def put(own: list[str], found: list[str]) -> None:
        state.put(facet.name, *found, *(option for option in chosen if option not in own))

    if safe:
        _dim(facet, [number for number, one in enumerate(safe, 1) if not counts[one]])
        key = set_widget(f"w-{facet.name}", [option for option in safe if option in chosen])
        st.pills(
            facet.label,
            safe,
            selection_mode="multi",
            key=key,
            format_func=said,
            on_change=when_changed(key, lambda found: put(safe, found)),
        )
    if others:
        key = set_widget(f"w-other-{facet.name}", [o for o in others if o in chosen])
        st.multiselect(
            f"{facet.label}, others" if safe else facet.label,
            others,
            key=key,
            format_func=said,
            placeholder="All",
            on_change=when_changed(key, lambda found: put(others, found)),
        )
