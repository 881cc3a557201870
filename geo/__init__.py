"""The library of Marz: reads, filters, joins, draws and exports. It never imports streamlit."""

VERSION = "3.0.0"
"""Of Marz itself, as in pyproject.toml; every exported file says it."""
