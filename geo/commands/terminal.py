"""Text for a terminal: an aligned table, and data text that cannot steer the terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from itertools import zip_longest

from geo import describe
from geo.describe import clean
from geo.model import Filter
from geo.package.load import Package, Rows
from geo.records import record

COLUMNS = (("when", 19), ("what", 37), ("kind", 20), ("where", 18))
"""Heading and width; with two blanks between them they fill 100 characters."""


def table(package: Package, query: Filter, rows: Rows) -> str:
    """List incidents in columns that fit 100 characters; long cells go on below, none is cut.

    Returns
    -------
    str
        The sentence, and one block an incident: date, title, type, status and deaths, place,
        and below them its id.
    """
    lines = [*textwrap.wrap(clean(describe.summary(package, query, rows)), 100)]
    if len(rows):
        lines += ["", _line([heading for heading, _ in COLUMNS])]
        lines.append("  ".join("-" * width for _, width in COLUMNS))
    for row in rows:
        known = record(package, int(row))
        kind = [known["type"], known["status"]]
        if known["deaths"] != describe.NOT_REPORTED:
            kind.append(f"deaths: {known['deaths']}")
        cells = [
            known["when"],
            known["title"],
            ", ".join(kind),
            known["where"],
        ]
        lines += [*_block(cells), f"{' ' * COLUMNS[0][1]}  {clean(known['id'])}", ""]
    return "\n".join(lines).rstrip()


def _block(cells: list[str]) -> list[str]:
    columns = [
        textwrap.wrap(clean(cell), width) for cell, (_, width) in zip(cells, COLUMNS, strict=True)
    ]
    return [_line(list(line)) for line in zip_longest(*columns, fillvalue="")]


def _line(cells: list[str]) -> str:
    padded = (
        cell + " " * max(0, width - _width(cell))
        for cell, (_, width) in zip(cells, COLUMNS, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes: two for East Asian wide characters, none for combining ones."""
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
