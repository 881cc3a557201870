/** What stands for a record, a cell or an area of a data set, drawn on a canvas. */
import { short } from "../atlas/numbers.js";
import { stamp } from "./stamps.js";
import { FONT, INK, canvasContext, pixelRatio } from "./style.js";

/** @import { Item } from "../types" */
/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */
/** @typedef {(type: number, set: number) => string} Paint colour of a type in a set */
/** @typedef {Pick<Item, "s" | "k" | "px" | "py" | "r" | "count" | "low" | "high" | "mix">} Drawn what of a cell or an area is seen */

export const SET_COLORS = ["#33373d", "#8a6a12", "#6a3d9a", "#9c2f4a", "#4d7326", "#2f6f73"];
const SIDES = [0, 4, 3, 6, 5, 8]; // corners of a set's shape; 0 is a disc
const TURNS = [0, Math.PI / 4, -Math.PI / 2, 0, -Math.PI / 2, Math.PI / 8];
const SPREAD = 1.35; // times its size that a shape reaches from its middle at most
const SWELL = [1, 1.16, 1.28, 1.08, 1.12, 1.05]; // so that all look alike in size
const TICKS = 120; // of a cell's ring, to the nearest of which shares are drawn: half a pixel of the largest

/**
 * Adds the outline of a set's shape to the path.
 *
 * @param {Context} context
 * @param {number} set
 * @param {number} r
 * @param {number} [x]
 * @param {number} [y]
 */
