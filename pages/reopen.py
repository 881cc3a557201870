"""Page Reopen: drop a file that was exported, and the same view opens."""

import streamlit as st

from geo.model import StateError
from geo.package.load import Package
from pages.ui import frame, nav, reopened
from pages.ui.state import State


def body(package: Package, _: State) -> None:
    """One place to drop a file on; what cannot be opened is explained below it."""
    st.subheader("Open a file again")
    st.text(
        "Drop any file that was exported from Marz: picture, film, page, table or bundle. Its "
        "filter and view stand in it, and both open as they were. If the data have changed since, "
        "Marz says what changed."
    )
    given = st.file_uploader("A file from Marz", key="w-reopen", max_upload_size=reopened.LARGEST)
    if given is None:
        return
    try:
        reopened.take(package, given.getvalue(), given.name)
    except StateError as error:
        st.text(str(error))
    else:
        st.switch_page(nav.PAGES / "atlas.py")


frame.page(body, "Reopen")
