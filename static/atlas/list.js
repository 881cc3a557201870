/** The list of incidents: as many as the box has room for, and the way to the others. */
import { add, button, element } from "./dom.js";
import { keyTarget } from "./keyboard.js";
import { count, number } from "./numbers.js";

/** @import { Card, Page } from "../types" */

/** Cards handed over at a time: more than any screen has room for. */
export const AT_ONCE = 24;
const LEAST = 1; // cards shown in the smallest box
const USUAL = 12; // cards shown where the page scrolls, as on a phone

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} pick takes the id of what was chosen
 * @property {(first: number) => void} turn takes the number of the first card to be shown
 * @property {(oldest: boolean) => void} sort
 * @property {(id: string) => void} [star] marks or unmarks one
 * @property {(only: boolean) => void} [only] whether only those marked are shown
 * @property {() => void} [unstar] unmarks all
 */

/**
 * Builds the list. Returns what shows a page of it, and what goes to the line of a record.
 *
 * @param {HTMLElement} box
 * @param {Actions} actions
 */
export function incidentList(box, { pick, turn, sort, star, only, unstar }) {
  box.classList.add("marz-list");
  const head = add(box, "div", "", "list-head");
  const where = add(head, "h2", "Incidents");
  const order = button(head, "", () => sort(!page.oldest), "order");
  const back = button(head, "‹", () => turn(Math.max(0, page.first + skipped - shown)), "turn");
  const on = button(head, "›", () => turn(page.first + skipped + shown), "turn");
  back.setAttribute("aria-label", "Previous incidents");
  on.setAttribute("aria-label", "Next incidents");
  const stars = add(box, "div", "", "list-stars");
  const starred = add(stars, "span");
  starred.setAttribute("role", "status");
  const alone = button(stars, "", () => only?.(!page.stars?.only), "only");
  button(stars, "Remove all stars", () => unstar?.(), "unstar");
  const ol = add(box, "ol");
  /** @type {Page} */
  let page = { rows: [], first: 0, total: 0, oldest: false, selected: "", stars: null };
  let skipped = 0;
  let shown = 0;
  let drawn = "";

  /** @type {() => HTMLButtonElement[]} */
  const buttons = () => [...ol.querySelectorAll(".one")].filter((node) => node instanceof HTMLButtonElement);

  ol.addEventListener("keydown", (event) => {
    const all = buttons();
    const here = event.target instanceof HTMLElement ? event.target : null;
    const beside = event.key === "ArrowRight" ? here?.nextElementSibling : event.key === "ArrowLeft" && here?.previousElementSibling;
    if (beside instanceof HTMLElement) {
      event.preventDefault();
      beside.focus();
      return;
    }
    const node = all[keyTarget(event, all.findIndex((one) => one.tabIndex === 0), all.length) ?? -1];
    if (!node) return;
    event.preventDefault();
    rove(node);
    node.focus();
  });

  /**
   * One stop for the tab key; the arrow keys go from line to line, and to the star of one.
   *
   * @param {HTMLElement | undefined} node
   */
  function rove(node) {
    for (const other of buttons()) {
      other.tabIndex = other === node ? 0 : -1;
    }
  }

  /** Shows as many cards as there is room for, among them the one that is selected. */
  function fit() {
    const items = /** @type {HTMLElement[]} */ ([...ol.children]);
    for (const item of items) item.hidden = false;
    const at = page.rows.findIndex((row) => row.id === page.selected);
    skipped = 0;
    const bounded = getComputedStyle(ol).overflowY === "hidden";
    const room = ol.clientHeight;
    const spans = items.map(({ offsetTop, offsetHeight }) => ({ top: offsetTop, bottom: offsetTop + offsetHeight }));
    const reaches = (/** @type {number} */ index) => (bounded
      ? index < skipped + LEAST || spans[index].bottom - spans[skipped].top <= room
      : index < skipped + USUAL);
    while (at > skipped && !reaches(at)) skipped += 1;
    shown = items.filter((_, index) => index >= skipped && reaches(index)).length;
    items.forEach((item, index) => { item.hidden = index < skipped || index >= skipped + shown; });
    const first = page.first + skipped;
    where.textContent = page.total
      ? `${number(first + 1)}–${number(first + shown)} of ${number(page.total)}`
      : "No incidents";
    back.disabled = first === 0;
    on.disabled = first + shown >= page.total;
    const nodes = buttons();
    rove((at >= 0 && nodes[at]) || nodes[skipped] || undefined);
  }

  /**
   * Goes to the line of a record; to the first where it is not shown.
   *
   * @param {string} id
   */
  function go(id) {
    const all = buttons().filter((node) => node.offsetParent);
    const node = all.find((one) => one.dataset.id === id) ?? all[0];
    if (!node) return;
    rove(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  /** @param {Page} wanted */
  function show(wanted) {
    page = wanted;
    order.textContent = page.oldest ? "Oldest first" : "Newest first";
    order.title = page.oldest ? "Show the newest first" : "Show the oldest first";
    // A line that is taken out loses the focus, even when it is put back at once.
    const told = JSON.stringify(page.rows);
    if (told !== drawn) {
      const within = box.contains(/** @type {ShadowRoot | Document} */ (box.getRootNode()).activeElement);
      ol.replaceChildren(...page.rows.map((row) => line(row, pick, star)));
      drawn = told;
      if (within && !box.contains(document.activeElement)) go(page.selected);
    }
    for (const node of buttons()) {
      if (node.dataset.id === page.selected) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
      const mark = node.nextElementSibling;
      if (mark instanceof HTMLElement) mark.setAttribute("aria-pressed", String(page.stars?.ids.includes(node.dataset.id || "")));
    }
    const marked = page.stars?.ids.length ?? 0;
    stars.hidden = !marked;
    starred.textContent = marked ? `${count(marked, "incident")} starred` : "";
    alone.textContent = page.stars?.only ? "Show all" : "Show only these";
    ol.hidden = !page.rows.length;
    head.hidden = !page.total;
    fit();
  }

  new ResizeObserver(fit).observe(ol);
  return { go, show };
}

/**
 * @param {Card} row
 * @param {(id: string) => void} pick
 * @param {((id: string) => void) | undefined} star
 */
function line(row, pick, star) {
  const li = element("li");
  const node = button(li, "", () => pick(row.id), "one");
  node.dataset.id = row.id;
  const dot = add(node, "span", "", "dot");
  dot.style.borderColor = row.color;
  if (row.filled) dot.style.backgroundColor = row.color;
  const top = add(node, "span", "", "line");
  add(top, "span", row.date, "day");
  add(top, "span", ["", row.kind, row.extra].filter((part, at) => part || !at).join(" · "), "soft").dir = "auto";
  add(node, "span", row.title, "title").dir = "auto";
  add(node, "span", row.where, "soft").dir = "auto";
  if (star) {
    const mark = button(li, "", () => star(row.id), "star");
    mark.setAttribute("aria-label", `Star: ${row.title}`);
    mark.tabIndex = -1;
  }
  return li;
}
