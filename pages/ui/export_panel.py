"""The panel that hands out files of exactly what is shown; each is made only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit import runtime

from geo import address, days, describe
from geo.collection.packaged import Packaged
from geo.export import formats, process
from geo.export.formats import FORMS, Form
from geo.model import Progress, Scene
from geo.package.load import Package
from geo.web import api, reading
from geo.web.links import Links
from pages.ui import address as bar
from pages.ui import embed, head, layout, map_view, preview, queue, sessions, state
from pages.ui.queue import Job

FORM, JOB = "export-form", "export-job"
EMBED = "Embed"
LABELS = {form.label: form for form in FORMS.values()}
LARGE = ("film", "bundle")
"""Kinds that take longer than a reader waits for a click; they are made beside the page."""
FINE = 300
"""Dots an inch above which a picture is made beside the page."""
POLL = 1.0
"""Seconds between looks at a file that is being made."""


def show(package: Package) -> None:
    """The button that opens the panel; open, it stays so whatever else runs the page again."""
    if st.button("Export", icon=":material/download:", key="w-take"):
        st.session_state.pop(JOB, None)
        st.session_state[state.PANEL] = True
    if st.session_state.get(state.PANEL):
        panel(package)


@st.dialog("Export", width="medium", on_dismiss=lambda: _close())  # noqa: PLW0108 - it is defined below
def panel(package: Package) -> None:
    """Choose a kind of file and what it looks like; it reruns by itself, without the page."""
    if runtime.exists():
        process.prepare()
    current = state.read(package)
    shown = current.scene
    map_view.ask(current)
    st.text(describe.summary(package, shown.query, Packaged(package).select(shown.query)))
    head.copies(("Copy link", embed.link()), ("Copy embed code", embed.code(package)))
    label = st.pills(
        "Format",
        [*LABELS, EMBED],
        default="PNG",
        required=True,
        key=FORM,
        on_change=state.whole(_drop),
    )
    if label == EMBED:
        embed.offer(package)
        return
    form = LABELS[label or "PNG"]
    st.caption(form.what)
    if form.kind in ("picture", "film", "bundle"):
        shown = layout.choose(package, current, form)
    if form.preview:
        drawn = partial(_maker, package, form=form, is_preview=True)
        preview.offer(shown, form, package.version, drawn)
    if form.kind in LARGE or is_slow(shown, form):
        _made_beside(package, shown, form)
    else:
        _download(shown, form, _maker(package, shown, form), "w-download")
    _how_to_read(shown, form)
    st.caption(
        "The file records the filters, the view, the date, versions, sources, licences and "
        "credits. To reopen it, use the page Reopen."
    )


def is_slow(shown: Scene, form: Form) -> bool:
    """Whether a picture takes longer than a click: small maps, or many pixels."""
    fine = form.ending == ".png" and shown.sheet.dpi > FINE
    several = bool(shown.sheet.each or shown.sheet.compare)
    return form.kind == "picture" and (several or fine)


def _download(shown: Scene, form: Form, content: bytes | Callable[[], bytes], key: str) -> None:
    st.download_button(
        f"Download {form.label}",
        content,
        file_name=formats.file_name(shown, form.ending),
        mime=form.mime,
        key=key,
        on_click="ignore",
        type="primary",
        width="stretch",
    )


def _how_to_read(shown: Scene, form: Form) -> None:
    """How other programs read exactly this view: by its address, or the file where it has none."""
    pairs = address.pairs(Scene(query=shown.query))
    served = form.ending in api.FORMATS
    where = (
        f"{bar.root(st.context.url or '')}{Links().data(form.ending, pairs)}"
        if served
        else formats.file_name(shown, form.ending)
    )
    ways = reading.reading(form.ending, where)
    if not ways:
        return
    with st.expander("Read exactly this view with other programs"):
        for tab, (tool, lines) in zip(st.tabs([*ways]), ways.items(), strict=True):
            tab.code(lines, language=reading.LANGUAGES.get(tool), wrap_lines=True)
        if served:
            st.caption(
                "The address always returns the latest data; a downloaded file does not change."
            )


def _maker(
    package: Package, shown: Scene, form: Form, *, is_preview: bool = False
) -> Callable[[], bytes]:
    making = _making(package, shown, form.ending, preview=is_preview)
    return partial(queue.made, making, sessions.identity())


def _making(
    package: Package, shown: Scene, ending: str, *, preview: bool = False
) -> Callable[[Progress], bytes]:
    making = partial(process.make, package, shown, ending, day=days.today(), preview=preview)
    return lambda progress: making(progress=progress)


@st.fragment(run_every=POLL)
def _made_beside(package: Package, shown: Scene, form: Form) -> None:
    """A button that begins it, then how far it is, then the file; looks again by itself."""
    wanted = (shown, form.ending, package.version)
    known: tuple[Any, Job] | None = st.session_state.get(JOB)
    if known and known[0] != wanted:
        _drop()
        known = None
    if known is None:
        st.button(
            f"Make {form.label}",
            on_click=state.whole(_begin),
            args=(package, wanted),
            key="w-make",
            type="primary",
            width="stretch",
        )
        return
    job = known[1]
    job.look()
    if job.is_running:
        part = job.done / job.of if job.of else 0.0
        counted = f"{formats.PARTS[form.kind].capitalize()} {job.done} of {job.of}"
        said = counted if job.done else f"Making the {form.label} …"
        if before := job.ahead:
            files = "1 file" if before == 1 else f"{before} files"
            said = f"{files} to be made before yours …"
        st.progress(part, said)
        st.button("Cancel", on_click=state.whole(_drop), key="w-cancel", width="stretch")
    elif job.content is not None:
        _download(shown, form, job.content, "w-download-made")
    else:
        st.text(job.error or "Cancelled.")
        st.button("Try again", on_click=state.whole(_drop), key="w-again", width="stretch")


def _begin(package: Package, wanted: tuple[Scene, str, str]) -> None:
    job = Job(_making(package, *wanted[:2]), sessions.identity())
    st.session_state[JOB] = (wanted, job)


def _close() -> None:
    st.session_state.pop(state.PANEL, None)
    _drop()


def _drop() -> None:
    """Stop what is being made and forget what was: the server keeps no file for nobody."""
    known: tuple[Any, Job] | None = st.session_state.pop(JOB, None)
    if known:
        known[1].stop()
