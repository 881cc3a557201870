"""A chart with its numbers and its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from geo import describe
from geo.charts import vegalite
from geo.charts.vegalite import Chart
from geo.collection import tolls as sums
from geo.package.load import Package, Rows
from geo.vocabulary import EVENT_TYPES
from pages.ui import head, queue, sessions
from pages.ui.state import State

KEY = "".join(
    f'<span><i style="background:{color}"></i>{kind}</span>'
    for kind, (color, _) in EVENT_TYPES.items()
)
"""The event types with their colours: words of our own vocabulary, none from data."""


def key() -> None:
    """Say once which colour means which type."""
    st.html(
        f'<div class="marz-key">{KEY}<span><i class="pale"></i>Paler: not confirmed</span></div>'
    )


def tolls(package: Package, rows: Rows) -> None:
    """Say how many were killed and injured in incidents."""
    for measure, what in sums.MEASURES.items():
        st.text(
            f"{what.capitalize()}: {describe.toll_explained(sums.total(package, rows, measure))}"
        )


def about(package: Package, current: State) -> list[str]:
    """Lines that a file carries: what was asked for, by which data, when, whose."""
    return [
        f"Filter: {describe.filter_in_words(current.query) or 'all incidents'}.",
        f"{package.title}, data {package.version}, "
        f"made {datetime.now(UTC):%Y-%m-%d}. Records: CC BY 4.0, see the sources of each.",
    ]


def show(package: Package, current: State, chart: Chart, *, level: int = 3) -> None:
    """Draw a chart; below it what it leaves out, its table, and SVG, PNG and CSV.

    Each file is made when its button is pressed, not before.
    """
    with st.container(border=True, key=f"chart-{chart.name}", gap="xsmall"):
        head.heading(chart.title, level=level, key=f"w-title-{chart.name}")
        if chart.table.empty:
            st.text("There is nothing to count among these incidents.")
            return
        spec = {**chart.spec, "background": "transparent"}
        st.vega_lite_chart(spec=spec, width="stretch", alt=chart.alt, key=f"w-chart-{chart.name}")
        if chart.note:
            st.caption(chart.note)
        # Keyed and heard, so that whoever has it open keeps it when the filter changes.
        with st.expander("The numbers", key=f"w-numbers-{chart.name}", on_change=_heard):
            st.dataframe(chart.table, hide_index=True, alt=f"{chart.title}: the numbers")
        _files(package, current, chart)


def _heard() -> None:
    """Streamlit keeps whether an expander is open only for one that reports it."""


def _in_turn(make: Callable[[], bytes], session: str) -> bytes:
    return queue.made(lambda _: make(), session)


def _files(package: Package, current: State, chart: Chart) -> None:
    lines, session = about(package, current), sessions.identity()
    makers: list[tuple[str, str, Callable[[], bytes]]] = [
        ("SVG", "image/svg+xml", lambda: vegalite.svg(chart, lines)),
        ("PNG", "image/png", lambda: vegalite.png(chart, lines)),
        ("CSV", "text/csv", lambda: vegalite.csv(chart, lines)),
    ]
    with st.container(horizontal=True, gap="xsmall"):
        for label, mime, make in makers:
            st.download_button(
                label,
                partial(_in_turn, make, session),
                file_name=f"marz-{chart.name}-{datetime.now(UTC):%Y-%m-%d}.{label.lower()}",
                mime=mime,
                key=f"w-take-{chart.name}-{label.lower()}",
                on_click="ignore",
                help=f"{chart.title} as {label}",
            )


def grid(package: Package, current: State, found: list[Chart], *, columns: int) -> None:
    """Charts side by side; on a phone one below the other."""
    for first in range(0, len(found), columns):
        row = found[first : first + columns]
        for column, chart in zip(st.columns(columns, gap="medium"), row, strict=False):
            with column:
                show(package, current, chart)
