"""Rows in the order of time: a part alone as Arrow sorts it, any others as DuckDB does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.collection.schema import SCHEMA
from geo.ingest import parts
from geo.ingest.parts import Parts

FEW = st.sampled_from([None, "a", "b", ""])
ROW = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abcdefgh"),
        "date": FEW,
        "start": st.sampled_from([None, -1, 0, 0, 7]),
        "title": FEW,
        "place": FEW,
        "lon": st.sampled_from([None, 0.0, -0.0, 70.5]),
        "best": st.sampled_from([None, 0, 3]),
        "flags": st.sampled_from([None, ";zero;"]),
    }
)


def stored(folder: Path, rows: list[dict[str, Any]], number: int = 1) -> Parts:
    """Rows in some parts."""
    store = Parts(folder)
    numbered = [{"number": n, **row} for n, row in enumerate(rows, start=2)]
    for part in range(number):
        store.add(pa.Table.from_pylist(numbered[part::number], SCHEMA))
    return store


def contents(found: parts.Alone | parts.Sorted) -> tuple[list[dict[str, Any]], list[Any]]:
    """Rows and findings, read as `geo.ingest.importing` reads them."""
    rows = [row for batch in found.batches() for row in batch.to_pylist()]
    findings = [(f.kind, list(f.rows), list(f.values)) for f in found.findings()]
    found.close()
    return rows, findings


@given(rows=st.lists(ROW, min_size=1, max_size=6), has_ids=st.booleans(), joins=st.booleans())
@settings(max_examples=40)
def test_whoever_sorts_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], has_ids: bool, joins: bool
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    options = {"has_ids": has_ids, "joins": joins}
    quick = contents(parts.ordered(stored(folder / "one", rows), **options))
    assert quick == contents(parts.Sorted(stored(folder / "same", rows), **options))
    assert quick == contents(parts.ordered(stored(folder / "two", rows, 2), **options))


def test_a_part_alone_needs_no_database_unless_a_row_repeats_another(tmp_path: Path) -> None:
    row = {"id": "a", "date": "2022-01-01", "start": 18993, "title": "Shots"}
    for number, (rows, has_ids, alone) in enumerate(
        (
            ([row, {**row, "id": "b"}], True, True),
            ([row, {**row, "title": "Talks"}], True, False),
            ([row, {**row, "id": "b"}], False, False),
            ([row, {**row, "title": "Talks"}], False, True),
            # Only a point tells them apart: numbers are left to the database.
            ([row, {**row, "lon": 70.0}], False, False),
        )
    ):
        found = parts.ordered(stored(tmp_path / str(number), rows), has_ids=has_ids, joins=False)
        assert isinstance(found, parts.Alone) == alone
        found.close()


def test_no_rows_are_an_empty_set(tmp_path: Path) -> None:
    found = parts.ordered(stored(tmp_path / "none", []), has_ids=True, joins=True)
    assert contents(found) == ([], [])
