"""Marz, an atlas of incidents on Tajikistan's borders: ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

st.set_page_config(page_title="Marz", page_icon=str(Path(__file__).parent / "static/favicon.svg"), layout="wide")
st.navigation(
    [
        st.Page("pages/atlas.py", title="Atlas", default=True),
        st.Page("pages/records.py", title="Records"),
        st.Page("pages/sources.py", title="Sources"),
    ],
    position="top",
).run()
