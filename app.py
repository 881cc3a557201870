"""Marz, an atlas of incidents on Tajikistan's borders: ``streamlit run app.py``."""

import streamlit as st
from starlette.middleware import Middleware

from pages.server import start, web
from pages.server.assets import Assets
from pages.server.headers import Headers
from pages.server.messages import Messages
from pages.server.uploads import Uploads

app = st.App(
    "main.py",
    lifespan=start.ready,
    routes=web.routes(),
    middleware=[
        Middleware(web.Pages),
        Middleware(Headers),
        Middleware(Assets),
        Middleware(Uploads),
        Middleware(Messages),
    ],
)
