"""What every page stands in: style, the data package or a page that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from geo import describe
from geo.address import IGNORED, TITLES
from geo.model import GeoError, PackageError
from geo.package import releases
from geo.package.load import Package
from pages.ui import address, data, nav, reopened, state

STYLE = f"<style>{Path(__file__).with_name('style.css').read_text('utf-8')}</style>"
ICON = str(Path(__file__).resolve().parents[2] / "static/favicon.svg")
SIDEBAR = 288
"""Pixels: an option of two countries fits in it on one line."""
LOGO = Path(ICON).with_name("logo.svg")

_reconnect = data.component("reconnect", isolated=True)


def page(
    body: Callable[[Package, state.State], None],
    name: str,
    *,
    others: Callable[[], bool] = lambda: False,
) -> None:
    """Run a page's body with the data and the state, or show what is wrong.

    Parameters
    ----------
    body : callable
        Draws the page.
    name : str
        Last part of its address: a key of `geo.address.TITLES`.
    others : callable
        Whether the page asks other collections as well, which have options of their own.
    """
    nav.ensure()
    st.set_page_config(
        page_title=f"{TITLES[name]} · Marz",
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    if not st.context.is_embedded:
        st.logo(str(LOGO), size="medium")
    st.html(STYLE)
    _reconnect(key="w-reconnect", data={}, on_reconnect_change=state.whole(state.told), height=1)
    try:
        data.load()
        address.follow(name)
        state.enter(name)
        package = data.shown()
        current = state.read(package, others=others())
        address.write()
        notices(current)
        reopened.tell()
        _as_of(package)
        body(package, current)
        problems(package)
        state.settle()
    except PackageError as error:
        st.error("The data cannot be shown.", icon=":material/error:")
        st.text(str(error))
        _listed(error.problems)
    except GeoError as error:
        st.error("This cannot be shown.", icon=":material/error:")
        st.text(str(error))


def _as_of(package: Package) -> None:
    """Say that the records are those of a release, and lead back to those of today."""
    if not package.as_of:
        return
    day = describe.day(releases.find(package, package.as_of).date)
    with st.container(horizontal=True, vertical_alignment="center", key="as-of"):
        st.text(
            f"Release {package.as_of} of {day}: the records as they were then, on the map of today."
        )
        st.button(
            "Show today’s records",
            key="w-as-of",
            on_click=state.whole(state.clear),
            args=("as-of",),
        )


def notices(current: state.State) -> None:
    """Say what of the address could not be read, with the remedy beside it."""
    if not current.notices:
        return
    with st.container(border=True, key="notices"):
        st.text(IGNORED)
        for notice in current.notices:
            st.text(notice)
        if current.reversed_range:
            exchange, drop, _ = st.columns([1, 1, 3])
            exchange.button("Swap the dates", on_click=state.whole(state.exchange_dates))
            drop.button("Clear the dates", on_click=state.whole(state.clear), args=("from", "to"))
        else:
            st.button("Dismiss", on_click=state.whole(state.keep), args=(current,))


def problems(package: Package) -> None:
    """Name what was left out of a damaged package; what is good is shown all the same."""
    if package.problems:
        with st.expander(
            f"{len(package.problems)} problems in the data; the records concerned are left out",
            icon=":material/warning:",
        ):
            st.caption("Run `python -m geo validate` for the same list.")
            _listed(package.problems)


def _listed(found: tuple[object, ...]) -> None:
    for problem in found[:200]:
        st.text(str(problem))
    if len(found) > 200:
        st.text(f"… and {len(found) - 200} more")
