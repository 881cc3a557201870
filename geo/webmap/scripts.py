"""Links ES modules into one script, without Node, so that a browser asks once.

A module becomes a function of its own that returns what it exports; each stands after those that
it imports. The linker knows the few forms that our modules use and refuses all others, so that
nothing is linked in a way that it only seems to be.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from geo.files import STATIC
from geo.model import GeoError

_NAME = r"[A-Za-z_$][\w$]*"
_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.\.?/[\w./-]+\.js)";$', re.MULTILINE)
_IMPORTED = re.compile(rf"({_NAME})(?: as ({_NAME}))?")
_EXPORT = re.compile(rf"^export (?=(?:const|class|(?:async )?function) ({_NAME}))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (?=(?:async )?function\b)", re.MULTILINE)
_OTHER = re.compile(r"^[ \t]*(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*/\*[^*]*\*+(?:[^/*][^*]*\*+)*/[ \t]*$", re.MULTILINE)
_REMEDY = (
    'Write `import { a, b as c } from "./x.js";`, `export const`, `export class` or '
    "`export function`, and `export default function` in a component alone; see docs/browser.md."
)


@dataclass(frozen=True, slots=True)
class _Import:
    """What a module takes from another: (its name there, its name here)."""

    path: Path
    names: list[tuple[str, str]]
    line: int


@dataclass(frozen=True, slots=True)
class _Module:
    """A file, with imports and exports taken out of its text."""

    path: Path
    imports: list[_Import]
    exports: list[str]
    text: str
    is_component: bool


def link(entry: Path) -> str:
    """Link a module with everything that it imports.

    Parameters
    ----------
    entry : Path
        The module to begin at. With a default export, as Streamlit asks of a component, the
        result is a module with that export; otherwise a script that leaves no name behind.

    Returns
    -------
    str
        JavaScript. Comments that stand by themselves are for who reads the modules, and left out.

    Raises
    ------
    GeoError
        Names the file and the line, if a module is missing, is part of a circle, asks for what
        another does not export, or has a form that the linker does not know.
    """
    *shared, first = _ordered(entry)
    known: dict[Path, str] = {}
    parts = []
    for module in shared:
        # No name of ours has a dollar character.
        name = "$" + re.sub(r"\W", "_", f"{module.path.parent.name}_{module.path.stem}")
        if name in known.values():
            raise GeoError(f"{_shown(module.path)} has the same folder and name as another module.")
        known[module.path] = name
        returned = f"return {{ {', '.join(module.exports)} }};"
        parts.append(f"const {name} = (() => {{\n{_body(module, known)}\n{returned}\n}})();\n")
    linked = f"{''.join(parts)}{_body(first, known)}\n"
    return linked if first.is_component else f'(() => {{\n"use strict";\n{linked}}})();\n'


def imports(entry: Path) -> dict[Path, list[Path]]:
    """Every module of a script, in the order of the script -> the modules that it imports."""
    return {module.path: [one.path for one in module.imports] for module in _ordered(entry)}


def _ordered(entry: Path) -> list[_Module]:
    """Every module that an entry needs, each after those that it imports."""
    entry = entry.resolve()
    done: dict[Path, _Module] = {}

    def visit(path: Path, chain: tuple[Path, ...]) -> _Module:
        if path in chain:
            circle = " → ".join(_shown(one) for one in (*chain[chain.index(path) :], path))
            raise GeoError(f"Modules import each other in a circle: {circle}.")
        if path not in done:
            module = _read(path)
            for one in module.imports:
                exports = visit(one.path, (*chain, path)).exports
                for name, _ in one.names:
                    if name not in exports:
                        _refuse(path, one.line, f"{_shown(one.path)} does not export “{name}”.")
            done[path] = module
        return done[path]

    visit(entry, ())
    return list(done.values())


def _read(path: Path) -> _Module:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise GeoError(f"{_shown(path)} is missing. Restore it from the repository.") from error
    # Lines are emptied rather than taken out, so that a message can number them.
    text = _COMMENT.sub(_emptied, text)
    imports = [
        _Import(
            Path(os.path.normpath(path.parent / found[2])),
            _names(path, text, found),
            _line(text, found),
        )
        for found in _IMPORT.finditer(text)
    ]
    text = _IMPORT.sub(_emptied, text)
    exports = _EXPORT.findall(text)
    defaults = len(_DEFAULT.findall(text))
    plain = _DEFAULT.sub("", _EXPORT.sub("", text))
    if other := _OTHER.search(plain):
        _refuse(path, _line(plain, other), f"“{other[0].strip()}” cannot be linked. {_REMEDY}")
    for number, line in enumerate(plain.split("\n"), 1):
        if line.count("`") % 2:
            _refuse(path, number, "a template literal must end on the line on which it begins.")
    if defaults > 1 or (defaults and exports):
        raise GeoError(f"{_shown(path)} exports something beside its default. {_REMEDY}")
    text = _EXPORT.sub("", text)
    return _Module(path, imports, exports, text, bool(defaults))


def _names(path: Path, text: str, found: re.Match[str]) -> list[tuple[str, str]]:
    names = []
    for part in filter(None, (part.strip() for part in found[1].split(","))):
        name = _IMPORTED.fullmatch(part)
        if name is None:
            _refuse(path, _line(text, found), f"“{part}” cannot be imported. {_REMEDY}")
        names.append((name[1], name[2] or name[1]))
    if not names:
        _refuse(path, _line(text, found), f"nothing is imported. {_REMEDY}")
    return names


def _body(module: _Module, known: dict[Path, str]) -> str:
    """The text of a module below what it imports."""
    lines = []
    for one in module.imports:
        names = ", ".join(name if name == own else f"{name}: {own}" for name, own in one.names)
        lines.append(f"const {{ {names} }} = {known[one.path]};")
    text = re.sub(r"\n{3,}", "\n\n", module.text.strip("\n"))
    return "\n".join([*lines, text])


def _emptied(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _refuse(path: Path, line: int, why: str) -> NoReturn:
    raise GeoError(f"{_shown(path)}: line {line}: {why}")


def _shown(path: Path) -> str:
    """A path as a reader of the repository knows it."""
    root = STATIC.parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
