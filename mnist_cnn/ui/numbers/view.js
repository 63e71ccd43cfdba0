// What shows it all: one view per place on a page, which keeps its place when the page is drawn again.

const STEP = 150;  // milliseconds of Play

const places = new Map();  // where each view was, by its key: a view goes with its image and comes with the next

class View {
  constructor(root, key) {
    this.root = root;
    if (!places.has(key)) places.set(key, { stage: 0, row: 10, column: 13, channel: 0, from: 0 });
    this.at = places.get(key);
    this.edits = new Set();
  }

  /** Take what the page sends: another network or image begins anew, at the same stage where it has one. */
  show({ network, image, words, open }) {
    clearTimeout(this.waiting);
    const known = globalThis.mnistCnnNetworks?.get(network), opening = this.at.opened !== open;
    if (!known) {  // the weights are on their way
      this.waiting = setTimeout(() => this.root.isConnected && this.show({ network, image, words, open }), 30);
      return;
    }
    const same = this.network === network && this.sent === image;
    if (same && this.words.language === words.language && !opening) return;
    if (this.network !== network) this.known = unpack(known);
    Object.assign(this, { network, sent: image, words });
    this.at.opened = open;
    if (!same) this.begin();
    const stage = opening ? this.stages.findIndex((stage) => stage.kind === open) + 1 : this.at.stage;
    this.at.stage = Math.min(this.at.stage, this.stages.length);
    this.open(Math.min(stage, this.stages.length), opening && stage > 0);
  }

  /** The network and the image as they were sent, without what was changed here. */
  begin() {
    this.stages = this.known.map((stage) => ({ ...stage, kernel: stage.kernel?.slice() }));
    this.image = floats(this.sent);
    this.edits.clear();
    this.maps = this.first = run(this.stages, this.image);
  }

  get stage() { return this.at.stage ? this.stages[this.at.stage - 1] : { kind: "image", number: 1 }; }
  get input() { return this.maps[Math.max(0, this.at.stage - 1)]; }
  get output() { return this.maps[this.at.stage]; }

  name(stage, number) {
    const many = this.stages.filter(({ kind }) => kind === stage.kind).length > 1;
    return this.words[stage.kind] + (many ? ` ${number}` : "");
  }

  open(index, anew = false) {
    this.pause();
    const { height, width } = this.output;
    this.at.stage = index;
    this.dropped = null;
    this.start(height, width, anew);
    const stages = [{ kind: "image", number: 1 }, ...this.stages];
    const tabs = stages.map((stage, i) => make("button", {
      type: "button", textContent: this.name(stage, stage.number), "aria-pressed": i === index, on: { click: () => this.open(i) },
    }));
    this.said = make("p", { className: "said", "aria-live": "polite" });
    this.panel = make("div", { className: "panel" });
    this.bars = make("div", { className: "bars", role: "img" });
    const undo = () => {
      this.begin();
      this.open(this.at.stage);
    };
    this.undo = make("button", { type: "button", className: "reset", on: { click: undo } });
    const words = this.words[`${this.stage.kind}_${this.deep() ? "deep_" : ""}about`];
    const about = make("p", { className: "about", textContent: fill(words, this.facts()) });
    const ten = make("div", { className: "ten" }, title(this.words.answer), this.bars, this.undo);
    const focused = this.root.getRootNode().activeElement?.parentElement?.className === "stages";
    const row = make("div", { className: "stages", role: "group", "aria-label": this.words.stages }, ...tabs);
    this.root.replaceChildren(row, about, this.panel, ten, this.said);
    if (focused) tabs[index].focus();
    this.build();
    this.update();
  }

  /** Look where the stage before was looked at; where there is nothing, or anew, at the strongest value. */
  start(height, width, anew) {
    const { at, output } = this, { values, channels } = output;
    at.row = Math.floor((at.row * output.height) / height);
    at.column = Math.floor((at.column * output.width) / width);
    this.clamp();
    const strongest = (from, step) => {
      let best = from;
      for (let i = from; i < values.length; i += step) if (values[i] > values[best]) best = i;
      return best;
    };
    if (flat(output)) at.channel = strongest(0, 1);
    else if (anew || !valueAt(output, at.row, at.column, at.channel)) {
      const place = Math.floor(strongest(at.channel, channels) / channels);
      Object.assign(at, { row: Math.floor(place / output.width), column: place % output.width });
    }
    this.clamp();
  }

  facts() {
    const { stage, input, output } = this, size = stage.side ?? 0, rate = stage.rate ?? 0;
    return {
      side: size, from: input.channels, count: output.channels, height: output.height, width: output.width,
      high: input.height, wide: input.width, inputs: whole(input.values.length), values: whole(output.values.length),
      rate: percent(rate), scale: text(1 / (1 - rate)), 
    };
  }

