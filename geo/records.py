"""One incident as a dict of words, claims and citations, for every reader of a single record."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import describe, edtf
from geo.collection import actors
from geo.collection.folding import fold
from geo.days import OPEN_END, OPEN_START
from geo.model import EdtfError
from geo.package.evidence import EVERYBODY, accounts_of
from geo.package.load import Package, Rows, memoised
from geo.package.tables import by_incident, figure, is_web_address, split
from geo.places import GEOD, site_of
from geo.vocabulary import ESTABLISHED, STANCES, country_name

TOLLS = ("fatalities_low", "fatalities_high", "injuries_low", "injuries_high")


@dataclass(frozen=True)
class _Links:
    """Rows of the linked tables by what they are looked up by."""

    claims: dict[str, list[dict[str, Any]]]
    accounts: dict[str, list[dict[str, Any]]]
    citations: dict[str, list[dict[str, Any]]]
    sources: dict[str, dict[str, Any]]
    titles: dict[str, str]


@memoised
def _links(package: Package) -> _Links:
    return _Links(
        claims=by_incident(package.claims),
        accounts=accounts_of(package),
        citations=by_incident(package.citations),
        sources={row["id"]: row for row in package.sources.to_dict("records")},
        titles=dict(zip(package.incidents["id"], package.incidents["title"], strict=True)),
    )


def record(package: Package, row: int) -> dict[str, Any]:
    """Say everything that is known of one incident, in words and fit for JSON.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.

    Returns
    -------
    dict
        ``row``, ``id``, ``title``, ``summary``; ``date`` (EDTF), ``date_basis`` and ``when`` in
        words; ``place_id``, ``geo_precision``, ``place_note``, ``where`` in words and ``site``
        (number of the feature, None without); ``type``, ``sub_event_type``, ``status``,
        ``established``, ``collection``, ``tags``, ``audited`` (a second reader compared it
        with its page); ``border``, ``countries`` (names), ``country_codes``, ``actors``;
        ``deaths`` and ``injuries`` in words beside the four numbers (None where blank);
        ``claims``, ``accounts`` and ``sources`` (lists of dict, see `claim`, `account` and
        `source`); ``roles`` (lists of id, name and role of each actor); ``part_of`` (id) and
        ``part_of_title``; ``about`` (lists of id and title); ``note``;
        ``cite``. Texts are as in the data: never markup.
    """
    incident = package.incidents.iloc[row]
    links = _links(package)
    site = site_of(package, row)
    sources = [
        source(package, link["source_id"], link["paragraphs"])
        for link in links.citations.get(incident["id"], [])
    ]
    return {
        "row": int(row),
        "id": incident["id"],
        "title": incident["title"],
        "summary": incident["summary"],
        "when": describe.date_of(incident),
        "date": incident["date"],
        "date_basis": incident["date_basis"],
        "where": describe.place_of(package, row),
        "site": site.number if site else None,
        "place_id": incident["place_id"],
        "geo_precision": incident["geo_precision"],
        "place_note": incident["place_note"],
        "type": incident["event_type"],
        "sub_event_type": incident["sub_event_type"],
        "status": incident["status"],
        "collection": incident["collection"],
        "tags": list(incident["tag_list"]),
        "audited": incident["audited"] == "yes",
        "established": incident["status"] in ESTABLISHED,
        "border": incident["border"],
        "countries": [country_name(code) for code in incident["country_list"]],
        "country_codes": list(incident["country_list"]),
        "actors": split(incident["actors"]),
        "deaths": describe.toll(incident["fatalities_low"], None, incident["fatalities_high"]),
        "injuries": describe.toll(incident["injuries_low"], None, incident["injuries_high"]),
        **{column: figure(incident[column]) for column in TOLLS},
        "claims": [claim(package, link) for link in links.claims.get(incident["id"], [])],
        "accounts": [account(package, one) for one in links.accounts.get(incident["id"], [])],
        "roles": [
            [actor, actors.name_of(package, actor), role]
            for actor, role in actors.of_incidents(package).get(int(row), ())
        ],
        "about": [[one, links.titles.get(one, one)] for one in split(incident.get("about", ""))],
        "sources": sources,
        "part_of": incident["part_of"],
        "part_of_title": links.titles.get(incident["part_of"], ""),
        "note": incident["note"],
        "cite": describe.cite_as(package, incident, sources),
    }


def claim(package: Package, row: dict[str, Any]) -> dict[str, Any]:
    """Describe one party's account.

    Parameters
    ----------
    row : dict
        A row of the claims table.

    Returns
    -------
    dict
        ``claimant``, ``stance`` and ``stance_words``, ``statement``, ``audited``, ``date``
        (EDTF), ``when`` (in words, "" where blank), ``deaths`` (the claimant's own count, None
        where blank),
        ``source`` (as from `source`).
    """
    return {
        "claimant": row["claimant"],
        "stance": row["stance"],
        "stance_words": STANCES[row["stance"]],
        "statement": row["statement"],
        "audited": row["audited"] == "yes",
        "date": row["date"],
        "when": describe.date_words(edtf.parse(row["date"])) if row["date"] else "",
        "deaths": figure(row["fatalities"]),
        "source": source(package, row["source_id"], row["paragraphs"]),
    }


def account(package: Package, row: dict[str, Any]) -> dict[str, Any]:
    """Describe one figure that a party gives.

    Parameters
    ----------
    row : dict
        A row of ``accounts.csv``.

    Returns
    -------
    dict
        ``claimant``, ``victims`` as in the table and ``whose`` in words, ``measure``, ``low`` and
        ``high`` (None where open), ``toll`` in words, ``source`` (as from `source`).
    """
    code = row["victims"]
    country, _, rest = code.partition(" ")
    if code == EVERYBODY:
        whose = "everybody"
    elif country.isupper():
        whose = f"{rest} of {country_name(country)}" if rest else country_name(country)
    else:
        whose = actors.name_of(package, code)
    return {
        "claimant": row["claimant"],
        "victims": code,
        "whose": whose,
        "measure": row["measure"],
        "low": figure(row["low"]),
        "high": figure(row["high"]),
        "toll": describe.toll(row["low"], None, row["high"]),
        "source": source(package, row["source_id"], row["paragraphs"]),
    }


COUNTED = {"killed": "Deaths", "injured": "Injured", "missing": "Missing", "captured": "Captured"}
"""What an account counts -> heading of its table."""


def tolls_by_account(accounts: list[dict[str, Any]], measure: str) -> pd.DataFrame:
    """Set out who counts how many of whom.

    Parameters
    ----------
    accounts : list of dict
        As from `account`, of one incident.
    measure : str
        A key of `COUNTED`.

    Returns
    -------
    pandas.DataFrame
        ``Who says so``, then a column for each whose dead or hurt are counted, everybody first;
        one row a claimant and source, "" where it does not count them.
    """
    counted = [one for one in accounts if one["measure"] == measure]
    whose = list(dict.fromkeys(one["whose"] for one in counted))
    whose.sort(key=lambda name: name != "everybody")
    table: dict[tuple[str, str], dict[str, str]] = {}
    for one in counted:
        cells = table.setdefault((one["claimant"], one["source"]["id"]), dict.fromkeys(whose, ""))
        cells[one["whose"]] = one["toll"]
    return pd.DataFrame(
        [{"Who says so": claimant, **cells} for (claimant, _), cells in table.items()],
        columns=["Who says so", *whose],
    )


def source(package: Package, source_id: str, paragraphs: str = "") -> dict[str, Any]:
    """Describe a source, with the paragraphs of it that are meant.

    Returns
    -------
    dict
        ``id``, ``title``, ``line`` (as a bibliography gives it), ``short`` (publisher and date),
        ``url`` ("" unless it is an http or https address), ``language``, ``paragraphs`` (in
        words), ``note``.
    """
    return {**_described(package, source_id), "paragraphs": describe.paragraphs(paragraphs)}


@memoised
def _described(package: Package, source_id: str) -> dict[str, Any]:
    """A source in words, made once: a picture or a page of all records names a thousand."""
    blank = ("author", "title", "publisher", "published", "url", "language", "note")
    unknown = {**dict.fromkeys(blank), "title": source_id}
    row: dict[str, Any] = _links(package).sources.get(source_id, unknown)
    url = row["url"] or ""
    return {
        "id": source_id,
        "title": row["title"],
        "line": describe.source_line(row),
        "short": describe.source_short(row),
        "url": url if is_web_address(url) else "",
        "language": row["language"] or "",
        "paragraphs": "",
        "note": row["note"] or "",
    }


def sources_of(package: Package, rows: Rows) -> list[dict[str, Any]]:
    """List every source that the incidents shown cite or take a claim from, each once."""
    links = _links(package)
    ids = package.incidents["id"].to_numpy()[rows]
    cited = {
        link["source_id"]
        for incident_id in ids
        for table in (links.citations, links.claims)
        for link in table.get(incident_id, [])
    }
    return [source(package, source_id) for source_id in sorted(cited)]


def licences(package: Package) -> list[dict[str, str]]:
    """List the licences of everything in the package, each once.

    Returns
    -------
    list of dict
        ``name``, ``title``, ``url`` ("" where the text lies in the package), and ``covers``:
        the resources under it, in words.
    """
    found: dict[str, dict[str, str]] = {}
    covered: dict[str, list[str]] = {}
    for resource in package.descriptor["resources"]:
        for licence in resource.get("licenses") or []:
            if name := str(licence.get("name", "")):
                title, path = str(licence.get("title") or name), str(licence.get("path", ""))
                url = path if is_web_address(path) else ""
                found.setdefault(name, {"name": name, "title": title, "url": url})
                covered.setdefault(name, []).append(str(resource["name"]))
    return [{**one, "covers": describe.listed(covered[name])} for name, one in found.items()]


NEAR_KM = 5
"""Points closer than this are near each other."""
DAYS = 30
"""Days before and after an incident's date that are around it."""


