"""What holds over all records: addresses, duplicates, claims, sums that count nothing twice."""

from __future__ import annotations

import csv
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

from geo import places
from geo.collection import memory, tolls
from geo.files import DATA
from geo.model import Filter
from geo.package.load import Package, load_package
from geo.vocabulary import names_of

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """A table as plain text, without the code under test."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


def test_the_chronology_is_in(marz: Package) -> None:
    counts = marz.incidents["collection"].value_counts()
    assert counts["further"] > 200
    assert counts["core"] == 33


def test_every_address_is_well_formed() -> None:
    for row in [*rows("sources"), *rows("left_out")]:
        if not row["url"]:
            continue
        parts = urlsplit(row["url"])
        assert parts.scheme in ("http", "https"), row["url"]
        assert parts.hostname and "." in parts.hostname, row["url"]
        assert not set(row["url"]) & set(' "<>\\^`{|}\t\n'), row["url"]
        assert parts.port is None or 0 < parts.port < 2**16


def test_every_address_stands_once() -> None:
    found = [row["url"] for row in rows("sources") if row["url"]]
    assert len(found) == len(set(found))


def test_every_further_record_has_a_page_with_an_address() -> None:
    addressed = {row["id"] for row in rows("sources") if row["url"]}
    cited: dict[str, set[str]] = {}
    for link in rows("citations"):
        cited.setdefault(link["incident_id"], set()).add(link["source_id"])
    for row in rows("incidents"):
        if row["collection"] == "further":
            assert cited[row["id"]] & addressed, row["id"]


def test_no_two_records_share_border_date_and_place_unlinked() -> None:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows("incidents"):
        if row["place_id"] and row["date"]:
            groups.setdefault((row["border"], row["date"], row["place_id"]), []).append(row)
    for group in groups.values():
        for one, other in combinations(group, 2):
            distinct = one["distinct_from"].split(";") + other["distinct_from"].split(";")
            linked = {one["part_of"], other["part_of"]} & {one["id"], other["id"]}
            siblings = one["part_of"] and one["part_of"] == other["part_of"]
            told = {one["id"], other["id"]} & set(distinct)
            assert linked or siblings or told, (one["id"], other["id"])


def test_a_one_sided_report_is_somebodys_claim() -> None:
    claimed = {row["incident_id"] for row in rows("claims")}
    for row in rows("incidents"):
        if row["status"] == "alleged":
            assert row["id"] in claimed, row["id"]


def number(cell: str) -> int | None:
    return int(cell) if cell else None


def summed(table: list[Row], what: str) -> tuple[int, int]:
    """Low and high sum; a blank end is the other for high, nothing for low."""
    low = sum(number(row[f"{what}_low"]) or 0 for row in table)
    high = sum(number(row[f"{what}_high"] or row[f"{what}_low"]) or 0 for row in table)
    return low, high


@pytest.mark.parametrize("what", ["fatalities", "injuries"])
def test_tolls_are_summed_with_and_without_what_a_larger_event_contains(
    marz: Package, what: str
) -> None:
    table = [row for row in rows("incidents") if row["status"] in ("occurred", "alleged")]
    by_id = {row["id"]: row for row in rows("incidents")}

    def has_toll(row: Row) -> bool:
        return bool(row[f"{what}_low"] or row[f"{what}_high"])

    def contained(row: Row) -> bool:
        above = by_id.get(row["part_of"])
        return above is not None and (has_toll(above) or contained(above))

    parts = [row for row in table if has_toll(row) and contained(row)]
    whole = [row for row in table if not contained(row)]
    assert parts, "there are parts of larger events with tolls of their own"
    toll = tolls.total(marz, memory.select(marz, Filter()), what)
    assert (toll.low, toll.high) == summed(whole, what)
    assert toll.contained == len(parts)
    naive = summed(table, what)
    assert naive == tuple(np.add(summed(whole, what), summed(parts, what)))
    # The other way: the parts by themselves are added up, since nothing shown includes them.
    ids = marz.incidents["id"].to_numpy()
    alone = np.array([n for n, i in enumerate(ids) if i in {row["id"] for row in parts}])
    apart = tolls.total(marz, alone, what)
    inner = [row for row in parts if row["part_of"] not in {part["id"] for part in parts}]
    assert (apart.low, apart.high) == summed(inner, what)


def test_no_larger_event_gives_less_than_its_parts() -> None:
    table = {row["id"]: row for row in rows("incidents")}
    for what in ("fatalities", "injuries"):
        for row_id, row in table.items():
            parts = [part for part in table.values() if part["part_of"] == row_id]
            high = number(row[f"{what}_high"])
            if high is not None and parts:
                assert summed(parts, what)[0] <= high, (row_id, what)


def test_no_point_is_invented(marz: Package) -> None:
    """A point comes from GeoNames or from a page that is named; everything else has none."""
    for row in marz.layers["places"].to_dict("records"):
        known: Any = row["geonames_id"]
        assert not pd.isna(known) or row["source"], row["id"]
    for incident in marz.incidents.to_dict("records"):
        if incident["geo_precision"] in ("exact", "near"):
            place = places.entry(marz, incident["place_id"])
            assert place is not None and place.located, incident["id"]


def test_a_cited_point_is_never_exact(marz: Package) -> None:
    cited = marz.layers["places"][marz.layers["places"]["source"].fillna("") != ""]["place_id"]
    hanging = marz.incidents[marz.incidents["place_id"].isin(cited)]
    assert len(hanging)
    assert "exact" not in set(hanging["geo_precision"])


def test_every_place_named_leads_to_something_drawn(marz: Package) -> None:
    for place in set(marz.incidents["place_id"]) - {""}:
        assert places.drawn_on(marz, place), place


ALIASES = {
    *("AOPNews", "BBC News", "Fergana", "Fergana.ru", "IRIN News", "Itar-Tass", "Reuter"),
    *("Radio Ozodi", "Ozodi", "Radio Azattyk", "Azattyk", "Radio Azadi", "RIA24"),
    *("RFE/RL Kyrgyz Service", "RFE/RL Tajik Service", "Gandhara"),
}
"""Names of publishers that stand under another one."""


def test_a_publisher_stands_under_one_name() -> None:
    for row in rows("sources"):
        shown, *_ = names_of(row["publisher"]) or [""]
        assert shown not in ALIASES, row["id"]
        others = set(names_of(row["publisher"])[1:])
        assert shown == "RFE/RL" or not others & ALIASES, row["id"]
