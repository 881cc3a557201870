"""The command line: ``python -m geo COMMAND``, one module a command in ``geo.commands``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from geo import describe
from geo.commands import import_file as taking_in
from geo.commands import listing, load, news, release, reopen, site, snapshot, validate
from geo.model import FilterError, GeoError, PackageError

COMMANDS = (listing, snapshot, site, news, reopen, validate, release, taking_in, load)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is a ``--help`` away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"marz: {describe.clean(message)} See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process without.

    Returns
    -------
    int
        Exit status: 0 done, 1 the data or a file is at fault, 2 what was asked is.
    """
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except FilterError as error:
        return _fail(2, error)
    except PackageError as error:
        for problem in error.problems:
            print(describe.clean(str(problem)))
        return _fail(1, error)
    except GeoError as error:
        return _fail(1, error)
    except UnicodeEncodeError as error:
        return _fail(1, _unwritable(error))
    except BrokenPipeError:
        # Whoever read us has enough, as `head` does. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _unwritable(error: UnicodeEncodeError) -> GeoError:
    """What is wrong with a text that cannot be written; more often than not the name of a file."""
    found = error.object[max(0, error.start - 40) : error.end + 40]
    if any("\ud800" <= character <= "\udfff" for character in found):
        shown = os.fsencode(found).decode("utf-8", "replace")
        return GeoError(f"The name “{shown}” is not UTF-8. Give the file or folder another name.")
    return GeoError(
        f"“{found}” cannot be written in {error.encoding}. Set PYTHONUTF8=1 and try again."
    )


def _in_utf8() -> None:
    """Begin again in UTF-8 where the locale has fewer letters than names and records have."""
    if sys.flags.utf8_mode or sys.getfilesystemencoding().lower() in ("utf-8", "utf8"):
        return
    # The option goes before the environment, which may say PYTHONUTF8=0.
    command = [sys.executable, "-X", "utf8", "-m", "geo", *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _fail(status: int, error: GeoError) -> int:
    print(f"marz: {describe.clean(str(error))}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m geo",
        description="Lists, draws and checks the incidents of a data package.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    _in_utf8()
    sys.exit(main())
