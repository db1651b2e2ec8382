// The engine in the page: both passes over the graph, and a record of each step.
// The operations are in OPERATIONS, which Python wrote from the table; the graph is GRAPH.

const NODES = GRAPH.nodes;
const OUTPUT = GRAPH.output;

const isLeaf = (i) => NODES[i].kind !== "result";
const isConstant = (i) => NODES[i].kind === "constant";

// The numbers of all nodes, computed from the numbers of the leaves.
function forwardPass(leaves) {
  const values = NODES.map((node, i) => (isLeaf(i) ? leaves[i] : NaN));
  for (const i of GRAPH.forward) {
    const node = NODES[i];
    values[i] = OPERATIONS[node.operation].value(...node.parents.map((p) => values[p]));
  }
  return values;
}

// Both passes for given numbers of the leaves. The numbers of a run never change.
class Run {
  constructor(leaves) {
    this.leaves = leaves;
    this.values = forwardPass(leaves);
    this.locals = NODES.map((node, i) => {
      if (isLeaf(i)) return [];
      const inputs = node.parents.map((p) => this.values[p]);
      return OPERATIONS[node.operation].partials(this.values[i], ...inputs);
    });
    this.gradients = new Array(NODES.length).fill(0);
    this.gradients[OUTPUT] = 1;
    this.reached = new Set([OUTPUT]);
    // One record for each step of the backward pass: the share that a parent receives from a child.
    this.recorded = GRAPH.backward;
    this.records = GRAPH.backward.map(([child, position]) => {
      const parent = NODES[child].parents[position];
      const upstream = this.gradients[child];
      const local = this.locals[child][position];
      const goesOn = this.reached.has(child) && this.isChosen(child, position);
      const contribution = goesOn ? local * upstream : 0;
      if (goesOn) this.reached.add(parent);
      this.gradients[parent] += contribution;
      return { child, parent, position, upstream, local, contribution, total: this.gradients[parent] };
    });
  }

  // The records in the order that the backward pass has now, each with what the parent has until then.
  inOrder() {
    if (this.recorded !== GRAPH.backward) {
      const found = new Map(this.records.map((record) => [`${record.child},${record.position}`, record]));
      const totals = new Map();
      this.recorded = GRAPH.backward;
      this.records = GRAPH.backward.map((edge) => {
        const record = found.get(String(edge));
        const total = (totals.get(record.parent) ?? 0) + record.contribution;
        totals.set(record.parent, total);
        return { ...record, total };
      });
      this.latest = undefined;
    }
    return this.records;
  }

  // Whether a gradient goes on to an input: not where an operation chose another one.
  isChosen(child, position) {
    return !(NODES[child].chooses && this.locals[child][position] === 0);
  }

  with(leaf, number) {
    const leaves = this.leaves.slice();
    leaves[leaf] = number;
    return new Run(leaves);
  }

  // One step of gradient descent on the parameters.
  stepped(rate) {
    return new Run(this.leaves.map((number, i) =>
      NODES[i].kind === "parameter" ? number - rate * this.gradients[i] : number));
  }

  // d(output)/d(leaf) without the chain rule: by differences of the forward pass, to the left and to
  // the right; and the noise, the most that rounding may have changed them by.
  differences(leaf) {
    const at = (number) => {
      const leaves = this.leaves.slice();
      leaves[leaf] = number;
      return forwardPass(leaves)[OUTPUT];
    };
    const x = this.leaves[leaf];
    const h = 6e-6 * (Math.abs(x) || 1);
    const [below, here, above] = [at(x - h), at(x), at(x + h)];
    return {
      left: (here - below) / h,
      right: (above - here) / h,
      central: (above - below) / (x + h - (x - h)),
      noise: (8 * Number.EPSILON * Math.max(Math.abs(below), Math.abs(here), Math.abs(above))) / h,
    };
  }

