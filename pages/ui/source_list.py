"""The sources and what was left out, as tables."""

from __future__ import annotations

from zlib import crc32

import streamlit as st

from geo import describe, records
from geo.collection.folding import fold
from geo.package.load import Package
from geo.package.tables import is_web_address
from pages.ui import address


def sources(package: Package) -> None:
    """All sources as a table that can be searched; the one selected with its records."""
    st.header("Sources", anchor="sources")
    table = records.source_table(package)
    asked = st.text_input(
        "Find a source", placeholder="publisher, title, year …", max_chars=200, key="w-source-q"
    )
    table = table[[all(fold(word) in text for word in asked.split()) for text in table["folded"]]]
    st.text(
        f"{describe.count(len(table), 'source')}. Select one to see which records were "
        f"taken from it."
    )
    event = st.dataframe(
        table,
        # A selection is a row number: it must not outlive the rows that it was made among.
        key=f"w-sources-{crc32(asked.encode())}",
        column_order=["title", "publisher", "published", "records", "url", "note", "id"],
        column_config={
            "title": st.column_config.TextColumn("Title", width=380),
            "publisher": st.column_config.TextColumn("Publisher"),
            "published": st.column_config.TextColumn("Published"),
            "records": st.column_config.NumberColumn("Records"),
            "url": st.column_config.LinkColumn("Page", display_text="Open"),
            "note": st.column_config.TextColumn("Note"),
            "id": st.column_config.TextColumn("Id"),
        },
        hide_index=True,
        height=360,
        selection_mode="single-row",
        on_select="rerun",
        alt="Sources; select one to see its records",
    )
    chosen = [row for row in event.selection.rows if row < len(table)]
    if chosen:
        _taken(package, str(table["id"].iloc[chosen[0]]))


def _taken(package: Package, source_id: str) -> None:
    """The records that cite one source, and where in it."""
    with st.container(border=True, gap="xsmall", key="taken"):
        source = records.source(package, source_id)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(key="source-line", width="stretch"):
                st.text(source["line"])
            if source["url"]:
                st.link_button("Open the page", source["url"])
        if source["note"]:
            st.text(f"Note: {source['note']}")
        for found in records.taken_from(package, source_id):
            parts = (found["when"], found["title"], found["paragraphs"])
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(" · ".join(part for part in parts if part))
                address.to_incident(found["id"], "Open")


def left_out(package: Package) -> None:
    """What was looked at and is no record, with the reason."""
    table = package.further.get("left_out")
    if table is None or table.empty:
        return
    st.header("Reports left out", anchor="left-out")
    st.text(
        "Reports that were checked but not recorded, each with the reason. Those still to be "
        "checked are added once their page has been read."
    )
    shown = table.assign(
        url=[url if is_web_address(url) else "" for url in table["url"]],
        kind=table["kind"].str.replace("_", " "),
    )
    column = st.column_config.TextColumn
    st.dataframe(
        shown,
        column_order=["date", "border", "title", "reason", "kind", "url"],
        column_config={
            "date": column("Date"),
            "border": column("Border"),
            "title": column("What", width=380),
            "reason": column("Reason", width=260),
            "kind": column("Kind"),
            "url": st.column_config.LinkColumn("Page", display_text="Open"),
        },
        hide_index=True,
        height=320,
        alt="Reports left out, with the reason",
    )
