"""The command line, run in this process and, where it matters, in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from madeup import HOSTILE, ROOT, write_package

from geo import __main__ as cli
from geo import days, describe


@pytest.fixture(autouse=True)
def _package(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARZ_DATA", str(write_package(tmp_path_factory.mktemp("cli"))))


def run(*arguments: str) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def listed(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> list[str]:
    assert run("list", *arguments, "--format", "csv") == 0
    frame = pd.read_csv(io.BytesIO(capsysbinary.readouterr().out))
    return list(frame["id"])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--from", "2020-01-15", "--to", "2020-01-15", "--type", "Battles"],
         ["SL-2020-01-15-clash"]),
        (["--from", "2020-02", "--to", "2020-02", "--match", "certainly"], ["SL-2020-02-shelling"]),
        (["--to", "2020-02-29", "--type", "Explosions/Remote violence"], ["SL-2020-02-shelling"]),
        (["--to", "2020-01", "--type", "explosions/remote violence"], []),
        (["--from", "2025", "--country", "mt"], ["SL-2025-05-05-clash"]),
        (["--type", "Riots,Protests"], ["SL-1995-riot", "SL-2020-03-protest"]),
        (["--type", "Riots", "--type", "Protests"], ["SL-1995-riot", "SL-2020-03-protest"]),
        (["--status", "planned"], ["SL-2021-works"]),
        (["--border", "SAR-LOW", "--text", "drone"], ["SL-2020-01-15-clash"]),
    ],
)  # fmt: skip
def test_options_filter(
    capsysbinary: pytest.CaptureFixture[bytes], arguments: list[str], found: list[str]
) -> None:
    assert listed(capsysbinary, *arguments) == found


def test_the_table_fits_and_begins_with_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("8 incidents · 1990 to 2025")
    assert all(len(line) <= 100 for line in lines)
    assert any("SL-2020-01-15-clash" in line for line in lines)


def test_geojson_goes_to_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("list", "--format", "geojson", "--type", "Riots") == 0
    assert [f["id"] for f in json.loads(capsysbinary.readouterr().out)["features"]] == [
        "SL-1995-riot"
    ]


def test_no_data_text_steers_the_terminal(
    capsys: pytest.CaptureFixture[str], hostile_folder: Path
) -> None:
    assert run("list", "--data", str(hostile_folder)) == 0
    out = capsys.readouterr().out
    assert not any(sign in out for sign in "\x1b\x07\u202e\u2028")
    assert "{{7*7}}" in out


@pytest.mark.parametrize("text", HOSTILE)
def test_clean_text_is_one_line(text: str) -> None:
    assert len(describe.clean(text).splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["list", "--from", "yesterday"], ["--from", "“yesterday”", "Write it as"]),
        (["list", "--to", "2022-02-30"], ["--to", "2022-02-30"]),
        (["list", "--to", "2022-13"], ["--to"]),
        (["list", "--from", "2022", "--to", "2021"], ["--to", "--from", "Exchange"]),
        (["list", "--country", "ZZ"], ["“ZZ”", "country", "choose among IS, MT"]),
        (["list", "--type", "Picnics"], ["“Picnics”", "type", "Battles"]),
        (["list", "--match", "maybe"], ["--match", "possibly"]),
        (["list", "--format", "xml"], ["--format", "table"]),
        (["list", "--frm", "2022"], ["--frm"]),
        (["snapshot"], ["-o"]),
        (["snapshot", "-o", "x.tiff"], ["x.tiff", "--output", ".png", ".gpkg or .zip"]),
        (["snapshot", "-o", "x"], ["--output", "End it in .png"]),
        (["bundle", "-o", "x.png"], ["x.png", "--output", "End it in .zip"]),
        (["snapshot", "-o", "x.png", "--dpi", "9"], ["--dpi", "50 and 600"]),
        (["snapshot", "-o", "x.png", "--bbox", "1,2,3"], ["--bbox", "west,south,east,north"]),
        (["snapshot", "-o", "x.png", "--bbox", "nan,0,1,1"], ["--bbox"]),
        (["snapshot", "-o", "x.png", "--bbox", "5,0,1,1"], ["--bbox"]),
        (["snapshot", "-o", "x.png", "--bbox", "1,1,1,1"], ["--bbox", "west,south,east,north"]),
        (["snapshot", "-o", "x.png", "--extent", "moon"], ["--extent", "borders, filter, SAR-LOW"]),
        (
            ["snapshot", "-o", "x.png", "--extent", "filter", "--text", "zeppelin"],
            ["--extent filter", "Choose another one"],
        ),
        (["snapshot", "-o", "x.png", "--extent", "filter", "--bbox", "1,1,2,2"], ["--bbox"]),
        (["snapshot", "-o", "x.png", "--preset", "poster"], ["--preset", "a4-portrait"]),
        (["snapshot", "-o", "x.png", "--style", "neon"], ["--style", "grey"]),
        (["snapshot", "-o", "x.png", "--lang", "xx"], ["--lang", "tg"]),
        (["snapshot", "-o", "x.png", "--id", "nobody"], ["--id", "python -m geo list"]),
        (["snapshot", "-o", "x.png", "--each", "week"], ["--each", "month"]),
        (["snapshot", "-o", "x.csv", "--each", "year"], ["--each", "--output", ".png"]),
        (["snapshot", "-o", "x.png", "--title", "x" * 201], ["--title", "201", "Shorten"]),
        (["snapshot", "-o", "x.png", "--made", "2026"], ["--made", "2022-09-14"]),
        (["list", "--text", "x" * 201], ["--text", "Shorten"]),
        (["list", "--from", "0001"], ["--from", "1900-01-01", "Write one within"]),
        (["open"], ["FILE"]),
        (["open", "no-such-file.png"], ["no-such-file.png", "cannot be read", "Name a file"]),
        (["open", "x.png", "--url", "javascript:alert(1)"], ["--url", "http://localhost:8501"]),
        (["open", "x.png", "-o", "y.tiff"], ["y.tiff", "--output"]),
        (["fly"], ["fly"]),
        ([], ["COMMAND"]),
    ],
)
def test_a_wrong_option_is_one_line_with_the_remedy(
    capsys: pytest.CaptureFixture[str], arguments: list[str], parts: list[str]
) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    assert all(part in err for part in parts), err


def test_a_write_that_fails_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("snapshot", "-o", str(tmp_path / "none" / "a.csv")) == 1
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1 and "could not be written" in err


def test_validate_is_short_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("validate") == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 1 and out[0].startswith("ok: 8 incidents, 2 claims, 2 sources, 4 layers")


def test_validate_prints_every_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "incidents.csv"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("2020-01-15,", "2020-01-35,").replace(",westham,", ",nowhere,"), "utf-8"
    )
    assert run("validate", str(folder)) == 1
    out = capsys.readouterr().out.splitlines()
    assert any(line.startswith("incidents.csv:SL-2020-01-15-clash: ") for line in out)
    assert any(line.startswith("incidents.csv:SL-1995-riot: ") for line in out)
    assert all(len(line.split(":", 2)) == 3 for line in out)


def test_a_list_of_a_package_with_problems_says_so_beside_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "incidents.csv"
    path.write_text(path.read_text("utf-8").replace("199X", "199Z"), "utf-8")
    assert run("list", "--data", str(folder)) == 0
    out, err = capsys.readouterr()
    assert out.startswith("7 incidents") and "problem" in err and len(err.splitlines()) == 1


def test_a_package_that_cannot_be_used_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("validate", str(tmp_path)) == 1
    assert run("list", "--data", str(tmp_path)) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err and err.count("no datapackage.json") == 2


def test_reading_only_the_first_line_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "geo", "list", "--format", "geojson"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    with process.stderr:
        err = process.stderr.read()
    process.wait()
    assert err == b""


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX alone")
def test_names_that_are_not_utf8_and_a_poor_locale_end_in_sentences(tmp_path: Path) -> None:
    poor = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    odd = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(odd + b".csv")).write_text("event_date,lat,lon\n2022-01-01,39,70\n", "utf-8")
    good = tmp_path / "Суғд.parquet"

    def ran(*arguments: bytes | str | Path) -> tuple[int, str]:
        command = [sys.executable, "-m", "geo", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=poor, capture_output=True, check=False)
        said = (done.stdout + done.stderr).decode("utf-8")
        assert "Traceback" not in said
        return done.returncode, said

    assert ran("import", odd + b".csv", "-o", good)[0] == 0 and good.stat().st_size
    status, said = ran("import", odd + b".csv", "-o", odd + b".parquet")
    assert status == 1 and "caf�.parquet" in said and "is not UTF-8" in said
    status, said = ran("list")
    assert status == 0 and not said.isascii()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Midway"])
def test_the_day_in_a_file_is_that_of_utc(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        before = datetime.now(UTC).date()
        assert before <= days.today() <= datetime.now(UTC).date()
    finally:
        monkeypatch.undo()
        time.tzset()
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "geo").rglob("*.py"))
    assert "date.today()" not in written and "datetime.now()" not in written


def test_the_library_never_imports_streamlit() -> None:
    code = (
        "import importlib, pkgutil, sys, geo\n"
        "for module in pkgutil.walk_packages(geo.__path__, 'geo.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "import geo.__main__\n"
        "sys.exit(any(name.split('.')[0] == 'streamlit' for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
