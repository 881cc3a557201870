"""How far a file is, told to whoever waits for it, who may stop it."""

from __future__ import annotations

from collections.abc import Callable

from geo.errors import Cancelled

Progress = Callable[[int, int], bool]
"""Called with how many parts are done and of how many; False stops what is being made."""


def tell(progress: Progress | None, done: int, of: int) -> None:
    """Tell how far a file is.

    Raises
    ------
    Cancelled
        If the answer is to stop.
    """
    if progress is not None and not progress(done, of):
        raise Cancelled("It was stopped before it was done; nothing was written.")
