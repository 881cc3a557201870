"""Small multiples: what is on each, that all share scale and extent, and when it is refused."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest
import shapely
from embedding import TOKEN
from hypothesis import given
from hypothesis import strategies as st
from madeup import noted
from PIL import Image

from geo import address
from geo.charts import patterns, vegalite
from geo.collection import memory
from geo.export import formats
from geo.model import Cancelled, Filter, FilterError, Scene, Sheet
from geo.package.load import Package
from geo.picture import clusters, multiples
from geo.picture.exported import Export

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def made(
    data: Package, by: str, form: str = "svg", asked: Filter | None = None, **more: Any
) -> bytes:
    asked = asked or Filter()
    scene = Scene(query=asked, sheet=Sheet(dpi=60, timeline=True, each=by))
    rows = memory.select(data, asked)
    return multiples.sheet(Export(data, scene, rows, form, NOW, TOKEN, "?q=x", **more))


@pytest.mark.parametrize("by", multiples.BY)
def test_each_incident_is_on_one_map(data: Package, by: str) -> None:
    rows = memory.select(data, Filter())
    groups = multiples.groups_of(data, rows, by)
    assert sorted(np.concatenate([members for _, members in groups])) == sorted(rows)
    assert len({title for title, _ in groups}) == len(groups)


def test_maps_stand_in_the_order_of_time(data: Package) -> None:
    years = [title for title, _ in multiples.groups_of(data, memory.select(data, Filter()), "year")]
    assert years == ["2020", "2021", "2025", "over several years", "no date"]
    months = [t for t, _ in multiples.groups_of(data, memory.select(data, Filter()), "month")]
    assert months[:2] == ["January 2020", "February 2020"]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_sheet_has_titles_counts_one_scale_and_its_state(data: Package, form: str) -> None:
    content = made(data, "type", form)
    assert content == made(data, "type", form)
    if form == "png":
        image = Image.open(BytesIO(content))
        assert image.size == (702, 496) and image.info["Marz-State"] == TOKEN
        return
    if form == "svg":
        read = " ".join(ElementTree.fromstring(content).itertext())
    else:
        file = pypdf.PdfReader(BytesIO(content))
        read = file.pages[0].extract_text()
        assert file.metadata is not None and str(file.metadata["/Keywords"]) == TOKEN
    for part in ("Battles", "Riots", "Scale of all maps", "On these maps: "):
        assert part in read, part


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_it_tells_of_each_map_and_stops_when_told_to(
    data: Package, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    content = made(data, "type", form, progress=noted(told))
    assert content == made(data, "type", form)
    assert told == [(number, 5) for number in range(1, 6)]
    drawn: list[int] = []
    clustered = clusters.clustered

    def counted(*given: Any, **more: Any) -> Any:
        drawn.append(1)
        return clustered(*given, **more)

    monkeypatch.setattr(multiples, "clustered", counted)
    with pytest.raises(Cancelled):
        made(data, "type", form, progress=lambda done, _: done < 2)
    assert len(drawn) == 2


def test_too_many_maps_are_refused_with_the_remedy(marz: Package) -> None:
    with pytest.raises(FilterError, match="by year or a shorter range"):
        made(marz, "month")


@pytest.mark.parametrize(
    ("by", "form", "asked", "said"),
    [
        ("week", "svg", Filter(), "year, month, type"),
        ("year", "bmp", Filter(), "png, svg, pdf"),
        ("year", "svg", Filter(text="nothing like it"), "Widen the filter"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    data: Package, by: str, form: str, asked: Filter, said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        made(data, by, form, asked)


@given(st.integers(1, multiples.MOST), st.floats(0.4, 3), st.floats(200, 900), st.floats(150, 700))
def test_maps_are_equal_apart_and_within_their_frame(
    number: int, aspect: float, wide: float, tall: float
) -> None:
    boxes = multiples.grid((10, 20, 10 + wide, 20 + tall), number, 6, aspect)
    assert len(boxes) in (number, number + 1)
    rows = Counter(round(box[1], 3) for box in boxes)
    if len(boxes) > number or number <= 4:  # no cell is left empty
        assert len(set(rows.values())) == 1
    left, right = min(box[0] for box in boxes) - 10, 10 + wide - max(box[2] for box in boxes)
    assert left == pytest.approx(right)
    shapes = [shapely.box(*box) for box in boxes]
    frame = shapely.box(10, 20, 10 + wide, 20 + tall).buffer(1e-6)
    assert all(frame.covers(shape) for shape in shapes)
    assert all(a.distance(b) > 5 for a, b in itertools.combinations(shapes, 2))
    assert np.ptp([shape.area for shape in shapes]) < 1e-6


def test_hostile_texts_are_drawn_as_they_are(hostile: Package) -> None:
    read = " ".join(ElementTree.fromstring(made(hostile, "year")).itertext())
    assert "{{7*7}}" in read


def test_two_ranges_stand_side_by_side_instead_of_the_dates(data: Package) -> None:
    ranges = ((date(2020, 1, 1), date(2020, 12, 31)), (date(2021, 4, 1), date(2021, 4, 30)))
    scene = Scene(
        query=Filter(start=date(2025, 1, 1)), sheet=Sheet(preset="slide", dpi=60, compare=ranges)
    )
    groups = multiples.compared(data, replace(scene, query=Filter()))
    assert [title for title, _ in groups] == ["2020", "April 2021"]
    for (start, end), (_, rows) in zip(ranges, groups, strict=True):
        assert rows.tolist() == memory.select(data, Filter(start=start, end=end)).tolist()
    assert len(groups[0][1])
    text = formats.make(data, scene, ".svg", day=NOW.date()).decode()
    assert ">2020<" in text and ">April 2021<" in text
    assert formats.file_name(scene, ".svg") == "marz-from-2025-01-01-2020-vs-2021-04.svg"
    assert address.of(scene) == "?from=2025-01-01&preset=slide&dpi=60&compare=2020,2021-04"
    assert address.read(data, address.given_in(address.of(scene))).scene == scene


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2021-04-28/2021-05-03", "2021-04-28", "2021-05-03"),
        ("2021/2022-03", "2021-01-01", "2022-03-31"),
    ],
)
def test_a_range_is_read_and_written(text: str, first: str, last: str) -> None:
    days = address.days_of(text)
    assert [str(day) for day in days] == [first, last]
    assert address.days_of(address.days_text(*days)) == days


@pytest.mark.parametrize(
    "text", ["", "2021", "2021,2022,2023", "2022/2021,2023", "2021-13,x", "2021-00,2022"]
)
def test_what_is_no_pair_of_ranges_is_left_out_and_said(data: Package, text: str) -> None:
    reading = address.read(data, {"compare": [text]})
    assert reading.scene == Scene() and (not text or reading.notices)


def test_charts_side_by_side_have_one_scale(data: Package) -> None:
    every = memory.select(data, Filter())
    sides = [
        [patterns.by_type(data, rows), patterns.by_month(data, rows)] for rows in (every, every[:2])
    ]
    alike = vegalite.on_one_scale(sides)
    for left, right in zip(*alike, strict=True):
        axis = "x" if left.spec["encoding"]["x"].get("field") == "count" else "y"
        scales = [one.spec["encoding"][axis]["scale"]["domain"] for one in (left, right)]
        assert scales[0] == scales[1] and scales[0][0] == 0 < scales[0][1]
