/**
 * Has the page run when the browser has its connection again, with all that was chosen meanwhile.
 * A component of Streamlit that draws nothing.
 */
import { whenBack } from "../../static/atlas/line.js";

/** @import { Component } from "../../static/types" */
/** @typedef {HTMLElement & { marzBack?: () => void }} Root */

/** @param {Component<null, { back: boolean }>} component */
export default function ({ parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  if (!root.marzBack) whenBack(root, () => root.marzBack?.());
  root.marzBack = () => setTriggerValue("back", true);
}
