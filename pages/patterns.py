"""Page Patterns: incidents and tolls by year, type, month of the year and place."""

import streamlit as st

from geo import describe
from geo.charts import patterns
from geo.collection import facets, tolls
from geo.collection.packaged import Packaged
from geo.package.load import Package
from pages.ui import charts, compare, datasets, frame, head, panel
from pages.ui.state import State, limits


def body(package: Package, current: State) -> None:
    """The same filters as the atlas; every chart answers to them."""
    rows = Packaged(package).select(current.query)
    counts = [Packaged(package).facet_counts(current.query)]
    panel.draw(current.query, counts, *limits(package))
    head.row("Patterns", current.query, describe.status_line(package, rows))
    compare.field(current.scene.sheet)
    if current.scene.sheet.compare:
        charts.key()
        compare.side_by_side(package, current)
        return
    if not len(rows):
        panel.nothing(current.query, [datasets.marz(package).data])
        return
    charts.tolls(package, rows)
    charts.key()
    names = facets.named("border")
    borders = [
        b for b in names.options(package) if b in set(package.incidents["border"].iloc[rows])
    ]
    st.header("By year", anchor="year")
    pages = [patterns.by_year(package, rows, border, names.say(border)) for border in borders]
    for measure in tolls.MEASURES:
        pages += [
            patterns.tolls_by_year(package, rows, border, names.say(border), measure)
            for border in borders
        ]
    charts.grid(package, current, pages, columns=max(1, min(2, len(borders))))
    st.header("By type, month and place", anchor="type")
    rest = [patterns.by_type, patterns.by_month, patterns.by_place]
    charts.grid(package, current, [make(package, rows) for make in rest], columns=2)
    pairs = patterns.against(package, rows)
    if len(pairs):
        st.header("Who acts against whom", anchor="actors")
        st.text(
            "All records are counted, including alleged incidents. An incident with several "
            "actors on one side counts once for each pair."
        )
        st.dataframe(pairs, hide_index=True, key="w-against", alt="Who acts against whom")


frame.page(body, "patterns")
