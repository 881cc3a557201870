/** The list of incidents of the dashboard, a component of Streamlit. */
import { button, element } from "../../static/atlas/dom.js";
import { keyTarget } from "../../static/atlas/keyboard.js";
import { number } from "../../static/atlas/numbers.js";

/** @import { Component } from "../../static/types" */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} date
 * @property {string} where
 * @property {string} kind
 * @property {string} color
 * @property {boolean} filled
 * @property {string} [extra]
 */
/** @typedef {{ rows: Row[], selected: string, more: number, total: number }} Data */

/** @param {Component<Data, { pick: string, more: boolean }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".list") ?? parentElement.appendChild(makeList());
  const more = parentElement.querySelector(".more") ?? button(parentElement, "", () => {}, "more");
  if (!(list instanceof HTMLElement) || !(more instanceof HTMLElement)) return;
  const focused = document.activeElement;
  const root = /** @type {Document | ShadowRoot} */ (list.getRootNode());
  const wasFocused = list.contains(root.activeElement ?? focused);
  const at = data.rows.findIndex((row) => row.id === data.selected);
  const pick = (/** @type {number} */ index) => {
    const row = data.rows[index];
    if (row) setTriggerValue("pick", row.id);
  };
  list.replaceChildren(...data.rows.map((row, index) => item(row, index, index === at, () => pick(index))));
  list.hidden = !data.rows.length;
  more.hidden = data.more <= 0;
  more.textContent = `Show ${data.more} more of ${number(data.total)}`;
  more.onclick = () => setTriggerValue("more", true);
  showSelected(list, at);
  if (wasFocused) list.focus({ preventScroll: true });
  list.onkeydown = (event) => {
    const target = keyTarget(event, at, data.rows.length);
    if (target === undefined) return;
    event.preventDefault();
    pick(Math.max(0, Math.min(data.rows.length - 1, target)));
  };
}

function makeList() {
  const list = element("div", "list");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Incidents shown, in the order of time");
  list.tabIndex = 0;
  return list;
}

/**
 * @param {Row} row
 * @param {number} index
 * @param {boolean} isSelected
 * @param {() => void} pick
 */
function item(row, index, isSelected, pick) {
  const node = element("div", "item");
  node.id = idOf(index);
  node.setAttribute("role", "option");
  node.setAttribute("aria-selected", String(isSelected));
  const mark = element("span", "mark");
  mark.style.borderColor = row.color;
  if (row.filled) mark.style.background = row.color;
  mark.title = row.kind;
  const head = element("span", "head");
  head.append(mark, element("span", "date", row.date), element("span", "where", row.where));
  node.append(head, element("span", "title", row.title));
  if (row.extra) node.append(element("span", "extra", row.extra));
  node.onclick = pick;
  return node;
}

/** @param {number} index */
const idOf = (index) => `incident-${index}`;

/**
 * @param {HTMLElement} list
 * @param {number} at
 */
function showSelected(list, at) {
  const node = /** @type {HTMLElement | undefined} */ (list.children[at]);
  if (!node) {
    list.removeAttribute("aria-activedescendant");
    return;
  }
  list.setAttribute("aria-activedescendant", idOf(at));
  const top = node.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top + node.offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = top - list.clientHeight / 3;
  }
}
