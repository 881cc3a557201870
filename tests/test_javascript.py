"""The browser code answers as its Python twins: both are asked the same here."""

from __future__ import annotations

import json
import os
import random
import subprocess
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sets

from geo import address, describe, places
from geo.address import pairs
from geo.collection import memory, space
from geo.collection.engine import cells, duck
from geo.collection.facets import FACETS, Facet
from geo.collection.folding import LETTERS, fold
from geo.collection.steps import Steps
from geo.collection.words import forms
from geo.days import EPOCH, day_number, day_of
from geo.export import html, text
from geo.files import STATIC
from geo.model import MAX_CHOSEN, Bbox, Filter, FilterError, Near, Scene
from geo.package.load import Package
from geo.picture import clusters as paper_clusters
from geo.picture.exported import Export
from geo.picture.symbols import Symbol
from geo.places import Site
from geo.vocabulary import EVENT_TYPES
from geo.webmap import animation, scripts
from geo.webmap import datasets as dataset_layer
from geo.webmap.basemap import DASHBOARD
from pages.ui.timeline import Axis
from tools.node import LEAST, find

ROOT = STATIC.parent
TESTS = sorted((ROOT / "tests" / "js").glob("*.test.js"))
ENTRIES = [STATIC / DASHBOARD, STATIC / html.SCRIPT, *sorted(ROOT.glob("pages/ui/*.js"))]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ASKED = [
    Filter(),
    Filter(start=date(2021, 4, 28), end=date(2021, 5, 3)),
    Filter(start=date(2022, 9, 1), end=date(2022, 9, 30), match="certainly"),
    Filter(start=date(2005, 1, 1), match="certainly", chosen={"country": ("KG",)}),
    Filter(end=date(1999, 12, 31)),
    Filter(chosen={"country": ("AF", "RU"), "type": ("Battles",)}),
    Filter(chosen={"border": ("TJ-KG",), "status": ("alleged", "planned")}),
    Filter(chosen={"collection": ("core",), "type": ("Strategic developments", "Protests")}),
    Filter(text="drone"),
    Filter(text="Исфара"),
    Filter(text="Хуҷанд"),
    Filter(text="gorno badakhshan TALIBAN"),
    Filter(text="Ворух", start=date(2014, 1, 1)),
    Filter(text="nothing like it"),
    Filter(text="“border”", chosen={"border": ("TJ-AF",)}),
    Filter(text="Isfara Pyanj drones | killed OR Талибан"),
    Filter(near=Near(70.62526, 40.12649, 25.0, "isfara", "Isfara")),
    Filter(near=Near(69.78, 37.9, 150.5), match="certainly", chosen={"border": ("TJ-AF",)}),
    Filter(within=Bbox(70.3, 39.6, 71.2, 40.3), start=date(2014, 1, 1)),
    Filter(within=Bbox(67.0, 36.5, 75.1, 41.2), match="certainly", text="mine"),
]
STEPS = Steps.over(date(1999, 6, 5), date(2004, 2, 3))


def node() -> str:
    """Path of Node.js."""
    found = find()
    assert found is not None, f"Node.js {LEAST} or newer is missing; `make js` sets it up"
    return str(found)


def embedded(package: Package) -> dict[str, Any]:
    """What an exported page holds, and how the library answers what such a page is asked."""
    held = html.blocks(package, Scene(), now=NOW)
    first, last = map(day_number, memory.extent(package))
    return {
        "query": held["query"],
        "records": held["records"],
        "features": held["features"],
        "today": held["view"]["today"],
        "extent": [first, last],
        "cases": [
            answered(package, asked)
            for asked in (*ASKED, *edges(package))
            if is_askable(package, asked)
        ],
    }


