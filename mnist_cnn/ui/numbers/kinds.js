// How each kind of stage tells of one value: `build` makes what stays while it is open, `show` fills in the numbers.

const KINDS = {
  image: {
    build(view) {
      const { middle, words } = view;
      const change = (value) => {
        view.image[view.at.row * 28 + view.at.column] = Math.min(255, Math.max(0, value)) / 255;
        view.changed(0, `pixel ${view.at.row} ${view.at.column}`);
      };
      const level = make("input", { type: "range", min: 0, max: 255, on: { input: () => change(Number(level.value)) } });
      const told = make("div"), around = make("table", { className: "grid" });
      middle.append(
        told, make("label", { className: "channel" }, make("span", { textContent: words.change }), level),
        title(words.around), make("div", { className: "wide" }, around),
      );
      view.parts = { level, told, around };
    },

    show(view) {
      const { at, image, parts, words } = view, value = image[at.row * 28 + at.column], byte = Math.round(255 * value);
      parts.level.value = byte;
      parts.told.replaceChildren(view.steps([[words.byte, byte], [words.divided, `${byte} / 255`]], value));
      const steps = [-3, -2, -1, 0, 1, 2, 3];
      parts.around.replaceChildren(...steps.map((i) => make("tr", {}, ...steps.map((j) => {
        const row = at.row + i, column = at.column + j, inside = row >= 0 && column >= 0 && row < 28 && column < 28;
        const near = inside ? image[row * 28 + column] : null;
        return number(inside ? Math.round(255 * near) : "", near, i || j ? "" : "chosen");
      }))));
    },
  },

  convolution: {
    build(view) {
      const { side } = view.stage, { words } = view, parts = {};
      const grid = (name, cell) => {
        parts[name] = Array.from({ length: side * side }, (_, i) => cell(i));
        const rows = Array.from({ length: side }, (_, i) => make("tr", {}, ...parts[name].slice(i * side, (i + 1) * side)));
        return make("figure", {}, make("figcaption", { textContent: words[name] }), make("table", { className: "grid" }, ...rows));
      };
      const sign = (symbol) => make("span", { className: "sign", textContent: symbol, "aria-hidden": true });
      const patch = grid("patch", () => make("td"));
      const weights = grid("weights", (i) => {
        const about = fill(words.weight, { row: Math.floor(i / side) + 1, column: (i % side) + 1 });
        const input = make("input", { type: "number", step: 0.1, "aria-label": about });
        input.addEventListener("input", () => weigh(view, i, input.valueAsNumber));
        return make("td", {}, input);
      });
      const products = grid("products", () => make("td"));
      parts.told = make("div");
      parts.sums = make("div", { className: "sums", role: "group", "aria-label": words.sums });
      parts.kernels = make("div", { className: "strip kernels", tabIndex: 0, role: "group", "aria-label": words.weights });
      view.middle.append(
        make("div", { className: "three" }, patch, sign("×"), weights, sign("="), products),
        make("div", { className: "told" }, parts.told, parts.sums),
        title(words[view.input.channels > 1 ? "kernels_deep" : "kernels"]), parts.kernels,
      );
      view.parts = parts;
    },

    show(view) {
      const { at, stage, input, words, parts } = view, cell = cellOf(stage, input, at, at.from), several = input.channels > 1;
      const most = strongest(input), heaviest = largest(cell.weights), loudest = largest(cell.products);
      const active = view.root.getRootNode().activeElement;
      cell.patch.forEach((value, i) => {
        const shown = number(text(value ?? 0, 2), value === null ? null : value / most);
        parts.patch[i].replaceWith(shown);
        parts.patch[i] = shown;
        const weight = parts.weights[i].firstChild;
        if (weight !== active) weight.value = cell.weights[i].toFixed(2);
        parts.weights[i].style.background = signed(cell.weights[i] / heaviest);
        parts.products[i].textContent = text(cell.products[i], 2);
        parts.products[i].style.background = signed(cell.products[i] / loudest);
      });
      const lines = [[several ? fill(words.sum_of, { number: at.from + 1 }) : words.sum, text(cell.sums[at.from], 4)]];
      if (several) lines.push([fill(words.sum_all, { count: input.channels }), text(cell.sum, 4)]);
      const shift = added(stage.shift[at.channel]);
      if (stage.normalised) lines.push([words.scale, `× ${text(stage.scale[at.channel], 4)}`], [words.shift, shift]);
      else lines.push([words.bias, shift]);
      if (stage.relu) lines.push([words.relu, `max(0, ${text(cell.before, 4)})`]);
      parts.told.replaceChildren(view.steps(lines, cell.value));
      parts.sums.dataset.sums = JSON.stringify(cell.sums);
      if (several) parts.sums.replaceChildren(...cell.sums.map((sum, channel) => make("button", {
        type: "button", textContent: `${channel + 1}: ${text(sum, 2)}`, "aria-pressed": channel === at.from,
        on: { click: () => view.go({ from: channel }) },
      })));
      if (!view.timer) showKernels(view);
    },
  },

  pooling: {
    show(view) {
      const { at, input, words } = view, most = strongest(input);
      const four = [0, 1, 2, 3].map((i) => valueAt(input, 2 * at.row + (i >> 1), 2 * at.column + (i & 1), at.channel));
      const value = Math.max(...four), winner = four.indexOf(value);
      const cells = four.map((one, i) => number(text(one, 4), one / most, i === winner ? "chosen" : ""));
      view.middle.replaceChildren(
        make("table", { className: "grid four" }, make("tr", {}, cells[0], cells[1]), make("tr", {}, cells[2], cells[3])),
        view.steps([[words.largest, `max(${four.map((one) => text(one, 4)).join(", ")})`]], value),
      );
    },
  },

  dropout: {
    show(view, shown) {
      const { at, input, words, dropped } = view, rate = view.stage.rate;
      const index = flat(input) ? at.channel : (at.row * input.width + at.column) * input.channels + at.channel;
      const lines = [[words.came, text(input.values[index], 4)]];
      if (!dropped) lines.push([words.reading, words.nothing]);
      else lines.push([words.training, dropped[index] ? words.dropped : `× 1 / (1 − ${rate}) = × ${text(1 / (1 - rate))}`]);
      view.middle.replaceChildren(view.steps(lines, shown.values[index]));
      if (!dropped) return;
      const count = dropped.reduce((sum, one) => sum + one, 0), told = { count: whole(count), values: whole(dropped.length) };
      view.middle.append(make("p", { textContent: fill(words.mask_of, { ...told, share: percent(count / dropped.length) }) }));
    },
  },

  flatten: {
    show(view) {
      const { at, input, words } = view, channel = at.channel % input.channels, place = Math.floor(at.channel / input.channels);
      const row = Math.floor(place / input.width), column = place % input.width;
      view.middle.replaceChildren(view.steps([
        [words.from, fill(words.from_at, { map: channel + 1, row: row + 1, column: column + 1 })],
        [words.index, `(${row} · ${input.width} + ${column}) · ${input.channels} + ${channel} + 1 = ${at.channel + 1}`],
      ], input.values[at.channel]));
    },
  },

  dense: {
    show(view) {
      view.middle.replaceChildren(...weighted(view, view.output.values));
    },
  },

  softmax: {
    show(view) {
      const { at, output, words } = view, scores = Array.from(output.scores), most = Math.max(...scores);
      const sum = most + Math.log(scores.reduce((all, score) => all + Math.exp(score - most), 0));
      const told = { digit: at.channel, power: power(scores[at.channel]), sum: power(sum) };
      const rows = scores.map((score, digit) => [digit, text(score), power(score), percent(output.values[digit])]);
      view.middle.replaceChildren(
        title(words.shares), list([words.digit, words.score, words.power, words.share], rows, at.channel),
        make("p", { textContent: fill(words.share_of, { ...told, share: percent(output.values[at.channel]) }) }),
        title(fill(words.score_of, { digit: at.channel })), ...weighted(view, output.scores),
      );
    },
  },
};

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);

