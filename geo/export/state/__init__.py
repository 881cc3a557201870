"""The state that every file taken away carries: what it shows, of which data, made when, by what.

It is one line of JSON in plain ASCII without ``<``, ``>`` and ``&``, so that it stands unchanged
in a text chunk, in XML, in HTML, in a PDF string and in a cell. Whoever reads it back trusts
nothing in it: a file may come from anybody.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo import VERSION, places
from geo.address import Pairs, grouped, pairs
from geo.export.state import groups
from geo.export.state.containers import state_in
from geo.export.state.marks import LONGEST_STATE
from geo.model import Scene, StateError
from geo.package.load import Package
from geo.records import record

Rows = npt.NDArray[np.intp]
FORM = 1
"""Version of the form; a file of a later one is refused, of an earlier one read."""
MOST_RECORDS = 2000
"""Records up to which each is told apart; beyond, groups of them, so that it stays small."""
SIZE = 6
"""Bytes of a digest: two records out of 2,000 are alike once in a hundred million files."""
PASSED_OVER = frozenset(("row", "site", "cite"))
"""What `record` says that changes with other records or with the version of the data alone."""
MOST_PAIRS = 3000


@dataclass(frozen=True)
class Records:
    """Which records a file showed.

    Attributes
    ----------
    count : int
        How many.
    total : str
        Digest of all of them together.
    each : dict of str to bytes or None
        Id -> digest of everything shown of it; None where there were too many to keep.
    groups : bytes or None
        What is kept instead, see `geo.export.state.groups`.
    """

    count: int
    total: str
    each: dict[str, bytes] | None = field(default=None)
    groups: bytes | None = None


@dataclass(frozen=True)
class Carried:
    """What a file says of itself; text in it is anybody's.

    Attributes
    ----------
    given : dict of str to list of str
        Parameters as in an address; `geo.address.read` checks them.
    data, version : str
        Name and version of the data package.
    layers : str
        Digest of its map layers.
    software : str
        Version of Marz.
    made : datetime.date
        The day on which the file says it was made.
    records : Records
        What it showed.
    """

    given: dict[str, list[str]]
    data: str
    version: str
    layers: str
    software: str
    made: date
    records: Records


def text(package: Package, scene: Scene, rows: Rows, *, now: datetime) -> str:
    """Say a state as a file carries it.

    Parameters
    ----------
    scene : Scene
        What is shown.
    rows : array of int
        Positions in ``package.incidents`` of what it shows.
    now : datetime
        When the file is made; its day is kept.

    Returns
    -------
    str
        One line of JSON in ASCII. Equal for equal scene, data, day and version of Marz.
    """
    document = {
        "marz-state": FORM,
        "software": VERSION,
        "made": now.date().isoformat(),
        "data": {
            "name": str(package.descriptor.get("name", "")),
            "version": package.version,
            "layers": layers_digest(package),
        },
        "parameters": pairs(scene),
        "records": _packed(records_of(package, rows)),
    }
    line = json.dumps(document, separators=(",", ":"), allow_nan=False)
    for sign in "<>&'":
        line = line.replace(sign, f"\\u{ord(sign):04x}")
    return line


def moment(day: date) -> datetime:
    """The time that stands for a day in files: what is made twice on a day is the same bytes."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_KNOWN: WeakKeyDictionary[Package, dict[int, bytes]] = WeakKeyDictionary()


def records_of(package: Package, rows: Rows) -> Records:
    """Digest records, so that it can be told later whether they have changed."""
    ids = [str(one) for one in package.incidents["id"].to_numpy()[rows]]
    known = _KNOWN.setdefault(package, {})
    for row in rows.tolist():
        if row not in known:
            known[row] = _of(package, row)
    each = {one: known[row] for one, row in zip(ids, rows.tolist(), strict=True)}
    total = _digest("\n".join(f"{one} {each[one].hex()}" for one in sorted(each)))
    return Records(len(ids), total.hex(), each)


