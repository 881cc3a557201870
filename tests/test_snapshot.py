"""The picture: what it holds, that nothing overlaps, that equal input gives equal bytes."""

from __future__ import annotations

import hashlib
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest
import shapely
from embedding import TOKEN
from hypothesis import given, settings
from hypothesis import strategies as st
from madeup import HOSTILE, ROOT
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib_scalebar.scalebar import ScaleBar
from PIL import Image

from geo import places
from geo.collection import memory
from geo.model import PRESETS, STYLES, Bbox, Filter, FilterError, Scene, Sheet
from geo.package.load import Package
from geo.picture import clusters, imprint, snapshot, symbols
from geo.picture.basemap import base_map, focus_of
from geo.picture.exported import Export
from geo.picture.inset import Inset
from geo.picture.layout import LAYOUTS
from geo.picture.palette import PALETTES
from geo.picture.paper import Paper, dots, drawing
from geo.picture.sheet import Plan, compose, plan
from geo.places import MEANING
from geo.vocabulary import EVENT_TYPES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Filter()
FORMS = ("png", "svg", "pdf")


def scene(asked: Filter = ALL, bbox: Bbox | None = None, **sheet: Any) -> Scene:
    return Scene(query=asked, bbox=bbox, sheet=Sheet(**{"dpi": 60, **sheet}))


def picture(data: Package, seen: Scene, form: str = "png", **options: Any) -> bytes:
    rows = memory.select(data, seen.query)
    return snapshot.picture(Export(data, seen, rows, form, **{"now": NOW, **options}))


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def drawn(data: Package, seen: Scene) -> tuple[Plan, Paper]:
    """A picture as artists, drawn once, so that they know their boxes."""
    with drawing():
        rows = memory.select(data, seen.query)
        planned = plan(data, seen, rows, now=NOW, address="?q=x")
        paper = compose(planned)
        canvas: Any = FigureCanvasAgg(paper.figure)
        canvas.draw()
    return planned, paper


def texts(paper: Paper) -> list[Text]:
    return [
        text
        for text in paper.figure.findobj(Text)
        if isinstance(text, Text) and text.get_text() and text.get_label() != "halo"
    ]


def words(paper: Paper) -> str:
    bars = paper.figure.findobj(ScaleBar)
    return " ".join([text.get_text() for text in texts(paper)] + [b.info.scale_text for b in bars])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_its_real_size(data: Package, preset: str) -> None:
    image = opened(picture(data, scene(preset=preset)))
    layout = LAYOUTS[preset]
    assert image.format == "PNG"
    assert image.width == pytest.approx(layout.width / 72 * 60, abs=1)
    if layout.grows:
        assert image.height < layout.height / 72 * 60
    else:
        assert image.height == pytest.approx(layout.height / 72 * 60, abs=1)
    assert image.info["dpi"] == pytest.approx((60, 60), rel=1e-3)


def test_the_chunks_say_what_it_is(data: Package) -> None:
    asked = Filter(start=date(2020, 1, 1), end=date(2020, 12, 31), chosen={"country": ("IS",)})
    info = opened(picture(data, scene(asked), state=TOKEN, address="?from=2020")).info
    assert info["Title"] == "Made-up incidents"
    assert "in 2020" in info["Description"]
    assert "The Gazette" in info["Source"]
    assert "© Nobody" in info["Copyright"] and "Public domain" in info["Copyright"]
    assert info["Creation Time"] == "2026-11-22"
    assert info["Software"].startswith("Marz")
    assert info["Marz-Data-Version"] == data.version
    assert info["Marz-Address"] == "?from=2020"
    assert info["Marz-State"] == TOKEN


def test_an_svg_is_xml_with_its_text_its_faces_and_its_state(data: Package) -> None:
    root = ElementTree.fromstring(picture(data, scene(), "svg", state=TOKEN, address="?q=x"))
    space = "{http://www.w3.org/2000/svg}"
    written = {"".join(node.itertext()) for node in root.iter(f"{space}text")}
    assert {"Made-up incidents", "Westham", "Battles"} <= written
    assert "font-family:'Noto Sans'" in "".join(n.text or "" for n in root.iter(f"{space}style"))
    assert [node.text for node in root.iter(f"{space}metadata")][-1] == TOKEN
    ids = re.findall(r'\bid="([^"]+)"', ElementTree.tostring(root, "unicode"))
    assert len(ids) == len(set(ids))
    for node in root.iter():
        for name, value in node.attrib.items():
            assert not name.endswith("href") or value.startswith(("#", "data:")), value


