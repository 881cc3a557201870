"""How soon a drag of the dates is painted: ``python benchmarks/drag.py``.

Marz, kepler.gl with its own time filter over as many points, and a bare canvas that draws as many
symbols as Marz does, in one Chromium and in turns. What is measured how: README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from harness import HERE, ROOT, App, NotMeasured, open_browser, serve
from interaction import percentile, progress
from playwright.sync_api import Browser, CDPSession, Error, Page
from scale import SETS, made_up

from geo import places
from geo.collection.packaged import Packaged
from geo.files import DATA
from geo.model import Filter
from geo.package.load import load_package

SIZES = (0, 10_000, 10_000_000)
"""Incidents; 0 stands for Marz's own records."""
KEPLER_AT_MOST = 100_000
KEPLER_SIZES = (0, 10_000, KEPLER_AT_MOST)
MOVES, STEP = 30, 7
"""Moves of a drag, and pixels of each."""
LIMIT_MS = 30_000
PACKAGES = (
    # npm package, its file, SHA-256 of that, name served
    (
        "react@18.3.1",
        "umd/react.production.min.js",
        "d949f1c3687aedadcedac85261865f29b17cd273997e7f6b2bfc53b2f9d4c4dd",
        "react.js",
    ),
    (
        "react-dom@18.3.1",
        "umd/react-dom.production.min.js",
        "35f4f974f4b2bcd44da73963347f8952e341f83909e4498227d4e26b98f66f0d",
        "react-dom.js",
    ),
    (
        "redux@4.2.1",
        "dist/redux.min.js",
        "54574af2c55419f25dda6b62ba361fc7a4359146ccbb467c3473ca686a0347f7",
        "redux.js",
    ),
    (
        "react-redux@8.1.2",
        "dist/react-redux.min.js",
        "ae149de20c851abf82ab866676cd2fe13bd3637a13142b15f4aba72c37f8cd32",
        "react-redux.js",
    ),
    (
        "styled-components@6.1.8",
        "dist/styled-components.min.js",
        "a926892e3ad9977dc603c993d824774809b1fd78dbc2675cecf3eda36fc3a5df",
        "styled-components.js",
    ),
    (
        "kepler.gl@3.2.6",
        "umd/keplergl.min.js",
        "636accb1ef4731bce63bcf5d1de1cce96f61dbc67cb54769d8f75b14bf962cb0",
        "keplergl.min.js",
    ),
    (
        "kepler.gl@3.2.6",
        "umd/keplergl.min.css",
        "851498394a2d285b6bdfd3ed513cfefac549d59d1a5e9c1209a5701ac872a109",
        "keplergl.min.css",
    ),
)
CACHE = ROOT / ".cache" / "drag"


@dataclass(frozen=True)
class Figures:
    """An app at a size: milliseconds from the pointer's move to the painted frame.

    Attributes
    ----------
    work : float
        Milliseconds that the page's main thread works for a move, on the whole.
    """

    app: str
    rows: int
    symbols: int = 0
    moves: int = 0
    p50: float = 0.0
    p95: float = 0.0
    work: float = 0.0
    refused: str = ""


