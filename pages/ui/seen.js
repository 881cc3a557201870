/**
 * What the map beside this panel shows: asked when the panel opens, so that no move of the map by
 * itself costs a run of the page. A component of Streamlit that draws nothing.
 */
import { mapIn } from "../../static/atlas/frame.js";

/** @import { Component } from "../../static/types" */
/** @typedef {HTMLElement & { marzTold?: boolean }} Panel */

const SAME = 0.001; // degrees, zoom or pixels

/** @param {Component<{ frame: string, known: number[] | null }, { seen: number[] }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const panel = /** @type {Panel} */ (parentElement);
  const seen = mapIn(data.frame)?.seen();
  if (!seen || panel.marzTold) return; // once a panel: nobody moves the map behind it
  panel.marzTold = true;
  const { known } = data;
  if (known && seen.every((value, index) => Math.abs(value - known[index]) < SAME)) return;
  setTriggerValue("seen", seen);
}
