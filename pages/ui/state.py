"""The state of a page: in the session while it runs, in the address for everybody else.

One dictionary of parameters, as they stand in the address, is the truth. Widgets are set from
it before they are drawn and write to it when they change; nothing else is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo import address
from geo.address import limits
from geo.model import LANGUAGES, MAX_TEXT, Filter, FilterError, Scene
from geo.package import releases
from geo.package.load import Package

__all__ = ["LANGUAGES", "MAX_TEXT", "State", "limits"]
KEY = "marz-parameters"
PUT = "marz-put"
"""The address that came with a widget's message: it says nothing new, and may be an old one."""
PANEL = "export-open"
"""Key of whether the panel that hands out files is open on this page."""
STAR = "star"
"""Parameter of the incidents that are marked while others are shown too."""
OWN = ("tiles", "line", "set", "order", "since", "until", STAR)
"""Parameters of pages alone: no file depends on them."""
ANSWERING = "page-answering"
"""Whether new dates are answered before the page runs."""
DATES = ("from", "to", "match")
"""Parameters of the dates."""
ORDERS = ("newest", "oldest")
"""What a list may begin with."""


@dataclass(frozen=True)
class State:
    """What the address says, read.

    Attributes
    ----------
    scene : Scene
        Without whatever could not be read.
    tiles : bool
        Whether online tiles are switched on.
    order : str
        ``oldest`` where the list begins with the oldest, else "".
    line : str
        Place id of the border whose page is open, the first border where none is named.
    since, until : str
        Numbers of the two releases of the data that are compared, the last two where none is named;
        "" where there are none.
    notices : tuple of str
        What could not be read, for the reader.
    reversed_range : bool
        Whether the window ends before it starts; the filter is then without it.
    """

    scene: Scene
    tiles: bool = False
    order: str = ""
    line: str = ""
    since: str = ""
    until: str = ""
    notices: tuple[str, ...] = ()
    reversed_range: bool = False

    @property
    def query(self) -> Filter:
        """Which incidents are shown."""
        return self.scene.query

    @property
    def selected(self) -> str:
        """Id of an incident, "" for none; it exists."""
        return self.scene.selected

    @property
    def language(self) -> str:
        """Language of the names on the map."""
        return self.scene.language

    @property
    def view(self) -> tuple[float, float, float] | None:
        """Latitude, longitude, zoom."""
        return self.scene.at


def parameters() -> dict[str, list[str]]:
    """The parameters of this session; taken from the address at its first run."""
    if KEY not in st.session_state:
        st.session_state[KEY] = bounded()
    found: dict[str, list[str]] = st.session_state[KEY]
    return found


def bounded() -> dict[str, list[str]]:
    """What stands in the address, as far as anybody could mean it."""
    return address.plainly(
        {key: st.query_params.get_all(key)[: address.MOST] for key in list(st.query_params)[:50]}
    )


def put(name: str, *values: str) -> None:
    """Set one parameter; without values it is dropped."""
    current = dict(parameters())
    current.pop(name, None)
    if any(values):
        current[name] = [value for value in values if value]
    st.session_state[KEY] = current
    told()


def told() -> None:
    """Note that a widget speaks, not the address bar; for every callback that may set nothing.

    What a component says may cross a link that was just clicked, with the address before it.
    """
    st.session_state[PUT] = bounded()


def clear(*names: str) -> None:
    """Drop parameters."""
    for name in names:
        put(name)


def clear_filter() -> None:
    """Drop every parameter of the filter; selection, stars and view stay."""
    if marked := parameters().get(address.CHOSEN):
        put(STAR, *marked)
    clear(*filters())


def filters() -> tuple[str, ...]:
    """Names of the parameters of the filter."""
    return tuple(one.name for one in address.parameters() if one.part in ("query", "chosen"))


def ask(query: Filter) -> None:
    """Set the filter; selection and view stay."""
    clear_filter()
    if query.ids:
        clear(STAR)
    for name, values in address.grouped(address.pairs(Scene(query=query))).items():
        put(name, *values)


def exchange_dates() -> None:
    """Turn a reversed window round."""
    given = parameters()
    start, end = given.get("from", []), given.get("to", [])
    put("from", *end)
    put("to", *start)


def is_answering() -> bool:
    """Whether new dates are answered before the page runs (`pages.ui.timeline_fragment`)."""
    return bool(st.session_state.get(ANSWERING))


def keep(current: State) -> None:
    """Keep of the address what could be read."""
    kept = address.grouped(address.pairs(current.scene))
    for one in address.parameters():
        put(one.name, *kept.get(one.name, []))
    put("order", current.order)
    for name in ("line", "since", "until"):
        if name in parameters():
            put(name, getattr(current, name))


def replace_all(shown: Scene) -> None:
    """Set the whole state, as when a file is opened; what only pages know stays."""
    own = {name: values for name, values in parameters().items() if name in OWN}
    st.session_state[KEY] = {**address.grouped(address.pairs(shown)), **own}
    told()
    st.session_state.pop("opened-at", None)


