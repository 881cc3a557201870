"""Fixtures of the tests with a real browser.

Whatever a test does, a page must not ask another machine for anything, must not write an error
to the console and must not throw: `visit` watches each context and says so at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from geo.files import DATA
from geo.package.load import Package, load_package
from tools.browser import find

from .driving import PATIENCE, Serve, Server, Tab, Visit, Watch, start

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder needs a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def embedded() -> Package:
    """The data package that comes with Marz."""
    return load_package(DATA)


@pytest.fixture(scope="package")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """A server for a data package, started when first asked for."""
    logs = tmp_path_factory.mktemp("servers")
    running: dict[Path | None, Server] = {}

    def serve(data: Path | None = None) -> Server:
        if data not in running:
            running[data] = start(logs / f"{len(running)}.log", data)
        return running[data]

    yield serve
    for server in running.values():
        server.stop()


@pytest.fixture
def atlas(serving: Serve) -> Server:
    """The server of the embedded data."""
    return serving(None)


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `other` expects the package of the moment: a link that each test turns."""
    return tmp_path_factory.mktemp("bench") / "data"


@pytest.fixture
def other(serving: Serve, bench: Path, folder: Path) -> Server:
    """A server of the made-up package in `folder`, which a test may damage before it opens it."""
    bench.unlink(missing_ok=True)
    bench.symlink_to(folder)
    return serving(bench)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all; each test has contexts of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, serving: Serve) -> Iterator[Visit]:
    """Open tabs in contexts of their own; afterwards nothing may have gone wrong in any."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_tab(server: Server | None = None, **options: Any) -> Tab:
        server = server or serving(None)
        context = chromium.new_context(**{"viewport": DESK, **options})
        context.set_default_timeout(PATIENCE)
        watch = Watch(server)
        watch.over(context)
        opened.append((context, watch))
        return Tab(context.new_page(), server, watch)

    yield open_tab
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.check()


@pytest.fixture
def tab(visit: Visit) -> Tab:
    """A tab on the embedded data, nothing opened yet."""
    return visit()
