/** What a reader has drawn on the map, and the tools to draw it; its words are the reader's, shown as text. */
import { MAX_ANNOTATION, MAX_ANNOTATIONS, annotationOf, annotationText, numbered } from "../atlas/annotations.js";
import { add, button, element } from "../atlas/dom.js";
import { control } from "./control.js";

/** @import { Annotation, MarzMap } from "../types" */
/** @typedef {(texts: string[]) => void} Change takes all annotations as the address says them */
/** @typedef {{ layers: L.LayerGroup, texts: string[], change: Change | null, tools: boolean }} Drawn */

const PANE = "annotations";
const TOOLS = /** @type {const} */ ([
  ["callout", "① Callout", "Choose where the callout stands."],
  ["text", "T Text", "Choose where the text stands."],
  ["arrow", "↗ Arrow", "Choose where the arrow begins, then where it points."],
  ["circle", "◯ Circle", "Choose the centre, then a point on the circle."],
]);

/** @type {WeakMap<L.Map, Drawn>} */
const drawn = new WeakMap();

/**
 * Shows annotations, and the tools where they may be changed.
 *
 * @param {MarzMap} map
 * @param {string[]} texts as the address says them
 * @param {Change | null} change
 */
export function annotate(map, texts, change) {
  if (!map.getPane(PANE)) {
    const pane = map.createPane(PANE);
    pane.style.zIndex = "655";
    pane.style.pointerEvents = "none";
  }
  const state = drawn.get(map) ?? { layers: L.layerGroup().addTo(map), texts: [], change: null, tools: false };
  drawn.set(map, state);
  state.change = change;
  if (change && !state.tools) {
    tools(map, state);
    state.tools = true;
  }
  show(map, state, texts);
}

/**
 * @param {MarzMap} map
 * @param {Drawn} state
 * @param {string[]} texts
 */
function show(map, state, texts) {
  state.texts = texts.slice(0, MAX_ANNOTATIONS);
  state.layers.clearLayers();
  map.getContainer().dataset.annotations = String(state.texts.length); // for who waits until they are drawn
  const all = state.texts.map(annotationOf).filter((one) => one !== null);
  for (const { one, number } of numbered(all)) for (const layer of layersOf(map, one, number)) state.layers.addLayer(layer);
}

/**
 * @param {L.Map} map
 * @param {Annotation} one
 * @param {number} number
 * @returns {L.Layer[]}
 */
function layersOf(map, one, number) {
  const [start, end] = one.points;
  const line = (/** @type {number} */ weight, /** @type {string} */ className) =>
    ({ pane: PANE, interactive: false, fill: false, weight, className, lineCap: /** @type {const} */ ("butt") });
  /** @type {L.Layer[]} */
  const found = [];
  for (const options of [line(5, "marz-drawn casing"), line(2, "marz-drawn")]) {
    if (one.kind === "circle") found.push(L.circle(start, { ...options, radius: one.km * 1000 }));
    if (end) found.push(L.polyline([start, end], options));
  }
  if (end) {
    const head = element("span", "marz-arrowhead");
    head.style.rotate = `${angle(map, start, end)}rad`;
    found.push(mark(end, head));
  }
  if (number) found.push(mark(start, element("span", "marz-number", String(number))));
  if (one.words) {
    const words = element("span", `marz-words ${one.kind}`, one.words);
    words.dir = "auto";
    const at = one.kind === "circle" ? L.latLng(start).toBounds(one.km * 2000).getNorth() : start[0];
    if (end) words.classList.add(Math.cos(angle(map, start, end)) > 0 ? "west" : "east");
    found.push(mark([at, start[1]], words));
  }
  return found;
}

/**
 * Direction of a step on the map, clockwise from the right; the same at every zoom.
 *
 * @param {L.Map} map
 * @param {[number, number]} start
 * @param {[number, number]} end
 */
function angle(map, start, end) {
  const [from, to] = [start, end].map((point) => map.project(point, 8));
  return Math.atan2(to.y - from.y, to.x - from.x);
}

/**
 * @param {[number, number]} at
 * @param {HTMLElement} html
 */
const mark = (at, html) => L.marker(at, {
  pane: PANE, interactive: false, keyboard: false, icon: L.divIcon({ html, className: "marz-annotation", iconSize: [0, 0] }),
});

