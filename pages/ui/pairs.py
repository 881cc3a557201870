"""Candidate matches between two data sets: pairs to look at; nothing is merged."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.collection import compare
from geo.collection.compare import Candidates, Nearness
from geo.describe import NOT_REPORTED, count
from geo.model import Filter
from pages.ui import dataset_list, work
from pages.ui.datasets import Entry

COLUMNS = "number start end lon lat geo_precision actors date title place".split()
TABLE = "w-pairs"


def show(entries: list[Entry], query: Filter, rows: list[int], slot: DeltaGenerator) -> None:
    """Two sets, how near is near, the pairs, and the two records of one pair side by side."""
    if len(entries) < 2:
        st.text("Comparing needs two data sets. Show another one, or import a file.")
        return
    left, right, nearness = _asked(entries)
    if left == right:
        st.text("Choose two different data sets.")
        return
    large = [entries[n] for n in (left, right) if rows[n] > compare.ROWS]
    if large:
        st.text(
            f"At most {compare.ROWS:,} records per data set can be compared; the filters leave "
            f"{max(rows[left], rows[right]):,}. Choose a shorter window or fewer types."
        )
        return
    key = ("pairs", query, entries[left].key, entries[right].key, nearness)
    frames, found = work.remembered(
        key,
        lambda: work.ask(lambda: _compared(entries[left], entries[right], query, nearness), slot),
    )
    st.text(_sentence(found))
    if not found.pairs:
        return
    _table(entries, frames, found, left, right)


def _asked(entries: list[Entry]) -> tuple[int, int, Nearness]:
    """The reader's choice; sets are chosen by number, their names stand in the sidebar."""
    numbers = list(range(len(entries)))
    columns = st.columns([1.2, 1.2, 1, 1, 1.4], vertical_alignment="bottom")
    left, right = (
        columns[at].selectbox(
            f"{label} data set",
            numbers,
            index=at,
            key=f"w-pair-{side}",
            format_func=lambda n: f"{n + 1} · {entries[n].title}",
        )
        for at, (label, side) in enumerate((("First", "left"), ("Second", "right")))
    )
    days = columns[2].number_input("Maximum days apart", 0, 31, 2, key="w-pair-days")
    km = columns[3].number_input(
        "Maximum km apart",
        0,
        200,
        20,
        key="w-pair-km",
        help="On top of the uncertainty of the place itself: 10 km for “near”, 50 km for a "
        "district, 150 km for a province.",
    )
    actors = columns[4].checkbox("Only with a similar actor", key="w-pair-actors")
    return left or 0, right or 0, Nearness(int(days), float(km), actors)


def _compared(
    left: Entry, right: Entry, query: Filter, nearness: Nearness
) -> tuple[tuple[pd.DataFrame, pd.DataFrame], Candidates]:
    frames = []
    for one in (left, right):
        table = one.data.rows(query, limit=compare.ROWS)
        frames.append(table.select(COLUMNS).to_pandas())
    return (frames[0], frames[1]), compare.pairs(frames[0], frames[1], nearness)


def _sentence(found: Candidates) -> str:
    compared = f"{found.left:,} and {found.right:,} records compared"
    if not found.found:
        return f"No two records are this close; {compared}."
    shown = f", the nearest {len(found.pairs):,} shown" if found.found > len(found.pairs) else ""
    return (
        f"{count(found.found, 'pair')} of records may describe the same incident{shown}; "
        f"{compared}. "
        "Check each pair; nothing is merged or removed."
    )


def _said(record: pd.Series, *names: str) -> str:
    """What a record says; pandas has nan for what it does not."""
    return " ".join(str(record[name]) for name in names if not pd.isna(record[name]))


def _table(
    entries: list[Entry],
    frames: tuple[pd.DataFrame, pd.DataFrame],
    found: Candidates,
    left: int,
    right: int,
) -> None:
    names = [f"{number + 1} · {entries[number].title}" for number in (left, right)]
    rows = []
    for pair in found.pairs:
        a, b = frames[0].iloc[pair.left], frames[1].iloc[pair.right]
        rows.append(
            {
                "Days apart": pair.days,
                "Kilometres": round(pair.km, 1),
                "Similar actors": NOT_REPORTED
                if pair.alike is None
                else f"{100 * pair.alike:.0f} %",
                names[0]: _said(a, "date", "title"),
                names[1]: _said(b, "date", "title"),
                f"Place, {names[0]}": _said(a, "place"),
                f"Place, {names[1]}": _said(b, "place"),
            }
        )
    event: Any = st.dataframe(
        pd.DataFrame(rows),
        key=TABLE,
        hide_index=True,
        height=min(38 + 35 * len(rows), 320),
        selection_mode="single-row",
        on_select="rerun",
        alt="Pairs of records; select one to read both",
    )
    chosen = [row for row in event.selection.rows if row < len(rows)]
    pair = found.pairs[chosen[0] if chosen else 0]
    ends = ((left, 0, pair.left), (right, 1, pair.right))
    for column, (number, side, row) in zip(st.columns(2, gap="medium"), ends, strict=True):
        with column.container(border=True, key=f"pair-{side}", gap="xsmall"):
            record = entries[number].data.record(int(frames[side]["number"].iloc[row]))
            dataset_list.record(entries[number], record)
