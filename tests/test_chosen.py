"""A set picked by hand: starred on a page, and then a filter like any other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from patience import seconds
from streamlit.testing.v1 import AppTest

from geo import __main__ as command
from geo import address, describe
from geo.collection import memory, suggest
from geo.collection.packaged import Packaged
from geo.export import formats
from geo.model import MAX_CHOSEN, Filter, FilterError, Scene
from geo.package.load import Package
from geo.web.links import Links
from geo.web.respond import respond
from pages.ui import nav

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def six(marz: Package) -> tuple[str, ...]:
    """Six incidents from all over the record."""
    return tuple(sorted(marz.incidents["id"].iloc[::45][:6]))


def test_it_is_a_filter_with_words_of_its_own(marz: Package, six: tuple[str, ...]) -> None:
    asked = Filter(ids=(*six[::-1], six[0]))
    assert asked == Filter(ids=six)
    rows = memory.select(marz, asked)
    assert sorted(marz.incidents["id"].iloc[rows]) == list(six)
    assert describe.filter_in_words(asked) == "6 chosen incidents"
    assert describe.summary(marz, asked, rows).startswith("6 chosen incidents · ")
    fewer = Filter(ids=six, start=marz_day(marz, six[0]), end=marz_day(marz, six[0]))
    left = memory.select(marz, fewer)
    assert 0 < len(left) < 6
    assert describe.summary(marz, fewer, left).startswith(f"{len(left)} of 6 chosen incidents · ")
    assert formats.file_name(Scene(query=asked), ".png") == "marz-6-chosen.png"
    nothing = Filter(ids=six, text="zeppelin")
    offered = suggest.suggestions(marz, [Packaged(marz)], nothing)
    assert {one.part for one in offered} == {"text"}
    assert describe.loosened("ids") == "Not only those chosen"


def marz_day(marz: Package, incident: str) -> date:
    return date.fromordinal(
        date(1970, 1, 1).toordinal() + int(marz.incidents["start"].iat[marz.row_of(incident)])
    )


def test_it_stands_in_the_address_and_several_ids_are_read_as_it(
    marz: Package, six: tuple[str, ...]
) -> None:
    scene = Scene(query=Filter(ids=six), selected=six[2])
    assert address.read(marz, address.given_in(address.of(scene))).scene == scene
    typed = "?" + "&".join(f"id={one}" for one in six)
    assert address.read(marz, address.given_in(typed)).scene == Scene(query=Filter(ids=six))
    # One alone is the record that is open, as in every address of Marz 2.
    assert address.read(marz, {"id": [six[0]]}).scene == Scene(selected=six[0])
    reading = address.read(marz, {"only": ["<script>", six[0], "nope"]})
    assert reading.scene.query.ids == (six[0],)
    assert len(reading.notices) == 2 and "“nope”" in reading.notices[1]


def test_it_is_bounded(marz: Package) -> None:
    every = marz.incidents["id"].tolist()
    reading = address.read(marz, {"only": every})
    assert len(reading.scene.query.ids) == MAX_CHOSEN and str(MAX_CHOSEN) in reading.notices[0]
    assert len(address.of(reading.scene)) < 8000
    with pytest.raises(FilterError, match="Choose fewer"):
        Filter(ids=every[: MAX_CHOSEN + 1])


def test_data_addresses_and_commands_know_it(
    marz: Package, six: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    links = Links("https://marz.example/")
    for name in ("only", "id"):
        for wanted in (six, six[:1]):
            query = "&".join(f"{name}={one}" for one in wanted)
            told = json.loads(respond(marz, links, "api/v1/incidents.json", query).content)
            assert sorted(one["id"] for one in told["incidents"]) == list(wanted)
    assert command.main(["list", "--only", ",".join(six), "--format", "csv"]) == 0
    written = capsys.readouterr().out
    assert all(one in written for one in six) and written.count("\n") >= 6
    assert command.main(["list", "--only", "nope"]) == 2
    assert "no record of these data" in capsys.readouterr().err


def run(page: str, **parameters: Any) -> AppTest:
    nav._declared = False
    app = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=seconds(20))
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def press(app: AppTest, key: str) -> None:
    nav._declared = False  # AppTest runs the page without main.py, which declares the others
    app.button(key=key).click().run()
    assert not app.exception, [one.value for one in app.exception]


def told_list(app: AppTest) -> dict[str, Any]:
    found = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    return next(data for data in found if "rows" in data)


def test_a_star_marks_and_the_set_is_shown_alone(marz: Package, six: tuple[str, ...]) -> None:
    app = run("incident", id=six[0])
    press(app, "w-star")
    assert app.button(key="w-star").label == "Starred"
    assert app.query_params["star"] in (six[0], [six[0]])
    app = run("atlas", star=list(six[:3]), id=six[3])
    assert told_list(app)["stars"] == {"ids": list(six[:3]), "only": False}
    assert told_list(app)["total"] == len(marz.incidents)
    press(app, "w-star")
    assert app.query_params["star"] == list(six[:4])
    alone = run("atlas", only=list(six[:3]), id=six[0])
    assert told_list(alone)["stars"] == {"ids": list(six[:3]), "only": True}
    assert told_list(alone)["total"] == 3
    press(alone, "w-star")
    assert alone.query_params["only"] == list(six[1:3]) and told_list(alone)["total"] == 2
    # Whoever clears the filters keeps the stars.
    next(one for one in alone.button if one.label == "Clear all filters").click().run()
    assert "only" not in alone.query_params and alone.query_params["star"] == list(six[1:3])
