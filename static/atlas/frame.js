/** The map's frame in the dashboard, for the components of Streamlit beside it. */

/** @import { FrameApi } from "../types" */

const LOOKED_AFTER = 250; // milliseconds: the frame may come later than a component, and anew

/**
 * The map in a frame of the page; undefined until its script has run.
 *
 * @param {string} frame as CSS finds it
 * @returns {FrameApi | undefined}
 */
export function mapIn(frame) {
  const node = document.querySelector(frame);
  return node instanceof HTMLIFrameElement ? node.contentWindow?.marz : undefined;
}

/**
 * Does something now and again and again, while an element is in the page.
 *
 * @param {HTMLElement} root
 * @param {() => void} act
 */
export function repeat(root, act) {
  act();
  const timer = setInterval(() => (root.isConnected ? act() : clearInterval(timer)), LOOKED_AFTER);
}
