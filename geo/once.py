"""What hangs on a data package alone is worked out once, and let go with the package."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from geo.package import Package

P = ParamSpec("P")
T = TypeVar("T")


def a_package(make: Callable[Concatenate[Package, P], T]) -> Callable[Concatenate[Package, P], T]:
    """Keep the answer of a function for each package, and each of its few other arguments.

    Parameters
    ----------
    make : callable
        Of a package and perhaps positional, hashable arguments of few values. What it gives is
        handed to all who ask: treat it as frozen.
    """
    known: WeakKeyDictionary[Package, dict[tuple[Any, ...], T]] = WeakKeyDictionary()

    @wraps(make)
    def kept(package: Package, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answers = known.setdefault(package, {})
        if args not in answers:
            answers[args] = make(package, *args, **kwargs)
        return answers[args]

    return kept
