"""Where data sets stand: `MARZ_DATABASE_URL`, and how they get there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from geo.collection.engine import postgres, spark
from geo.collection.engine.collection import Queried
from geo.collection.engine.duck import TABLE, batches, check
from geo.collection.engine.tables import opened
from geo.collection.words import Names
from geo.model import EngineError, Progress

VARIABLE = "MARZ_DATABASE_URL"
FORMS = (
    "postgresql://user@host/database?table=incidents or "
    "spark://host:7077/?data=FOLDER&table=incidents"
)


class Address(NamedTuple):
    """A database's address, taken apart.

    Attributes
    ----------
    engine : str
        postgresql or spark.
    server : str
        What the driver is given.
    table : str
        Name of the rows' table.
    folder : Path
        For Spark: where the data lie, the same for all machines.
    """

    engine: str
    server: str
    table: str
    folder: Path


def address(url: str) -> Address:
    """Take apart what ``MARZ_DATABASE_URL`` holds.

    Raises
    ------
    EngineError
        If it is of no form that Marz knows. The message does not repeat it: it may hold a
        password.
    """
    remedy = f"Write {VARIABLE} as {FORMS}."
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        port = parts.port
    except ValueError:
        raise EngineError(f"The address of the database is not understood. {remedy}") from None
    table, data = options.pop("table", TABLE), options.pop("data", "")
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,40}", table):
        raise EngineError("A table's name has small letters, digits and underscores alone.")
    if parts.scheme in ("postgresql", "postgres"):
        server = urlunsplit(parts._replace(scheme="postgresql", query=urlencode(options)))
        return Address("postgresql", server, table, Path())
    if parts.scheme == "spark" and parts.hostname and data:
        return Address(
            "spark", f"spark://{parts.hostname}:{port or 7077}", table, Path(data) / table
        )
    raise EngineError(f"The address of the database is not understood. {remedy}")


def database(url: str = "", *, names: Names | None = None) -> Queried:
    """Open the data set of a database.

    Parameters
    ----------
    url : str, optional
        That of ``MARZ_DATABASE_URL`` without.
    names : Names, optional
        As for `geo.collection.engine.open_set`.

    Raises
    ------
    EngineError
        If the address is not understood, or nothing answers there.
    """
    known = address(url or os.environ.get(VARIABLE, ""))
    handle: postgres.Postgres | spark.Spark
    if known.engine == "postgresql":
        handle = postgres.Postgres(known.server)
    else:
        handle = spark.Spark(known.server, known.folder)
    return opened(known.table, handle, known.table, names)


def load(path: Path, url: str = "", progress: Progress | None = None) -> int:
    """Write a data set, its roll-ups and indexes to a database, whole or not at all.

    Parameters
    ----------
    path : Path
        Parquet in `geo.collection.schema.SCHEMA`.
    url : str
        As ``MARZ_DATABASE_URL``, and that of the environment without. What stood under its table
        is replaced.
    progress : callable
        Told steps done and steps in all; False stops it.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    EngineError
        If the file is no data set, or the database does not take it.
    """
    known = address(url or os.environ.get(VARIABLE, ""))
    check(path)
    if known.engine == "postgresql":
        return postgres.load(known.server, known.table, batches(path), progress)
    return spark.load(known.server, known.folder, known.table, batches(path), progress)
