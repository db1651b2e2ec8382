// The page of a training: its state, its buttons, and what is said of what is chosen.

const find = (id) => document.getElementById(id);
const training = new Training(DATA);
const state = { chosen: null, sample: null, second: null, playing: null, isDark: false };
const network = new NetworkView(find("network"), choose);

const OUTPUTS = DATA.outputs;
const CIRCLES = new Map(DATA.columns.flat().map((circle) => [circle.circle, circle]));
const nameOfMoment = ({ epoch, sample }) => (sample > 0 ? words("epoch {epoch}, {sample} of {count} samples", { epoch, sample, count: DATA.x.length }) : words("epoch {epoch}", { epoch }));
const positionOf = ({ epoch, sample }) => epoch + sample / DATA.x.length;

// The loss of a moment, computed once.
function lossOf(moment) {
  if (moment.known === undefined) moment.known = training.loss(moment.weights);
  return moment.known;
}

function choose(chosen) {
  state.chosen = chosen;
  if (chosen?.kind === "sample") state.sample = chosen.index;
  draw();
}

// ------------------------------------------------------------------------------ drawing

function draw() {
  const { now } = training;
  const plane = DATA.limits ? overPlane(now.weights, SMALL_MAP) : null;
  const run = state.sample === null ? null : { numbers: FORWARD(now.weights, DATA.x[state.sample], DATA.y[state.sample])[0], x: DATA.x[state.sample] };
  const slopes = state.sample === null ? null : SLOPES(now.weights, DATA.x[state.sample], DATA.y[state.sample])[1];
  network.update({ weights: now.weights, plane, run, slopes, chosen: state.chosen });
  drawControls(now);
  drawData(now);
  drawCourse(now);
  drawFlow(now);
  drawChosen(now);
  noteAddress();
}

function drawControls(now) {
  const last = training.moments.length - 1;
  const time = find("time");
  [time.max, time.value] = [last, training.at];
  time.setAttribute("aria-valuetext", nameOfMoment(now));
  say(find("moment"), words("{moment}: loss {loss}", { moment: nameOfMoment(now), loss: show(lossOf(now), 5) }));
  const ends = { first: training.at === 0, back: training.at === 0, forth: training.at === last, last: training.at === last };
  for (const [id, isEnd] of Object.entries(ends)) find(id).setAttribute("aria-disabled", String(isEnd));
  say(find("play"), state.playing === null ? words("▶ Play") : words("❚❚ Pause"));
  if (document.activeElement !== find("rate")) find("rate").value = show(training.rate);
  if (document.activeElement !== find("size")) find("size").value = training.batchSize;
  find("shuffle").checked = training.shuffle;
  if (!DATA.choices) return;
  [find("set").value, find("noise").value] = [DATA.choice, DATA.noise];
  say(find("noise-now"), show(DATA.noise));
}

// The plane with a map of the chosen unit, or of the output; or a table of the samples.
function drawData(now) {
  find("plane").hidden = !DATA.limits;
  if (!DATA.limits) return drawTable(now);
  const plane = overPlane(now.weights, LARGE_MAP);
  const chosen = state.chosen?.kind === "unit" ? CIRCLES.get(state.chosen.index) : null;
  const outputs = OUTPUTS.map((circle) => CIRCLES.get(circle));
  const points = Array.from(pointsOf(LARGE_MAP));
  const numbersOf = (circle) => plane.map((numbers, k) => valueOf(circle, numbers, null, points[k]));
  if (chosen || outputs.length === 1) {
    const shown = chosen ?? outputs[0];
    paintUnit(find("map"), LARGE_MAP, numbersOf(shown), shown.isShare);
    say(find("data-name"), words("What {unit} gives all over the plane", { unit: nameOfUnit(shown) }));
    say(find("data-legend"), shown.isShare
      ? words("orange: near 0, blue: near 1. A point is a sample, in the color of its target: click it for its numbers.")
      : words("orange: below 0, blue: above 0. A point is a sample, in the color of its target: click it for its numbers."));
  } else {
    const columns = outputs.map(numbersOf);
    paintLargest(find("map"), LARGE_MAP, plane.map((_, k) => columns.map((column) => column[k])));
    say(find("data-name"), words("Which output is the largest"));
    say(find("data-legend"), words("A point is a sample, in the color of its class: click it for its numbers."));
  }
  find("map").setAttribute("aria-label", find("data-name").textContent);
  for (const [k, point] of POINTS_SHOWN.entries()) {
    put(point, { class: `point class${DATA.classes[k] % OF_CLASSES.length} ${state.sample === k ? "chosen" : ""}`.trim() });
  }
}

