// What is drawn of a training: the network with a map in each unit, the plane of the data, and curves.

const COLORS = { low: [240, 160, 112], middle: [255, 255, 255], high: [120, 168, 220] }; // as decision maps have them
const OF_CLASSES = [[194, 87, 26], [31, 95, 168], [43, 122, 61], [138, 59, 168], [107, 107, 0], [15, 118, 110], [157, 23, 77], [75, 85, 99]];
const [SMALL_MAP, LARGE_MAP] = [18, 60]; // points along the side of a map
const SHOWN = 8; // units of a column that are drawn, of more

// The point of the plane in the middle of a cell of a map.
function* pointsOf(size) {
  const [[left, right], [bottom, top]] = DATA.limits;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      yield [left + ((column + 0.5) / size) * (right - left), top - ((row + 0.5) / size) * (top - bottom)];
    }
  }
}

// What FORWARD gives all over the plane: a list for each point.
const overPlane = (weights, size) => Array.from(pointsOf(size), (point) => FORWARD(weights, point, DATA.y[0])[0]);

// A number from low to high as a color; the middle is white.
function colorOf(number, { low, middle, high }) {
  const share = number < middle ? (middle - number) / (middle - low || 1) : (number - middle) / (high - middle || 1);
  const end = number < middle ? COLORS.low : COLORS.high;
  const kept = Math.min(1, Math.max(0, share || 0));
  return COLORS.middle.map((white, k) => Math.round(white + kept * (end[k] - white)));
}

// What the colors of a unit mean: from 0 to 1 about 0.5, or about 0 as far as its numbers reach.
function scaleOf(numbers, isShare) {
  if (isShare) return { low: 0, middle: 0.5, high: 1 };
  let reach = 0;
  for (const number of numbers) if (Number.isFinite(number)) reach = Math.max(reach, Math.abs(number));
  return { low: -(reach || 1), middle: 0, high: reach || 1 };
}

function paint(canvas, size, colors) {
  if (canvas.width !== size) [canvas.width, canvas.height] = [size, size];
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  colors.forEach(([red, green, blue], k) => image.data.set([red, green, blue, 255], 4 * k));
  context.putImageData(image, 0, 0);
}

const paintUnit = (canvas, size, numbers, isShare) => {
  const scale = scaleOf(numbers, isShare);
  paint(canvas, size, numbers.map((number) => colorOf(number, scale)));
};

// The color of the largest of several outputs, lighter where its lead is small.
const paintLargest = (canvas, size, rows) => paint(canvas, size, rows.map((row) => {
  const largest = row.indexOf(Math.max(...row));
  const lead = row[largest] - Math.max(...row.filter((_, k) => k !== largest));
  const share = 0.25 + 0.5 * Math.min(1, Math.abs(lead));
  return OF_CLASSES[largest % OF_CLASSES.length].map((part) => Math.round(255 + share * (part - 255)));
}));

// ------------------------------------------------------------------------------ the network

// What a unit is called: x1 and h1.2 in all languages, and an output as the reader calls it.
const nameOfUnit = ({ name }) => name.replace(/^output(?=$| \d+$)/, words("output"));

class NetworkView {
  constructor(element, onChoose) {
    this.element = element;
    this.lines = svg("svg", { "aria-hidden": "false", role: "group", "aria-label": words("weights") });
    element.append(this.lines);
    this.units = new Map();
    this.hidden = new Set();
    this.shown = DATA.columns.map((column) => column.slice(0, column.length > SHOWN ? SHOWN - 1 : SHOWN));
    DATA.columns.forEach((column, k) => this.addColumn(column, k, onChoose));
    this.weights = DATA.lines.filter(([from, to]) => this.units.has(from) && this.units.has(to)).map(([from, to, weight]) => {
      const line = svg("line", { tabindex: weight === null ? -1 : 0, role: "button" });
      if (weight !== null) {
        const choose = () => onChoose({ kind: "weight", index: weight });
        line.addEventListener("click", choose);
        line.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); } });
        line.append(svg("title", {}, DATA.names[weight]));
        line.setAttribute("aria-label", DATA.names[weight]);
      }
      this.lines.append(line);
      return { from, to, weight, line };
    });
    new ResizeObserver(() => this.place()).observe(element);
    this.place();
  }

  addColumn(column, k, onChoose) {
    for (const circle of this.shown[k]) {
      const unit = document.createElement("button");
      unit.type = "button";
      unit.className = "unit";
      unit.dataset.circle = circle.circle;
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [SMALL_MAP, SMALL_MAP];
      [canvas.style.width, canvas.style.height] = ["40px", "40px"];
      const caption = document.createElement("span");
      caption.className = "caption";
      const number = document.createElement("span");
      number.className = "number";
      unit.append(canvas, caption, number);
      unit.addEventListener("click", () => onChoose({ kind: "unit", index: circle.circle }));
      this.element.append(unit);
      this.units.set(circle.circle, { ...circle, unit, canvas, caption, number, column: k });
    }
    const rest = column.length - this.shown[k].length;
    if (rest > 0) {
      const more = document.createElement("span");
      more.className = "more";
      this.element.append(more);
      this.units.set(`more ${k}`, { unit: more, column: k, rest });
    }
  }

  place() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const columns = DATA.columns.length;
    this.at = new Map();
    DATA.columns.forEach((_, k) => {
      const inside = [...this.units].filter(([, one]) => one.column === k);
      inside.forEach(([circle, { unit }], row) => {
        const at = { x: ((k + 0.5) / columns) * width, y: ((row + 0.5) / inside.length) * height };
        [unit.style.left, unit.style.top] = [`${at.x}px`, `${at.y}px`];
        this.at.set(circle, at);
      });
    });
    for (const { from, to, line } of this.weights) {
      const [start, end] = [this.at.get(from), this.at.get(to)];
      put(line, { x1: start.x + 20, y1: start.y, x2: end.x - 20, y2: end.y });
    }
  }

  update({ weights, plane, run, slopes, chosen }) {
    const largest = Math.max(1e-300, ...this.weights.map(({ weight }) => Math.abs(weight === null ? 0 : weights[weight])));
    for (const { weight, line } of this.weights) {
      const number = weight === null ? largest / 4 : weights[weight];
      put(line, {
        "stroke-width": 0.8 + (5 * Math.abs(number)) / largest,
        class: `${number < 0 ? "negative" : ""} ${chosen?.kind === "weight" && chosen.index === weight ? "chosen" : ""}`.trim(),
      });
    }
    for (const [circle, one] of this.units) {
      if (one.rest) {
        one.unit.textContent = words("and {count} more", { count: one.rest });
        continue;
      }
      const name = nameOfUnit(one);
      one.caption.textContent = name;
      if (plane) paintUnit(one.canvas, SMALL_MAP, plane.map((numbers, k) => valueOf(one, numbers, k)), one.isShare);
      one.unit.classList.toggle("chosen", chosen?.kind === "unit" && chosen.index === circle);
      const value = run ? valueOf(one, run.numbers, null, run.x) : null;
      const slope = run && one.bias !== null && one.bias !== undefined ? slopes[one.bias] : null;
      const said = value === null ? "" : show(value, 3);
      one.number.replaceChildren(said);
      if (slope !== null) {
        const part = document.createElement("span");
        part.className = "slope";
        part.textContent = `∂ ${show(slope, 3)}`;
        one.number.append(part);
      }
      one.unit.setAttribute("aria-label", said ? `${name}: ${said}` : name);
    }
  }
}

