"""The filters by options, one row each: name, label, column, options, sentence.

A row is all that a filter needs: panel, counts, address, command line, sentence, exported page and
every engine follow from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from geo.model import FilterError
from geo.package.load import Package
from geo.vocabulary import COLLECTIONS, EVENT_TYPES, STATUSES, TAGS, country_name, country_names


def _none() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Facet:
    """A filter by options: how it is called, what it tests, how it is said.

    Attributes
    ----------
    name : str
        In `Filter.chosen`, in the address and, with ``--``, on the command line.
    label : str
        Heading in the panel.
    column : str
        Of the incidents of a package, and of a data set in `geo.collection.schema.SCHEMA`; a
        collection that has none of that name refuses the filter.
    say : callable
        Value -> words for one option.
    sentence : str
        How the chosen options are said; ``{}`` stands for them.
    vocabulary : callable
        Every word that may be asked for, in the data or not, in the order shown.
    many : bool
        Whether the column holds several values, ``;`` between them; it matches when any does.
    ranked : bool
        Whether the commonest option is shown first, whatever the order of the vocabulary.
    further : callable
        Package -> options that are shown though no incident may have them.
    front : int
        Its place in the panel among those that stand open; 0 where it is folded away.
    """

    name: str
    label: str
    column: str
    say: Callable[[str], str] = str
    sentence: str = "{}"
    vocabulary: Callable[[], Iterable[str]] = _none
    many: bool = False
    ranked: bool = False
    further: Callable[[Package], Sequence[str]] | None = None
    front: int = 0

    def options(self, package: Package) -> list[str]:
        """Every value that the filter can take in a package, in the order shown."""
        counts = Counter(v for row in self.values(package) for v in row if v)
        if self.further:
            counts.update(dict.fromkeys(self.further(package), 0))
        if self.ranked:
            return sorted(counts, key=lambda value: (-counts[value], self.say(value)))
        order = {value: number for number, value in enumerate(self.vocabulary())}
        return sorted(counts, key=lambda value: (order.get(value, len(order)), value))

    def values(self, package: Package) -> list[tuple[str, ...]]:
        """What each incident of a package has."""
        column = package.incidents[self.column]
        if not self.many:
            return [(str(value),) for value in column]
        return [tuple(filter(None, str(value).split(";"))) for value in column]


def _border_name(place_id: str) -> str:
    """A border by its two countries: “Tajikistan–Afghanistan” for TJ-AF."""
    return "–".join(country_name(part) for part in place_id.split("-"))


def _borders(package: Package) -> list[str]:
    return sorted(set(package.layers["borders"]["place_id"]))


FACETS: list[Facet] = [
    Facet(
        "country",
        "Countries involved",
        "countries",
        country_name,
        "involving {}",
        country_names,
        many=True,
        ranked=True,
        front=4,
    ),
    Facet("actor", "Actors", "actor_names", sentence="with {}", many=True, ranked=True),
    Facet(
        "border", "Border", "border", _border_name, "on the border {}", further=_borders, front=1
    ),
    Facet("type", "Event type", "event_type", str, "of type {}", EVENT_TYPES.copy, front=2),
    Facet("status", "Status", "status", vocabulary=lambda: STATUSES, front=3),
    Facet(
        "tag",
        "Tags",
        "tags",
        lambda tag: TAGS.get(tag, tag),
        "marked as {}",
        TAGS.copy,
        many=True,
    ),
    Facet(
        "collection",
        "Collection",
        "collection",
        lambda name: COLLECTIONS.get(name, name),
        "taken from {}",
        COLLECTIONS.copy,
    ),
]
"""In the order in which the address has them, and the panel those that are folded away."""


def refused(name: str, collection: str) -> FilterError:
    """What to raise where a collection has no column for a facet.

    Parameters
    ----------
    collection : str
        What people call it.
    """
    label = next((facet.label for facet in FACETS if facet.name == name), name)
    return FilterError(
        f"“{collection}” does not tell {label.lower()} ({name}), so it cannot be filtered by it. "
        "Clear that filter, or leave the data set out."
    )


def named(name: str) -> Facet:
    """The facet of a name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {facet.name: facet for facet in FACETS}[name]
