"""Charts: counts against plain counting, ranges, files that hold what the page shows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
import shapely
from PIL import Image

from geo import places
from geo.charts import border_charts, patterns, vegalite
from geo.charts.border_strip import strip
from geo.charts.vegalite import Chart
from geo.collection import memory, tolls
from geo.files import DATA
from geo.model import Filter
from geo.package.load import Package, load_package


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


def plain_year(text: str) -> int | None:
    """The year of a date, by its text alone; None where it may be another one."""
    ends = [part.rstrip("?~%")[:4] for part in text.split("/")]
    return int(ends[0]) if len(set(ends)) == 1 and ends[0].isdigit() else None


@pytest.mark.parametrize("border", ["TJ-AF", "TJ-KG"])
def test_years_are_counted_as_their_dates_say(marz: Package, border: str) -> None:
    rows = memory.select(marz, Filter())
    chart = patterns.by_year(marz, rows, border, "x")
    own = marz.incidents[marz.incidents["border"] == border]
    wanted = Counter(str(plain_year(text) or "not certain") for text in own["date"])
    table = chart.table.set_index("Year")["Incidents"]
    assert table.to_dict() == wanted
    drawn: Counter[str] = Counter()
    for value in chart.spec["data"]["values"]:
        drawn[str(value["year"])] += value["count"]
    assert drawn == Counter({k: n for k, n in wanted.items() if k != "not certain"})


def test_months_leave_out_what_is_not_certain(data: Package) -> None:
    chart = patterns.by_month(data, memory.select(data, Filter()))
    table = chart.table.set_index("Month")["Incidents"]
    # 15 January, all of February, about 1 March, 5 May; four dates fit no single month.
    assert table.to_dict() == {"Jan": 1, "Feb": 1, "Mar": 1, "May": 1, "not certain": 4}
    assert "4 incidents not shown: " in chart.note


def test_types_add_up(marz: Package) -> None:
    rows = memory.select(marz, Filter(chosen={"country": ("KG",)}))
    table = patterns.by_type(marz, rows).table
    wanted = Counter(marz.incidents["event_type"].iloc[rows])
    assert table.groupby("Type")["Incidents"].sum().to_dict() == wanted


def test_places_add_up_and_are_told_apart(marz: Package) -> None:
    rows = memory.select(marz, Filter())
    chart = patterns.by_place(marz, rows)
    table = chart.table
    assert table["Incidents"].sum() == len(rows)
    assert table["Place"].is_unique
    ids = marz.incidents["place_id"].iloc[rows]
    kok_tash = places.entry(marz, "kok-tash")
    assert kok_tash is not None
    number = table.set_index("Place").loc[kok_tash.name, "Incidents"]
    assert number == (ids == "kok-tash").sum()
    drawn = {value["place"] for value in chart.spec["data"]["values"]}
    assert len(drawn) == patterns.AT_MOST


@pytest.mark.parametrize("measure", tolls.MEASURES)
def test_tolls_by_year_add_up_to_the_sum(marz: Package, measure: str) -> None:
    rows = memory.select(marz, Filter())
    tables = [
        patterns.tolls_by_year(marz, rows, border, "x", measure).table
        for border in ("TJ-AF", "TJ-KG")
    ]
    table = pd.concat(tables)
    whole = tolls.total(marz, rows, measure)
    assert (table["Lowest"].sum(), table["Highest"].sum()) == (whole.low, whole.high)
    assert table["Records"].sum() == whole.counted
    assert (table["More possible"] == "yes").any() == whole.open_ended


def every_chart(data: Package) -> list[Chart]:
    rows = memory.select(data, Filter())
    border = data.layers["borders"]["place_id"].iloc[0]
    laid = strip(data, rows, border)
    return [
        patterns.by_year(data, rows, border, "x"),
        patterns.tolls_by_year(data, rows, border, "x", "fatalities"),
        patterns.by_type(data, rows),
        patterns.by_month(data, rows),
        patterns.by_place(data, rows),
        border_charts.strip_chart(data, laid, border),
        border_charts.density_chart(data, laid, border),
        border_charts.line_map(data, border),
    ]


def test_every_chart_becomes_a_picture_and_a_table(data: Package) -> None:
    for chart in every_chart(data):
        text = vegalite.svg(chart, ["Filter: all incidents."]).decode()
        words = " ".join(ET.fromstring(text).itertext())
        assert chart.title in words
        assert "Filter: all incidents." in words
        picture = Image.open(io.BytesIO(vegalite.png(chart, [], scale=1)))
        assert picture.width >= vegalite.WIDTH
        assert len({color for _, color in picture.convert("RGB").getcolors(2**24) or []}) > 2
        rows = list(csv.reader(io.StringIO(vegalite.csv(chart, ["v 1"]).decode("utf-8-sig"))))
        assert rows[0] == [*map(str, chart.table.columns), "About"]
        assert len(rows) == len(chart.table) + 1
        assert {row[-1] for row in rows[1:]} <= {"v 1"}


def test_hostile_names_stay_text(hostile: Package) -> None:
    for chart in every_chart(hostile):
        root = ET.fromstring(vegalite.svg(chart, [hostile.descriptor["title"]]).decode())
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "g", "path", "text", "tspan", "rect", "line", "defs", "clipPath"}
        assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)
        text = vegalite.csv(chart, []).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_a_chart_of_nothing_is_empty(data: Package) -> None:
    rows = memory.select(data, Filter(text="zeppelin"))
    assert patterns.by_place(data, rows).table.empty
    assert patterns.by_year(data, rows, "SAR-LOW", "x").table.empty


@pytest.mark.parametrize("border", ["TJ-KG", "TJ-AF"])
def test_a_town_of_the_small_map_is_named_beside_the_line(marz: Package, border: str) -> None:
    chart = border_charts.line_map(marz, border)
    line = marz.layers["borders"].query("place_id == @border").geometry.iloc[-1]
    west, _, east, _ = line.bounds
    pixel = (east - west) / border_charts.NARROW
    layers = [layer for layer in chart.spec["layer"] if layer["mark"]["type"] == "text"]
    named = [(layer["mark"], town) for layer in layers for town in layer["data"]["values"]]
    assert len({town["name"] for _, town in named}) == len(named) > 2
    for mark, town in named:
        wide = border_charts.NAME_PX * len(town["name"]) * pixel
        left = town["lon"] + mark["dx"] * pixel
        left -= {"left": 0, "center": wide / 2, "right": wide}[mark["align"]]
        middle, tall = town["lat"] - mark["dy"] * pixel * 0.78, 4 * pixel
        letters = shapely.box(left, middle - tall, left + wide, middle + tall)
        # At most the line's edge touches a name; where it crossed one it was as long as a letter.
        assert line.intersection(letters).length < border_charts.NAME_PX * pixel, town["name"]
