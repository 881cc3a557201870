/**
 * Cells and areas by steps of time: how many of their incidents lie where, unpacked once, then counted
 * anew for whatever dates are shown.
 *
 * A key of what the server sends is the place (in the order in which the places came), a channel
 * (the types, then least deaths, then how many more the most are), the step of the first day; beside
 * it stands how many steps later the last day is.
 */
import { inflate } from "../atlas/packing.js";
import { radius } from "./shapes.js";

/** @import { Item, Onsets, PackedOnsets, Period } from "../types" */

const PLAIN = 2; // channels that are no types

/**
 * Most incidents begin and end in one step: they are summed up by steps, so that any dates are the difference of two sums.
 * Those over several steps (spans) are looked at one by one.
 *
 * @param {PackedOnsets} packed
 * @param {number} types of the vocabulary
 * @returns {Promise<Onsets>}
 */
export async function unpackOnsets(packed, types) {
  const found = await inflate(packed.data);
  const size = found.length / 3;
  const steps = packed.ends.length;
  const spans = /** @type {Onsets["spans"]} */ ([]);
  const [step, sum] = [new Uint16Array(size), new Float64Array(size + 1)];
  /** @type {number[]} */
  const first = [];
  let [key, known] = [0, 0];
  for (let i = 0; i < size; i++) {
    key += found[i];
    const [slot, start, longer, value] = [Math.floor(key / steps), key % steps, found[size + i], found[2 * size + i]];
    while (first.length <= slot) first.push(known);
    if (longer) spans.push({ slot, start, end: start + longer, value });
    else {
      step[known] = start;
      sum[known + 1] = sum[known] + value;
      known += 1;
    }
  }
  first.push(known);
  return { ends: packed.ends, first, step, sum, spans, kinds: types + 1 };
}

/**
 * The first entry of a slot that is of a step or a later one.
 *
 * @param {Onsets} onsets
 * @param {number} slot
 * @param {number} wanted
 */
function entryOf({ first, step }, slot, wanted) {
  let [low, high] = [first[slot], first[slot + 1]];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How many incidents of a slot begin and end within steps.
 *
 * @param {Onsets} onsets
 * @param {number} slot
 * @param {number} low
 * @param {number} high
 */
function sumWithin(onsets, slot, low, high) {
  return low > high ? 0 : onsets.sum[entryOf(onsets, slot, high + 1)] - onsets.sum[entryOf(onsets, slot, low)];
}

/**
 * The step that a day lies in.
 *
 * @param {number[]} ends last days of the steps
 * @param {number} day
 */
export function stepOf(ends, day) {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Counts what a period shows, in place.
 *
 * @param {Item[]} items in the order in which they came
 * @param {Onsets} onsets
 * @param {Period} period
 * @returns {number} incidents shown
 */
export function countWithin(items, onsets, { from, to, certainly, until, since }) {
  const { ends, first, spans, kinds } = onsets;
  const low = from === null ? 0 : stepOf(ends, from);
  const high = to === null ? ends.length - 1 : stepOf(ends, to);
  const reached = until === null ? ends.length - 1 : stepOf(ends, until);
  const recent = until === null ? ends.length : since === null || !Number.isFinite(since) ? 0 : stepOf(ends, since);
  const channels = kinds + PLAIN;
  const sums = new Int32Array(items.length * channels);
  const added = new Int32Array(items.length);
  const last = Math.min(high, reached);
  for (let slot = 0; slot < first.length - 1; slot++) {
    sums[slot] = sumWithin(onsets, slot, low, last);
    if (recent < ends.length && slot % channels < kinds) {
      added[Math.floor(slot / channels)] += sumWithin(onsets, slot, Math.max(low, recent), last);
    }
  }
  for (const { slot, start, end, value } of spans) {
    if (start > reached || (certainly ? start < low || end > high : start > high || end < low)) continue;
    sums[slot] += value;
    if (start >= recent && slot % channels < kinds) added[Math.floor(slot / channels)] += value;
  }
  let shown = 0;
  items.forEach((item, n) => {
    item.mix = [];
    item.count = 0;
    for (let kind = 0; kind < kinds; kind++) {
      const sum = sums[n * channels + kind];
      if (!sum) continue;
      item.mix.push(kind, sum);
      item.count += sum;
    }
    item.low = sums[n * channels + kinds];
    item.high = item.low + sums[n * channels + kinds + 1];
    item.added = added[n];
    item.r = radius(item);
    shown += item.count;
  });
  return shown;
}