def test_a_pdf_has_its_text_its_fonts_and_its_state(data: Package) -> None:
    file = pypdf.PdfReader(BytesIO(picture(data, scene(), "pdf", state=TOKEN, address="?q=x")))
    (page,) = file.pages
    assert (page.mediabox.width, page.mediabox.height) == pytest.approx((841.89, 595.28), abs=0.1)
    read = page.extract_text()
    assert "Made-up incidents" in read and "Westham" in read and "Battles" in read
    assert file.metadata is not None and str(file.metadata["/Keywords"]) == TOKEN
    assert file.metadata.creation_date == datetime(2026, 11, 22, tzinfo=UTC)
    for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in below["/FontDescriptor"].get_object()


def test_equal_input_on_one_day_gives_equal_bytes_in_any_process(data: Package) -> None:
    seen = scene(timeline=True, style="grey")
    made = [picture(data, seen, form, state=TOKEN) for form in FORMS]
    for form, one in zip(FORMS, made, strict=True):
        assert one == picture(data, seen, form, state=TOKEN, now=NOW.replace(hour=23)), form
        assert one != picture(data, seen, form, state=TOKEN, now=NOW.replace(day=23)), form
    code = (
        "import hashlib; from datetime import datetime; from pathlib import Path\n"
        "from geo.collection import memory; from geo.package.load import load_package\n"
        "from geo.picture import snapshot; from geo.picture.exported import Export\n"
        "from geo.model import Filter, Scene, Sheet\n"
        f"data = load_package(Path({str(data.directory)!r}))\n"
        f"for form in {FORMS[::-1]!r}:\n"
        f"    made = snapshot.picture(Export(data, Scene(sheet={seen.sheet!r}), "
        "memory.select(data, Filter()), form, datetime(2026, 11, 22), "
        f"state={TOKEN!r}))\n"
        "    print(hashlib.sha256(made).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert again.stdout.split() == [hashlib.sha256(one).hexdigest() for one in made[::-1]]


def test_readers_at_once_get_what_each_asked_for(data: Package) -> None:
    scenes = [scene(style=style) for style in STYLES] * 2
    alone = [picture(data, seen) for seen in scenes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda seen: picture(data, seen), scenes)) == alone


@pytest.mark.parametrize("form", FORMS)
def test_hostile_texts_are_drawn_as_they_are(hostile: Package, form: str) -> None:
    seen = scene(timeline=True, title=" ".join(HOSTILE[:8]), subtitle=" ".join(HOSTILE[8:]))
    content = picture(hostile, replace(seen, language="ru"), form, address=" ".join(HOSTILE))
    if form == "png":
        assert opened(content).size == (702, 496)
    elif form == "svg":
        read = " ".join(ElementTree.fromstring(content).itertext())
        assert "{{7*7}}" in read and "$x^$" in read and "<img src=x" in read
    else:
        read = pypdf.PdfReader(BytesIO(content)).pages[0].extract_text()
        assert "{{7*7}}" in read and "$x^$" in read


def test_a_dollar_is_never_mathematics(hostile: Package) -> None:
    _, paper = drawn(hostile, scene())
    assert "$x^$" in words(paper)
    assert not any(text.get_parse_math() for text in texts(paper))


def test_an_unknown_form_is_refused(data: Package) -> None:
    with pytest.raises(FilterError, match="png, svg, pdf"):
        picture(data, scene(), "bmp")


def test_the_readers_title_and_subtitle_replace_those_of_marz(data: Package) -> None:
    shown = words(drawn(data, scene(title="My title", subtitle="My subtitle"))[1])
    assert "My title" in shown and "My subtitle" in shown
    assert "Made-up incidents" not in shown


def test_an_empty_selection_is_a_map_that_says_so(data: Package) -> None:
    shown = words(drawn(data, scene(Filter(text="nothing like it"), timeline=True))[1])
    assert "No incident matches" in shown and "Battles" not in shown


def test_the_legend_explains_only_what_is_there(data: Package) -> None:
    shown = words(drawn(data, scene(Filter(chosen={"type": ("Riots",)})))[1])
    assert "Riots" in shown and "Battles" not in shown
    assert "hollow" not in shown and "outer ring" not in shown and "several" not in shown


