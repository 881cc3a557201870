"""Reads and writes the values of an address, one function a kind; see `geo.scene`.

A reader gets the package, the parameter's name, the texts given for it (at least one) and a list
to which it adds what it cannot read. It answers the value, or None for the default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from geo.errors import FilterError
from geo.facets import Facet
from geo.model import DECIMALS, MATCHES, MAX_LATITUDE, MAX_TEXT, Bbox
from geo.model import extent as checked_extent
from geo.package import Package
from geo.query import extent as known_days
from geo.query import facet_options

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Days that can be asked for, unless the data go further."""
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
VIEW = re.compile(r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?", re.ASCII)
EXTENT = re.compile(r"-?\d{1,3}(\.\d+)?(,-?\d{1,3}(\.\d+)?){3}", re.ASCII)
ZOOMS = 1.0, 14.0
"""At zoom 0 the world is 256 pixels wide, and twice as wide at each step."""


def limits(package: Package) -> tuple[date, date]:
    """First and last day that can be asked for."""
    first, last = known_days(package)
    return min(EARLIEST, first), max(LATEST, last)


def day(package: Package, name: str, texts: Sequence[str], notices: list[str]) -> date | None:
    """Read a day."""
    first, last = limits(package)
    try:
        if DAY.fullmatch(texts[0]) and first <= (found := date.fromisoformat(texts[0])) <= last:
            return found
    except ValueError:
        pass
    notices.append(f"“{name}={texts[0]}” is not a day such as 2022-09-14. It was left out.")
    return None


def match(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> str | None:
    """Read how the dates match."""
    if texts[0] in MATCHES:
        return texts[0]
    notices.append(f"“{name}={texts[0]}” is neither possibly nor certainly. It was left out.")
    return None


def options(
    facet: Facet,
) -> Callable[[Package, str, Sequence[str], list[str]], tuple[str, ...]]:
    """Make what reads the options of a facet."""

    def read(
        package: Package, name: str, texts: Sequence[str], notices: list[str]
    ) -> tuple[str, ...]:
        known = facet_options(package, facet)
        for text in texts:
            # A word of the vocabulary that no record bears is a fair question.
            if text not in known and text not in facet.vocabulary():
                notices.append(
                    f"“{name}={text}” is not in these data. It was left out; "
                    f"there are {', '.join(known) or 'none'}."
                )
        return tuple(text for text in texts if text in known or text in facet.vocabulary())

    return read


def text(_: Package, __: str, texts: Sequence[str], ___: list[str]) -> str:
    """Read words, cut to `MAX_TEXT`."""
    return texts[0][:MAX_TEXT]


def incident(package: Package, _: str, texts: Sequence[str], notices: list[str]) -> str | None:
    """Read the id of a record."""
    if package.row_of(texts[0]) >= 0:
        return texts[0]
    notices.append(
        f"There is no incident “{texts[0]}” in these data (version {package.version}). "
        "Look for it in the list, or clear the filters."
    )
    return None


def one_of(
    known: Iterable[str],
) -> Callable[[Package, str, Sequence[str], list[str]], str | None]:
    """Make what reads one of some words."""
    choices = tuple(filter(None, known))

    def read(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> str | None:
        if texts[0] in choices:
            return texts[0]
        notices.append(
            f"“{name}={texts[0]}” is not known. It was left out; there are {', '.join(choices)}."
        )
        return None

    return read


def view(
    _: Package, name: str, texts: Sequence[str], notices: list[str]
) -> tuple[float, float, float] | None:
    """Read latitude, longitude and zoom; what lies beyond a map is brought onto it."""
    if not VIEW.fullmatch(texts[0]):
        notices.append(
            f"“{name}={texts[0]}” is no latitude, longitude and zoom. It was left out; "
            "write such as 39.9,70.6,8."
        )
        return None
    lat, lon, zoom = (float(part) for part in texts[0].split(","))
    return (
        max(-MAX_LATITUDE, min(MAX_LATITUDE, lat)),
        max(-180.0, min(180.0, lon)),
        max(ZOOMS[0], min(ZOOMS[1], zoom)),
    )


def bbox_of(text: str) -> Bbox:
    """Read an extent as the command line and the address give it.

    Parameters
    ----------
    text : str
        West, south, east and north in degrees, such as ``67,36.5,75,41``.

    Raises
    ------
    FilterError
        If it is none.
    """
    plain = re.sub(r"\s", "", text)
    if not EXTENT.fullmatch(plain):
        raise FilterError(
            f"“{text}” is no extent. Write west,south,east,north in degrees: 67,36.5,75,41."
        )
    return checked_extent(*(float(part) for part in plain.split(",")))


def extent(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> Bbox | None:
    """Read an extent, as `bbox_of` does."""
    try:
        return bbox_of(texts[0])
    except FilterError:
        notices.append(
            f"“{name}={texts[0]}” is no extent. It was left out; write west,south,east,north in "
            "degrees: 67,36.5,75,41."
        )
        return None


def dpi(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> int | None:
    """Read dots an inch."""
    if re.fullmatch(r"\d{2,3}", texts[0], re.ASCII) and 50 <= int(texts[0]) <= 600:
        return int(texts[0])
    notices.append(f"“{name}={texts[0]}” is not between 50 and 600. It was left out.")
    return None


def switch(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> bool | None:
    """Read on or off."""
    if texts[0] in ("on", "off"):
        return texts[0] == "on"
    notices.append(f"“{name}={texts[0]}” is neither on nor off. It was left out.")
    return None


def plain(value: Any) -> list[str]:
    """Write what reads as it is."""
    return [str(value)]


def numbers(values: Sequence[float]) -> list[str]:
    """Write numbers with fixed decimals: an exponent would not be read again."""
    return [",".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in values)]
