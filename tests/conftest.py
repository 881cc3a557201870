"""Fixtures: the made-up package of `madeup.py`, whole, to be damaged, and hostile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from madeup import ROOT, hostile_parts, write_package

from geo.package.load import Package, load_package

# A shared machine is slow at times; no test is about time.
settings.register_profile("marz", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("marz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The made-up package on disk, to be damaged at will."""
    return write_package(tmp_path / "package")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The made-up package, loaded."""
    return load_package(write_package(tmp_path_factory.mktemp("package")))


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package in which every free text is hostile, on disk."""
    return write_package(tmp_path_factory.mktemp("hostile"), **hostile_parts())


@pytest.fixture(scope="session")
def hostile(hostile_folder: Path) -> Package:
    """A package in which every free text is hostile, loaded."""
    return load_package(hostile_folder)


@pytest.fixture(scope="session")
def marz() -> Package:
    """The real package, loaded."""
    return load_package(ROOT / "data")


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Package]:
    """Write and load a package with some parts of its own."""

    def made(**parts: Any) -> Package:
        return load_package(write_package(tmp_path / "made", **parts))

    return made
