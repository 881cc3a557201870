"""The report of a file that was imported: counts, kinds of problems, examples, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.describe import count
from geo.ingest.changes import REFUSED, Changes
from geo.ingest.report import Group, Report
from pages.ui.datasets import Entry

LISTED = 200
"""Changes that the page lists; the file has all."""
CHANGED = {"what": "What", "id": "ID", "field": "Field", "before": "Before", "now": "Now"}
FATES = {"refused": "left out", "flagged": "imported, flagged", "joined": "merged with another row"}


def show(entry: Entry) -> None:
    """What was read, taken and refused, and why; values by `st.text` and tables alone."""
    report: Report = entry.report
    st.header("Import report", anchor=False)
    st.text(entry.title)
    left = [
        f"{count(report.imported, 'row')} imported",
        f"{report.refused:,} rejected",
        *([f"{report.joined:,} merged with another row"] if report.joined else []),
        *([f"{report.flagged:,} of the imported rows are flagged"] if report.flagged else []),
    ]
    with st.container(key="report-counts"):
        st.text(f"{count(report.read, 'row')} read: {', '.join(left)}.")
    for note in report.notes:
        st.text(note)
    if entry.changes is not None:
        _changes(entry.changes, entry.over, report, entry.key)
    if report.groups:
        _groups(report)
        _examples(report)
    else:
        st.text("No problems found.")
    _files(report, entry.key)


def _changes(found: Changes, over: str, report: Report, key: str) -> None:
    """What is new, changed or gone since the earlier file: counts, examples, all as a file."""
    st.subheader("Since the earlier file", anchor=False)
    with st.container(key="report-changes"):
        st.text(f"Compared with {over}: {found.told()}.")
    if report.refused and found.vanished:
        st.text(REFUSED)
    if rows := found.first(LISTED):
        st.dataframe(
            pd.DataFrame(rows).rename(columns=CHANGED),
            hide_index=True,
            height=min(38 + 35 * len(rows), 360),
            alt="What changed",
        )
    _file("All changes", found.listed.read_bytes, "changes.csv", key)


def _problem(group: Group) -> dict[str, Any]:
    """What became of the rows of a kind of problem, and why."""
    return {
        "Result": FATES[group.fate],
        "Column": group.field,
        "Why": group.reason,
        "What to do": group.remedy,
    }


def _groups(report: Report) -> None:
    st.dataframe(
        pd.DataFrame([{"Rows": group.count, **_problem(group)} for group in report.groups]),
        hide_index=True,
        height="content",
        alt="Kinds of problems",
    )


def _examples(report: Report) -> None:
    st.caption("Examples, as they appear in the file")
    rows = [
        {"Row": row, "Column": group.field, "Value": value, **_problem(group)}
        for group in report.groups
        for row, value in group.examples
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(38 + 35 * len(rows), 360),
        column_config={"Value": st.column_config.TextColumn(width="medium")},
        alt="Examples of problems",
    )


def _files(report: Report, key: str) -> None:
    with st.container(horizontal=True):
        path = Path(report.problems)
        if report.groups and path.is_file():
            _file("All problems", path.read_bytes, "problems.csv", key)
        _file("Report", replace(report, problems="").to_json, "report.json", key)
        _file("Import settings", report.mapping.to_json, "mapping.json", key)


def _file(label: str, made: Callable[[], bytes | str], name: str, key: str) -> None:
    """A button for a file, which is made when it is pressed."""
    what, _, form = name.partition(".")
    st.download_button(
        f"{label}, {form.upper()}",
        made,
        file_name=f"marz-{name}",
        mime={"csv": "text/csv", "json": "application/json"}[form],
        key=f"w-{what}-{key}",
        on_click="ignore",
    )
