"""Headers that tell a browser what a page of Marz may do, and paths that are nobody's business."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TILES = "https://tile.openstreetmap.org"
"""The one other machine that a map asks, if its reader switches on streets; see map/basemap.js."""
POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit, Vega and streamlit-folium make functions of text; none of it is data.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        f"img-src 'self' data: blob: {TILES}",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
CLOSED = re.compile(r"/_stcore/metrics/?$")
PARTS = re.compile(r"/(component|static|media|app/static|_stcore)/")
"""What a page is made of. Their frames may have strangers above them: a page that embeds Marz."""


class Headers:
    """Adds the headers, and answers 404 where the server's figures would be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers of the path."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = of(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers[name] = value
            await send(message)

        closed = CLOSED.search(scope["path"])
        app = PlainTextResponse("Not Found", status_code=404) if closed else self._app
        await app(scope, receive, with_headers)


def of(scope: Scope) -> dict[str, str]:
    """Headers of the answer to a request.

    Only the view for newsrooms (``?embed=true``) may stand in another site's page.
    """
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": POLICY,
    }
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    # What may be framed has no frame-ancestors: "*" means the web alone, and an article may be a
    # file.
    if not PARTS.search(scope["path"]) and "true" not in query.get("embed", []):
        headers["Content-Security-Policy"] += "; frame-ancestors 'self'"
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers
