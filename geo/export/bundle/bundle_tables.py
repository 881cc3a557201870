"""The four tables of a bundle as CSV, each with the schema that it keeps."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo import records
from geo.export.bundle.descriptor import Part
from geo.package.load import Package, Rows
from geo.package.tables import safe_cell, written
from geo.records import linked

DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"}
"""Said outright, so that no reader guesses it from the first lines."""


def tables(package: Package, rows: Rows) -> dict[str, Part]:
    """Write the incidents shown, their claims, citations and sources as CSV.

    Returns
    -------
    dict of str to Part
        By name of the table: UTF-8 with a byte order mark, and what the descriptor says of it,
        with the package's own schema. A foreign key is kept where every row leads to its target
        within the bundle. The incidents have the columns of `geo.records.columns`.
    """
    frames = linked(package, rows)
    filled = [records.cells(package, int(row)) for row in rows]
    frames["incidents"] = pd.DataFrame(filled, columns=records.columns(package), dtype=object)
    return {name: _table(package, name, frames) for name in frames}


def _table(package: Package, name: str, frames: dict[str, pd.DataFrame]) -> Part:
    frame, resource = frames[name], package.resources[name]
    schema = {
        **resource["schema"],
        "fields": [_field(field, frame) for field in resource["schema"]["fields"]],
        "foreignKeys": [
            key for key in resource["schema"].get("foreignKeys") or [] if _holds(key, name, frames)
        ],
    }
    if not schema["foreignKeys"]:
        del schema["foreignKeys"]
    if name == "incidents":
        own = {field["name"] for field in schema["fields"]}
        schema["fields"] += [
            {"name": column, "type": "string", "description": text}
            for column, text in records.WORDS.items()
            if column not in own
        ]
    more = {"description": str(resource["description"])} if "description" in resource else {}
    return part_of(frame, resource, schema, **more)


def part_of(
    frame: pd.DataFrame, resource: dict[str, Any], schema: dict[str, Any], **more: str
) -> Part:
    """Write a table as CSV, with what the descriptor says of it; `more` comes first."""
    return Part(
        written(list(frame.columns), frame.to_dict("records"), mark=True),
        str(resource.get("title", "")),
        {"profile": "tabular-data-resource", **more, "encoding": "utf-8", "dialect": DIALECT,
         "schema": schema},
    )  # fmt: skip


def _field(field: dict[str, Any], frame: pd.DataFrame) -> dict[str, Any]:
    """A field as described, without the rules that a text broke by its apostrophe."""
    column = frame[field["name"]]
    texts = [value for value in column if isinstance(value, str)]
    if field["type"] != "string" or all(safe_cell(text) == text for text in texts):
        return field
    rules = {
        name: rule
        for name, rule in (field.get("constraints") or {}).items()
        if name in ("required", "unique")
    }
    return {**{k: v for k, v in field.items() if k != "format"}, "constraints": rules}


def _holds(key: dict[str, Any], name: str, frames: dict[str, pd.DataFrame]) -> bool:
    """Whether each row that names another leads to it within the bundle."""
    column, target = key.get("fields"), key.get("reference") or {}
    other = frames.get(target.get("resource") or name)
    if not isinstance(column, str) or not isinstance(target.get("fields"), str) or other is None:
        return False
    return set(frames[name][column]) <= {"", *other[target["fields"]]}
