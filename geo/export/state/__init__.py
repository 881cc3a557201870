"""The state that every exported file embeds: what it shows, of which data, made when, by what.

It stands there as a token (see `geo.export.state.token`). Whoever reads it back trusts nothing in
it: a file may come from anybody.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from geo import VERSION, places
from geo.address import Pairs, grouped, pairs
from geo.export.state import token, version_2
from geo.model import Scene, StateError
from geo.package.load import Package, Rows, memoised
from geo.records import record

NAME = "marz_state"
"""What holds the token is called so where it has a name: a column, a member, a table."""
FORM = 2
"""Version of what a token holds; a file of a later one is refused. Marz 2 wrote 1."""
MOST_RECORDS = 2000
"""Records up to which each is told apart."""
LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds; it cuts off what is longer."""
LONGEST_FILE = 200 * 2**20
SIZE = 6
"""Bytes of a digest: two records out of 2,000 are alike once in a hundred million files."""
PASSED_OVER = frozenset(("row", "site", "cite"))
"""What `record` says that changes with other records or with the version of the data alone."""
MOST_PAIRS = 3000
KINDS = "PNG, SVG, PDF, GIF, MP4, HTML, CSV, GeoJSON, GeoParquet, GeoPackage or bundle (ZIP)"


@dataclass(frozen=True)
class Records:
    """Which records a file showed.

    Attributes
    ----------
    count : int
        How many.
    total : str
        Digest of all of them together; "" where it cannot be compared.
    each : dict of str to bytes or None
        Id -> digest of everything shown of it; None where a file does not keep them.
    """

    count: int
    total: str
    each: dict[str, bytes] | None = field(default=None)


@dataclass(frozen=True)
class EmbeddedState:
    """What a file says of itself; text in it is anybody's.

    Attributes
    ----------
    parameters : dict of str to list of str
        As in an address; `geo.address.read` checks them.
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

    parameters: dict[str, list[str]]
    data: str
    version: str
    layers: str
    software: str
    made: date
    records: Records


def write(
    package: Package, scene: Scene, rows: Rows, *, now: datetime, longest: int = token.LONGEST
) -> str:
    """Write a state as the token that a file embeds.

    Parameters
    ----------
    scene : Scene
        What is shown.
    rows : array of int
        Positions in ``package.incidents`` of what it shows.
    now : datetime
        When the file is made; its day is kept.
    longest : int
        Characters that the token may have for records to be told apart.

    Returns
    -------
    str
        Equal for equal scene, data, day and version of Marz. Records are told apart where there
        are no more than `MOST_RECORDS`.

    Raises
    ------
    StateError
        If the scene alone is too long.
    """
    shown = records_of(package, rows)
    together: dict[str, Any] = {"count": shown.count, "total": shown.total}
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
        "records": together,
    }
    if shown.each is not None and shown.count <= MOST_RECORDS:
        digests = b"".join(shown.each.values()).hex()
        apart = {**together, "ids": list(shown.each), "digests": digests}
        written = _token({**document, "records": apart})
        if written and len(written) <= longest:
            return written
    if written := _token(document):
        return written
    raise StateError("The view is too long to stand in a file. Choose fewer values in its filter.")


def _token(document: dict[str, Any]) -> str:
    """The token of a state; "" if it is too long for one."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    try:
        return token.encode(text.encode("ascii"))
    except ValueError:
        return ""


def moment(day: date) -> datetime:
    """The time that stands for a day in files: what is made twice on a day is the same bytes."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def records_of(package: Package, rows: Rows) -> Records:
    """Digest records, so that it can be told later whether they have changed."""
    ids = [str(one) for one in package.incidents["id"].to_numpy()[rows]]
    each = {one: _of(package, row) for one, row in zip(ids, rows.tolist(), strict=True)}
    total = _digest("\n".join(f"{one} {each[one].hex()}" for one in sorted(each)))
    return Records(len(ids), total.hex(), each)


@memoised
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


# ---------------------------------------------------------------- reading
def read(content: bytes, name: str = "") -> EmbeddedState:
    """Find the state that a file embeds.

    Parameters
    ----------
    content : bytes
        The whole file, of any kind.
    name : str
        What it is called, for messages.

    Raises
    ------
    StateError
        If it is too large, or embeds no state, or one that is damaged or of a later form.
    """
    called = f"“{name[:100]}”" if name else "This file"
    if len(content) > LONGEST_FILE:
        raise StateError(
            f"{called} is larger than {LONGEST_FILE // 2**20} MB. Open the address that is printed "
            "on it instead."
        )
    body = token.find(content)
    try:
        document = json.loads(token.decode(body)) if body else version_2.find(content)
        if body is None and document is None:
            raise StateError(_none(content, called))
        form = document["marz-state"]
        if isinstance(form, int) and form > FORM:
            raise StateError(
                f"{called} was made by a later Marz ({_short(document['software'])}; form {form}, "
                f"this one reads {FORM}). Update Marz and open it again."
            )
        return _embedded(document, form)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        what = "is damaged" if body else "is of Marz 2 and cannot be read from this kind of file"
        raise StateError(
            f"The state in {called} {what}. Export the file anew, or open the address that is "
            "printed on it."
        ) from error


def _none(content: bytes, called: str) -> str:
    """Why a file has no state, and what to do."""
    if not content:
        return f"{called} is empty. Choose the file as it was exported."
    if content.startswith(b"PK\3\4"):
        return (
            f"{called} holds no view of Marz. If it is a bundle that was packed anew, unpack it "
            "and choose one of its files."
        )
    return (
        f"{called} holds no view of Marz: Marz did not make it, or a program that saved it again "
        f"dropped the view. Choose a file as it was exported: {KINDS}."
    )


def _embedded(document: dict[str, Any], form: int) -> EmbeddedState:
    if form not in (1, FORM):
        raise ValueError("form")
    data = document["data"]
    return EmbeddedState(
        parameters=grouped(_pairs(document["parameters"])),
        data=_short(data["name"]),
        version=_short(data["version"]),
        layers=_short(data.get("layers", "")),
        software=_short(document["software"]),
        made=date.fromisoformat(document["made"]),
        records=_records(document["records"], form),
    )


def _pairs(listed: Any) -> Pairs:
    if len(listed) > MOST_PAIRS:
        raise ValueError("parameters")
    for name, value in listed:
        if not (isinstance(name, str) and isinstance(value, str) and len(value) <= 1000):
            raise ValueError("parameter")
    return tuple((name, value) for name, value in listed)


def _short(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("text")
    return value.encode("utf-8", "replace").decode()


def _records(told: dict[str, Any], form: int) -> Records:
    count, total = told["count"], told["total"]
    if not isinstance(count, int) or not 0 <= count < 2**53:
        raise ValueError("count")
    if not re.fullmatch(r"[0-9a-f]{12}", total):
        raise ValueError("total")
    if form < FORM:
        return Records(count, "")  # Marz 2 digested other things of a record
    if "ids" not in told:
        return Records(count, total)
    ids, digests = told["ids"], bytes.fromhex(told["digests"])
    if not all(isinstance(one, str) for one in ids):
        raise ValueError("ids")
    if len(ids) != count or len(set(ids)) != count or len(digests) != count * SIZE:
        raise ValueError("records")
    each = {one: digests[n * SIZE : (n + 1) * SIZE] for n, one in enumerate(ids)}
    return Records(count, total, each)
