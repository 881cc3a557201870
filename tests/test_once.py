"""What is worked out once a package is worked out once, and does not keep the package."""

from __future__ import annotations

import gc
from pathlib import Path
from weakref import ref

from madeup import write_package

from geo.package.load import Package, load_package, memoised


def test_once_a_package_and_argument_and_gone_with_the_package(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    @memoised
    def counted(data: Package, *names: str) -> int:
        asked.append(names)
        return len(data.incidents)

    folder = write_package(tmp_path / "one")
    first, second = load_package(folder), load_package(folder)
    assert counted(first) == counted(first) == counted(second)
    assert counted(first, "a") == counted(first, "a")
    assert asked == [(), (), ("a",)]
    known = ref(first)
    del first
    gc.collect()
    assert known() is None
