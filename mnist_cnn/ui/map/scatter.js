// Mid-tones: as readable on white as on the dark theme's ground. The digit itself tells them apart, too.
const COLOURS = ["#7a6ff5", "#e8590c", "#0c9c72", "#d6336c", "#8a7a12", "#1c86d1", "#b04fd0", "#7c6a58", "#4c9a2a", "#e03131"];
const MARGIN = 18, REACH = 14, AROUND = 40, CLICK = 5;  // CSS pixels
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector("canvas"), kept = canvas.scatter;
  kept?.end();
  const scatter = (canvas.scatter = new Scatter(parentElement, data));
  if (kept?.data.number === data.number) Object.assign(scatter, { only: kept.only, at: kept.at, brush: kept.brush });
  scatter.begin();
  return () => scatter.end();
}

class Scatter {
  constructor(root, data) {
    for (const name of ["legend", "tip", "said", "count", "list"]) this[name] = root.querySelector(`.${name}`);
    this.canvas = root.querySelector("canvas");
    this.pen = this.canvas.getContext("2d");
    this.data = data;
    this.only = null;  // a digit, or "wrong"
    this.at = null;  // the point that the pointer or the keyboard is at
    this.brush = null;  // [left, top, right, bottom] in the data's units, so that it keeps its place in another size
    this.atlas = URL.createObjectURL(new Blob([Uint8Array.from(atob(data.atlas), (c) => c.charCodeAt(0))]));
  }

