// A network's arithmetic, which knows no page. Maps are Float32Array (height, width, channels), row by row, the channels
// of a pixel side by side; a stage is what `explanation.stages` describes.

/** Base64 of little-endian float32. */
function floats(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

const blank = (height, width, channels) => ({ height, width, channels, values: new Float32Array(height * width * channels) });

/** The stages as they were sent: their arrays unpacked, and the shape of what each gives. */
function unpack(sent) {
  let [height, width, channels] = [28, 28, 1];
  return sent.map((stage) => {
    const own = { ...stage };
    for (const name of ["kernel", "scale", "shift"]) if (stage[name]) own[name] = floats(stage[name]);
    if (own.kind === "convolution") channels = own.shift.length;
    else if (own.kind === "pooling") [height, width] = [height >> 1, width >> 1];
    else if (own.kind === "flatten") [height, width, channels] = [1, 1, height * width * channels];
    else if (own.shift) channels = own.shift.length;
    return Object.assign(own, { shape: [height, width, channels] });
  });
}

/** What a stage makes of maps, as when reading: dropout passes them on. */
function apply(stage, maps) {
  if (stage.kind === "convolution") return convolve(stage, maps);
  if (stage.kind === "pooling") return pool(maps);
  if (stage.kind === "flatten") return { height: 1, width: 1, channels: maps.values.length, values: maps.values };
  if (stage.kind === "dense") return connect(stage, maps);
  if (stage.kind === "softmax") return shares(connect(stage, maps));
  return maps;
}

function convolve({ kernel, scale, shift, relu, side }, { height, width, channels, values }) {
  const filters = shift.length, reach = side >> 1, out = blank(height, width, filters), sums = new Float64Array(filters);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sums.fill(0);
      for (let i = Math.max(0, reach - y); i < side && y + i - reach < height; i++) {
        for (let j = Math.max(0, reach - x); j < side && x + j - reach < width; j++) {
          const from = ((y + i - reach) * width + x + j - reach) * channels, weights = (i * side + j) * channels;
          for (let c = 0; c < channels; c++) {
            const value = values[from + c];
            if (value === 0) continue;  // as most are, after ReLU
            for (let f = 0, w = (weights + c) * filters; f < filters; f++, w++) sums[f] += value * kernel[w];
          }
        }
      }
      for (let f = 0, to = (y * width + x) * filters; f < filters; f++, to++) {
        const value = scale[f] * sums[f] + shift[f];
        out.values[to] = relu && value < 0 ? 0 : value;
      }
    }
  }
  return out;
}

function pool({ height, width, channels, values }) {
  const out = blank(height >> 1, width >> 1, channels);
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      for (let c = 0; c < channels; c++) {
        const at = (i, j) => values[((2 * y + i) * width + 2 * x + j) * channels + c];
        out.values[(y * out.width + x) * channels + c] = Math.max(at(0, 0), at(0, 1), at(1, 0), at(1, 1));
      }
    }
  }
  return out;
}

function connect({ kernel, shift, relu }, { values }) {
  const units = shift.length, sums = Float64Array.from(shift), out = blank(1, 1, units);
  for (let i = 0; i < values.length; i++) {
    if (values[i]) for (let u = 0, w = i * units; u < units; u++, w++) sums[u] += values[i] * kernel[w];
  }
  out.values.set(relu ? sums.map((sum) => Math.max(0, sum)) : sums);
  return out;
}

/** Softmax: every score's e^x as a share of their sum; `scores` are kept beside the shares. */
function shares({ channels, values }) {
  const most = Math.max(...values), powers = Array.from(values, (score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return { height: 1, width: 1, channels, values: Float32Array.from(powers, (power) => power / sum), scores: values };
}

/** What every stage makes of an image, the image first; of those before `from` what is `known` already. */
function run(stages, image, known = [], from = 0) {
  const maps = from ? known.slice(0, from + 1) : [{ height: 28, width: 28, channels: 1, values: image }];
  for (const stage of stages.slice(maps.length - 1)) maps.push(apply(stage, maps.at(-1)));
  return maps;
}

/** How a convolution makes one value: of the channel that is looked at what the kernel lies over, and the sums of all. */
function cellOf({ kernel, scale, shift, relu, side }, { height, width, channels, values }, { row, column, channel }, looked) {
  const filters = shift.length, reach = side >> 1, patch = [], weights = [], products = [], sums = new Array(channels).fill(0);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const y = row + i - reach, x = column + j - reach, inside = y >= 0 && x >= 0 && y < height && x < width;
      for (let c = 0; c < channels; c++) {
        const value = inside ? values[(y * width + x) * channels + c] : 0;
        const weight = kernel[((i * side + j) * channels + c) * filters + channel];
        sums[c] += value * weight;
        if (c !== looked) continue;
        patch.push(inside ? value : null);
        weights.push(weight);
        products.push(value * weight);
      }
    }
  }
  const sum = sums.reduce((a, b) => a + b), before = scale[channel] * sum + shift[channel];
  return { patch, weights, products, sums, sum, before, value: relu ? Math.max(0, before) : before };
}

/** The products of a dense unit, the largest first. */
function contributions({ kernel, shift }, { values }, unit) {
  const products = Array.from(values, (value, i) => ({ i, value, weight: kernel[i * shift.length + unit] }));
  for (const one of products) one.product = one.value * one.weight;
  return products.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
}
