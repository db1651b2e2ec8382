// The page: what is shown at a moment, and what the buttons do. `draw()` shows the state; whatever
// changes the state calls it.

const $ = (id) => document.getElementById(id);

// An HTML element with properties and children; texts are texts, never markup.
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const state = {
  run: new Run(NODES.map((node) => readNumber(node.number))),
  time: END,
  chosen: null, // a node
  path: null, // which of its paths is lit alone
  quiz: null, // { node, said, right }
  playing: null, // a timer
  history: [], // runs before the changes
  outputs: [], // the output's number after each change
};
state.first = state.run;
state.outputs.push(state.run.cost);

const nameOf = (i) => NODES[i].name;
const isOpen = () => state.quiz !== null && !state.quiz.right; // a question is
const isAsked = (i) => isOpen() && state.quiz.node === i;
const record = () => (state.time > STARTS && state.time < END && !isOpen() ? state.run.records[state.time - STARTS - 1] : null);
const computing = () =>
  state.time > 0 && state.time < STARTS ? GRAPH.forward[state.time - 1] : null;

// ------------------------------------------------------------------- what is shown now

function litEdges() {
  const lit = new Set();
  if (state.chosen === null) return lit;
  if (state.path !== null) {
    for (const [child, position] of pathsFrom(state.chosen)[state.path]) lit.add(`${child},${position}`);
    return lit;
  }
  const stack = [state.chosen];
  const seen = new Set(stack);
  while (stack.length) {
    for (const [child, position] of CHILDREN[stack.pop()]) {
      lit.add(`${child},${position}`);
      if (!seen.has(child)) { seen.add(child); stack.push(child); }
    }
  }
  return lit;
}

// On the map an edge stands for all paths through the region behind its child.
function derivativeAcross(parent, stop) {
  const region = GRAPH.views.find((view) => view.stop === stop);
  const inside = new Set(region.edges.map(([, child]) => child));
  const derivative = new Map([[stop, 1]]);
  for (const [child, position] of GRAPH.backward) {
    if (!inside.has(child) || !derivative.has(child)) continue;
    const i = NODES[child].parents[position];
    const share = derivative.get(child) * state.run.locals[child][position];
    derivative.set(i, (derivative.get(i) ?? 0) + share);
  }
  return derivative.get(parent) ?? 0;
}

const homeOf = (() => { // the view in which a node's own edges are drawn
  const homes = new Map();
  GRAPH.views.forEach((view, k) => {
    if (k === 0 && GRAPH.views.length > 1) return;
    for (const [, child] of view.edges) if (!homes.has(child) || view.stop === child) homes.set(child, k);
  });
  return (i) => homes.get(i) ?? 0;
})();

function momentNow() {
  const { run, time } = state;
  const sums = gradientsAt(run, time);
  const active = record();
  const result = computing();
  const lit = litEdges();
  const litNodes = new Set(state.chosen === null ? [] : [state.chosen]);
  for (const key of lit) litNodes.add(Number(key.split(",")[0]));
  return {
    node(i) {
      const computed = isComputed(i, time);
      const complete = isComplete(i, time);
      const value = computed ? show(run.values[i]) : "…";
      let gradient = sums[i] === undefined ? (time === END ? "0" : "…") : show(sums[i]);
      if (isConstant(i)) gradient = "–";
      else if (isAsked(i)) gradient = "?";
      else if (sums[i] !== undefined && !complete) gradient += " + …";
      const spoken = `${nameOf(i)}, ${NODES[i].symbol ? `result of ${NODES[i].symbol}` : NODES[i].kind}: ` +
        `value ${value}, gradient ${gradient}`;
      return {
        value, gradient, spoken: spoken.replace(/…/g, "not yet known"),
        exactValue: computed ? writeNumber(run.values[i]) : "",
        exactGradient: sums[i] === undefined || isAsked(i) ? "" : writeNumber(sums[i]),
        waiting: !computed,
        active: i === result || (active && i === active.child) || (time === STARTS && i === OUTPUT),
        receiving: Boolean(active && i === active.parent),
        chosen: i === state.chosen,
        lit: litNodes.has(i),
        asked: isAsked(i),
      };
    },
    edge({ parent, child, position }) {
      const across = position < 0;
      const backward = active && active.child === child &&
        (across ? false : active.position === position);
      const forward = result === child;
      const within = across ? litAcross(lit, parent, child) : lit.has(`${child},${position}`);
      const known = time >= COMPUTED.get(child);
      const constant = !across && NODES[child].constant[position];
      let local = "";
      const room = !drawing.view.tangled || within; // else the numbers would hide each other
      if (known && !constant && room) {
        local = show(across ? derivativeAcross(parent, child) : run.locals[child][position]);
        if (local.length > 8) local = Number(local).toPrecision(4);
      }
      let badge = "";
      if (backward) {
        badge = `${show(active.upstream)} × ${show(active.local)} = ${show(active.contribution)}`;
      }
      return { backward, forward, lit: within, local: backward ? "" : local, badge };
    },
  };
}

