/** What stands for the incidents of a site: an element each, drawn in SVG, or by another pen. */
import { shape } from "../atlas/dom.js";
import { count } from "../atlas/numbers.js";
import { isPoint, shownOf, whereabouts } from "./sites.js";
import { FONT, GREY, HAZE, INK } from "./style.js";

/** @import { Atlas, MarzMap, Member, Pen, SiteMarker } from "../types" */
/** @typedef {(type: number) => string} Paint colour of a type */

const TARGET = 24; // pixels that a finger or an unsteady hand needs at least

/**
 * What is seen of a symbol: its sizes follow from its place and its incidents.
 *
 * @param {Atlas} atlas
 * @param {SiteMarker} marker
 * @param {Member[]} members
 */
function lookOf(atlas, marker, members) {
  const point = isPoint(atlas, marker);
  const chosen = members.findIndex((m) => m[0] === atlas.shown.sel);
  const text = chosen >= 0 && members.length > 1 ? `${chosen + 1}/${members.length}` : String(members.length);
  const deaths = members.reduce((most, m) => Math.max(most, m[3]), -1);
  const r = !point ? 9 + 2 * (text.length - 1) : members.length === 1 ? 7 : 10 + Math.min(6, 1.5 * Math.log2(members.length));
  const ring = point && deaths > 0 ? r + 3 + Math.min(16, 1.2 * Math.sqrt(deaths)) : 0;
  return { point, chosen: chosen >= 0, text, deaths, r, ring, outer: Math.max(ring, r + (chosen >= 0 ? 5 : 1)) };
}

/**
 * Draws a disc for one incident, a ring of their types for several, a tag on a line or an area;
 * hollow where not established.
 *
 * @param {Atlas} atlas
 * @param {SiteMarker} marker
 * @param {Member[]} members
 * @param {Pen} pen
 */
export function penSymbol(atlas, marker, members, pen) {
  penLook(atlas, lookOf(atlas, marker, members), members, pen);
}

/**
 * All that decides about how a symbol looks, as a key, and the pixels around its middle that it takes.
 *
 * @param {Atlas} atlas
 * @param {SiteMarker} marker
 * @param {Member[]} members
 */
export function keyOf(atlas, marker, members) {
  const { point, chosen, text, r, ring, outer } = lookOf(atlas, marker, members);
  const shares = mix(members).flatMap(({ type, hollow, share }) => [type, hollow, share]);
  return { key: [!!atlas.base, point, chosen, text, r, ring, ...shares].join(), reach: outer + 3 };
}

/**
 * @param {Atlas} atlas
 * @param {ReturnType<typeof lookOf>} look
 * @param {Member[]} members
 * @param {Pen} pen
 */
function penLook({ base }, { point, chosen, text, r, ring }, members, pen) {
  const paint = (/** @type {number} */ type) => base?.types[type].color ?? INK;
  if (ring) {
    pen("circle", { r: ring, fill: HAZE, stroke: "#fff", "stroke-width": 3 });
    pen("circle", { r: ring, fill: "none", stroke: INK, "stroke-width": 1.25 });
  }
  if (!point) return tag(pen, r, members, paint, text, chosen);
  if (chosen) pen("circle", { r: r + 4, fill: "#fff", stroke: INK, "stroke-width": 2.5 });
  pen("circle", { r: r + 1.5, fill: "#fff" });
  if (members.length === 1) return disc(pen, r, paint(members[0][1]), !!members[0][2]);
  donut(pen, r, members, paint);
  return write(pen, text, text.length > 2 ? 9 : 11);
}

/**
 * Draws the element of a symbol; that of a cluster shows the members of all its sites.
 *
 * @param {MarzMap} map
 * @param {SiteMarker} marker
 * @param {Member[]} members
 */
