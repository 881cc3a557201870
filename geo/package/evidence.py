"""The rule of evidence: what a record may say on whose word, as data/METHOD.md tells it.

Nothing is left out of the atlas for breaking it; ``python -m geo validate`` names what does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geo.model import Problem
from geo.package.load import Package
from geo.package.tables import by_incident, figure, split
from geo.package.validate import unlinked
from geo.vocabulary import VIOLENT, names_of

ATTRIBUTES = re.compile(
    r"^[^:]+: |\b(?:says?|said|tells?|told|accus\w+|alleg\w+|claims?|claimed|reports?|"
    r"den(?:y|ies|ied|ial)|reported\w*|according|blam\w+|disput\w+|charg\w+|complain\w*|"
    r"protests? over|question\w*|"
    r"rumou?r\w*|announces?|statements?|accounts?|assert\w*|insists?|attributes?|"
    r"puts?|counts?|speaks?|word of)\b",
    re.IGNORECASE,
)
"""What makes a title somebody's word, and not ours."""
PARTIAL = re.compile(
    r"\b(?:gangs?|bands?|intruders?|rebels?|foes?|admits|admitted)\b", re.IGNORECASE
)
"""Words that take a side; they stand in nobody's title or summary."""
EVERYBODY = "all"
"""Of ``accounts.victims``: whoever died or was hurt."""
MEASURES = {"killed": "fatalities", "injured": "injuries"}
"""What an account counts -> the columns of the incident that follow from it."""
Range = tuple[int | None, int | None]


def problems(package: Package) -> Iterator[Problem]:
    """Name every record that breaks the rule.

    Yields
    ------
    Problem
        In the order of the incidents; a table that a package does not have is not asked for.
    """
    claimed = set(package.claims["incident_id"])
    accounts = accounts_of(package)
    actors = package.further.get("actors")
    countries = {} if actors is None else dict(zip(actors["id"], actors["country"], strict=True))
    known = {str(name) for name in package.incidents["id"]}
    yield from _links(package)
    yield from _spellings(package.sources["id"], package.sources["publisher"])
    for row in package.incidents.to_dict("records"):
        for message in (
            *_words(row),
            *_dates(row),
            *_tolls(row, accounts.get(row["id"], []), countries),
        ):
            yield Problem("incidents.csv", row["id"], message)
        if row["event_type"] in VIOLENT and row["id"] not in claimed:
            yield Problem(
                "incidents.csv",
                row["id"],
                "is violent, and no claim names who says so. Add a row to claims.csv.",
            )
        for other in split(row.get("about", "")):
            if other not in known:
                yield Problem(
                    "incidents.csv", row["id"], f"field about: there is no incident {other!r}."
                )


def accounts_of(package: Package) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of ``accounts.csv`` by incident; nothing where a package has no such table."""
    table = package.further.get("accounts")
    return {} if table is None else by_incident(table)


def toll(
    accounts: list[dict[str, Any]], measure: str, country_of: Mapping[str, str]
) -> Range | None:
    """Give the range that follows from what each account counts.

    Parameters
    ----------
    accounts : list of dict
        Rows of ``accounts.csv`` of one incident.
    measure : str
        ``killed`` or ``injured``.
    country_of : mapping
        Id of an actor -> its country: where an account counts a country, its civilians and its
        forces are among those already.

    Returns
    -------
    tuple or None
        The lowest number of everybody that an account gives; where none counts everybody, the
        lowest that the parts of one account add up to. The highest of either kind, None where one
        that counts everybody leaves it open. None without any account.
    """
    counted = [row for row in accounts if row["measure"] == measure]
    whole = [
        (figure(row["low"]), figure(row["high"])) for row in counted if row["victims"] == EVERYBODY
    ]
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        if row["victims"] != EVERYBODY:
            parts[row["claimant"], row["source_id"]].append(row)
    sums = [_sum(rows, country_of) for rows in parts.values()]
    if not whole and not sums:
        return None
    lows = [low for low, _ in whole or sums if low is not None]
    # Who counts a part and leaves it open says nothing of the whole, if anybody counts that.
    ends = [high for _, high in [*(whole or sums), *(one for one in sums if one[1] is not None)]]
    high = None if None in ends else max(end for end in ends if end is not None)
    return (min(lows) if lows else None), high


def _sum(rows: list[dict[str, Any]], country_of: Mapping[str, str]) -> Range:
    counted = {row["victims"] for row in rows}
    parts = [row for row in rows if _within(row["victims"], country_of) not in counted]
    lows = [figure(row["low"]) for row in parts]
    highs = [figure(row["high"]) for row in parts]
    known = [low for low in lows if low is not None]
    return (sum(known) if known else None), (
        None if None in highs else sum(high for high in highs if high is not None)
    )


def _within(victims: str, country_of: Mapping[str, str]) -> str:
    """The country whose dead these are among; "" for a country itself."""
    country, _, rest = victims.partition(" ")
    return country if rest else country_of.get(victims, "")


def _tolls(
    row: dict[str, Any], accounts: list[dict[str, Any]], country_of: Mapping[str, str]
) -> Iterator[str]:
    for measure, column in MEASURES.items():
        follows = toll(accounts, measure, country_of)
        given = figure(row[f"{column}_low"]), figure(row[f"{column}_high"])
        # “At least” of a part may leave the whole open: that is for who knows the pages to judge.
        doubted = any(row["measure"] == measure and figure(row["high"]) is None for row in accounts)
        if follows is None or given == follows or (doubted and given == (follows[0], None)):
            continue
        yield (
            f"field {column}_low, {column}_high: {_said(given)} does not follow from "
            f"accounts.csv, which gives {_said(follows)}. Mend the one that is wrong."
        )


def _said(toll: Range) -> str:
    return "–".join("" if end is None else str(end) for end in toll)


def _words(row: dict[str, Any]) -> Iterator[str]:
    if row["status"] == "alleged" and not ATTRIBUTES.search(row["title"]):
        yield "field title: asserts what is alleged. Write who says so."
    for name in ("title", "summary"):
        if found := PARTIAL.search(row[name]):
            yield f"field {name}: {found[0]!r} takes a side. Use a neutral word."


def _dates(row: dict[str, Any]) -> Iterator[str]:
    if row["date_basis"] == "stated" and re.search("[~?%]", row["date"]):
        yield f"field date_basis: {row['date']!r} is doubtful, so it is inferred."


def _spellings(ids: Iterable[str], publishers: Iterable[str]) -> Iterator[Problem]:
    """Find one publisher written in two ways, which would pass for two."""
    known: dict[str, str] = {}
    for source, publisher in zip(ids, publishers, strict=True):
        for name in names_of(publisher):
            first = known.setdefault(re.sub(r"[\W_]", "", name.casefold()), name)
            if first != name:
                yield Problem(
                    "sources.csv",
                    source,
                    f"field publisher: {name!r} stands as {first!r} elsewhere. Write one of them.",
                )


def _links(package: Package) -> Iterator[Problem]:
    """Check the foreign keys of the tables that are not the library's own four."""
    ids = {
        "incidents": set(package.incidents["id"]),
        "sources": set(package.sources["id"]),
        **{name: set(frame["id"]) for name, frame in package.further.items() if "id" in frame},
    }
    for name, frame in package.further.items():
        for key in package.resources[name]["schema"].get("foreignKeys", ()):
            column, target = key["fields"], key["reference"]["resource"]
            missing = ~frame[column].isin(ids.get(target, set()))
            yield from unlinked(name, column, target, frame.loc[missing, column])
