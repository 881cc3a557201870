/** The dashboard's connection to its server, which breaks when a train enters a tunnel. */

const APP = "[data-testid=stApp]"; // Streamlit's, which says there how it stands
const STATE = "data-test-connection-state";

/**
 * Does something whenever the browser has its connection again, while an element is in the page.
 *
 * Streamlit throws away what a reader does meanwhile, and what was under way either way is lost.
 *
 * @param {HTMLElement} root
 * @param {() => void} act
 */
export function onReconnect(root, act) {
  const app = document.querySelector(APP);
  if (!app) return;
  const isConnected = () => app.getAttribute(STATE) === "CONNECTED";
  let was = isConnected();
  const watch = new MutationObserver(() => {
    if (!root.isConnected) {
      watch.disconnect();
      return;
    }
    const is = isConnected();
    if (is && !was) act();
    was = is;
  });
  watch.observe(app, { attributeFilter: [STATE] });
}