  // On the map, the derivative of a stop by each node at the other end of the stop's region, along
  // all paths that meet no further stop.
  across(stop) {
    this.regions ??= new Map();
    if (!this.regions.has(stop)) {
      const derivatives = new Map([[stop, 1]]);
      for (const [child, position] of REGIONS.get(stop)) {
        const parent = NODES[child].parents[position];
        if (derivatives.has(child) && this.isChosen(child, position)) {
          const share = derivatives.get(child) * this.locals[child][position];
          derivatives.set(parent, (derivatives.get(parent) ?? 0) + share);
        }
      }
      this.regions.set(stop, derivatives);
    }
    return this.regions.get(stop);
  }
}

// The edges of each region, in the order of the backward pass.
const REGIONS = new Map(GRAPH.views.filter(({ stop }) => stop >= 0).map(({ stop, edges }) => {
  const inside = new Set(edges.map(({ child }) => child));
  return [stop, GRAPH.backward.filter(([child]) => inside.has(child))];
}));

// ------------------------------------------------------------------------- the steps
// Time 0 shows the leaves alone. Then there is one step for each result; one that starts the
// backward pass with a gradient of 1 at the output; one for each share that a parent receives; and
// the end, when all numbers are known and nothing acts.

const STARTS = GRAPH.forward.length + 1; // the time at which the backward pass starts
const END = STARTS + GRAPH.backward.length + 1;

const LAST_SHARE = new Map(); // the time at which a node's gradient is complete
const COMPUTED = new Map(); // the time at which a result is computed

// Go through the results, and through the edges [child, position] backward, in this order.
function order(forward, backward) {
  [GRAPH.forward, GRAPH.backward] = [forward, backward];
  forward.forEach((i, k) => COMPUTED.set(i, k + 1));
  LAST_SHARE.set(OUTPUT, STARTS);
  backward.forEach(([child, position], k) => LAST_SHARE.set(NODES[child].parents[position], STARTS + 1 + k));
}
order(GRAPH.forward, GRAPH.backward);

const isComputed = (i, time) => isLeaf(i) || COMPUTED.get(i) <= time;
const isComplete = (i, time) => time === END || LAST_SHARE.get(i) <= time;

// For each node, the shares received so far: { total, shares }; undefined before the first share.
// Every part of the page asks for the same moment, so a run keeps the latest answer.
function receivedBy(run, time) {
  const records = run.inOrder();
  if (run.latest?.time === time) return run.latest.received;
  const received = new Array(NODES.length);
  if (time >= STARTS) received[OUTPUT] = { total: 1, shares: [] };
  for (const record of records.slice(0, Math.max(0, time - STARTS))) {
    received[record.parent] ??= { total: 0, shares: [] };
    received[record.parent].total = record.total;
    received[record.parent].shares.push(record.contribution);
  }
  run.latest = { time, received };
  return received;
}

// ------------------------------------------------------------------------ the paths

const CHILDREN = NODES.map(() => []); // the edges [child, position] that leave a node
NODES.forEach((node, child) => (node.parents ?? []).forEach((parent, position) => {
  if (!node.constant[position]) CHILDREN[parent].push([child, position]);
}));

// How many paths lead from each node to the output. Their number can grow exponentially.
const PATHS = new Array(NODES.length).fill(0);
PATHS[OUTPUT] = 1;
for (let i = NODES.length - 1; i >= 0; i--) {
  for (const [child] of CHILDREN[i]) PATHS[i] += PATHS[child];
}
const MOST_PATHS = 8; // more paths than this are not listed

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

// A node, and all nodes that it is computed from.
function ancestorsOf(i) {
  const found = new Set([i]);
  for (const node of found) for (const parent of NODES[node].parents ?? []) found.add(parent);
  return found;
}

// Every edge on a path from a node to the output, as "child,position".
function edgesAbove(i) {
  const found = new Set();
  const seen = new Set([i]);
  for (const node of seen) {
    for (const edge of CHILDREN[node]) {
      found.add(String(edge));
      seen.add(edge[0]);
    }
  }
  return found;
}
