/**
 * Has the page run when the browser has its connection again, with all that was chosen meanwhile.
 * A component of Streamlit that draws nothing.
 */
import { onReconnect } from "../../static/atlas/connection.js";

/** @import { Component } from "../../static/types" */
/** @typedef {HTMLElement & { marzReconnect?: () => void }} Root */

/** @param {Component<{}, { reconnect: boolean }>} component */
export default function ({ parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  if (!root.marzReconnect) onReconnect(root, () => root.marzReconnect?.());
  root.marzReconnect = () => setTriggerValue("reconnect", true);
}
