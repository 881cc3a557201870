"""Records by address: what a filter leaves as JSON, GeoJSON, CSV or GeoParquet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geo import address, describe, records
from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.export import tabular, text
from geo.export.formats import FORMS
from geo.model import Filter, FilterError, RequestError, Scene
from geo.package import releases
from geo.package.load import Package, Rows
from geo.picture.exported import Export
from geo.web.answer import Answer
from geo.web.links import Links

ROOT = "api/v1"
JSON = "application/json"
MOST = 10_000
"""Records of one answer."""
USUAL = 100
"""Records of one answer in JSON, where nothing else is asked for."""
NAMED = 10
"""Mistakes that an error names: a thousand parameters are no reason for a thousand lines."""
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
PAGING = ("limit", "offset")
OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, X-Total-Count",
}
"""Any page may read the data; nothing here depends on who asks."""


@dataclass(frozen=True)
class Asked:
    """What a request asks for: which records, how many at the most, and after how many."""

    query: Filter
    limit: int
    offset: int

    @property
    def pairs(self) -> address.Pairs:
        """The filter as pairs of an address."""
        return address.pairs(Scene(query=self.query))


def filters() -> tuple[address.Parameter, ...]:
    """The parameters of the address that choose records; what a view looks like chooses none."""
    return tuple(one for one in address.parameters() if one.part in ("query", "chosen"))


def read(package: Package, given: address.Given, *, usual: int = MOST) -> Asked:
    """Read what is asked for; other than a page, a program is told of every mistake.

    Parameters
    ----------
    given : mapping of str to sequence of str
        The parameters, of which nothing is trusted.
    usual : int
        The limit, where none is given.

    Raises
    ------
    RequestError
        Names every parameter that is unknown or cannot be read.
    """
    if given.get(address.OPEN):  # nothing is open here: whoever names a record means it alone
        alone = {**given, address.CHOSEN: [*given.get(address.CHOSEN, ()), *given[address.OPEN]]}
        given = {name: values for name, values in alone.items() if name != address.OPEN}
    wanted = {one.name for one in filters()}
    known = {*wanted, *PAGING}
    passed_over = {one.name for one in address.parameters()} - wanted
    wrong = [
        f"“{name[:60]}” is no parameter. There are {', '.join(sorted(known))}."
        for name in given
        if name not in known and name not in passed_over
    ]
    reading = address.read(package, {name: given[name] for name in given if name in wanted})
    numbers = {}
    for name, least, most, plain in (("limit", 1, MOST, usual), ("offset", 0, 10**9, 0)):
        said = (list(given.get(name, ())) or [str(plain)])[0]
        fair = NUMBER.fullmatch(said) and least <= int(said) <= most
        numbers[name] = int(said) if fair else plain
        if not fair:
            wrong.append(f"“{name}={said[:60]}” is no whole number from {least} to {most}.")
    wrong.extend(reading.notices)
    refuse(wrong)
    return Asked(reading.scene.query, numbers["limit"], numbers["offset"])


def refuse(wrong: Sequence[str]) -> None:
    """Raise a `RequestError` that names the first of some mistakes, if there are any."""
    if wrong:
        more = len(wrong) - NAMED
        raise RequestError(400, *wrong[:NAMED], *([f"And {more:,} more."] if more > 0 else []))


def dumps(value: Any) -> bytes:
    """JSON in UTF-8, one line."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (written + "\n").encode("utf-8", "replace")


def error(status: int, *details: str) -> Answer:
    """An error as JSON, after RFC 9457."""
    titles = {400: "The request cannot be read", 404: "There is no such thing here"}
    titles |= {405: "Only GET is answered", 429: "Too many requests", 503: "Busy"}
    body = {
        "type": "about:blank",
        "title": titles.get(status, "It could not be answered"),
        "status": status,
        "details": list(details),
    }
    return Answer(dumps(body), "application/problem+json", status, OPEN)


def midnight(package: Package) -> datetime:
    """The day that files of the web say they were made on: that of the data, not of the request.

    Equal data make equal bytes, so that a cache may keep them. It is the day that the package
    gives as ``created``, or else the last day that any record names.
    """
    created = str(package.descriptor.get("created") or "")[:10]
    day = Packaged(package).days()[1]
    if address.DAY.fullmatch(created):
        day = datetime.fromisoformat(created).date()
    return datetime.combine(day, time(), UTC)


# ---------------------------------------------------------------- records
def record_json(package: Package, row: int) -> dict[str, Any]:
    """A record as JSON has it: all but its position, which no other version shares."""
    found = records.record(package, row)
    return {key: value for key, value in found.items() if key not in ("row", "site")}


def _json(package: Package, links: Links, asked: Asked, rows: Rows, total: int) -> bytes:
    return dumps(
        {
            "data_version": package.version,
            "summary": describe.summary(
                package, asked.query, Packaged(package).select(asked.query)
            ),
            "total": total,
            "offset": asked.offset,
            "limit": asked.limit,
            "next": next_page(links, ".json", asked, total) or None,
            "incidents": [record_json(package, int(row)) for row in rows],
        }
    )