const POINTS = DATA.limits ? Array.from(pointsOf(SMALL_MAP)) : [];
// The number of an input, or of a unit among what FORWARD gives, at a point of the small maps or at a sample.
function valueOf({ input, unit: index, place }, numbers, point, x = POINTS[point]) {
  return input === null || input === undefined ? numbers[1 + place] : x[input];
}

// ------------------------------------------------------------------------------------ curves

// Numbers for an axis, round ones, a few.
function ticks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) found.push(k * step);
  return found;
}

// Numbers over epochs, with axes; `curves` are lists of [epoch, number].
function drawCurves(element, curves, { epoch, isLogarithmic = false, label }) {
  const [width, height, left, right, bottom, top] = [300, 150, 46, 8, 30, 8]; // below: ticks, then what they are
  const real = curves.map(({ points, ...others }) => ({ ...others, points: points.filter(([, number]) => Number.isFinite(number) && (!isLogarithmic || number > 0)) }));
  const every = real.flatMap(({ points }) => points);
  if (every.length === 0) return element.replaceChildren();
  const scaled = isLogarithmic ? Math.log10 : (number) => number;
  const extent = (numbers) => numbers.reduce(([low, high], number) => [Math.min(low, number), Math.max(high, number)], [Infinity, -Infinity]);
  let [low, high] = extent(every.map(([, number]) => scaled(number)));
  if (!isLogarithmic && low > 0 && low < 0.4 * high) low = 0;
  if (high - low < 1e-12 * Math.max(1, Math.abs(high))) [low, high] = [low - 0.5, high + 0.5];
  const lastEpoch = Math.max(1, ...every.map(([at]) => at));
  const x = (at) => left + (at / lastEpoch) * (width - left - right);
  const y = (number) => height - bottom - ((number - low) / (high - low)) * (height - bottom - top);
  const parts = [];
  for (const tick of ticks(low, high, 4)) {
    parts.push(svg("line", { class: "axis", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    parts.push(svg("text", { x: left - 4, y: y(tick) + 3, "text-anchor": "end" }, show(isLogarithmic ? 10 ** tick : tick, 3)));
  }
  for (const tick of ticks(0, lastEpoch, 5).filter(Number.isInteger)) {
    parts.push(svg("text", { x: x(tick), y: height - bottom + 13, "text-anchor": "middle" }, String(tick)));
  }
  parts.push(svg("text", { x: width - right, y: height - 4, "text-anchor": "end" }, words("epoch")));
  for (const { points, name } of real) {
    parts.push(svg("path", { class: name, d: points.map(([at, number], k) => `${k ? "L" : "M"}${x(at).toFixed(2)} ${y(scaled(number)).toFixed(2)}`).join("") }));
  }
  parts.push(svg("line", { class: "cursor", x1: x(epoch), x2: x(epoch), y1: top, y2: height - bottom }));
  element.replaceChildren(...parts);
  element.setAttribute("aria-label", label);
  element.epochAt = (clientX) => {
    const { left: start, width: wide } = element.getBoundingClientRect();
    return ((((clientX - start) / wide) * width - left) / (width - left - right)) * lastEpoch;
  };
  return element;
}
