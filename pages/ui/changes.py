"""What lies between two releases: the records, what of them changed and why, and how to follow it.

Text from data is shown by st.text and st.dataframe alone, which read neither Markdown nor HTML.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import groupby

import pandas as pd
import streamlit as st

from geo import describe
from geo.export import text as export_text
from geo.package import releases
from geo.package.differences import CHANGED, KINDS, PLACE
from geo.package.load import Package
from geo.package.releases import RecordChange
from geo.web import feeds
from geo.web.links import Links
from pages.ui import address, head, nav, state
from pages.ui.state import State

KEY = "w-changes"
REASONS = 2
"""Reasons of a table that are told, the most frequent."""
AT_MOST = 30
"""Changes of one record that are set out; the file has all of them."""


def between(package: Package, current: State) -> list[RecordChange]:
    """What the two releases differ in, of the records that the filter leaves or left."""
    changed = releases.records_between(package, current.since, current.until)
    return feeds.matching(package, changed, current.query, current.since)


def status(found: Sequence[RecordChange]) -> str:
    """How many records are new, changed and gone."""
    kinds = Counter(one.kind for one in found)
    told = [f"{kinds[kind]:,} {kind}" for kind in KINDS if kinds[kind]]
    return f"{describe.count(len(found), 'record')}: {' · '.join(told)}" if told else "Nothing"


def choose(package: Package, current: State) -> None:
    """Which two releases, what the later one brought, and a link to the atlas as it was."""
    known = releases.numbers(package)
    left, right, link = st.columns([1, 1, 2], vertical_alignment="bottom")
    for column, name, label, options in (
        (left, "since", "Since release", known[: known.index(current.until)]),
        (right, "until", "Up to release", known[1:]),
    ):
        column.selectbox(
            label,
            options,
            format_func=lambda number: f"{number}, {_day(package, number)}",
            **state.bound(f"w-{name}", getattr(current, name), partial(state.put, name)),
        )
    with link:
        st.page_link(
            nav.PAGES / "atlas.py",
            label=f"The atlas as of {current.since}",
            icon=":material/history:",
            query_params=address.linked(**{"as-of": current.since}),
        )
    for number in known[known.index(current.since) + 1 : known.index(current.until) + 1]:
        st.text(f"{number}: {releases.find(package, number).summary}")


def _day(package: Package, number: str) -> str:
    return describe.day(releases.find(package, number).date)


def table(found: Sequence[RecordChange]) -> None:
    """The records; the one selected is set out field by field."""
    st.header("Records", anchor=False)
    if not found:
        st.text("No record that the filters leave was added, changed or withdrawn.")
        return
    rows = [
        {
            "kind": one.kind,
            "title": one.title,
            "what": describe.release_of_record(one).partition(": ")[2],
            "why": " ".join(one.reasons),
            "id": one.id,
        }
        for one in found
    ]
    column = st.column_config.TextColumn
    event = st.dataframe(
        pd.DataFrame(rows),
        # A selection is a row number: it must not outlive the rows that it was made among.
        key=f"{KEY}-{found[0].release.number}-{len(found)}",
        column_config={
            "kind": column("Kind", width=90),
            "title": column("Record", width=420),
            "what": column("What changed", width=260),
            "why": column("Why", width=420),
            "id": column("Id"),
        },
        hide_index=True,
        height=min(38 + 35 * len(rows), 420),
        selection_mode="single-row",
        on_select="rerun",
        alt="Records that were added, changed or withdrawn; select one to read how",
    )
    chosen = [row for row in event.selection.rows if row < len(found)]
    if chosen:
        with st.container(border=True, key="change", gap="xsmall"):
            one = found[chosen[0]]
            head.heading(one.title, key="w-change-title")
            address.to_incident(one.id, "Everything about this incident", ":material/article:")
            set_out(one)


def set_out(one: RecordChange) -> None:
    """What a release changed in a record, field by field, and why."""
    if one.kind != CHANGED:
        st.text(" ".join(one.reasons))
        return
    shown = one.changes[:AT_MOST]
    for why, group in groupby(shown, key=lambda change: change.reason):
        changes = [*group]
        number = shown.index(changes[0])
        with st.container(key=f"changed-{one.release.number.replace('.', '-')}-{number}", gap=None):
            st.caption("Why")
            st.text(why)
            for change in changes:
                said = describe.change(change)
                what, before, now = st.columns([1, 2, 2], gap="small")
                what.text(said.what)
                before.text(f"Before: {said.before}" if said.before else "")
                now.text(f"Now: {said.now}" if said.now else "")
    if len(one.changes) > AT_MOST:
        st.caption(f"and {len(one.changes) - AT_MOST} more; the CSV has all of them.")


def of_record(package: Package, record: str) -> None:
    """What each release changed in a record, on its own page."""
    for one in releases.of_record(package, record):
        label = f"{one.kind[:1].upper()}{one.kind[1:]} in {one.release.number}"
        with st.expander(f"{label}, {describe.day(one.release.date)}"):
            set_out(one)


def rest(package: Package, current: State) -> None:
    """All tables and files in numbers, and every change as a file."""
    every = releases.between(package, current.since, current.until)
    st.header("All tables", anchor=False)
    counts = Counter((one.table, one.kind) for one in every if one.id and one.field != PLACE)
    whole = {(one.table, one.kind) for one in every if not one.id and not one.field}
    names = list(dict.fromkeys(one.table for one in every))
    rows = [
        {
            "Table": name,
            **{
                kind.capitalize(): "as a whole"
                if (name, kind) in whole
                else f"{counts[name, kind]:,}"
                for kind in KINDS[:3]
            },
            "Why, mostly": " ".join(
                reason
                for reason, _ in Counter(
                    one.reason for one in every if one.table == name and one.field != PLACE
                ).most_common(REASONS)
            ),
        }
        for name in names
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Changes by table")
    st.caption("Changed counts cells; rows of a record that is new go without saying.")
    st.download_button(
        "Download every change as CSV",
        lambda: export_text.changes(every),
        file_name=f"marz-{current.since}-to-{current.until}.csv",
        mime="text/csv",
        key="w-changes-csv",
        on_click="ignore",
    )


def follow(package: Package, current: State) -> None:
    """The addresses to follow what is new of the filter by."""
    with st.popover("Follow", icon=":material/rss_feed:"):
        asked = describe.filter_in_words(current.query) or "all incidents"
        st.text(f"New, changed and withdrawn records of: {asked}.")
        root = address.root(st.context.url or "")
        pairs = feeds.pairs_of(current.query)
        for label, name in (("Atom", feeds.ATOM), ("JSON Feed", feeds.JSON)):
            st.text(f"{label}: paste it into a feed reader")
            st.code(f"{root}{Links().feed(name, pairs)}", language=None, wrap_lines=True)
        st.text("For mail and chat, on a computer with Marz")
        since = releases.numbers(package)[-1]
        options = [f"--{n} {shlex.quote(v)}" for n, v in pairs if n != "q"]
        options += [f"--text {shlex.quote(current.query.text)}"] if current.query.text else []
        command = ["python -m geo watch", *options, f"--since {since}"]
        st.code(" ".join(command), language=None, wrap_lines=True)
