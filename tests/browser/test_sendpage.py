"""The page to send: one file that filters, plays and shows by itself, from a USB stick."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Page, expect

from geo import describe, places
from geo.address import pairs
from geo.collection import extents, memory
from geo.collection.facets import FACETS
from geo.collection.mercator import TILE
from geo.export import text as export_text
from geo.model import Bbox, Filter, Scene
from geo.package.load import Package
from geo.picture.exported import Export
from geo.records import record
from pages.ui.listing import AT_ONCE

from .driving import Visit, newest_first

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
ALL = Filter()
ASKED = [
    ALL,
    Filter(start=date(2021, 4, 28), end=date(2021, 5, 3)),
    Filter(start=date(2022, 9, 1), end=date(2022, 9, 30), match="certainly"),
    Filter(start=date(2005, 1, 1), match="certainly", chosen={"country": ("KG",)}),
    Filter(end=date(1999, 12, 31)),
    Filter(chosen={"country": ("AF", "RU"), "type": ("Battles",)}),
    Filter(chosen={"border": ("TJ-KG",), "status": ("alleged", "planned")}),
    Filter(chosen={"tag": ("closure", "treaty"), "collection": ("further",)}),
    Filter(chosen={"collection": ("core",), "type": ("Strategic developments", "Protests")}),
    Filter(text="drone"),
    Filter(text="Исфара"),
    Filter(text="Хуҷанд"),
    Filter(text="gorno badakhshan TALIBAN"),
    Filter(text="Ворух", start=date(2014, 1, 1)),
    Filter(text="nothing like it"),
    Filter(chosen={"country": ("QA",), "border": ("TJ-AF",)}, text="“border”"),
]


def file_of(
    package: Package, folder: Path, asked: Filter = ALL, *, state: str = "", **start: Any
) -> Path:
    """The page as a file."""
    path = folder / "marz.html"
    rows = memory.select(package, asked)
    of = Export(package, Scene(asked, **start), rows, "html", NOW, state)
    path.write_bytes(export_text.html(of))
    return path


@pytest.fixture(scope="module")
def whole(embedded: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the whole chronology."""
    return file_of(embedded, tmp_path_factory.mktemp("stick"))


def shown(page: Page) -> list[str]:
    """Titles in the list."""
    return page.locator("#list li:not([hidden]) .title").all_text_contents()


def opened(visit: Visit, path: Path, hash_: str = "", **options: Any) -> Page:
    """The file in a tab that has no network; nothing but the file itself is ever asked for."""
    tab = visit(offline=True, **options)
    tab.page.goto(path.as_uri() + hash_)
    expect(tab.page.locator("#map")).to_have_attribute("data-commit", re.compile(r"\d+"))
    asked = [url for url in tab.watch.asked if not url.startswith(("data:", "blob:"))]
    assert [url.partition("#")[0] for url in asked] == [path.as_uri()]
    return tab.page


def go(page: Page, asked: Filter) -> None:
    """Have the page filter by its hash, as whoever gets an address does."""
    hash_ = urlencode(pairs(Scene(query=asked))) or "all"
    page.evaluate("hash => { location.hash = hash; }", hash_)


def agree(page: Page, package: Package, asked: Filter) -> None:
    """List, sentence, map and counts are those of the library."""
    rows = memory.select(package, asked)
    expect(page.locator("#summary")).to_have_text(describe.summary(package, asked, rows))
    order = newest_first(package, asked)
    if order:
        head = page.locator("#list h2")
        expect(head).to_have_text(re.compile(rf"^1–\d+ of {len(order):,}$"))
    ids = page.locator("#list li .one").evaluate_all("all => all.map((one) => one.dataset.id)")
    assert ids == package.incidents["id"].iloc[order[:AT_ONCE]].tolist()
    titles = shown(page)
    assert titles == package.incidents["title"].iloc[order[: len(titles)]].tolist()
    wanted = {
        f["properties"]["n"]: len(f["properties"]["m"])
        for f in places.features(package, rows)["features"]
    }
    expect(page.locator("#map")).to_have_attribute("data-shown", str(sum(wanted.values())))
    counts = memory.facet_counts(package, asked)
    said = [
        f"{facet.say(option)} · {number}"
        for facet in sorted(FACETS, key=lambda one: (not one.front, one.front))
        for option, number in counts[facet.name].items()
    ]
    pills = page.locator("#filters fieldset:has(.count) .pill")
    assert pills.all_text_contents() == said


def test_filters_agree_with_the_library(visit: Visit, whole: Path, embedded: Package) -> None:
    page = opened(visit, whole)
    for asked in ASKED:
        go(page, asked)
        agree(page, embedded, asked)


