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
 * @param {PackedOnsets} packed
 * @param {number} types of the vocabulary
 * @returns {Promise<Onsets>}
 */
export async function unpackOnsets(packed, types) {
  const found = await inflate(packed.data);
  const size = found.length / 3;
  const steps = packed.ends.length;
  const slot = new Uint32Array(size);
  const [start, end] = [new Uint16Array(size), new Uint16Array(size)];
  for (let i = 0, key = 0; i < size; i++) {
    key += found[i];
    [slot[i], start[i]] = [Math.floor(key / steps), key % steps];
    end[i] = start[i] + found[size + i];
  }
  return { ends: packed.ends, slot, start, end, value: found.slice(2 * size), kinds: types + 1 };
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
export function countWithin(items, { ends, slot, start, end, value, kinds }, { from, to, certainly, until, since }) {
  const low = from === null ? 0 : stepOf(ends, from);
  const high = to === null ? ends.length - 1 : stepOf(ends, to);
  const reached = until === null ? ends.length - 1 : stepOf(ends, until);
  const recent = until === null ? ends.length : since === null || !Number.isFinite(since) ? 0 : stepOf(ends, since);
  const channels = kinds + PLAIN;
  const sums = new Int32Array(items.length * channels);
  const added = new Int32Array(items.length);
  // Steps that the first day and the last day may lie in: this loop is most of what a move costs.
  const [least, most] = certainly ? [low, reached] : [0, Math.min(high, reached)];
  const last = certainly ? high : ends.length;
  for (let i = 0; i < value.length; i++) {
    const first = start[i];
    if (first < least || first > most || end[i] < low || end[i] > last) continue;
    sums[slot[i]] += value[i];
    if (first >= recent && slot[i] % channels < kinds) added[Math.floor(slot[i] / channels)] += value[i];
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
