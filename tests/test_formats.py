"""`snapshot`, `bundle` and `open`: every form, the same bytes again, and what has changed."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import webbrowser
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from madeup import INCIDENTS, ROOT, made_up_layers, noted, write_package

from geo import __main__ as cli
from geo import address, commands
from geo.export import bundle, formats
from geo.export import state as file_state
from geo.export.state import changes
from geo.model import Bbox, Cancelled, Filter, PackageError, Scene, Sheet, annotation
from geo.package.load import Package, load_package

MADE = "2026-11-24"
QUICK = {form.ending for form in formats.FORMS.values() if form.kind in ("page", "records")}
ASKED = ["--type", "Battles", "--from", "2020", "--match", "certainly", "--text", "clash"]
LAID = [
    "--style",
    "grey",
    "--title",
    "Mine",
    "--dpi",
    "60",
    "--lang",
    "ru",
    "--bbox",
    "10,50,12,52",
]
SHOWN = Scene(
    query=Filter(
        chosen={"type": ("Battles",)}, start=date(2020, 1, 1), match="certainly", text="clash"
    ),
    bbox=Bbox(10, 50, 12, 52),
    selected="SL-2020-01-15-clash",
    language="ru",
    sheet=Sheet(style="grey", title="Mine", dpi=60),
)


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up package, as the one that is open."""
    path = write_package(tmp_path / "package")
    monkeypatch.setenv("MARZ_DATA", str(path))
    monkeypatch.chdir(tmp_path)
    return path


def run(*arguments: str) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def taken(name: str, *further: str) -> bytes:
    """A file with all options."""
    options = [*ASKED, *LAID, "--id", "SL-2020-01-15-clash", "--made", MADE, *further]
    assert run("snapshot", "-o", name, *options) == 0
    return Path(name).read_bytes()


