"""The incidents that Marz shows, as the plain apps hold them: one row each, one point each."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from geo import places
from geo.collection.packaged import Packaged
from geo.days import day_of
from geo.files import default_directory
from geo.package.load import load_package


@st.cache_data
def incidents() -> tuple[pd.DataFrame, date, date]:
    """Incidents that have a place and a date, and the first and the last day of all."""
    loaded = load_package(default_directory())
    first, last = Packaged(loaded).days()
    rows = []
    for row, incident in enumerate(loaded.incidents.to_dict("records")):
        site = places.site_of(loaded, row)
        if site is None or not incident["dated"]:
            continue
        rows.append(
            {
                "title": incident["title"],
                "start": day_of(incident["start"]) or first,
                "end": day_of(incident["end"]) or last,
                "lon": site.lon,
                "lat": site.lat,
            }
        )
    return pd.DataFrame(rows), first, last


def chosen() -> pd.DataFrame:
    """Draw the slider; the incidents within its dates."""
    frame, first, last = incidents()
    start, end = st.slider("Dates shown", first, last, (first, last), format="D MMM YYYY")
    return frame[(frame["end"] >= start) & (frame["start"] <= end)]
