// The learning rate: one is suggested at which a gradient step lowers the output and leaves every unit
// alive; and of a step that was too large, the page says what went wrong.

const FLAT = 0.003; // of its usual slope: with less, a unit lets next to no gradient through
const RATES = Array.from({ length: 12 }, (_, k) => Number(`1e${-1 - k}`));
const WORTH = 0.1; // of the fall that the gradient promises, so much has to come

// The nodes of one input whose slope is next to nothing, where the function has a slope elsewhere: a
// saturated sigmoid, a dead relu.
function flatNodes(run) {
  return new Set(GRAPH.forward.filter((i) => {
    const { parents, operation } = NODES[i];
    if (parents.length !== 1) return false;
    return Math.abs(run.locals[i][0]) < FLAT * usualSlope(operation);
  }));
}

// The slope of an operation of one input where the input is small.
const SLOPES = new Map();
function usualSlope(operation) {
  if (!SLOPES.has(operation)) {
    const { value, partials } = OPERATIONS[operation];
    const slopes = [-1, 0, 1].map((x) => Math.abs(partials(value(x), x)[0])).filter(Number.isFinite);
    SLOPES.set(operation, Math.max(0, ...slopes));
  }
  return SLOPES.get(operation);
}

// The nodes that a change has made flat.
const flattened = (before, after) => [...flatNodes(after)].filter((i) => !flatNodes(before).has(i));

// How much the output falls, for each unit of the learning rate, as long as the rate is small.
const steepness = (run) => run.gradients.reduce((sum, gradient, i) =>
  (NODES[i].kind === "parameter" ? sum + gradient * gradient : sum), 0);

// The largest power of ten, from 0.1 down, that is no trap; null if each is one. A run keeps the answer.
function suggestedRate(run) {
  if (run.suggested === undefined) run.suggested = searchedRate(run);
  return run.suggested;
}

function searchedRate(run) {
  const [here, slope] = [run.values[OUTPUT], steepness(run)];
  if (!(slope > 0) || !Number.isFinite(here + slope)) return null;
  const flatBefore = flatNodes(run);
  const isSafe = (rate) => {
    const after = run.stepped(rate);
    const then = after.values[OUTPUT];
    return then < here && then <= here - WORTH * rate * slope
      && [...flatNodes(after)].every((i) => flatBefore.has(i));
  };
  return RATES.find(isSafe) ?? null;
}

// What the page says of the rate, or of why it suggests none.
function suggestionOf(run) {
  const places = { output: nameOf(OUTPUT), most: show(RATES[0]), least: show(RATES.at(-1)) };
  const rate = suggestedRate(run);
  if (rate !== null) return words("Suggested: {rate}, the largest power of ten, up to {most}, that lowers {output} and takes no unit's slope away.", { ...places, rate: show(rate) });
  const isFlat = NODES.every((node, i) => node.kind !== "parameter" || run.gradients[i] === 0);
  if (isFlat) return words("No rate is suggested: the gradient by every parameter is 0, so a gradient step moves nothing.");
  return words("No rate is suggested: no power of ten from {most} to {least} lowers {output} as the gradient promises and takes no unit's slope away.", places);
}

// What a gradient step did that it should not do, as a sentence; "" if it did well.
function lessonOf(before, after, rate) {
  const [was, is] = [before.values[OUTPUT], after.values[OUTPUT]];
  const places = { rate: show(rate), output: nameOf(OUTPUT), was: show(was), is: show(is), };
  const better = suggestedRate(before);
  const advice = better === null ? words("Undo it.") : words("Undo, and try {better}.", { better: show(better) });
  const moved = NODES.map((node, i) => [Math.abs(after.leaves[i] - before.leaves[i]), i])
    .filter(([, i]) => NODES[i].kind === "parameter").reduce((a, b) => (b[0] > a[0] ? b : a), [0, -1])[1];
  const [flat] = flattened(before, after);
  if (flat !== undefined && moved >= 0) {
    const said = words("Too far: with {rate}, {parameter} goes from {from} to {to}, so {unit} is {number}, and its slope falls from {steep} to {level}: next to no gradient passes through it any more.", {
      ...places, parameter: nameOf(moved), from: show(before.leaves[moved]), to: show(after.leaves[moved]),
      unit: nameOf(flat), number: show(after.values[flat]), steep: show(before.locals[flat][0]), level: show(after.locals[flat][0]) });
    return `${said} ${advice}`;
  }
  if (!Number.isFinite(is)) return `${words("Too far: with {rate}, {output} is {is}.", places)} ${advice}`;
  if (is > was) return `${words("Too far: with {rate}, {output} rises from {was} to {is}.", places)} ${advice}`;
  return "";
}
