/** The timeline of the dashboard, a component of Streamlit that talks to the frame of the map beside it. */
import { mapIn } from "../../static/atlas/frame.js";
import { onReconnect } from "../../static/atlas/connection.js";
import { timeline } from "../../static/atlas/timeline.js";

/** @import { Component, DateRange, TimelineData } from "../../static/types" */
/** @typedef {TimelineData & { frame: string, turn: number }} Data `turn`: how often the reader had set the dates by then */
/** @typedef {{ show: (data: Data) => void, tell: Component<Data, Trigger>["setTriggerValue"] }} Made */
/** @typedef {{ range: (number | null)[] }} Trigger */
/** @typedef {HTMLElement & { marzTimeline?: Made }} Root */

/** @param {Component<Data, Trigger>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {Root} */ (parentElement);
  const made = (root.marzTimeline ??= make(root, data));
  made.tell = setTriggerValue;
  made.show(data);
}

/**
 * @param {HTMLElement} root
 * @param {Data} first
 * @returns {Made}
 */
function make(root, first) {
  let { turn, frame } = first;
  let answered = turn; // of what the reader has set, what the server has answered
  /** @type {DateRange | null} */
  let own = null;
  const box = root.querySelector(".timeline") ?? root.appendChild(document.createElement("div"));
  const line = timeline(/** @type {HTMLElement} */ (box), {
    // As the number that it will have: what the server sends meanwhile is older.
    preview: (period) => mapIn(frame)?.show(period, turn + 1),
    change: tell,
  });
  function tell(/** @type {DateRange} */ range) {
    turn += 1;
    own = range;
    made.tell("range", [range.from, range.to, turn]);
  }
  // Nobody may have heard it; whoever has may have been told an older address since.
  onReconnect(root, () => own && answered < turn && tell(own));
  /** @type {Made} */
  const made = {
    tell: () => {},
    show(data) {
      ({ frame } = data);
      // What was asked before the reader let go is shown with the dates that were chosen since.
      // A server that has answered less than before has begun anew, and waits for nothing.
      if (data.turn < turn && data.turn >= answered && own) line.show({ ...data, range: own });
      else {
        turn = data.turn;
        line.show(data);
      }
      answered = data.turn;
    },
  };
  return made;
}
