import assert from "node:assert/strict";
import test from "node:test";

import { keyTarget } from "../../static/atlas/keyboard.js";
import { count, number, short } from "../../static/atlas/numbers.js";
import { points } from "../../static/atlas/packing.js";
import { lanes } from "../../static/atlas/timeline.js";

test("numbers in words and figures", () => {
  assert.deepEqual([number(1400), count(1, "incident"), count(1400, "incident")], ["1,400", "1 incident", "1,400 incidents"]);
  assert.deepEqual([0, 999, 1000, 9949, 10_000, 999_499, 999_500, 12_345_678].map(short),
    ["0", "999", "1.0k", "9.9k", "10k", "999k", "1.0M", "12M"]);
});

test("points are steps added up", () => {
  assert.deepEqual(points([100, 200, -10, 5], 10), [[10, 20], [9, 20.5]]);
});

test("spans that overlap get lanes of their own", () => {
  assert.deepEqual(lanes([{ start: 0, end: 5 }, { start: 3, end: 4 }, { start: 5, end: 9 }, { start: 6, end: 7 }]), [0, 1, 1, 0]);
});

test("keys lead through a list, and none does with a modifier", () => {
  const pressed = (/** @type {string} */ key, more = {}) =>
    /** @type {KeyboardEvent} */ ({ key, altKey: false, ctrlKey: false, metaKey: false, ...more });
  assert.deepEqual(["ArrowDown", "ArrowUp", "Home", "End", "x"].map((key) => keyTarget(pressed(key), 2, 5)), [3, 1, 0, 4, undefined]);
  assert.equal(keyTarget(pressed("ArrowUp"), -1, 5), 4);
  assert.equal(keyTarget(pressed("End", { ctrlKey: true }), 2, 5), undefined);
});
