/* Legend and play of the data sets: thirty steps a second, all in the browser. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element, isoDay } = kit;
  const STEP = 1000 / 30; // milliseconds
  const STEPS = 600; // at most, so that twenty seconds show any span of time
  const SHORTEST = 3000; // milliseconds that few steps take in all, so that they can be followed
  const PLAY = "▶ Play";

  function cellLegend(map, own) {
    const open = own.legend ? own.legend.getContainer().firstChild.open : map.getSize().x > 600;
    if (own.legend) own.legend.remove();
    const control = (own.legend = L.control({ position: "topright" }));
    control.onAdd = function () {
      const box = element("div", "marz-legend");
      const details = element("details");
      details.open = open;
      details.appendChild(element("summary", "", "Legend"));
      const row = (draw, text) => {
        const line = element("div", "marz-row");
        const picture = element("canvas");
        const ratio = Math.min(2, window.devicePixelRatio || 1);
        [picture.width, picture.height] = [22 * ratio, 18 * ratio];
        picture.style.cssText = "width:22px;height:18px;flex:none";
        const context = picture.getContext("2d");
        context.scale(ratio, ratio);
        draw(context);
        line.append(picture, element("span", "", text));
        details.appendChild(line);
      };
      const kinds = own.base ? own.base.types : [];
      const has = (test) => own.cells.some(test);
      const type = (number) => (item) => (item.k === 0 ? item.type === number : item.mix.some((v, at) => !(at % 2) && v === number));
      const { sets, bySet } = own.state;
      if (bySet || sets.length > 1) {
        sets.forEach((_, s) => row((c) => {
          if (bySet) kit.fillShape(c, s, 6, kit.SET_COLORS[s % kit.SET_COLORS.length], 11, 9);
          else kit.strokeShape(c, s, 6, INK, 1.5, 11, 9);
        }, `Data set ${s + 1}`));
      }
      if (!bySet) {
        kinds.forEach(({ name, color }, number) => { if (has(type(number))) row((c) => kit.fillShape(c, 0, 6, color, 11, 9), name); });
        if (has(type(kinds.length))) row((c) => kit.fillShape(c, 0, 6, kit.GREY, 11, 9), "Other type");
      }
      const item = { s: 0, count: 1, mix: [kinds.length, 1], low: -1, high: -1, px: 11, py: 9, r: 7 };
      const grey = () => kit.GREY;
      if (has((one) => one.k === 0 && !one.established)) row((c) => kit.strokeShape(c, 0, 5, kit.GREY, 2, 11, 9), "Hollow: not established");
      if (has((one) => one.high > 0)) row((c) => { kit.fillShape(c, 0, 4, kit.GREY, 11, 9); kit.strokeShape(c, 0, 7, INK, 1.1, 11, 9); }, "Ring: deaths, as a range");
      if (has((one) => one.k === 1)) row((c) => kit.sketch(c, { ...item, k: 1, count: 3, mix: [0, 3], r: 7.5 }, grey, 1), "Number: incidents in a cell");
      if (has((one) => one.k === 2)) row((c) => kit.sketch(c, { ...item, k: 2, count: 3, mix: [0, 3] }, grey, 1), "Somewhere on a line or area");
      box.appendChild(details);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  /* Last days of the steps of records alone: days, or spans of as many days as make `STEPS` steps. */
  function ends(own) {
    const days = own.cells.map((item) => item.day).filter((day) => day !== null);
    let [first, last] = [Infinity, -Infinity];
    for (const day of days) { first = Math.min(first, day); last = Math.max(last, day); }
    if (!(first < last)) return null;
    const width = Math.max(1, Math.ceil((last - first + 1) / STEPS));
    return Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, n) => Math.min(last, first + (n + 1) * width - 1));
  }

  /* The step in which each record begins; what has no day begins in none. */
  function arrange(own, steps) {
    for (const item of own.cells) {
      if (item.k) continue;
      let [low, high] = [0, steps.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (steps[middle] < item.day) low = middle + 1;
        else high = middle;
      }
      item.at = item.day === null ? Infinity : low;
    }
  }

  function cellPlayer(map, own) {
    const focused = own.play && own.play.box.contains(document.activeElement);
    if (own.player) own.player.remove();
    own.player = own.play = own.begun = null;
    // Of cells and areas the browser knows counts alone until it has asked.
    const gathered = own.cells.some((item) => item.k > 0);
    const steps = gathered ? null : ends(own);
    const askable = own.state.plays && own.options.onPlay && window.DecompressionStream;
    if (gathered ? !askable : !steps) return;
    const box = element("div", "marz-play");
    const start = element("button", "", PLAY);
    const slide = element("input");
    const label = element("output", "", "");
    const close = element("button", "marz-close", "×");
    start.type = close.type = "button";
    start.title = "Step through time on the map: counts so far, and outlined what has just begun";
    close.title = "Stop and show all";
    close.setAttribute("aria-label", close.title);
    slide.type = "range";
    slide.setAttribute("aria-label", "Moment shown on the map");
    label.setAttribute("aria-live", "polite");
    box.append(start, slide, label, close);
    const play = (own.play = { box, start, label, at: 0, timer: null, steps: 0, spent: 0 });
    const prepare = (found) => {
      play.ends = found;
      play.at = found.length - 1;
      play.pace = Math.max(STEP, SHORTEST / found.length);
      Object.assign(slide, { min: 0, max: play.at, step: 1, value: play.at });
      arrange(own, found);
      // As wide as its last words, so that the box stands still while counts grow.
      const [words] = said(own, { ends: found, at: play.at }, true);
      label.style.minWidth = `${Math.ceil(kit.width(words, { weight: 400, size: 12 })) + 6}px`;
    };
    const show = (index) => {
      const began = performance.now();
      const next = box.classList.contains("marz-stepping") && index === play.at + 1;
      play.at = index;
      slide.value = index;
      box.classList.add("marz-stepping");
      own.step = index;
      kit.countTo(own, index);
      if (next) own.canvas.advance();
      else own.canvas.show(own);
      const [words, note] = said(own, play);
      label.textContent = words;
      if (note) label.append(element("small", "", note));
      slide.setAttribute("aria-valuetext", [words, note].filter(Boolean).join(", "));
      map.getContainer().dataset.frame = index;
      play.steps += 1;
      play.spent += performance.now() - began;
    };
    const run = (due) => {
      if (!play.timer) return;
      if (performance.now() >= due - 4) {
        if (play.at >= play.ends.length - 1) return pause(play);
        show(play.at + 1);
        // A late step does not hurry the next ones.
        due = Math.max(due + play.pace, performance.now() - play.pace);
      }
      play.timer = requestAnimationFrame(() => run(due));
    };
    const begin = () => {
      start.textContent = "❚❚ Pause";
      // Thirty times a second would be too much to be read out.
      label.setAttribute("aria-live", "off");
      if (play.at >= play.ends.length - 1) show(0);
      play.timer = requestAnimationFrame(() => run(performance.now() + play.pace));
    };
    slide.addEventListener("input", () => { pause(play); show(+slide.value); });
    start.addEventListener("click", () => {
      if (play.timer) return pause(play);
      if (play.ends) return begin();
      if (play.asked) return;
      play.asked = true;
      start.textContent = "Counting …";
      start.setAttribute("aria-busy", "true");
      own.options.onPlay();
    });
    close.addEventListener("click", () => { endPlay(map, own); own.canvas.draw(); start.focus(); });
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => { L.DomEvent.disableClickPropagation(box); return box; };
    own.player = control.addTo(map);
    if (focused) start.focus({ preventScroll: true });
    if (steps) prepare(steps);
    else if (own.state.play) {
      const state = own.state;
      kit.unpackBegun(state.play, own.base.types.length).then((begun) => {
        if (own.state !== state) return;
        own.begun = begun;
        prepare(begun.ends);
        begin();
      });
    }
  }

  /* What a step shows, in words, and what no step does. */
  function said(own, play, all) {
    const many = (count) => count.toLocaleString("en-GB");
    let [shown, undated] = [0, own.begun ? own.begun.undated : 0];
    for (const item of own.cells) {
      if (item.k) shown += all && item.whole ? item.whole.count : item.count;
      else if (item.at <= play.at) shown += 1;
      else if (item.day === null) undated += 1;
    }
    return [`to ${isoDay(play.ends[play.at])} · ${many(shown)}`, undated ? `${many(undated)} undated left out` : ""];
  }

  function pause(play) {
    cancelAnimationFrame(play.timer);
    play.timer = null;
    play.start.textContent = PLAY;
    play.label.setAttribute("aria-live", "polite");
    play.label.append(...play.label.childNodes); // so that it is read out where it stops
  }

  function endPlay(map, own) {
    own.step = undefined;
    kit.restoreCounts(own);
    if (!own.play) return;
    pause(own.play);
    if (own.play.ends) own.play.at = own.play.ends.length - 1;
    own.play.box.classList.remove("marz-stepping");
    delete map.getContainer().dataset.frame;
  }

  Object.assign(kit, { cellLegend, cellPlayer, endPlay });
})(window.marz);
