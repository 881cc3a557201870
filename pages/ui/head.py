"""The head of a page: what it is, how much is shown, and the filters in use, each removable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import describe
from geo.address import CHOSEN
from geo.collection.facets import FACETS
from geo.model import Filter
from pages.ui import data, stars, state

KEY = "w-head"
WHEN, WORDS = "from", "q"
HERE = Path(__file__).parent

_head = st.components.v2.component(
    "marz-head",
    css=HERE.joinpath("head.css").read_text("utf-8"),
    js=data.component_script(HERE / "head.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Chip:
    """A filter in use.

    Attributes
    ----------
    words : str
        What it asks, for the reader.
    name, value : str
        Its parameter in the address and, of a facet, the option.
    """

    words: str
    name: str
    value: str = ""


def chips(query: Filter) -> list[Chip]:
    """The filters in use: the dates, the places, each option of each facet, the words."""
    found = []
    alone = replace(query, text="", chosen={}, near=None, within=None, ids=())
    by_name = {
        WHEN: alone if query.start or query.end else None,
        "near": replace(alone, start=None, end=None, near=query.near) if query.near else None,
        "within": replace(alone, start=None, end=None, within=query.within)
        if query.within
        else None,
        CHOSEN: replace(alone, start=None, end=None, ids=query.ids) if query.ids else None,
    }
    for name, one in by_name.items():
        if one:
            words = describe.filter_in_words(one)
            found.append(Chip(words[:1].upper() + words[1:], name))
    found += [
        Chip(facet.say(option), facet.name, option)
        for facet in FACETS
        for option in query.options(facet.name)
    ]
    if query.text:
        found.append(Chip(f"“{query.text}”", WORDS))
    return found


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
    found = [vars(chip) for chip in chips(query)]
    data = {"title": title, "level": 1, "status": status, "chips": found}
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
