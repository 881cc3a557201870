"""The map: picking, stepping, Play, names, tiles; by mouse, by keyboard and by touch."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from patience import until
from playwright.sync_api import Locator, Route, expect

from geo import places
from geo.collection import memory
from geo.collection.packaged import Packaged
from geo.model import Filter
from geo.package.load import Package
from geo.places import MEANING

from .driving import LIST, Tab, Visit, newest_first

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xfc\xff\xff\xff\x7f\0\x09\xfb\x03\xfd*\x86\xe3\x8a\0\0\0\0IEND\xaeB`\x82"
)


def members(package: Package, asked: Filter | None = None) -> dict[int, list[int]]:
    """Site -> rows of its incidents."""
    rows = memory.select(package, asked or Filter())
    features = places.features(package, rows)["features"]
    return {f["properties"]["n"]: [m[0] for m in f["properties"]["m"]] for f in features}


def in_sight(package: Package, at_least: int, asked: Filter | None = None) -> int:
    """A site with so many incidents or more, on the borders, so that the map opens on it."""
    borders = {s.number for s in places.sites(package) if s.layer == "borders"}
    here = members(package, asked)
    return next(site for site in sorted(borders & set(here)) if len(here[site]) >= at_least)


def test_a_click_steps_through_all_incidents_of_a_place(tab: Tab, embedded: Package) -> None:
    tab.open_map(country="KG")
    asked = Filter(chosen={"country": ("KG",)})
    site = in_sight(embedded, 3, asked)
    rows = members(embedded, asked)[site]
    titles = embedded.incidents["title"]
    text = tab.symbol(site).locator("text")
    expect(text).to_have_text(str(len(rows)))
    for number, row in enumerate([*rows, rows[0]]):
        tab.symbol(site).click()
        expect(tab.title).to_have_text(titles.iat[row])
        expect(tab.chosen.locator(".title")).to_have_text(titles.iat[row])
        expect(text).to_have_text(f"{number % len(rows) + 1}/{len(rows)}")
        tab.wait_for_address(id=embedded.incidents["id"].iat[row])
    tab.page.get_by_role("button", name="›").click()
    expect(tab.title).to_have_text(titles.iat[rows[1]])
    expect(text).to_have_text(f"2/{len(rows)}")
    for _ in range(2):
        tab.page.get_by_role("button", name="‹").click()
    expect(tab.title).to_have_text(titles.iat[rows[-1]])
    expect(tab.detail.get_by_text(f"{len(rows)} of {len(rows)} here")).to_be_visible()
    tab.page.get_by_role("button", name="Close").click()
    expect(tab.detail).to_have_count(0)
    expect(text).to_have_text(str(len(rows)))
    assert "id" not in tab.address()


def test_the_list_and_the_map_show_the_same_choice(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    titles = embedded.incidents["title"]
    order = newest_first(embedded, Filter())
    first = titles.iloc[order[:4]].tolist()
    tab.items.first.focus()
    for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("Home", 0), ("ArrowDown", 1)):
        tab.page.keyboard.press(key)
        expect(tab.items.nth(at)).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.title).to_have_text(first[1])
    expect(tab.chosen.locator(".title")).to_have_text(first[1])
    # What is picked on the map is brought into the list, whatever page it is on.
    site = in_sight(embedded, 2)
    tab.symbol(site).click()
    expect(tab.chosen.locator(".title")).to_have_text(titles.iat[members(embedded)[site][0]])
    expect(tab.chosen).to_be_in_viewport()
    tab.chosen.focus()
    tab.page.keyboard.press("Escape")
    expect(tab.detail).to_have_count(0)


def test_the_list_is_leafed_through_to_its_end(tab: Tab, embedded: Package) -> None:
    tab.open_map(border="TJ-KG", from_="2022-09-01", to="2022-09-30")
    asked = Filter(date(2022, 9, 1), date(2022, 9, 30), chosen={"border": ("TJ-KG",)})
    titles = embedded.incidents["title"].iloc[newest_first(embedded, asked)].tolist()
    head, shown = tab.page.locator(".marz-list h2"), tab.page.locator(f"{LIST} .title")
    read: list[str] = []
    while len(read) < len(titles):
        expect(head).to_have_text(re.compile(rf"^{len(read) + 1}–\d+ of {len(titles)}$"))
        read += shown.all_text_contents()
        if len(read) < len(titles):
            tab.page.get_by_role("button", name="Next incidents").click()
    assert read == titles
    expect(tab.page.get_by_role("button", name="Next incidents")).to_be_disabled()
    tab.page.get_by_role("button", name="Newest first").click()
    expect(head).to_have_text(re.compile(r"^1–"))
    tab.wait_for_address(order="oldest")
    oldest = Packaged(embedded).rows(asked, limit=1, newest_first=False)
    expect(shown.first).to_have_text(oldest.column("title")[0].as_py())


def test_the_detail_holds_the_record_with_its_claims(tab: Tab, embedded: Package) -> None:
    claimed = embedded.claims["incident_id"].value_counts().index[0]
    tab.open_map(id=claimed)
    row = embedded.incidents.set_index("id").loc[claimed]
    expect(tab.title).to_have_text(row["title"])
    shown = tab.texts(tab.detail)
    assert row["summary"] in shown
    for claim in embedded.claims[embedded.claims["incident_id"] == claimed].to_dict("records"):
        assert claim["statement"] in shown
        assert any(text.startswith(f"{claim['claimant']} · ") for text in shown)
    assert any("¶" in text for text in shown)
    cited = embedded.citations.set_index("incident_id").loc[[claimed], "source_id"]
    addresses = [url for url in embedded.sources.set_index("id").loc[cited, "url"] if url]
    links = tab.detail.get_by_role("link", name="Open", exact=True)
    expect(links).to_have_count(len(addresses))
    assert links.evaluate_all("nodes => nodes.map(node => node.href)") == addresses


def test_the_map_by_keyboard(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    here = members(embedded)
    tab.map.focus()
    at = tab.view()
    reached: list[int] = []
    for _ in range(12):
        tab.page.keyboard.press("Tab")
        site = tab.frame.evaluate("() => document.activeElement.dataset.site")
        if site is not None:
            reached.append(int(site))
    assert len(reached) == 1  # one stop for all, and Tab gets out of it again
    assert tab.view() == at
    tab.map.locator(".marz-symbol[tabindex='0']").focus()
    tab.page.keyboard.press("Home")
    active = "() => Number(document.activeElement.dataset.site)"
    walked = [tab.frame.evaluate(active)]
    for _ in range(len(tab.groups()) - 1):
        tab.page.keyboard.press("ArrowRight")
        walked.append(tab.frame.evaluate(active))
    assert sorted(walked) == sorted(tab.groups())  # each once: none is left out
    tab.page.keyboard.press("ArrowDown")
    assert tab.frame.evaluate(active) == walked[0]
    tab.page.keyboard.press("End")
    assert tab.frame.evaluate(active) == walked[-1]
    tab.page.keyboard.press("ArrowLeft")
    assert tab.frame.evaluate(active) == walked[-2]
    expect(tab.map.locator(".marz-symbol[tabindex='0']")).to_have_count(1)
    site = in_sight(embedded, 2)
    symbol = tab.map.locator(f".marz-symbol[data-site='{site}']")
    symbol.focus()
    for row in here[site][:2]:
        tab.page.keyboard.press("Enter")
        expect(tab.title).to_have_text(embedded.incidents["title"].iat[row])
        expect(symbol).to_be_focused()
    assert "incident" in (symbol.get_attribute("aria-label") or "")


def test_annotations_are_drawn_by_mouse_and_by_keys(tab: Tab) -> None:
    tab.open_map(id="TJAF-2018-08-26-airstrikes")
    frame, keys = tab.map, tab.page.keyboard
    frame.get_by_role("button", name="Annotate the map").focus()
    keys.press("Enter")
    frame.get_by_role("button", name="Arrow").press("Enter")
    keys.press("Enter")  # the middle of the map
    box = frame.bounding_box()
    assert box
    tab.page.mouse.click(box["x"] + box["width"] / 2 + 80, box["y"] + box["height"] / 2 - 60)
    expect(frame.get_by_label("Words of the annotation")).to_be_focused()
    keys.type("<i>This way</i>")
    keys.press("Enter")
    expect(frame.locator(".marz-words")).to_have_text("<i>This way</i>")
    tab.page.wait_for_url(re.compile(r"note=arrow.*This\+way"), wait_until="commit")
    expect(tab.title).to_be_visible()  # a click that places opens and closes nothing
    frame.get_by_role("button", name="Remove the last").click()
    expect(frame.locator(".marz-words")).to_have_count(0)
    tab.page.wait_for_url(lambda url: "note=" not in url, wait_until="commit")


def test_a_filter_keeps_frame_and_view(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    tab.frame.evaluate("() => { window.mark = 'mine'; }")
    tab.map.locator(".leaflet-control-zoom-in").click()
    tab.page.wait_for_url(re.compile(r"at="), wait_until="commit")
    view = tab.view()
    tab.facet("Border").last.click()
    border = Filter(chosen={"border": ("TJ-KG",)})
    tab.agrees(embedded, border)
    # One that lies in view: the map goes to any other.
    west, south, east, north = tab.frame.evaluate(
        "() => { const b = map_div.getBounds().pad(-0.1);"
        " return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"
    )
    sites = [places.site_of(embedded, row) for row in newest_first(embedded, border)]
    seen = [s is not None and west < s.lon < east and south < s.lat < north for s in sites]
    tab.items.nth(seen.index(True)).click()
    expect(tab.chosen).to_have_count(1)
    tab.facet("Border").last.click()
    tab.agrees(embedded, Filter())
    assert tab.frame.evaluate("() => window.mark") == "mine"
    # streamlit-folium alone would have kept every layer that it ever drew.
    assert tab.frame.evaluate("() => window.feature_group.length") == 1
    # A frame that has become a pixel taller shows half a pixel more on each side.
    assert tab.view() == pytest.approx(view, abs=0.01)


def test_who_comes_back_finds_the_map_as_it_was_left(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    opened = tab.view()
    tab.map.locator(".leaflet-control-zoom-in").click()
    tab.page.wait_for_url(re.compile(r"at="), wait_until="commit")
    view = tab.view()
    assert view != pytest.approx(opened)
    tab.page.get_by_role("link", name="Records").click()
    expect(tab.page.get_by_test_id("stDataFrame")).to_be_visible()
    tab.page.get_by_role("link", name="Atlas").click()
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"."))
    # Leaflet puts the middle on a whole pixel, which is this wide here.
    assert tab.view() == pytest.approx(view, abs=1e-2)


def test_play_moves_the_playhead_and_stop_restores(tab: Tab, embedded: Package) -> None:
    tab.open_map(from_="1999-01-01")
    expect(tab.items.first).to_be_visible()
    expect(tab.told).to_contain_text("incidents")
    tab.quiet()  # every part has come, with its script
    before, sent, asked = tab.counts(), tab.sent(), len(tab.watch.asked)
    tab.page.get_by_role("combobox", name="Speed of Play").select_option("4×")
    tab.page.get_by_role("button", name="Play").click()
    until(lambda: int(tab.map.get_attribute("data-until") or 0) > 12_000)
    tab.page.get_by_role("button", name="Pause").click()
    head = tab.page.get_by_role("slider", name="Day that Play has reached")
    head.press("Home")
    expect(head).to_have_attribute("aria-valuetext", "31 January 1999")
    expect(tab.told).to_contain_text("to 31 January 1999")
    frame = embedded.incidents.iloc[memory.select(embedded, Filter(start=date(1999, 1, 1)))]
    begun = frame[frame["start"].where(frame["start"] > -(2**30), frame["end"]) <= 10_622]
    rows = begun.index.to_numpy()
    drawn = places.features(embedded, rows)["features"]
    assert sum(tab.counts().values()) == sum(len(one["properties"]["m"]) for one in drawn)
    assert 0 < sum(tab.counts().values()) < sum(before.values())
    head.press("End")
    assert tab.counts() == before
    tab.page.get_by_role("button", name="Stop and show all").click()
    expect(tab.map).not_to_have_attribute("data-until", re.compile(""))
    expect(head).to_be_hidden()
    assert tab.counts() == before
    # Time passes in the browser alone.
    assert (tab.sent(), tab.watch.asked[asked:]) == (sent, [])


OVERLAPS = """() => {
  const boxes = [];
  const add = (kind, text, box) => boxes.push({ kind, text,
    box: [box.left + 1, box.top + 1, box.right - 1, box.bottom - 1] });
  for (const node of document.querySelectorAll("[data-name]")) {
    add("name", node.textContent, node.getBoundingClientRect());
  }
  for (const node of document.querySelectorAll(".leaflet-left .leaflet-bar")) {
    add("button", node.textContent, node.getBoundingClientRect());
  }
  for (const node of document.querySelectorAll(".marz-symbol svg")) {
    // The drawing has a margin of three pixels around its circles.
    const box = node.getBoundingClientRect();
    boxes.push({ kind: "symbol", text: node.parentNode.title,
      box: [box.left + 3, box.top + 3, box.right - 3, box.bottom - 3] });
  }
  for (const node of document.querySelectorAll(".marz-border-name")) {
    const matrix = node.getScreenCTM();
    for (let n = 0; n < node.getNumberOfChars(); n++) {
      const sign = node.getExtentOfChar(n);
      const middle = new DOMPoint(sign.x + sign.width / 2, sign.y + sign.height / 2)
        .matrixTransform(matrix);
      boxes.push({ kind: "border", text: node.textContent,
        box: [middle.x - 3, middle.y - 3, middle.x + 3, middle.y + 3] });
    }
  }
  const found = [];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    if (a.kind === b.kind && a.kind === "border" && a.text === b.text) return;
    if (a.kind === "symbol" && b.kind === "symbol") return;
    if (a.box[0] < b.box[2] && b.box[0] < a.box[2] && a.box[1] < b.box[3] && b.box[1] < a.box[3]) {
      found.push(`${a.kind} ${a.text} / ${b.kind} ${b.text}`);
    }
  }));
  return { names: boxes.filter((b) => b.kind === "name").length, found };
}"""


@pytest.mark.parametrize("language", ["", "ru"])
def test_names_symbols_and_buttons_leave_each_other_room(tab: Tab, language: str) -> None:
    tab.open_map(lang=language)
    for view in (None, [40.0, 70.5, 8], [40.05, 70.8, 10]):
        if view:
            tab.frame.evaluate(
                "v => { map_div.setView(v.slice(0, 2), v[2], { animate: false }); }", view
            )
        laid: dict[str, Any] = tab.frame.evaluate(OVERLAPS)
        assert laid["names"] > 3
        assert laid["found"] == [], view


def test_tiles_are_asked_for_only_when_switched_on(tab: Tab) -> None:
    host = "tile.openstreetmap.org"

    def answer(route: Route) -> None:
        route.fulfill(body=PIXEL, content_type="image/png")

    tab.page.context.route(f"https://{host}/**", answer)
    tab.open_map()
    assert tab.watch.strangers() == []
    tab.page.get_by_role("button", name="Map options").click()
    toggle = tab.page.locator("[data-testid=stCheckbox]").get_by_text("Online background map")
    tab.watch.allowed.add(host)
    with tab.page.expect_request(f"https://{host}/**"):
        toggle.click()
    expect(tab.map.locator(".leaflet-tile-loaded")).not_to_have_count(0)
    expect(tab.map.locator("img.leaflet-image-layer")).to_have_count(0)
    toggle.click()
    expect(tab.map.locator(".leaflet-tile")).to_have_count(0)
    expect(tab.map.locator("img.leaflet-image-layer")).to_be_visible()
    # What goes out is the address of a tile, and neither the filter nor the record looked at.
    tiles = [url for url in tab.watch.asked if host in url]
    assert all(re.fullmatch(rf"https://{host}/\d+/\d+/\d+\.png", url) for url in tiles)


def test_names_in_another_language(tab: Tab) -> None:
    tab.open_map()
    tab.page.get_by_role("button", name="Map options").click()
    tab.pick("Names in", "Русский")
    expect(tab.map.locator("[data-name]").get_by_text("Душанбе").first).to_be_visible()
    expect(tab.map.locator(".marz-legend")).to_contain_text(MEANING["ru"])
    tab.wait_for_address(lang="ru")


def test_on_a_telephone(visit: Visit, embedded: Package) -> None:
    tab = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    tab.open_map()
    expect(tab.page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")
    wide = "node => node.scrollWidth - node.clientWidth"
    for node in (tab.page.locator("html"), tab.page.locator("[data-testid=stMain]")):
        assert node.evaluate(wide) <= 0
    assert tab.frame.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    expect(tab.map).to_be_in_viewport()
    site = in_sight(embedded, 2)
    tab.symbol(site).tap()
    row = members(embedded)[site][0]
    expect(tab.title).to_have_text(embedded.incidents["title"].iat[row])
    expect(tab.title).to_be_in_viewport()
    drawer = tab.detail.bounding_box()
    assert drawer and drawer["height"] <= 844
    tab.page.get_by_role("button", name="Close").tap()
    expect(tab.detail).to_have_count(0)
    item: Locator = tab.items.nth(1)
    item.scroll_into_view_if_needed()
    title = item.locator(".title").text_content() or ""
    item.tap()
    expect(tab.title).to_have_text(title)
    for node in (tab.page.locator("html"), tab.page.locator("[data-testid=stMain]")):
        assert node.evaluate(wide) <= 0


def test_the_browser_moves_the_map_as_one_layer(tab: Tab) -> None:
    tab.open_map()
    expect(tab.map.locator(".leaflet-ground-pane path").first).to_be_attached()
    tab.map.get_by_role("button", name="Zoom in").click()
    expect(tab.map).not_to_have_class(re.compile(r"\bmarz-zooming\b"))
    moved = tab.frame.evaluate(
        """() => [...map_div.getPanes().mapPane.querySelectorAll("*")]
            .filter(({ style }) => style.transform)
            .map((node) => [node, node.style.transform.split("(")[0]])
            .map(([node, how]) => [how, getComputedStyle(node).willChange])"""
    )
    assert {tuple(one) for one in moved} == {("translate", "auto")}
    # Each canvas would be copied for each frame.
    assert tab.map.locator(".leaflet-map-pane canvas").count() == 0
    whole = "() => getComputedStyle(map_div.getPanes().mapPane).willChange"
    assert tab.frame.evaluate(whole) == "transform"


def test_near_points_gather_and_open(tab: Tab, embedded: Package) -> None:
    """A gathered symbol opens on a click and by key, and no incident is lost on the way."""
    tab.open_map()
    wanted = {site: len(rows) for site, rows in members(embedded).items()}
    assert tab.counts() == wanted
    lead, gathered = max(tab.groups().items(), key=lambda pair: len(pair[1]))
    assert len(gathered) > 3, "Batken and Isfara are too close together for the first view"
    points = {site.number for site in places.sites(embedded) if site.is_point}
    assert set(gathered) <= points, "lines and areas never gather"
    zoom = tab.view()[2]
    tab.symbol(lead).click()
    expect(tab.map).to_have_class(re.compile(r"^((?!marz-zooming|leaflet-zoom-anim).)*$"))
    tab.page.wait_for_url(re.compile(r"at="), wait_until="commit")
    assert tab.view()[2] > zoom
    assert tab.counts() == wanted
    assert len(tab.groups()) > 1
    # Closer in, all stand by themselves.
    tab.frame.evaluate("() => { map_div.setView([39.95, 70.55], 11, { animate: false }); }")
    assert all(len(sites) == 1 for sites in tab.groups().values())
    assert tab.counts() == wanted
    tab.frame.evaluate("() => { map_div.setView([39.95, 70.55], 7, { animate: false }); }")
    lead = max(tab.groups().items(), key=lambda pair: len(pair[1]))[0]
    tab.map.locator(f".marz-symbol[data-site='{lead}']").focus()
    tab.page.keyboard.press("Enter")
    tab.frame.wait_for_function("() => map_div.getZoom() >= 8")


def test_no_point_hides_another(tab: Tab) -> None:
    tab.open_map()
    for zoom in (6.5, 9):
        tab.frame.evaluate(
            "zoom => { map_div.setView([39.9, 70.4], zoom, { animate: false }); }", zoom
        )
        middles = tab.map.evaluate(
            """map => [...map.querySelectorAll(".marz-symbol svg")].map(node => {
                const box = node.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2];
            })"""
        )
        for number, (x, y) in enumerate(middles):
            for a, b in middles[number + 1 :]:
                assert abs(x - a) > 9 or abs(y - b) > 9


def test_land_far_away_is_asked_for_only_when_it_is_in_view(tab: Tab) -> None:
    def asked() -> list[str]:
        return [url for url in tab.watch.asked if url.endswith("/world.json")]

    tab.open_map()
    expect(tab.map.locator(".leaflet-line-pane path").first).to_be_attached()
    assert not asked()
    sheet = tab.frame.locator(".leaflet-world-pane svg")
    expect(sheet).to_have_count(0)
    tab.frame.evaluate("() => { map_div.setView([30, 60], 4, { animate: false }); }")
    expect(sheet).to_have_count(1)
    colours = sheet.locator("path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('fill'))"
    )
    # Land, and the ground of the finer layers, which hide it.
    assert set(colours) == {"#e3e0da", "#f3f1ec"}
    assert len(asked()) == 1