def test_a_record_tells_who_says_what(visit: Visit, whole: Path, embedded: Package) -> None:
    page = opened(visit, whole)
    row = embedded.row_of(embedded.claims["incident_id"].iloc[0])
    known = record(embedded, row)
    page.evaluate("id => { location.hash = `id=${id}`; }", known["id"])
    expect(page.locator("#list button[aria-current] .title")).to_have_text(known["title"])
    one = page.locator("#one")
    expect(one.locator("h2")).to_have_text(known["title"])
    claims = one.locator(".claims > div")
    expect(claims).to_have_count(len(known["claims"]))
    for claim, card in zip(known["claims"], claims.all(), strict=True):
        expect(card.locator("strong")).to_have_text(claim["claimant"])
        expect(card).to_contain_text(claim["statement"])
        expect(card).to_contain_text(claim["source"]["line"])
    links = one.locator("h3:has-text('Sources') + ul a")
    wanted = [source["url"] for source in known["sources"] if source["url"]]
    assert [link.get_attribute("href") for link in links.all()] == wanted
    assert all(link.get_attribute("rel") == "noopener noreferrer nofollow" for link in links.all())
    expect(page.locator("#one")).to_contain_text(known["cite"])


def test_all_of_it_goes_by_keyboard(visit: Visit, whole: Path, embedded: Package) -> None:
    page = opened(visit, whole)
    keys = page.keyboard
    keys.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    keys.press("Tab")
    expect(page.locator("#theme")).to_be_focused()
    keys.press("Tab")
    keys.type("drone")
    expect(page).to_have_url(re.compile("q=drone"))
    agree(page, embedded, Filter(text="drone"))
    page.locator("#skip").focus()
    keys.press("Enter")
    first = page.locator("#list li .one").first
    expect(first).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    titles = shown(page)
    expect(page.locator("#one h2")).to_have_text(titles[1])
    keys.press("ArrowRight")
    first_star = page.locator("#list li .star").nth(1)
    expect(first_star).to_be_focused()
    keys.press("Space")
    expect(first_star).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#list .list-stars")).to_contain_text("1 incident starred")
    page.get_by_role("button", name="Show only these").click()
    assert shown(page) == titles[1:2]
    expect(page.locator("#summary")).to_contain_text("1 chosen incident")
    page.get_by_role("button", name="Show all").click()
    page.locator("#one .mark").click()
    expect(page.locator("#one .mark")).to_be_focused()
    expect(page.locator("#list .list-stars")).to_be_hidden()
    page.locator("#one .close").focus()
    keys.press("Escape")
    expect(page.locator("#one h2")).to_have_count(0)
    expect(page.locator("#list li .one").nth(1)).to_be_focused()
    last = page.get_by_role("slider", name="Last day shown")
    last.focus()
    keys.press("PageDown")
    _, latest = memory.extent(embedded)
    expect(page).to_have_url(re.compile("to="))
    (to,) = parse_qs(page.url.partition("#")[2])["to"]
    assert date.fromisoformat(to) < latest
    symbol = page.locator("#map .marz-symbol[tabindex='0']").first
    symbol.focus()
    keys.press("Enter")
    expect(page.locator("#opened")).to_contain_text("Opened: ")


def test_play_steps_through_time(visit: Visit, whole: Path) -> None:
    page = opened(visit, whole, "#from=2021-04-01&to=2021-06-30")
    everything = page.locator("#map").get_attribute("data-shown")
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_have_attribute("data-until", re.compile(r"\d"))
    expect(page.locator(".told")).to_contain_text(re.compile(r"to \d+ (April|May|June) 2021"))
    expect(page.locator(".now")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Stop and show all").click()
    expect(page.locator(".now")).to_be_hidden()
    assert page.locator("#map").get_attribute("data-shown") == everything


def test_what_a_reader_has_drawn_is_on_its_map(visit: Visit, whole: Path) -> None:
    notes = ["callout,39.9,70.6,<b>One</b>", "arrow,38,69,38.5,70,Here", "circle,38,72,40,Round"]
    page = opened(visit, whole, "#" + urlencode([("note", one) for one in notes]))
    expect(page.locator(".marz-words")).to_have_text(["<b>One</b>", "Here", "Round"])
    expect(page.locator(".marz-number")).to_have_text("1")
    expect(page.locator(".marz-words b")).to_have_count(0)
    expect(page.locator("path.marz-drawn:not(.casing)")).to_have_count(2)


def test_a_phone_holds_it(visit: Visit, whole: Path, embedded: Package) -> None:
    page = opened(visit, whole, viewport=PHONE, has_touch=True, is_mobile=True)
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] == wide[1]
    page.locator("#show-filters").tap()
    page.locator(".pill", has_text="Protests").tap()
    expect(page).to_have_url(re.compile("type=Protests"))
    agree(page, embedded, Filter(chosen={"type": ("Protests",)}))
    expect(page.locator("#show-filters")).to_have_text("Filters (1)")
    page.locator("#show-filters").tap()
    page.locator("#list li:not([hidden]) .one").last.tap()
    expect(page.locator("#one h2")).to_be_in_viewport()
    page.locator("#one .close").tap()
    expect(page.locator("#list li:not([hidden]) .one").last).to_be_in_viewport()
    small = page.locator("button:visible:not(.unseen)").evaluate_all(
        "nodes => nodes.filter(n => n.getBoundingClientRect().height < 24).map(n => n.textContent)"
    )
    assert small == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_it_is_light_or_dark_as_the_system_or_the_reader_says(
    visit: Visit, whole: Path, system: str
) -> None:
    page = opened(visit, whole, color_scheme=system)
    shade = "() => parseInt(getComputedStyle(document.body).backgroundColor.slice(4)) < 128"
    ground = page.locator("#map .leaflet-relief-pane")
    for dark in (system == "dark", system != "dark"):
        assert page.evaluate(shade) == dark
        dimmed = ground.evaluate("node => getComputedStyle(node).filter.includes('brightness')")
        assert dimmed == dark
        # Colour means the type of an event, by day and by night.
        pane = page.locator("#map .leaflet-marker-pane")
        assert pane.evaluate("node => getComputedStyle(node).filter") == "none"
        page.locator("#theme").click()


