"""Marz as a library: its public face, its notebook, and what is installed with it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import marz
from geo.package.load import Package

ROOT = Path(__file__).resolve().parent.parent


def test_records_are_chosen_as_the_dashboard_does(data: Package) -> None:
    rows = marz.select(data, start="2020-01-01", end="2020-12-31", type=["Battles", "Protests"])
    frame = marz.to_geopandas(data, rows)
    assert list(frame["id"]) == ["SL-2020-01-15-clash", "SL-2020-03-protest"]
    assert frame.crs == "EPSG:4326" and list(frame.geometry.geom_type) == ["Point", "Polygon"]
    assert marz.toll(data, rows).low == 2 and marz.toll(data, rows).high == 5
    assert list(marz.linked(data, rows)["claims"]["claimant"]) == ["Sarnia", "Lowmark"]
    assert marz.say(data, rows)[0].startswith("15 January 2020: Clash at the bridge")
    assert marz.record(data, "SL-undated")["status"] == "announced"


@pytest.mark.parametrize(
    "wrong", [{"typ": "Riots"}, {"type": "Nix"}, {"start": "1 May"}, {"match": "perhaps"}]
)
def test_a_slip_is_named(data: Package, wrong: dict[str, Any]) -> None:
    with pytest.raises(marz.FilterError):
        marz.select(data, **wrong)
    with pytest.raises(KeyError):
        marz.record(data, "none")


def test_the_notebook_makes_the_figures_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARZ_DATA", raising=False)
    names: dict[str, Any] = {}
    cells = json.loads((ROOT / "docs/library.ipynb").read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - our own
    text = (ROOT / "README.md").read_text("utf-8")
    said = re.search(r"(\d+) dated records of the (\d{3})0s to (\d{4}) from (\d+) sources", text)
    assert said
    assert int(said[1]) == names["figures"]["records"]
    assert int(said[4]) == names["figures"]["sources"]
    assert names["years"].min()[:3] == said[2] and names["years"].max() == said[3]
    assert f"{names['figures']['claims']} claims" in text
    assert len(names["september"]) == len(names["frame"]) > 0 and names["record"]["claims"]


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in ROOT.glob("geo/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there | {"marz_data", "marz_static"} == set(listed["packages"])
