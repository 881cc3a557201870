"""A set picked by hand: incidents with a star, and whether only these are shown.

They stand in the address: as ``star`` while they are marked alone, and as part of the filter, as
``only``, while nothing else is shown.
"""

from __future__ import annotations

import streamlit as st

from geo.address import CHOSEN
from geo.model import MAX_CHOSEN
from geo.package.load import Package
from pages.ui import state
from pages.ui.state import State


def starred(package: Package, current: State) -> tuple[str, ...]:
    """Ids of the incidents that have a star."""
    if current.query.ids:
        return tuple(current.query.ids)
    given = dict.fromkeys(state.parameters().get(state.STAR, []))
    return tuple(one for one in given if package.row_of(one) >= 0)[:MAX_CHOSEN]


def _name() -> str:
    return CHOSEN if state.parameters().get(CHOSEN) else state.STAR


def toggle(incident: str) -> None:
    """Mark an incident, or unmark it; what is beyond `MAX_CHOSEN` is not marked, and said."""
    now = state.parameters().get(_name(), [])
    if incident in now:
        state.put(_name(), *(one for one in now if one != incident))
    elif len(now) < MAX_CHOSEN:
        state.put(_name(), *now, incident)
    else:
        st.toast(f"{MAX_CHOSEN} incidents have a star; that is the most.")


def only(on: bool) -> None:
    """Show only what is marked, or everything again."""
    here, there = (state.STAR, CHOSEN) if on else (CHOSEN, state.STAR)
    marked = state.parameters().get(here, [])
    state.clear(here)
    state.put(there, *marked)


def clear() -> None:
    """Unmark all."""
    state.clear(state.STAR, CHOSEN)


def button(package: Package, current: State) -> None:
    """A star for the record that is open."""
    marked = current.selected in starred(package, current)
    st.button(
        "Starred" if marked else "Star",
        icon=":material/star:",
        key="w-star",
        type="primary" if marked else "secondary",
        help="Remove the star" if marked else "Add it to a set of your own",
        on_click=state.whole(toggle),
        args=(current.selected,),
    )
