"""Whole columns of text at once: trimmed, joined, read as numbers; Python sees odd values only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.package.tables import plain_cell

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
BLANKS = pa.array(
    [
        *"na n/a n.a. n.a n\\a \\n null none nan nil nd n.d. - – — -- ? ?? . .. ... unk".split(),
        *"unknown #n/a #value! #ref! нет неизвестно н/д номаълум белгисиз نامعلوم".split(),
        *("not known", "no data", "not available", "нет данных", "не известно", "маълум нест"),
    ]
)
"""What people and programs write for a value that is not there, in small letters."""
Mask = npt.NDArray[np.bool_]


def text(column: pa.Array) -> pa.Array:
    """Trim a column; blank becomes null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def without_blanks(column: pa.Array) -> pa.Array:
    """Take what programs write for a missing value as blank."""
    blank = pc.is_in(pc.utf8_lower(column), BLANKS)
    return pc.if_else(blank, pa.scalar(None, pa.string()), column)


def mask(column: pa.Array) -> Mask:
    """A column of booleans as a mask; null is False."""
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=bool)


def present(column: pa.Array) -> Mask:
    """Which cells are not null."""
    return mask(pc.is_valid(column))


def join(columns: Sequence[pa.Array], separator: str) -> pa.Array:
    """Put texts of a row together; blanks are left out, all blank stays null."""
    if len(columns) == 1:
        return columns[0]
    # Arrow 26 drops rows that are blank throughout when it is told to skip blanks: so each text
    # takes its separator along, and the first separator is cut off.
    parts = [pc.binary_join_element_wise(pa.scalar(separator), c, "") for c in columns]
    return _led(parts, separator)


def _led(parts: Sequence[pa.Array], separator: str) -> pa.Array:
    """Put texts together that each begin with a separator, which the first one loses."""
    joined = pc.binary_join_element_wise(*(pc.fill_null(part, "") for part in parts), "")
    rest = pc.utf8_slice_codeunits(joined, len(separator))
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), rest)


def numbers(column: pa.Array, *, comma: bool = False) -> tuple[npt.NDArray[np.float64], Mask]:
    """Read a column as numbers.

    Parameters
    ----------
    column : pyarrow.Array of string
        Trimmed, null where blank.
    comma : bool
        Whether 38,5 is read as 38.5.

    Returns
    -------
    numpy.ndarray of float64
        NaN where blank or wrong.
    numpy.ndarray of bool
        Where there is something that is no number.
    """
    if comma:
        decimal = pc.match_substring_regex(column, r"^[+-]?\d{1,3},\d+$")
        column = pc.if_else(decimal, pc.replace_substring(column, ",", "."), column)
    try:
        read = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        fits = pc.match_substring_regex(column, NUMBER)
        read = pc.cast(pc.if_else(fits, column, pa.scalar(None, pa.string())), pa.float64())
    # Arrow reads "nan" and "inf" too; they are no numbers in a file.
    values = read.to_numpy(zero_copy_only=False)
    wrong = present(column) & ~np.isfinite(values)
    return np.where(wrong, np.nan, values), wrong


def by_value(column: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Turn each distinct value of a column into another; null stays null."""
    coded = pc.dictionary_encode(column)
    found = pa.array([read(value) for value in coded.dictionary.to_pylist()], kind)
    return found.take(coded.indices)


def objects(columns: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """Write columns as one JSON object a row; blanks are left out, all blank is null."""
    parts = []
    for name, column in columns.items():
        if column.null_count == len(column):
            continue
        found, value = _bytes_of(column), column
        if (found < ord(" ")).any():
            # Escaped by the standard library, but each distinct value once.
            value = by_value(column, lambda v: json.dumps(v, ensure_ascii=False)[1:-1], pa.string())
        else:
            for special in ("\\", '"'):
                if (found == ord(special)).any():
                    value = pc.replace_substring(value, special, f"\\{special}")
        key = json.dumps(name, ensure_ascii=False)
        parts.append(pc.binary_join_element_wise(pa.scalar(f',{key}:"'), value, pa.scalar('"'), ""))
    if not parts:
        return pa.nulls(rows, pa.string())
    return pc.binary_join_element_wise(pa.scalar("{"), _led(parts, ","), pa.scalar("}"), "")


def _bytes_of(column: pa.Array) -> npt.NDArray[np.uint8]:
    """The bytes of a column of texts: asking them whether one occurs needs no text."""
    _, offsets, data = column.buffers()
    if data is None:
        return np.empty(0, dtype=np.uint8)
    first, last = np.frombuffer(offsets, np.int32)[[column.offset, column.offset + len(column)]]
    return np.frombuffer(data, np.uint8)[first:last]


def parallel(columns: Sequence[pa.Array], whole: pa.Array) -> pa.Array:
    """Join lists that run side by side, item by item.

    Parameters
    ----------
    columns : sequence of pyarrow.Array
        Each cell a list such as ``Reuters;AP``.
    whole : pyarrow.Array
        What stands for a row whose lists have not the same length.

    Returns
    -------
    pyarrow.Array
        Cells such as ``Reuters, 2022-09-16, Shots at the ford; AP, 2022-09-17, Talks``.
    """
    filled = [pc.fill_null(column, "") for column in columns]
    lists = [pc.split_pattern(column, ";") for column in filled]
    lengths = [np.diff(one.offsets.to_numpy()) for one in lists]
    equal = np.ones(len(whole), dtype=bool)
    for other in lengths[1:]:
        equal &= lengths[0] == other
    equal &= np.any([present(column) for column in columns], axis=0)
    chosen = pa.array(np.flatnonzero(equal))
    picked = [one.take(chosen) for one in lists]
    items = [text(one.flatten()) for one in picked]
    joined = pc.fill_null(join(items, ", "), "")
    offsets = np.concatenate([[0], np.cumsum(lengths[0][equal])]).astype(np.int32)
    told = text(pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), joined), "; "))
    return pc.replace_with_mask(whole, pa.array(equal), told.cast(pa.string()))


def one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array of a column, whether it came in pieces or not."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def years(column: pa.Array) -> npt.NDArray[np.float64]:
    """Years of days since 1970-01-01; NaN where null."""
    days = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    whole = np.where(np.isnan(days), 0, days).astype("datetime64[D]").astype("datetime64[Y]")
    return np.where(np.isnan(days), np.nan, whole.astype(int) + 1970.0)


def without_apostrophe(column: pa.Array) -> pa.Array:
    """Take away what `geo.package.tables.safe_cell` put before a text that looks like a formula."""
    marked = pc.fill_null(pc.starts_with(column, "'"), False)
    if not pc.any(marked).as_py():
        return column
    # Few cells begin so: each is read by the very function that undoes the writing.
    plain = [plain_cell(text) for text in column.filter(marked).to_pylist()]
    return pc.replace_with_mask(column, marked, pa.array(plain, column.type))
