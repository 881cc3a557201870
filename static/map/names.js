/** Names on the map where there is room, and symbols pushed apart so that none covers another. */
import { element, shape } from "../atlas/dom.js";
import { count } from "../atlas/numbers.js";
import { borderTracks } from "./borders.js";
import { cluster } from "./clusters.js";
import { spreadSymbols } from "./declutter.js";
import { featuresOf, isPoint, nameOf, shownOf } from "./sites.js";
import { INK, textWidth } from "./style.js";
import { pushOf } from "./symbols.js";
import { inForce } from "./vintage.js";

/** @import { Atlas, Box, MarzMap } from "../types" */
/** @typedef {{ size: number, weight: number, spacing?: number, italic?: boolean, caps?: boolean }} Style */
/** @typedef {{ text: string, at: L.Point, n: number | undefined, dot: boolean, style: string, weight: number, first: boolean }} Label */
/** @typedef {{ box: Box, n: number }} Taken what a symbol covers, and the number of its site */

/** @type {Record<string, Style>} */
const STYLES = {
  country: { size: 13, weight: 700, spacing: 3, caps: true },
  region: { size: 11, weight: 400, spacing: 1 },
  capital: { size: 13, weight: 700 },
  town: { size: 12, weight: 400 },
  village: { size: 11, weight: 400 },
  water: { size: 11, weight: 400, italic: true },
  border: { size: 12, weight: 700 },
};
const PLACE_ZOOMS = [0, 0, 6, 7, 8.5]; // least zoom by rank of a place
const LAST_ZOOM = 9.5; // of a lower rank
const SOUGHT = -3; // weight of what is searched for or selected
const FIRST_ZOOM = 4.5; // of what the package wants named first
const AWAY = [2, 6, 12, 20, 30, 42, 56, 72, 90]; // pixels that the name of such a place may stand off, with a line to it

/** @type {(text: string, style: string) => string} */
const asWritten = (text, style) => (STYLES[style].caps ? text.toUpperCase() : text);

/** @type {(a: Box, b: Box) => boolean} */
const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/**
 * Clusters and spreads the symbols, then sets names where there is room.
 *
 * @param {MarzMap} map
 */
export function layout(map) {
  const atlas = map._marz;
  if (!atlas?.base) return;
  cluster(map);
  const taken = atlas.canvas ? atlas.canvas.boxes().map((box) => ({ box, n: -1 })) : spread(map, atlas);
  showBeyond(map, atlas);
  showNames(map, atlas, taken);
}

/**
 * Says how many incidents lie outside the view, so that none is missed.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
function showBeyond(map, atlas) {
  const view = map.getBounds();
  const beyond = atlas.symbols.reduce((sum, marker) =>
    sum + (view.contains(marker.marz.at) ? 0 : shownOf(marker).length), 0);
  atlas.beyond ??= map.getContainer().appendChild(element("div", "marz-beyond"));
  atlas.beyond.hidden = !beyond;
  atlas.beyond.textContent = `${count(beyond, "incident")} outside this view`;
}

/**
 * What parts of the frame cover of the map.
 *
 * @param {L.Map} map
 * @param {string} parts
 * @returns {Box[]}
 */
function boxesOf(map, parts) {
  const frame = map.getContainer().getBoundingClientRect();
  const corner = map.containerPointToLayerPoint([0, 0]);
  return [...map.getContainer().querySelectorAll(parts)].map((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left - frame.left + corner.x, top - frame.top + corner.y, right - frame.left + corner.x, bottom - frame.top + corner.y];
  });
}

/**
 * Pushes near symbols apart, with a line to where each belongs.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @returns {Taken[]}
 */
