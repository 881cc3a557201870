"""What Streamlit runs for each reader: declares the pages; nothing else."""

from pages.ui import nav

nav.declare().run()
