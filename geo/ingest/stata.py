"""Stata data files (.dta), by pandas."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from geo.ingest.buffered import LARGEST, Buffered, sha256, sound
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.sheets import as_text
from geo.model import LimitError, ReadError

WRONG = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, OSError, EOFError,
    struct.error, MemoryError,
)  # fmt: skip
"""What a damaged file makes of pandas: of a damaged count of rows, any demand for memory."""


def is_stata(head: bytes) -> bool:
    """Whether a file begins as Stata's do: versions 13 and later, or 8 to 12."""
    return head.startswith(b"<stata_dta>") or (
        len(head) > 4 and head[0] in (113, 114, 115) and head[1] in (1, 2) and head[2] == 1
    )


def read(path: Path, name: str, limits: Limits) -> Buffered:
    """Read the rows, values with labels by their labels.

    Raises
    ------
    ReadError, LimitError
        If it is none, or larger than is allowed.
    """
    if path.stat().st_size > LARGEST:
        raise LimitError(f"“{name}” holds more than {LARGEST // MEBIBYTE} MiB. Save it as CSV.")
    records = Buffered("stata", name, limits, has_geometry=False)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                frame = pd.read_stata(path)
            except ValueError:
                # Two values with one label, which pandas does not take.
                frame = pd.read_stata(path, convert_categoricals=False)
        if any(issubclass(one.category, UnicodeWarning) for one in said):
            records.notes += ("Texts that are no UTF-8 are read as Latin-1.",)
    except (*WRONG, StopIteration) as error:
        reason = str(error) or "it asks for more memory than there is"
        raise ReadError(f"“{name}” cannot be read as Stata's ({reason}). Save it as CSV.") from None
    columns = [str(column) for column in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        records.add({name: _cell(value) for name, value in zip(columns, row, strict=True)})
    records.close(sha256(path))
    return records


def _cell(value: Any) -> str | None:
    if pd.isna(value):
        return None
    return sound(as_text(value.item() if hasattr(value, "item") else value))
