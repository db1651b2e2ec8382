// The page: its state, and the buttons that change the state. Each change calls `draw()`.

const state = {
  run: new Run(NODES.map((node) => readNumber(node.number))),
  time: END,
  chosen: null, // a node
  path: null, // which path of the chosen node is lit alone
  quiz: null, // { node, right, hidden, hints, told: how many of the hints }
  playing: null, // a timer
  history: [], // the runs before the changes
  outputs: [], // the output's number after each change
};
state.first = state.run;
state.outputs.push(state.run.values[OUTPUT]);

const isOpen = () => state.quiz !== null && !state.quiz.right; // is a question open?
const isHidden = (i) => isOpen() && state.quiz.hidden.has(i);

// The part that acts at this time: a record of the backward pass, or the node that is computed.
function record() {
  const { time, run } = state;
  return time > STARTS && time < END && !isOpen() ? run.records[time - STARTS - 1] : null;
}
const computing = () =>
  (state.time > 0 && state.time < STARTS ? GRAPH.forward[state.time - 1] : null);

// The view in which the edges to a node are drawn.
const homeOf = (() => {
  const homes = new Map();
  GRAPH.views.forEach(({ stop, edges }, k) => {
    for (const { child, position } of edges) {
      if (position !== null && (!homes.has(child) || stop === child)) homes.set(child, k);
    }
  });
  return (i) => homes.get(i) ?? drawing.index;
})();

function draw() {
  drawing.update(momentNow());
  drawStep();
  drawChosen();
  drawLeaves();
  drawPlayer();
}

// --------------------------------------------------------- which nodes are in view

function inFocus() {
  const active = record();
  if (active) return [active.child, active.parent];
  const result = computing();
  if (result !== null) return [...NODES[result].parents, result];
  return [state.chosen ?? OUTPUT];
}

function enter(view) {
  if (view === drawing.index) return;
  drawing.show(view);
  drawing.begin(inFocus());
  draw();
  if (document.activeElement === document.body) $("chosen-name").focus();
}

// ------------------------------------------------------------------------ going in time

function goTo(time) {
  if (isOpen()) return;
  state.time = Math.min(Math.max(time, 0), END);
  const at = record()?.child ?? computing();
  if (at !== null) {
    if ($("follow").checked && homeOf(at) !== drawing.index) {
      drawing.show(homeOf(at));
      drawing.begin(inFocus());
    }
    drawing.reveal(inFocus());
  }
  draw();
}

function pause() {
  clearInterval(state.playing);
  state.playing = null;
}

function play() {
  const wasPlaying = state.playing !== null;
  pause();
  if (wasPlaying || isOpen()) return draw();
  if (state.time === END) state.time = -1;
  const tick = () => {
    if (state.time + 1 >= END) pause();
    goTo(state.time + 1);
  };
  state.playing = setInterval(tick, Number($("pace").value));
  return tick();
}

function step(by) {
  pause();
  goTo(state.time + by);
}

// ------------------------------------------------------------------------- choosing

function select(i) {
  if (i !== state.chosen) state.path = null;
  state.chosen = i;
}

function choose(i) {
  select(i);
  if (i !== null && (drawing.isFolded(i) || !drawing.nodes.has(i))) {
    const shows = GRAPH.views.findIndex(({ nodes }, k) => k > 0 && nodes.some(({ node }) => node === i));
    enter(isLeaf(i) ? Math.max(shows, 0) : homeOf(i));
  }
  if (i !== null) drawing.reveal([i]);
  draw();
}

function lightPath(k) {
  state.path = state.path === k ? null : k;
  draw();
}

// -------------------------------------------------------------------- other numbers

// Go on with other numbers. Dragging a number is one change, and one undo takes it back.
function change(run, isNew = true) {
  if (isNew) {
    state.history.push(state.run);
    state.outputs.push(run.values[OUTPUT]);
  } else {
    state.outputs[state.outputs.length - 1] = run.values[OUTPUT];
  }
  changeTo(run);
}

function changeTo(run) {
  state.run = run;
  state.quiz = null;
  say($("complaint"), "");
  draw();
}

function undo() {
  if (!state.history.length) return;
  state.outputs.pop();
  changeTo(state.history.pop());
}

function reset() {
  if (state.run !== state.first) change(state.first);
}

// The number in a field; null, and a complaint, if the text is not a number or has two readings.
function readField(field, what) {
  const numbers = readings(field.value);
  const ok = numbers.length === 1;
  field.setAttribute("aria-invalid", String(!ok));
  const received = `received “${field.value}”`;
  const complaint = numbers.length
    ? `Expected ${what} without a comma, which parts thousands for some and decimals for others; ${received}.`
    : `Expected ${what} as a number, such as 0.1; ${received}.`;
  say($("complaint"), ok ? "" : complaint);
  return ok ? numbers[0].value : null;
}

function typed(i, field) {
  const number = readField(field, nameOf(i));
  if (number !== null && number !== state.run.leaves[i]) change(state.run.with(i, number));
}

