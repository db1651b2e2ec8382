// The drawing: one view of the graph at a time, laid out in advance; only texts and classes change.

const ARROWS = ["rest", "forward", "backward", "lit"];
const OUTSIDE = 1e5; // what it costs to hang a text where it is not seen
const LARGEST = 1.35; // the scale beyond which a small graph is not enlarged
const READABLE = 1; // the smallest scale at which the text, of 12 units, is a text of 12 pixels

// Whether a plain wheel zooms: not where the reader needs it to scroll a notebook, or a small window.
const isFramed = () => window.parent !== window;
function wheelZooms() {
  const { scrollHeight, clientHeight } = document.documentElement;
  return !isFramed() && scrollHeight <= clientHeight + 1;
}

class Drawing {
  // `on` has what is done when a node is chosen, when a number is dragged, and when the camera moves.
  constructor(element, on) {
    this.element = element;
    this.on = on;
    [this.least, this.smallest, this.largest] = [READABLE, READABLE, LARGEST]; // of a whole; of a part; of all
    this.view = null;
    this.nodes = new Map();
    this.edges = [];
    this.camera = { x: 0, y: 0, scale: 1 };
    this.listen();
  }

  // ------------------------------------------------------------------- making a view

  show(index) {
    this.view = placed(GRAPH.views[index]);
    this.index = index;
    this.nodes.clear();
    this.edges = [];
    this.stands = new Map([...this.view.groups].flatMap(([first, members]) => members.map((node) => [node, first])));
    this.world = svg("g", { class: this.view.tangled ? "tangled" : "" });
    this.element.replaceChildren(this.markers(), this.world);
    const boxes = new Map(this.view.nodes.map((box) => [box.node, box]));
    this.beside = svg("g"); // numbers at lines, above all lines
    for (const edge of this.view.edges) this.addEdge(edge, boxes.get(edge.child));
    this.world.append(this.beside);
    for (const box of this.view.nodes) this.addNode(box);
    this.badge = svg("g", { class: "badge" });
    this.world.append(this.badge);
  }

  // Show the same view with boxes that have room for other numbers, and a node where it is.
  makeRoom(still) {
    if (this.view.columns || hasRoom(this.view)) return;
    const before = this.nodes.get(still);
    this.view.layouts.clear();
    this.show(this.index);
    map.show();
    if (!before) return this.begun ? this.begin(this.begun) : this.place();
    const after = this.nodes.get(still);
    for (const axis of ["x", "y"]) this.camera[axis] += after[axis] - before[axis];
    this.place();
  }

  markers() {
    const definitions = svg("defs");
    for (const name of ARROWS) {
      const shape = { id: `arrow-${name}`, class: `arrow ${name}`, viewBox: "0 0 10 10",
        refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse",
        markerUnits: "userSpaceOnUse" };
      definitions.append(svg("marker", shape, svg("path", { d: "M0 0L10 5L0 10z" })));
    }
    return definitions;
  }

  // A line, and its number: in the port where the line ends, or else on a plate beside it.
  addEdge(edge, box) {
    const { parent, port, path, x, y, weights = [] } = edge;
    const isWeight = weights.length > 0;
    const classes = `local${isWeight ? " weight" : ""}${isConstant(parent) ? " constant" : ""}`;
    const place = port ? this.inPort(box, port) : { x, y: y + 4, "text-anchor": "middle" };
    const text = svg("text", { class: classes, ...place });
    const line = svg("path", { class: "line", d: path ?? "" });
    const group = svg("g", {}, ...(path ? [line] : []));
    this.world.append(group);
    const drawn = { ...edge, group, line, text };
    if (isWeight) {
      drawn.below = svg("text", { class: "local share", x, y: y + 18, "text-anchor": "middle" });
      drawn.plates = [svg("rect", { class: "plate" }), svg("rect", { class: "plate" })];
      drawn.beside = svg("g", {}, ...drawn.plates, text, drawn.below);
      this.beside.append(drawn.beside);
    }
    this.edges.push(drawn);
  }

  // The number at a line and its gradient, and behind each a plate, through which no line is seen.
  write({ x, y, text, below, plates }, number, gradient) {
    [[text, number], [below, number && gradient]].forEach(([element, written], k) => {
      say(element, written);
      const wide = written ? widthOf(written) + 4 : 0;
      put(plates[k], { x: x - wide / 2, y: y - 7 + 14 * k, width: wide, height: 15 });
    });
  }

  // Where the text of a port stands, from the middle of its box.
  inPort({ height }, { x, y }) {
    return GRAPH.direction === "TB"
      ? { x, y: -height / 2 + ROW - 3, "text-anchor": "middle" } : { x: x + RIM, y: y + 4 };
  }

