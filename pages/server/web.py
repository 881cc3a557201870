"""Serves `geo.web` beside the app: routes, what is kept of the answers, and their bounds."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from urllib.parse import unquote

from anyio import CapacityLimiter, to_thread
from starlette.convertors import Convertor, StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from geo import address as geo_address
from geo.model import GeoError
from geo.package.load import Package
from geo.web import api, app_head, sets
from geo.web.answer import Answer
from geo.web.links import FEEDS, Links
from geo.web.respond import HTML, missing, respond
from pages.server import headers as security
from pages.ui import address, data, datasets

KEPT_BYTES = 96 * 2**20
"""Of answers that are kept, the oldest go first."""
KEPT_LARGEST = 32 * 2**20
"""Bytes of the largest answer that is kept."""
AT_ONCE = 2
"""Answers that are made at the same time: the app's readers need the processor too."""
PATIENCE = 20.0
"""Seconds that a request waits for its turn."""
FRESH, STALE = 1.0, 3.0
"""Seconds in which the data package is not looked at again; in which nobody waits for the look."""
READY_MOST, READY_LONGEST = 2048, 5000
"""Requests whose answer is found without another look at them; bytes of one."""
GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
LONGEST = 4000
"""Characters of a query that anybody could mean."""
APP_PAGES = frozenset(path.stem for path in Path(data.__file__).parents[1].glob("*.py"))
FOLDERS = ("r", "b", "a", "s", "list", "new", "card", "api")
FILES = ("f", "new", *FEEDS, "favicon.svg", "sitemap.xml", "robots.txt")
OF_PAGES = (geo_address.AS_OF, "page")
"""Parameters of pages that are no list of a filter: whatever else is added is the same page."""
SETS = f"{api.ROOT}/{sets.ROOT}"
STREAMLIT = ("_stcore", "app", "component", "favicon.ico", "media", "static")
"""Names below the root that Streamlit answers for."""


class Kept:
    """Answers by key, no more than `most` bytes of them, none of more than `largest`."""

    def __init__(self, most: int = KEPT_BYTES, largest: int = KEPT_LARGEST) -> None:
        self.most, self.largest, self.size = most, largest, 0
        self.answers: OrderedDict[tuple[str, ...], Answer] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> Answer | None:
        """The answer of a key, if it is kept."""
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], answer: Answer) -> None:
        """Keep an answer, and let go of the oldest where there is no room."""
        if answer.size > self.largest or key in self.answers:
            return
        self.answers[key] = answer
        self.size += answer.size
        while self.size > self.most:
            _, old = self.answers.popitem(last=False)
            self.size -= old.size


class Allowance:
    """How many answers a client may have made for it, 0 for any number; what is kept is free."""

    MOST_CLIENTS = 10_000

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str, now: float) -> bool:
        """Whether a client may have one more made; a full minute's worth may come at once."""
        if not self.a_minute:
            return True
        left, since = self.left.pop(client, (float(self.a_minute), now))
        left = min(float(self.a_minute), left + (now - since) * self.a_minute / 60)
        self.left[client] = (left - 1 if left >= 1 else left, now)
        while len(self.left) > self.MOST_CLIENTS:
            self.left.popitem(last=False)
        return left >= 1


def _a_minute() -> int:
    said = os.environ.get("MARZ_API_RATE", "")
    return int(said) if said.isascii() and said.isdigit() else 240


@dataclass(frozen=True)
class Ready:
    """The key of a kept answer; how it starts as it is, as gzip, and for whoever has it already."""

    key: tuple[str, ...]
    plain: Message
    packed: Message
    known: Message


RequestLine = tuple[str, bytes, bytes, bytes]
"""Scheme, host, path and query as they came."""
KEPT = Kept()
READY: OrderedDict[RequestLine, Ready] = OrderedDict()
ALLOWANCE = Allowance(_a_minute())
_package: tuple[float, Package] | None = None
_looking: asyncio.Task[Package] | None = None
_TURNS = CapacityLimiter(AT_ONCE)
_making: dict[tuple[str, ...], asyncio.Task[Answer]] = {}


def package() -> Package:
    """The data package as the app has it."""
    return data.load()


async def _look() -> Package:
    global _package  # noqa: PLW0603 - what all requests share
    found = await to_thread.run_sync(package)
    if _package is None or _package[1] is not found:
        READY.clear()
    _package = (time.monotonic(), found)
    return found


def _at_hand() -> Package | None:
    """The data package, looked at again by one for all; None where that has to be waited for."""
    global _looking  # noqa: PLW0603
    age = time.monotonic() - _package[0] if _package else STALE + 1
    if age > FRESH and (_looking is None or _looking.done()):
        _looking = asyncio.create_task(_look())
        # Whoever waits is told of what went wrong; who need not wait is served what there was.
        _looking.add_done_callback(lambda task: task.cancelled() or task.exception())
    return _package[1] if _package and age <= STALE else None


