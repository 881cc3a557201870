"""Page Sources: what was taken from where, licences, border vintages, method, known gaps."""

import pandas as pd
import streamlit as st

from geo import places
from geo.package.load import Package
from pages.ui import frame, prose, source_list
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Nothing here depends on the filters."""
    st.title("Sources and method")
    if description := package.descriptor.get("description"):
        st.text(str(description))
    source_list.sources(package)
    source_list.left_out(package)
    _borders(package)
    _layers(package)
    _method(package)


def _borders(package: Package) -> None:
    st.header("Border versions", anchor="borders")
    st.markdown(
        "Each incident is shown against the border in force on its date. Lengths are geodesic, "
        "on the WGS 84 ellipsoid, next to published figures. The two versions of a border "
        "differ because of the treaty and because of re-mapping: the difference is not "
        "territory ceded."
    )
    frame_ = package.layers["borders"]
    rows = []
    for border in frame_.to_dict("records"):
        published = border.get("published_lengths")
        rows.append(
            {
                "Border": border["name"],
                "Valid from": border["valid_from"] or "",
                "Valid to": border["valid_to"] or "",
                "Length, km": border.get("length_km"),
                "As drawn, km": round(places.length_km(border["geometry"]), 1),
                "Published figures": "; ".join(
                    f"{entry.get('text') or entry.get('km')} ({entry.get('by')})"
                    for entry in (published if isinstance(published, list) else [])
                    if isinstance(entry, dict)
                ),
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content")


def _layers(package: Package) -> None:
    st.header("Files and licences", anchor="licences")
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "File": resource["path"],
                    "What": resource.get("title", ""),
                    "Licence": ", ".join(item["name"] for item in resource.get("licenses", [])),
                    "Credit": resource.get("attribution", ""),
                    "SHA-256": str(resource.get("hash", "")).removeprefix("sha256:")[:16],
                }
                for resource in package.descriptor["resources"]
            ]
        ),
        hide_index=True,
        height="content",
    )
    st.text(f"Data version {package.version}")


def _method(package: Package) -> None:
    st.header("Method and known gaps", anchor="method")
    path = package.directory / "METHOD.md"
    if path.is_file():
        prose.show(path.read_text("utf-8", errors="replace"), "method")
    else:
        st.text("This data package does not describe its method: it has no METHOD.md.")


frame.page(body, "sources")