export function drawSymbol(map, marker, members) {
  const atlas = map._marz;
  const icon = marker.getElement();
  if (!icon) return;
  // What a symbol shows follows from whose incidents it holds, which is chosen, the language.
  const group = marker.marz.group;
  const { base, shown } = atlas;
  const holds = members.some((m) => m[0] === shown.sel);
  const drawn = [Number(!!base), shown.lang, holds ? shown.sel : "",
    group.map((m) => m.marz.n), members.map((m) => m[0])].join("|");
  if (marker.marz.drawn === drawn) return;
  marker.marz.drawn = drawn;
  icon.replaceChildren();
  icon.style.display = members.length ? "" : "none"; // out of sight and of the tab order
  if (!members.length) {
    // What it said is another symbol's now.
    for (const name of ["site", "count", "sites"]) delete icon.dataset[name];
    return;
  }
  const look = lookOf(atlas, marker, members);
  const { chosen, text, deaths } = look;
  marker.marz.r = look.outer;
  const size = Math.max(TARGET, 2 * (look.outer + 3));
  const svg = shape("svg", { width: size, height: size, "aria-hidden": "true",
    viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, style: `margin:${-size / 2}px` });
  penLook(atlas, look, members, penOf(svg));
  svg.style.translate = pushOf(marker.marz);
  icon.appendChild(svg);
  const words = `${whereabouts(atlas, marker.marz.n)}${group.length > 1 ? ` and ${group.length - 1} more near it` : ""}: ` +
    count(members.length, "incident") + (deaths > 0 ? `, up to ${deaths} dead` : "") +
    (chosen ? `; ${text} is open` : "") + (group.length > 1 ? "; opens on a click" : "");
  icon.setAttribute("aria-label", words);
  icon.title = words;
  icon.dataset.site = String(marker.marz.n);
  icon.dataset.count = String(members.length);
  icon.dataset.sites = group.map((m) => `${m.marz.n}:${shownOf(m).length}`).join(" ");
}

/**
 * Where a symbol was pushed to, as CSS says it: there it stays until all are spread anew.
 *
 * @param {SiteMarker["marz"]} site
 */
export const pushOf = ({ push: [x, y] }) => `${x}px ${y}px`;

/** @type {(svg: Element) => Pen} */
const penOf = (svg) => (kind, attributes, text) => { shape(kind, attributes, svg, text); };

/**
 * @param {Pen} pen
 * @param {string} text
 * @param {number} size
 * @param {number} [y]
 */
function write(pen, text, size, y = 0) {
  pen("text", { "text-anchor": "middle", y, dy: "0.35em", fill: INK,
    "font-size": size, "font-weight": 700, "font-family": FONT }, text);
}

/**
 * A small tag: the count over a bar of the types, in a frame that no point has.
 *
 * @param {Pen} pen
 * @param {number} r
 * @param {Member[]} members
 * @param {Paint} paint
 * @param {string} text
 * @param {boolean} chosen
 */
function tag(pen, r, members, paint, text, chosen) {
  const [w, h] = [2 * r - 2, 17];
  pen("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: 4, fill: "#ffffffe6", stroke: INK,
    "stroke-width": chosen ? 2.5 : 0.9 });
  write(pen, text, 10, -2);
  let x = -w / 2 + 3;
  for (const { type, hollow, share } of mix(members)) {
    const wide = ((w - 6) * share) / members.length;
    pen("rect", hollow
      ? { x: x + 0.6, y: h / 2 - 5, width: Math.max(wide - 1.2, 0.5), height: 2, fill: "#fff", stroke: paint(type), "stroke-width": 1 }
      : { x, y: h / 2 - 5.5, width: wide, height: 3, fill: paint(type) });
    x += wide;
  }
}

/**
 * How many there are of each type and standing, in the order of the types.
 *
 * @param {Member[]} members
 */
function mix(members) {
  /** @type {Map<number, number>} */
  const groups = new Map();
  for (const [, type, established] of members) {
    const key = type * 2 + (1 - established);
    groups.set(key, (groups.get(key) || 0) + 1);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([key, share]) => ({ type: key >> 1, hollow: !!(key & 1), share }));
}

/**
 * @param {Pen} pen
 * @param {number} r
 * @param {string} fill
 * @param {boolean} established
 */
