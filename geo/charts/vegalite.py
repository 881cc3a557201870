"""Charts as Vega-Lite: the same picture on a page and as a file, with its numbers as a table."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd

from geo.files import FONTS
from geo.model import ChartError
from geo.package.tables import written
from geo.vocabulary import EVENT_TYPES

WIDTH = 760
"""Pixels of the plot in a file, before its resolution."""
WORKER = Path(__file__).with_name("render.py")
SECONDS = 60
"""After which a picture is given up."""
INK = "#1f2328"
FONT = "Noto Sans"
TYPES = {
    "field": "type",
    "type": "nominal",
    "title": None,
    "scale": {"domain": list(EVENT_TYPES), "range": [color for color, _ in EVENT_TYPES.values()]},
}
"""Encoding of the event type: its Okabe–Ito colour, which means nothing else."""


@dataclass(frozen=True)
class Chart:
    """A picture and its numbers.

    Attributes
    ----------
    name : str
        Letters, digits and hyphens; names files and widgets.
    title : str
        What is counted by what.
    alt : str
        What the chart shows, for who cannot see it; its numbers are in the table.
    spec : dict
        Vega-Lite without title and width, its data within.
    table : pandas.DataFrame
        The numbers, with plain headings.
    note : str
        What is counted beside the chart, and how.
    """

    name: str
    title: str
    alt: str
    spec: dict[str, Any]
    table: pd.DataFrame
    note: str = ""


def svg(chart: Chart, about: list[str]) -> bytes:
    """Draw a chart as SVG; text stays text.

    Parameters
    ----------
    about : list of str
        Lines under the title: what was asked for, version of the data, credits.
    """
    return _drawn(chart, about, "svg", 1)


def png(chart: Chart, about: list[str], *, scale: float = 2.5) -> bytes:
    """Draw a chart as PNG; `scale` is pixels of the picture to one of the page."""
    return _drawn(chart, about, "png", scale)


def csv(chart: Chart, about: list[str]) -> bytes:
    """Write a chart's numbers as CSV with a byte order mark, `about` in a column of its own.

    A text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    told = {"About": "; ".join(about)}
    table = chart.table.rename(columns=str)
    rows = ({**row, **told} for row in table.to_dict("records"))
    return written([*table.columns, *told], rows, mark=True)


def _whole(chart: Chart, about: list[str]) -> str:
    """The spec as a picture that explains itself away from the page."""
    lines = [*([chart.note] if chart.note else []), *about]
    config = {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {"labelColor": INK, "titleColor": INK, "gridOpacity": 0.3},
        "legend": {"labelColor": INK},
    }
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        **chart.spec,
        "width": WIDTH,
        "background": "white",
        "padding": 16,
        "title": {
            "text": chart.title,
            "subtitle": [piece for line in lines for piece in _wrapped(line)],
            "anchor": "start",
            "frame": "group",
            "fontSize": 16,
            "subtitleFontSize": 10,
            "offset": 12,
            "color": INK,
            "subtitleColor": INK,
        },
        "config": {**config, **chart.spec.get("config", {})},
    }
    return json.dumps(_printable(whole), allow_nan=False)


def _wrapped(text: str) -> list[str]:
    plain = " ".join(text.split())
    return wrap(plain, 135, break_long_words=False, break_on_hyphens=False) or [""]


