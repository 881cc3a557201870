"""How long it takes to take in other people's data, and how much memory.

A made-up file in the form of UCDP GED, 400,000 rows and about 240 MB, is read by ``geo.ingest``
and by ``pandas.read_csv``, each in a fresh process, turn by turn; then narrow files of 10 thousand
rows and more show what a row costs. The clock runs from the call to its return: Python is up and
the modules are imported, nothing else is. No row is anybody's data.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

MEBIBYTE = 2**20
ROWS = 400_000
ROUNDS = 3
SECONDS, MEMORY = 10.0, 1000
"""What is promised of the file: at most so long, at most so many MB more."""
FLAT = 2.0
"""How much more a row may cost in the file of the dearest than in that of the cheapest."""
READY = 3.0
"""Seconds that a process ahead of a file is given to be ready."""
WORDS = (
    "clash border guards villagers river mortar attack road shelling night near reported killed "
    "wounded police source said military forces opened fire district market bridge, ford; "
    '"shots" post patrol convoy'
).split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"{ROUNDS} without")
    parser.add_argument(
        "--largest", type=int, default=6, choices=(4, 5, 6, 7), help="power of ten; 7 takes minutes"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(*options.child)))
        return 0

    figures: dict[str, Any] = {"made": datetime.now().astimezone().isoformat(timespec="seconds")}
    print(f"{figures['made']}  {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}\n")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="marz-bench-") as name:
        folder = Path(name)
        wide = folder / "ged.csv"
        write_ged(wide, ROWS)
        size = wide.stat().st_size
        print(f"a file in UCDP GED's form: {ROWS:,} rows, {size / 1e6:,.0f} MB")
        print(f"{'':28}{'best s':>8}{'median s':>10}{'cpu s':>8}{'MB more':>9}")
        runs: dict[str, list[dict[str, float]]] = {"marz": [], "pandas": []}
        for _ in range(options.rounds):
            for reader, done in runs.items():
                done.append(measured(reader, wide, folder / "out.parquet"))
        for reader, label in (
            ("marz", "geo.ingest.importing.import_file"),
            ("pandas", "pandas.read_csv"),
        ):
            print(line(label, runs[reader]))
        figures |= {"wide": runs, "bytes": size}
        wide.unlink()

        print(
            f"\n{'a narrow file':28}{'best s':>8}{'median s':>10}{'cpu s':>8}{'MB more':>9}"
            "  µs a row"
        )
        cost: dict[int, float] = {}
        series: dict[int, list[dict[str, float]]] = {}
        for power in range(4, options.largest + 1):
            rows = 10**power
            narrow = folder / "narrow.csv"
            write_narrow(narrow, rows)
            done = [measured("marz", narrow, folder / "out.parquet")
                    for _ in range(options.rounds if power < 7 else 1)]  # fmt: skip
            series[rows] = done
            cost[rows] = 1e6 * min(run["cpu"] for run in done) / rows
            print(f"{line(f'{rows:,} rows', done)}  {cost[rows]:8.2f}")
            if power == 4:
                figures["starts"] = started(narrow, options.rounds)
            narrow.unlink()
        figures["narrow"] = series
        if len(cost) > 1:
            row, file = fitted({rows: rate * rows for rows, rate in cost.items()})
            figures |= {"row": row, "file": file}
            print(f"a row {row:.2f} µs, a file {file / 1000:.0f} ms (least squares, relative)")
        print("\n10,000 rows from start to end, best s")
        for label, seconds in figures["starts"].items():
            print(f"{label:48}{min(seconds):8.2f}")
    print()
    marz = runs["marz"]
    best = min(run["seconds"] for run in marz)
    more = max(run["more"] for run in marz)
    against = min(run["seconds"] for run in runs["pandas"])
    promises = [
        (
            best <= SECONDS,
            f"{ROWS:,} rows in at most {SECONDS:.0f} s ({best:.1f}; pandas {against:.1f})",
        ),
        (more <= MEMORY, f"at most {MEMORY:,} MB more memory ({more:,.0f})"),
    ]
    ratio = max(cost.values()) / min(cost.values())
    sizes = f"{min(cost):,} to {max(cost):,} rows"
    promises.append((ratio <= FLAT, f"cost of a row flat within {FLAT:g}, {sizes} ({ratio:.2f})"))
    for holds, said in promises:
        print(f"{'holds' if holds else 'does not hold':15}{said}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    return 0


def line(label: str, runs: list[dict[str, float]]) -> str:
    """One row of the table."""
    seconds = sorted(run["seconds"] for run in runs)
    cpu = min(run["cpu"] for run in runs)
    more = max(run["more"] for run in runs)
    return f"{label:28}{seconds[0]:8.2f}{seconds[len(seconds) // 2]:10.2f}{cpu:8.2f}{more:9,.0f}"


def fitted(costs: dict[int, float]) -> tuple[float, float]:
    """What a row costs, and a file whatever its size, by least squares of the relative error."""
    import numpy as np

    sizes, spent = list(costs), list(costs.values())
    row, file = np.polyfit(sizes, spent, 1, w=1 / np.array(spent))
    return float(row), float(file)


def measured(reader: str, path: Path, out: Path) -> dict[str, float]:
    """Run one reader in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", reader, str(path), str(out)],
        check=True,
        capture_output=True,
        text=True,
    )
    out.unlink(missing_ok=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def started(path: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds from a reader's order to the report, Python's own start among them."""
    from geo.ingest import sandboxed

    out = path.with_name("started.parquet")
    command = [sys.executable, "-m", "geo", "import", str(path), "-o", str(out)]

    def ordered() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    def uploaded() -> None:
        sandboxed.import_file(path, "made-up", out)

    spent: dict[str, list[float]] = {}
    for _ in range(rounds):
        for label, action, ahead in (
            ("python -m geo import", ordered, False),
            ("an upload, its process started for it", uploaded, False),
            ("an upload, a process waiting for it", uploaded, True),
        ):
            if ahead:
                sandboxed.prepare()
                time.sleep(READY)
            begun = time.perf_counter()
            action()
            spent.setdefault(label, []).append(time.perf_counter() - begun)
    return spent


def child(reader: str, path: str, out: str) -> dict[str, float]:
    """Import the file and say what it took: seconds, processor seconds, MB more at most."""
    if reader == "pandas":
        import pandas as pd
    else:
        from geo.ingest import importing
    before = _resident()
    clock, cpu = time.perf_counter(), time.process_time()
    if reader == "pandas":
        rows = len(pd.read_csv(path, low_memory=False))
    else:
        rows = importing.import_file(Path(path), "made-up", Path(out)).imported
    return {
        "seconds": time.perf_counter() - clock,
        "cpu": time.process_time() - cpu,
        "more": (_peak() - before) / 1e6,
        "rows": rows,
    }


def _resident() -> int:
    """Bytes of memory now; the peak so far where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return _peak()
    return pages * os.sysconf("SC_PAGE_SIZE")


def _peak() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


# ---------------------------------------------------------------- made-up files
def _texts(chance: random.Random, words: int, number: int = 2000) -> list[str]:
    return [" ".join(chance.choices(WORDS, k=words)) for _ in range(number)]


def _days() -> list[date]:
    first = date(1989, 1, 1)
    return [first + timedelta(days=n) for n in range(13_000)]


def write_ged(path: Path, rows: int) -> None:
    """Write a file in the form of UCDP GED, clustered in space and with all precisions."""
    from geo.ingest.forms import UCDP

    chance = random.Random(1)
    short, long, days = _texts(chance, 5), _texts(chance, 9), _days()
    towns = [(f"{chance.choice(short)} village", chance.uniform(34, 35.9), chance.uniform(62, 69))
             for _ in range(3000)]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(UCDP)
        writer.writerows(_ged_rows(rows, chance, short, long, days, towns))


def _ged_rows(
    rows: int,
    chance: random.Random,
    short: list[str],
    long: list[str],
    days: list[date],
    towns: list[tuple[str, float, float]],
) -> Iterator[tuple[Any, ...]]:
    for number in range(1, rows + 1):
        start = chance.choice(days)
        precision = chance.choices((1, 2, 3, 4, 5), (80, 10, 5, 4, 1))[0]
        length = {1: 0, 2: 3, 3: 6, 4: 29, 5: 200}[precision]
        town, lat, lon = chance.choice(towns)
        lat, lon = round(lat, 6), round(lon, 6)
        heads = [chance.choice(short).replace(";", "") for _ in range(chance.choice((1, 1, 1, 2)))]
        many = len(heads)
        low = chance.choice((0, 0, 1, 1, 2, 3, 5, 10))
        best, high = low + chance.choice((0, 0, 1, 4)), low + chance.choice((4, 5, 20))
        yield (
            number, f"AFG-{start.year}-1-{number}", start.year, "TRUE", "Clear",
            chance.choices((1, 2, 3), (7, 1, 2))[0], 333, 333, "Afghanistan: Government", 724, 724,
            "Government of Afghanistan - Taleban", 130, 130, "Government of Afghanistan", 303, 303,
            "Taleban", many, ";".join(f'"Wire,{start},{h}"' for h in heads),
            ";".join(["Wire"] * many), ";".join([str(start)] * many), ";".join(heads),
            chance.choice(short), chance.choices("1234567", (40, 25, 15, 12, 4, 3, 1))[0],
            town, chance.choice(long), "Badghis province", "Muqur district", lat, lon,
            f"POINT ({lon} {lat})", 180000 + number % 1000, "Afghanistan", 700, "Asia", 1,
            precision, f"{start} 00:00:00.000",
            f"{start + timedelta(days=length)} 00:00:00.000", 0, 0, 0, best, best, high, low, 700,
            "",
        )  # fmt: skip


def write_narrow(path: Path, rows: int) -> None:
    """Write a file of eight columns and some seventy bytes a row."""
    chance = random.Random(2)
    titles, days = _texts(chance, 3), _days()
    kinds = ("Battles", "Protests", "Riots", "Strategic developments")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "date", "title", "type", "lat", "lon", "country", "deaths"))
        writer.writerows(
            (f"E{number}", chance.choice(days), chance.choice(titles), chance.choice(kinds),
             f"{chance.gauss(39, 0.5):.5f}", f"{chance.gauss(70, 0.8):.5f}", "TJ",
             chance.choice((0, 0, 1, 2, "")))
            for number in range(rows)
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
