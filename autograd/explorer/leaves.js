// The inputs and parameters: their numbers and gradients, the learning rate, and how the output went.

// The rows of the leaves; of very many, of those in view and of the chosen one, for thousands of rows
// would make every step slow.
const MOST_ROWS = 120;
const LEAVES = [...NODES.keys()].filter((i) => isLeaf(i) && !isConstant(i));
for (const scores of [...NODES.keys()].map(scoresOf)) {
  const places = scores.map((score) => LEAVES.indexOf(score)).sort((a, b) => a - b);
  if (!places.includes(-1)) places.forEach((place, k) => { LEAVES[place] = scores[k]; });
}
let rowsMade = null;
function makeLeaves() {
  const isFolded = LEAVES.length > MOST_ROWS;
  const rows = isFolded ? LEAVES.filter((i) => drawing.nodes.has(i)).slice(0, MOST_ROWS) : [...LEAVES];
  if (isFolded && LEAVES.includes(state.chosen) && !rows.includes(state.chosen)) rows.push(state.chosen);
  if (String(rows) === rowsMade) return;
  rowsMade = String(rows);
  $("numbers").replaceChildren();
  rows.forEach((i) => {
    const node = NODES[i];
    const field = html("input", { inputMode: "decimal", size: 12, id: `leaf-${i}`, autocomplete: "off" });
    field.addEventListener("change", () => typed(i, field));
    field.addEventListener("blur", () => drawLeaves());
    const name = html("button", { type: "button", className: "name", title: node.name, onclick: () => choose(i) }, ...inParts(node.shown));
    $("numbers").append(html("tr", {}, html("th", { scope: "row" }, name),
      html("td", {}, field), html("td", { id: `gradient-${i}` })));
  });
  const said = words("{few} of {all} are in this part of the graph.", { few: rows.length, all: LEAVES.length });
  if (isFolded) $("numbers").append(html("tr", {}, html("td", { colSpan: 3, className: "quiet" }, said)));
  nameLeaves();
}

// A name that may be broken after its dots; where that is not enough, in a word, but never in a number.
const inParts = (name) => name.split(/(?<=\.)/).flatMap((part) => [
  ...part.split(/(\D?\d+\.?)/).map((text, k) => (k % 2 ? html("span", {}, text) : text)), html("wbr")]);

// The fields' names for a screen reader, in the reader's language.
function nameLeaves() {
  for (const field of $("numbers").querySelectorAll("input")) {
    const name = nameOf(Number(field.id.slice("leaf-".length)));
    field.setAttribute("aria-label", words("number of {name}", { name }));
  }
}

function drawLeaves() {
  makeLeaves();
  const received = receivedBy(state.run, state.time);
  for (const field of $("numbers").querySelectorAll("input")) {
    const i = Number(field.id.slice("leaf-".length));
    if (field !== document.activeElement) {
      field.value = show(state.run.leaves[i]);
      field.removeAttribute("aria-invalid");
    }
    say($(`gradient-${i}`), gradientText(i, received));
  }
  const known = isComputed(OUTPUT, state.time);
  say($("cost"), `${nameOf(OUTPUT)} = ${known ? show(state.run.values[OUTPUT]) : "…"}`);
  $("no-parameters").hidden = HAS_PARAMETERS;
  drawRate();
  turnOn("undo", state.history.length > 0);
  turnOn("reset", state.run !== state.first);
  drawDescent();
}

function drawRate() {
  const best = suggestedRate(state.run);
  const field = $("rate");
  if (state.rate === null && field !== document.activeElement) {
    field.value = best === null ? "" : show(best);
    field.removeAttribute("aria-invalid");
  }
  turnOn("descend", HAS_PARAMETERS && (state.rate !== null || best !== null));
  // Where a lesson stands, it says which rate to try, at the numbers before the step.
  say($("suggested"), HAS_PARAMETERS && $("lesson").textContent === "" ? suggestionOf(state.run) : "");
}

const HAS_PARAMETERS = NODES.some((node) => node.kind === "parameter");

// A button that is off is not disabled, because a disabled button would lose the focus.
function turnOn(id, on) {
  $(id).setAttribute("aria-disabled", String(!on));
}

function drawDescent() {
  const picture = $("descent");
  const outputs = state.outputs.filter(Number.isFinite);
  picture.toggleAttribute("hidden", outputs.length < 2);
  if (outputs.length < 2) return;
  const [low, high] = [Math.min(...outputs), Math.max(...outputs)];
  const points = outputs.map((y, k) => [
    4 + (232 * k) / (outputs.length - 1), 44 - (40 * (y - low)) / (high - low || 1)]);
  const [cx, cy] = points[points.length - 1];
  picture.replaceChildren(svg("polyline", { points: points.join(" ") }), svg("circle", { cx, cy, r: 3 }));
}
