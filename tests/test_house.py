"""How the code is laid out: rooms, imports one way, no circle, no mere doors, short pages."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo import model

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    [*ROOT.glob("geo/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py", ROOT / "main.py"]
)
ORDER = (
    "commands web export picture charts webmap records describe address ingest collection places "
    "package world files edtf days mercator vocabulary model"
).split()
"""Rooms of geo/ from top to bottom, as docs/design.md has them: each imports those below it."""
ROOMS = 20
"""Files and folders of geo/ that a newcomer looks over at once."""


def name_of(path: Path) -> str:
    """Name by which a module is imported: a package's is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports, anywhere in it, for types alone too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: import by the whole name"
            assert node.module
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in NAMES else node.module


USES = {name_of(path): set(imports(path)) for path in MODULES}
"""Module -> what it imports."""


def circle(uses: dict[str, set[str]]) -> list[str]:
    """Modules that import each other, and those that import them; empty without a circle."""
    left = {name: {other for other in others if other in uses} for name, others in uses.items()}
    while free := [name for name, others in left.items() if not others - {name}]:
        for name in free:
            del left[name]
        for others in left.values():
            others.difference_update(free)
    return sorted(left)


def test_geo_has_few_rooms() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "geo").iterdir()
        if not path.name.startswith(("__", ".")) and (path.is_dir() or path.suffix == ".py")
    }
    assert len(rooms) <= ROOMS, sorted(rooms)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_and_is_more_than_a_door(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not tree.body or ast.get_docstring(tree), "it has no docstring"
    own = [
        node
        for node in tree.body[1:]
        if not isinstance(node, (ast.Import, ast.ImportFrom))
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]
    assert own or len(tree.body) <= 1, "it only hands names on"


def test_imports_go_one_way() -> None:
    for name, targets in USES.items():
        for target in targets:
            top = target.split(".")[0]
            if name.startswith("geo."):
                assert top not in ("streamlit", "streamlit_folium", "pages"), f"{name}: {target}"
            elif name.startswith("pages.ui."):
                assert top != "pages" or target.startswith("pages.ui"), f"{name}: {target}"
            elif name == "app":
                assert top != "geo", f"{name}: {target}"


def test_rooms_import_only_what_is_below_them() -> None:
    rooms = {name.split(".")[1] for name in NAMES if name.startswith("geo.")}
    assert rooms - {"__main__"} <= {*ORDER}, "say in ORDER where it stands"
    for name, targets in USES.items():
        room = name.removeprefix("geo.").split(".")[0]
        for target in targets:
            other = target.removeprefix("geo.").split(".")[0]
            if name.startswith("geo.") and target.startswith("geo.") and room in ORDER:
                assert ORDER.index(other) >= ORDER.index(room), f"{name}: {target}"


def test_every_error_stands_in_one_module() -> None:
    known = {**vars(builtins), **vars(model)}.items()
    errors = {n for n, one in known if isinstance(one, type) and issubclass(one, BaseException)}
    assert {"GeoError", "ValueError"} <= errors
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and path != ROOT / "geo" / "model.py":
                bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
                assert not bases & errors, f"{path}: {node.name} belongs into geo.model"


def test_incidents_are_asked_through_their_collection_alone() -> None:
    beside = [ROOT / "marz.py", *ROOT.glob("tools/**/*.py"), *ROOT.glob("benchmarks/**/*.py")]
    for path in [*MODULES, *beside]:
        if not path.is_relative_to(ROOT / "geo" / "collection"):
            assert "geo.collection.memory" not in imports(path), f"{path}: ask `Packaged`"


def test_no_module_imports_itself_through_others() -> None:
    assert circle(USES) == [], "these import each other"


def test_a_circle_is_found_through_subpackages() -> None:
    assert circle({"geo.a": {"geo.b", "numpy"}, "geo.b": set()}) == []
    round_about = {"geo.a.x": {"geo.b"}, "geo.b": {"geo.a.x"}, "geo.c": {"geo.b"}, "geo.d": set()}
    assert circle(round_about) == ["geo.a.x", "geo.b", "geo.c"]


def test_pages_are_short() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 120, path.name


def test_what_every_page_draws_shares_no_key_with_a_page() -> None:
    """Two widgets of one key end the page, and a style that hides one hides the other."""
    used = {
        path.stem: set(re.findall(r'key="([^"]+)"', path.read_text("utf-8")))
        for path in (ROOT / "pages").rglob("*.py")
    }
    everywhere = used.pop("frame")
    assert everywhere and not everywhere & set().union(*used.values())
