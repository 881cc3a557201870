"""Describe the data package: take over the layers' descriptors, write what is counted of it.

``tools/build_layers.py`` writes data/layers/resources.json; the tables are described by hand in
data/datapackage.json. This merges the first into the second and writes data/README.md from it. It
counts the records anew too: in the table of data/METHOD.md and in the figures of README.md.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.vocabulary import VIOLENT, names_of

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
## Releases

`released.zip` holds the tables of the last release, so that a row which is mended afterwards alters
none. An earlier release is rebuilt by undoing what `changes.csv` tells; `python -m geo validate`
rebuilds each and compares the checksums.

`python -m geo release 3.1.0 --reasons FILE.toml -o marz-3.1.0.zip` compares the tables with those
of the last release, writes all four files and the version, and packs a bundle to deposit. It
refuses where a change has no reason, and names it; the last release can be made anew under its
number. The file of reasons, such as those in `tools/releases/`, has a `summary`, and for kinds of
changes

```toml
[[reason]]
table = "sources"       # each may be a pattern (*), and is any where it is left out
kind = "changed"
field = "publisher"
id = "*"
text = "Each publisher is written in one way."

[[retired]]             # for each id of a record, source or actor that is gone
id = "an-old-id"
became = "merged"       # or withdrawn
successor = "the-new-id"
reason = "One page that stood under two ids is one source."
```

The first reason that fits is taken, so single rows come before kinds. With `before`, the reason of
a column that was added says what held for each row without being written.

## Another border

A package of the same form maps another border: the four tables, the layers `borders` and
`places` (and `regions`, `countries`, `exclaves`, `rivers`, `lakes`, `relief` where there are
any), and a `datapackage.json` that describes them. Point `MARZ_DATA` at its folder. Places (by
`place_id`) that a reader must find named however small the map is stand in its `named_first`.

Coarse outlines of the world's countries come with Marz itself, in `geo/world/` with a descriptor of
their own: no package needs them.
"""


EDITIONS = frozenset(
    [
        *("Radio Ozodi", "Radio Azattyk", "Radio Azadi", "Radio Farda", "Radio Svoboda"),
        *("Azatlyk Radiosy", "Gandhara", "Monitor", "Eurasia Daily Monitor"),
    ]
)
"""In brackets after a publisher: its own services and papers, which are not another newsroom."""
COVERAGE = ("### What the records rest on\n", "### Audits\n")
"""Headings of METHOD.md; between them stands what is counted."""


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


def newsrooms(publisher: str) -> set[str]:
    """Whose text a page has: an agency's copies are one newsroom, wherever they stand."""
    names = [name for name in names_of(publisher) if name not in EDITIONS]
    return set(names[1:] or names)


def coverage(data: Path) -> str:
    """What METHOD.md says of how many records there are, and on how much each of them rests."""
    tables = {name: _rows(data, name) for name in ("incidents", "citations", "claims", "sources")}
    publishers = {row["id"]: row["publisher"] for row in tables["sources"]}
    cited: dict[str, list[str]] = defaultdict(list)
    for row in tables["citations"]:
        cited[row["incident_id"]].append(publishers[row["source_id"]])
    claims = Counter(row["incident_id"] for row in tables["claims"])

    def counted(rows: list[dict[str, str]]) -> tuple[int, int, int, int, int]:
        several = [row for row in rows if len(cited[row["id"]]) > 1]
        rooms = [row for row in several if len(set().union(*map(newsrooms, cited[row["id"]]))) > 1]
        one_sided = sum(row["status"] == "alleged" for row in rows)
        heard = sum(claims[row["id"]] for row in rows)
        return len(rows), one_sided, len(several), len(rooms), heard

    everything = tables["incidents"]
    violent = [row for row in everything if row["event_type"] in VIOLENT]
    total, one_sided, several, rooms, _ = counted(violent)
    lines = [
        f"{len(everything)} records, of which {total} are violent. Of the violent ones {several} "
        f"({several / total:.0%}) have two pages or more, {rooms} ({rooms / total:.0%}) the pages "
        f"of two newsrooms or more, and {one_sided} are told by one side alone. An agency's text "
        "that several pages print is one newsroom.\n",
        "| border | year | records | told by one side (`alleged`) | two pages or more "
        "| two newsrooms or more | claims |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in everything:
        groups[row["border"], row["id"].split("-")[1]].append(row)
        groups[row["border"], "all"].append(row)
    for (border, year), rows in [*sorted(groups.items()), (("both", "all"), everything)]:
        lines.append(f"| {border} | {year} | {' | '.join(map(str, counted(rows)))} |")
    return "\n".join(lines) + "\n"


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recounted(method: str, data: Path) -> str:
    """METHOD.md with what is counted counted anew."""
    head, _, rest = method.partition(COVERAGE[0])
    _, _, tail = rest.partition(COVERAGE[1])
    return f"{head}{COVERAGE[0]}\n{coverage(data)}\n{COVERAGE[1]}{tail}"


def refigured(readme: str, data: Path) -> str:
    """README.md with its numbers of records, claims and sources set right."""
    rows = {name: len(_rows(data, name)) for name in ("incidents", "claims", "sources")}
    rows["records"] = rows["incidents"]
    pattern = r"\d+( (?:dated )?)(records|incidents|claims|sources)\b"
    return re.sub(pattern, lambda found: f"{rows[found[2]]}{found[1]}{found[2]}", readme)


def main() -> None:
    """Rewrite data/datapackage.json and data/README.md, and count in METHOD.md and README.md."""
    for page, counted in ((DATA / "METHOD.md", recounted), (DATA.parent / "README.md", refigured)):
        page.write_text(counted(page.read_text("utf-8"), DATA), "utf-8")
    path = DATA / "datapackage.json"
    built = json.loads((DATA / "layers/resources.json").read_text("utf-8"))
    descriptor = merged(json.loads(path.read_text("utf-8")), built)
    path.write_text(json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (DATA / "README.md").write_text(dictionary(descriptor), "utf-8")


if __name__ == "__main__":
    main()
