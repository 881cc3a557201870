"""Charts as Vega-Lite: the same picture on a page and as a file, with its numbers as a table."""

from __future__ import annotations

import csv as csv_writer
import io
import json
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import ChartError
from geo.picture.fonts import FOLDER
from geo.tables import safe_cell
from geo.vocabulary import EVENT_TYPES

WIDTH = 760
"""Pixels of the plot in a file, before its resolution."""
WORKER = Path(__file__).with_name("vega.py")
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


def _wrapped(text: str, most: int = 135) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _drawn(chart: Chart, about: list[str], kind: str, scale: float) -> bytes:
    """Draw in a process of its own; `geo/vega.py` says why."""
    command = [sys.executable, "-I", str(WORKER), str(FOLDER), kind, str(scale)]
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
    """The same without signs that no picture can hold: controls and lone surrogates."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value
