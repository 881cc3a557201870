"""Describe the data package: take over the layers' descriptors and write the data dictionary.

``tools/build_layers.py`` writes data/layers/resources.json; the tables are described by hand in
data/datapackage.json. This merges the first into the second and writes data/README.md from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
HEAD = """\
# The data package

Everything below is described by machine in [datapackage.json](datapackage.json) (Frictionless
Data Package). How the records were made, and what they do not claim, is told in
[METHOD.md](METHOD.md). `python -m geo validate` checks all of it.

Text is UTF-8. Lists in a cell are separated by semicolons. **Blank means that the sources do not
say.** This page is written by `tools/describe.py`; edit datapackage.json instead.
"""
LAYERS = """\
## layers/

GeoJSON of RFC 7946 (WGS 84, longitude before latitude). What is derived from OpenStreetMap stands
in `layers/odbl/`, under its own licence. `place_id` is what a record joins to; several features
share one when they are vintages of one thing, and `valid_from` and `valid_to` tell them apart.
"""
TAIL = """\
## Another border

A package of the same form maps another border: the four tables, the layers `borders` and
`places` (and `regions`, `countries`, `exclaves`, `rivers`, `lakes`, `relief` where there are
any), and a `datapackage.json` that describes them. Point `MARZ_DATA` at its folder. Places (by
`place_id`) that a reader must find named however small the map is stand in its `named_first`.

Coarse outlines of the world's countries come with Marz itself, in `geo/world/` with a descriptor of
their own: no package needs them.
"""


def merged(descriptor: dict[str, Any], built: list[dict[str, Any]]) -> dict[str, Any]:
    """The descriptor with every resource below layers/ replaced by its new one."""
    tables = [r for r in descriptor["resources"] if not r["path"].startswith("layers/")]
    return {**descriptor, "resources": tables + built}


def dictionary(descriptor: dict[str, Any]) -> str:
    """The data dictionary as a page of Markdown."""
    tables = [r for r in descriptor["resources"] if "schema" in r]
    layers = [r for r in descriptor["resources"] if "schema" not in r]
    parts = [HEAD, *("\n".join(_table(resource)) for resource in tables)]
    return "\n".join([*parts, LAYERS, *_layers(layers), "", TAIL])


def _table(resource: dict[str, Any]) -> Iterator[str]:
    schema = resource["schema"]
    keys = [f"Key: `{schema['primaryKey']}`."] if "primaryKey" in schema else []
    for key in schema.get("foreignKeys", []):
        target = key["reference"]["resource"] or resource["name"]
        keys.append(f"`{key['fields']}` → {target}.{key['reference']['fields']}.")
    yield f"## {resource['path']}\n\n{resource['description']} {' '.join(keys)}\n"
    yield "| field | type | meaning |\n| --- | --- | --- |"
    for field in schema["fields"]:
        rules = field.get("constraints", {})
        kind = [field["type"]]
        kind += ["EDTF"] if field.get("rdfType", "").endswith("edtf") else []
        kind += ["ISO 3166-1"] if "iso-3166" in field.get("rdfType", "") else []
        kind += ["address"] if field.get("format") == "uri" else []
        kind += ["required"] if rules.get("required") else []
        words = f" One of: {', '.join(rules['enum'])}." if "enum" in rules else ""
        yield f"| `{field['name']}` | {', '.join(kind)} | {field['description']}{words} |"
    yield ""


def _layers(layers: list[dict[str, Any]]) -> Iterator[str]:
    yield "| file | what | licence | credit |\n| --- | --- | --- | --- |"
    properties: dict[str, tuple[str, list[str]]] = {}
    for layer in layers:
        licence = ", ".join(item["name"] for item in layer["licenses"])
        credit = layer.get("attribution", "")
        yield f"| `{layer['path']}` | {layer['description']} | {licence} | {credit} |"
        for name, meaning in layer.get("properties", {}).items():
            properties.setdefault(name, (meaning, []))[1].append(layer["name"])
    yield "\n| property | layers | meaning |\n| --- | --- | --- |"
    for name, (meaning, where) in properties.items():
        yield f"| `{name}` | {', '.join(where)} | {meaning} |"


def main() -> None:
    """Rewrite data/datapackage.json and data/README.md."""
    path = DATA / "datapackage.json"
    built = json.loads((DATA / "layers/resources.json").read_text("utf-8"))
    descriptor = merged(json.loads(path.read_text("utf-8")), built)
    path.write_text(json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (DATA / "README.md").write_text(dictionary(descriptor), "utf-8")


if __name__ == "__main__":
    main()
