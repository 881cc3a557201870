/** Pushes symbols apart, so that none covers another. */

const GIVE = 16; // pixels that a cell may give way to another
const BUCKET = 6; // as a power of two: pixels of a bucket in which neighbours are looked for

/** @typedef {{ x: number, y: number, r: number, point: boolean }} Node */
/** @typedef {import("../types").Item} Item */

/**
 * Moves symbols of sites until none overlaps, in place. A point stays where it is known to be;
 * the tag of a line or an area gives way.
 *
 * @param {Node[]} nodes
 */
export function spreadSymbols(nodes) {
  for (let round = 0; round < 60; round++) {
    let moved = false;
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) {
        const [a, b] = [nodes[i], nodes[j]];
        const dx = b.x - a.x || 0.1;
        const dy = b.y - a.y || 0.1 * (j % 2 ? 1 : -1);
        const distance = Math.hypot(dx, dy);
        const overlap = a.r + b.r + 3 - distance;
        if (overlap <= 0) continue;
        moved = true;
        const share = a.point === b.point ? 0.5 : a.point ? 0 : 1;
        const push = overlap / distance;
        a.x -= dx * push * share; a.y -= dy * push * share;
        b.x += dx * push * (1 - share); b.y += dy * push * (1 - share);
      }
    }
    if (!moved) break;
  }
}

/**
 * Cells of several sets, or at the rims of neighbours, give way to each other a little, in place.
 *
 * @param {Item[]} cells
 */
export function spreadCells(cells) {
  for (const cell of cells) [cell.hx, cell.hy] = [cell.px, cell.py];
  for (let round = 0; round < 6; round++) {
    /** @type {Map<number, Item[]>} */
    const grid = new Map();
    const key = (/** @type {number} */ column, /** @type {number} */ row) => column * 4096 + row;
    for (const cell of cells) {
      const at = key(cell.px >> BUCKET, cell.py >> BUCKET);
      const bucket = grid.get(at);
      if (bucket) bucket.push(cell);
      else grid.set(at, [cell]);
    }
    let moved = false;
    for (const a of cells) {
      for (let dx = -1; dx < 2; dx++) {
        for (let dy = -1; dy < 2; dy++) {
          for (const b of grid.get(key((a.px >> BUCKET) + dx, (a.py >> BUCKET) + dy)) || []) {
            if (a === b || (a.s === b.s && a.k === b.k && a.i >= b.i)) continue;
            const [x, y] = [b.px - a.px || 0.1, b.py - a.py || 0.02];
            const distance = Math.hypot(x, y);
            const overlap = a.full + b.full + 1 - distance;
            if (overlap <= 0) continue;
            moved = true;
            const push = overlap / distance / 2;
            [a.px, a.py, b.px, b.py] = [a.px - x * push, a.py - y * push, b.px + x * push, b.py + y * push];
          }
        }
      }
    }
    if (!moved) break;
  }
  for (const cell of cells) {
    const [dx, dy] = [cell.px - cell.hx, cell.py - cell.hy];
    const distance = Math.hypot(dx, dy);
    if (distance > GIVE) [cell.px, cell.py] = [cell.hx + (dx * GIVE) / distance, cell.hy + (dy * GIVE) / distance];
  }
}
