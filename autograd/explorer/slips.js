// The usual slips behind a wrong gradient, simple ones first: those of autograd/checking's
// backward_slips.py, in its order, from the numbers that the page has now. A test holds both to one
// catalogue. Names, sentences and wrong formulas are Python's: JUDGING and MISTAKES.

const MOST_ATTEMPTS = 20000;
const MOST_BESIDE = 100;
const MOST_FOR_PAIRS = 60;

const filled = (text, places) => text.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
const called = (i) => NODES[i].factor;
const operationOf = (i) => (isLeaf(i) ? "" : RULES[NODES[i].operation].name);
const factorBetween = (below, above) => filled(JUDGING.factor, { above: called(above), below: called(below) });

// A slip: { name, say: what was done, number: the gradient that a hand gets by it }.
function slip(key, number, places = {}) {
  const [name, said] = JUDGING.slips[key];
  return { name, say: filled(said, places), number };
}

// The way up from a node, along every path that its gradient came down. `edges` are the edges on the
// way, each with its local derivative, and `rest`, by what it is multiplied in the gradient; `factors`
// are the derivatives between named nodes. The nearest are first.
class Climb {
  constructor(run, node) {
    Object.assign(this, { run, node, total: run.gradients[node], edges: [], factors: [] });
    const reach = new Map([[node, 1]]);
    const starts = new Map([[node, new Map([[node, 1]])]]); // from each named node below
    for (let other = node; other < NODES.length; other++) {
      if (!reach.has(other)) continue;
      if (other !== node && (NODES[other].named || other === OUTPUT)) {
        for (const [below, number] of starts.get(other)) {
          const rest = reach.get(below) * run.gradients[other];
          this.factors.push({ below, above: other, number, rest });
        }
        starts.set(other, new Map([[other, 1]]));
      }
      for (const [child, position] of CHILDREN[other]) {
        if (run.gradients[child] === 0) continue;
        const local = run.locals[child][position];
        this.edges.push({ below: other, child, position, local, rest: reach.get(other) * run.gradients[child] });
        reach.set(child, (reach.get(child) ?? 0) + reach.get(other) * local);
        if (!starts.has(child)) starts.set(child, new Map());
        const found = starts.get(child);
        for (const [start, number] of starts.get(other)) {
          found.set(start, (found.get(start) ?? 0) + number * local);
        }
      }
    }
    this.near = this.edges.filter(({ below }) => below === node);
    this.far = this.edges.filter(({ below }) => below !== node);
    this.nearest = this.factors.filter(({ below }) => below === node);
    this.farther = this.factors.filter(({ below }) => below !== node);
  }

  // The gradient with another number in the place of a factor or of a local derivative.
  with(number, { local, number: right = local, rest }) {
    return this.total + (number - right) * rest;
  }

  // The gradient with other numbers in the place of some local derivatives, by their edges.
  withLocals(changes) {
    const reach = new Map([[this.node, 1]]);
    for (const edge of this.edges) {
      const { below, child, local } = edge;
      const factor = changes.has(edge) ? changes.get(edge) : local;
      reach.set(child, (reach.get(child) ?? 0) + reach.get(below) * factor);
    }
    return reach.get(OUTPUT) ?? 0;
  }
}

// Every slip, one after the other. `rate` is the learning rate of a step that the hand may have taken
// too early; undefined if it takes none.
function* slipsOf(climb, rate) {
  const single = [];
  for (const found of singleSlips(climb, rate)) {
    single.push(found);
    yield found;
  }
  yield* pairsOf(single, climb.total);
}

