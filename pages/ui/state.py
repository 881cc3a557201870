"""The state of a page: in the session while it runs, in the address for everybody else.

One dictionary of parameters, as they stand in the address, is the truth. Widgets are set from
it before they are drawn and write to it when they change; nothing else is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from geo.errors import FilterError
from geo.facets import FACETS
from geo.model import MATCHES, Filter
from geo.package import Package
from geo.query import extent, facet_options

KEY = "marz-parameters"
PUT = "marz-put"
"""Set when a widget has changed the state: the address that came with it is the one before."""
LANGUAGES = {"": "English", "tg": "Тоҷикӣ", "ky": "Кыргызча", "ru": "Русский", "fa": "دری"}
VIEW = re.compile(r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?")
MAX_TEXT = 200
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Days that can be asked for, unless the data go further."""


@dataclass(frozen=True)
class State:
    """What the address says, read.

    Attributes
    ----------
    query : Filter
        Without whatever could not be read.
    selected : str
        Id of an incident, "" for none; it exists.
    language : str
        Language of the names on the map.
    tiles : bool
        Whether online tiles are switched on.
    view : tuple of float or None
        Latitude, longitude, zoom.
    line : str
        Place id of the border whose page is open, the first border where none is named.
    notices : tuple of str
        What could not be read, for the reader.
    reversed_range : bool
        Whether the window ends before it starts; `query` is then without it.
    """

    query: Filter
    selected: str = ""
    language: str = ""
    tiles: bool = False
    view: tuple[float, float, float] | None = None
    line: str = ""
    notices: tuple[str, ...] = ()
    reversed_range: bool = False


def parameters() -> dict[str, list[str]]:
    """The parameters of this session; taken from the address at its first run."""
    if KEY not in st.session_state:
        st.session_state[KEY] = bounded()
    found: dict[str, list[str]] = st.session_state[KEY]
    return found


def bounded() -> dict[str, list[str]]:
    """What stands in the address, as far as anybody could mean it."""
    return {key: st.query_params.get_all(key)[:50] for key in list(st.query_params)[:50]}


def put(name: str, *values: str) -> None:
    """Set one parameter; without values it is dropped."""
    current = dict(parameters())
    current.pop(name, None)
    if any(values):
        current[name] = [value for value in values if value]
    st.session_state[KEY] = current
    st.session_state[PUT] = True


def clear(*names: str) -> None:
    """Drop parameters."""
    for name in names:
        put(name)


def clear_filter() -> None:
    """Drop every parameter of the filter; selection and view stay."""
    clear("from", "to", "match", "q", *(facet.parameter for facet in FACETS))


def exchange_dates() -> None:
    """Turn a reversed window round."""
    given = parameters()
    start, end = given.get("from", []), given.get("to", [])
    put("from", *end)
    put("to", *start)


def keep(current: State) -> None:
    """Keep of the address what could be read."""
    query = current.query
    put("from", query.start.isoformat() if query.start else "")
    put("to", query.end.isoformat() if query.end else "")
    put("match", "" if query.match == MATCHES[0] else query.match)
    for facet in FACETS:
        put(facet.parameter, *getattr(query, facet.name))
    put("id", current.selected)
    put("lang", current.language)
    if "line" in parameters():
        put("line", current.line)
    if current.view is None:
        clear("at")


def enter(page: str) -> None:
    """Note which page is shown; whoever comes back to the map finds it as it was left."""
    if st.session_state.get("page") != page:
        st.session_state["page"] = page
        st.session_state.pop("opened-at", None)


def set_widget(key: str, value: Any) -> str:
    """Set a widget from the state before it is drawn; returns its key."""
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value
    return key


_NOTHING = object()


def read(package: Package) -> State:
    """Read the parameters; what makes no sense is left out and said.

    Parameters
    ----------
    package : Package
        Tells which options and ids exist.
    """
    given = parameters()
    notices: list[str] = []
    fields: dict[str, Any] = {"text": _first(given, "q")[:MAX_TEXT]}
    for name, field in (("from", "start"), ("to", "end")):
        if text := _first(given, name):
            try:
                fields[field] = _day(text, limits(package))
            except ValueError:
                notices.append(f"“{name}={text}” is not a day such as 2022-09-14. It was left out.")
    match = _first(given, "match") or MATCHES[0]
    if match in MATCHES:
        fields["match"] = match
    else:
        notices.append(f"“match={match}” is neither possibly nor certainly. It was left out.")
    for facet in FACETS:
        known = facet_options(package, facet)
        asked = given.get(facet.parameter, [])
        fields[facet.name] = tuple(value for value in asked if value in known)
        notices += [
            f"“{facet.parameter}={value}” is not in these data. It was left out; "
            f"there are {', '.join(known) or 'none'}."
            for value in asked
            if value not in known
        ]
    try:
        query, reversed_range = Filter(**fields), False
    except FilterError as error:
        notices.append(str(error))
        query, reversed_range = Filter(**{**fields, "start": None, "end": None}), True
    selected = _first(given, "id")
    if selected and selected not in set(package.incidents["id"]):
        notices.append(
            f"There is no incident “{selected}” in these data (version {package.version}). "
            "Look for it in the list, or clear the filters."
        )
        selected = ""
    return State(
        query=query,
        selected=selected,
        language=_known(given, "lang", LANGUAGES, notices),
        tiles=_first(given, "tiles") == "on",
        view=_view(_first(given, "at"), notices),
        line=_line(package, _first(given, "line"), notices),
        notices=tuple(notices),
        reversed_range=reversed_range,
    )


def limits(package: Package) -> tuple[date, date]:
    """First and last day that can be asked for."""
    first, last = extent(package)
    return min(EARLIEST, first), max(LATEST, last)


def _day(text: str, allowed: tuple[date, date]) -> date:
    day = date.fromisoformat(text)
    if not allowed[0] <= day <= allowed[1]:
        raise ValueError(text)
    return day


def _first(given: dict[str, list[str]], name: str) -> str:
    return next(iter(given.get(name, [])), "")


def _known(
    given: dict[str, list[str]], name: str, known: dict[str, str], notices: list[str]
) -> str:
    value = _first(given, name)
    if value in known:
        return value
    notices.append(f"“{name}={value}” is not known. It was left out.")
    return ""


def _line(package: Package, asked: str, notices: list[str]) -> str:
    known = sorted(set(package.layers["borders"]["place_id"]))
    if asked and asked not in known:
        notices.append(
            f"“line={asked}” is no border of these data; there are {', '.join(known)}. "
            "It was left out."
        )
    return asked if asked in known else next(iter(known), "")


def _view(text: str, notices: list[str]) -> tuple[float, float, float] | None:
    if not text:
        return None
    if not VIEW.fullmatch(text):
        notices.append(f"“at={text}” is no latitude, longitude and zoom. It was left out.")
        return None
    lat, lon, zoom = (float(part) for part in text.split(","))
    return max(-85.0, min(85.0, lat)), max(-180.0, min(180.0, lon)), max(3.0, min(14.0, zoom))


def when_changed(key: str, write: Callable[[Any], None]) -> Callable[[], None]:
    """A callback that hands a widget's new value to `write`."""

    def changed() -> None:
        write(st.session_state[key])

    return changed