function outline(context, set, r, x = 0, y = 0) {
  const kind = set % SIDES.length;
  const sides = SIDES[kind];
  if (!sides) {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
  const size = r * SWELL[kind];
  for (let corner = 0; corner < sides; corner++) {
    const angle = TURNS[kind] + (2 * Math.PI * corner) / sides;
    context[corner ? "lineTo" : "moveTo"](x + size * Math.cos(angle), y + size * Math.sin(angle));
  }
  context.closePath();
}

/**
 * @param {Context} context
 * @param {number} set
 * @param {number} r
 * @param {string | CanvasGradient} style
 * @param {number} [x]
 * @param {number} [y]
 */
export function fillShape(context, set, r, style, x, y) {
  context.beginPath();
  outline(context, set, r, x, y);
  context.fillStyle = style;
  context.fill();
}

/**
 * @param {Context} context
 * @param {number} set
 * @param {number} r
 * @param {string} style
 * @param {number} width
 * @param {number} [x]
 * @param {number} [y]
 */
export function strokeShape(context, set, r, style, width, x, y) {
  context.beginPath();
  outline(context, set, r, x, y);
  context.strokeStyle = style;
  context.lineWidth = width;
  context.stroke();
}

/**
 * By half pixels, so that a size serves many.
 *
 * @param {number} pixels
 */
const halved = (pixels) => Math.round(2 * pixels) / 2;

/**
 * How far a toll's ring reaches beyond a symbol.
 *
 * @param {number} deaths
 */
const reach = (deaths) => (deaths > 0 ? halved(2.5 + Math.min(12, 3 * Math.log10(1 + deaths))) : 0);

/**
 * The least and the most deaths of an item, as far as their rings reach.
 *
 * @param {Drawn} item
 * @returns {[number, number]}
 */
function reaches({ k, low, high }) {
  const share = k === 1 ? 0.5 : 1; // cells stand closely
  return [share * reach(low), share * reach(high)];
}

/**
 * Between the least and the most that is told: a band, so that a range looks like one.
 *
 * @param {Context} context
 * @param {Drawn} item
 */
function toll(context, item) {
  const [low, high] = reaches(item);
  if (!high) return;
  fillShape(context, item.s, item.r + high, "rgba(255,255,255,.45)");
  if (high - low > 1) {
    context.beginPath();
    outline(context, item.s, item.r + high);
    outline(context, item.s, item.r + Math.max(low, 1));
    context.fillStyle = "rgba(31,35,40,.16)";
    context.fill("evenodd");
  }
  strokeShape(context, item.s, item.r + high, item.k === 1 ? "rgba(31,35,40,.6)" : INK, 1.1);
}

/**
 * Where on its ring each type of a cell ends: the colour, then ticks from the top.
 *
 * @param {Pick<Drawn, "s" | "count" | "mix">} item
 * @param {Paint} paint
 * @returns {[string, number][]}
 */
export function sharesOf({ s, count, mix }, paint) {
  /** @type {[string, number][]} */
  const found = [];
  let sum = 0;
  for (let at = 0; at < mix.length; at += 2) {
    sum += mix[at + 1];
    found.push([paint(mix[at], s), Math.round((TICKS * sum) / count)]);
  }
  return found;
}

/**
 * The colours around the middle: cut out by a clip, hundreds of cells took a frame.
 *
 * @param {Context} context
 * @param {[string, number][]} shares
 */
function mixed(context, shares) {
  if (shares.length === 1) return shares[0][0];
  const found = context.createConicGradient(-Math.PI / 2, 0, 0);
  let from = 0;
  for (const [color, to] of shares) {
    found.addColorStop(from / TICKS, color);
    found.addColorStop(to / TICKS, color);
    from = to;
  }
  return found;
}

/**
 * A cell: its count in a ring that shows the mix of types.
 *
 * @param {Context} context
 * @param {Drawn} item
 * @param {Paint} paint
 * @param {number} ratio
 */
export function drawCell(context, item, paint, ratio) {
  const { s, r, px: x, py: y } = item;
  const shares = sharesOf(item, paint);
  stamp(context, `cell ${s} ${r} ${shares.join()}`, { x, y, r: SPREAD * r + 2, ratio }, (drawn) => {
    fillShape(drawn, s, r + 1.5, "#fff");
    fillShape(drawn, s, r, mixed(drawn, shares));
    fillShape(drawn, s, r - Math.max(3.5, r * 0.3), "#fff");
  });
  write(context, short(item.count), r > 13 ? 11 : 9.5, { x, y, ratio });
}

/**
 * An area or a line: a tag, since no point of it is anybody's place.
 *
 * @param {Context} context
 * @param {Drawn} item
 * @param {Paint} paint
 * @param {number} ratio
 */
export function drawTag(context, item, paint, ratio) {
  const text = short(item.count);
  const [w, h] = [14 + 5 * text.length, 17];
  const [x, y] = [item.px - w / 2, item.py - h / 2];
  stamp(context, `tag ${w}`, { x: item.px, y: item.py, r: w / 2 + 1, ratio }, (drawn) => {
    drawn.beginPath();
    drawn.roundRect(-w / 2, -h / 2, w, h, 4);
    drawn.fillStyle = "rgba(255,255,255,.92)";
    drawn.fill();
    drawn.strokeStyle = INK;
    drawn.lineWidth = 0.9;
    drawn.stroke();
  });
  write(context, text, 10, { x: item.px, y: item.py - 2, ratio });
  let from = x + 3;
  for (let at = 0; at < item.mix.length; at += 2) {
    const wide = ((w - 6) * item.mix[at + 1]) / item.count;
    context.fillStyle = paint(item.mix[at], item.s);
    context.fillRect(from, y + h - 5, wide, 3);
    from += wide;
  }
}

/**
 * @param {Context} context
 * @param {string} text
 * @param {number} size
 * @param {{ x: number, y: number, ratio: number }} where
 */
function write(context, text, size, where) {
  stamp(context, `text ${size} ${text}`, { ...where, r: size * (0.5 + 0.4 * text.length) }, (drawn) => {
    Object.assign(drawn, { font: `700 ${size}px ${FONT}`, textAlign: "center", textBaseline: "middle", fillStyle: INK });
    drawn.fillText(text, 0, 0.5);
  });
}

/**
 * One record and its toll.
 *
 * @param {Context} context
 * @param {Item} item
 * @param {Paint} paint
 * @param {number} ratio
 */
function drawRecord(context, item, paint, ratio) {
  const color = paint(item.type, item.s);
  const [low, high] = reaches(item);
  const key = `record ${item.s} ${color} ${item.established} ${low} ${high}`;
  const r = (item.r + high) * SPREAD + 2;
  stamp(context, key, { x: item.px, y: item.py, r, ratio }, (drawn) => {
    toll(drawn, item);
    fillShape(drawn, item.s, item.r + 1.1, "#fff");
    if (item.established) fillShape(drawn, item.s, item.r, color);
    else strokeShape(drawn, item.s, item.r - 1.1, color, 2.2);
  });
}

/**
 * How large a cell or an area is drawn: by what it counts.
 *
 * @param {{ k: number, count: number }} item
 */
export const radius = ({ k, count }) => (k === 1 ? halved(Math.min(19, 7.5 + 2.6 * Math.log10(Math.max(count, 1)))) : 7 + 2.5 * short(count).length);

/**
 * @param {Context} context
 * @param {Item} item
 * @param {Paint} paint
 * @param {number} ratio
 */
export function drawItem(context, item, paint, ratio) {
  if (item.k === 2) return drawTag(context, item, paint, ratio);
  if (item.k === 1) return drawCell(context, item, paint, ratio);
  drawRecord(context, item, paint, ratio);
}

/**
 * @param {Context} context
 * @param {Item} item
 */
export function drawChosen(context, item) {
  if (item.k !== 2) return strokeShape(context, item.s, item.r + 4, INK, 2.5, item.px, item.py);
  context.strokeStyle = INK;
  context.lineWidth = 2.5;
  context.strokeRect(item.px - item.r - 2, item.py - 11, 2 * item.r + 4, 22);
}

/**
 * What begins in a step of Play; of cells and areas the darker the more does.
 *
 * @param {Context} context
 * @param {Item} item
 * @param {number} share
 */
export function drawOnset(context, item, share) {
  const ink = `rgba(31,35,40,${share.toFixed(2)})`;
  if (item.k !== 2) return strokeShape(context, item.s, item.r + 3, ink, item.k ? 2 : 1.5, item.px, item.py);
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.strokeRect(item.px - item.r - 1, item.py - 10.5, 2 * item.r + 2, 21);
}

/**
 * Rings of the cells lie below all symbols, so that none covers a neighbour's number.
 *
 * @param {Context} context
 * @param {Item[]} items
 * @param {number} ratio
 */
export function drawTolls(context, items, ratio) {
  for (const item of items) {
    if (item.k !== 1) continue;
    const [low, high] = reaches(item);
    if (!high) continue;
    const { s, r, px: x, py: y } = item;
    stamp(context, `toll ${s} ${r} ${low} ${high}`, { x, y, r: SPREAD * (r + high) + 1, ratio }, (drawn) => toll(drawn, item));
  }
}

/**
 * A picture for the legend, on a canvas of its own.
 *
 * @param {(context: Context, ratio: number) => void} draw
 */
export function picture(draw) {
  const node = document.createElement("canvas");
  const ratio = pixelRatio();
  [node.width, node.height] = [22 * ratio, 18 * ratio];
  node.style.cssText = "width:22px;height:18px;flex:none";
  const context = canvasContext(node);
  context.scale(ratio, ratio);
  draw(context, ratio);
  return node;
}
