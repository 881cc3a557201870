"""``streamlit run`` in a process that says, on SIGUSR1, how many objects gc has frozen.

``--never-freeze`` as the first argument takes gc.freeze away from the app: what Marz would be
without it. Nothing else differs from ``python -m streamlit run``.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from streamlit.web import cli


def _say(_signal: int, _frame: FrameType | None) -> None:
    Path(os.environ["MARZ_BENCH_FROZEN"]).write_text(str(gc.get_freeze_count()), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--never-freeze"]:
        del sys.argv[1]
        gc.freeze = lambda: None
    signal.signal(signal.SIGUSR1, _say)
    cli.main(["run", *sys.argv[1:]], prog_name="streamlit")
