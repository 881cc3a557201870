"""The head of a page: what it is, how much is shown, and the filters in use, each removable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import describe
from geo.address import CHOSEN
from geo.collection.facets import FACETS
from geo.model import Filter
from pages.ui import data, stars, state

KEY = "w-head"
WHEN, WORDS = "from", "q"

_head = data.component("head", Path(__file__).with_name("head.css"))


def chips(query: Filter) -> list[dict[str, str]]:
    """The filters in use: the dates, the places, each option of each facet, the words.

    Returns
    -------
    list of dict
        ``words`` (what it asks, for the reader), ``name`` (its parameter in the address) and
        ``value`` (of a facet the option, else "").
    """
    parts: dict[str, dict[str, Any]] = {
        WHEN: {"start": query.start, "end": query.end},
        "near": {"near": query.near},
        "within": {"within": query.within},
        CHOSEN: {"ids": query.ids},
    }
    found = []
    for name, part in parts.items():
        if any(part.values()):
            words = describe.filter_in_words(Filter(match=query.match, **part))
            found.append((words[:1].upper() + words[1:], name, ""))
    found += [
        (facet.say(option), facet.name, option)
        for facet in FACETS
        for option in query.options(facet.name)
    ]
    if query.text:
        found.append((f"“{query.text}”", WORDS, ""))
    return [{"words": words, "name": name, "value": value} for words, name, value in found]


def row(title: str, query: Filter, status: str) -> DeltaGenerator:
    """Draw title, status and chips, and beside them Share and, on a phone, Filters.

    Parameters
    ----------
    title : str
        The page's, as a heading of the first level; text from data is shown as it is.
    status : str
        How much is shown; said by screen readers when it changes.

    Returns
    -------
    DeltaGenerator
        Where the page may put tools of its own.
    """
    place, tools = places(query)
    with place:
        line(title, query, status)
    return tools


def places(query: Filter) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where `line` may draw and where the page may put tools of its own; otherwise as `row`."""
    with st.container(horizontal=True, key="head"):
        place = st.container(key="headline", width="stretch")
        tools = st.container(horizontal=True, key="head-tools", width="content")
    with tools:
        _head(key="w-tools", data={"filters": len(chips(query))}, width="content")
    return place, tools


def line(title: str, query: Filter, status: str) -> None:
    """Draw title, status and chips."""
    data = {"title": title, "level": 1, "status": status, "chips": chips(query)}
    _head(key=KEY, data=data, on_drop_change=state.whole(_dropped))


def copies(*pairs: tuple[str, str]) -> None:
    """Show buttons that copy a text each, by their labels."""
    data = {"copies": [{"label": label, "text": text} for label, text in pairs]}
    _head(key="w-copies", data=data)


def heading(text: str, *, level: int = 2, status: str = "", key: str = "w-heading") -> None:
    """Show a heading that comes from data: Streamlit's own would read it as Markdown."""
    told = {"status": status} if status else {}
    _head(key=key, data={"title": text, "level": level, **told})


def _dropped() -> None:
    """Take a filter away; what comes from a browser is looked for among those in use."""
    asked = getattr(st.session_state.get(KEY), "drop", None)
    given = state.parameters()
    if not isinstance(asked, list) or len(asked) != 2:
        return
    name, value = asked
    if name == WHEN:
        state.clear(*state.DATES)
    elif name == CHOSEN:
        stars.only(False)
    elif name in (WORDS, "near", "within"):
        state.clear(name)
    elif name in {facet.name for facet in FACETS}:
        state.put(name, *(option for option in given.get(name, []) if option != value))
