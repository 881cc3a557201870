"""The form that says which column of a file means what; names of columns are text from data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from geo.ingest.inspection import Inspection
from geo.ingest.mapping import Mapping
from geo.model import GeoError
from pages.ui import state

FORMS = {
    "acled": "an ACLED export",
    "ucdp": "UCDP GED",
    "marz": "an export of Marz",
    "geojson": "GeoJSON",
    "table": "a table in an unknown format",
}
MAIN = {
    "date": "Date",
    "end": "End date, if separate",
    "event_type": "Event type",
    "lat": "Latitude",
    "lon": "Longitude",
    "wkt": "Coordinates in one column",
    "country": "Country",
    "place": "Place",
    "best": "Deaths",
}
REST = {
    "id": "Id",
    "year": "Year, if separate",
    "month": "Month",
    "day": "Day",
    "date_precision": "Date precision",
    "geo_precision": "Place precision",
    "sub_event_type": "Sub-type",
    "status": "Status",
    "country_code": "Country code",
    "low": "Deaths, lowest",
    "high": "Deaths, highest",
    "note": "Note",
}
SEVERAL = {
    "title": "Title",
    "actors": "Actors",
    "admin": "Province, district",
    "source": "Source",
    "parties": "Other countries",
}
CALENDARS = {
    "": "Gregorian unless stated",
    "gregorian": "Gregorian",
    "solar-hijri": "Solar Hijri",
}
ORDERS = {
    None: "As found in the file",
    True: "Day first: 3 April is 03/04",
    False: "Month first: 3 April is 04/03",
}
NONE = "—"


def form(inspected: Inspection, given: Mapping, turn: str) -> Mapping:
    """Draw the form, anew for each `turn`; the mapping as it stands in it."""
    read = f"Read as {FORMS[inspected.form]}"
    written = ", ".join(part for part in (inspected.container, inspected.encoding) if part)
    st.caption(f"{read} ({written}). Correct any wrong guesses.")
    for note in inspected.notes:
        st.text(note)
    chosen: dict[str, Any] = {}
    _single(MAIN, inspected, given, chosen, turn)
    for question in inspected.questions:
        _question(question.code, question.text, dict(question.answers), chosen, turn)
    with st.expander("More columns"):
        _single(REST, inspected, given, chosen, turn)
        for name, label in SEVERAL.items():
            there = [column for column in getattr(given, name) if column in inspected.columns]
            picked = st.multiselect(
                label, inspected.columns, default=there, key=f"w-m{turn}-{name}", placeholder=NONE
            )
            chosen[name] = tuple(picked)
        asked = {question.code for question in inspected.questions}
        if "day-first" not in asked:
            chosen["day_first"] = _choice("Order in dates", ORDERS, given.day_first, turn)
        if "calendar" not in asked:
            chosen["calendar"] = _choice("Calendar of the dates", CALENDARS, given.calendar, turn)
    made = replace(given, **chosen)
    # What means nothing is kept as it is, so that no column is lost.
    used = replace(made, kept=()).used()
    return replace(made, kept=tuple(c for c in inspected.columns if c not in used)[:64])


def _single(
    fields: dict[str, str], inspected: Inspection, given: Mapping, chosen: dict[str, Any], turn: str
) -> None:
    options = ["", *inspected.columns]
    names = list(fields)
    for first in range(0, len(names), 3):
        for name, column in zip(names[first : first + 3], st.columns(3), strict=False):
            value = getattr(given, name)
            chosen[name] = column.selectbox(
                fields[name],
                options,
                index=options.index(value) if value in options else 0,
                key=f"w-m{turn}-{name}",
                format_func=lambda option: option or NONE,
            )


def _question(
    code: str, text: str, answers: dict[str, str], chosen: dict[str, Any], turn: str
) -> None:
    """What only the reader can tell: nothing is chosen beforehand."""
    with st.container(border=True):
        st.text(text)
        answer = st.radio(
            "Answer",
            list(answers),
            index=None,
            format_func=answers.__getitem__,
            key=f"w-m{turn}-question-{code}",
            horizontal=True,
            label_visibility="collapsed",
        )
    if code == "day-first":
        chosen["day_first"] = None if answer is None else answer == "true"
    else:
        chosen[code] = answer or ""


def _choice(label: str, options: dict[Any, str], value: Any, turn: str) -> Any:
    keys = list(options)
    return st.selectbox(
        label,
        keys,
        index=keys.index(value),
        format_func=options.__getitem__,
        key=f"w-m{turn}-{label}",
    )


def sample(inspected: Inspection) -> None:
    """The first rows of the file."""
    st.caption("The first rows of the file")
    st.dataframe(
        pd.DataFrame([list(row) for row in inspected.sample], columns=list(inspected.columns)),
        hide_index=True,
        height=245,
        alt="The first rows of the file",
    )


def unanswered(inspected: Inspection, given: Mapping) -> list[str]:
    """Codes of the questions that the mapping leaves open."""
    open_ = {
        "day-first": given.day_first is None,
        "calendar": not given.calendar,
        "numbers": not given.numbers,
    }
    return [question.code for question in inspected.questions if open_.get(question.code)]


def saved(inspected: Inspection, look: Callable[[Mapping], None]) -> None:
    """Take a mapping that was saved from a file of the same columns."""
    given = st.file_uploader("Saved settings", ["json"], key="w-mapping-file", max_upload_size=1)
    if given is None:
        return
    try:
        mapping = Mapping.from_json(given.getvalue().decode("utf-8", "replace"))
        mapping.check(inspected.columns)
    except GeoError as error:
        st.text(str(error))
        return
    st.button("Use it", key="w-use-mapping", on_click=state.whole(look), args=(mapping,))


def writing(inspected: Inspection, given: Mapping, look: Callable[[Mapping], None]) -> None:
    """How the file is written, where it was found out wrongly."""
    left, middle, right = st.columns(3)
    encoding = left.text_input("Encoding", given.encoding or inspected.encoding, key="w-encoding")
    delimiter = middle.text_input(
        "Delimiter", given.delimiter or inspected.delimiter, key="w-delimiter", max_chars=1
    )
    sheet = given.sheet or inspected.sheet
    if inspected.sheets:
        at = inspected.sheets.index(sheet) if sheet in inspected.sheets else 0
        sheet = right.selectbox("Sheet", inspected.sheets, index=at, key="w-sheet")
    header = right.number_input(
        "Header row",
        min_value=0,
        max_value=40,
        value=None if given.header is None else int(given.header),
        placeholder="Detected automatically",
        key="w-header",
        help="0 if the file has no header.",
    )
    new = Mapping(encoding=encoding, delimiter=delimiter, sheet=sheet, header=header)
    st.button("Inspect the file again", key="w-look-again", on_click=state.whole(look), args=(new,))
