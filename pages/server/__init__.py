"""What stands between a browser and Streamlit: ASGI middleware, outermost first in app.py."""
