"""The pages Records and Sources."""

from __future__ import annotations

from playwright.sync_api import expect

from geo import records
from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package

from .driving import Tab


def test_records_select_a_row(tab: Tab, embedded: Package) -> None:
    tab.open("/records", country="KG")
    rows = memory.select(embedded, Filter(chosen={"country": ("KG",)}))
    titles = embedded.incidents["title"].iloc[rows].tolist()
    table = tab.page.locator("[data-testid=stDataFrame]")
    canvas = table.locator("canvas").first
    expect(canvas).to_be_visible()
    expect(table.locator("[role=gridcell]").filter(has_text=titles[0])).to_have_count(1)
    box = canvas.bounding_box()
    assert box
    # The grid is a drawing: second row, first column. An unseen scroller lies over it.
    tab.page.mouse.click(box["x"] + 17, box["y"] + 35 + 35 + 16)
    expect(tab.title).to_have_text(titles[1])
    tab.wait_for_address(id=embedded.incidents["id"].iloc[rows].iat[1])
    # Whoever goes on to the atlas takes filter and selection along.
    tab.page.get_by_role("link", name="Atlas").click()
    expect(tab.chosen.locator(".title")).to_have_text(titles[1])
    tab.agrees(embedded, Filter(chosen={"country": ("KG",)}))


def test_records_open_on_a_selection(tab: Tab, embedded: Package) -> None:
    chosen = embedded.incidents.iloc[4]
    tab.open("/records", id=chosen["id"])
    expect(tab.title).to_have_text(chosen["title"])


def test_records_with_nothing_to_show(tab: Tab) -> None:
    tab.open("/records", q="zeppelin")
    expect(tab.status).to_contain_text("No incident matches")
    expect(tab.page.locator("[data-testid=stException]")).to_have_count(0)


def test_sources_name_everything(tab: Tab, embedded: Package) -> None:
    tab.open("/sources")
    grid = tab.page.locator("[data-testid=stDataFrame]").first
    expect(grid.locator("[role=grid]")).to_have_attribute(
        "aria-rowcount", str(len(embedded.sources) + 1)
    )
    chosen = embedded.sources.set_index("id").loc[embedded.citations["source_id"].iloc[0]]
    field = tab.page.get_by_role("textbox", name="Find a source")
    field.fill(chosen["title"])
    field.press("Enter")
    expect(grid.locator("[role=grid]")).to_have_attribute("aria-rowcount", "2")
    expect(grid.locator("[role=gridcell]").filter(has_text=chosen["title"])).to_have_count(1)
    expect(grid.locator("canvas").first).to_be_visible()
    box = grid.locator("canvas").first.bounding_box()
    assert box
    tab.page.mouse.click(box["x"] + 17, box["y"] + 35 + 16)
    taken = tab.page.locator(".st-key-taken")
    expect(taken.get_by_role("link", name="Open the page")).to_have_attribute("href", chosen["url"])
    expected = records.taken_from(embedded, str(chosen.name))
    for record in expected:
        expect(taken.get_by_text(record["title"])).to_be_visible()
    expect(taken.get_by_role("link", name="Open", exact=True)).to_have_count(len(expected))
    expect(tab.page.get_by_text(embedded.version)).to_be_visible()
    for heading in ("Sources", "Border versions", "Files and licences"):
        expect(tab.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    tables = tab.page.locator("[data-testid=stDataFrame]")
    expect(tables.filter(has_text="ODbL-1.0")).to_have_count(1)
    expect(tables.filter(has_text="Tajik–Kyrgyz border")).to_have_count(1)
