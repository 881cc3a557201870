"""A server of Marz, a tab on it, and the watch over what the tab may not do."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from patience import seconds
from playwright.sync_api import BrowserContext, Download, Frame, Locator, Page, expect

from geo import describe, places
from geo.address import TITLES
from geo.collection import memory
from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.model import Filter
from geo.package.load import Package

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = seconds(20) * 1000
"""Milliseconds that a condition may take to come true on a busy machine."""
PROBE = re.compile(rf"/({'|'.join(filter(None, TITLES))})/_stcore/(health|host-config)$")
"""Streamlit's browser side looks for its server below the page's own path first, and Chromium
writes each 404 to the console: nothing that a page of ours could change."""
FRAME = "iframe[title*=folium]"
LIST = ".marz-list li:not([hidden]) .one"


@dataclass
class Server:
    """A Streamlit of our own.

    Attributes
    ----------
    url : str
        Its origin.
    log : Path
        What it writes, tracebacks too.
    """

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def written(self, since: int = 0) -> str:
        """What it wrote to its log, from a byte on."""
        return self.log.read_bytes()[since:].decode("utf-8", "replace")


def start(
    log: Path, data: Path | None = None, *options: str, path: str = "", **environ: str
) -> Server:
    """Start a server and wait until it is well.

    Parameters
    ----------
    path : str
        Below which it answers.
    options, environ : str
        More options of Streamlit, and more of the environment.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {key: value for key, value in os.environ.items() if key != "MARZ_DATA"}
    environment |= environ
    if data:
        environment["MARZ_DATA"] = str(data)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", *options]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", log, process)
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and process.poll() is None:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"{server.url}{path}/_stcore/health", timeout=2) as answer,
        ):
            if answer.status == 200:
                return server
        time.sleep(0.1)
    server.stop()
    raise RuntimeError(f"the server did not start:\n{server.written()}")


@dataclass
class Watch:
    """What the pages of one context did that nobody may do.

    Attributes
    ----------
    server : Server
        The only one that may be asked.
    asked : list of str
        Addresses of every request.
    wrong : list of str
        Console errors, uncaught errors, dialogs.
    allowed : set of str
        Hosts that this one test lets be asked.
    frames : int
        Messages that went to the server by websocket.
    """

    server: Server
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    since: int = 0
    frames: int = 0

    def __post_init__(self) -> None:
        self.since = self.server.log.stat().st_size

    def over(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.wrong.append(f"error: {error.error}"))
        context.on("console", self._said)
        context.on("dialog", self._dialog)
        context.on("page", lambda page: page.on("websocket", self._connected))

    def _connected(self, socket: Any) -> None:
        self.asked.append(socket.url)
        socket.on("framesent", self._sent)

    def _sent(self, _: object) -> None:
        self.frames += 1

    def _said(self, message: Any) -> None:
        if message.type == "error" and not PROBE.search(message.location["url"]):
            self.wrong.append(f"console: {message.text} {message.location['url']}")

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def strangers(self) -> list[str]:
        """Addresses on other machines that were asked."""
        own = {urlsplit(self.server.url).netloc, *self.allowed}
        parts = [(urlsplit(url), url) for url in self.asked]
        local = ("data", "blob", "file", "about")
        return [url for part, url in parts if part.scheme not in local and part.netloc not in own]

    def check(self) -> None:
        assert not self.strangers(), "asked another machine"
        assert not self.wrong, "errors in the browser"
        written = self.server.written(self.since)
        assert "Traceback" not in written, written[-4000:]


