"""The pages without a browser: they run, say what is shown, and make no file unasked.

The map is an unknown element here; tests/browser looks at it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from patience import seconds
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest
from streamlit_folium import generate_leaflet_string

from geo import describe, places
from geo.collection import memory
from geo.collection.facets import FACETS
from geo.export import text as export_text
from geo.files import DATA
from geo.model import Filter
from geo.package.load import Package, load_package
from geo.picture import snapshot
from geo.webmap import incidents as incident_layer
from pages.ui import frame, nav, own_data, sessions, state, timeline_fragment

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("atlas", "records", "sources")
EMPTY = {"q": "zeppelin"}


@pytest.fixture(autouse=True)
def _own_caches() -> Iterator[None]:
    """Pages share caches; a test starts without, and leaves no session behind."""
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    sessions.end_all()
    own_data.remove_place()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


def run(page: str, **parameters: Any) -> AppTest:
    """Run a page as if a fresh server were asked for its address first."""
    nav._declared = False
    app = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=seconds(20))
    for name, value in parameters.items():
        app.query_params[name.rstrip("_")] = value
    app.run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def texts(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def component_data(app: AppTest) -> list[dict[str, Any]]:
    """What the components of a page are told."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component")]


def heads(app: AppTest) -> list[dict[str, Any]]:
    """What headings and the head of a page are told."""
    return [data for data in component_data(app) if "title" in data]


def facets_of(app: AppTest) -> list[dict[str, Any]]:
    """The facets of the panel, those folded away included."""
    return [facet for data in component_data(app) for facet in data.get("facets", [])]


def headings(app: AppTest) -> list[str]:
    return [str(data["title"]) for data in heads(app)]


def status(app: AppTest) -> str:
    """What the head of a page says is shown."""
    return next((str(data["status"]) for data in heads(app) if "status" in data), "")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("parameters", [{}, EMPTY, {"id": "TJAF-2018-08-26-airstrikes"}], ids=str)
def test_a_page_opened_directly_runs(page: str, parameters: dict[str, str]) -> None:
    app = run(page, **parameters)
    assert texts(app) or status(app)
    assert not app.error


def test_an_actor_is_chosen_by_hand() -> None:
    app = run("actor")
    assert not app.markdown  # what stands in a module is no text of its page
    nav._declared = False  # each run of a test is a server of its own
    app.selectbox(key="w-actor-page").set_value("Taliban").run()
    assert not app.exception
    assert app.query_params["actor"] == "Taliban"
    assert "Taliban" in texts(app)


def test_an_incident_has_its_page(marz: Package) -> None:
    for incident in marz.incidents[["id", "title", "summary"]].iloc[::40].itertuples():
        app = run("incident", id=str(incident.id))
        assert incident.title in headings(app), incident.id
        assert incident.summary in [*texts(app), ""], incident.id


def test_the_whole_app_runs_and_opens_on_the_atlas(marz: Package) -> None:
    app = AppTest.from_file(str(ROOT / "main.py"), default_timeout=seconds(20)).run()
    assert not app.exception
    assert status(app) == describe.status_line(marz, memory.select(marz, Filter()))


@pytest.mark.parametrize("page", ["atlas", "records"])
@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ({}, Filter()),
        ({"country": "KG"}, Filter(chosen={"country": ("KG",)})),
        (
            {"type": "Battles", "match": "certainly"},
            Filter(chosen={"type": ("Battles",)}, match="certainly"),
        ),
        (EMPTY, Filter(text="zeppelin")),
    ],
    ids=str,
)
def test_sentence_and_facets(
    marz: Package, page: str, parameters: dict[str, str], asked: Filter
) -> None:
    app = run(page, **parameters)
    assert status(app) == describe.status_line(marz, memory.select(marz, asked))
    by_name = {one["name"]: one for one in facets_of(app)}
    for facet in FACETS:
        counts = memory.facet_counts(marz, asked)[facet.name]
        if facet.name not in by_name:
            assert not any(counts.values())
            continue
        shown = by_name[facet.name]
        chosen = asked.options(facet.name)
        every = {(option, facet.say(option), n) for option, n in counts.items()}
        left = {(o, facet.say(o), n) for o, n in counts.items() if n or o in chosen}
        pairs = zip(shown["options"], shown["counts"], strict=True)
        assert left <= {(option, words, n) for (option, words), n in pairs} <= every
        assert sorted(shown["chosen"]) == sorted(chosen)


