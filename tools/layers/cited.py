"""Names that stored pages print, for the places and languages that no package names.

``names.csv`` holds one row a name, with the address of the page on which it stands so. None
is transliterated or known by heart: where no page was found, there is no row.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.layers.packages import LayerBuildError

TABLE = Path(__file__).with_name("names.csv")
LANGUAGES = ("tg", "ky", "ru", "fa")


def cited_names(table: Path = TABLE) -> dict[str, dict[str, tuple[str, str]]]:
    """Read the table.

    Returns
    -------
    dict of str to dict of str to tuple
        By place or actor and language: the name and the address of its page.

    Raises
    ------
    LayerBuildError
        If a row names no known language, no name or no page, or names a place twice in a
        language.
    """
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            place = row.get("place_id") or row["actor_id"]
            language = row["language"]
            where = f"{table.name}, row {number} ({place})"
            if language not in LANGUAGES:
                raise LayerBuildError(f"{where}: language is {language!r}, not one of {LANGUAGES}.")
            if not row["name"].strip():
                raise LayerBuildError(f"{where}: name is blank. Leave out what no page prints.")
            if not row["name_source"].startswith(("http://", "https://")):
                raise LayerBuildError(f"{where}: name_source is no address of a page.")
            names = found.setdefault(place, {})
            if language in names:
                raise LayerBuildError(f"{where}: {language} is there already. Keep one row.")
            names[language] = (row["name"], row["name_source"])
    return found


def with_cited_names(
    features: Iterable[dict[str, Any]], cited: dict[str, dict[str, tuple[str, str]]]
) -> list[dict[str, Any]]:
    """Give the features of a layer the names that pages print.

    A name from a page goes before one that letters or a package prove, which then stays among
    the other spellings, where the layer has them.

    Parameters
    ----------
    features : iterable of GeoJSON features
        Of a layer: places, regions or borders.
    cited : dict
        What `cited_names` returns.

    Returns
    -------
    list of GeoJSON features
        Each with a property ``name_source``: the page of each such name by its property, or
        null.
    """
    return [_named(item, cited.get(item["properties"]["place_id"], {})) for item in features]


def refuse_unknown(
    cited: dict[str, dict[str, tuple[str, str]]], *layers: Iterable[dict[str, Any]]
) -> None:
    """Stop the build where a row names what is in no layer.

    Raises
    ------
    LayerBuildError
        If a place that is named is none of the features.
    """
    known = {item["properties"]["place_id"] for layer in layers for item in layer}
    unknown = sorted(set(cited) - known)
    if unknown:
        raise LayerBuildError(
            f"{TABLE.name} names {', '.join(unknown)}: no such place. Mend the place_id or add "
            "the place to gazetteer.csv."
        )


def _named(item: dict[str, Any], cited: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """One feature with its cited names; ``name_source`` stands after the names."""
    given = item["properties"]
    new = {f"name_{language}": name for language, (name, _) in cited.items()}
    sources = {f"name_{language}": page for language, (_, page) in cited.items()}
    properties: dict[str, Any] = {}
    for key, value in given.items():
        properties[key] = new.get(key, value)
        if key == f"name_{LANGUAGES[-1]}":
            properties["name_source"] = sources or None
    if "names_other" not in given:
        return {**item, "properties": properties}
    taken = set(new.values())
    replaced = [given[key] for key in new if given[key] and given[key] not in taken]
    others = [text for text in given["names_other"] if text not in taken]
    properties["names_other"] = list(dict.fromkeys([*others, *replaced]))
    return {**item, "properties": properties}
