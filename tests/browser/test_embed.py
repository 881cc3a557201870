"""The view for newsrooms: map and timeline alone, in a frame of somebody's page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package

from .driving import FRAME, LIST, Tab, Visit

CHARTS = ".timeline .plot"


class Frames(HTMLParser):
    """The frames of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "iframe", "nothing but the frame comes out"
        self.found.append(dict(attrs))


def snippet(tab: Tab) -> str:
    """The lines to paste, as the page offers them."""
    tab.choose("Embed")
    offered = tab.page.locator("[data-testid=stCode] code")
    expect(offered.last).to_contain_text("iframe")
    return offered.last.text_content() or ""


def test_only_map_and_timeline_are_there(tab: Tab, embedded: Package) -> None:
    tab.page.goto(f"{tab.server.url}/?embed=true&country=KG")
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    rows = memory.select(embedded, Filter(chosen={"country": ("KG",)}))
    assert sum(tab.counts().values()) == int(tab.map.get_attribute("data-shown") or 0) <= len(rows)
    expect(tab.page.locator(CHARTS)).to_be_visible()
    expect(tab.map.locator(".marz-legend")).to_be_visible()
    for gone in (
        LIST,
        ".marz-head .chip",
        ".st-key-head",
        ".st-key-detail",
        "[data-testid=stSidebar]",
    ):
        expect(tab.page.locator(gone)).to_have_count(0)
    expect(tab.page.get_by_role("button", name="Export")).to_have_count(0)
    expect(tab.page.get_by_role("link", name="Patterns")).to_have_count(0)
    line = tab.page.locator(".st-key-embed-line")
    expect(line).to_contain_text("Involving Kyrgyzstan")
    href = line.get_by_role("link", name="Open in Marz").get_attribute("href")
    assert href == f"{tab.server.url}/?country=KG"


def test_the_address_stays_that_of_the_view(tab: Tab) -> None:
    tab.page.goto(f"{tab.server.url}/?embed=true&country=KG")
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    tab.page.get_by_role("slider").first.press("ArrowRight")
    tab.page.wait_for_url(lambda url: "from=" in url)
    asked = parse_qs(urlsplit(tab.page.url).query)
    assert asked["embed"] == ["true"] and asked["country"] == ["KG"]
    symbol = tab.symbols.first
    symbol.focus()
    symbol.press("Enter")
    link = tab.page.get_by_role("link", name="Open in Marz")
    expect(link).to_have_attribute("href", re.compile(rf"\?country=KG&from={asked['from'][0]}"))
    tab.page.reload()
    expect(link).to_be_visible()
    expect(tab.page.locator(LIST)).to_have_count(0)


def test_what_is_offered_to_paste_shows_the_same(tab: Tab, visit: Visit, embedded: Package) -> None:
    tab.open_map(country="KG", border="TJ-KG", from_="2021-01-01")
    text = snippet(tab)
    (frame,) = Frames(text).found
    assert frame["loading"] == "lazy" and frame["width"] == "100%" and frame["height"]
    assert frame["title"] == f"{embedded.descriptor['title']}: map and timeline"
    assert parse_qs(urlsplit(frame["src"] or "").query) == {
        "embed": ["true"], "country": ["KG"], "border": ["TJ-KG"], "from": ["2021-01-01"],
    }  # fmt: skip
    theirs = visit()
    theirs.page.set_content(f"<h1>Our story</h1>{text}")
    inside = theirs.page.frame_locator("iframe")
    map_ = inside.frame_locator(FRAME).locator(".leaflet-container")
    expect(map_).to_have_attribute("data-shown", str(sum(tab.counts().values())))
    expect(inside.locator(CHARTS)).to_be_visible()


def test_a_hostile_filter_stays_within_its_address(tab: Tab) -> None:
    tab.open_map(q='"><script>alert(1)</script>&x')
    (frame,) = Frames(snippet(tab)).found
    assert parse_qs(urlsplit(frame["src"] or "").query)["q"] == ['"><script>alert(1)</script>&x']


def test_other_pages_offer_the_map_too(tab: Tab) -> None:
    tab.open("/records", country="KG")
    (frame,) = Frames(snippet(tab)).found
    assert frame["src"] == f"{tab.server.url}/?embed=true&country=KG"


def test_it_fits_a_column_of_any_width_and_height(visit: Visit) -> None:
    for width, height in ((320, 600), (700, 900)):
        tab = visit(viewport={"width": width, "height": height})
        tab.page.goto(f"{tab.server.url}/?embed=true")
        expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
        expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
        expect(tab.page.get_by_role("link", name="Open in Marz")).to_be_attached()
        main = tab.page.locator("[data-testid=stMain]")
        assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
        map_ = tab.page.locator(FRAME).bounding_box()
        assert map_ and map_["width"] > 0.9 * width and map_["height"] >= 200


def test_an_empty_view_says_so(tab: Tab) -> None:
    tab.page.goto(f"{tab.server.url}/?embed=true&q=zeppelin")
    expect(tab.page.get_by_text("No incidents match these filters.")).to_be_visible()
    expect(tab.page.locator(".st-key-embed-line")).to_contain_text("zeppelin")