def test_without_javascript_it_says_so(visit: Visit, whole: Path) -> None:
    tab = visit(offline=True, java_script_enabled=False)
    tab.page.goto(whole.as_uri())
    expect(tab.page.locator("noscript p")).to_contain_text("JavaScript is off")
    expect(tab.page.locator("noscript p")).to_be_visible()
    expect(tab.page.locator("main")).to_be_hidden()


def test_the_map_stays_where_there_is_ground(visit: Visit, whole: Path) -> None:
    page = opened(visit, whole, "#q=New+York")
    pill = page.locator("#map").get_by_text("outside this view")
    before = pill.text_content()
    page.locator("#list button", has_text="New York").first.click()
    expect(page.locator("#one")).to_contain_text("New York")
    expect(page).to_have_url(re.compile("id="))
    assert pill.text_content() == before
    expect(page.locator("#list button[aria-current]")).to_be_in_viewport(ratio=0.99)


def test_no_text_of_a_file_runs_in_it(visit: Visit, hostile: Package, tmp_path: Path) -> None:
    page = opened(visit, file_of(hostile, tmp_path, state='{"a":"</script><img src=x>"}'))
    titles = page.locator("#list .title").all_text_contents()
    assert sorted(titles) == sorted(hostile.incidents["title"])
    for incident in hostile.incidents["id"]:
        page.evaluate("id => { location.hash = `id=${id}`; }", incident)
        expect(page.locator("#one h2")).to_be_visible()
    page.locator("#sources summary").click()
    assert page.evaluate("window.__pwned") is None
    assert page.locator("img:not(.leaflet-image-layer)").count() == 0
    assert page.locator("#title").text_content() == hostile.descriptor["title"]


def test_the_page_of_the_chronology_is_small_enough(embedded: Package, whole: Path) -> None:
    # Map, fonts and scripts, and then each record: 2.5 MB for the 243 of version 2.
    assert whole.stat().st_size <= 1.625e6 + 3.6e3 * len(embedded.incidents)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_it_opens_on_the_extent_of_the_picture(
    embedded: Package, visit: Visit, tmp_path: Path, size: dict[str, int]
) -> None:
    bbox = Bbox(69.5, 39.6, 71.0, 40.4)
    page = opened(visit, file_of(embedded, tmp_path, bbox=bbox), viewport=size)
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("at="))
    (at,) = parse_qs(page.url.partition("#")[2])["at"]
    lat, lon, zoom = map(float, at.split(","))
    box = page.locator("#map").bounding_box()
    assert box
    lon -= 80 / (TILE * 2**zoom) * 360  # what a press of the key moves it

    def holds(zoom: float) -> bool:
        seen = extents.seen((lat, lon, zoom), box["width"], box["height"])
        return seen.west < bbox.west and seen.south < bbox.south and (
            seen.east > bbox.east and seen.north > bbox.north
        )  # fmt: skip

    assert holds(zoom) and not holds(zoom + 0.5)


def test_land_far_away_is_in_the_page_itself(
    visit: Visit, embedded: Package, tmp_path: Path
) -> None:
    page = opened(visit, file_of(embedded, tmp_path, at=(4.0, 20.0, 4.0)))
    expect(page.locator(".leaflet-world-pane svg")).to_have_count(1)