def enter(page: str) -> None:
    """Note which page is shown; whoever comes back to the map finds it as it was left."""
    st.session_state.pop(ANSWERING, None)
    if st.session_state.get("page") != page:
        st.session_state["page"] = page
        st.session_state.pop("opened-at", None)
        st.session_state.pop(PANEL, None)


def set_widget(key: str, value: Any, *, typed: bool = False) -> str:
    """Set a widget from the state before it is drawn; returns its key.

    Streamlit tells the browser a value only in the run that sets it, and a run that the next one
    cuts short, or follows at once, may never be shown. A widget that then appears without its value
    says that it was cleared, and the filter of an address is lost. So it is set in every run.

    Parameters
    ----------
    typed : bool
        Whether somebody may be writing in it, so that a value that the browser has is not set
        again: what is half written would be gone. It is set until a run has come to its end with
        it.
    """
    shown = st.session_state.setdefault(SHOWN, {})
    given = (st.session_state.get(key, _NOTHING), shown.get(key, _NOTHING))
    if not typed or given != (value, value):
        st.session_state[key] = value
        st.session_state.setdefault(SETTING, {})[key] = value
    return key


def settle() -> None:
    """Note at the end of a page's run that the browser has the values that were set."""
    st.session_state.setdefault(SHOWN, {}).update(st.session_state.pop(SETTING, {}))


SHOWN, SETTING = "widgets-shown", "widgets-setting"
_NOTHING = object()


def read(package: Package, *, others: bool = False) -> State:
    """Read the parameters; what makes no sense is left out and said.

    Parameters
    ----------
    package : Package
        Tells which options and ids exist.
    others : bool
        Whether other collections are asked as well, which have options and ids of their own.
    """
    given = parameters()
    reading = address.read(package, given, others=others)
    notices = list(reading.notices)
    since, until = _span(package, _first(given, "since"), _first(given, "until"), notices)
    return State(
        scene=reading.scene,
        tiles=_first(given, "tiles") == "on",
        order=_order(_first(given, "order"), notices),
        line=_line(package, _first(given, "line"), notices),
        since=since,
        until=until,
        notices=tuple(notices),
        reversed_range=reading.reversed_range,
    )


def _first(given: dict[str, list[str]], name: str) -> str:
    return next(iter(given.get(name, [])), "")


def _order(asked: str, notices: list[str]) -> str:
    if asked not in ("", *ORDERS):
        notices.append(f"“order={asked}” is neither newest nor oldest.")
    return asked if asked == ORDERS[1] else ""


def _span(package: Package, since: str, until: str, notices: list[str]) -> tuple[str, str]:
    """Two releases, the earlier one first."""
    known = releases.numbers(package)
    for name, asked in (("since", since), ("until", until)):
        if asked and asked not in known:
            notices.append(
                f"“{name}={asked}” is no release of these data; there are "
                f"{', '.join(known) or 'none'}."
            )
    if len(known) < 2:
        return "", ""
    last = max(1, known.index(until)) if until in known else len(known) - 1
    first = known.index(since) if since in known else last - 1
    return known[min(first, last - 1)], known[last]


def _line(package: Package, asked: str, notices: list[str]) -> str:
    known = sorted(set(package.layers["borders"]["place_id"]))
    if asked and asked not in known:
        notices.append(f"“line={asked}” is no border of these data; there are {', '.join(known)}.")
    return asked if asked in known else next(iter(known), "")


def bound(
    key: str, value: Any, write: Callable[[Any], None], *, typed: bool = False
) -> dict[str, Any]:
    """Key and callback of a widget that shows a value; `write` takes what the reader sets.

    See `set_widget` for `typed`.
    """

    def changed() -> None:
        st.session_state.setdefault(SHOWN, {})[key] = st.session_state[key]
        told()
        write(st.session_state[key])

    return {"key": set_widget(key, value, typed=typed), "on_change": whole(changed)}


@contextmanager
def refusals(key: str) -> Iterator[None]:
    """Keep in the session, by a key, why what the reader wrote cannot be; forget it otherwise."""
    st.session_state.pop(key, None)
    try:
        yield
    except FilterError as error:
        st.session_state[key] = str(error)


def whole(callback: Callable[..., object], *, page: bool = True) -> Callable[..., None]:
    """Let a callback come to its end though the next message has come.

    Streamlit looks for one wherever the session is asked for something, and ends there what runs:
    a callback in its midst too, and what the reader did is lost.

    Parameters
    ----------
    callback : callable
        Of a widget.
    page : bool
        Whether the page runs, though the widget is in a fragment; else that alone. Where nothing
        but the dates has changed, it answers first.
    """

    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        session = context.session_state if context else None
        look = getattr(session, "_yield_callback", None)
        if context is None or look is None:
            callback(*args, **kwargs)
            return
        before = parameters()
        # Its own way of setting would write to the session.
        object.__setattr__(session, "_yield_callback", lambda: None)
        try:
            callback(*args, **kwargs)
        finally:
            object.__setattr__(session, "_yield_callback", look)
        if not page or not context.fragment_ids_this_run:
            return
        now = parameters()
        changed = {name for name in {*now, *before} if now.get(name) != before.get(name)}
        if not changed or changed.difference(DATES):
            st.rerun()
        st.session_state[ANSWERING] = True

    return run