function litAcross(lit, parent, stop) {
  const region = GRAPH.views.find((view) => view.stop === stop);
  return region.edges.some(([from, child, position]) => from === parent && lit.has(`${child},${position}`));
}

// --------------------------------------------------------------------------- formulas

// ∂above/∂below, of two nodes.
const fraction = (above, below) => element("span", { className: "fraction" },
  element("span", {}, `∂${NODES[above].factor}`), element("span", {}, `∂${NODES[below].factor}`));
const derivative = (i) => fraction(OUTPUT, i);
const line = (...parts) => element("p", { className: "formula" }, ...parts);

// " = 12", kept on one line.
const result = (number, pass) => element("span", { className: "result" },
  " = ", element("span", { className: `${pass}-number` }, show(number)));
const inProduct = (number, k) => (k && number < 0 ? `(${show(number)})` : show(number));

// " = g1(1 - g1) = 0.377541(1 - 0.377541)": a formula in names and in numbers, before its result.
function worked([formula, template], number) {
  if (formula === undefined) return "";
  const numbers = reckon(template, (i) => state.run.values[i]);
  const steps = new Set([formula, numbers]);
  steps.delete(show(number));
  return [...steps].map((text) => ` = ${text}`).join("");
}

function forwardLine(i) {
  const number = state.run.values[i];
  return line(nameOf(i), worked(NODES[i].formula, number), result(number, "forward"));
}

const localLine = ({ child, parent, position, local }) => line(
  fraction(child, parent), worked(NODES[child].partials[position], local),
  result(local, "backward"));

// The sum at a node, as it grows: one term for each share that has come.
function sumLine(i, shares) {
  if (isAsked(i)) return line(derivative(i), " = ?");
  const terms = shares.map(({ contribution }, k) => inProduct(contribution, k));
  if (terms.length > 12) terms.splice(3, terms.length - 6, "…");
  if (!isComplete(i, state.time)) terms.push("…");
  const several = shares.length > 1;
  const total = several ? result(shares[shares.length - 1].total, "backward") : "";
  return line(derivative(i), " = ", terms.join(" + "), total);
}

// ------------------------------------------------------------------------- the panels

function drawStep() {
  const { run, time } = state;
  const active = record();
  const computed = computing();
  const working = [];
  let [moment, sentence] = ["Before the first step", "The inputs and parameters have their numbers. Step on to compute the first result."];
  if (isOpen()) {
    [moment, sentence] = ["A question", `The gradient of ${nameOf(state.quiz.node)} is hidden. Work it out, from the output back.`];
  } else if (time === END) {
    [moment, sentence] = ["Both passes are done", "Every node has its number and its gradient. Go back to the start and step through, or choose a node."];
  } else if (computed !== null) {
    moment = "Forward";
    sentence = `${nameOf(computed)} is computed: ${show(run.values[computed])}.`;
    working.push(forwardLine(computed));
  } else if (time === STARTS) {
    moment = "Backward begins";
    sentence = `${nameOf(OUTPUT)} starts with the gradient 1: a change of it is a change of itself.`;
    working.push(line(derivative(OUTPUT), result(1, "backward")));
  } else if (active) {
    const { child, parent, upstream, local, contribution, total } = active;
    const shares = sharesOf(run, parent, time);
    moment = "Backward";
    sentence = `${nameOf(parent)} receives ${show(upstream)} × ${show(local)} = ${show(contribution)} from ${nameOf(child)}.`;
    if (shares.length > 1) sentence += ` With what came before, that makes ${show(total)}.`;
    if (isComplete(parent, time)) sentence += " Its gradient is complete.";
    working.push(
      line(derivative(child), " · ", fraction(child, parent),
        ` = ${show(upstream)} · ${inProduct(local, 1)}`, result(contribution, "backward")),
      localLine(active), sumLine(parent, shares), ...chainSoFar(child, parent));
    Object.assign($("step").dataset, {
      child, parent, upstream: writeNumber(upstream), local: writeNumber(local),
      contribution: writeNumber(contribution), total: writeNumber(total) });
  }
  if (!active) for (const key of ["child", "parent", "upstream", "local", "contribution", "total"]) delete $("step").dataset[key];
  $("step").dataset.time = time;
  $("moment").textContent = `${moment} · step ${time} of ${END}`;
  $("sentence").textContent = sentence;
  $("working").replaceChildren(...working);
}

