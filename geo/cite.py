"""One record as a citation: plain text, BibTeX and CSL-JSON, with the sources that it rests on."""

from __future__ import annotations

import json
import re
from typing import Any

from geo import edtf, words
from geo.errors import EdtfError
from geo.package import Package
from geo.records import record

LATEX = {
    **{"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#"},
    **{"_": r"\_", "%": r"\%", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"},
}


def plain(package: Package, row: int) -> str:
    """One line of text: the record, the version of the data, and what it is after."""
    found = record(package, row)
    return words.cite_as(package, found["id"], found["sources"])


def bibtex(package: Package, row: int) -> str:
    """The record and each of its sources as BibTeX entries, in UTF-8.

    Every sign that LaTeX would act on is escaped, so that a title stays a title.
    """
    entries = []
    for item in csl(package, row):
        fields = {
            "title": "{" + _latex(item["title"]) + "}",
            "author": "{" + _latex(item["author"][0]["literal"]) + "}" if "author" in item else "",
            "howpublished": _latex(item.get("publisher", "")),
            "year": _year(item.get("issued")),
            "date": _latex(_iso(item.get("issued"))),
            "url": _address(item.get("URL", "")),
            "version": _latex(item.get("version", "")),
            "note": _latex(item.get("note", "")),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        entries.append(f"@misc{{{item['id']},\n" + ",\n".join(lines) + "\n}")
    return "\n\n".join(entries) + "\n"


def csl_json(package: Package, row: int) -> str:
    """The record and each of its sources as CSL-JSON, indented."""
    return json.dumps(csl(package, row), ensure_ascii=False, indent=2) + "\n"


def csl(package: Package, row: int) -> list[dict[str, Any]]:
    """List a record and its sources as items of CSL-JSON (citation-style-language 1.0.2).

    Returns
    -------
    list of dict
        The record first, as a dataset of its own; then each source as a web page. A date
        that is a year, month or day stands in ``date-parts``, any other in ``literal``.
    """
    found = record(package, row)
    atlas = str(package.descriptor.get("title", "Marz"))
    people = [
        {"literal": str(one["title"])}
        for one in package.descriptor.get("contributors") or []
        if one.get("title")
    ]
    own: dict[str, Any] = {
        "id": f"marz-{found['id']}",
        "type": "dataset",
        "title": f"{found['title']} (record {found['id']})",
        "container-title": atlas,
        "publisher": atlas,
        "version": package.version,
        "note": f"After: {'; '.join(source['line'] for source in found['sources'])}.",
    }
    if people:
        own["author"] = people
    return [own, *(_page(package, source["id"]) for source in found["sources"])]


def _page(package: Package, source_id: str) -> dict[str, Any]:
    row = package.sources.set_index("id").loc[source_id]
    item: dict[str, Any] = {"id": source_id, "type": "webpage", "title": row["title"]}
    if row["author"]:
        item["author"] = [{"literal": row["author"]}]
    if row["publisher"]:
        item["publisher"] = row["publisher"]
    if issued := _issued(row["published"]):
        item["issued"] = issued
    if row["url"]:
        item["URL"] = row["url"]
    if row["language"]:
        item["language"] = row["language"]
    if row["note"]:
        item["note"] = row["note"]
    return item


def _issued(text: str) -> dict[str, Any]:
    """A date as CSL has it."""
    if not text:
        return {}
    if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        return {"date-parts": [[int(part) for part in text.split("-")]]}
    try:
        return {"literal": edtf.in_words(edtf.parse(text))}
    except EdtfError:
        return {"literal": text}


def _iso(issued: dict[str, Any] | None) -> str:
    if not issued or "date-parts" not in issued:
        return ""
    first, *rest = issued["date-parts"][0]
    return "-".join([f"{first:04}", *(f"{part:02}" for part in rest)])


def _year(issued: dict[str, Any] | None) -> str:
    return _iso(issued)[:4]


def _latex(text: str) -> str:
    plain_text = "".join(c if c.isprintable() else " " for c in text)
    return "".join(LATEX.get(sign, sign) for sign in plain_text)


def _address(url: str) -> str:
    """An address that neither ends a field nor begins a comment."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
