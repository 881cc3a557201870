"""The incidents as a list and as a table: the map's twins for eyes, keyboards, screen readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from geo import describe
from geo.collection.memory import Memory, select
from geo.model import Filter
from geo.package.load import Package
from geo.vocabulary import ESTABLISHED, EVENT_TYPES
from geo.webmap import scripts
from pages.ui import state
from pages.ui.state import State
from pages.ui.timeline import GREY

KEY = "w-list"
CARDS = "w-cards"
MORE = "marz-cards-more"
HERE = Path(__file__).parent
Callback = Callable[[], None]
AT_ONCE = 100
"""Cards sent to the browser at first, and with each “Show more”: what a change costs does not
grow with the data."""

_cards = st.components.v2.component(
    "marz-cards",
    css=HERE.joinpath("cards.css").read_text("utf-8"),
    js=scripts.link(HERE / "cards.js"),
)


@st.cache_data(max_entries=256, show_spinner=False)
def _table(version: str, query: Filter, _package: Package) -> pd.DataFrame:
    return describe.as_table(_package, select(_package, query))


def card(row: Mapping[str, Any], *, key: str = "", mark: str = "") -> dict[str, Any]:
    """What the list shows of a record of any collection.

    Parameters
    ----------
    row : mapping
        In `geo.collection.schema.SCHEMA`.
    key : str
        What the browser says when it is picked; the record's id without.
    mark : str
        Which data set it is of.
    """
    established = row["status"] in (None, *ESTABLISHED)
    deaths = describe.toll(row["low"], row["best"], row["high"])
    told = [
        mark,
        "" if established else row["status"],
        "" if deaths == describe.NOT_REPORTED else f"{deaths} dead",
    ]
    kind = row["event_type"] or ""
    return {
        "id": key or row["id"],
        "date": describe.short_date(row),
        "title": describe.title(row),
        "where": describe.where(row),
        "kind": kind,
        "color": EVENT_TYPES[kind][0] if kind in EVENT_TYPES else GREY,
        "filled": established,
        "extra": " · ".join(part for part in told if part),
    }


@st.cache_resource(max_entries=2, show_spinner=False)
def _all(version: str, _package: Package) -> list[dict[str, Any]]:
    """The card of each incident, by row: no filter changes it."""
    data = Memory(_package, "", describe.place_of)
    table = data.rows(Filter(), limit=data.size).drop_columns(["geometry"])
    by_number = sorted(table.to_pylist(), key=lambda row: int(row["number"]))
    return [card(row) for row in by_number]


def show_cards(key: str, data: dict[str, Any], picked: Callback, more: Callback) -> None:
    """Mount the list; what the reader does comes back under `key` as ``pick`` or ``more``."""
    _cards(key=key, data=data, on_pick_change=picked, on_more_change=more)


def cards(package: Package, current: State, rows: npt.NDArray[np.intp]) -> None:
    """The list beside the map: pick one by mouse or with the arrow keys."""
    count = _count(package, current, rows)
    known = _all(package.version, package)
    show_cards(
        CARDS,
        {
            "rows": [known[row] for row in rows[:count].tolist()],
            "selected": current.selected,
            "more": min(AT_ONCE, len(rows) - count),
            "total": len(rows),
        },
        _picked,
        _more,
    )


def _count(package: Package, current: State, rows: npt.NDArray[np.intp]) -> int:
    """How many cards to send: what was asked for of this filter, and up to the one selected."""
    asked_of, pages = st.session_state.get(MORE, (None, 1))
    if asked_of != current.query:
        pages = 1
        st.session_state[MORE] = (current.query, pages)
    found = np.flatnonzero(rows == package.row_of(current.selected))
    needed = int(found[0]) // AT_ONCE + 1 if len(found) else 1
    return min(max(int(pages), needed) * AT_ONCE, len(rows))


def _more() -> None:
    asked_of, pages = st.session_state.get(MORE, (None, 1))
    st.session_state[MORE] = (asked_of, pages + 1)


def _picked() -> None:
    value = st.session_state.get(CARDS)
    if value and value.pick:
        st.session_state["picked"] = ""
        state.put("id", str(value.pick))


def table(package: Package, current: State, *, columns: list[str], height: int) -> None:
    """A sortable table in which one incident can be selected."""
    shown = _table(package.version, current.query, package)
    ids = shown["id"].tolist()
    wanted = [ids.index(current.selected)] if current.selected in ids else []
    selected = (st.session_state.get(KEY) or {}).get("selection", {}).get("rows", [])
    if list(selected) != wanted:
        st.session_state[KEY] = {"selection": {"rows": wanted}}
    column = st.column_config.TextColumn
    st.dataframe(
        shown,
        key=KEY,
        column_order=columns,
        column_config={
            "id": column("Id"),
            "short": column("When", width=110),
            "when": column("When, in full"),
            "date": column("EDTF"),
            "title": column("What", width=430),
            "type": column("Type"),
            "status": column("Status"),
            "where": column("Where"),
            "deaths": column("Deaths"),
            "countries": column("Countries"),
        },
        hide_index=True,
        height=height,
        selection_mode="single-row",
        on_select=lambda: _selected(ids),
        alt="Incidents shown; select a row to read it",
    )


def _selected(ids: list[str]) -> None:
    chosen = (st.session_state.get(KEY) or {}).get("selection", {}).get("rows", [])
    st.session_state["picked"] = ""
    state.put("id", ids[chosen[0]] if chosen and chosen[0] < len(ids) else "")