function* singleSlips(climb, rate) {
  const { total, edges, factors, near, far, nearest, farther } = climb;
  yield slip("sign", -total);
  if (nearest.length === 1) yield forgotten(climb, nearest[0]);
  yield slip("half", total / 2);
  yield slip("twice", 2 * total);
  yield* pathSlips(climb);
  if (nearest.length > 1) for (const factor of nearest) yield forgotten(climb, factor);
  yield* crossEntropySlips(climb);
  for (const edge of near) yield* wrongFormulas(climb, edge);
  yield slip("ten", 10 * total);
  yield slip("tenth", total / 10);
  yield* transposedWeights(climb);
  if (nearest.length === 1) yield takenTwice(climb, nearest[0]);
  for (const edge of far) yield* wrongFormulas(climb, edge);
  for (const factor of farther) yield forgotten(climb, factor);
  for (const edge of edges) {
    const { below, child } = edge;
    if (NODES[below].named && NODES[child].named) continue;
    yield factorForgotten(climb, edge);
  }
  yield* everywhere(climb);
  for (const edge of near) yield* otherInputs(climb, edge);
  for (const factor of nearest) yield* numbersBeside(climb, factor);
  yield* updatedWeights(climb, rate);
  yield* averages(climb);
  for (const factor of factors) {
    const places = { factor: factorBetween(factor.below, factor.above) };
    if (factors.length > 1) yield slip("sign of factor", total - 2 * factor.number * factor.rest, places);
    yield takenTwice(climb, factor);
  }
  for (const factor of factors.length > 1 ? factors : []) {
    const places = { factor: factorBetween(factor.below, factor.above) };
    yield slip("half factor", total - (factor.number * factor.rest) / 2, places);
    yield slip("twice factor", total + factor.number * factor.rest, places);
  }
  for (const edge of far) yield* otherInputs(climb, edge);
  for (const factor of farther) yield* numbersBeside(climb, factor);
  yield* otherGradients(climb);
  yield slip("hundred", 100 * total);
  yield slip("hundredth", total / 100);
}

function forgotten(climb, factor) {
  return slip("forgotten", climb.with(1, factor), { factor: factorBetween(factor.below, factor.above) });
}

// A local derivative is missing: of a mean without a name, that it is no mean.
function factorForgotten(climb, edge) {
  const { below, child, local } = edge;
  const isGenerated = (i) => NODES[i].labelled && !NODES[i].named;
  const isTold = NODES[child].parents.length === 2 && [child, below].some(isGenerated);
  const count = isTold && countsOf(child, climb.run).find((number) => Math.abs(local * number - 1) < 1e-9);
  return count ? slip("not averaged", climb.with(1, edge), { count: show(count) })
    : slip("forgotten", climb.with(1, edge), { factor: factorBetween(below, child) });
}

function takenTwice(climb, factor) {
  const number = climb.with(factor.number * factor.number, factor);
  return slip("taken twice", number, { factor: factorBetween(factor.below, factor.above) });
}

function* pathSlips({ factors, total }) {
  for (const start of new Set(factors.map(({ below }) => below))) {
    const group = factors.filter(({ below }) => below === start);
    if (group.length < 2) continue;
    const shares = group.map(({ number, rest }) => number * rest);
    const places = group.map(({ above }) => ({ below: called(start), above: called(above) }));
    // The backward pass starts at the output: the share of the lowest node is added last.
    for (const [k, share] of shares.entries()) {
      yield slip(group.length === 2 && k === 1 ? "overwritten" : "path", total - share, places[k]);
    }
    if (group.length > 2) {
      yield slip("last", total - shares.slice(1).reduce((sum, share) => sum + share, 0), places[0]);
    }
    for (const [k, share] of shares.entries()) yield slip("sign of path", total - 2 * share, places[k]);
  }
}

function* crossEntropySlips({ run, node, near, edges, total }) {
  const feedsLog = edges.some(({ child }) => operationOf(child) === "log");
  if (["sigmoid", "softmax"].includes(operationOf(node)) && feedsLog) {
    const places = { above: called(node), below: called(NODES[node].parents[0]) };
    yield slip("by score", total * run.locals[node][0], places);
  }
  for (const { child, position, local, rest } of near) {
    const operation = operationOf(child);
    if (["sigmoid", "softmax"].includes(operation) && position === 0) {
      const number = run.values[child];
      const places = { above: called(child) };
      if (feedsLog) yield slip("extra slope", total * number * (1 - number), places);
      if (feedsLog) yield slip("without target", number, places);
      return;
    }
    if (["logsumexp", "softplus"].includes(operation)) {
      yield slip("extra share", total * local * (1 - local));
      yield slip("share itself", local * rest);
      return;
    }
  }
}

