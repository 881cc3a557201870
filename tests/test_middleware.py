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
from pages.server import messages, uploads
from pages.server.uploads import Refused, Uploads
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

    async def send(_: Any) -> None:
        raise AssertionError

    asyncio.run(messages.Messages(app)({"type": "websocket"}, receive, send))
    assert [one.get("bytes") for one in heard] == [rerun.SerializeToString(), b"\xff\xff", None]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """What uploads and sessions know of a server."""
    fake: Any = SimpleNamespace(
        uploaded_file_mgr=SimpleNamespace(file_storage={}),
        is_active_session=lambda session: session in fake.active,
        active={"a", "b"},
        closed=[],
    )
    fake.close_session = fake.closed.append
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
    nothing: Any = None
    door = Uploads(nothing)

    def refusal(session: str, length: int) -> str:
        try:
            door._admit(session, length)
        except Refused as refused:
            return f"{refused.status} {refused.reason}"
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
