"""Where the app stands, and the address bar: written from the state, and followed by it.

It is followed when the reader goes by a link or Back.
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

import streamlit as st

from pages.ui import nav, state

WRITTEN = "marz-written"
"""Key of the parameters that were last written into the address bar."""
OF_A_PAGE = ("line", "set", "since", "until")
"""Parameters that no other page knows."""
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?", re.ASCII)


def below() -> str:
    """Path that all addresses begin with, without the slash at its end."""
    inner = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{inner}" if inner else ""


def root(asked: str) -> str:
    """Address of the root, as ``MARZ_URL`` says it, or else as a browser has asked for it.

    Parameters
    ----------
    asked : str
        Any address of this server that came from outside, such as ``st.context.url``.

    Returns
    -------
    str
        With a slash at its end; "" where `asked` names no host, which is then not repeated.
    """
    if given := os.environ.get("MARZ_URL", "").strip():
        return f"{given.rstrip('/')}/"
    try:
        parts = urlsplit(asked)
    except ValueError:  # half an address of IPv6
        return ""
    return f"{parts.scheme}://{parts.netloc}{below()}/" if HOST.fullmatch(parts.netloc) else ""


def follow(page: str) -> None:
    """Take the state from the address where it is not the one that was written last.

    Parameters
    ----------
    page : str
        The one that is shown now. From the menu a page is opened without parameters: it then
        keeps the filter, as a reader expects of a menu.
    """
    found = state.bounded()
    if found in (st.session_state.pop(state.PUT, None), st.session_state.get(WRITTEN, found)):
        return
    if found or st.session_state.get("page") == page:
        st.session_state[state.KEY] = found


def write() -> None:
    """Write the state into the address, if it does not stand there yet."""
    wanted = state.parameters()
    # A link to the page that is shown tells the server its parameters, but not the address bar.
    if state.bounded() != wanted or st.session_state.get(WRITTEN, wanted) != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[WRITTEN] = wanted


def linked(**changed: str) -> dict[str, list[str]]:
    """The present parameters with some changed, for a link to another page or record."""
    given = state.parameters().items()
    kept = {name: values for name, values in given if name not in OF_A_PAGE}
    return {**kept, **{name: [value] for name, value in changed.items() if value}}


def to_incident(incident: str, label: str, icon: str | None = None) -> None:
    """A link to an incident's page; the label is ours, for labels are Markdown."""
    st.page_link(nav.INCIDENT, label=label, icon=icon, query_params=linked(id=incident))


def to_incidents(**chosen: str) -> None:
    """A link to the map of those that one option leaves, given by the name of its facet."""
    st.page_link(
        nav.PAGES / "atlas.py",
        label="See its incidents on the map",
        icon=":material/map:",
        query_params=linked(**chosen),
    )
