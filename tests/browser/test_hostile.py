"""A title from a data file can never run: not in the browser, not on the server, not in a file.

Every free text of the package is one of `HOSTILE`: templates, markup, scripts, formulas, signs
that end a line or turn the direction of writing. Dialogs, requests and errors are looked for in
every test; see conftest.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Frame, Locator, Page, expect

from geo import describe, places, records
from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package, load_package

from .driving import FRAME, Serve, Server, Tab, Visit, counts, newest_first


@pytest.fixture(scope="package")
def poisoned(hostile_folder: Path) -> Package:
    """The hostile package, loaded."""
    return load_package(hostile_folder)


@pytest.fixture
def server(serving: Serve, hostile_folder: Path) -> Server:
    return serving(hostile_folder)


@pytest.fixture
def victim(visit: Visit, server: Server) -> Tab:
    return visit(server)


def read(locator: Locator) -> list[str]:
    """Texts as they stand in the document; playwright's own matchers fold white space."""
    found: list[str] = locator.evaluate_all("nodes => nodes.map(node => node.textContent)")
    return found


def nothing_ran(page: Page) -> None:
    frames: list[Frame] = page.frames
    for frame in frames:
        assert frame.evaluate("() => [typeof window.__pwned, document.querySelectorAll("
                              "'[onerror], img[src=x], [src*=invalid], script[src=x]').length]"
                              ) == ["undefined", 0]  # fmt: skip


def test_the_map_draws_all_and_says_it_as_it_is(victim: Tab, poisoned: Package) -> None:
    victim.open_map()
    features = places.features(poisoned, memory.select(poisoned, Filter()))["features"]
    assert victim.counts() == {f["properties"]["n"]: len(f["properties"]["m"]) for f in features}
    sites = {site.number: site for site in places.sites(poisoned)}
    for number, gathered in victim.groups().items():
        title = victim.map.locator(f"[data-site='{number}']").get_attribute("title") or ""
        more = f" and {len(gathered) - 1} more near it" if len(gathered) > 1 else ""
        where = title.removeprefix("Somewhere in ").removeprefix("Somewhere on the ")
        assert where.startswith(f"{sites[number].name}{more}: ")
    names = set(read(victim.map.locator("[data-name]")))
    known = {name for layer in poisoned.layers.values() for name in layer["name"]}
    assert names and names <= known | {name.upper() for name in known}
    # Names stand beside symbols: at a larger scale there is room for each.
    west = victim.frame.evaluate(
        "() => { map_div.setView([50.5, 10.5], 11, { animate: false });"
        " return document.querySelectorAll('[data-name]').length; }"
    )
    assert west > 3
    victim.page.get_by_role("button", name="Map options").click()
    victim.pick("Names in", "Русский")
    victim.wait_for_address(lang="ru")
    expect(victim.map).to_have_attribute("data-shown", str(sum(victim.counts().values())))
    nothing_ran(victim.page)


def test_list_and_detail_read_back(victim: Tab, poisoned: Package) -> None:
    victim.page.set_viewport_size({"width": 1440, "height": 3200})  # all of them fit
    victim.open_map()
    rows = newest_first(poisoned, Filter())
    titles = poisoned.incidents["title"].iloc[rows].tolist()
    listed = victim.page.locator(".marz-list .title")
    expect(listed).to_have_count(len(titles))
    assert read(listed) == titles
    for number, row in enumerate(rows):
        incident = poisoned.incidents.iloc[row]
        victim.items.nth(number).click()
        victim.wait_for_address(id=incident["id"])
        page = victim.detail.get_by_role("link", name="Everything about this incident")
        expect(page).to_have_attribute("href", re.compile(f"id={incident['id']}"))
        shown = read(victim.detail.locator("[data-testid=stText]"))
        assert read(victim.title) == [incident["title"]]
        claim = poisoned.claims.set_index("incident_id").loc[incident["id"]]
        source = poisoned.sources.set_index("id").loc[claim["source_id"]]
        for text in (incident["summary"], incident["place_note"], incident["note"]):
            assert text in shown
        assert claim["statement"] in shown
        assert any(text.startswith(claim["claimant"]) for text in shown)
        line = describe.source_line(source)  # as it stands in a bibliography, marks and all
        assert any(line in text for text in shown)
        victim.detail.get_by_role("button", name="Close").click()  # the list is long again
        expect(victim.detail).to_have_count(0)
    nothing_ran(victim.page)


