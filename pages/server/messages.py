"""What passes between a browser and Streamlit: messages that Marz's pages have a use for.

``clear_cache`` is the one that does harm: it empties the caches of all readers, and anybody who can
open a websocket can send it, whatever the menu shows.

A browser that comes back has its page run anew. Streamlit stops a run whose browser is gone, and
tells the browser that comes back no more than that it has ended: a page would be empty, or as it
was before the reader's last click, until the next one.
"""

from __future__ import annotations

import asyncio

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ui import sessions

KNOWN = frozenset(
    "rerun_script stop_script app_heartbeat file_urls_request backend_operation_request".split()
)


def is_refused(content: bytes) -> bool:
    """Whether a message is of a kind that no page of Marz sends."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return False  # Streamlit closes the connection of whoever sends it
    kind = message.WhichOneof("type")
    return kind is not None and kind not in KNOWN


def session_of(scope: Scope) -> str:
    """Id of the session that a browser comes back to, as Streamlit has it say; "" for none."""
    asked = [*scope.get("subprotocols", ()), "", "", ""]
    return str(asked[2])


class Messages:
    """Leaves out what `is_refused`, and has the page run for a browser that comes back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but those messages."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        connected = False
        returning = session_of(scope)
        again: list[asyncio.Task[None]] = []

        async def known() -> Message:
            nonlocal connected
            # Streamlit has taken the connection for its session once it asks for a message.
            if connected and returning and not again:
                again.append(asyncio.create_task(sessions.run_again(returning)))
            connected = True
            while True:
                message = await receive()
                content = message.get("bytes")
                if message["type"] != "websocket.receive" or not content or not is_refused(content):
                    return message

        await self._app(scope, known, send)
