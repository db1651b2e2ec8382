// The places of nodes, ports and lines. An operation has a port for each input, in the order of the
// inputs: a line ends at its port, and the local derivative stands in it. The order of the nodes is
// that of ranks.js, the size of a node that of boxes.js.

const TANGLE = 160; // a view with more lines than this has no ports
const [MOST_ROWS_OF_BLOCK, APART] = [12, 10]; // boxes of a block on one another; between boxes of a rank

// The one view of a small graph.
function wholeOf({ nodes }) {
  const edges = nodes.flatMap(({ parents = [] }, child) => parents.flatMap((parent, position) =>
    (isLeftOut(nodes, child, position) ? [] : [{ parent, child, position }])));
  const shown = [...nodes.keys()].filter((i) => nodes[i].kind !== "constant" || i === nodes.length - 1);
  return { stop: -1, groups: new Map(), nodes: shown.map((node) => ({ node })), edges };
}

// Whether an input has no port: a constant in the operation's text, or the bias of a sum without one.
function isLeftOut(nodes, child, position) {
  const { parents, operation } = nodes[child];
  const { kind, number } = nodes[parents[position]];
  const isBias = RULES[operation].name === "dot" && position === parents.length - 1;
  return kind === "constant" && (parents.length === 2 || (isBias && readNumber(number) === 0));
}

// A view with the places of its nodes and lines; they are found when the view is first opened.
function placed(view) {
  view.layouts ??= new Map();
  if (!view.layouts.has(shownDigits)) view.layouts.set(shownDigits, view.columns ? inCircles(view) : arranged(view));
  return Object.assign(view, view.layouts.get(shownDigits));
}

// The scores z1, z2, z3 that a share was computed from, in order; [] where none is told.
function scoresOf(i) {
  if (!SHARES.includes(operationOf(i))) return [];
  const { parents } = NODES[i];
  const labels = parents.map((parent) => (NODES[parent].named ? /^(.*?)(\d+)$/.exec(NODES[parent].name) : null));
  const isTold = labels.every(Boolean) && new Set(labels.map((label) => label[1])).size === 1;
  const numbers = new Map(parents.map((parent, k) => [parent, Number(labels[k]?.[2])]));
  if (!isTold || new Set(numbers.values()).size < parents.length) return [];
  return parents.toSorted((a, b) => numbers.get(a) - numbers.get(b));
}

// The edges of a share, of a softmax, as the labels of its scores number them; its own is recorded first.
function withScoresInOrder(node, edges) {
  const scores = scoresOf(node);
  return scores.length ? edges.toSorted((a, b) => scores.indexOf(a.parent) - scores.indexOf(b.parent)) : edges;
}

function arranged({ nodes, edges }) {
  const graph = new Map(nodes.map(({ node }) => [node, []]));
  const groups = new Map(nodes.map(({ node, group }) => [node, group]));
  for (const edge of edges) graph.get(edge.child).push(edge);
  for (const [node, found] of graph) graph.set(node, withScoresInOrder(node, found));
  const ranks = ranked(graph);
  const isMap = edges.every(({ position }) => position === null);
  const isWide = isMap && Math.max(...ranks.orders.map((rank) => rank.length)) > MOST_ROWS_OF_BLOCK;
  if (edges.length <= TANGLE && !isWide) return inRanks(graph, ranks, groups);
  const orders = ranks.orders.map((order) => order.filter(Number.isInteger));
  return inBlocks(orders, edges.filter(({ parent }) => graph.has(parent)), groups);
}

