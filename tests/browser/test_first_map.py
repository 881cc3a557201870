"""The map as it opens, on five windows: what is named, what nothing covers, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from patience import until
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
    path.style.display !== "none" && Number(path.getAttribute("stroke-width")) >= 3);
  const points = drawn.flatMap((path) => {
    const matrix = path.getScreenCTM();
    const found = [];
    for (let at = 0; at <= path.getTotalLength(); at += 2) {
      found.push(path.getPointAtLength(at).matrixTransform(matrix));
    }
    return found;
  });
  const covering = (selector) => [...document.querySelectorAll(selector)].filter((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return points.some(({ x, y }) => x > left && x < right && y > top && y < bottom);
  }).map((node) => node.textContent);
  return { points: points.length, names: covering("[data-name]"),
    boxes: covering(".marz-legend, .marz-credits") };
}"""
"""What lies on a border in force: names, and legend and credits."""


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
