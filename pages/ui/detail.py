"""Everything known of one incident: dates and places in words, tolls, claims, sources.

Text from data is shown by st.text alone, which reads neither Markdown nor HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from geo import describe, places, records
from geo.address import OPEN
from geo.package import releases
from geo.package.load import Package, Rows
from geo.vocabulary import COLLECTIONS, TAGS
from pages.ui import address, corrections, head, stars, state
from pages.ui.state import State

BRIEFLY = ("When", "Where", "", "Type", "Actors", "Deaths", "Injured", "Part of", "Note")
"""What the drawer tells; the record's own page tells all."""
CHECKED = "A second reader has compared this record with its source."


def show(package: Package, current: State, rows: Rows) -> None:
    """The selected incident in few lines, with steps to its neighbours at the same place."""
    if not current.selected:
        return
    row = package.row_of(current.selected)
    found = records.record(package, row)
    with st.container(border=True, key="detail"):
        _steps(package, current, row, rows)
        head.heading(found["title"], key="w-detail-title")
        if row not in rows:
            st.caption(
                "This incident does not match the filters; it is shown because it is selected."
            )
        if found["summary"]:
            st.text(found["summary"])
        facts(found, BRIEFLY)
        for one in releases.of_record(package, found["id"])[:1]:
            st.text(describe.release_of_record(one))
        accounts(found["accounts"], 3)
        claims(found["claims"], 3, columns=1)
        sources(found, 3)
        with st.container(horizontal=True, vertical_alignment="center"):
            address.to_incident(found["id"], "Everything about this incident", ":material/article:")
            corrections.offer(package, found)


def _steps(package: Package, current: State, row: int, rows: Rows) -> None:
    """Previous and next among the incidents shown at the same place, and close."""
    site = places.site_of(package, row)
    here = [int(r) for r in rows if site and places.site_of(package, int(r)) == site]
    with st.container(horizontal=True, vertical_alignment="center", key="detail-steps"):
        if row in here and len(here) > 1:
            at = here.index(row)
            ids = tuple(package.incidents["id"].iat[r] for r in here)
            for sign, by, label in (
                ("‹", -1, "Previous incident at this place"),
                ("›", 1, "Next incident at this place"),
            ):
                st.button(
                    sign,
                    key=f"w-step-{sign}",
                    help=label,
                    on_click=state.whole(_step),
                    args=(ids, by),
                )
            st.text(f"{at + 1} of {len(here)} here")
        st.space("stretch")
        stars.button(package, current)
        st.button(
            "Close",
            key="w-close",
            on_click=state.whole(state.clear),
            args=(OPEN,),
            shortcut="Escape",
        )


def _step(ids: tuple[str, ...], by: int) -> None:
    """Go on from what is selected now: a second click may come before the card is redrawn."""
    now = "".join(state.parameters().get("id", []))
    if now in ids:
        state.put("id", ids[(ids.index(now) + by) % len(ids)])


def facts(found: dict[str, Any], labels: Sequence[str] = ()) -> None:
    """Label and value, one a line, of all `labels` or those given; what is blank is left out."""
    kind = " · ".join(part for part in (found["type"], found["sub_event_type"]) if part)
    part_of = found["part_of_title"] or found["part_of"]
    rows = [
        ("When", found["when"]),
        ("Where", found["where"]),
        ("", found["place_note"]),
        ("Type", f"{kind} · {found['status']}"),
        ("Countries", ", ".join(found["countries"])),
        ("Actors", ", ".join(found["actors"])),
        ("Deaths", found["deaths"]),
        ("Injured", found["injuries"]),
        ("Part of", part_of),
        ("Tags", ", ".join(TAGS.get(tag, tag) for tag in found["tags"])),
        ("Collection", COLLECTIONS.get(found["collection"], found["collection"])),
        ("Checked", CHECKED if found["audited"] else ""),
        ("Note", found["note"]),
    ]
    with st.container(key="facts", gap=None):
        for label, value in rows:
            if not value or (labels and label not in labels):
                continue
            left, right = st.columns([1.4, 4], gap="small")
            left.caption(label or "\u00a0")
            right.text(value)


def _heading(text: str, level: int) -> None:
    (st.header if level == 2 else st.subheader)(text, anchor=False)


def accounts(accounts: list[dict[str, Any]], level: int = 2) -> None:
    """Who counts how many of whose dead and hurt, where anybody gives a figure."""
    for measure, title in records.COUNTED.items():
        table = records.tolls_by_account(accounts, measure)
        if len(table):
            _heading(f"{title} by account", level)
            st.dataframe(
                table, hide_index=True, key=f"w-accounts-{measure}", alt=f"{title} by account"
            )


def claims(claims: list[dict[str, Any]], level: int = 2, columns: int = 2) -> None:
    """Who says what, side by side, each with the toll that they give."""
    if not claims:
        return
    _heading("Who says what", level)
    for first in range(0, len(claims), columns):
        for offset, column in enumerate(st.columns(columns, gap="small")):
            if first + offset < len(claims):
                with column.container(border=True, gap="xxsmall", height="stretch"):
                    _claim(claims[first + offset], first + offset)


def _claim(claim: dict[str, Any], number: int) -> None:
    with st.container(key=f"claimant-{number}"):
        st.text(f"{claim['claimant']} · {claim['stance_words']}")
    st.text(claim["statement"])
    toll = f"{claim['deaths']} dead" if claim["deaths"] is not None else ""
    source = f"{claim['source']['short']} {claim['source']['paragraphs']}".strip()
    with st.container(key=f"claim-source-{number}"):
        st.text(" · ".join(part for part in (toll, claim["when"], source) if part))


def sources(found: dict[str, Any], level: int = 2) -> None:
    """Where it is from: paragraphs where they were counted, else the page's title."""
    _heading("Sources", level)
    with st.container(key="sources", gap="xsmall"):
        for number, source in enumerate(found["sources"]):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(", ".join(filter(None, (source["line"], source["paragraphs"]))))
                if source["url"]:
                    st.link_button("Open", source["url"], key=f"w-source-{number}")
