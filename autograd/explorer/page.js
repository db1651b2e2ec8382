// The page: its state, and the buttons that change the state. Each change calls `draw()`.

const state = {
  run: new Run(NODES.map((node) => readNumber(node.number))),
  time: 0,
  by: "edge", // how far a step goes; see stride.js
  chosen: null, // a node
  path: null, // which path of the chosen node is lit alone
  quiz: null, // { node, right, hidden, hints, told: how many of the hints }
  playing: null, // a timer
  history: [], // the runs before the changes
  outputs: [], // the output's number after each change
  rate: null, // the learning rate that was typed; the suggested one if null
  presents: false,
  hide: new Set(), // the parts of the page that are hidden
};
state.first = state.run;
state.outputs.push(state.run.values[OUTPUT]);

const isOpen = () => state.quiz !== null && !state.quiz.right; // is a question open?
const isHidden = (i) => isOpen() && state.quiz.hidden.has(i);

// The one part that acts at this time, a record of the backward pass or the node that is computed;
// null if none acts, or several at once.
const only = (parts) => (parts.length === 1 ? parts[0] : null);
const record = () => only(acting().records);
const computing = () => only(acting().nodes);

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
  const moment = momentNow();
  drawing.update(moment);
  map.update(moment.acts);
  drawStep();
  drawChosen();
  drawLeaves();
  drawPlayer();
  drawSharing();
  if (hasBegun) noteAddress();
}

// --------------------------------------------------------- which nodes are in view

function inFocus() {
  const { nodes, records } = acting();
  if (records.length) return [...records.map(({ parent }) => parent), records[0].child];
  if (nodes.length) return [...nodes.flatMap((i) => NODES[i].parents), ...nodes];
  if (state.chosen !== null) return [state.chosen];
  const first = GRAPH.forward[0];
  return state.time > 0 || first === undefined ? [OUTPUT] : [...NODES[first].parents, first];
}

function showView(view) {
  drawing.show(view);
  map.show();
  drawing.begin(inFocus());
}

function enter(view) {
  if (view === drawing.index) return;
  showView(view);
  draw();
  if (document.activeElement === document.body) $("chosen-name").focus();
}

// ------------------------------------------------------------------------ going in time

function goTo(time) {
  if (isOpen()) return;
  state.time = Math.min(Math.max(time, 0), END);
  say($("notice"), "");
  const { nodes, records } = acting();
  const at = records[0]?.child ?? nodes.at(-1);
  if (at !== undefined) {
    if ($("follow").checked && homeOf(at) !== drawing.index) showView(homeOf(at));
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
    const time = stopFrom(state.time, 1);
    if (time >= END) pause();
    goTo(time);
  };
  state.playing = setInterval(tick, Number($("pace").value));
  return tick();
}

function step(by) {
  pause();
  goTo(Math.abs(by) === 1 ? stopFrom(state.time, by) : state.time + by);
}

// Go to the end of the step at this time, as the slider does, in which a step may end anywhere.
const snap = (time) => (isStop(time) ? time : stopFrom(time, 1));

function stride(by) {
  if (isOpen()) return;
  pause();
  strideBy(by);
  goTo(snap(state.time));
}

// To the first step's node, as it was when the page was opened.
function startHere() {
  if (isOpen()) return;
  pause();
  select(null);
  state.time = 0;
  showView(0);
  goTo(0);
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
  say($("lesson"), "");
  draw();
}

function undo() {
  if (!state.history.length) return;
  state.outputs.pop();
  changeTo(state.history.pop());
}

function reset() {
  state.rate = null;
  if (state.run !== state.first) change(state.first);
  else drawLeaves();
}

// The number in a field; null, and a complaint, if the text is not a number or has two readings.
function readField(field, what) {
  const numbers = readings(field.value);
  const ok = numbers.length === 1;
  field.setAttribute("aria-invalid", String(!ok));
  const complaint = numbers.length
    ? "Expected {what} without a comma, which parts thousands for some and decimals for others; received “{text}”."
    : "Expected {what} as a number, such as 0.1; received “{text}”.";
  say($("complaint"), ok ? "" : words(complaint, { what, text: field.value }));
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
  const rate = state.rate === null ? suggestedRate(state.run) : readField($("rate"), words("the learning rate"));
  if (rate === null) return;
  const before = state.run;
  change(before.stepped(rate));
  say($("lesson"), lessonOf(before, state.run, rate));
}

// A rate that is typed stays; an emptied field has the suggested one again.
function typedRate() {
  const isEmpty = $("rate").value.trim() === "";
  state.rate = isEmpty ? null : readField($("rate"), words("the learning rate"));
  if (isEmpty || state.rate !== null) drawLeaves();
  else state.rate = NaN; // the field keeps what is no number, and its complaint
}

function check() {
  const i = state.chosen;
  const exact = state.run.gradients[i];
  const { left, right, central, noise } = state.run.differences(i);
  const near = (found) => Math.abs(exact - found) <= 1e-4 * Math.max(Math.abs(exact), Math.abs(found)) + noise;
  const between = (exact - left) * (exact - right) <= 0;
  let verdict = "The chain rule says {exact}: they differ.";
  if (![exact, left, right].every(Number.isFinite)) verdict = "At these numbers it cannot be checked so.";
  else if (near(central)) verdict = "The chain rule says {exact}: they agree.";
  else if (between) verdict = "The chain rule says {exact}: there is a kink here, with slope {left} to the left and {right} to the right.";
  $("checked").dataset.difference = writeNumber(central);
  const nudged = words("Nudged both ways, {output} changes by {change} a unit.", { output: nameOf(OUTPUT), change: show(central) });
  say($("checked"), `${nudged} ${words(verdict, { exact: show(exact), left: show(left), right: show(right) })}`);
}

