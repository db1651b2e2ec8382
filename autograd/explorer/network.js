// A network as textbooks draw it: circles for inputs and neurons, and on the lines the weights, thick for
// a large one and dashed for a negative one. Its graph's other views are what the circles open into.

const RADIUS = 44;
const CAPTION = 18; // the height of the name above a circle
const MOST_WEIGHTS = 30; // on more lines, numbers would lie on one another
const [ROWS, LEAST, MOST] = [[14, 32, 50], 110, 350]; // the space between circles of a column, and between columns
const [ABOVE, BELOW] = [8, 22]; // how far a weight and its gradient below it reach from their place

const isNetwork = () => drawing.view.columns !== undefined;

// Where the circles and lines are: columns from left to right, each about the same middle, as far apart
// as the numbers at the lines need it. Where nothing is far enough, only lines on which something
// happens, and those of the chosen neuron, have numbers.
function inCircles({ columns, edges }) {
  const isSmall = edges.filter(({ weight }) => weight !== null).length <= MOST_WEIGHTS;
  for (const above of isSmall ? ROWS : []) {
    for (const gaps = columns.map(() => LEAST); Math.max(...gaps) <= MOST;) {
      const found = circlesAt(gaps, above, columns, edges, () => true);
      if (found.crowded.size === 0) return { tangled: false, ...found };
      for (const k of found.crowded) gaps[k] += 30;
    }
  }
  const gaps = columns.map(() => 140);
  return { tangled: true, ...circlesAt(gaps, 8, columns, edges, (one, other) => one.child === other.child) };
}

// `crowded` are the columns before which numbers are in one another's way.
function circlesAt(gaps, above, columns, edges, meet) {
  const below = 2 * RADIUS + CAPTION + above;
  const high = Math.max(...columns.map((column) => column.length)) * below;
  const side = RADIUS + Math.max(0, ...columns.flat().map(({ node }) => (NAME * NODES[node].shown.length) / 2 - RADIUS)) + 4;
  let x = side - 2 * RADIUS;
  const nodes = columns.flatMap((column, k) => {
    const inside = new Set(column.map(({ node }) => node));
    const hasWeights = edges.some(({ child, weight }) => inside.has(child) && weight !== null);
    x += 2 * RADIUS + (hasWeights ? gaps[k] : k > 0 ? 60 : 0);
    return column.map(({ node, text }, row) => ({
      node, text, x, y: CAPTION / 2 + high / 2 + (row - (column.length - 1) / 2) * below,
      width: 2 * RADIUS, height: 2 * RADIUS,
    }));
  });
  const at = new Map(nodes.map((circle) => [circle.node, circle]));
  const lines = edges.map(({ parent, child }) => {
    const [from, to] = [at.get(parent), at.get(child)];
    const far = Math.hypot(to.x - from.x, to.y - from.y);
    const point = (share) => ({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
    return { from: point(RADIUS / far), to: point(1 - (RADIUS + 2) / far) };
  });
  const { places, costs } = besideLines(lines, edges, nodes, meet);
  const columnOf = new Map(columns.flatMap((column, k) => column.map(({ node }) => [node, k])));
  return {
    crowded: new Set(edges.filter((_, k) => costs[k] > 0).map(({ child }) => columnOf.get(child))),
    size: [x + side, high + CAPTION / 2],
    nodes,
    edges: edges.map((edge, k) => {
      const { from, to } = lines[k];
      return { ...edge, ...places[k], path: `M${from.x} ${from.y}L${to.x} ${to.y}` };
    }),
  };
}

// For each line that has a number, the place on it where fewest of the lines that it may meet, of their
// numbers, and of the names of circles are in its way.
function besideLines(lines, edges, nodes, meet) {
  const along = ({ from, to }, share) => ({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
  const places = lines.map((line) => along(line, 0.5));
  const written = [...lines.keys()].filter((k) => edges[k].weight !== null);
  const others = edges.map((edge, k) => [...lines.keys()].filter((other) => other !== k && meet(edge, edges[other])));
  const points = lines.map((line) => Array.from({ length: 41 }, (_, k) => along(line, k / 40)));
  const lower = edges.map(({ weight }) => (weight === null ? 0 : widthOf(`∂ ${show(state.run.gradients[weight])}`) / 2 + 4));
  const half = edges.map(({ weight }, k) => (weight === null ? 0 : Math.max(lower[k], widthOf(show(state.run.values[weight])) / 2 + 4)));
  const costAt = (k, { x, y }) => {
    let cost = 0;
    for (const other of others[k]) {
      const place = places[other];
      const isOver = edges[other].weight !== null && Math.abs(x - place.x) < half[k] + half[other] && Math.abs(y - place.y) < ABOVE + BELOW;
      // The gradient has its own line above it, so other lines have to be further off below.
      const isCrossed = points[other].some((at) => at.y > y - ABOVE - 2 &&
        (at.y < y + BELOW + 2 ? Math.abs(at.x - x) < half[k] + 1 : at.y < y + BELOW + 6 && Math.abs(at.x - x) < lower[k] + 5));
      cost += 3 * isOver + isCrossed;
    }
    const isOnName = (circle) => Math.abs(x - circle.x) < half[k] + (NAME * NODES[circle.node].shown.length) / 2
      && y + BELOW > circle.y - RADIUS - CAPTION && y - ABOVE < circle.y - RADIUS;
    return cost + 3 * nodes.filter(isOnName).length;
  };
  const shares = Array.from({ length: 19 }, (_, k) => 0.5 + (k % 2 ? -0.04 : 0.04) * Math.ceil(k / 2));
  const costs = lines.map(() => 0);
  for (let round = 0; round < 4; round++) {
    for (const k of written) {
      const tried = shares.map((share) => along(lines[k], share));
      const found = tried.map((place) => costAt(k, place));
      costs[k] = Math.min(...found);
      places[k] = tried[found.indexOf(costs[k])];
    }
  }
  return { places, costs };
}

// The circle of a node: what it does, its number, its gradient; above it its name, if that is another.
function circleOf({ node, text, width }) {
  const middle = { "text-anchor": "middle", x: 0 };
  const numbers = {
    value: svg("text", { class: "value", ...middle, y: 5 }),
    gradient: svg("text", { class: "gradient", ...middle, y: 21 }),
  };
  const shapes = [svg("circle", { class: "halo", r: width / 2 + 4 }), svg("circle", { class: "box", r: width / 2 })];
  const { shown } = NODES[node];
  const caption = shown === text ? null : svg("text", { class: "name", ...middle, y: -width / 2 - 7 }, shown);
  return { numbers, shapes, caption, lines: [svg("text", { class: shown === text ? "name" : "kind", ...middle, y: -14 }, text), ...Object.values(numbers)] };
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
    text: number === null ? "" : show(number),
    below: gradient === undefined ? "" : `∂ ${show(gradient)}`,
    width: number === null ? 1 : 0.7 + (4 * Math.abs(number)) / (largest || 1),
    isNegative: number !== null && number < 0,
  };
}
