"""What has changed since a file was made, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo import VERSION, describe
from geo.address import read
from geo.collection import memory
from geo.export.state import MOST_RECORDS, Carried, groups, layers_digest, records_of
from geo.package.load import Package

MOST_NAMED = 12
"""Records that are named; of more, the rest is counted."""


def changes(package: Package, carried: Carried) -> tuple[str, ...]:
    """Compare what a file showed with what the same view shows now.

    Parameters
    ----------
    package : Package
        The data of today.
    carried : Carried
        What the file says of itself.

    Returns
    -------
    tuple of str
        Sentences, the most important first; none if the same data and the same Marz show the
        same. Texts of records stand in them as they are: never markup.
    """
    said: list[str] = []
    name = str(package.descriptor.get("name", ""))
    if carried.data != name:
        said.append(
            f"It was made from other data, “{carried.data}”; what is open here is “{name}”."
        )
    if carried.version != package.version:
        said.append(f"Data version then: {carried.version}; now: {package.version}.")
        found = _records(package, carried)
        said += found or ["No record in this view has changed."]
        if carried.layers != layers_digest(package):
            said.append("The layers of the map have changed: lines and places may lie elsewhere.")
    if carried.software != VERSION:
        said.append(
            f"Marz then: {carried.software}; now: {VERSION}. The same view may look different."
        )
    return tuple(said)


def _records(package: Package, carried: Carried) -> list[str]:
    rows = memory.select(package, read(package, carried.given).scene.query)
    now, then = records_of(package, rows), carried.records
    if then.total == now.total and then.count == now.count:
        return []
    shown = _Titles(package)
    each = now.each or {}
    if then.each is None:
        counted = f"In this view: {describe.count(then.count, 'record')} then, {now.count:,} now."
        if then.groups is None:
            return [f"{counted} They are too many to tell which have changed."]
        return [counted, *_by_groups(shown, groups.compared(then.groups, each))]
    fresh = [one for one in each if one not in then.each]
    lost = [one for one in then.each if one not in each]
    gone = [one for one in lost if package.row_of(one) < 0]
    altered = [one for one, digest in each.items() if then.each.get(one, digest) != digest]
    return [
        *shown.sentence(fresh, "is new in this view", "are new in this view"),
        *shown.sentence(gone, "is gone from the data", "are gone from the data"),
        *shown.sentence(
            [one for one in lost if one not in gone],
            "is no longer in this view",
            "are no longer in this view",
        ),
        *shown.sentence(altered, "has been altered", "have been altered"),
    ]


def _by_groups(shown: _Titles, found: groups.Found) -> Iterable[str]:
    """Say what changed among very many records, and how exactly that is known."""
    yield from shown.sentence(found.new, "is new in this view", "are new in this view")
    for held, what in (
        (found.altered, "been altered"),
        (found.moved, "come or gone"),
    ):
        if not held:
            continue
        ids = [one for group in held for one in group]
        least = (
            f"At least {describe.count(len(held), 'record')} {'has' if len(held) == 1 else 'have'}"
        )
        where = f", in {describe.count(len(held), 'group')} that now hold" if len(held) > 1 else (
            ", in a group that now holds"
        )  # fmt: skip
        yield f"{least} {what}{where} {shown.listed(ids) or 'no record of this view'}."
    if found.altered or found.moved:
        yield (
            f"Of more than {MOST_RECORDS:,} records a file knows {groups.GROUPS:,} groups, not "
            "each by itself: which of a group have changed it cannot tell."
        )


class _Titles:
    """Names records by id and title."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def sentence(self, ids: Sequence[str], one: str, many: str) -> Iterable[str]:
        if not ids:
            return
        verb = one if len(ids) == 1 else many
        yield f"{describe.count(len(ids), 'record')} {verb}: {self.listed(ids)}."

    def listed(self, ids: Sequence[str]) -> str:
        """The first of them by title, the rest by number."""
        named = [self._named(known) for known in ids[:MOST_NAMED]]
        if len(ids) > MOST_NAMED:
            named.append(f"{len(ids) - MOST_NAMED:,} more")
        return "; ".join(named)

    def _named(self, known: str) -> str:
        row = self.package.row_of(known)
        shown = str(self.package.incidents["title"].iat[row]) if row >= 0 else ""
        return f"{shown} ({known})" if shown else known