// ------------------------------------------------------------------ predict, then reveal

const isAskable = (i) => i >= 0 && i !== OUTPUT && !isConstant(i) && PATHS[i] > 0 && Number.isFinite(state.run.gradients[i]);

// A question about the chosen node; or about the next node after the last question, parameters first.
let asked = -1;
function askMe() {
  if (isOpen()) return $("answer").focus();
  if (state.chosen !== null && state.chosen !== state.quiz?.node && isAskable(state.chosen)) return ask(state.chosen);
  const all = NODES.map((node, i) => i).filter(isAskable);
  const some = all.filter((i) => NODES[i].kind === "parameter");
  const from = some.length ? some : all;
  if (!from.length) return say($("notice"), words("There is no gradient to ask for."));
  return ask(from.find((i) => i > asked) ?? from[0]);
}

function ask(i) {
  asked = i;
  step(END);
  select(i);
  state.quiz = { node: i, right: false, hidden: ancestorsOf(i) };
  $("asked").replaceChildren(words("What is "), whole(i), "?");
  $("answer").value = "";
  say($("verdict"), "");
  say($("hinted"), "");
  drawing.reveal([i]);
  draw();
  if (hasBegun) $("answer").focus();
}

function answered() {
  const rate = HAS_PARAMETERS ? readings($("rate").value)[0]?.value : undefined;
  const { right, say: said, hints = [] } = judge(state.run, state.quiz.node, $("answer").value, rate);
  state.quiz = { ...state.quiz, right, hints, told: 0 };
  say($("hinted"), "");
  $("verdict").className = right ? "right" : "wrong";
  say($("verdict"), words(said));
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

const drawing = new Drawing($("drawing"), { choose, drag: dragged, move: (frame) => map.place(frame) });
const map = new GraphMap($("map"), drawing);
let hasBegun = false; // the page is as its link says, and from now on the link says how the page is

function turnLights(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  say($("theme"), words(dark ? "Light" : "Dark"));
}

function speakIn(chosen) {
  speak(chosen);
  turnLights(document.documentElement.dataset.theme === "dark");
  say($("wheel-tip"), words(matchMedia("(pointer: coarse)").matches ? "pinch to zoom"
    : wheelZooms() ? "turn the wheel to zoom" : "Ctrl and the wheel zoom"));
  aboutWhat = [];
  drawing.show(drawing.index);
  map.show();
  drawing.place();
  draw();
}

// The page as its link says; what the link says wrongly is left out, and told.
function openAddress() {
  if (location.hash === written) return;
  hasBegun = false;
  pause();
  showView(0);
  const link = readAddress(location.hash);
  state.quiz = null;
  let run = state.first;
  for (const [leaf, number] of link.numbers) run = run.with(leaf, number);
  if (run !== state.run) change(run);
  strideBy(link.by ?? "edge");
  state.presents = link.present ?? false;
  state.hide = new Set(link.hide);
  select(link.node ?? null);
  state.time = 0;
  showView(0);
  goTo(snap(link.step ?? 0));
  if (link.ask !== undefined) ask(link.ask);
  else if (link.node !== undefined) choose(link.node);
  speakIn(link.lang ?? language);
  sizeForWall();
  say($("notice"), link.wrong.join(" "));
  hasBegun = true;
}

const ACTIONS = {
  first: () => step(-END), back: () => step(-1), play, forth: () => step(1), last: () => step(END),
  fit: () => drawing.fit(), closer: () => drawing.zoom(1.25), farther: () => drawing.zoom(0.8),
  all: () => enter(0), undo, reset, descend, judge: answered, hint, reveal, quiz: askMe, start: startHere,
  present: () => presentNow(true), presenting: () => presentNow(true), leave: () => presentNow(false),
  copy: copyLink, picture: savePicture, full: goFull,
  theme: () => turnLights(document.documentElement.dataset.theme !== "dark"),
};
for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", action);

const KEYS = {
  " ": play, arrowright: ACTIONS.forth, arrowleft: ACTIONS.back, home: ACTIONS.first,
  end: ACTIONS.last, f: ACTIONS.fit, "+": ACTIONS.closer, "-": ACTIONS.farther,
  p: () => presentNow(!state.presents),
  escape: () => (state.presents ? presentNow(false) : choose(null)),
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
$("rate").addEventListener("change", typedRate);
$("time").max = END;
$("time").addEventListener("input", () => { pause(); goTo(snap(Number($("time").value))); });
$("pace").addEventListener("change", () => { if (state.playing) { pause(); play(); } });
$("stride").addEventListener("change", () => stride($("stride").value));
$("language").addEventListener("change", () => speakIn($("language").value));
$("hiding").addEventListener("change", (event) => hide(event.target.value, event.target.checked));
window.addEventListener("hashchange", openAddress);

document.querySelector("main").hidden = false;
$("still").remove(); // it is for where no script runs
for (const id of ["quiz", "present", "theme"]) $(id).hidden = false;
gather();
makeLeaves();
$("note").hidden = !GRAPH.note;
say($("note"), GRAPH.note ?? "");
turnLights(matchMedia("(prefers-color-scheme: dark)").matches);
openAddress();
new ResizeObserver(() => { drawFinder(); drawing.resize(); }).observe($("drawing"));
