"""Turns a batch into rows of the data package's tables."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from urllib.parse import urlsplit

from chronology.batch import SOURCES, Batch, Row

COLLECTION = "further"
SAME = (
    *("id", "title", "summary", "event_type", "sub_event_type", "status", "border", "actors"),
    *("fatalities_low", "fatalities_high", "injuries_low", "injuries_high", "note", "audited"),
    "date_basis",
)
"""Columns that a batch and the incidents table have in common."""
UNSEEN = "The headline was not seen: the title describes the page."
FOLLOW = "Page not read yet: to be taken in once it has been."


def incidents(batch: Batch) -> list[Row]:
    """Rows of incidents.csv, merged ones left out, with every decision applied."""
    places = {row["incident_id"]: row for row in batch.decisions["places.csv"]}
    core = {row["row_id"]: row["core_id"] for row in batch.decisions["merges.csv"]}
    rows = {}
    for raw in batch.incidents:
        if raw["id"] in core:
            continue
        place = places[raw["id"]]
        rows[raw["id"]] = {
            **{column: raw[column] for column in SAME},
            "date": raw["date_edtf"],
            "collection": COLLECTION,
            "countries": ";".join(sorted(filter(None, raw["countries"].split(";")))),
            "place_id": place["place_id"],
            "geo_precision": place["geo_precision"] if place["place_id"] else "",
            "place_note": place["place_note"],
            "part_of": core.get(raw["part_of"], raw["part_of"]),
            "distinct_from": "",
            "tags": "",
        }
    for decision in batch.decisions["decisions.csv"]:
        rows[decision["incident_id"]][decision["field"]] = decision["value"]
    return list(rows.values())


def merged(batch: Batch, existing: list[Row]) -> list[Row]:
    """The core's rows with what the batch knows better, each field by a decision.

    A field is taken from the batch only where merges.csv names it; the reason goes to the note.
    """
    raw = {row["id"]: row for row in batch.incidents}
    rows = [dict(row) for row in existing]
    by_id = {row["id"]: row for row in rows}
    for merge in batch.decisions["merges.csv"]:
        row = by_id[merge["core_id"]]
        source = {**raw[merge["row_id"]], "date": raw[merge["row_id"]]["date_edtf"]}
        for field in filter(None, merge["fields"].split(";")):
            row[field] = source[field]
        if merge["reason"] not in row["note"]:
            row["note"] = f"{row['note']} {merge['reason']}".strip()
    return rows


def sources(batch: Batch, existing: list[Row]) -> list[Row]:
    """Rows of sources.csv for every page of the batch that has none yet, by address."""
    pages: dict[str, Row] = {}
    for row in batch.incidents:
        for n in SOURCES:
            url = row[f"source{n}_url"]
            if url:
                pages.setdefault(
                    url,
                    {
                        "title": row[f"source{n}_title"],
                        "publisher": row[f"source{n}_publisher"],
                        "published": row[f"source{n}_published"],
                    },
                )
    hosts = _publishers(pages)
    for claim in [*batch.files["further_claims.csv"], *batch.decisions["claims.csv"]]:
        url = claim["source_url"]
        publisher = hosts.get(_host(url), _host(url))
        pages.setdefault(
            url, {"title": f"[Page of {publisher}]", "publisher": publisher, "published": ""}
        )
    known = {row["url"] for row in existing}
    taken = {row["id"] for row in existing}
    added = []
    for url in sorted(set(pages) - known):
        page = pages[url]
        source_id = _source_id(page, taken)
        taken.add(source_id)
        added.append(
            {
                **{"id": source_id, "author": "", "language": "", "url": url},
                **page,
                "note": UNSEEN if page["title"].startswith("[") else "",
            }
        )
    return added


def citations(batch: Batch, ids: dict[str, str]) -> list[Row]:
    """Rows of citations.csv; `ids` gives the source of each address."""
    core = {row["row_id"]: row["core_id"] for row in batch.decisions["merges.csv"]}
    links = [
        (row["id"], row[f"source{n}_url"])
        for row in batch.incidents
        for n in SOURCES
        if row[f"source{n}_url"]
    ]
    # A page that a claim rests on is a source of the record as well.
    for claim in [*batch.files["further_claims.csv"], *batch.decisions["claims.csv"]]:
        links.append((claim["incident_id"], claim["source_url"]))
    found = {(core.get(row_id, row_id), ids[url]): None for row_id, url in links}
    return [{"incident_id": one, "source_id": two, "paragraphs": ""} for one, two in found]


def claims(batch: Batch, ids: dict[str, str]) -> list[Row]:
    """Rows of claims.csv: the batch's own and those added by decision."""
    core = {row["row_id"]: row["core_id"] for row in batch.decisions["merges.csv"]}
    own = batch.files["further_claims.csv"]
    added = [{**row, "audited": ""} for row in batch.decisions["claims.csv"]]
    return [
        {
            **{key: row[key] for key in ("claimant", "stance", "statement", "audited")},
            **{"date": "", "fatalities": "", "paragraphs": ""},
            "incident_id": core.get(row["incident_id"], row["incident_id"]),
            "source_id": ids[row["source_url"]],
        }
        for row in [*own, *added]
    ]


def left_out(batch: Batch) -> list[Row]:
    """Rows of left_out.csv: what is no record of its own, and why."""
    rows = [
        {
            "date": lead["date_edtf"],
            "border": "-".join(re.findall("TJ|AF|KG", lead["id"].split("-")[0])),
            "title": lead["title"],
            "url": lead["source1_url"],
            "reason": lead["reason"],
            "kind": "left_out",
        }
        for lead in batch.files["leads_not_used.csv"]
    ]
    for lead in batch.files["leads_to_follow.csv"]:
        known = lead["source_url"] if lead["source_url"].startswith("http") else ""
        rows.append(
            {
                **{"date": lead["date_edtf"], "border": lead["border"], "title": lead["event"]},
                "url": known,
                "reason": FOLLOW if known else f"{FOLLOW} Known from: {lead['source_url']}.",
                "kind": "to_follow",
            }
        )
    raw = {row["id"]: row for row in batch.incidents}
    for merge in batch.decisions["merges.csv"]:
        row = raw[merge["row_id"]]
        rows.append(
            {
                **{"date": row["date_edtf"], "border": row["border"], "title": row["title"]},
                "url": row["source1_url"],
                "reason": f"Merged into {merge['core_id']}, with its citations and claims.",
                "kind": "merged",
            }
        )
    return sorted(rows, key=lambda row: (row["kind"], row["date"], row["title"]))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")


def _publishers(pages: dict[str, Row]) -> dict[str, str]:
    """The publisher that most pages of a host name."""
    counts: dict[str, Counter[str]] = {}
    for url, page in pages.items():
        counts.setdefault(_host(url), Counter())[page["publisher"]] += 1
    return {host: found.most_common(1)[0][0] for host, found in counts.items()}


def _source_id(page: Row, taken: set[str]) -> str:
    """Publisher and date in short, or publisher and title; numbered where that is taken."""
    rest = page["published"] if re.fullmatch(r"[\d-]{4,10}", page["published"]) else ""
    base = f"{_slug(page['publisher'], 24)}-{rest or _slug(page['title'], 32)}".strip("-")
    number, source_id = 1, base
    while source_id in taken:
        number += 1
        source_id = f"{base}-n{number}"
    return source_id


def _slug(text: str, length: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:length].strip("-")
