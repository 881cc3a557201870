"""The data addresses as OpenAPI 3.1 describes them, made of what the address can say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.collection import facets
from geo.collection.packaged import Packaged
from geo.model import MATCHES, MAX_CHOSEN, MAX_TEXT
from geo.package.load import Package
from geo.web import api, sets
from geo.web.answer import Answer
from geo.web.links import Links

WORDS = {
    "from": "First day, inclusive.",
    "to": "Last day, inclusive.",
    "match": "Whether an uncertain date may lie within these days, or must.",
    "only": f"Id of a record; only those given, {MAX_CHOSEN} at most.",
    "q": "Words that must all occur; a name of a place stands for all its spellings.",
}
"""Parameter -> what it means, of those that are no facet."""
HEADERS = {
    "ETag": {"description": "Changes with the data.", "schema": {"type": "string"}},
    "X-Total-Count": {"description": "Records in all.", "schema": {"type": "integer"}},
    "Link": {"description": "The next page, if there is one.", "schema": {"type": "string"}},
}
ERRORS = {
    "400": "The request cannot be read.",
    "404": "There is no such record.",
    "429": "Too many requests.",
    "503": "Busy; ask again.",
}
SCHEMAS = {
    ".json": {"$ref": "#/components/schemas/Incidents"},
    ".parquet": {"type": "string"},
}
_OF_MANY, _OF_ONE = ("400", "429", "503"), tuple(ERRORS)
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def description(package: Package, links: Links) -> dict[str, Any]:
    """Describe every data address."""
    found = {
        f"/incidents{ending}": _get(
            f"incidents_{ending[1:]}",
            f"What a filter leaves, as {ending[1:].upper()}, in the order of time",
            "The records.",
            kind,
            parameters=_parameters(package, ending),
            schema=SCHEMAS.get(ending),
            headers=HEADERS,
        )
        for ending, kind in api.FORMATS.items()
    }
    found["/incidents/{id}"] = _get(
        "incident",
        "One record, with its claims and sources",
        "The record.",
        parameters=[_ID],
        errors=_OF_ONE,
    )
    for ending, summary, kind, usual in (
        ("", "What each release of the data changed", api.JSON, api.USUAL),
        (".csv", "The same as CSV", "text/csv", api.MOST),
    ):
        found[f"/changes{ending}"] = _get(
            f"changes{ending.replace('.', '_')}",
            summary,
            "The changes.",
            kind,
            parameters=_of_changes(usual),
        )
    found["/sets"] = _get(
        "sets", "Data sets of others whose owner lets them be passed on", "The data sets."
    )
    for ending, kind in sets.ENDINGS.items():
        found[f"/sets/{{id}}{ending}"] = _get(
            f"set_{ending[1:]}",
            f"Records of one as {ending[1:].upper()}, the oldest first",
            "The records.",
            kind,
            description=f"The first {sets.FURTHEST:,} that match can be read.",
            parameters=[_ID, *_parameters(package, ".json")],
            errors=_OF_ONE,
        )
    found["/meta"] = _get(
        "meta",
        "What the data are, under which licences, and what can be asked",
        "About the data.",
        errors=(),
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": package.title,
            "version": package.version,
            "description": "For reading only; every address may be read from any page (CORS).",
            "license": {"name": "See /meta"},
        },
        "servers": [{"url": f"{links.base or '/'}{api.ROOT}"}],
        "paths": found,
        "components": {
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "details"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "details": {"type": "array", "items": {"type": "string"}},
                    },
                },
                "Incidents": {
                    "type": "object",
                    "required": ["data_version", "total", "offset", "limit", "incidents"],
                    "properties": {
                        "data_version": {"type": "string"},
                        "summary": {"type": "string"},
                        "total": {"type": "integer"},
                        "offset": {"type": "integer"},
                        "limit": {"type": "integer"},
                        "next": {"type": ["string", "null"]},
                        "incidents": {"type": "array", "items": {"type": "object"}},
                    },
                },
            }
        },
    }


def answer(package: Package, links: Links) -> Answer:
    """The description as a file."""
    return Answer(api.dumps(description(package, links)), api.JSON, headers=api.OPEN)


def _parameters(package: Package, ending: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in api.filters():
        entry: dict[str, Any] = {"name": one.name, "in": "query"}
        if one.part == "chosen":
            facet = facets.named(one.field)
            if facet.column not in package.incidents:
                continue
            entry["description"] = f"{facet.label}; any of those given. Values are in /meta."
            items: dict[str, Any] = {"type": "string"}
            if few := Packaged(package).options(facet)[:30]:
                items["examples"] = few[:3]
            entry |= {"explode": True, "schema": {"type": "array", "items": items}}
        elif one.name in ("from", "to"):
            entry["schema"] = {"type": "string", "format": "date"}
        elif one.name == "match":
            entry["schema"] = {"type": "string", "enum": list(MATCHES), "default": MATCHES[0]}
        else:
            entry["schema"] = {"type": "string", "maxLength": MAX_TEXT}
        if one.name in WORDS:
            entry["description"] = WORDS[one.name]
        found.append(entry)
    return [*found, *_paging(api.USUAL if ending == ".json" else api.MOST)]


def _paging(usual: int) -> list[dict[str, Any]]:
    return [
        {
            "name": "limit",
            "in": "query",
            "description": "Records of the answer at the most.",
            "schema": {"type": "integer", "minimum": 1, "maximum": api.MOST, "default": usual},
        },
        {
            "name": "offset",
            "in": "query",
            "description": "Records to pass over.",
            "schema": {"type": "integer", "minimum": 0, "default": 0},
        },
    ]


def _of_changes(usual: int) -> list[dict[str, Any]]:
    told = {
        "since": "Number of a release; without, that before `until`.",
        "until": "Number of a release; without, the last one.",
        "id": "Of a record.",
    }
    named = [
        {"name": name, "in": "query", "description": said, "schema": {"type": "string"}}
        for name, said in told.items()
    ]
    return [*named, *_paging(usual)]


def _get(
    operation: str,
    summary: str,
    said: str,
    kind: str = api.JSON,
    *,
    schema: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    errors: Sequence[str] = _OF_MANY,
    **asked: Any,
) -> dict[str, Any]:
    """What can be asked at an address, and what it answers."""
    of_kind = schema or {"type": "string" if kind.startswith("text/") else "object"}
    answered = {"description": said, **({"headers": headers} if headers else {})}
    answered["content"] = {kind.partition(";")[0]: {"schema": of_kind}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    wrong = {one: {"description": ERRORS[one], "content": problem} for one in errors}
    told = {"operationId": operation, "summary": summary, **asked}
    return {"get": {**told, "responses": {"200": answered, **wrong}}}
