"""Pages, data addresses and the folder of pages: whole, valid, linked, and deaf to hostile text."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sets as made_up_sets
from madeup import HOSTILE
from openapi_spec_validator import validate as validate_openapi

from geo import __main__ as command
from geo import address
from geo.collection.engine import duck
from geo.collection.packaged import Packaged
from geo.collection.schema import METADATA
from geo.model import Filter, FilterError, Scene, WriteError
from geo.package.load import Package, Rows
from geo.web import api, reading, sets, site
from geo.web.answer import Answer
from geo.web.links import Links
from geo.web.markup import text
from geo.web.respond import respond

BASE = "https://example.org/atlas/"
DAY = date(2026, 1, 2)
MOST_BYTES = 60_000
SERVED = Links(base=BASE)

WORK = {"type": "object", "required": ["@type", "name"], "properties": {"url": {"type": "string"}}}
NODES: dict[str, Any] = {
    "Event": {"required": ["name", "description", "location"]},
    "Claim": {"required": ["text", "author", "appearance"]},
    "WebPage": {"required": ["name", "mainEntity", "isPartOf"]},
    "CollectionPage": {"required": ["name", "isPartOf"]},
    "Dataset": {"required": ["name", "version"]},
}
"""Type of schema.org -> what must be there."""
ALLOWED = {
    "Event": "name description identifier url image startDate endDate location subjectOf superEvent"
    " eventStatus",
    "Claim": "name text author appearance about dateCreated identifier url image description",
    "WebPage": "name url inLanguage mainEntity isPartOf",
    "CollectionPage": "name url inLanguage isPartOf about",
    "Dataset": "name description version url license keywords creator isAccessibleForFree"
    " temporalCoverage spatialCoverage distribution",
}
"""Type -> properties that schema.org gives it, of those that Marz writes."""
GRAPH = {
    "type": "object",
    "required": ["@context", "@graph"],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@graph": {
            "type": "array",
            "minItems": 1,
            "items": {
                "oneOf": [
                    {
                        "properties": {
                            "@type": {"const": kind},
                            "@id": {"type": "string"},
                            **{name: {} for name in ALLOWED[kind].split()},
                            "startDate": {"pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
                            "subjectOf": {"type": "array", "items": WORK},
                        },
                        "additionalProperties": False,
                        "required": ["@type", *rules["required"]],
                    }
                    for kind, rules in NODES.items()
                ]
            },
        },
    },
}


@pytest.fixture(scope="session")
def pages(hostile: Package) -> dict[str, bytes]:
    """Every page of a folder whose every free text is hostile."""
    planned = site.plan(hostile, Links(base=BASE, files=True), Filter(), day=DAY)
    slow = ("data/", "card/")
    return {file.path: b"" if file.path.startswith(slow) else file.make() for file in planned}


def tree(content: bytes) -> ET.Element:
    """Parse a page as a browser does, and refuse what is no HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found = parser.parse(content, transport_encoding="utf-8")
    assert isinstance(found, ET.Element)
    return found


@pytest.fixture(scope="session")
def trees(pages: dict[str, bytes]) -> dict[str, ET.Element]:
    """The same parsed, without the exported page, which its own tests look at."""
    ours = (path for path in pages if path.endswith(".html") and path != "index.html")
    return {path: tree(pages[path]) for path in ours}


def shown(root: ET.Element) -> str:
    return " ".join("".join(root.itertext()).split())


# ---------------------------------------------------------------- pages
def test_pages_are_valid_small_and_run_nothing(
    pages: dict[str, bytes], trees: dict[str, ET.Element]
) -> None:
    for path, root in trees.items():
        assert len(pages[path]) <= MOST_BYTES, path
        assert [one.get("type") for one in root.iter("script")] in ([], ["application/ld+json"])
        for one in root.iter():
            assert not any(name.startswith("on") for name in one.attrib), path
        # What a page fetches by itself lies beside it.
        fetched = [one.get("src") for one in root.iter() if one.get("src")]
        assert all(not urlsplit(str(address)).netloc for address in fetched), path
        head = root.find("head")
        assert head is not None and len(head.findall("title")) == 1
        assert [one.get("lang") for one in root.iter("html")] == ["en"]
    assert len(trees) > 2 * len(HOSTILE)