@dataclass(frozen=True)
class Related:
    """Rows of the incidents table, each list in the order of time.

    Attributes
    ----------
    above : tuple of int
        The larger event, and the one that includes that; from the inside out.
    parts, siblings : tuple of int
        What it includes, and the other parts of its larger event.
    distinct : tuple of int
        Records of the same border, day and place that are another event.
    about, answered : tuple of int
        The events that it is about, such as the clash that talks answer; and the later records
        that are about it.
    here : tuple of int
        At the same place, or at a point within `NEAR_KM` of it.
    around : tuple of int
        On the same border, possibly within `DAYS` of it, and in none of the lists above.
    """

    above: tuple[int, ...]
    parts: tuple[int, ...]
    siblings: tuple[int, ...]
    distinct: tuple[int, ...]
    about: tuple[int, ...]
    answered: tuple[int, ...]
    here: tuple[int, ...]
    around: tuple[int, ...]


def related(package: Package, row: int) -> Related:
    """Find what else belongs to an incident.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.
    """
    frame = package.incidents
    ids = frame["id"].tolist()
    own_id, parent = ids[row], frame["part_of"].iat[row]
    part_of = frame["part_of"].to_numpy()
    parts = _others(np.flatnonzero(part_of == own_id), row)
    siblings = _others(np.flatnonzero(part_of == parent), row) if parent else ()
    subjects, events = _named(package, "about"), _named(package, "distinct_from")
    distinct = tuple(
        other
        for other, other_id in enumerate(ids)
        if other_id in events[row] or own_id in events[other]
    )
    about = tuple(other for other, other_id in enumerate(ids) if other_id in subjects[row])
    answered = tuple(other for other, named in enumerate(subjects) if own_id in named)
    above = _above(package, row)
    known = {row, *above, *parts, *siblings, *distinct, *about, *answered}
    return Related(
        above=above,
        parts=parts,
        siblings=siblings,
        distinct=distinct,
        about=about,
        answered=answered,
        here=_here(package, row),
        around=tuple(other for other in _around(package, row) if other not in known),
    )