  addNode(box) {
    const { node: i, group: alike, x, y, width, height } = box;
    const { numbers, lines, shapes, caption } = this.view.columns ? circleOf(box) : this.boxOf(box);
    const ports = this.edges.filter(({ child, port }) => child === i && port).map(({ text }) => text);
    // The button holds no text: its name says more than what is written on it.
    const button = svg("g", { tabindex: -1, role: "button", [alike ? "data-group" : "data-node"]: i },
      svg("title", {}, alike ? titleOf(i, alike) : NODES[i].name), ...shapes);
    const group = svg("g", { transform: `translate(${x} ${y})` }, button,
      svg("g", { class: "written", "aria-hidden": "true" }, ...lines, ...ports));
    this.world.append(group);
    if (caption) this.world.append(svg("g", { class: "caption", transform: `translate(${x} ${y})` }, ...caption));
    this.nodes.set(i, { x, y, width, height, group, alike, button, ...numbers });
  }

  // The box of a node: its name, its operation, its number and its gradient.
  boxOf({ node: i, group, width, height, room, ports }) {
    const node = NODES[i];
    const isUpright = GRAPH.direction === "TB";
    const [left, right] = [-width / 2 + RIM, width / 2 - RIM];
    const top = -height / 2 + (isUpright && ports ? ROW + 2 : 0);
    const end = { x: right, "text-anchor": "end" };
    const rows = isLeaf(i) ? [15, 15, 30] : [15, HEAD + 14, HEAD + 28]; // of the name, the value, the gradient
    const numbers = {
      value: svg("text", { class: "value", ...end, y: top + rows[1] }),
      gradient: svg("text", { class: "gradient", ...end, y: top + rows[2] }),
    };
    const lines = [svg("text", { class: "name", x: left, y: top + rows[0] }, titleOf(i, group))];
    if (isConstant(i)) {
      lines.push(svg("text", { class: "key", x: left, y: top + rows[2] }, words("constant")));
    } else if (isLeaf(i)) {
      numbers.key = svg("text", { class: "key", x: left, y: top + rows[2] });
    }
    lines.push(...Object.values(numbers));
    if (!isLeaf(i)) {
      const rules = [`M${-width / 2} ${top + HEAD + 0.5}h${width}`];
      if (ports) rules.push(isUpright ? `M${-width / 2} ${top}h${width}` : `M${left + room + 2} ${top + HEAD}V${height / 2}`);
      lines.push(svg("text", { class: "kind", ...end, y: top + rows[0] }, node.symbol),
        svg("path", { class: "rule", d: rules.join("") }));
    }
    const shapes = [
      svg("rect", { class: "halo", x: -width / 2 - 4, y: -height / 2 - 4, width: width + 8, height: height + 8, rx: 11 }),
      svg("rect", { class: "box", x: -width / 2, y: -height / 2, width, height, rx: node.kind === "parameter" ? 12 : 4 })];
    return { numbers, lines, shapes };
  }

  // ------------------------------------------------------------- showing one moment

  // `moment` tells what is known of each node, and which edges act or are lit.
  update(moment) {
    for (const [i, drawn] of this.nodes) {
      const known = moment.node(i, drawn.alike);
      const classes = ["node", NODES[i].kind];
      for (const name of ["waiting", "active", "giving", "receiving", "chosen", "lit"]) {
        if (known[name]) classes.push(name);
      }
      if (drawn.alike || this.isFolded(i)) classes.push("folded");
      put(drawn.group, { class: classes.join(" ") });
      const sums = (drawn.sums ?? []).map(({ name, of, what }) => `${name} = ${moment.node(of)[what]}`);
      put(drawn.button, { "aria-label": [known.spoken, ...sums.map(aloud)].join("; "),
        "aria-pressed": String(known.chosen), tabindex: moment.tabStop === i ? 0 : -1,
        "data-value": known.exactValue, "data-gradient": known.exactGradient });
      say(drawn.value, known.value);
      say(drawn.gradient, known.gradient);
      sums.forEach((text, k) => say(drawn.sums[k].text, text));
      if (drawn.key) say(drawn.key, KEY + widthOf(known.gradient) + 2 * RIM > drawn.width + 1 ? "" : "grad");
    }
    this.badge.replaceChildren();
    for (const edge of this.edges) {
      const known = moment.edge(edge);
      const look = ["backward", "forward", "lit"].find((name) => known[name]) ?? "rest";
      const arrow = `url(#arrow-${look})`;
      put(edge.group, { class: `edge ${look}` });
      put(edge.line, { "marker-start": look === "backward" ? arrow : "none",
        "marker-end": look === "backward" ? "none" : arrow });
      edge.text.classList.toggle("lit", look === "lit");
      if (edge.beside) {
        put(edge.beside, { class: `beside ${look}` });
        this.write(edge, known.local, known.below);
      } else say(edge.text, known.local);
      if (known.width) {
        edge.line.style.strokeWidth = look === "rest" ? known.width : "";
        edge.line.style.strokeDasharray = known.isNegative && look === "rest" ? "5 4" : "";
      }
      if (known.badge) this.hang(edge, known.badge);
    }
  }