@pytest.mark.parametrize("ending", [*sorted(QUICK), ".PNG", ".svg", ".pdf", ".gif", ".mp4", ".zip"])
def test_a_file_carries_its_options_and_is_made_again_to_the_byte(
    data: Package, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content = taken(f"a{ending}")
    found = file_state.read(content)
    assert (found.made, address.read(data, found.parameters).scene) == (date(2026, 11, 24), SHOWN)
    capsys.readouterr()
    assert run("open", f"a{ending}", "-o", f"b{ending}") == 0
    out, err = capsys.readouterr()
    assert Path(f"b{ending}").read_bytes() == content
    assert "The data have not changed since." in out and "24 November 2026" in out
    assert out.splitlines()[-1] == address.of(SHOWN)
    assert err.startswith("2 incidents · 2020 to 2025 · certainly from 1 January 2020")


def test_small_multiples_are_made_again_to_the_byte() -> None:
    content = taken("a.png", "--each", "type")
    assert run("open", "a.png", "-o", "b.png") == 0
    assert Path("b.png").read_bytes() == content
    assert file_state.read(content).parameters["each"] == ["type"]


def test_small_multiples_of_nothing_name_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("snapshot", "-o", "a.png", "--each", "year", "--text", "zeppelin") == 2
    err = capsys.readouterr().err
    assert "--each year" in err and "Widen" in err and len(err.splitlines()) == 1
    assert not Path("a.png").exists()


def test_one_form_leads_to_another(data: Package) -> None:
    taken("a.csv")
    assert run("open", "a.csv", "-o", "a.geojson") == 0
    assert (
        address.read(data, file_state.read(Path("a.geojson").read_bytes()).parameters).scene
        == SHOWN
    )


def test_a_film_without_time_names_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("snapshot", "-o", "a.gif", "--type", "Riots") == 2
    err = capsys.readouterr().err
    assert "--output a.gif" in err and "Widen" in err and len(err.splitlines()) == 1


def test_a_page_opens_on_the_extent() -> None:
    assert run("snapshot", "-o", "a.html", "--bbox", "10,50,12,52") == 0
    assert re.findall(rb'"fit":(.*?\]),', Path("a.html").read_bytes()) == [b"[10.0,50.0,12.0,52.0]"]


def test_a_bundle_is_a_command_of_its_own() -> None:
    assert run("bundle", "-o", "a.zip", "--type", "Riots", "--dpi", "60") == 0
    assert file_state.read(Path("a.zip").read_bytes()).parameters["type"] == ["Riots"]


@pytest.mark.parametrize(
    ("name", "held"),
    [("sar-low", (11, 51)), ("filter", (11.05, 51)), ("borders", None)],
)
def test_an_extent_by_name(name: str, held: tuple[float, float] | None) -> None:
    assert run("snapshot", "-o", "a.csv", "--extent", name, "--border", "SAR-LOW") == 0
    given = file_state.read(Path("a.csv").read_bytes()).parameters
    if held is None:
        assert "bbox" not in given
        return
    bbox = address.bbox_of(given["bbox"][0])
    assert bbox.west < held[0] < bbox.east and bbox.south < held[1] < bbox.north


def test_what_has_changed_is_said_and_the_day_is_then_today(
    known: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("snapshot", "-o", "a.csv", "--made", MADE) == 0
    first, second, third, *rest = INCIDENTS
    added = {**third, "id": "SL-2020-02-other", "title": "A new one"}
    write_package(known, incidents=[first, {**second, "title": "Altered"}, added, *rest])
    capsys.readouterr()
    assert run("open", "a.csv", "-o", "b.csv") == 0
    out = capsys.readouterr().out
    for part in (
        "1 record is new in this view: A new one (SL-2020-02-other).",
        "1 record is gone from the data: SL-2020-02-shelling.",
        "1 record has been altered: Altered (SL-2020-01-15-clash).",
        "Data version then: ",
    ):
        assert part in out, out
    assert file_state.read(Path("b.csv").read_bytes()).made == date.today()


def test_a_hostile_file_does_not_steer_the_terminal(
    hostile_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("snapshot", "-o", "a.csv", "--title", "\x1b[31m\u202e") == 0
    capsys.readouterr()
    assert run("open", "a.csv", "--data", str(hostile_folder)) == 0
    out, err = capsys.readouterr()
    assert not any(sign in out + err for sign in "\x1b\x07\u202e\u2028")
    assert "21 records are new in this view" in out


def test_a_foreign_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text("hello")
    assert run("open", "a.txt") == 1
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and "Choose a file" in err


@pytest.mark.parametrize(
    ("given", "base"),
    [([], "http://localhost:8501/"), (["https://x.example/marz"], "https://x.example/marz/")],
)
def test_the_view_opens_in_a_browser(
    monkeypatch: Any, capsys: pytest.CaptureFixture[str], given: list[str], base: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: noted(opened)(url) and False)
    taken("a.csv")
    capsys.readouterr()
    assert run("open", "a.csv", "--url", *given) == 0
    assert opened == [base + address.of(SHOWN)]
    assert "no browser could be started" in capsys.readouterr().err


def test_a_write_that_fails_leaves_the_old_file(monkeypatch: Any, capsys: Any) -> None:
    Path("a.csv").write_text("old")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run("snapshot", "-o", "a.csv") == 1
    err = capsys.readouterr().err
    assert "No space left" in err and len(err.splitlines()) == 1
    assert Path("a.csv").read_text() == "old"
    assert sorted(path.name for path in Path().iterdir()) == ["a.csv", "package"]


def test_a_file_that_cannot_be_made_leaves_the_old_one(monkeypatch: Any) -> None:
    Path("a.csv").write_text("old")

    def interrupted(*_: Any, **__: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(formats, "make", interrupted)
    assert run("snapshot", "-o", "a.csv") == 130
    assert Path("a.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("name", "given", "of"),
    [
        ("a.gif", [], "frame"),
        ("a.mp4", [], "frame"),
        ("a.png", ["--each", "type"], "map"),
        ("a.pdf", ["--each", "type"], "map"),
        ("a.zip", [], "file"),
    ],
)
def test_ctrl_c_in_the_middle_leaves_the_old_file(
    monkeypatch: Any, name: str, given: list[str], of: str
) -> None:
    Path(name).write_text("old")
    told: list[tuple[str, int]] = []

    def interrupted(part: str, done: int, _: int) -> bool:
        told.append((part, done))
        if done == 2:
            signal.raise_signal(signal.SIGINT)
        return True

    monkeypatch.setattr(commands.snapshot, "_count", interrupted)
    # Whoever starts the tests in the background of a shell has them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert run("snapshot", "-o", name, "--dpi", "60", *given) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == [(of, 1), (of, 2)]
    assert Path(name).read_text() == "old"
    assert sorted(path.name for path in Path().iterdir()) == [name, "package"]


@pytest.mark.parametrize("each", ["", "type"])
def test_a_bundle_stops_within_its_picture_too(data: Package, each: str) -> None:
    shown = Scene(sheet=Sheet(dpi=60, each=each))
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        formats.make(
            data, shown, ".zip", day=date(2026, 11, 24),
            progress=lambda *step: not noted(told)(*step),
        )  # fmt: skip
    assert told == [(0 if each else 1, len(bundle.WHAT))]


def test_no_command_needs_streamlit_or_draws_before_it_must() -> None:
    code = (
        "import sys; from geo.__main__ import main; main(['snapshot', '-o', 'a.csv'])\n"
        "found = {name.split('.')[0] for name in sys.modules}\n"
        "sys.exit(bool(found & {'streamlit', 'matplotlib'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr.decode()


def test_of_very_many_records_it_is_said_that_some_have_changed(
    known: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(file_state, "MOST_RECORDS", 3)
    before = load_package(known)
    content = formats.make(before, Scene(), ".csv", day=date.today())
    assert changes.changes(before, file_state.read(content)) == ()
    first, second, third, *rest = INCIDENTS
    added = {**third, "id": "SL-2020-02-other", "title": "A new one"}
    write_package(known, incidents=[first, {**second, "title": "Altered"}, added, *rest])
    said = changes.changes(load_package(known), file_state.read(content))
    expected = (
        "In this view: 8 records then, 8 now. Some are new, gone or altered; the file does not "
        "tell which."
    )
    assert expected in said
    # Where other records alone have changed, all is as it was.
    riots = Scene(query=Filter(chosen={"type": ("Riots",)}))
    content = formats.make(before, riots, ".csv", day=date.today())
    monkeypatch.setattr(file_state, "MOST_RECORDS", 0)
    said = changes.changes(load_package(known), file_state.read(content))
    assert "No record in this view has changed." in said


def test_a_file_of_version_2_is_counted(known: Path) -> None:
    content = formats.make(load_package(known), Scene(), ".csv", day=date.today())
    found = file_state.read(content)
    old = replace(found, records=replace(found.records, each=None, total=""))
    write_package(known, incidents=INCIDENTS[1:])
    said = changes.changes(load_package(known), old)
    assert any("8 records then, 7 now. Some may have changed" in line for line in said)


@pytest.mark.parametrize(
    ("asked", "ending", "name"),
    [
        (Filter(), ".csv", "marz-all-incidents.csv"),
        (
            Filter(
                start=date(2022, 9, 1),
                end=date(2022, 9, 30),
                chosen={"border": ("TJ-KG",), "type": ("Battles",)},
            ),
            ".png",
            "marz-2022-09-TJ-KG-battles.png",
        ),
        (Filter(start=date(2021, 1, 1), end=date(2022, 12, 31)), ".html", "marz-2021-2022.html"),
        (Filter(start=date(2022, 9, 14), end=date(2022, 9, 14)), ".svg", "marz-2022-09-14.svg"),
        (Filter(start=date(2022, 9, 14)), ".pdf", "marz-from-2022-09-14.pdf"),
        (Filter(text="../Исфара: \\x"), ".zip", "marz-исфара-x.zip"),
        (Filter(text="long " * 60), ".gif", f"marz-{'long-' * 15}long.gif"),
    ],
)
def test_a_file_is_named_after_what_is_in_it(asked: Filter, ending: str, name: str) -> None:
    assert formats.file_name(Scene(query=asked), ending) == name


LONG = ("Рӯзи бад; “=1+1”, тирпарронӣ. " * 40_000)[:1_000_000].strip()


@pytest.fixture(scope="module")
def lengthy(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A package with a record that tells a million characters."""
    told = {"title": LONG, "summary": LONG, "place_note": LONG}
    incidents = [{**one, **told} if one is INCIDENTS[1] else one for one in INCIDENTS]
    return load_package(write_package(tmp_path_factory.mktemp("lengthy"), incidents=incidents))


@pytest.mark.parametrize("ending", formats.FORMS)
def test_a_record_of_a_million_characters_is_made_and_reopened(
    lengthy: Package, ending: str
) -> None:
    scene = Scene(
        query=Filter(ids=(INCIDENTS[1]["id"], INCIDENTS[2]["id"])),  # a film takes two
        selected=INCIDENTS[1]["id"],
        sheet=Sheet(preset="slide", dpi=50),
    )
    content = formats.make(lengthy, scene, ending, day=date.fromisoformat(MADE))
    opened = address.read(lengthy, file_state.read(content).parameters)
    assert (opened.scene.query, opened.scene.selected) == (scene.query, scene.selected)
    whole, start = LONG.encode(), LONG[:60].encode()
    if ending in (".csv", ".html", ".gpkg"):
        assert start in content and len(content) > len(whole)
    elif ending == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as bundle_:
            assert whole in bundle_.read("incidents.csv").replace(b'""', b'"')


def test_a_character_that_ends_a_text_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    layers = made_up_layers()
    layers["places"][0]["properties"]["name"] = "West\0ham"
    damaged = load_package(write_package(tmp_path / "a", layers=layers))
    assert [p.message for p in damaged.problems if "NUL" in p.message] == [
        "feature 1: holds the character NUL. Remove it."
    ]
    incidents = [{**one, "summary": "a\0b"} for one in INCIDENTS[:1]]
    damaged = load_package(write_package(tmp_path / "b", incidents=incidents + INCIDENTS[1:]))
    assert INCIDENTS[0]["id"] not in set(damaged.incidents["id"])
    with pytest.raises(PackageError, match="NUL"):
        load_package(write_package(tmp_path / "c", title="Made\0up"))
    # A reader's words are cleaned before any kind of file sees them.
    shown = Scene(query=Filter(text="a\0b"), sheet=Sheet(title="a\0b", subtitle="\0"))
    assert (shown.query.text, shown.sheet.title, shown.sheet.subtitle) == ("ab", "ab", "")
    assert annotation("text", 10, 50, "a\0b").text == "ab"