@memoised
def _named(package: Package, column: str) -> list[list[str]]:
    """Ids of other records that each row names in a column."""
    return [split(text) for text in package.incidents.get(column, [""] * len(package.incidents))]


def _others(rows: np.ndarray, row: int) -> tuple[int, ...]:
    return tuple(int(other) for other in rows if other != row)


def _above(package: Package, row: int) -> tuple[int, ...]:
    found: list[int] = []
    current = package.row_of(package.incidents["part_of"].iat[row])
    while current >= 0 and current != row and current not in found:
        found.append(current)
        current = package.row_of(package.incidents["part_of"].iat[current])
    return tuple(found)


@memoised
def _points(package: Package) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64]]:
    """Place of each incident, and longitude and latitude of its point; NaN where it is none."""
    found = (site_of(package, row) for row in range(len(package.incidents)))
    points = [(one.lon, one.lat) if one and one.is_point else (np.nan, np.nan) for one in found]
    return package.incidents["place_id"].to_numpy(), np.array(points, dtype=float).reshape(-1, 2)


def _here(package: Package, row: int) -> tuple[int, ...]:
    places, points = _points(package)
    if not places[row] or site_of(package, row) is None:
        return ()
    same = places == places[row]
    lon, lat = points[row]
    # A degree of latitude is 110.6 km at least: only what may be near is measured.
    near = np.flatnonzero(~same & (np.abs(points[:, 1] - lat) <= NEAR_KM / 110))
    if len(near):
        there = points[near]
        _, _, metres = GEOD.inv(
            np.full(len(near), lon), np.full(len(near), lat), there[:, 0], there[:, 1]
        )
        same[near[metres <= NEAR_KM * 1000]] = True
    return _others(np.flatnonzero(same), row)


