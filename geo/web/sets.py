"""Data sets of others by address: only those whose owner lets them be passed on.

The answers come through `geo.collection.protocol`, as on the dashboard; each is bounded in rows and
in how far it looks into the set.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from geo import address
from geo.collection.protocol import Collection
from geo.collection.schema import metadata_of
from geo.export import text
from geo.model import EngineError, FilterError, RequestError
from geo.package.load import Package
from geo.web import api
from geo.web.answer import Answer
from geo.web.links import Links

ROOT = "sets"
FURTHEST = 100_000
"""Records of a set that may be passed over: the further, the longer it takes."""
LONGEST = 300
"""Characters of a licence."""
UNSAID = "Not named; the owner lets it be passed on."
ENDINGS = {".json": api.JSON, ".csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, eq=False)
class Shared:
    """A data set that may be passed on, and what its owner said of it."""

    licence: str
    data: Collection


def licence_of(path: Path) -> str | None:
    """The licence under which the owner of a data set lets it be passed on.

    `python -m geo import --share --licence TEXT` writes it into the set.

    Returns
    -------
    str or None
        None where the owner has not: also where the file cannot be read.
    """
    try:
        told = metadata_of(path)
    except (OSError, ValueError, TypeError, pa.ArrowException, RecursionError):
        return None
    # True itself: nobody's data are passed on because somebody wrote "no".
    if told.get("share") is not True:
        return None
    said = told.get("licence")
    return said[:LONGEST] if isinstance(said, str) and said.strip() else UNSAID


def answer(
    package: Package, links: Links, name: str, given: address.Given, known: Mapping[str, Shared]
) -> Answer:
    """Answer what is asked of the data sets.

    Parameters
    ----------
    name : str
        Below ``sets``: "" for the list, else the id of a set and ``.json`` or ``.csv``.
    given : mapping of str to sequence of str
        Filters and page, of which nothing is trusted.
    known : mapping of str to Shared
        By id.
    """
    try:
        if not name:
            return _listed(links, known)
        ending = next((one for one in ENDINGS if name.endswith(one)), "")
        found = known.get(name.removesuffix(ending)) if ending else None
        if found is None:
            raise RequestError(404, "There is no such data set; /sets names those there are.")
        return _rows(package, found, name.removesuffix(ending), ending, given)
    except RequestError as wrong:
        return api.error(wrong.status, *wrong.details)


def _listed(links: Links, known: Mapping[str, Shared]) -> Answer:
    sets = []
    for one, shared in known.items():
        extent = shared.data.extent()
        sets.append(
            {
                "id": one,
                "title": shared.data.name,
                "licence": shared.licence,
                "incidents": shared.data.size,
                "first_day": extent.first.isoformat() if extent.first else None,
                "last_day": extent.last.isoformat() if extent.last else None,
                "formats": {end: links.base + links.of_set(one, end) for end in ENDINGS},
            }
        )
    return Answer(api.dumps({"sets": sets}), api.JSON, headers=api.OPEN)


def _rows(package: Package, shared: Shared, one: str, ending: str, given: address.Given) -> Answer:
    asked = api.read(package, given, usual=api.USUAL)
    if asked.offset + asked.limit > FURTHEST:
        raise RequestError(
            400,
            f"Of a data set only the first {FURTHEST:,} records that match can be read by page. "
            "Ask for fewer days with “from” and “to”.",
        )
    try:
        total = shared.data.count(asked.query)
        table = shared.data.rows(
            asked.query, limit=asked.limit, offset=asked.offset, newest_first=False
        )
    except FilterError as wrong:
        raise RequestError(400, str(wrong)) from None
    except EngineError as wrong:
        raise RequestError(503, str(wrong)) from None
    headers = {**api.OPEN, "x-total-count": str(total)}
    if ending == ".csv":
        headers["content-disposition"] = 'inline; filename="marz-data-set.csv"'
        return Answer(text.datasets_csv([(one, table)]), ENDINGS[ending], headers=headers)
    body = {
        "id": one,
        "licence": shared.licence,
        "total": total,
        "offset": asked.offset,
        "limit": asked.limit,
        "incidents": _records(table),
    }
    return Answer(api.dumps(body), api.JSON, headers=headers)


def _records(table: pa.Table) -> list[dict[str, Any]]:
    left = [name for name in text.LEFT_OUT if name in table.column_names]
    rows: list[dict[str, Any]] = table.drop_columns(left).to_pylist()
    # JSON has no word for what is no number.
    return [
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in row.items()
        }
        for row in rows
    ]
