"""Options that commands share: the filters, days, the data package, how a picture is laid out."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from geo import address, describe
from geo.collection import extents, space
from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.model import (
    LANGUAGES,
    MATCHES,
    MAX_ANNOTATIONS,
    MAX_CHOSEN,
    MAX_TEXT,
    PERIODS,
    PRESETS,
    STYLES,
    Bbox,
    Filter,
    FilterError,
    Near,
    PackageError,
    Scene,
    Sheet,
)
from geo.package import releases
from geo.package.load import Package, load_package

PLAIN = Sheet()
T = TypeVar("T")


def add_data(parser: argparse.ArgumentParser) -> None:
    """The option that names a data package."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of the data package; MARZ_DATA, or the one that comes with Marz, without",
    )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """One option a row of the table of facets, and those of the window and the text."""
    parser.add_argument("--from", dest="start", metavar="DAY", type=_edge, help="inclusive")
    last_day = partial(_edge, last=True)
    parser.add_argument("--to", dest="end", metavar="DAY", type=last_day, help="inclusive")
    parser.add_argument(
        "--match",
        choices=MATCHES,
        default=MATCHES[0],
        help="whether an uncertain date or place may lie within what is asked for, or must",
    )
    parser.add_argument(
        "--near",
        default="",
        metavar="PLACE,KM",
        help="kilometres around a place, or around latitude,longitude: isfara,25 or 40.1,70.6,25",
    )
    parser.add_argument(
        "--within",
        type=_bbox,
        metavar="W,S,E,N",
        help="extent in degrees; write --within=-10,… where it begins with a minus",
    )
    parser.add_argument(
        f"--{address.CHOSEN}",
        action="append",
        default=[],
        metavar="ID",
        help=f"id of a record; only those given, {MAX_CHOSEN} at most",
    )
    for facet in FACETS:
        parser.add_argument(
            f"--{facet.name}",
            dest=f"facet_{facet.name}",
            action="append",
            default=[],
            metavar="VALUE",
            help=f"{facet.label.lower()}; any of those given",
        )
    parser.add_argument(
        "--text", default="", type=_text, help="words that must all occur; | between alternatives"
    )
    parser.add_argument(
        "--as-of", default="", metavar="RELEASE", help="the records as they were, such as 2.0.0"
    )
    add_data(parser)


def add_picture(parser: argparse.ArgumentParser) -> None:
    """What else decides how a file looks."""
    parser.add_argument("--id", default="", help="the record that is open")
    languages = [code for code in LANGUAGES if code]
    parser.add_argument("--lang", default="", choices=languages, help="of the names on the map")
    parser.add_argument(
        "--preset", choices=PRESETS, default=PLAIN.preset, help="paper; a4 lies on its long side"
    )
    parser.add_argument("--style", choices=STYLES, default=PLAIN.style)
    parser.add_argument("--title", default="", type=_text, help="instead of that of the data")
    parser.add_argument("--subtitle", default="", type=_text, help="instead of what is shown")
    parser.add_argument("--timeline", action="store_true", help="with the strip by time below")
    parser.add_argument(
        "--dpi", type=_dpi, default=PLAIN.dpi, help=f"of a PNG, 50 to 600; {PLAIN.dpi} without"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--bbox",
        type=_bbox,
        metavar="W,S,E,N",
        help="extent in degrees; write --bbox=-10,… where it begins with a minus",
    )
    where.add_argument(
        "--extent",
        default=extents.BORDERS,
        metavar="NAME",
        help="borders (all of them), filter (where its incidents are), or a border such as TJ-KG",
    )
    parser.add_argument(
        "--note", action="append", default=[], metavar="KIND,LAT,LON,…,TEXT",
        type=_given(address.annotation_of),
        help=f"drawn on the map, {MAX_ANNOTATIONS} at most: callout,39.9,70.6,Words; text so too; "
        "arrow,LAT,LON,LAT,LON,Words; circle,LAT,LON,KM,Words",
    )  # fmt: skip
    parser.add_argument("--each", choices=PERIODS, default="", help="a small map for each")
    parser.add_argument(
        "--compare", type=_given(address.two_ranges), default=(), metavar="RANGE,RANGE",
        help="two ranges of dates side by side instead of --from and --to: 2021,2022",
    )  # fmt: skip
    parser.add_argument(
        "--inset", type=_inset, default=True, metavar="off|W,S,E,N",
        help="extent of the inset in degrees, or off; where incidents are crowded without",
    )  # fmt: skip


def add_made(parser: argparse.ArgumentParser) -> None:
    """The day that a file says it was made on."""
    parser.add_argument(
        "--made",
        type=day,
        metavar="DAY",
        help="that the file says it was made on; the same day and data make the same bytes",
    )


