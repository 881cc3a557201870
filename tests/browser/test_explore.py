"""A reader's own file on the page Your data: imported, set right, seen beside Marz's records.

The events are made up in the form of ACLED's exports; none is ACLED's.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, expect

from .driving import FRAME, Tab, Visit
from .test_hostile import nothing_ran

COLUMNS = (
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 "
    "actor2 iso country admin1 location latitude longitude geo_precision source notes fatalities"
).split()
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} ![](http://example.invalid/x.png) `"


def made_up(rows: int = 30, *, note: str = "Nothing of this happened.", bad: bool = True) -> str:
    """Incidents that nobody has recorded, one of them with an impossible day."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for n in range(rows):
        kind = ("Battles", "Protests", "Riots")[n % 3]
        day = f"2022-{1 + n % 12:02}-{1 + n % 28:02}"
        what = [f"TAJ{n + 1}", day, 2022, 1, "Made up", kind, "", f"Watchers of hill {n}", ""]
        where = [
            762,
            "Tajikistan",
            "Sughd",
            f"Village {n}",
            39.3 + n % 30 / 32,
            69.2 + n % 30 / 32,
            1,
        ]
        writer.writerow([*what, *where, "A test", note, n % 4])
    if bad:
        what = ["TAJ999", "2022-02-30", 2022, 1, "Made up", "Battles", "", "Watchers", ""]
        where = [762, "Tajikistan", "Sughd", "Nowhere", 39.5, 69.9, 1]
        writer.writerow([*what, *where, "A test", note, 0])
    return out.getvalue()


def take(tab: Tab, path: Path) -> None:
    """Drop a file and wait for the form of its columns."""
    tab.page.locator("input[type=file]").first.set_input_files(path)
    expect(tab.page.get_by_role("heading", name="Match the columns")).to_be_visible()


def read(tab: Tab) -> Locator:
    """Import the file with the columns as they stand; the report."""
    tab.page.get_by_role("button", name="Import the file").click()
    report = tab.page.locator(".st-key-report")
    expect(report).to_be_visible()
    return report


def on_map(tab: Tab, shown: int) -> None:
    # Two maps take turns: while the page runs, the old one may still be beside the new one.
    tab.quiet()
    expect(tab.page.locator("iframe[title*=folium]")).to_have_count(1)
    expect(tab.map).to_have_attribute("data-shown", str(shown))