export function spread(map, atlas) {
  const bars = boxesOf(map, ".leaflet-left .leaflet-bar");
  const nodes = atlas.symbols.flatMap((marker) => {
    const svg = /** @type {SVGElement | null | undefined} */ (marker.getElement()?.firstElementChild);
    marker.marz.push = [0, 0];
    if (!svg) return [];
    const home = map.latLngToLayerPoint(marker.marz.at);
    const r = marker.marz.r || 8;
    // Nothing lies under a button, where it could not be pressed.
    const bar = bars.find((box) => overlaps(box, [home.x - r, home.y - r, home.x + r, home.y + r]));
    return [{ marker, svg, home, x: bar ? bar[2] + r + 2 : home.x, y: home.y, r, point: isPoint(atlas, marker) }];
  });
  spreadSymbols(nodes);
  for (const { lines } of atlas.leaders) lines.remove();
  atlas.leaders = [];
  return nodes.map(({ marker, svg, home, x, y, r }) => {
    const dx = Math.round(x - home.x);
    const dy = Math.round(y - home.y);
    marker.marz.push = [dx, dy];
    svg.style.translate = pushOf(marker.marz);
    if (Math.hypot(dx, dy) > 4) {
      const lines = L.layerGroup().addTo(map);
      atlas.leaders.push({ marker, lines });
      L.polyline([marker.marz.at, map.layerPointToLatLng([x, y])],
        { pane: "leader", color: INK, weight: 1, opacity: 0.7, interactive: false }).addTo(lines);
      L.circleMarker(marker.marz.at, { pane: "leader", radius: 2, color: INK, fillOpacity: 1,
        interactive: false }).addTo(lines);
    }
    return { box: [x - r - 2, y - r - 2, x + r + 2, y + r + 2], n: marker.marz.n };
  });
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {Taken[]} symbols
 */
function showNames(map, atlas, symbols) {
  const pane = map.getPane("names");
  if (!pane) return;
  pane.replaceChildren();
  const taken = symbols.map(({ box }) => box);
  const marked = new Map(symbols.map(({ box, n }) => [n, box]));
  const size = map.getSize();
  const corner = map.containerPointToLayerPoint([0, 0]);
  /** @type {Box} */
  const view = [corner.x + 2, corner.y + 2, corner.x + size.x - 2, corner.y + size.y - 2];
  taken.push(...boxesOf(map, ".leaflet-control, .marz-beyond"));
  const tracks = borderTracks(map, atlas);
  const lines = tracks.flatMap((border) => border.parts.flat())
    .map(({ x, y }) => /** @type {Box} */ ([x - 4, y - 4, x + 4, y + 4]));
  const inside = (/** @type {Box} */ box) => box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3];
  const free = (/** @type {Box} */ box) => inside(box) && !taken.some((other) => overlaps(box, other));
  const svg = shape("svg", { class: "marz-lines", width: 1, height: 1 }, pane);
  const named = new Set(); // a region called like its town is named once
  const labels = candidates(map, atlas);
  for (const label of labels.filter(({ first }) => first)) {
    if (nameFirst(label, pane, svg, symbols, taken, lines, free)) named.add(label.text);
  }
  showBorderNames(tracks, svg, taken, view);
  for (const { text, at, n, dot, style } of labels) {
    if (named.has(text)) continue;
    const font = STYLES[style];
    const wide = textWidth(asWritten(text, style), font);
    const symbol = n === undefined ? undefined : marked.get(n);
    const fits = spotsOf(at, wide + 2, font.size * 1.3, dot, symbol).filter(free);
    const clear = fits.filter((spot) => !lines.some((line) => overlaps(spot, line)));
    // A town is named even across a border; a region is not.
    for (const spot of dot || symbol ? [...clear, ...fits] : clear) {
      const isDotted = dot && !symbol;
      /** @type {Box} */
      const point = [at.x - 3, at.y - 3, at.x + 3, at.y + 3];
      if (isDotted && !free(point)) continue;
      taken.push(spot);
      named.add(text);
      if (isDotted) {
        taken.push(point);
        put(pane, element("i", style === "capital" ? "marz-dot marz-capital" : "marz-dot"), at.x, at.y);
      }
      write(pane, text, style, spot);
      break;
    }
  }
}

/**
 * Names a place wherever room is nearest to it: beside its dot, or beside the symbol that covers
 * it, or farther off with a thin line to it.
 *
 * @param {Label} label
 * @param {HTMLElement} pane
 * @param {Element} svg
 * @param {Taken[]} symbols
 * @param {Box[]} taken
 * @param {Box[]} lines
 * @param {(box: Box) => boolean} free
 */
function nameFirst({ text, at, style }, pane, svg, symbols, taken, lines, free) {
  /** @type {Box} */
  const point = [at.x - 3, at.y - 3, at.x + 3, at.y + 3];
  const cover = symbols.find(({ box }) => overlaps(box, point))?.box;
  if (!cover && !free(point)) return false;
  const font = STYLES[style];
  const [w, h] = [textWidth(text, font) + 2, font.size * 1.3];
  const spots = [...spotsOf(at, w, h, true, cover).map((spot) => ({ spot, away: 0 })),
    ...AWAY.flatMap((away) => around(at, w, h, cover, away).map((spot) => ({ spot, away })))];
  const fits = spots.filter(({ spot }) => free(spot) && (cover || !overlaps(spot, point)));
  const clear = fits.filter(({ spot }) => !lines.some((line) => overlaps(spot, line)));
  for (const { spot, away } of [...clear, ...fits]) {
    const end = { x: Math.min(Math.max(at.x, spot[0]), spot[2]), y: Math.min(Math.max(at.y, spot[1]), spot[3]) };
    const from = cover ? rim(cover, end) : at;
    if (away > 2 && taken.some((box) => box !== cover && crosses(from, end, box))) continue;
    if (away > 2) shape("line", { class: "marz-leader", x1: from.x, y1: from.y, x2: end.x, y2: end.y }, svg);
    taken.push(spot);
    if (!cover) {
      taken.push(point);
      put(pane, element("i", style === "capital" ? "marz-dot marz-capital" : "marz-dot"), at.x, at.y);
    }
    write(pane, text, style, spot);
    return true;
  }
  return false;
}