@dataclass
class Window:
    """An app that is open, and where its handle is taken."""

    app: str
    rows: int
    page: Page
    session: CDPSession
    handle: str
    symbols: int = 0
    times: list[float] = field(default_factory=list)
    work: float = 0.0
    sent: int = 0
    refused: str = ""

    def drag(self) -> None:
        """Move the last day to the left, move by move, and back; then let go."""
        self.page.bring_to_front()
        handle = self.page.locator(self.handle).last
        box = handle.bounding_box()
        if box is None:
            raise NotMeasured(f"{self.app} has no handle")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x - STEP, y)
        before, worked = self.sent, self._worked()
        for move in [*range(2, MOVES // 2), *range(MOVES // 2, 1, -1)]:
            self.page.evaluate("limit => drag.arm(limit)", LIMIT_MS)
            self.page.mouse.move(x - STEP * move, y)
            self.times.append(self.page.evaluate("() => drag.done"))
        self.work += self._worked() - worked
        if self.sent != before:
            raise NotMeasured(f"{self.app} sent {self.sent - before} messages while it was dragged")
        self.page.mouse.move(x, y)
        self.page.mouse.up()
        self.page.wait_for_timeout(500)

    def _worked(self) -> float:
        """Milliseconds that the page's main thread has worked since the window was opened."""
        said = self.session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(one["value"] for one in said if one["name"] == "TaskDuration"))

    def figures(self) -> Figures:
        """What its moves took."""
        if self.refused or not self.times:
            return Figures(self.app, self.rows, refused=self.refused or "nothing measured")
        return Figures(
            self.app,
            self.rows,
            self.symbols,
            len(self.times),
            percentile(self.times, 0.5),
            percentile(self.times, 0.95),
            self.work / len(self.times),
        )


# ---------------------------------------------------------------- what is opened
def packages() -> dict[str, bytes]:
    """The files of kepler.gl and of what it needs, from npm, each of a known content."""
    CACHE.mkdir(parents=True, exist_ok=True)
    found = {}
    for package, member, digest, name in PACKAGES:
        kept = CACHE / f"{package.replace('@', '-')}-{name}"
        if not kept.exists():
            progress(f"fetching {package}")
            command = ["npm", "pack", package, "--silent", "--pack-destination", str(CACHE)]
            packed = subprocess.run(command, check=True, capture_output=True, text=True)
            archive = CACHE / packed.stdout.split()[-1]
            with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
                content = tar.extractfile(f"package/{member}")
                assert content is not None
                kept.write_bytes(content.read())
            archive.unlink()
        found[name] = kept.read_bytes()
        if hashlib.sha256(found[name]).hexdigest() != digest:
            raise NotMeasured(f"{package}: {member} is not the file that it was")
    return found


def points_of(rows: int, folder: Path) -> list[list[float]]:
    """Longitude, latitude and first day of the incidents that Marz shows."""
    if rows:
        columns = pq.read_table(made_up(rows, folder), columns=["lon", "lat", "start"]).drop_null()
        table = [columns[name].to_pylist() for name in ("lon", "lat", "start")]
        found = [list(row) for row in zip(*table, strict=True)]
    else:
        package = load_package(DATA)
        drawn = places.features(package, Packaged(package).select(Filter()))["features"]
        found = [
            [*site["geometry"]["coordinates"], member[4]]
            for site in drawn
            for member in site["properties"]["m"]
            if abs(member[4]) < 1 << 30
        ]
    return sorted(found, key=lambda row: row[2])


@contextmanager
def pages(files: dict[str, bytes]) -> Iterator[str]:
    """Serve files; the address of the server."""
    kinds = {"html": "text/html", "css": "text/css", "json": "application/json"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server asks for this name
            name = self.path.partition("?")[0].lstrip("/")
            content = files.get(name)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Type", kinds.get(name.rpartition(".")[2], "text/javascript"))
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()


def window(browser: Browser, app: str, rows: int, handle: str) -> Window:
    """A window that counts what it sends by websocket."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(path=HERE / "drag.js")
    page.set_default_timeout(LIMIT_MS * 4)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    made = Window(app, rows, page, session, handle)

    def counted(_: object) -> None:
        made.sent += 1

    page.on("websocket", lambda socket: socket.on("framesent", counted))
    return made


def marz(browser: Browser, rows: int, address: str) -> Window:
    """Marz: the atlas with its own records, or the page Your data with made-up ones."""
    made = window(browser, "marz", rows, ".timeline [data-grip=to]")
    made.page.goto(address + ("/explore" if rows else "/"))
    frame = made.page.frame_locator("iframe[title*=folium]")
    frame.locator("[data-commit]").wait_for()
    made.page.locator(".timeline svg rect").first.wait_for(state="attached")
    made.page.wait_for_timeout(3000)
    found = made.page.query_selector("iframe[title*=folium]")
    content = found.content_frame() if found else None
    if content is None:
        raise NotMeasured("Marz shows no map")
    # What is shown as cells comes with their steps, a little later.
    cells = "sent.some((item) => item.k === 1)"
    content.wait_for_function(
        f"() => {{ const {{ sent, steps }} = map_div._marz; return steps || !{cells}; }}"
    )
    counted = "() => { const { canvas, cells, kept } = map_div._marz;"
    counted += " return canvas ? cells.length : kept.size; }"
    made.symbols = content.evaluate(counted)
    made.page.evaluate("() => drag.watchMarz()")
    return made


def kepler(browser: Browser, rows: int, address: str, points: int) -> Window:
    """kepler.gl with its time filter enlarged."""
    made = window(browser, "kepler.gl", rows, ".kg-range-slider__brush .handle--e")
    made.page.goto(f"{address}/drag_kepler.html")
    made.page.locator(made.handle).last.wait_for(state="attached")
    made.page.wait_for_timeout(3000)
    made.symbols = points
    return made


def canvas(browser: Browser, rows: int, address: str, symbols: int) -> Window:
    """As many discs as Marz draws symbols."""
    made = window(browser, "bare canvas", rows, ".handle")
    made.page.goto(f"{address}/drag_canvas.html?symbols={symbols}")
    made.symbols = symbols
    return made


# ---------------------------------------------------------------- the measurement
def measure(browser: Browser, rows: int, rounds: int, folder: Path) -> list[Figures]:
    """All apps at a size, in turns."""
    with ExitStack() as stack:
        windows: list[Window] = []
        if rows in SIZES:
            path = (("MARZ_DATASETS", str(made_up(rows, folder))),) if rows else ()
            app = App("marz", "Marz", "", environment=path)
            own = marz(browser, rows, stack.enter_context(serve(app)).address)
            html = (HERE / "apps" / "drag_canvas.html").read_bytes()
            address = stack.enter_context(pages({"drag_canvas.html": html}))
            windows += [own, canvas(browser, rows, address, own.symbols)]
        if rows in KEPLER_SIZES:
            points = points_of(rows, folder)
            files = packages() | {
                "drag_kepler.html": (HERE / "apps" / "drag_kepler.html").read_bytes(),
                "points.json": json.dumps(points).encode(),
            }
            windows.append(kepler(browser, rows, stack.enter_context(pages(files)), len(points)))
        for number in range(rounds + 1):
            for one in windows:
                if one.refused:
                    continue
                progress(f"{rows:,}: drag {number} of {rounds}, {one.app}")
                try:
                    one.drag()
                except (NotMeasured, Error) as error:
                    one.refused = str(error).strip().splitlines()[0][:100]
                if not number:
                    one.times.clear()  # the first drag warms up
                    one.work = 0.0
        found = [one.figures() for one in windows]
        for one in windows:
            one.page.context.close()
    return found


def promises(found: list[Figures]) -> list[tuple[str, str, bool]]:
    """What can be held against what was measured: words, figure, whether it holds."""
    by = {(one.app, one.rows): one for one in found if not one.refused}
    said = []
    for (app, rows), own in by.items():
        if app != "marz":
            continue
        name = f"{rows:,}" if rows else "its own records"
        said.append((f"Marz, {name}: p95 ≤ 34 ms", f"{own.p95:.1f}", own.p95 <= 34))
        if limit := by.get(("bare canvas", rows)):
            ratio = own.p95 / limit.p95
            said.append((f"Marz, {name}: p95 ≤ 1.5 × bare canvas", f"{ratio:.2f}", ratio <= 1.5))
        # Where kepler.gl is not asked with so many it is compared with the most that it was.
        others = [one for (name_, size), one in by.items() if name_ == "kepler.gl" and size <= rows]
        if others:
            other = max(others, key=lambda one: one.rows)
            figure = f"{own.p95:.1f} against {other.p95:.1f} ms at {other.symbols:,} points"
            said.append((f"Marz, {name}: ahead of kepler.gl", figure, own.p95 < other.p95))
    return said


def report(found: list[Figures]) -> str:
    """Write the table and the verdicts as text."""
    heads = f"{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'work ms':>9}"
    lines = [f"{'move to painted':<16}{'rows':>12}{'symbols':>9}{heads}"]
    for one in found:
        start = f"{one.app:<16}{one.rows or 'own':>12}"
        if one.refused:
            lines.append(f"{start}  no answer: {one.refused}")
        else:
            figures = "".join(f"{figure:>9.1f}" for figure in (one.p50, one.p95, one.work))
            lines.append(f"{start}{one.symbols:>9,}{one.moves:>6}{figures}")
    lines.append("")
    lines += [
        f"{'holds' if holds else 'does not hold':<15}{words} ({figure})"
        for words, figure, holds in promises(found)
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 whether the promises hold or not; 1 if Marz could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    every = sorted({*SIZES, *KEPLER_SIZES})
    parser.add_argument("--sizes", type=int, nargs="+", default=every, choices=every, metavar="N")
    parser.add_argument("--rounds", type=int, default=4, help="drags of an app (default 4)")
    parser.add_argument("--sets", type=Path, default=SETS, help="where the made-up files are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    print(datetime.now(UTC).isoformat(timespec="seconds"))
    found: list[Figures] = []
    with open_browser() as browser:
        for rows in sorted(given.sizes):
            found += measure(browser, rows, max(1, given.rounds), given.sets)
    print(report(found))
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", "utf-8")
    return int(any(one.app == "marz" and one.refused for one in found))


if __name__ == "__main__":
    sys.exit(main())