// Very many nodes or lines: each rank is a block of columns, such as a layer, or all samples of a batch.
function inBlocks(ranks, edges, groups) {
  const isUpright = GRAPH.direction === "TB";
  const [gap, between] = [14, 90]; // of boxes, and of blocks
  const boxes = new Map();
  const [along, across, thick, long] = isUpright ? ["y", "x", "height", "width"] : ["x", "y", "width", "height"];
  let start = 0;
  for (const rank of ranks) {
    const sizes = rank.map((node) => ({ group: groups.get(node), ...boxOf(node, [], groups.get(node)) }));
    const [widest, highest] = [thick, long].map((side) => Math.max(...sizes.map((size) => size[side])));
    const rows = Math.ceil(rank.length / Math.ceil(rank.length / MOST_ROWS_OF_BLOCK));
    rank.forEach((node, k) => {
      const [column, row] = [Math.floor(k / rows), k % rows];
      boxes.set(node, { node, ...sizes[k], [along]: start + column * (widest + gap) + widest / 2,
        [across]: (row - (rows - 1) / 2) * (highest + gap) });
    });
    start += Math.ceil(rank.length / rows) * (widest + gap) - gap + between;
  }
  const ends = [...boxes.values()].map((box) => box[across] + box[long] / 2);
  const half = Math.max(...ends);
  for (const box of boxes.values()) box[across] += half;
  const size = isUpright ? [2 * half, start - between] : [start - between, 2 * half];
  return {
    size,
    tangled: true,
    nodes: [...boxes.values()],
    edges: edges.map((edge) => {
      const { parent, child } = edge;
      const [from, to] = [boxes.get(parent), boxes.get(child)];
      const points = [
        { ...from, [along]: from[along] + from[thick] / 2 }, { ...to, [along]: to[along] - to[thick] / 2 - 2 }];
      const [x, y] = ["x", "y"].map((axis) => (from[axis] + to[axis]) / 2);
      return { ...edge, x, y, path: pathOf(points, isUpright) };
    }),
  };
}

// Ranks from left to right, or downwards. Lines bend between the ranks alone, so none runs through a box.
function inRanks(graph, { orders, pieces }, groups) {
  const isUpright = GRAPH.direction === "TB";
  const [along, across, thick, long] = isUpright ? ["y", "x", "height", "width"] : ["x", "y", "width", "height"];
  const boxes = new Map([...graph].map(([node, edges]) => {
    const group = groups.get(node);
    return [node, { node, group, ...boxOf(node, edges, group) }];
  }));
  for (const order of isUpright ? [] : orders) {
    const leaves = order.map((element) => boxes.get(element)).filter((box) => box && isLeaf(box.node));
    const widest = Math.max(...leaves.map(({ width }) => width));
    for (const box of leaves) box.width = widest;
  }
  const lengthOf = (element) => boxes.get(element)?.[long] ?? 0;
  const portOf = ({ edge, head }) => (boxes.has(head) ? portAt(boxes.get(head), graph.get(head).indexOf(edge))[across] : 0);
  const middles = middlesOf(orders, pieces, lengthOf, portOf);
  const first = Math.min(...[...middles].map(([element, middle]) => middle - lengthOf(element) / 2));
  const last = Math.max(...[...middles].map(([element, middle]) => middle + lengthOf(element) / 2));

  let start = 0;
  const spans = orders.map((order, r) => {
    const thickness = Math.max(0, ...order.map((element) => boxes.get(element)?.[thick] ?? 0));
    if (r > 0) start += 20 + Math.min(2.6 * pieces[r].length, 70);
    for (const element of order) {
      const box = boxes.get(element);
      if (box) Object.assign(box, { [along]: start + thickness / 2, [across]: middles.get(element) - first });
    }
    start += thickness;
    return [start - thickness, start];
  });

  // Lines leave a box in the order in which they go on.
  const exits = new Map();
  for (const rank of pieces) {
    for (const piece of rank) {
      if (!boxes.has(piece.tail)) continue;
      const found = exits.get(piece.tail) ?? [];
      exits.set(piece.tail, [...found, { edge: piece.edge, goes: middles.get(piece.head) + portOf(piece) }]);
    }
  }
  const exitOf = new Map();
  for (const [node, found] of exits) {
    found.sort((a, b) => a.goes - b.goes);
    const gap = Math.min(8, (boxes.get(node)[long] - 16) / found.length);
    found.forEach(({ edge }, k) => exitOf.set(edge, (k - (found.length - 1) / 2) * gap));
  }

  const points = new Map(); // of each line, where it is at the rims of each rank
  const at = (far, beside) => ({ [along]: far, [across]: beside });
  pieces.forEach((rank, r) => rank.forEach((piece) => {
    const { tail, head, edge } = piece;
    const from = boxes.get(tail);
    if (from) {
      const beside = from[across] + exitOf.get(edge);
      points.set(edge, [at(from[along] + from[thick] / 2, beside), at(spans[r - 1][1], beside)]);
    }
    const beside = middles.get(head) - first + portOf(piece);
    const to = boxes.get(head);
    const rim = to ? to[along] - to[thick] / 2 - 2 : spans[r][1];
    points.get(edge).push(at(Math.min(spans[r][0], rim), beside), at(rim, beside));
  }));
  const size = isUpright ? [last - first, start] : [start, last - first];
  return {
    size,
    tangled: false,
    nodes: [...boxes.values()],
    edges: [...graph.values()].flat().map((edge) => {
      const way = points.get(edge);
      const port = { ...portAt(boxes.get(edge.child), graph.get(edge.child).indexOf(edge)) };
      if (!way) return { ...edge, port }; // of a constant in its port
      const [before, after] = way.slice(-3);
      return { ...edge, port, x: (before.x + after.x) / 2, y: (before.y + after.y) / 2, path: pathOf(way, isUpright) };
    }),
  };
}

