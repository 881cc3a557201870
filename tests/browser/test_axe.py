"""axe-core finds no barrier on any page, in light and dark, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .driving import ROOT, Tab, Visit

AXE = ROOT / "node_modules/axe-core/axe.min.js"
"""Of the version that package.json pins; ``make test`` installs it."""
SELECTED = "TJKG-2022-09-14-bulakbashi"
PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/", {"id": SELECTED, "type": "Battles"}),
    ("/", {"q": "zeppelin"}),
    ("/", {"embed": "true"}),
    ("/patterns", {}),
    ("/border", {}),
    ("/actor", {"actor": "Taliban"}),
    ("/records", {"id": SELECTED}),
    ("/explore", {}),
    ("/changes", {"since": "1.0.0"}),
    ("/sources", {}),
    ("/reopen", {}),
    ("/incident", {"id": SELECTED}),
)
NOT_OURS = ["[data-testid=stFileUploaderDropzone]", ".brush_brush, .brush_brush_bg"]
"""Streamlit's has a label and says that it is presentational; Vega's, the two unseen boxes of a
brush, say that they are pictures. Both are of no consequence, and not ours to mend."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
RUN = """async exclude => {
  const found = await axe.run({ include: document, exclude }, { resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all, none }) =>
      `${id}: ${html.slice(0, 160)}: ${[...any, ...all, ...none].map(one => one.message)}`));
}"""


def barriers(page: Page) -> list[str]:
    """What axe-core objects to on a page and in its frames."""
    for frame in page.frames:
        frame.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, NOT_OURS)
    return found


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark", **PHONE}], ids=["light", "dark phone"]
)
def test_no_page_has_a_barrier(visit: Visit, options: dict[str, Any]) -> None:
    tab = visit(**options)
    found = {}
    for path, parameters in PAGES:
        _open(tab, path, parameters)
        expect(tab.page.get_by_test_id("stSkeleton")).to_have_count(0)  # all has its code by then
        if met := barriers(tab.page):
            found[path, str(parameters)] = met
    assert not found


def _open(tab: Tab, path: str, parameters: dict[str, Any]) -> None:
    if path == "/":
        tab.open_map(**parameters)
    else:
        tab.open(path, **parameters)


WALK = """() => {
  let node = document.activeElement;
  for (;;) {
    const inner = node?.shadowRoot?.activeElement ?? node?.contentDocument?.activeElement;
    if (!inner || inner.tagName === "BODY") break;
    node = inner;
  }
  return node ? node.tagName + " " + (node.getAttribute("aria-label") || node.textContent) : "";
}"""


def test_the_atlas_has_at_most_forty_stops(tab: Tab) -> None:
    tab.open_map(type="Battles").quiet()
    stops: list[str] = []
    while True:
        tab.page.keyboard.press("Tab")
        at: str = tab.page.evaluate(WALK)
        if at.startswith("BODY") or len(stops) > 60:
            break
        stops.append(at)
    assert 15 < len(stops) <= 40, stops


@pytest.mark.parametrize("size", [(720, 450), (360, 225)], ids=["200 %", "400 %"])
def test_nothing_is_lost_when_all_is_enlarged(visit: Visit, size: tuple[int, int]) -> None:
    """A window of 1440 by 900 that is zoomed to 200 or 400 % has so many pixels of its own."""
    tab = visit(viewport={"width": size[0], "height": size[1]})
    tab.open_map(id=SELECTED)
    for node in (tab.page.locator("html"), tab.page.locator("[data-testid=stMain]")):
        assert node.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    drawer = tab.detail.bounding_box()
    assert drawer and drawer["height"] <= size[1]
    expect(tab.detail.get_by_role("button", name="Close")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.detail).to_have_count(0)
    tab.items.last.scroll_into_view_if_needed()
    tab.items.last.click()
    expect(tab.title).to_be_visible()


def test_targets_are_large_enough(visit: Visit) -> None:
    tab = visit(**PHONE)
    tab.open_map(type="Battles")
    small = tab.page.locator("[data-testid=stMain] :is(button, a, input, summary):visible")
    sizes = small.evaluate_all(
        "nodes => nodes.map(n => [n.getBoundingClientRect(), n.textContent])"
        ".filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24))"
        ".map(([box, text]) => `${text} ${box.width} ${box.height}`)"
    )
    assert sizes == []