def test_the_timeline_as_a_table_is_made_when_it_is_opened(marz: Package) -> None:
    app = run("atlas", from_="2022-01-01")
    assert not app.dataframe
    app.session_state["w-timeline-table"] = True
    app.run()
    counted = app.dataframe[0].value
    asked = Filter(start=date(2022, 1, 1))
    assert counted["Incidents"].sum() == len(memory.select(marz, asked))


def test_a_filter_by_hand_reaches_the_sentence(marz: Package) -> None:
    app = run("atlas")
    app.text_input(key="w-q").set_value("Исфара").run()
    asked = Filter(text="Исфара")
    assert status(app) == describe.status_line(marz, memory.select(marz, asked))
    assert app.query_params["q"] == "Исфара"
    next(button for button in app.button if button.label == "Clear all filters").click().run()
    assert status(app) == describe.status_line(marz, memory.select(marz, Filter()))
    assert "q" not in app.query_params


def test_an_answer_is_drawn_before_the_page_and_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def page() -> None:
        import streamlit as st

        from pages.ui import data, state, timeline_fragment

        drawn = st.session_state.setdefault("drawn", [])
        package = data.load()
        if drawn:
            state.enter("atlas")  # which a page does, and a fragment that runs alone does not
        else:
            st.session_state[state.ANSWERING] = True
        parts = [
            (st.container(), lambda _, now, name=name: drawn.append((name, now.query.start)))
            for name in ("counts", "list", "timeline")
        ]
        given = state.read(package)
        timeline_fragment.show(package, given, parts[:2], parts[2])

    monkeypatch.setattr(timeline_fragment, "PAUSE", 0)
    app = AppTest.from_function(page, default_timeout=seconds(20))
    app.query_params["from"] = "2022-01-01"
    app.run()
    names = [name for name, _ in app.session_state["drawn"]]
    assert names == ["counts", "list", "counts", "list", "timeline"]
    assert {start for _, start in app.session_state["drawn"]} == {date(2022, 1, 1)}


