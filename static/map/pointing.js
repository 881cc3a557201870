/* What the reader points at among cells and records, and what of it the server is told. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { element } = kit;

  /* The topmost symbol below a point of the container. */
  function under(own, point) {
    if (!own.seen) return null;
    const [x, y] = [point.x + own.pad.x, point.y + own.pad.y];
    return own.seen.findLast((item) => Math.hypot(item.px - x, item.py - y) <= Math.max(item.r, 8) + 1) || null;
  }

  function words(own, item) {
    const set = own.state.sets.length > 1 ? [`Data set ${item.s + 1}`] : [];
    const many = (count) => `${count.toLocaleString("en-GB")} incident${count === 1 ? "" : "s"}`;
    const kinds = own.base ? own.base.types : [];
    const name = (type) => (kinds[type] ? kinds[type].name : "Other type");
    const deaths = item.high < 0 || (item.k && !item.high) ? "No deaths told" : item.low === item.high ? `${item.low.toLocaleString("en-GB")} dead`
      : `${item.low.toLocaleString("en-GB")}–${item.high.toLocaleString("en-GB")} dead`;
    if (item.k === 0) return [...set, name(item.type) + (item.established ? "" : ", not established"), deaths];
    const lines = [...set, many(item.count) + (item.k === 2 ? " somewhere on an area or line" : "")];
    for (let at = 0; at < item.mix.length; at += 2) lines.push(`${name(item.mix[at])}: ${item.mix[at + 1].toLocaleString("en-GB")}`);
    return [...lines, deaths];
  }

  function listen(map, own) {
    const tip = element("div", "marz-tip");
    tip.hidden = true;
    map.getContainer().appendChild(tip);
    map.on("mousemove", (event) => {
      const item = under(own, event.containerPoint);
      map.getContainer().classList.toggle("marz-over", !!item);
      tip.hidden = !item;
      if (!item) return;
      tip.replaceChildren(...words(own, item).map((line) => element("div", "", line)));
      tip.style.left = `${Math.min(event.containerPoint.x + 14, map.getSize().x - 190)}px`;
      tip.style.top = `${Math.min(event.containerPoint.y + 14, map.getSize().y - 20 - 16 * tip.childElementCount)}px`;
    });
    map.on("mouseout", () => { tip.hidden = true; });
    map.on("click", (event) => {
      const item = under(own, event.containerPoint);
      if (!item) return;
      const at = map.unproject([item.x, item.y], 0);
      // A cell opens while there is something to open; then what is inside is listed.
      if (item.k === 1 && map.getZoom() < map.getMaxZoom() - 0.5) map.setView(at, Math.min(map.getZoom() + 2, map.getMaxZoom()));
      else if (own.options.onPick) own.options.onPick(item.i, [item.s, item.k, own.state.seq]);
    });
  }

  /* Where the map is now; the server needs it to fetch what the view holds. */
  function tell(map, more = {}) {
    const at = map.getCenter();
    const box = map.getBounds();
    const value = {
      view: [+at.lat.toFixed(4), +at.lng.toFixed(4), +map.getZoom().toFixed(2)],
      box: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((v) => +v.toFixed(5)),
    };
    window.marzValue = Object.assign({}, window.marzValue, value, more);
    window.Streamlit.setComponentValue(window.marzValue);
  }

  Object.assign(kit, { listenCells: listen, tellView: tell });
})(window.marz);
