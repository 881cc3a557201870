import assert from "node:assert/strict";
import test from "node:test";

import { clustered } from "../../static/map/clusters.js";
import { spreadSymbols } from "../../static/map/declutter.js";
import { penOn } from "../../static/map/motion.js";
import { countWithin, stepOf, unpackOnsets } from "../../static/map/onsets.js";
import { sharesOf } from "../../static/map/shapes.js";
import { outlines } from "../../static/map/world.js";
import { HAZE, INK } from "../../static/map/style.js";
import { keyOf, penSymbol } from "../../static/map/symbols.js";
import { vectors } from "./vectors.js";

/** @import { Atlas, BaseFeature, Item, Member, SiteMarker } from "../../static/types" */
/** @typedef {Pick<Item, "k" | "count" | "low" | "high" | "mix">} Place */

/**
 * @param {Partial<Item>} parts
 * @returns {Item}
 */
const item = (parts) => ({ s: 0, k: 0, i: 0, n: 0, x: 0, y: 0, px: 0, py: 0, hx: 0, hy: 0, r: 5.5, count: 1, low: 0,
  high: 0, mix: [], type: 0, established: 1, start: 0, end: 0, members: null, added: 0, full: 5.5, ...parts });

/** @type {(place: Place) => Place} */
const told = ({ k, count, low, high, mix }) => ({ k, count, low, high, mix });

for (const [position, { near, sites, groups }] of vectors.clusters.entries()) {
  test(`sites ${position} cluster as on paper`, () => {
    assert.deepEqual(clustered(sites, near).map((group) => group.map((site) => site.n)), groups);
  });
}

test("what lies within dates, possibly or certainly, is what the engine counts by steps", async () => {
  const { types, packed, places, cases } = vectors.onsets;
  const onsets = await unpackOnsets(packed, types);
  const items = places.map((place, n) => item({ ...place, n }));
  assert.ok(cases.some(({ expected }) => expected.some(({ count }) => count)));
  for (const { from, to, certainly, expected } of [...cases, ...cases]) {
    const [first, last] = [from, to].map((step) => packed.ends[step]);
    const sum = countWithin(items, onsets, { from: first, to: last, certainly, until: null, since: null });
    assert.deepEqual(items.map(told), expected);
    assert.equal(sum, expected.reduce((all, { count }) => all + count, 0));
  }
});

test("Play shows what began by a day, and what is new of it", async () => {
  const { types, packed, places } = vectors.onsets;
  const onsets = await unpackOnsets(packed, types);
  const items = places.map((place, n) => item({ ...place, n }));
  const at = (/** @type {number} */ step, /** @type {number | null} */ since) =>
    countWithin(items, onsets, { from: null, to: null, certainly: false, until: packed.ends[step], since });
  let before = 0;
  packed.ends.forEach((end, step) => {
    const sum = at(step, end);
    assert.equal(items.reduce((all, { added }) => all + added, 0), sum - before);
    before = sum;
  });
  assert.equal(at(packed.ends.length - 1, -Infinity), items.reduce((all, { added }) => all + added, 0));
});

test("a day lies in the first step that does not end before it", () => {
  assert.deepEqual([-5, 3, 4, 9, 10, 11, 99].map((day) => stepOf([3, 9, 10, 20], day)), [0, 0, 1, 1, 2, 3, 3]);
});

test("the ring of a cell gives each type its share, to half a tick, and is whole", () => {
  const paint = (/** @type {number} */ type) => `colour ${type}`;
  assert.deepEqual(sharesOf({ s: 0, count: 4, mix: [2, 3, 5, 1] }, paint), [["colour 2", 90], ["colour 5", 120]]);
  const [count, parts] = [1 + 6 + 10 + 400, [1, 6, 10, 400]];
  const ends = sharesOf({ s: 0, count, mix: parts.flatMap((part, type) => [type, part]) }, paint).map(([, end]) => end);
  assert.equal(ends.at(-1), 120);
  let sum = 0;
  parts.forEach((part, at) => assert.ok(Math.abs(ends[at] - (120 * (sum += part)) / count) <= 0.5));
});

/**
 * What a canvas is asked to fill, stroke and write for a symbol of the point 1 or the area 2.
 *
 * @param {number} n
 * @param {Member[]} members
 * @param {number} [sel]
 */