def test_it_tells_filter_numbers_version_day_projection_and_address(data: Package) -> None:
    shown = words(drawn(data, scene(Filter(chosen={"country": ("MT",)})))[1])
    for part in (
        "involving", "On this map: ", "Without a place: 1", data.version, "22 November 2026",
        "conformal conic", "?q=x", "© Nobody", "Public domain", "The Gazette",
    ):  # fmt: skip
        assert part in shown, part


def test_a_small_extent_has_a_locator_and_the_whole_has_none(data: Package) -> None:
    assert "Where this is" not in words(drawn(data, scene())[1])
    for bbox in (Bbox(10.9, 50.4, 10.905, 50.405), Bbox(-30, 0, -20, 5)):
        shown = words(drawn(data, scene(bbox=bbox))[1])
        assert "Where this is" in shown
    assert " km" in shown and "200 m" not in shown
    assert "100 m" in words(drawn(data, scene(bbox=Bbox(10.9, 50.4, 10.905, 50.405)))[1])


def test_names_come_in_the_language_asked_for(marz: Package) -> None:
    seen = replace(scene(Filter(text="Isfara"), Bbox(69.8, 39.4, 71.5, 40.6)), language="ru")
    shown = words(drawn(marz, seen)[1])
    assert "Исфара" in shown and "nan" not in shown.split()


@pytest.mark.parametrize("language", ["", *MEANING])
def test_an_english_name_is_marked_in_another_language(data: Package, language: str) -> None:
    shown = words(drawn(data, replace(scene(), language=language))[1])
    assert ("Westham" in shown.split()) == (not language)
    assert ("Westham*" in shown.split()) == bool(language)
    said = [code for code, meaning in MEANING.items() if f"* {meaning}" in " ".join(shown.split())]
    assert said == [language] * bool(language)


EVERY = [
    ("default", ALL, None),
    ("september", Filter(start=date(2022, 9, 1), end=date(2022, 9, 30)), None),
    ("zoom", ALL, Bbox(70.2, 39.7, 71.1, 40.2)),
    ("none", Filter(text="nothing like it"), None),
    ("one", Filter(ids=("TJAF-2018-08-26-airstrikes",)), None),
]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_sheet_hides_a_name_and_each_names_its_towns(marz: Package, preset: str) -> None:
    number = PRESETS.index(preset)
    for name, asked, bbox in [EVERY[number % 2], EVERY[2 + number % 3]]:
        style = STYLES[number % len(STYLES)]
        planned, paper = drawn(marz, scene(asked, bbox, preset=preset, style=style))
        clear(planned, paper)
        explained(planned, paper)
        names = [text.get_text() for text in paper.labels]
        assert not any("+" in one for one in names)
        for town in ("Dushanbe", "Batken", "Isfara")[name == "zoom" :]:
            assert any(town in one.split(", ") for one in names), (name, town)
        assert (planned.inset is not None) == (name in ("default", "september"))