function mistakenLocals({ run }, { below, child, position }) {
  const { operation, parents } = NODES[child];
  const inputs = parents.map((parent) => run.values[parent]);
  const places = { y: called(child), a: called(below) };
  return (MISTAKES[operation]?.[position] ?? []).map(({ name, say: text, formula }) => (
    { name, say: filled(text, places), number: formula(run.values[child], ...inputs) }));
}

function* wrongFormulas(climb, edge) {
  for (const found of mistakenLocals(climb, edge)) yield { ...found, number: climb.with(found.number, edge) };
}

// What is done wherever the same is to be done: forgotten, or by a wrong formula.
function* everywhere(climb) {
  const { edges, nearest } = climb;
  const alike = new Map();
  for (const edge of edges) {
    const { operation, parents } = NODES[edge.child];
    if (parents.length !== 1 || !MISTAKES[operation]) continue;
    if (!alike.has(operation)) alike.set(operation, []);
    alike.get(operation).push(edge);
  }
  for (const found of alike.values()) {
    if (found.length < 2) continue;
    const [{ below, child }] = found;
    const forgotten = climb.withLocals(new Map(found.map((edge) => [edge, 1])));
    yield slip("all forgotten", forgotten, { factor: factorBetween(below, child) });
    const mistaken = found.map((edge) => mistakenLocals(climb, edge));
    for (const [k, { name, say: said }] of mistaken[0].entries()) {
      const number = climb.withLocals(new Map(found.map((edge, i) => [edge, mistaken[i][k].number])));
      yield { name, say: filled(JUDGING.everywhere, { said }), number };
    }
  }
  if (nearest.length < 2) return;
  const names = nearest.map(({ below, above }) => factorBetween(below, above));
  const rests = nearest.reduce((sum, { rest }) => sum + rest, 0);
  yield slip("all forgotten", rests, { factor: names[0] });
  if (nearest.length === 2) {
    const [a, b] = nearest;
    yield slip("swapped", b.number * a.rest + a.number * b.rest, { factor: names[0], other: names[1] });
  }
  for (const [k, { number }] of nearest.entries()) yield slip("all same", number * rests, { factor: names[k] });
}

function* otherInputs(climb, edge) {
  const { run } = climb;
  const { below, child, position, local } = edge;
  const factor = factorBetween(below, child);
  for (const other of new Set(NODES[child].parents)) {
    const number = run.values[other];
    if (number === local || isConstant(other)) continue;
    yield slip("other input", climb.with(number, edge), { other: called(other), factor });
  }
  for (const other of new Set(NODES[child].parents)) {
    const { parents = [] } = NODES[other];
    if (parents.length !== 1 || run.values[other] !== local) continue;
    yield slip("other input", climb.with(run.values[parents[0]], edge), { other: called(parents[0]), factor });
  }
  // The numbers beside the right one: other neurons' weights, and slopes of their activations.
  for (const [lower, above, number] of numbersAlike(climb, edge)) {
    if (number === local) continue;
    yield slip("other input", climb.with(number, edge), { other: factorBetween(lower, above), factor });
  }
}

// The derivatives by the same input in its layer, or of the same function elsewhere.
function* numbersAlike({ run }, { below, child, position }) {
  const place = WEIGHTED.get(`${below},${weightOf(child, position)}`);
  if (place) {
    const { layer, k, j } = place;
    for (const [other, above] of layer.sums.entries()) {
      if (other !== k) yield [below, above, run.values[layer.weights[other][j]]];
    }
  } else if (NODES[child].parents.length === 1 && NODES[child].named) {
    const others = NODES.map((_, i) => i)
      .filter((i) => i !== child && NODES[i].named && operationOf(i) === operationOf(child));
    for (const above of others.slice(0, MOST_BESIDE)) {
      yield [NODES[above].parents[0], above, run.locals[above][0]];
    }
  }
}

