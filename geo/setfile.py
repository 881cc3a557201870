"""Records of data sets as one CSV file."""

from __future__ import annotations

import csv as text
import io
from collections.abc import Sequence

import pyarrow as pa

from geo.tables import safe_cell

MOST = 50_000
"""Records of a set that a file holds; for more there is the command line."""
LEFT_OUT = ("number", "start", "end", "geometry", "other")
"""Columns that say again what others say, or what no cell holds."""


def csv(tables: Sequence[tuple[str, pa.Table]]) -> bytes:
    """Write records of several sets.

    Parameters
    ----------
    tables : sequence of (str, pyarrow.Table)
        Name of a set, and rows in `geo.dataset.SCHEMA`.

    Returns
    -------
    bytes
        UTF-8 with a mark, so that spreadsheets read it right; no cell can run as a formula.
    """
    out = io.StringIO(newline="")
    writer = text.writer(out, lineterminator="\r\n")
    names: list[str] = []
    for name, table in tables:
        kept = table.drop_columns([column for column in LEFT_OUT if column in table.column_names])
        if not names:
            names = kept.column_names
            writer.writerow(["data_set", *names])
        for row in kept.to_pylist():
            writer.writerow([safe_cell(name), *(safe_cell(row[column]) for column in names)])
    return ("\ufeff" + out.getvalue()).encode()
