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
  theme: null, // "dark" or "light", if the reader or the link chose it
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
  drawFinder();
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
  if (at !== undefined && $("follow").checked && homeOf(at) !== drawing.index) showView(homeOf(at));
  drawing.reveal(inFocus());
  draw();
  runAlongLines();
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
  drawFinder();
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

// Show the nodes that are alike, by the first of them.
function openGroup(first) {
  enter(GRAPH.views.findIndex(({ stop, nodes }, k) => k > 0 && stop < 0 && nodes[0].node === first));
}

function lightPath(k) {
  state.path = state.path === k ? null : k;
  draw();
}

// --------------------------------------------------------------------------------- start

const drawing = new Drawing($("drawing"), { choose, open: openGroup, drag: dragged, move: (frame) => map.place(frame) });
const map = new GraphMap($("map"), drawing);
let hasBegun = false; // the page is as its link says, and from now on the link says how the page is

const THEMES = ["dark", "light"];

function turnLights(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  say($("theme"), dark ? words("Light") : words("Dark"));
}

// Until the reader or the link chooses a theme, it is that of the reader's system.
function chooseTheme(theme) {
  state.theme = theme;
  turnLights(theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  if (hasBegun) noteAddress();
}

// The title that a page has where no other is given is in the reader's language too.
const usualTitle = () => words("How {output} is computed, and its gradients", { output: nameOf(OUTPUT) });
const isUsual = document.title === spoken(FIRST_LANGUAGE, usualTitle);

function speakIn(chosen) {
  speak(chosen);
  if (isUsual) {
    document.title = usualTitle();
    say(document.querySelector("h1"), document.title);
  }
  turnLights(document.documentElement.dataset.theme === "dark");
  say($("wheel-tip"), matchMedia("(pointer: coarse)").matches ? words("pinch to zoom")
    : wheelZooms() ? words("turn the wheel to zoom") : words("Ctrl and the wheel zoom"));
  $("drag-tip").hidden = matchMedia("(pointer: coarse)").matches; // a finger never changes a number
  nameLeaves();
  aboutWhat = [];
  drawing.show(drawing.index);
  map.show();
  drawing.place();
  drawFinder();
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
  putOnWall(link.present ?? false);
  state.hide = new Set(link.hide);
  state.rate = link.rate ?? null;
  if (link.rate !== undefined) $("rate").value = writeNumber(link.rate);
  select(link.node ?? null);
  state.time = 0;
  showView(0);
  goTo(snap(link.step ?? 0));
  if (link.ask !== undefined) ask(link.ask);
  else if (link.node !== undefined) choose(link.node);
  state.path = link.path ?? null;
  chooseTheme(link.theme ?? state.theme);
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
  copy: copyLink, picture: savePicture, png: savePixels, full: goFull,
  theme: () => chooseTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
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
$("class").addEventListener("toggle", drawSharing);
window.addEventListener("hashchange", openAddress);

document.querySelector("main").hidden = false;
$("still").remove(); // it is for where no script runs
for (const id of ["quiz", "present", "theme"]) $(id).hidden = false;
gather();
[JUDGING.words, JUDGING.slips, JUDGING.formulas, MISTAKES].forEach(gatherFrom);
for (const code of LANGUAGES) $("language").append(html("option", { value: code, lang: code }, nameOfLanguage(code)));
$("note").hidden = !GRAPH.note;
say($("note"), GRAPH.note ?? "");
$("follow").checked = !GRAPH.views[0].columns; // a network shows the steps by its circles
openAddress();
new ResizeObserver(() => { drawFinder(); drawing.resize(); }).observe($("drawing"));
