/* The legend of what is shown. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element, inForce, shape } = kit;

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
        if (members.some((m) => m[1] === number)) row((svg) => kit.disc(svg, 6, type.color, 1), type.name);
      });
      if (members.some((m) => !m[2])) row((svg) => kit.disc(svg, 6, "#77736a", 0), "Hollow: not established");
      if (members.some((m) => m[3] > 0)) {
        row((svg) => { kit.disc(svg, 4, "#77736a", 1); shape("circle", { r: 7, fill: "none", stroke: INK, "stroke-width": 1.25 }, svg); },
          "Ring: deaths");
      }
      if (own.symbols.some((m) => kit.isPoint(own, m) && m.marz.members.length > 1)) {
        row((svg) => { shape("circle", { r: 5.5, fill: "#fff", stroke: "#77736a", "stroke-width": 3 }, svg); count(svg, "3"); },
          "Number: incidents at or near");
      }
      if (own.symbols.some((m) => !kit.isPoint(own, m))) {
        row((svg) => { shape("rect", { x: -8, y: -7, width: 16, height: 14, rx: 3, fill: "#fff", stroke: INK }, svg); count(svg, "3"); },
          "Somewhere on a line or area");
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

  function count(svg, text) {
    shape("text", { "text-anchor": "middle", dy: "0.35em", fill: INK, "font-size": 8, "font-weight": 700 }, svg).textContent = text;
  }

  function vintageWords(own) {
    const other = own.base.layers.borders.features.find((f) => !inForce(f, own.drawnDay));
    const { valid_from: from, valid_to: to } = other.properties;
    if (from && from > own.drawnDay) return `Line from ${from} on`;
    return to ? `Line until ${to}` : "Line of another time";
  }

  Object.assign(kit, { legend });
})(window.marz);
