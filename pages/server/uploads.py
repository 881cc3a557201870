"""How much readers may upload: bounds of a session and of the server, and of a silent request.

Streamlit holds an upload in memory until a page has taken it, then it lies in the session's folder
(`pages.ui.own_data`). Both count, and so does what is on its way.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime

from geo.ingest.limits import MEBIBYTE
from geo.model import LimitError, RequestError
from pages.ui import own_data, sessions
from pages.ui.own_data import Bounds

PATH = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
SILENCE = 20.0
"""Seconds for which a request may send nothing."""
SLOWEST = 1024
"""Bytes a second that a request sends on average, once it has lasted for `SILENCE`."""
REQUESTS_OF_A_SESSION, REQUESTS = 4, 32
"""Uploads on their way at once."""


class Uploads:
    """Keeps the bounds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on for which there is room; refuse any other before it is read."""
        found = PATH.search(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] not in ("PUT", "POST"):
            await self._app(scope, receive, send)
            return
        session = found[1]
        length = announced(scope)
        try:
            self._admit(session, length)
        except RequestError as refused:
            answer = PlainTextResponse(str(refused), refused.status)
            await answer(scope, receive, send)
            return
        self._coming[session] += length
        self._requests[session] += 1
        # What came for a session goes with it, taken by a page or not.
        sessions.at_end(session)
        try:
            await self._app(scope, _hurried(receive), send)
        finally:
            self._coming[session] -= length
            self._requests[session] -= 1
            if not self._requests[session]:
                del self._requests[session], self._coming[session]

    def _admit(self, session: str, length: int) -> None:
        if not runtime.get_instance().is_active_session(session):
            raise RequestError(400, "There is no such session.")
        if (
            self._requests[session] >= REQUESTS_OF_A_SESSION
            or self._requests.total() >= REQUESTS
        ):  # fmt: skip
            raise RequestError(
                429, "Too many files are on their way. Try again when they are there."
            )
        bounds = Bounds.from_environment()
        held = waiting()
        sizes = held.get(session, [])
        try:
            own_data.admit(
                session,
                length,
                bounds,
                number=len(sizes) + self._requests[session],
                of_session=sum(sizes) + self._coming[session],
                of_server=sum(map(sum, held.values())) + self._coming.total(),
            )
        except LimitError as full:
            raise RequestError(413, str(full)) from None


def announced(scope: Scope) -> int:
    """Bytes that a request says it has; as many as it may have if it does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return int(config.get_option("server.maxUploadSize")) * MEBIBYTE


def waiting() -> dict[str, list[int]]:
    """Bytes of each of the uploads that Streamlit holds, by session."""
    storage = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: [len(file.data) for file in list(files.values())]
        for session, files in list(storage.items())
    }


def _hurried(receive: Receive) -> Receive:
    """What a request sends, or 408 if it sends nothing, or next to nothing, for long."""
    begun = time.monotonic()
    came = 0

    async def next_part() -> Message:
        nonlocal came
        try:
            async with asyncio.timeout(SILENCE):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "Nothing came for too long.") from None
        came += len(message.get("body", b""))
        lasted = time.monotonic() - begun
        if lasted > SILENCE and came < SLOWEST * lasted:
            raise HTTPException(408, "It came too slowly.")
        return message

    return next_part
