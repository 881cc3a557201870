"""A filter is one row: added from the outside it stands everywhere, in every collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow.parquet as pq
import pytest
import sets
from test_pages import _own_caches, facets_of, heads, run, texts  # noqa: F401

from geo import __main__ as command
from geo import address, describe
from geo.collection import memory
from geo.collection.engine import duck, marz_dataset, predicates, questions
from geo.collection.engine.data import DataSet
from geo.collection.engine.prepared import Bound
from geo.collection.facets import FACETS, Facet
from geo.export import html
from geo.files import DATA
from geo.model import Filter, FilterError, Scene
from geo.package.load import Package, load_package
from geo.vocabulary import DATE_BASES

BASIS = Facet("basis", "How it is dated", "date_basis", str, "whose date is {}", lambda: DATE_BASES)
ASKED = Filter(chosen={"basis": ("inferred",)})


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


HOW = Facet("how", "How exact", "geo_precision", str, "placed {}")


@pytest.fixture(params=[BASIS, HOW], ids=["vocabulary", "none"])
def added(request: pytest.FixtureRequest) -> Iterator[Facet]:
    """A row that Marz does not come with."""
    facet: Facet = request.param
    FACETS.append(facet)
    yield facet
    FACETS.remove(facet)


@pytest.fixture
def basis() -> Iterator[None]:
    """The first of them."""
    FACETS.append(BASIS)
    yield
    FACETS.remove(BASIS)


def wanted(package: Package, facet: Facet, option: str) -> list[int]:
    """Rows that have an option, said plainly."""
    return [row for row, value in enumerate(package.incidents[facet.column]) if value == option]


def test_it_selects_and_counts(marz: Package, added: Facet) -> None:
    counts = memory.facet_counts(marz, Filter())[added.name]
    assert sum(counts.values()) == sum(value != "" for value in marz.incidents[added.column])
    for option, number in counts.items():
        rows = memory.select(marz, Filter().choosing(added.name, option))
        assert rows.tolist() == wanted(marz, added, option)
        assert len(rows) == number


def test_every_data_set_answers_it(marz: Package, added: Facet, tmp_path: Path) -> None:
    pq.write_table(marz_dataset.own(marz), tmp_path / "own.parquet")
    data = duck.open_set(tmp_path / "own.parquet", "Marz", names=memory.names(marz))
    counts = memory.facet_counts(marz, Filter())[added.name]
    told = questions.facet_counts(data, Filter())[added.name]
    blank = told.pop("", 0)
    assert told == counts and blank == len(marz.incidents) - sum(counts.values())
    for option, number in counts.items():
        asked = Filter(text="border").choosing(added.name, option)
        rows = questions.select(data, asked, limit=1000)
        expected = memory.select(marz, asked)
        assert sorted(row - 1 for row in rows["number"].to_pylist()) == expected.tolist()
        assert set(rows[added.column].to_pylist()) <= {option}
        assert questions.totals(data, Filter().choosing(added.name, option)).rows == number


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_it_is_in_the_query_of_every_engine(
    basis: None, marz: Package, tmp_path: Path, dialect: str
) -> None:
    pq.write_table(marz_dataset.own(marz), tmp_path / "own.parquet")
    data = duck.open_set(tmp_path / "own.parquet", "Marz")
    shape, values = predicates.asked(data, ASKED)
    sql = ibis.to_sql(predicates.rows(data, shape, Bound()), dialect=dialect)
    assert "date_basis" in sql.split("WHERE")[1]
    assert values["basis_0"] == data.words["date_basis"].index("inferred")


def test_it_stands_in_the_address_and_comes_back(basis: None, marz: Package) -> None:
    assert address.of(Scene(query=ASKED)) == "?basis=inferred"
    assert address.read(marz, {"basis": ["inferred"]}).scene.query == ASKED
    wrong = address.read(marz, {"basis": ["guessed"]})
    assert wrong.scene.query == Filter()
    assert "“basis=guessed”" in wrong.notices[0] and "stated, inferred" in wrong.notices[0]


def test_it_is_said(basis: None, marz: Package) -> None:
    assert describe.filter_in_words(ASKED) == "whose date is inferred"


def test_it_is_an_option_of_every_command(
    basis: None, marz: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["list", "--basis", "INFERRED", "--data", str(DATA)]) == 0
    rows = memory.select(marz, ASKED)
    sentence = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    assert sentence == describe.summary(marz, ASKED, rows)
    assert command.main(["list", "--basis", "guessed", "--data", str(DATA)]) == 2
    assert "“guessed” is not known as basis" in capsys.readouterr().err


def test_the_exported_page_has_it(basis: None, marz: Package) -> None:
    facet = next(one for one in html.asked(marz)["facets"] if one["name"] == "basis")
    assert facet["label"] == BASIS.label and facet["sentence"] == BASIS.sentence
    assert [option for option, _ in facet["options"]] == list(DATE_BASES)
    inferred = [row for row, own in enumerate(facet["of"]) if own == [1]]
    assert inferred == memory.select(marz, ASKED).tolist()


@pytest.mark.parametrize("page", ["atlas", "explore"])
def test_the_panel_of_every_page_has_it(
    basis: None, marz: Package, page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = sets.write(tmp_path / "other.parquet", sets.rows(20))
    monkeypatch.setenv("MARZ_DATASETS", str(path))  # so that Your data opens on the map
    app = run(page, basis="inferred")
    number = len(memory.select(marz, ASKED))
    shown = heads(app)[0]
    assert shown["status"].startswith(f"{number} incidents")
    assert [chip["words"] for chip in shown["chips"]] == [BASIS.say("inferred")]
    facet = next(one for one in facets_of(app) if one["label"] == BASIS.label)
    assert facet["counts"][facet["options"].index(["inferred", "inferred"])] == number
    assert facet["chosen"] == ["inferred"]


# ---------------------------------------------------------------- and where it cannot be
@pytest.fixture
def other(tmp_path: Path) -> DataSet:
    return duck.open_set(sets.write(tmp_path / "other.parquet", sets.rows(20)), "other.csv")


def test_a_collection_without_its_column_refuses(marz: Package, other: DataSet) -> None:
    nowhere = Facet("weather", "Weather", "weather", str, "in {}")
    FACETS.append(nowhere)
    try:
        asked = Filter(chosen={"weather": ("rain",)})
        with pytest.raises(FilterError, match=r"does not tell weather \(weather\)"):
            memory.select(marz, asked)
        with pytest.raises(FilterError, match=r"“other.csv” does not tell weather"):
            questions.count(other, asked)
        assert "weather" not in questions.facet_counts(other, Filter())
        assert "weather" not in memory.facet_counts(marz, Filter())
    finally:
        FACETS.remove(nowhere)


def test_the_page_says_why_a_set_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = sets.write(tmp_path / "other.parquet", sets.rows(20))
    monkeypatch.setenv("MARZ_DATASETS", str(path))
    app = run("explore", tag="treaty")
    assert any("(tag), so it cannot be filtered by it" in text for text in texts(app))
