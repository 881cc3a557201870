"""Sources as a table, and what was taken from each."""

from __future__ import annotations

import pytest

from geo import records
from geo.package.load import Package, load_package


@pytest.fixture(scope="module")
def marz() -> Package:
    """The package that comes with Marz."""
    return load_package()


def test_every_source_is_listed_with_its_records(marz: Package) -> None:
    table = records.source_table(marz).set_index("id")
    assert set(table.index) == set(marz.sources["id"])
    assert table["records"].is_monotonic_decreasing
    for source_id in table.index[:10]:
        linked = {
            row["incident_id"]
            for frame in (marz.citations, marz.claims)
            for row in frame.to_dict("records")
            if row["source_id"] == source_id
        }
        assert table.loc[source_id, "records"] == len(linked)
        assert {row["id"] for row in records.taken_from(marz, source_id)} == linked


def test_paragraphs_of_citations_and_claims_stand_together(data: Package) -> None:
    found = {row["id"]: row["paragraphs"] for row in records.taken_from(data, "gazette")}
    assert found["SL-2020-01-15-clash"] == "¶ 1–3, 5"


def test_an_address_that_is_none_is_no_link(hostile: Package) -> None:
    table = records.source_table(hostile)
    assert all(url == "" or url.startswith("https://") for url in table["url"])
    assert len(table) == len(hostile.sources)
