"""Every kind of problem that a row of somebody else's data can have, with its remedy."""

from __future__ import annotations

from typing import NamedTuple

REFUSED, FLAGGED, JOINED = "refused", "flagged", "joined"
"""What becomes of a row: left out, taken with a flag, or added to the row that it repeats."""


class Kind(NamedTuple):
    """A kind of problem: what becomes of the row, why, and what to do."""

    fate: str
    reason: str
    remedy: str


KINDS: dict[str, Kind] = {
    "cells": Kind(
        REFUSED,
        "The row has more or fewer cells than there are columns.",
        "Put cells that hold the delimiter or a line end in quotes.",
    ),
    "quotes": Kind(
        REFUSED,
        "A cell has a quote that does not close, or text after the one that closes it.",
        "Write a quote within a quoted cell twice.",
    ),
    "bytes": Kind(
        REFUSED,
        "The row holds bytes that are no text in the encoding of the file.",
        "Save the file as UTF-8, or name its encoding.",
    ),
    "long": Kind(
        REFUSED,
        "A cell is longer than is taken.",
        "Shorten it, or raise MARZ_LIMIT_CELL.",
    ),
    "record": Kind(
        REFUSED,
        "It is no record that can be read.",
        "Write each record as a JSON object, each feature as RFC 7946 has it.",
    ),
    "date-unreadable": Kind(
        REFUSED,
        "It is not read as a date.",
        "Write 2022-09-14, or as much of it as is known: 2022-09 or 2022.",
    ),
    "date-impossible": Kind(
        REFUSED, "There is no such day.", "Look it up; leave it blank if it is not known."
    ),
    "date-ambiguous": Kind(
        REFUSED,
        "It can be read day first or month first.",
        "Say which comes first, or write 2022-09-14.",
    ),
    "date-calendar": Kind(
        REFUSED,
        "Its digits or its year may be those of another calendar.",
        "Name the calendar: Gregorian or Solar Hijri.",
    ),
    "date-reversed": Kind(REFUSED, "It ends before it starts.", "Exchange the two dates."),
    "position-number": Kind(
        REFUSED, "It is no number of degrees.", "Write degrees with a decimal point: 39.56."
    ),
    "position-range": Kind(
        REFUSED,
        "It lies outside ±90° of latitude or ±180° of longitude.",
        "Check whether latitude and longitude are exchanged; write degrees of WGS 84.",
    ),
    "position-half": Kind(
        REFUSED,
        "Latitude or longitude is there without the other.",
        "Give both, or leave both blank.",
    ),
    "geometry": Kind(
        REFUSED,
        "It is no valid geometry in degrees of WGS 84.",
        "Write well-known text or GeoJSON: a point, line or polygon, longitude first.",
    ),
    "toll-number": Kind(
        REFUSED,
        "It is no whole number from 0 to 2,147,483,647.",
        "Write digits only; leave it blank if no number is known.",
    ),
    "swapped": Kind(
        FLAGGED,
        "Latitude and longitude look exchanged: the other way round the point lies in the "
        "country that the row names.",
        "Compare with the source; exchange them if so.",
    ),
    "far": Kind(
        FLAGGED,
        "The point lies more than about 50 km outside the country that the row names.",
        "Compare the point and the country with the source.",
    ),
    "zero": Kind(
        FLAGGED,
        "The point is 0° 0°, which often stands for a place that is not known.",
        "Leave both blank if so.",
    ),
    "high-below-best": Kind(
        FLAGGED,
        "The highest number of deaths is below the best or the lowest.",
        "Compare with the source.",
    ),
    "low-above-best": Kind(
        FLAGGED, "The lowest number of deaths is above the best.", "Compare with the source."
    ),
    "future": Kind(FLAGGED, "The date lies in the future.", "Compare with the source."),
    "year": Kind(
        FLAGGED, "The year beside it is another than that of the date.", "Compare with the source."
    ),
    "country": Kind(
        FLAGGED,
        "It is no country that Marz knows by name or code; the country is left blank.",
        "Write an ISO 3166-1 code such as TJ, or an English name.",
    ),
    "precision": Kind(
        FLAGGED,
        "It is no precision that Marz knows; the precision is left blank.",
        "Write exact, near, district, province, border or country.",
    ),
    "line-or-fuzzy": Kind(
        FLAGGED,
        "The point stands for a line or for an area without exact edges.",
        "Take it for a hint of the place, no more.",
    ),
    "sea-or-air": Kind(
        FLAGGED,
        "The point stands for somewhere at sea or in the air.",
        "Take it for a hint of the place, no more.",
    ),
    "repeated": Kind(
        FLAGGED,
        "Another row has the same id but another date or place.",
        "Give each incident an id of its own.",
    ),
    "duplicate": Kind(
        FLAGGED,
        "Another row says the same: date, place, type, actors and deaths.",
        "Compare the two; take one out if they are one incident.",
    ),
    "monadic": Kind(
        JOINED,
        "The row tells of the same incident as an earlier one (same id, date and place), as in "
        "an export with one row an actor.",
        "Nothing: its actors are added to that row, so that the incident counts once.",
    ),
}
"""Code -> kind. Codes of those that are flagged stand in the column ``flags``."""
