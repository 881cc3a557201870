"""The filters by options, one row each: label, column, options, sentence."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from geo.package.load import Package
from geo.vocabulary import COLLECTIONS, EVENT_TYPES, STATUSES, TAGS, country_name, country_names


@dataclass(frozen=True)
class Facet:
    """A filter by options: how it is called, what it tests, how it is said.

    Attributes
    ----------
    name : str
        Field of `Filter`.
    parameter : str
        Name in the address and, with ``--``, on the command line.
    label : str
        Heading in the panel.
    column : str
        Column of the incidents; a column of tuples matches when any member does.
    options : callable
        Package -> every value that the filter can take, in the order shown.
    say : callable
        Value -> words for one option.
    sentence : str
        How the chosen options are said; ``{}`` stands for them.
    vocabulary : callable
        Every word that may be asked for, in the package or not.
    """

    name: str
    parameter: str
    label: str
    column: str
    options: Callable[[Package], list[str]]
    say: Callable[[str], str]
    sentence: str
    vocabulary: Callable[[], Container[str]] = tuple


def _present(column: str, order: list[str]) -> Callable[[Package], list[str]]:
    def options(package: Package) -> list[str]:
        there = set(package.incidents[column])
        return [value for value in order if value in there]

    return options


def _tags(package: Package) -> list[str]:
    there = {tag for tags in package.incidents["tag_list"] for tag in tags}
    return [tag for tag in TAGS if tag in there]


def _countries(package: Package) -> list[str]:
    counts: dict[str, int] = {}
    for codes in package.incidents["country_list"]:
        for code in codes:
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], country_name(code)))


def _border_name(place_id: str) -> str:
    """A border by its two countries: “Tajikistan–Afghanistan” for TJ-AF."""
    return "–".join(country_name(part) for part in place_id.split("-"))


def _borders(package: Package) -> list[str]:
    return sorted(set(package.layers["borders"]["place_id"]))


FACETS: tuple[Facet, ...] = (
    Facet(
        "countries",
        "country",
        "Countries involved",
        "country_list",
        _countries,
        country_name,
        "involving {}",
        country_names,
    ),
    Facet("borders", "border", "Border", "border", _borders, _border_name, "on the border {}"),
    Facet(
        "types",
        "type",
        "Event type",
        "event_type",
        _present("event_type", list(EVENT_TYPES)),
        str,
        "of type {}",
        EVENT_TYPES.copy,
    ),
    Facet(
        "statuses",
        "status",
        "Status",
        "status",
        _present("status", list(STATUSES)),
        str,
        "{}",
        STATUSES.copy,
    ),
    Facet(
        "tags", "tag", "Marked as", "tag_list", _tags, TAGS.__getitem__, "marked as {}", TAGS.copy
    ),
    Facet(
        "collections",
        "collection",
        "Taken from",
        "collection",
        _present("collection", list(COLLECTIONS)),
        COLLECTIONS.__getitem__,
        "taken from {}",
        COLLECTIONS.copy,
    ),
)