function disc(pen, r, fill, established) {
  pen("circle", established ? { r, fill } : { r: r - 1.5, fill: "#fff", stroke: fill, "stroke-width": 3 });
}

/**
 * @param {Pen} pen
 * @param {number} r
 * @param {Member[]} members
 * @param {Paint} paint
 */
function donut(pen, r, members, paint) {
  const groups = mix(members);
  let angle = -Math.PI / 2;
  for (const { type, hollow, share } of groups) {
    const sweep = (2 * Math.PI * share) / members.length;
    const fill = paint(type);
    const d = segment(r - 5, r, angle, angle + sweep);
    pen("path", hollow
      ? { d, fill: "#fff", stroke: fill, "stroke-width": 1.5, "fill-rule": "evenodd" }
      : { d, fill, stroke: "#fff", "stroke-width": groups.length > 1 ? 0.8 : 0, "fill-rule": "evenodd" });
    angle += sweep;
  }
}

/**
 * Path of a part of a ring.
 *
 * @param {number} inner
 * @param {number} outer
 * @param {number} from
 * @param {number} to
 */
function segment(inner, outer, from, to) {
  /** @type {(r: number, angle: number) => string} */
  const at = (r, angle) => `${(r * Math.cos(angle)).toFixed(2)} ${(r * Math.sin(angle)).toFixed(2)}`;
  if (to - from > 2 * Math.PI - 1e-6) {
    const circle = (/** @type {number} */ r) => `M ${r} 0 A ${r} ${r} 0 1 1 ${-r} 0 A ${r} ${r} 0 1 1 ${r} 0 Z`;
    return circle(outer) + circle(inner);
  }
  const large = to - from > Math.PI ? 1 : 0;
  return `M ${at(outer, from)} A ${outer} ${outer} 0 ${large} 1 ${at(outer, to)} ` +
    `L ${at(inner, to)} A ${inner} ${inner} 0 ${large} 0 ${at(inner, from)} Z`;
}

/**
 * A picture for the legend.
 *
 * @param {(svg: SVGSVGElement) => void} draw
 */
function picture(draw) {
  const svg = shape("svg", { width: 22, height: 16, viewBox: "-11 -8 22 16", "aria-hidden": "true" });
  draw(svg);
  return svg;
}

/**
 * @param {Element} svg
 * @param {string} text
 */
function small(svg, text) {
  shape("text", { "text-anchor": "middle", dy: "0.35em", fill: INK, "font-size": 8, "font-weight": 700 }, svg, text);
}

/** Pictures of what symbols and lines mean, for the legend. */
export const pictures = {
  type: (/** @type {string} */ color) => picture((svg) => disc(penOf(svg), 6, color, true)),
  hollow: () => picture((svg) => disc(penOf(svg), 6, GREY, false)),
  deaths: () => picture((svg) => {
    disc(penOf(svg), 4, GREY, true);
    shape("circle", { r: 7, fill: "none", stroke: INK, "stroke-width": 1.25 }, svg);
  }),
  several: () => picture((svg) => {
    shape("circle", { r: 5.5, fill: "#fff", stroke: GREY, "stroke-width": 3 }, svg);
    small(svg, "3");
  }),
  tag: () => picture((svg) => {
    shape("rect", { x: -8, y: -7, width: 16, height: 14, rx: 3, fill: "#fff", stroke: INK }, svg);
    small(svg, "3");
  }),
  border: () => picture((svg) => shape("path", { d: "M-11 0H11", stroke: INK, "stroke-width": 3 }, svg)),
  untranslated: () => picture((svg) => shape("text", { "text-anchor": "middle", y: 4, dy: "0.35em", fill: "currentColor",
    "font-size": 18, "font-weight": 700, "font-family": FONT }, svg, "*")),
  vintage: () => picture((svg) =>
    shape("path", { d: "M-11 0H11", stroke: INK, "stroke-width": 1, "stroke-dasharray": "3 3" }, svg)),
};