// The chain rule from the output down to the edge at hand, where there is but one path.
function chainSoFar(child, parent) {
  if (child === OUTPUT || PATHS[child] !== 1) return [];
  const factors = [fraction(child, parent)];
  const [path] = pathsFrom(child);
  path.forEach(([above], k) => factors.unshift(fraction(above, k ? path[k - 1][0] : child), " · "));
  const what = PATHS[parent] > 1 ? ["The chain on this path: "] : ["The chain so far: ", derivative(parent), " = "];
  return [line(...what, ...factors)];
}

function drawChosen() {
  const panel = $("chosen");
  const i = state.chosen;
  const typing = panel.contains(document.activeElement) ? document.activeElement.id : "";
  if (i === null) {
    panel.replaceChildren(element("h2", { id: "chosen-name" }, "A node"),
      element("p", { className: "quiet" }, "Choose a node in the drawing: how it is computed, and every path of the chain rule from it to the output."));
    return;
  }
  const node = NODES[i];
  const { run } = state;
  const done = state.time === END;
  const parts = [element("h2", { id: "chosen-name" }, node.name, element("small", {}, node.kind === "result" ? "" : node.kind))];
  if (node.kind === "result") {
    parts.push(isComputed(i, state.time) ? forwardLine(i) : element("p", {}, "It is not computed yet."));
    parts.push(...unfolded(i));
    if (GRAPH.views.length > 1 && homeOf(i) !== drawing.index) {
      const unfold = element("button", { type: "button", id: "unfold", onclick: () => enter(homeOf(i)) }, "Unfold what it is computed from");
      parts.push(element("p", {}, unfold));
    }
  }
  if (!isConstant(i)) parts.push(...(PATHS[i] ? chainRule(i, done) : [element("p", {}, "The output does not depend on it.")]));
  panel.replaceChildren(...parts.filter(Boolean));
  if (typing && $(typing)) $(typing).focus();
}

// A weighted sum, product by product.
function unfolded(i) {
  const node = NODES[i];
  if (node.symbol !== "Σ w·x + b" || !isComputed(i, state.time)) return [];
  const { values } = state.run;
  const half = (node.parents.length - 1) / 2;
  const rows = [];
  for (let k = 0; k < half; k++) {
    const [w, x] = [node.parents[k], node.parents[half + k]];
    rows.push([`${nameOf(w)} · ${nameOf(x)}`, `${show(values[w])} · ${show(values[x])}`, show(values[w] * values[x])]);
  }
  const bias = node.parents[2 * half];
  rows.push([nameOf(bias), "", show(values[bias])], ["sum", "", show(values[i])]);
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
  return [element("details", {}, element("summary", {}, "Product by product"),
    element("table", { className: "products" }, element("tbody", {}, ...body)))];
}

