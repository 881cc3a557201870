"""The messages of a browser that Streamlit is handed: those that Marz's pages have a use for.

``clear_cache`` is the one that does harm: it empties the caches of all readers, and anybody who can
open a websocket can send it, whatever the menu shows.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

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


class Messages:
    """Leaves out what `is_refused`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but those messages."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def known() -> Message:
            while True:
                message = await receive()
                content = message.get("bytes")
                if message["type"] != "websocket.receive" or not content or not is_refused(content):
                    return message

        await self._app(scope, known, send)
