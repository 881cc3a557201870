"""What happens when the server starts, while it runs, and when it stops.

Before its first reader come the imports, the data package and the base map.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.session_manager import SessionClient
from streamlit.web.server import server_util

from pages.ui import own_data, sessions

PATIENCE = 120.0
"""Seconds after which the server opens, ready or not."""


class _Visitor(SessionClient):
    """A reader without a browser: hears when the page has been sent, and keeps nothing."""

    def __init__(self) -> None:
        self.served = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "script_finished":
            self.served.set()


def _send_at_once() -> None:
    """Have what is written sent, and not kept back until the last was acknowledged (Nagle).

    asyncio asks for that where a socket names TCP, and the one that Streamlit binds does not: the
    head and the body of an answer came 40 ms apart. Accepted sockets inherit it.
    """
    for one in gc.get_objects():
        if type(one) is socket.socket and one.type == socket.SOCK_STREAM:
            with suppress(OSError):  # of another family, or closed
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def ready(app: st.App) -> AsyncIterator[None]:
    """Let a reader without a browser visit the atlas, then open the doors.

    Whatever all readers share is made on that visit and by nothing else: modules are imported,
    the package is read, the base map written, the default view's rows and chart are in their
    caches. What goes wrong is shown and logged on the page of the first reader, as before.
    """
    own_data.sweep(Path(tempfile.gettempdir()))
    _send_at_once()
    server = runtime.get_instance()
    visitor = _Visitor()
    session = server.connect_session(visitor, {})
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    server.handle_backmsg(session, ask)
    try:
        async with asyncio.timeout(PATIENCE):
            await visitor.served.wait()
    except TimeoutError:
        pass
    server.close_session(session)
    # What is here to stay needs no look at whenever garbage is collected.
    gc.collect()
    gc.freeze()
    if not st.get_option("server.headless"):
        # As Streamlit does for a script that is no st.App.
        address = server_util.get_url(st.get_option("browser.serverAddress"))
        asyncio.get_running_loop().call_later(0.2, webbrowser.open, address)
    watching = asyncio.create_task(sessions.watch(), name="marz-sessions")
    try:
        yield
    finally:
        watching.cancel()
        sessions.end_all()
        own_data.remove_place()
