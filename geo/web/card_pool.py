"""Many cards at once, over the cores of the machine: the picture is what a page costs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from geo.package.load import Package
from geo.web import card
from geo.web.respond import card_of

FEWEST = 30
"""Cards that are drawn here: a process needs as long to start."""
TOGETHER = 60
"""Cards of one map that one process draws; for more of them the map is drawn again elsewhere."""

Drawn = Iterator[tuple[str, bytes]]
_package: Package | None = None


def _begin(package: Package) -> None:
    global _package  # noqa: PLW0603 - what the process is for
    _package = package


def _draw(names: Sequence[str]) -> list[tuple[str, bytes]]:
    assert _package is not None
    return [(name, _one(_package, name)) for name in names]


def _one(package: Package, name: str) -> bytes:
    found = card_of(package, name)
    assert found is not None, name
    return card.draw(package, found)


def _shares(package: Package, names: Iterable[str]) -> list[list[str]]:
    """Names in groups that share a map, the largest first."""
    groups: dict[str, list[str]] = {}
    for name in names:
        found = card_of(package, name)
        assert found is not None, name
        groups.setdefault(str(found.bbox), []).append(name)
    shares = [
        group[start : start + TOGETHER]
        for group in groups.values()
        for start in range(0, len(group), TOGETHER)
    ]
    return sorted(shares, key=len, reverse=True)


@contextmanager
def drawing(package: Package, names: Sequence[str]) -> Iterator[Drawn]:
    """Begin to draw, in processes of their own if there are many.

    Parameters
    ----------
    names : sequence of str
        Paths below ``card/``.

    Yields
    ------
    iterator of tuple of str and bytes
        The cards as they are done. Whoever leaves early gives up the others.
    """
    shares = _shares(package, names)
    cores = min(len(shares), os.cpu_count() or 1)
    if len(names) < FEWEST or cores < 2:
        yield ((name, _one(package, name)) for share in shares for name in share)
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
