/**
 * Onset counts: what began when in cells and areas, unpacked once, then counted step by step.
 *
 * A key of what the server sends is the place (in the order in which the places came), a channel
 * (the types, then least deaths, then how many more the most are), a step.
 */
import { inflate } from "../atlas/packing.js";
import { radius } from "./shapes.js";

/** @import { Item, Onsets, PackedOnsets } from "../types" */

const PLAIN = 2; // channels that are no types

/**
 * Entries in the order of their steps.
 *
 * @param {PackedOnsets} packed
 * @param {number} types of the vocabulary
 * @returns {Promise<Onsets>}
 */
export async function unpackOnsets(packed, types) {
  const found = await inflate(packed.data);
  const size = found.length / 2;
  const steps = packed.ends.length;
  const channels = types + 1 + PLAIN;
  const starts = new Uint32Array(steps + 1);
  const keys = new Float64Array(size);
  for (let i = 0, key = 0; i < size; i++) {
    key += found[i];
    keys[i] = key;
    starts[(key % steps) + 1] += 1;
  }
  for (let step = 0; step < steps; step++) starts[step + 1] += starts[step];
  const free = starts.slice();
  const [place, channel, value] = [new Uint32Array(size), new Uint8Array(size), new Int32Array(size)];
  let most = 1;
  for (let i = 0; i < size; i++) {
    const at = free[keys[i] % steps]++;
    const rest = Math.floor(keys[i] / steps);
    [place[at], channel[at], value[at]] = [Math.floor(rest / channels), rest % channels, found[size + i]];
    if (channel[at] <= types) most = Math.max(most, value[at]);
  }
  return { ends: packed.ends, undated: packed.undated, starts, place, channel, value, kinds: types + 1, most, at: -1 };
}

/**
 * Nothing has begun yet; what cells and areas hold in all is kept beside.
 *
 * @param {Item[]} items
 * @param {Onsets} onsets
 */
function empty(items, onsets) {
  for (const item of items) {
    if (item.k === 0) continue;
    item.whole ||= { count: item.count, low: item.low, high: item.high, mix: item.mix, r: item.r };
    item.sums = new Int32Array(onsets.kinds + PLAIN);
    Object.assign(item, { count: 0, low: 0, high: 0, mix: [], added: 0 });
  }
  onsets.at = -1;
}

/**
 * Counts up to a step, in place, from where it stands or from the beginning.
 *
 * @param {Item[]} items in the order in which they came
 * @param {Onsets} onsets
 * @param {number} step
 */
export function countTo(items, onsets, step) {
  if (step < onsets.at || onsets.at < 0) empty(items, onsets);
  /** @type {Map<Item, Int32Array>} */
  const changed = new Map();
  for (const item of items) item.added = 0;
  while (onsets.at < step) {
    onsets.at += 1;
    for (let i = onsets.starts[onsets.at]; i < onsets.starts[onsets.at + 1]; i++) {
      const item = items[onsets.place[i]];
      if (!item.sums) continue;
      item.sums[onsets.channel[i]] += onsets.value[i];
      if (onsets.at === step && onsets.channel[i] < onsets.kinds) item.added += onsets.value[i];
      changed.set(item, item.sums);
    }
  }
  for (const [item, sums] of changed) {
    item.mix = [];
    item.count = 0;
    for (let kind = 0; kind < onsets.kinds; kind++) {
      if (!sums[kind]) continue;
      item.mix.push(kind, sums[kind]);
      item.count += sums[kind];
    }
    item.low = sums[onsets.kinds];
    item.high = item.low + sums[onsets.kinds + 1];
    item.r = radius(item);
  }
}

/**
 * Everything again, in place, as the server counted it.
 *
 * @param {Item[]} items
 * @param {Onsets | null} onsets
 */
export function restoreCounts(items, onsets) {
  for (const item of items) {
    if (item.whole) Object.assign(item, item.whole, { added: 0 });
    item.whole = null;
  }
  if (onsets) onsets.at = -1;
}
