// The places of nodes and lines, for a graph that is made in the page: dagre puts the nodes into
// ranks, and this file draws the lines between them. of a small graph that Python recorded, GRAPH.views
// has them from Graphviz.

// A node's size: its name, beside it its number or its operation, and rows below.
function boxOf({ kind, shown, symbol, number }) {
  const { leaf, result, bold, plain, rims, key, digit } = SIZES;
  const text = show(readNumber(number));
  const [wide, high] = kind === "result" ? result : leaf;
  const beside = (symbol ?? text.padStart(9)).length;
  return { width: Math.max(wide, bold * shown.length + plain * beside + rims, key + digit * text.length + rims), height: high };
}

// The one view of a small graph: a constant that stands in the text of its operation is no node in it.
function wholeOf({ nodes }) {
  const isInlined = (parent, child) => nodes[parent].kind === "constant" && nodes[child].parents.length === 2;
  const edges = nodes.flatMap(({ parents = [] }, child) => parents.flatMap((parent, position) =>
    (isInlined(parent, child) ? [] : [{ parent, child, position }])));
  const used = new Set(edges.flatMap(({ parent, child }) => [parent, child]));
  const shown = [...nodes.keys()].filter((i) => used.has(i) || nodes[i].kind !== "constant" || nodes.length === 1);
  return { stop: -1, nodes: shown.map((node) => ({ node })), edges };
}

// A view with the places of its nodes and lines; they are found when the view is first opened.
function placed(view) {
  if (view.size) return view;
  return Object.assign(view, view.columns ? inCircles(view) : arranged(view));
}

function arranged({ nodes, edges }) {
  const ranks = ranksOf(nodes, edges);
  const isMap = edges.some(({ position }) => position === null);
  const isWide = isMap && Math.max(...ranks.map((rank) => rank.length)) > MOST_ROWS_OF_BLOCK;
  return edges.length > SIZES.tangle || isWide ? inBlocks(ranks, edges) : byLibrary({ nodes, edges });
}

// The nodes of a view by the longest way to them from a node without an incoming line.
function ranksOf(nodes, edges) {
  const depths = new Map(nodes.map(({ node }) => [node, 0]));
  for (const { parent, child } of edges.toSorted((a, b) => a.child - b.child)) { // parents come first
    depths.set(child, Math.max(depths.get(child), depths.get(parent) + 1));
  }
  const ranks = Array.from({ length: Math.max(...depths.values()) + 1 }, () => []);
  for (const [node, depth] of depths) ranks[depth].push(node);
  return ranks;
}

const MOST_ROWS_OF_BLOCK = 12;

// Very many nodes or lines: each rank is a block of columns, such as a layer, or all samples of a batch.
function inBlocks(ranks, edges) {
  const isUpright = GRAPH.direction === "TB";
  const [gap, between] = [14, 90]; // of boxes, and of blocks
  const boxes = new Map();
  const [along, across, thick, long] = isUpright ? ["y", "x", "height", "width"] : ["x", "y", "width", "height"];
  let start = 0;
  for (const rank of ranks) {
    const sizes = rank.map((node) => boxOf(NODES[node]));
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
    edges: edges.map(({ parent, child, position }) => {
      const [from, to] = [boxes.get(parent), boxes.get(child)];
      const points = [
        { ...from, [along]: from[along] + from[thick] / 2 }, { ...to, [along]: to[along] - to[thick] / 2 - 2 }];
      const [x, y] = ["x", "y"].map((axis) => (from[axis] + to[axis]) / 2);
      return { parent, child, position, x, y, path: pathOf(points, isUpright) };
    }),
  };
}

function byLibrary({ nodes, edges }) {
  const isUpright = GRAPH.direction === "TB";
  const drawing = new dagre.graphlib.Graph({ multigraph: true });
  drawing.setGraph({ rankdir: GRAPH.direction, nodesep: 18, edgesep: 12, ranksep: 20 });
  for (const { node } of nodes) drawing.setNode(node, boxOf(NODES[node]));
  const [width, height] = SIZES.label;
  edges.forEach(({ parent, child }, k) => {
    drawing.setEdge(parent, child, { width, height, labelpos: "c" }, String(k));
  });
  dagre.layout(drawing);
  if (!isUpright) mirror(drawing, edges);
  const boxes = new Map(nodes.map(({ node }) => [node, drawing.node(node)]));
  const lines = edges.map((edge, k) => ({ ...edge, ...drawing.edge({ v: edge.parent, w: edge.child, name: String(k) }) }));
  const arriving = new Map(nodes.map(({ node }) => [node, []]));
  const across = isUpright ? "x" : "y";
  for (const line of lines) arriving.get(line.child).push(line);
  for (const found of arriving.values()) found.sort((a, b) => a.points.at(-2)[across] - b.points.at(-2)[across]);
  const { width: wide, height: high } = drawing.graph();
  return {
    size: [wide, high],
    tangled: false,
    nodes: nodes.map(({ node }) => {
      const { x, y, width: w, height: h } = boxes.get(node);
      return { node, x, y, width: w, height: h };
    }),
    edges: lines.map((line) => {
      const { parent, child, position, x, y } = line;
      return { parent, child, position, x, y: y - (isUpright ? 0 : height / 2), path: pathOf(ends(line), isUpright) };
    }),
  };

  // The points of a line, from the side of its parent to its own place at the child's side.
  function ends({ parent, child, points }) {
    const [from, to] = [boxes.get(parent), boxes.get(child)];
    const others = arriving.get(child);
    const place = others.findIndex((other) => other.points === points);
    const share = (place + 1) / (others.length + 1) - 0.5;
    const [start, end] = isUpright
      ? [{ x: from.x, y: from.y + from.height / 2 }, { x: to.x + share * to.width, y: to.y - to.height / 2 - 2 }]
      : [{ x: from.x + from.width / 2, y: from.y }, { x: to.x - to.width / 2 - 2, y: to.y + share * to.height }];
    return [start, ...points.slice(1, -1), end];
  }
}

// Turn a drawing upside down if that brings more inputs of operations into their order, the first on top.
function mirror(drawing, edges) {
  const { height } = drawing.graph();
  let inOrder = 0;
  edges.forEach((a, k) => {
    for (const b of edges.slice(k + 1)) {
      if (b.child !== a.child) continue;
      inOrder += Math.sign(drawing.node(b.parent).y - drawing.node(a.parent).y);
    }
  });
  if (inOrder >= 0) return;
  const lines = drawing.edges().map((edge) => drawing.edge(edge));
  const places = [...drawing.nodes().map((i) => drawing.node(i)), ...lines, ...lines.flatMap(({ points }) => points)];
  for (const place of new Set(places)) place.y = height - place.y;
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
