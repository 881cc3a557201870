"""Questions that take a while: said while they run, stopped by the reader or by a newer one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from itertools import count
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.collection.engine.latest import Newest
from pages.ui import state

T = TypeVar("T")
QUIET = 0.5
"""Seconds for which nothing is said: most questions are answered by then."""
OFTEN = 0.25
KEPT = 24
"""Answers that a session keeps, so that a moved map does not count everything again."""
NEWEST, STOPPED, ANSWERS = "work-newest", "work-stopped", "work-answers"

_numbers = count()
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="marz-question")


def ask(question: Callable[[], T], slot: DeltaGenerator) -> T:
    """Ask in a thread of its own, and say in `slot` that it takes a while.

    Streamlit stops a script that a newer change of the reader has overtaken only where the script
    calls Streamlit; a query would run to its end. Here the script calls it while it waits, and
    whatever ends the wait ends the query.

    Raises
    ------
    geo.model.Cancelled
        If the reader asked something else meanwhile, in another tab of the same session.
    """
    newest = st.session_state.setdefault(NEWEST, Newest())
    turn = newest.turn(question)
    coming = _threads.submit(turn)
    waited = 0.0
    said: DeltaGenerator | None = None
    try:
        while True:
            try:
                answer: T = coming.result(OFTEN if said else QUIET)
                break
            except NotYet:
                if coming.done():  # the question itself ran out of time
                    raise
                waited += OFTEN if said else QUIET
            if said is None:
                said = _say(slot)
            said.text(f"Counting … {waited:.0f} s")
    except BaseException:
        coming.cancel()  # if it has not begun
        turn.cancel()
        raise
    if said is not None:
        slot.empty()
    return answer


def _say(slot: DeltaGenerator) -> DeltaGenerator:
    with slot.container(horizontal=True, vertical_alignment="center"):
        said = st.empty()
        # A run may ask several slow questions one after the other, each with its button.
        st.button("Stop", key=f"w-stop-{next(_numbers)}", on_click=state.whole(_stop))
    return said


def _stop() -> None:
    st.session_state[STOPPED] = True


def stopped(asked: Hashable) -> bool:
    """Whether the reader has stopped just this; it is then not asked again by itself.

    Parameters
    ----------
    asked : hashable
        What the page would ask now. Anything else is asked as usual.
    """
    found = st.session_state.get(STOPPED)
    if found is True:
        found = st.session_state[STOPPED] = asked
    if found is None or found != asked:
        st.session_state.pop(STOPPED, None)
        return False
    st.text("Stopped before the count was finished. Your filters are unchanged.")
    st.button(
        "Try again",
        key="w-again",
        on_click=state.whole(lambda: st.session_state.pop(STOPPED, None)),
    )
    return True


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """An answer of this session, asked for once.

    It is kept in the session and not in Streamlit's caches, which all readers share.
    """
    answers: OrderedDict[Hashable, Any] = st.session_state.setdefault(ANSWERS, OrderedDict())
    if key not in answers:
        answers[key] = make()
    answers.move_to_end(key)
    while len(answers) > KEPT:
        answers.popitem(last=False)
    found: T = answers[key]
    return found


def forget() -> None:
    """Let go of all answers: a data set has come or gone."""
    st.session_state.pop(ANSWERS, None)