def _edge(text: str, *, last: bool = False) -> date:
    try:
        return address.edge_of(text, last=last)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no day. Write it as 2022-09-14, or a month 2022-09, or a year 2022."
        ) from None


def day(text: str) -> date:
    """One whole day."""
    if address.DAY.fullmatch(text.strip()):
        return _edge(text)
    raise argparse.ArgumentTypeError(f"“{text}” is no day. Write it as 2022-09-14.")


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise argparse.ArgumentTypeError(
            f"it has {len(text):,} characters and may have {MAX_TEXT}. Shorten it."
        )
    return text.encode("utf-8", "replace").decode()


def _dpi(text: str) -> int:
    if not re.fullmatch(r"\d{2,3}", text, re.ASCII) or not 50 <= int(text) <= 600:
        raise argparse.ArgumentTypeError(f"“{text}” is not between 50 and 600. Write such as 300.")
    return int(text)


def _given(read: Callable[[str], T]) -> Callable[[str], T]:
    """What reads a part of an address, for an option."""

    def reads(text: str) -> T:
        try:
            return read(text)
        except FilterError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reads


_bbox = _given(address.bbox_of)


def _inset(text: str) -> Bbox | bool:
    return False if text == "off" else _bbox(text)


def load(options: argparse.Namespace) -> Package:
    """The package that was asked for; problems in it are counted beside."""
    data = load_package(options.data)
    if number := getattr(options, "as_of", ""):
        try:
            data = releases.as_of(data, number)
        except PackageError as error:
            raise FilterError(f"--as-of {number}: {error}") from None
    if data.problems:
        say(
            f"marz: {describe.count(len(data.problems), 'problem')} in the data package; what is "
            "wrong is left out. See python -m geo validate."
        )
    return data


def asked(options: argparse.Namespace, data: Package) -> Filter:
    """Make a filter of the options; values are found without regard to case.

    Raises
    ------
    FilterError
        Names the option and the remedy.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        known = {value.casefold(): value for value in facet.options(data)}
        given = ",".join(getattr(options, f"facet_{facet.name}")).split(",")
        named = [value.strip() for value in given if value.strip()]
        chosen[facet.name] = tuple(known.get(value.casefold(), value) for value in named)
    if options.start and options.end and options.end < options.start:
        raise FilterError(
            f"--to ({options.end}) lies before --from ({options.start}). Exchange the two."
        )
    first, last = address.limits(data)
    for name, value in (("--from", options.start), ("--to", options.end)):
        if value and not first <= value <= last:
            raise FilterError(f"{name} ({value}) lies outside {first} to {last}. Write one within.")
    wanted = Filter(
        start=options.start,
        end=options.end,
        match=options.match,
        text=options.text,
        chosen=chosen,
        near=_near(options.near, data),
        within=options.within,
        ids=_known(getattr(options, address.CHOSEN), data),
    )
    Packaged(data).check(wanted)
    return wanted


def _known(given: list[str], data: Package) -> tuple[str, ...]:
    """Ids, after a comma or an option of their own, that are all of records."""
    ids = [one.strip() for one in ",".join(given).split(",") if one.strip()]
    if unknown := [one for one in ids if data.row_of(one) < 0]:
        raise FilterError(
            f"--{address.CHOSEN} {unknown[0]} is no record of these data. See python -m geo list "
            "for the ids."
        )
    return tuple(ids)


def _near(text: str, data: Package) -> Near | None:
    try:
        return space.near(data, text) if text else None
    except FilterError as error:
        raise FilterError(f"--near: {error}") from None


def shown(options: argparse.Namespace, data: Package) -> Scene:
    """Make a scene of the options.

    Raises
    ------
    FilterError
        Names the option and the remedy.
    """
    wanted = asked(options, data)
    if options.id and data.row_of(options.id) < 0:
        raise FilterError(
            f"--id {options.id} is no record of these data. See python -m geo list for the ids."
        )
    bbox = options.bbox
    if bbox is None:
        known = {name.casefold(): name for name in extents.names(data)}
        name = known.get(options.extent.casefold(), options.extent)
        try:
            bbox = extents.named(data, Packaged(data).select(wanted), name)
        except FilterError as error:
            raise FilterError(f"--extent {options.extent}: {error}") from None
    sheet = Sheet(
        preset=options.preset,
        style=options.style,
        title=options.title,
        subtitle=options.subtitle,
        timeline=options.timeline,
        dpi=options.dpi,
        each=options.each,
        inset=options.inset,
        compare=options.compare,
    )
    return Scene(
        query=wanted,
        bbox=bbox,
        selected=options.id,
        language=options.lang,
        sheet=sheet,
        annotations=tuple(options.note),
        as_of=data.as_of,
    )


def say(text: str) -> None:
    """Tell something beside the output; no text of the data steers the terminal."""
    print(describe.clean(text), file=sys.stderr)
