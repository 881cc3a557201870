/* What began when in cells and areas: unpacked once, then counted step by step.
 *
 * The answer of the server, see geo/setplay.py: `ends` the last day of each step, `undated`
 * incidents of no step, `data` keys and values. A key is the place (in the order in which the
 * places came), a channel (the types, then least deaths, then how many more the most are), a step.
 */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const PLAIN = 2; // channels that are no types

  /* Numbers of four bytes: first the first bytes of all, then the second ones and so on. */
  async function numbers(text) {
    const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const count = bytes.length / 4;
    const found = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      found[i] = bytes[i] | (bytes[count + i] << 8) | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
    }
    return found;
  }

  /* Entries in the order of their steps; those of step t stand from starts[t] on. */
  async function unpack(play, types) {
    const found = await numbers(play.data);
    const size = found.length / 2;
    const steps = play.ends.length;
    const channels = types + 1 + PLAIN;
    const starts = new Uint32Array(steps + 1);
    const keys = new Float64Array(size);
    for (let i = 0, key = 0; i < size; i++) {
      key += found[i];
      keys[i] = key;
      starts[(key % steps) + 1] += 1;
    }
    for (let t = 0; t < steps; t++) starts[t + 1] += starts[t];
    const free = starts.slice();
    const [place, channel, value] = [new Uint32Array(size), new Uint8Array(size), new Int32Array(size)];
    let most = 1; // that begins in any place in a step
    for (let i = 0; i < size; i++) {
      const at = free[keys[i] % steps]++;
      const rest = Math.floor(keys[i] / steps);
      [place[at], channel[at], value[at]] = [Math.floor(rest / channels), rest % channels, found[size + i]];
      if (channel[at] <= types) most = Math.max(most, value[at]);
    }
    return { ends: play.ends, undated: play.undated, starts, place, channel, value, kinds: types + 1, most, at: -1 };
  }

  /* Nothing has begun yet; what cells and areas hold in all is kept beside. */
  function empty(own) {
    for (const item of own.cells) {
      if (item.k === 0) continue;
      item.whole ||= { count: item.count, low: item.low, high: item.high, mix: item.mix, r: item.r };
      item.sums = new Int32Array(own.begun.kinds + PLAIN);
      Object.assign(item, { count: 0, low: 0, high: 0, mix: [], added: 0 });
    }
    own.begun.at = -1;
  }

  /* Counts up to a step, from where it stands or from the beginning. */
  function count(own, step) {
    const { begun, numbered } = own;
    if (!begun) return;
    if (step < begun.at || begun.at < 0) empty(own);
    const changed = new Set();
    for (const item of own.cells) item.added = 0;
    while (begun.at < step) {
      begun.at += 1;
      for (let i = begun.starts[begun.at]; i < begun.starts[begun.at + 1]; i++) {
        const item = numbered[begun.place[i]];
        item.sums[begun.channel[i]] += begun.value[i];
        if (begun.at === step && begun.channel[i] < begun.kinds) item.added += begun.value[i];
        changed.add(item);
      }
    }
    for (const item of changed) {
      item.mix = [];
      item.count = 0;
      for (let kind = 0; kind < begun.kinds; kind++) {
        if (!item.sums[kind]) continue;
        item.mix.push(kind, item.sums[kind]);
        item.count += item.sums[kind];
      }
      item.low = item.sums[begun.kinds];
      item.high = item.low + item.sums[begun.kinds + 1];
      item.r = kit.radius(item);
    }
  }

  /* Everything again, as the server counted it. */
  function restore(own) {
    for (const item of own.cells || []) {
      if (item.whole) Object.assign(item, item.whole, { added: 0 });
      item.whole = null;
    }
    if (own.begun) own.begun.at = -1;
  }

  Object.assign(kit, { countTo: count, restoreCounts: restore, unpackBegun: unpack });
})(window.marz);
