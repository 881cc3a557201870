"""The middleware by itself: which messages and which uploads it lets through."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg

from geo.ingest.limits import MEBIBYTE
from geo.model import RequestError
from pages.server import assets, messages, uploads
from pages.server.uploads import Uploads
from pages.ui import own_data, sessions


def test_only_messages_that_pages_send_go_through() -> None:
    rerun = BackMsg()
    rerun.rerun_script.query_string = "country=KG"
    sent = [BackMsg(clear_cache=True), BackMsg(set_run_on_save=True), rerun]
    coming: list[Any]
    coming = [{"type": "websocket.receive", "bytes": one.SerializeToString()} for one in sent]
    coming += [
        {"type": "websocket.receive", "bytes": b"\xff\xff"},
        {"type": "websocket.disconnect"},
    ]
    heard = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive() for _ in range(3)])

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        """Nothing is sent back."""

    asyncio.run(messages.Messages(app)({"type": "websocket"}, receive, send))
    assert [one.get("bytes") for one in heard] == [rerun.SerializeToString(), b"\xff\xff", None]


def test_nothing_is_sent_to_a_browser_that_has_hung_up() -> None:
    """Starlette's files then answer nothing, and there are no headers to change."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        """Whoever asked is gone."""

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/a.css", "headers": []}
    asyncio.run(assets.Assets(app)(scope, receive, send))
    assert sent == []


def test_what_no_page_shows_is_not_sent() -> None:
    """Icons that nobody names, and faces of Streamlit's own."""
    kept = "@font-face{font-family:KaTeX_Main;src:url(a.woff2)}"
    style = kept + "@font-face{font-family:Source Sans;src:url(b.woff2)}p{margin:0}"
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        kind = "font/woff2" if scope["path"].endswith("woff2") else "text/css"
        headers = [(b"content-type", kind.encode()), (b"content-length", b"9"), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": style.encode()})

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    def get(path: str, **asked: str) -> tuple[int, dict[str, str], bytes]:
        sent.clear()
        headers = [(key.replace("_", "-").encode(), text.encode()) for key, text in asked.items()]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        asyncio.run(assets.Assets(app)(scope, receive, send))
        told = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
        return sent[0]["status"], told, sent[1]["body"]

    icons = "/static/media/MaterialSymbols-Rounded.nEdyypZU.woff2"
    status, headers, body = get(icons)
    assert (status, body) == (200, assets.ICONS.read_bytes())
    assert headers["content-length"] == str(len(body)) and headers["cache-control"] == "no-cache"
    assert get(icons, if_none_match=headers["etag"])[0] == 304
    assert get("/static/css/index.C1JORDN2.css")[2].decode() == f"{kept}p{{margin:0}}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """What uploads and sessions know of a server."""
    active, closed = {"a", "b"}, list[str]()
    fake = SimpleNamespace(
        uploaded_file_mgr=SimpleNamespace(file_storage={}),
        is_active_session=active.__contains__,
        active=active,
        closed=closed,
        close_session=closed.append,
    )
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: fake)
    yield fake
    sessions.end_all()


def test_uploads_count_in_memory_in_folders_and_on_their_way(
    server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MARZ_UPLOAD_SESSION", "3")
    monkeypatch.setenv("MARZ_UPLOAD_SERVER", "4")
    monkeypatch.setattr(sessions, "identity", lambda: "a")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(own_data, "_server", None)

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        """Nothing goes through the door here."""

    door = Uploads(nothing)

    def refusal(session: str, length: int) -> str:
        try:
            door._admit(session, length)
        except RequestError as refused:
            return f"{refused.status} {refused}"
        return ""

    assert refusal("gone", 1).startswith("400")
    assert not refusal("a", 3 * MEBIBYTE)
    assert "may take 3 MB" in refusal("a", 3 * MEBIBYTE + 1)
    own_data.keep(b"x" * MEBIBYTE, "a.csv")
    assert not refusal("a", 2 * MEBIBYTE) and "413" in refusal("a", 2 * MEBIBYTE + 1)
    held = {"1": SimpleNamespace(data=b"x" * 2 * MEBIBYTE)}
    server.uploaded_file_mgr.file_storage["c"] = held
    assert not refusal("b", MEBIBYTE) and "no room" in refusal("b", MEBIBYTE + 1)
    door._coming["b"] = MEBIBYTE
    assert "no room" in refusal("b", 1)
    for session in ("a", "b"):
        sessions.end(session)
    assert server.closed == ["a", "b"] and not own_data.size(tmp_path)
    own_data.remove_place()
    assert not list(tmp_path.iterdir())


def test_a_silent_or_trickling_upload_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENCE", 0.01)
    monkeypatch.setattr(uploads, "SLOWEST", 2**40)  # bytes a second: no machine sends as many

    async def never() -> Any:
        await asyncio.Event().wait()

    async def trickle() -> Any:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def upload(receive: Any) -> None:
        part = uploads._hurried(receive)
        while True:
            await part()

    for receive in (never, trickle):
        with pytest.raises(HTTPException) as refused:
            asyncio.run(upload(receive))
        assert refused.value.status_code == 408


def test_a_session_is_over_when_it_has_been_away_for_its_life(server: SimpleNamespace) -> None:
    done: list[str] = []
    sessions.at_end("a", lambda: done.append("a"))
    assert sessions.sweep(0.0) == []
    server.active.remove("a")
    assert sessions.sweep(1.0) == []  # it has just gone
    server.active.add("a")
    assert sessions.sweep(2.0 + sessions.life()) == []  # and has come back
    server.active.remove("a")
    assert sessions.sweep(1000.0) == []
    assert sessions.sweep(999.0 + sessions.life()) == []
    assert sessions.sweep(1000.0 + sessions.life()) == ["a"]
    assert done == server.closed == ["a"]
