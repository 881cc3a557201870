/* Play: steps through time on the map, without the server. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { OPEN, element } = kit;

  const moment = (m) => (m[4] > -OPEN ? m[4] : m[5]);

  function momentWords(members) {
    const day = new Date(moment(members[0]) * 864e5);
    const span = Math.min(...members.map((m) => m[5] - m[4]));
    const parts = span === 0 ? { day: "numeric", month: "long" } : span < 32 ? { month: "long" } : {};
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", year: "numeric", ...parts }).format(day);
  }

  function player(map, own) {
    if (own.player) own.player.remove();
    own.player = null;
    const members = own.symbols.flatMap((m) => m.marz.members);
    const frames = [...new Set(members.map(moment))].sort((a, b) => a - b);
    own.play = null;
    if (frames.length < 2) return;
    const box = element("div", "marz-play");
    const start = element("button", "", "▶ Play");
    const slide = element("input");
    const label = element("output", "", "");
    const close = element("button", "marz-close", "×");
    start.type = close.type = "button";
    close.title = "Stop and show all";
    close.setAttribute("aria-label", close.title);
    start.title = "Step through time on the map";
    Object.assign(slide, { type: "range", min: 0, max: frames.length - 1, step: 1, value: frames.length - 1 });
    slide.setAttribute("aria-label", "Moment shown on the map");
    label.setAttribute("aria-live", "polite");
    box.append(start, slide, label, close);
    const play = (own.play = { box, start, timer: null, at: frames.length - 1 });
    const show = (index) => {
      play.at = index;
      slide.value = index;
      box.classList.add("marz-stepping");
      const now = members.filter((m) => moment(m) === frames[index]);
      label.textContent = `to ${momentWords(now)}`;
      map.getContainer().dataset.frame = index;
      step(map, own, frames[index]);
      if (own.options.onStep) own.options.onStep(frames[index]);
    };
    slide.addEventListener("input", () => { pause(play); show(+slide.value); });
    start.addEventListener("click", () => {
      if (play.timer) return pause(play);
      start.textContent = "❚❚ Pause";
      if (play.at >= frames.length - 1) show(0);
      play.timer = setInterval(() => {
        if (play.at >= frames.length - 1) return pause(play);
        show(play.at + 1);
      }, 1000);
    });
    close.addEventListener("click", () => stop(map, own, true));
    own.player = placed(map, own, box);
  }

  /* On the map, or where the page has a place for it. */
  function placed(map, own, box) {
    if (own.options.playBox) {
      own.options.playBox.replaceChildren(box);
      return box;
    }
    const control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    return control.addTo(map);
  }

  function pause(play) {
    clearInterval(play.timer);
    play.timer = null;
    play.start.textContent = "▶ Play";
  }

  function stop(map, own, redraw) {
    if (!own.play) return;
    pause(own.play);
    own.play.box.classList.remove("marz-stepping");
    delete map.getContainer().dataset.frame;
    if (own.options.onStep) own.options.onStep(null);
    if (redraw) step(map, own, OPEN);
    for (const marker of own.symbols) delete marker.marz.visible;
  }

  /* Shows what began by a day; what began on it stands out. */
  function step(map, own, day) {
    for (const marker of own.symbols) {
      marker.marz.visible = marker.marz.members.filter((m) => moment(m) <= day);
    }
    kit.gather(map, own, true);
    const isNow = (marker) => marker.marz.visible.some((m) => moment(m) === day);
    for (const marker of own.symbols) {
      if (marker._icon) marker._icon.classList.toggle("marz-now", marker.marz.group.some(isNow));
    }
    kit.marks(map, own);
    kit.layout(map);
  }

  Object.assign(kit, { player, stop });
})(window.marz);
