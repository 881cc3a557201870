"""How long the scan for an embedded state takes on 64 MB of anything, and who waits for it.

``python benchmarks/reopen.py``. Each kind of file is looked through in a fresh process: once for
seconds and memory, then over and over beside a thread that works as the server does for another
reader, in steps of some milliseconds. How long its steps take is compared with the same steps
alone, and beside another thread that works likewise (which is what a second reader costs).
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo.export import state  # noqa: E402
from geo.export.state import token  # noqa: E402
from geo.model import StateError  # noqa: E402

MEBIBYTE = 2**20
SIZE = 64 * MEBIBYTE
SECONDS, MEMORY = 2.0, 200
"""What is promised: at most so long, and so many MB more."""
STEPS = 60


def repeated(part: bytes, opening: bytes = b"") -> bytes:
    """A file of one part again and again."""
    return (opening + part * (SIZE // len(part) + 1))[:SIZE]


def unlike_a_token() -> bytes:
    """What is a token up to its check, which does not hold."""
    head = base64.urlsafe_b64encode((192).to_bytes(2) + bytes(4))
    return token.MARK + head + b"A" * 192


def valid() -> bytes:
    """A token whose check holds, in which no state is."""
    return token.encode(os.urandom(150)).encode()


KINDS: dict[str, Callable[[], bytes]] = {
    "random": lambda: os.urandom(SIZE),
    "zeros": lambda: bytes(SIZE),
    "marz1: repeated": lambda: repeated(token.MARK),
    "marz1: and 64 MB of A": lambda: repeated(b"A", token.MARK),
    "tokens with a wrong check": lambda: repeated(unlike_a_token()),
    "valid tokens, no state": lambda: repeated(valid()),
    "marz1: in UTF-16": lambda: repeated("marz1:".encode("utf-16-le"), b"\xff\xfe"),
    "SVG of >": lambda: repeated(b">", b"<svg><metadata><dc:subject>"),
    "JSON": lambda: repeated(b'{"a":[1,{"b":null}]},', b"["),
    "nested JSON": lambda: repeated(b"[", b'{"marz_state":'),
    "GIF of empty blocks": lambda: repeated(b"!\xfe\0", b"GIF89a\1\0\1\0\0\0\0"),
    "state of Marz 2 repeated": lambda: repeated(b'{"marz-state":'),
    "PNG with a bomb of Marz 2": lambda: (
        b"Marz-State\0\1\0\0\0" + zlib.compress(bytes(SIZE)) + bytes(SIZE - 2**17)
    ),
}


def answer(content: bytes) -> str:
    """What Reopen says."""
    try:
        state.read(content, "x")
    except StateError as error:
        return str(error)
    return "a state"


def step() -> None:
    """Some milliseconds of work in Python."""
    json.loads(json.dumps([{"id": str(n), "days": [n, n + 1]} for n in range(1500)]))


def latencies(beside: Callable[[], object] | None) -> list[float]:
    """Milliseconds of each step, alone or beside a thread that does something without end."""
    stop = threading.Event()

    def busy() -> None:
        while beside and not stop.is_set():
            beside()

    other = threading.Thread(target=busy)
    other.start()
    found = []
    try:
        for _ in range(STEPS):
            begun = time.perf_counter()
            step()
            found.append((time.perf_counter() - begun) * 1000)
    finally:
        stop.set()
        other.join()
    return sorted(found)


def most_memory() -> int:
    """The most memory so far in kB; getrusage would count what the parent had, too (Linux)."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) if found else 0


def measure(path: Path) -> dict[str, Any]:
    """Look through one file in this process."""
    content = path.read_bytes()
    before = most_memory()
    begun, used = time.perf_counter(), time.process_time()
    said = answer(content)
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    more = (most_memory() - before) * 1024 / MEBIBYTE
    alone = latencies(None)
    return {
        "seconds": seconds,
        "processor": used,
        "memory": more,
        "said": said,
        "alone": summary(alone),
        "reader": summary(latencies(step)),
        "scan": summary(latencies(lambda: answer(content))),
    }


def summary(found: list[float]) -> tuple[float, float]:
    """Median, and what 95 of 100 do not exceed."""
    return statistics.median(found), found[len(found) * 95 // 100]


def main() -> int:
    """Measure every kind and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return 0
    print("A step of another reader: median / 95 of 100, in ms, and the median as a multiple of it")
    print("alone.\n")
    print(
        "| 64 MB of | s | processor s | MB more | step alone | beside a reader | beside the scan |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: |")
    kept = True
    for kind in options.kinds or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(KINDS[kind]())
            program = [sys.executable, __file__, "--measure", str(path)]
            done = subprocess.run(program, capture_output=True, check=True, text=True)
        found = json.loads(done.stdout)
        alone = found["alone"][0]
        cells = [
            f"{median:.1f} / {most:.1f} (× {median / alone:.1f})"
            for median, most in (found["alone"], found["reader"], found["scan"])
        ]
        print(
            f"| {kind} | {found['seconds']:.2f} | {found['processor']:.2f} | {found['memory']:.0f} "
            f"| {' | '.join(cells)} |",
            flush=True,
        )
        kept &= found["processor"] <= SECONDS and found["memory"] <= MEMORY
    print(f"\nAt most {SECONDS:g} s of processor and {MEMORY} MB: {'yes' if kept else 'no'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
