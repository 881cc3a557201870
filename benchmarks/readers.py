"""Many readers at once, each changing filters: ``python benchmarks/readers.py``.

A reader is a websocket that speaks Streamlit's own protocol: it opens the atlas, waits for the
page, and then, every few seconds, sets the first day or searches, as a browser would tell the
server. No browser takes part, so the figures are the server's alone. README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import websockets
from harness import App, NotMeasured, Server, serve
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MARZ = App("marz", "Marz, the whole page", "symbols")
PATIENCE = 30.0
"""Seconds after which a page that has not come counts as a failure."""
ARRIVAL = 0.3
"""Seconds between two readers who come."""
WORDS = ("drone", "Isfara", "Исфара", "treaty", "border guards", "Khorog", "", "")


@dataclass
class Change:
    """Seconds from a reader's message to the map's message and to the end of the run."""

    map: float
    page: float


@dataclass
class Reader:
    """One open page and what it knows, as a browser would.

    Attributes
    ----------
    url : str
        Address of the websocket.
    number : int
        Seeds what it does.
    """

    url: str
    number: int
    socket: Any = None
    query: str = ""
    page: str = ""
    first_day: str = ""
    search: str = ""
    changes: list[Change] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def open(self) -> float:
        """Connect and wait for the first page; seconds."""
        start = time.perf_counter()
        # The library would look for a proxy and compress; a browser on localhost does neither.
        self.socket = await websockets.connect(
            self.url,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            compression=None,
            proxy=None,
            open_timeout=PATIENCE,
        )
        await self._run(BackMsg())
        if not self.first_day:
            raise NotMeasured("the page has no field for the first day")
        return time.perf_counter() - start

    async def change(self, chance: random.Random) -> Change:
        """Set the first day or search for a word."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        if chance.random() < 0.7:
            state.id = self.first_day
            day = date(1992, 1, 1) + timedelta(days=chance.randrange(30 * 365))
            state.string_array_value.data.append(f"{day:%Y/%m/%d}")
        else:
            state.id = self.search
            state.string_value = chance.choice(WORDS)
        return await self._run(message)

    async def _run(self, message: BackMsg) -> Change:
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        seen = 0.0
        while True:
            data = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            answer = ForwardMsg.FromString(data)
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                element = answer.delta.new_element
                what = element.WhichOneof("type")
                if what == "component_instance":
                    seen = seen or time.perf_counter() - start
                elif what == "date_input" and element.date_input.label == "From":
                    self.first_day = element.date_input.id
                elif what == "text_input" and element.text_input.label == "Search":
                    self.search = element.text_input.id
                elif what == "exception":
                    raise NotMeasured("the page shows an error")
            elif kind == "new_session":
                self.page = answer.new_session.page_script_hash
            elif kind == "page_info_changed":
                self.query = answer.page_info_changed.query_string
            elif kind == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise NotMeasured(f"the run ended with {answer.script_finished}")
                return Change(seen, time.perf_counter() - start)

    async def close(self) -> None:
        """Go away, as a closed tab does."""
        if self.socket is not None:
            await self.socket.close()

    async def stay(self, changes: int, pause: float) -> None:
        """Open the page, change it so often with a pause before each, and stay until told to go."""
        chance = random.Random(self.number)
        try:
            await self.open()
            for _ in range(changes):
                await asyncio.sleep(pause * (0.5 + chance.random()))
                self.changes.append(await self.change(chance))
        except (NotMeasured, OSError, TimeoutError, websockets.WebSocketException) as error:
            self.failures.append(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Crowd:
    """What so many readers at once met; milliseconds and bytes."""

    readers: int
    changes: int
    map_p50: float
    map_p95: float
    page_p50: float
    page_p95: float
    failures: int
    memory: int


@dataclass(frozen=True)
class Flow:
    """Memory of the server after so many readers have come and gone, bytes."""

    gone: int
    memory: int


def percentile(values: Iterable[float], share: float) -> float:
    """Nearest-rank percentile: a value that did occur; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)] if ordered else 0.0


async def crowd(server: Server, url: str, count: int, changes: int, pause: float) -> Crowd:
    """So many readers at once."""
    before = server.resident()
    readers = [Reader(url, number) for number in range(count)]
    # They come over some seconds, as readers do; what is measured starts when each is in.
    tasks = []
    for reader in readers:
        tasks.append(asyncio.create_task(reader.stay(changes, pause)))
        await asyncio.sleep(ARRIVAL)
    await asyncio.gather(*tasks)
    memory = server.resident()
    for reader in readers:
        await reader.close()
    seen = [change for reader in readers for change in reader.changes]
    failures = [failure for reader in readers for failure in reader.failures]
    for failure in failures[:3]:
        print(f"failure: {failure}", file=sys.stderr)
    return Crowd(
        readers=count,
        changes=len(seen),
        map_p50=1000 * percentile((c.map for c in seen), 0.5),
        map_p95=1000 * percentile((c.map for c in seen), 0.95),
        page_p50=1000 * percentile((c.page for c in seen), 0.5),
        page_p95=1000 * percentile((c.page for c in seen), 0.95),
        failures=len(failures),
        memory=(memory - before) // count,
    )


async def flow(server: Server, url: str, total: int, at_once: int, stops: int) -> list[Flow]:
    """Readers who come, change the filter once and go; memory at each stop."""
    found = []
    gone = 0
    while gone < total:
        readers = [Reader(url, gone + number) for number in range(min(at_once, total - gone))]
        await asyncio.gather(*(reader.stay(1, 0.0) for reader in readers))
        failed = [failure for reader in readers for failure in reader.failures]
        if failed:
            raise NotMeasured(failed[0])
        for reader in readers:
            await reader.close()
        gone += len(readers)
        if gone % stops < len(readers):
            found.append(Flow(gone, server.resident()))
            if sys.stderr.isatty():
                print(f"\r{gone} readers gone", end="", file=sys.stderr, flush=True)
    return found


async def measure(given: argparse.Namespace, server: Server) -> dict[str, Any]:
    """Everything, one after the other on one server."""
    url = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    await crowd(server, url, 5, 2, 0.2)  # warm
    crowds = [
        await crowd(server, url, count, given.changes, given.pause) for count in given.readers
    ]
    flows = await flow(server, url, given.gone, 10, max(10, given.gone // 5))
    return {"pause": given.pause, "crowds": crowds, "flows": flows}


def report(found: dict[str, Any]) -> str:
    """Write the tables as text."""
    lines = [
        f"each reader changes a filter every {found['pause']:g} s on average",
        "",
        f"{'readers':>8}{'changes':>9}{'map p50':>9}{'p95 ms':>9}{'page p50':>10}{'p95 ms':>9}"
        f"{'failures':>10}{'kB a session':>14}",
    ]
    lines += [
        f"{c.readers:>8}{c.changes:>9}{c.map_p50:>9.1f}{c.map_p95:>9.1f}{c.page_p50:>10.1f}"
        f"{c.page_p95:>9.1f}{c.failures:>10}{c.memory / 1000:>14,.0f}"
        for c in found["crowds"]
    ]
    lines += ["", f"{'gone':>8}{'server MB':>12}"]
    lines += [f"{f.gone:>8}{f.memory / 1e6:>12.1f}" for f in found["flows"]]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured, whatever came out; 1 if something could not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--readers", type=int, nargs="+", default=[50, 100], metavar="N")
    parser.add_argument("--changes", type=int, default=12, help="of each reader (default 12)")
    parser.add_argument(
        "--pause", type=float, default=5.0, help="seconds between two changes (default 5)"
    )
    parser.add_argument(
        "--gone", type=int, default=1000, help="readers who come and go (default 1000)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    try:
        with serve(MARZ) as server:
            found = asyncio.run(measure(given, server))
    except NotMeasured as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    print(report(found))
    if given.json:
        plain = {key: found[key] for key in ("pause",)}
        plain |= {key: [asdict(row) for row in found[key]] for key in ("crowds", "flows")}
        given.json.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