async def _fresh() -> Package:
    found = _at_hand()
    if found is None:
        assert _looking is not None
        found = await asyncio.shield(_looking)
    return found


def base_of(request: Request) -> str:
    """Address of the root, as ``MARZ_URL`` says it, or else as the request came.

    A host that is none is not repeated: the answer is kept for others.
    """
    scheme = "https" if request.url.scheme == "https" else "http"
    return address.root(f"{scheme}://{request.headers.get('host', '')}")


def _path_of(request: Request) -> str:
    raw = request.scope.get("raw_path")
    path = raw.decode("latin-1") if raw else request.url.path
    return path.partition("?")[0].removeprefix(address.below()).lstrip("/")


async def answered(request: Request) -> Response:
    """Answer a request for a page or a file of the web."""
    path, query = _path_of(request), request.url.query
    is_data = path.startswith("api/")
    if request.method == "OPTIONS":
        allowed = {"allow": "GET, HEAD, OPTIONS"}
        cross = {**api.OPEN, "access-control-allow-methods": "GET, HEAD"} if is_data else {}
        return Response(status_code=204, headers={**allowed, **cross})
    if len(query) > LONGEST:
        return _sent(request, api.error(400, f"The query has more than {LONGEST:,} characters."))
    # A form leaves what was not filled in; it asks nothing.
    limited = is_data or path in ("f", *FEEDS)
    query = "&".join(
        part
        for part in query.split("&")
        if part and not part.endswith("=") and (limited or part.partition("=")[0] in OF_PAGES)
    )
    if path == SETS or path.startswith(f"{SETS}/"):
        # Another file of the same name is another answer.
        return await _made(request, path, query, _of_sets, limited=True, of=datasets.stamps())
    return await _made(request, path, query, respond, limited=limited)


def _of_sets(package: Package, links: Links, path: str, query: str) -> Answer:
    """Answer from the data sets whose owner lets them be passed on."""
    name = unquote(path.removeprefix(SETS).strip("/"), errors="replace")
    given = geo_address.given_in("?" + query)
    return sets.answer(package, links, name, given, datasets.passed_on(package))


async def app_page(request: Request) -> Response:
    """Answer with the app's own HTML, which says what it shows before it runs."""
    name = _path_of(request).strip("/")
    query = request.url.query if len(request.url.query) <= LONGEST else ""

    def make(of: Package, links: Links, name: str, query: str) -> Answer:
        content = app_head.index(of, links, _shell(), name, query)
        # It names the app's scripts by their hash, which another version of Streamlit has not.
        return Answer(content, HTML, headers={"cache-control": "no-cache"})

    # Without a title; where the data are wrong, the page itself says so, and what helps.
    plain = Answer(_shell().encode(), HTML, headers={"cache-control": "no-cache"})
    return await _made(request, name, query, make, limited=False, otherwise=plain)


async def not_there(request: Request) -> Response:
    """Answer that there is no such page, instead of with the app."""
    return await _made(
        request,
        _path_of(request)[:300],
        "",
        lambda of, links, path, _: missing(of, links, path),
        limited=False,
    )