  clamp() {
    const { at, input, output } = this;
    at.row = Math.min(at.row, output.height - 1);
    at.column = Math.min(at.column, output.width - 1);
    at.channel = Math.min(at.channel, output.channels - 1);
    at.from = this.sameChannel() ? at.channel : Math.min(at.from, input.channels - 1);
    if (this.stage.kind === "flatten") at.from = at.channel % input.channels;
  }

  /** Whether a kernel has a slice for each of several maps. */
  deep() { return this.stage.kind === "convolution" && this.input.channels > 1; }

  /** Whether a map comes from one map only. */
  sameChannel() { return ["pooling", "dropout", "image"].includes(this.stage.kind); }

  build() {
    const { kind } = this.stage;
    const output = this.map("out", kind === "image" ? this.words.pixels : this.words.out);
    const middle = make("div", { className: "sum" });
    this.panel.dataset.kind = kind;
    this.panel.append(...(kind === "image" ? [output, middle] : [this.map("in", this.words.in), middle, output]));
    this.heading = title("");
    this.middle = make("div", { className: "arithmetic" });
    const head = make("div", { className: "head" }, this.heading);
    const button = (words, click) => head.appendChild(make("button", { type: "button", textContent: words, on: { click } }));
    middle.append(head, this.middle);
    this.player = null;
    if (["convolution", "pooling"].includes(kind)) this.player = button("", () => (this.timer ? this.pause() : this.play()));
    if (kind === "dropout") button(this.words.mask, () => this.drop());
    this.pause();
    KINDS[kind].build?.(this);
  }

  /** A large map with a strip of all its channels and a slider between them; `which` is "in" or "out". */
  map(which, called) {
    const canvas = make("canvas", { tabIndex: 0, role: "application", className: "large", data: { map: which } });
    const layer = () => (which === "in" ? this.input : this.output);
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("click", (event) => this.click(which, pointed(event, layout(layer()))));
    const { channels } = layer(), several = channels > 1 && !flat(layer());
    const name = which === "in" ? "from" : "channel";
    const choose = (channel) => this.go({ [this.sameChannel() ? "channel" : name]: channel });
    const slider = make("input", { type: "range", min: 0, max: channels - 1, on: { input: () => choose(Number(slider.value)) } });
    const label = make("label", { className: "channel" }, make("span"), slider);
    const strip = make("div", { className: "strip", tabIndex: 0, role: "group", "aria-label": called });
    if (several) {
      for (let channel = 0; channel < channels; channel++) {
        strip.append(make("canvas", { on: { click: () => choose(channel) } }));
      }
    }
    this[which] = { canvas, label, slider, strip, name: this.sameChannel() ? "channel" : name, several, called };
    return make("div", { className: which }, title(called), canvas, ...(several ? [label, strip] : []));
  }

  click(which, { row, column }) {
    const { at, stage, input, output } = this, vector = flat(which === "in" ? input : output);
    const index = row * layout(which === "in" ? input : output).columns + column;
    if (which === "out" || this.sameChannel() && flat(input)) {
      if (vector) at.channel = Math.min(index, output.channels - 1);
      else Object.assign(at, { row, column });
    } else if (stage.kind === "convolution") Object.assign(at, { row, column });
    else if (stage.kind === "pooling") Object.assign(at, { row: row >> 1, column: column >> 1 });
    else if (stage.kind === "dropout") Object.assign(at, { row, column });
    else if (stage.kind === "flatten") at.channel = (row * input.width + column) * input.channels + at.from;
    this.pause();
    this.go({});
  }

  key(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const { at, output } = this, within = (place, count) => Math.max(0, Math.min(count - 1, place));
    if (flat(output)) at.channel = within(at.channel + step[0] * layout(output).columns + step[1], output.channels);
    else Object.assign(at, { row: within(at.row + step[0], output.height), column: within(at.column + step[1], output.width) });
    this.pause();
    this.go({});
    this.said.textContent = `${this.place()}: ${this.root.querySelector("output")?.textContent ?? ""}`;
  }

  place() {
    const { at, output, words } = this;
    if (this.stage.kind === "softmax") return `${words.digit} ${at.channel}`;
    if (this.stage.kind === "flatten") return fill(words.number, { number: at.channel + 1 });
    return flat(output) ? fill(words.unit, { unit: at.channel + 1 }) : fill(words.at, { row: at.row + 1, column: at.column + 1 });
  }

