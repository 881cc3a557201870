"""How long a reader waits for the map after moving the slider: ``make bench``.

Every app is a real Streamlit server, every reader a window of a real browser; all take turns,
so that a noise of the machine falls on all alike. What is measured how: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import HANDLE, KEYS, App, Change, NotMeasured, Reader, Server, open_browser, serve
from playwright.sync_api import Browser, Error

FLOOR = App("floor", "floor: a slider and a text", "text", "floor.py")
PLAIN = App("plain", "plain streamlit-folium", "circles", "plain.py")
DECK = App("pydeck", "st.pydeck_chart", "instances", "deck.py")
# The map of Marz has changed when the key is let go: what is waited for is the server's answer.
MARZ = App("marz", "Marz, list and counts", "answer", thumb=HANDLE, starts="keyup")
THAWED = replace(MARZ, name="marz-thawed", label="Marz without gc.freeze", frozen=False)
APPS = (FLOOR, PLAIN, DECK, MARZ, THAWED)
WARM_UP = 2
"""Rounds that are run and not counted."""


@dataclass(frozen=True)
class Figures:
    """What the changes of one app cost; `page` and `bytes` are medians."""

    changes: int
    p50: float
    p95: float
    page: float
    bytes: int


@dataclass(frozen=True)
class Memory:
    """After so many changes: heaps of Marz and of the floor, feature groups that Marz keeps."""

    changes: int
    heap: int
    floor: int
    groups: int


@dataclass(frozen=True)
class Verdict:
    """One promise and whether it was kept in this run."""

    promise: str
    measured: str
    holds: bool


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile: a value that did occur."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figures(changes: list[Change]) -> Figures:
    """Sum up the changes of one app."""
    times = [change.ms for change in changes]
    return Figures(
        changes=len(changes),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        page=percentile([change.page for change in changes], 0.5),
        bytes=round(statistics.median(change.bytes for change in changes)),
    )


def take_turns(readers: dict[str, Reader], rounds: int) -> dict[str, list[Change]]:
    """Each app in turn goes once through the keys, round by round; who begins rotates."""
    names = list(readers)
    found: dict[str, list[Change]] = {name: [] for name in names}
    for number in range(WARM_UP + rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            changes = [readers[name].change() for _ in KEYS]
            if number >= WARM_UP:
                found[name] += changes
        progress(f"round {number + 1} of {WARM_UP + rounds}")
    return found


def watch_memory(
    browser: Browser, servers: dict[str, Server], stops: tuple[int, ...]
) -> list[Memory]:
    """Heap of fresh readers of Marz and of the floor as the changes add up."""
    marz, floor = (Reader.of(browser, app, servers[app.name].address) for app in (MARZ, FLOOR))
    found = []
    for number in range(stops[-1] + 1):
        if number in stops:
            found.append(Memory(number, marz.heap(), floor.heap(), marz.groups()))
            progress(f"memory after {number} changes")
        marz.change()
        floor.change()
    marz.close()
    floor.close()
    return found


def progress(text: str) -> None:
    """Say on stderr how far it is, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r{text:<40}", end="", file=sys.stderr, flush=True)


def run(rounds: int, stops: tuple[int, ...]) -> dict[str, Any]:
    """Measure everything; numbers only, as they came."""
    with ExitStack() as stack:
        servers = {app.name: stack.enter_context(serve(app)) for app in APPS}
        browser = stack.enter_context(open_browser())
        version = browser.version
        readers = {app.name: Reader.of(browser, app, servers[app.name].address) for app in APPS}
        changes = take_turns(readers, rounds)
        for reader in readers.values():
            reader.close()
        memory = watch_memory(browser, servers, stops)
        frozen = {name: servers[name].freeze_count() for name in ("marz", "marz-thawed")}
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Chromium {version}",
        "figures": {name: figures(found) for name, found in changes.items()},
        "changes": changes,
        "memory": memory,
        "frozen": frozen,
    }


def verdicts(found: dict[str, Any]) -> list[Verdict]:
    """Hold the promises against what this run measured."""
    marz, floor, plain = (found["figures"][name].p50 for name in ("marz", "floor", "plain"))
    frozen: int = found["frozen"]["marz"]
    memory: list[Memory] = found["memory"]
    # The first changes compile what the browser had not run before, on the bare floor too.
    growth = memory[-1].heap / memory[1].heap
    groups = max(entry.groups for entry in memory)
    return [
        Verdict("Marz p50 ≤ 2 × floor", f"{marz / floor:.2f}", marz <= 2 * floor),
        Verdict("Marz p50 ≤ 0.5 × plain", f"{marz / plain:.2f}", marz <= 0.5 * plain),
        Verdict("heap flat within 10 % once warm", f"{growth:.3f}", 0.9 <= growth <= 1.1),
        Verdict("window.feature_group ≤ 1", f"{groups}", groups <= 1),
        Verdict("gc frozen in the server", f"{frozen:,} objects", frozen > 0),
    ]


def report(found: dict[str, Any]) -> str:
    """Write the table, the memory and the verdicts as text."""
    table: dict[str, Figures] = found["figures"]
    floor, plain = table["floor"].p50, table["plain"].p50
    lines = [
        f"{found['when']}  {found['machine']}",
        "",
        f"{'slider to painted result':<28}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'× floor':>9}"
        f"{'× plain':>9}{'page ms':>9}{'bytes':>9}",
    ]
    for app in APPS:
        row = table[app.name]
        lines.append(
            f"{app.label:<28}{row.changes:>5}{row.p50:>9.1f}{row.p95:>9.1f}{row.p50 / floor:>9.2f}"
            f"{row.p50 / plain:>9.2f}{row.page:>9.1f}{row.bytes:>9,}"
        )
    head = f"{'heap after changes':<28}{'Marz MB':>9}{'ratio':>9}{'floor MB':>9}{'ratio':>9}"
    lines += ["", head + f"{'feature_group':>15}"]
    first: Memory = found["memory"][0]
    for entry in found["memory"]:
        lines.append(
            f"{entry.changes:<28}{entry.heap / 1e6:>9.2f}{entry.heap / first.heap:>9.3f}"
            f"{entry.floor / 1e6:>9.2f}{entry.floor / first.floor:>9.3f}{entry.groups:>15}"
        )
    frozen = found["frozen"]
    lines += [
        "",
        f"objects frozen in the server: {frozen['marz']:,}; without gc.freeze: "
        f"{frozen['marz-thawed']:,}",
        "",
    ]
    lines += [
        f"{'holds' if v.holds else 'does not hold':<15}{v.promise} ({v.measured})"
        for v in verdicts(found)
    ]
    return "\n".join(lines)


def as_json(found: dict[str, Any]) -> str:
    """Everything measured, each change included."""
    plain = {
        **found,
        "figures": {name: asdict(value) for name, value in found["figures"].items()},
        "changes": {name: [asdict(c) for c in value] for name, value in found["changes"].items()},
        "memory": [asdict(entry) for entry in found["memory"]],
        "verdicts": [asdict(verdict) for verdict in verdicts(found)],
    }
    return json.dumps(plain, indent=1, ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """0 whether the promises hold or not; 1 if something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--rounds", type=int, default=12, help=f"of {len(KEYS)} changes an app (default 12)"
    )
    parser.add_argument("--quick", action="store_true", help="3 rounds and 40 changes of memory")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    rounds = 3 if given.quick else max(1, given.rounds)
    stops = (0, 10, 20, 40) if given.quick else (0, 50, 100, 200)
    try:
        found = run(rounds, stops)
    except (NotMeasured, Error) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    print(report(found))
    if given.json:
        given.json.write_text(as_json(found) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
