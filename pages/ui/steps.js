/**
 * Hands what cells hold at any time to the map's frame beside this component of Streamlit, which draws
 * nothing itself. It is none of the timeline's data, which Streamlit sends whole at every change.
 */
import { mapIn, repeat } from "../../static/atlas/frame.js";

/** @import { Component, FrameApi, PackedSteps } from "../../static/types" */
/** @typedef {{ frame: string, steps: PackedSteps | null }} Data */
/** @typedef {HTMLElement & { marzSteps?: { data: Data, given: FrameApi | null, key: string | undefined } }} Root */

/** @param {Component<Data, {}>} component */
export default function ({ data, parentElement }) {
  const root = /** @type {Root} */ (parentElement);
  const known = root.marzSteps;
  if (known) {
    known.data = data;
    hand(known);
    return;
  }
  const made = (root.marzSteps = { data, given: null, key: undefined });
  repeat(root, () => hand(made));
}

/** @param {NonNullable<Root["marzSteps"]>} made */
function hand(made) {
  const { frame, steps } = made.data;
  const map = mapIn(frame);
  if (!map || (map === made.given && steps?.key === made.key)) return;
  // The frame may be there, and its map not yet.
  if (map.steps(steps)) Object.assign(made, { given: map, key: steps?.key });
}
