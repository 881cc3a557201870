"""Page Sources: what was taken from where, licences, border vintages, method, known gaps."""

import pandas as pd
import streamlit as st

from geo import places, records, words
from geo.package import Package
from pages.ui import frame, prose
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Nothing here depends on the filters."""
    st.title("Sources and method")
    if description := package.descriptor.get("description"):
        st.text(str(description))
    _sources(package)
    _borders(package)
    _layers(package)
    _method(package)


def _sources(package: Package) -> None:
    st.header("Sources", anchor="sources")
    titles = dict(zip(package.incidents["id"], package.incidents["title"], strict=True))
    for row in package.sources.to_dict("records"):
        source = records.source(package, row["id"])
        cited = package.citations[package.citations["source_id"] == row["id"]]
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(key=f"source-{row['id']}", width="stretch"):
                    st.text(source["line"])
                if source["url"]:
                    st.link_button("Open the page", source["url"], key=f"w-open-{row['id']}")
            if source["note"]:
                st.text(f"Note: {source['note']}")
            table = pd.DataFrame(
                {
                    "Record": [titles[i] for i in cited["incident_id"]],
                    "Paragraphs": [records.source(package, row["id"], p)["paragraphs"]
                                   for p in cited["paragraphs"]],
                    "Id": cited["incident_id"].tolist(),
                }
            )  # fmt: skip
            with st.expander(f"Taken from it: {words.count(len(table), 'record')}"):
                st.dataframe(table, hide_index=True, height="content")


def _borders(package: Package) -> None:
    st.header("Border vintages", anchor="borders")
    st.markdown(
        "An incident is drawn against the line in force on its day. Lengths are geodesic, on the "
        "WGS 84 ellipsoid; what others print stands beside ours. The difference between two "
        "vintages mixes treaty and re-mapping: it is not territory ceded."
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
                "Others say": "; ".join(
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
        st.text("This data package says nothing of its method (no METHOD.md).")


frame.page(body, "Sources")