def _drawn(chart: Chart, about: list[str], kind: str, scale: float) -> bytes:
    """Draw in a process of its own; `geo.charts.render` says why."""
    command = [sys.executable, "-I", str(WORKER), str(FONTS), kind, str(scale)]
    try:
        done = subprocess.run(
            command,
            input=_whole(chart, about).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ChartError(
            f"The chart “{chart.title}” could not be drawn as {kind.upper()}. Its numbers can be "
            "had as CSV."
        ) from error
    return done.stdout


def _printable(value: Any) -> Any:
    """The same without characters that no picture can hold: controls and lone surrogates."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value


HEIGHT = 170
STANDING = {
    "field": "standing",
    "type": "nominal",
    "title": None,
    "legend": None,
    "scale": {"domain": ["established", "not established"], "range": [1, 0.4]},
}
"""Encoding: what is alleged, announced or planned is paler."""
GRID = {
    "gridOpacity": 0.3,
    "domain": False,
    "ticks": False,
    "tickMinStep": 1,
    "title": None,
}
UPRIGHT = {**GRID, "minExtent": 40}
"""Beside a chart: where a label of three digits comes late, it would lose its first one."""


def tips(field: str) -> list[dict[str, str]]:
    """Tooltip of a count by a field, type and standing."""
    return [
        {"field": field, "type": "nominal", "title": field.capitalize()},
        {"field": "type", "type": "nominal", "title": "Type"},
        {"field": "standing", "type": "nominal", "title": "Standing"},
        {"field": "count", "type": "quantitative", "title": "Incidents"},
    ]


def year_axis(years: list[int]) -> dict[str, Any]:
    """Horizontal axis of years, named every fifth."""
    return {
        "field": "year",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": years},
        "axis": {"labelAngle": 0, "values": [y for y in years if y % 5 == 0], "ticks": False},
    }


def columns(values: list[dict[str, Any]], x: dict[str, Any]) -> dict[str, Any]:
    """Standing bars along an axis, coloured by type."""
    return {
        "height": HEIGHT,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "y": {"field": "count", "type": "quantitative", "stack": "zero", "axis": UPRIGHT},
            "color": {**TYPES, "legend": None},
            "opacity": STANDING,
            "order": {"field": "rank"},
            "tooltip": tips(x["field"]),
        },
    }


def bars(values: list[dict[str, Any]], field: str, order: list[str]) -> dict[str, Any]:
    """Lying bars, one a value of a field, coloured by type."""
    return {
        "height": {"step": 22},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": field, "type": "nominal", "sort": order, "title": None,
                  "axis": {"labelLimit": 220, "ticks": False, "domain": False}},
            "x": {"field": "count", "type": "quantitative", "stack": "zero", "axis": GRID},
            "color": {**TYPES, "legend": None},
            "opacity": STANDING,
            "order": {"field": "rank"},
            "tooltip": tips(field) if field != "type" else tips(field)[1:],
        },
    }  # fmt: skip


def on_one_scale(sides: list[list[Chart]]) -> list[list[Chart]]:
    """Give charts that stand side by side the same axis of counts.

    Parameters
    ----------
    sides : list of list of Chart
        Of each side the same kinds in the same order; bars of a field ``count``, stacked.
    """
    return [list(side) for side in zip(*map(_alike, zip(*sides, strict=True)), strict=True)]


def _alike(charts: tuple[Chart, ...]) -> list[Chart]:
    most = 1
    for chart in charts:
        axes = chart.spec["encoding"]
        (along,) = (axes[name]["field"] for name in "xy" if axes[name]["field"] != "count")
        sums: Counter[str] = Counter()
        for value in chart.spec["data"]["values"]:
            sums[value[along]] += value["count"]
        most = max(most, *sums.values(), 1)
    return [replace(chart, spec=_up_to(chart.spec, most)) for chart in charts]


def _up_to(spec: dict[str, Any], most: int) -> dict[str, Any]:
    axes = {
        name: {**axis, "scale": {"domain": [0, most], "nice": True}}
        if axis.get("field") == "count" and name in "xy"
        else axis
        for name, axis in spec["encoding"].items()
        if isinstance(axis, dict)
    }
    return {**spec, "encoding": {**spec["encoding"], **axes}}


def ranges(values: list[dict[str, Any]], years: list[int]) -> dict[str, Any]:
    """Standing lines from low to high with an end mark; an arrow where the end is open."""
    x = year_axis(years)
    # A square root lets a year of two dead be seen beside one of a hundred.
    scale = {"type": "sqrt", "nice": True, "zero": True}
    about = [
        {"field": "year", "type": "ordinal", "title": "Year"},
        {"field": "said", "type": "nominal", "title": "Sum"},
    ]

    def y(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": UPRIGHT}

    ends: dict[str, Any] = {"type": "tick", "thickness": 2, "size": 9, "color": "#4a6fa5"}
    return {
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4, "color": "#4a6fa5", "opacity": 0.55},
                "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}, "tooltip": about},
            },
            {"mark": ends, "encoding": {"x": x, "y": y("low"), "tooltip": about}},
            {
                "transform": [{"filter": "!datum.open"}],
                "mark": ends,
                "encoding": {"x": x, "y": y("high"), "tooltip": about},
            },
            {
                "transform": [{"filter": "datum.open"}],
                "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70,
                         "opacity": 1, "yOffset": -4, "color": "#4a6fa5"},
                "encoding": {"x": x, "y": y("high"), "tooltip": about},
            },
        ],
    }  # fmt: skip
