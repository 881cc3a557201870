"""What large files cost everybody else: ``python benchmarks/export_queue.py``.

One reader moves the slider and searches, as in readers.py: first alone, then while eight readers
wait for a sheet of A3 at 600 dpi each. README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from harness import NotMeasured, Server, serve
from readers import MARZ, Change, Reader, percentile

SHEETS = 8
SLOWER, MEMORY = 2.0, 1.5e9
"""Promised: p95 of a change against that of the same reader alone, and bytes at the most."""
LONGEST = 1200.0
"""Seconds in which all sheets must be made."""


@dataclass(frozen=True)
class Found:
    """What was measured; milliseconds, seconds and bytes.

    Attributes
    ----------
    alone, beside : tuple of float
        Median and 95 of 100 of a change, until the page has come whole.
    changes : tuple of int
        How many, alone and beside.
    seconds : float
        Until all sheets were made.
    before, most : int
        Memory of the server and its processes (RSS), before and at the most.
    """

    alone: tuple[float, float]
    beside: tuple[float, float]
    changes: tuple[int, int]
    seconds: float
    before: int
    most: int

    @property
    def slower(self) -> float:
        """How many times slower a change is, 95 of 100."""
        return self.beside[1] / self.alone[1]


class Memory:
    """Watches what a server and its processes take together."""

    def __init__(self, server: Server) -> None:
        self._root = psutil.Process(server.process.pid)
        self.most = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def now(self) -> int:
        """Bytes that are resident."""
        total = 0
        try:
            processes = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:  # the server has been stopped
            return 0
        for process in processes:
            try:
                total += process.memory_info().rss
            except psutil.Error:  # it has ended meanwhile
                continue
        return total

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            self.most = max(self.most, self.now())

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        self._thread.join()


async def measure(server: Server, changes: int, pause: float) -> Found:
    """A reader alone, then beside the sheets of eight others."""
    url = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    chance = random.Random(1)
    reader = Reader(url, 0)
    await reader.open()
    for _ in range(5):  # warm
        await reader.change(chance)
    alone: list[Change] = []
    for _ in range(changes):
        await asyncio.sleep(pause)
        alone.append(await reader.change(chance))
    # The reader who is measured asks for a sheet too: the eighth.
    others = [Reader(url, number) for number in range(1, SHEETS)]
    for other in others:
        await other.open()
    memory = Memory(server)
    before = memory.now()
    answer = server.folder / "sheets"
    start = time.perf_counter()
    server.process.send_signal(signal.SIGUSR2)
    beside: list[Change] = []
    while not (answer.exists() and answer.read_text("utf-8").startswith("all")):
        await asyncio.sleep(pause)
        beside.append(await reader.change(chance))
        if time.perf_counter() - start > LONGEST:
            raise NotMeasured(f"the sheets are not made: {answer.read_text('utf-8')}")
    seconds = time.perf_counter() - start
    memory.stop()
    _, count, smallest, *error = answer.read_text("utf-8").split(maxsplit=3)
    if int(count) != SHEETS or int(smallest) < 100_000 or error:
        raise NotMeasured(f"{count} sheets, the smallest of {smallest} bytes {error}")
    for one in (reader, *others):
        await one.close()
    return Found(
        alone=_spread(alone),
        beside=_spread(beside),
        changes=(len(alone), len(beside)),
        seconds=seconds,
        before=before,
        most=memory.most,
    )


def _spread(seen: list[Change]) -> tuple[float, float]:
    pages = [1000 * change.page for change in seen]
    return percentile(pages, 0.5), percentile(pages, 0.95)


def report(found: Found) -> str:
    """Write it as text."""
    holds = {True: "holds         ", False: "does not hold "}
    return "\n".join(
        (
            f"{SHEETS} sheets of A3 at 600 dpi in {found.seconds:.0f} s",
            "",
            "another reader's change, ms      p50      p95    changes",
            f"alone                       {found.alone[0]:>8.0f} {found.alone[1]:>8.0f}"
            f" {found.changes[0]:>10}",
            f"beside the sheets           {found.beside[0]:>8.0f} {found.beside[1]:>8.0f}"
            f" {found.changes[1]:>10}",
            "",
            f"{holds[found.slower <= SLOWER]} p95 within {SLOWER:g} × of idle ({found.slower:.2f})",
            f"{holds[found.most <= MEMORY]} at most {MEMORY / 1e6:,.0f} MB, the server and its "
            f"processes ({found.most / 1e6:,.0f}; {found.before / 1e6:,.0f} before)",
        )
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured, whatever came out; 1 if something could not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--changes", type=int, default=60, help="alone (default 60)")
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between (default 0.3)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures here")
    given = parser.parse_args(arguments)
    try:
        with serve(MARZ) as server:
            found = asyncio.run(measure(server, given.changes, given.pause))
    except NotMeasured as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return 1
    print(report(found))
    if given.json:
        about: dict[str, Any] = asdict(found)
        given.json.write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
