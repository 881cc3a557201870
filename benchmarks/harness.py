"""Real Streamlit servers, a real browser, and what a change of a slider costs in both."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
from tools import browser as chromium  # noqa: E402

LIMIT_MS = 60_000
HANDLE = ".timeline [data-grip=to]"
"""The last day of Marz's timeline."""
QUIET_S = 0.25
KEYS = ("PageDown", "End", "Home", "End")
"""Pressed on the slider's last thumb; each leaves a number of incidents unlike the one before."""

ARGUMENTS = [
    "--no-first-run",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    # Nothing but the servers under test, on a machine with internet as on one without.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    ARGUMENTS.append("--no-sandbox")


class NotMeasured(Exception):
    """Something that should have been measured could not be."""


@dataclass(frozen=True)
class App:
    """What to measure and how to see that a change is shown.

    Attributes
    ----------
    name, label : str
        Short name, and the words of the table.
    probe : str
        One of the probes in ``watch.js``.
    script : str
        A file of ``apps/``; "" is Marz itself.
    frozen : bool
        For Marz: False takes gc.freeze away from it.
    page : str
        Path of the page, below the server's address.
    keys : tuple of str
        Pressed on the slider's last thumb, one a change.
    environment : tuple of (str, str)
        Variables that the server gets besides ours.
    thumb : str
        What is pressed on, as CSS finds it.
    starts : str
        Event from which the time runs: ``keyup`` where the app asks its server only then.
    """

    name: str
    label: str
    probe: str
    script: str = ""
    frozen: bool = True
    page: str = ""
    keys: tuple[str, ...] = KEYS
    environment: tuple[tuple[str, str], ...] = ()
    thumb: str = '[data-testid="stSlider"] input'
    starts: str = "keydown"


@dataclass(frozen=True)
class Change:
    """One change, in milliseconds and bytes.

    Attributes
    ----------
    ms : float
        From the key (see `App.starts`) to the painted result.
    page : float
        From it to the last change of anything on the page.
    bytes : int
        Received until all was quiet.
    shown : str
        What the probe saw.
    """

    ms: float
    page: float
    bytes: int
    shown: str


@dataclass
class Server:
    """A running Streamlit server."""

    address: str
    process: subprocess.Popen[bytes]
    folder: Path

    def freeze_count(self) -> int:
        """How many objects gc.freeze has taken out of the collector's sight."""
        answer = self.folder / "frozen"
        answer.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(100):
            if answer.exists() and (text := answer.read_text("utf-8")):
                return int(text)
            time.sleep(0.05)
        raise NotMeasured("the server did not say how many objects are frozen")

    def resident(self) -> int:
        """Bytes of the server's process that are in memory (VmRSS, Linux)."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.is_file():
            raise NotMeasured("memory is read from /proc, which only Linux has")
        line = next(x for x in status.read_text("ascii").splitlines() if x.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024


@contextmanager
def serve(app: App) -> Iterator[Server]:
    """Start an app on a free port; stopped on leaving.

    An app of ``apps/`` runs in a folder of its own with Streamlit's own defaults; Marz runs
    where it is, with its own configuration.
    """
    with tempfile.TemporaryDirectory(prefix="marz-bench-") as name:
        folder = Path(name)
        process, port = _start(app, folder)
        try:
            address = f"http://localhost:{port}"
            _wait(address, process, folder)
            yield Server(address, process, folder)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(app: App, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = _free_port()
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=localhost"]
    if app.script:
        shutil.copytree(HERE / "apps", folder / "app")
        shutil.copytree(ROOT / "static" / "leaflet", folder / "app" / "static", dirs_exist_ok=True)
        options += ["--browser.gatherUsageStats=false", "--server.enableStaticServing=true"]
        command = ["-m", "streamlit", "run", app.script, *options]
        directory = folder / "app"
    else:
        never = [] if app.frozen else ["--never-freeze"]
        command = [str(HERE / "apps" / "serve.py"), *never, "app.py", *options]
        directory = ROOT
    environment = {
        **os.environ,
        **dict(app.environment),
        "PYTHONPATH": str(ROOT),
        "MARZ_BENCH_FROZEN": str(folder / "frozen"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=directory,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return process, port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the server answers."""
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise NotMeasured("a server did not start:\n" + (folder / "log").read_text("utf-8", "replace"))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Headless Chromium; stopped on leaving."""
    # Who is told to end leaves as after Ctrl-C: no server and no load outlives a benchmark.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium.find(), args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@dataclass
class Reader:
    """An app opened in a window of its own, and whoever moves its slider."""

    app: App
    page: Page
    cdp: CDPSession
    received: int = 0
    heard: float = field(default_factory=time.monotonic)
    pressed: int = 0

    @classmethod
    def of(cls, browser: Browser, app: App, address: str) -> Reader:
        """Open the app and wait until it shows something and is quiet."""
        reader = cls.opening(browser, app)
        page = reader.page
        try:
            page.goto(address + app.page)
            page.wait_for_function(
                "probe => window.bench.shown(probe) !== null", arg=app.probe, timeout=LIMIT_MS
            )
            page.locator(app.thumb).last.wait_for(state="attached")
            reader.settle(1.5)
        except Exception as error:
            reader.close()  # or it would go on beside what is measured
            raise NotMeasured(f"{app.label} did not show anything: {error}") from error
        return reader

    @classmethod
    def opening(cls, browser: Browser, app: App) -> Reader:
        """A new window with an empty cache, watched, that has gone nowhere yet."""
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(path=HERE / "watch.js")
        reader = cls(app, page, context.new_cdp_session(page))
        reader._listen()
        return reader

    def _listen(self) -> None:
        """Count what comes over the websocket and over HTTP."""
        self.cdp.on("Network.webSocketFrameReceived", self._frame)
        self.cdp.on("Network.loadingFinished", self._loaded)
        self.cdp.send("Network.enable")
        self.cdp.send("Performance.enable")

    def _frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        text = response["payloadData"]
        binary = response["opcode"] == 2
        self.received += len(base64.b64decode(text)) if binary else len(text.encode())
        self.heard = time.monotonic()

    def _loaded(self, event: dict[str, Any]) -> None:
        self.received += int(event["encodedDataLength"])
        self.heard = time.monotonic()

    def settle(self, quiet: float = QUIET_S) -> None:
        """Wait until nothing has come for a while."""
        start = time.monotonic()
        while time.monotonic() - max(start, self.heard) < quiet:
            if time.monotonic() - start > LIMIT_MS / 1000:
                raise NotMeasured(f"{self.app.label} never came to rest")
            self.page.wait_for_timeout(20)

    def change(self) -> Change:
        """Press the next key on the slider; what it cost."""
        self.page.bring_to_front()
        self.page.locator(self.app.thumb).last.focus()
        before = self.received
        given = [self.app.probe, LIMIT_MS, self.app.starts]
        self.page.evaluate("given => bench.arm(...given)", given)
        self.page.keyboard.press(self.app.keys[self.pressed % len(self.app.keys)])
        self.pressed += 1
        try:
            seen = self.page.evaluate("() => bench.done")
        except Exception as error:
            raise NotMeasured(f"{self.app.label}: {error}") from error
        self.settle()
        page = max(seen["ms"], self.page.evaluate("() => bench.touched()"))
        return Change(seen["ms"], page, self.received - before, seen["shown"])

    def heap(self) -> int:
        """Bytes of JavaScript objects alive, those of the frames of the same origin included."""
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        found = self.cdp.send("Performance.getMetrics")["metrics"]
        return int(next(entry["value"] for entry in found if entry["name"] == "JSHeapUsedSize"))

    def groups(self) -> int:
        """How many feature groups streamlit-folium keeps alive in the map's frame."""
        script = "Math.max(...Array.from(frames, (frame) => (frame.feature_group || []).length))"
        return int(self.page.evaluate(script))

    def close(self) -> None:
        """Close the window."""
        self.page.context.close()
