"""Sessions: who is connected, and what is to be done when one is really over.

A browser loses its connection when a train enters a tunnel, and comes back to the same session. So
nothing that belongs to a reader may go with the connection. It goes here, `life` after the
connection broke, and when the server stops.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

MARGIN = 30.0
"""Seconds by which Streamlit keeps a session longer than we do, so that it is we who end it."""
TICK = 5.0
"""Seconds between two looks."""

_lock = threading.Lock()
_at_end: dict[str, list[Callable[[], None]]] = {}
_broken: dict[str, float] = {}


def life() -> float:
    """Seconds that a session may be without a connection."""
    kept: int = config.get_option("server.disconnectedSessionTTL")
    return max(kept - MARGIN, 0.0)


def identity() -> str:
    """Id of the session whose script runs; "" outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def is_connected(session: str) -> bool:
    """Whether a browser is there; without a server, as in tests of a page, always."""
    return not runtime.exists() or runtime.get_instance().is_active_session(session)


def at_end(session: str, action: Callable[[], None] | None = None) -> None:
    """Have a session ended when it is over, and something done then, which must not raise."""
    with _lock:
        actions = _at_end.setdefault(session, [])
        if action is not None:
            actions.append(action)


def sweep(now: float) -> list[str]:
    """End the sessions that have been without a connection for `life`.

    Parameters
    ----------
    now : float
        Of the monotonic clock, in seconds.

    Returns
    -------
    list of str
        Their ids.
    """
    with _lock:
        known = list(_at_end)
    over = []
    for session in known:
        if is_connected(session):
            _broken.pop(session, None)
        elif now - _broken.setdefault(session, now) >= life():
            over.append(session)
    for session in over:
        end(session)
    return over


def end(session: str) -> None:
    """End a session: what it had is given up, on Streamlit's side too."""
    with _lock:
        actions = _at_end.pop(session, [])
    _broken.pop(session, None)
    for action in actions:
        action()
    if runtime.exists():
        # Its uploads, its media files, its state.
        runtime.get_instance().close_session(session)


async def watch() -> None:
    """Sweep for as long as the server runs; on its event loop, where sessions come and go."""
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(TICK)
            sweep(time.monotonic())


def end_all() -> None:
    """End all of them: the server stops."""
    with _lock:
        known = list(_at_end)
    for session in known:
        end(session)