function chainRule(i, done) {
  if (state.quiz && state.quiz.node === i) return [quizForm(i)];
  const parts = [];
  if (!done) {
    parts.push(sumLine(i, sharesOf(state.run, i, state.time)));
  } else if (PATHS[i] > MOST_PATHS) {
    parts.push(element("p", {}, `${PATHS[i].toLocaleString("en")} paths lead to ${nameOf(OUTPUT)}: too many to list. What it receives, each share an upstream gradient times a local derivative:`),
      sumLine(i, sharesOf(state.run, i, END)));
  } else {
    const paths = pathsFrom(i);
    if (paths.length > 1) parts.push(element("p", {}, `${paths.length} paths lead to ${nameOf(OUTPUT)}; their products add up.`));
    paths.forEach((path, k) => parts.push(...pathLines(i, path, k, paths.length)));
    const total = state.run.gradients[i];
    if (paths.length !== 1 || !paths[0].length) parts.push(line(derivative(i), result(total, "backward")));
  }
  const buttons = [];
  if (done && i !== OUTPUT) {
    buttons.push(element("button", { type: "button", id: "ask", onclick: () => ask(i) }, "Hide it and ask me"));
  }
  if (isLeaf(i)) {
    buttons.push(element("button", { type: "button", id: "check", onclick: check }, "Check by differences"));
  }
  parts.push(element("p", { className: "row" }, ...buttons), element("p", { id: "checked", role: "status" }));
  return parts;
}

// One path: its factors in names, each with its formula, and their product in numbers.
function pathLines(i, path, k, count) {
  if (!path.length) return [];
  const below = (j) => (j ? path[j - 1][0] : i);
  const edges = path.map(([child, position], j) => ({ child, position, parent: below(j), local: state.run.locals[child][position] })).reverse();
  const factors = edges.flatMap((edge, j) => [...(j ? [" · "] : []), fraction(edge.child, edge.parent)]);
  const numbers = edges.map((edge, j) => inProduct(edge.local, j)).join(" · ");
  const product = path.reduce((total, [child, position]) => total * state.run.locals[child][position], 1);
  const lines = [];
  if (count > 1) {
    const light = element("button", { type: "button", className: "path", onclick: () => { state.path = state.path === k ? null : k; draw(); } },
      `Path ${k + 1}: ${[i, ...path.map(([child]) => child)].map(nameOf).join(" → ")}`);
    light.setAttribute("aria-pressed", String(state.path === k));
    lines.push(element("p", {}, light));
  }
  lines.push(line(...(count > 1 ? [] : [derivative(i), " = "]), ...factors));
  if (edges.length > 1) lines.push(element("div", { className: "factors" }, ...edges.map(localLine)));
  const numbered = edges.length > 1 ? numbers : worked(NODES[path[0][0]].partials[path[0][1]], product).slice(3);
  lines.push(line(numbered, result(product, "backward")));
  return lines;
}

function drawLeaves() {
  const rows = $("numbers");
  if (!rows.children.length) {
    NODES.forEach((node, i) => {
      if (!isLeaf(i) || isConstant(i)) return;
      const number = element("input", { inputMode: "decimal", size: 9, id: `leaf-${i}`, autocomplete: "off" });
      number.setAttribute("aria-label", `number of ${node.name}`);
      number.addEventListener("change", () => typed(i, number));
      const name = element("button", { type: "button", className: "name", onclick: () => choose(i) }, node.shown);
      rows.append(element("tr", { className: node.kind }, element("th", { scope: "row" }, name), element("td", {}, number), element("td", { id: `gradient-${i}` })));
    });
  }
  const sums = gradientsAt(state.run, state.time);
  for (const field of rows.querySelectorAll("input")) {
    const i = Number(field.id.slice(5));
    if (field !== document.activeElement || !field.validity.customError) field.value = show(state.run.leaves[i]);
    const gradient = sums[i] === undefined ? (state.time === END ? "0" : "…") : show(sums[i]);
    $(`gradient-${i}`).textContent = isAsked(i) ? "?" : gradient;
  }
  $("cost").replaceChildren(nameOf(OUTPUT), result(state.run.cost, "forward"));
  $("cost").dataset.value = writeNumber(state.run.cost);
  const parameters = NODES.some((node) => node.kind === "parameter");
  $("descend").disabled = !parameters;
  $("descend").title = parameters ? "" : "no leaf is marked as a parameter: make them with Parameter(...)";
  $("undo").disabled = !state.history.length;
  $("reset").disabled = state.run === state.first;
  drawDescent();
}

