"""The same data set on three engines; only within ``make engines``, which starts them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sets

from geo.collection.engine import duck, rollups, servers, tables
from geo.collection.engine.data import DataSet

if "MARZ_TEST_SPARK" not in os.environ:
    collect_ignore_glob = ["test_*.py"]

ENGINES = ("duckdb", "postgresql", "spark")


@pytest.fixture(scope="session")
def made() -> sets.Rows:
    return sets.rows(600, seed=2)


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory, made: sets.Rows) -> Path:
    return sets.write(tmp_path_factory.mktemp("sets") / "made-up.parquet", made)


@pytest.fixture(scope="session")
def on_all(file: Path) -> Iterator[dict[str, DataSet]]:
    """The set on each engine, with every roll-up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollups, "SMALL", 1)
        patch.setattr(tables, "WORTH", 2.0)
        known: dict[str, DataSet] = {"duckdb": duck.open_set(file, "made up", names=sets.NAMES)}
        for name in ENGINES[1:]:
            url = sets.address(name, "made_up")
            assert servers.load(file, url) == 600
            known[name] = servers.database(url, names=sets.NAMES)
    yield known
    for one in known.values():
        one.close()
