"""The incidents as a list and as a table: the map's twins for eyes, keyboards, screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from geo import describe
from geo.collection.memory import select
from geo.model import Filter
from geo.package.load import Package
from geo.vocabulary import ESTABLISHED, EVENT_TYPES
from geo.webmap import scripts
from pages.ui import state
from pages.ui.state import State

KEY = "w-list"
CARDS = "w-cards"
MORE = "marz-cards-more"
HERE = Path(__file__).parent
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


@st.cache_resource(max_entries=2, show_spinner=False)
def _all(version: str, _package: Package) -> list[dict[str, Any]]:
    """The card of each incident, by row: no filter changes it."""
    everything = describe.as_table(_package, np.arange(len(_package.incidents)))
    return [
        {
            "id": row["id"],
            "date": row["short"],
            "title": row["title"],
            "where": row["where"],
            "kind": row["type"],
            "color": EVENT_TYPES[row["type"]][0],
            "filled": row["status"] in ESTABLISHED,
            "extra": " · ".join(
                part
                for part in (
                    "" if row["status"] in ESTABLISHED else row["status"],
                    "" if row["deaths"] == describe.NOT_REPORTED else f"{row['deaths']} dead",
                )
                if part
            ),
        }
        for row in everything.to_dict("records")
    ]


def cards(package: Package, current: State, rows: npt.NDArray[np.intp]) -> None:
    """The list beside the map: pick one by mouse or with the arrow keys."""
    count = _count(package, current, rows)
    known = _all(package.version, package)
    _cards(
        key=CARDS,
        data={
            "rows": [known[row] for row in rows[:count].tolist()],
            "selected": current.selected,
            "more": min(AT_ONCE, len(rows) - count),
            "total": len(rows),
        },
        on_pick_change=_picked,
        on_more_change=_more,
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
    held = (st.session_state.get(KEY) or {}).get("selection", {}).get("rows", [])
    if list(held) != wanted:
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