const nameOfSample = (k) => words("sample {number}: {inputs}", { number: k + 1, inputs: DATA.x[k].map((one) => show(one, 4)).join(", ") });

// Each sample as a point: a circle or, of odd classes, a square, so that color is not all that tells.
function points() {
  if (!DATA.limits) return [];
  const [[left, right], [bottom, top]] = DATA.limits;
  find("points").setAttribute("viewBox", "0 0 100 100");
  return DATA.x.map(([x, y], k) => {
    const at = { x: (100 * (x - left)) / (right - left), y: (100 * (top - y)) / (top - bottom) };
    const size = DATA.x.length > 60 ? 1.4 : 2.2;
    const point = DATA.classes[k] % 2
      ? svg("rect", { x: at.x - size, y: at.y - size, width: 2 * size, height: 2 * size })
      : svg("circle", { cx: at.x, cy: at.y, r: 1.2 * size });
    put(point, { role: "button", tabindex: k === 0 ? 0 : -1, "data-sample": k, "aria-label": nameOfSample(k) });
    return point;
  });
}

let POINTS_SHOWN = [];
function placePoints() {
  POINTS_SHOWN = points();
  find("points").replaceChildren(...POINTS_SHOWN);
}

// Of one input and one output, the curve of the output and the samples' targets.
function drawLine(now) {
  const [low, high] = DATA.x.reduce(([least, most], [x]) => [Math.min(least, x), Math.max(most, x)], [Infinity, -Infinity]);
  const output = CIRCLES.get(OUTPUTS[0]);
  const line = Array.from({ length: 101 }, (_, k) => {
    const x = low + (k / 100) * (high - low);
    return [x, valueOf(output, FORWARD(now.weights, [x], DATA.y[0])[0], null, [x])];
  });
  const numbers = [...line.map(([, y]) => y), ...DATA.y.map(([y]) => y)].filter(Number.isFinite);
  const [bottom, top] = [Math.min(...numbers), Math.max(...numbers)];
  const across = (x) => 4 + (92 * (x - low)) / (high - low || 1);
  const up = (y) => 96 - (92 * (y - bottom)) / (top - bottom || 1);
  const path = svg("path", { d: line.map(([x, y], k) => `${k ? "L" : "M"}${across(x).toFixed(2)} ${up(y).toFixed(2)}`).join("") });
  const points = DATA.x.map(([x], k) => svg("circle", {
    class: `point class1 ${state.sample === k ? "chosen" : ""}`, cx: across(x), cy: up(DATA.y[k][0]), r: 1.6, "data-sample": k,
  }));
  const label = words("the output as a line and the targets as points, for {input} from {low} to {high}", { input: DATA.inputs[0], low: show(low, 4), high: show(high, 4) });
  return svg("svg", { class: "line", viewBox: "0 0 100 100", role: "img", "aria-label": label }, path, ...points);
}

const headings = (texts) => texts.map((text) => `<th>${written(text)}</th>`).join("");

