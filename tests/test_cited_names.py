"""Names of places that pages print, each with its page."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from madeup import ROOT

sys.path.insert(0, str(ROOT / "tools"))

from geo.files import DATA
from geo.model import LANGUAGE_NAMES
from geo.package.load import Package, load_package
from geo.package.validate import JOINED
from geo.places import is_untranslated
from tools.layers.cited import (
    LANGUAGES,
    TABLE,
    cited_names,
    refuse_unknown,
    with_cited_names,
)
from tools.layers.packages import LayerBuildError

ACTORS = ROOT / "tools" / "chronology" / "actor_names.csv"
HEAD = "place_id,language,name,name_source\n"
PAGE = "https://example.net/page"
LETTERS = {
    "ru": re.compile("[А-Яа-яЁё0-9 «».,()-]+"),
    "tg": re.compile("[А-Яа-яЁёҒғӢӣҚқӮӯҲҳҶҷ0-9 «».,()-]+"),
    "ky": re.compile("[А-Яа-яЁёҢңӨөҮү0-9 «».,()-]+"),
    "fa": re.compile("[\u0600-\u06ff\u200c0-9 «».()-]+"),
}


@pytest.fixture(scope="module")
def marz() -> Package:
    """Marz's own package."""
    return load_package(DATA)


def places() -> dict[str, dict[str, Any]]:
    """The properties of what the package names after pages, by place id."""
    layers = ROOT / "data" / "layers"
    texts = [
        (layers / name).read_text(encoding="utf-8")
        for name in ("places.geojson", "odbl/regions.geojson", "odbl/borders.geojson")
    ]
    return {
        item["properties"]["place_id"]: item["properties"]
        for text in texts
        for item in json.loads(text)["features"]
    }


def written(folder: Path, rows: str) -> Path:
    """A table with these rows."""
    path = folder / "names.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def feature(place_id: str, **properties: Any) -> dict[str, Any]:
    """A place with a Russian name at most."""
    names = {f"name_{language}": None for language in LANGUAGES}
    return {
        "type": "Feature",
        "properties": {"place_id": place_id, **names, "names_other": [], **properties},
        "geometry": None,
    }


def test_the_layer_carries_each_cited_name_with_its_page() -> None:
    named = places()
    cited = cited_names()
    for place_id, names in cited.items():
        for language, (name, page) in names.items():
            assert named[place_id][f"name_{language}"] == name
            assert named[place_id]["name_source"][f"name_{language}"] == page
    with_pages = {place_id for place_id, item in named.items() if item["name_source"]}
    assert with_pages == set(cited)


def test_the_table_is_sorted_and_written_in_the_letters_of_its_languages() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["place_id"], LANGUAGES.index(row["language"])) for row in rows]
    assert keys == sorted(keys)
    odd = [row for row in rows if not LETTERS[row["language"]].fullmatch(row["name"])]
    assert odd == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (f"ford,en,Ford,{PAGE}\n", "language is 'en'"),
        (f"ford,ru, ,{PAGE}\n", "name is blank"),
        ("ford,ru,Брод,by heart\n", "name_source is no address"),
        (f"ford,ru,Брод,{PAGE}\nford,ru,Броды,{PAGE}\n", "row 3 .*ru is there already"),
    ],
)
def test_a_row_that_proves_nothing_stops_the_build(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(LayerBuildError, match=told):
        cited_names(written(tmp_path, rows))


def test_a_name_of_an_unknown_place_stops_the_build() -> None:
    with pytest.raises(LayerBuildError, match="names nowhere: no such place"):
        refuse_unknown({"nowhere": {"ru": ("Нигде", PAGE)}}, [feature("ford")], [])
    refuse_unknown({"ford": {"ru": ("Брод", PAGE)}}, [], [feature("ford")])


def test_a_cited_name_goes_first_and_the_other_stays_searchable() -> None:
    given = feature("ford", name_ru="Брод-2", names_other=["Брод"])
    (item,) = with_cited_names([given], {"ford": {"ru": ("Брод", PAGE)}})
    properties = item["properties"]
    assert properties["name_ru"] == "Брод"
    assert properties["names_other"] == ["Брод-2"]
    assert properties["name_source"] == {"name_ru": PAGE}


def test_a_place_without_a_cited_name_has_no_page() -> None:
    (item,) = with_cited_names([feature("ford", name_ru="Брод")], {})
    assert item["properties"]["name_ru"] == "Брод"
    assert item["properties"]["name_source"] is None


def test_the_readme_says_how_many_names_are_known(marz: Package) -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    layers = [marz.layers[name] for name in JOINED if name in marz.layers]
    rows = [row for frame in [*layers, marz.unlocated] for row in frame.to_dict("records")]
    used = set(marz.incidents["place_id"]) - {""}
    known = {
        code: {row["place_id"] for row in rows if not is_untranslated(row, code)} & used
        for code in LANGUAGE_NAMES
    }
    counts = [f"{len(known['ru'])} have a Russian name"]
    counts += [f"{len(known[code])} a {LANGUAGE_NAMES[code]}" for code in ("tg", "fa")]
    assert (
        f"the {len(used)} places that they name, {', '.join(counts)} and "
        f"{len(known['ky'])} a Kyrgyz one." in text
    )


def test_the_actors_carry_each_cited_name() -> None:
    with (DATA / "actors.csv").open(encoding="utf-8", newline="") as file:
        actors = {row["id"]: row for row in csv.DictReader(file)}
    for actor, names in cited_names(ACTORS).items():
        for language, (name, _) in names.items():
            assert actors[actor][f"name_{language}"] == name
            assert LETTERS[language].fullmatch(name)


def test_layers_are_built_without_what_only_marz_needs() -> None:
    """requirements-layers.txt is all that a build asks for: it has neither pandas nor Streamlit."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('pandas', 'streamlit', 'folium')));"
        "import tools.build_layers, tools.describe"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
