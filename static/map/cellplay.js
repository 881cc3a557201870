/* Legend and play of the data sets: thirty steps a second, all in the browser. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element, isoDay } = kit;
  const STEP = 1000 / 30; // milliseconds
  const STEPS = 600; // at most, so that twenty seconds show any span of time

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

  /* Moments to step through: days, or spans of as many days as make `STEPS` steps. */
  function moments(own) {
    const days = own.cells.map((item) => item.day).filter((day) => day !== null && day !== undefined);
    if (days.length !== own.cells.filter((item) => item.k === 0).length || !days.length) return null;
    let [first, last] = [Infinity, -Infinity];
    for (const day of days) { first = Math.min(first, day); last = Math.max(last, day); }
    if (first === last) return null;
    return { first, last, width: Math.max(1, Math.ceil((last - first + 1) / STEPS)) };
  }

  function cellPlayer(map, own) {
    if (own.player) own.player.remove();
    own.player = null;
    const span = own.cells.some((item) => item.k === 1) ? null : moments(own);
    if (!span) return;
    const count = Math.ceil((span.last - span.first + 1) / span.width);
    const box = element("div", "marz-play");
    const start = element("button", "", "▶ Play");
    const slide = element("input");
    const label = element("output", "", "");
    const close = element("button", "marz-close", "×");
    start.type = close.type = "button";
    close.title = "Stop and show all";
    close.setAttribute("aria-label", close.title);
    Object.assign(slide, { type: "range", min: 0, max: count - 1, step: 1, value: count - 1 });
    slide.setAttribute("aria-label", "Moment shown on the map");
    box.append(start, slide, label, close);
    const play = (own.play = { box, start, at: count - 1, timer: null, steps: 0, spent: 0 });
    const show = (index) => {
      const began = performance.now();
      const before = box.classList.contains("marz-stepping") ? play.at : -2;
      play.at = index;
      slide.value = index;
      box.classList.add("marz-stepping");
      own.until = Math.min(span.last, span.first + (index + 1) * span.width - 1);
      label.textContent = `to ${isoDay(own.until)}`;
      own.since = span.first + index * span.width;
      if (index === before + 1) own.canvas.advance();
      else own.canvas.draw();
      map.getContainer().dataset.frame = index;
      play.steps += 1;
      play.spent += performance.now() - began;
    };
    const run = (due) => {
      if (!play.timer) return;
      if (performance.now() >= due - 4) {
        if (play.at >= count - 1) return pause(play);
        show(play.at + 1);
        // A late step does not hurry the next ones.
        due = Math.max(due + STEP, performance.now() - STEP);
      }
      play.timer = requestAnimationFrame(() => run(due));
    };
    slide.addEventListener("input", () => { pause(play); show(+slide.value); });
    start.addEventListener("click", () => {
      if (play.timer) return pause(play);
      start.textContent = "❚❚ Pause";
      if (play.at >= count - 1) show(0);
      play.timer = requestAnimationFrame(() => run(performance.now() + STEP));
    });
    close.addEventListener("click", () => { endPlay(map, own); own.canvas.draw(); });
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => { L.DomEvent.disableClickPropagation(box); return box; };
    own.player = control.addTo(map);
  }

  function pause(play) {
    cancelAnimationFrame(play.timer);
    play.timer = null;
    play.start.textContent = "▶ Play";
  }

  function endPlay(map, own) {
    own.until = own.since = undefined;
    if (!own.play) return;
    pause(own.play);
    own.play.box.classList.remove("marz-stepping");
    delete map.getContainer().dataset.frame;
  }

  Object.assign(kit, { cellLegend, cellPlayer, endPlay });
})(window.marz);