  // On the map a result stands for its region, and choosing the result opens the region.
  isFolded(i) {
    return GRAPH.views.length > 1 && (this.index === 0 || this.isGroup) && !isLeaf(i);
  }

  // Whether the view is of nodes that are alike.
  get isGroup() {
    return this.index > 0 && this.view.stop < 0;
  }

  // The text of the active edge, in a box that is placed where it hides least of the nodes around.
  hang(edge, text) {
    const [width, height] = [6.7 * text.length + 16, 24];
    const cost = ([x, y]) => {
      let area = 0.5 * Math.hypot(x - edge.x, y - edge.y);
      if (!this.isInFrame(x - width / 2, y - height / 2, width, height)) area += OUTSIDE;
      for (const [i, box] of this.nodes) {
        const across = (width + box.width) / 2 - Math.abs(x - box.x);
        const down = (height + box.height) / 2 - Math.abs(y - box.y);
        const weight = i === edge.parent || i === edge.child ? 4 : 1;
        if (across > -2 && down > -2) area += weight * (across * down + 300);
      }
      return area;
    };
    const away = (steps, far) => Array.from({ length: 2 * steps + 1 }, (_, k) => (k - steps) * far);
    const places = away(8, 30).flatMap((down) => away(5, 50).map((right) => [edge.x + right, edge.y + down]));
    const costs = places.map(cost);
    const [x, y] = places[costs.indexOf(Math.min(...costs))];
    this.badge.append(
      svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 12 }),
      svg("text", { x, y: y + 4.5, "text-anchor": "middle" }, text));
  }

  // ------------------------------------------------------------------------ the camera

  get frame() {
    const { width, height } = this.element.getBoundingClientRect();
    return { width: Math.max(width, 50), height: Math.max(height, 50) };
  }

  place() {
    this.lastFrame = this.frame;
    const { x, y, scale } = this.camera;
    const { width, height } = this.lastFrame;
    put(this.element, { viewBox: `${x} ${y} ${width / scale} ${height / scale}` });
    this.on.move({ x, y, width: width / scale, height: height / scale });
  }

  // The scale at which all of the view is in the frame.
  get whole() {
    const { width, height } = this.frame;
    const [wide, high] = this.view.size;
    return Math.min(width / (wide + 12), height / (high + 12), this.largest);
  }

  // Whether all of the view can be read at once.
  get isWhole() {
    return this.whole >= this.least;
  }

  isInFrame(x, y, width, height) {
    const { camera, lastFrame } = this;
    return x >= camera.x && x + width <= camera.x + lastFrame.width / camera.scale
      && y >= camera.y && y + height <= camera.y + lastFrame.height / camera.scale;
  }

  // Show all of the view.
  fit() {
    this.look(this.whole, this.view.size.map((side) => side / 2));
  }

  // Show all of the view; or, if its text would be too small, a readable part with some nodes.
  begin(around) {
    this.begun = around;
    this.fit();
    if (this.isWhole) return;
    this.camera.scale = this.smallest;
    const isHere = around.some((i) => this.nodes.has(this.stands.get(i) ?? i));
    this.reveal(isHere ? around : [this.nodes.keys().next().value]);
  }

  // Look at a point, at the present scale.
  centre(point) {
    this.begun = null;
    this.look(this.camera.scale, point);
  }

  look(scale, [x, y]) {
    const { width, height } = this.frame;
    this.camera = { scale, x: x - width / scale / 2, y: y - height / scale / 2 };
    this.place();
  }

  // Move the camera just until some nodes are in the frame; if they do not fit, the last of them.
  reveal(around) {
    if (this.begun) this.begun = around;
    const boxes = around.map((i) => this.nodes.get(this.stands.get(i) ?? i)).filter(Boolean);
    if (!boxes.length) return;
    const { frame } = this;
    const sides = [["x", "width", 0], ["y", "height", 1]];
    for (const [axis, side, k] of sides) {
      const shown = frame[side] / this.camera.scale;
      const span = (some) => [
        Math.min(...some.map((box) => box[axis] - box[side] / 2)) - 12,
        Math.max(...some.map((box) => box[axis] + box[side] / 2)) + 12];
      let [low, high] = span(boxes);
      if (high - low > shown) [low, high] = span(boxes.slice(-1));
      const moved = Math.max(Math.min(this.camera[axis], low), high - shown);
      const all = this.view.size[k]; // beyond it the view is empty
      this.camera[axis] = shown > all ? (all - shown) / 2 : Math.max(Math.min(moved, all + 12 - shown), -12);
    }
    this.place();
  }

  // The frame has another size: keep the same point in its middle. But as long as nobody has moved
  // the camera, begin again: a notebook may make the page narrow first and then wide.
  resize() {
    if (this.begun) return this.begin(this.begun);
    const [last, { width, height }] = [this.lastFrame, this.frame];
    this.camera.x += (last.width - width) / this.camera.scale / 2;
    this.camera.y += (last.height - height) / this.camera.scale / 2;
    this.place();
  }

  zoom(factor, at) {
    this.begun = null;
    const { width, height } = this.frame;
    const [px, py] = at ?? [width / 2, height / 2];
    const camera = this.camera;
    const scale = Math.min(Math.max(camera.scale * factor, 0.05), 4);
    camera.x += px / camera.scale - px / scale;
    camera.y += py / camera.scale - py / scale;
    camera.scale = scale;
    this.place();
  }

  // --------------------------------------------------------------- pointer and keyboard

  listen() {
    const pointers = new Map();
    let drag = null;
    const nodeOf = (target) => {
      const group = target.closest("[data-node], [data-group]");
      return group ? Number(group.dataset.node ?? group.dataset.group) : null;
    };
    const choose = (i) => (this.view.groups.has(i) ? this.on.open(i) : this.on.choose(i));
    const at = (event) => {
      const box = this.element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const release = (event) => {
      pointers.delete(event.pointerId);
      drag = null;
    };
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      pointers.set(event.pointerId, at(event));
      drag = { node: nodeOf(event.target), from: at(event), moved: false };
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!pointers.has(event.pointerId)) return;
      if (event.buttons === 0) return release(event); // the pointer was released outside the page
      const [before, now] = [pointers.get(event.pointerId), at(event)];
      pointers.set(event.pointerId, now);
      if (pointers.size === 2) this.pinch(before, now, [...pointers.values()]);
      else if (drag) this.drag(drag, before, now, event);
      if (pointers.size > 1) drag = null;
    });
    this.element.addEventListener("pointerup", (event) => {
      const chosen = drag && !drag.moved ? drag.node : undefined;
      release(event);
      if (chosen !== undefined) choose(chosen);
    });
    this.element.addEventListener("pointercancel", release);
    this.element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && !wheelZooms()) return; // it scrolls the page
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE; // as Firefox counts
      this.zoom(Math.exp((-event.deltaY * (lines ? 16 : 1)) / 300), at(event));
    }, { passive: false });
    this.element.addEventListener("keydown", (event) => {
      const node = nodeOf(event.target);
      if (node === null || !["Enter", " ", "ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key.startsWith("Arrow")) this.goFrom(node, event.key === "ArrowDown" ? 1 : -1);
      else choose(node);
    });
  }

  // Move the focus to the node before or after this one.
  goFrom(node, by) {
    const order = [...this.nodes.keys()];
    const next = order[(order.indexOf(node) + by + order.length) % order.length];
    this.nodes.get(next).button.focus();
    this.reveal([next]);
  }

  pinch(before, now, [first, second]) {
    const other = first === now ? second : first;
    const distance = ([x, y]) => Math.max(Math.hypot(x - other[0], y - other[1]), 1);
    this.zoom(distance(now) / distance(before), other);
  }

  // Dragging an input to the side changes its number; any other dragging moves the drawing.
  drag(drag, before, now, event) {
    const [right, down] = [now[0] - drag.from[0], now[1] - drag.from[1]];
    if (!drag.moved) {
      if (Math.hypot(right, down) < 5) return;
      drag.moved = true;
      // A finger swipes to move the drawing, so it never changes a number.
      drag.changes = event.pointerType === "mouse" && drag.node !== null && isLeaf(drag.node) && !this.view.groups.has(drag.node) &&
        !isConstant(drag.node) && Math.abs(right) > 2 * Math.abs(down);
      this.element.setPointerCapture(event.pointerId);
      if (drag.changes) this.on.drag(drag.node, 0, false, true);
    }
    if (drag.changes) {
      this.on.drag(drag.node, right, event.shiftKey, false);
    } else {
      this.begun = null;
      this.camera.x -= (now[0] - before[0]) / this.camera.scale;
      this.camera.y -= (now[1] - before[1]) / this.camera.scale;
      this.place();
    }
  }
}