function drawDescent() {
  const picture = $("descent");
  const outputs = state.outputs.filter(Number.isFinite);
  picture.toggleAttribute("hidden", outputs.length < 2);
  if (outputs.length < 2) return;
  const [low, high] = [Math.min(...outputs), Math.max(...outputs)];
  const points = outputs.map((y, k) => `${(4 + (232 * k) / (outputs.length - 1)).toFixed(1)},${(44 - (40 * (y - low)) / (high - low || 1)).toFixed(1)}`);
  const [x, y] = points[points.length - 1].split(",");
  picture.replaceChildren(svg("polyline", { points: points.join(" ") }), svg("circle", { cx: x, cy: y, r: 3 }));
}

function draw() {
  const moment = momentNow();
  drawing.update(moment);
  drawStep();
  drawChosen();
  drawLeaves();
  $("time").value = state.time;
  $("time").setAttribute("aria-valuetext", $("moment").textContent);
  for (const id of ["first", "back"]) $(id).disabled = state.time === 0;
  for (const id of ["forth", "last"]) $(id).disabled = state.time === END;
  $("play").textContent = state.playing ? "❚❚ Pause" : "▶ Play";
  const view = GRAPH.views[drawing.index];
  $("places").hidden = GRAPH.views.length < 2;
  $("all").disabled = drawing.index === 0;
  $("place").textContent = view.stop < 0 ? `${view.nodes.length} of ${NODES.length} nodes: choose a result to unfold it` : `inside ${nameOf(view.stop)}`;
}

// -------------------------------------------------------------------------- doing things

function enter(view) {
  if (view === drawing.index) return;
  drawing.show(view);
  drawing.fit(inFocus());
  draw();
}

// What the eyes should be on.
function inFocus() {
  const active = record();
  if (active) return [active.child, active.parent];
  const result = computing();
  if (result !== null) return [result, ...NODES[result].parents];
  return [state.chosen ?? OUTPUT];
}

function goTo(time) {
  state.time = Math.min(Math.max(time, 0), END);
  const active = record();
  const at = active ? active.child : computing();
  if ($("follow").checked && at !== null && GRAPH.views.length > 1) {
    if (homeOf(at) !== drawing.index) { drawing.show(homeOf(at)); drawing.fit(inFocus()); }
  }
  if (at !== null) drawing.reveal(inFocus());
  draw();
}

function pause() {
  clearInterval(state.playing);
  state.playing = null;
}

function play() {
  if (state.playing) {
    pause();
    draw();
    return;
  }
  if (state.time === END) state.time = -1;
  const tick = () => {
    if (state.time + 1 >= END) pause();
    goTo(state.time + 1);
  };
  state.playing = setInterval(tick, Number($("pace").value));
  tick();
}

function step(by) {
  pause();
  goTo(state.time + by);
}

function choose(i) {
  state.chosen = i;
  state.path = null;
  if (state.quiz && state.quiz.node !== i) state.quiz = null;
  if (i !== null && !drawing.nodes.has(i)) {
    const view = GRAPH.views.findIndex(({ nodes }) => nodes.some(([shown]) => shown === i));
    if (view >= 0) drawing.show(view);
    drawing.fit([i]);
  }
  if (i !== null) drawing.reveal([i]);
  draw();
}

// Go on with other numbers. While one number is dragged, that is one change, to be undone at once.
function change(run, isNew = true) {
  if (isNew) {
    state.history.push(state.run);
    state.outputs.push(run.cost);
  } else {
    state.outputs[state.outputs.length - 1] = run.cost;
  }
  state.run = run;
  state.quiz = null;
  $("complaint").textContent = "";
  draw();
}

function undo() {
  if (!state.history.length) return;
  state.run = state.history.pop();
  state.outputs.pop();
  state.quiz = null;
  draw();
}

function reset() {
  change(state.first);
}

function readField(field, what) {
  const answer = readAnswer(field.value);
  const ok = answer !== null && Number.isFinite(answer.value);
  field.setCustomValidity(ok ? "" : "not a number");
  field.setAttribute("aria-invalid", String(!ok));
  $("complaint").textContent = ok ? "" : `Expected ${what} as a number, such as 0.1, received “${field.value}”.`;
  return ok ? answer.value : null;
}