/**
 * Boxes all around a place or the symbol that covers it, so many pixels off.
 *
 * @param {L.Point} at
 * @param {number} w
 * @param {number} h
 * @param {Box | undefined} cover
 * @param {number} away
 * @returns {Box[]}
 */
function around(at, w, h, cover, away) {
  const [x, y, r] = cover ? [(cover[0] + cover[2]) / 2, (cover[1] + cover[3]) / 2, (cover[2] - cover[0]) / 2] : [at.x, at.y, 4];
  return Array.from({ length: 24 }, (_, turn) => {
    const [ux, uy] = [Math.cos((turn * Math.PI) / 12), Math.sin((turn * Math.PI) / 12)];
    const far = r + away + Math.min(w / 2 / Math.abs(ux), h / 2 / Math.abs(uy));
    return [x + ux * far - w / 2, y + uy * far - h / 2, x + ux * far + w / 2, y + uy * far + h / 2];
  });
}

/**
 * Where a symbol ends in the direction of a point.
 *
 * @param {Box} box
 * @param {{ x: number, y: number }} to
 */
function rim([left, top, right, bottom], to) {
  const [x, y, r] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2 - 2];
  const far = Math.hypot(to.x - x, to.y - y) || 1;
  return { x: x + ((to.x - x) * r) / far, y: y + ((to.y - y) * r) / far };
}

/** @type {(a: { x: number, y: number }, b: { x: number, y: number }, box: Box) => boolean} */
function crosses(a, b, box) {
  const steps = Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 2);
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [a.x + ((b.x - a.x) * step) / steps, a.y + ((b.y - a.y) * step) / steps];
    if (x > box[0] && x < box[2] && y > box[1] && y < box[3]) return true;
  }
  return false;
}

/**
 * @param {HTMLElement} pane
 * @param {string} text
 * @param {string} style
 * @param {Box} spot
 */
function write(pane, text, style, spot) {
  const node = element("span", `marz-name marz-${style}`, asWritten(text, style));
  node.dataset.name = "";
  put(pane, node, spot[0], spot[1]);
}

/**
 * Where a name could stand, the best first.
 *
 * @param {L.Point} at
 * @param {number} w
 * @param {number} h
 * @param {boolean} dot whether it names a point
 * @param {Box | undefined} symbol that stands at the place
 * @returns {Box[]}
 */
function spotsOf(at, w, h, dot, symbol) {
  const gap = symbol ? (symbol[2] - symbol[0]) / 2 + 1 : dot ? 5 : 0;
  const x = symbol ? (symbol[0] + symbol[2]) / 2 : at.x;
  const y = symbol ? (symbol[1] + symbol[3]) / 2 : at.y;
  const near = gap * 0.7;
  const offsets = dot || symbol
    ? [[gap, -h / 2], [-gap - w, -h / 2], [-w / 2, -gap - h], [-w / 2, gap],
       [near, -near - h], [near, near], [-near - w, -near - h], [-near - w, near]]
    : [[-w / 2, -h / 2], [-w / 2, h * 0.6], [-w / 2, -h * 1.8]];
  return offsets.map(([dx, dy]) => [x + dx, y + dy, x + dx + w, y + dy + h]);
}

/**
 * @param {HTMLElement} pane
 * @param {HTMLElement} node
 * @param {number} x
 * @param {number} y
 */
function put(pane, node, x, y) {
  node.style.left = `${Math.round(x)}px`;
  node.style.top = `${Math.round(y)}px`;
  pane.appendChild(node);
}

