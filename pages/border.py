"""Page of one border, such as /border?line=TJ-KG."""

import streamlit as st

from geo import describe
from geo.charts import border_charts, border_strip
from geo.collection.packaged import Packaged
from geo.model import Filter
from geo.package.load import Package
from pages.ui import address, border, charts, frame, head, panel
from pages.ui.state import State, limits


def body(package: Package, current: State) -> None:
    """Its line, what is told of its length, treaties and closures, and its strip."""
    border.choice(package, current)
    counts = [Packaged(package).facet_counts(current.query)]
    panel.draw(current.query, counts, *limits(package))
    line = current.line
    rows = Packaged(package).select(current.query)
    own = rows[(package.incidents["border"].to_numpy() == line)[rows]]
    head.heading(border.name(package, line), level=1)
    asked = describe.filter_in_words(current.query)
    st.text(f"{describe.count(len(own), 'incident')}{', ' + asked if asked else ''}.")
    charts.tolls(package, own)
    if not len(own):
        panel.nothing(current.query, [])
    address.to_incidents(border=line)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        charts.show(package, current, border_charts.line_map(package, line), level=2)
    with right:
        border.facts(package, line)
    laid = border_strip.strip(package, own, line)
    charts.key()
    charts.show(package, current, border_charts.strip_chart(package, laid, line), level=2)
    charts.show(package, current, border_charts.density_chart(package, laid, line), level=2)
    everything = Packaged(package).select(Filter())
    border.events(package, border_strip.milestones(package, everything, line))


frame.page(body, "border")
