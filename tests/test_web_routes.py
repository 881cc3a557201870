"""Routes beside the app: headers, what is kept, bounds, and the app's own first HTML."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette

from geo.package.load import Package
from geo.web.answer import Answer
from pages.server import start, web
from pages.server.assets import Assets
from pages.ui import embed, state


class Got(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Got]


@pytest.fixture
def ask(data: Package, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Ask the routes, without a server and with nothing kept from before."""
    monkeypatch.setattr(web, "package", lambda: data)
    monkeypatch.setattr(web, "_package", None)
    monkeypatch.setattr(web, "_looking", None)
    monkeypatch.setattr(web, "KEPT", web.Kept())
    monkeypatch.setattr(web, "READY", OrderedDict())
    monkeypatch.setattr(web, "ALLOWANCE", web.Allowance(1000))
    app = web.Pages(Assets(Starlette(routes=web.routes())))

    def asked(path: str, query: str = "", *, method: str = "GET", **headers: str) -> Got:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        given = {"host": "example.org", **headers}
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "", "client": ("192.0.2.1", 5), "server": ("example.org", 80),
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in given.items()
            ],
        }  # fmt: skip
        asyncio.run(app(scope, receive, send))
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Got(sent[0]["status"], told, body)

    yield asked
    web._making.clear()


