// The places of nodes and lines, for a graph that is made in the page: dagre puts the nodes into
// ranks, and this file draws the lines between them. GRAPH.views has the same form from Graphviz.

// A node's size: its name, beside it its number or its operation, and rows below.
function boxOf({ kind, shown, symbol, number }) {
  const { leaf, result, bold, plain, rims, key, digit } = SIZES;
  const text = show(readNumber(number));
  const [wide, high] = kind === "result" ? result : leaf;
  const beside = (symbol ?? text.padStart(9)).length;
  return { width: Math.max(wide, bold * shown.length + plain * beside + rims, key + digit * text.length + rims), height: high };
}

// The one view of a graph: a constant that stands in the text of its operation is no node in it.
function viewOf({ nodes }) {
  const drawing = new dagre.graphlib.Graph({ multigraph: true });
  drawing.setGraph({ rankdir: "LR", nodesep: 18, edgesep: 12, ranksep: 20 });
  const isInlined = (parent, child) => nodes[parent].kind === "constant" && nodes[child].parents.length === 2;
  const edges = nodes.flatMap(({ parents = [] }, child) => parents.flatMap((parent, position) =>
    (isInlined(parent, child) ? [] : [{ parent, child, position }])));
  const used = new Set(edges.flatMap(({ parent, child }) => [parent, child]));
  nodes.forEach((node, i) => {
    if (used.has(i) || node.kind !== "constant" || nodes.length === 1) drawing.setNode(i, boxOf(node));
  });
  const [width, height] = SIZES.label;
  for (const { parent, child, position } of edges) {
    drawing.setEdge(parent, child, { width, height, labelpos: "c" }, String(position));
  }
  dagre.layout(drawing);
  mirror(drawing, edges);
  const boxes = new Map(drawing.nodes().map((i) => [Number(i), drawing.node(i)]));
  const lines = edges.map((edge) => ({ ...edge, ...drawing.edge({ v: edge.parent, w: edge.child, name: String(edge.position) }) }));
  const { width: wide, height: high } = drawing.graph();
  return {
    stop: -1,
    size: [wide, high],
    tangled: false,
    nodes: [...boxes].map(([node, box]) => ({ node, x: box.x, y: box.y, width: box.width, height: box.height })),
    edges: lines.map(({ parent, child, position, points, x, y }) =>
      ({ parent, child, position, x, y: y - height / 2, path: pathOf(ends(parent, child, position, points)) })),
  };

  // The points of a line, from the right side of its parent to its own place at the child's left side.
  function ends(parent, child, position, points) {
    const [from, to] = [boxes.get(parent), boxes.get(child)];
    const arriving = lines.filter((line) => line.child === child)
      .sort((a, b) => a.points.at(-2).y - b.points.at(-2).y || a.position - b.position);
    const place = arriving.findIndex((line) => line.parent === parent && line.position === position);
    const share = (place + 1) / (arriving.length + 1) - 0.5;
    return [{ x: from.x + from.width / 2, y: from.y }, ...points.slice(1, -1),
      { x: to.x - to.width / 2 - 2, y: to.y + share * to.height }];
  }
}

// Turn a drawing upside down if that brings more inputs of operations into their order, the first on top.
function mirror(drawing, edges) {
  const { height } = drawing.graph();
  let inOrder = 0;
  for (const a of edges) {
    for (const b of edges) {
      if (a.child === b.child && a.position < b.position) {
        inOrder += Math.sign(drawing.node(b.parent).y - drawing.node(a.parent).y);
      }
    }
  }
  if (inOrder >= 0) return;
  const lines = drawing.edges().map((edge) => drawing.edge(edge));
  const places = [...drawing.nodes().map((i) => drawing.node(i)), ...lines, ...lines.flatMap(({ points }) => points)];
  for (const place of new Set(places)) place.y = height - place.y;
}

// A line through points that runs to the right at each of them.
function pathOf([first, ...rest]) {
  let [path, before] = [`M${first.x} ${first.y}`, first];
  for (const { x, y } of rest) {
    const middle = (before.x + x) / 2;
    path += `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
    before = { x, y };
  }
  return path;
}
