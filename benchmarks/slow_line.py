"""What a reader on a slow line waits for: ``python benchmarks/slow_line.py``.

A browser opens the atlas over 400 kbit/s with 150 ms of delay, once with an empty cache and once
more with what it kept. README.md says more.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from harness import App, NotMeasured, open_browser, serve
from playwright.sync_api import Browser, BrowserContext

MARZ = App("marz", "Marz", "symbols")
BITS, DELAY_MS = 400_000, 150
HEADLINE, MAP, BYTES, AGAIN = 3.0, 45.0, 2_000_000, 100_000
"""Promised: seconds to a headline and to the first map, bytes of the first and the second visit."""
LIMIT_MS = 240_000


class Relay:
    """Passes bytes on to a server, and counts those that come back.

    Chromium tells how long a websocket's messages are, not how long they were on the line.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.bytes = 0
        self._listener = socket.create_server(("localhost", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """What a browser opens instead of the server."""
        return f"http://localhost:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Take no more."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("localhost", self._target))
                for pair in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65_536):
                if counts:
                    self.bytes += len(part)
                sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        source.close()


@dataclass(frozen=True)
class Visit:
    """Seconds from the start of the navigation, and bytes received until all is quiet."""

    headline: float
    map: float
    whole: float
    bytes: int


def visit(context: BrowserContext, relay: Relay) -> Visit:
    """Open the atlas once."""
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    page.add_init_script(path=Path(__file__).with_name("watch.js"))
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY_MS,
            "downloadThroughput": BITS / 8,
            "uploadThroughput": BITS / 8,
        },
    )
    before, start = relay.bytes, time.perf_counter()
    page.goto(relay.address, wait_until="commit")
    # Scripts that the browser kept take the first page's headline away at once.
    page.locator("h1, .st-key-sentence").first.wait_for()
    headline = time.perf_counter() - start
    page.wait_for_function(
        "probe => window.bench.shown(probe) !== null", arg=MARZ.probe, timeout=LIMIT_MS
    )
    first_map = time.perf_counter() - start
    seen, heard = relay.bytes, time.perf_counter()
    while time.perf_counter() - heard < 5:
        page.wait_for_timeout(100)
        if relay.bytes != seen:
            seen, heard = relay.bytes, time.perf_counter()
        if time.perf_counter() - start > LIMIT_MS / 1000:
            raise NotMeasured("the page never came to rest")
    page.close()
    return Visit(headline, first_map, heard - start, relay.bytes - before)


def measure(browser: Browser, address: str) -> tuple[Visit, Visit]:
    """The first visit, and the second with what the browser kept."""
    relay = Relay(int(address.rpartition(":")[2]))
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        return visit(context, relay), visit(context, relay)
    finally:
        context.close()
        relay.close()


def report(first: Visit, second: Visit) -> str:
    """Write it as text."""
    lines = [
        f"{BITS // 1000} kbit/s, {DELAY_MS} ms",
        "                 headline s   first map s   whole page s       bytes",
    ]
    lines += [
        f"{name:<16}{one.headline:>11.1f}{one.map:>14.1f}{one.whole:>15.1f}{one.bytes:>12,}"
        for name, one in (("first visit", first), ("second visit", second))
    ]
    told = (
        (first.headline <= HEADLINE, f"a headline within {HEADLINE:g} s ({first.headline:.1f})"),
        (first.map <= MAP, f"the first map within {MAP:g} s ({first.map:.1f})"),
        (first.bytes <= BYTES, f"at most {BYTES:,} bytes in all ({first.bytes:,})"),
        (second.bytes <= AGAIN, f"a second visit at most {AGAIN:,} bytes ({second.bytes:,})"),
    )
    return "\n".join([*lines, "", *(f"{_verdict(holds)} {what}" for holds, what in told)])


def _verdict(holds: bool) -> str:
    return "holds         " if holds else "does not hold "


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured, whatever came out; 1 if something could not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures here")
    given = parser.parse_args(arguments)
    try:
        with serve(MARZ) as server, open_browser() as browser:
            first, second = measure(browser, server.address)
    except NotMeasured as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return 1
    print(report(first, second))
    if given.json:
        found = {"first": asdict(first), "second": asdict(second)}
        given.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
