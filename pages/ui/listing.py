"""The incidents as a list and as a table: the map's twins for eyes, keyboards, screen readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo import describe
from geo.address import CHOSEN
from geo.collection.packaged import Packaged
from geo.files import STATIC
from geo.model import Filter
from geo.package.load import Package
from geo.vocabulary import ESTABLISHED, EVENT_TYPES
from pages.ui import data, datasets, stars, state
from pages.ui.datasets import Entry
from pages.ui.state import State
from pages.ui.timeline import GREY

KEY = "w-table"
CARDS = "w-list"
TURNED = "list-turned"
SOUGHT = "list-sought"
AT_ONCE = 24
"""Cards sent to the browser at a time, which shows as many as it has room for: what a change costs
does not grow with the data. As in static/atlas/list.js."""
DEEPEST = 5000
"""Incidents that can be leafed through where several data sets are merged; one alone has no end."""

_list = data.component("list", STATIC / "list.css")
Cards = Callable[[int, int, bool], list[dict[str, Any]]]
"""First, how many, whether the oldest first -> what the list shows."""


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


def merged(
    entries: Sequence[Entry], query: Filter, first: int, number: int, oldest: bool
) -> list[tuple[int, dict[str, Any]]]:
    """Records of one data set or several in the order of time, each with the number of its set."""
    alone = len(entries) == 1
    found: list[tuple[int, dict[str, Any]]] = []
    for position, one in enumerate(entries):
        table = one.data.rows(
            query,
            limit=number if alone else first + number,
            offset=first if alone else 0,
            newest_first=not oldest,
        )
        # What is not shown in a list need not be made for it.
        found += [(position, row) for row in table.drop_columns(["geometry"]).to_pylist()]
    return found if alone else in_time(found, oldest)[first : first + number]


def in_time(
    found: list[tuple[int, dict[str, Any]]], oldest: bool
) -> list[tuple[int, dict[str, Any]]]:
    """Sort records of several sets by their first day; those without one come last."""
    known = [entry for entry in found if entry[1]["start"] is not None]
    known.sort(key=lambda entry: entry[1]["start"] if oldest else -entry[1]["start"])
    return known + [entry for entry in found if entry[1]["start"] is None]


def show(
    cards: Cards,
    total: int,
    *,
    asked: object,
    selected: str,
    picked: Callable[[str], None],
    position: Callable[[bool], int] = lambda _: -1,
    marked: Sequence[str] | None = None,
) -> None:
    """Draw the page of the list that the reader is at.

    Parameters
    ----------
    cards : callable
        Asks for the cards of a page.
    total : int
        Cards that can be leafed through.
    asked : object
        What the list answers: when it changes, the first page is shown.
    selected : str
        Key of the card that is selected.
    picked : callable
        Takes the key of the card that the reader picks.
    position : callable
        Whether the oldest come first -> place of the selected card; -1 where it has none.
    marked : sequence of str, optional
        Ids that have a star; without, nothing can be given one.
    """
    oldest = state.parameters().get("order") == ["oldest"]
    asked = (asked, oldest)
    if st.session_state.get(TURNED, (None, 0))[0] != asked:
        st.session_state[TURNED] = (asked, 0)
        st.session_state.pop(SOUGHT, None)
    first = int(st.session_state[TURNED][1])
    if selected and st.session_state.get(SOUGHT) != selected:
        # Picked on the map, or by the address: the list opens where it stands.
        at = position(oldest)
        if at >= 0 and not first <= at < first + AT_ONCE // 2:
            first = at // 12 * 12
    st.session_state[SOUGHT] = selected
    first = max(0, min(first, total - 1))
    st.session_state[TURNED] = (asked, first)
    _list(
        key=CARDS,
        data={
            "rows": cards(first, AT_ONCE, oldest),
            "first": first,
            "total": total,
            "oldest": oldest,
            "selected": selected,
            "stars": None
            if marked is None
            else {"ids": list(marked), "only": CHOSEN in state.parameters()},
        },
        on_star_change=state.whole(lambda: stars.toggle(str(_said("star") or ""))),
        on_only_change=state.whole(lambda: stars.only(_said("only") is True)),
        on_unstar_change=state.whole(stars.clear),
        on_pick_change=state.whole(lambda: _picked(picked)),
        on_turn_change=state.whole(lambda: _turned(asked), page=False),
        on_sort_change=state.whole(_sorted),
    )


def _said(name: str) -> Any:
    return getattr(st.session_state.get(CARDS), name, None)


def _picked(picked: Callable[[str], None]) -> None:
    key = _said("pick")
    if isinstance(key, str) and key:
        st.session_state[SOUGHT] = key  # the list stays where it is
        picked(key)


def _turned(asked: object) -> None:
    first = _said("turn")
    state.told()
    if isinstance(first, int):
        st.session_state[TURNED] = (asked, max(0, first))


def _sorted() -> None:
    state.put("order", "oldest" if _said("sort") == "oldest" else "")


def incidents(package: Package, current: State, number: int) -> None:
    """The list beside the map of the atlas: pick one by mouse or by key."""
    entry, query = datasets.marz(package), current.query

    def cards(first: int, many: int, oldest: bool) -> list[dict[str, Any]]:
        return [card(row) for _, row in merged([entry], query, first, many, oldest)]

    def position(oldest: bool) -> int:
        found = entry.data.rows(query, limit=entry.data.size, newest_first=not oldest)
        ids = found.column("id").to_pylist()
        return ids.index(current.selected) if current.selected in ids else -1

    show(
        cards,
        number,
        asked=query,
        selected=current.selected,
        picked=_select,
        position=position,
        marked=stars.starred(package, current),
    )


def _select(incident: str) -> None:
    st.session_state["picked"] = ""
    state.put("id", incident)


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
            "short": column("When", width=135),
            "when": column("Full date"),
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


@st.cache_data(max_entries=256, show_spinner=False)
def _table(version: str, query: Filter, _package: Package) -> pd.DataFrame:
    return describe.as_table(_package, Packaged(_package).select(query))


def _selected(ids: list[str]) -> None:
    chosen = (st.session_state.get(KEY) or {}).get("selection", {}).get("rows", [])
    st.session_state["picked"] = ""
    state.put("id", ids[chosen[0]] if chosen and chosen[0] < len(ids) else "")
