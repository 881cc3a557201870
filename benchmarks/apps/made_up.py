"""The made-up incidents of scale_data.py, as the plain apps hold them: in pandas, in memory."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

from geo.days import EPOCH


@st.cache_resource
def incidents() -> tuple[pd.DataFrame, date, date]:
    """Incidents that have a place and a date, and the first and the last day of all."""
    columns = ["start", "end", "lon", "lat"]
    frame = pq.read_table(os.environ["MARZ_DATASETS"], columns=columns).to_pandas().dropna()
    first = EPOCH + timedelta(days=int(frame["start"].min()))
    last = EPOCH + timedelta(days=int(frame["end"].max()))
    return frame, first, last


def chosen() -> pd.DataFrame:
    """Draw the slider; the incidents within its dates."""
    frame, first, last = incidents()
    start, end = st.slider("Dates shown", first, last, (first, last), format="D MMM YYYY")
    low, high = (start - EPOCH).days, (end - EPOCH).days
    return frame[(frame["end"] >= low) & (frame["start"] <= high)]
