"""Marz, an atlas of incidents on Tajikistan's borders: ``streamlit run app.py``."""

from pages.ui import nav

nav.declare().run()
