/* The map of Marz: base layers, names that do not collide, incident symbols, legend, Play.
 *
 * One file for the dashboard (inside streamlit-folium's frame) and for the exported page.
 * Text from data arrives in the base document only and is shown through textContent.
 *
 *   marz.start(map, {base | baseUrl, bounds, view, onPick, onView})   once a map
 *   marz.symbol(feature, latlng)     pointToLayer of the incident layer
 *   marz.commit(map, state)          after the incident layer was made anew
 *   marz.draw(map, collection, state)   makes the incident layer and commits it
 */
(function () {
  "use strict";
  const marz = (window.marz = {});
  const INK = "#1f2328";
  const SVG = "http://www.w3.org/2000/svg";
  const OPEN = 1 << 30; // days that stand for an open end, see geo/package.py
  const FONT = '"Noto Sans", "Noto Sans Arabic", system-ui, sans-serif';
  const PANES = { relief: 205, ground: 210, water: 220, vintage: 235, casing: 240, line: 245, mark: 250,
    leader: 590, names: 650 };
  const STYLES = {
    country: { size: 13, weight: 700, spacing: 3, caps: true, color: "#6f6b62" },
    region: { size: 11, weight: 400, spacing: 1, color: "#8a857a" },
    capital: { size: 13, weight: 700, color: INK },
    town: { size: 12, weight: 400, color: INK },
    village: { size: 11, weight: 400, color: "#3d4147" },
    water: { size: 11, weight: 400, italic: true, color: "#3d6d8f" },
    border: { size: 12, weight: 700, color: INK },
  };
  let pending = []; // symbols made since the last commit
  let focused = null; // site whose symbol has the keyboard focus

  // ---------------------------------------------------------------- small helpers
  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function shape(tag, attributes, parent) {
    const node = document.createElementNS(SVG, tag);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(node);
    return node;
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function width(text, style) {
    ruler.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${FONT}`;
    return ruler.measureText(text).width + (style.spacing || 0) * text.length;
  }

  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  // ---------------------------------------------------------------- start
  marz.start = async function (map, options) {
    const own = (map._marz = { options, symbols: [], state: {}, commits: 0, play: null });
    for (const name in PANES) {
      map.createPane(name).style.zIndex = PANES[name];
      if (name !== "mark") map.getPane(name).style.pointerEvents = "none";
    }
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const home = options.bounds;
    map.invalidateSize({ animate: false });
    if (options.view) map.setView(options.view.slice(0, 2), options.view[2], { animate: false });
    else if (home) map.fitBounds(home, { animate: false, padding: [8, 8] });
    button(map, "topleft", "marz-home", "⌂", "Show both borders", () =>
      map.fitBounds(home, { padding: [8, 8] }));
    watchView(map, own);
    map.on("resize", () => {
      // Until the reader moves it, the map keeps showing the whole of what it opened on.
      if (!own.touched && !options.view) map.fitBounds(home, { animate: false, padding: [8, 8] });
    });
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      map.getContainer().addEventListener(kind, () => { own.touched = true; }, { capture: true, passive: true });
    }
    map.getContainer().setAttribute("aria-label", "Map of incidents; the list beside it holds the same");
    own.ready = (options.base ? Promise.resolve(options.base) : fetchBase(options.baseUrl)).then(
      (base) => drawBase(map, own, base),
      (error) => failed(map, error));
    await own.ready;
    if (document.fonts) document.fonts.ready.then(() => layout(map));
  };

  async function fetchBase(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the base map answered ${answer.status}`);
    const base = await answer.json();
    if (base.relief) base.relief.url = new URL(base.relief.url, answer.url).href;
    return base;
  }

  function failed(map, error) {
    const note = element("div", "marz-failed", "The base map could not be loaded (" +
      error.message + "). The incidents are drawn without it; reload the page to try again.");
    map.getContainer().appendChild(note);
  }

  function button(map, position, className, sign, label, action) {
    const control = L.control({ position });
    control.onAdd = function () {
      const box = element("div", "leaflet-bar " + className);
      const node = element("button", "", sign);
      node.type = "button";
      node.title = label;
      node.setAttribute("aria-label", label);
      box.appendChild(node);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.on(node, "click", action);
      return box;
    };
    return control.addTo(map);
  }

  function watchView(map, own) {
    let timer = null;
    map.on("zoomstart", () => map.getContainer().classList.add("marz-zooming"));
    map.on("zoomend", () => map.getContainer().classList.remove("marz-zooming"));
    map.on("moveend", () => {
      layout(map);
      clearTimeout(timer);
      // The first view is the server's own; only the reader's moves are news.
      if (own.touched && own.options.onView) {
        timer = setTimeout(() => {
          const at = map.getCenter();
          own.options.onView([+at.lat.toFixed(4), +at.lng.toFixed(4), +map.getZoom().toFixed(2)]);
        }, 400);
      }
    });
  }

  // ---------------------------------------------------------------- base map
  function drawBase(map, own, base) {
    own.base = base;
    own.features = {};
    const layers = base.layers;
    for (const name in layers) {
      for (const feature of layers[name].features) {
        feature.layer = name;
        if (feature.properties.n !== undefined) own.features[feature.properties.n] = feature;
      }
    }
    const all = (name) => (layers[name] ? layers[name].features : []);
    const ground = { renderer: L.canvas({ pane: "ground", padding: 0.5 }), interactive: false };
    const water = { renderer: L.canvas({ pane: "water", padding: 0.5 }), interactive: false };
    const paint = (features, style, shared) =>
      features.length && L.geoJSON({ type: "FeatureCollection", features },
        { ...shared, style: (f) => ({ ...shared, ...(style.call ? style(f) : style) }) }).addTo(map);
    if (base.relief) {
      own.relief = L.imageOverlay(base.relief.url, base.relief.bounds,
        { pane: "relief", interactive: false, alt: "Shaded relief" }).addTo(map);
    }
    const focus = common(all("borders").map((f) => (f.properties.country || "").split(";")));
    paint(all("countries"), (f) => ({
      fill: !focus.includes(f.properties.country), fillColor: "#8d8a84", fillOpacity: 0.16,
      color: "#8f8b82", weight: 1, opacity: 0.9,
    }), ground);
    paint(all("regions"), { fill: false, color: "#a39e93", weight: 0.7, opacity: 0.7, dashArray: "2 3" }, ground);
    paint(all("rivers"), { fill: false, color: "#7fa6c0", weight: 1.2, opacity: 0.9 }, water);
    paint(all("lakes"), { fillColor: "#a9c6d9", fillOpacity: 0.9, color: "#7fa6c0", weight: 0.6 }, water);
    drawVintage(map, own);
    map.createPane("credits");
    credits(map, base.attribution);
    layout(map);
  }

  function common(lists) {
    return lists.length ? lists.reduce((a, b) => a.filter((code) => b.includes(code))) : [];
  }

  function isoDay(number) {
    return new Date(number * 864e5).toISOString().slice(0, 10);
  }

  function inForce(feature, day) {
    const { valid_from: from = "", valid_to: to = "" } = feature.properties;
    return from <= day && day <= (to || "9999");
  }

  /* Lines in force on the day of what is shown are strong; the other vintage is thin. */
  function drawVintage(map, own) {
    const day = own.state.vintage === undefined ? isoDay(Date.now() / 864e5) : isoDay(own.state.vintage);
    if (own.drawnDay === day || !own.base) return;
    own.drawnDay = day;
    const dated = ["exclaves", "borders"].flatMap((name) => (own.base.layers[name] || { features: [] }).features);
    const drawn = dated.map((feature) => +inForce(feature, day)).join("");
    if (own.drawnVintage === drawn) return; // another day of the same lines
    own.drawnVintage = drawn;
    if (own.vintage) own.vintage.remove();
    own.vintage = L.layerGroup().addTo(map);
    const renderers = own.renderers = own.renderers ||
      Object.fromEntries(["vintage", "casing", "line"].map((p) => [p, L.svg({ pane: p, padding: 0.5 })]));
    const add = (feature, pane, style) => L.geoJSON(feature, {
      renderer: renderers[pane], interactive: false, style: { fill: false, ...style },
    }).addTo(own.vintage);
    for (const name of ["exclaves", "borders"]) {
      for (const feature of (own.base.layers[name] || { features: [] }).features) {
        const strong = inForce(feature, day);
        if (!strong) add(feature, "vintage", { color: INK, weight: 1, opacity: 0.65, dashArray: "3 3" });
        else if (name === "exclaves") add(feature, "line", { color: INK, weight: 1.4, opacity: 0.9 });
        else {
          add(feature, "casing", { color: "#fff", weight: 7, opacity: 0.95 });
          add(feature, "line", { color: INK, weight: 3, opacity: 1 });
        }
      }
    }
  }

  function credits(map, lines) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = function () {
      const box = element("details", "marz-credits");
      box.open = map.getSize().x > 600;
      box.appendChild(element("summary", "", "© Map data"));
      box.appendChild(element("span", "", [...lines, "Leaflet"].join(" · ")));
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  // ---------------------------------------------------------------- symbols
  const color = (map, type) => (map._marz.base ? map._marz.base.types[type].color : INK);

  marz.symbol = function (feature, latlng) {
    const marker = L.marker(latlng, {
      icon: L.divIcon({ className: "marz-symbol", html: "", iconSize: [0, 0] }),
      keyboard: true, riseOnHover: true, bubblingMouseEvents: false,
    });
    marker.marz = { n: feature.properties.n, members: feature.properties.m, at: latlng };
    pending.push(marker);
    return marker;
  };

  /* A disc for one incident, a ring of its types for several; hollow where not established. */
  function drawSymbol(map, marker, members) {
    const own = map._marz;
    const icon = marker._icon;
    if (!icon) return;
    icon.replaceChildren();
    icon.style.display = members.length ? "" : "none"; // out of sight and of the tab order
    if (!members.length) return;
    const chosen = members.findIndex((m) => m[0] === own.state.sel);
    const deaths = Math.max(...members.map((m) => m[3]));
    const r = members.length === 1 ? 7 : 10 + Math.min(6, 1.5 * Math.log2(members.length));
    const ring = deaths > 0 ? r + 3 + Math.min(16, 1.2 * Math.sqrt(deaths)) : 0;
    const outer = Math.max(ring, r + (chosen >= 0 ? 5 : 1));
    marker.marz.r = outer;
    const size = 2 * (outer + 3);
    const svg = shape("svg", { width: size, height: size, "aria-hidden": "true",
      viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, style: `margin:${-size / 2}px` });
    if (ring) {
      shape("circle", { r: ring, fill: "#ffffff55", stroke: "#fff", "stroke-width": 3 }, svg);
      shape("circle", { r: ring, fill: "none", stroke: INK, "stroke-width": 1.25 }, svg);
    }
    if (chosen >= 0) shape("circle", { r: r + 4, fill: "#fff", stroke: INK, "stroke-width": 2.5 }, svg);
    shape("circle", { r: r + 1.5, fill: "#fff" }, svg);
    if (members.length === 1) disc(svg, r, color(map, members[0][1]), members[0][2]);
    else {
      donut(svg, r, members, (type) => color(map, type));
      const text = chosen >= 0 ? `${chosen + 1}/${members.length}` : String(members.length);
      const label = shape("text", { "text-anchor": "middle", dy: "0.35em", fill: INK,
        "font-size": text.length > 2 ? 9 : 11, "font-weight": 700, "font-family": FONT }, svg);
      label.textContent = text;
    }
    icon.appendChild(svg);
    const words = `${whereabouts(own, marker.marz.n)}: ${members.length} incident${members.length > 1 ? "s" : ""}` +
      (deaths > 0 ? `, up to ${deaths} dead` : "");
    icon.setAttribute("aria-label", words);
    icon.title = words;
    icon.dataset.site = marker.marz.n;
    icon.dataset.count = members.length;
  }

  function disc(svg, r, fill, established) {
    shape("circle", established ? { r, fill } : { r: r - 1.5, fill: "#fff", stroke: fill, "stroke-width": 3 }, svg);
  }

  function donut(svg, r, members, paint) {
    const groups = new Map();
    for (const m of members) {
      const key = m[1] * 2 + (1 - m[2]);
      groups.set(key, (groups.get(key) || 0) + 1);
    }
    const total = members.length;
    let angle = -Math.PI / 2;
    for (const [key, count] of [...groups].sort((a, b) => a[0] - b[0])) {
      const sweep = (2 * Math.PI * count) / total;
      const fill = paint(key >> 1);
      const d = segment(r - 5, r, angle, angle + sweep);
      const style = key & 1
        ? { d, fill: "#fff", stroke: fill, "stroke-width": 1.5, "fill-rule": "evenodd" }
        : { d, fill, stroke: "#fff", "stroke-width": groups.size > 1 ? 0.8 : 0, "fill-rule": "evenodd" };
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

  // ---------------------------------------------------------------- commit
  marz.commit = function (map, state) {
    const own = map._marz;
    // streamlit-folium keeps every group it ever removed in this list; see README.
    if (window.feature_group) window.feature_group.length = 0;
    stop(map, own, false);
    own.symbols = pending;
    pending = [];
    own.state = state;
    own.ready.then(() => {
      if (own.state !== state) return;
      drawVintage(map, own);
      tiles(map, own);
      for (const marker of own.symbols) {
        listen(map, own, marker);
        drawSymbol(map, marker, marker.marz.members);
      }
      marks(map, own);
      if (own.base) spread(map, own);
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
        legend(map, own);
        player(map, own);
        layout(map);
      };
      // Who filters waits for the symbols: they are painted before names find their places.
      if (first) furnish();
      else afterPaint(furnish);
    });
  };

  /* Streamlit's library for components adds the same theme to the head at every change. */
  function dropThemes() {
    const themes = [...document.head.getElementsByTagName("style")]
      .filter((node) => node.textContent.includes("--secondary-background-color:"));
    for (const node of themes.slice(0, -1)) node.remove();
  }

  function afterPaint(action) {
    requestAnimationFrame(() => setTimeout(action));
  }

  marz.draw = function (map, collection, state) {
    const own = map._marz;
    if (own.group) own.group.remove();
    own.group = L.geoJSON(collection, { pointToLayer: marz.symbol }).addTo(map);
    marz.commit(map, state);
  };

  function listen(map, own, marker) {
    const pick = () => {
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
    const marker = own.symbols.find((m) => m.marz.n === focused);
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

  function tiles(map, own) {
    if (!own.state.tiles === !own.tiles) return;
    if (own.tiles) {
      own.tiles.remove();
      own.tiles = null;
      if (own.relief) own.relief.addTo(map);
      return;
    }
    // The one thing that asks another server, and only after the reader switched it on.
    own.tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 17 }).addTo(map);
    if (own.relief) own.relief.remove();
  }

  function reveal(map, own) {
    const marker = own.symbols.find((m) => m.marz.members.some((member) => member[0] === own.state.sel));
    if (marker && !map.getBounds().pad(-0.05).contains(marker.marz.at)) {
      map.panTo(marker.marz.at, { animate: false });
    }
  }

  // ---------------------------------------------------------------- layout
  /* Pushes near symbols apart, then sets names where there is room. */
  function layout(map) {
    const own = map._marz;
    if (!own || !own.base) return;
    const boxes = spread(map, own);
    beyond(map, own);
    names(map, own, boxes);
  }

  /* Says how many incidents lie outside the view, so that none is missed. */
  function beyond(map, own) {
    const view = map.getBounds();
    const count = own.symbols.reduce((sum, m) => sum +
      (view.contains(m.marz.at) ? 0 : (m.marz.visible || m.marz.members).length), 0);
    if (!own.note) map.getContainer().appendChild((own.note = element("div", "marz-beyond")));
    own.note.hidden = !count;
    own.note.textContent = count === 1 ? "1 incident outside this view" : `${count} incidents outside this view`;
  }

  function spread(map, own) {
    const nodes = own.symbols
      .filter((m) => m._icon && m._icon.firstChild)
      .map((m) => {
        const home = map.latLngToLayerPoint(m.marz.at);
        return { m, home, x: home.x, y: home.y, r: m.marz.r || 8 };
      });
    for (let round = 0; round < 60; round++) {
      let moved = false;
      for (let i = 0; i < nodes.length; i++) {
        for (let j = i + 1; j < nodes.length; j++) {
          const a = nodes[i];
          const b = nodes[j];
          const dx = b.x - a.x || 0.1;
          const dy = b.y - a.y || 0.1 * (j % 2 ? 1 : -1);
          const distance = Math.hypot(dx, dy);
          const overlap = a.r + b.r + 3 - distance;
          if (overlap <= 0) continue;
          moved = true;
          const push = overlap / 2 / distance;
          a.x -= dx * push; a.y -= dy * push;
          b.x += dx * push; b.y += dy * push;
        }
      }
      if (!moved) break;
    }
    if (own.leaders) own.leaders.remove();
    own.leaders = L.layerGroup().addTo(map);
    return nodes.map((node) => {
      const dx = Math.round(node.x - node.home.x);
      const dy = Math.round(node.y - node.home.y);
      node.m._icon.firstChild.style.translate = `${dx}px ${dy}px`;
      if (Math.hypot(dx, dy) > 4) {
        L.polyline([node.m.marz.at, map.layerPointToLatLng([node.x, node.y])],
          { pane: "leader", color: INK, weight: 1, opacity: 0.7, interactive: false }).addTo(own.leaders);
        L.circleMarker(node.m.marz.at, { pane: "leader", radius: 2, color: INK, fillOpacity: 1,
          interactive: false }).addTo(own.leaders);
      }
      const r = node.r + 2;
      return [node.x - r, node.y - r, node.x + r, node.y + r, node.m.marz.n];
    });
  }

  function names(map, own, boxes) {
    const pane = map.getPane("names");
    pane.replaceChildren();
    const taken = boxes.map((box) => box.slice(0, 4));
    const marked = new Map(boxes.map((box) => [box[4], box]));
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const view = [corner.x + 2, corner.y + 2, corner.x + size.x - 2, corner.y + size.y - 2];
    const inside = (box) => box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3];
    for (const control of map.getContainer().querySelectorAll(".leaflet-control, .marz-beyond")) {
      const frame = map.getContainer().getBoundingClientRect();
      const box = control.getBoundingClientRect();
      taken.push([box.left - frame.left + corner.x, box.top - frame.top + corner.y,
        box.right - frame.left + corner.x, box.bottom - frame.top + corner.y]);
    }
    const free = (box) => inside(box) && !taken.some((other) => overlaps(box, other));
    const lines = borderNames(map, own, pane, taken, view);
    for (const label of candidates(map, own)) {
      const [text, at, style, box] = [label.text, label.at, STYLES[label.style], marked.get(label.n)];
      const w = width(text, style) + 2;
      const h = style.size * 1.3;
      const gap = box ? (box[2] - box[0]) / 2 + 1 : label.dot ? 5 : 0;
      const x = box ? (box[0] + box[2]) / 2 : at.x;
      const y = box ? (box[1] + box[3]) / 2 : at.y;
      const spots = label.dot || box
        ? [[gap, -h / 2], [-gap - w, -h / 2], [-w / 2, -gap - h], [-w / 2, gap],
           [gap * 0.7, -gap * 0.7 - h], [gap * 0.7, gap * 0.7], [-gap * 0.7 - w, -gap * 0.7 - h], [-gap * 0.7 - w, gap * 0.7]]
        : [[-w / 2, -h / 2], [-w / 2, h * 0.6], [-w / 2, -h * 1.8]];
      const fits = spots.map(([dx, dy]) => [x + dx, y + dy, x + dx + w, y + dy + h]).filter(free);
      const clear = fits.filter((spot) => !lines.some((line) => overlaps(spot, line)));
      // A town is named even across a border; a region is not.
      for (const spot of label.dot || box ? [...clear, ...fits] : clear) {
        const dot = [at.x - 3, at.y - 3, at.x + 3, at.y + 3];
        if (label.dot && !box && !free(dot)) continue;
        taken.push(spot);
        if (label.dot && !box) {
          taken.push(dot);
          put(pane, element("i", label.style === "capital" ? "marz-dot marz-capital" : "marz-dot"), at.x, at.y);
        }
        const node = element("span", "marz-name marz-" + label.style, style.caps ? text.toUpperCase() : text);
        node.dataset.name = "";
        put(pane, node, spot[0], spot[1]);
        break;
      }
    }
  }

  function put(pane, node, x, y) {
    node.style.left = `${Math.round(x)}px`;
    node.style.top = `${Math.round(y)}px`;
    pane.appendChild(node);
  }

  /* Everything that may be named at this zoom, the most telling first. */
  function candidates(map, own) {
    const zoom = map.getZoom();
    const found = [];
    const add = (layer, least, style, weight, dot) => {
      for (const feature of (own.base.layers[layer] || { features: [] }).features) {
        const p = feature.properties;
        const rank = p.rank || 3;
        if (zoom < (layer === "places" ? [0, 0, 6, 7, 8.5][rank] ?? 8.5 : least)) continue;
        if (feature.layer === "exclaves" && !inForce(feature, own.drawnDay)) continue;
        const text = p["name_" + own.state.lang] || p.name;
        if (!text || !p.at) continue;
        const at = map.latLngToLayerPoint([p.at[1], p.at[0]]);
        found.push({ text, at, n: p.n, dot,
          style: layer === "places" ? (rank === 1 ? "capital" : rank > 3 ? "village" : "town") : style,
          weight: layer === "places" ? rank : weight });
      }
    };
    add("countries", 0, "country", 1.5);
    add("places", 0, "town", 0, true);
    add("exclaves", 8, "village", 3.5);
    add("regions", 6.5, "region", 4.5);
    add("lakes", 7, "water", 5);
    add("rivers", 7, "water", 5.5);
    const shown = new Set(own.symbols.map((m) => m.marz.n));
    const urgent = (label) => label.weight - (label.n !== undefined && shown.has(label.n) ? 2 : 0);
    return found.sort((a, b) => urgent(a) - urgent(b));
  }

  /* Each border's name along its straightest stretch in view, beside the line.
     Returns boxes along the lines, for other names to keep clear of. */
  function borderNames(map, own, pane, taken, view) {
    const svg = shape("svg", { class: "marz-lines", width: 1, height: 1 });
    pane.appendChild(svg);
    const lines = [];
    for (const feature of (own.base.layers.borders || { features: [] }).features) {
      const p = feature.properties;
      const text = p["name_" + own.state.lang] || p.name;
      if (!text || !inForce(feature, own.drawnDay)) continue;
      const parts = feature.geometry.type === "LineString"
        ? [feature.geometry.coordinates] : feature.geometry.coordinates;
      const need = width(text, STYLES.border) + 12;
      const tracks = parts.map((part) => track(map, part));
      for (const { x, y } of tracks.flat()) lines.push([x - 4, y - 4, x + 4, y + 4]);
      const spots = tracks.flatMap((points) => stretches(points, need)).sort((a, b) => a.cost - b.cost);
      const spot = spots.find(({ boxes }) => boxes.every((box) =>
        box[0] > view[0] && box[1] > view[1] && box[2] < view[2] && box[3] < view[3] &&
        !taken.some((other) => overlaps(box, other))));
      if (!spot) continue;
      taken.push(...spot.boxes);
      const node = shape("text", { class: "marz-border-name", "text-anchor": "middle", dy: "0.35em",
        transform: `translate(${spot.x.toFixed(1)} ${spot.y.toFixed(1)}) rotate(${spot.turn.toFixed(1)})` }, svg);
      node.textContent = text;
    }
    return lines;
  }

  /* A line in pixels, thinned to a point every 6 px. */
  function track(map, part) {
    const points = [];
    for (const [lon, lat] of part) {
      const point = map.latLngToLayerPoint([lat, lon]);
      if (!points.length || point.distanceTo(points[points.length - 1]) >= 6) points.push(point);
    }
    return points;
  }

  /* Places beside a line where a text of a width fits, the straighter and flatter the better. */
  function stretches(points, need) {
    const found = [];
    for (let i = 0, j = 0; i < points.length; i += 2) {
      while (j < points.length && points[i].distanceTo(points[j]) < need) j++;
      if (j >= points.length) break;
      let [a, b] = [points[i], points[j]];
      if (a.x > b.x) [a, b] = [b, a];
      const length = a.distanceTo(b);
      const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
      let [low, high] = [0, 0];
      for (let k = i; k <= j; k++) {
        const off = (points[k].y - a.y) * ux - (points[k].x - a.x) * uy;
        low = Math.min(low, off);
        high = Math.max(high, off);
      }
      if (high - low > 46) continue;
      const turn = (Math.atan2(uy, ux) * 180) / Math.PI;
      for (const off of [low - 12, high + 12]) {
        const x = (a.x + b.x) / 2 - uy * off;
        const y = (a.y + b.y) / 2 + ux * off;
        const boxes = [];
        for (let along = -need / 2; along <= need / 2; along += 9) {
          boxes.push([x + ux * along - 7, y + uy * along - 7, x + ux * along + 7, y + uy * along + 7]);
        }
        found.push({ x, y, turn, boxes, cost: high - low + Math.abs(turn) / 2 });
      }
    }
    return found;
  }

  // ---------------------------------------------------------------- legend
  function legend(map, own) {
    const open = own.legend ? own.legend.getContainer().firstChild.open : map.getSize().x > 600;
    if (own.legend) own.legend.remove();
    const members = own.symbols.flatMap((m) => m.marz.members);
    const control = (own.legend = L.control({ position: "topright" }));
    control.onAdd = function () {
      const box = element("div", "marz-legend");
      const details = element("details");
      details.open = open;
      details.appendChild(element("summary", "", "Legend"));
      const row = (draw, text) => {
        const line = element("div", "marz-row");
        const svg = shape("svg", { width: 22, height: 16, viewBox: "-11 -8 22 16", "aria-hidden": "true" });
        draw(svg);
        line.append(svg, element("span", "", text));
        details.appendChild(line);
      };
      own.base.types.forEach((type, number) => {
        if (members.some((m) => m[1] === number)) row((svg) => disc(svg, 6, type.color, 1), type.name);
      });
      if (members.some((m) => !m[2])) row((svg) => disc(svg, 6, "#77736a", 0), "Hollow: not established");
      if (members.some((m) => m[3] > 0)) {
        row((svg) => { disc(svg, 4, "#77736a", 1); shape("circle", { r: 7, fill: "none", stroke: INK, "stroke-width": 1.25 }, svg); },
          "Ring: deaths");
      }
      if (own.symbols.some((m) => !isPoint(own, m))) {
        row((svg) => shape("rect", { x: -10, y: -6, width: 20, height: 12, fill: INK, "fill-opacity": 0.14, stroke: INK, "stroke-dasharray": "4 3" }, svg),
          "No point known");
      }
      row((svg) => shape("path", { d: "M-11 0H11", stroke: INK, "stroke-width": 3 }, svg), "Border then in force");
      if ((own.base.layers.borders || { features: [] }).features.some((f) => !inForce(f, own.drawnDay))) {
        row((svg) => shape("path", { d: "M-11 0H11", stroke: INK, "stroke-width": 1, "stroke-dasharray": "3 3" }, svg), vintageWords(own));
      }
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      box.appendChild(details);
      return box;
    };
    control.addTo(map);
  }

  const isPoint = (own, marker) => {
    const feature = own.features[marker.marz.n];
    return !feature || feature.geometry.type === "Point";
  };

  function vintageWords(own) {
    const other = own.base.layers.borders.features.find((f) => !inForce(f, own.drawnDay));
    const { valid_from: from, valid_to: to } = other.properties;
    if (from && from > own.drawnDay) return `Line from ${from} on`;
    return to ? `Line until ${to}` : "Line of another time";
  }

  // ---------------------------------------------------------------- Play
  const moment = (m) => (m[4] > -OPEN ? m[4] : m[5]);

  function momentWords(members) {
    const day = new Date(moment(members[0]) * 864e5);
    const span = Math.min(...members.map((m) => m[5] - m[4]));
    const parts = span === 0 ? { day: "numeric", month: "long" } : span < 32 ? { month: "long" } : {};
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", year: "numeric", ...parts }).format(day);
  }

  function player(map, own) {
    if (own.player) own.player.remove();
    const members = own.symbols.flatMap((m) => m.marz.members);
    const frames = [...new Set(members.map(moment))].sort((a, b) => a - b);
    own.play = null;
    if (frames.length < 2) return;
    const control = (own.player = L.control({ position: "bottomleft" }));
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
    control.onAdd = function () {
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
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
    if (redraw) step(map, own, OPEN);
    for (const marker of own.symbols) delete marker.marz.visible;
  }

  /* Shows what began by a day; what began on it stands out. */
  function step(map, own, day) {
    for (const marker of own.symbols) {
      marker.marz.visible = marker.marz.members.filter((m) => moment(m) <= day);
      drawSymbol(map, marker, marker.marz.visible);
      if (marker._icon) marker._icon.classList.toggle("marz-now", marker.marz.visible.some((m) => moment(m) === day));
    }
    marks(map, own);
    layout(map);
  }
})();