@cache
def _shell() -> str:
    return (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")


Make = Callable[[Package, Links, str, str], Answer]


async def _made(
    request: Request,
    path: str,
    query: str,
    make: Make,
    *,
    limited: bool,
    of: str = "",
    otherwise: Answer | None = None,
) -> Response:
    """Give what is kept, or have it made: once for all who wait for it, a few at a time.

    `of` changes whenever anything does that it is made of, besides the data package.
    `otherwise` is given where the data cannot be read or too much is asked at once; else that is
    said.
    """
    try:
        data_package = await _fresh()
    except GeoError as error:
        said = Answer(str(error).encode(), "text/plain; charset=utf-8", 503)
        return _sent(request, otherwise or said)
    links = Links(base_of(request))
    key = (data_package.version, links.base, make.__qualname__, path, query, of)
    found = KEPT.get(key)
    if found is None:
        client = request.client.host if request.client else ""
        if limited and key not in _making and not ALLOWANCE.spend(client, time.monotonic()):
            return _sent(
                request,
                api.error(429, "Ask again in a minute, or download the data whole."),
                wait=60,
            )
        try:
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.shield(
                    _task(key, partial(make, data_package, links, path, query))
                )
        except TimeoutError:
            if otherwise:
                return _sent(request, otherwise)
            return _sent(request, api.error(503, "Too much is asked at once. Ask again."), wait=10)
    if make is respond and key in KEPT.answers and request.method == "GET":
        _remember(request, key, found)
    return _sent(request, found)


def _task(key: tuple[str, ...], make: Callable[[], Answer]) -> asyncio.Task[Answer]:
    """What makes an answer; who asks for the same meanwhile waits for the same."""
    if key not in _making:
        _making[key] = asyncio.create_task(_make(key, make))
        _making[key].add_done_callback(lambda _: _making.pop(key, None))
    return _making[key]


async def _make(key: tuple[str, ...], make: Callable[[], Answer]) -> Answer:
    def whole() -> Answer:
        answer = make()
        _ = answer.packed, answer.etag  # here, and not where all requests wait
        return answer

    answer = await to_thread.run_sync(whole, limiter=_TURNS)
    # What is not there is asked for under endless names.
    if answer.status == 200:
        KEPT.put(key, answer)
    return answer


def _headers(answer: Answer) -> dict[str, str]:
    return {
        "etag": answer.etag,
        "cache-control": "public, max-age=60, must-revalidate"
        if answer.status == 200
        else "no-store",
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
        **answer.headers,
    }


def _sent(request: Request, answer: Answer, *, wait: int = 0) -> Response:
    headers = _headers(answer)
    if wait:
        headers["retry-after"] = str(wait)
    if answer.status == 200 and _has(answer, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    content = answer.content
    if answer.packed is not None and GZIP.search(request.headers.get("accept-encoding", "")):
        content = answer.packed
        headers["content-encoding"] = "gzip"
    return Response(content, answer.status, headers, media_type=answer.kind)


def _has(answer: Answer, known: str) -> bool:
    """Whether a browser names the answer among those that it has."""
    return answer.etag.removeprefix("W/") in known


# ---------------------------------------------------------------- asked before
def _line(scope: Scope) -> tuple[RequestLine, str, str]:
    """What names the answer to a request; the packings that it takes; the answers it knows."""
    host = accepted = known = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            known = value
    line = scope["scheme"], host, scope.get("raw_path") or b"", scope["query_string"]
    return line, accepted.decode("latin-1"), known.decode("latin-1")


def _remember(request: Request, key: tuple[str, ...], answer: Answer) -> None:
    line = _line(request.scope)[0]
    if sum(map(len, line)) > READY_LONGEST:
        return
    common = {**_headers(answer), **security.of(request.scope)}

    def start(content: bytes | None, **further: str) -> Message:
        status, kind = (304, None) if content is None else (200, answer.kind)
        headers = Response(content, status, {**common, **further}, kind).raw_headers
        return {"type": "http.response.start", "status": status, "headers": headers}

    plain = start(answer.content)
    packed = start(answer.packed, **{"content-encoding": "gzip"}) if answer.packed else plain
    READY[line] = Ready(key, plain, packed, start(None))
    while len(READY) > READY_MOST:
        READY.popitem(last=False)


class Pages:
    """Answers a request that came before with what is kept, ahead of all that looks at others.

    A page that an article links to is asked for again and again. On its way through routes and
    through what is there for the app's own files it would cost fifteen times the bytes' sending.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass it on."""
        if scope["type"] == "http" and scope["method"] == "GET" and READY:
            line, accepted, known = _line(scope)
            ready = READY.get(line)
            answer = KEPT.get(ready.key) if ready is not None and _at_hand() else None
            if ready is not None and answer is not None:
                READY.move_to_end(line)
                start, content = ready.plain, answer.content
                if known and _has(answer, known):
                    start, content = ready.known, b""
                elif answer.packed is not None and GZIP.search(accepted):
                    start, content = ready.packed, answer.packed
                await send(start)
                await send({"type": "http.response.body", "body": content})
                return
        await self._app(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether a path is that of a page, picture or file of the web, packed and dated here."""
    name, _, _ = path.removeprefix(address.below()).lstrip("/").partition("/")
    return name in FOLDERS or name in FILES


def _unknown(known: Iterable[str]) -> Convertor[str]:
    """Match a name that neither the app nor Streamlit has; the app would else answer it."""
    names = "|".join(re.escape(name) for name in sorted(known))

    class Unknown(StringConvertor):
        regex = f"(?!(?:{names})$)[^/]+"

    return Unknown()


def routes() -> list[BaseRoute]:
    """Routes for `streamlit.App`, below the address that the server has."""
    below, methods = address.below(), ["GET", "OPTIONS"]
    streamlit = {path.name for path in Path(file_util.get_static_dir()).iterdir()}
    known = {*APP_PAGES, *streamlit, *STREAMLIT}
    register_url_convertor("unknown", _unknown(known))
    return [
        Route(f"{below}/", app_page),
        *(Route(f"{below}/{name}", app_page) for name in sorted(APP_PAGES - {"atlas"})),
        *(Route(f"{below}/{name}", answered, methods=methods) for name in FILES),
        *(Route(f"{below}/{name}/{{rest:path}}", answered, methods=methods) for name in FOLDERS),
        Route(f"{below}/{{name:unknown}}", not_there),
    ]
