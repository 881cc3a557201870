/**
 * The head of a page: what it is, how much is shown, which filters are on. A component of
 * Streamlit, because headings of Streamlit's are Markdown and this is text from data.
 */
import { add, button, element, within } from "../../static/atlas/dom.js";

/** @import { Component } from "../../static/types" */
/** @typedef {{ words: string, name: string, value: string }} Chip */
/**
 * @typedef {object} Head
 * @property {string} [title]
 * @property {number} [level] of the heading
 * @property {string} [status]
 * @property {Chip[]} [chips]
 * @property {{ label: string, text: string }[]} [copies] what a button each copies
 * @property {number} [filters] in use; gives the buttons Filters and Share
 */

const SAID = 2500; // milliseconds for which the button says what it did
const SIDEBAR = "[data-testid=stExpandSidebarButton]";

/** @param {Component<Head, { drop: [name: string, value: string] }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".marz-head") ?? parentElement.appendChild(element("div", "marz-head"));
  if (data.title) {
    const title = part(box, "title", () => element(/** @type {"h1"} */ (`h${data.level}`)));
    if (title.textContent !== data.title) title.textContent = data.title;
    title.dir = "auto";
  }
  if (data.status !== undefined) {
    const status = part(box, "status", () => {
      const node = element("p", "status");
      node.setAttribute("role", "status");
      return node;
    });
    // Set only where it has changed: a screen reader says it whenever it is set.
    if (status.textContent !== data.status) status.textContent = data.status;
  }
  if (data.chips) showChips(box, data.chips, (chip) => setTriggerValue("drop", [chip.name, chip.value]));
  if (data.filters !== undefined) showTools(box, data.filters);
  if (data.copies) {
    const { copies } = data;
    part(box, "tools", () => element("div", "tools")).replaceChildren(...copies.map(({ label, text }) => {
      const node = element("button", "copy", label);
      node.type = "button";
      node.addEventListener("click", () => void tellCopied(node, text, ": copy it below by hand"));
      return node;
    }));
  }
}

/**
 * @param {Element} box
 * @param {Chip[]} chips
 * @param {(chip: Chip) => void} drop
 */
function showChips(box, chips, drop) {
  const group = part(box, "chips", () => {
    const node = element("div", "chips");
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", "Filters in use");
    return node;
  });
  group.replaceChildren();
  // The row stays: a map that the first filter pushes down would have to be drawn anew.
  if (!chips.length) add(group, "span", "No filters", "none");
  for (const chip of chips) {
    const node = button(group, "", () => drop(chip), "chip");
    node.title = "Remove this filter";
    add(node, "span", "Remove filter:", "unseen");
    add(node, "span", chip.words).dir = "auto";
    add(node, "span", "×").setAttribute("aria-hidden", "true");
  }
}

/**
 * @param {Element} box
 * @param {number} filters in use
 */
function showTools(box, filters) {
  const tools = part(box, "tools", () => {
    const node = element("div", "tools");
    button(node, "", openFilters, "filters");
    const shared = button(node, "Share", () => void share(shared), "share");
    return node;
  });
  within(tools, ".filters").textContent = filters ? `Filters (${filters})` : "Filters";
}

/**
 * A part of the head by its name; made where it is missing.
 *
 * @param {Element} box
 * @param {string} name
 * @param {() => HTMLElement} make
 */
function part(box, name, make) {
  const found = /** @type {HTMLElement | null} */ (box.querySelector(`[data-part=${name}]`));
  if (found) return found;
  const node = make();
  node.dataset.part = name;
  return box.appendChild(node);
}

/** The filters are Streamlit's sidebar, which stands folded away where there is no room for it. */
function openFilters() {
  const opener = document.querySelector(SIDEBAR);
  const pressed = opener?.matches("button") ? opener : opener?.querySelector("button");
  if (pressed instanceof HTMLElement) pressed.click();
}

/** @param {HTMLElement} node */
const share = (node) => tellCopied(node, location.href, ": copy the address bar", ": address copied");

/**
 * @param {HTMLElement} node
 * @param {string} text
 * @param {string} failed
 * @param {string} [succeeded]
 */
async function tellCopied(node, text, failed, succeeded = ": copied") {
  const said = add(node, "span", (await copied(text)) ? succeeded : failed);
  said.setAttribute("role", "status");
  setTimeout(() => said.remove(), SAID);
}

/**
 * Puts a text on the clipboard; without HTTPS only the old way is open to a page.
 *
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.body.appendChild(element("textarea"));
    field.value = text;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
