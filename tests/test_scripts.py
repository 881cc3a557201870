"""The linker of the browser code."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.model import GeoError
from geo.webmap import scripts
from tools.node import find

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes modules by name and gives the path of the entry."""

    def written(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / f"{name.replace('__', '/')}.js"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path / "entry.js"

    return written


def told(entry: Path) -> Any:
    """What a linked script says on the console, as JSON."""
    node = find()
    assert node is not None, "`make js` sets Node.js up"
    done = subprocess.run(
        [str(node), "-e", scripts.link(entry)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_script_runs_as_its_modules_would(write: Write) -> None:
    entry = write(
        entry="""
            import { twice, Sum as Total } from "./part/numbers.js";
            import {
              said,
            } from "./words.js";

            const total = new Total(twice(4), 1);
            console.log(JSON.stringify([said(total.value), typeof globalThis.twice]));
        """.replace("            ", ""),
        part__numbers="""
            /** Doubles. */
            export const twice = (value) => 2 * value;

            export class Sum {
              constructor(...values) {
                this.value = values.reduce((a, b) => a + b);
              }
            }
        """.replace("            ", ""),
        words="""
            import { twice } from "./part/numbers.js";
            const total = `${twice(1)} words`;
            export function said(value) {
              return `${value}, ${total}`;
            }
        """.replace("            ", ""),
    )
    # Names of one module are no names of another, and none is left in the page.
    assert told(entry) == ["9, 2 words", "undefined"]


def test_a_script_is_strict_and_leaves_nothing_behind(write: Write) -> None:
    entry = write(entry="const name = 1;\n")
    assert scripts.link(entry).startswith('(() => {\n"use strict";\n')
    strict = write(
        entry="console.log(JSON.stringify((function () { return this === undefined; })()));\n"
    )
    assert told(strict) is True


def test_each_module_is_linked_once_and_after_what_it_needs(write: Write) -> None:
    entry = write(
        entry='import { b } from "./b.js";\nimport { a } from "./a.js";\nb(a);\n',
        a="export const a = 1;\n",
        b='import { a } from "./a.js";\nexport const b = (x) => x + a;\n',
    )
    assert [path.name for path in scripts.imports(entry)] == ["a.js", "b.js", "entry.js"]
    assert scripts.link(entry).count("const a = 1;") == 1


def test_a_component_keeps_its_default_export(write: Write) -> None:
    entry = write(
        entry='import { a } from "./a.js";\n\nexport default function ({ data }) {\n  a(data);\n}',
        a="export function a() {}\n",
    )
    linked = scripts.link(entry)
    assert re.findall(r"^export .*", linked, re.MULTILINE) == [
        "export default function ({ data }) {"
    ]
    assert "import" not in linked


def test_comments_by_themselves_are_left_out_and_code_is_not(write: Write) -> None:
    entry = write(
        entry="/**\n * import { a } from elsewhere; a ` alone\n */\nconst a = 1; /* kept */\n"
        "/** @type {number} */ (a).toFixed();\n  /* gone */\nconst b = 2; // kept, too\n"
    )
    linked = scripts.link(entry)
    assert "elsewhere" not in linked and "gone" not in linked
    for line in ("const a = 1; /* kept */", "/** @type {number} */ (a).toFixed();", "// kept, too"):
        assert line in linked


@pytest.mark.parametrize(
    "line",
    [
        'import "./a.js";',
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        'import { a } from "a";',
        "import { a } from './a.js';",
        'import { } from "./a.js";',
        '  import { a } from "./a.js";',
        'const a = await import("./a.js");',
        "const here = import.meta.url;",
        "export let a = 1;",
        "export var a = 1;",
        "export { a };",
        'export * from "./a.js";',
        "export function* a() {}",
        "export const { a } = b;",
        "export default 1;",
    ],
)
def test_other_forms_are_refused_with_their_line(write: Write, line: str) -> None:
    entry = write(entry=f"/**\n * Two\n */\nconst b = {{}};\n{line}\n", a="export const a = 1;\n")
    with pytest.raises(GeoError, match=r"entry\.js: line 5: .*docs/browser\.md"):
        scripts.link(entry)


def test_a_literal_over_several_lines_is_refused(write: Write) -> None:
    entry = write(entry="const a = 1;\nconst b = `\n/* no comment */\n`;\n")
    with pytest.raises(GeoError, match=r"entry\.js: line 2: a template literal must end"):
        scripts.link(entry)


def test_what_another_does_not_export_is_named(write: Write) -> None:
    entry = write(entry='\nimport { a, b } from "./a.js";\n', a="export const a = 1;\nconst b = 2;")
    with pytest.raises(GeoError, match=r"entry\.js: line 2: .*a\.js does not export “b”"):
        scripts.link(entry)


def test_a_circle_is_named(write: Write) -> None:
    entry = write(
        entry='import { a } from "./a.js";\na();\n',
        a='import { b } from "./b.js";\nexport const a = b;\n',
        b='import { a } from "./a.js";\nexport const b = a;\n',
    )
    with pytest.raises(GeoError, match=r"circle: \S+/a\.js → \S+/b\.js → \S+/a\.js\."):
        scripts.link(entry)


def test_a_missing_module_is_named(write: Write) -> None:
    with pytest.raises(GeoError, match=r"gone\.js is missing\. Restore it"):
        scripts.link(write(entry='import { a } from "./gone.js";\n'))


def test_modules_of_the_same_folder_and_name_are_refused(write: Write) -> None:
    entry = write(
        entry='import { a } from "./part/a.js";\nimport { b } from "./part/../part_a.js";\n',
        part__a="export const a = 1;\n",
        part_a='import { c } from "./part/a_.js";\nexport const b = c;\n',
        part__a_="export const c = 1;\n",
    )
    assert scripts.link(entry)  # as long as they differ
    other = write(
        entry='import { a } from "./part/a.js";\nimport { b } from "./other.js";\n',
        other='import { b as c } from "./part/a-b.js";\n'
        'import { b as d } from "./part/a_b.js";\nexport const b = c + d;\n',
        **{"part__a-b": "export const b = 1;\n", "part__a_b": "export const b = 1;\n"},
    )
    with pytest.raises(GeoError, match="same folder and name"):
        scripts.link(other)


def test_nothing_imports_a_component(write: Write) -> None:
    entry = write(entry='import { a } from "./a.js";\n', a="export default function a() {}\n")
    with pytest.raises(GeoError, match="does not export “a”"):
        scripts.link(entry)