def edges(package: Package) -> list[Filter]:
    """Ranges of dates that begin or end on the very day on which an incident does."""
    frame = package.incidents[package.incidents["dated"]]
    ids = tuple(package.incidents["id"].iloc[::7])[:MAX_CHOSEN]
    found = [Filter(ids=ids), Filter(ids=ids[:2], text="border"), Filter(ids=ids[:1])]
    for row in range(0, len(frame), max(1, len(frame) // 5)):
        start, end = (day_of(int(frame[name].iloc[row])) for name in ("start", "end"))
        for match in ("possibly", "certainly"):
            found += [Filter(start=end, match=match), Filter(end=start, match=match)]
            found += [Filter(start=start, match=match), Filter(end=end, match=match)]
    return list(dict.fromkeys(found))


def is_askable(package: Package, asked: Filter) -> bool:
    """Whether a package knows every option and place of a filter; a page is asked for no others."""
    if asked.near and asked.near.place not in ("", *space.centres(package)):
        return False
    return all(
        set(chosen(asked, facet)) <= set(memory.facet_options(package, facet)) for facet in FACETS
    )


def chosen(asked: Filter, facet: Facet) -> tuple[str, ...]:
    """Options of a facet that a filter asks for."""
    options: tuple[str, ...] = asked.options(facet.name)
    return options


def answered(package: Package, asked: Filter) -> dict[str, Any]:
    """A filter as the browser holds it, and everything that the library says of it."""
    rows = memory.select(package, asked)
    counts = memory.facet_counts(package, asked)
    by = Axis.over(*memory.extent(package), asked).by
    counted = memory.timeline(package, asked, by=by)
    return {
        "pairs": pairs(Scene(query=asked)),
        "filter": {
            "from": str(asked.start or ""),
            "to": str(asked.end or ""),
            "match": asked.match,
            "text": asked.text,
            **{name: dict(pairs(Scene(query=asked))).get(name, "") for name in ("near", "within")},
            "ids": asked.ids,
            "chosen": {facet.name: chosen(asked, facet) for facet in FACETS},
        },
        "rows": rows.tolist(),
        "counts": [list(counts[facet.name].values()) for facet in FACETS],
        "places": memory.places_asked(package, asked),
        "sentence": describe.summary(package, asked, rows),
        "by": by,
        "bins": [[day_number(one.start), one.event_type, one.count] for one in counted.bins],
        "spans": [
            [one.row, *map(day_number, (one.start, one.end)), one.event_type]
            for one in counted.spans
        ],
        "undated": counted.undated,
        "vintage": day_number(places.vintage_day(package, rows, today=NOW.date())),
        "layer": places.features(package, rows),
    }


def folded() -> dict[str, Any]:
    """Characters of every script that names here are written in, and how each is searched for."""
    characters = [chr(n) for part in (range(0x20, 0x700), range(0x1E00, 0x2060)) for n in part]
    return {
        "letters": {chr(character): other for character, other in LETTERS.items()},
        "characters": [[one, fold(f"a{one}b")] for one in characters],
    }


def searched(package: Package) -> dict[str, Any]:
    """Every word of the records, and some questions, as a search reads them."""
    known = memory.names(package)
    words = sorted({word for text in memory.texts(package) for word in text.split()})
    asked = [asked.text for asked in ASKED if asked.text]
    return {
        "search": html.asked(package)["search"],
        "words": [[word, forms(word)] for word in words],
        "asked": [[text, known.sought(text)] for text in [*asked, *words[::3], "|", ".* OR"]],
    }


def days() -> list[list[Any]]:
    """Days before and after 1970, with the ends of months and leap years."""
    numbers = [*range(-40, 40), *range(-40_000, 30_000, 997), 10_956, 11_016, 11_017, 19_249]
    found = [EPOCH + timedelta(days=number) for number in numbers]
    return [[day_number(day), str(day), describe.day(day)] for day in found]


NOTES = (
    "callout,39.9,70.6,One, two",
    "callout,-12.25,-70.125,Второе",
    "text,39.9,70.6,Words",
    "arrow,39.9,70.6,40,71,",
    "circle,39.9,70.6,25.5,Around",
    *("", "pin,1,2,x", "text,1,2,", "text,1,2", "arrow,1,2,x", "circle,1,2,0,x", "text,91,2,x"),
    *("text,1e1,2,x", "constructor,1,2,x", "text, 1,2,x"),
)


def read_back(text: str) -> str | None:
    """An annotation as it is written after it was read; None where it is none."""
    try:
        return address.annotation_text(address.annotation_of(text))
    except FilterError:
        return None


def clusters(dice: random.Random, size: int) -> dict[str, Any]:
    """Points strewn at random, and how a picture groups them."""
    sites: list[dict[str, Any]] = [
        {
            "n": n,
            "count": dice.randint(1, 4),
            "point": True,
            "x": round(dice.uniform(0, 120), 3),
            "y": round(dice.uniform(0, 120), 3),
        }
        for n in range(size)
    ]
    symbols = [
        Symbol(
            sites=(
                Site(one["n"], "places", str(one["n"]), "", "", 0.0, 0.0, "", "", is_point=True),
            ),
            anchor=(one["x"], one["y"]),
            at=(one["x"], one["y"]),
            shares=(("Battles", True, one["count"]),),
        )
        for one in sites
    ]
    groups = paper_clusters._clusters(symbols, paper_clusters.NEAR)
    dice.shuffle(sites)
    numbers = [[site.number for site in group] for group, _ in groups]
    return {"near": paper_clusters.NEAR, "sites": sites, "groups": numbers}


def onsets(folder: Path) -> dict[str, Any]:
    """Cells and areas of a made-up data set, packed by steps, and their sums within some."""
    data = duck.open_set(sets.write(folder / "made-up.parquet", sets.rows(600)), "made up")
    asked: dict[str, Any] = {"bbox": sets.WORLD}
    tables = (
        (dataset_layer.CELLS, cells.cells(data, Filter(), zoom=5, **asked)),
        (dataset_layer.AREAS, cells.extents(data, Filter(), **asked)),
    )
    held: list[dict[str, Any]] = []
    parts = []
    for kind, table in tables:
        begun = cells.onsets(
            data, Filter(), zoom=5, steps=STEPS, points=kind == dataset_layer.CELLS, **asked
        )
        parts.append((len(held), animation.of_places(table, begun)))
        columns = dataset_layer.cells(0, kind, table)["properties"]["c"]
        held += [
            {"k": kind, "count": count, "low": low, "high": high, "mix": mix}
            for count, low, high, mix in zip(*columns, strict=True)
        ]
    packed = animation.packed(parts, STEPS)
    rows = [{**row, "item": row["item"] + at} for at, part in parts for row in part.to_pylist()]
    edges = np.linspace(0, len(packed["ends"]) - 1, 5).astype(int).tolist()
    kinds = [place["k"] for place in held]
    return {
        "types": len(EVENT_TYPES),
        "packed": packed,
        "places": held,
        "cases": [
            {
                "from": first,
                "to": last,
                "certainly": certainly,
                "expected": summed(rows, kinds, first, last, certainly=certainly),
            }
            for first, last in pairwise(edges)
            for certainly in (False, True)
        ],
    }


def summed(
    rows: list[dict[str, int]], kinds: list[int], first: int, last: int, *, certainly: bool
) -> list[dict[str, Any]]:
    """What of each place lies within some steps."""
    found: list[dict[str, Any]] = [
        {"k": kind, "count": 0, "low": 0, "high": 0, "mix": {}} for kind in kinds
    ]
    for row in rows:
        begins, ends = row["step"], row["last"]
        within = begins >= first and ends <= last
        if within if certainly else 0 <= begins <= last and ends >= first:
            place = found[row["item"]]
            for name in ("count", "low", "high"):
                place[name] += row[name]
            place["mix"][row["kind"]] = place["mix"].get(row["kind"], 0) + row["count"]
    for place in found:
        place["mix"] = [number for pair in sorted(place["mix"].items()) for number in pair]
    return found


@pytest.fixture(scope="module")
def vectors(data: Package, marz: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the twins answer, as a file."""
    folder = tmp_path_factory.mktemp("vectors")
    dice = random.Random(7)
    found = {
        "packages": [embedded(marz), embedded(data)],
        "fold": folded(),
        "search": searched(marz),
        "days": days(),
        "annotations": [[text, read_back(text)] for text in NOTES],
        "clusters": [clusters(dice, size) for size in (1, 12, 60, 150)],
        "onsets": onsets(folder),
    }
    path = folder / "vectors.json"
    path.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize("file", TESTS, ids=lambda path: path.name)
def test_the_browser_answers_as_python_does(file: Path, vectors: Path) -> None:
    done = subprocess.run(
        [node(), "--test", "--test-reporter=tap", str(file)],
        env={**os.environ, "MARZ_VECTORS": str(vectors)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# pass 0\n" not in done.stdout


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.name)
def test_what_is_linked_is_javascript(entry: Path, tmp_path: Path) -> None:
    linked = scripts.link(entry)
    path = tmp_path / ("linked.mjs" if entry.parent != STATIC else "linked.js")
    path.write_text(linked, "utf-8")
    done = subprocess.run(
        [node(), "--check", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_modules_are_imported_one_way() -> None:
    order = ("atlas", "map", "static")
    for entry in ENTRIES:
        for path, imported in scripts.imports(entry).items():
            for other in imported:
                assert other.parent.name in order, f"{path} imports {other}"
                if path.parent.name in order:
                    assert order.index(path.parent.name) >= order.index(other.parent.name), path


def test_every_module_reaches_a_browser() -> None:
    used = {path for entry in ENTRIES for path in scripts.imports(entry)}
    assert used == {p for part in (".", "atlas", "map") for p in (STATIC / part).glob("*.js")} | {
        entry for entry in ENTRIES if entry.parent != STATIC
    }


def test_the_exported_page_holds_one_script_of_ours(marz: Package) -> None:
    rows = memory.select(marz, Filter())
    page = text.html(Export(marz, Scene(), rows, "html", NOW)).decode()
    assert page.count("<script>") == 2  # Leaflet's and ours
    assert scripts.link(STATIC / html.SCRIPT) in page


def test_what_checks_the_code_is_pinned_and_comes_from_any_registry() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert "dependencies" not in wanted
    for name, version in wanted["devDependencies"].items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