def test_what_is_kept_of_a_base_map_changes_no_pixel(
    marz: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame: dict[str, Any] = {"bbox": Bbox(67, 36.5, 75, 41), "inset": Bbox(69.5, 40, 69.9, 40.3)}
    battles = scene(Filter(chosen={"type": ("Battles",)}), **frame)
    views = [scene(**frame), battles, scene(style="dark", **frame), battles]
    kept = [picture(marz, one) for one in views]
    for one, found in zip(views, kept, strict=True):
        monkeypatch.setattr(imprint, "_BASE_MAPS", WeakKeyDictionary())
        assert picture(marz, one) == found
    assert len(set(kept)) == 3


def test_an_inset_holds_the_crowd_and_no_incident_twice(marz: Package) -> None:
    rows = memory.select(marz, ALL)
    with drawing():
        whole, off, own = (
            plan(marz, scene(inset=asked), rows, now=NOW, address="")
            for asked in (True, False, Bbox(69.5, 40, 69.9, 40.3))
        )
    assert off.inset is None and whole.inset is not None and own.inset is not None
    inset, basemap = whole.inset, whole.inset.basemap
    points = sum(s.count for s in off.placement.symbols if not s.tag)
    assert sum(s.count for s in inset.placement.symbols if not s.tag) > points / 3
    area = shapely.Polygon(inset.outline).area
    assert area < whole.basemap.width * whole.basemap.height / 10
    assert basemap.scale > 1.7 * whole.basemap.scale
    for one in (whole, own):
        assert one.inset is not None
        parts = (one.placement, one.inset.placement)
        beside = sum(n for part in parts for _, n in part.beside)
        beyond = sum(n for _, n in one.placement.beyond)
        assert sum(p.count for p in parts) + beside + beyond + parts[0].unplaced == len(rows)
    bounds = own.inset.basemap.sheet.bounds()
    assert bounds.west <= 69.5 and bounds.east >= 69.9 and bounds.north >= 40.3


def test_areas_are_hatched_only_where_it_tells_something(marz: Package) -> None:
    for asked, told in ((ALL, False), (EVERY[1][1], True)):
        planned, paper = drawn(marz, scene(asked))
        hatches = [p for p in paper.figure.findobj(PathPatch) if p.get_hatch() == "////"]
        assert bool(hatches) == told
        assert ("somewhere in this area" in words(paper)) == told
        shown = {site.layer for one in planned.symbols for site in one.sites}
        assert "countries" not in shown
    planned, paper = drawn(marz, scene())
    assert "Located only to" in words(paper) and "Tajikistan (" in words(paper)


FILTERS = [
    ALL,
    Filter(text="nothing like it"),
    Filter(chosen={"type": ("Battles",)}),
    Filter(chosen={"type": ("Strategic developments",)}),
    Filter(chosen={"border": ("TJ-KG", "SAR-LOW")}),
    Filter(start=date(2019, 1, 1), end=date(2022, 12, 31)),
    Filter(chosen={"status": ("alleged", "planned")}),
    Filter(chosen={"collection": ("core",)}),
    Filter(chosen={"country": ("UZ", "MT")}),
    Filter(end=date(2005, 12, 31)),
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_nothing_overlaps_the_frame_the_legend_or_another_label(data: Package, number: int) -> None:
    for preset in (PRESETS[number % len(PRESETS)], PRESETS[(number + 3) % len(PRESETS)]):
        clear(*drawn(data, scene(FILTERS[number], preset=preset, timeline=number % 2 == 0)))


@pytest.mark.parametrize("preset", ["a4", "square", "column"])
def test_hostile_texts_overlap_nothing_either(hostile: Package, preset: str) -> None:
    long = " ".join(HOSTILE) * 3
    clear(*drawn(hostile, scene(preset=preset, timeline=True, title=long, subtitle=long)))


def clear(planned: Plan, paper: Paper) -> None:
    """Assert that nothing written or drawn as a symbol covers another."""
    share = paper.figure.dpi / 72
    frame = shapely.box(*(value * share for value in planned.frame))
    labels = [text.get_window_extent() for text in paper.labels]
    inset = planned.inset and shapely.box(*(v * share for v in planned.box(planned.inset)))
    for part in planned.maps:
        clear_map(planned, part, labels, inset if part is planned else None, share)
    for label, other in itertools.combinations(labels, 2):
        assert not ink(label).intersects(ink(other))
    whole = paper.figure.bbox
    beside = [
        (text, text.get_window_extent())
        for text in paper.axes.texts
        if text.get_text() and len(text.get_text()) > 2 and text.get_label() != "halo"
    ]
    for text, box in beside:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= whole.x1 and box.y1 <= whole.y1, text
        assert not ink(box).intersects(frame), text
    for (a, first), (b, second) in itertools.combinations(beside, 2):
        assert not ink(first).intersects(ink(second)), (a, b)


def clear_map(
    planned: Plan, one: Plan | Inset, written: list[Any], taken: Any, share: float
) -> None:
    """Assert it of one map: symbols apart and within, off bar and inset; names off all of it."""
    left, bottom, right, top = (value * share for value in planned.box(one))
    frame = shapely.box(left, bottom, right, top)

    def moved(shape: Any) -> Any:
        scaled = shapely.affinity.scale(shape, share, share, origin=(0, 0))
        return shapely.affinity.translate(scaled, left, bottom)

    within = [text for text in written if frame.covers(shapely.box(*text.extents))]
    names = [ink(text) for text in within if taken is None or not taken.intersects(ink(text))]
    assert one is not planned or len(names) + len(within) >= len(written)
    shapes = [
        moved(
            shapely.box(s.at[0] - s.size[0] / 2, s.at[1] - s.size[1] / 2,
                        s.at[0] + s.size[0] / 2, s.at[1] + s.size[1] / 2)
            if s.tag else shapely.Point(s.at).buffer(s.radius)
        )
        for s in one.placement.symbols
    ]  # fmt: skip
    kept = shapely.union_all([moved(shapely.box(*box)) for box in one.free])
    borders = moved(shapely.union_all([s.geometry for s in one.basemap.layers["borders"]]))
    for n, shape in enumerate(shapes):
        assert frame.covers(shape) and not kept.intersects(shape)
        assert not any(shape.intersection(other).area >= 1 for other in shapes[n + 1 :])
        # A label's box holds the leading too: the letters keep clear of its upper third.
        assert not any(name.intersection(shape).area > 0.5 for name in names)
    assert not any(name.intersects(borders) for name in names)
    if one is planned and planned.inset:
        assert not any(name.intersects(moved(planned.inset.edge)) for name in names)


LINES = {
    "other country borders": (8, 10.5),
    "borders of regions": (7,),
    "rivers and lakes": (4, 5),
    "an incident happened somewhere along": (9.5,),
}
"""How an entry of the legend begins -> orders in which what it explains is drawn."""


def explained(planned: Plan, paper: Paper) -> None:
    """Assert that the legend has an entry for all that is seen, and that all it has is seen."""
    seen = {
        order
        for one in planned.maps
        for axes in paper.figure.axes
        if (axes.get_xlim()[1], axes.get_ylim()[1])
        == pytest.approx((one.basemap.width, one.basemap.height))
        for order in orders_in(axes, shapely.box(*one.basemap.frame))
    }
    rows = [entry.text for entry in planned.legend]
    lines = rows[rows.index("Lines") + 1 : rows.index("Shown")] if "Lines" in rows else []
    for begins, orders in LINES.items():
        told = any(text.startswith(begins) for text in lines)
        assert told == bool(seen & set(orders)), begins
    dated = [text for text in lines if re.search(r" (until|from) \d", text)]
    assert bool(dated) == (12 in seen)
    names = [s.properties["name"] for s in planned.basemap.layers["borders"]]
    assert any(one in text for text in lines for one in names) == bool({12, 14} & seen)
    assert ("shown larger in the inset" in lines) == (planned.inset is not None)
    drawn_as = {
        "hollow": any(not sure for s in planned.symbols for _, sure, _ in s.shares),
        "several incidents located only": any(s.tag for s in planned.symbols),
        "outer ring": any(s.deaths > 0 and not s.tag for s in planned.symbols),
        "moved aside": any(s.moved for s in planned.symbols),
    }
    for begins, is_drawn in drawn_as.items():
        assert any(text.startswith(begins) for text in rows) == is_drawn, begins
    assert set(EVENT_TYPES) & set(rows) == {kind for s in planned.symbols for kind, *_ in s.shares}
    named = {text for one in planned.maps for text in names_in(one.basemap, one.placement.symbols)}
    for label in paper.labels:
        assert label.get_text() in named, f"a name over nothing: {label.get_text()}"


def orders_in(axes: Any, frame: Any) -> Iterator[float]:
    """Orders of what is drawn within a map."""
    for lines in axes.collections:
        parts = [part for part in lines.get_segments() if len(part) > 1]
        if any(shapely.LineString(part).intersects(frame) for part in parts):
            yield lines.get_zorder()
    for patch in axes.patches:
        if patch.get_zorder() == 4 and isinstance(patch, PathPatch):
            yield 4


def names_in(basemap: Any, shown: list[Any]) -> set[str]:
    """What a map may name: what lies in it, and the places of its symbols."""
    frame = shapely.box(*basemap.frame)
    found = {
        str(shape.properties["name"])
        for shapes in basemap.layers.values()
        for shape in shapes
        if shape.geometry.intersects(frame)
    }
    # Countries are written in capitals, their letters spaced.
    found |= {dots(name.upper()) for name in found}
    return found | {", ".join(site.name for site in one.sites) for one in shown}


def ink(one: Any) -> Any:
    """Where the letters of a line are: its box without most of the leading."""
    tall = one.y1 - one.y0
    return shapely.box(one.x0, one.y0 + 0.12 * tall, one.x1, one.y1 - 0.28 * tall)


def test_the_legend_names_the_types_that_are_drawn_and_no_others(data: Package) -> None:
    box = Bbox(10.8, 50.2, 11.2, 50.6)
    planned, paper = drawn(data, scene(bbox=box))
    bounds = planned.basemap.sheet.bounds()
    frame = shapely.box(*bounds)
    inside = {
        list(EVENT_TYPES)[member[1]]
        for feature in places.features(data, planned.rows)["features"]
        for site in [places.sites(data)[feature["properties"]["n"]]]
        if not site.is_point or frame.contains(shapely.Point(site.lon, site.lat))
        for member in feature["properties"]["m"]
    }
    written = {text.get_text() for text in texts(paper)}
    beyond = set(data.incidents["event_type"]) - inside
    assert beyond and not beyond & written
    assert written & inside
    assert "Beyond the frame: " in words(paper) and "Westham (" in words(paper)


def test_the_focus_is_a_country_of_the_borders(data: Package) -> None:
    assert focus_of(data) in {"IS", "MT"}


def test_the_ground_is_prepared_once(data: Package) -> None:
    assert base_map(data, None, 500, 400) is base_map(data, None, 500, 400)
    assert base_map(data, None, 500, 400) is not base_map(data, None, 400, 400)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(100, 500), st.floats(100, 400)), min_size=1, max_size=12),
    st.booleans(),
)
def test_symbols_are_pushed_apart_stay_on_the_map_and_off_the_bar(
    anchors: list[tuple[float, float]], same: bool
) -> None:
    made = [
        symbols.Symbol((), anchors[0] if same else at, at, (("Battles", True, 1 + n),))
        for n, at in enumerate(anchors)
    ]
    frame, bar = (44.0, 66.0, 640.0, 500.0), (50.0, 70.0, 190.0, 95.0)
    placed = clusters.declutter(made, frame, [bar])
    for one, other in itertools.combinations(placed, 2):
        distance = np.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1])
        assert distance >= one.reach + other.reach
    for one in placed:
        assert one.at[0] - one.reach >= 44 and one.at[0] + one.reach <= 640
        assert one.at[1] - one.reach >= 66 and one.at[1] + one.reach <= 500
        assert shapely.box(*bar).distance(shapely.Point(one.at)) >= one.reach


