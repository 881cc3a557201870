"""``streamlit run`` in a process that does two things on a signal.

On SIGUSR1 it says how many objects gc has frozen. On SIGUSR2 every reader there is asks for a
sheet of A3 at 600 dpi, as *Make PNG* in their pages would, and it says when all are made.

``--never-freeze`` as the first argument takes gc.freeze away from the app: what Marz would be
without it. Nothing else differs from ``python -m streamlit run``.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType

from streamlit import runtime
from streamlit.web import cli


def _say(_signal: int, _frame: FrameType | None) -> None:
    Path(os.environ["MARZ_BENCH_FROZEN"]).write_text(str(gc.get_freeze_count()), "utf-8")


def _ask(_signal: int, _frame: FrameType | None) -> None:
    threading.Thread(target=_sheets, daemon=True).start()


def _sheets() -> None:
    from geo.export import process
    from geo.files import default_directory
    from geo.model import Scene, Sheet
    from geo.package.load import load_package
    from pages.ui.queue import Job

    scene = Scene(sheet=Sheet(preset="a3", dpi=600))
    package = load_package(default_directory())
    make = partial(process.make, package, scene, ".png", day=datetime.now(UTC).date())
    active = runtime.get_instance()._session_mgr.list_active_sessions()
    jobs = [Job(lambda progress: make(progress=progress), one.session.id) for one in active]
    answer = Path(os.environ["MARZ_BENCH_FROZEN"]).with_name("sheets")
    while not all(job.wait(1) for job in jobs):
        for job in jobs:
            job.look()
        answer.write_text(f"{sum(job.content is not None for job in jobs)} of {len(jobs)}", "utf-8")
    sizes = [len(job.content or b"") for job in jobs]
    answer.write_text(f"all {len(jobs)} {min(sizes)} {jobs[0].error}", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--never-freeze"]:
        del sys.argv[1]
        gc.freeze = lambda: None
    signal.signal(signal.SIGUSR1, _say)
    signal.signal(signal.SIGUSR2, _ask)
    cli.main(["run", *sys.argv[1:]], prog_name="streamlit")