/** A cell of a table of numbers whose ground shows the number too, as a brightness; null lies beyond the edge. */
function number(words, share, name = "") {
  const cell = make("td", { textContent: words, className: share === null ? "beyond" : name }), light = grey(share ?? 0);
  if (share !== null) cell.style.cssText = `background:rgb(${light},${light},${light});color:${light > 140 ? "#000" : "#fff"}`;
  return cell;
}

function list(head, rows, chosen = -1) {
  const cell = (tag) => (words) => make(tag, { textContent: words });
  const line = (tag, cells, className = "") => make("tr", { className }, ...cells.map(cell(tag)));
  const body = rows.map((cells, i) => line("td", cells, i === chosen ? "chosen" : ""));
  return make("table", { className: "list" }, make("thead", {}, line("th", head)), make("tbody", {}, ...body));
}

/** Give the kernel that is looked at another weight. */
function weigh(view, i, weight) {
  if (!Number.isFinite(weight)) return;
  const { at, stage, input } = view, place = (i * input.channels + at.from) * stage.shift.length + at.channel;
  stage.kernel[place] = Math.max(-HEAVIEST, Math.min(HEAVIEST, weight));
  view.changed(at.stage, `weight ${at.stage} ${i} ${at.from} ${at.channel}`);
}

/** Kernels side by side: of every map where one channel goes in, else this map's slices, channel by channel. */
function showKernels(view) {
  const { at, stage, input, parts } = view, filters = stage.shift.length, one = input.channels === 1, { side } = stage;
  const weight = (i, n) => stage.kernel[(i * input.channels + (one ? 0 : n)) * filters + (one ? n : at.channel)];
  const count = one ? filters : input.channels, chosen = one ? at.channel : at.from;
  const all = Array.from({ length: count }, (_, n) => Array.from({ length: side * side }, (_, i) => weight(i, n)));
  const most = largest(all.flat());
  parts.kernels.replaceChildren(...all.map((weights, n) => {
    const go = () => view.go(one ? { channel: n } : { from: n });
    const tile = make("canvas", { width: side, height: side, className: n === chosen ? "chosen" : "", on: { click: go } });
    const pen = tile.getContext("2d");
    weights.forEach((value, i) => {
      pen.fillStyle = signed(value / most);
      pen.fillRect(i % side, Math.floor(i / side), 1, 1);
    });
    return tile;
  }));
}

/** The sum of a dense unit: its largest products, the rest together, bias, ReLU. */
function weighted(view, values) {
  const { at, input, stage, words } = view;
  const all = contributions(stage, input, at.channel), bias = stage.shift[at.channel];
  const rows = all.slice(0, LARGEST).map((one) => [whole(one.i + 1), text(one.value), text(one.weight), text(one.product)]);
  const rest = all.slice(LARGEST).reduce((sum, one) => sum + one.product, 0);
  const sum = all.reduce((total, one) => total + one.product, bias);
  const lines = [[fill(words.rest, { count: whole(all.length - rows.length) }), text(rest, 4)], [words.bias, added(bias)]];
  if (stage.relu) lines.push([words.relu, `max(0, ${text(sum, 4)})`]);
  const head = ["input", "value_in", "times", "product"].map((name) => words[name]);
  return [list(head, rows), view.steps(lines, values[at.channel])];
}
