// Other numbers: typed, dragged, or by a step of gradient descent; and derivatives checked by differences.

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
  drawing.makeRoom(state.chosen);
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
  const numbers = readings(field.value).filter(({ value }) => Number.isFinite(value));
  const ok = numbers.length === 1;
  field.setAttribute("aria-invalid", String(!ok));
  const complaint = numbers.length
    ? marked("Expected {what} without a comma, which parts thousands for some and decimals for others; received “{text}”.")
    : marked("Expected {what} as a number, such as 0.1; received “{text}”.");
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
  drawRate();
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
  let verdict = marked("The chain rule says {exact}: they differ.");
  if (![exact, left, right].every(Number.isFinite)) verdict = marked("At these numbers it cannot be checked so.");
  else if (near(central)) verdict = marked("The chain rule says {exact}: they agree.");
  else if (between) verdict = marked("The chain rule says {exact}: there is a kink here, with slope {left} to the left and {right} to the right.");
  $("checked").dataset.difference = writeNumber(central);
  const nudged = words("Nudged both ways, {output} changes by {change} a unit.", { output: nameOf(OUTPUT), change: show(central) });
  say($("checked"), `${nudged} ${words(verdict, { exact: show(exact), left: show(left), right: show(right) })}`);
}
