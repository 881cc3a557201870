"""What a bundle says of itself: README.md and CITATION.cff.

Texts of the data, and those of whoever filters, stay texts: Markdown and YAML act on none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

from geo import describe
from geo.describe import clean
from geo.export.bundle.terms import entries, licences
from geo.model import Scene
from geo.package.load import Package, Rows
from geo.places import site_of

SPDX = frozenset(
    "CC-BY-4.0 CC-BY-3.0 CC-BY-SA-4.0 CC-BY-SA-3.0 CC-BY-NC-4.0 CC0-1.0 ODbL-1.0 ODC-By-1.0 "
    "PDDL-1.0 MIT".split()
)
"""Names of licences that CITATION.cff takes, of those that data come under."""
MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
"""What begins something within a line of Markdown, of GitHub's too, or of a template."""


def people(package: Package) -> list[str]:
    """Whom to name as authors; the title where the package names nobody."""
    given = entries(package.descriptor.get("contributors"))
    return [str(one["title"]) for one in given if one.get("title")] or [package.title]


def keywords(package: Package) -> list[str]:
    """The package's keywords, each once."""
    given = package.descriptor.get("keywords")
    words = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    return list(dict.fromkeys(words))


def cite(package: Package, asked: str, day: date) -> str:
    """A line to cite a selection by; all records where nothing was asked for."""
    selection = f"Selection: {asked}. " if asked else ""
    return (
        f"{describe.listed(people(package))}: {package.title}. Data version {package.version}. "
        f"{selection}Made on {describe.day(day)}."
    )


def readme(
    package: Package,
    scene: Scene,
    rows: Rows,
    *,
    day: date,
    address: str,
    files: Sequence[tuple[str, str]],
) -> str:
    """Tell whoever unpacks a bundle what was asked for, how to cite it, and what it is not.

    Parameters
    ----------
    day : datetime.date
        When it was made.
    address : str
        Short address of the view, "" for none.
    files : sequence of tuple of str
        Name of each file and what it is, in the order of the bundle.

    Returns
    -------
    str
        Markdown; texts from elsewhere are escaped.
    """
    asked = describe.filter_in_words(scene.query) or "all incidents"
    facts = [
        ("Asked for", asked),
        ("Found", describe.summary(package, scene.query, rows)),
        ("Extent of the map", _extent(scene)),
        ("Made on", describe.day(day)),
        ("Data version", package.version),
        ("Address of the view", address),
    ]
    lines = [
        f"# {inert(package.title)}",
        "",
        "A selection of records with the map that shows them, to cite and to open again.",
        "",
        *(f"- {label}: {inert(text)}" for label, text in facts if text),
        "",
        "## How to cite it",
        "",
        f"> {inert(cite(package, asked, day))}",
        "",
        "The same stands in CITATION.cff. Cite also the sources of the records that you use: "
        "citations.csv leads from each record to them, to the paragraph.",
        "",
        "## What is inside",
        "",
        "| file | what it is |",
        "| --- | --- |",
        *(f"| {name} | {text} |" for name, text in files),
        "",
        "## What to know",
        "",
        *(f"- {limit}" for limit in _limits(package, rows)),
        "",
        "## To open it again",
        "",
        "Drop this bundle, or map.png, map.html or marz-state.txt, on Marz; or run "
        "`python -m geo open FILE`. The same view opens; where the data have changed since, "
        "Marz says so.",
        "",
        "## Licences and credits",
        "",
        *(
            f"- {inert(one['title'])}: {inert(describe.listed(one['covers']))}. "
            f"See LICENSES/{inert(one['file'])}."
            for one in licences(package)
        ),
        "- map.html also holds Marz (MIT), Leaflet (BSD-2-Clause) and Noto Sans (OFL 1.1): "
        "their licences are beside.",
        "",
        *(f"- {inert(line)}" for line in describe.attribution(package)),
        "",
    ]
    return "\n".join(lines)


def _extent(scene: Scene) -> str:
    if scene.bbox is None:
        return ""
    return ", ".join(
        f"{name} {value:g}°" for name, value in zip(scene.bbox._fields, scene.bbox, strict=True)
    )


def _limits(package: Package, rows: Rows) -> list[str]:
    """What a reader of the files must know, with the figures of this selection."""
    shown = package.incidents.iloc[rows]
    unplaced = sum(site_of(package, int(row)) is None for row in rows)
    undated = int((~shown["dated"].astype(bool)).sum())
    apart = sorted({*shown["part_of"]} - {"", *shown["id"]})
    limits = [
        "Blank means that the sources do not say. Nothing was filled in.",
        "Dates are EDTF (ISO 8601-2): 199X is some day of the nineties, 2020-03-01~ about 1 March. "
        "GeoParquet and GeoPackage also give the first and the last possible day.",
        "A place is as exact as geo\\_precision says. What is known only to lie on a border or in "
        "a district has that line or area for its geometry; no point stands for it.",
        "Claims stand beside each other with each party's own count; none is a finding of Marz.",
        "A record with part\\_of is within a larger event whose toll includes it: do not add both.",
        "In CSV a text that a spreadsheet would run as a formula has an apostrophe before it. "
        "Numbers are as they are.",
    ]
    if unplaced:
        limits.append(
            f"{describe.count(unplaced, 'record')} without a place: in no layer of a map."
        )
    if undated:
        limits.append(f"{describe.count(undated, 'record')} without a date.")
    if apart:
        named = inert(", ".join(apart))
        limits.append(f"Some belong to larger events that are not in this selection: {named}.")
    if package.problems:
        number = describe.count(len(package.problems), "problem")
        limits.append(f"The data package has {number}; what is wrong was left out.")
    return limits


def titled(package: Package, asked: str) -> str:
    """What a bundle is called: the package, and what was asked for of it."""
    return f"{package.title} (selection: {asked})" if asked else package.title


def citation(package: Package, asked: str, *, day: date, abstract: str) -> str:
    """Write CITATION.cff (Citation File Format 1.2.0) for a selection of records."""
    licence = next((one["name"] for one in licences(package) if "incidents" in one["covers"]), "")
    keys = keywords(package)
    lines = [
        "cff-version: 1.2.0",
        "message: "
        + _yaml(
            "If you use these records, please cite them, and the sources of those that you use "
            "(citations.csv and sources.csv)."
        ),
        "type: dataset",
        f"title: {_yaml(titled(package, asked))}",
        "authors:",
        *(f"  - name: {_yaml(name)}" for name in people(package)),
        f"version: {_yaml(package.version)}",
        f"date-released: {day.isoformat()}",
        *([f"license: {licence}"] if licence in SPDX else []),
        f"abstract: {_yaml(abstract)}",
        *(["keywords:"] if keys else []),
        *(f"  - {_yaml(word)}" for word in keys),
    ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """One line without controls, direction overrides and what no font has."""
    return " ".join(clean(text).split())


def inert(text: str) -> str:
    """Escape what Markdown, or a template that a Markdown page goes through, would act on."""
    return MARKUP.sub(lambda character: f"\\{character[0]}", plain(text))


def _yaml(text: str) -> str:
    return json.dumps(plain(text), ensure_ascii=False)