@dataclass
class Tab:
    """One tab on Marz, with what its parts are called."""

    page: Page
    server: Server
    watch: Watch

    # ------------------------------------------------------------ going places
    def open(self, path: str = "/", **parameters: Any) -> Tab:
        """Open an address and wait for the page; `from_` stands for the parameter ``from``."""
        pairs = {key.rstrip("_"): value for key, value in parameters.items()}
        address = f"{self.server.url}{path}"
        self.page.goto(address + (f"?{urlencode(pairs, doseq=True)}" if pairs else ""))
        return self.settled()

    def open_map(self, *, prefix: str = "", **parameters: Any) -> Tab:
        """Open the atlas and wait until the incidents are drawn on the base map."""
        self.open(f"{prefix}/", **parameters)
        expect(self.map).to_have_attribute("data-commit", re.compile(r"\d+"))
        return self

    def settled(self) -> Tab:
        """Wait until the script behind the page has run."""
        shown = self.page.locator("[data-testid=stText], .marz-head").filter(visible=True)
        expect(shown.first).to_be_visible()
        app = self.page.locator("[data-testid=stApp]")
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        return self

    def quiet(self) -> Tab:
        """Wait until the page has nothing more to tell or ask the server, and has its answer."""
        before = (-1, -1)
        while before != (now := (self.watch.frames, len(self.watch.asked))):
            before = now
            self.page.wait_for_timeout(500)
            self.settled()
        return self

    def address(self) -> dict[str, list[str]]:
        """Parameters of the address."""
        return parse_qs(urlsplit(self.page.url).query)

    def wait_for_address(self, **parameters: str | None) -> None:
        """Wait until parameters of the address are these; None waits for it to be gone."""
        wanted = {key.rstrip("_"): value for key, value in parameters.items()}

        def there(url: str) -> bool:
            found = parse_qs(urlsplit(url).query)
            return all(found.get(k) == (None if v is None else [v]) for k, v in wanted.items())

        self.page.wait_for_url(there, wait_until="commit", timeout=PATIENCE)

    # ------------------------------------------------------------ the map
    @property
    def frame(self) -> Frame:
        """The document of the map."""
        handle = self.page.locator(FRAME).element_handle()
        found = handle.content_frame() if handle else None
        assert found is not None, "no frame of a map"
        return found

    @property
    def map(self) -> Locator:
        return self.page.frame_locator(FRAME).locator(".leaflet-container")

    @property
    def symbols(self) -> Locator:
        """Symbols that have something to show."""
        return self.map.locator(".marz-symbol:has(svg)")

    def symbol(self, site: int) -> Locator:
        return self.map.locator(f".marz-symbol[data-site='{site}'] svg")

    def counts(self) -> dict[int, int]:
        """Site -> incidents, as the symbols say."""
        return counts(self.map)

    def groups(self) -> dict[int, list[int]]:
        """Site of each symbol -> the sites that it gathers, its own first."""
        return groups(self.map)

    def alone(self) -> set[int]:
        """Sites whose symbol gathers no other."""
        return {site for site, gathered in self.groups().items() if len(gathered) == 1}

    def view(self) -> list[float]:
        """Latitude, longitude and zoom."""
        found: list[float] = self.frame.evaluate(
            "() => { const at = map_div.getCenter(); return [at.lat, at.lng, map_div.getZoom()]; }"
        )
        return found

    # ------------------------------------------------------------ the timeline
    @property
    def timeline(self) -> Locator:
        return self.page.locator(".timeline")

    @property
    def told(self) -> Locator:
        """The dates shown, and how many incidents."""
        return self.timeline.locator(".told")

    def years(self, *years: int) -> tuple[list[float], float]:
        """Where the beginnings of years stand on the timeline, and a height between its bars."""
        plot = self.timeline.locator(".plot")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        labels = {
            int(text): left
            for text, left in plot.locator("svg text[text-anchor=middle]").evaluate_all(
                "nodes => nodes.filter(n => /^\\d{4}$/.test(n.textContent))"
                ".map(n => [n.textContent, +n.getAttribute('x')])"
            )
        }
        first, last = min(labels), max(labels)
        wide = (labels[last] - labels[first]) / (date(last, 1, 1) - date(first, 1, 1)).days
        after = ((date(year, 1, 1) - date(first, 1, 1)).days for year in years)
        return [box["x"] + labels[first] + wide * days for days in after], box["y"] + 20

    def sent(self) -> int:
        """How many messages the page has sent to its server."""
        return self.watch.frames

    # ------------------------------------------------------------ the page
    @property
    def status(self) -> Locator:
        """How much is shown."""
        return self.page.locator(".marz-head").get_by_role("status")

    @property
    def chips(self) -> Locator:
        """The filters in use."""
        return self.page.locator(".marz-head .chip")

    @property
    def items(self) -> Locator:
        """Cards of the list."""
        return self.page.locator(LIST)

    @property
    def chosen(self) -> Locator:
        return self.page.locator(f"{LIST}[aria-current=true]")

    @property
    def detail(self) -> Locator:
        return self.page.locator(".st-key-detail")

    @property
    def title(self) -> Locator:
        """Title of the selected incident."""
        return self.page.locator(".st-key-detail .marz-head :is(h1, h2)")

    def facet(self, label: str) -> Locator:
        """The options of a filter."""
        group = self.page.locator(".marz-facets fieldset")
        return group.filter(has=self.page.get_by_text(label, exact=True)).locator(".pill")

    def texts(self, inside: Locator) -> list[str]:
        """What st.text shows below an element."""
        return inside.locator("[data-testid=stText]").all_text_contents()

    def choose(self, label: str) -> Locator:
        """Open the panel “Export” and choose a kind of file there."""
        panel = self.page.get_by_role("dialog")
        if not panel.is_visible():
            self.page.get_by_role("button", name="Export").click()
        panel.get_by_role("radio", name=label, exact=True).click()
        return panel

    def pick(self, label: str, option: str) -> None:
        """Choose from a list that opens, once the page is at rest: a run would close it."""
        self.quiet()
        self.page.get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.settled()

    def unfold(self, label: str) -> None:
        """Open further filters in the side panel, once the page is at rest, as `pick`."""
        self.quiet()
        panel = self.page.locator("[data-testid=stSidebar] summary")
        panel.filter(has_text=label).click()

    def take(self, label: str) -> Download:
        """Take a file away; the panel is closed again."""
        panel = self.choose(label)
        button = panel.get_by_role("button", name=f"Download {label}", exact=True)
        self.quiet()  # a run that goes on takes the file of the one before away
        with self.page.expect_download(timeout=2 * PATIENCE) as coming:
            button.click()
        taken = coming.value
        panel.get_by_role("button", name="Close").click()
        expect(panel).to_have_count(0)
        return taken

    # ------------------------------------------------------------ what must agree
    def lists(self, package: Package, asked: Filter) -> None:
        """The list shows what a filter leaves, the newest first, and says how many there are."""
        titles = package.incidents["title"].iloc[newest_first(package, asked)].tolist()
        if not titles:
            expect(self.items).to_have_count(0)
            return
        head = self.page.locator(".marz-list h2")
        expect(head).to_have_text(re.compile(rf"^\d+–\d+ of {len(titles):,}$"))
        first, last = map(int, (head.text_content() or "").partition(" ")[0].split("–"))
        expect(self.page.locator(f"{LIST} .title")).to_have_text(titles[first - 1 : last])

    def agrees(self, package: Package, asked: Filter) -> None:
        """Map, sentence, list and facets show what a filter leaves, and nothing else."""
        rows = memory.select(package, asked)
        features = places.features(package, rows)["features"]
        wanted = {f["properties"]["n"]: len(f["properties"]["m"]) for f in features}
        expect(self.status).to_have_text(describe.status_line(package, rows))
        self.lists(package, asked)
        expect(self.map).to_have_attribute("data-shown", str(sum(wanted.values())))
        assert self.counts() == wanted
        for facet in FACETS:
            found = memory.facet_counts(package, asked)[facet.name]
            if not list(facet.vocabulary()) and facet.further is None:
                continue  # texts of the data: the commonest first, and none that leaves nothing
            said = [f"{facet.say(option)} · {count:,}" for option, count in found.items()]
            if said:
                expect(self.facet(facet.label)).to_have_text(said)


