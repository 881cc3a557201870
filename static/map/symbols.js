/* The incidents: one symbol a site, and what happens when they change. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, FONT, shape } = kit;

  let pending = []; // sites of the incident layer since the last commit
  let focused = null; // site whose symbol has the keyboard focus

  const color = (map, type) => (map._marz.base ? map._marz.base.types[type].color : INK);

  /* The incident layer holds places only: symbols stay on the map from one layer to the next, so
     that a change draws what changed and nothing else. */
  marz.symbol = function (feature, latlng) {
    pending.push({ n: feature.properties.n, members: feature.properties.m, at: latlng });
    return L.layerGroup();
  };

  /* One marker a site, made when the site is first shown and kept. */
  function take(map, own, found) {
    const kept = (own.kept = own.kept || new Map());
    const gone = new Set(kept.keys());
    const markers = found.map(({ n, members, at }) => {
      gone.delete(n);
      const marker = kept.get(n) || make(map, own, n, at);
      Object.assign(marker.marz, { members, group: [marker] });
      delete marker.marz.visible;
      return marker;
    });
    for (const n of gone) {
      const marker = kept.get(n);
      Object.assign(marker.marz, { members: [], group: [] });
      drawSymbol(map, marker, []);
    }
    return markers;
  }

  function make(map, own, n, at) {
    const marker = L.marker(at, {
      icon: L.divIcon({ className: "marz-symbol", html: "", iconSize: [0, 0] }),
      keyboard: true, riseOnHover: true, bubblingMouseEvents: false,
    });
    marker.marz = { n, at };
    own.kept.set(n, marker.addTo(map));
    listen(map, own, marker);
    return marker;
  }

  /* A disc for one incident, a ring of their types for several, a tag on a line or an area;
     hollow where not established. A gathered symbol shows the members of its whole group. */
  function drawSymbol(map, marker, members) {
    const own = map._marz;
    const icon = marker._icon;
    if (!icon) return;
    // What a symbol shows follows from whose incidents it holds, which is chosen, the language.
    const group = marker.marz.group;
    const holds = members.some((m) => m[0] === own.state.sel);
    const drawn = [+!!own.base, own.state.lang, holds ? own.state.sel : "",
      group.map((m) => m.marz.n), members.map((m) => m[0])].join("|");
    if (marker.marz.drawn === drawn) return;
    marker.marz.drawn = drawn;
    icon.replaceChildren();
    icon.style.display = members.length ? "" : "none"; // out of sight and of the tab order
    if (!members.length) return;
    const point = kit.isPoint(own, marker);
    const paint = (type) => color(map, type);
    const chosen = members.findIndex((m) => m[0] === own.state.sel);
    const text = chosen >= 0 && members.length > 1 ? `${chosen + 1}/${members.length}` : String(members.length);
    const deaths = Math.max(...members.map((m) => m[3]));
    const r = !point ? 9 + 2 * (text.length - 1) : members.length === 1 ? 7 : 10 + Math.min(6, 1.5 * Math.log2(members.length));
    const ring = point && deaths > 0 ? r + 3 + Math.min(16, 1.2 * Math.sqrt(deaths)) : 0;
    const outer = Math.max(ring, r + (chosen >= 0 ? 5 : 1));
    marker.marz.r = outer;
    const size = 2 * (outer + 3);
    const svg = shape("svg", { width: size, height: size, "aria-hidden": "true",
      viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, style: `margin:${-size / 2}px` });
    if (ring) {
      shape("circle", { r: ring, fill: "#ffffff55", stroke: "#fff", "stroke-width": 3 }, svg);
      shape("circle", { r: ring, fill: "none", stroke: INK, "stroke-width": 1.25 }, svg);
    }
    if (!point) tag(svg, r, members, paint, text, chosen >= 0);
    else {
      if (chosen >= 0) shape("circle", { r: r + 4, fill: "#fff", stroke: INK, "stroke-width": 2.5 }, svg);
      shape("circle", { r: r + 1.5, fill: "#fff" }, svg);
      if (members.length === 1) disc(svg, r, paint(members[0][1]), members[0][2]);
      else {
        donut(svg, r, members, paint);
        write(svg, text, text.length > 2 ? 9 : 11, 0);
      }
    }
    icon.appendChild(svg);
    const words = `${whereabouts(own, marker.marz.n)}${group.length > 1 ? ` and ${group.length - 1} more near it` : ""}: ` +
      `${members.length} incident${members.length > 1 ? "s" : ""}` + (deaths > 0 ? `, up to ${deaths} dead` : "") +
      (group.length > 1 ? "; opens on a click" : "");
    icon.setAttribute("aria-label", words);
    icon.title = words;
    icon.dataset.site = marker.marz.n;
    icon.dataset.count = members.length;
    icon.dataset.sites = group.map((m) => `${m.marz.n}:${(m.marz.visible || m.marz.members).length}`).join(" ");
  }

  function write(svg, text, size, y) {
    const label = shape("text", { "text-anchor": "middle", y, dy: "0.35em", fill: INK,
      "font-size": size, "font-weight": 700, "font-family": FONT }, svg);
    label.textContent = text;
  }

  /* A small tag: the count over a bar of the types, in a frame that no point has. */
  function tag(svg, r, members, paint, text, chosen) {
    const [w, h] = [2 * r - 2, 17];
    shape("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: 4, fill: "#ffffffe6", stroke: INK,
      "stroke-width": chosen ? 2.5 : 0.9 }, svg);
    write(svg, text, 10, -2);
    let x = -w / 2 + 3;
    for (const [key, count] of mix(members)) {
      const wide = ((w - 6) * count) / members.length;
      shape("rect", key & 1
        ? { x: x + 0.6, y: h / 2 - 5, width: Math.max(wide - 1.2, 0.5), height: 2, fill: "#fff", stroke: paint(key >> 1), "stroke-width": 1 }
        : { x, y: h / 2 - 5.5, width: wide, height: 3, fill: paint(key >> 1) }, svg);
      x += wide;
    }
  }

  /* Type and standing -> how many, in the order of the types: [2 × type + hollow, count]. */
  function mix(members) {
    const groups = new Map();
    for (const m of members) {
      const key = m[1] * 2 + (1 - m[2]);
      groups.set(key, (groups.get(key) || 0) + 1);
    }
    return [...groups].sort((a, b) => a[0] - b[0]);
  }

  function disc(svg, r, fill, established) {
    shape("circle", established ? { r, fill } : { r: r - 1.5, fill: "#fff", stroke: fill, "stroke-width": 3 }, svg);
  }

  function donut(svg, r, members, paint) {
    const groups = mix(members);
    const total = members.length;
    let angle = -Math.PI / 2;
    for (const [key, count] of groups) {
      const sweep = (2 * Math.PI * count) / total;
      const fill = paint(key >> 1);
      const d = segment(r - 5, r, angle, angle + sweep);
      const style = key & 1
        ? { d, fill: "#fff", stroke: fill, "stroke-width": 1.5, "fill-rule": "evenodd" }
        : { d, fill, stroke: "#fff", "stroke-width": groups.length > 1 ? 0.8 : 0, "fill-rule": "evenodd" };
      shape("path", style, svg);
      angle += sweep;
    }
  }

  function segment(inner, outer, from, to) {
    const at = (r, a) => `${(r * Math.cos(a)).toFixed(2)} ${(r * Math.sin(a)).toFixed(2)}`;
    if (to - from > 2 * Math.PI - 1e-6) {
      const circle = (r) => `M ${r} 0 A ${r} ${r} 0 1 1 ${-r} 0 A ${r} ${r} 0 1 1 ${r} 0 Z`;
      return circle(outer) + circle(inner);
    }
    const large = to - from > Math.PI ? 1 : 0;
    return `M ${at(outer, from)} A ${outer} ${outer} 0 ${large} 1 ${at(outer, to)} ` +
      `L ${at(inner, to)} A ${inner} ${inner} 0 ${large} 0 ${at(inner, from)} Z`;
  }

  function name(own, n) {
    const feature = own.features && own.features[n];
    if (!feature) return "Place";
    return feature.properties["name_" + own.state.lang] || feature.properties.name || "Place";
  }

  /* Where a symbol's incidents were, without taking its point for the place. */
  function whereabouts(own, n) {
    const feature = own.features && own.features[n];
    if (!feature || feature.geometry.type === "Point") return name(own, n);
    return (feature.geometry.type.includes("Line") ? "Somewhere on the " : "Somewhere in ") + name(own, n);
  }

  marz.commit = function (map, state) {
    const own = map._marz;
    // streamlit-folium keeps every group it ever removed in this list; see README.
    if (window.feature_group) window.feature_group.length = 0;
    kit.stop(map, own, false);
    const found = pending;
    pending = [];
    own.state = state;
    own.ready.then(() => {
      if (own.state !== state) return;
      own.symbols = take(map, own, found);
      kit.drawVintage(map, own);
      kit.tiles(map, own);
      kit.gather(map, own, true);
      marks(map, own);
      if (own.base) kit.spread(map, own);
      if (state.sel >= 0 && state.seek) reveal(map, own);
      restoreFocus(own);
      const data = map.getContainer().dataset;
      const first = data.commit === undefined;
      data.shown = own.symbols.reduce((sum, m) => sum + m.marz.members.length, 0);
      data.sites = own.symbols.length;
      data.commit = state.seq === undefined ? ++own.commits : state.seq;
      const furnish = () => {
        dropThemes();
        if (own.state !== state || !own.base) return;
        kit.legend(map, own);
        kit.player(map, own);
        kit.layout(map);
      };
      // Who filters waits for the symbols: they are painted before names find their places.
      if (first) own.grounded.then(furnish);
      else kit.afterPaint(furnish);
    });
  };

  /* Streamlit's library for components adds the same theme to the head at every change. */
  function dropThemes() {
    const themes = [...document.head.getElementsByTagName("style")]
      .filter((node) => node.textContent.includes("--secondary-background-color:"));
    for (const node of themes.slice(0, -1)) node.remove();
  }

  marz.draw = function (map, collection, state) {
    const own = map._marz;
    if (own.group) own.group.remove();
    own.group = L.geoJSON(collection, { pointToLayer: marz.symbol }).addTo(map);
    marz.commit(map, state);
  };

  function listen(map, own, marker) {
    const pick = () => {
      if (marker.marz.group.length > 1) return kit.open(map, marker.marz.group);
      const members = marker.marz.visible || marker.marz.members;
      const at = members.findIndex((m) => m[0] === own.state.sel);
      const next = members[(at + 1) % members.length];
      if (own.options.onPick) own.options.onPick(next[0], marker.marz.n);
    };
    marker.on("click", pick);
    if (marker._icon) {
      marker._icon.addEventListener("focus", () => { focused = marker.marz.n; });
      marker._icon.addEventListener("keydown", (event) => {
        if (event.key === "Tab" || event.key === "Escape") focused = null;
        if (event.key !== "Enter" && event.key !== " ") return;
        // Leaflet makes the symbol a button for screen readers, but lets no key press it.
        event.preventDefault();
        pick();
      });
    }
  }

  function restoreFocus(own) {
    if (focused === null || !document.hasFocus() || document.activeElement !== document.body) return;
    const marker = own.symbols.find((m) => m.marz.group.some((one) => one.marz.n === focused));
    if (marker && marker._icon) marker._icon.focus({ preventScroll: true });
  }

  /* Lines and areas that incidents hang on: an ink veil, since colour means the type. */
  function marks(map, own) {
    const before = own.marks || new Map();
    own.marks = new Map();
    for (const marker of own.symbols) {
      const members = marker.marz.visible || marker.marz.members;
      const feature = own.features && own.features[marker.marz.n];
      if (!feature || !members.length || feature.geometry.type === "Point") continue;
      const chosen = members.some((m) => m[0] === own.state.sel);
      const line = feature.geometry.type.includes("Line");
      const style = line
        ? { color: INK, weight: 13, opacity: chosen ? 0.4 : 0.16, fill: false }
        : { color: INK, weight: chosen ? 2 : 1.2, opacity: 0.8, dashArray: "6 4",
            fillColor: INK, fillOpacity: chosen ? 0.16 : feature.layer === "countries" ? 0.03 : 0.07 };
      const key = `${marker.marz.n} ${chosen}`; // what stays is not projected again
      own.marks.set(key, before.get(key) || L.geoJSON(feature, { pane: "mark", interactive: false, style }).addTo(map));
      before.delete(key);
    }
    for (const mark of before.values()) mark.remove();
  }

  function reveal(map, own) {
    const marker = own.symbols.find((m) => m.marz.members.some((member) => member[0] === own.state.sel));
    if (marker && !map.getBounds().pad(-0.05).contains(marker.marz.at)) {
      own.sought = true;
      map.panTo(marker.marz.at, { animate: false });
    }
  }

  Object.assign(kit, { disc, drawSymbol, marks });
})(window.marz);
