"""The map as it opens, on five windows: what is named, what nothing covers, in light and dark."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from patience import until
from PIL import Image
from playwright.sync_api import expect

from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package

from .driving import Tab, Visit
from .test_map import OVERLAPS

SIZES = [(1920, 1080), (1440, 900), (1280, 720), (768, 1024), (390, 844)]
NAMED = ("Dushanbe", "Batken", "Isfara")
ON_BORDERS = """() => {
  const drawn = [...document.querySelectorAll(".leaflet-line-pane path")].filter((path) =>
    path.style.visibility !== "hidden" && Number(path.getAttribute("stroke-width")) >= 3);
  const points = drawn.flatMap((path) => {
    const matrix = path.getScreenCTM();
    const found = [];
    for (let at = 0; at <= path.getTotalLength(); at += 2) {
      found.push(path.getPointAtLength(at).matrixTransform(matrix));
    }
    return found;
  });
  const covering = (selector, air) => [...document.querySelectorAll(selector)].filter((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return points.some(({ x, y }) =>
      x > left - air && x < right + air && y > top - air && y < bottom + air);
  }).map((node) => node.textContent);
  return { points: points.length, names: covering("[data-name]", 0),
    boxes: covering(".marz-legend, .marz-credits", 8) };
}"""
"""What lies on a border in force: names, and legend and credits with eight pixels of air."""


def opened(visit: Visit, width: int, height: int, **options: Any) -> Tab:
    """The atlas in a window of a size, with all of the map drawn."""
    small = {"has_touch": True, "is_mobile": True} if width < 400 else {}
    tab = visit(viewport={"width": width, "height": height}, **small, **options)
    tab.open_map()
    expect(tab.map.locator(".marz-legend")).to_be_visible()
    return tab


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_places_to_be_found_are_named(visit: Visit, width: int, height: int) -> None:
    tab = opened(visit, width, height)
    names = tab.map.locator("[data-name]")
    until(lambda: set(NAMED) <= set(names.all_text_contents()))
    assert tab.frame.evaluate(OVERLAPS)["found"] == []
    on_borders = tab.frame.evaluate(ON_BORDERS)
    assert on_borders["points"] > 100
    assert not set(NAMED) & set(on_borders["names"])
    # Who searches finds the place named, though the map is too small for all of its rank.
    for sought in ({"near": "vorukh,25"}, {"q": "Ворух"}):
        tab.open_map(**sought)
        expect(names.get_by_text("Vorukh", exact=True)).to_be_visible()


def test_the_place_under_the_selected_symbol_is_named(tab: Tab, embedded: Package) -> None:
    """Even one that is named at no such zoom by itself."""
    places = embedded.layers["places"].set_index("place_id")
    small = places.index[places["rank"].eq(4) & places.geometry.notna()]
    rows = memory.select(embedded, Filter())
    row = next(row for row in rows if embedded.incidents["place_id"].iat[row] in small)
    name = places["name"].loc[embedded.incidents["place_id"].iat[row]]
    tab.open_map()
    names = tab.map.locator("[data-name]")
    expect(names.get_by_text("Dushanbe", exact=True)).to_be_visible()
    expect(names.get_by_text(name, exact=True)).to_have_count(0)
    tab.open_map(id=embedded.incidents["id"].iat[row])
    expect(names.get_by_text(name, exact=True)).to_be_visible()


MEASURED = """() => {
  const texts = [...document.querySelectorAll("[data-name], .marz-border-name")];
  return texts.map((node) => {
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    const rgb = (node.dataset.name === undefined ? style.fill : style.color).match(/[0-9]+/g);
    return { text: node.textContent, rgb: rgb.map(Number),
      box: [box.x, box.y, box.right, box.bottom] };
  });
}"""
"""Ink and box of every name."""


def luminance(rgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Relative luminance as WCAG 2 defines it."""
    part = rgb / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    found: npt.NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def pixels(shot: bytes) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), float)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_dark_as_the_page_is_and_its_names_are_legible(
    visit: Visit, scheme: str
) -> None:
    tab = opened(visit, 1440, 900, color_scheme=scheme)
    expect(tab.map.locator("[data-name]").get_by_text("Dushanbe")).to_be_visible()
    root = tab.frame.locator("html")
    expect(root).to_have_attribute("data-theme", scheme)
    names = tab.frame.evaluate(MEASURED)
    assert len(names) > 10
    # What stands under a name, its halo with it.
    tab.frame.add_style_tag(
        content=".marz-name { color: transparent !important; }"
        ".marz-border-name { fill: transparent !important; }"
        ".leaflet-line-pane { visibility: hidden; }"
    )
    ground = luminance(pixels(tab.map.screenshot()))
    assert (np.median(ground) < 0.12) == (scheme == "dark")
    for name in names:
        left, top, right, bottom = (max(0, round(side)) for side in name["box"])
        ink = float(luminance(np.array(name["rgb"][:3], dtype=float)))
        under = float(np.median(ground[top:bottom, left:right]))
        contrast = (max(ink, under) + 0.05) / (min(ink, under) + 0.05)
        assert contrast >= 4.5, (name["text"], contrast)


