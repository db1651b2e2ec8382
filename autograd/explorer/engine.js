// The engine in the page: both passes over the graph, and what each step of them did.
// What an operation does comes from OPERATIONS, which the table wrote.

const GRAPH = JSON.parse(document.getElementById("graph").textContent);
const NODES = GRAPH.nodes;
const OUTPUT = GRAPH.output;

const readNumber = (text) =>
  ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);
const writeNumber = (number) =>
  Object.is(number, -0) ? "-0" : String(number).replace("Infinity", "inf").replace("NaN", "nan");

// Six significant digits, as everywhere in the package.
function show(number) {
  if (!Number.isFinite(number)) return writeNumber(number);
  return String(Number(number.toPrecision(6)));
}

const isLeaf = (i) => NODES[i].kind !== "result";
const isConstant = (i) => NODES[i].kind === "constant";

// A formula with numbers in the places for them. A negative one is put in parentheses, unless it has
// some to itself or begins a sum.
function reckon(template, number) {
  return template.replace(/0\uE000(\d+)\uE001/g, (place, i, at) => {
    const shown = show(number(Number(i)));
    const before = template.slice(0, at);
    const after = template.slice(at + place.length);
    const bare = /(^|\(|, )$/.test(before) && /^($|\)|,| )/.test(after);
    return shown.startsWith("-") && !bare ? `(${shown})` : shown;
  });
}

// The numbers of all nodes, from those of the leaves.
function forwardPass(leaves) {
  const values = NODES.map((node, i) => (isLeaf(i) ? leaves[i] : NaN));
  for (const i of GRAPH.forward) {
    const node = NODES[i];
    values[i] = OPERATIONS[node.operation].value(...node.parents.map((p) => values[p]));
  }
  return values;
}

// One record for each step of the backward pass: what a parent receives from a child.
function backwardPass(values) {
  const gradients = new Array(NODES.length).fill(0);
  gradients[OUTPUT] = 1;
  return GRAPH.backward.map(([child, position]) => {
    const node = NODES[child];
    const parent = node.parents[position];
    const inputs = node.parents.map((p) => values[p]);
    const local = OPERATIONS[node.operation].partials[position](values[child], ...inputs);
    const upstream = gradients[child];
    const contribution = local * upstream;
    gradients[parent] += contribution;
    return { child, parent, position, upstream, local, contribution, total: gradients[parent] };
  });
}

// Both passes for the numbers that the leaves have: nothing of it is ever changed.
class Run {
  constructor(leaves) {
    this.leaves = leaves;
    this.values = forwardPass(leaves);
    this.records = backwardPass(this.values);
    this.gradients = new Array(NODES.length).fill(0);
    this.gradients[OUTPUT] = 1;
    this.locals = NODES.map((node) => (node.parents || []).map(() => 0));
    for (const record of this.records) {
      this.gradients[record.parent] = record.total;
      this.locals[record.child][record.position] = record.local;
    }
  }

  get cost() {
    return this.values[OUTPUT];
  }

  with(leaf, number) {
    const leaves = this.leaves.slice();
    leaves[leaf] = number;
    return new Run(leaves);
  }

  // One step of gradient descent on the parameters.
  stepped(rate) {
    const leaves = this.leaves.map((number, i) =>
      NODES[i].kind === "parameter" ? number - rate * this.gradients[i] : number);
    return new Run(leaves);
  }

  // d(output)/d(leaf) without the chain rule: by central differences of the forward pass.
  difference(leaf) {
    const h = 6e-6 * Math.max(1, Math.abs(this.leaves[leaf]));
    const at = (number) => {
      const leaves = this.leaves.slice();
      leaves[leaf] = number;
      return forwardPass(leaves)[OUTPUT];
    };
    const [above, below] = [this.leaves[leaf] + h, this.leaves[leaf] - h];
    return (at(above) - at(below)) / (above - below);
  }
}

// ------------------------------------------------------------------------- the steps
// Time 0: the leaves alone. Then one step for each result; one that starts the backward pass with
// a gradient of 1 at the output; one for each share that a parent receives; and the end, when all is
// there and nothing acts.

const STARTS = GRAPH.forward.length + 1; // the time at which the backward pass starts
const END = STARTS + GRAPH.backward.length + 1;

const LAST_SHARE = new Map(); // the time at which a node's gradient is complete
LAST_SHARE.set(OUTPUT, STARTS);
GRAPH.backward.forEach(([child, position], k) => {
  LAST_SHARE.set(NODES[child].parents[position], STARTS + 1 + k);
});
const COMPUTED = new Map(GRAPH.forward.map((i, k) => [i, k + 1]));

const isComputed = (i, time) => isLeaf(i) || COMPUTED.get(i) <= time;
const isComplete = (i, time) => LAST_SHARE.has(i) && LAST_SHARE.get(i) <= time;

// The sum at each node so far; undefined where nothing has come yet.
function gradientsAt(run, time) {
  const sums = new Array(NODES.length);
  if (time >= STARTS) sums[OUTPUT] = 1;
  for (const { parent, total } of run.records.slice(0, Math.max(0, time - STARTS))) sums[parent] = total;
  return sums;
}

// The shares that a node has received so far.
const sharesOf = (run, i, time) =>
  run.records.slice(0, Math.max(0, time - STARTS)).filter((record) => record.parent === i);

// ------------------------------------------------------------------------ the paths

const CHILDREN = NODES.map(() => []); // the edges [child, position] that leave a node
NODES.forEach((node, child) => (node.parents ?? []).forEach((parent, position) => {
  if (!node.constant[position]) CHILDREN[parent].push([child, position]);
}));

// How many paths lead from each node to the output. They grow exponentially.
const PATHS = (() => {
  const counts = new Array(NODES.length).fill(0);
  counts[OUTPUT] = 1;
  for (let i = NODES.length - 1; i >= 0; i--) {
    for (const [child] of CHILDREN[i]) counts[i] += counts[child];
  }
  return counts;
})();

const MOST_PATHS = 8; // more are not listed

// Every path from a node to the output, as a list of edges [child, position].
function pathsFrom(start) {
  const found = [];
  const stack = [[start, []]];
  while (stack.length) {
    const [i, edges] = stack.pop();
    if (i === OUTPUT) found.push(edges);
    else for (const edge of [...CHILDREN[i]].reverse()) stack.push([edge[0], [...edges, edge]]);
  }
  return found;
}
