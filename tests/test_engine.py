"""Answers of the engine against a plain re-implementation, with roll-ups and without."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sets
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import describe
from geo.collection import memory, tolls
from geo.collection.engine import (
    cells,
    duck,
    marz_dataset,
    questions,
    rollups,
    tables,
)
from geo.collection.engine.collection import Queried
from geo.collection.engine.data import DataSet
from geo.collection.grid import AT_MOST, FINE, OTHER, box_of, cell_of, cells_of, level_of
from geo.collection.packaged import Packaged
from geo.collection.protocol import Collection
from geo.collection.schema import LATER, SCHEMA
from geo.collection.steps import Steps
from geo.days import day_number
from geo.model import Bbox, EngineError, Filter, FilterError, Near
from geo.package.load import Package, load_package
from geo.vocabulary import EVENT_TYPES

DAYS = st.one_of(
    st.none(),
    st.dates(date(1999, 11, 1), date(2004, 2, 28)),
    # Where whole months and years begin and end.
    st.sampled_from([date(y, m, d) for y in (2000, 2001) for m, d in ((1, 1), (12, 31), (2, 1))]),
)


def _filter(one: date | None, other: date | None, **rest: Any) -> Filter:
    match = rest.pop("match")
    where = rest.pop("where")
    chosen = {name: tuple(value) for name, value in rest.items()}
    start, end = (min(one, other), max(one, other)) if one and other else (one, other)
    return Filter(start=start, end=end, match=match, chosen=chosen, **where)


FILTERS = st.builds(
    _filter,
    DAYS,
    DAYS,
    match=st.sampled_from(["possibly", "certainly"]),
    where=st.sampled_from(
        [
            {},
            {},
            {"near": Near(69.5, 40.2, 20.0)},
            {"near": Near(179.5, -84.9, 900.0), "within": Bbox(-180, -85, 180, 60)},
            {"within": Bbox(69.5, 39.9, 70.6, 40.2)},
            {"ids": [f"row-{number}" for number in range(0, 600, 7)]},
        ]
    ),
    type=st.sets(st.sampled_from(["Battles", "Something of its own", "", "No such"]), max_size=2),
    status=st.sets(st.sampled_from(["occurred", "planned", ""]), max_size=2),
    country=st.sets(st.sampled_from(["TJ", "KG", "RU", "US"]), max_size=2),
)
VIEWS = (
    (sets.WORLD, 1.0),
    (Bbox(60, 30, 80, 45), 5.4),
    (Bbox(69.2, 40.0, 69.8, 40.4), 11.0),
    (Bbox(69.499, 40.199, 69.501, 40.201), 18.0),
)


@pytest.fixture(scope="session")
def made() -> list[sets.Row]:
    return sets.rows(600)


@pytest.fixture(scope="session", params=["rows", "roll-ups"])
def data(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, made: list[sets.Row]
) -> DataSet:
    """The made-up set; once with every roll-up there can be, once with none."""
    path = sets.write(tmp_path_factory.mktemp("sets") / "made-up.parquet", made)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "roll-ups":
            patch.setattr(rollups, "SMALL", 1)
            patch.setattr(tables, "WORTH", 2.0)
        opened = duck.open_set(path, "made up", names=sets.NAMES)
    assert len(opened.rollups) == (10 if request.param == "roll-ups" else 0)
    return opened


def test_a_point_that_is_perhaps_wrong_sets_no_extent(tmp_path: Path) -> None:
    made = [row for row in sets.rows(40) if row["lon"] is not None][:6]
    there = [{**row, "flags": None, "geometry": None} for row in made]
    turned = {**there[0], "lon": -120.0, "lat": 80.0, "flags": ";future;swapped;"}
    opened = [
        duck.open_set(sets.write(tmp_path / f"{name}.parquet", rows), name)
        for name, rows in (("all", [*there, turned]), ("none", [turned]), ("right", there))
    ]
    assert opened[0].bbox == opened[2].bbox
    assert opened[1].bbox == (-120.0, 80.0, -120.0, 80.0)  # rather there than nowhere


@settings(max_examples=30)
@given(asked=FILTERS)
def test_a_filter_means_what_it_says(data: DataSet, made: list[sets.Row], asked: Filter) -> None:
    found = [row for row in made if sets.matches(row, asked)]
    assert questions.count(data, asked) == len(found)
    assert questions.totals(data, asked)._asdict() == sets.totals(found, made)
    counts = questions.facet_counts(data, asked)
    for facet, options in counts.items():
        for option, number in options.items():
            alone = asked.choosing(facet, option)
            assert number == sum(sets.matches(row, alone) for row in made), (facet, option)
    rows = questions.select(data, asked, limit=1000)
    assert set(rows["number"].to_pylist()) == {row["number"] for row in found}


@settings(max_examples=30)
@given(asked=FILTERS)
def test_every_incident_is_in_a_bin_or_beside_them(
    data: DataSet, made: list[sets.Row], asked: Filter
) -> None:
    found = [row for row in made if sets.matches(row, asked)]
    last = day_number(data.last) if data.last else 0
    for by in ("month", "year"):
        timeline = questions.timeline(data, asked, by=by)
        counted, spans, undated = sets.bins(found, by, last)
        assert {(one.start, one.event_type): one.count for one in timeline.bins} == counted
        assert (timeline.beside, timeline.undated) == (spans, undated)


@settings(max_examples=30)
@given(asked=FILTERS, view=st.sampled_from(VIEWS))
def test_cells_hold_every_point_of_the_view_once(
    data: DataSet, made: list[sets.Row], asked: Filter, view: tuple[Bbox, float]
) -> None:
    bbox, zoom = view
    grid = cells.cells(data, asked, bbox=bbox, zoom=zoom)
    assert grid.num_rows <= AT_MOST
    level = level_of(bbox, zoom)
    groups: dict[tuple[int, int], list[sets.Row]] = {}
    for row in made:
        if sets.drawn(row) == "point" and sets.matches(row, asked):
            (x, y) = (int(v) for v in cell_of(row["lon"], row["lat"]))
            groups.setdefault((x >> (22 - level), y >> (22 - level)), []).append(row)
    seen = cells_of(bbox).at(22 - level)
    there = {
        cell: rows
        for cell, rows in groups.items()
        if seen.west <= cell[0] <= seen.east and seen.north <= cell[1] <= seen.south
    }
    assert {(cell["x"], cell["y"]) for cell in grid.to_pylist()} == set(there)
    for cell in grid.to_pylist():
        rows = there[cell["x"], cell["y"]]
        assert cell["count"] == len(rows) and cell["level"] == level
        assert cell["lon"] == pytest.approx(sum(r["lon"] for r in rows) / len(rows), abs=1e-6)
        assert cell["lat"] == pytest.approx(sum(r["lat"] for r in rows) / len(rows), abs=1e-6)
        assert {name: cell[name] for name in ("low", "best", "high")}.items() <= sets.toll(
            sets.without_parts(rows, made)
        ).items()
        assert cell["number"] == (rows[0]["number"] if len(rows) == 1 else None)
        kinds = Counter(r["event_type"] if r["event_type"] in EVENT_TYPES else OTHER for r in rows)
        assert {k: cell[k] for k in (*EVENT_TYPES, OTHER) if cell[k]} == kinds


def moment(row: sets.Row) -> int | None:
    """Day on which an incident began, as Play has it."""
    first: int | None = row["start"]
    return row["end"] if first is None else first


STEPS = st.sampled_from(
    [
        Steps.over(date(1999, 6, 5), date(2004, 2, 3)),
        Steps.over(date(2000, 2, 3), date(2001, 11, 30), days=600),
        Steps.over(date(2000, 2, 3), date(2000, 4, 1)),
        Steps.over(date(1901, 2, 3), date(2010, 4, 1)),
    ]
)


@settings(max_examples=40)
@given(asked=FILTERS, view=st.sampled_from(VIEWS), steps=STEPS)
def test_cells_and_areas_know_when_their_incidents_began(
    data: DataSet,
    made: list[sets.Row],
    asked: Filter,
    view: tuple[Bbox, float],
    steps: Steps,
) -> None:
    bbox, zoom = view
    ends = steps.ends()
    assert len(ends) == steps.size <= 600 and ends == sorted(set(ends))
    grid = cells.cells(data, asked, bbox=bbox, zoom=zoom)
    areas = cells.extents(data, asked, bbox=bbox)
    for places, points in ((grid, True), (areas, False)):
        begun = cells.onsets(data, asked, bbox=bbox, zoom=zoom, steps=steps, points=points)
        keys = ("x", "y") if points else ("drawn", "x", "y")
        sums: dict[tuple[object, ...], Counter[str]] = {}
        by_step: Counter[int] = Counter()
        for row in begun.to_pylist():
            found = sums.setdefault(tuple(row[key] for key in keys), Counter())
            found.update({name: row[name] for name in ("count", "low", "high")})
            by_step[row["step"]] += row["count"]
        # Added up over all steps it is what cells and areas say.
        assert sums == {
            tuple(row[key] for key in keys): Counter(
                {name: row[name] for name in ("count", "low", "high")}
            )
            for row in places.to_pylist()
        }
        if bbox == sets.WORLD:
            days = [
                moment(row)
                for row in made
                if sets.matches(row, asked)
                and sets.drawn(row)
                and (sets.drawn(row) == "point") == points
            ]
            assert by_step == Counter(
                -1 if day is None else min(bisect_left(ends, day), len(ends) - 1) for day in days
            )


def test_steps_are_days_or_whole_months() -> None:
    few = Steps.over(date(2020, 1, 15), date(2020, 5, 13))
    assert (few.unit.name, few.width, few.size) == ("day", 1, 120)
    many = Steps.over(date(1989, 3, 15), date(2025, 12, 31))
    assert (many.unit.name, many.width, many.size) == ("month", 1, 442)
    assert many.ends()[0] == day_number(date(1989, 3, 31))
    fine = Steps.over(date(1989, 3, 15), date(2025, 12, 31), days=600)
    assert (fine.unit.name, fine.width) == ("day", 23) and fine.size <= 600
    for steps in (few, many, fine):
        assert steps.ends()[-1] == day_number(steps.last)


@settings(max_examples=15)
@given(asked=FILTERS)
def test_lines_and_areas_stay_apart(data: DataSet, made: list[sets.Row], asked: Filter) -> None:
    found = [row for row in made if sets.matches(row, asked)]
    extents = cells.extents(data, asked, bbox=sets.WORLD).to_pylist()
    kinds = Counter(sets.drawn(row) for row in found)
    said: Counter[str] = Counter()
    for one in extents:
        said[one["drawn"]] += one["count"]
        assert sets.drawn(next(r for r in found if r["number"] == one["number"])) == one["drawn"]
    assert said == {k: n for k, n in kinds.items() if k not in ("", "point")}
    world = questions.count(data, asked, sets.WORLD)
    assert world == len(found) - kinds[""]


@pytest.mark.parametrize(
    "text",
    ["detente", "tajik kyrgyz line", "ambush night", "100% _sure_", "%", "_", "' OR 1=1 --",
     "marz bound 0", "2047000001", "{{7*7}}", "ворух", "Leninabad", "kyrgyzstan strike", "row-17",
     "battles", "\\", '"; DROP TABLE incidents', "$word_0_0"],
)  # fmt: skip
def test_words_are_bound_and_found(data: DataSet, made: list[sets.Row], text: str) -> None:
    for asked in (
        Filter(text=text),
        Filter(text=text, start=date(2000, 5, 3), chosen={"type": ("Battles",)}),
    ):
        found = {row["number"] for row in made if sets.matches(row, asked, sets.NAMES)}
        selected = questions.select(data, asked, limit=1000)
        assert set(selected["number"].to_pylist()) == found
        assert questions.count(data, asked) == len(found)


def test_some_words_are_found_at_all(data: DataSet) -> None:
    assert questions.count(data, Filter(text="marz bound 0")) > 0
    assert questions.count(data, Filter(text="100% _sure_")) > 0
    voruh = questions.select(data, Filter(text="Ворух"), limit=1000)["title"].to_pylist()
    assert set(voruh) == {"Strike near Ворух", "Strike near Voruh", "Détente at Воруҳ"}


@pytest.mark.parametrize("facet", ["border", "tag", "collection", "no-such"])
def test_what_a_set_cannot_tell_is_refused(data: DataSet, facet: str) -> None:
    asked = Filter(chosen={facet: ("TJ-AF",)})
    for question in (
        lambda: questions.count(data, asked),
        lambda: questions.count(data, asked, bbox=sets.WORLD),
        lambda: questions.select(data, asked, limit=9),
        lambda: questions.facet_counts(data, asked),
        lambda: questions.timeline(data, asked, by="year"),
        lambda: cells.cells(data, asked, bbox=sets.WORLD, zoom=3),
    ):
        with pytest.raises(FilterError, match=rf"{data.name}.*{facet}"):
            question()


def test_rows_come_back_as_they_were(data: DataSet, made: list[sets.Row]) -> None:
    back = questions.select(data, Filter(), limit=10_000).sort_by("number")
    assert back.schema == SCHEMA
    expected = pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | row for row in made], SCHEMA)
    assert back.equals(expected.sort_by("number"))
    one = made[17]
    assert questions.record(data, one["number"]) == dict.fromkeys(SCHEMA.names) | one
    with pytest.raises(EngineError, match="no incident number 12345"):
        questions.record(data, 12345)


def test_pages_of_a_list_follow_each_other(data: DataSet) -> None:
    whole = questions.select(data, Filter(), limit=50)["number"].to_pylist()
    pages = [questions.select(data, Filter(), limit=20, offset=n)["number"] for n in (0, 20, 40)]
    assert [number for page in pages for number in page.to_pylist()][:50] == whole
    starts = questions.select(data, Filter(), limit=1000)["start"].to_pylist()
    dated = [start for start in starts if start is not None]
    assert starts == sorted(dated, reverse=True) + [None] * (len(starts) - len(dated))
    oldest = questions.select(data, Filter(), limit=1000, newest_first=False)["start"].to_pylist()
    assert oldest[: len(dated)] == sorted(dated)


def test_an_extent_holds_whatever_it_touches(data: DataSet, made: list[sets.Row]) -> None:
    bbox = Bbox(69.5, 40.2, 69.5, 40.2)
    assert questions.count(data, Filter(), bbox) == sum(
        (row["lon"], row["lat"]) == (69.5, 40.2) for row in made
    )
    listed = questions.select(data, Filter(), bbox=bbox, limit=1000)
    assert listed.num_rows == questions.count(data, Filter(), bbox)


def test_the_box_of_a_cell_holds_it_and_no_other() -> None:
    x, y = (int(part) for part in cell_of(70.5, 39.9))
    for level in (3, 12, FINE):
        down = FINE - level
        box = box_of(x >> down, y >> down, level)
        assert cells_of(box).at(down) == (x >> down, y >> down, x >> down, y >> down)


def test_the_extent_is_told(data: DataSet, made: list[sets.Row]) -> None:
    first, last, bbox = questions.extent(data)
    days = [row[end] for row in made for end in ("start", "end") if row[end] is not None]
    assert first and last and bbox
    assert (day_number(first), day_number(last)) == (min(days), max(days))
    assert bbox.west == min(row["lon"] for row in made if row["lon"] is not None)


# ---------------------------------------------------------------- Marz's own records
@pytest.fixture(scope="session")
def atlas() -> Package:
    return load_package()


@pytest.fixture(scope="session")
def atlas_set(tmp_path_factory: pytest.TempPathFactory, atlas: Package) -> Queried:
    path = tmp_path_factory.mktemp("own") / "own.parquet"
    pq.write_table(marz_dataset.own(atlas), path)
    return duck.open_set(path, "Marz", names=memory.names(atlas))


OWN = [
    Filter(),
    Filter(start=date(2022, 9, 14), end=date(2022, 9, 20)),
    Filter(start=date(2022, 9, 14), end=date(2022, 9, 20), match="certainly"),
    Filter(start=date(2010, 1, 1)),
    Filter(end=date(1999, 12, 31), match="certainly"),
    Filter(chosen={"country": ("KG",), "type": ("Battles", "Riots")}),
    Filter(chosen={"status": ("alleged", "planned")}, start=date(2000, 3, 5)),
    Filter(text="Ворух"),
    Filter(text="Khujand"),
    Filter(text="border guards bridge"),
    Filter(text="isfara", chosen={"country": ("KG",)}, start=date(2014, 1, 1)),
    Filter(text="khatlon drone"),
    Filter(text="Isfara Pyanj mines | Талибан killed"),
]


@pytest.mark.parametrize("asked", OWN, ids=str)
def test_both_doors_answer_alike(atlas: Package, atlas_set: Queried, asked: Filter) -> None:
    rows = memory.select(atlas, asked)
    selected = questions.select(atlas_set, asked, limit=1000)
    assert sorted(selected["number"].to_pylist()) == [row + 1 for row in rows]
    counts = memory.facet_counts(atlas, asked)
    for facet, options in questions.facet_counts(atlas_set, asked).items():
        there = {option: number for option, number in options.items() if option in counts[facet]}
        assert there == counts[facet]
    totals = questions.totals(atlas_set, asked)
    assert totals.toll == tolls.total(atlas, rows, "fatalities")
    assert totals == Packaged(atlas).totals(asked)
    assert describe.status_line_of_sets([totals]) == describe.status_line(atlas, rows)
    for by in ("month", "year"):
        own = memory.timeline(atlas, asked, by=by)
        assert questions.timeline(atlas_set, asked, by=by) == own._replace(spans=())


@pytest.mark.parametrize(
    "where",
    [
        {"near": Near(70.62526, 40.12649, 25.0)},
        {"near": Near(69.78454, 37.91459, 150.0)},
        {"within": Bbox(70.3, 39.6, 71.2, 40.3)},
    ],
    ids=str,
)
def test_a_data_set_keeps_to_the_safe_side_of_outlines(
    atlas: Package, atlas_set: Queried, where: dict[str, Any]
) -> None:
    """It knows a rectangle around each, the package what they cover; points are alike."""
    points = np.flatnonzero(marz_dataset.own(atlas)["geometry"].is_null())
    for match, safe in (("possibly", set.issuperset), ("certainly", set.issubset)):
        asked = Filter(**where, match=match)
        found = questions.select(atlas_set, asked, limit=1000)["number"].to_pylist()
        rows, exact = {number - 1 for number in found}, set(memory.select(atlas, asked).tolist())
        assert safe(rows, exact)
        assert rows & set(points) == exact & set(points)
        assert exact


VIEW = Bbox(67, 36, 75, 41.5)


def plain(table: pa.Table) -> list[tuple[object, ...]]:
    """Rows of a table in no order, without outlines, which a map has in its base."""
    kept = table.select(sorted(name for name in table.column_names if name != "geometry"))
    return sorted((tuple(row.values()) for row in kept.to_pylist()), key=str)


@pytest.mark.parametrize("asked", OWN, ids=str)
def test_one_protocol_is_answered_alike_by_both_kinds(
    atlas: Package, atlas_set: Queried, asked: Filter
) -> None:
    own: Collection = Packaged(atlas)
    other: Collection = atlas_set
    steps = [
        Steps.over(date(1990, 1, 1), date(2026, 6, 1)),
        Steps.over(date(2022, 9, 1), date(2022, 10, 30)),
    ]
    assert (own.size, own.extent()) == (other.size, other.extent())
    for bbox in (None, VIEW, Bbox(70.5, 39.8, 70.7, 40.1)):
        assert own.count(asked, bbox) == other.count(asked, bbox)
        for newest_first in (True, False):
            given: dict[str, Any] = {
                "bbox": bbox,
                "limit": 40,
                "offset": 3,
                "newest_first": newest_first,
            }
            rows = [one.rows(asked, **given).drop_columns(["geometry"]) for one in (own, other)]
            assert rows[0].equals(rows[1])
    assert own.totals(asked) == other.totals(asked)
    for facet, counts in other.facet_counts(asked).items():
        known = own.facet_counts(asked)[facet]
        assert {option: n for option, n in counts.items() if option in known} == known
    assert own.overview(asked)[0] == own.totals(asked)
    assert own.timeline(asked, by="year")._replace(spans=()) == other.timeline(asked, by="year")
    for bbox, zoom in ((sets.WORLD, 2.0), (VIEW, 7.3)):
        assert plain(own.cells(asked, bbox=bbox, zoom=zoom)) == plain(
            other.cells(asked, bbox=bbox, zoom=zoom)
        )
        assert plain(own.areas(asked, bbox=bbox, limit=500)) == plain(
            other.areas(asked, bbox=bbox, limit=500)
        )
        for step in steps:
            for points in (True, False):
                told = [
                    plain(one.onsets(asked, bbox=bbox, zoom=zoom, steps=step, points=points))
                    for one in (own, other)
                ]
                assert told[0] == told[1]


def test_one_record_is_the_same_in_both_kinds(atlas: Package, atlas_set: Queried) -> None:
    own, other = Packaged(atlas), atlas_set
    for number in (1, 7, own.size):
        known, told = own.record(number), other.record(number)
        assert known | {"geometry": None} == told | {"geometry": None}
        assert describe.facts(known) == describe.facts(told)
    for one in (own, other):
        with pytest.raises(EngineError, match="no incident"):
            one.record(own.size + 1)
        with pytest.raises(FilterError, match="no-such"):
            one.refuse(Filter(chosen={"no-such": ("a",)}))


def test_a_record_is_said_alike_through_both_doors(atlas: Package, atlas_set: Queried) -> None:
    said = describe.as_table(atlas, np.arange(len(atlas.incidents))).to_dict("records")
    rows = questions.select(atlas_set, Filter(), limit=1000).to_pylist()
    assert len(rows) == len(said)
    for row in rows:
        own = said[row["number"] - 1]
        assert own["id"] == row["id"]
        assert describe.short_date(row) == own["short"]
        assert describe.date_of(row) == own["when"]
        assert describe.where(row) == own["where"]
        assert describe.toll(row["low"], row["best"], row["high"]) == own["deaths"]
        assert describe.title(row) == own["title"]
        facts = dict(describe.facts(row))
        assert facts["When"] == own["when"] and facts["Where"] == own["where"]
        codes = own["countries"].split(";")
        assert facts.get("Countries", "") == describe.countries(codes)


def test_a_file_of_marz_2_has_blanks_where_columns_came_later(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "old.parquet", sets.rows(20))
    pq.write_table(pq.read_table(path).drop_columns(list(LATER)), path)
    data = duck.open_set(path, "Old")
    row = questions.select(data, Filter(), limit=1).to_pylist()[0]
    assert [row[name] for name in LATER] == [None] * len(LATER)


def test_options_stand_in_the_order_of_a_vocabulary_or_of_number(
    data: DataSet, made: list[sets.Row]
) -> None:
    assert data.options["type"] == ["Battles", "Riots", "Protests", "Something of its own", ""]
    there = Counter(c for row in made for c in (row["countries"] or "").strip(";").split(";") if c)
    assert data.options["country"] == [code for code, _ in there.most_common()]
    assert list(questions.facet_counts(data, Filter())["country"]) == data.options["country"]


def test_own_records_are_a_data_set(atlas: Package, atlas_set: Queried) -> None:
    table = marz_dataset.own(atlas)
    assert table.schema == SCHEMA and table.num_rows == len(atlas.incidents)
    first, last, _ = questions.extent(atlas_set)
    assert (first, last) == memory.extent(atlas)