FORMATS = {
    ".json": JSON,
    ".geojson": FORMS[".geojson"].mime,
    ".csv": "text/csv; charset=utf-8",
    ".parquet": FORMS[".parquet"].mime,
}
"""Ending -> media type."""
WRITERS: dict[str, Callable[..., bytes]] = {
    ".geojson": text.geojson,
    ".csv": partial(text.csv, mark=False),
    ".parquet": tabular.geoparquet,
}


def next_page(links: Links, ending: str, asked: Asked, total: int) -> str:
    """Address of what comes after an answer; "" at the end."""
    after = asked.offset + asked.limit
    if after >= total:
        return ""
    pairs = (*asked.pairs, ("limit", str(asked.limit)), ("offset", str(after)))
    return f"{links.base}{ROOT}/incidents{ending}?{urlencode(pairs)}"


def incidents(package: Package, links: Links, ending: str, given: address.Given) -> Answer:
    """Answer with what a filter leaves, in the order of time.

    Raises
    ------
    RequestError
        If the request cannot be read.
    """
    asked = read(package, given, usual=USUAL if ending == ".json" else MOST)
    try:
        every = Packaged(package).select(asked.query)
    except FilterError as wrong:
        raise RequestError(400, str(wrong)) from None
    rows = every[asked.offset : asked.offset + asked.limit]
    headers = {**OPEN, "x-total-count": str(len(every))}
    if following := next_page(links, ending, asked, len(every)):
        headers["link"] = f'<{following}>; rel="next"'
    if ending == ".json":
        content = _json(package, links, asked, rows, len(every))
    else:
        headers["content-disposition"] = f'inline; filename="marz-incidents{ending}"'
        export = Export(package, Scene(asked.query), rows, ending[1:], midnight(package))
        content = WRITERS[ending](export)
    return Answer(content, FORMATS[ending], headers=headers)


def incident(package: Package, incident_id: str) -> Answer:
    """Answer with one record.

    Raises
    ------
    RequestError
        If there is none of that id.
    """
    row = package.row_of(incident_id)
    if row < 0:
        raise RequestError(404, f"There is no incident “{incident_id[:80]}” in these data.")
    body = {"data_version": package.version, **record_json(package, row)}
    return Answer(dumps(body), JSON, headers=OPEN)


# ---------------------------------------------------------------- what there is
def meta(package: Package, links: Links) -> Answer:
    """Answer with what the data are, whose, and what can be asked of them."""
    first, last = Packaged(package).days()
    described = package.resources["incidents"]["schema"]["fields"]
    body = {
        "title": package.title,
        "description": str(package.descriptor.get("description", "")),
        "data_version": package.version,
        "incidents": len(package.incidents),
        "claims": len(package.claims),
        "sources": len(package.sources),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "licences": records.licences(package),
        "attribution": describe.attribution(package),
        "columns": [
            *(
                {"name": one["name"], "description": str(one.get("description", ""))}
                for one in described
            ),
            *({"name": name, "description": said} for name, said in records.WORDS.items()),
        ],
        "filters": {
            facet.name: [
                {"value": value, "words": facet.say(value)}
                for value in Packaged(package).options(facet)
            ]
            for facet in FACETS
            if facet.column in package.incidents
        },
        "formats": {ending: f"{links.base}{ROOT}/incidents{ending}" for ending in FORMATS},
    }
    return Answer(dumps(body), JSON, headers=OPEN)


SPAN = ("since", "until")
"""Parameters that name two releases."""


def changes(package: Package, given: Mapping[str, Sequence[str]], *, csv: bool = False) -> Answer:
    """Answer with every difference between two releases; without, what the last one changed.

    Parameters
    ----------
    given : mapping of str to sequence of str
        ``since`` and ``until`` name the releases, ``id`` a record, ``limit`` and ``offset`` a page.

    Raises
    ------
    RequestError
        If the request cannot be read.
    """
    known = releases.numbers(package)
    own = (*SPAN, "id", address.AS_OF)
    refuse(
        [
            f"“{name[:60]}” is no parameter. There are id, {', '.join((*SPAN, *PAGING))}."
            for name in given
            if name not in (*own, *PAGING)
        ]
    )
    asked = read(
        package,
        {name: given[name] for name in given if name not in own},
        usual=MOST if csv else USUAL,
    )
    until = (list(given.get("until", ())) or [*known[-1:], ""])[0]
    before = known[max(0, known.index(until) - 1)] if until in known else ""
    since = (list(given.get("since", ())) or [before])[0]
    wrong = [
        f"“{name}={said[:60]}” is no release of these data. There are {', '.join(known) or 'none'}."
        for name, said in zip(SPAN, (since, until), strict=True)
        if said and said not in known
    ]
    if wrong:
        raise RequestError(400, *wrong)
    found = releases.between(package, since, until) if since and until else ()
    if record := next(iter(given.get("id", ())), ""):
        found = tuple(one for one in found if one.record == record)
    page = found[asked.offset : asked.offset + asked.limit]
    if csv:
        headers = {**OPEN, "x-total-count": str(len(found))}
        return Answer(text.changes(page, mark=False), "text/csv; charset=utf-8", headers=headers)
    body = {
        "data_version": package.version,
        "since": since,
        "until": until,
        "total": len(found),
        "offset": asked.offset,
        "limit": asked.limit,
        "changes": [{name: getattr(one, name) for name in text.CHANGES} for one in page],
    }
    return Answer(dumps(body), JSON, headers=OPEN)
