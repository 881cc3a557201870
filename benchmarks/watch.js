/* Times one change, from the key to the end of the first frame that shows its result.
 *
 * Every frame asks the app's probe what is shown. The first frame that answers something new
 * is let finish (a task queued in requestAnimationFrame runs after the frame is painted), and
 * the clock is read there. One clock, that of the top document, for all apps: frames of the
 * same origin are painted with it.
 */
(function () {
  if (window !== window.top) return;

  /* Streamlit's components stand in shadow trees of their own. */
  let hosts = [];
  function roots() {
    if (hosts.length < 2 || !hosts.every((host) => host.isConnected)) {
      hosts = [...document.querySelectorAll("*")].filter((node) => node.shadowRoot);
    }
    return [document, ...hosts.map((host) => host.shadowRoot)];
  }

  /* What a probe may ask: null while nothing can be seen. */
  const probes = {
    text: () => document.querySelector('[data-testid="stText"]')?.textContent ?? null,

    /* Leaflet's circles in the frame, whether or not the frame is a new one; in sight. */
    circles: () => {
      for (const frame of [...document.querySelectorAll("iframe")].reverse()) {
        const count = frame.contentDocument?.querySelectorAll("path.leaflet-interactive").length;
        if (count && frame.getBoundingClientRect().height > 100) return count;
      }
      return null;
    },

    /* Instances in deck.gl's last draw call. */
    instances: () => window.benchInstances ?? null,

    /* Marz says which change it has drawn; the symbols in the document must agree. */
    symbols: () => {
      const map = document.querySelector("iframe")?.contentDocument?.querySelector("[data-commit]");
      if (!map) return null;
      const drawn = [...map.querySelectorAll(".marz-symbol")].filter((node) => node.querySelector("svg"));
      const count = drawn.reduce((sum, node) => sum + Number(node.dataset.count), 0);
      return count === Number(map.dataset.shown) ? `${map.dataset.commit}: ${count}` : null;
    },

    /* Marz's list and counts, where both say the same number. */
    answer: () => {
      const text = (selector) => roots().map((root) => root.querySelector(selector)).find(Boolean)?.textContent ?? "";
      const said = text(".marz-head .status");
      const listed = /[\d,]+$/.exec(text(".marz-list h2"))?.[0];
      return listed && /^[\d,]+/.exec(said)?.[0] === listed ? said : null;
    },

    /* The page Your data says which change its canvas has drawn. */
    cells: () => {
      const map = document.querySelector("iframe")?.contentDocument?.querySelector("[data-commit]");
      return map ? `${map.dataset.commit}: ${map.dataset.shown}` : null;
    },

    /* Sum of the numbers in Leaflet.markercluster's symbols, in a frame that is in sight. */
    clusters: () => {
      for (const frame of [...document.querySelectorAll("iframe")].reverse()) {
        const nodes = frame.contentDocument?.querySelectorAll(".marker-cluster, path.leaflet-interactive");
        if (nodes?.length && frame.getBoundingClientRect().height > 100) {
          return [...nodes].reduce((sum, node) => sum + (Number(node.textContent) || 1), 0);
        }
      }
      return null;
    },
  };

  for (const name of ["drawArraysInstanced", "drawElementsInstanced"]) {
    const original = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
      window.benchInstances = given[name === "drawArraysInstanced" ? 3 : 4];
      return original.apply(this, given);
    };
  }

  function afterPaint(action) {
    const channel = new MessageChannel();
    channel.port1.onmessage = action;
    channel.port2.postMessage(null);
  }

  let start = 0;
  let touched = 0; // when the page around the map last changed; Streamlit's own header apart

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver((records) => {
      const inHeader = ({ target }) =>
        (target.nodeType === 1 ? target : target.parentElement)?.closest('[data-testid="stHeader"]');
      if (!records.every(inHeader)) touched = performance.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

  window.bench = {
    shown: (probe) => probes[probe](),

    /* Milliseconds from the last keydown to the last change of the page. */
    touched: () => touched - start,

    /* Milliseconds from the navigation to the end of the first frame that shows anything. */
    opened: (probe) =>
      new Promise((resolve) => {
        const look = () => {
          if (probes[probe]() !== null) afterPaint(() => resolve(performance.now()));
          else requestAnimationFrame(look);
        };
        look();
      }),

    arm(probe, limit, starts) {
      const before = probes[probe]();
      window.bench.done = new Promise((resolve, reject) => {
        document.addEventListener(starts, () => {
          start = performance.now();
          const look = () => {
            const now = probes[probe]();
            if (now !== null && now !== before) {
              afterPaint(() => resolve({ ms: performance.now() - start, shown: String(now) }));
            } else if (performance.now() - start > limit) {
              reject(new Error(`nothing new was shown within ${limit} ms; shown: ${now}`));
            } else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }, { capture: true, once: true });
      });
      window.bench.done.catch(() => {});
    },
  };
})();
