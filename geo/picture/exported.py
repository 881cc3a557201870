"""What a file of a view is made of; of nothing else, so that it can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from geo.model import Progress, Scene
from geo.package.load import Package, Rows


@dataclass(frozen=True)
class Export:
    """What a writer makes a file of.

    Attributes
    ----------
    package : Package
        The data.
    scene : Scene
        What is shown; the file keeps all of it.
    rows : array of int
        Positions in ``package.incidents`` of what the scene's filter leaves.
    form : str
        Kind of file: the ending of its name, without the dot.
    now : datetime.datetime
        When the file says that it was made, UTC; only its day is told.
    state : str
        The embedded state, to be put into the file verbatim; "" for none.
    address : str
        Short address of the scene, "" for none; a picture has it at its foot.
    progress : callable, optional
        Called after each part of what is slow; False stops it with `Cancelled`.
    """

    package: Package
    scene: Scene
    rows: Rows
    form: str
    now: datetime
    state: str = ""
    address: str = ""
    progress: Progress | None = None