@pytest.mark.parametrize("inside", [True, False])
def test_only_dates_are_answered_before_the_page(
    inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asked(Exception):
        """The page is to run."""

    def rerun() -> None:
        raise Asked

    held: dict[str, Any] = {state.KEY: {"from": ["2020-01-01"]}}
    monkeypatch.setattr(st, "session_state", held)
    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(state, "told", lambda: None)
    session = SafeSessionState(SessionState(), lambda: None)
    context = SimpleNamespace(session_state=session, fragment_ids_this_run=["one"] * inside)
    monkeypatch.setattr(state, "get_script_run_ctx", lambda **_: context)

    state.whole(lambda: state.put("from", "2021-01-01"))()
    assert held.get(state.ANSWERING, False) == inside
    assert held[state.KEY] == {"from": ["2021-01-01"]}
    held.pop(state.ANSWERING, None)
    for callback in (lambda: state.put("q", "Isfara"), lambda: None):
        if inside:
            with pytest.raises(Asked):
                state.whole(callback)()
        else:
            state.whole(callback)()
        state.whole(callback, page=False)()
    assert state.ANSWERING not in held


@pytest.mark.parametrize("page", ["atlas", "records"])
def test_no_file_is_made_before_it_is_asked_for(page: str, monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("made without being asked for")

    for module, name in ((snapshot, "picture"), (export_text, "html"), (export_text, "csv")):
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(export_text, "geojson", refuse)
    run(page)


def test_what_the_address_gets_wrong_is_said(marz: Package) -> None:
    app = run("atlas", from_="2022-12-31", to="2022-01-01", country="XX", id="nobody", at="here")
    said = "\n".join(texts(app))
    for part in ("reversed", "country=XX", "“nobody”", "at=here"):
        assert part in said
    assert status(app) == describe.status_line(marz, memory.select(marz, Filter()))


@pytest.mark.parametrize("page", PAGES)
def test_an_unusable_package_is_explained(page: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("MARZ_DATA", str(tmp_path))
    app = run(page)
    assert [one.value for one in app.error] == ["The data cannot be shown."]
    assert any("There is no datapackage.json" in text for text in texts(app))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_hostile_texts_shows_them_as_they_are(
    page: str, hostile: Package, hostile_folder: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("MARZ_DATA", str(hostile_folder))
    for incident in hostile.incidents.to_dict("records"):
        app = run(page, id=incident["id"])
        if page != "sources":
            assert incident["title"] in headings(app)
            assert incident["summary"] in texts(app)
        # Markdown holds our own words only.
        written = "\n".join(str(one.value) for one in [*app.markdown, *app.caption, *app.title])
        assert not any(text in written for text in hostile.incidents["title"] if len(text) > 2)


def test_no_text_of_a_record_enters_folium(hostile: Package) -> None:
    rows = memory.select(hostile, Filter())
    view = incident_layer.View(vintage=18000, tiles=True, language="ru")
    chart = incident_layer.base_map("../../app/static/built/0", places.extent_of(hostile), None)
    found = places.features(hostile, rows)
    group = incident_layer.incident_group(found, view, selected=0, seek=True).add_to(chart)
    chart.render()  # type: ignore[no-untyped-call]
    scripts = [generate_leaflet_string(part) for part in (chart, group)]
    root: Any = chart.get_root()
    rendered = "\n".join([root.header.render(), *scripts])
    assert "marz.start" in rendered and "marz.commit" in rendered
    frames = [hostile.incidents, hostile.claims, hostile.sources, *hostile.layers.values()]
    given = {
        text
        for frame in frames
        for column in frame.columns
        for text in frame[column]
        if isinstance(text, str) and len(text) > 3 and not text.isalnum()
    }
    assert len(given) > 20
    assert [text for text in given if text in rendered] == []
    assert all(name not in rendered for name in ("Sarnia", "Westham", "SAR-LOW"))


def test_a_state_of_the_map_is_numbers_and_our_own_words(marz: Package) -> None:
    collection = places.features(marz, memory.select(marz, Filter()))
    text = json.dumps(collection)
    assert set(text) <= set('0123456789.-,:[]{} "' + "FeatureCollectionPointypegmrsdnxf")
    assert all(isinstance(v, (int, np.integer)) for f in collection["features"]
               for m in f["properties"]["m"] for v in m)  # fmt: skip


@pytest.mark.parametrize("address", ["{{ 7 }}", "a'b", "https://example.invalid/x", ""])
def test_an_address_that_could_run_is_refused(marz: Package, address: str) -> None:
    with pytest.raises(ValueError, match="not a plain address"):
        incident_layer.base_map(address, places.extent_of(marz), None)


def test_what_stays_is_frozen_out_of_every_collection() -> None:
    script = (
        "import gc; from streamlit.testing.v1 import AppTest; "
        "assert not gc.get_freeze_count(); "
        f"AppTest.from_file('pages/sources.py', default_timeout={seconds(20)}).run(); "
        "assert gc.get_freeze_count() > 10_000"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)


def test_a_run_that_was_cut_short_does_not_leave_widgets_as_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problems = frame.problems
    monkeypatch.setattr(frame, "problems", lambda _: st.stop())
    app = run("atlas", from_="2020-01-01", match="certainly")
    monkeypatch.setattr(frame, "problems", problems)

    def told() -> list[bool]:
        app.run()
        return [one.proto.set_value for one in (*app.date_input, app.text_input(key="w-q"))]

    assert app.date_input[0].value == date(2020, 1, 1)
    assert told() == [True, True, True]  # the browser may have seen nothing of the first run
    assert told() == [True, True, False]  # nor of the second; what is half written stays


def test_a_message_that_crosses_a_link_does_not_take_it_back(
    marz: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page that is run alone knows no other to link to.
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    first, second = (str(one) for one in marz.incidents["id"].iloc[[3, 7]])
    app = run("atlas", id=first)
    app.query_params["id"] = second  # a link was clicked
    app.run()
    for changed in ("w-tiles", "w-q"):
        # What a widget says next was said before the browser knew of the new address.
        app.query_params["id"] = first
        if changed == "w-tiles":
            app.toggle(key=changed).set_value(True).run()
        else:
            app.text_input(key=changed).set_value("a").run()
        assert app.query_params["id"] == second
    app.query_params["id"] = first  # and now somebody goes back
    app.run()
    assert app.query_params["id"] == first


def test_the_panel_of_files_stays_open_when_the_page_runs_again() -> None:
    def is_open() -> bool:
        return any(one.label == "Format" for one in app.button_group)

    app = run("atlas")
    assert not is_open()
    app.button(key="w-take").click().run()
    assert is_open()
    app.run()  # the map has told something
    assert is_open()


def test_the_atlas_as_of_a_release_says_so_and_leads_back() -> None:
    app = run("atlas", **{"as-of": "2.0.0"})
    assert status(app).startswith("243 incidents")
    assert any(text.startswith("Release 2.0.0 of 24 November 2026") for text in texts(app))
    app.button(key="w-as-of").click().run()
    assert "as-of" not in app.query_params and not status(app).startswith("243 ")
    app = run("atlas", **{"as-of": "0.9.0"})
    assert any("is no release of these data" in text for text in texts(app))


def test_what_is_new_is_told_by_record_and_by_table(monkeypatch: pytest.MonkeyPatch) -> None:
    # A page that is run alone knows no other to link to; tests/browser follows the links.
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = run("changes", since="1.0.0", until="2.0.0", border="TJ-KG")
    assert headings(app) == ["What’s new"]
    records, tables = (frame.value for frame in app.dataframe)
    kinds = records["kind"].value_counts().to_dict()
    assert status(app).startswith(f"{len(records)} records: {kinds['added']} added")
    assert set(records["id"].str[:4]) == {"TJKG"} and all(records["why"])
    assert tables.set_index("Table").loc["sources", "Added"] == "404"
    codes = [one.value for one in app.code]
    assert any(code.endswith("feed.atom?border=TJ-KG") for code in codes)
    assert any("geo watch --border TJ-KG --since" in code for code in codes)
    nav._declared = False  # each run of a test is a server of its own
    app.selectbox(key="w-since").select("1.0.0").run()
    assert not app.exception
    none = run("changes", since="1.0.0", until="2.0.0", **EMPTY)
    assert status(none) == "Nothing" and len(none.dataframe) == 1


def test_a_callback_comes_to_its_end_though_the_next_message_has_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def next_message() -> None:
        raise RerunException(RerunData())

    session = SafeSessionState(SessionState(), next_message)
    context = SimpleNamespace(session_state=session, fragment_ids_this_run=[])
    monkeypatch.setattr(state, "get_script_run_ctx", lambda **_: context)

    def callback(told: str) -> None:
        session["told"] = told

    with pytest.raises(RerunException):
        callback("in vain")
    state.whole(callback)("all of it")
    assert session._state["told"] == "all of it"
    with pytest.raises(RerunException):
        callback("in vain")


def test_what_a_component_tells_takes_no_link_back() -> None:
    def page() -> None:
        import streamlit as st

        from pages.ui import address, state

        # As the map tells that it is drawn: nothing is put.
        st.text_input("told", key="told", on_change=state.told)
        address.follow("Atlas")
        state.enter("Atlas")
        address.write()
        st.text(" ".join(state.parameters()["id"]))

    app = AppTest.from_function(page, default_timeout=seconds(20))
    for link in ("A", "B"):
        app.query_params["id"] = link
        assert texts(app.run()) == [link]
    app.query_params["id"] = "A"  # said before the browser knew of B
    assert texts(app.text_input(key="told").set_value("drawn").run()) == ["B"]
    app.query_params["id"] = "A"  # the reader goes back
    assert texts(app.run()) == ["A"]