def _around(package: Package, row: int) -> tuple[int, ...]:
    frame = package.incidents
    start, end = int(frame["start"].iat[row]), int(frame["end"].iat[row])
    # A date that is open or spans years has no days around it that would tell anything.
    if start == OPEN_START or end == OPEN_END or end - start > 366:
        return ()
    starts, ends = frame["start"].to_numpy(), frame["end"].to_numpy()
    short = (ends - starts) <= 366
    near = (starts <= end + DAYS) & (ends >= start - DAYS) & short
    same = (frame["border"] == frame["border"].iat[row]).to_numpy()
    return _others(np.flatnonzero(near & same), row)


LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def plain(package: Package, row: int, *, url: str = "", accessed: date | None = None) -> str:
    """One line of text: title, date, the atlas with its version, where and when it was read.

    Parameters
    ----------
    url : str
        Where the record stands, "" where that is nowhere.
    accessed : datetime.date, optional
        The day on which it was read there.
    """
    sources = record(package, row)["sources"]
    incident = package.incidents.iloc[row]
    return describe.cite_as(package, incident, sources, url=url, accessed=accessed)


def bibtex(package: Package, row: int, *, url: str = "", accessed: date | None = None) -> str:
    """The record and each of its sources as BibTeX entries, in UTF-8.

    Every character that LaTeX would act on is escaped, so that a title stays a title. Arguments
    as in `plain`.
    """
    entries = []
    for item in csl(package, row, url=url, accessed=accessed):
        fields = {
            "title": "{" + _latex(item["title"]) + "}",
            "author": "{" + _latex(item["author"][0]["literal"]) + "}" if "author" in item else "",
            "howpublished": _latex(item.get("publisher", "")),
            # Without a year BibTeX warns; this is what a bibliography prints of no date.
            "year": _year(item.get("issued")) or "n.d.",
            "date": _edtf(item.get("issued")),
            "url": _address(item.get("URL", "")),
            "urldate": _iso(item.get("accessed")),
            "version": _latex(item.get("version", "")),
            "note": _latex(item.get("note", "")),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        entries.append(f"@misc{{{item['id']},\n" + ",\n".join(lines) + "\n}")
    return "\n\n".join(entries) + "\n"


def ris(package: Package, row: int, *, url: str = "", accessed: date | None = None) -> str:
    """The record and each of its sources in RIS, as Zotero, Mendeley and EndNote read it.

    Arguments as in `plain`.
    """
    lines = []
    for item in csl(package, row, url=url, accessed=accessed):
        fields = [
            ("TY", "DATA" if item["type"] == "dataset" else "ELEC"),
            ("ID", item["id"]),
            ("TI", item["title"]),
            *(("AU", one["literal"]) for one in item.get("author", ())),
            ("PB", item.get("publisher", "")),
            ("PY", _year(item.get("issued"))),
            ("DA", _iso(item.get("issued")).replace("-", "/")),
            ("ET", item.get("version", "")),
            ("LA", item.get("language", "")),
            ("UR", item.get("URL", "")),
            ("Y2", _iso(item.get("accessed")).replace("-", "/")),
            ("N1", item.get("note", "")),
        ]
        # A tag begins a line: no text may hold a break.
        lines += [f"{tag}  - {' '.join(str(text).split())}" for tag, text in fields if text]
        lines += ["ER  - ", ""]
    return "\r\n".join(lines)


def csl_json(package: Package, row: int, *, url: str = "", accessed: date | None = None) -> str:
    """The record and each of its sources as CSL-JSON, indented. Arguments as in `plain`."""
    items = csl(package, row, url=url, accessed=accessed)
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def csl(
    package: Package, row: int, *, url: str = "", accessed: date | None = None
) -> list[dict[str, Any]]:
    """List a record and its sources as items of CSL-JSON (citation-style-language 1.0.2).

    Arguments as in `plain`.

    Returns
    -------
    list of dict
        The record first, as a dataset of its own; then each source as a web page. A date
        that is a year, month or day, or reaches from one to another, stands in ``date-parts``,
        with ``circa`` where it is approximate or uncertain; any other in ``literal``. The
        record's year is that in which it was read.
    """
    found = record(package, row)
    atlas = package.title
    people = [
        {"literal": str(one["title"])}
        for one in package.descriptor.get("contributors") or []
        if one.get("title")
    ]
    own: dict[str, Any] = {
        "id": f"marz-{found['id']}",
        "type": "dataset",
        "title": f"{found['title']}, {found['when']} (record {found['id']})",
        "container-title": atlas,
        "publisher": atlas,
        "version": package.version,
        "note": f"After: {'; '.join(source['line'] for source in found['sources'])}.",
    }
    if people:
        own["author"] = people
    if url:
        own["URL"] = url
    if accessed:
        own["issued"] = {"date-parts": [[accessed.year]]}
        own["accessed"] = _issued(accessed.isoformat())
    return [own, *(_page(package, source["id"]) for source in found["sources"])]


def _page(package: Package, source_id: str) -> dict[str, Any]:
    row = _links(package).sources[source_id]
    known = {
        "author": [{"literal": row["author"]}] if row["author"] else None,
        "publisher": row["publisher"],
        "issued": _issued(row["published"]),
        "URL": row["url"],
        "accessed": _issued(row.get("accessed") or ""),
        "language": row["language"],
        "note": row["note"],
    }
    return {
        "id": source_id,
        "type": "webpage",
        "title": describe.described_title(row),
        **{name: value for name, value in known.items() if value},
    }


def _issued(text: str) -> dict[str, Any]:
    """A date as CSL has it."""
    if not text:
        return {}
    plain_text = text.rstrip("~?%")
    if all(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", part) for part in plain_text.split("/", 1)):
        days = [[int(part) for part in day.split("-")] for day in plain_text.split("/", 1)]
        return {"date-parts": days, **({"circa": True} if plain_text != text else {})}
    try:
        return {"literal": describe.date_words(edtf.parse(text))}
    except EdtfError:
        return {"literal": text}


def _iso(issued: dict[str, Any] | None) -> str:
    if not issued or "date-parts" not in issued:
        return ""
    first, *rest = issued["date-parts"][0]
    return "-".join([f"{first:04}", *(f"{part:02}" for part in rest)])


def _edtf(issued: dict[str, Any] | None) -> str:
    """A date as biblatex reads it: to what day or month it is known, a range, about when."""
    days = [_iso({"date-parts": [day]}) for day in (issued or {}).get("date-parts", ())]
    return "/".join(days) + "~" * bool(issued and issued.get("circa"))


def _year(issued: dict[str, Any] | None) -> str:
    return _iso(issued)[:4]


def _latex(text: str) -> str:
    plain_text = "".join(c if c.isprintable() else " " for c in text)
    return "".join(LATEX.get(character, character) for character in plain_text)


def _address(url: str) -> str:
    """An address that neither ends a field nor begins a comment."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def source_table(package: Package) -> pd.DataFrame:
    """List the sources, those that most records cite first.

    Returns
    -------
    pandas.DataFrame
        One row a source: the columns of the sources table, ``url`` blank unless it is an http
        or https address; ``records``, how many cite it or take a claim from it; ``folded``,
        all its texts for search.
    """
    linked = pd.concat([package.citations, package.claims])[["incident_id", "source_id"]]
    counts = linked.drop_duplicates()["source_id"].value_counts()
    frame = package.sources.copy()
    texts = ["id", "title", "author", "publisher", "published", "url", "note"]
    frame["folded"] = [fold(" ".join(row)) for row in frame[texts].itertuples(index=False)]
    frame["url"] = [url if is_web_address(url) else "" for url in frame["url"]]
    frame["records"] = frame["id"].map(counts).fillna(0).astype(int)
    order = frame.sort_values(["records", "id"], ascending=[False, True])
    return order.reset_index(drop=True)


def taken_from(package: Package, source_id: str) -> list[dict[str, Any]]:
    """List the records that cite a source or take a claim from it, in the order of time.

    Returns
    -------
    list of dict
        ``id``, ``title``, ``when`` and ``paragraphs`` in words ("" where none were counted).
    """
    cited: dict[str, set[str]] = {}
    for table in (package.citations, package.claims):
        for row in table[table["source_id"] == source_id].to_dict("records"):
            cited.setdefault(row["incident_id"], set()).add(row["paragraphs"])
    found = package.incidents[package.incidents["id"].isin(cited)]
    return [
        {
            "id": incident["id"],
            "title": incident["title"],
            "when": describe.date_of(incident),
            "paragraphs": describe.paragraphs(";".join(sorted(cited[incident["id"]]))),
        }
        for _, incident in found.iterrows()
    ]


def linked(package: Package, rows: Rows) -> dict[str, pd.DataFrame]:
    """Cut the linked tables down to what the incidents shown rest on.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``claims``, ``citations`` and whatever other table names these incidents, and the
        ``sources`` and ``actors`` that any of them names; columns and order are the package's.
    """
    ids = set(package.incidents["id"].to_numpy()[rows])
    claims = package.claims[package.claims["incident_id"].isin(ids)]
    citations = package.citations[package.citations["incident_id"].isin(ids)]
    found = {"claims": claims, "citations": citations}
    for name, table in package.further.items():
        if "incident_id" in table:
            found[name] = table[table["incident_id"].isin(ids)]
    named = {one for table in found.values() if "source_id" in table for one in table["source_id"]}
    found["sources"] = package.sources[package.sources["id"].isin(named)]
    if "actors" in package.further:
        columns = ("actor_id", "victims")
        cited = [table[name] for table in found.values() for name in columns if name in table]
        listed = package.further["actors"]
        found["actors"] = listed[listed["id"].isin({one for column in cited for one in column})]
    return {name: table.reset_index(drop=True) for name, table in found.items()}


WORDS = {
    "when": "The date in words, with its precision.",
    "where": "The place in words, as exactly as it is known and no more.",
    "source_ids": "Ids of the sources that the record cites, separated by semicolons.",
    "sources": "The sources as a bibliography gives them, with paragraphs and address.",
    "claims": "Each party's account: who, in what way, what, and its own count of deaths.",
}
"""Columns that Marz adds to those of the incidents table, and what they say."""
DECIMALS = 5
"""Of coordinates in files: about a metre."""


def own_columns(package: Package) -> list[str]:
    """Names of the fields that a package describes for its incidents, in their order."""
    fields = package.resources["incidents"]["schema"]["fields"]
    return [str(field["name"]) for field in fields]


def columns(package: Package) -> list[str]:
    """Names of the columns of `cells`: the package's own first."""
    own = own_columns(package)
    return [*own, *(name for name in WORDS if name not in own)]


def cells(package: Package, row: int) -> dict[str, Any]:
    """Give one incident as a flat row.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.

    Returns
    -------
    dict
        The cells of the incidents table as they are (None or NA where blank), and `WORDS`.
    """
    incident = package.incidents.iloc[row]
    known = record(package, row)
    said = {
        "when": known["when"],
        "where": known["where"],
        "source_ids": ";".join(source["id"] for source in known["sources"]),
        "sources": "; ".join(_citation(source) for source in known["sources"]),
        "claims": " | ".join(_account(claim) for claim in known["claims"]),
    }
    return {**said, **{name: incident[name] for name in own_columns(package)}}


def drawn(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Round a geometry for a file: to some metre, rings by the right-hand rule.

    Parameters
    ----------
    geometry : shapely geometry or None
        EPSG:4326.

    Returns
    -------
    shapely geometry or None
        None where there is nothing to draw.
    """
    if geometry is None or geometry.is_empty:
        return None
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
    # Rounding may fold a sliver over; the geometry as it came is better than a broken one.
    chosen = rounded if rounded.is_valid else geometry
    return shapely.orient_polygons(chosen, exterior_cw=False)


def _citation(source: dict[str, Any]) -> str:
    parts = (source["line"], source["paragraphs"], source["url"])
    return ", ".join(part for part in parts if part)


def _account(claim: dict[str, Any]) -> str:
    toll = f"; {describe.count(claim['deaths'], 'death')}" if claim["deaths"] is not None else ""
    return f"{claim['claimant']} ({claim['stance_words']}{toll}): {claim['statement']}"
