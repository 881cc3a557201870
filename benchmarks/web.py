"""What pages, data addresses and a folder of pages cost: ``python benchmarks/web.py``.

Clients keep their connection and ask for the next page as soon as one has come, as no reader does:
the figures are what the server can do. README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from harness import HERE, App, NotMeasured, Server, _free_port, serve
from readers import Reader, percentile

from geo.model import Filter
from geo.package.load import Package, load_package
from geo.web import site
from geo.web.links import Links

MARZ = App("marz", "Marz", "symbols", environment=(("MARZ_API_RATE", "0"),))
RECORDS = 60
"""Record pages that are asked for in turn."""
PATIENCE = 60.0
MEANWHILE = ((1, 1.0), (50, 1.0), (500, 4.0))
"""Clients that read pages while others use the dashboard, and the seconds that each then rests."""
FEED = "/feed.atom?border=TJ-KG"
API = "/api/v1/incidents.json?border=TJ-KG"


@dataclass(frozen=True)
class Load:
    """What so many clients met."""

    what: str
    clients: int
    a_second: float
    p50: float
    p95: float
    failures: int


async def _get(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str
) -> int:
    """Ask once on an open connection; the status."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").casefold()
    length = next(
        int(line.partition(":")[2])
        for line in head.split("\r\n")
        if line.startswith("content-length")
    )
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])


@dataclass
class Met:
    """What the clients of several rounds met."""

    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0

    def load(self, what: str, clients: int) -> Load:
        """The rounds as one."""
        return Load(
            what,
            clients,
            len(self.taken) / self.seconds,
            1000 * percentile(self.taken, 0.5),
            1000 * percentile(self.taken, 0.95),
            self.failures,
        )


async def load(met: Met, address: str, paths: Sequence[str], clients: int, seconds: float) -> float:
    """So many clients, each asking without a pause for some seconds; answers a second."""
    host = urlsplit(address).netloc
    name, _, port = host.partition(":")
    before = len(met.taken)

    async def client(number: int, end: float) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(name, int(port))
                turn = number
                while time.perf_counter() < end:
                    start = time.perf_counter()
                    status = await _get(reader, writer, host, paths[turn % len(paths)])
                    met.taken.append(time.perf_counter() - start)
                    met.failures += status != 200
                    turn += 1
                writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            met.failures += 1

    start = time.perf_counter()
    await asyncio.gather(*(client(number, start + seconds) for number in range(clients)))
    passed = time.perf_counter() - start
    met.seconds += passed
    return (len(met.taken) - before) / passed


def _status(address: str, path: str) -> int:
    async def ask() -> int:
        host = urlsplit(address).netloc
        name, _, port = host.partition(":")
        reader, writer = await asyncio.open_connection(name, int(port))
        status = await _get(reader, writer, host, path)
        writer.close()
        return status

    return asyncio.run(ask())


