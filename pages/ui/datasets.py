"""The data sets of a reader: Marz's own, those the operator names, and the reader's."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from geo.collection.engine import duck, servers
from geo.collection.engine.collection import Queried
from geo.collection.packaged import OWN, Packaged
from geo.collection.protocol import Collection
from geo.model import GeoError
from geo.package.load import Package
from geo.web import sets
from pages.ui import own_data, state, work

VARIABLE = "MARZ_DATASETS"
"""Environment: paths of data sets for all readers, ``;`` between them."""
DATABASE = "MARZ_DATABASE_URL"
"""Environment: a database that holds one more, see `geo.collection.engine.database`."""
HIDDEN, FIT = "sets-hidden", "sets-fit"
CHOSEN, NONE = "set", "none"
"""Parameter of the address: the sets shown, of those that all readers have; without, all."""
LONGEST, SAID = 60, 5
"""Characters of a name, and names, that a message repeats."""
MARKS = ("●", "■", "▲", "⬢", "⬟", "⯃")
"""Shapes of the sets in their order, as static/map/shapes.js draws them."""


@dataclass(frozen=True)
class Entry:
    """A data set that a reader can show.

    Attributes
    ----------
    key : str
        Ours, for widgets and answers.
    title : str
        What people call it: text from data, for `st.text` alone.
    data : Collection
        What is asked.
    origin : str
        ``marz``, ``operator`` or ``own``.
    report : geo.ingest.Report or None
        What became of each row, for the reader's own.
    over : str
        Title of the earlier set that it took the place of; "" for none.
    changes : geo.ingest.changes.Changes or None
        How it differs from that one.
    """

    key: str
    title: str
    data: Collection
    origin: str
    report: Any = None
    over: str = ""
    changes: Any = None

    @property
    def is_own(self) -> bool:
        """Whether it is the reader's alone, and no file to share may hold it."""
        return self.origin == "own"


def marz(package: Package) -> Entry:
    """Marz's own records."""
    return Entry("marz", OWN, Packaged(package), "marz")


def everything(package: Package) -> list[Entry]:
    """All sets, Marz's own first; sets that cannot be opened are named on the page."""
    found = [marz(package)]
    openers = [partial(_operator, str(path), _stamp(path)) for path in _named()]
    if url := os.environ.get(DATABASE, "").strip():
        openers.append(partial(_database, url))
    for number, opener in enumerate(openers):
        try:
            data = opener(package.version, package)
        except GeoError as error:
            st.text(str(error))
            continue
        found.append(Entry(f"operator-{number}", data.name, data, "operator"))
    return found + own_data.session().entries


def passed_on(package: Package) -> dict[str, sets.Shared]:
    """Those of the operator that may be passed on, by the name that the address has for them."""
    found: dict[str, sets.Shared] = {}
    for path in _named():
        licence = sets.licence_of(path)
        if licence is None or path.stem in found:
            continue
        with suppress(GeoError):  # the dashboard says what is wrong with it
            data = _operator(str(path), _stamp(path), package.version, package)
            found[path.stem] = sets.Shared(licence, data)
    return found


def stamps() -> str:
    """Changes whenever one of the operator's data sets does."""
    return ";".join(str(_stamp(path)) for path in _named())


def addressed(all_sets: list[Entry]) -> dict[str, str]:
    """Name in the address -> key, of those sets that any reader of this dashboard has."""
    found: dict[str, str] = {}
    for entry in all_sets:
        if not entry.is_own:
            name = wanted = entry.key if entry.origin == "marz" else entry.title
            number = 2
            while name in found or name == NONE:
                name, number = f"{wanted}-{number}", number + 1
            found[name] = entry.key
    return found


def hidden(all_sets: list[Entry]) -> set[str]:
    """Keys of those that are switched off: by the address, the reader's own by the session."""
    known = addressed(all_sets)
    given = state.parameters().get(CHOSEN, [])
    chosen = {known[name] for name in given if name in known}
    off = set(known.values()) - chosen if chosen or NONE in given else set()
    own: frozenset[str] = st.session_state.get(HIDDEN, frozenset())
    return off | own


def shown(all_sets: list[Entry]) -> list[Entry]:
    """Those that are not switched off."""
    off = hidden(all_sets)
    return [entry for entry in all_sets if entry.key not in off]


def unknown(all_sets: list[Entry]) -> str:
    """What of the address names no set here, for the reader; "" if all is known."""
    known = addressed(all_sets)
    odd = [n for n in state.parameters().get(CHOSEN, []) if n not in known and n != NONE]
    if not odd:
        return ""
    said = ", ".join(f"“{CHOSEN}={name[:LONGEST]}”" for name in odd[:SAID])
    return f"{said}: no such data set here; there are {', '.join(known)}."


def switch(all_sets: list[Entry], key: str, on: bool) -> None:
    """Show a set or hide it."""
    known = addressed(all_sets)
    if key not in known.values():
        own = set(st.session_state.get(HIDDEN, frozenset())) - {key}
        st.session_state[HIDDEN] = frozenset(own if on else own | {key})
        return
    off = hidden(all_sets) - {key} if on else hidden(all_sets) | {key}
    chosen = [name for name, one in known.items() if one not in off]
    state.put(CHOSEN, *([] if len(chosen) == len(known) else chosen or [NONE]))


def add(entry: Entry, over: Entry | None = None) -> None:
    """Take up a set of the reader's, in the place of an earlier one, and move the map to it."""
    entries = own_data.session().entries
    entries.insert(entries.index(over) if over in entries else len(entries), entry)
    if over is not None:
        remove(over.key)
    st.session_state[FIT] = st.session_state.get(FIT, 0) + 1


def remove(key: str) -> None:
    """Close a set of the reader's and remove its files."""
    session = own_data.session()
    for entry in [one for one in session.entries if one.key == key]:
        session.entries.remove(entry)
        entry.data.close()
        own_data.discard(entry.key)
    work.forget()


def _named() -> list[Path]:
    given = os.environ.get(VARIABLE, "")
    return [Path(part.strip()) for part in given.split(";") if part.strip()]


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=32, show_spinner="Opening the data sets …")
def _operator(path: str, stamp: int, version: str, _package: Package) -> Queried:
    found = Path(path)
    return duck.open_set(found, found.stem, names=Packaged(_package).names())


@st.cache_resource(max_entries=1, show_spinner="Opening the database …")
def _database(url: str, version: str, _package: Package) -> Queried:
    return servers.database(url, names=Packaged(_package).names())
