"""What has changed since a file was made, in words."""

from __future__ import annotations

from collections.abc import Sequence

from geo import VERSION, describe
from geo.address import read
from geo.collection.packaged import Packaged
from geo.export.state import EmbeddedState, layers_digest, records_of
from geo.package.load import Package

MOST_NAMED = 12
"""Records that are named; of more, the rest is counted."""


def changes(package: Package, embedded: EmbeddedState) -> tuple[str, ...]:
    """Compare what a file showed with what the same view shows now.

    Parameters
    ----------
    package : Package
        The data of today.
    embedded : EmbeddedState
        What the file says of itself.

    Returns
    -------
    tuple of str
        Sentences, the most important first; none if the same data and the same Marz show the
        same. Texts of records stand in them as they are: never markup.
    """
    said: list[str] = []
    name = str(package.descriptor.get("name", ""))
    if embedded.data != name:
        said.append(
            f"It was made from other data, “{embedded.data}”; what is open here is “{name}”."
        )
    if embedded.version != package.version:
        said.append(f"Data version then: {embedded.version}; now: {package.version}.")
        found = _records(package, embedded)
        said += found or ["No record in this view has changed."]
        if embedded.layers != layers_digest(package):
            said.append("The layers of the map have changed: lines and places may lie elsewhere.")
    if embedded.software != VERSION:
        said.append(
            f"Marz then: {embedded.software}; now: {VERSION}. The same view may look different."
        )
    return tuple(said)


def _records(package: Package, embedded: EmbeddedState) -> list[str]:
    rows = Packaged(package).select(read(package, embedded.parameters).scene.query)
    now, then = records_of(package, rows), embedded.records
    if then.total == now.total and then.count == now.count:
        return []
    each = now.each or {}
    if then.each is None:
        counted = f"In this view: {describe.count(then.count, 'record')} then, {now.count:,} now."
        differ = "Some are new, gone or altered" if then.total else "Some may have changed"
        return [f"{counted} {differ}; the file does not tell which."]
    fresh = [one for one in each if one not in then.each]
    lost = [one for one in then.each if one not in each]
    gone = [one for one in lost if package.row_of(one) < 0]
    altered = [one for one, digest in each.items() if then.each.get(one, digest) != digest]
    left = [one for one in lost if one not in gone]
    said = (
        (fresh, "is new in this view", "are new in this view"),
        (gone, "is gone from the data", "are gone from the data"),
        (left, "is no longer in this view", "are no longer in this view"),
        (altered, "has been altered", "have been altered"),
    )
    return [
        f"{describe.count(len(ids), 'record')} {one if len(ids) == 1 else many}: "
        f"{_listed(package, ids)}."
        for ids, one, many in said
        if ids
    ]


def _listed(package: Package, ids: Sequence[str]) -> str:
    """The first of them by title, the rest by number."""
    named = []
    for known in ids[:MOST_NAMED]:
        row = package.row_of(known)
        shown = str(package.incidents["title"].iat[row]) if row >= 0 else ""
        named.append(f"{shown} ({known})" if shown else known)
    if len(ids) > MOST_NAMED:
        named.append(f"{len(ids) - MOST_NAMED:,} more")
    return "; ".join(named)
