"""A map of incidents as PNG, SVG or PDF that can be printed, cited and made again.

Drawn with matplotlib's Figure alone: pyplot keeps global state, which a server must not have.
"""

from __future__ import annotations

from datetime import datetime

from geo.model import FilterError, Scene
from geo.package.load import Package, Rows
from geo.picture import imprint
from geo.picture.paper import drawing
from geo.picture.sheet import plan

FORMS = ("png", "svg", "pdf")


def picture(
    package: Package,
    scene: Scene,
    rows: Rows,
    *,
    form: str,
    now: datetime,
    state: str = "",
    address: str = "",
) -> bytes:
    """Draw incidents on a printed map.

    Parameters
    ----------
    scene : Scene
        What was asked for, the extent, the language of the names and the sheet.
    form : {"png", "svg", "pdf"}
        Kind of file.
    now : datetime
        When it is said to be made; only its day is.
    state : str
        Token that is kept in the file, so that the same view can be opened again: in a PNG the
        text chunk ``Marz-State``, in an SVG a last ``metadata``, in a PDF ``Keywords``.
    address : str
        Short address of the view, printed at the foot.

    Returns
    -------
    bytes
        Equal for equal arguments and data. A PNG's text chunks are ``Title``, ``Description``,
        ``Source``, ``Copyright``, ``Creation Time``, ``Software``, ``Marz-Data-Version`` and
        ``Marz-State``.

    Raises
    ------
    FilterError
        If there is no such form.
    """
    check_form(form)
    with drawing():
        planned = plan(package, scene, rows, now=now, address=address)
        told = imprint.about(planned, state=state, address=address)
        return imprint.picture(planned, told, form, scene.sheet.dpi)


def check_form(form: str) -> None:
    """Refuse what is no form of a picture.

    Raises
    ------
    FilterError
        Names those that are.
    """
    if form not in FORMS:
        raise FilterError(f"A picture is no “{form}”. Choose one of {', '.join(FORMS)}.")
