import assert from "node:assert/strict";
import test from "node:test";

import { clustered } from "../../static/map/clusters.js";
import { spreadSymbols } from "../../static/map/declutter.js";
import { countWithin, stepOf, unpackOnsets } from "../../static/map/onsets.js";
import { outlines } from "../../static/map/world.js";
import { vectors } from "./vectors.js";

/** @import { BaseFeature, Item } from "../../static/types" */
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
