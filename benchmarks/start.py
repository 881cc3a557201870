"""How long Marz takes to start: its data, its server, and what its first two visitors wait.

Everything stands beside what it is measured against, in turns in one run: loading the data
beside another tree's (``--baseline``), the server and its visitors beside a Streamlit page with
one slider and one text. How to read it: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import LIMIT_MS, ROOT, App, NotMeasured, Reader, open_browser, serve
from interaction import FLOOR, progress
from interaction import MARZ as ANSWERING
from playwright.sync_api import Browser, Error

MARZ = replace(ANSWERING, probe="symbols")
"""Its map with the incidents is what a visitor sees first."""
LOAD = """
import sys, time
sys.path.insert(0, ".")
try:
    from geo.package.load import load_package as load
except ImportError:  # where a version before 3 is the baseline
    from geo.package import load
begun = time.process_time()
load()
print(time.process_time() - begun)
"""
"""Run in a process of its own; the imports are over when the clock starts."""
PROMISED = {"load": 1 / 3, "first": 2.0, "second": 1.6}
"""The most of the baseline's load, and of the bare page's first and second visit."""


@dataclass(frozen=True)
class Start:
    """One start of a server, in seconds.

    Attributes
    ----------
    up : float
        From the start of the process to its first answer.
    first, second : float
        From a visitor's navigation to the first frame that shows something: the text, or the
        map with its incidents.
    first_whole, second_whole : float
        The same to the last change of the page.
    """

    up: float
    first: float
    second: float
    first_whole: float
    second_whole: float


def load_seconds(tree: Path) -> float:
    """Processor time of loading the data package in a fresh process, imports apart."""
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"the data of “{tree.name}” could not be loaded:\n{done.stderr}")
    return float(done.stdout)


def visit(browser: Browser, app: App, address: str) -> tuple[float, float]:
    """Open the app with nothing in the browser's cache; seconds to the first sight and the last."""
    reader = Reader.opening(browser, app)
    try:
        reader.page.goto(address + app.page, wait_until="commit")
        # A promise of the page that never comes would wait for ever.
        reader.page.set_default_timeout(LIMIT_MS)
        seen = reader.page.wait_for_function("probe => bench.opened(probe)", arg=app.probe)
        first = float(seen.json_value())
        reader.settle(4)  # the rest of the page is asked for after the map
        return first / 1000, max(first, reader.page.evaluate("() => bench.touched()")) / 1000
    finally:
        reader.close()


def start(browser: Browser, app: App) -> Start:
    """Start a server, let two visitors in one after the other, and stop it."""
    begun = time.monotonic()
    with serve(app) as server:
        up = time.monotonic() - begun
        first, first_whole = visit(browser, app, server.address)
        second, second_whole = visit(browser, app, server.address)
    return Start(up, first, second, first_whole, second_whole)


def run(rounds: int, baseline: Path | None) -> dict[str, Any]:
    """Measure everything; numbers only, as they came."""
    loads: dict[str, list[float]] = {"marz": []}
    trees = {"marz": ROOT}
    if baseline is not None:
        loads["baseline"], trees["baseline"] = [], baseline
    starts: dict[str, list[Start]] = {FLOOR.name: [], MARZ.name: []}
    with open_browser() as browser:
        version = browser.version
        with serve(FLOOR) as server:  # the browser's own first page
            visit(browser, FLOOR, server.address)
        for number in range(rounds):
            for name, tree in trees.items():
                loads[name].append(load_seconds(tree))
            for app in (FLOOR, MARZ) if number % 2 else (MARZ, FLOOR):
                starts[app.name].append(start(browser, app))
            progress(f"round {number + 1} of {rounds}")
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Chromium {version}",
        "loads": loads,
        "starts": starts,
    }


def report(found: dict[str, Any]) -> str:
    """Write medians, and of each ratio the median and the worst round."""
    lines = [f"{found['when']}  {found['machine']}", ""]
    verdicts = []

    def row(label: str, marz: list[float], other: list[float], promise: str = "") -> None:
        ratios = [one / two for one, two in zip(marz, other, strict=True)]
        line = f"{label:<34}{statistics.median(marz):>8.2f}"
        if other:
            line += f"{statistics.median(other):>10.2f}{statistics.median(ratios):>8.2f}"
            line += f"{max(ratios):>8.2f}"
            if promise:
                holds = max(ratios) <= PROMISED[promise]
                verdicts.append(
                    f"{'holds' if holds else 'does not hold':<15}{label} ≤ "
                    f"{PROMISED[promise]:.2f} × in every round ({max(ratios):.2f})"
                )
        lines.append(line)

    loads = found["loads"]
    lines.append(f"{'processor seconds':<34}{'Marz':>8}{'baseline':>10}{'×':>8}{'worst':>8}")
    if "baseline" in loads:
        row("loading the data package", loads["marz"], loads["baseline"], "load")
    else:
        lines.append(f"{'loading the data package':<34}{statistics.median(loads['marz']):>8.2f}")
    lines += ["", f"{'seconds':<34}{'Marz':>8}{'bare':>10}{'×':>8}{'worst':>8}"]
    marz, floor = found["starts"][MARZ.name], found["starts"][FLOOR.name]
    for label, name, promise in (
        ("server up", "up", ""),
        ("first visitor sees the map", "first", "first"),
        ("second visitor sees the map", "second", "second"),
        ("first visitor, whole page", "first_whole", ""),
        ("second visitor, whole page", "second_whole", ""),
    ):
        ours = [getattr(one, name) for one in marz]
        row(label, ours, [getattr(one, name) for one in floor], promise)
    return "\n".join([*lines, "", *verdicts])


def main() -> int:
    """Run the benchmark and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often everything starts")
    parser.add_argument("--baseline", type=Path, help="another tree whose load() to compare with")
    parser.add_argument("--json", type=Path, help="write every single time to this file")
    given = parser.parse_args()
    try:
        found = run(max(1, given.rounds), given.baseline)
    except (NotMeasured, Error) as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return 1
    print(report(found))
    if given.json:
        plain = {**found, "starts": {k: [asdict(s) for s in v] for k, v in found["starts"].items()}}
        given.json.write_text(json.dumps(plain, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