def test_near_points_share_a_symbol_and_lose_no_incident(marz: Package) -> None:
    rows = memory.select(marz, ALL)
    near = clusters.clustered(marz, rows, base_map(marz, None, 580, 440), 1.0, keep_off=[])
    elsewhere = sum(n for _, n in [*near.beyond, *near.beside])
    assert near.count + near.unplaced + elsewhere == len(rows)
    assert any(len(symbol.sites) > 1 for symbol in near.symbols)
    assert all(len(symbol.sites) == 1 for symbol in near.symbols if symbol.tag)


def test_the_ring_grows_with_the_root_of_the_dead() -> None:
    def extra(deaths: int) -> float:
        symbol = symbols.Symbol((), (0, 0), (0, 0), (("Battles", True, 1),), deaths)
        return symbol.reach - symbol.radius

    assert extra(-1) == extra(0) < extra(1)
    assert extra(100) - extra(25) == pytest.approx((extra(25) - extra(6.25)) * 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", STYLES)
def test_every_type_has_a_look_of_its_own(style: str) -> None:
    fills = list(PALETTES[style].fills.values())
    assert len(fills) == len(set(fills)) == len(EVENT_TYPES)
    if style == "grey":
        assert len({fill.shape for fill in fills}) == len(fills)
        solid = sorted(int(f.face[1:3], 16) for f in fills if not f.hatch)
        assert all(b - a > 50 for a, b in itertools.pairwise(solid))
        for fill in fills:
            assert fill.face[1:3] == fill.face[3:5] == fill.face[5:7]


def test_the_grey_style_passes_a_photocopy() -> None:
    grey = PALETTES["grey"]
    inks = {f.name: getattr(grey, f.name) for f in fields(grey) if f.type == "str"}
    shades = {name: int(ink[1:3], 16) / 255 for name, ink in inks.items() if ink[0] == "#"}
    assert all(ink[1:3] == ink[3:5] == ink[5:7] for ink in inks.values() if ink[0] == "#")

    def contrast(one: str, other: str) -> float:
        """Of WCAG 2.2, from the luminance of greys."""
        low, high = sorted(((shades[name] + 0.055) / 1.055) ** 2.4 + 0.05 for name in (one, other))
        return float(high / low)

    for ink in ("ink", "soft", "grey"):
        assert min(contrast(ink, ground) for ground in ("paper", "land", "casing")) > 4.5
    assert contrast("ink", "shade") > 7 and contrast("country", "land") > 3


def test_no_picture_needs_pyplot() -> None:
    code = "import sys, geo.picture.snapshot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