def test_a_file_dropped_on_the_atlas_appears_on_it(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "made-up.csv"
    path.write_text(made_up(), "utf-8")
    tab.open_map()
    title = tab.page.get_by_role("heading", level=1).text_content()
    marz = int(tab.map.get_attribute("data-shown") or 0)
    tab.page.locator("[data-testid=stSidebar]").get_by_text("Your own data").click()
    take(tab, path)
    tab.page.get_by_role("button", name="Import the file").click()
    on_map(tab, marz + 30)
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(title or "")
    expect(tab.status).to_contain_text("incidents")
    expect(tab.told).to_contain_text(re.compile(r"\d incidents"))
    tab.page.locator(".marz-list").get_by_role("button", name="Next incidents").click()
    assert "set" not in tab.address()  # nobody else has it
    # Switched off, it leaves Marz's own view; other pages know it too.
    switch = tab.page.get_by_role("checkbox", name="Show data set 2").locator(
        "xpath=ancestor::label"
    )
    switch.click()
    on_map(tab, marz)
    switch.click()
    on_map(tab, marz + 30)


def test_a_file_is_taken_in_set_right_and_seen(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "made-up.csv"
    path.write_text(made_up(), "utf-8")
    tab.open("/explore")
    expect(tab.page.get_by_text("stays in this session", exact=False)).to_be_visible()
    take(tab, path)
    expect(tab.page.get_by_text("Read as an ACLED export", exact=False)).to_be_visible()
    tab.pick("Place", "admin1")
    report = read(tab)
    expect(report.get_by_text("31 rows read: 30 rows imported, 1 rejected.")).to_be_visible()
    cells = report.locator("[role=gridcell]")
    expect(cells.filter(has_text="2022-02-30").first).to_be_attached()
    with tab.page.expect_download() as coming:
        report.get_by_role("button", name="Import settings, JSON").click()
    assert json.loads(coming.value.path().read_text("utf-8"))["place"] == "admin1"

    report.get_by_role("button", name="Show on the map").click()
    expect(tab.page.locator("[data-testid=stSidebar]").get_by_text("made-up.csv")).to_be_visible()
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    tab.frame.wait_for_function(
        "() => (map_div._marz.cells || []).filter((item) => item.s === 1).length === 30"
    )
    tab.settled()
    marz = int(tab.map.get_attribute("data-shown") or 0) - 30
    tab.page.get_by_role("button", name=re.compile("^Protests · ")).click()
    tab.wait_for_address(type="Protests")
    expect(tab.map).not_to_have_attribute("data-shown", str(marz + 30))
    tab.frame.wait_for_function(
        "() => { const own = map_div._marz.cells.filter((item) => item.s === 1);"
        " return own.length > 0 && own.every((item) => item.type === 4); }"
    )
    own_cards = tab.page.locator(".marz-list .soft").filter(has_text="made-up.csv")
    expect(own_cards.first).to_be_visible()
    # What a reader brings is nobody else's to see.
    other = Tab(tab.page.context.new_page(), tab.server, tab.watch)
    other.open("/explore")
    expect(other.page.get_by_text("made-up.csv")).to_have_count(0)
    tab.page.get_by_text("Data sets", exact=True).click()
    tab.page.get_by_role("button", name="Remove").click()
    expect(tab.page.get_by_text("made-up.csv")).to_have_count(0)


def test_hostile_texts_are_shown_and_never_run(visit: Visit, tmp_path: Path) -> None:
    tab = visit()
    text = made_up(4, note=HOSTILE, bad=False).replace("location", HOSTILE.replace(",", ""), 1)
    # Among the newest of all sets, which the list shows first.
    text = text.replace("2022-", "2026-").replace(",2022,", ",2026,")
    text = text.replace("Village", HOSTILE).replace("Battles", "Battles <script>alert(2)</script>")
    path = tmp_path / "<img src=x onerror=alert(3)>.csv"
    path.write_text(text + "TAJ9," + "=cmd()<b>," * 17 + "9\n", "utf-8")
    tab.open("/explore")
    take(tab, path)
    nothing_ran(tab.page)
    report = read(tab)
    expect(report.get_by_text("<img src=x onerror=alert(3)>.csv")).to_be_visible()
    nothing_ran(tab.page)
    report.get_by_role("button", name="Show on the map").click()
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    tab.items.filter(has_text="alert(3)").first.click()
    expect(tab.page.locator(".st-key-detail").get_by_text(HOSTILE, exact=True).last).to_be_visible()
    expect(tab.page.locator(FRAME)).to_be_visible()
    nothing_ran(tab.page)
    tab.page.get_by_text("Compare", exact=True).click()
    expect(tab.page.get_by_role("combobox", name="Second data set")).to_be_visible()
    expect(tab.page.locator(FRAME)).to_have_count(0)
    nothing_ran(tab.page)


RING = """() => {
    const { seen, base } = map_div._marz;
    const canvas = map_div.getPane("cells").firstChild, context = canvas.getContext("2d");
    const ratio = canvas.width / canvas.offsetWidth;
    // To the rim of a disc or, of the second set, of a square.
    const rim = (set, r, turn) => set
        ? 1.16 * Math.SQRT1_2 * r / Math.max(Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn)))
        : r;
    const found = [];
    for (const cell of seen.filter((item) => item.k === 1)) {
        let from = 0;
        for (let at = 0; at < cell.mix.length; at += 2) {
            const { mix, r, s } = cell, share = mix[at + 1] / cell.count;
            const turn = 2 * Math.PI * (from + share / 2) - Math.PI / 2;
            from += share;
            if (share * r < 1) continue;
            const within = r - Math.max(3.5, 0.3 * r);
            const reach = (rim(s, r, turn) + rim(s, within, turn)) / 2;
            const [x, y] = [cell.px + reach * Math.cos(turn), cell.py + reach * Math.sin(turn)];
            // The number of a small cell reaches into its ring on both sides.
            if (Math.abs(y - cell.py) < 8) continue;
            // Of records the rings of their dead lie above cells.
            const near = ({ px, py, r, k }) =>
                Math.hypot(px - x, py - y) < 1.35 * (k ? r : r + 15) + 2;
            if (seen.some((other) => other !== cell && near(other))) continue;
            const { color } = base.types[mix[at]] ?? { color: "#77736a" };
            const { data } = context.getImageData(x * ratio, y * ratio, 1, 1);
            found.push([color, [...data.slice(0, 3)]]);
        }
    }
    return found;
}"""
"""Of each share of a cell, where no other covers it: the type's colour, and the ring's there."""


def rgb(color: str) -> list[int]:
    """Red, green and blue of a colour such as ``#9c2f4a``."""
    return list(bytes.fromhex(color.removeprefix("#")))


def test_many_records_are_cells_that_open_and_play(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(made_up(2400, bad=False), "utf-8")
    tab.open("/explore")
    take(tab, path)
    read(tab).get_by_role("button", name="Show on the map").click()
    own = "map_div._marz.cells.filter((item) => item.s === 1)"
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    tab.settled()
    tab.frame.wait_for_function(f"() => {own}.reduce((sum, item) => sum + item.count, 0) === 2400")
    drawn = tab.frame.evaluate(f"() => {own}.map((item) => [item.k, item.count])")
    assert {kind for kind, _ in drawn} == {1}
    assert sum(count for _, count in drawn) == 2400
    painted = tab.frame.evaluate(RING)
    assert len({color for color, _ in painted}) > 1
    wrong = [
        (color, seen)
        for color, seen in painted
        if max(abs(there - wanted) for there, wanted in zip(seen, rgb(color), strict=True)) > 12
    ]
    assert len(wrong) <= len(painted) / 10, wrong  # a number or a neighbour's rim may lie there

    before, commit = tab.view()[2], tab.map.get_attribute("data-commit") or ""
    at = tab.frame.evaluate(
        "() => { const m = map_div._marz, size = map_div.getSize();"
        " const within = (x, y) => x > 60 && y > 60 && x < size.x - 260 && y < size.y - 60;"
        " return m.seen.filter((i) => i.s === 1 && i.k === 1)"
        ".map((c) => [c.px - m.pad.x, c.py - m.pad.y]).filter(([x, y]) => within(x, y)).at(-1); }"
    )
    tab.map.click(position={"x": at[0], "y": at[1]})
    expect(tab.map).not_to_have_attribute("data-commit", commit)
    tab.frame.wait_for_function("before => map_div.getZoom() > before", arg=before)

    # Shown one by one, they are played as cells are, without the server.
    tab.page.get_by_text("Individual records", exact=True).click()
    tab.frame.wait_for_function(f"() => {own}.every((item) => item.k === 0)")
    tab.settled()
    with silence(tab):
        play(tab)
    moved = "() => map_div._marz.seen.filter((item) => item.s === 1).length"
    before = tab.frame.evaluate(moved)
    playhead(tab).press("End")
    assert tab.frame.evaluate(moved) > before


def play(tab: Tab) -> None:
    """Let Play reach some day, and pause it."""
    tab.page.get_by_role("combobox", name="Speed of Play").select_option("4×")
    tab.page.get_by_role("button", name="Play").click()
    expect(tab.map).to_have_attribute("data-until", re.compile(r"\d"))
    early = tab.map.get_attribute("data-shown")
    expect(tab.map).not_to_have_attribute("data-shown", early or "")
    tab.page.get_by_role("button", name="Pause").click()


def playhead(tab: Tab) -> Locator:
    return tab.page.get_by_role("slider", name="Day that Play has reached")


@contextmanager
def silence(tab: Tab) -> Iterator[None]:
    """Nothing is said to the server or by it meanwhile."""
    said: list[object] = []
    tab.quiet()

    def note(frame: object) -> None:  # Playwright takes no method of a list
        said.append(frame)

    cdp = tab.page.context.new_cdp_session(tab.page)
    for way in ("Sent", "Received"):
        cdp.on(f"Network.webSocketFrame{way}", note)
    cdp.send("Network.enable")
    yield
    cdp.detach()
    assert not said


def test_cells_follow_the_dates_and_play_without_the_server(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(made_up(2400, bad=False), "utf-8")
    tab.open("/explore")
    take(tab, path)
    read(tab).get_by_role("button", name="Show on the map").click()
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    tab.frame.wait_for_function(
        "() => map_div._marz.steps && map_div._marz.sent.some((i) => i.k === 1)"
    )
    expect(tab.map).not_to_have_attribute("data-moving", "")  # it tells its view after a while
    tab.settled()
    told = "() => map_div._marz.cells.map((i) => [i.s, i.k, i.count, i.low, i.high, ...i.mix])"
    own = "() => map_div._marz.cells.reduce((sum, item) => sum + (item.s ? item.count : 0), 0)"
    assert {cell[1] for cell in tab.frame.evaluate(told)} == {0, 1, 2}  # Marz's own as well
    assert tab.frame.evaluate(own) == 2400
    x, y = tab.years(2022, 2023)
    with silence(tab):
        tab.page.mouse.move(x[0] + 0.3 * (x[1] - x[0]), y)
        tab.page.mouse.down()
        tab.page.mouse.move(x[0] + 0.7 * (x[1] - x[0]), y, steps=4)
        moved = tab.frame.evaluate(own)
        shown = tab.map.get_attribute("data-shown")
        # What is out of sight is drawn when the dates are at rest.
        assert tab.frame.evaluate(
            """() => {
                const { seen, pad } = map_div._marz, { x, y } = map_div.getSize();
                const within = (at, pad, size) => at > pad - 36 && at < pad + size + 36;
                return seen.length && seen.every(
                    ({ px, py }) => within(px, pad.x, x) && within(py, pad.y, y));
            }"""
        )
    tab.page.mouse.up()
    tab.page.wait_for_url(re.compile(r"from=2022.*to=2022"), wait_until="commit")
    tab.settled()
    # The server counts the same by the day as the browser by months.
    tab.frame.wait_for_function(f"moved => ({own})() === moved", arg=moved)
    expect(tab.map).to_have_attribute("data-shown", shown or "")
    assert 0 < moved < 2400
    with silence(tab):
        play(tab)
        playhead(tab).press("Home")
        assert tab.frame.evaluate(own) < moved
        playhead(tab).press("End")
        assert tab.frame.evaluate(own) == moved
        tab.page.get_by_role("button", name="Stop and show all").click()
        assert tab.frame.evaluate(own) == moved
    tab.frame.evaluate("() => map_div.setZoom(map_div.getZoom() + 1, {animate: false})")
    expect(tab.map).not_to_have_attribute("data-moving", "")
    tab.quiet()
    play(tab)
    playhead(tab).press("End")
    # Once the map itself is moved, what comes into sight with it is drawn too.
    few, many = tab.frame.evaluate(
        """() => {
            const few = map_div._marz.seen.length;
            map_div.fire("movestart");
            const many = map_div._marz.seen.length;
            map_div.fire("moveend");
            return [few, many];
        }"""
    )
    assert 0 < few < many


def test_an_import_can_be_given_up(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(made_up(200_000, bad=False), "utf-8")
    size = path.stat().st_size
    tab.open("/explore")
    take(tab, path)
    tab.page.get_by_role("button", name="Import the file").click()
    expect(tab.page.get_by_text("Reading the rows …")).to_be_visible()
    tab.page.get_by_role("button", name="Cancel").click()
    said = "You cancelled many.csv. Nothing was imported and the file was deleted."
    expect(tab.page.get_by_text(said)).to_be_visible()
    expect(
        tab.page.get_by_text("incidents", exact=False).filter(has_text="many.csv")
    ).to_have_count(0)
    uploads = Path(tempfile.gettempdir()).glob("marz-own-*/upload-*/*")
    assert not [found for found in uploads if found.stat().st_size == size]

    small = tmp_path / "few.csv"
    small.write_text(made_up(), "utf-8")
    take(tab, small)
    expect(tab.page.get_by_text(said)).to_have_count(0)
    expect(read(tab).get_by_text("31 rows read: 30 rows imported, 1 rejected.")).to_be_visible()
    expect(tab.page.get_by_text("few.csv · 30 incidents")).to_be_visible()
    expect(tab.page.get_by_text("many.csv", exact=False)).to_have_count(0)


def test_a_newer_file_over_a_set_tells_what_changed(tab: Tab, tmp_path: Path) -> None:
    path, newer = tmp_path / "march.csv", tmp_path / "april.csv"
    path.write_text(made_up(6, bad=False), "utf-8")
    lines = made_up(7, bad=False).replace("Watchers of hill 2", "=Watchers").splitlines(True)
    newer.write_text("".join(line for line in lines if not line.startswith("TAJ5,")), "utf-8")
    tab.open("/explore")
    take(tab, path)
    tab.pick("Place", "admin1")
    read(tab)
    tab.page.get_by_text("Import a newer file over it").click()
    expect(tab.page.locator("input[type=file]")).to_have_count(2)  # its own comes first
    take(tab, newer)
    # What was said of the earlier file holds for the newer one.
    expect(tab.page.get_by_text("april.csv, over march.csv")).to_be_visible()
    place = tab.page.get_by_role("combobox", name="Place", exact=True)
    expect(place).to_have_value("admin1")
    report = read(tab)
    said = "Compared with march.csv: 1 new, 1 changed (actors 1), 1 vanished, 4 alike."
    expect(report.get_by_text(said)).to_be_visible()
    with tab.page.expect_download() as coming:
        report.get_by_role("button", name="All changes, CSV").click()
    rows = list(csv.reader(coming.value.path().read_text("utf-8-sig").splitlines()))
    assert rows[1] == ["changed", "TAJ3", "actors", "Watchers of hill 2", "'=Watchers"]
    assert [row[:2] for row in rows[2:]] == [["new", "TAJ7"], ["vanished", "TAJ5"]]
    # It takes the place of the earlier set.
    expect(tab.page.get_by_text("april.csv · 6 incidents")).to_be_visible()
    expect(tab.page.get_by_text("march.csv · ", exact=False)).to_have_count(0)
