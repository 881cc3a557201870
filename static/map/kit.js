/* The map of Marz, in eight files: kit, world, base, symbols, gather, names, legend,
 * play.
 *
 * They serve the dashboard (inside streamlit-folium's frame) and the exported page alike.
 * Text from data arrives in the base document only and is shown through textContent.
 *
 *   marz.start(map, {base | baseUrl, bounds, view | fit, onPick, onView})   once a map
 *   marz.seen()                         latitude, longitude, zoom, width, height; null at first
 *   marz.symbol(feature, latlng)        pointToLayer of the incident layer
 *   marz.commit(map, state)             after the incident layer was made anew
 *   marz.draw(map, collection, state)   makes the incident layer and commits it
 *
 * This file: small helpers and constants that the others share.
 */
window.marz = { kit: {} };
(function (kit) {
  "use strict";
  const INK = "#1f2328";
  const SVG = "http://www.w3.org/2000/svg";
  const OPEN = 1 << 30; // days that stand for an open end, see geo/package.py
  const FONT = '"Noto Sans", "Noto Sans Arabic", system-ui, sans-serif';

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function shape(tag, attributes, parent) {
    const node = document.createElementNS(SVG, tag);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(node);
    return node;
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function width(text, style) {
    ruler.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${FONT}`;
    return ruler.measureText(text).width + (style.spacing || 0) * text.length;
  }

  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function isoDay(number) {
    return new Date(number * 864e5).toISOString().slice(0, 10);
  }

  function inForce(feature, day) {
    const { valid_from: from = "", valid_to: to = "" } = feature.properties;
    return from <= day && day <= (to || "9999");
  }

  function afterPaint(action) {
    requestAnimationFrame(() => setTimeout(action));
  }

  Object.assign(kit, { INK, OPEN, FONT, afterPaint, element, inForce, isoDay, overlaps, shape, width });
})(window.marz.kit);
