"""What can go wrong is said with its remedy; what is good is shown all the same."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from geo.model import Filter
from geo.package.load import Package, load_package

from .driving import Server, Tab, Visit, newest_first, start


def no_trace(tab: Tab) -> None:
    """Nobody is shown the inside of the program."""
    expect(tab.page.locator("[data-testid=stException]")).to_have_count(0)
    assert "Traceback" not in (tab.page.locator("body").text_content() or "")


def said(tab: Tab) -> str:
    """Everything that the page says."""
    return tab.page.locator("[data-testid=stMain]").inner_text()


def test_nothing_matches(tab: Tab, embedded: Package) -> None:
    tab.open_map(q="zeppelin", country="KZ")
    expect(tab.map).to_have_attribute("data-shown", "0")
    expect(tab.status).to_contain_text("No incident matches")
    expect(tab.chips).to_contain_text(["Kazakhstan", "zeppelin"])
    expect(tab.items).to_have_count(0)
    expect(tab.page.locator(".marz-list")).to_have_count(0)
    no_trace(tab)
    tab.page.locator("[data-testid=stMain]").get_by_role("button", name="Clear all").click()
    tab.agrees(embedded, Filter())


def test_a_reversed_range_is_mended(tab: Tab, embedded: Package) -> None:
    tab.open_map(from_="2022-12-31", to="2022-01-01", border="TJ-KG")
    expect(tab.page.get_by_text("The date range is reversed")).to_be_visible()
    tab.agrees(embedded, Filter(chosen={"border": ("TJ-KG",)}))
    no_trace(tab)
    tab.page.get_by_role("button", name="Swap the dates").click()
    window: dict[str, Any] = {"start": date(2022, 1, 1), "end": date(2022, 12, 31)}
    tab.agrees(embedded, Filter(**window, chosen={"border": ("TJ-KG",)}))
    expect(tab.page.get_by_text("The date range is reversed")).to_have_count(0)
    tab.wait_for_address(from_="2022-01-01", to="2022-12-31")


def test_an_address_with_nonsense_in_it(tab: Tab, embedded: Package) -> None:
    tab.open_map(
        id="TJAF-0000-nothing",
        country=["KG", "XX"],
        at="here",
        from_="yesterday",
        match="hardly",
        lang="xx",
    )
    text = said(tab)
    for part in ("TJAF-0000-nothing", "country=XX", "at=here", "from=yesterday", "match=hardly"):
        assert part in text
    tab.agrees(embedded, Filter(chosen={"country": ("KG",)}))
    no_trace(tab)
    tab.page.get_by_role("button", name="Dismiss").click()
    expect(tab.page.locator(".st-key-notices")).to_have_count(0)
    tab.agrees(embedded, Filter(chosen={"country": ("KG",)}))
    tab.wait_for_address(id=None, at=None, from_=None, match=None, lang=None, country="KG")


ODD: list[dict[str, Any]] = [
    {"from_": "9999-12-31", "to": "9999-12-31"},
    {"from_": "0001-01-01", "to": "0001-01-02"},
    {"from_": "1900-01-01", "to": "2100-12-31"},
    {"at": "99,999,99"},
    {"at": "١,٢,٣"},
    {"q": "x" * 5000},
    {"q": "{{7*7}} $x^$ <b>"},
    {"country": ["KG"] * 300},
    {"nobody": "knows", "id": ["", "a", "b"]},
]


def test_odd_addresses_show_the_page(tab: Tab) -> None:
    for parameters in ODD:
        tab.open_map(**parameters)
        expect(tab.status).to_be_visible()
        no_trace(tab)
        tab.watch.check()


def test_a_single_record_is_mapped(visit: Visit, other: Server, folder: Path) -> None:
    """One day, one place: nothing to slide over, nothing to play."""
    path = folder / "incidents.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if line[:3] == "id," or "bridge" in line), "utf-8"
    )
    tab = visit(other).open_map()
    tab.agrees(load_package(folder), Filter())
    expect(tab.items).to_have_count(1)
    expect(tab.page.get_by_role("slider")).to_have_count(0)
    expect(tab.page.get_by_role("button", name="Play")).to_have_count(0)
    no_trace(tab)


def test_another_border_is_mapped_as_well(visit: Visit, other: Server, folder: Path) -> None:
    tab = visit(other).open_map()
    made_up = load_package(folder)
    tab.agrees(made_up, Filter())
    expect(tab.map.locator(".marz-border-name")).to_have_text(["Sarnian border"])
    latitude, longitude, _ = tab.view()
    assert 50 < latitude < 52 and 10 < longitude < 12
    tab.items.nth(2).click()
    row = newest_first(made_up, Filter())[2]
    expect(tab.title).to_have_text(made_up.incidents["title"].iat[row])


def test_a_broken_row(visit: Visit, other: Server, folder: Path) -> None:
    path = folder / "incidents.csv"
    path.write_text(path.read_text("utf-8").replace("2020-01-15,", "15.1.2020,", 1), "utf-8")
    tab = visit(other).open_map()
    damaged = load_package(folder)
    assert 0 < len(damaged.incidents) < 8
    tab.agrees(damaged, Filter())
    tab.page.get_by_text("problems in the data").or_(
        tab.page.get_by_text("problem in the data")
    ).first.click()
    expect(tab.page.get_by_text("incidents.csv:SL-2020-01-15-clash: row")).to_be_visible()
    expect(tab.page.get_by_text("field date").first).to_be_visible()
    no_trace(tab)


def test_a_broken_layer(visit: Visit, other: Server, folder: Path) -> None:
    path = folder / "regions.geojson"
    path.write_text(path.read_text("utf-8")[:200], "utf-8")
    tab = visit(other).open_map()
    tab.agrees(load_package(folder), Filter())
    tab.page.get_by_text("problems in the data").first.click()
    expect(tab.page.get_by_text("regions.geojson:-: cannot be read as GeoJSON")).to_be_visible()
    expect(tab.page.get_by_text("SL-2020-03-protest: field place_id").first).to_be_visible()
    no_trace(tab)


def test_no_descriptor(visit: Visit, other: Server, folder: Path) -> None:
    (folder / "datapackage.json").unlink()
    tab = visit(other)
    for path in ("/", "/records", "/sources"):
        tab.open(path)
        expect(tab.page.get_by_text("There is no datapackage.json")).to_be_visible()
        expect(tab.page.get_by_text("MARZ_DATA")).to_be_visible()
        no_trace(tab)


def test_an_edit_of_the_data_shows_without_a_restart(
    visit: Visit, other: Server, folder: Path
) -> None:
    descriptor = folder / "datapackage.json"
    text = descriptor.read_text("utf-8")
    descriptor.write_text("{", "utf-8")
    tab = visit(other).open("/")
    expect(tab.page.get_by_text("is not a data package descriptor")).to_be_visible()
    no_trace(tab)
    descriptor.write_text(json.dumps(json.loads(text) | {"version": "0.2.0"}), "utf-8")
    tab.open_map()
    tab.agrees(load_package(folder), Filter())


@pytest.mark.parametrize("path", ["/", "/records", "/sources"])
def test_a_page_opened_first_of_all(visit: Visit, tmp_path: Path, path: str) -> None:
    server = start(tmp_path / "cold.log")
    try:
        tab = visit(server).open(path)
        no_trace(tab)
        name = {"/": "Atlas", "/records": "Records", "/sources": "Sources"}[path]
        expect(tab.page).to_have_title(f"{name} · Marz")
        expect(tab.page.get_by_role("link", name="Atlas")).to_be_visible()
        tab.page.context.close()
    finally:
        server.stop()
