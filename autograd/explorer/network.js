// A network as textbooks draw it: circles for inputs and neurons, and on the lines the weights, thick for
// a large one and dashed for a negative one. Its graph's other views are what the circles open into.

const RADIUS = 37;
const MOST_WEIGHTS = 30; // on more lines no numbers are written, but on those of the chosen neuron

const isNetwork = () => drawing.view.columns !== undefined;

// Where the circles and lines are: columns from left to right, each about the same middle.
function inCircles({ columns, edges }) {
  const [apart, below] = [edges.length > MOST_WEIGHTS ? 230 : 190, 2 * RADIUS + 20];
  const high = Math.max(...columns.map((column) => column.length)) * below;
  const nodes = columns.flatMap((column, k) => column.map(({ node, text }, row) => ({
    node, text, x: RADIUS + 6 + k * apart, y: high / 2 + (row - (column.length - 1) / 2) * below,
    width: 2 * RADIUS, height: 2 * RADIUS,
  })));
  const at = new Map(nodes.map((circle) => [circle.node, circle]));
  return {
    size: [2 * RADIUS + 12 + (columns.length - 1) * apart, high],
    tangled: edges.length > MOST_WEIGHTS,
    nodes,
    edges: edges.map((edge) => {
      const [from, to] = [at.get(edge.parent), at.get(edge.child)];
      const beside = edges.filter((other) => at.get(other.child).x === to.x).map((other) =>
        [at.get(other.parent).y, at.get(other.child).y]);
      const far = Math.hypot(to.x - from.x, to.y - from.y);
      const point = (share) => ({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
      const [start, end, label] = [point(RADIUS / far), point(1 - (RADIUS + 2) / far), point(shareOf(beside))];
      return { ...edge, ...label, path: `M${start.x} ${start.y}L${end.x} ${end.y}` };
    }),
  };
}

// At which part of their way the lines between two columns are furthest from one another.
function shareOf(lines) {
  let [best, widest] = [0.36, 0];
  if (lines.length > MOST_WEIGHTS) return best;
  for (let share = 0.38; share <= 0.62; share += 0.02) {
    const places = lines.map(([start, end]) => start + share * (end - start)).sort((a, b) => a - b);
    const gap = Math.min(...places.slice(1).map((place, k) => place - places[k]));
    if (gap > widest + 1e-9) [best, widest] = [share, gap];
  }
  return best;
}

// The circle of a node: what it does, its number, its gradient.
function circleOf({ text, width }) {
  const middle = { "text-anchor": "middle", x: 0 };
  const numbers = {
    value: svg("text", { class: "value", ...middle, y: 5 }),
    gradient: svg("text", { class: "gradient", ...middle, y: 21 }),
  };
  const shapes = [svg("circle", { class: "halo", r: width / 2 + 4 }), svg("circle", { class: "box", r: width / 2 })];
  return { numbers, shapes, lines: [svg("text", { class: "name", ...middle, y: -13 }, text), ...Object.values(numbers)] };
}

// The circle that a node is computed for: the nearest one on its way to the output.
const CIRCLE_OF = new Map([...REGIONS].flatMap(([stop, edges]) => edges.map(([child]) => [child, stop])));

// How a line of the network looks now: its weight, and whether numbers or gradients pass along it.
function weightedLine({ parent, child, weight }, run, { nodes, records }, received) {
  const number = weight === null ? null : run.values[weight];
  const largest = Math.max(...drawing.view.edges.map((edge) => (edge.weight === null ? 0 : Math.abs(run.values[edge.weight]))));
  const gradient = weight === null || isHidden(weight) ? undefined : received[weight]?.total;
  return {
    forward: nodes.some((i) => CIRCLE_OF.get(i) === child),
    backward: records.some((one) => CIRCLE_OF.get(one.child) === child && [parent, weight].includes(one.parent)),
    text: number === null ? "" : show(number, 3),
    below: gradient === undefined ? "" : `∂ ${show(gradient, 3)}`,
    width: number === null ? 1 : 0.7 + (4 * Math.abs(number)) / (largest || 1),
    isNegative: number !== null && number < 0,
  };
}