function typed(i, field) {
  const number = readField(field, nameOf(i));
  if (number !== null && number !== state.run.leaves[i]) change(state.run.with(i, number));
}

let draggedFrom = 0;
function dragged(i, distance, finely, starts) {
  if (starts) draggedFrom = state.run.leaves[i];
  const size = Math.max(Math.abs(draggedFrom), 1) / (finely ? 4000 : 200);
  const grain = 10 ** Math.floor(Math.log10(size));
  const number = Number((Math.round((draggedFrom + distance * size) / grain) * grain).toPrecision(12));
  state.chosen = i;
  change(state.run.with(i, number), starts);
}

function descend() {
  const rate = readField($("rate"), "the learning rate");
  if (rate !== null) change(state.run.stepped(rate));
}

function check() {
  const i = state.chosen;
  const [exact, found] = [state.run.gradients[i], state.run.difference(i)];
  const size = Math.max(Math.abs(exact), Math.abs(found), 1e-8);
  const apart = Math.abs(exact - found) / size;
  $("checked").dataset.difference = writeNumber(found);
  const verdict = apart < 1e-4 ? "They agree." : "They differ: is there a kink near, or are the numbers very large?";
  $("checked").textContent = `Nudged both ways, ${nameOf(OUTPUT)} changes by ${show(found)} a unit; the chain rule says ${isAsked(i) ? "?" : show(exact)}. ${verdict}`;
}

// ------------------------------------------------------------------ predict, then reveal

function ask(i) {
  pause();
  state.chosen = i;
  state.quiz = { node: i, said: "", right: false, text: "" };
  goTo(END);
  $("answer").focus();
}

function quizForm(i) {
  const { quiz } = state;
  const answer = element("input", { id: "answer", size: 12, inputMode: "decimal", autocomplete: "off", value: quiz.text });
  const form = element("form", { id: "quiz" },
    element("p", {}, element("label", { htmlFor: "answer" }, "What is ", derivative(i), "?")),
    element("p", { className: "row" }, answer,
      element("button", { id: "judge" }, "Judge"),
      element("button", { type: "button", id: "reveal", onclick: reveal }, "Show it")),
    element("p", { id: "verdict", className: quiz.right ? "right" : "wrong", role: "status" }, quiz.said),
    quiz.right ? "" : element("p", { className: "quiet" }, "The numbers of the nodes and of the lines are there to be used."));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { right, say } = judge(state.run, i, answer.value);
    state.quiz = { node: i, said: say, right, text: answer.value };
    draw();
  });
  if (!quiz.right) return form;
  return element("div", {}, form, sumLine(i, sharesOf(state.run, i, END)));
}

function reveal() {
  state.quiz = null;
  draw();
}

// --------------------------------------------------------------------------------- start

const drawing = new Drawing($("drawing"), choose, dragged);

function turnLights(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").textContent = dark ? "Light" : "Dark";
  $("theme").setAttribute("aria-pressed", String(dark));
}

const ACTIONS = {
  first: () => step(-END), back: () => step(-1), play, forth: () => step(1), last: () => step(END),
  fit: () => drawing.fit(), closer: () => drawing.zoom(1.25), farther: () => drawing.zoom(0.8),
  all: () => enter(0), undo, reset, descend,
  theme: () => turnLights(document.documentElement.dataset.theme !== "dark"),
};
for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", action);

const KEYS = {
  " ": play, ArrowRight: ACTIONS.forth, ArrowLeft: ACTIONS.back, Home: ACTIONS.first,
  End: ACTIONS.last, f: ACTIONS.fit, "+": ACTIONS.closer, "-": ACTIONS.farther,
  Escape: () => choose(null),
};
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "z") {
    event.preventDefault();
    undo();
  } else if (KEYS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === " " && event.target.closest("button, summary")) return;
    event.preventDefault();
    KEYS[event.key]();
  }
});

$("time").max = END;
$("time").addEventListener("input", () => { pause(); goTo(Number($("time").value)); });
$("pace").addEventListener("change", () => { if (state.playing) { pause(); play(); } });
new ResizeObserver(() => drawing.fit(inFocus())).observe($("drawing"));

turnLights(matchMedia("(prefers-color-scheme: dark)").matches);
drawing.show(0);
drawing.fit(inFocus());
draw();
