/** Small pictures that are drawn once and then put wherever the same is to be seen: thousands of symbols are alike. */
import { canvasContext } from "./style.js";

/** @import { Context } from "./shapes.js" */

const MOST = 6e6; // pixels of the pictures that are kept, four bytes each

/** @type {Map<string, ImageBitmap>} */
const kept = new Map();
let held = 0;

/** A canvas for each size, on which pictures of it are made: another one for each took twice as long. @type {Map<number, OffscreenCanvasRenderingContext2D>} */
const sheets = new Map();

/**
 * @param {number} size pixels of the screen
 * @param {number} ratio of them to one of the page
 * @param {(context: OffscreenCanvasRenderingContext2D) => void} draw around 0, 0
 */
function make(size, ratio, draw) {
  let sheet = sheets.get(size);
  if (!sheet) sheets.set(size, (sheet = canvasContext(new OffscreenCanvas(size, size))));
  sheet.save();
  sheet.setTransform(ratio, 0, 0, ratio, size / 2, size / 2);
  draw(sheet);
  sheet.restore();
  return sheet.canvas.transferToImageBitmap(); // which leaves it empty; a canvas would be copied each time
}

/**
 * @param {Context} context unscaled but for the ratio
 * @param {string} key of all that decides about the look
 * @param {{ x: number, y: number, r: number, ratio: number }} where middle, reach around it, pixels of the screen for one
 * @param {(context: OffscreenCanvasRenderingContext2D) => void} draw around 0, 0
 */
export function stamp(context, key, { x, y, r, ratio }, draw) {
  const size = 2 * Math.ceil(r * ratio);
  const name = `${ratio} ${size} ${key}`;
  let picture = kept.get(name);
  if (!picture) {
    picture = make(size, ratio, draw);
    held += size * size;
    if (held > MOST) {
      kept.clear();
      held = size * size;
    }
    kept.set(name, picture);
  }
  // By whole pixels of the screen, so that none has to be mixed from its neighbours.
  const corner = (/** @type {number} */ at) => Math.round(at * ratio - size / 2) / ratio;
  context.drawImage(picture, corner(x), corner(y), size / ratio, size / ratio);
}
