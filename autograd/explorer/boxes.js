// The boxes of nodes: what is written in them and how large they are, and where their ports are.

const [NAME, LETTER, DIGIT] = [7, 6.5, 6.8]; // the width of a letter of a name, of another, of a digit
const KEY = 32; // the width of the word beside a gradient
const [RIM, BETWEEN] = [8, 10]; // the empty space beside a text, and between two
const [HEAD, ROW, LEAF] = [20, 16, 36]; // the height of a name's line, of a port, of a leaf

// A node's name in its box; of nodes that are alike, what they are and how many.
function titleOf(i, group = [i]) {
  if (group.length === 1) return NODES[i].shown;
  const { kind, parents = [] } = NODES[i];
  const users = CHILDREN[i].map(([child]) => operationOf(child));
  const isNeuron = [i, ...(parents.length === 1 ? parents : [])].some((node) => operationOf(node) === "dot");
  const what = { input: marked("{count} inputs"), parameter: marked("{count} parameters") }[kind]
    ?? (isNeuron ? marked("{count} neurons") : users.some((name) => ["sum", "mean"].includes(name)) ? marked("{count} terms") : marked("{count} nodes"));
  return words(what, { count: group.length });
}

// A number; of several, the smallest and the largest, in fewer digits.
function rangeText(numbers) {
  const [least, most] = numbers.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
  if (least === most || numbers.length === 1) return show(numbers[0]);
  const texts = [least, most].map((number) => show(number, 3));
  return texts[0] === texts[1] ? texts[0] : texts.join(" … ");
}

// The width of a number.
function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (".-− ".includes(letter) ? 3.9 : letter === "…" ? 12 : DIGIT), 0);
}

// A node's size: its name, and beside it its number or its operation; below, its ports beside its
// numbers, with room for all that they are in both passes. `room` is the width of a port.
function boxOf(i, edges = [], group = [i]) {
  const { kind, symbol = "" } = NODES[i];
  const shown = titleOf(i, group);
  const value = widthOf(rangeText(group.map((node) => state.run.values[node])));
  const gradients = group.length > 1 ? [rangeText(group.map((node) => state.run.gradients[node]))]
    : gradientsOf(i).map((number) => show(number));
  const gradient = widthOf(gradients.at(-1) ?? "");
  // Of a gradient that has not all of its shares, "+ …" says that more are to come.
  const partial = gradients.length > 1 ? [`-0.0${"0".repeat(shownDigits)}`, ...gradients.slice(0, -1)] : [];
  const widest = Math.max(...partial.map((text) => widthOf(`${text} + …`)), value, gradient);
  if (kind !== "result") {
    const name = NAME * shown.length + Math.max(value, DIGIT * (shownDigits + 1)) + 3 * RIM;
    const keyed = KEY + Math.min(gradient, DIGIT * (shownDigits + 2)); // beside a longer one, no word stands
    return { width: Math.max(name, keyed + 2 * RIM, widest + 2 * RIM), height: LEAF, room: 0, ports: 0 };
  }
  const room = edges.length ? Math.max(DIGIT * 5, ...edges.map((edge) => widthOf(portText(edge, state.run)))) : 0;
  const head = NAME * shown.length + LETTER * symbol.length + BETWEEN + 2 * RIM;
  const body = Math.max(DIGIT * 5, widest) + 2 * RIM;
  if (GRAPH.direction === "TB") {
    const width = Math.max(head, body, edges.length * (room + BETWEEN));
    return { width, height: HEAD + 34 + (edges.length ? ROW + 2 : 0), room, ports: edges.length };
  }
  return { width: Math.max(head, body + room + (room ? BETWEEN : 0)), height: HEAD + Math.max(34, ROW * edges.length), room, ports: edges.length };
}

// What a node's gradient is, share by share.
function gradientsOf(i) {
  const { run } = state;
  if (!run.totals) {
    run.totals = NODES.map(() => []);
    for (const { parent, total } of run.records) run.totals[parent].push(total);
  }
  return run.totals[i];
}

// Whether there is room for the numbers of another run.
const hasRoom = ({ nodes, edges, tangled }) => tangled || nodes.every((box) => {
  const { width, room } = boxOf(box.node, edges.filter(({ child, port }) => port && child === box.node), box.group);
  return width <= box.width + 1 && room <= box.room + 1;
});

// Where a port is, from the middle of its box; its line ends there, at the rim.
function portAt({ width, height, ports }, k) {
  if (GRAPH.direction === "TB") return { x: -width / 2 + (width * (k + 0.5)) / ports, y: -height / 2 };
  return { x: -width / 2, y: -height / 2 + HEAD + ((height - HEAD) * (k + 0.5)) / ports };
}
