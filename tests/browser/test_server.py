"""What the server itself answers: headers, closed paths, bounds of uploads; without a browser."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from patience import seconds
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from pages.server import uploads
from pages.ui.own_data import Bounds

from .driving import Server


class Answer(NamedTuple):
    """Of HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n--x--\r\n'
)


def ask(server: Server, path: str, method: str = "GET", body: bytes = b"", **more: str) -> Answer:
    """Ask once."""
    with closing(http.client.HTTPConnection(*host_of(server), timeout=seconds(30))) as line:
        line.request(method, path, body or None, {k.replace("_", "-"): v for k, v in more.items()})
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def host_of(server: Server) -> tuple[str, int]:
    """Where it listens."""
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or 0


@contextmanager
def session(server: Server) -> Iterator[str]:
    """Be a reader for a while; the id of the session."""
    address = f"ws://{urlsplit(server.url).netloc}/_stcore/stream"
    with connect(
        address, subprotocols=[Subprotocol("streamlit")], proxy=None, max_size=None
    ) as line:
        message = BackMsg()
        message.rerun_script.query_string = ""
        line.send(message.SerializeToString())
        while True:
            content = line.recv(timeout=seconds(30))
            assert isinstance(content, bytes)
            answer = ForwardMsg.FromString(content)
            if answer.WhichOneof("type") == "new_session":
                yield answer.new_session.initialize.session_id
                return


@pytest.mark.parametrize(
    ("path", "ancestors"),
    [
        ("/", "'self'"),
        ("/explore", "'self'"),
        ("/?embed=true&country=KG", ""),
        ("/none", "'self'"),
    ],
)
def test_only_the_view_for_newsrooms_stands_in_other_pages(
    atlas: Server, path: str, ancestors: str
) -> None:
    answer = ask(atlas, path)
    policy = answer.headers["Content-Security-Policy"]
    assert ("frame-ancestors 'self'" in policy) == bool(ancestors)
    assert ("frame-ancestors" in policy) == bool(ancestors)
    assert "default-src 'self'" in policy and "object-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"]
    assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if ancestors else None)


def test_the_figures_of_the_server_are_closed(atlas: Server) -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics?families=x"):
        answer = ask(atlas, path)
        assert (answer.status, b"TYPE" in answer.body) == (404, False)
    assert ask(atlas, "/_stcore/health").status == 200


def test_uploads_are_bounded(atlas: Server) -> None:
    cookie = ask(atlas, "/_stcore/health").headers["Set-Cookie"].partition(";")[0]
    headers = {
        "Cookie": cookie,
        "X_Xsrftoken": cookie.partition("=")[2],
        "Content_Type": "multipart/form-data; boundary=x",
    }
    with session(atlas) as mine:

        def put(name: str, identity: str = mine) -> Answer:
            path = f"/_stcore/upload_file/{identity}/{name}"
            return ask(atlas, path, "PUT", MULTIPART, **headers)

        assert put("0", "somebody-else").status == 400
        most = Bounds().files
        assert [put(f"{n}").status for n in range(most)] == [204] * most
        answer = put("one-more")
        assert answer.status == 413 and b"Remove one first" in answer.body
    with session(atlas) as mine, ExitStack() as open_ones:
        path = f"/_stcore/upload_file/{mine}"
        for n in range(uploads.REQUESTS_OF_A_SESSION):
            silent = open_ones.enter_context(socket.create_connection(host_of(atlas)))
            silent.settimeout(seconds(30))
            silent.sendall(
                f"PUT {path}/{n} HTTP/1.1\r\nHost: {urlsplit(atlas.url).netloc}\r\n"
                f"Cookie: {cookie}\r\nX-Xsrftoken: {headers['X_Xsrftoken']}\r\n"
                "Content-Type: multipart/form-data; boundary=x\r\n"
                "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            # It has been let in, and says no more.
            assert silent.recv(100).startswith(b"HTTP/1.1 100")
        answer = ask(atlas, f"{path}/whole", "PUT", MULTIPART, **headers)
        assert answer.status == 429 and b"on their way" in answer.body
