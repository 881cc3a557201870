"""What a filter costs with a thousand incidents and with ten million.

``python benchmarks/scale.py``: for each size the three apps get a server and a window each and
take turns. An app that does not answer within a minute is not asked again with more. What is
measured how: README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harness import (
    HANDLE,
    HERE,
    ROOT,
    App,
    Change,
    NotMeasured,
    Reader,
    Server,
    open_browser,
    serve,
)
from interaction import percentile, progress
from playwright.sync_api import Browser, Error

KEYS = ("PageDown", "PageDown", "PageDown", "End")
"""Each leaves fewer incidents by some years, and the last one all again."""
SIZES = (1_000, 100_000, 1_000_000, 10_000_000)
APPS = {
    "marz": ("Marz, the page Your data", "cells", "", "/explore"),
    "pydeck": ("st.pydeck_chart", "instances", "scale_deck.py", ""),
    "cluster": ("streamlit-folium, FastMarkerCluster", "clusters", "scale_cluster.py", ""),
}
WARM_UP = 1
"""Rounds of keys that are run and not counted."""
SLOW_MS = 3_000
"""An app whose changes take longer than that goes once through the keys, and the warm-up counts."""
BYTES_AT_MOST = 200_000
FLAT = 1.2
"""Times what the least incidents cost, that the most may cost."""
SETS = ROOT / ".cache" / "scale"


@dataclass(frozen=True)
class Figures:
    """An app at a size: milliseconds, bytes a change, the server's memory; or why it has none."""

    app: str
    rows: int
    changes: int = 0
    p50: float = 0.0
    p95: float = 0.0
    bytes: int = 0
    most: int = 0
    memory: int = 0
    refused: str = ""


