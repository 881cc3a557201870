"""Reads one file in a process of its own, with bounds that the system keeps.

Started by `geo.ingest.sandboxed`, which hands the request over on standard input and gets lines of
JSON back. What stops this process stops nobody else; it ends when whoever started
it does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

FORBIDDEN = tuple(
    "socket. subprocess. os.exec os.fork os.posix_spawn os.spawn os.system urllib. webbrowser."
    .split()
)  # fmt: skip
"""Python's events that reading a file has no need of: no request is made, nothing is run."""


def main() -> None:
    """Answer one request, which may be long in coming."""
    sys.addaudithook(_guard)
    _warm()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    request = json.loads(line)
    _bound(request["limits"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer = _answer(request)
    _say(answer)


def _warm() -> None:
    """Load what most files need, while nobody waits for it."""
    # What fails will fail again, and be told then.
    with suppress(Exception):
        from geo.ingest.country_check import CountryAreas, world_countries
        from geo.vocabulary import country_names

        CountryAreas.load()
        world_countries()
        country_names()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    # What cannot even be imported is told like any other failure.
    try:
        from geo.ingest.importing import import_file
        from geo.ingest.inspection import inspect
        from geo.ingest.limits import Limits
        from geo.ingest.mapping import Mapping
        from geo.model import GeoError, QuestionError

        path, name = Path(request["path"]), request["name"]
        limits = Limits(**request["limits"])
        mapping = Mapping.from_json(request["mapping"]) if request["mapping"] else None
        try:
            if request["what"] == "inspect":
                return {"inspection": asdict(inspect(path, name, mapping=mapping, limits=limits))}
            report = import_file(
                path,
                name,
                Path(request["out"]),
                mapping=mapping,
                limits=limits,
                progress=_tell,
            )
            return {"report": report.to_json()}
        except GeoError as error:
            asked = list(error.questions) if isinstance(error, QuestionError) else []
            return {"error": type(error).__name__, "message": str(error), "questions": asked}
    except MemoryError:
        return {"error": "memory"}
    except Exception as error:  # noqa: BLE001 - whoever asked must hear of it
        # DuckDB and others have their own names for it.
        kind = type(error).__name__
        out = "memory" in f"{kind} {error}".lower() or "alloc" in f"{kind} {error}".lower()
        return {"error": "memory" if out else "unknown", "message": f"{kind}: {error}"[:500]}


def _tell(step: str, done: int, total: int | None) -> bool:
    _say({"step": step, "done": done, "total": total})
    return True


def _say(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


def _bound(limits: dict[str, int]) -> None:
    """Ask the system to keep the bounds, as far as it can."""
    try:
        import resource
    except ImportError:  # Windows has no such thing; the parent watches time and memory.
        return
    for name, value in (
        ("RLIMIT_DATA", limits["memory"]),
        ("RLIMIT_CPU", limits["seconds"] * (os.cpu_count() or 1)),
        ("RLIMIT_FSIZE", limits["output"]),
        ("RLIMIT_CORE", 0),
    ):
        with suppress(OSError, ValueError, AttributeError):
            number = getattr(resource, name)
            hard = resource.getrlimit(number)[1]
            allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (allowed, allowed))


def _guard(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while a file is read")


def _end_with_parent() -> None:
    """End when standard input does: the parent holds it open as long as it lives."""
    while sys.stdin.buffer.read(1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
