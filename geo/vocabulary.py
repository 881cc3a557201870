"""The controlled words of the data model: types, statuses, stances, countries, publishers."""

from __future__ import annotations

from functools import cache

from babel import Locale

EVENT_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Battles": (
        "#D55E00",
        (
            "Armed clash",
            "Government regains territory",
            "Non-state actor overtakes territory",
        ),
    ),
    "Explosions/Remote violence": (
        "#E69F00",
        (
            "Air/drone strike",
            "Chemical weapon",
            "Grenade",
            "Remote explosive/landmine/IED",
            "Shelling/artillery/missile attack",
            "Suicide bomb",
        ),
    ),
    "Violence against civilians": (
        "#CC79A7",
        ("Abduction/forced disappearance", "Attack", "Sexual violence"),
    ),
    "Riots": ("#56B4E9", ("Mob violence", "Violent demonstration")),
    "Protests": (
        "#009E73",
        ("Excessive force against protesters", "Peaceful protest", "Protest with intervention"),
    ),
    "Strategic developments": (
        "#0072B2",
        (
            "Agreement",
            "Arrests",
            "Change to group/activity",
            "Disrupted weapons use",
            "Headquarters or base established",
            "Looting/property destruction",
            "Non-violent transfer of territory",
            "Other",
        ),
    ),
}
"""Event type -> Okabe–Ito colour and sub-event types.

Vocabulary: ACLED Codebook (2023 and later). Colours: Okabe and Ito (2008), told apart by
readers with any common colour blindness.
"""

STATUSES = ("occurred", "alleged", "announced", "planned")
VIOLENT = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Riots")
"""Event types of which somebody must be named who says so."""
ESTABLISHED = ("occurred",)
"""Statuses that are drawn filled; all others are drawn hollow."""

ROLES: dict[str, str] = {
    "acts": "acts",
    "acted_upon": "acted upon",
    "accused": "accused",
    "speaks": "speaks",
    "mediates": "mediates",
}
"""What an actor does in an incident -> in words."""

STANCES: dict[str, str] = {
    "asserts": "statement",
    "denies": "denial",
    "attributes": "attribution",
    "disputes": "objection",
    "does_not_know": "no knowledge",
}

PRECISIONS: dict[str, str] = {
    "exact": "place known",
    "near": "near {name}",
    "district": "somewhere in {name}",
    "province": "somewhere in {name}",
    "border": "somewhere on the {name}",
    "country": "somewhere in {name}",
}
"""Geographic precision -> how the place is said; exact names the place itself."""

COLLECTIONS: dict[str, str] = {
    "core": "Five articles, by paragraph",
    "further": "Chronology of web pages",
}
"""Collection -> what its records were taken from."""

TAGS: dict[str, str] = {
    "treaty": "Treaty or agreement",
    "closure": "Closure or reopening",
    "marginal": "Marginal to the borders",
}
"""Tag -> what it marks."""

DATE_BASES = ("stated", "inferred")

# CLDR lists these two-letter territories, but ISO 3166-1 does not assign them. Nor does it XK; but
# data sets have records of Kosovo, and CLDR's code is the one that they share.
_NOT_ISO = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())


def type_of(word: str) -> str | None:
    """The event type that a sub-event is of; None for what is none, or means much else too.

    “Attack” and “Other” stand in many files that are not ACLED’s.
    """
    return _TYPES.get(word.strip().casefold())


_TYPES = {
    sub.casefold(): kind
    for kind, (_, subs) in EVENT_TYPES.items()
    for sub in subs
    if " " in sub or "/" in sub
}


@cache
def country_names() -> dict[str, str]:
    """English short names of countries.

    Returns
    -------
    dict of str to str
        ISO 3166-1 alpha-2 code (and XK) -> name, from the Unicode CLDR through Babel.
    """
    return {
        code: name
        for code, name in sorted(Locale("en").territories.items())
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


def country_name(code: str) -> str:
    """English name of a country; the code itself where ISO does not know it."""
    return country_names().get(code, code)


def names_of(publisher: str) -> list[str]:
    """Give who shows a page and, of the brackets, whose text it is: ``Dawn (AFP)`` is both.

    Parameters
    ----------
    publisher : str
        As ``sources.csv`` has it.

    Returns
    -------
    list of str
        The page's own publisher first.
    """
    outer, _, inner = publisher.partition(" (")
    return [name for name in (outer, *inner.removesuffix(")").split(", ")) if name]
