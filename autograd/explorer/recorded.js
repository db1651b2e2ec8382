// The graph of this page, as Python recorded it.

const GRAPH = (() => {
  const { direction, nodes, views, note } = JSON.parse(document.getElementById("graph").textContent);
  const { number, recorded } = ALGEBRA;
  const symbols = [];
  nodes.forEach(({ name, kind, number: value, labelled, factor, operation, parents }, node) => {
    if (kind === "constant") symbols.push(number(readNumber(value)));
    else {
      // A label that looks like a formula, such as x - y, is in parentheses wherever a formula would be.
      const precedence = factor === undefined ? PRECEDENCE.atom : PRECEDENCE.sum;
      const inputs = parents?.map((parent) => symbols[parent]);
      const formula = labelled ? undefined : recorded(operation, inputs);
      symbols.push({ kind: "name", node, label: name, precedence, formula });
    }
  });
  const opened = views.map(({ stop, columns, nodes: shown, edges, groups: alike = [] }) => {
    const groups = new Map(alike.map((members) => [members[0], members]));
    const circles = columns?.map((column) => column.map((circle) => ({ ...circle, group: groups.get(circle.node) })));
    return {
      stop,
      columns: circles,
      groups,
      nodes: circles?.flat() ?? shown.map((node) => ({ node, group: groups.get(node) })),
      // A line of the map stands for all lines from a group to a group, with all of their weights.
      edges: edges.map(([parent, child, position, weights = []]) => ({ parent, child, position, weights,
        parents: groups.get(parent) ?? [parent], children: groups.get(child) ?? [child] })),
    };
  });
  return { ...graphWith(nodes, symbols), direction, views: opened, note };
})();
