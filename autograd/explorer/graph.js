// The drawing: one view of the graph at a time, as it was laid out; only texts and classes change.

const SVG = "http://www.w3.org/2000/svg";

// An SVG element with attributes, text and children.
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const ARROWS = ["rest", "forward", "backward", "lit"];
const READABLE = 0.42; // a smaller scale is not: then only a part is shown

class Drawing {
  constructor(element, onChoose, onDrag) {
    this.element = element;
    this.onChoose = onChoose;
    this.onDrag = onDrag;
    this.view = null;
    this.nodes = new Map();
    this.edges = [];
    this.camera = { x: 0, y: 0, scale: 1 };
    this.listen();
  }

  // ------------------------------------------------------------------- making a view

  show(index) {
    this.view = GRAPH.views[index];
    this.index = index;
    this.nodes.clear();
    this.edges = [];
    this.world = svg("g");
    this.element.replaceChildren(this.markers(), this.world);
    for (const edge of this.view.edges) this.addEdge(...edge);
    for (const node of this.view.nodes) this.addNode(...node);
    this.badge = svg("g", { class: "badge" });
    this.world.append(this.badge);
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

  addEdge(parent, child, position, path, x, y) {
    const text = svg("text", { class: "local", x, y: y + 4, "text-anchor": "middle" });
    const line = svg("path", { class: "line", d: path, "marker-end": "url(#arrow-rest)" });
    const group = svg("g", { class: "edge" }, line, text);
    this.world.append(group);
    this.edges.push({ parent, child, position, x, y, group, line, text });
  }

  addNode(i, x, y, width, height) {
    const node = NODES[i];
    const [left, right, top] = [-width / 2 + 8, width / 2 - 8, -height / 2];
    const parts = {
      value: svg("text", { class: "value", x: right, y: top + 36, "text-anchor": "end" }),
      gradient: svg("text", { class: "gradient", x: right, y: top + 52, "text-anchor": "end" }),
    };
    const group = svg("g",
      { class: `node ${node.kind}`, transform: `translate(${x} ${y})`, tabindex: 0,
        role: "button", "data-node": i },
      svg("title", {}, node.name),
      svg("rect", { class: "halo", x: -width / 2 - 4, y: top - 4, width: width + 8,
        height: height + 8, rx: 11 }),
      svg("rect", { class: "box", x: -width / 2, y: top, width, height,
        rx: node.kind === "parameter" ? 12 : 4 }),
      svg("text", { class: "name", x: left, y: top + 16 }, node.shown),
      svg("text", { class: "kind", x: right, y: top + 16, "text-anchor": "end" },
        node.symbol ?? node.kind),
      svg("path", { class: "rule", d: `M${-width / 2} ${top + 22.5}h${width}` }),
      svg("text", { class: "key", x: left, y: top + 36 }, "value"),
      svg("text", { class: "key", x: left, y: top + 52 }, "gradient"),
      parts.value, parts.gradient);
    this.world.append(group);
    this.nodes.set(i, { x, y, width, height, group, ...parts });
  }

  // ------------------------------------------------------------- showing one moment

  // `moment` says of each node what is known of it, and which edges act or are lit.
  update(moment) {
    for (const [i, drawn] of this.nodes) {
      const known = moment.node(i);
      const classes = ["node", NODES[i].kind];
      for (const name of ["waiting", "active", "receiving", "chosen", "lit", "asked"]) {
        if (known[name]) classes.push(name);
      }
      if (GRAPH.views.length > 1 && this.index === 0 && !isLeaf(i)) classes.push("folded");
      drawn.group.setAttribute("class", classes.join(" "));
      drawn.group.setAttribute("aria-label", known.spoken);
      drawn.group.setAttribute("aria-pressed", String(Boolean(known.chosen)));
      drawn.group.dataset.value = known.exactValue;
      drawn.group.dataset.gradient = known.exactGradient;
      drawn.value.textContent = known.value;
      drawn.gradient.textContent = known.gradient;
    }
    this.badge.replaceChildren();
    for (const edge of this.edges) {
      const known = moment.edge(edge);
      const look = ["backward", "forward", "lit"].find((name) => known[name]) ?? "rest";
      edge.group.setAttribute("class", `edge ${look}`);
      const [start, end] = look === "backward" ? ["start", "end"] : ["end", "start"];
      edge.line.setAttribute(`marker-${start}`, `url(#arrow-${look})`);
      edge.line.removeAttribute(`marker-${end}`);
      edge.text.textContent = known.local;
      if (known.badge) this.hang(edge, known.badge);
    }
  }

  // What the active edge does, in a box of its own: where it hides least of the nodes around.
  hang(edge, text) {
    const [width, height] = [6.9 * text.length + 16, 24];
    const hidden = (x, y) => [...this.nodes].reduce((area, [i, box]) => {
      const across = (width + box.width) / 2 - Math.abs(x - box.x);
      const down = (height + box.height) / 2 - Math.abs(y - box.y);
      const weight = i === edge.parent || i === edge.child ? 4 : 1;
      return area + (across > 0 && down > 0 ? weight * across * down : 0);
    }, 0);
    const [x, y] = [0, -24, 24, -48, 48, -66, 66, -84, 84]
      .map((shift) => [edge.x, edge.y + shift])
      .reduce((best, place) => (hidden(...place) < hidden(...best) ? place : best));
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
    const { x, y, scale } = this.camera;
    const { width, height } = this.frame;
    this.element.setAttribute("viewBox", `${x} ${y} ${width / scale} ${height / scale}`);
  }

  // All of the view; or, where that could not be read, a readable part of it around some nodes.
  fit(around = []) {
    const { width, height } = this.frame;
    const [wide, high] = this.view.size;
    const all = Math.min(width / (wide + 30), height / (high + 24), 1.35);
    const scale = Math.max(all, around.length ? READABLE : 0);
    this.camera = { scale, x: (wide - width / scale) / 2, y: (high - height / scale) / 2 };
    this.place();
    if (scale > all) this.reveal(around, true);
  }

  // Move as little as it takes to have some nodes in the frame.
  reveal(around, centre = false) {
    const boxes = around.map((i) => this.nodes.get(i)).filter(Boolean);
    if (!boxes.length) return;
    const { width, height } = this.frame;
    const camera = this.camera;
    for (const [axis, side, room] of [["x", "width", width], ["y", "height", height]]) {
      const low = Math.min(...boxes.map((box) => box[axis] - box[side] / 2)) - 12;
      const high = Math.max(...boxes.map((box) => box[axis] + box[side] / 2)) + 12;
      const shown = room / camera.scale;
      if (centre || high - low > shown) camera[axis] = (low + high - shown) / 2;
      else camera[axis] = Math.max(Math.min(camera[axis], low), high - shown);
    }
    this.place();
  }

  zoom(factor, at) {
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
      const group = target.closest("[data-node]");
      return group ? Number(group.dataset.node) : null;
    };
    const at = (event) => {
      const box = this.element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      pointers.set(event.pointerId, at(event));
      drag = { node: nodeOf(event.target), from: at(event), last: at(event), moved: false };
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!pointers.has(event.pointerId)) return;
      const [before, now] = [pointers.get(event.pointerId), at(event)];
      pointers.set(event.pointerId, now);
      if (pointers.size === 2) {
        const [first, second] = [...pointers.values()];
        const other = first === now ? second : first;
        const distance = ([ax, ay]) => Math.hypot(ax - other[0], ay - other[1]);
        this.zoom(distance(now) / Math.max(distance(before), 1), other);
        drag = null;
      } else if (drag) {
        const [dx, dy] = [now[0] - drag.from[0], now[1] - drag.from[1]];
        if (!drag.moved && Math.hypot(dx, dy) < 5) return;
        if (!drag.moved) this.element.setPointerCapture(event.pointerId);
        const starts = !drag.moved;
        drag.moved = true;
        if (drag.node !== null && isLeaf(drag.node) && !isConstant(drag.node)) {
          this.onDrag(drag.node, dx, event.shiftKey, starts);
        } else {
          this.camera.x -= (now[0] - before[0]) / this.camera.scale;
          this.camera.y -= (now[1] - before[1]) / this.camera.scale;
          this.place();
        }
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.element.addEventListener(name, (event) => {
        pointers.delete(event.pointerId);
        if (drag && !drag.moved && name === "pointerup") this.onChoose(drag.node);
        drag = null;
      });
    }
    this.element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), at(event));
    }, { passive: false });
    this.element.addEventListener("focusin", (event) => {
      if (event.target.matches(":focus-visible")) this.reveal([nodeOf(event.target)]);
    });
    this.element.addEventListener("keydown", (event) => {
      const node = nodeOf(event.target);
      if (node === null || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      event.stopPropagation();
      this.onChoose(node);
    });
  }
}
