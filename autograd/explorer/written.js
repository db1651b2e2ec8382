// What is written of the nodes of a graph: formulas, made when they are asked for. An operation's, and
// those of its local derivatives, are RULES[operation] on the symbols of its inputs.

// A graph from its nodes, and from a symbol for each: the name that stands for it in formulas.
const graphWith = (() => {
  const { number, isLarger, isNumber, isOf, on, same, treeOf } = ALGEBRA;
  const LARGEST = 40; // parts of a formula
  // With places for numbers: a number that was rounded is shown in other digits too.
  const place = (what) => `0\ue000${what}\ue001`;
  const places = writerOf(({ node }) => [place(node), PRECEDENCE.atom], (value) => {
    const shown = show(value);
    return readNumber(shown) === value ? shown : place(`=${writeNumber(value)}`);
  });

  // A formula as [text, text with places for numbers, tree]; empty if it is too long. A choice has its
  // cases too, [tree of the condition, one formula, the other]: by hand, nobody writes the choice.
  function written(formula) {
    if (isLarger(formula, LARGEST)) return [];
    const found = [BY_NAME.write(formula), places.write(formula), treeOf(formula)];
    if (!isOf(formula, "where")) return found;
    const [condition, ...cases] = formula.inputs;
    return Object.assign(found, { cases: [treeOf(condition), ...cases.map(written)] });
  }
  const onInputs = (tree, inputs) => (tree === null ? [] : written(on(tree, inputs)));

  // Whether a comparison says nothing: of two numbers, or with infinity.
  const isKnown = (pair) => pair.every((part) => isNumber(part))
    || pair.some((part) => isNumber(part) && Math.abs(part.value) === Infinity);

  // The pairs that an operation compares in order to choose, each once, numbers last.
  function comparedBy(name, pairs, inputs) {
    const found = new Map();
    for (const pair of pairs) {
      const [a, b] = pair.map((tree) => on(tree, inputs));
      if (same(a, b) || (name === "clamp" && isKnown([a, b]))) continue;
      const sorted = isNumber(a) && !isNumber(b) ? [b, a] : [a, b];
      const key = sorted.map((part) => part.key).sort().join(" ");
      if (!found.has(key)) found.set(key, sorted.map((part) => [BY_NAME.write(part), treeOf(part)]));
    }
    return [...found.values()];
  }

  // A property that is computed when it is first asked for.
  function later(node, name, compute) {
    Object.defineProperty(node, name, { configurable: true, enumerable: true, get() {
      const value = compute();
      Object.defineProperty(node, name, { value, enumerable: true });
      return value;
    } });
  }

  return function graphWith(nodes, symbols) {
    nodes.forEach((node, i) => {
      node.factor ??= node.name;
      node.shown ??= node.name;
      node.labelled ??= false;
      node.named ??= false;
      if (node.operation === undefined) return;
      const { name, chooses, symbol, value, partials, compared } = RULES[node.operation];
      const inputs = node.parents.map((parent) => symbols[parent]);
      node.symbol ??= symbol;
      node.chooses = chooses;
      node.constant = node.parents.map((parent) => nodes[parent].kind === "constant");
      later(node, "compared", () => (chooses ? comparedBy(name, compared, inputs) : []));
      later(node, "formula", () => onInputs(value, inputs));
      later(node, "partials", () => partials.map((tree, k) =>
        (node.constant[k] && tree !== null ? written(number(0)) : onInputs(tree, [...inputs, symbols[i]]))));
    });
    const indices = [...nodes.keys()];
    return {
      output: nodes.length - 1,
      nodes,
      forward: indices.filter((i) => nodes[i].kind === "result"),
      backward: indices.toReversed().flatMap((i) => (nodes[i].parents ?? []).flatMap((_, position) =>
        (nodes[i].constant[position] ? [] : [[i, position]]))),
    };
  };
})();
