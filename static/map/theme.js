/** Light or dark as the dashboard around the map's frame is: the frame has a document of its own. */

/**
 * Whether a colour is a dark one.
 *
 * @param {string} color as `#rgb` or `#rrggbb`, as Streamlit names it
 * @returns {boolean | null} null where it is no such colour
 */
export function isDark(color) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (!hex) return null;
  const wide = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(wide.slice(at, at + 2), 16));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}

/** Takes over the theme that Streamlit writes into the frame, now and whenever it changes. */
export function followTheme() {
  const root = document.documentElement;
  const follow = () => {
    const dark = isDark(getComputedStyle(root).getPropertyValue("--background-color"));
    // Where Streamlit says nothing the system does.
    if (dark === null) delete root.dataset.theme;
    else root.dataset.theme = dark ? "dark" : "light";
  };
  follow();
  // Streamlit's library has written the theme by the time the message reaches this listener.
  addEventListener("message", (event) => {
    if (event.data?.type === "streamlit:render") follow();
  });
}
