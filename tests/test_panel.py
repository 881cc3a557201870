"""The panel that hands out files, and the page that opens them again, without a browser."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from madeup import HOSTILE, INCIDENTS, write_package
from patience import seconds
from PIL import Image
from streamlit.testing.v1 import AppTest

from geo import address, days
from geo.collection import extents, memory
from geo.export import formats
from geo.model import Filter, Scene, Sheet
from geo.package.load import Package
from pages.ui import nav, preview

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The made-up package, as the one that is open."""
    path = write_package(tmp_path / "package")
    monkeypatch.setenv("MARZ_DATA", str(path))
    st.cache_resource.clear()
    yield path
    st.cache_resource.clear()


def run(page: str = "atlas", **parameters: Any) -> AppTest:
    nav._declared = False
    app = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=seconds(20))
    for name, value in parameters.items():
        app.query_params[name.rstrip("_")] = value
    return well(app.run())


def well(app: AppTest) -> AppTest:
    assert not app.exception, [one.value for one in app.exception]
    return app


def panel(app: AppTest) -> AppTest:
    """Open it; what was set before is taken over in the same run."""
    return well(app.button(key="w-take").click().run())


def texts(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def test_every_kind_of_file_is_offered_and_none_is_made(monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("made without being asked for")

    monkeypatch.setattr(formats, "make", refuse)
    app = panel(run())
    kinds = app.button_group(key="export-form")
    assert kinds.options == [*(form.label for form in formats.FORMS.values()), "Embed"]
    for form in formats.FORMS.values():
        app.button_group(key="export-form").set_value(form.label)
        panel(app)
        assert form.what in [one.value for one in app.caption]


def test_what_is_chosen_stands_in_the_address_and_comes_back_from_it() -> None:
    app = panel(run(border="SAR-LOW"))
    app.selectbox(key="w-preset").set_value("square")
    app.selectbox(key="w-style").set_value("dark")
    app.selectbox(key="w-each").set_value("year")
    app.selectbox(key="w-dpi").set_value("600")
    app.text_input(key="w-title").set_value("  My {{title}}  ")
    app.toggle(key="w-timeline").set_value(True)
    panel(app)
    given = dict(app.query_params)
    assert given == {
        "border": "SAR-LOW",
        "preset": "square",
        "style": "dark",
        "each": "year",
        "dpi": "600",
        "title": "  My {{title}}  ",
        "timeline": "on",
    }
    again = panel(run(**given))
    assert again.selectbox(key="w-style").value == "dark"
    assert again.text_input(key="w-title").value == "My {{title}}"
    again.selectbox(key="w-style").set_value("light")
    assert "style" not in panel(again).query_params


def test_a_preview_is_the_very_sheet_at_its_size(data: Package) -> None:
    app = panel(run(border="SAR-LOW", preset="slide"))
    assert "preview-made" not in app.session_state  # nothing is made before it is asked for
    copies = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    told = next(one["copies"] for one in copies if "copies" in one)
    assert [one["label"] for one in told] == ["Copy link", "Copy embed code"]
    assert told[1]["text"].startswith("<iframe src=")
    app.toggle(key="w-preview").set_value(True)
    panel(app)
    key, content = app.session_state["preview-made"]
    shown = key[0]
    assert shown.sheet.preset == "slide" and shown.query.options("border") == ("SAR-LOW",)
    with Image.open(io.BytesIO(content)) as image:
        wide, tall = image.size
    assert 700 <= max(wide, tall) <= 1000
    with Image.open(io.BytesIO(formats.make(data, shown, ".png", day=days.today()))) as image:
        assert image.size == (wide, tall)
    whole = Image.open(
        io.BytesIO(
            formats.make(
                data, replace(shown, sheet=replace(shown.sheet, dpi=300)), ".png", day=days.today()
            )
        )
    )
    said = preview.size_in_words(wide / shown.sheet.dpi, tall / shown.sheet.dpi, 300)
    pixels = [int(part.replace(",", "")) for part in re.findall(r"[\d,]+(?= ×| pixels)", said)][1:]
    assert all(abs(a - b) <= 4 for a, b in zip(pixels, whole.size, strict=True)), said
    assert said in [one.value for one in app.caption]


@pytest.mark.parametrize("name", ["filter", "SAR-LOW", "shown"])
def test_an_extent_by_name_is_told_in_degrees(data: Package, name: str) -> None:
    app = panel(run(at="50.5,11,8.6", border="SAR-LOW"))
    app.selectbox(key="w-extent").set_value(name)
    panel(app)
    assert app.selectbox(key="w-extent").value == name
    rows = memory.select(data, Filter(chosen={"border": ("SAR-LOW",)}))
    wanted = (
        extents.seen((50.5, 11, 8.6), *extents.FRAME)
        if name == "shown"
        else extents.named(data, rows, name)
    )
    assert address.bbox_of(app.text_input(key="w-bbox").value or "") == wanted
    app.selectbox(key="w-extent").set_value("borders")
    assert panel(app).text_input(key="w-bbox").value == ""


def test_an_extent_that_is_none_is_said_and_changes_nothing() -> None:
    app = panel(run(q="clash"))
    app.text_input(key="w-bbox").set_value("10,50,12,52")
    panel(app)
    assert app.selectbox(key="w-extent").value == "typed"
    app.text_input(key="w-bbox").set_value("12,50,10,52")
    panel(app)
    assert any("is no extent" in text and "67,36.5,75,41" in text for text in texts(app))
    assert app.query_params["bbox"] == "10,50,12,52"
    nothing = panel(run(q="zeppelin"))
    nothing.selectbox(key="w-extent").set_value("filter")
    panel(nothing)
    assert any("None of these incidents has a place" in text for text in texts(nothing))


@pytest.fixture
def switched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Pages that were switched to; a page that runs alone has no others."""
    found: list[Path] = []
    monkeypatch.setattr(st, "switch_page", found.append)
    return found


def dropped(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="w-reopen").upload(name, content, "application/octet-stream")
    return well(app.run())


SHOWN = Scene(
    query=Filter(chosen={"type": ("Battles",)}), sheet=Sheet(style="grey", title=HOSTILE[5])
)


def test_a_file_that_is_dropped_sets_the_state(data: Package, switched: list[Path]) -> None:
    content = formats.make(data, SHOWN, ".geojson", day=DAY)
    app = dropped(run("reopen"), "map.geojson", content)
    assert address.read(data, app.session_state["marz-parameters"]).scene == SHOWN
    opened, *changed = app.session_state["reopened"]
    assert changed == ["The data have not changed since."]
    assert "“map.geojson”, made on 24 November 2026" in opened
    assert switched == [ROOT / "pages/atlas.py"]


@pytest.mark.usefixtures("switched")
def test_what_has_changed_is_text_and_never_markup(data: Package, known: Path) -> None:
    content = formats.make(data, SHOWN, ".csv", day=DAY)
    altered = [{**one, "title": f"{HOSTILE[0]} {HOSTILE[5]}"} for one in INCIDENTS]
    write_package(known, incidents=altered)
    app = dropped(run("reopen"), f"{HOSTILE[0]}.csv", content)
    nav._declared = False
    after = AppTest.from_file(str(ROOT / "pages/records.py"), default_timeout=seconds(20))
    after.session_state["reopened"] = app.session_state["reopened"]
    well(after.run())
    said = texts(after)
    assert any("have been altered" in text and HOSTILE[5] in text for text in said)
    assert any(f"“{HOSTILE[0]}.csv”" in text for text in said)
    written = "\n".join(str(one.value) for one in [*after.markdown, *after.caption])
    assert HOSTILE[0] not in written and HOSTILE[5] not in written
    after.button(key="w-reopened").click().run()
    assert not any("have been altered" in text for text in texts(after))


def test_a_foreign_file_is_explained_and_changes_nothing() -> None:
    app = dropped(run("reopen", border="SAR-LOW"), "a.docx", b"PK\x03\x04")
    assert any("“a.docx” holds no view of Marz" in text for text in texts(app))
    assert app.session_state["marz-parameters"] == {"border": ["SAR-LOW"]}
