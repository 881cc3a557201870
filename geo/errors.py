"""Every error that Marz raises on purpose; each says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.model import Problem


class GeoError(Exception):
    """Base of all errors of Marz; its text is fit to be shown to a reader."""


class EdtfError(GeoError):
    """A date is not EDTF in one of the forms that Marz reads."""


class FilterError(GeoError):
    """A filter cannot be made from what was asked; names the option and the remedy."""


class PackageError(GeoError):
    """A data package cannot be used at all.

    Parameters
    ----------
    message : str
        What is wrong, for a reader.
    problems : sequence of Problem
        Every problem found, not only the first.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class WriteError(GeoError):
    """A file could not be written; what stood there before is untouched."""


class ChartError(GeoError):
    """A chart could not be drawn as a file."""


class CarriedError(GeoError):
    """A file carries no view that Marz can open again."""


class Cancelled(GeoError):
    """Somebody stopped what was being made."""


class ReadError(GeoError):
    """A file of somebody else's data cannot be taken in; says why and what to do."""


class LimitError(ReadError):
    """A file asks for more time, memory, rows or columns than it is given."""


class QuestionError(ReadError):
    """A file can be read in more than one way, and only its reader can tell which.

    Parameters
    ----------
    message : str
        The questions in words, for a reader.
    questions : sequence of str
        Their codes: ``day-first`` or ``calendar``.
    """

    def __init__(self, message: str, questions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.questions = tuple(questions)
