"""Marz, an atlas of incidents on Tajikistan's borders: ``streamlit run app.py``."""

import streamlit as st

from pages.ui import start, web

app = st.App("main.py", lifespan=start.ready, routes=web.routes())
