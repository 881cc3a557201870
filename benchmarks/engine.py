"""How long the engine takes for a reader's change, at 1,000 to 10 million made-up incidents.

``python benchmarks/engine.py`` makes the sets (in a temporary folder, or kept in ``--folder``),
prepares each, and asks all of them in turn, so that a busy machine is busy for all alike. Within
``python tools/engines.py benchmarks/engine.py`` PostgreSQL and Spark are asked as well.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_data import write

from geo.collection.engine import cells, duck, questions, servers
from geo.collection.engine.data import DataSet
from geo.model import Bbox, Filter

SIZES = (1_000, 100_000, 1_000_000, 10_000_000)
WORLD, REGION, VALLEY = Bbox(-180, -60, 180, 75), Bbox(60, 33, 80, 44), Bbox(69, 39, 72.5, 41)
VIEWS = {"world": (WORLD, 2.5), "region": (REGION, 6.0), "valley": (VALLEY, 8.5)}
FILTERS = (
    Filter(),
    Filter(start=date(1998, 3, 5), end=date(2021, 7, 9)),
    Filter(start=date(2004, 1, 17), end=date(2019, 11, 3), chosen={"type": ("Battles", "Riots")}),
    Filter(end=date(2012, 5, 6), chosen={"country": ("TJ", "AF", "SY")}),
    Filter(start=date(2010, 1, 1), end=date(2015, 12, 31), match="certainly"),
    Filter(start=date(2013, 2, 10), end=date(2013, 4, 20), chosen={"status": ("occurred",)}),
    Filter(start=date(1990, 6, 15), chosen={"type": ("Protests",), "country": ("UA",)}),
)
WORDS = Filter(text="ambush bridge", start=date(1998, 3, 5))
Ask = Callable[[DataSet, Filter], Any]


def change(view: str) -> Ask:
    """All that one change of a filter asks for, the map first."""
    bbox, zoom = VIEWS[view]

    def ask(data: DataSet, asked: Filter) -> Any:
        found = cells.cells(data, asked, bbox=bbox, zoom=zoom)
        cells.extents(data, asked, bbox=bbox)
        known = questions.profile(data, asked)
        questions.facet_counts(data, asked, known=known)
        questions.totals(data, asked, known=known)
        questions.timeline(data, asked, by="month")
        return found

    return ask


QUESTIONS: dict[str, Ask] = {
    "a whole change, world": change("world"),
    "a whole change, region": change("region"),
    "a whole change, valley": change("valley"),
    **{
        f"cells, {name}": partial(cells.cells, bbox=bbox, zoom=zoom)
        for name, (bbox, zoom) in VIEWS.items()
    },
    "extents, world": lambda data, asked: cells.extents(data, asked, bbox=WORLD),
    "facets and totals": questions.totals,
    "timeline by month": lambda data, asked: questions.timeline(data, asked, by="month"),
    "timeline by year": lambda data, asked: questions.timeline(data, asked, by="year"),
    "count in a view": lambda data, asked: questions.count(data, asked, REGION),
    "list, newest 50": lambda data, asked: questions.select(data, asked, limit=50),
}


def measured(data: DataSet, ask: Ask, asked: Filter) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    ask(data, asked)
    return (time.perf_counter() - start) * 1000


def run(sets: dict[str, DataSet], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Ask everything of all sets, in turns."""
    times: dict[str, dict[str, list[float]]] = {q: {name: [] for name in sets} for q in QUESTIONS}
    order = cycle(range(len(sets)))
    names = list(sets)
    for number in range(rounds + 1):
        for question, ask in QUESTIONS.items():
            for asked in FILTERS:
                first = next(order)
                for name in names[first:] + names[:first]:
                    took = measured(sets[name], ask, asked)
                    if number:  # the first round warms up
                        times[question][name].append(took)
    return times


def percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-int(share * 100) * len(ranked) // 100) - 1)]


def report(times: dict[str, dict[str, list[float]]]) -> None:
    """Print p50 and p95 of each, and how many times that of the first set."""
    for question, by_set in times.items():
        base = statistics.median(next(iter(by_set.values())))
        print(f"\n{question:28}{'p50 ms':>10}{'p95 ms':>10}{'× first':>10}")
        for name, values in by_set.items():
            p50, p95 = statistics.median(values), percentile(values, 0.95)
            print(f"  {name:26}{p50:10.1f}{p95:10.1f}{p50 / base:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--sizes", default=",".join(str(size) for size in SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keep the sets here and use them again")
    parser.add_argument("--json", type=Path, help="write every single time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="marz-bench-") as name:
        folder = options.folder or Path(name)
        sets: dict[str, DataSet] = {}
        for size in (int(part) for part in options.sizes.split(",")):
            path = folder / f"{size}.parquet"
            if not path.exists():
                write(path, size)
            sets |= opened(path, size)
        times = run(sets, options.rounds)
        report(times)
        first = {n: measured(d, change("world"), WORDS) for n, d in sets.items()}
        again = {n: measured(d, change("world"), WORDS) for n, d in sets.items()}
        print(f"\n{'a search by words':28}{'first ms':>10}{'again ms':>10}")
        for key in sets:
            print(f"  {key:26}{first[key]:10.0f}{again[key]:10.0f}")
        memory = psutil.Process().memory_info().rss / 2**20
        print(f"\nmemory of this process with all sets open: {memory:,.0f} MB")
        if options.json:
            options.json.write_text(json.dumps(times), "utf-8")


def opened(path: Path, size: int) -> dict[str, DataSet]:
    """The set on DuckDB, and on the servers that are up; prints what preparing costs."""
    start = time.perf_counter()
    found: dict[str, DataSet] = {f"{size:,} on DuckDB": duck.open_set(path, path.stem)}
    took = time.perf_counter() - start
    prepared = sum(f.stat().st_size for f in path.parent.glob(f".{path.stem}.*.duckdb"))
    print(
        f"{size:>12,} rows: Parquet {path.stat().st_size / 1e6:,.0f} MB, opened in {took:.1f} s, "
        f"prepared {prepared / 1e6:,.0f} MB"
    )
    for name, variable in (("PostgreSQL", "MARZ_TEST_POSTGRES"), ("Spark", "MARZ_TEST_SPARK")):
        given = os.environ.get(variable)
        if given:
            url = f"{given}{'&' if '?' in given else '?'}table=made_up_{size}"
            start = time.perf_counter()
            servers.load(path, url)
            print(f"{'':18}loaded to {name} in {time.perf_counter() - start:.1f} s")
            found[f"{size:,} on {name}"] = servers.database(url)
    return found


if __name__ == "__main__":
    main()
