/** Elements made in code: text goes in through textContent alone. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {string} [text]
 * @param {string} [className]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function add(parent, tag, text, className) {
  return parent.appendChild(element(tag, className, text));
}

/**
 * @param {Element} parent
 * @param {string} text
 * @param {() => void} action
 * @param {string} [className]
 */
export function button(parent, text, action, className) {
  const node = add(parent, "button", text, className);
  node.type = "button";
  node.addEventListener("click", action);
  return node;
}

/**
 * A link where the browser itself reads the address as http or https; else the text alone.
 *
 * @param {Element} parent
 * @param {string} address
 * @param {string} text
 */
export function link(parent, address, text) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    // No address: the text alone is shown.
  }
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return add(parent, "span", text);
  const node = add(parent, "a", text);
  node.href = url.href;
  node.rel = "noopener noreferrer nofollow";
  node.target = "_blank";
  return node;
}

/**
 * An element of SVG.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {Element} [parent]
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function shape(tag, attributes, parent, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

/**
 * An element that the page is known to have.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no element “${id}”`);
  return node;
}

/**
 * An element that a node is known to hold.
 *
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function within(parent, selector) {
  const node = /** @type {HTMLElement | null} */ (parent.querySelector(selector));
  if (!node) throw new Error(`nothing here is “${selector}”`);
  return node;
}

/**
 * What may wait until the browser has painted.
 *
 * @param {() => void} action
 */
export function afterPaint(action) {
  requestAnimationFrame(() => setTimeout(action));
}

/**
 * Sets an attribute that has another value: a browser works on those that are set to the same.
 *
 * @param {Element} node
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * Writes a text where there is another.
 *
 * @param {Element} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
