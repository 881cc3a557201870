"""All sources of a package as one table, and what was taken from each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo import words
from geo.package import Package
from geo.search import fold
from geo.tables import is_web_address


def source_table(package: Package) -> pd.DataFrame:
    """List the sources, those that most records cite first.

    Returns
    -------
    pandas.DataFrame
        One row a source: the columns of the sources table, ``url`` blank unless it is an http
        or https address; ``records``, how many cite it or take a claim from it; ``folded``,
        all its texts for search.
    """
    linked = pd.concat([package.citations, package.claims])[["incident_id", "source_id"]]
    counts = linked.drop_duplicates()["source_id"].value_counts()
    frame = package.sources.copy()
    texts = ["id", "title", "author", "publisher", "published", "url", "note"]
    frame["folded"] = [fold(" ".join(row)) for row in frame[texts].itertuples(index=False)]
    frame["url"] = [url if is_web_address(url) else "" for url in frame["url"]]
    frame["records"] = frame["id"].map(counts).fillna(0).astype(int)
    order = frame.sort_values(["records", "id"], ascending=[False, True])
    return order.reset_index(drop=True)


def taken_from(package: Package, source_id: str) -> list[dict[str, Any]]:
    """List the records that cite a source or take a claim from it, in the order of time.

    Returns
    -------
    list of dict
        ``id``, ``title``, ``when`` and ``paragraphs`` in words ("" where none were counted).
    """
    cited: dict[str, set[str]] = {}
    for table in (package.citations, package.claims):
        for row in table[table["source_id"] == source_id].to_dict("records"):
            cited.setdefault(row["incident_id"], set()).add(row["paragraphs"])
    found = package.incidents[package.incidents["id"].isin(cited)]
    return [
        {
            "id": incident["id"],
            "title": incident["title"],
            "when": words.date_of(incident),
            "paragraphs": words.paragraphs(";".join(sorted(cited[incident["id"]]))),
        }
        for _, incident in found.iterrows()
    ]
