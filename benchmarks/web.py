"""What pages, data addresses and a folder of pages cost: ``python benchmarks/web.py``.

Clients keep their connection and ask for the next page as soon as one has come, as no reader does:
the figures are what the server can do. README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from harness import HERE, App, NotMeasured, Server, _free_port, serve
from readers import Reader, percentile

from geo.model import Filter
from geo.package.load import Package, load_package
from geo.web import site

MARZ = App("marz", "Marz", "symbols", environment=(("MARZ_API_RATE", "0"),))
RECORDS = 60
"""Record pages that are asked for in turn."""
PATIENCE = 60.0
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


async def load(what: str, address: str, paths: Sequence[str], clients: int, seconds: float) -> Load:
    """So many clients, each asking without a pause for some seconds."""
    host = urlsplit(address).netloc
    name, _, port = host.partition(":")
    taken: list[float] = []
    failures = 0

    async def client(number: int, end: float) -> None:
        nonlocal failures
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(name, int(port))
                turn = number
                while time.perf_counter() < end:
                    start = time.perf_counter()
                    status = await _get(reader, writer, host, paths[turn % len(paths)])
                    taken.append(time.perf_counter() - start)
                    failures += status != 200
                    turn += 1
                writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            failures += 1

    start = time.perf_counter()
    await asyncio.gather(*(client(number, start + seconds) for number in range(clients)))
    passed = time.perf_counter() - start
    return Load(
        what,
        clients,
        len(taken) / passed,
        1000 * percentile(taken, 0.5),
        1000 * percentile(taken, 0.95),
        failures,
    )


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
def bare(body: bytes, folder: Path) -> Iterator[str]:
    """A Starlette of one route that sends these bytes, packed as ours are."""
    (folder / "body").write_bytes(gzip.compress(body, 6, mtime=0))
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bare_route:app", "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log"]
    with _running(command, port, MARZ_BENCH_BODY=str(folder / "body")) as address:
        yield address


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
        f"server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n",
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


async def meanwhile(server: Server, paths: Sequence[str], changes: int) -> dict[str, float]:
    """P95 of a filter's change, alone and while ten clients read a page a second each."""
    await _changes(server, 2, 2)  # warm
    alone = await _changes(server, 3, changes)
    end = asyncio.Event()

    async def reading(number: int) -> None:
        host = urlsplit(server.address).netloc
        name, _, port = host.partition(":")
        reader, writer = await asyncio.open_connection(name, int(port))
        turn = number
        while not end.is_set():
            await _get(reader, writer, host, paths[turn % len(paths)])
            turn += 1
            await asyncio.sleep(1)
        writer.close()

    tasks = [asyncio.create_task(reading(number)) for number in range(10)]
    beside = await _changes(server, 3, changes)
    end.set()
    await asyncio.gather(*tasks)
    return {"alone": percentile(alone, 0.95), "beside": percentile(beside, 0.95)}


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


def building(package: Package, number: int, *, cards: bool) -> dict[str, Any]:
    """Seconds that a folder of so many records takes, first and again."""
    some = made_up(package, number)
    with tempfile.TemporaryDirectory(prefix="marz-site-") as name:
        folder = Path(name) / "site"
        start = time.perf_counter()
        done = site.write(some, folder, query=Filter(), base="https://example.org/", cards=cards)
        first = time.perf_counter() - start
        start = time.perf_counter()
        again = site.write(some, folder, query=Filter(), base="https://example.org/", cards=cards)
        return {
            "records": number,
            "cards": cards,
            "files": done.files,
            "megabytes": done.size / 1e6,
            "seconds": first,
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
        from geo.web.links import Links
        from geo.web.respond import respond

        body = respond(package, Links(base=f"{server.address}/"), paths[0][1:]).content
        kinds = [("record pages", paths), ("API", [API])]
        if _status(server.address, FEED) == 200:
            kinds.append(("feed", [FEED]))
        with bare(body, folder) as plain:
            for clients in given.clients:
                loads.append(
                    asyncio.run(load("bare route", plain, ["/page"], clients, given.seconds))
                )
                loads += [
                    asyncio.run(load(what, server.address, which, clients, given.seconds))
                    for what, which in kinds
                ]
        beside = asyncio.run(meanwhile(server, paths, given.changes))
        try:
            whole = folder / "site"
            site.write(package, whole, query=Filter(), cards=False)
            with nginx(whole, folder) as address:
                files = [f"{path}.html" for path in paths]
                loads += [
                    asyncio.run(load("files, nginx", address, files, clients, given.seconds))
                    for clients in given.clients
                ]
        except NotMeasured as error:
            print(f"not measured: {error}", file=sys.stderr)
    built = [building(package, 250, cards=True)]
    built += [building(package, number, cards=False) for number in given.records]
    return {"loads": loads, "meanwhile": beside, "built": built}


def report(found: dict[str, Any]) -> str:
    """Write the tables as text."""
    lines = [f"{'':14}{'clients':>8}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'failures':>10}"]
    lines += [
        f"{one.what:14}{one.clients:>8}{one.a_second:>10,.0f}{one.p50:>9.1f}{one.p95:>9.1f}"
        f"{one.failures:>10}"
        for one in found["loads"]
    ]
    rates = {(one.what, one.clients): one.a_second for one in found["loads"]}
    shares = [
        f"{clients}: {rates['bare route', clients] / rate:.2f}"
        for (what, clients), rate in rates.items()
        if what == "record pages" and rate
    ]
    beside = found["meanwhile"]
    lines += [
        f"a record page by a bare route of the same bytes, by clients: {', '.join(shares)}",
        f"p95 of a change on the dashboard: {beside['alone']:.0f} ms alone, "
        f"{beside['beside']:.0f} ms while ten clients read a page a second each",
        "",
        f"{'records':>8}{'cards':>7}{'files':>8}{'MB':>8}{'s':>8}{'again s':>9}{'changed':>9}",
    ]
    lines += [
        f"{one['records']:>8,}{'yes' if one['cards'] else 'no':>7}{one['files']:>8,}"
        f"{one['megabytes']:>8.1f}{one['seconds']:>8.1f}{one['again']:>9.1f}{one['changed']:>9}"
        for one in found["built"]
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured, whatever came out; 1 if something could not be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50, 500], metavar="N")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load (default 5)")
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
    print(report(found))
    if given.json:
        plain = {**found, "loads": [asdict(one) for one in found["loads"]]}
        given.json.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