def test_every_link_leads_somewhere(pages: dict[str, bytes], trees: dict[str, ET.Element]) -> None:
    for path, root in trees.items():
        ids = {one.get("id") for one in root.iter()}
        for one in root.iter("a"):
            # That of a host shows wherever something is not: its links are absolute.
            own = BASE if path == "404.html" else ""
            target = urlsplit(one.get("href", "").removeprefix(own))
            if target.scheme:
                assert target.scheme in ("http", "https", "mailto"), path
                if target.scheme != "mailto":
                    assert one.get("rel") == "noopener noreferrer external"
            elif not target.path:
                assert target.fragment in ids
            else:
                found = urlsplit(urljoin(f"http://x/{path}", target.path)).path[1:]
                assert unquote(found) in pages, f"{path}: {one.get('href')}"
        beside = [one.get("src", "") for one in root.iter("img")]
        beside += [one.get("href", "") for one in root.iter("link") if one.get("rel") == "icon"]
        beside = [one.removeprefix(BASE) for one in beside]
        for address_beside in beside:
            assert urlsplit(urljoin(f"http://x/{path}", address_beside)).path[1:] in pages


def test_hostile_text_reads_back(hostile: Package, trees: dict[str, ET.Element]) -> None:
    for row, said in enumerate(hostile.incidents["title"]):
        root = trees[Links(files=True).record(hostile.incidents["id"][row])]
        readable = " ".join(html5lib_text(said).split())
        assert readable in shown(root), said


def html5lib_text(said: str) -> str:
    """A text as a page can hold it."""
    root = tree(f"<!doctype html><html><head><title>x</title></head><body>{text(said)}".encode())
    body = root.find("body")
    assert body is not None
    return "".join(body.itertext())


def test_json_for_programs_is_as_schema_org_has_it(
    trees: dict[str, ET.Element], marz: Package
) -> None:
    ids = marz.incidents["id"].iloc[::97]
    real = [tree(respond(marz, SERVED, f"r/{one}").content) for one in ids]
    kinds, described = set(), jsonschema.Draft202012Validator(GRAPH)
    for root in [*trees.values(), *real]:
        for block in root.iter("script"):
            found = json.loads(block.text or "")
            assert not list(described.iter_errors(found))
            kinds |= {node["@type"] for node in found["@graph"]}
    assert kinds == set(NODES)


def test_what_one_side_alleges_is_no_event(data: Package) -> None:
    alleged = tree(respond(data, SERVED, "r/SL-2020-02-shelling").content)
    block = next(iter(alleged.iter("script")))
    kinds = [node["@type"] for node in json.loads(block.text or "")["@graph"]]
    assert "Event" not in kinds and "Claim" in kinds


def test_a_head_says_what_chats_and_reference_managers_read(data: Package) -> None:
    root = tree(respond(data, SERVED, "r/SL-2020-01-15-clash").content)
    told: dict[str, list[str]] = {}
    for one in root.iter("meta"):
        told.setdefault(str(one.get("name") or one.get("property")), []).append(
            str(one.get("content"))
        )
    # What Zotero's translator “Embedded Metadata” looks for, and Open Graph's four.
    for name in ("citation_title", "citation_publisher", "DC.title", "DC.type", "og:type"):
        assert told[name], name
    assert told["og:title"] == told["citation_title"] == ["Clash at the bridge"]
    assert told["og:url"] == [f"{BASE}r/SL-2020-01-15-clash"]
    assert told["og:image"] == [f"{BASE}card/r/SL-2020-01-15-clash.jpg"]
    assert told["DC.source"] == [
        "A. Writer: Clash on the border, The Gazette, 17 January 2020"
    ] or ("Clash on the border" in told["DC.source"][0])
    links = {one.get("rel"): one.get("href") for one in root.iter("link")}
    assert links["canonical"] == f"{BASE}r/SL-2020-01-15-clash"


def test_what_is_not_there_is_404_with_help(data: Package) -> None:
    for path in ("r/SL-2020-01-15-clas", "b/NO-NE", "a/none", "s/none", "list/x", "card/r/x.jpg"):
        answer = respond(data, SERVED, path)
        assert answer.status == 404, path
        assert "There is no such page" in shown(tree(answer.content))
    near = shown(tree(respond(data, SERVED, "r/SL-2020-01-15-clas").content))
    assert "Clash at the bridge" in near
    assert respond(data, SERVED, "f", "page=99").status == 404


