"""The first rows of a table: which delimiter, and whether they hold names."""

from __future__ import annotations

import csv
from collections.abc import Sequence

DELIMITERS = ",;\t|"


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, each once and none blank, in their order."""
    seen: set[str] = set()
    found = []
    for number, name in enumerate(names, start=1):
        plain = " ".join(name.replace("\ufeff", "").split()) or f"column {number}"
        chosen, copy = plain, 2
        while chosen in seen:
            chosen, copy = f"{plain} ({copy})", copy + 1
        seen.add(chosen)
        found.append(chosen)
    return tuple(found)


def delimiter_of(lines: list[str]) -> str:
    """Delimiter by which most rows have the same number of cells, and that number is large."""
    sample = lines[:50][:-1] or lines[:1]
    best, score = ",", 0.0
    for candidate in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=candidate) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        same = sum(width == widths[0] for width in widths) / len(widths)
        if same * same * widths[0] > score:
            best, score = candidate, same * same * widths[0]
    return best


def is_header(first: Sequence[str]) -> bool:
    """Whether a first row looks like names: no number and no date among them."""
    cells = [cell.strip() for cell in first]
    return not any(
        cell and cell[0].isdigit() and not any(sign.isalpha() for sign in cell) for cell in cells
    )