/**
 * Everything that may be named at this zoom, the most telling first.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
function candidates(map, atlas) {
  const zoom = map.getZoom();
  /** @type {Label[]} */
  const found = [];
  const chosen = atlas.symbols.find((marker) => shownOf(marker).some((m) => m[0] === atlas.shown.sel))?.marz.n;
  const asked = new Set([...atlas.shown.named ?? [], ...chosen === undefined ? [] : [chosen]]);
  /** @type {(layer: string, least: (rank: number) => number, style: (rank: number) => string, weight: (rank: number) => number) => void} */
  const add = (layer, least, style, weight) => {
    for (const feature of featuresOf(atlas, layer)) {
      const { rank = 3, at, n, first: wanted } = feature.properties;
      // What is searched for or lies under the selected symbol is named however small the map is.
      const sought = n !== undefined && asked.has(n);
      const first = layer === "places" && (sought || (!!wanted && zoom >= FIRST_ZOOM));
      if (!first && !sought && zoom < least(rank)) continue;
      if (layer === "exclaves" && !inForce(feature, atlas.drawnDay)) continue;
      const text = nameOf(feature, atlas.shown.lang);
      if (!text || !at) continue;
      found.push({ text, at: map.latLngToLayerPoint([at[1], at[0]]), n, dot: layer === "places",
        style: style(rank), weight: sought ? SOUGHT : weight(rank), first });
    }
  };
  add("countries", () => 0, () => "country", () => 1.5);
  add("places", (rank) => PLACE_ZOOMS[rank] ?? LAST_ZOOM,
    (rank) => (rank === 1 ? "capital" : rank > 3 ? "village" : "town"), (rank) => rank);
  add("exclaves", () => 8, () => "village", () => 3.5);
  add("regions", () => 6.5, () => "region", () => 4.5);
  add("districts", () => Infinity, () => "region", () => 4.5);
  add("stretches", () => Infinity, () => "region", () => 4.5);
  add("lakes", () => 7, () => "water", () => 5);
  add("rivers", () => 7, () => "water", () => 5.5);
  const shown = new Set(atlas.symbols.map((marker) => marker.marz.n));
  const urgency = (/** @type {Label} */ label) => label.weight - (label.n !== undefined && shown.has(label.n) ? 2 : 0);
  return found.sort((a, b) => urgency(a) - urgency(b));
}

/**
 * Each border's name along its straightest stretch in view, beside the line.
 *
 * @param {{ text: string, parts: L.Point[][] }[]} borders
 * @param {Element} svg
 * @param {Box[]} taken
 * @param {Box} view
 */
function showBorderNames(borders, svg, taken, view) {
  for (const { text, parts } of borders) {
    if (!text) continue;
    const need = textWidth(text, STYLES.border) + 12;
    const spots = parts.flatMap((points) => stretches(points, need)).sort((a, b) => a.cost - b.cost);
    const spot = spots.find(({ boxes }) => boxes.every((box) =>
      box[0] > view[0] && box[1] > view[1] && box[2] < view[2] && box[3] < view[3] &&
      !taken.some((other) => overlaps(box, other))));
    if (!spot) continue;
    taken.push(...spot.boxes);
    shape("text", { class: "marz-border-name", "text-anchor": "middle", dy: "0.35em",
      transform: `translate(${spot.x.toFixed(1)} ${spot.y.toFixed(1)}) rotate(${spot.turn.toFixed(1)})` }, svg, text);
  }
}

/**
 * Places beside a line where a text of a width fits, the straighter and flatter the better.
 *
 * @param {L.Point[]} points
 * @param {number} need
 */
function stretches(points, need) {
  const found = [];
  for (let i = 0, j = 0; i < points.length; i += 2) {
    while (j < points.length && points[i].distanceTo(points[j]) < need) j++;
    if (j >= points.length) break;
    let [a, b] = [points[i], points[j]];
    if (a.x > b.x) [a, b] = [b, a];
    const length = a.distanceTo(b);
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    let [low, high] = [0, 0];
    for (let k = i; k <= j; k++) {
      const off = (points[k].y - a.y) * ux - (points[k].x - a.x) * uy;
      low = Math.min(low, off);
      high = Math.max(high, off);
    }
    if (high - low > 46) continue;
    const turn = (Math.atan2(uy, ux) * 180) / Math.PI;
    for (const off of [low - 12, high + 12]) {
      const x = (a.x + b.x) / 2 - uy * off;
      const y = (a.y + b.y) / 2 + ux * off;
      /** @type {Box[]} */
      const boxes = [];
      for (let along = -need / 2; along <= need / 2; along += 9) {
        boxes.push([x + ux * along - 7, y + uy * along - 7, x + ux * along + 7, y + uy * along + 7]);
      }
      found.push({ x, y, turn, boxes, cost: high - low + Math.abs(turn) / 2 });
    }
  }
  return found;
}
