"""What is written about Marz is whole."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from pathlib import Path

import pytest

from geo import __main__ as command
from geo import address
from pages.ui import state
from tools import describe

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ADDRESS, COMMANDS = ROOT / "docs/address.md", ROOT / "docs/command-line.md"
YOUR_DATA, DEPLOY = ROOT / "docs/your-data.md", ROOT / "docs/deploy.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
README_WORDS = 700
"""What a newcomer reads before the first command."""
DATA_README = ROOT / "data/README.md"
PARAMETERS = {*state.OWN, *(one.name for one in address.parameters())}
"""Of the address."""


def tracked() -> list[Path]:
    """Files in git; new ones too, so that they are looked at before they are added."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]


# ---------------------------------------------------------------- documents
def test_every_parameter_of_the_address_is_explained() -> None:
    rows = [line for line in ADDRESS.read_text("utf-8").splitlines() if line.startswith("|")]
    told = set(re.findall(r"`([\w-]+)`", " ".join(line.split("|")[1] for line in rows)))
    assert PARAMETERS - told == set(), "missing in docs/address.md"
    assert told - PARAMETERS - {"embed"} == set(), "docs/address.md tells of what there is not"


def options() -> set[str]:
    """Every option and command of the command line."""
    found: set[str] = set()
    parsers = [command._parser()]
    while parsers:
        for action in parsers.pop()._actions:
            if isinstance(action, argparse._SubParsersAction):
                found |= set(action.choices)
                parsers += action.choices.values()
            found |= {o for o in action.option_strings if o.startswith("--") and o != "--help"}
    return found


def test_every_option_of_the_command_line_is_explained() -> None:
    text = COMMANDS.read_text("utf-8") + YOUR_DATA.read_text("utf-8")
    missing = {
        option for option in options() if not re.search(rf"{re.escape(option)}(?![\w-])", text)
    }
    assert missing - {"--output"} == set(), "missing in docs/command-line.md or docs/your-data.md"
    assert "-o" in text


def test_every_target_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    written = README.read_text("utf-8") + CONTRIBUTING.read_text("utf-8")
    missing = [t for t in phony[1].split() if not re.search(rf"make {t}\b", written)]
    assert missing == [], "missing in README.md and CONTRIBUTING.md"


def test_the_readme_is_short_and_its_figures_are_those_of_the_data() -> None:
    text = README.read_text("utf-8")
    assert len(text.split()) <= README_WORDS
    data = ROOT / "data"
    rows = {
        name: len((data / f"{name}.csv").read_bytes().splitlines()) - 1
        for name in ("incidents", "claims", "sources")
    }
    for found in re.findall(r"(\d+) (?:dated )?(records|incidents|claims|sources)", text):
        assert int(found[0]) == rows[{"records": "incidents"}.get(found[1], found[1])], found


def test_every_variable_of_the_environment_is_explained() -> None:
    used: set[str] = set()
    for path in [path for path in tracked() if path.suffix == ".py" or path.name == "Makefile"]:
        if path.parts[-2] not in ("benchmarks", "apps"):
            used |= set(re.findall(r"\bMARZ_[A-Z_]+(?=[\"'})\]])", path.read_text("utf-8")))
    text = DEPLOY.read_text("utf-8")
    told = {name for name in used if name in text or name.startswith("MARZ_LIMIT_")}
    assert used - told == set(), "missing in docs/deploy.md"


def test_every_field_is_described() -> None:
    descriptor = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    text = DATA_README.read_text("utf-8")
    for resource in descriptor["resources"]:
        name = resource["name"]
        assert resource.get("description") or resource.get("title"), name
        for field in resource.get("schema", {}).get("fields", []):
            assert field.get("description"), f"{name}.{field['name']} in datapackage.json"
            assert f"`{field['name']}`" in text, f"{name}.{field['name']} in data/README.md"


def test_every_property_of_a_layer_is_described() -> None:
    descriptor = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        if resource["mediatype"] != "application/geo+json":
            continue
        features = json.loads((ROOT / "data" / resource["path"]).read_text("utf-8"))["features"]
        held = {key for feature in features for key in feature["properties"]}
        assert held - set(resource["properties"]) == set(), resource["name"]


def test_links_between_documents_lead_somewhere() -> None:
    for path in [path for path in tracked() if path.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_nothing_names_the_machine_it_was_written_on() -> None:
    # Put together here, so that this file does not name them itself.
    roots = "|".join(["work", "root", "home", "tmp", "Users"])  # noqa: FLY002
    private = re.compile(rf"""(?<![\w./~:%}}-])/(?:{roots})/[\w.]|\.{"library"}\b""")
    for path in tracked():
        if "leaflet" in path.parts or path.stat().st_size > 2**20:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found = private.search(text)
        assert not found, f"{path.relative_to(ROOT)}: {found[0] if found else ''}"


def test_what_the_method_counts_is_counted_of_the_data() -> None:
    method = (ROOT / "data/METHOD.md").read_text("utf-8")
    assert describe.recounted(method, ROOT / "data") == method, "run tools/describe.py"
    rooms = [describe.newsrooms(name) for name in ("AP", "Dawn (AFP)", "RFE/RL (Radio Ozodi)")]
    assert rooms == [{"AP"}, {"AFP"}, {"RFE/RL"}]
    assert describe.newsrooms("Pravda.Ru (AP)") == describe.newsrooms("AP")
