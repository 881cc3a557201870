"""Who acts in an incident and who is acted upon: the actors of a package and their roles."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from geo.package.load import Package, Rows, memoised

NO_ONE = "nobody named"
"""Stands where a record names who acts and not upon whom, or the other way round."""


@memoised
def by_id(package: Package) -> dict[str, dict[str, Any]]:
    """Rows of ``actors.csv`` by id; nothing where a package has no such table."""
    table = package.further.get("actors")
    return {} if table is None else {row["id"]: row for row in table.to_dict("records")}


def name_of(package: Package, actor_id: str) -> str:
    """Name of an actor; its id where it is not described."""
    found = by_id(package).get(actor_id)
    return str(found["name"]) if found else actor_id


@memoised
def _links(package: Package) -> pd.DataFrame:
    """``incident_actors.csv`` with ``row``, the position of the incident; rows without one go."""
    table = package.further.get("incident_actors")
    if table is None:
        return pd.DataFrame({"row": [], "actor_id": [], "role": []})
    rows = {incident: row for row, incident in enumerate(package.incidents["id"])}
    known = table[table["incident_id"].isin(rows)]
    return known.assign(row=known["incident_id"].map(rows)).sort_values("row", kind="stable")


@memoised
def of_incidents(package: Package) -> dict[int, tuple[tuple[str, str], ...]]:
    """Position of an incident -> its actors, each with its role, in the order of the table."""
    links = _links(package)
    return {
        int(row): tuple(zip(group["actor_id"], group["role"], strict=True))
        for row, group in links.groupby("row", sort=False)
    }


def rows_of(package: Package, actor_id: str) -> dict[str, Rows]:
    """Role -> positions of the incidents in which an actor has it, ascending."""
    links = _links(package)
    own = links[links["actor_id"] == actor_id]
    return {
        str(role): np.unique(group["row"].to_numpy(dtype=np.intp))
        for role, group in own.groupby("role")
    }


def opponents(package: Package, rows: Rows) -> pd.DataFrame:
    """Count who acts against whom.

    Returns
    -------
    pandas.DataFrame
        ``acts`` and ``acted_upon`` (ids of actors, or `NO_ONE`) and ``incidents`` (in how many
        of the incidents the first acts and the second is acted upon), the most first. An incident
        with several on a side counts once for each pair.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows.tolist():
        known = of_incidents(package).get(row, ())
        acting, others = ([a for a, role in known if role == r] for r in ("acts", "acted_upon"))
        if acting or others:
            counts.update(product(acting or [NO_ONE], others or [NO_ONE]))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(
        [(acting, other, number) for (acting, other), number in ordered],
        columns=["acts", "acted_upon", "incidents"],
    )