def _of(package: Package, row: int) -> bytes:
    shown: dict[str, Any] = {k: v for k, v in record(package, row).items() if k not in PASSED_OVER}
    site = places.site_of(package, row)
    shown["on"] = [site.layer, site.feature_id, site.lon, site.lat] if site else None
    return _digest(json.dumps(shown, sort_keys=True, default=str))


def layers_digest(package: Package) -> str:
    """Digest of the hashes of the map's layers, as the descriptor gives them."""
    hashes = [
        f"{name} {resource.get('hash', '')}"
        for name, resource in sorted(package.resources.items())
        if name in package.layers or name == "relief"
    ]
    return _digest("\n".join(hashes)).hex()


def _digest(content: str) -> bytes:
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=SIZE).digest()


def _packed(records: Records) -> dict[str, Any]:
    known: dict[str, Any] = {"count": records.count, "total": records.total}
    if records.each is not None and records.count > MOST_RECORDS:
        known["groups"] = base64.b64encode(groups.summed(records.each)).decode()
    elif records.each is not None:
        ids = zlib.compress("\n".join(records.each).encode(), 9)
        known["ids"] = base64.b64encode(ids).decode()
        known["digests"] = base64.b64encode(b"".join(records.each.values())).decode()
    return known


# ---------------------------------------------------------------- reading
def read(content: bytes, name: str = "") -> Carried:
    """Find the state that a file carries.

    Parameters
    ----------
    content : bytes
        The whole file, of any kind.
    name : str
        What it is called, for messages.

    Raises
    ------
    CarriedError
        If it is no file of Marz, carries no state, or one that is damaged or of a later form.
    """
    called = f"“{name[:100]}”" if name else "This file"
    found = state_in(content, called)
    try:
        document = json.loads(found)
        form = document["marz-state"]
        if isinstance(form, int) and form > FORM:
            raise StateError(
                f"{called} was made by a later Marz ({_short(document.get('software'))}; form "
                f"{form}, this one reads {FORM}). Update Marz and open it again."
            )
        return _carried(document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StateError(
            f"The state in {called} is damaged ({type(error).__name__}). Take the file anew, or "
            "open the address that is printed on it."
        ) from error


def _carried(document: dict[str, Any]) -> Carried:
    if document["marz-state"] != FORM:
        raise ValueError("form")
    data = document["data"]
    return Carried(
        given=grouped(_pairs(document["parameters"])),
        data=_short(data["name"]),
        version=_short(data["version"]),
        layers=_short(data.get("layers", "")),
        software=_short(document["software"]),
        made=date.fromisoformat(document["made"]),
        records=_unpacked(document["records"]),
    )


def _pairs(found: Any) -> Pairs:
    if len(found) > MOST_PAIRS:
        raise ValueError("parameters")
    for name, value in found:
        if not (isinstance(name, str) and isinstance(value, str) and len(value) <= 1000):
            raise ValueError("parameter")
    return tuple((name, value) for name, value in found)


def _short(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("text")
    return value.encode("utf-8", "replace").decode()


def _unpacked(known: dict[str, Any]) -> Records:
    count, total = known["count"], known["total"]
    if not isinstance(count, int) or count < 0 or not re.fullmatch(r"[0-9a-f]{12}", total):
        raise ValueError("records")
    if "ids" not in known and "groups" not in known:
        return Records(count, total)
    try:
        if "ids" not in known:
            sums = base64.b64decode(known["groups"], validate=True)
            if len(sums) != groups.SIZE:
                raise ValueError("groups")
            return Records(count, total, groups=sums)
        packed = zlib.decompressobj()
        raw = packed.decompress(base64.b64decode(known["ids"], validate=True), LONGEST_STATE)
        if packed.unconsumed_tail or not packed.eof:
            raise ValueError("ids")
        digests = base64.b64decode(known["digests"], validate=True)
    except (zlib.error, binascii.Error) as error:
        raise ValueError("records") from error
    ids = raw.decode().split("\n") if raw else []
    if len(ids) != count or len(set(ids)) != count or len(digests) != count * SIZE:
        raise ValueError("records")
    each = {one: digests[n * SIZE : (n + 1) * SIZE] for n, one in enumerate(ids)}
    return Records(count, total, each)
