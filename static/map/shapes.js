/* What stands for a record, a cell or an area of a data set, drawn on a canvas. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, FONT } = kit;
  const GREY = "#77736a"; // a type that the vocabulary does not have
  const SET_COLORS = ["#33373d", "#8a6a12", "#6a3d9a", "#9c2f4a", "#4d7326", "#2f6f73"];
  const SIDES = [0, 4, 3, 6, 5, 8]; // corners of a set's shape; 0 is a disc
  const TURNS = [0, Math.PI / 4, -Math.PI / 2, 0, -Math.PI / 2, Math.PI / 8];
  const SWELL = [1, 1.16, 1.28, 1.08, 1.12, 1.05]; // so that all look alike in size

  function outline(context, set, r, x = 0, y = 0) {
    const sides = SIDES[set % SIDES.length];
    if (!sides) {
      context.moveTo(x + r, y);
      context.arc(x, y, r, 0, 2 * Math.PI);
      return context.closePath();
    }
    const size = r * SWELL[set % SIDES.length];
    for (let corner = 0; corner < sides; corner++) {
      const angle = TURNS[set % SIDES.length] + (2 * Math.PI * corner) / sides;
      context[corner ? "lineTo" : "moveTo"](x + size * Math.cos(angle), y + size * Math.sin(angle));
    }
    context.closePath();
  }

  function fill(context, set, r, style, x, y) {
    context.beginPath();
    outline(context, set, r, x, y);
    context.fillStyle = style;
    context.fill();
  }

  function stroke(context, set, r, style, width, x, y) {
    context.beginPath();
    outline(context, set, r, x, y);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }

  /* How far a toll's ring reaches beyond a symbol. */
  const reach = (deaths) => (deaths > 0 ? 2.5 + Math.min(12, 3 * Math.log10(1 + deaths)) : 0);

  function short(count) {
    if (count < 1000) return String(count);
    const [value, unit] = count < 999500 ? [count / 1000, "k"] : [count / 1e6, "M"];
    return (value < 9.95 ? value.toFixed(1) : Math.round(value)) + unit;
  }

  /* Between the least and the most that is told: a band, so that a range looks like one. */
  function toll(context, item) {
    const share = item.k === 1 ? 0.5 : 1; // cells stand closely
    const [low, high] = [share * reach(item.low), share * reach(item.high)];
    if (!high) return;
    context.beginPath();
    outline(context, item.s, item.r + high, item.px, item.py);
    context.fillStyle = "rgba(255,255,255,.45)";
    context.fill();
    if (high - low > 1) {
      context.beginPath();
      outline(context, item.s, item.r + high, item.px, item.py);
      outline(context, item.s, item.r + Math.max(low, 1), item.px, item.py);
      context.fillStyle = "rgba(31,35,40,.16)";
      context.fill("evenodd");
    }
    stroke(context, item.s, item.r + high, item.k === 1 ? "rgba(31,35,40,.6)" : INK, 1.1, item.px, item.py);
  }

  /* A cell: its count in a ring that shows the mix of types. */
  function cell(context, item, paint) {
    const band = Math.max(3.5, item.r * 0.3);
    fill(context, item.s, item.r + 1.5, "#fff", item.px, item.py);
    context.save();
    context.beginPath();
    outline(context, item.s, item.r, item.px, item.py);
    outline(context, item.s, item.r - band, item.px, item.py);
    context.clip("evenodd");
    let angle = -Math.PI / 2;
    for (let at = 0; at < item.mix.length; at += 2) {
      const sweep = (2 * Math.PI * item.mix[at + 1]) / item.count;
      context.beginPath();
      context.moveTo(item.px, item.py);
      context.arc(item.px, item.py, item.r * 1.5, angle, angle + sweep);
      context.closePath();
      context.fillStyle = paint(item.mix[at], item.s);
      context.fill();
      angle += sweep;
    }
    context.restore();
    write(context, short(item.count), item.r > 13 ? 11 : 9.5, item.px, item.py);
  }

  /* An area or a line: a tag, since no point of it is anybody's place. */
  function tag(context, item, paint) {
    const text = short(item.count);
    const [w, h] = [14 + 5 * text.length, 17];
    const [x, y] = [item.px - w / 2, item.py - h / 2];
    context.beginPath();
    context.roundRect(x, y, w, h, 4);
    context.fillStyle = "rgba(255,255,255,.92)";
    context.fill();
    context.strokeStyle = INK;
    context.lineWidth = 0.9;
    context.stroke();
    write(context, text, 10, item.px, item.py - 2);
    let from = x + 3;
    for (let at = 0; at < item.mix.length; at += 2) {
      const wide = ((w - 6) * item.mix[at + 1]) / item.count;
      context.fillStyle = paint(item.mix[at], item.s);
      context.fillRect(from, y + h - 5, wide, 3);
      from += wide;
    }
  }

  function write(context, text, size, x, y) {
    context.font = `700 ${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = INK;
    context.fillText(text, x, y + 0.5);
  }

  /* One record: a small picture made once for each look, since thousands are alike. */
  const pictures = new Map();
  function record(context, item, paint, ratio) {
    const color = paint(item.type, item.s);
    const key = `${item.s}${color}${item.established}${ratio}`;
    let picture = pictures.get(key);
    const half = item.r * 1.35 + 2;
    if (!picture) {
      picture = document.createElement("canvas");
      picture.width = picture.height = Math.ceil(2 * half * ratio);
      const own = picture.getContext("2d");
      own.scale(ratio, ratio);
      own.translate(half, half);
      fill(own, item.s, item.r + 1.1, "#fff");
      if (item.established) fill(own, item.s, item.r, color);
      else stroke(own, item.s, item.r - 1.1, color, 2.2);
      pictures.set(key, picture);
    }
    context.drawImage(picture, item.px - half, item.py - half, 2 * half, 2 * half);
  }

  /* How large a cell or an area is drawn: by what it counts. */
  const radius = ({ k, count }) => (k === 1 ? Math.min(19, 7.5 + 2.6 * Math.log10(Math.max(count, 1))) : 7 + 2.5 * short(count).length);

  function sketch(context, item, paint, ratio) {
    if (item.k === 2) return tag(context, item, paint);
    if (item.k === 1) return cell(context, item, paint);
    if (item.high > 0) toll(context, item);
    record(context, item, paint, ratio);
  }

  function chosen(context, item) {
    if (item.k !== 2) return stroke(context, item.s, item.r + 4, INK, 2.5, item.px, item.py);
    context.strokeStyle = INK;
    context.lineWidth = 2.5;
    context.strokeRect(item.px - item.r - 2, item.py - 11, 2 * item.r + 4, 22);
  }

  /* What begins in a step of Play; of cells and areas the darker the more does. */
  function begins(context, item, share) {
    const ink = `rgba(31,35,40,${share.toFixed(2)})`;
    if (item.k !== 2) return stroke(context, item.s, item.r + 3, ink, item.k ? 2 : 1.5, item.px, item.py);
    context.strokeStyle = ink;
    context.lineWidth = 2;
    context.strokeRect(item.px - item.r - 1, item.py - 10.5, 2 * item.r + 2, 21);
  }

  /* Rings of the cells lie below all symbols, so that none covers a neighbour's number. */
  const sketchTolls = (context, items) => {
    for (const item of items) if (item.k === 1) toll(context, item);
  };

  Object.assign(kit, { GREY, SET_COLORS, begins, sketchTolls, chosen, fillShape: fill, outline, radius, reach, short, sketch, strokeShape: stroke });
})(window.marz);
