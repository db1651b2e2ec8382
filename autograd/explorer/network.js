// A network as textbooks draw it: circles for inputs and neurons, and on the lines the weights, thick for
// a large one and dashed for a negative one. Its graph's other views are what the circles open into.
// Circles of a long column are folded into one, and its line stands for all of their lines.

const RADIUS = 49;
const CAPTION = 16; // the height of the name above a circle
const MOST_WEIGHTS = 30; // on more lines, numbers would lie on one another
const [ROWS, LEAST, MOST] = [[14, 32, 50], 110, 350]; // the space between circles of a column, and between columns
const [ABOVE, BELOW] = [8, 22]; // how far a weight and its gradient below it reach from their place

const isNetwork = () => drawing.view.columns !== undefined;

// Where the circles and lines are: columns from left to right, each about the same middle, as far apart
// as the numbers at the lines need it. Where nothing is far enough, only lines on which something
// happens, and those of the chosen neuron, have numbers.
function inCircles({ columns, edges }) {
  const isSmall = edges.filter(({ weights }) => weights.length > 0).length <= MOST_WEIGHTS;
  for (const above of isSmall ? ROWS : []) {
    for (const gaps = columns.map(() => LEAST); Math.max(...gaps) <= MOST;) {
      const found = circlesAt(gaps, above, columns, edges, () => true);
      if (found.crowded.size === 0) return { tangled: false, ...found };
      for (const k of found.crowded) gaps[k] += 30;
    }
  }
  const gaps = columns.map(() => 140);
  return { tangled: true, ...circlesAt(gaps, 2, columns, edges, (one, other) => one.child === other.child) };
}

// `crowded` are the columns before which numbers are in one another's way.
function circlesAt(gaps, above, columns, edges, meet) {
  const below = 2 * RADIUS + CAPTION + above;
  const high = Math.max(...columns.map((column) => column.length)) * below;
  const side = RADIUS + Math.max(0, ...columns.flat().map((circle) => widthOfName(circle) / 2 - RADIUS)) + 4;
  let x = side - 2 * RADIUS;
  const nodes = columns.flatMap((column, k) => {
    const inside = new Set(column.map(({ node }) => node));
    const hasWeights = edges.some(({ child, weights }) => inside.has(child) && weights.length > 0);
    x += 2 * RADIUS + (hasWeights ? gaps[k] : k > 0 ? 60 : 0);
    return column.map((circle, row) => ({
      ...circle, x, y: CAPTION / 2 + high / 2 + (row - (column.length - 1) / 2) * below,
      width: 2 * RADIUS, height: 2 * RADIUS,
    }));
  });
  const at = new Map(nodes.map((circle) => [circle.node, circle]));
  const columnOf = new Map(columns.flatMap((column, k) => column.map(({ node }) => [node, k])));
  const passed = columns.map((column) => column.map(({ node }) => at.get(node)));
  const lines = edges.map(({ parent, child }) =>
    wayOf(at.get(parent), at.get(child), passed.slice(columnOf.get(parent) + 1, columnOf.get(child))));
  const { places, costs } = besideLines(lines, edges, nodes, meet);
  return {
    crowded: new Set(edges.filter((_, k) => costs[k] > 0).map(({ child }) => columnOf.get(child))),
    size: [x + side, high + CAPTION / 2],
    nodes,
    edges: edges.map((edge, k) => (
      { ...edge, ...places[k], path: `M${lines[k].map(({ x, y }) => `${x} ${y}`).join("L")}` })),
  };
}

// The points of a line, from rim to rim: straight, but past the circles of the columns between, through
// the nearest space above or below them.
function wayOf(from, to, between) {
  const points = [from];
  for (const column of between) {
    const { x } = column[0];
    const straight = from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
    const isFree = (y) => column.every((circle) => Math.abs(circle.y - y) > RADIUS + 4);
    const spaces = column.flatMap((circle) => [circle.y - RADIUS - CAPTION / 2, circle.y + RADIUS + CAPTION / 2]);
    const distance = (y) => Math.abs(y - straight);
    const y = [straight, ...spaces].filter(isFree).reduce((a, b) => (distance(b) < distance(a) ? b : a));
    points.push({ x: x - RADIUS, y }, { x: x + RADIUS, y });
  }
  points.push(to);
  const towards = ({ x, y }, other, length) => {
    const share = length / Math.hypot(other.x - x, other.y - y);
    return { x: x + share * (other.x - x), y: y + share * (other.y - y) };
  };
  return [towards(from, points[1], RADIUS), ...points.slice(1, -1), towards(to, points.at(-2), RADIUS + 2)];
}

