/** The list of incidents of the dashboard, a component of Streamlit. */
import { incidentList } from "../../static/atlas/list.js";

/** @import { Component, Page } from "../../static/types" */
/** @typedef {HTMLElement & { marzShow?: (page: Page) => void }} Mount */

/** @param {Component<Page, { pick: string, turn: number, sort: string, star: string, only: boolean, unstar: boolean }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const mount = /** @type {Mount} */ (parentElement);
  let box = /** @type {Mount | null} */ (mount.querySelector(".marz-list"));
  if (!box?.marzShow) {
    box = document.createElement("div");
    mount.append(box);
    box.marzShow = incidentList(box, {
      pick: (id) => setTriggerValue("pick", id),
      turn: (first) => setTriggerValue("turn", first),
      star: data.stars ? (id) => setTriggerValue("star", id) : undefined,
      only: (on) => setTriggerValue("only", on),
      unstar: () => setTriggerValue("unstar", true),
      sort: (oldest) => setTriggerValue("sort", oldest ? "oldest" : "newest"),
    }).show;
  }
  box.marzShow?.(data);
}