function inked(n, members, sel = -1) {
  /** @type {string[]} */
  const drawn = [];
  let path = "";
  const note = (/** @type {string} */ name) => (/** @type {any[]} */ ...given) => { path = `${name} ${given.filter(Number.isFinite).join(" ")}`; };
  const context = {
    beginPath() {}, arc: note("arc"), roundRect: note("rect"), shadowBlur: 10, fillStyle: "", strokeStyle: "", lineWidth: 0,
    fill(/** @type {Path2D} */ own) { drawn.push(`${own ? "path" : path} filled ${context.fillStyle}${context.shadowBlur ? " glowing" : ""}`); },
    stroke(/** @type {Path2D} */ own) { drawn.push(`${own ? "path" : path} stroked ${context.strokeStyle} ${context.lineWidth}`); },
    fillText(/** @type {string} */ text) { drawn.push(`${text} ${context.fillStyle}`); },
  };
  const pen = penOn(/** @type {any} */ (context), "#00000001");
  penSymbol(atlasOf(sel), siteOf(n), members, pen);
  return drawn;
}

/** @type {(sel: number | null) => Atlas} */
const atlasOf = (sel) => /** @type {any} */ ({ shown: { sel, lang: "" },
  base: { types: [{ name: "A", color: "#a00" }, { name: "B", color: "#00b" }] },
  features: new Map([[1, { geometry: { type: "Point" } }], [2, { geometry: { type: "Polygon" } }]]) });

/** @type {(n: number) => SiteMarker} */
const siteOf = (n) => /** @type {any} */ ({ marz: { n } });

test("symbols share a picture if they look alike, whichever records they hold", () => {
  /** @type {(n: number, member: Member, sel?: number | null) => string} */
  const key = (n, member, sel = null) => keyOf(atlasOf(sel), siteOf(n), [member]).key;
  const one = key(1, [5, 1, 1, 4, 0, 0]);
  assert.equal(key(1, [6, 1, 1, 4, 9, 9]), one);
  // Another edition of the data may number other records alike.
  const others = [key(1, [5, 0, 1, 4, 0, 0]), key(1, [5, 1, 0, 4, 0, 0]), key(1, [5, 1, 1, 9, 0, 0]),
    key(1, [5, 1, 1, 4, 0, 0], 5), key(2, [5, 1, 1, 4, 0, 0])];
  assert.equal(new Set([one, ...others]).size, 6);
});

test("the canvas of moved dates draws what the elements show", () => {
  globalThis.Path2D ??= /** @type {any} */ (class {});
  assert.deepEqual(inked(1, [[5, 1, 1, -1, 0, 0]]), ["arc 0 0 8.5 0 6.283185307179586 filled #fff glowing",
    "arc 0 0 7 0 6.283185307179586 filled #00b"]);
  const [ring, white, line, ...rest] = inked(1, [[5, 1, 0, 25, 0, 0]], 5);
  assert.deepEqual([ring, white, line], ["arc 0 0 16 0 6.283185307179586 filled #00000001 glowing",
    "arc 0 0 16 0 6.283185307179586 stroked #fff 3", `arc 0 0 16 0 6.283185307179586 stroked ${INK} 1.25`]);
  assert.ok(rest.includes("arc 0 0 5.5 0 6.283185307179586 stroked #00b 3"), "hollow where not established");
  assert.ok(rest.includes(`arc 0 0 11 0 6.283185307179586 stroked ${INK} 2.5`), "chosen");
  /** @type {Member[]} */
  const several = [[5, 0, 1, -1, 0, 0], [6, 0, 1, -1, 0, 0], [7, 1, 0, -1, 0, 0]];
  assert.deepEqual(inked(1, several).slice(1), ["path filled #a00", "path stroked #fff 0.8", "path filled #fff",
    "path stroked #00b 1.5", `3 ${INK}`]);
  assert.deepEqual(inked(2, several, 7).map((one) => one.replace(/^rect \S+ \S+ /, "")), ["24 17 4 filled #ffffffe6 glowing",
    `24 17 4 stroked ${INK} 2.5`, `3/3 ${INK}`, "12 3 0 filled #a00", "4.8 2 0 filled #fff",
    "4.8 2 0 stroked #00b 1"]);
  assert.notEqual(HAZE, "#00000001");
});

test("points stay where they are while tags give way", () => {
  const nodes = [{ x: 0, y: 0, r: 8, point: true }, { x: 3, y: 0, r: 9, point: false }];
  spreadSymbols(nodes);
  assert.deepEqual([nodes[0].x, nodes[0].y], [0, 0]);
  assert.ok(Math.hypot(nodes[1].x, nodes[1].y) >= 20 - 1e-9);
});

test("edges where a layer was cut are no border", () => {
  const ring = [[60, 33], [70, 33], [70, 40], [60, 40], [60, 33]];
  /** @type {BaseFeature} */
  const feature = { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
  const [cut] = outlines([feature], [60, 33, 82, 46]);
  assert.deepEqual(cut.geometry, { type: "MultiLineString", coordinates: [[[70, 33], [70, 40], [60, 40]]] });
  assert.deepEqual(outlines([feature], null), [feature]);
});
