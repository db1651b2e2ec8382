// The map under the drawing, where the whole could not be read: all nodes as dots, and a frame around
// those that are in view. A click on the map goes there.

class GraphMap {
  constructor(element, drawing) {
    this.element = element;
    this.drawing = drawing;
    element.addEventListener("pointerdown", (event) => this.go(event));
    element.addEventListener("pointermove", (event) => { if (event.buttons) this.go(event); });
  }

  show() {
    const [wide, high] = this.drawing.view.size;
    this.frame = svg("rect", { class: "frame" });
    this.element.setAttribute("viewBox", `-8 -8 ${wide + 16} ${high + 16}`);
    this.dots = new Map([...this.drawing.nodes].map(([i, { x, y, width, height }]) =>
      [i, svg("rect", { x: x - width / 2, y: y - height / 2, width, height })]));
    this.acts = [];
    this.element.replaceChildren(...this.dots.values(), this.frame);
  }

  place({ x, y, width, height }) {
    put(this.frame, { x, y, width, height });
  }

  // `acts` are the nodes that are drawn in the colour of what happens.
  update(acts) {
    for (const i of this.acts) this.dots.get(i)?.classList.remove("acts");
    this.acts = acts.map((i) => this.drawing.stands.get(i) ?? i);
    for (const i of this.acts) this.dots.get(i)?.classList.add("acts");
  }

  go(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.element.getScreenCTM().inverse());
    this.drawing.centre([point.x, point.y]);
  }
}
