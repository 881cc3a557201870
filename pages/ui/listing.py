"""The incidents as a table in words: the map's twin for eyes, keyboards and screen readers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from geo import words
from geo.model import Filter
from geo.package import Package
from geo.query import select
from pages.ui import state
from pages.ui.state import State

KEY = "w-list"


@st.cache_data(max_entries=256, show_spinner=False)
def table(version: str, query: Filter, _package: Package) -> pd.DataFrame:
    """The table of what a filter leaves; see `geo.words.as_table`."""
    return words.as_table(_package, select(_package, query))


def show(
    package: Package,
    current: State,
    rows: npt.NDArray[np.intp],
    *,
    columns: list[str],
    height: int | str,
) -> None:
    """A sortable table in which one incident can be selected."""
    shown = table(package.version, current.query, package)
    ids = shown["id"].tolist()
    wanted = [ids.index(current.selected)] if current.selected in ids else []
    held = (st.session_state.get(KEY) or {}).get("selection", {}).get("rows", [])
    if list(held) != wanted:
        st.session_state[KEY] = {"selection": {"rows": wanted}}
    st.dataframe(
        shown,
        key=KEY,
        column_order=columns,
        column_config={
            "id": st.column_config.TextColumn("Id"),
            "when": st.column_config.TextColumn("When", width="small"),
            "date": st.column_config.TextColumn("EDTF"),
            "title": st.column_config.TextColumn("What", width="large"),
            "type": st.column_config.TextColumn("Type"),
            "status": st.column_config.TextColumn("Status"),
            "where": st.column_config.TextColumn("Where"),
            "deaths": st.column_config.TextColumn("Deaths"),
            "countries": st.column_config.TextColumn("Countries"),
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