def test_records_and_sources_read_back(victim: Tab, poisoned: Package) -> None:
    chosen = poisoned.incidents.iloc[0]
    victim.open("/records", id=chosen["id"])
    expect(victim.title).to_be_visible()
    assert read(victim.title) == [chosen["title"]]
    cells = victim.page.locator("[data-testid=stDataFrame] [role=gridcell]")
    expect(cells.first).to_be_attached()
    assert poisoned.incidents["title"].iat[0] in read(cells)
    nothing_ran(victim.page)

    victim.open("/sources")
    expect(victim.page.get_by_text(poisoned.version)).to_be_visible()
    grid = victim.page.locator("[data-testid=stDataFrame]").first
    expect(grid.locator("[role=gridcell]").first).to_be_attached()
    titles = read(grid.locator("[role=gridcell]"))
    assert any(title in titles for title in poisoned.sources["title"])
    expect(grid.locator("canvas").first).to_be_visible()
    box = grid.locator("canvas").first.bounding_box()
    assert box
    victim.page.mouse.click(box["x"] + 17, box["y"] + 35 + 16)
    taken = victim.page.locator(".st-key-taken")
    expect(taken).to_be_visible()
    first = records.source_table(poisoned).iloc[0]
    assert f"Note: {first['note']}" in read(taken.locator("[data-testid=stText]"))
    nothing_ran(victim.page)


def test_an_address_of_hostile_words(victim: Tab, poisoned: Package) -> None:
    for text in ("{{7*7}}", "<img src=x onerror=alert(1)>", "![](http://example.invalid/x.png)"):
        victim.open_map(q=text)
        expect(victim.chips).to_contain_text([text])
        field = victim.page.get_by_role("textbox", name="Search")
        expect(field).to_have_value(text)
    nothing_ran(victim.page)


def test_all_downloads(victim: Tab, poisoned: Package, visit: Visit, tmp_path: Path) -> None:
    victim.open_map()
    rows = memory.select(poisoned, Filter())
    incidents = poisoned.incidents.iloc[rows]

    picture = Image.open(victim.take("PNG").path())
    picture.load()
    assert picture.size == (3508, 2480)

    document = json.loads(victim.take("GeoJSON").path().read_text("utf-8"))
    told = [feature["properties"] for feature in document["features"]]
    assert [one["title"] for one in told] == incidents["title"].tolist()
    assert [one["claims"][0]["statement"] for one in told] == incidents["title"].tolist()

    text = victim.take("CSV").path().read_bytes().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"].removeprefix("'") for row in table] == incidents["title"].tolist()
    # A negative number is one, and stays as it is.
    cells = {cell for row in table for cell in row.values()} - {"-1"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)

    taken = victim.take("HTML")
    path = tmp_path / taken.suggested_filename
    taken.save_as(path)
    away = visit(offline=True)
    away.page.goto(path.as_uri())
    drawn = away.page.locator("#map")
    # The two maps need not be of one size, so that their symbols may gather others.
    shown = victim.counts()
    expect(drawn).to_have_attribute("data-shown", str(sum(shown.values())))
    assert counts(drawn) == shown
    order = newest_first(poisoned, Filter())
    assert read(away.page.locator("#list .title")) == incidents["title"].iloc[order].tolist()
    assert read(away.page.locator("#title")) == [poisoned.descriptor["title"]]
    for row in order:
        title = incidents["title"].iat[row]
        away.page.evaluate("id => { location.hash = `id=${id}`; }", incidents["id"].iat[row])
        assert read(away.page.locator("#one h2")) == [title]
        assert title in read(away.page.locator("#one .claims p"))
    nothing_ran(away.page)
    assert [u for u in away.watch.asked if not u.startswith(("data:", "blob:"))] == [path.as_uri()]
    expect(victim.page.locator(FRAME)).to_be_visible()
    nothing_ran(victim.page)
