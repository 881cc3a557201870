/* Where symbols and names stand, so that none covers another. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element, inForce, overlaps, shape, width } = kit;

  const STYLES = {
    country: { size: 13, weight: 700, spacing: 3, caps: true, color: "#6f6b62" },
    region: { size: 11, weight: 400, spacing: 1, color: "#8a857a" },
    capital: { size: 13, weight: 700, color: INK },
    town: { size: 12, weight: 400, color: INK },
    village: { size: 11, weight: 400, color: "#3d4147" },
    water: { size: 11, weight: 400, italic: true, color: "#3d6d8f" },
    border: { size: 12, weight: 700, color: INK },
  };

  /* Pushes near symbols apart, then sets names where there is room. */
  function layout(map) {
    const own = map._marz;
    if (!own || !own.base) return;
    kit.gather(map, own);
    const boxes = own.canvas ? own.canvas.boxes() : spread(map, own);
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
        return { m, home, x: home.x, y: home.y, r: m.marz.r || 8, point: kit.isPoint(own, m) };
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
          // A point stays where it is known to be; the tag of a line or an area gives way.
          const share = a.point === b.point ? 0.5 : a.point ? 0 : 1;
          const push = overlap / distance;
          a.x -= dx * push * share; a.y -= dy * push * share;
          b.x += dx * push * (1 - share); b.y += dy * push * (1 - share);
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
    const named = new Set(); // a region called like its town is named once
    for (const label of candidates(map, own)) {
      if (named.has(label.text)) continue;
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
        named.add(label.text);
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
        if (zoom < (layer === "places" ? [0, 0, 6, 7, 8.5][rank] ?? 9.5 : least)) continue;
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

  Object.assign(kit, { layout, spread });
})(window.marz);