function drawTable(now) {
  say(find("data-name"), words("The samples"));
  const rows = DATA.x.slice(0, 40).map((x, k) => {
    const numbers = FORWARD(now.weights, x, DATA.y[k])[0];
    const button = `<button type="button" data-sample="${k}" aria-pressed="${state.sample === k}">${k + 1}</button>`;
    const outputs = OUTPUTS.map((circle) => show(valueOf(CIRCLES.get(circle), numbers, null, x), 4)).join(", ");
    return `<tr><td>${button}</td><td>${DATA.y[k].map((one) => show(one, 4)).join(", ")}</td><td>${outputs}</td><td>${show(numbers[0], 4)}</td></tr>`;
  });
  find("table").innerHTML = `<table><thead><tr>${headings([words("sample"), words("target"), words("output"), words("loss")])}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
  if (DATA.inputs.length === 1 && OUTPUTS.length === 1) find("table").prepend(drawLine(now));
  say(find("data-legend"), DATA.x.length > 40 ? words("The first 40 of {count}.", { count: DATA.x.length }) : "");
}

function drawCourse(now) {
  const curves = [{ name: "", points: training.moments.map((moment) => [positionOf(moment), lossOf(moment)]) }];
  if (DATA.validation) curves.push({ name: words("validation"), points: DATA.validation });
  say(find("course-name"), DATA.validation ? words("Loss: {loss} (dashed: of the validation)", { loss: DATA.loss }) : words("Loss: {loss}", { loss: DATA.loss }));
  drawCurves(find("curve"), curves, { epoch: positionOf(now), isLogarithmic: find("logarithmic").checked, label: words("the loss by epoch; now {loss}", { loss: show(lossOf(now), 5) }) });
}

// Of each layer with weights, how large the gradient of the loss is, and the units that learn nothing; computed once.
function flowOf(moment) {
  if (moment.flow) return moment.flow;
  const bySample = training.slopes(moment.weights);
  const gradient = moment.weights.map((_, i) => bySample.reduce((sum, slopes) => sum + slopes[i], 0) / bySample.length);
  moment.flow = DATA.columns.flatMap((column) => {
    const own = new Set(column.map(({ circle }) => circle));
    const biases = column.map(({ bias }) => bias).filter((bias) => bias !== null);
    const weights = [...DATA.lines.filter(([, to, weight]) => own.has(to) && weight !== null).map(([, , weight]) => weight), ...biases];
    if (weights.length === 0) return [];
    const size = weights.reduce((sum, weight) => sum + Math.abs(gradient[weight]), 0) / weights.length;
    const dead = column.filter(({ bias }) => bias !== null && bySample.every((slopes) => slopes[bias] === 0));
    return [{ units: [...new Set([column[0], column.at(-1)])], size, dead }];
  });
  return moment.flow;
}

function drawFlow(now) {
  const rows = flowOf(now).map(({ units, size, dead }) => `<tr><td>${written(units.map(nameOfUnit).join(" – "))}</td><td class="slope">${show(size, 3)}</td><td>${written(dead.map(nameOfUnit).join(", ")) || "–"}</td></tr>`);
  find("layers").innerHTML = `<table><thead><tr>${headings([words("units"), words("mean size"), words("dead")])}</tr></thead><tbody>${rows.join("")}</tbody></table>`
    + quietly(words("Of the loss over all samples, by a layer's weights. Dead is a unit whose bias has a gradient of 0 for every sample."));
}

// ------------------------------------------------------------------------- what is chosen

const written = (text) => text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);
const paragraph = (text) => `<p>${written(text)}</p>`;
const quietly = (text) => `<p class="quiet">${written(text)}</p>`;
let every = [...DATA.x.keys()];

function drawChosen(now) {
  const { chosen } = state;
  const about = find("about");
  if (chosen === null) {
    say(find("chosen-name"), words("Choose something"));
    about.innerHTML = paragraph(words("Click a unit for its own map, a line for a weight's history and gradient, a point for a sample's numbers."))
      + quietly(words("{weights} weights and biases; {samples} samples; {optimizer}, step {steps}.", { weights: DATA.names.length, samples: DATA.x.length, optimizer: DATA.optimizer, steps: now.steps }));
  } else if (chosen.kind === "sample") aboutSample(chosen.index, now, about);
  else if (chosen.kind === "unit") aboutUnit(CIRCLES.get(chosen.index), now, about);
  else aboutWeight(chosen.index, now, about);
}

function aboutSample(k, now, about) {
  const numbers = FORWARD(now.weights, DATA.x[k], DATA.y[k])[0];
  say(find("chosen-name"), words("Sample {number}", { number: k + 1 }));
  const outputs = OUTPUTS.map((circle) => CIRCLES.get(circle)).map((one) => `${written(nameOfUnit(one))} = ${show(valueOf(one, numbers, null, DATA.x[k]))}`);
  about.innerHTML = `<p>${DATA.x[k].map((x, i) => `${written(DATA.inputs[i])} = ${show(x)}`).join(", ")}</p>`
    + `<p>${written(words("target {target}", { target: DATA.y[k].map((y) => show(y)).join(", ") }))}; <span class="value">${outputs.join(", ")}</span></p>`
    + paragraph(words("its loss: {loss}", { loss: show(numbers[0]) }))
    + quietly(words("In the network: below each unit what it gives for this sample, and ∂, the gradient of this sample's loss by its bias."));
}

function aboutUnit(circle, now, about) {
  say(find("chosen-name"), `${nameOfUnit(circle)}${circle.text && circle.text !== circle.name ? `: ${circle.text}` : ""}`);
  const into = DATA.lines.filter(([, to, weight]) => to === circle.circle && weight !== null);
  if (into.length === 0) {
    about.innerHTML = paragraph(circle.input === null ? words("It has no weights of its own.") : words("An input."));
    return;
  }
  const gradient = training.gradient(every);
  const weights = [...into.map(([from, , weight]) => [weight, nameOfUnit(CIRCLES.get(from))]), ...(circle.bias === null ? [] : [[circle.bias, ""]])];
  const sum = weights.map(([weight, input]) => `${showNext(now.weights[weight], 4)}${input ? ` ${written(input)}` : ""}`).join(" + ");
  about.innerHTML = `<p>z = ${sum}</p><p>${written(nameOfUnit(circle))} = ${circle.text === "linear" ? "z" : `${written(circle.text)}(z)`}</p>`
    + `<table><thead><tr>${headings([words("weight"), words("number"), words("gradient")])}</tr></thead><tbody>${weights.map(([weight]) => `<tr><td><button type="button" data-weight="${weight}">${written(DATA.names[weight])}</button></td><td class="value">${show(now.weights[weight])}</td><td class="slope">${show(gradient[weight])}</td></tr>`).join("")}</tbody></table>`
    + quietly(words("The gradient is that of the loss over all {count} samples.", { count: DATA.x.length }));
}

const MOST_ROWS = 8;

function aboutWeight(i, now, about) {
  say(find("chosen-name"), DATA.names[i]);
  const shares = training.slopes(now.weights).map((slopes) => slopes[i]);
  const sum = shares.reduce((total, share) => total + share, 0);
  const order = [...every].sort((a, b) => Math.abs(shares[b]) - Math.abs(shares[a]));
  const rest = order.slice(MOST_ROWS).reduce((total, k) => total + shares[k], 0);
  const rows = order.slice(0, MOST_ROWS).map((k) => `<tr><td><button type="button" data-sample="${k}">${written(words("sample {number}", { number: k + 1 }))}</button></td><td class="slope">${show(shares[k])}</td></tr>`);
  if (order.length > MOST_ROWS) rows.push(`<tr><td>${written(words("the other {count}", { count: order.length - MOST_ROWS }))}</td><td class="slope">${show(rest)}</td></tr>`);
  const size = training.memorySize;
  const kept = now.memory.slice(i * size, (i + 1) * size).map((number, k) => `${written(DATA.memoryNames[k] ?? words("memory {number}", { number: k + 1 }))} = ${show(number)}`);
  about.innerHTML = `<p>${written(words("now"))} <span class="value" id="weight-now">${show(now.weights[i])}</span></p>`
    + `<p>${written(words("gradient of the loss:"))} <span class="slope" id="weight-slope">${show(sum / every.length)}</span>${written(words(", the mean of what {count} samples give:", { count: every.length }))}</p>`
    + `<table><tbody>${rows.join("")}<tr><td>${written(words("sum"))} / ${every.length}</td><td class="slope">${show(sum / every.length)}</td></tr></tbody></table>`
    + (kept.length ? `<p>${written(DATA.optimizer)}: ${kept.join(", ")}</p>` : "")
    + `${paragraph(words("its history:"))}<svg id="history" viewBox="0 0 300 150" role="img"></svg>`
    + `<p><label>${written(words("the loss over it and"))} <select id="second"><option value="">…</option>${DATA.names.map((name, k) => (k === i ? "" : `<option value="${k}"${k === state.second ? " selected" : ""}>${written(name)}</option>`)).join("")}</select></label></p>`
    + `<div id="valley"></div>`;
  find("second").addEventListener("change", ({ target }) => {
    state.second = target.value === "" ? null : Number(target.value);
    draw();
  });
  if (state.second !== null && state.second !== i) drawValley(find("valley"), i, state.second, now);
  drawCurves(find("history"), [{ name: "", points: training.moments.map((moment) => [positionOf(moment), moment.weights[i]]) }], { epoch: positionOf(now), label: words("{weight} by epoch", { weight: DATA.names[i] }) });
}

// The loss over two weights, dark where it is low, and the way of the training. All other weights are
// as they are now.
const VALLEY = 28; // points along the side
function drawValley(element, i, j, now) {
  const way = training.moments.map(({ weights }) => [weights[i], weights[j]]);
  const [[left, right], [bottom, top]] = [0, 1].map((k) => {
    const [low, high] = way.reduce(([least, most], at) => [Math.min(least, at[k]), Math.max(most, at[k])], [Infinity, -Infinity]);
    const margin = 0.25 * (high - low) || 1;
    return [low - margin, high + margin];
  });
  const weights = [...now.weights];
  const losses = Array.from({ length: VALLEY * VALLEY }, (_, k) => {
    weights[i] = left + (((k % VALLEY) + 0.5) / VALLEY) * (right - left);
    weights[j] = top - ((Math.floor(k / VALLEY) + 0.5) / VALLEY) * (top - bottom);
    return training.loss(weights);
  });
  const sorted = [...losses].sort((a, b) => a - b);
  const canvas = document.createElement("canvas");
  paint(canvas, VALLEY, losses.map((loss) => { // by rank, so that a flat valley shows too
    const share = Math.floor((10 * sorted.findIndex((other) => other >= loss)) / losses.length) / 10;
    return [20 + 215 * share, 70 + 170 * share, 130 + 120 * share].map(Math.round);
  }));
  const x = (number) => (100 * (number - left)) / (right - left);
  const y = (number) => (100 * (top - number)) / (top - bottom);
  const path = svg("path", { d: way.map(([a, b], k) => `${k ? "L" : "M"}${x(a).toFixed(2)} ${y(b).toFixed(2)}`).join("") });
  const here = svg("circle", { cx: x(now.weights[i]), cy: y(now.weights[j]), r: 2.4 });
  const label = words("the loss over {a} from {left} to {right}, and {b} from {bottom} to {top}", { a: DATA.names[i], left: show(left, 3), right: show(right, 3), b: DATA.names[j], bottom: show(bottom, 3), top: show(top, 3) });
  const picture = svg("svg", { viewBox: "0 0 100 100", role: "img", "aria-label": label }, path, here);
  const note = document.createElement("p");
  note.className = "quiet";
  note.textContent = words("{label}; dark where it is low. The line is the training's way; all other weights are as they are now.", { label });
  const plane = document.createElement("div");
  plane.className = "plane";
  plane.append(canvas, picture);
  element.replaceChildren(plane, note);
}

// ------------------------------------------------------------------------------ buttons

function go(at) {
  training.at = Math.min(Math.max(at, 0), training.moments.length - 1);
  draw();
}

function pause() {
  clearTimeout(state.playing);
  state.playing = null;
}

// A number that was typed; what is wrong with it is said, and null returned.
function typed(id, isFine, expected) {
  const text = find(id).value.trim().replace(",", ".");
  const number = text === "" ? NaN : Number(text);
  const isRight = isFine(number);
  find(id).setAttribute("aria-invalid", String(!isRight));
  say(find("complaint"), isRight ? "" : words("expected {expected}, received “{text}”", { expected, text }));
  return isRight ? number : null;
}

function takeSettings() {
  const rate = typed("rate", (number) => Number.isFinite(number) && number >= 0, words("a learning rate of 0 or more"));
  if (rate === null) return false;
  const size = typed("size", (number) => Number.isInteger(number) && number >= 1, words("a whole batch size of 1 or more"));
  if (size === null) return false;
  [training.rate, training.batchSize, training.shuffle] = [rate, size, find("shuffle").checked];
  return true;
}

function trainOn(step) {
  if (!takeSettings()) return pause();
  step();
  draw();
}

function play() {
  if (training.at < training.moments.length - 1) go(training.at + Math.ceil(training.moments.length / 300));
  else trainOn(() => training.epoch());
  if (state.playing !== null) state.playing = setTimeout(play, 60);
}

// Another data set, or other noise: the same points, moved further; the network begins anew.
function takeData(choice, noise) {
  const { x, shifts, y } = DATA.choices[choice];
  const moved = x.map((row, k) => row.map((number, i) => number + noise * shifts[k][i]));
  Object.assign(DATA, { choice, noise, x: moved, y: y.map((target) => [target]), classes: y, validation: null });
  training.restart(DATA.x, DATA.y);
  every = [...DATA.x.keys()];
  state.sample = null;
  if (state.chosen?.kind === "sample") state.chosen = null;
  placePoints();
}

const PRESSED = {
  first: () => go(0),
  back: () => go(training.at - 1),
  forth: () => go(training.at + 1),
  last: () => go(Infinity),
  sample: () => trainOn(() => training.step(1)),
  batch: () => trainOn(() => training.step(training.batchSize)),
  epoch: () => trainOn(() => training.epoch()),
};
for (const [id, act] of Object.entries(PRESSED)) find(id).addEventListener("click", () => { pause(); act(); });
find("play").addEventListener("click", () => {
  if (state.playing !== null) {
    pause();
    draw();
  } else {
    state.playing = setTimeout(play, 0);
    say(find("play"), words("❚❚ Pause"));
  }
});
find("time").addEventListener("input", () => { pause(); go(Number(find("time").value)); });
for (const [id, event] of [["set", "change"], ["noise", "input"]]) {
  find(id).addEventListener(event, () => {
    pause();
    takeData(find("set").value, Number(find("noise").value));
    draw();
  });
}
for (const id of ["rate", "size", "shuffle"]) find(id).addEventListener("change", takeSettings);
find("logarithmic").addEventListener("change", draw);
find("curve").addEventListener("click", (event) => {
  const epoch = find("curve").epochAt?.(event.clientX);
  const far = training.moments.map((moment) => Math.abs(positionOf(moment) - epoch));
  if (Number.isFinite(epoch)) go(far.indexOf(Math.min(...far)));
});
document.addEventListener("click", ({ target }) => {
  const { sample, weight } = target.dataset ?? {};
  if (sample !== undefined) choose({ kind: "sample", index: Number(sample) });
  else if (weight !== undefined) choose({ kind: "weight", index: Number(weight) });
});
find("points").addEventListener("keydown", (event) => {
  const k = Number(event.target.dataset.sample);
  const next = { ArrowRight: k + 1, ArrowDown: k + 1, ArrowLeft: k - 1, ArrowUp: k - 1 }[event.key];
  if (next !== undefined) POINTS_SHOWN[(next + POINTS_SHOWN.length) % POINTS_SHOWN.length].focus();
  else if (event.key === "Enter" || event.key === " ") choose({ kind: "sample", index: k });
  else return;
  event.preventDefault();
});
find("theme").addEventListener("click", () => {
  state.isDark = !state.isDark;
  document.documentElement.dataset.theme = state.isDark ? "dark" : "light";
  say(find("theme"), state.isDark ? words("Light") : words("Dark"));
});

// The page in another language: what stands in it from the start, and what is drawn.
function speakIn(chosen) {
  speak(chosen);
  find("language").value = chosen;
  say(find("theme"), state.isDark ? words("Light") : words("Dark"));
  say(find("legend"), DATA.limits
    ? words("Each square is a unit's map over the data's plane. Thick: a large weight; red dashes: a negative one.")
    : words("Thick: a large weight; red dashes: a negative one."));
  POINTS_SHOWN.forEach((point, k) => point.setAttribute("aria-label", nameOfSample(k)));
}
find("language").addEventListener("change", () => { speakIn(find("language").value); draw(); });

// ------------------ the address: #epoch=12&rate=0.1&size=8&weight=w1&data=xor&noise=0.1&hide=moments,rate

const HIDEABLE = ["choice", "moments", "time", "training", "rate", "size", "shuffle", "stage", "data", "course", "flow", "chosen"];
const hidden = new Set();
function hide(parts) {
  for (const part of parts) {
    if (HIDEABLE.includes(part)) hidden.add(part);
    else say(find("complaint"), words("The link hides “{part}”, and the page has no such part.", { part: part.slice(0, 60) }));
  }
  for (const part of hidden) (find(part).closest("label") ?? find(part)).hidden = true;
}

let hasBegun = false;
function noteAddress() {
  if (!hasBegun) return;
  const said = new URLSearchParams({ epoch: training.now.epoch, rate: training.rate, size: training.batchSize });
  if (training.shuffle) said.set("shuffle", "1");
  if (DATA.choices) for (const key of ["choice", "noise"]) said.set(key === "choice" ? "data" : key, DATA[key]);
  if (hidden.size) said.set("hide", [...hidden].join(","));
  if (language !== FIRST_LANGUAGE) said.set("lang", language);
  const { kind, index } = state.chosen ?? {};
  if (kind === "weight") said.set("weight", DATA.names[index]);
  if (kind === "unit") said.set("unit", CIRCLES.get(index).name);
  if (kind === "sample") said.set("sample", index + 1);
  try {
    history.replaceState(null, "", `#${said}`);
  } catch { /* a sandboxed frame has no address of its own */ }
}

