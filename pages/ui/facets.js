/** The facets of the dashboard's panel, a component of Streamlit: its own pills read their labels as Markdown. */
import { add } from "../../static/atlas/dom.js";
import { facetOptions } from "../../static/atlas/facets.js";
import { onReconnect } from "../../static/atlas/connection.js";

/** @import { Component } from "../../static/types" */
/** @typedef {{ name: string, label: string, options: [value: string, words: string][], counts: number[], chosen: string[] }} Facet */
/** @typedef {{ facets: Facet[], turn: number }} Data `turn`: how often the reader had chosen by then */
/** @typedef {Record<string, [chosen: string[], turn: number]>} Trigger */
/** @typedef {{ drawn: string, order: string[], box: HTMLElement, show: ReturnType<typeof facetOptions> }} Made */
/**
 * @typedef {object} State
 * @property {Map<string, Made>} made
 * @property {number} turn how often the reader has chosen
 * @property {number} answered of these, those that the server has answered
 * @property {Map<string, string[]>} own what was chosen since
 * @property {Component<Data, Trigger>["setTriggerValue"]} tell
 */
/** @typedef {HTMLElement & { marzFacets?: State }} Root */

/** @param {Component<Data, Trigger>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  const box = root.querySelector(".marz-facets") ?? add(root, "div", "", "marz-facets");
  const state = (root.marzFacets ??= begin(root, data.turn));
  state.tell = setTriggerValue;
  // A server that has answered less than before has begun anew, and waits for nothing.
  if (data.turn >= state.turn || data.turn < state.answered) {
    state.own.clear();
    state.turn = data.turn;
  }
  state.answered = data.turn;
  for (const [name, { box: gone }] of state.made) {
    if (data.facets.some((facet) => facet.name === name)) continue;
    gone.remove();
    state.made.delete(name);
  }
  for (const { name, label, options, counts, chosen } of data.facets) {
    // Which is the commonest changes with every filter: options stay where they stand, as do focus and fold.
    const drawn = JSON.stringify([label, ...options.map(([value]) => value).sort()]);
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
      made = { drawn, order: options.map(([value]) => value), box: place, show };
      state.made.set(name, made);
    }
    // What was asked before the reader chose again is shown with what was chosen since.
    const counted = new Map(options.map(([value], position) => [value, counts[position]]));
    made.show(state.own.get(name) ?? chosen, made.order.map((/** @type {string} */ value) => counted.get(value) ?? 0));
  }
}

/**
 * @param {HTMLElement} root
 * @param {number} turn
 * @returns {State}
 */
function begin(root, turn) {
  /** @type {State} */
  const state = { made: new Map(), turn, answered: turn, own: new Map(), tell: () => {} };
  onReconnect(root, () => {
    // Nobody may have heard it; to hear it twice does no harm.
    for (const [name, values] of state.own) state.tell(name, [values, state.turn]);
  });
  return state;
}