// The point at a share of a line's length.
function along(points, share) {
  const lengths = points.slice(1).map(({ x, y }, k) => Math.hypot(x - points[k].x, y - points[k].y));
  let [left, k] = [share * lengths.reduce((a, b) => a + b), 0];
  while (k < lengths.length - 1 && left > lengths[k]) left -= lengths[k++];
  const [a, b] = [points[k], points[k + 1]];
  return { x: a.x + (left / lengths[k]) * (b.x - a.x), y: a.y + (left / lengths[k]) * (b.y - a.y) };
}

// For each line that has a number, the place on it where fewest of the lines that it may meet, of their
// numbers, and of the names of circles are in its way.
function besideLines(lines, edges, nodes, meet) {
  const places = lines.map((line) => along(line, 0.5));
  const written = [...lines.keys()].filter((k) => edges[k].weights.length > 0);
  const others = edges.map((edge, k) => [...lines.keys()].filter((other) => other !== k && meet(edge, edges[other])));
  const points = lines.map((line) => Array.from({ length: 41 }, (_, k) => along(line, k / 40)));
  const halfOf = (weights, numbers, start) =>
    (weights.length ? widthOf(start + rangeText(weights.map((weight) => numbers[weight]))) / 2 + 4 : 0);
  const lower = edges.map(({ weights }) => halfOf(weights, state.run.gradients, "∂ "));
  const half = edges.map(({ weights }, k) => Math.max(lower[k], halfOf(weights, state.run.values, "")));
  const costAt = (k, { x, y }) => {
    let cost = 0;
    for (const other of others[k]) {
      const place = places[other];
      const isOver = edges[other].weights.length > 0 && Math.abs(x - place.x) < half[k] + half[other] && Math.abs(y - place.y) < ABOVE + BELOW;
      // The gradient has its own line above it, so other lines have to be further off below.
      const isCrossed = points[other].some((at) => at.y > y - ABOVE - 2 &&
        (at.y < y + BELOW + 2 ? Math.abs(at.x - x) < half[k] + 1 : at.y < y + BELOW + 6 && Math.abs(at.x - x) < lower[k] + 5));
      cost += 3 * isOver + isCrossed;
    }
    const isOnName = (circle) => Math.abs(x - circle.x) < half[k] + widthOfName(circle) / 2
      && y + BELOW > circle.y - RADIUS - CAPTION && y - ABOVE < circle.y - RADIUS;
    const isOnCircle = (circle) => {
      const across = Math.max(Math.abs(x - circle.x) - half[k], 0);
      const down = Math.max(y - ABOVE - circle.y, circle.y - y - BELOW, 0);
      return Math.hypot(across, down) < RADIUS + 2;
    };
    return cost + 3 * nodes.filter((circle) => isOnName(circle) || isOnCircle(circle)).length;
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

// What stands above a circle: its node's name, unless the text in the circle is that name.
const nameAbove = ({ node, text, group }) => (group || NODES[node].shown === text ? "" : NODES[node].shown);
const widthOfName = (circle) => NAME * nameAbove(circle).length;

// A neuron's weighted sum, and its bias, if it has one; undefined for what is no neuron.
function weightedSumOf(node) {
  const weights = new Set(drawing.view.edges.flatMap((edge) => (edge.child === node ? edge.weights : [])));
  const isSum = ([child]) => operationOf(child) === "dot" && NODES[child].parents.some((parent) => weights.has(parent));
  const [sum] = REGIONS.get(node)?.find(isSum) ?? [];
  if (sum === undefined) return undefined;
  const last = NODES[sum].parents.length - 1;
  return { sum, bias: isLeftOut(NODES, sum, last) ? undefined : NODES[sum].parents[last] };
}

// The circle of a node: what it does; of a neuron its bias b, and its weighted sum z with the gradient
// by it, where z is another number; its number and its gradient. Above it stands its name, if that is
// another.
function circleOf(circle) {
  const { node, text, width, group } = circle;
  const { sum = node, bias } = (group ? undefined : weightedSumOf(node)) ?? {};
  const within = sum === node ? undefined : sum;
  const sums = [["b", bias, "value"], ["z", within, "value"], ["∂z", within, "gradient"]].filter(([, of]) => of !== undefined);
  const middle = { "text-anchor": "middle", x: 0 };
  const numbers = {
    sums: sums.map(([name, of, what]) => ({ name, of, what, text: svg("text", { class: `sum ${what}-sum`, ...middle }) })),
    value: svg("text", { class: "value", ...middle }),
    gradient: svg("text", { class: "gradient", ...middle }),
  };
  const name = nameAbove(circle);
  const title = svg("text", { class: name ? "kind" : "name", ...middle }, group ? titleOf(node, group) : text);
  const lines = [title, ...numbers.sums.map((one) => one.text), numbers.value, numbers.gradient];
  const apart = lines.length > 3 ? 13.5 : 17;
  lines.forEach((line, k) => put(line, { y: 4 + (k - (lines.length - 1) / 2) * apart }));
  const shapes = [svg("circle", { class: "halo", r: width / 2 + 4 }), svg("circle", { class: "box", r: width / 2 })];
  const [wide, high] = [NAME * name.length, -width / 2 - 5];
  const caption = name ? [svg("rect", { class: "plate", x: -wide / 2, y: high - 11, width: wide, height: 15 }),
    svg("text", { class: "name", ...middle, y: high }, name)] : null;
  return { numbers, shapes, caption, lines };
}

// The circle that a node is computed for: the nearest one on its way to the output.
const CIRCLE_OF = new Map([...REGIONS].flatMap(([stop, edges]) => edges.map(([child]) => [child, stop])));

// Dots run along the lines along which something passes: with the numbers forward, with the gradients back.
const RUN = 700; // milliseconds
function runAlongLines() {
  if (!isNetwork() || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const { group, line } of drawing.edges) {
    const isBack = group.classList.contains("backward");
    if (!isBack && !group.classList.contains("forward")) continue;
    const places = Array.from({ length: 9 }, (_, k) => {
      const { x, y } = line.getPointAtLength((line.getTotalLength() * k) / 8);
      return { transform: `translate(${x}px, ${y}px)` };
    });
    const dot = svg("circle", { class: "runner", r: 5 });
    group.append(dot);
    dot.animate(isBack ? places.toReversed() : places, { duration: RUN, easing: "ease-in-out" })
      .addEventListener("finish", () => dot.remove());
  }
}

// How a line of the network looks now: its weight, and whether numbers or gradients pass along it.
// A line that stands for several has the smallest and the largest of their numbers.
function weightedLine({ parents, children, weights }, run, { nodes, records }, received) {
  const sizeOf = (some) => Math.max(0, ...some.map((weight) => Math.abs(run.values[weight])));
  const largest = sizeOf(drawing.view.edges.flatMap((edge) => edge.weights));
  const isKnown = weights.length > 0 && weights.every((weight) => received[weight] !== undefined && !isHidden(weight));
  return {
    forward: nodes.some((i) => children.includes(CIRCLE_OF.get(i))),
    backward: records.some((one) => children.includes(CIRCLE_OF.get(one.child))
      && (parents.includes(one.parent) || weights.includes(one.parent))),
    text: weights.length ? rangeText(weights.map((weight) => run.values[weight])) : "",
    below: isKnown ? `∂ ${rangeText(weights.map((weight) => received[weight].total))}` : "",
    width: weights.length ? 0.7 + (4 * sizeOf(weights)) / (largest || 1) : 1,
    isNegative: weights.length > 0 && weights.every((weight) => run.values[weight] < 0),
  };
}