function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const number = (key) => (said.has(key) && said.get(key).trim() !== "" ? Number(said.get(key)) : NaN);
  if (number("rate") >= 0) training.rate = number("rate");
  if (number("size") >= 1) training.batchSize = Math.floor(number("size"));
  if (said.has("hide")) hide(said.get("hide").split(","));
  const noise = number("noise") >= 0 && number("noise") <= 0.5 ? number("noise") : DATA.noise;
  const choice = Object.hasOwn(DATA.choices ?? {}, said.get("data")) ? said.get("data") : DATA.choice;
  if (DATA.choices && (choice !== DATA.choice || noise !== DATA.noise)) takeData(choice, noise);
  if (said.has("shuffle")) training.shuffle = said.get("shuffle") === "1";
  const at = training.moments.findIndex(({ epoch, sample }) => epoch === number("epoch") && sample === 0);
  if (at >= 0) training.at = at;
  const weight = DATA.names.indexOf(said.get("weight"));
  const unit = [...CIRCLES.values()].find(({ name }) => name === said.get("unit"));
  if (weight >= 0) state.chosen = { kind: "weight", index: weight };
  else if (unit) state.chosen = { kind: "unit", index: unit.circle };
  else if (DATA.x[number("sample") - 1]) {
    state.sample = number("sample") - 1;
    state.chosen = { kind: "sample", index: state.sample };
  }
}

find("still").remove(); // it is for where no script runs
document.querySelector("main").hidden = false;
find("theme").hidden = false;
gather();
find("choice").hidden = !DATA.choices;
for (const name of Object.keys(DATA.choices ?? {})) find("set").append(html("option", { value: name }, name));
placePoints();
for (const code of LANGUAGES) find("language").append(html("option", { value: code, lang: code }, nameOfLanguage(code)));
speakIn(language);
if (matchMedia("(prefers-color-scheme: dark)").matches) find("theme").click();
readAddress();
network.place();
draw();
hasBegun = true;