// The gradients of other nodes that the same operation made.
function* otherGradients({ run, node }) {
  for (const [other, { named }] of NODES.entries()) {
    if (other === node || !named || operationOf(other) !== operationOf(node) || !run.gradients[other]) continue;
    yield slip("own gradient", run.gradients[other], { other: called(other) });
  }
}

// A named number beside the right one: that of another input or weight.
function* numbersBeside(climb, factor) {
  const found = new Set();
  const seen = new Set();
  const stack = [factor.above];
  while (stack.length && found.size < MOST_BESIDE) {
    const node = stack.pop();
    if (seen.has(node)) continue;
    seen.add(node);
    for (const parent of NODES[node].parents ?? []) {
      if (!isLeaf(parent) && !NODES[parent].named) stack.push(parent);
      else if (!isConstant(parent)) found.add(parent);
    }
  }
  if (NODES[factor.above].named) found.add(factor.above); // as c_t for c_{t-1}, by which it is made
  const name = factorBetween(factor.below, factor.above);
  for (const other of found) {
    const number = climb.run.values[other];
    if (number === factor.number) continue;
    yield slip("other input", climb.with(number, factor), { other: called(other), factor: name });
  }
}

function* updatedWeights({ run, edges, total }, rate) {
  if (rate === undefined) return;
  const isMoved = (i) => NODES[i].kind === "parameter" && run.gradients[i] !== 0;
  let every = total;
  for (const { child, local, rest } of edges) {
    for (const other of new Set(NODES[child].parents.filter(isMoved).sort((a, b) => a - b))) {
      if (run.values[other] !== local || local === 0) continue;
      const change = -rate * run.gradients[other] * rest;
      yield slip("new weight", total + change, { other: called(other) });
      every += change;
    }
  }
  if (every !== total) yield slip("new weights", every);
}

// The numbers of terms that a node may be a mean of.
function countsOf(child, run) {
  const { parents } = NODES[child];
  if (["sum", "mean"].includes(operationOf(child)) && parents.length > 1) return [parents.length];
  if (!["div", "mul"].includes(operationOf(child))) return [];
  return parents.filter(isConstant).map((i) => run.values[i]).filter(Boolean)
    .map((number) => (operationOf(child) === "div" ? number : 1 / number))
    .filter((count) => count > 1 && Math.abs(count - Math.round(count)) < 1e-9).map(Math.round);
}

function* averages({ run, edges, total }) {
  const counts = new Set(edges.flatMap(({ child }) => countsOf(child, run)));
  for (const count of [...counts].sort((a, b) => a - b)) {
    yield slip("averaged twice", total / count, { count: show(count) });
    yield slip("not averaged", total * count, { count: show(count) });
  }
}

// A layer's gradient with its weights transposed: row for column.
function* transposedWeights(climb) {
  const changes = new Map();
  for (const edge of climb.edges) {
    const place = WEIGHTED.get(`${edge.below},${weightOf(edge.child, edge.position)}`);
    if (!place) continue;
    const { layer, k, j } = place;
    if (!changes.has(layer)) changes.set(layer, new Map());
    changes.get(layer).set(edge, climb.run.values[layer.weights[j]?.[k]] ?? NaN);
  }
  for (const found of changes.values()) {
    if (found.size > 1) yield slip("transposed", climb.withLocals(found));
  }
}

// Two slips at once, where each is a factor of the whole number.
function* pairsOf(single, total) {
  const factors = single.slice(0, MOST_FOR_PAIRS)
    .filter(({ number }) => total && number && number !== total)
    .map(({ name, say: said, number }) => ({ name, said, factor: number / total }));
  for (const [k, { name, said, factor }] of factors.entries()) {
    for (const second of factors.slice(k + 1)) {
      const places = { name, said, other: second.name, also: second.said };
      yield { ...slip("two", total * factor * second.factor, places), isPair: true };
    }
  }
}
