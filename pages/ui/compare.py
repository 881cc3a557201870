"""Two ranges of dates side by side: the field that asks for them, and the page that shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from geo import address, describe
from geo.charts import patterns, vegalite
from geo.collection.packaged import Packaged
from geo.model import MAX_TEXT, Sheet
from geo.package.load import Package
from pages.ui import charts, head, state
from pages.ui.state import State, bound

WRONG = "compare-wrong"


def field(sheet: Sheet) -> None:
    """Ask for two ranges; what is none is said below, and changes nothing."""
    value = address.ranges_text(sheet.compare)[0]
    st.text_input(
        "Compare two ranges of dates",
        **bound("w-compare", value, _write, typed=True),
        placeholder="2021, 2022",
        max_chars=MAX_TEXT,
        help="Years, months or days: 2021, 2022 or 2021-09, 2022-09 or "
        "2021-04-28/2021-05-03, 2022-09-14/2022-09-20. They stand for the dates of the filter; an "
        "incident whose date is uncertain may be in both.",
    )
    if wrong := st.session_state.get(WRONG):
        st.text(wrong)


def _write(text: Any) -> None:
    with state.refusals(WRONG):
        ranges = address.two_ranges(text) if (text or "").strip() else ()
        state.put("compare", *(address.ranges_text(ranges) if ranges else ()))


def side_by_side(package: Package, current: State) -> None:
    """Counts, tolls and charts of both ranges, on one scale."""
    found = []
    for start, end in current.scene.sheet.compare:
        query = replace(current.query, start=start, end=end)
        found.append((describe.days(start, end), query, Packaged(package).select(query)))
    makers = (patterns.by_type, patterns.by_month, patterns.by_place)
    drawn = vegalite.on_one_scale([[make(package, rows) for make in makers] for *_, rows in found])
    for number, (column, (title, query, rows), own) in enumerate(
        zip(st.columns(2, gap="medium"), found, drawn, strict=True)
    ):
        with column:
            status = describe.status_line(package, rows)
            head.heading(title, status=status, key=f"w-compared-{number}")
            charts.tolls(package, rows)
            asked = replace(current, scene=replace(current.scene, query=query))
            for chart in own:
                named = replace(
                    chart, name=f"{chart.name}-{number + 1}", title=f"{chart.title}, {title}"
                )
                charts.show(package, asked, named)
