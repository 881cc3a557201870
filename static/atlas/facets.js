/** The options of a facet as buttons, each with how many incidents it would leave. */
import { add, button } from "./dom.js";
import { keyTarget } from "./keyboard.js";
import { number } from "./numbers.js";

const OPEN = 20; // options that stand open; what is more lies folded away, with a field to find it by

/**
 * @param {Element} parent
 * @param {string} label
 */
export function group(parent, label) {
  const set = add(parent, "fieldset");
  add(set, "legend", label);
  return { set, box: add(set, "div", "", "pills") };
}

/**
 * Builds the options once.
 *
 * @param {Element} parent
 * @param {string} label
 * @param {[value: string, words: string][]} options
 * @param {(chosen: string[]) => void} choose
 * @returns {(chosen: string[], counts: number[]) => void} shows what is chosen, and counts in the order of the options
 */
export function facetOptions(parent, label, options, choose) {
  if (!options.length) return () => {};
  const { set, box } = group(parent, label);
  const rest = options.length > OPEN ? fold(set, options.length - OPEN) : null;
  /** @type {string[]} */
  let chosen = [];
  const press = () => {
    for (const { value, node } of nodes) node.setAttribute("aria-pressed", String(chosen.includes(value)));
  };
  const nodes = options.map(([value, words], position) => {
    const node = button(rest && position >= OPEN ? rest.box : box, "", () => {
      chosen = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
      press();
      choose(chosen);
    }, "pill");
    add(node, "span", words).dir = "auto";
    return { value, node, label: add(node, "span", "", "count") };
  });
  const inSight = () => nodes.map(({ node }) => node).filter((node) => node.offsetParent);
  // One stop for the tab key; the arrow keys go from option to option.
  const rove = (/** @type {HTMLElement | undefined} */ stop) => {
    for (const { node } of nodes) node.tabIndex = node === (stop ?? nodes[0].node) ? 0 : -1;
  };
  rove(undefined);
  set.addEventListener("keydown", (event) => {
    const all = inSight();
    const here = all.findIndex((node) => node === event.target);
    const next = here < 0 ? undefined : all[keyTarget(event, here, all.length, true) ?? -1];
    if (!next) return;
    event.preventDefault();
    rove(next);
    next.focus();
  });
  // A stop that is folded away, or not found, would be none.
  for (const kind of ["toggle", "input"]) rest?.details.addEventListener(kind, () => rove(inSight()[0]));
  return (/** @type {string[]} */ own, /** @type {number[]} */ counts) => {
    chosen = own;
    nodes.forEach(({ node, label: count }, position) => {
      count.textContent = ` · ${number(counts[position])}`;
      node.classList.toggle("none", counts[position] === 0);
    });
    press();
    // What is in use is in sight.
    if (rest?.box.querySelector("[aria-pressed=true]")) rest.details.open = true;
  };
}

/**
 * @param {Element} set
 * @param {number} more
 */
function fold(set, more) {
  const details = add(set, "details");
  add(details, "summary", `${number(more)} more`);
  const find = add(details, "input");
  find.type = "search";
  find.placeholder = "Find";
  find.setAttribute("aria-label", "Find an option");
  const box = add(details, "div", "", "pills");
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const node of box.children) {
      if (node instanceof HTMLElement) node.hidden = !(node.firstChild?.textContent ?? "").toLowerCase().includes(wanted);
    }
  });
  return { details, box };
}
