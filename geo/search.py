"""Search in what is written about incidents, in any script, without regard to diacritics."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from weakref import WeakKeyDictionary

from geo.package import Package
from geo.vocabulary import country_name

_TEXTS: WeakKeyDictionary[Package, list[str]] = WeakKeyDictionary()


def texts(package: Package) -> list[str]:
    """Everything written about each incident, folded for search."""
    if package not in _TEXTS:
        claims: dict[str, list[str]] = {}
        for row in package.claims.to_dict("records"):
            claims.setdefault(row["incident_id"], []).extend((row["claimant"], row["statement"]))
        names: dict[str, str] = {}
        for layer in package.layers.values():
            alternatives = [
                c for c in layer.columns if c == "name" or c.startswith(("name_", "names_"))
            ]
            for _, feature in layer.iterrows():
                words = [_flat(feature[column]) for column in alternatives]
                names[feature["place_id"]] = " ".join(words)
        # Not the types: “drone” would find every “Air/drone strike”, drones or not.
        columns = ["id", "title", "summary", "actors", "place_note", "note"]
        _TEXTS[package] = [
            fold(
                " ".join(
                    [
                        *(row[column] for column in columns),
                        *(country_name(code) for code in row["country_list"]),
                        names.get(row["place_id"], ""),
                        *claims.get(row["id"], []),
                    ]
                )
            )
            for row in package.incidents.to_dict("records")
        ]
    return _TEXTS[package]


def _flat(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return value if isinstance(value, str) else ""


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Fold a text for search: case and diacritics do not count, dashes are hyphens."""
    # Decomposed before and after: 𝑨 becomes a capital only then, and a fold may recompose.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = _marks().sub("", unicodedata.normalize("NFKD", folded))
    return plain.replace("–", "-").replace("—", "-").replace("’", "'")
