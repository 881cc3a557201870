"""Search in what is written about incidents, in any script, without regard to diacritics."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from weakref import WeakKeyDictionary

from geo import once
from geo.gazetteer import chain, entries
from geo.package import Package
from geo.vocabulary import country_name


@once.a_package
def texts(package: Package) -> list[str]:
    """Everything written about each incident, folded for search."""
    claims: dict[str, list[str]] = {}
    for row in package.claims.to_dict("records"):
        claims.setdefault(row["incident_id"], []).extend((row["claimant"], row["statement"]))
    # Not the types: “drone” would find every “Air/drone strike”, drones or not.
    columns = ["id", "title", "summary", "actors", "place_note", "note"]
    return [
        fold(
            " ".join(
                [
                    *(row[column] for column in columns),
                    *(country_name(code) for code in row["country_list"]),
                    # What holds the place as well: Batken finds a village in it.
                    *(name for held in chain(package, row["place_id"]) for name in held.names),
                    *claims.get(row["id"], []),
                ]
            )
        )
        for row in package.incidents.to_dict("records")
    ]


SHORTEST = 3
"""Letters of a name below which it is no name to look for: it would be in every text."""


def found(package: Package, text: str) -> list[bool]:
    """Tell for each incident whether everything asked for is written about it.

    A name of a place stands for all its spellings: Ворух finds what is told of Vorukh. What is
    asked for is taken as one name first, then word by word.
    """
    kept = _FOUND.setdefault(package, {})
    known = kept.get(text)
    if known is None:
        if len(kept) >= KEPT:
            kept.clear()
        known = kept[text] = _search(package, text)
    return known


_FOUND: WeakKeyDictionary[Package, dict[str, list[bool]]] = WeakKeyDictionary()
KEPT = 512
"""Answers that are kept: who searches goes on to move dates, with the same words."""


def _search(package: Package, text: str) -> list[bool]:
    whole = _alternatives(package, fold(text))
    parts = [whole] if len(whole) > 1 else [_alternatives(package, fold(w)) for w in text.split()]
    return [all(any(name in told for name in names) for names in parts) for told in texts(package)]


def spellings(package: Package) -> list[frozenset[str]]:
    """Folded names of each place, those left out that are too short to look for."""
    folded = ({fold(name) for name in entry.names} for entry in entries(package).values())
    return [frozenset(name for name in names if len(name) >= SHORTEST) for names in folded]


def _alternatives(package: Package, asked: str) -> frozenset[str]:
    return _aliases(package).get(asked.strip(), frozenset({asked}))


@once.a_package
def _aliases(package: Package) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for names in spellings(package):
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(names) for name, names in found.items()}


LEVEL = str.maketrans(
    {
        # Letters of Tajik and Kyrgyz that a Russian keyboard lacks, as its users type them.
        **dict(zip("ҷҳқғөүң", "чхкгоун", strict=True)),
        **dict.fromkeys("-‐‑–—", " "),
        **dict.fromkeys("'’‘`ʻʼ´", ""),
    }
)
"""Signs that do not count: which hyphen, which apostrophe, which hook."""


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Fold a text for search: case, diacritics, hyphens and apostrophes do not count."""
    # Decomposed before and after: 𝑨 becomes a capital only then, and a fold may recompose.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = _marks().sub("", unicodedata.normalize("NFKD", folded))
    return plain.translate(LEVEL)
