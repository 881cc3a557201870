"""What can be asked instead, where a filter leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from geo.collection import actors, memory
from geo.collection.folding import fold
from geo.collection.protocol import Collection
from geo.collection.words import SHORT, Names, matches
from geo.model import Filter
from geo.package.load import Package, memoised
from geo.places import entries

ALIKE = 0.75
"""How alike two words are at least, as `difflib` measures it: 1 is the same."""


class Suggestion(NamedTuple):
    """A filter that leaves something.

    Attributes
    ----------
    part : str
        What of the filter is different: ``dates``, ``match``, ``near``, ``within``, ``ids``,
        ``text``, ``spelling`` or the name of a facet.
    query : Filter
        The filter to ask for instead.
    count : int
        Incidents that it leaves.
    name : str
        Of a ``spelling`` the word that is known; text from data. "" otherwise.
    """

    part: str
    query: Filter
    count: int  # type: ignore[assignment]  # shadows tuple.count, which no one calls
    name: str = ""


def suggestions(
    package: Package, collections: Sequence[Collection], query: Filter
) -> list[Suggestion]:
    """Filters near to one that leaves nothing: another spelling first, then one part less.

    Parameters
    ----------
    package : Package
        Whose names and words are known.
    collections : sequence of Collection
        Those that were asked.
    """
    found = []
    for suggested in (*_spelled(package, query), *_loosened(query)):
        number = sum(one.count(suggested.query) for one in collections)
        if number:
            found.append(suggested._replace(count=number))
    return found


def _loosened(query: Filter) -> Iterator[Suggestion]:
    less = {
        "dates": replace(query, start=None, end=None),
        "match": replace(query, match="possibly"),
        "near": replace(query, near=None),
        "within": replace(query, within=None),
        "ids": replace(query, ids=()),
        "text": replace(query, text=""),
        **{facet: query.choosing(facet) for facet in query.choices},
    }
    return (Suggestion(part, one, 0) for part, one in less.items() if one != query)


def _spelled(package: Package, query: Filter) -> Iterator[Suggestion]:
    """The same with one word, which occurs nowhere, as a name or word that is known."""
    known = _known(package)
    words = query.text.split()
    names = memory.names(package)
    for position, word in enumerate(words):
        folded = fold(word)
        if len(folded) <= SHORT or _occurs(package, names, word):
            continue
        offered = set()
        for close in get_close_matches(folded, known, n=2, cutoff=ALIKE):
            if (sought := names.sought(known[close])) in offered:
                continue  # the plural of the first
            offered.add(sought)
            text = " ".join([*words[:position], known[close], *words[position + 1 :]])
            yield Suggestion("spelling", replace(query, text=text), 0, known[close])


def _occurs(package: Package, names: Names, word: str) -> bool:
    sought = names.sought(word)
    return any(matches(sought, text) for text in memory.texts(package))


@memoised
def _known(package: Package) -> dict[str, str]:
    """Folded names and words that can be searched for, and how to write them."""
    written = {word: word for text in memory.texts(package) for word in text.split()}
    spelled = [name for entry in entries(package).values() for name in entry.names]
    spelled += [str(actor["name"]) for actor in actors.by_id(package).values()]
    return {
        word: name
        for word, name in (written | {fold(name): name for name in spelled}).items()
        if len(word) > SHORT and word.replace(" ", "").isalpha()
    }
