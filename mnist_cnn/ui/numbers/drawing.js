// How numbers and maps look.

const FRAME = "#12b5a5", FOR = [247, 103, 7], AGAINST = [43, 138, 214];
const SIDE = 280;  // of a large map, in pixels of its canvas
const LARGEST = 8;  // products of a dense unit that are listed
const HEAVIEST = 1000;  // weight that somebody may put in a kernel

const text = (value, digits = 3) => (value === null ? "" : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−"));
const compact = (value) => (value && (value >= 1e5 || value < 1e-3) ? value.toExponential(2).replace("-", "−") : text(value));
const power = (x) => (x < 700 ? compact(Math.exp(x)) : `10^${(x / Math.LN10).toFixed(1)}`);  // e^x, which JavaScript may not hold
const added = (value) => (value < 0 ? `− ${text(-value, 4)}` : `+ ${text(value, 4)}`);
const whole = (value) => value.toLocaleString("en");
const percent = (value) => `${(100 * value).toFixed(1)}%`;
const fill = (words, values) => words.replace(/{(\w+)}/g, (_, name) => values[name]);

function make(tag, { on = {}, data = {}, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && name !== "role" && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  Object.assign(element.dataset, data);
  for (const [event, act] of Object.entries(on)) element.addEventListener(event, act);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Scroll the row that holds a tile to it, but not the page. */
function show(tile) {
  const row = tile.parentElement, top = tile.offsetTop - row.offsetTop;
  if (top < row.scrollTop || top + tile.offsetHeight > row.scrollTop + row.clientHeight) row.scrollTop = top - row.clientHeight / 2;
}

const title = (words) => make("p", { className: "title", textContent: words });

/** Grey of an activation as a share of the strongest: the root lets weak ones be seen. */
const grey = (share) => Math.round(255 * Math.sqrt(Math.max(0, Math.min(1, share))));

/** White about zero, and the more orange or blue the larger a weight is. */
function signed(share) {
  const strength = Math.min(1, Math.abs(share)), to = share > 0 ? FOR : AGAINST;
  return `rgb(${to.map((part) => Math.round(255 * (1 - strength) + part * strength))})`;
}

const flat = ({ height, width }) => height * width === 1;
const strongest = ({ values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);

/** How maps are laid out to be looked at: one channel as it lies, or all values of a vector in rows. */
function layout(maps) {
  if (!flat(maps)) return { rows: maps.height, columns: maps.width };
  const columns = maps.channels <= 10 ? maps.channels : maps.channels <= 256 ? 16 : Math.ceil(Math.sqrt(maps.channels));
  return { rows: Math.ceil(maps.channels / columns), columns };
}

const valueAt = (maps, row, column, channel) => maps.values[(row * maps.width + column) * maps.channels + channel];

function paint(canvas, maps, channel, frame, marked = () => false) {
  const { rows, columns } = layout(maps), cell = Math.max(2, Math.floor(SIDE / Math.max(columns, Math.min(rows, columns))));
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const pen = canvas.getContext("2d"), most = strongest(maps), gap = cell > 5 ? 1 : 0;
  pen.fillStyle = "#26263a";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const index = row * columns + column;
      if (flat(maps) && index >= maps.channels) continue;
      const value = flat(maps) ? maps.values[index] : valueAt(maps, row, column, channel);
      const place = [column * cell, row * cell, cell - gap, cell - gap];
      pen.fillStyle = value < 0 ? signed(value / most) : `rgb(${Array(3).fill(grey(value / most))})`;
      pen.fillRect(...place);
      if (!marked(flat(maps) ? index : row * columns + column)) continue;
      pen.strokeStyle = "#f76707";
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(place[0] + 1, place[1] + 1);
      pen.lineTo(place[0] + cell - 2, place[1] + cell - 2);
      pen.stroke();
    }
  }
  if (!frame) return;
  pen.strokeStyle = FRAME;
  pen.lineWidth = 3;
  pen.strokeRect(frame.column * cell, frame.row * cell, frame.side * cell - gap, frame.side * cell - gap);
}

/** The value of a cell of a canvas that the pointer is at. */
function pointed(event, { rows, columns }) {
  const box = event.currentTarget.getBoundingClientRect();
  const at = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return { row: at((event.clientY - box.top) / box.height, rows), column: at((event.clientX - box.left) / box.width, columns) };
}

