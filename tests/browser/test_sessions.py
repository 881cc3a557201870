"""What a reader brings outlives a broken line and a visitor's malice, and goes with the session."""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import patience
import pytest
from patience import seconds
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package
from pages.ui import own_data, sessions

from .broken_line import Line
from .driving import Server, Tab, Visit, start
from .test_explore import made_up, read, take

APP, STATE = "[data-testid=stApp]", "data-test-connection-state"
LIFE = int(seconds(16))
"""Seconds that the server of this test lets a session be without a connection. A browser tries
again after 0.5, 1, 2, 4 … seconds: it may come back half a minute after the line, not later."""


def files(place: Path) -> list[str]:
    """What sessions have on this server's disk."""
    # A walk does not mind that they go meanwhile.
    walks = (os.walk(folder) for folder in place.glob(f"{own_data.PREFIX}*"))
    return sorted(
        name
        for walk in walks
        for folder, _, names in walk
        if "/session-" in folder
        for name in names
    )


def forge_clear_cache(server: Server) -> None:
    """Be a visitor who wants everybody's caches emptied, and wait until it was read."""
    address = f"ws://{urlsplit(server.url).netloc}/_stcore/stream"
    forged, harmless = BackMsg(clear_cache=True), BackMsg()
    harmless.rerun_script.query_string = ""
    with connect(address, subprotocols=[Subprotocol("streamlit")], proxy=None) as socket:
        socket.send(forged.SerializeToString())
        socket.send(harmless.SerializeToString())
        socket.recv(timeout=seconds(30))


def test_a_readers_data_live_as_long_as_the_session(visit: Visit, tmp_path: Path) -> None:
    kept = f"--server.disconnectedSessionTTL={LIFE + int(sessions.MARGIN)}"
    server = start(tmp_path / "log", None, kept, TMPDIR=str(tmp_path))
    line = Line(urlsplit(server.url).port or 0)
    try:
        tab = visit(Server(line.url, server.log, server.process))
        path = tmp_path / "made-up.csv"
        path.write_text(made_up(), "utf-8")
        tab.open("/explore")
        take(tab, path)
        # What a page is still loading when the line breaks never comes: Streamlit asks once.
        tab.quiet()
        upload = files(tmp_path)
        assert upload == ["file.csv"]
        forge_clear_cache(server)
        line.break_for(0.3)
        _comes_back(tab)
        read(tab)
        tab.quiet()
        imported = files(tmp_path)
        assert "set.parquet" in imported and "file.csv" not in imported
        for wait in (3, 10):
            line.break_for(wait)
            _comes_back(tab)
            expect(tab.page.locator(".st-key-explore-sets")).to_contain_text("30 incidents")
            tab.page.get_by_role("button", name="Report", exact=True).click()
            expect(tab.page.locator(".st-key-report")).to_be_visible()
            assert files(tmp_path) == imported
        # Of what it could not fetch meanwhile the browser complains on its console; so it must.
        tab.watch.wrong.clear()
        tab.page.close()
        patience.until(lambda: not files(tmp_path), LIFE + 60)
    finally:
        line.close()
        server.stop()
    assert not list(tmp_path.glob(f"{own_data.PREFIX}*")), "the server left its folder behind"
    assert tempfile.gettempdir() != str(tmp_path)


@pytest.mark.parametrize("lost", ["answer", "choice", "line"])
def test_what_a_reader_chose_on_a_broken_line_is_shown_when_it_is_back(
    lost: str, visit: Visit, tmp_path: Path, embedded: Package
) -> None:
    """Streamlit forgets what was lost either way, and what was chosen while there was no line."""
    server = start(tmp_path / "log", None)
    line = Line(urlsplit(server.url).port or 0)
    try:
        tab = visit(Server(line.url, server.log, server.process))
        tab.open_map()
        tab.quiet()
        if lost == "line":
            line.cut()
            expect(tab.page.locator(APP)).not_to_have_attribute(STATE, "CONNECTED")
        else:
            line.lose(answers=lost == "answer")
        before = tab.sent()
        tab.facet("Event type").filter(has_text="Protests").click()
        tab.page.get_by_role("slider", name="First day shown").press("ArrowRight")
        if lost != "line":
            tab.quiet()
            assert tab.sent() > before
            line.cut()
            expect(tab.page.locator(APP)).not_to_have_attribute(STATE, "CONNECTED")
        line.mend()
        _comes_back(tab)
        first, _ = memory.extent(embedded)
        begun = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        tab.wait_for_address(type="Protests", from_=begun.isoformat())
        tab.agrees(embedded, Filter(chosen={"type": ("Protests",)}, start=begun))
        tab.watch.wrong.clear()
        tab.page.close()
    finally:
        line.close()
        server.stop()


def _comes_back(tab: Tab) -> None:
    """Wait until the browser has its connection again."""
    expect(tab.page.locator(APP)).to_have_attribute(STATE, "CONNECTED")
    tab.settled()
