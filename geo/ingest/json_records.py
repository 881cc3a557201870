"""Cuts JSON into its records without reading it whole: an array, features, or one a line.

Depths and strings are worked out for a block at a time, by numpy; each record is then read by the
standard library, and none that is nested too deeply is.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.ingest.limits import Limits

Places = npt.NDArray[np.int64]
QUOTE = 34
STEPS = np.zeros(256, dtype=np.int8)
STEPS[[ord("{"), ord("[")]], STEPS[[ord("}"), ord("]")]] = 1, -1
"""Byte -> how much deeper it leads."""
LISTS = re.compile(
    rb'"(features|geometries|data|results|records|events|incidents|items|rows)"\s*:\s*\['
)
"""Keys whose list holds the records."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Where records begin in a document.

    Attributes
    ----------
    base : int
        Depth at which they stand: 0 one after another, 1 in an array, 2 in a list of an object.
    start : int
        Where the first may begin.
    key : str
        Key of that list.
    """

    base: int
    start: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """Records of a block.

    Attributes
    ----------
    spans : list of (int, int, int)
        Start, end and depth of each whole one.
    end : int
        Where the rest begins.
    closed : bool
        Whether their array ends in the block.
    """

    spans: list[tuple[int, int, int]]
    end: int
    closed: bool


def outline(head: bytes) -> Outline | None:
    """Find where the records of a document begin; None where its beginning does not tell."""
    start = len(head) - len(head.lstrip(b" \t\r\n\x1e"))
    if head[start : start + 1] == b"[":
        return Outline(1, start + 1)
    if head[start : start + 1] != b"{":
        return None
    places, depths, quotes = _brackets(head[start:], 0)
    for found in LISTS.finditer(head, start):
        place = found.start() - start
        if np.searchsorted(quotes, place) % 2 == 0:
            before = np.searchsorted(places, place)
            if before and depths[before - 1] == 1:
                return Outline(2, found.end(), found[1].decode())
    if (depths == 0).any():
        return Outline(0, start)
    return None


def cut(block: bytes, base: int, *, final: bool) -> Cut:
    """Find the whole records of a block that begins between two of them.

    Parameters
    ----------
    base : int
        Depth there; see `Outline`.
    final : bool
        Whether nothing follows.
    """
    places, depths, _ = _brackets(block, base)
    opens = STEPS[np.frombuffer(block, dtype=np.uint8)[places]] > 0
    starts = places[opens & (depths == base + 1)]
    ends = places[~opens & (depths == base)]
    over = np.flatnonzero(depths < base)
    closed = bool(len(over))
    limit = int(places[over[0]]) if closed else len(block)
    starts, ends = starts[starts < limit], ends[ends < limit]
    whole = min(len(starts), len(ends))
    spans: list[tuple[int, int, int]] = []
    if whole:
        # The largest depth from each start on to the next.
        index = np.searchsorted(places, starts[:whole])
        deepest = np.maximum.reduceat(depths, index)
        columns = starts[:whole], ends[:whole] + 1, deepest - base
        spans = list(zip(*(column.tolist() for column in columns), strict=True))
    end = limit if closed else spans[-1][1] if spans else len(block) if final else 0
    return Cut(spans, end, closed)


def _brackets(block: bytes, base: int) -> tuple[Places, Places, Places]:
    """Places of brackets outside strings, the depth after each, and places of quotes."""
    if b"\\" in block:
        block = block.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
    characters = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(characters == QUOTE)
    steps = STEPS[characters]
    places = np.flatnonzero(steps)
    places = places[np.searchsorted(quotes, places) % 2 == 0]
    return places, base + np.cumsum(steps[places], dtype=np.int64), quotes


def records(blobs: Sequence[tuple[int, bytes, int]], limits: Limits) -> list[Any]:
    """Read the records of a block, all at once if all are sound.

    Parameters
    ----------
    blobs : sequence of (int, bytes, int)
        Number, bytes and depth of each; see `cut`.
    limits : Limits
        Of the depth.

    Returns
    -------
    list
        One a record; see `record`.
    """
    if all(depth <= limits.depth for _, _, depth in blobs):
        whole = b"[" + b",".join(blob for _, blob, _ in blobs) + b"]"
        with _uncollected(), suppress(ValueError, RecursionError):
            found: list[Any] = json.loads(whole.decode("utf-8"), parse_constant=constant)
            if len(found) == len(blobs):
                return found
    return [record(blob, depth, limits) for _, blob, depth in blobs]


def record(blob: bytes, depth: int, limits: Limits) -> Any:
    """Read one record; None where it is too deep or no JSON."""
    if depth > limits.depth:
        return None
    try:
        return json.loads(blob.decode("utf-8"), parse_constant=constant)
    except (ValueError, RecursionError):
        return None


def constant(name: str) -> None:
    """What Python writes into JSON and JSON has not: NaN is no value, Infinity is an error."""
    if name != "NaN":
        raise ValueError(f"{name} is no JSON number")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make no search for cycles: JSON has none, and looking takes longer than reading it."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()
