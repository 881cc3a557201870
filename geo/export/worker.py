"""Makes files one after the other, for a server that has other things to do.

Started by `geo.export.process`, which hands requests over on standard input and gets answers back,
both as pickles: the two are one program, and nobody else speaks to either. It gives way to whoever
else wants the processor, and ends when whoever started it does.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

GIVES_WAY = 10
"""How much it gives way (nice)."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "ARROW_IO_THREADS")
"""Variables that say how many processors a library may use: one is left to the pages."""


Request = tuple[str, str, dict[str, Any]]
"""Directory of the data package, version that it must have, and what `formats.make` takes."""


def main() -> None:
    """Answer requests until there are none."""
    # What a library prints would stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(AttributeError, OSError):
        os.nice(GIVES_WAY)
    maker = _Maker(answers)
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own server
        except EOFError:
            return
        answer = maker.answer(request)
        _give_back()
        maker.say("answer", answer)
        answer = None


def _give_back() -> None:
    """Give memory that is free back to the system, where the C library can."""
    # A large picture leaves some hundred megabytes in pieces, which the library would keep.
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class _Maker:
    """Makes files, and keeps the package that it read."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._package: Any = None

    def say(self, kind: str, what: Any) -> None:
        """Tell whoever started this."""
        pickle.dump((kind, what), self._answers, protocol=pickle.HIGHEST_PROTOCOL)
        self._answers.flush()

    def answer(self, request: Request | None) -> Any:
        """The file, or the error that prevented it; nothing was wanted but to be ready for None."""
        from geo.model import GeoError

        try:
            from geo.export import formats
            from geo.package import releases
            from geo.package.load import load_package
            from geo.picture import snapshot  # noqa: F401 - takes a second to import

            if request is None:
                return b""
            directory, version, asked = request
            if self._package is None or self._package.version != version:
                self._package = load_package(Path(directory))
                if asked["shown"].as_of:
                    self._package = releases.as_of(self._package, asked["shown"].as_of)
            if self._package.version != version:
                return GeoError("The data were changed meanwhile. Reload the page and try again.")
            return formats.make(self._package, **asked, progress=self._progress)
        except GeoError as error:
            # Its words: an error with parts of its own cannot be sent.
            return GeoError(str(error))
        except MemoryError:
            return GeoError("It takes more memory than the server has. Choose a smaller size.")

    def _progress(self, done: int, of: int) -> bool:
        self.say("progress", (done, of))
        return True


if __name__ == "__main__":
    main()
