"""The command line: ``python -m geo list``, ``snapshot`` and ``validate``."""

from __future__ import annotations

import argparse
import calendar
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from geo import export, files, package, query, terminal, words
from geo.errors import FilterError, GeoError, PackageError
from geo.facets import FACETS
from geo.model import MATCHES, Bbox, Filter
from geo.package import Package
from geo.readers import command as readers

Rows = npt.NDArray[np.intp]
DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is a ``--help`` away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"marz: {terminal.clean(message)} See {self.prog} --help.\n")


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
            print(terminal.clean(str(problem)))
        return _fail(1, error)
    except GeoError as error:
        return _fail(1, error)
    except BrokenPipeError:
        # Whoever read us has enough, as `head` does. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _fail(status: int, error: GeoError) -> int:
    print(f"marz: {terminal.clean(str(error))}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m geo",
        description="Lists, draws and checks the incidents of a data package.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lists = commands.add_parser("list", help="list incidents", allow_abbrev=False)
    _add_filters(lists)
    lists.add_argument("--format", choices=("table", "csv", "geojson"), default="table")
    lists.set_defaults(run=_list)

    snapshot = commands.add_parser("snapshot", help="write a map or a file", allow_abbrev=False)
    _add_filters(snapshot)
    snapshot.add_argument(
        "-o",
        "--output",
        required=True,
        type=Path,
        metavar="FILE",
        help=f"its ending decides what it becomes: {', '.join(WRITERS)}",
    )
    snapshot.add_argument("--dpi", type=_dpi, default=200, help="of a PNG; 200 without")
    snapshot.add_argument(
        "--bbox",
        type=_bbox,
        metavar="W,S,E,N",
        help="extent of a PNG in degrees; write --bbox=-10,… where it begins with a minus",
    )
    snapshot.set_defaults(run=_snapshot)

    validate = commands.add_parser("validate", help="check a package", allow_abbrev=False)
    validate.add_argument("directory", nargs="?", type=Path, metavar="DIR")
    _add_data(validate)
    validate.set_defaults(run=_validate)
    readers.add(commands)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of the data package; MARZ_DATA, or the one that comes with Marz, without",
    )


def _add_filters(parser: argparse.ArgumentParser) -> None:
    """One option a row of the table of facets, and those of the window and the text."""
    parser.add_argument("--from", dest="start", metavar="DAY", type=_first_day, help="inclusive")
    parser.add_argument("--to", dest="end", metavar="DAY", type=_last_day, help="inclusive")
    parser.add_argument(
        "--match",
        choices=MATCHES,
        default="possibly",
        help="whether an uncertain date may lie in the window, or must",
    )
    for facet in FACETS:
        parser.add_argument(
            f"--{facet.parameter}",
            dest=facet.name,
            action="append",
            default=[],
            metavar="VALUE",
            help=f"{facet.label.lower()}; any of those given",
        )
    parser.add_argument("--text", default="", help="words that must all occur")
    _add_data(parser)


def _day(text: str, *, last: bool) -> date:
    found = DAY.fullmatch(text.strip())
    remedy = f"“{text}” is no day. Write it as 2022-09-14, or a month 2022-09, or a year 2022."
    if found is None:
        raise argparse.ArgumentTypeError(remedy)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError:
        raise argparse.ArgumentTypeError(remedy) from None


def _first_day(text: str) -> date:
    return _day(text, last=False)


def _last_day(text: str) -> date:
    return _day(text, last=True)


def _dpi(text: str) -> int:
    if not re.fullmatch(r"\d{2,3}", text, re.ASCII) or not 50 <= int(text) <= 600:
        raise argparse.ArgumentTypeError(f"“{text}” is not between 50 and 600. Write such as 200.")
    return int(text)


def _bbox(text: str) -> Bbox:
    remedy = f"“{text}” is no extent. Write west,south,east,north in degrees: 67,36.5,75,41."
    try:
        bbox = Bbox(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError(remedy) from None
    # The comparison is false for NaN too.
    if not (-180 <= bbox.west < bbox.east <= 180 and -85 <= bbox.south < bbox.north <= 85):
        raise argparse.ArgumentTypeError(remedy)
    return bbox


def _asked(options: argparse.Namespace, data: Package) -> Filter:
    """Make a filter of the options; values are found without regard to case."""
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        known = {value.casefold(): value for value in facet.options(data)}
        given = ",".join(getattr(options, facet.name)).split(",")
        values = [value.strip() for value in given if value.strip()]
        chosen[facet.name] = tuple(known.get(value.casefold(), value) for value in values)
    if options.start and options.end and options.end < options.start:
        raise FilterError(
            f"--to ({options.end}) lies before --from ({options.start}). Exchange the two."
        )
    asked = Filter(
        start=options.start, end=options.end, match=options.match, text=options.text, **chosen
    )
    query.check(data, asked)
    return asked


def _load(options: argparse.Namespace) -> Package:
    data = package.load(options.data)
    if data.problems:
        print(
            f"marz: {words.count(len(data.problems), 'problem')} in the data package; what is "
            "wrong is left out. See python -m geo validate.",
            file=sys.stderr,
        )
    return data


def _list(options: argparse.Namespace) -> int:
    data = _load(options)
    asked = _asked(options, data)
    rows = query.select(data, asked)
    if options.format == "table":
        print(terminal.table(data, asked, rows))
        return 0
    if options.format == "csv":
        content = export.csv(data, asked, rows, mark=False)
    else:
        content = export.geojson(data, asked, rows)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0


def _png(data: Package, asked: Filter, rows: Rows, options: argparse.Namespace) -> bytes:
    from geo import snapshot  # matplotlib is slow to import, and only a picture needs it

    return snapshot.picture(data, asked, rows, bbox=options.bbox, dpi=options.dpi)


WRITERS: dict[str, Callable[[Package, Filter, Rows, argparse.Namespace], bytes]] = {
    ".png": _png,
    ".html": lambda data, asked, rows, _: export.html(
        data, asked, rows, now=datetime.now().astimezone()
    ),
    ".csv": lambda data, asked, rows, _: export.csv(data, asked, rows),
    ".geojson": lambda data, asked, rows, _: export.geojson(data, asked, rows),
}


def _snapshot(options: argparse.Namespace) -> int:
    writer = WRITERS.get(options.output.suffix.lower())
    if writer is None:
        raise FilterError(
            f"--output {options.output} has no ending that Marz writes. "
            f"End it in {words.listed(list(WRITERS), 'or')}."
        )
    data = _load(options)
    asked = _asked(options, data)
    rows = query.select(data, asked)
    files.write(options.output, writer(data, asked, rows, options))
    print(terminal.clean(words.summary(data, asked, rows)), file=sys.stderr)
    return 0


def _validate(options: argparse.Namespace) -> int:
    data = package.load(options.directory or options.data)
    for problem in data.problems:
        print(terminal.clean(str(problem)))
    if data.problems:
        print(f"marz: {words.count(len(data.problems), 'problem')} found.", file=sys.stderr)
        return 1
    counts = [
        words.count(len(data.incidents), "incident"),
        words.count(len(data.claims), "claim"),
        words.count(len(data.sources), "source"),
        words.count(len(data.layers), "layer"),
    ]
    print(f"ok: {', '.join(counts)}, version {data.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
