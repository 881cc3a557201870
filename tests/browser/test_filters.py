"""Filters, timeline and address: whatever is changed, everything shown agrees."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from geo import places
from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package

from .driving import Tab, Visit, newest_first


def test_the_first_screen_shows_everything(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    tab.agrees(embedded, Filter())
    relief = tab.map.locator("img.leaflet-image-layer")
    expect(relief).to_be_visible()
    assert relief.evaluate("image => image.complete && image.naturalWidth") > 100
    expect(tab.map.locator(".leaflet-line-pane path")).not_to_have_count(0)
    named = tab.map.locator(".marz-border-name")
    expect(named).to_have_count(2)
    lines = embedded.layers["borders"]
    assert set(named.all_text_contents()) == set(lines["name"])
    shown = tab.symbols.evaluate_all(
        "nodes => nodes.map(n => [n.dataset.count, (n.querySelector('text') || {}).textContent])"
    )
    # A tag on a line or an area says 1 as well; a single point needs no number.
    assert all(text == count or (text is None and count == "1") for count, text in shown)
    # Sentence, map, timeline and the top of the list are on the first screen.
    chart = tab.timeline.bounding_box()
    assert chart and chart["y"] + chart["height"] <= 900
    expect(tab.items.first).to_be_in_viewport()


def test_a_country_changes_everything_alike(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    label = "Countries involved"
    tab.facet(label).filter(has_text="Kyrgyzstan").click()
    tab.agrees(embedded, Filter(chosen={"country": ("KG",)}))
    tab.facet(label).filter(has_text="Afghanistan").click()
    tab.agrees(embedded, Filter(chosen={"country": ("AF", "KG")}))
    tab.wait_for_address(from_=None, to=None)
    assert set(tab.address()["country"]) == {"AF", "KG"}
    tab.page.get_by_role("button", name="Clear all filters").first.click()
    tab.agrees(embedded, Filter())
    assert "country" not in tab.address()


def test_options_chosen_one_after_the_other_are_all_taken(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    # At once, as by a quick hand: what the server says of the first must not undo the next.
    tab.page.evaluate(
        """() => {
          const press = (words) => [...document.querySelectorAll(".marz-facets .pill")]
            .find((node) => node.textContent.startsWith(words)).click();
          for (const words of ["Battles", "Riots", "Protests"]) press(words);
          for (const words of ["Tajikistan–Kyrgyzstan", "Protests"]) press(words);
        }"""
    )
    tab.agrees(embedded, Filter(chosen={"type": ("Battles", "Riots"), "border": ("TJ-KG",)}))
    assert set(tab.address()["type"]) == {"Battles", "Riots"}


def test_what_is_folded_away_is_found_by_name(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    tab.unfold("More filters")
    actors = tab.page.locator(".marz-facets fieldset").filter(
        has=tab.page.get_by_text("Actors", exact=True)
    )
    actors.locator("summary").click()
    rare = actors.locator("details .pill").last
    name = (rare.locator("span").first.text_content() or "").strip()
    actors.get_by_role("searchbox", name="Find an option").fill(name.upper())
    expect(actors.locator("details .pill").filter(visible=True)).to_have_count(1)
    rare.click()
    tab.agrees(embedded, Filter(chosen={"actor": (name,)}))
    # What was typed and where the reader is stay, though other actors are commonest now.
    expect(rare).to_have_attribute("aria-pressed", "true")
    expect(rare).to_be_focused()
    expect(actors.locator("details .pill").filter(visible=True)).to_have_count(1)


def test_typed_dates_and_what_within_means(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    tab.unfold("Dates")
    for name, digits in (("From", "20110501"), ("To", "20111231")):
        tab.page.get_by_role("spinbutton", name=f"year, {name}").click()
        tab.page.keyboard.type(digits)
        tab.page.keyboard.press("Escape")
        tab.wait_for_address(**{name.lower(): f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"})
    window: dict[str, Any] = {"start": date(2011, 5, 1), "end": date(2011, 12, 31)}
    tab.agrees(embedded, Filter(**window))
    tab.page.get_by_role("radio", name="Certainly").click()
    tab.agrees(embedded, Filter(**window, match="certainly"))
    rows = [
        len(memory.select(embedded, Filter(**window, match=m))) for m in ("possibly", "certainly")
    ]
    assert rows[0] > rows[1] > 0


def test_the_handles_by_keyboard(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    first = tab.page.get_by_role("slider", name="First day shown")
    first.focus()
    tab.quiet()
    sent = tab.sent()
    for key in ("PageUp", "PageUp", "ArrowRight"):
        tab.page.keyboard.down(key)
    start = memory.extent(embedded)[0]
    begun = date(start.year + 2, start.month, 1)
    begun = (begun + timedelta(days=31)).replace(day=1)
    expect(first).to_have_attribute("aria-valuetext", f"{begun:%-d %B %Y}")
    asked = Filter(start=begun)
    expect(tab.map).to_have_attribute("data-shown", str(mapped(embedded, asked)))
    assert tab.sent() == sent  # nobody is asked while keys are held
    tab.page.keyboard.up("ArrowRight")
    tab.wait_for_address(from_=begun.isoformat(), to=None)
    tab.agrees(embedded, asked)


def mapped(package: Package, asked: Filter) -> int:
    """How many of the incidents that a filter leaves have a place."""
    found = places.features(package, memory.select(package, asked))["features"]
    return sum(len(feature["properties"]["m"]) for feature in found)


@pytest.mark.parametrize("match", ["possibly", "certainly"])
def test_a_drag_moves_map_and_count_without_the_server(
    tab: Tab, embedded: Package, match: str
) -> None:
    tab.open_map(match=match)
    tab.quiet()
    x, y = tab.years(2012, 2020)
    sent = tab.sent()
    tab.page.mouse.move(x[0] + 1, y)
    tab.page.mouse.down()
    for share in (0.25, 0.5, 0.75, 1):
        tab.page.mouse.move(x[0] + 1 + (x[1] - x[0]) * share, y)
    asked = Filter(start=date(2012, 1, 1), end=date(2020, 1, 31), match=match)
    # At once: whoever waits here would not see what comes a moment too late.
    shown = tab.map.evaluate("node => node.dataset.shown"), tab.told.text_content()
    number = len(memory.select(embedded, asked))
    said = f"1 January 2012 – 31 January 2020 · {number} of {len(embedded.incidents)} incidents"
    assert shown == (str(mapped(embedded, asked)), said)
    assert sum(tab.counts().values()) == mapped(embedded, asked)
    assert tab.sent() == sent
    tab.page.mouse.up()
    tab.wait_for_address(from_="2012-01-01", to="2020-01-31")
    tab.agrees(embedded, asked)
    tab.settled()
    assert tab.sent() == sent + 1

    # Held by its middle, the brush moves both days, as many months apart.
    x, y = tab.years(2014, 2016)
    tab.page.mouse.move(x[0], y)
    tab.page.mouse.down()
    tab.page.mouse.move(x[1], y, steps=3)
    tab.page.keyboard.press("Escape")  # taken back
    tab.page.mouse.up()
    tab.page.mouse.move(x[0], y)
    tab.page.mouse.down()
    tab.page.mouse.move(x[1], y, steps=3)
    tab.page.mouse.up()
    tab.wait_for_address(from_="2014-01-01", to="2022-01-31")
    tab.agrees(embedded, Filter(start=date(2014, 1, 1), end=date(2022, 1, 31), match=match))
    tab.page.get_by_role("button", name="All dates").click()
    tab.agrees(embedded, Filter(match=match))
    assert tab.sent() == sent + 3


def test_new_dates_are_answered_before_the_page_runs(tab: Tab) -> None:
    ended: list[str] = []

    def hear(content: str | bytes) -> None:
        message = ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
        if message.WhichOneof("type") == "script_finished":
            ended.append(ForwardMsg.ScriptFinishedStatus.Name(message.script_finished))

    tab.page.on("websocket", lambda socket: socket.on("framereceived", hear))
    tab.open_map()
    tab.quiet()
    ended.clear()
    handle = tab.page.locator(".timeline [data-grip=to]")
    handle.focus()
    handle.press("PageDown")
    tab.page.wait_for_url(re.compile("to="), wait_until="commit")
    tab.quiet()
    assert ended == ["FINISHED_EARLY_FOR_RERUN", "FINISHED_SUCCESSFULLY"]
    ended.clear()
    tab.facet("Border").last.click()  # moves the map too, which only the page does
    tab.wait_for_address(border="TJ-KG")
    tab.quiet()
    assert ended == ["FINISHED_SUCCESSFULLY"]


def test_search_reads_other_scripts(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    field = tab.page.get_by_role("textbox", name="Search")
    field.fill("Исфара")
    field.press("Enter")
    tab.agrees(embedded, Filter(text="Исфара"))
    assert len(memory.select(embedded, Filter(text="Исфара"))) > 0


def test_the_address_restores_the_view(visit: Visit, embedded: Package) -> None:
    one = visit().open_map(country="KG", from_="2022-10-01", match="certainly")
    asked = Filter(start=date(2022, 10, 1), match="certainly", chosen={"country": ("KG",)})
    one.agrees(embedded, asked)
    chosen = embedded.incidents["title"].iat[newest_first(embedded, asked)[1]]
    one.items.nth(1).click()
    expect(one.title).to_have_text(chosen)
    one.map.locator(".leaflet-control-zoom-in").click()
    one.page.wait_for_url(re.compile(r"at="), wait_until="commit")
    one.map.focus()
    one.page.keyboard.press("ArrowUp")
    before = one.page.url
    one.page.wait_for_url(lambda url: url != before, wait_until="commit")
    view = one.view()
    assert [float(part) for part in one.address()["at"][0].split(",")] == pytest.approx(
        view, abs=0.006
    )

    two = visit()
    two.page.goto(one.page.url)
    two.settled()
    two.agrees(embedded, asked)
    expect(two.title).to_have_text(chosen)
    expect(two.chosen.locator(".title")).to_have_text(chosen)
    assert two.view() == pytest.approx(view, abs=0.02)
    assert two.address() == one.address()


def test_readers_do_not_see_each_other(visit: Visit, embedded: Package) -> None:
    one = visit().open_map(country="AF")
    one.items.first.click()
    expect(one.chosen).to_have_count(1)
    two = visit().open_map()
    two.agrees(embedded, Filter())
    expect(two.chosen).to_have_count(0)
    two.facet("Border").last.click()
    two.agrees(embedded, Filter(chosen={"border": ("TJ-KG",)}))
    one.agrees(embedded, Filter(chosen={"country": ("AF",)}))
    expect(one.chosen).to_have_count(1)


def test_back_and_forward_take_filters_back_and_forth(tab: Tab, embedded: Package) -> None:
    tab.open_map(type="Battles")
    tab.facet("Border").first.click()
    both = Filter(chosen={"border": ("TJ-AF",), "type": ("Battles",)})
    tab.agrees(embedded, both)
    tab.wait_for_address(border="TJ-AF", type="Battles")
    tab.page.go_back()
    tab.agrees(embedded, Filter(chosen={"type": ("Battles",)}))
    tab.page.go_forward()
    tab.agrees(embedded, both)


def test_a_page_from_the_menu_keeps_the_filter(tab: Tab, embedded: Package) -> None:
    tab.open_map(type="Battles")
    tab.page.get_by_role("link", name="Patterns", exact=True).click()
    tab.wait_for_address(type="Battles")
    rows = memory.select(embedded, Filter(chosen={"type": ("Battles",)}))
    expect(tab.status).to_contain_text(f"{len(rows)} incidents")
