/* Times a move of the pointer, from the event to the end of the first frame in which the app has drawn. */
(function () {
  if (window !== window.top) return;
  let draws = 0;
  const drawn = () => { draws += 1; };

  for (const type of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
      const original = type.prototype[name];
      if (!original) continue;
      type.prototype[name] = function (...given) {
        drawn();
        return original.apply(this, given);
      };
    }
  }

  function afterPaint(action) {
    const channel = new MessageChannel();
    channel.port1.onmessage = action;
    channel.port2.postMessage(null);
  }

  window.drag = {
    drawn,

    /* Marz says on its map how many incidents it shows whenever it has drawn them. */
    watchMarz() {
      const map = document.querySelector("iframe[title*=folium]").contentDocument.querySelector("[data-commit]");
      new MutationObserver(drawn).observe(map, { attributeFilter: ["data-shown"] });
    },

    arm(limit) {
      window.drag.done = new Promise((resolve, reject) => {
        document.addEventListener("pointermove", (event) => {
          const before = draws;
          const look = () => {
            if (draws > before) afterPaint(() => resolve(performance.now() - event.timeStamp));
            else if (performance.now() - event.timeStamp > limit) reject(new Error("nothing was drawn"));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }, { capture: true, once: true });
      });
      window.drag.done.catch(() => {});
    },
  };
})();
