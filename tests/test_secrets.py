"""No password of a database reaches a page or a log, whatever its driver says."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

import pytest
from test_pages import _own_caches, run, texts  # noqa: F401

from geo.collection.engine import postgres, servers
from geo.model import EngineError
from pages.ui import datasets

SECRETS = (
    "S3c%ret", "S3c ret", "p@ss@word", "pa:ss:word", "S3c%zzret", "100%", "a&b=c", "пароль-тайна",
    "it's'quoted", 'dou"ble"quoted', "back\\slash", "S3c/ret", "S3c#ret", "S3c?ret", "[S3cret",
    "%00S3cret", "S3c%0Aret",
)  # fmt: skip
ADDRESSES = [
    *(f"postgresql://reader:{secret}@127.0.0.1:1/db?connect_timeout=1" for secret in SECRETS),
    "postgresql://127.0.0.1:1/db?password=S3cretOption&nonsense=S3cretToo",
    "spark://reader:S3cretSpark@127.0.0.1:1/?data=/nowhere",
    "postgres://reader:S3cret@127.0.0.1:S3cretPort/db",
    "mysql://reader:S3cretScheme@127.0.0.1/db",
]
"""Addresses that lead nowhere."""


def words_of(address: str) -> list[str]:
    """What may not be said again: the password, and the pieces that parsers make of it."""
    if address.startswith("postgresql://reader:"):
        secret = address.removeprefix("postgresql://reader:").rpartition("@127")[0]
        pieces = [piece for sign in "/#?@:% &=" for piece in secret.split(sign)]
        return [secret, *(piece for piece in pieces if len(piece) > 3)]
    return ["S3cret"]


class Error(Exception):
    """Of a driver that repeats all that it was told."""


def talkative(*told: Any, **named: Any) -> NoReturn:
    raise Error(f"connection to {told} {named} failed: FATAL: you said {told} {named}")


@pytest.fixture
def _talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drivers that could not be worse."""
    pretended = ModuleType("psycopg")
    errors = SimpleNamespace(UndefinedTable=Error, QueryCanceled=Error)
    vars(pretended).update(Error=Error, errors=errors, connect=talkative)
    vars(pretended).update(conninfo=SimpleNamespace(make_conninfo=talkative))
    monkeypatch.setitem(sys.modules, "psycopg", pretended)
    spark = ModuleType("pyspark.sql")
    builder = SimpleNamespace(master=talkative)
    vars(spark).update(SparkSession=SimpleNamespace(builder=builder))
    monkeypatch.setitem(sys.modules, "pyspark.sql", spark)
    monkeypatch.setitem(sys.modules, "pyspark", ModuleType("pyspark"))


@pytest.mark.usefixtures("_talkative")
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_error_repeats_an_address(address: str, tmp_path: Path) -> None:
    (tmp_path / "incidents").mkdir()
    (tmp_path / "incidents" / "incidents.parquet").write_bytes(b"")
    with pytest.raises(EngineError) as caught:
        servers.database(address.replace("/nowhere", str(tmp_path)))
    written = "".join(traceback.format_exception(caught.value))
    for word in words_of(address):
        assert word not in str(caught.value)
        assert word not in written.replace(repr(address), "")


@pytest.mark.usefixtures("_talkative")
def test_no_page_and_no_log_repeats_an_address(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    for address in ADDRESSES[:3]:
        monkeypatch.setenv(datasets.DATABASE, address)
        app = run("explore")
        seen = "\n".join([*texts(app), *(one.value for one in app.error), caplog.text])
        assert "PostgreSQL cannot be reached" in seen
        seen += "".join(capfd.readouterr())
        for word in words_of(address):
            assert word not in seen


def test_the_driver_is_told_what_libpq_could_not_read() -> None:
    told = postgres.parameters("postgresql://Ann%20B:S3c%ret p@ss@db.example:5433/atlas?sslmode=a")
    assert told == {
        "user": "Ann B",
        "password": "S3c%ret p@ss",
        "host": "db.example",
        "port": "5433",
        "dbname": "atlas",
        "sslmode": "a",
    }
    assert postgres.parameters("postgresql://%2Fvar%2FRun/db") == {
        "host": "/var/Run",
        "dbname": "db",
    }
    assert postgres.parameters("postgresql://[::1]:5432/db")["host"] == "::1"