def test_borders_are_light_on_dark_and_the_theme_is_followed(visit: Visit) -> None:
    tab = opened(visit, 1280, 720, color_scheme="dark")
    panes = ("line", "casing")
    drawn = [tab.map.locator(f".leaflet-{pane}-pane path").first for pane in panes]

    def shades() -> list[float]:
        found = [one.evaluate("n => getComputedStyle(n).stroke") for one in drawn]
        return [
            float(luminance(np.array([int(part) for part in re.findall(r"\d+", text)][:3], float)))
            for text in found
        ]

    line, casing = shades()
    assert line > 0.7 and casing < 0.05
    tab.page.emulate_media(color_scheme="light")
    expect(tab.frame.locator("html")).to_have_attribute("data-theme", "light")
    until(lambda: shades()[0] < 0.05 and shades()[1] > 0.9)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_legend_and_credits_cover_no_border(visit: Visit, width: int, height: int) -> None:
    tab = opened(visit, width, height)
    for box in (".marz-legend", ".marz-credits"):
        expect(tab.map.locator(box)).to_be_in_viewport()
    assert tab.frame.evaluate(ON_BORDERS)["boxes"] == []


def test_every_target_of_map_and_timeline_is_large_enough(tab: Tab) -> None:
    tab.open_map()
    expect(tab.timeline.get_by_role("button", name="Play")).to_be_visible()
    aims = ":is(a, button, select, summary, input, [role=slider], .marz-symbol > svg)"
    for part in (tab.map, tab.timeline):
        small = part.locator(aims).evaluate_all(
            "nodes => nodes.map(n => [n.outerHTML.slice(0, 80), n.getBoundingClientRect()])"
            ".filter(([, box]) => box.width && (box.width < 24 || box.height < 24))"
        )
        assert small == []


def test_who_wants_less_motion_sees_the_map_jump(visit: Visit) -> None:
    tab = visit(reduced_motion="reduce")
    tab.open_map()
    zoom = tab.view()[2]
    moves = tab.frame.evaluate(
        """() => {
          const seen = [];
          map_div.on("zoomanim", () => seen.push("zoom"));
          map_div.zoomIn();
          seen.push(map_div.getZoom());
          const before = map_div.getCenter().lng;
          map_div.panBy([40, 0]);
          seen.push(map_div.getCenter().lng !== before);
          return seen;
        }"""
    )
    assert moves == [zoom + 0.5, True]
    assert tab.frame.locator(".leaflet-fade-anim, .leaflet-zoom-anim").count() == 0


def test_dashed_is_the_border_of_another_time_alone(tab: Tab) -> None:
    tab.open_map()
    expect(tab.map.locator(".leaflet-mark-pane path").first).to_be_attached()
    expect(tab.map.locator(".leaflet-ground-pane path").first).to_be_attached()
    dashed = tab.frame.evaluate(
        """() => {
          const panes = new Set();
          map_div.eachLayer(({ options }) => {
            if (options.dashArray) panes.add(options.renderer?.options.pane ?? options.pane);
          });
          return [...panes];
        }"""
    )
    assert dashed == ["vintage"]
    row = tab.map.locator(".marz-legend .marz-row:has([stroke-dasharray])")
    expect(row).to_have_text("Line until 12 March 2025")
