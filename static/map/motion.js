/**
 * The symbols while the dates are moved, on one canvas: as elements they would cost several frames
 * at each move. At a standstill the elements are drawn, which can be pointed at, reached and read.
 */
import { element } from "../atlas/dom.js";
import { shownOf } from "./sites.js";
import { HAZE, INK, canvasContext, pixelRatio } from "./style.js";
import { stamp } from "./stamps.js";
import { keyOf, penSymbol } from "./symbols.js";

/** @import { MarzMap, Pen, SiteMarker } from "../types" */
/** @import { Context } from "./shapes.js" */

const MOVES = "marz-moving"; // class of a map whose elements are hidden for the canvas
const GLOW = 10; // pixels around what has just begun, as marz.css has it
const LED = 4; // pixels by which a symbol gives way before a line leads to its place

/** @type {WeakMap<MarzMap, CanvasRenderingContext2D>} */
const contexts = new WeakMap();

/** @param {MarzMap} map */
function contextOf(map) {
  let context = contexts.get(map);
  if (!context) {
    const pane = map.createPane("motion");
    pane.style.pointerEvents = "none";
    context = canvasContext(pane.appendChild(element("canvas", "leaflet-zoom-hide")));
    contexts.set(map, context);
  }
  return context;
}

/**
 * Whether the reader points at the map or has the focus in it: then its symbols stay elements.
 *
 * @param {MarzMap} map
 */
export const isInUse = (map) => map.getContainer().matches(":is(:hover, :focus-within)");

/**
 * Draws the symbols of the groups on the canvas instead of as elements.
 *
 * @param {MarzMap} map
 * @param {(marker: SiteMarker) => boolean} glows whether a symbol stands out
 */
export function drawMotion(map, glows) {
  const atlas = map._marz;
  const context = contextOf(map);
  if (!atlas.motion) atlas.motion = begin(map, context);
  const { ratio, corner, ink, haze } = atlas.motion;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const placed = atlas.symbols.filter((marker) => marker.marz.group.some((one) => shownOf(one).length))
    .map((marker) => ({ marker, at: map.latLngToLayerPoint(marker.marz.at).subtract(corner) }))
    .sort((a, b) => a.at.y - b.at.y); // who stands farther south stands in front
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const { marker: { marz: { push: [x, y] } }, at } of placed) {
    if (Math.hypot(x, y) > LED) lead(context, at, ink, x, y);
  }
  for (const { marker, at } of placed) {
    const { push: [x, y], group } = marker.marz;
    const members = group.flatMap(shownOf);
    if (glows(marker)) {
      context.setTransform(ratio, 0, 0, ratio, (at.x + x) * ratio, (at.y + y) * ratio);
      Object.assign(context, { shadowColor: ink, shadowBlur: GLOW * ratio });
      penSymbol(atlas, marker, members, penOn(context, haze));
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      continue;
    }
    const { key, reach } = keyOf(atlas, marker, members);
    stamp(context, `${haze} ${key}`, { x: at.x + x, y: at.y + y, r: reach, ratio }, (drawn) =>
      penSymbol(atlas, marker, members, penOn(drawn, haze)));
  }
}

/**
 * @param {MarzMap} map
 * @param {CanvasRenderingContext2D} context
 */
function begin(map, context) {
  const { canvas } = context;
  const container = map.getContainer();
  const size = map.getSize();
  const ratio = pixelRatio();
  const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    canvas.style.cssText = `width:${size.x}px;height:${size.y}px;position:absolute;left:0;top:0`;
  }
  const corner = map.containerPointToLayerPoint([0, 0]);
  L.DomUtil.setPosition(canvas, corner);
  container.classList.add(MOVES);
  const style = getComputedStyle(container);
  const [ink, haze] = [style.getPropertyValue("--map-ink") || INK, style.getPropertyValue("--map-haze") || HAZE];
  return { ratio, corner, ink, haze };
}

/**
 * Shows the elements again, which whoever calls has drawn.
 *
 * @param {MarzMap} map
 */
export function endMotion(map) {
  if (!map._marz.motion) return;
  map._marz.motion = null;
  map.getContainer().classList.remove(MOVES);
}

/**
 * A pen that draws on a canvas what SVG would show of the same attributes.
 *
 * @param {Context} context
 * @param {string} haze
 * @returns {Pen}
 */
export function penOn(context, haze) {
  let size = 0; // to set a font costs more than to write
  context.textAlign = "center";
  return (tag, a, text = "") => {
    if (a.fill !== "none") context.fillStyle = a.fill === HAZE ? haze : String(a.fill);
    if (tag === "text") {
      if (size !== a["font-size"]) context.font = `${a["font-weight"]} ${a["font-size"]}px ${a["font-family"]}`;
      size = Number(a["font-size"]);
      context.fillText(text, 0, Number(a.y) + 0.35 * size);
      return;
    }
    const path = tag === "path" ? new Path2D(String(a.d)) : null;
    if (!path) {
      context.beginPath();
      if (tag === "circle") context.arc(0, 0, Number(a.r), 0, 2 * Math.PI);
      else context.roundRect(Number(a.x), Number(a.y), Number(a.width), Number(a.height), Number(a.rx ?? 0));
    }
    if (a.fill !== "none") {
      if (path) context.fill(path, "evenodd");
      else context.fill();
      context.shadowBlur = 0; // the first part alone throws it, which is the largest
    }
    if (!a.stroke || !a["stroke-width"]) return;
    context.strokeStyle = String(a.stroke);
    context.lineWidth = Number(a["stroke-width"]);
    if (path) context.stroke(path);
    else context.stroke();
  };
}

/**
 * A line from where a symbol belongs to where it stands.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {L.Point} at
 * @param {string} ink
 * @param {number} x
 * @param {number} y
 */
function lead(context, at, ink, x, y) {
  context.beginPath();
  context.moveTo(at.x, at.y);
  context.lineTo(at.x + x, at.y + y);
  Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: 1, globalAlpha: 0.7 });
  context.stroke();
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(at.x, at.y, 3.5, 0, 2 * Math.PI);
  context.fill();
}
