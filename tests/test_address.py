"""A scene goes into an address and comes back; what nobody can mean is said."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeup import HOSTILE
from scenes import scenes

from geo import address
from geo.collection.facets import FACETS
from geo.model import Bbox, Filter, FilterError, Scene, Sheet
from geo.package.load import Package


@settings(max_examples=100)
@given(drawn=st.data())
def test_a_scene_comes_back_from_its_pairs_and_its_address(
    data: Package, drawn: st.DataObject
) -> None:
    shown = drawn.draw(scenes(data))
    reading = address.read(data, address.grouped(address.pairs(shown)))
    assert (reading.scene, reading.notices) == (shown, ())
    link = address.of(shown)
    assert address.read(data, address.given_in(link)).scene == shown
    assert address.read(data, address.given_in("https://example.org/base/" + link)).scene == shown
    assert link.isprintable() and not set(link) & set("\"'<>\\`{} #")


def test_what_is_as_usual_is_not_said() -> None:
    assert address.pairs(Scene()) == ()
    assert address.of(Scene()) == "?"


def test_an_address_is_short_and_readable() -> None:
    shown = Scene(
        query=Filter(
            chosen={"border": ("TJ-KG",), "type": ("Explosions/Remote violence",)},
            text="Исфара dam",
        ),
        bbox=Bbox(67, 36.5, 75, 41),
        at=(39.9, 70.6, 8),
        sheet=Sheet(style="grey", title="Mine"),
    )
    assert address.of(shown, short=True) == (
        "?border=TJ-KG&type=Explosions/Remote+violence&q=Исфара+dam&at=39.9,70.6,8"
        "&bbox=67,36.5,75,41"
    )
    assert address.of(shown).endswith("&style=grey&title=Mine")


def test_browsers_read_the_address_alike() -> None:
    shown = Scene(query=Filter(text="a+b & c=d #e"), sheet=Sheet(title="100 %"))
    assert parse_qs(address.of(shown)[1:]) == {"q": ["a+b & c=d #e"], "title": ["100 %"]}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("from", "yesterday", "not a day"),
        ("from", "20220101", "not a day"),
        ("to", "2022-02-30", "not a day"),
        ("to", "9999-01-01", "not a day"),
        ("match", "maybe", "neither possibly nor certainly"),
        ("country", "XX", "there are"),
        ("type", "Picnics", "there are"),
        ("id", "nobody", "no incident"),
        ("lang", "xx", "there are tg, ky, ru, fa"),
        ("at", "here", "latitude, longitude and zoom"),
        ("at", "1e1,2,3", "latitude, longitude and zoom"),
        ("bbox", "1,2,3", "west,south,east,north"),
        ("bbox", "5,0,1,1", "west,south,east,north"),
        ("bbox", "nan,0,1,1", "west,south,east,north"),
        ("bbox", "1,1,1,1", "west,south,east,north"),
        ("preset", "poster", "there are a4"),
        ("style", "neon", "there are light, dark, grey"),
        ("timeline", "yes", "neither on nor off"),
        ("dpi", "9", "50 and 600"),
        ("dpi", "٣٠٠", "50 and 600"),
        ("each", "week", "there are year, month, type"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(
    data: Package, name: str, value: str, said: str
) -> None:
    reading = address.read(data, {name: [value], "border": ["SAR-LOW"]})
    assert reading.scene == Scene(query=Filter(chosen={"border": ("SAR-LOW",)}))
    (notice,) = reading.notices
    assert value in notice and said in notice


def test_a_reversed_window_is_dropped_and_said(data: Package) -> None:
    reading = address.read(data, {"from": ["2022-01-01"], "to": ["2021-01-01"], "q": ["a"]})
    assert reading.reversed_range and "Exchange" in reading.notices[0]
    assert reading.scene == Scene(query=Filter(text="a"))


def test_a_word_of_the_vocabulary_stays_asked_for(data: Package) -> None:
    reading = address.read(data, {"country": ["KG"]})
    assert (reading.scene.query.options("country"), reading.notices) == (("KG",), ())


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800", "a\0b", "x" * 10_000])
def test_hostile_values_are_bounded_and_never_raise(data: Package, text: str) -> None:
    given = {one.name: [text] * 1000 for one in address.parameters()} | {text: [text]}
    reading = address.read(data, given)
    assert len(reading.scene.query.text) <= 200 and len(reading.scene.sheet.title) <= 200
    address.of(reading.scene).encode()
    again = address.read(data, address.grouped(address.pairs(reading.scene)))
    assert again.scene == reading.scene


def test_what_no_paper_shows_is_not_in_a_title() -> None:
    assert Sheet(title="a\0b\x1b[31m\n c\ud800").title == "ab[31m c"
    assert len(Sheet(subtitle="x" * 300).subtitle) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"bbox": Bbox(5, 0, 1, 1)},
        {"bbox": Bbox(float("nan"), 0, 1, 1)},
        {"bbox": Bbox(0, 0, 0.00001, 1)},
        {"at": (float("nan"), 0.0, 1.0)},
        {"at": (0.0, 200.0, 1.0)},
        {"language": "xx"},
    ],
)
def test_a_scene_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(FilterError, match=r"Write|Choose"):
        Scene(**wrong)  # type: ignore[arg-type]


def test_every_facet_stands_in_the_address() -> None:
    names = [one.name for one in address.parameters()]
    assert len(set(names)) == len(names)
    assert {facet.name for facet in FACETS} <= set(names)
