"""Report an error: what is wrong with a record, as a text to copy, a mail, or a line of a file.

A report is for whoever keeps the data. Nothing that anybody writes here is shown to others.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from geo import describe
from geo.package.load import Package
from pages.ui import address, sessions

LONGEST = 2000
"""Characters of what somebody writes."""
SHORT = 300
"""Characters of a source, or of an address to answer to."""
LARGEST = 5 * 2**20
"""Bytes of the file of reports, after which none is taken."""
AN_HOUR, OF_A_SESSION = 60, 5
"""Reports that are taken in an hour, of all readers and of one."""
HOUR = 3600.0
MAIL = 1800
"""Characters of an address of a mail that every program takes."""
OPEN = "report-open"
"""Key of the page and the record whose form is open."""
ANY = "the record as a whole"

_lock = threading.Lock()
_taken: deque[tuple[float, str]] = deque()


def offer(package: Package, found: dict[str, Any]) -> None:
    """The button that opens the form; open, it stays so whatever else runs the page again."""
    here = (st.session_state.get("page"), found["id"])
    if st.button("Report an error", icon=":material/flag:", key="w-report", type="tertiary"):
        st.session_state[OPEN] = here
    if st.session_state.get(OPEN) == here:
        _form(package, found)


@st.dialog("Report an error", width="medium", on_dismiss=lambda: st.session_state.pop(OPEN, None))
def _form(package: Package, found: dict[str, Any]) -> None:
    """What is wrong, and who says otherwise; the rest is filled in."""
    st.text(f"{found['title']} ({found['id']}, data version {package.version})")
    columns = [field["name"] for field in package.resources["incidents"]["schema"]["fields"]]
    named = {name: describe.field(name) for name in columns if name != "id"}
    with st.form("report", border=False):
        column = st.selectbox(
            "What is wrong",
            ["", *named, "claims", "sources"],
            format_func=lambda name: named.get(name, name or ANY),
            key="w-report-field",
        )
        st.text_area("What it should say", max_chars=LONGEST, key="w-report-text")
        st.text_input(
            "Where that is printed: an address, or publisher, title and day",
            max_chars=SHORT,
            key="w-report-source",
        )
        st.text_input("Your address, if you want an answer", max_chars=SHORT, key="w-report-who")
        given = st.form_submit_button("Send" if _file() else "Write the report", type="primary")
    if not given:
        return
    told = {
        "id": found["id"],
        "version": package.version,
        "field": column or ANY,
        "now": _now(package, found["id"], column),
        "text": st.session_state["w-report-text"].strip(),
        "source": st.session_state["w-report-source"].strip(),
        "from": st.session_state["w-report-who"].strip(),
    }
    if not told["text"]:
        st.text("Say what it should say, or what is wrong.")
    elif path := _file():
        st.text(take(path, told, sessions.identity()))
    else:
        _to_copy(told)


def _now(package: Package, incident: str, column: str) -> str:
    """What the field says now; "" for more than a field."""
    row = package.row_of(incident)
    if row < 0 or column not in package.incidents:
        return ""
    value = package.incidents[column].iat[row]
    return "" if value is None or str(value) == "<NA>" else str(value)


def _file() -> Path | None:
    """Where reports are kept, as ``MARZ_REPORTS`` says; None where they are kept nowhere."""
    said = os.environ.get("MARZ_REPORTS", "").strip()
    return Path(said) if said else None


def written(told: dict[str, str], where: str = "") -> str:
    """A report as a text to send."""
    lines = [
        ("Record", told["id"]),
        ("Data version", told["version"]),
        ("Field", told["field"]),
        ("It says", told["now"]),
        ("It should say", told["text"]),
        ("Source", told["source"]),
        ("From", told["from"]),
        ("Address", where),
    ]
    return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _to_copy(told: dict[str, str]) -> None:
    """The report as a text, and as a mail that the reader's own program sends."""
    root = address.root(st.context.url or "")
    text = written(told, f"{root}r/{quote(told['id'])}" if root else "")
    st.text("Nobody has it yet: copy it, and send it to whoever keeps this atlas.")
    st.code(text, language=None, wrap_lines=True)
    subject = quote(f"Marz: error in {told['id']}")
    mail = f"mailto:?subject={subject}&body={quote(text)}"
    if len(mail) <= MAIL:
        st.link_button("Write a mail", mail, icon=":material/mail:")


def take(path: Path, told: dict[str, str], session: str) -> str:
    """Append a report to the file, if there is room for it; returns what the reader is told."""
    line = json.dumps(
        {"at": datetime.now(UTC).isoformat(timespec="seconds"), **told}, ensure_ascii=False
    )
    content = f"{line}\n".encode("utf-8", "replace")
    with _lock:
        now = time.monotonic()
        while _taken and now - _taken[0][0] > HOUR:
            _taken.popleft()
        if sum(one == session for _, one in _taken) >= OF_A_SESSION or len(_taken) >= AN_HOUR:
            return "Too many reports came in the last hour. Try again later."
        try:
            size = path.stat().st_size if path.exists() else 0
            if size + len(content) > LARGEST:
                return "No more reports are taken at the moment. Try again another day."
            # Only its owner reads it: a report may name who sent it.
            with open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(content)
        except OSError:
            return "The report could not be kept. Try again later."
        _taken.append((now, session))
    return "Thank you. The report was kept; nobody else sees it."