def made_up(rows: int, folder: Path) -> Path:
    """The file of made-up incidents, and what Marz prepares of it once; both are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"made-up-{rows}.parquet"
    if not path.exists():
        progress(f"making {rows:,} incidents up")
        script = [sys.executable, str(HERE / "scale_data.py"), str(rows), "-o", str(path)]
        subprocess.run(script, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    progress(f"preparing {rows:,} incidents")
    opened = (
        "import sys; from pathlib import Path; from geo.collection.engine import duck; "
        "duck.open_set(Path(sys.argv[1]), 'made up').close()"
    )
    subprocess.run([sys.executable, "-c", opened, str(path)], check=True, cwd=ROOT)
    return path


def app_of(name: str, path: Path) -> App:
    """One of `APPS` with a file to show."""
    label, probe, script, page = APPS[name]
    environment = (("MARZ_DATASETS", str(path)),)
    made = App(name, label, probe, script, page=page, keys=KEYS, environment=environment)
    return replace(made, thumb=HANDLE) if name == "marz" else made


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep so many processors busy beside what is measured."""
    # It ends by itself where the benchmark was killed.
    work = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(10_000))"
    command = [sys.executable, "-c", work]
    running = [subprocess.Popen(command) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def measure(
    browser: Browser, rows: int, names: list[str], rounds: int, folder: Path
) -> list[Figures]:
    """All apps that are still asked, in turns."""
    path = made_up(rows, folder)
    found: list[Figures] = []
    with ExitStack() as stack:
        readers: dict[str, Reader] = {}
        servers = {}
        opened = {name: stack.enter_context(ExitStack()) for name in names}
        for name in names:
            app = app_of(name, path)
            progress(f"{rows:,}: opening {name}")
            try:
                servers[name] = opened[name].enter_context(serve(app))
                readers[name] = Reader.of(browser, app, servers[name].address)
                opened[name].callback(readers[name].close)
            except (NotMeasured, Error) as error:
                found.append(Figures(name, rows, refused=_why(error)))
                opened[name].close()  # or it would go on working beside those that answer
        changes: dict[str, list[Change]] = {name: [] for name in readers}
        for number in range(WARM_UP + rounds):
            for name in list(readers):
                progress(f"{rows:,}: round {number + 1} of {WARM_UP + rounds}, {name}")
                try:
                    made = [readers[name].change() for _ in KEYS]
                except (NotMeasured, Error) as error:
                    found.append(Figures(name, rows, refused=_why(error)))
                    del readers[name]
                    opened[name].close()
                    continue
                slow = percentile([change.ms for change in made], 0.5) > SLOW_MS
                if number >= WARM_UP or slow:
                    changes[name] += made
                if slow:
                    found.append(figures(name, rows, changes.pop(name), servers[name]))
                    del readers[name]
                    opened[name].close()
        found += [figures(name, rows, changes[name], servers[name]) for name in readers]
    return found


def figures(name: str, rows: int, changes: list[Change], server: Server) -> Figures:
    """Sum up the changes of one app."""
    times = [change.ms for change in changes]
    sent = [float(change.bytes) for change in changes]
    return Figures(
        app=name,
        rows=rows,
        changes=len(changes),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        bytes=int(percentile(sent, 0.5)),
        most=int(max(sent)),
        memory=server.resident(),
    )


def _why(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:100] or type(error).__name__


def run(sizes: list[int], rounds: int, folder: Path) -> list[Figures]:
    """Every size, with the apps that answered at the size before."""
    names = list(APPS)
    found: list[Figures] = []
    for rows in sizes:
        # A browser of its own: what a size made it hold is no burden to the next.
        with open_browser() as browser:
            some = measure(browser, rows, names, rounds, folder)
        found += some
        names = [name for name in names if not any(f.app == name and f.refused for f in some)]
        print(report(some, verdicts=False), file=sys.stderr, flush=True)
    return found


def promises(found: list[Figures]) -> list[tuple[str, str, bool]]:
    """The promises that can be held against what was measured: words, figure, whether it holds."""
    marz = {f.rows: f for f in found if f.app == "marz" and not f.refused}
    deck = {f.rows: f for f in found if f.app == "pydeck"}
    said = []
    if marz:
        least, most = min(marz), max(marz)
        ratio = marz[most].p50 / marz[least].p50
        words = f"Marz at {most:,} ≤ {FLAT} × its cost at {least:,}"
        said.append((words, f"{ratio:.2f}", ratio <= FLAT))
        sent = max(f.most for f in marz.values())
        said.append(("at most 200 kB a change", f"{sent:,}", sent <= BYTES_AT_MOST))
    for rows in sorted(set(marz) & set(deck)):
        other = deck[rows]
        figure = other.refused or f"{marz[rows].p50:.0f} against {other.p50:.0f} ms"
        holds = bool(other.refused) or marz[rows].p50 < other.p50
        said.append((f"quicker than pydeck at {rows:,}", figure, holds))
    return said


def report(found: list[Figures], *, verdicts: bool = True) -> str:
    """Write the table and the verdicts as text."""
    lines = [
        f"{'filter to painted map':<38}{'rows':>12}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'bytes':>13}{'most':>13}{'server MB':>11}"
    ]
    for f in found:
        label = APPS[f.app][0]
        if f.refused:
            lines.append(f"{label:<38}{f.rows:>12,}  no answer: {f.refused}")
            continue
        lines.append(
            f"{label:<38}{f.rows:>12,}{f.changes:>5}{f.p50:>9.1f}{f.p95:>9.1f}{f.bytes:>13,}"
            f"{f.most:>13,}{f.memory / 1e6:>11.0f}"
        )
    if verdicts:
        lines.append("")
        for words, figure, holds in promises(found):
            lines.append(f"{'holds' if holds else 'does not hold':<15}{words} ({figure})")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 whether the promises hold or not; 1 if Marz could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument(
        "--rounds", type=int, default=6, help=f"of {len(KEYS)} changes an app (default 6)"
    )
    parser.add_argument("--busy", action="store_true", help="with a load on every processor")
    parser.add_argument("--sets", type=Path, default=SETS, help="where the made-up files are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    print(datetime.now(UTC).isoformat(timespec="seconds"))
    with load(os.cpu_count() or 1 if given.busy else 0):
        found = run(sorted(given.sizes), max(1, given.rounds), given.sets)
    print(report(found))
    if given.json:
        given.json.write_text(json.dumps([asdict(f) for f in found], indent=1) + "\n", "utf-8")
    return int(any(f.app == "marz" and f.refused for f in found))


if __name__ == "__main__":
    sys.exit(main())
