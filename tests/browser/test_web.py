"""The pages of the web in a real browser whose JavaScript is off: read, followed, and printed."""

from __future__ import annotations

import re
from pathlib import Path

from madeup import HOSTILE
from playwright.sync_api import expect

from geo.model import Filter
from geo.package.load import load_package
from geo.web import site

from .driving import Serve, Visit


def test_pages_are_read_without_javascript(
    serving: Serve, visit: Visit, hostile_folder: Path, tmp_path: Path
) -> None:
    tab = visit(serving(hostile_folder), java_script_enabled=False)
    page = tab.page
    page.goto(f"{tab.server.url}/f")
    expect(page.get_by_role("heading", level=1)).to_have_text("All incidents")
    page.get_by_label("Words or a place").fill("onerror")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/f\?q=onerror$"))
    page.get_by_role("main").get_by_role("link", name="<img src=x onerror=alert(1)>").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE[7])
    # The picture was drawn, came and is shown.
    picture = page.get_by_role("img")
    picture.scroll_into_view_if_needed()
    card = page.request.get(str(picture.evaluate("one => one.src")))
    assert card.ok and card.headers["content-type"] == "image/jpeg"
    assert page.pdf().startswith(b"%PDF")
    # The same as files, with nothing but the files.
    site.write(load_package(hostile_folder), tmp_path / "site", query=Filter(), cards=False)
    away = visit(tab.server, java_script_enabled=False, offline=True).page
    away.goto((tmp_path / "site/f.html").as_uri())
    away.get_by_role("main").get_by_role("link", name="<img src=x onerror=alert(1)>").click()
    expect(away.get_by_role("heading", level=1)).to_have_text(HOSTILE[7])
    away.get_by_role("link", name="Actors").click()
    expect(away.get_by_role("heading", level=1)).to_have_text("Actors")