  begin() {
    const { canvas } = this;
    canvas.setAttribute("aria-label", this.data.words.label);
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = (event) => this.lift(event);
    canvas.onpointercancel = () => { this.from = this.brush = null; this.draw(); };
    canvas.onpointerleave = (event) => { if (!this.from && event.pointerType === "mouse") this.go(null); };  // a tap stays
    canvas.onkeydown = (event) => this.key(event);
    this.star = () => this.draw();
    window.addEventListener("mnist-cnn-star", this.star);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.star);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(canvas.parentElement);
    this.tell();
    this.list_found();
    this.draw();
  }

  end() {
    window.removeEventListener("mnist-cnn-star", this.star);
    this.scheme.removeEventListener("change", this.star);
    this.sizes.disconnect();
    URL.revokeObjectURL(this.atlas);
  }

  // Points
  wrong(i) { return this.data.labels[i] !== this.data.predictions[i]; }

  seen(i) { return this.only === null || (this.only === "wrong" ? this.wrong(i) : this.data.labels[i] === this.only); }

  words(i) {
    const { labels, predictions, confidence } = this.data;
    return `${labels[i]} → ${predictions[i]} · ${(confidence[i] / 10).toFixed(1)}%`;
  }

  mine() {
    const mine = window.mnistCnnStar;
    return mine?.number === this.data.number && mine.star ? mine : { star: null, near: [] };
  }

  fit() {  // equal units on both axes; the star, which may lie outside of the points, is in the picture too
    const { star, near } = this.mine(), extra = star ? [star, ...near] : [];
    const xs = this.data.x.concat(extra.map((one) => one[0])), ys = this.data.y.concat(extra.map((one) => one[1]));
    const left = Math.min(...xs), right = Math.max(...xs), top = Math.min(...ys), bottom = Math.max(...ys);
    const { width, height } = this;
    const scale = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (bottom - top || 1));
    this.scale = scale;
    this.left = (width - (left + right) * scale) / 2;
    this.top = (height - (top + bottom) * scale) / 2;
  }

  spot(x, y) { return [this.left + x * this.scale, this.top + y * this.scale]; }

  point(i) { return this.spot(this.data.x[i], this.data.y[i]); }

  nearest(x, y) {
    let best = null, least = REACH ** 2;
    for (let i = 0; i < this.data.x.length; i++) {
      if (!this.seen(i)) continue;
      const [px, py] = this.point(i), distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  found() {
    if (!this.brush) return [];
    const [left, top, right, bottom] = this.brush, { x, y } = this.data;
    const inside = (i) => x[i] >= left && x[i] <= right && y[i] >= top && y[i] <= bottom;
    const found = [...x.keys()].filter((i) => this.seen(i) && inside(i));
    return found.sort((a, b) => this.wrong(b) - this.wrong(a));  // errors first
  }

  // Hand and keyboard
  where(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  press(event) {
    this.from = this.where(event);
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const to = this.where(event);
    if (!this.from || !this.stretch(to)) return this.go(this.nearest(...to));
    this.at = null;
    this.draw();
  }

  stretch(to) {  // whether the hand is dragging; the brush then reaches to where it is
    const [x, y] = this.from;
    if (!this.brushing && Math.hypot(to[0] - x, to[1] - y) < CLICK) return false;
    this.brushing = true;
    this.select(Math.min(x, to[0]), Math.min(y, to[1]), Math.max(x, to[0]), Math.max(y, to[1]));
    return true;
  }

  select(left, top, right, bottom) {
    const units = (value, zero) => (value - zero) / this.scale;
    this.brush = [units(left, this.left), units(top, this.top), units(right, this.left), units(bottom, this.top)];
  }

  lift(event) {
    if (!this.brushing) this.brush = null;  // a click lets the rectangle go
    this.brushing = this.from = null;
    this.list_found();
    if (this.brush) this.draw();
    else this.go(this.nearest(...this.where(event)));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (ARROWS[event.key]) this.step(...ARROWS[event.key]);
    else if (event.key === "Enter" && this.at !== null) {
      const [x, y] = this.point(this.at);
      this.select(x - AROUND, y - AROUND, x + AROUND, y + AROUND);
    } else if (event.key === "Escape") this.brush = null;
    else return;
    event.preventDefault();
    if (!ARROWS[event.key]) this.list_found();
    this.draw();
  }

  step(right, down) {  // to the nearest point in that direction, no more than 45 degrees off it
    const [x, y] = this.at === null ? [this.width / 2, this.height / 2] : this.point(this.at);
    let best = this.at, least = Infinity;
    for (let i = 0; i < this.data.x.length; i++) {
      const [px, py] = this.point(i), along = (px - x) * right + (py - y) * down;
      const aside = Math.abs((px - x) * down) + Math.abs((py - y) * right);
      if (!this.seen(i) || i === this.at || along <= 0 || aside > along || along + aside >= least) continue;
      [best, least] = [i, along + aside];
    }
    this.go(best);
    if (best !== null) this.said.textContent = this.words(best);
  }

  go(i) {
    if (i === this.at) return;
    this.at = i;
    this.draw();
  }

  // What is beside the points
  tile(i, side, kind) {
    const item = document.createElement("div"), image = document.createElement("div"), { columns, x } = this.data;
    const rows = Math.ceil(x.length / columns);
    item.className = this.wrong(i) ? `${kind} wrong` : kind;
    item.dataset.index = i;
    image.className = "image";
    Object.assign(image.style, {
      width: `${side}px`, height: `${side}px`, backgroundImage: `url(${this.atlas})`,
      backgroundSize: `${columns * side}px ${rows * side}px`,
      backgroundPosition: `${-(i % columns) * side}px ${-Math.floor(i / columns) * side}px`,
    });
    item.append(image, this.words(i));
    return item;
  }

  list_found() {
    const found = this.found(), { words } = this.data;
    this.count.textContent = this.brush ? (found.length ? words.found.replace("{count}", found.length) : words.none) : "";
    this.list.setAttribute("aria-label", this.count.textContent);
    this.list.replaceChildren(...found.map((i) => this.tile(i, 48, "item")));
    this.list.hidden = !found.length;
  }

  tell() {
    const { words, labels } = this.data, errors = [...labels].filter((_, i) => this.wrong(i)).length;
    const button = (key, text, name, colour) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = text;
      one.setAttribute("aria-label", name);
      one.setAttribute("aria-pressed", this.only === key);
      if (colour) one.append(Object.assign(document.createElement("i"), { style: `background: ${colour}` }));
      one.onclick = () => this.choose(key);
      return one;
    };
    const digits = COLOURS.map((colour, d) => button(`${d}`, `${d}`, words.only.replace("{digit}", d), colour));
    const wrong = words.wrong.replace("{count}", errors), star = document.createElement("span");
    star.textContent = `★ ${words.star}`;
    this.legend.setAttribute("aria-label", words.label);
    this.legend.replaceChildren(...digits, button("wrong", `○ ${wrong}`, wrong), star);
  }

  choose(key) {
    this.only = this.only === key ? null : key;
    this.at = null;
    [...this.legend.querySelectorAll("button")].forEach((one, n) => {
      one.setAttribute("aria-pressed", this.only === (n < 10 ? `${n}` : "wrong"));
    });
    this.list_found();
    this.draw();
  }

  // The picture
  draw() {
    const { canvas, pen } = this, density = devicePixelRatio || 1;
    this.width = canvas.parentElement.clientWidth;
    this.height = Math.min(this.width, Math.max(320, innerHeight * 0.62));
    canvas.style.height = `${this.height}px`;
    canvas.width = this.width * density;
    canvas.height = this.height * density;
    pen.setTransform(density, 0, 0, density, 0, 0);
    this.fit();
    this.look = getComputedStyle(canvas);
    this.font = `700 ${this.width < 500 ? 9 : 11}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    this.draw_points();
    this.draw_mine();
    this.draw_brush();
    this.show_tip();
  }

  colour(name) { return this.look.getPropertyValue(`--st-${name}-color`); }

  ring(x, y, radius, colour, width) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    pen.stroke();
  }

  draw_points() {
    const { pen, data } = this, text = this.colour("text");
    pen.font = this.font;
    const order = [...data.x.keys()].sort((a, b) => this.wrong(a) - this.wrong(b));  // errors lie on top
    for (const i of order) {
      const [x, y] = this.point(i), seen = this.seen(i);
      pen.globalAlpha = seen ? 1 : 0.12;
      pen.fillStyle = COLOURS[data.labels[i]];
      pen.fillText(data.labels[i], x, y);
      if (seen && this.wrong(i)) this.ring(x, y, 7, text, 1.5);
    }
    pen.globalAlpha = 1;
  }

  draw_mine() {
    const { pen } = this, { star, near } = this.mine(), ground = this.colour("background"), text = this.colour("text");
    if (star) {
      const [x, y] = this.spot(...star);
      Object.assign(pen, { fillStyle: text, strokeStyle: ground, lineWidth: 4, lineJoin: "round", font: "24px sans-serif" });
      pen.strokeText("★", x, y);
      pen.fillText("★", x, y);
    }
    for (const [x, y] of near) {  // over the star, which may lie among them
      const [px, py] = this.spot(x, y);
      Object.assign(pen, { strokeStyle: ground, lineWidth: 4 });
      pen.strokeRect(px - 6, py - 6, 12, 12);
      Object.assign(pen, { strokeStyle: text, lineWidth: 1.5 });
      pen.strokeRect(px - 6, py - 6, 12, 12);
    }
  }

  draw_brush() {
    if (!this.brush) return;
    const { pen } = this, [left, top] = this.spot(this.brush[0], this.brush[1]);
    const [right, bottom] = this.spot(this.brush[2], this.brush[3]);
    Object.assign(pen, { strokeStyle: this.colour("primary"), fillStyle: this.colour("primary"), lineWidth: 2 });
    pen.strokeRect(left, top, right - left, bottom - top);
    pen.globalAlpha = 0.1;
    pen.fillRect(left, top, right - left, bottom - top);
    pen.globalAlpha = 1;
  }

  show_tip() {
    this.tip.hidden = this.at === null;
    if (this.at === null) return;
    const [x, y] = this.point(this.at), side = 112, wide = 150, high = 150;
    this.ring(x, y, 10, this.colour("primary"), 3);
    this.tip.replaceChildren(this.tile(this.at, side, "shown"));
    this.tip.style.left = `${x + 16 + wide > this.width ? Math.max(0, x - 16 - wide) : x + 16}px`;
    this.tip.style.top = `${Math.min(Math.max(0, y - high / 2), this.height - high)}px`;
  }
}
