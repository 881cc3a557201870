/** The facets of the dashboard's panel, a component of Streamlit: its own pills read their labels as Markdown. */
import { add } from "../../static/atlas/dom.js";
import { facetOptions } from "../../static/atlas/facets.js";

/** @import { Component } from "../../static/types" */
/** @typedef {{ name: string, label: string, options: [value: string, words: string][], counts: number[], chosen: string[] }} Facet */
/** @typedef {{ facets: Facet[], turn: number }} Data `turn`: how often the reader had chosen by then */
/** @typedef {{ drawn: string, box: HTMLElement, show: ReturnType<typeof facetOptions> }} Made */
/** @typedef {HTMLElement & { marzFacets?: { made: Map<string, Made>, turn: number, own: Map<string, string[]>, tell: Component<Data, Record<string, [string[], number]>>["setTriggerValue"] } }} Root */

/** @param {Component<Data, Record<string, [string[], number]>>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  const box = root.querySelector(".marz-facets") ?? add(root, "div", "", "marz-facets");
  const state = (root.marzFacets ??= { made: new Map(), turn: data.turn, own: new Map(), tell: setTriggerValue });
  state.tell = setTriggerValue;
  if (data.turn >= state.turn) state.own.clear();
  for (const [name, { box: gone }] of state.made) {
    if (data.facets.some((facet) => facet.name === name)) continue;
    gone.remove();
    state.made.delete(name);
  }
  for (const { name, label, options, counts, chosen } of data.facets) {
    const drawn = JSON.stringify([label, options]);
    let made = state.made.get(name);
    if (made?.drawn !== drawn) {
      const place = document.createElement("div");
      if (made) made.box.replaceWith(place);
      else box.append(place);
      const show = facetOptions(place, label, options, (values) => {
        state.turn += 1;
        state.own.set(name, values);
        state.tell(name, [values, state.turn]);
      });
      made = { drawn, box: place, show };
      state.made.set(name, made);
    }
    // What was asked before the reader chose again is shown with what was chosen since.
    made.show(state.own.get(name) ?? chosen, counts);
  }
}