/**
 * The tools: choose a kind, a place or two by click or by Enter in the middle of the map, then words.
 *
 * @param {MarzMap} map
 * @param {Drawn} state
 */
function tools(map, state) {
  const box = element("div", "marz-tools leaflet-bar");
  const opener = button(box, "✎", () => open(Boolean(panel.hidden)), "opener");
  opener.title = "Annotate the map";
  opener.setAttribute("aria-label", opener.title);
  const panel = add(box, "div", "", "panel");
  const kinds = add(panel, "div", "", "kinds");
  const hint = add(panel, "p");
  hint.setAttribute("role", "status");
  const form = add(panel, "form");
  const words = add(form, "input");
  Object.assign(words, { type: "text", maxLength: MAX_ANNOTATION, placeholder: "Words" });
  words.setAttribute("aria-label", "Words of the annotation");
  const done = add(form, "button", "Add");
  done.type = "submit";
  const last = button(panel, "Remove the last", () => change(state.texts.slice(0, -1)), "last");
  const cross = add(map.getContainer(), "div", "", "marz-cross");
  let kind = "";
  /** @type {[number, number][]} */
  let points = [];
  const nodes = TOOLS.map(([name, label]) => {
    const node = button(kinds, label, () => choose(kind === name ? "" : name));
    node.dataset.kind = name;
    return node;
  });

  const needed = () => (kind === "arrow" || kind === "circle" ? 2 : 1);

  /** @param {string[]} texts */
  function change(texts) {
    show(map, state, texts);
    state.change?.(texts);
    draw();
  }

  /** @param {boolean} on */
  function open(on) {
    panel.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    choose("");
    if (on) nodes[0].focus();
  }

  /** @param {string} name */
  function choose(name) {
    [kind, points, words.value] = [name, [], ""];
    draw();
    if (kind) map.getContainer().focus({ preventScroll: true });
  }

  function draw() {
    const full = state.texts.length >= MAX_ANNOTATIONS;
    const placed = kind !== "" && points.length >= needed();
    for (const node of nodes) {
      node.setAttribute("aria-pressed", String(node.dataset.kind === kind));
      node.disabled = full;
    }
    form.hidden = !placed;
    cross.hidden = kind === "" || placed;
    last.hidden = !state.texts.length;
    const told = TOOLS.find(([name]) => name === kind)?.[2] ?? "";
    hint.textContent = full ? `${MAX_ANNOTATIONS} annotations are the most.` : placed ? "Write what it says, then Add."
      : told && `${told} Click, or move the map with the arrow keys and press Enter for its middle. Esc leaves.`;
    map.getContainer().classList.toggle("marz-placing", kind !== "" && !placed);
  }

  /** @param {L.LatLng} at */
  function place(at) {
    if (!kind || points.length >= needed()) return;
    points.push([Number(at.lat.toFixed(5)), Number(at.wrap().lng.toFixed(5))]);
    draw();
    if (points.length >= needed()) words.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [start, end] = points;
    const km = kind === "circle" && end ? Math.min(2000, Math.max(0.1, map.distance(start, end) / 1000)) : 0;
    const text = annotationText({ kind, points: kind === "arrow" ? points : [start], km: Number(km.toFixed(2)),
      words: words.value.trim() });
    if (!annotationOf(text)) {
      hint.textContent = "Write a word or two first.";
      return;
    }
    const name = kind;
    choose("");
    change([...state.texts, text]);
    nodes.find((node) => node.dataset.kind === name)?.focus();
  });
  // Before the symbols hear of it: where a tool is chosen, a click places and opens nothing.
  map.getContainer().addEventListener("click", (event) => {
    if (!kind || points.length >= needed() || box.contains(/** @type {Node} */ (event.target))) return;
    event.stopPropagation();
    event.preventDefault();
    place(map.mouseEventToLatLng(event));
  }, { capture: true });
  map.getContainer().addEventListener("keydown", (event) => {
    if (!kind) return;
    if (event.key === "Escape") choose("");
    else if (event.key === "Enter" && event.target === map.getContainer()) place(map.getCenter());
    else return;
    event.stopPropagation();
    event.preventDefault();
  }, { capture: true });
  L.DomEvent.disableScrollPropagation(box);
  control(map, "topleft", box);
  open(false);
}
