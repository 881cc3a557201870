"""Taking in a file: it is looked at, its columns are set right, and it is read, step by step.

All that opens the file happens in a process of its own (`geo.ingest.sandboxed`), watched by a
thread that belongs to the session: changing a filter meanwhile stops nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from geo.collection.engine import duck
from geo.collection.packaged import Packaged
from geo.ingest import changes, sandboxed
from geo.ingest.importing import StepProgress
from geo.ingest.inspection import Inspection
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import Report
from geo.model import GeoError, LimitError, ReadError
from geo.package.load import Package
from pages.ui import datasets, mapping, own_data, sessions, state, work
from pages.ui.datasets import Entry

TYPES = (
    "csv tsv txt json jsonl ndjson geojson xlsx xls ods parquet geoparquet kml kmz gpx gpkg zip dta"
    " gz"
).split()
SET = "set.parquet"
UPLOAD, REPORT, GIVEN_UP = "own-upload", "own-report", "own-given-up"
LOOKING, ASKING, READING = "looking", "asking", "reading"
COMPARING, OPENING, DONE, FAILED = "comparing", "opening", "done", "failed"
SORTING = "sorting"
"""This step and `READING` are called so by `geo.ingest.importing` too."""
WAITING = sandboxed.WAITING
SAID = {
    LOOKING: "Inspecting the file …",
    READING: "Reading the rows …",
    SORTING: "Sorting …",
    COMPARING: "Comparing with the earlier file …",
    OPENING: "Building the index …",
}


@dataclass
class Job:
    """A file on its way in.

    Attributes
    ----------
    path, name : Path, str
        Where it lies, and what the reader calls it.
    package : Package
        Whose spellings of places a search is to know.
    over : Entry or None
        The reader's set that it is a newer file of, and whose place it takes.
    step : str
        Where it is.
    share : float or None
        Done of the step; None where that is not known.
    ahead : int
        Files that wait before it, while it waits itself.
    """

    path: Path
    name: str
    package: Package
    over: Entry | None = None
    step: str = LOOKING
    share: float | None = None
    ahead: int = 0
    inspected: Inspection | None = None
    mapping: Mapping | None = None
    report: Report | None = None
    entry: Entry | None = None
    error: str = ""
    turn: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def look(self, given: Mapping | None = None) -> None:
        """Find out what the file is, in the background."""
        self._start(LOOKING, lambda: self._look(given))

    def read(self, given: Mapping) -> None:
        """Read it all, in the background."""
        self.mapping = given
        self._start(READING, self._read)

    def cancel(self) -> None:
        """Stop what runs; the process is ended."""
        self.stop.set()

    def _start(self, step: str, action: Callable[[], None]) -> None:
        self.step, self.share, self.error = step, None, ""
        self.stop = threading.Event()
        threading.Thread(target=self._try, args=(action, self.stop), daemon=True).start()

    def _try(self, action: Callable[[], None], stop: threading.Event) -> None:
        try:
            action()
        except GeoError as error:
            if not stop.is_set():
                self.error, self.step = str(error), FAILED
        except Exception:
            if stop.is_set():
                return  # the session is over, and its files are gone
            self.error, self.step = "It could not be imported. The server's log says why.", FAILED
            raise

    def _progress(self, stop: threading.Event, name: str = "") -> StepProgress:
        """What tells the page where it is; `name` is the step, whatever a process calls it."""

        def tell(step: str, done: int, total: int | None) -> bool:
            if stop.is_set():
                return False
            if step == WAITING:
                self.step, self.share, self.ahead = WAITING, None, done
            else:
                self.step = name or step
                self.share = min(1.0, done / total) if total else None
            return True

        return tell

    def _look(self, given: Mapping | None) -> None:
        found = self._inspect(given)
        if given is None and self.over is not None:
            # What the reader said of the earlier file need not be said again.
            again = changes.carried_over(self.over.report.mapping, Mapping(), found.columns)
            found = self._inspect(again) if again.used() else found
        self.inspected, self.mapping = found, found.mapping
        self.turn += 1
        self.step = ASKING

    def _inspect(self, given: Mapping | None) -> Inspection:
        return sandboxed.inspect(
            self.path,
            self.name,
            mapping=given,
            limits=Limits.from_environment(),
            progress=self._progress(self.stop, LOOKING),
        )

    def _read(self) -> None:
        stop = self.stop
        out = self.path.with_name(SET)
        if self.over is not None and self.mapping is not None:
            changes.check_ids(self.mapping, Path(self.name))
        self.report = sandboxed.import_file(
            self.path,
            self.name,
            out,
            mapping=self.mapping,
            limits=Limits.from_environment(),
            progress=self._progress(stop),
        )
        progress = self._progress(stop, OPENING)
        differs = None
        with sandboxed.turn(progress):
            if self.over is not None:
                self.step, self.share = COMPARING, None
                old = self.path.parent.with_name(self.over.key) / SET
                if not old.is_file():
                    raise ReadError("The earlier set was removed meanwhile; import this one anew.")
                differs = changes.compare(old, out, changes.changes_beside(out))
            self.step, self.share = OPENING, None
            data = duck.open_set(
                out,
                self.name,
                names=Packaged(self.package).names(),
                progress=lambda done, total: progress(OPENING, done, total),
            )
        if stop.is_set():
            data.close()
            return
        self.path.unlink(missing_ok=True)
        over = self.over.title if self.over else ""
        key = self.path.parent.name
        self.entry = Entry(key, self.name, data, "own", self.report, over, differs)
        self.step = DONE


def offer(package: Package) -> None:
    """Draw a place for a file beside other things, folded away until it is asked for."""
    opened = st.sidebar.expander("Your own data", key="w-own-data", on_change="rerun")
    if opened.open:
        with opened:
            _upload(package)
            st.caption("It stays in this session and is left out of everything you can share.")


def show(package: Package) -> None:
    """The step that the reader is at."""
    session = own_data.session()
    job: Job | None = session.job
    if job is None:
        _upload(package)
    elif job.step == ASKING and job.inspected and job.mapping:
        _ask(job)
    elif job.step == FAILED:
        _failed(job)
    else:
        _watch()


def newer(package: Package, over: Entry) -> None:
    """A place for a newer file of a set, folded away until it is asked for."""
    opened = st.expander("Import a newer file over it", key=f"w-over-{over.key}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        if over.report.mapping.id:
            st.caption(
                "Say an export of a later day. It takes the place of this set, and a report says "
                "which incidents are new, changed or gone."
            )
            _upload(package, over)
        else:
            st.text(
                "This set has no column of ids, so its incidents cannot be told apart from those "
                "of another file. Import it again, with that column as the ID."
            )


def _upload(package: Package, over: Entry | None = None) -> None:
    name = st.session_state.get(GIVEN_UP)
    if name and over is None:
        with st.container(key="given-up"):
            st.text(f"You cancelled {name}. Nothing was imported and the file was deleted.")
    try:
        own_data.admit(sessions.identity(), 0, own_data.Bounds.from_environment())
    except LimitError as full:
        st.text(str(full))
        return
    number = st.session_state.get(UPLOAD, 0)
    most = st.get_option("server.maxUploadSize")
    sandboxed.prepare()
    given = st.file_uploader(
        "A file of incidents: CSV, Excel, ODS, Parquet, (Geo)JSON, KML, GPX, GeoPackage, Shapefile",
        TYPES,
        key=f"w-upload{over.key if over else ''}-{number}",
        help=f"At most {most} MB. Larger ones: python -m geo import FILE -o DATASET.parquet",
    )
    if given is None:
        return
    job = Job(own_data.keep(given.getbuffer(), given.name), given.name[:200], package, over)
    # Another key lets go of the upload that Streamlit holds in memory.
    st.session_state[UPLOAD] = number + 1
    st.session_state.pop(GIVEN_UP, None)
    own_data.session().job = job
    job.look()
    st.rerun()


def _ask(job: Job) -> None:
    assert job.inspected is not None
    assert job.mapping is not None
    st.header("Match the columns", anchor=False)
    st.text(f"{job.name}, over {job.over.title}" if job.over else job.name)
    sandboxed.prepare()
    given = mapping.form(job.inspected, job.mapping, f"{job.turn}")
    open_questions = mapping.unanswered(job.inspected, given)
    with st.container(horizontal=True):
        # No callback: it would be handed the form as it stood a run before, and a choice made just
        # before the click be lost.
        if st.button(
            "Import the file",
            type="primary",
            key="w-read-file",
            disabled=bool(open_questions),
            help="Answer the question above first." if open_questions else None,
        ):
            job.read(given)
            st.rerun()
        st.download_button(
            "Save these settings",
            given.to_json,
            file_name="marz-mapping.json",
            mime="application/json",
            key="w-save-mapping",
            on_click="ignore",
        )
        st.button("Cancel", key="w-drop-file", on_click=state.whole(_give_up))
    mapping.sample(job.inspected)
    with st.expander("Use saved settings, or change how the file is read"):
        mapping.saved(job.inspected, job.look)
        mapping.writing(job.inspected, given, job.look)


def _failed(job: Job) -> None:
    st.error("This file could not be imported.", icon=":material/error:")
    st.text(job.name)
    st.text(job.error)
    with st.container(horizontal=True):
        if job.inspected:
            st.button("Back to the columns", key="w-back", on_click=state.whole(_back), args=(job,))
        st.button("Choose another file", key="w-drop-file", on_click=state.whole(_drop))


def _back(job: Job) -> None:
    job.step = ASKING


def _give_up() -> None:
    job: Job | None = own_data.session().job
    if job is not None:
        st.session_state[GIVEN_UP] = job.name
    _drop()


def _drop() -> None:
    session = own_data.session()
    if session.job is not None:
        session.job.cancel()
        own_data.discard(session.job.path.parent.name)
        session.job = None


@st.fragment(run_every=0.4)
def _watch() -> None:
    """Say how far it is; the rest of the page does not run for it."""
    job: Job | None = own_data.session().job
    if job is None or job.step in (ASKING, FAILED):
        st.rerun()
        return
    if job.step == DONE and job.entry:
        own_data.session().job = None
        datasets.add(job.entry, job.over)
        work.forget()
        st.session_state[REPORT] = job.entry.key
        st.rerun()
    st.text(job.name)
    said = SAID.get(job.step, "")
    if job.step == WAITING:
        before = f", {job.ahead} before yours" if job.ahead else ""
        said = f"Other files are being read; yours waits for its turn{before} …"
    st.progress(job.share or 0.0, text=said)
    st.button("Cancel", key="w-drop-file", on_click=state.whole(_give_up))
