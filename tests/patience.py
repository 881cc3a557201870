"""How long the tests wait; a wait ends with what it waits for, so patience costs nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

FACTOR = float(os.environ.get("MARZ_PATIENCE") or 4)
"""Every wait is multiplied by it: machines that build and test for many are slow at times."""


def seconds(wait: float) -> float:
    """How long to wait where a quiet machine would need `wait` seconds at the very most."""
    return wait * FACTOR


def until(happened: Callable[[], object], wait: float = 30) -> None:
    """Look again and again until something has happened.

    Raises
    ------
    TimeoutError
        If it has not after `seconds` of `wait`.
    """
    end = time.monotonic() + seconds(wait)
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"{happened} has not happened in {seconds(wait):.0f} s")
        time.sleep(0.01)