def test_what_is_known_is_not_sent_again(ask: Ask) -> None:
    first = ask("/r/SL-2020-01-15-clash")
    assert first.status == 200 and b"http://example.org/card/r/" in first.body
    packed = ask("/r/SL-2020-01-15-clash", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == first.body
    again = ask("/r/SL-2020-01-15-clash", if_none_match=f"{first.headers['etag']}")
    assert again.status == 304 and not again.body
    assert len(web.KEPT.answers) == 1
    plain = ask("/r/SL-2020-01-15-clash", accept_encoding="gzip;q=0, br")
    assert plain.body == first.body and "content-encoding" not in plain.headers


def test_what_was_asked_before_is_answered_ahead_of_everything(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("/r/SL-undated", accept_encoding="gzip")
    sent = [ready.packed for ready in web.READY.values()]
    assert len(sent) == 1 and sent[0]["status"] == 200

    async def refuse(*_: object) -> None:
        raise AssertionError("it went on")

    monkeypatch.setattr(Starlette, "__call__", refuse)
    again = ask("/r/SL-undated", accept_encoding="gzip")
    assert again.body == first.body
    assert first.headers.items() <= again.headers.items(), "the routes' own, and those of security"
    assert "frame-ancestors" in again.headers["content-security-policy"]
    assert ask("/r/SL-undated", if_none_match=first.headers["etag"]).status == 304
    for path, query, given in (
        ("/r/SL-undated", "as-of=0.1.0", {}),
        ("/r/SL-1995-riot", "", {}),
        ("/r/SL-undated", "", {"host": "elsewhere.example"}),
    ):
        with pytest.raises(AssertionError, match="it went on"):
            ask(path, query, **given)


def test_new_data_are_shown_to_whoever_asks_later(
    ask: Ask, data: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b"Clash at the bridge" in ask("/r/SL-2020-01-15-clash").body
    incidents = data.incidents.assign(title="Another title")
    monkeypatch.setattr(web, "package", lambda: replace(data, incidents=incidents, version="9"))
    monkeypatch.setattr(web, "STALE", -1.0)
    monkeypatch.setattr(web, "FRESH", -1.0)
    assert b"Another title" in ask("/r/SL-2020-01-15-clash").body


def test_pages_of_others_may_read_the_data(ask: Ask) -> None:
    assert ask("/api/v1/meta").headers["access-control-allow-origin"] == "*"
    before = ask("/api/v1/incidents.json", method="OPTIONS")
    assert before.status == 204 and "GET" in before.headers["access-control-allow-methods"]
    assert ask("/api/v1/meta", method="POST").status == 405


def test_a_client_has_so_many_answers_made(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "ALLOWANCE", web.Allowance(2))
    codes = [ask("/api/v1/incidents.csv", f"limit={number}").status for number in range(1, 5)]
    assert codes == [200, 200, 429, 429]
    refused = ask("/api/v1/incidents.csv", "limit=9")
    assert refused.headers["retry-after"] == "60" and json.loads(refused.body)["status"] == 429
    assert ask("/api/v1/incidents.csv", "limit=1").status == 200, "what is kept costs nothing"
    assert ask("/r/SL-undated").status == 200, "pages are not counted"


def test_an_allowance_fills_again_and_forgets_old_clients() -> None:
    allowance = web.Allowance(60)
    assert all(allowance.spend("a", 0.0) for _ in range(60))
    assert not allowance.spend("a", 0.5) and allowance.spend("a", 2.0)
    assert allowance.spend("b", 0.5)
    allowance.MOST_CLIENTS = 3
    for number in range(9):
        allowance.spend(str(number), 3.0)
    assert len(allowance.left) == 3


def test_what_is_kept_is_bounded() -> None:
    kept = web.Kept(most=2500, largest=1000)
    for number in range(5):
        kept.put((str(number),), Answer(bytes(900), "image/jpeg"))
    kept.put(("large",), Answer(bytes(1001), "image/jpeg"))
    assert [*kept.answers] == [("3",), ("4",)] and kept.size == 1800
    assert kept.get(("4",)) is not None and kept.get(("0",)) is None


def test_nothing_of_a_request_is_repeated_that_is_no_address(ask: Ask) -> None:
    body = ask("/r/SL-undated", host='x"><script>alert(1)</script>').body
    assert b"alert(1)" not in body and b"canonical" not in body
    assert ask("/f", "q=" + "x" * 5000).status == 400
    page = ask("/r/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert page.status == 404 and b"<script>alert" not in page.body


def test_a_page_is_made_once_whatever_is_added_to_its_address(ask: Ask) -> None:
    plain = ask("/r/SL-undated")
    for number in range(3):
        assert ask("/r/SL-undated", f"utm_source={number}&x").body == plain.body
    assert len(web.KEPT.answers) == 1


def test_an_empty_field_of_the_form_asks_nothing(ask: Ask) -> None:
    assert ask("/f", "q=").body == ask("/f").body


def test_the_app_says_what_it_shows_before_it_runs(ask: Ask) -> None:
    home = ask("/").body.decode()
    assert "<title>Made-up incidents</title>" in home and "<title>Streamlit" not in home
    assert 'src="./static/js/' in home, "it is the app still"
    for path, query in (("/incident", "id=SL-undated"), ("/", "id=SL-undated")):
        page = ask(path, query).body.decode()
        assert "<title>Détente of an unknown day · Made-up incidents</title>" in page
        assert 'rel="canonical" href="http://example.org/r/SL-undated"' in page
        assert "http://example.org/card/r/SL-undated.jpg" in page
    assert "<title>Sarnian border · " in ask("/border", "line=SAR-LOW").body.decode()
    assert "<title>Patterns · " in ask("/patterns").body.decode()


def test_what_nobody_has_is_404_and_what_streamlit_has_is_left_to_it(ask: Ask) -> None:
    assert ask("/nonsense").status == 404 and b"There is no such page" in ask("/nonsense").body
    # Plain text is Starlette's own 404: no route of ours took it.
    for path in ("/_stcore/health", "/favicon.png", "/static/js/x.js", "/app/static/x"):
        assert ask(path).headers["content-type"].startswith("text/plain"), path


def test_an_article_shows_the_map_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"border": ["TJ-KG"], "dpi": ["300"], "q": ["a&b"]}
    monkeypatch.setattr(state, "parameters", lambda: shown)
    monkeypatch.setenv("MARZ_SITE", "https://example.org/atlas/")
    wanted = "https://example.org/atlas/index.html#border=TJ-KG&q=a%26b"
    assert embed.link(embedded=True) == wanted


def test_what_is_written_is_sent_at_once() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        start._send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
