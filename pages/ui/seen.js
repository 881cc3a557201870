// What the map beside this panel shows: asked when the panel opens, so that no move of the map by
// itself costs a run of the page. Draws nothing.
export default function ({ data, parentElement, setTriggerValue }) {
  const frame = document.querySelector(data.frame);
  const own = frame && frame.contentWindow && frame.contentWindow.marz;
  const seen = own && own.seen ? own.seen() : null;
  if (!seen || parentElement.marzTold) return; // once a panel: nobody moves the map behind it
  parentElement.marzTold = true;
  const known = data.known;
  if (known && seen.every((value, index) => Math.abs(value - known[index]) < 0.001)) return;
  setTriggerValue("seen", seen);
}
