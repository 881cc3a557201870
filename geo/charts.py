"""Charts as Vega-Lite: the same picture on a page and as a file, with its numbers as a table."""

from __future__ import annotations

import csv as csv_writer
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from geo.fonts import FOLDER
from geo.tables import safe_cell
from geo.vocabulary import EVENT_TYPES

WIDTH = 760
"""Pixels of the plot in a file, before its resolution."""
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
    text = _converter().vegalite_to_svg(_whole(chart, about), allowed_base_urls=[])
    return str(text).encode()


def png(chart: Chart, about: list[str], *, scale: float = 2.5) -> bytes:
    """Draw a chart as PNG; `scale` is pixels of the picture to one of the page."""
    return bytes(
        _converter().vegalite_to_png(
            _whole(chart, about), scale=scale, ppi=72, allowed_base_urls=[]
        )
    )


def csv(chart: Chart, about: list[str]) -> bytes:
    """Write a chart's numbers as CSV with a byte order mark, `about` in a column of its own.

    A text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    out = io.StringIO(newline="")
    columns = [*chart.table.columns, "About"]
    writer = csv_writer.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(str(column)) for column in columns])
    for row in chart.table.itertuples(index=False):
        writer.writerow([*(safe_cell(value) for value in row), safe_cell("; ".join(about))])
    return out.getvalue().encode("utf-8-sig")


def _whole(chart: Chart, about: list[str]) -> str:
    """The spec as a picture that explains itself away from the page."""
    lines = [*([chart.note] if chart.note else []), *about]
    config = {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {"labelColor": INK, "titleColor": INK, "gridOpacity": 0.3},
        "legend": {"labelColor": INK},
    }
    return json.dumps(
        {
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
    )


def _wrapped(text: str, most: int = 135) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@cache
def _converter() -> Any:
    """Vega in the process, with our fonts; loaded when the first file is asked for."""
    import vl_convert

    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert
