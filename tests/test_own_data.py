"""What a reader brings stays with the session: folders, the page without a browser."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
import sets
from patience import seconds
from streamlit.testing.v1 import AppTest
from test_pages import _own_caches, run, status, texts  # noqa: F401

from geo.collection.engine import duck
from geo.package.load import Package
from pages.ui import datasets as held
from pages.ui import own_data


def test_old_folders_are_swept_and_nothing_else(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in ("marz-own-a", "marz-own-b", "else"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "file.csv").write_text("a")
    long_ago = old.stat().st_mtime - own_data.LONGEST - 60
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))
    assert own_data.sweep(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["else", "marz-own-b"]


def test_a_session_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "marz-own-x"
    folder.mkdir()
    (folder / "set.parquet").write_bytes(b"")
    own_data.SessionFolder(folder).leave()
    assert not folder.exists()


def test_the_page_says_what_happens_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(held.VARIABLE, "")
    app = run("explore")
    assert not app.error
    assert any("ACLED does not allow" in one.value for one in app.caption)


def test_a_set_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(held.VARIABLE, str(tmp_path / "nowhere.parquet"))
    assert any("nowhere.parquet" in text for text in texts(run("explore")))


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A dashboard with two data sets of its operator."""
    paths = [sets.write(tmp_path / f"{name}.parquet", sets.rows(30)) for name in ("one", "none")]
    monkeypatch.setenv(held.VARIABLE, ";".join(map(str, paths)))


def switched(app: AppTest) -> list[bool]:
    """Which sets the panel says are shown."""
    return [box.value for box in app.checkbox if box.label.startswith("Show data set")]


def test_the_chosen_sets_stand_in_the_address(two: None, marz: Package) -> None:
    app = run("explore")
    assert switched(app) == [True, True, True]
    assert "set" not in app.query_params
    app.checkbox(key="w-set-operator-0").uncheck().run()
    assert switched(app) == [True, False, True]
    assert app.query_params["set"] == ["marz", "none-2"]
    assert status(app).startswith(f"{len(marz.incidents) + 30} incidents in 2 data sets")
    other = run("explore", set=["marz", "none-2"], type="Battles")
    assert switched(other) == [True, False, True]
    for key in ("marz", "operator-1"):
        app.checkbox(key=f"w-set-{key}").uncheck().run()
    assert app.query_params["set"] == "none"
    assert switched(app) == switched(run("explore", set="none")) == [False, False, False]
    for key in ("marz", "operator-0", "operator-1"):
        app.checkbox(key=f"w-set-{key}").check().run()
    assert "set" not in app.query_params


def test_a_set_of_the_address_that_is_not_here_is_said(two: None) -> None:
    said = "no such data set here; there are marz, one, none-2."
    app = run("explore", set=["one", "**gone**"])
    assert f"“set=**gone**”: {said}" in texts(app)
    assert switched(app) == [False, True, False]
    assert switched(run("explore", set="gone")) == [True, True, True]


def test_other_sets_are_asked_for_their_own_days_and_words(two: None) -> None:
    app = run("explore", from_="1850-01-01", type="Own word", to="1850-13-01")
    assert app.date_input(key="w-from").value == date(1850, 1, 1)
    assert app.session_state["marz-parameters"]["type"] == ["Own word"]
    assert [text for text in texts(app) if text.startswith("“")] == [
        "“to=1850-13-01” is not a day such as 2022-09-14."
    ]


def test_a_filter_by_what_the_map_shows_follows_the_map_of_the_sets() -> None:
    def moved() -> None:
        import streamlit as st  # the function runs as a page of its own

        from pages.ui import data, map_view, state

        st.session_state["sets-map"] = {"view": [39.5, 70.0, 9.0], "size": [512, 512]}
        state.put("within", "1,2,3,4")
        map_view._moved(data.load(), "sets-map", lambda: None)
        st.text(state.parameters()["within"][0])

    (text,) = AppTest.from_function(moved, default_timeout=seconds(20)).run().text
    west, south, east, north = map(float, text.value.split(","))
    # 512 of the 256 * 2 ** 9 pixels of the world.
    assert east - west == pytest.approx(360 / 2**8, abs=0.01)
    assert south < 39.5 < north


def test_what_a_reader_brings_is_in_no_address(two: None, tmp_path: Path) -> None:
    data = duck.open_set(sets.write(tmp_path / "own.parquet", sets.rows(5)), "acled.csv")
    both = [
        held.Entry("upload-x", "acled.csv", data, "own"),
        held.Entry("o", "one", data, "operator"),
    ]
    assert held.addressed(both) == {"one": "o"}
