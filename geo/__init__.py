"""The library of Marz: reads, filters, joins, draws and exports. It never imports streamlit."""

VERSION = "1.0.0"
"""Of Marz itself, as in pyproject.toml; every file that is taken away says it."""