def test_what_was_merged_leads_on_and_what_was_withdrawn_says_so(data: Package) -> None:
    retired = pd.DataFrame(
        [
            ["SL-old", "0.1.0", "merged", "SL-undated", "The same event."],
            ["SL-gone", "0.1.0", "withdrawn", "", "The page was a <b>hoax</b>."],
        ],
        columns=["id", "release", "became", "successor", "reason"],
    )
    later = replace(data, further={**data.further, "retired": retired})
    merged = respond(later, SERVED, "r/SL-old")
    assert (merged.status, merged.headers["location"]) == (301, "../r/SL-undated")
    gone = respond(later, SERVED, "r/SL-gone")
    assert gone.status == 410 and "The page was a <b>hoax</b>." in shown(tree(gone.content))
    assert respond(later, SERVED, "s/SL-gone").status == 410


def test_a_list_is_what_the_filter_leaves(data: Package) -> None:
    page = shown(tree(respond(data, SERVED, "f", "type=Riots&nonsense=1").content))
    assert "Riot at Westham" in page and "Talks" not in page
    assert "is not in these data" in shown(tree(respond(data, SERVED, "f", "type=Nix").content))


def test_a_filter_that_these_data_cannot_tell_is_said(
    data: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = Packaged.select

    def refusing(collection: Packaged, query: Filter) -> Rows:
        if query != Filter():
            raise FilterError("These data do not tell it.")
        return select(collection, query)

    monkeypatch.setattr(Packaged, "select", refusing)
    page = shown(tree(respond(data, SERVED, "f", "type=Riots").content))
    assert "These data do not tell it." in page and "Talks" in page
    answer = respond(data, SERVED, "api/v1/incidents.csv", "type=Riots")
    assert answer.status == 400 and b"do not tell it" in answer.content


# ---------------------------------------------------------------- data addresses
def test_all_formats_hold_what_the_filter_leaves(data: Package) -> None:
    asked = "from=2020-01-01&to=2020-12-31&lang=ru"
    wanted = [
        "SL-2020-06-talks",
        "SL-2020-01-15-clash",
        "SL-2020-02-shelling",
        "SL-2020-03-protest",
    ]

    def answer(ending: str, more: str = "") -> bytes:
        found = respond(data, SERVED, f"api/v1/incidents{ending}", asked + more)
        assert found.status == 200
        assert found.headers["access-control-allow-origin"] == "*"
        return found.content

    as_json = json.loads(answer(".json"))
    assert sorted(one["id"] for one in as_json["incidents"]) == sorted(wanted)
    assert as_json["total"] == 4 and as_json["next"] is None
    features = json.loads(answer(".geojson"))["features"]
    assert sorted(one["id"] for one in features) == sorted(wanted)
    rows = list(csv.DictReader(io.StringIO(answer(".csv").decode())))
    assert sorted(row["id"] for row in rows) == sorted(wanted)
    table = pd.read_parquet(io.BytesIO(answer(".parquet")))
    assert sorted(table["id"]) == sorted(wanted)
    first = respond(data, SERVED, "api/v1/incidents.csv", f"{asked}&limit=3")
    following = urlsplit(first.headers["link"].partition(">")[0].removeprefix("<"))
    rest = respond(data, SERVED, following.path.removeprefix("/atlas/"), following.query)
    both = [*csv.DictReader(io.StringIO(first.content.decode()))]
    both += [*csv.DictReader(io.StringIO(rest.content.decode()))]
    assert [row["id"] for row in both] == [row["id"] for row in rows]


def test_mistakes_are_told_as_json(data: Package) -> None:
    for path, query, status in (
        ("incidents.json", "form=2020-01-01&limit=0&type=Nix", 400),
        ("incidents.csv", "from=2020-13-01", 400),
        ("incidents/none", "", 404),
        ("incidents.xls", "", 404),
        ("", "", 404),
    ):
        answer = respond(data, SERVED, f"api/v1/{path}", query)
        told = json.loads(answer.content)
        assert answer.status == told["status"] == status and told["details"]
    told = json.loads(respond(data, SERVED, "api/v1/incidents.json", "form=x&limit=0").content)
    assert len(told["details"]) == 2 and "from" in told["details"][0]


def test_nothing_asked_for_is_passed_over(data: Package) -> None:
    many = "&".join(f"x{number}=1" for number in range(600))
    told = json.loads(respond(data, SERVED, "api/v1/incidents.json", many).content)
    assert len(told["details"]) == api.NAMED + 1 and told["details"][-1] == "And 590 more."
    assert respond(data, SERVED, "api/v1/changes", "border=SAR-LOW").status == 400
    assert respond(data, SERVED, "feed.atom", "type=Nix").status == 400
    assert respond(data, SERVED, "feed.atom", "type=Riots&utm_source=x").status == 200


def test_hostile_text_comes_back_from_every_data_address(hostile: Package) -> None:
    kept = hostile.incidents["title"].tolist()
    found = json.loads(respond(hostile, SERVED, "api/v1/incidents.json").content)
    assert sorted(one["title"] for one in found["incidents"]) == sorted(kept)
    one = hostile.incidents["id"][0]
    alone = json.loads(respond(hostile, SERVED, f"api/v1/incidents/{one}").content)
    assert alone["title"] == hostile.incidents["title"][0]
    assert json.loads(respond(hostile, SERVED, "api/v1/meta").content)["incidents"] == len(kept)
    for said in HOSTILE:
        answer = respond(hostile, SERVED, "api/v1/incidents.json", f"q={said}&zz={said}")
        json.loads(answer.content)


def test_the_description_is_openapi_and_tells_every_parameter(marz: Package) -> None:
    told = json.loads(respond(marz, SERVED, "api/v1/openapi.json").content)
    validate_openapi(told)
    parameters = told["paths"]["/incidents.csv"]["get"]["parameters"]
    names = {one["name"] for one in parameters}
    assert {one.name for one in api.filters()} | set(api.PAGING) == names
    schema = told["components"]["schemas"]["Incidents"]
    jsonschema.validate(
        json.loads(respond(marz, SERVED, "api/v1/incidents.json", "limit=2").content), schema
    )
    for path in ("meta", "changes"):
        assert respond(marz, SERVED, f"api/v1/{path}").status == 200


def test_a_data_set_is_passed_on_only_where_its_owner_says_so(
    data: Package, tmp_path: Path
) -> None:
    made = made_up_sets.rows(40)
    kept = made_up_sets.write(tmp_path / "kept.parquet", made)
    assert sets.licence_of(kept) is None and sets.licence_of(tmp_path / "none.parquet") is None
    table = pq.read_table(kept)
    for said, licence in (
        ({"share": "no", "licence": "MIT"}, None),
        ([1], None),
        ({"share": True}, sets.UNSAID),
        ({"share": True, "licence": "CC BY 4.0"}, "CC BY 4.0"),
    ):
        pq.write_table(
            table.replace_schema_metadata({METADATA: json.dumps(said)}), tmp_path / "given.parquet"
        )
        assert sets.licence_of(tmp_path / "given.parquet") == licence
    opened = duck.open_set(tmp_path / "given.parquet", "given")
    try:
        known = {"given": sets.Shared("CC BY 4.0", opened)}

        def ask(name: str, query: str = "", there: Mapping[str, sets.Shared] = known) -> Answer:
            return sets.answer(data, SERVED, name, address.given_in(f"?{query}"), there)

        assert json.loads(ask("", there={}).content) == {"sets": []}
        listed = json.loads(ask("").content)["sets"][0]
        assert (listed["id"], listed["incidents"], listed["licence"]) == ("given", 40, "CC BY 4.0")
        assert listed["formats"][".csv"] == f"{BASE}api/v1/sets/given.csv"
        riots = json.loads(ask("given.json", "type=Riots&limit=2").content)
        wanted = sum(row["event_type"] == "Riots" for row in made)
        assert riots["total"] == wanted and len(riots["incidents"]) == min(2, wanted)
        assert all(one["event_type"] == "Riots" for one in riots["incidents"])
        lines = [
            *csv.DictReader(io.StringIO(ask("given.csv", "limit=1000").content.decode("utf-8-sig")))
        ]
        assert sorted(line["id"] for line in lines) == sorted(row["id"] for row in made)
        for name, query, status in (
            ("kept.json", "", 404),
            ("given", "", 404),
            ("../given.json", "", 404),
            ("given.json", "offset=999999999", 400),
            ("given.json", "limit=10000&offset=90001", 400),
            ("given.json", "border=SAR-LOW", 400),
            ("given.json", "limit=NaN", 400),
        ):
            answer = ask(name, query)
            assert answer.status == status and json.loads(answer.content)["details"], (name, query)
    finally:
        opened.close()


def test_search_engines_are_told_of_every_page(data: Package) -> None:
    found = ET.fromstring(respond(data, SERVED, "sitemap.xml").content)
    listed = [
        str(one.text)
        for one in found.iter(f"{{{'http://www.sitemaps.org/schemas/sitemap/0.9'}}}loc")
    ]
    assert len(listed) == len(set(listed)) and f"{BASE}b/SAR-LOW" in listed
    for one in listed[1:]:
        assert respond(data, SERVED, one.removeprefix(BASE)).status == 200, one
    assert f"Sitemap: {BASE}sitemap.xml" in respond(data, SERVED, "robots.txt").content.decode()


# ---------------------------------------------------------------- a folder
def test_a_folder_is_written_once_and_again_only_where_it_changed(
    data: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "DATA", (".csv",))
    folder, some = tmp_path / "site", Filter(chosen={"type": ("Battles",)})
    told: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    first = site.write(data, folder, query=some, base=BASE, day=DAY, progress=progress)
    assert first.changed == first.files == told[-1][0] == told[-1][1]
    card = folder / "card/r/SL-2020-01-15-clash.jpg"
    assert card.read_bytes()[:3] == b"\xff\xd8\xff"
    (folder / "notes.txt").write_text("somebody's own", "utf-8")
    again = site.write(data, folder, query=some, base=BASE)
    assert (again.changed, again.removed, again.size) == (0, 0, first.size)
    (folder / "f.html").write_text("", "utf-8")
    fewer = site.write(data, folder, query=Filter(text="bridge"), base=BASE, cards=False)
    assert fewer.removed > 5 and not card.exists() and (folder / "notes.txt").exists()
    assert "Clash at the bridge" in (folder / "f.html").read_text("utf-8")
    assert not (folder / "r/SL-2025-05-05-clash.html").exists()
    with pytest.raises(WriteError, match="neither empty"):
        site.write(data, tmp_path, query=Filter())


def test_the_command_writes_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "DATA", (".geojson",))
    asked = ["site", "--data", str(folder), "--type", "Riots", "--no-cards", "-o"]
    assert command.main([*asked, str(tmp_path / "site")]) == 0
    assert (tmp_path / "site/r/SL-1995-riot.html").exists()
    assert (tmp_path / "site/data/incidents.geojson").exists()
    assert not (tmp_path / "site/sitemap.xml").exists(), "nobody knows the address"
    with pytest.raises(SystemExit):
        command.main([*asked, str(tmp_path / "other"), "--base-url", "javascript:alert(1)"])


