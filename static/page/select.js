/* Filter -> rows, counts, timeline: what geo/query.py does in the dashboard, in the same words. */
(function (page) {
  "use strict";
  const { days, texts, spellings, level, facets } = page.query;
  const OPEN = 2 ** 30; // days that stand for an open end, see geo/package.py
  const MONTHS_AT_MOST = 3 * 366; // windows up to this long are counted by month
  // What Python takes for white space.
  const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
  // Where Python's casefold does more than small letters.
  const FOLDS = { "ß": "ss", "ς": "σ", "և": "եւ", "\u0345": "ι" };
  const all = days.map((_, row) => row);

  /* As geo.search.fold: case, diacritics, hyphens and apostrophes do not count. */
  function fold(text) {
    const lower = text.normalize("NFKD").toLowerCase().replace(/[ßςև\u0345]/g, (sign) => FOLDS[sign]);
    const plain = lower.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    return [...plain].map((sign) => level[sign] ?? sign).join("");
  }

  const aliases = new Map();
  for (const names of spellings) {
    for (const name of names) {
      if (!aliases.has(name)) aliases.set(name, new Set());
      for (const other of names) aliases.get(name).add(other);
    }
  }

  const split = (text) => text.split(SPACE).filter(Boolean);
  const alternatives = (asked) => [...(aliases.get(asked.trim()) || [asked])];

  /* What is asked for is taken as one name of a place first, then word by word. */
  function textMask(text) {
    const words = split(text);
    const whole = alternatives(fold(words.join(" ")));
    const parts = whole.length > 1 ? [whole] : words.map((word) => alternatives(fold(word)));
    return texts.map((told) => parts.every((names) => names.some((name) => told.includes(name))));
  }

  function dateMask(filter) {
    const low = filter.from ? page.dayOf(filter.from) : -Infinity;
    const high = filter.to ? page.dayOf(filter.to) : Infinity;
    // What has no date lies neither possibly nor certainly within a window.
    return days.map(([start, end, dated]) => dated === 1 && (filter.match === "certainly"
      ? start >= low && end <= high
      : end >= low && start <= high));
  }

  /* One mask a filter that is used. */
  function masks(filter) {
    const found = {};
    if (filter.from || filter.to) found.dates = dateMask(filter);
    for (const facet of facets) {
      const chosen = filter[facet.name].map((value) => facet.options.findIndex((o) => o[0] === value));
      if (chosen.length) found[facet.name] = facet.of.map((own) => own.some((n) => chosen.includes(n)));
    }
    if (split(filter.text).length) found.text = textMask(filter.text);
    return found;
  }

  const holding = (list) => all.filter((row) => list.every((mask) => mask[row]));

  const select = (filter) => holding(Object.values(masks(filter)));

  /* How many each option would leave if it alone were chosen in its filter; facet -> counts. */
  function counts(filter) {
    const used = masks(filter);
    return facets.map((facet) => {
      const others = holding(Object.keys(used).filter((name) => name !== facet.name).map((name) => used[name]));
      const found = facet.options.map(() => 0);
      for (const row of others) for (const option of facet.of[row]) found[option] += 1;
      return found;
    });
  }

  const ends = days.flatMap((d) => [d[0], d[1]]).filter((day) => Math.abs(day) !== OPEN);
  const extent = ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 364];

  /* What the timeline reaches over, in whole years, and the width of its bins. */
  function axis(filter) {
    let [first, last] = extent;
    let by = "year";
    if (filter.from && filter.to) {
      const [start, end] = [page.dayOf(filter.from), page.dayOf(filter.to)];
      if (end - start <= MONTHS_AT_MOST) [first, last, by] = [start, end, "month"];
    }
    return { first: page.firstOf(page.yearOf(first)), last: page.firstOf(page.yearOf(last) + 1) - 1, by };
  }

  function floor(day, by) {
    return page.firstOf(page.yearOf(day), by === "month" ? page.monthOf(day) : 0);
  }

  /* Counts by bin and type of what lies within one bin; the others as spans. */
  function binned(rows, by) {
    const [first, last] = extent;
    const bins = new Map();
    const spans = [];
    let undated = 0;
    for (const row of rows) {
      const [from, to, dated] = days[row];
      const type = page.records[row].type;
      if (!dated) {
        undated += 1;
        continue;
      }
      const start = from === -OPEN ? first : from;
      const end = to === OPEN ? Math.max(last, start) : to;
      const bin = floor(start, by);
      if (bin === floor(end, by) && from !== -OPEN) {
        if (!bins.has(bin)) bins.set(bin, {});
        bins.get(bin)[type] = (bins.get(bin)[type] || 0) + 1;
      } else spans.push({ row, start: Math.min(start, end), end, type });
    }
    return { bins, spans, undated };
  }

  /* The day whose border lines are drawn strong: that of the latest incident shown. */
  function vintage(rows) {
    const starts = rows.filter((row) => days[row][2]).map((row) => days[row][0]).filter((day) => day !== -OPEN);
    return starts.length ? Math.max(...starts) : page.view.today;
  }

  /* The map's layer of these rows: numbers only. */
  function layer(rows) {
    const shown = new Set(rows);
    const found = page.features.features.flatMap((feature) => {
      const m = feature.properties.m.filter((member) => shown.has(member[0]));
      return m.length ? [{ ...feature, properties: { n: feature.properties.n, m } }] : [];
    });
    return { type: "FeatureCollection", features: found };
  }

  Object.assign(page, { OPEN, axis, binned, counts, extent, floor, fold, layer, select, split, vintage });
})(window.marz.page);
