"""Page Actors: who they are, what they do in which incidents, and against whom."""

import pandas as pd
import streamlit as st

from geo import describe
from geo.collection import actors
from geo.model import LANGUAGE_NAMES
from geo.package.load import Package
from geo.vocabulary import ROLES, country_name
from pages.ui import address, frame, state
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """One actor where one is chosen, or all of them."""
    known = {row["name"]: actor for actor, row in actors.by_id(package).items()}
    st.title("Actors")
    if not known:
        st.text("This data package names no actors.")
        return
    asked = next((name for name in current.query.options("actor") if name in known), None)
    names = sorted(known)
    st.selectbox(
        "Actor",
        names,
        index=None,
        placeholder="Choose an actor",
        **state.bound("w-actor-page", asked, lambda name: state.put("actor", name or "")),
    )
    if asked:
        _one(package, known[asked])
    else:
        _all(package)


def _one(package: Package, actor: str) -> None:
    found = actors.by_id(package)[actor]
    st.header(found["kind"].replace("_", " ").capitalize(), anchor=False)
    st.text(found["name"])
    told = {
        "Country": country_name(found["country"]) if found["country"] else "",
        **{name: found[f"name_{code}"] for code, name in LANGUAGE_NAMES.items()},
        "Also called": "; ".join(part for part in found["aliases"].split(";") if part),
    }
    for label, text in told.items():
        if text:
            st.caption(label)
            st.text(text)
    address.to_incidents(actor=found["name"])
    for role, rows in sorted(actors.rows_of(package, actor).items(), key=lambda r: -len(r[1])):
        st.subheader(f"{ROLES[role].capitalize()} in {describe.count(len(rows), 'incident')}")
        table = describe.as_table(package, rows)[["when", "title", "status", "deaths"]]
        table.columns = pd.Index(["When", "What", "Status", "Deaths"])
        st.dataframe(table, hide_index=True, key=f"w-role-{role}")


def _all(package: Package) -> None:
    rows = []
    for actor, found in actors.by_id(package).items():
        roles = actors.rows_of(package, actor)
        rows.append(
            {
                "Actor": found["name"],
                "Kind": found["kind"].replace("_", " "),
                "Country": country_name(found["country"]) if found["country"] else "",
                **{ROLES[role].capitalize(): len(roles.get(role, ())) for role in ROLES},
            }
        )
    order = [ROLES[role].capitalize() for role in ROLES]
    table = pd.DataFrame(rows)
    table = table.assign(total=table[order].sum(axis=1)).sort_values("total", ascending=False)
    st.text(
        f"{describe.count(len(table), 'actor')}. Numbers are incidents in which each has a role."
    )
    st.dataframe(table.drop(columns="total"), hide_index=True, key="w-actors")


frame.page(body, "actor")