let drag = { from: 0, changed: false };
function dragged(i, distance, finely, starts) {
  if (starts) {
    drag = { from: state.run.leaves[i], changed: false };
    select(i);
  }
  if (!Number.isFinite(drag.from) || (distance === 0 && !drag.changed)) return;
  const size = (Math.abs(drag.from) || 1) / (finely ? 4000 : 200);
  const grain = 10 ** Math.floor(Math.log10(size));
  const rounded = Math.round((drag.from + distance * size) / grain) * grain;
  const number = distance === 0 ? drag.from : Number(rounded.toPrecision(12));
  change(state.run.with(i, number), !drag.changed);
  drag.changed = true;
}

function descend() {
  if (!HAS_PARAMETERS) return;
  const rate = readField($("rate"), "the learning rate");
  if (rate !== null) change(state.run.stepped(rate));
}

function check() {
  const i = state.chosen;
  const exact = state.run.gradients[i];
  const { left, right, central, noise } = state.run.differences(i);
  const near = (found) => Math.abs(exact - found) <= 1e-4 * Math.max(Math.abs(exact), Math.abs(found)) + noise;
  const between = (exact - left) * (exact - right) <= 0;
  let verdict = `The chain rule says ${show(exact)}: they differ.`;
  if (![exact, left, right].every(Number.isFinite)) verdict = "At these numbers it cannot be checked so.";
  else if (near(central)) verdict = `The chain rule says ${show(exact)}: they agree.`;
  else if (between) {
    verdict = `The chain rule says ${show(exact)}: there is a kink here, with slope ${show(left)} to the left and ${show(right)} to the right.`;
  }
  $("checked").dataset.difference = writeNumber(central);
  say($("checked"), `Nudged both ways, ${nameOf(OUTPUT)} changes by ${show(central)} a unit. ${verdict}`);
}

// ------------------------------------------------------------------ predict, then reveal

function ask(i) {
  step(END);
  select(i);
  state.quiz = { node: i, right: false, hidden: ancestorsOf(i) };
  $("asked").replaceChildren("What is ", whole(i), "?");
  $("answer").value = "";
  say($("verdict"), "");
  say($("hinted"), "");
  draw();
  $("answer").focus();
}

function answered() {
  const rate = HAS_PARAMETERS ? readings($("rate").value)[0]?.value : undefined;
  const { right, say: words, hints = [] } = judge(state.run, state.quiz.node, $("answer").value, rate);
  state.quiz = { ...state.quiz, right, hints, told: 0 };
  say($("hinted"), "");
  $("verdict").className = right ? "right" : "wrong";
  say($("verdict"), words);
  if (right) select(state.quiz.node);
  draw();
}

// Hints come one by one: the verdict says that it is wrong; then by which slip; then what is right.
function hint() {
  const { hints = [], told = 0 } = state.quiz;
  if (told === hints.length) return;
  state.quiz = { ...state.quiz, told: told + 1 };
  say($("hinted"), hints.slice(0, told + 1).join(" "));
  draw();
}

function reveal() {
  select(state.quiz.node);
  state.quiz = null;
  draw();
  $("chosen-name").focus();
}

// --------------------------------------------------------------------------------- start

const drawing = new Drawing($("drawing"), choose, dragged);

function turnLights(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  say($("theme"), dark ? "Light" : "Dark");
}

const ACTIONS = {
  first: () => step(-END), back: () => step(-1), play, forth: () => step(1), last: () => step(END),
  fit: () => drawing.fit(), closer: () => drawing.zoom(1.25), farther: () => drawing.zoom(0.8),
  all: () => enter(0), undo, reset, descend, judge: answered, hint, reveal,
  theme: () => turnLights(document.documentElement.dataset.theme !== "dark"),
};
for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", action);

const KEYS = {
  " ": play, arrowright: ACTIONS.forth, arrowleft: ACTIONS.back, home: ACTIONS.first,
  end: ACTIONS.last, f: ACTIONS.fit, "+": ACTIONS.closer, "-": ACTIONS.farther,
  escape: () => choose(null),
};
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.target.closest("input, select, textarea")) return;
  if ((event.ctrlKey || event.metaKey) && key === "z") {
    event.preventDefault();
    undo();
  } else if (KEYS[key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (key === " " && event.target.closest("button, summary")) return;
    event.preventDefault();
    KEYS[key]();
  }
});

// Enter is handled here because there is no form: a page in a sandbox may not submit a form.
$("answer").addEventListener("keydown", (event) => { if (event.key === "Enter") answered(); });
$("time").max = END;
$("time").addEventListener("input", () => { pause(); goTo(Number($("time").value)); });
$("pace").addEventListener("change", () => { if (state.playing) { pause(); play(); } });

makeLeaves();
turnLights(matchMedia("(prefers-color-scheme: dark)").matches);
drawing.show(0);
drawing.begin(inFocus());
new ResizeObserver(() => drawing.resize()).observe($("drawing"));
draw();