@contextmanager
def _running(command: Sequence[str], port: int, **variables: str) -> Iterator[str]:
    """A server that is stopped on leaving; its address."""
    process = subprocess.Popen(
        command,
        cwd=HERE / "apps",
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(200):
            try:
                _status(address, "/")
                break
            except (OSError, asyncio.IncompleteReadError):
                time.sleep(0.1)
        else:
            raise NotMeasured(f"{command[0]} did not start")
        yield address
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def bare(address: str, path: str, folder: Path) -> Iterator[str]:
    """A Starlette of one route that sends the bytes of a page, head and body."""
    asked = urllib.request.Request(address + path, headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        (folder / "body").write_bytes(answer.read())
        own = ("date", "server", "content-length", "connection")
        told = {name: said for name, said in answer.headers.items() if name.lower() not in own}
    (folder / "body.json").write_text(json.dumps(told), "utf-8")
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bare_route:app", "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log"]
    with _running(command, port, MARZ_BENCH_BODY=str(folder / "body")) as started:
        yield started


@contextmanager
def nginx(root: Path, folder: Path) -> Iterator[str]:
    """Debian's nginx on a folder, with its usual settings."""
    program = shutil.which("nginx") or os.environ.get("NGINX", "")
    if not program:
        raise NotMeasured("nginx is not installed")
    port = _free_port()
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        # As root it would read as nobody, who may not look into this folder.
        f"{'user root; ' if os.geteuid() == 0 else ''}daemon off; "
        f"pid {folder}/pid; error_log {folder}/log; worker_processes 1;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ types {{ text/html html; }} access_log off; sendfile on; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {root}; keepalive_requests 1000000; }} }}\n",
        "utf-8",
    )
    with _running([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], port) as address:
        yield address


# ---------------------------------------------------------------- the dashboard meanwhile
async def _changes(server: Server, readers: int, changes: int) -> list[float]:
    url = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    people = [Reader(url, number) for number in range(readers)]
    await asyncio.gather(*(reader.stay(changes, 1.0) for reader in people))
    failed = [failure for reader in people for failure in reader.failures]
    if failed:
        raise NotMeasured(failed[0])
    for reader in people:
        await reader.close()
    return [1000 * change.page for reader in people for change in reader.changes]


async def meanwhile(
    server: Server, paths: Sequence[str], changes: int, rounds: int, clients: int, pause: float
) -> dict[str, float]:
    """P95 of a filter's change, alone and while so many clients read pages, in turns."""
    await _changes(server, 2, 2)  # warm
    host = urlsplit(server.address).netloc
    name, _, port = host.partition(":")
    alone: list[float] = []
    beside: list[float] = []
    served = 0
    passed = 0.0

    async def reading(number: int, end: asyncio.Event) -> None:
        nonlocal served
        reader, writer = await asyncio.open_connection(name, int(port))
        turn = number
        while not end.is_set():
            await _get(reader, writer, host, paths[turn % len(paths)])
            served += 1
            turn += 1
            await asyncio.sleep(pause)
        writer.close()

    for _ in range(rounds):
        alone += await _changes(server, 3, changes)
        end = asyncio.Event()
        tasks = [asyncio.create_task(reading(number, end)) for number in range(clients)]
        start = time.perf_counter()
        beside += await _changes(server, 3, changes)
        passed += time.perf_counter() - start
        end.set()
        await asyncio.gather(*tasks)
    return {
        "clients": clients,
        "pause": pause,
        "pages": served / passed,
        "alone": percentile(alone, 0.95),
        "beside": percentile(beside, 0.95),
        "middle": percentile(beside, 0.5) / percentile(alone, 0.5),
    }


# ---------------------------------------------------------------- a folder
def made_up(package: Package, number: int) -> Package:
    """A package of so many records: the real ones again and again, with other ids."""
    times = -(-number // len(package.incidents))

    def again(frame: pd.DataFrame, column: str) -> pd.DataFrame:
        copies = [
            frame.assign(**{column: frame[column] + (f"-{turn}" if turn else "")})
            for turn in range(times)
        ]
        return pd.concat(copies, ignore_index=True)

    incidents = again(package.incidents, "id").iloc[:number].reset_index(drop=True)
    return replace(
        package,
        incidents=incidents,
        claims=again(package.claims, "incident_id"),
        citations=again(package.citations, "incident_id"),
    )


def _processor() -> float:
    """Seconds of the processor that this process and those that it waited for have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def building(package: Package, number: int, *, cards: bool) -> dict[str, Any]:
    """Seconds that a folder of so many records takes, first and again."""
    some = made_up(package, number)
    with tempfile.TemporaryDirectory(prefix="marz-site-") as name:
        folder = Path(name) / "site"
        start, used = time.perf_counter(), _processor()
        done = site.write(some, folder, query=Filter(), base="https://example.org/", cards=cards)
        first, used = time.perf_counter() - start, _processor() - used
        start = time.perf_counter()
        again = site.write(some, folder, query=Filter(), base="https://example.org/", cards=cards)
        return {
            "records": number,
            "cards": cards,
            "files": done.files,
            "megabytes": done.size / 1e6,
            "seconds": first,
            "processor": used,
            "again": time.perf_counter() - start,
            "changed": again.changed,
        }


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Everything, one after the other."""
    package = load_package()
    ids = package.incidents["id"].tolist()
    step = max(1, len(ids) // RECORDS)
    paths = [f"/r/{one}" for one in ids[::step]]
    loads: list[Load] = []
    with tempfile.TemporaryDirectory(prefix="marz-bench-") as name, serve(MARZ) as server:
        folder = Path(name)
        for path in [*paths, API]:
            if _status(server.address, path) != 200:
                raise NotMeasured(f"{path} is not answered")
        kinds = [("record pages", paths), ("API", [API])]
        if _status(server.address, FEED) == 200:
            kinds.append(("feed", [FEED]))
        ratios: dict[int, float] = {}
        with bare(server.address, paths[0], folder) as plain:
            targets = [("bare route", plain, ["/page"])]
            targets += [(what, server.address, which) for what, which in kinds]
            for clients in given.clients:
                met = {what: Met() for what, _, _ in targets}
                shares = []
                for _ in range(given.rounds):
                    rates = {
                        what: asyncio.run(load(met[what], where, which, clients, given.seconds))
                        for what, where, which in targets
                    }
                    shares.append(rates["bare route"] / max(rates["record pages"], 1e-9))
                ratios[clients] = percentile(shares, 0.5)
                loads += [met[what].load(what, clients) for what in met]
        try:
            loads += behind_nginx(package, folder, [path[1:] for path in paths], given)
        except NotMeasured as error:
            print(f"not measured: {error}", file=sys.stderr)
        print(of_loads(loads, ratios), flush=True)
        beside = []
        for clients, pause in MEANWHILE:
            beside.append(
                asyncio.run(meanwhile(server, paths, given.changes, given.rounds, clients, pause))
            )
            print(of_meanwhile(beside[-1]), flush=True)
    print(
        f"\n{'records':>8}{'cards':>7}{'files':>8}{'MB':>8}{'s':>8}{'CPU s':>8}{'again s':>9}"
        f"{'changed':>9}",
        flush=True,
    )
    built = []
    for number, cards in ((250, True), *((number, False) for number in given.records)):
        built.append(building(package, number, cards=cards))
        print(of_folder(built[-1]), flush=True)
    return {"loads": loads, "ratios": ratios, "meanwhile": beside, "built": built}


def behind_nginx(
    package: Package, folder: Path, paths: Sequence[str], given: argparse.Namespace
) -> list[Load]:
    """The same record pages as files of a folder."""
    root = folder / "site"
    wanted = {f"{path}.html" for path in paths}
    for file in site.plan(package, Links(files=True, cards=False), Filter(), day=date.today()):
        if file.path in wanted:
            (root / file.path).parent.mkdir(parents=True, exist_ok=True)
            (root / file.path).write_bytes(file.make())
    found = []
    with nginx(root, folder) as address:
        for clients in given.clients:
            met = Met()
            files = [f"/{name}" for name in sorted(wanted)]
            asyncio.run(load(met, address, files, clients, given.seconds))
            found.append(met.load("files, nginx", clients))
    return found


def of_loads(loads: Sequence[Load], ratios: dict[int, float]) -> str:
    """The first table, as text."""
    lines = [f"{'':14}{'clients':>8}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'failures':>10}"]
    lines += [
        f"{one.what:14}{one.clients:>8}{one.a_second:>10,.0f}{one.p50:>9.1f}{one.p95:>9.1f}"
        f"{one.failures:>10}"
        for one in loads
    ]
    lines += [
        "a bare route of the same bytes answers so many times as often as record pages, median of "
        "the rounds, by clients: "
        + ", ".join(f"{clients}: {ratio:.2f}" for clients, ratio in ratios.items()),
        "",
    ]
    return "\n".join(lines)


def of_meanwhile(one: dict[str, float]) -> str:
    """What the dashboard's readers met, in a sentence."""
    return (
        f"a change on the dashboard, p95: {one['alone']:.0f} ms alone, {one['beside']:.0f} ms "
        f"({one['beside'] / one['alone']:.2f} times; p50 {one['middle']:.2f} times) while "
        f"{one['clients']:.0f} clients read a page every {one['pause']:.0f} s each "
        f"({one['pages']:.0f} pages a second)"
    )


def of_folder(one: dict[str, Any]) -> str:
    """A line of the last table."""
    return (
        f"{one['records']:>8,}{'yes' if one['cards'] else 'no':>7}{one['files']:>8,}"
        f"{one['megabytes']:>8.1f}{one['seconds']:>8.1f}{one['processor']:>8.1f}"
        f"{one['again']:>9.1f}{one['changed']:>9}"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured, whatever came out; 1 if something could not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50, 500], metavar="N")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each load (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="in turns (default 3)")
    parser.add_argument("--changes", type=int, default=12, help="of each reader (default 12)")
    parser.add_argument(
        "--records", type=int, nargs="*", default=[2500, 10_000], metavar="N",
        help="of folders without cards (default 2500 10000)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    try:
        found = measure(given)
    except NotMeasured as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    if given.json:
        plain = {**found, "loads": [asdict(one) for one in found["loads"]]}
        given.json.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
