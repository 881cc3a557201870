import assert from "node:assert/strict";
import test from "node:test";

import { setSteps, stepEnds } from "../../static/map/animation.js";
import { clustered } from "../../static/map/clusters.js";
import { spreadSymbols } from "../../static/map/declutter.js";
import { countTo, restoreCounts, unpackOnsets } from "../../static/map/onsets.js";
import { outlines } from "../../static/map/world.js";
import { vectors } from "./vectors.js";

/** @import { BaseFeature, Item } from "../../static/types" */
/** @typedef {Pick<Item, "k" | "count" | "low" | "high" | "mix">} Place */

/**
 * @param {Partial<Item>} parts
 * @returns {Item}
 */
const item = (parts) => ({ s: 0, k: 0, i: 0, n: 0, x: 0, y: 0, px: 0, py: 0, hx: 0, hy: 0, r: 5.5, count: 1, low: 0,
  high: 0, mix: [], type: 0, established: 1, day: null, at: 0, added: 0, sums: null, whole: null, ...parts });

/** @type {(place: Place) => Place} */
const told = ({ k, count, low, high, mix }) => ({ k, count, low, high, mix });

for (const [position, { near, sites, groups }] of vectors.clusters.entries()) {
  test(`sites ${position} cluster as on paper`, () => {
    assert.deepEqual(clustered(sites, near).map((group) => group.map((site) => site.n)), groups);
  });
}

test("onset counts are those of the engine at every step, forwards and backwards", async () => {
  const { types, packed, places, steps } = vectors.onsets;
  const onsets = await unpackOnsets(packed, types);
  const items = places.map((place, n) => item({ ...place, n }));
  for (const [step, expected] of [...steps, ...steps.toReversed()]) {
    countTo(items, onsets, step);
    assert.deepEqual(items.map(told), expected);
  }
  restoreCounts(items, onsets);
  assert.deepEqual(items.map(told), places);
});

test("what begins in a step is told beside what has begun by then", async () => {
  const { types, packed, places } = vectors.onsets;
  const onsets = await unpackOnsets(packed, types);
  const items = places.map((place, n) => item({ ...place, n }));
  let most = 0;
  for (let step = 0; step < packed.ends.length; step++) {
    const before = items.map(({ count }) => (step ? count : 0));
    countTo(items, onsets, step);
    assert.deepEqual(items.map(({ added }) => added), items.map(({ count }, at) => count - before[at]));
    most = Math.max(most, ...items.map(({ added }) => added));
  }
  assert.ok(onsets.most <= most);
});

test("steps of records end on their last day", () => {
  const items = [5, 9, 7, null].map((day) => item({ day }));
  const ends = stepEnds(items);
  assert.deepEqual(ends, [5, 6, 7, 8, 9]);
  setSteps(items, ends ?? []);
  assert.deepEqual(items.map(({ at }) => at), [0, 4, 2, Infinity]);
  assert.equal(stepEnds([item({ day: 3 }), item({ day: null })]), null);
  const long = stepEnds([item({ day: 0 }), item({ day: 12_345 })]) ?? [];
  assert.ok(long.length <= 600 && long.at(-1) === 12_345);
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
