"""Many cards at once, over the cores of the machine: the picture is what a page costs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from geo.model import Bbox
from geo.package.load import Package
from geo.web import card
from geo.web.card import Card

FEWEST = 30
"""Cards that are drawn here: a process needs as long to start."""
TOGETHER = 60
"""Cards of one map that one process draws; for more of them the map is drawn again elsewhere."""

Drawn = Iterator[tuple[str, bytes]]
_package: Package | None = None


def _begin(package: Package) -> None:
    global _package  # noqa: PLW0603 - what the process is for
    _package = package


def _draw(share: Sequence[tuple[str, Card]]) -> list[tuple[str, bytes]]:
    assert _package is not None
    return [(name, card.draw(_package, one)) for name, one in share]


def _shares(cards: Mapping[str, Card]) -> list[list[tuple[str, Card]]]:
    """Cards in groups that share a map, the largest first."""
    groups: dict[Bbox | None, list[tuple[str, Card]]] = {}
    for name, one in cards.items():
        groups.setdefault(one.bbox, []).append((name, one))
    shares = [
        group[start : start + TOGETHER]
        for group in groups.values()
        for start in range(0, len(group), TOGETHER)
    ]
    return sorted(shares, key=len, reverse=True)


@contextmanager
def drawing(package: Package, cards: Mapping[str, Card]) -> Iterator[Drawn]:
    """Begin to draw cards by name, in processes of their own if there are many.

    Yields
    ------
    iterator of tuple of str and bytes
        The pictures as they are done. Whoever leaves early gives up the others.
    """
    shares = _shares(cards)
    cores = min(len(shares), os.cpu_count() or 1)
    if len(cards) < FEWEST or cores < 2:
        yield ((name, card.draw(package, one)) for share in shares for name, one in share)
        return
    pool = ProcessPoolExecutor(
        cores,
        # Not forked: libraries with threads of their own do not bear it.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(package,),
    )
    try:
        asked = [pool.submit(_draw, share) for share in shares]
        yield (drawn for done in as_completed(asked) for drawn in done.result())
    finally:
        pool.shutdown(cancel_futures=True)
