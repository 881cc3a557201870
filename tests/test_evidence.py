"""The rule of evidence: totals follow from accounts, claims are named, titles do not assert."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geo.package import evidence
from geo.package.load import Package

ACCOUNT = {"claimant": "A", "source_id": "s", "measure": "killed", "victims": "all"}


def account(low: int | None, high: int | None, **parts: Any) -> dict[str, Any]:
    return {**ACCOUNT, "low": low, "high": high, **parts}


@pytest.mark.parametrize(
    ("accounts", "follows"),
    [
        ([], None),
        ([account(12, 12)], (12, 12)),
        ([account(12, 12), account(55, None, claimant="B")], (12, None)),
        ([account(None, 9), account(4, 4, claimant="B")], (4, 9)),
        ([account(3, 3, victims="TJ"), account(2, 2, victims="KG")], (5, 5)),
        ([account(3, 3, victims="TJ"), account(9, 9, victims="KG", claimant="B")], (3, 9)),
        # Who counts everybody decides on the least; who counts a part, on what it may be at most.
        ([account(0, 0), account(3, 3, victims="TJ", claimant="B")], (0, 3)),
        ([account(17, 17), account(10, None, victims="TJ", claimant="B")], (17, 17)),
        ([account(22, 22, victims="TJ"), account(120, None, claimant="B")], (120, None)),
        # A country's civilians and forces are among its dead.
        (
            [account(19, 19, victims=v) for v in ("TJ", "TJ civilians", "tj-army")]
            + [account(2, 2, victims="KG civilians")],
            (21, 21),
        ),
        ([account(5, 5, measure="injured")], None),
    ],
)
def test_a_toll_follows_from_who_counts_everybody(
    accounts: list[dict[str, Any]], follows: tuple[int | None, int | None] | None
) -> None:
    assert evidence.toll(accounts, "killed", {"tj-army": "TJ"}) == follows


def messages(package: Package, incident_id: str) -> str:
    return " ".join(p.message for p in evidence.problems(package) if p.id == incident_id)


def changed(package: Package, row: int, **cells: Any) -> Package:
    incidents = package.incidents.copy()
    for name, value in cells.items():
        incidents.loc[row, name] = value
    return replace(package, incidents=incidents)


def test_what_breaks_the_rule_is_named(data: Package) -> None:
    claimed = str(data.claims["incident_id"].iloc[0])
    row = data.row_of(claimed)
    plain = changed(data, row, event_type="Battles", title="Guards fight")
    assert "takes a side" not in messages(plain, claimed)
    assert "takes a side" in messages(changed(plain, row, title="Guards fight a gang"), claimed)
    alleged = changed(plain, row, status="alleged")
    assert "asserts what is alleged" in messages(alleged, claimed)
    said = changed(alleged, row, title="Lowmark says that guards fought")
    assert "asserts" not in messages(said, claimed)
    doubtful = changed(plain, row, date="2021-07~", date_basis="stated")
    assert "doubtful" in messages(doubtful, claimed)
    mute = replace(plain, claims=plain.claims.iloc[0:0])
    assert "no claim names who says so" in messages(mute, claimed)


def test_a_total_that_does_not_follow_is_named(data: Package) -> None:
    row = data.incidents.iloc[0]
    rows = [{**account(7, 9), "incident_id": row["id"]}]
    table = {"name": "accounts", "path": "accounts.csv", "schema": {}}
    resources = [*data.descriptor["resources"], table]
    package = replace(
        data,
        descriptor={**data.descriptor, "resources": resources},
        further={**data.further, "accounts": pd.DataFrame(rows)},
    )
    wrong = messages(changed(package, 0, fatalities_low=1, fatalities_high=9), row["id"])
    assert "1–9 does not follow from accounts.csv, which gives 7–9" in wrong
    right = messages(changed(package, 0, fatalities_low=7, fatalities_high=9), row["id"])
    assert "does not follow" not in right


def test_a_publisher_has_one_spelling(data: Package) -> None:
    sources = pd.concat([data.sources.iloc[:1]] * 3, ignore_index=True)
    sources["id"] = ["one", "two", "three"]
    sources["publisher"] = ["News.az", "News.Az (AP)", "Dawn (A.P.)"]
    package = replace(data, sources=sources)
    found = {p.id: p.message for p in evidence.problems(package) if p.file == "sources.csv"}
    assert set(found) == {"two", "three"}
    assert "'News.Az' stands as 'News.az' elsewhere" in found["two"]
