"""Records of JSON that were cut out of a block, read by the standard library; none too deep is."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from geo.ingest.limits import Limits


def records(blobs: Sequence[tuple[int, bytes, int]], limits: Limits) -> list[Any]:
    """Read the records of a block, all at once if all are sound.

    Parameters
    ----------
    blobs : sequence of (int, bytes, int)
        Number, bytes and depth of each; see `geo.ingest.elements.cut`.
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
            found: list[Any] = json.loads(whole.decode("utf-8"), parse_constant=refuse)
            if len(found) == len(blobs):
                return found
    return [record(blob, depth, limits) for _, blob, depth in blobs]


def record(blob: bytes, depth: int, limits: Limits) -> Any:
    """Read one record; None where it is too deep or no JSON."""
    if depth > limits.depth:
        return None
    try:
        return json.loads(blob.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def refuse(constant: str) -> float:
    """Raise ValueError for NaN and Infinity, which are no JSON."""
    raise ValueError(f"{constant} is no JSON number")


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
