/**
 * Hands the annotations to the map's frame beside this component of Streamlit, which draws nothing itself, and
 * what the reader draws there to the server.
 */
import { mapIn, repeat } from "../../static/atlas/frame.js";

/** @import { Component, FrameApi } from "../../static/types" */
/** @typedef {{ frame: string, notes: string[], edit: boolean }} Data */
/** @typedef {HTMLElement & { marzNotes?: { data: Data, told: string, given: FrameApi | null, tell: Component<Data, Trigger>["setTriggerValue"] } }} Root */
/** @typedef {{ notes: { texts: string[] } }} Trigger what is empty would be no news to Streamlit */

/** @param {Component<Data, Trigger>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  const known = root.marzNotes;
  if (known) {
    Object.assign(known, { data, tell: setTriggerValue });
    // What is drawn there already is not drawn again: the answer to a second one may come before that to a third.
    if (JSON.stringify(data.notes) !== known.told) known.given = null;
    hand(known);
    return;
  }
  const made = (root.marzNotes = { data, told: "", given: null, tell: setTriggerValue });
  repeat(root, () => hand(made));
}

/** @param {NonNullable<Root["marzNotes"]>} made */
function hand(made) {
  const { data } = made;
  const map = mapIn(data.frame);
  if (!map || map === made.given) return;
  const taken = map.annotate(data.notes, data.edit ? (notes) => {
    made.told = JSON.stringify(notes);
    made.tell("notes", { texts: notes });
  } : null);
  if (!taken) return; // the frame is there, and its map is not yet
  made.given = map;
  made.told = JSON.stringify(data.notes);
}
