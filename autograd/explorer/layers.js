// Weighted sums of the same inputs, as autograd/checking/graph.py finds them in Python.

const SUMS = ["add", "sum"];

// The products that add up to a node, if it is a whole sum; else nothing.
function productsOf(node) {
  if (![...SUMS, "dot"].includes(operationOf(node))) return [];
  if (!NODES[node].named && CHILDREN[node].some(([child]) => SUMS.includes(operationOf(child)))) return [];
  const found = [];
  const stack = [node];
  while (stack.length) {
    const part = stack.pop();
    const { parents = [], named } = NODES[part];
    const operation = operationOf(part);
    if (operation === "dot") {
      const half = Math.floor(parents.length / 2);
      for (let j = 0; j < half; j++) found.push([parents[j], parents[half + j]]);
    } else if (part === node || !named) {
      if (SUMS.includes(operation)) stack.push(...[...parents].reverse());
      else if (operation === "mul" && parents[0] !== parents[1]) found.push(parents);
    }
  }
  return found;
}

// The layers of the graph: { sums, inputs, weights }, of each sum the weight of each input.
function layersOf() {
  const groups = new Map();
  for (const node of NODES.keys()) {
    const pairs = productsOf(node);
    for (const factor of pairs.length > 1 ? new Set(pairs[0]) : []) {
      const key = `${pairs.length},${factor}`;
      if (!groups.has(key)) groups.set(key, new Map());
      groups.get(key).set(node, pairs);
    }
  }
  return [...groups.values()].flatMap((sums) => {
    const rows = [...sums.values()];
    if (rows.length < 2) return [];
    const shared = rows[0].map((pair, j) => (
      [...new Set(pair)].filter((factor) => rows.every((row) => row[j].includes(factor)))));
    if (shared.some((common) => common.length !== 1)) return [];
    const inputs = shared.flat();
    const weights = rows.map((row) => row.map(([a, b], j) => (a === inputs[j] ? b : a)));
    return [{ sums: [...sums.keys()], inputs, weights }];
  });
}

// For an input and a weight of it, the layer, the number of the sum and of the input.
const WEIGHTED = new Map(layersOf().flatMap((layer) => layer.weights.flatMap((row, k) => (
  row.map((weight, j) => [`${layer.inputs[j]},${weight}`, { layer, k, j }])))));

// By what an input is multiplied in a product or a weighted sum; else itself.
function weightOf(child, position) {
  const { parents } = NODES[child];
  const half = Math.floor(parents.length / 2);
  const isFactor = ["mul", "dot"].includes(operationOf(child)) && position < 2 * half;
  return parents[isFactor ? (position + half) % (2 * half) : position];
}
