"""Parts of the page of a border: the choice, the facts, treaties and closures."""

from __future__ import annotations

import streamlit as st

from geo.charts import border_strip
from geo.collection import facets
from geo.package.load import Package, Rows
from pages.ui import incident, state
from pages.ui.state import State, bound


def choice(package: Package, current: State) -> None:
    """Which border; its place id goes into the address."""
    facet = facets.named("border")
    st.segmented_control(
        "Border",
        facet.options(package),
        format_func=facet.say,
        label_visibility="collapsed",
        **bound("w-line", current.line, lambda line: state.put("line", line or current.line)),
    )


def name(package: Package, line: str) -> str:
    """The name of a border as its layer has it."""
    return str(border_strip.own(package, line)["name"].iloc[-1] or line)


def facts(package: Package, line: str) -> None:
    """Vintages, lengths, and the regions along it."""
    st.header("Length", anchor=False)
    st.dataframe(border_strip.vintages(package, line), hide_index=True, height="content")
    told = border_strip.published(package, line)
    if len(told):
        st.header("Published lengths", anchor=False)
        # A long name of a publisher would push the figures out of sight.
        who = {"Who": st.column_config.TextColumn(width="medium")}
        st.dataframe(told, hide_index=True, height="content", column_config=who)
    parts = border_strip.stretches(package, line)
    if len(parts):
        st.header("Regions along the border", anchor=False)
        st.dataframe(parts, hide_index=True, height="content")
    st.caption(
        "Lengths are geodesic, on the WGS 84 ellipsoid. The length of a line depends on how "
        "finely it is drawn, so published figures can differ without any of them being wrong."
    )


def events(package: Package, rows: Rows) -> None:
    """Treaties, agreements, closures and reopenings by date, whatever the filter."""
    st.header("Treaties and closures", anchor="treaties")
    if not len(rows):
        st.text("No record on this border is marked as a treaty or a closure.")
        return
    st.text("All records, whatever the filters.")
    with st.container(key="relations", gap="xsmall"):
        for row in rows.tolist():
            incident.line(package, row, 6)