def newest_first(package: Package, asked: Filter) -> list[int]:
    """Rows in the order of the list."""
    found = Packaged(package).rows(asked, limit=len(package.incidents))
    return [int(number) - 1 for number in found.column("number").to_pylist()]


def said(map_: Locator) -> list[tuple[str, int]]:
    """What each symbol of a map says: its sites with their counts, and how many it holds.

    Asked of the map: of a locator of symbols Playwright first looks which there are, and asks them
    in a second step, between which the map may have clustered anew.
    """
    # While the dates are moved a canvas stands for the symbols.
    expect(map_).not_to_have_class(re.compile(r"\bmarz-moving\b"))
    found: list[tuple[str, int]] = map_.evaluate(
        """map => [...map.querySelectorAll(".marz-symbol:has(svg)")]
            .map(n => [n.dataset.sites, +n.dataset.count])"""
    )
    return found


def counts(map_: Locator) -> dict[int, int]:
    """Site -> incidents, as symbols say; a gathered one says it for each of its sites."""
    found: dict[int, int] = {}
    for sites, count in said(map_):
        own = {int(site): int(number) for site, number in (p.split(":") for p in sites.split())}
        assert sum(own.values()) == count, "a symbol counts what it gathers"
        assert not own.keys() & found.keys(), "no site is shown twice"
        found |= own
    return found


def groups(map_: Locator) -> dict[int, list[int]]:
    """Site of each symbol -> the sites that it gathers, its own first."""
    found = [[int(pair.partition(":")[0]) for pair in text.split()] for text, _ in said(map_)]
    return {sites[0]: sites for sites in found}


def day(text: Iterable[str] | None) -> date | None:
    """A day of the address."""
    return date.fromisoformat(next(iter(text))) if text else None


Visit = Callable[..., Tab]
Serve = Callable[[Path | None], Server]
