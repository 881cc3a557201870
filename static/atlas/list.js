/** The list of incidents, one line each. */
import { add, button, element } from "./dom.js";
import { keyTarget } from "./keyboard.js";

/** @import { Incident } from "../types" */
/** @import { Collection } from "./select.js" */

/**
 * Builds the list. Returns what shows rows, goes to one, and keeps it in sight.
 *
 * @param {HTMLElement} ol
 * @param {Collection} collection
 * @param {Record<string, string>} colors of the types by name
 * @param {(id: string) => void} pick takes the id of what was chosen
 */
export function incidentList(ol, { records, rowOf }, colors, pick) {
  const items = records.map((record) => item(record, colors, pick));
  let current = -1;
  let shown = "";

  const buttons = () => [...ol.querySelectorAll("button")];

  ol.addEventListener("keydown", (event) => {
    const all = buttons();
    const node = all[keyTarget(event, all.findIndex((one) => one === document.activeElement), all.length) ?? -1];
    if (!node) return;
    event.preventDefault();
    rove(node);
    node.focus();
  });

  /**
   * One stop for the tab key; the arrow keys go from line to line.
   *
   * @param {HTMLElement | undefined} node
   */
  function rove(node) {
    for (const other of buttons()) if (other.tabIndex === 0) other.tabIndex = -1;
    if (node) node.tabIndex = 0;
  }

  /**
   * Goes to the line of a record; to the first where it is not shown.
   *
   * @param {string} id
   */
  function go(id) {
    const line = items[rowOf.get(id) ?? -1]?.node;
    const node = line?.isConnected ? line : buttons()[0];
    if (!node) return;
    rove(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {number[]} rows
   * @param {string} id of the record that is open
   * @param {boolean} seek whether its line is brought into sight
   */
  function show(rows, id, seek) {
    // A line that is taken out loses the focus, even when it is put back at once.
    if (String(rows) !== shown) ol.replaceChildren(...rows.map((row) => items[row].li));
    shown = String(rows);
    items[current]?.node.removeAttribute("aria-current");
    current = rowOf.get(id) ?? -1;
    const node = rows.includes(current) ? items[current].node : undefined;
    if (node) node.setAttribute("aria-current", "true");
    rove(node || buttons()[0]);
    if (node && seek && ol.scrollHeight > ol.clientHeight) {
      const off = node.getBoundingClientRect().top - ol.getBoundingClientRect().top;
      if (off < 0 || off + node.offsetHeight > ol.clientHeight) ol.scrollTop += off - ol.clientHeight / 3;
    }
  }

  /** The list grows shorter when a record opens below it: its line stays in sight. */
  function keep() {
    const li = items[current]?.li;
    if (!li?.isConnected || ol.scrollHeight <= ol.clientHeight) return;
    const off = li.getBoundingClientRect().top - ol.getBoundingClientRect().top;
    const below = off + li.offsetHeight - ol.clientHeight;
    if (off < 0) ol.scrollTop += off;
    else if (below > 0) ol.scrollTop += below;
  }

  return { go, keep, show };
}

/**
 * @param {Incident} record
 * @param {Record<string, string>} colors
 * @param {(id: string) => void} pick
 */
function item(record, colors, pick) {
  const li = element("li");
  li.dataset.id = record.id;
  const node = button(li, "", () => pick(record.id));
  node.tabIndex = -1;
  const dot = add(node, "span", "", "dot");
  dot.style.borderColor = colors[record.type] || "currentColor";
  if (record.established) dot.style.backgroundColor = colors[record.type];
  add(node, "span", record.short, "day");
  add(node, "span", record.title, "title").dir = "auto";
  const place = record.site === undefined ? "place not known, not on the map" : record.where;
  const toll = record.deaths === "not reported" ? "" : `${record.deaths} dead`;
  const status = record.established ? "" : record.status;
  add(node, "span", [record.type, status, toll, place].filter(Boolean).join(" · "), "soft");
  return { li, node };
}
