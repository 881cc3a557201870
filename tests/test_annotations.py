"""What a reader draws on the map: in the address, on every picture, as text and never as markup."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from madeup import HOSTILE
from matplotlib.text import Text
from patience import seconds
from PIL import Image
from streamlit.testing.v1 import AppTest

from geo import address
from geo.collection import memory
from geo.collection.packaged import Packaged
from geo.export import formats
from geo.model import MAX_ANNOTATIONS, Annotation, FilterError, Scene, Sheet, annotation
from geo.package.load import Package
from geo.picture import annotate, film, sheet
from geo.picture.paper import drawing
from pages.ui import nav

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 27, tzinfo=UTC)
DRAWN = (
    annotation("callout", 70.9, 39.2, "The bridge, at noon"),
    annotation("text", 69.0, 38.4, "Нишона"),
    annotation("callout", 71.5, 38.2, "Second"),
    annotation("arrow", 72.0, 38.0, "", to=(71.0, 38.5)),
    annotation("circle", 70.0, 37.9, "Thirty", km=30),
)


def test_they_come_back_from_their_address() -> None:
    texts = address.drawn(DRAWN)
    assert texts[0] == "callout,39.2,70.9,The bridge, at noon"
    assert texts[3:] == ["arrow,38,72,38.5,71,", "circle,37.9,70,30,Thirty"]
    assert tuple(address.annotation_of(text) for text in texts) == DRAWN


@pytest.mark.parametrize(
    "text",
    ["", "callout", "pin,39,70,x", "callout,39,70,", "callout,99,70,x", "arrow,39,70,x",
     "circle,39,70,0,x", "circle,39,70,9999,x", "text,nan,70,x", "text,1e1,70,x"],
)  # fmt: skip
def test_what_is_none_is_left_out_and_said(data: Package, text: str) -> None:
    reading = address.read(data, {"note": [text, "text,39,70,Kept"]})
    assert [one.text for one in reading.scene.annotations] == ["Kept"]
    assert not text or "is no annotation" in reading.notices[0]


def test_they_are_bounded(data: Package) -> None:
    reading = address.read(data, {"note": ["text,39,70,x"] * 50})
    assert len(reading.scene.annotations) == MAX_ANNOTATIONS and reading.notices
    assert len(annotation("text", 0, 0, "x" * 500).text) == 80
    with pytest.raises(FilterError, match="at most"):
        Scene(annotations=(Annotation("text", 0, 0, "x"),) * (MAX_ANNOTATIONS + 1))


def scene(*drawn: Annotation, **laid_out: Any) -> Scene:
    return Scene(sheet=Sheet(preset="square", dpi=60, **laid_out), annotations=drawn)


def made(package: Package, shown: Scene, ending: str) -> bytes:
    return formats.make(package, shown, ending, day=NOW.date())


def test_the_inset_hides_none(marz: Package) -> None:
    rows = memory.select(marz, Scene().query)
    with drawing():
        before = sheet.plan(marz, scene(), rows, now=NOW, address="")
        assert before.inset
        left, bottom, right, top = before.inset.frame
        lon, lat = before.basemap.sheet.forward.transform(
            before.basemap.sheet.left + (left + right) / 2 / before.basemap.scale,
            before.basemap.sheet.bottom + (bottom + top) / 2 / before.basemap.scale,
            direction="INVERSE",
        )
        drawn = annotation("text", lon, lat, "Under it")
        after = sheet.plan(marz, scene(drawn), rows, now=NOW, address="")
    assert after.inset is None or after.inset.frame != before.inset.frame
    ((x, y, to_x, to_y),) = annotate.boxes([(0, drawn)], after.basemap, after.layout.scale)
    if after.inset:
        left, bottom, right, top = after.inset.frame
        assert to_x <= left or x >= right or to_y <= bottom or y >= top


def test_each_is_drawn_once_in_the_frame_and_explained(marz: Package) -> None:
    shown = scene(*DRAWN)
    with drawing():
        planned = sheet.plan(marz, shown, memory.select(marz, shown.query), now=NOW, address="")
        paper = sheet.compose(planned)
        words = [one.get_text() for one in paper.figure.findobj(Text)]
        held = [each for one in planned.maps for each in planned.annotations(one)]
        covered = [
            box for one in planned.maps for box in
            annotate.boxes(planned.annotations(one), one.basemap, planned.layout.scale)
        ]  # fmt: skip
    assert sorted(held, key=str) == sorted(annotate.numbered(DRAWN), key=str)
    assert [number for number, _ in annotate.numbered(DRAWN)] == [1, 0, 2, 0, 0]
    assert {"Нишона", "Second", "Thirty"} <= set(words)
    assert any(
        "added by whoever made this map" in text for text in (e.text for e in planned.legend)
    )
    wide, tall = planned.basemap.width, planned.basemap.height
    assert all(a >= 0 and b >= 0 and c <= wide and d <= tall for a, b, c, d in covered)
    bare = sheet.plan(marz, scene(), memory.select(marz, shown.query), now=NOW, address="")
    assert not any("added by" in entry.text for entry in bare.legend)


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".html"])
def test_every_kind_of_file_has_them_and_gives_them_back(marz: Package, ending: str) -> None:
    plain, annotated = made(marz, scene(), ending), made(marz, scene(*DRAWN), ending)
    assert plain != annotated
    if ending == ".svg":
        assert "Нишона" in annotated.decode() and "Нишона" not in plain.decode()
    if ending == ".png":
        before, after = (np.asarray(Image.open(io.BytesIO(one))) for one in (plain, annotated))
        assert before.shape == after.shape and (before != after).any(axis=2).sum() > 500


def test_small_maps_and_films_have_them(data: Package) -> None:
    extent = Packaged(data).extent().bbox
    assert extent
    at = annotation("text", (extent.west + extent.east) / 2, (extent.south + extent.north) / 2, "Z")
    for laid_out in ({"each": "type"}, {}):
        ending = ".png" if laid_out else ".gif"
        files = [made(data, scene(*drawn, **laid_out), ending) for drawn in ((), (at,))]
        frames = [np.asarray(Image.open(io.BytesIO(one)).convert("RGB")) for one in files]
        assert frames[0].shape == frames[1].shape and (frames[0] != frames[1]).any()
    assert film.FORMS == ("gif", "mp4")


def test_hostile_words_are_words(data: Package) -> None:
    drawn = [annotation("text", 0, 0, text) for text in HOSTILE if text.strip()][:MAX_ANNOTATIONS]
    again = address.read(data, {"note": address.drawn(drawn)})
    assert list(again.scene.annotations) == drawn and not again.notices
    page = made(data, Scene(annotations=tuple(drawn)), ".html").decode()
    for text in HOSTILE:
        assert "<" not in text or f">{text}<" not in page


def test_a_form_adds_and_removes_them() -> None:
    def run(changed: Any) -> AppTest:
        nav._declared = False
        app: AppTest = changed.run()
        assert not app.exception, [one.value for one in app.exception]
        return app

    app = run(AppTest.from_file(str(ROOT / "pages/atlas.py"), default_timeout=seconds(20)))
    run(app.selectbox(key="w-note-kind").set_value("circle"))
    app.text_input(key="w-note-at").set_value("39.9, 70.6")
    app.number_input(key="w-note-km").set_value(12.5)
    app.text_input(key="w-note-words").set_value("Round **it**")
    run(next(one for one in app.button if one.label == "Add to the map").click())
    assert app.query_params["note"] in (
        "circle,39.9,70.6,12.5,Round **it**",
        ["circle,39.9,70.6,12.5,Round **it**"],
    )
    assert "circle,39.9,70.6,12.5,Round **it**" in [one.value for one in app.text]
    run(app.button(key="w-note-0").click())
    assert "note" not in app.query_params