  play() {
    const { at } = this;
    this.player.textContent = `❚❚ ${this.words.pause}`;
    this.timer = setInterval(() => {
      if (!this.root.isConnected) return this.pause();
      const next = at.row * this.output.width + at.column + 1;
      if (next >= this.output.width * this.output.height) return this.pause();
      Object.assign(at, { row: Math.floor(next / this.output.width), column: next % this.output.width });
      this.update(true);
    }, STEP);
    if (at.row === this.output.height - 1 && at.column === this.output.width - 1) Object.assign(at, { row: 0, column: -1 });
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.player) this.player.textContent = `▶ ${this.words.play}`;
  }

  /** A number was changed: of the stage of that index, 0 for the image; all after it follows. */
  changed(index, what) {
    this.edits.add(what);
    this.maps = run(this.stages, this.image, this.maps, index ? index - 1 : 0);
    this.update();
  }

  drop() {
    const { rate } = this.stage;
    this.dropped = Uint8Array.from(this.input.values, () => Math.random() < rate);
    this.update();
  }

  /** Look at another cell or channel. */
  go(place) {
    Object.assign(this.at, place);
    this.clamp();
    this.update();
  }

  /** Draw what has changed: all, or only what moves with the cell. */
  update(moving = false) {
    const { at, input, output, stage } = this;
    const dropped = this.dropped, kept = (value, i) => (dropped[i] ? 0 : value / (1 - stage.rate));
    const shown = dropped ? { ...output, values: output.values.map(kept) } : output;
    const marked = dropped && ((i) => dropped[flat(output) ? i : i * output.channels + at.channel]);
    this.draw(this.out, shown, at.channel, this.framed(output, 1, at), moving, marked || undefined);
    if (stage.kind !== "image") this.draw(this.in, input, at.from, this.looked(), moving);
    this.out.canvas.setAttribute("aria-label", `${this.out.called}. ${this.place()}. ${this.words.keys}`);
    this.in?.canvas.setAttribute("aria-label", `${this.in.called}. ${this.words.keys}`);
    this.heading.textContent = this.place();
    KINDS[stage.kind].show(this, shown);
    if (!moving) this.answer();
  }

  draw(view, maps, channel, frame, moving, marked) {
    paint(view.canvas, maps, channel, frame, marked);
    if (!view.several) return;
    view.slider.value = this.at[view.name];
    view.label.firstChild.textContent = fill(this.words.map, { number: channel + 1, count: maps.channels });
    if (moving) return;
    const most = strongest(maps);
    [...view.strip.children].forEach((tile, number) => {
      tile.className = number === channel ? "chosen" : "";
      tile.width = maps.width;
      tile.height = maps.height;
      const pen = tile.getContext("2d"), picture = pen.createImageData(maps.width, maps.height);
      for (let i = 0; i < maps.width * maps.height; i++) {
        picture.data.fill(grey(maps.values[i * maps.channels + number] / most), 4 * i, 4 * i + 3);
        picture.data[4 * i + 3] = 255;
      }
      pen.putImageData(picture, 0, 0);
      if (number === channel) show(tile);
    });
  }

  framed(maps, side, { row, column, channel }) {
    if (!flat(maps)) return { row, column, side };
    const { columns } = layout(maps);
    return { row: Math.floor(channel / columns), column: channel % columns, side: 1 };
  }

  /** The frame around what the value comes from. */
  looked() {
    const { at, stage, input } = this;
    const { side } = stage, reach = side >> 1;
    if (stage.kind === "convolution") return { row: at.row - reach, column: at.column - reach, side };
    if (stage.kind === "pooling") return { row: 2 * at.row, column: 2 * at.column, side: 2 };
    if (stage.kind === "dropout") return this.framed(input, 1, at);
    if (stage.kind !== "flatten") return null;
    const place = Math.floor(at.channel / input.channels);
    return { row: Math.floor(place / input.width), column: place % input.width, side: 1 };
  }

  /** The steps of a sum: pairs of words and number, and the value that comes out. */
  steps(lines, value, full = value) {
    const line = ([words, number]) => [make("dt", { textContent: words }), make("dd", { textContent: number })];
    const list = make("dl", {}, ...lines.flatMap(line));
    const result = make("output", { textContent: text(value, 4), data: { value: full } });
    list.append(make("dt", { className: "result", textContent: this.words.value }), make("dd", { className: "result" }, result));
    return list;
  }

  answer() {
    const shares = this.maps.at(-1).values, before = this.first.at(-1).values, best = shares.indexOf(Math.max(...shares));
    this.bars.replaceChildren(...Array.from(shares, (share, digit) => {
      const bar = make("div", {}, make("i", { style: `width:${100 * share}%` }));
      if (this.edits.size) bar.append(make("b", { style: `left:${100 * before[digit]}%` }));  // as it was
      const told = make("span", { className: "share", textContent: percent(share) });
      return make("div", { className: digit === best ? "bar best" : "bar" }, make("span", { textContent: digit }), bar, told);
    }));
    this.bars.setAttribute("aria-label", Array.from(shares, (share, digit) => `${digit}: ${percent(share)}`).join(", "));
    this.bars.dataset.best = best;
    this.undo.textContent = this.edits.size ? fill(this.words.reset, { count: this.edits.size }) : this.words.unchanged;
    this.undo.disabled = !this.edits.size;
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".numbers");
  root.view ??= new View(root, data.key);
  root.view.show(data);
}
