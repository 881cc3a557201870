"""What is taken away through the panel opens again as the same view; other files are explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo import address
from geo.export import state as file_state
from geo.model import Bbox, Filter, Scene, Sheet
from geo.package.load import Package

from .driving import Tab, Visit

ASKED = Filter(chosen={"border": ("TJ-KG",), "type": ("Battles",)}, text="Исфара")
ADDRESS = {"border": "TJ-KG", "q": "Исфара", "type": "Battles"}


def bounds(tab: Tab) -> Bbox:
    """What the map shows, as Leaflet says it."""
    found = tab.frame.evaluate("() => map_div.getBounds().toBBoxString()")
    return Bbox(*(float(value) for value in found.split(",")))


def test_a_picture_dropped_on_marz_is_the_same_view(
    tab: Tab, embedded: Package, visit: Visit, tmp_path: Path
) -> None:
    tab.open_map(**ADDRESS, at="39.9,70.2,8", lang="ru")
    tab.map.focus()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.page).not_to_have_url(re.compile("at=39.9%2C70.2%2C8"))
    panel = tab.choose("PNG")
    title = panel.get_by_label("Title", exact=True)
    title.fill("Battles near Isfara {{7*7}}")
    title.press("Enter")
    tab.pick("Extent", "Current map view")
    typed = panel.get_by_label("West, south, east, north")
    expect(typed).not_to_have_value("")
    bbox = address.bbox_of(typed.input_value())
    assert bbox == pytest.approx(bounds(tab), abs=5e-3)
    tab.pick("Look", "Greyscale")
    tab.pick("PNG resolution", "150 dpi")
    expect(panel.get_by_role("combobox", name="Resolution")).to_have_value("150 dpi")
    path = tmp_path / "map.png"
    tab.take("PNG").save_as(path)

    shown = address.read(embedded, file_state.read(path.read_bytes()).parameters).scene
    assert shown == Scene(
        query=ASKED,
        bbox=bbox,
        at=shown.at,
        language="ru",
        sheet=Sheet(style="grey", title="Battles near Isfara {{7*7}}", dpi=150),
    )
    assert shown.at and shown.at != (39.9, 70.2, 8)

    other = visit()
    other.open("/reopen")
    dropped = other.page.locator("input[type=file]")
    for name, content in (("a <b>.txt", b"hello"), ("b.png", path.read_bytes()[:200])):
        dropped.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        expect(other.page.get_by_text(f"“{name}”", exact=False).last).to_be_visible()
    dropped.set_input_files(path)
    told = other.page.locator(".st-key-reopened")
    expect(told).to_contain_text("“map.png”")
    expect(told).to_contain_text("The data have not changed since.")
    other.agrees(embedded, ASKED)
    assert other.address() == address.grouped(address.pairs(shown))
    assert other.view() == pytest.approx(list(shown.at), abs=1e-3)
    told.get_by_role("button", name="Dismiss").click()
    expect(told).to_have_count(0)


def test_the_map_shows_what_it_went_to_by_itself(tab: Tab) -> None:
    tab.open_map(border="TJ-KG", at="37.2,68.5,9")
    was = tab.view()
    tab.items.nth(3).click()
    expect(tab.chosen).to_have_count(1)
    tab.frame.wait_for_function("was => map_div.getCenter().lat !== was", arg=was[0])
    told = tab.frame.evaluate("() => window.marzValue")
    assert "view" not in (told or {})  # nobody touched the map
    panel = tab.choose("PNG")
    tab.pick("Extent", "Current map view")
    typed = panel.get_by_label("West, south, east, north")
    expect(typed).not_to_have_value("")
    assert address.bbox_of(typed.input_value()) == pytest.approx(bounds(tab), abs=5e-3)
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    lat, lon, zoom = tab.view()
    tab.wait_for_address(at=f"{lat:g},{lon:g},{zoom:g}")


def test_a_film_is_cancelled(tab: Tab) -> None:
    tab.open_map(border="TJ-KG")
    panel = tab.choose("GIF")
    begin = panel.get_by_role("button", name="Make GIF")
    begin.click()
    expect(panel.get_by_text(re.compile(r"Frame \d+ of \d+"))).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()
    expect(begin).to_be_visible()
    # The next one begins, so the first no longer holds the place of the one that is made.
    panel.get_by_role("radio", name="MP4").click()
    panel.get_by_role("button", name="Make MP4").click()
    expect(panel.get_by_text(re.compile(r"Frame \d+ of \d+"))).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "laid", "counted"),
    [
        ("PNG", {"each": "year", "preset": "a3", "dpi": "600"}, r"Map \d+ of \d+"),
        ("Bundle", {"preset": "a3", "dpi": "600"}, r"File \d+ of 13"),
    ],
)
def test_small_maps_and_a_bundle_are_cancelled(
    tab: Tab, label: str, laid: dict[str, str], counted: str
) -> None:
    tab.open_map(**laid)
    panel = tab.choose(label)
    begin = panel.get_by_role("button", name=f"Make {label}")
    begin.click()
    expect(panel.get_by_text(re.compile(rf"Making the {label} …|{counted}"))).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()
    expect(begin).to_be_visible()
    expect(panel.get_by_role("button", name=f"Download {label}")).to_have_count(0)
    # Nothing else is made at the same time: the film begins because the first one has stopped.
    panel.get_by_role("radio", name="GIF").click()
    panel.get_by_role("button", name="Make GIF").click()
    expect(panel.get_by_text(re.compile(r"Frame \d+ of \d+"))).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


def test_the_panel_fits_a_phone(visit: Visit) -> None:
    tab = visit(viewport={"width": 390, "height": 844})
    tab.open_map(border="TJ-KG")
    panel = tab.choose("Bundle")
    button = panel.get_by_role("button", name="Make Bundle")
    button.scroll_into_view_if_needed()
    for part in (panel.get_by_role("radio").first, button, panel.get_by_label("Title", exact=True)):
        box = part.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    button.click()
    with tab.page.expect_download() as coming:
        panel.get_by_role("button", name="Download Bundle").click()
    assert coming.value.suggested_filename.endswith(".zip")
