"""What a browser fetches, packed once and kept; and a first page that says where one is.

Streamlit sends its scripts as they are, 5 MB of them, because packing them anew for each reader
would keep a processor busy. Here each is packed once and the packed bytes are kept. The page that
comes first is the same for all addresses; here it gets the title of its address, and a headline to
read until the scripts have come.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.address import TITLES
from geo.files import STATIC
from geo.web.answer import Answer
from pages.server import web
from pages.server.headers import PARTS

SMALLEST = 500
"""Bytes below which nothing is gained."""
ICONS = STATIC / "fonts/material-symbols.woff"
KEPT = 64 * 2**20
"""Bytes of packed files that are kept."""
TEXT = re.compile(r"^(text/|application/(javascript|json|wasm|xml)|image/svg\+xml)|[+/]json")
FOREVER = "public, max-age=31536000, immutable"
HASHED = re.compile(
    r"/app/static/built/[0-9a-f]{16}/|/component/.*\.[0-9a-f]{8}\.(chunk\.)?(js|css)$"
)
"""Addresses that name their content."""
DESCRIPTION = "An open atlas of incidents on Tajikistan’s borders: who claims what, where and when."
_ICONS = re.compile(r"/static/media/MaterialSymbols-Rounded\.[^/]+\.woff2$")
_FACES = re.compile(rb"@font-face\{font-family:Source (Sans|Serif);[^}]*\}")
_FONT = re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*>')
_TITLE, _ROOT = "<title>Streamlit</title>", '<div id="root"></div>'
STYLE = (
    "#marz-first{font:15px/1.5 'Noto Sans',sans-serif;padding:4rem 1.5rem;color:#1f2328}"
    "#marz-first h1{font-size:1.6rem;margin:0 0 .5rem}"
    "@media(prefers-color-scheme:dark){body{background:#15181b}#marz-first{color:#ece9e2}}"
)


class Assets:
    """Packs, keeps and dates what it passes on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept = web.Kept(KEPT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the packed file, if it is one to pack and the browser can unpack it."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_file(scope["path"]):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if "range" in asked:
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def gather(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                parts.append(message.get("body", b""))

        await self._app(_plain(scope), receive, gather)
        if not start:
            return  # Starlette answers nobody who has hung up meanwhile
        body = b"".join(parts)
        if start["status"] == 200:
            body = await self._answer(scope["path"], asked, start, body)
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str, asked: Headers, start: Message, body: bytes) -> bytes:
        headers = MutableHeaders(scope=start)
        if _ICONS.search(path):
            # Those in use, for all four thousand; under an address that is not ours to change.
            body = ICONS.read_bytes()
            headers["Content-Length"] = str(len(body))
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["Cache-Control"] = "no-cache"
        kind = headers.get("content-type", "")
        if kind.startswith("text/html") and not PARTS.search(path):
            body = first_page(path, body)
            headers["Content-Length"] = str(len(body))
            # They are those of Streamlit's page, which is the same for each address.
            for name in ("etag", "last-modified"):
                del headers[name]
        if kind.startswith("text/css"):
            body = _FACES.sub(b"", body)  # Streamlit's own faces, which no page of Marz shows
            headers["Content-Length"] = str(len(body))
        etag = headers.get("etag", "")
        if HASHED.search(path):
            headers["Cache-Control"] = FOREVER
        elif etag and "cache-control" not in headers:
            headers["Cache-Control"] = "no-cache"
        if etag and etag in [
            tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")
        ]:
            start["status"] = 304
            for name in ("content-length", "content-type"):
                del headers[name]
            return b""
        if TEXT.search(kind) and len(body) >= SMALLEST and "content-encoding" not in headers:
            if "accept-encoding" not in headers.get("vary", "").lower():
                headers.add_vary_header("Accept-Encoding")
            if "gzip" in asked.get("accept-encoding", ""):
                body = await self._packed((path, etag), body)
                headers["Content-Encoding"] = "gzip"
                headers["Content-Length"] = str(len(body))
        return body

    async def _packed(self, key: tuple[str, str], body: bytes) -> bytes:
        found = self._kept.get(key)
        if found is None:
            found = Answer(await asyncio.to_thread(gzip.compress, body, 9, mtime=0), "")
            if key[1]:  # without an etag nobody knows whether it changed
                self._kept.put(key, found)
        return found.content


def _is_file(path: str) -> bool:
    """Whether an address is that of a file, or of a page of the app."""
    if web.is_ours(path):
        return False
    part = PARTS.search(path)
    return part is None or (
        part[1] != "media" and (part[1] != "_stcore" or "/_stcore/bidi-components/" in path)
    )


def _plain(scope: Scope) -> Scope:
    """The same request for what is not packed, whether the browser has it or not."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in left_out]}


def first_page(path: str, document: bytes) -> bytes:
    """Streamlit's page with the title of an address, and a headline until it is ready."""
    name = path.rstrip("/").rpartition("/")[2]
    title = f"{TITLES.get(name, TITLES[''])} · Marz"
    text = document.decode("utf-8")
    head = (
        f'<title>{escape(title)}</title>\n<meta name="description" content="{escape(DESCRIPTION)}">'
        f"\n<style>{STYLE}</style>"
    )
    headline = f"<h1>{escape(title)}</h1><p>{escape(DESCRIPTION)}</p>"
    root = f'<div id="root"><div id="marz-first">{headline}</div></div>'
    text = _FONT.sub("", text, count=1)  # Streamlit's own face, which no page of Marz shows
    return text.replace(_TITLE, head, 1).replace(_ROOT, root, 1).encode()
