"""A map of incidents as PNG, SVG or PDF that can be printed, cited and made again.

Drawn with matplotlib's Figure alone: pyplot keeps global state, which a server must not have.
"""

from __future__ import annotations

from geo.model import FilterError
from geo.picture import imprint
from geo.picture.exported import Export
from geo.picture.paper import drawing
from geo.picture.sheet import plan

FORMS = ("png", "svg", "pdf")


def picture(of: Export) -> bytes:
    """Draw incidents on a printed map, as one of `FORMS`.

    Returns
    -------
    bytes
        Equal for equal arguments and data. A PNG's text chunks are ``Title``, ``Description``,
        ``Source``, ``Copyright``, ``Creation Time``, ``Software``, ``Marz-Data-Version`` and
        ``Marz-State``; an SVG has the state in a last ``metadata``, a PDF in ``Keywords``.

    Raises
    ------
    FilterError
        If there is no such form.
    """
    check_form(of.form)
    with drawing():
        planned = plan(of.package, of.scene, of.rows, now=of.now, address=of.address)
        told = imprint.about(planned, state=of.state, address=of.address)
        return imprint.picture(planned, told, of.form, of.scene.sheet.dpi)


def check_form(form: str) -> None:
    """Refuse what is no form of a picture.

    Raises
    ------
    FilterError
        Names those that are.
    """
    if form not in FORMS:
        raise FilterError(f"A picture is no “{form}”. Choose one of {', '.join(FORMS)}.")