def test_a_page_for_what_is_not_there_holds_at_any_depth(data: Package) -> None:
    def links_of(base: str) -> list[str]:
        planned = site.plan(data, Links(base=base, files=True), Filter(), day=DAY)
        root = tree(next(file for file in planned if file.path == "404.html").make())
        assert not [one for one in root.iter("link") if one.get("rel") == "stylesheet"]
        found = [one.get("href") or one.get("src") or "" for one in root.iter()]
        return [one for one in found if one and not one.startswith("#")]

    assert links_of(BASE) and all(one.startswith(BASE) for one in links_of(BASE))
    assert "f.html" in links_of("") and not any(one.startswith("/") for one in links_of(""))


def test_names_of_files_hold_on_any_system() -> None:
    links = Links(files=True)
    for one in ("../../etc/passwd", "a/b", "x" * 300, "é", "", ".", "con?*"):
        name = PurePosixPath(links.record(one))
        assert len(name.parts) == 2 and len(name.name) < 140
        assert name.name.isascii() and ".." not in name.name


# ---------------------------------------------------------------- how to read
def test_lines_to_paste_read_what_is_served(data: Package, tmp_path: Path) -> None:
    for ending in api.FORMATS:
        path = tmp_path / f"incidents{ending}"
        path.write_bytes(respond(data, SERVED, f"api/v1/incidents{ending}").content)
        for tool, lines in reading.reading(ending, path.as_posix()).items():
            assert path.as_posix() in lines
            if reading.LANGUAGES.get(tool) == "python":
                names: dict[str, Any] = {}
                exec(lines, names)  # noqa: S102 - what a reader would paste
                assert len(names["records"]) == len(data.incidents), (ending, tool)


def test_an_address_ends_no_quotation_early() -> None:
    asked = Filter(text="\"; drop | `x` $y 'z'", chosen={"actor": ('"a"',)})
    where = Links(base=BASE).data(".csv", address.pairs(Scene(query=asked)))
    for lines in reading.reading(".csv", BASE + where).values():
        assert BASE + where in lines
    assert not set(where) & set("\"'`$\\ {}")
