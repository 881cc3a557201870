"""Page Reopen: drop a file that was exported, and the same view opens."""

import streamlit as st

from geo.model import StateError
from geo.package.load import Package
from pages.ui import frame, nav, reopened
from pages.ui.state import State


def body(_: Package, __: State) -> None:
    """One place to drop a file on; what cannot be opened is explained below it."""
    st.title("Open a file again", anchor=False)
    st.text(
        "Drop any file exported from Marz here: an image, film, web page, table or bundle. "
        "Marz restores its filters and map view, and tells you if the data have changed since."
    )
    given = st.file_uploader(
        "File exported from Marz", key="w-reopen", max_upload_size=reopened.LARGEST
    )
    if given is None:
        return
    try:
        reopened.take(given.getvalue(), given.name)
    except StateError as error:
        st.text(str(error))
    else:
        st.switch_page(nav.PAGES / "atlas.py")


frame.page(body, "reopen")