// The middle of each box and passage across its rank, near those that it is joined to.
function middlesOf(orders, pieces, lengthOf, portOf) {
  const middles = new Map();
  const apart = (a, b) => (lengthOf(a) + lengthOf(b)) / 2 + APART;
  for (const order of orders) {
    let sum = 0;
    order.forEach((element, k) => {
      if (k > 0) sum += apart(order[k - 1], element);
      middles.set(element, sum);
    });
    for (const element of order) middles.set(element, middles.get(element) - sum / 2);
  }
  const joined = new Map([...middles.keys()].map((element) => [element, []]));
  for (const piece of pieces.flat()) {
    const { tail, head } = piece;
    const weight = [tail, head].reduce((product, end) => product * (Number.isInteger(end) ? 1 : 3), 1);
    joined.get(head).push({ to: tail, by: -portOf(piece), weight });
    joined.get(tail).push({ to: head, by: portOf(piece), weight });
  }
  for (let round = 0; round < 24; round++) {
    for (const order of round % 2 ? orders : orders.toReversed()) {
      const wanted = order.map((element) => {
        const ends = joined.get(element);
        const weight = ends.reduce((sum, end) => sum + end.weight, 0);
        const place = ends.reduce((sum, end) => sum + end.weight * (middles.get(end.to) + end.by), 0);
        return weight ? { weight, place: place / weight } : { weight: 0.01, place: middles.get(element) };
      });
      const offsets = [0];
      order.slice(1).forEach((element, k) => offsets.push(offsets[k] + apart(order[k], element)));
      nearest(wanted, offsets).forEach((place, k) => middles.set(order[k], place));
    }
  }
  return middles;
}

// The places nearest to those that are wanted, by the sum of weighted squares, each as far from the
// first as its offset or further: neighbours that would be too near move together.
function nearest(wanted, offsets) {
  const groups = [];
  wanted.forEach(({ weight, place }, k) => {
    groups.push({ weight, place: place - offsets[k], count: 1 });
    while (groups.length > 1 && groups.at(-2).place > groups.at(-1).place) {
      const [a, b] = groups.splice(-2);
      const both = a.weight + b.weight;
      groups.push({ weight: both, place: (a.weight * a.place + b.weight * b.place) / both, count: a.count + b.count });
    }
  });
  return groups.flatMap(({ place, count }) => new Array(count).fill(place)).map((place, k) => place + offsets[k]);
}

// A line through points that runs to the right, or downwards, at each of them.
function pathOf([first, ...rest], isUpright) {
  const short = (number) => Math.round(10 * number) / 10;
  let [path, before] = [`M${short(first.x)} ${short(first.y)}`, first];
  for (const point of rest) {
    const [x, y] = [(before.x + point.x) / 2, (before.y + point.y) / 2];
    const bends = isUpright ? [before.x, y, point.x, y] : [x, before.y, x, point.y];
    path += `C${[...bends, point.x, point.y].map(short).join(" ")}`;
    before = point;
  }
  return path;
}
