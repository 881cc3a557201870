"""The data addresses as OpenAPI 3.1 describes them, made of what the address can say."""

from __future__ import annotations

from typing import Any

from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.model import MATCHES, MAX_CHOSEN, MAX_TEXT
from geo.package.load import Package
from geo.web import api, sets
from geo.web.answer import Answer
from geo.web.links import Links
from geo.web.page import title_of

WORDS = {
    "from": "First day, inclusive.",
    "to": "Last day, inclusive.",
    "match": "Whether an uncertain date may lie within these days, or must.",
    "only": f"Id of a record; only those given, {MAX_CHOSEN} at most.",
    "q": "Words that must all occur; a name of a place stands for all its spellings.",
}
"""Parameter -> what it means, of those that are no facet."""


_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def description(package: Package, links: Links) -> dict[str, Any]:
    """Describe every data address."""
    lists: dict[str, Any] = {
        f"/incidents{ending}": {
            "get": {
                "operationId": f"incidents_{ending[1:]}",
                "summary": f"What a filter leaves, as {ending[1:].upper()}, in the order of time",
                "parameters": _parameters(package, ending),
                "responses": {
                    "200": {
                        "description": "The records.",
                        "headers": _headers(),
                        "content": {kind.partition(";")[0]: {"schema": _schema(ending)}},
                    },
                    **_errors(),
                },
            }
        }
        for ending, (kind, _) in api.FORMATS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title_of(package),
            "version": package.version,
            "description": "For reading only; every address may be read from any page (CORS).",
            "license": {"name": "See /meta"},
        },
        "servers": [{"url": f"{links.base or '/'}{api.ROOT}"}],
        "paths": {
            **lists,
            "/incidents/{id}": {
                "get": {
                    "operationId": "incident",
                    "summary": "One record, with its claims and sources",
                    "parameters": [_ID],
                    "responses": _answered("The record.", _errors("404")),
                }
            },
            "/changes": {
                "get": {
                    "operationId": "changes",
                    "summary": "What each release of the data changed",
                    "parameters": _of_changes(api.USUAL),
                    "responses": _answered("The changes.", _errors()),
                }
            },
            "/changes.csv": {
                "get": {
                    "operationId": "changes_csv",
                    "summary": "The same as CSV",
                    "parameters": _of_changes(api.MOST),
                    "responses": _answered("The changes.", _errors(), "text/csv"),
                }
            },
            "/sets": {
                "get": {
                    "operationId": "sets",
                    "summary": "Data sets of others whose owner lets them be passed on",
                    "responses": _answered("The data sets.", _errors()),
                }
            },
            **{
                f"/sets/{{id}}{ending}": {
                    "get": {
                        "operationId": f"set_{ending[1:]}",
                        "summary": f"Records of one as {ending[1:].upper()}, the oldest first",
                        "description": f"The first {sets.FURTHEST:,} that match can be read.",
                        "parameters": [_ID, *_parameters(package, ".json")],
                        "responses": _answered(
                            "The records.", _errors("404"), kind.partition(";")[0]
                        ),
                    }
                }
                for ending, kind in sets.ENDINGS.items()
            },
            "/meta": {
                "get": {
                    "operationId": "meta",
                    "summary": "What the data are, under which licences, and what can be asked",
                    "responses": _answered("About the data.", {}),
                }
            },
        },
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
    facets = {facet.name: facet for facet in FACETS}
    found: list[dict[str, Any]] = []
    for one in api.filters():
        entry: dict[str, Any] = {"name": one.name, "in": "query"}
        if one.part == "chosen":
            facet = facets[one.field]
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


def _schema(ending: str) -> dict[str, Any]:
    if ending == ".json":
        return {"$ref": "#/components/schemas/Incidents"}
    return {"type": "object"} if ending == ".geojson" else {"type": "string"}


def _headers() -> dict[str, Any]:
    return {
        "ETag": {"description": "Changes with the data.", "schema": {"type": "string"}},
        "X-Total-Count": {"description": "Records in all.", "schema": {"type": "integer"}},
        "Link": {"description": "The next page, if there is one.", "schema": {"type": "string"}},
    }


def _answered(said: str, errors: dict[str, Any], kind: str = api.JSON) -> dict[str, Any]:
    schema = {"type": "string" if kind.startswith("text/") else "object"}
    content = {kind: {"schema": schema}}
    return {"200": {"description": said, "content": content}, **errors}


def _errors(*further: str) -> dict[str, Any]:
    said = {"400": "The request cannot be read.", "404": "There is no such record."}
    said |= {"429": "Too many requests.", "503": "Busy; ask again."}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": said[status], "content": content}
        for status in ("400", *further, "429", "503")
    }
