"""Loading a package: what is good is kept, everything else is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from madeup import CLAIMS, INCIDENTS, feature, made_up_layers, point, write_package

from geo.days import OPEN_END, OPEN_START
from geo.files import DATA, default_directory
from geo.model import PackageError
from geo.package.load import Package, load_package

Make = Callable[..., Package]


def told(data: Package) -> list[str]:
    return [str(problem) for problem in data.problems]


def edited(folder: Path, change: Callable[[dict[str, Any]], None]) -> Package:
    """Load after changing the descriptor."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), "utf-8")
    return load_package(folder)


def resource(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    return next(r for r in descriptor["resources"] if r["name"] == name)


def test_a_good_package_has_no_problem(data: Package) -> None:
    assert data.problems == ()
    assert len(data.incidents) == len(INCIDENTS)
    assert len(data.claims) == len(CLAIMS)
    assert set(data.layers) == {"borders", "places", "regions", "countries"}


def test_incidents_stand_in_the_order_of_time_and_the_undated_last(data: Package) -> None:
    assert data.incidents["id"].tolist()[-1] == "SL-undated"
    dated = data.incidents[data.incidents["dated"]]
    first = dated["start"].where(dated["start"] != OPEN_START, dated["end"])
    assert first.is_monotonic_increasing
    undated = data.incidents.iloc[-1]
    assert (undated["start"], undated["end"]) == (OPEN_START, OPEN_END)


def test_every_problem_of_every_kind_is_told_and_no_good_row_lost(make: Make) -> None:
    base = INCIDENTS[1]
    bad = {
        "X-date": {"date": "2022-09-16/2022-09-14"},
        "X-place": {"place_id": "nowhere"},
        "X-precision": {"geo_precision": "border"},
        "X-noprecision": {"geo_precision": ""},
        "X-noplace": {"place_id": ""},
        "X-border": {"border": "AA-BB"},
        "X-sub": {"sub_event_type": "Air/drone strike"},
        "X-basis": {"date_basis": ""},
        "X-toll": {"fatalities_low": "6"},
        "X-injured": {"injuries_low": "8", "injuries_high": "7"},
        "X-part": {"part_of": "SL-none"},
        "X-cycle-a": {"part_of": "X-cycle-b"},
        "X-cycle-b": {"part_of": "X-cycle-a"},
        "X-self": {"part_of": "X-self"},
        "X-type": {"event_type": "Picnics"},
        "X-iso": {"countries": "IS;XX"},
        "X<script>": {},
    }
    rows = [{**base, **change, "id": name} for name, change in bad.items()]
    data = make(incidents=[*rows, *INCIDENTS])
    assert set(data.incidents["id"]) == {row["id"] for row in INCIDENTS}
    for name in bad:
        assert any(name in text and text.startswith("incidents.csv:") for text in told(data)), name
    assert all(":" in text and len(text) > 30 for text in told(data))


def test_one_bad_row_raises_no_second_alarm(make: Make) -> None:
    parent = {**INCIDENTS[1], "date": "soon"}
    data = make(incidents=[parent, *INCIDENTS[2:]])
    assert len(data.problems) == 1
    assert len(data.incidents) == len(INCIDENTS) - 2
    assert data.claims.empty


def test_claims_and_citations_must_lead_somewhere(make: Make) -> None:
    data = make(
        claims=[
            *CLAIMS,
            {**CLAIMS[0], "incident_id": "SL-none"},
            {**CLAIMS[0], "source_id": "none"},
            {**CLAIMS[0], "stance": "shouts"},
        ],
        citations=[{"incident_id": "SL-1995-riot", "source_id": "gazette", "paragraphs": "1"}],
    )
    assert len(data.claims) == len(CLAIMS)
    texts = told(data)
    assert any("claims.csv:SL-none" in text for text in texts)
    assert any("claims.csv:none" in text for text in texts)
    assert any("shouts" in text for text in texts)
    assert sum("is not cited" in text for text in texts) == len(INCIDENTS) - 1


def test_a_cell_without_paragraphs_is_told(make: Make) -> None:
    data = make(claims=[{**CLAIMS[0], "paragraphs": "2-3"}])
    assert any("paragraphs" in text for text in told(data))


def test_a_page_without_paragraphs_needs_an_address(make: Make) -> None:
    ids = {"gazette": True, "courier": False}
    for source, good in ids.items():
        cited = [
            {"incident_id": row["id"], "source_id": source, "paragraphs": ""} for row in INCIDENTS
        ]
        found = told(make(citations=cited))
        assert any("courier has no address" in text for text in found) is not good


def test_records_of_one_day_border_and_place_must_be_told_apart(make: Make) -> None:
    twin = {**INCIDENTS[1], "id": "SL-twin"}
    for more, good in [
        ({}, False),
        ({"distinct_from": INCIDENTS[1]["id"]}, True),
        ({"part_of": INCIDENTS[1]["id"]}, True),
        ({"place_id": "eastham"}, True),
    ]:
        data = make(incidents=[*INCIDENTS, {**twin, **more}])
        assert any("has border, date and place of" in text for text in told(data)) is not good
        assert data.row_of("SL-twin") >= 0, "a likely duplicate is told, not dropped"


def test_unknown_tags_and_links_are_told(make: Make) -> None:
    odd = {**INCIDENTS[1], "id": "SL-odd", "tags": "treaty;party", "distinct_from": "SL-none"}
    found = told(make(incidents=[*INCIDENTS, odd]))
    assert any("field tags: 'party'" in text for text in found)
    assert any("field distinct_from: there is no incident 'SL-none'" in text for text in found)


def test_nul_is_refused_with_its_row(make: Make) -> None:
    data = make(incidents=[INCIDENTS[0], {**INCIDENTS[1], "summary": "cut\0off"}])
    assert [text for text in told(data) if "summary: holds the character NUL" in text]
    assert len(data.incidents) == 1


@pytest.mark.parametrize("name", ["incidents.csv", "claims.csv", "places.geojson"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"a":', b"id\n\x00"])
def test_a_damaged_file_is_told_by_its_name(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    try:
        texts = told(load_package(folder))
    except PackageError as error:
        texts = [str(problem) for problem in error.problems]
    assert any(text.startswith(f"{name}:") for text in texts)


def test_a_wrong_checksum_is_told(folder: Path) -> None:
    path = folder / "places.geojson"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    texts = told(load_package(folder))
    assert any("places.geojson" in text and "SHA-256" in text for text in texts)


def test_a_missing_licence_is_told(folder: Path) -> None:
    data = edited(folder, lambda d: resource(d, "regions").pop("licenses"))
    assert told(data) == ["datapackage.json:regions: names no licence. Add one to the resource."]


@pytest.mark.parametrize("odd", ["CC0", ["CC0"], [{"name": 7}], [{"name": "x", "path": 3}]])
def test_a_licence_that_is_none_is_told(folder: Path, odd: Any) -> None:
    loaded = edited(folder, lambda d: resource(d, "regions").update(licenses=odd))
    assert any("datapackage.json:regions: " in line and "licence" in line for line in told(loaded))
    assert loaded.resources["regions"]["licenses"] == []
    assert len(loaded.incidents) == 8


def test_a_missing_licence_text_is_told(folder: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        resource(descriptor, "regions")["licenses"] = [{"name": "X", "path": "none.txt"}]

    assert any("none.txt is missing" in text for text in told(edited(folder, change)))


@pytest.mark.parametrize("path", ["../incidents.csv", "/etc/passwd", "a/../../b", 7, None])
def test_no_path_leaves_the_folder(folder: Path, path: Any) -> None:
    with pytest.raises(PackageError, match="outside its folder"):
        edited(folder, lambda d: resource(d, "incidents").update(path=path))


def test_no_link_leaves_the_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("id\n")
    (folder / "incidents.csv").unlink()
    (folder / "incidents.csv").symlink_to(outside)
    with pytest.raises(PackageError, match="outside its folder"):
        load_package(folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"resources": 3}',
        '{"resources": [1]}',
        '{"resources": [], "title": "\\ud83d"}',
    ],
)
def test_a_damaged_descriptor_is_one_clear_error(folder: Path, text: str) -> None:
    (folder / "datapackage.json").write_text(text)
    with pytest.raises(PackageError, match=r"datapackage\.json"):
        load_package(folder)


def test_a_folder_without_a_package_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="Point MARZ_DATA at a data package"):
        load_package(tmp_path)


def test_a_package_without_incidents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no incidents"):
        load_package(write_package(tmp_path / "p", incidents=[], claims=[]))


def test_vintages_that_overlap_are_told(make: Make) -> None:
    layers = made_up_layers()
    layers["borders"][1]["properties"]["valid_from"] = "2023-06-01"
    assert any("two of its vintages" in text for text in told(make(layers=layers)))


def test_a_place_in_two_layers_is_told(make: Make) -> None:
    layers = made_up_layers()
    layers["places"].append(feature("IS-MAR", point(10, 50)))
    assert any("is a place of" in text for text in told(make(layers=layers)))


def test_a_place_id_that_could_run_is_told(make: Make) -> None:
    layers = made_up_layers()
    layers["places"].append(feature("{{7*7}}", point(10, 50)))
    assert any("place_id has other characters" in text for text in told(make(layers=layers)))


def test_the_version_changes_with_any_byte(folder: Path) -> None:
    before = load_package(folder).version
    assert before == load_package(folder).version
    with (folder / "sources.csv").open("a") as file:
        file.write("third,T,,P,,,,\n")
    assert load_package(folder).version != before


def test_marz_data_names_the_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARZ_DATA", str(folder))
    assert load_package().directory == folder
    monkeypatch.setenv("MARZ_DATA", "")
    assert default_directory() == DATA


def test_hostile_texts_are_data_like_any_other(hostile: Package) -> None:
    assert hostile.problems == ()


def test_a_field_that_the_schema_does_not_describe_is_named(folder: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        fields = resource(descriptor, "incidents")["schema"]["fields"]
        resource(descriptor, "incidents")["schema"]["fields"] = [
            {**field, "type": "string"} if field["name"] == "injuries_low" else field
            for field in fields
            if field["name"] != "part_of"
        ]
        del resource(descriptor, "sources")["schema"]

    with pytest.raises(PackageError) as caught:
        edited(folder, change)
    for part in ("incidents.part_of", "incidents.injuries_low as an integer", "sources.url"):
        assert part in str(caught.value)


def test_a_layer_is_known_by_its_ending_too(folder: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        del resource(descriptor, "regions")["mediatype"]

    assert "regions" in edited(folder, change).layers
