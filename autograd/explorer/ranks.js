// Which nodes of a view stand side by side, in which order: as declared, then few crossings. As
// drawing/ranks.py finds it for pictures; a test holds this file to that one.
//
// A `graph` is a Map from each node to the edges that lead to it, in the order of its ports; parents
// come before children. An edge whose parent is no node of the graph is a constant in its port.
// In a rank stand nodes, and for each edge that goes on a Passage: the place where it passes.

const ranked = (() => {
  const MOST_PIECES = 1500; // comparing all pairs of more pieces would take seconds
  const ROUNDS = 8;

  return function ranked(graph) {
    const rank = ranksOf(graph);
    const orders = declared(graph, rank);
    const pieces = piecesOf(graph, rank, orders);
    const isLarge = pieces.flat().length > MOST_PIECES;
    return { orders: isLarge ? orders : withFewCrossings(orders, pieces), pieces };
  };

  // The rank of each node: its longest way from an input; an input's, just before its first use.
  function ranksOf(graph) {
    const rank = new Map();
    const inputs = new Map([...graph].map(([node, edges]) =>
      [node, new Set(edges.map(({ parent }) => parent).filter((parent) => graph.has(parent)))]));
    const users = new Map([...graph.keys()].map((node) => [node, []]));
    for (const [node, parents] of inputs) {
      rank.set(node, parents.size ? 1 + Math.max(...[...parents].map((parent) => rank.get(parent))) : 0);
      for (const parent of parents) users.get(parent).push(node);
    }
    // A node with room moves towards the nodes that use it, if that shortens more edges than not.
    for (const node of [...graph.keys()].reverse()) {
      const [used, lengthened] = [users.get(node), [...inputs.get(node)].filter((parent) => inputs.get(parent).size)];
      if (used.length && lengthened.length < used.length) rank.set(node, Math.min(...used.map((user) => rank.get(user))) - 1);
    }
    const used = [...new Set(rank.values())].sort((a, b) => a - b);
    return new Map([...rank].map(([node, place]) => [node, used.indexOf(place)]));
  }

  // The nodes of each rank in the order in which operations take them; nodes that no operation takes
  // together, and nodes that operations take in opposite orders, as the walk found them.
  function declared(graph, rank) {
    const before = new Map([...graph.keys()].map((node) => [node, new Set()]));
    for (const edges of graph.values()) {
      const latest = new Map(); // of each rank, the input that was met last
      for (const node of new Set(edges.map(({ parent }) => parent).filter((parent) => graph.has(parent)))) {
        if (latest.has(rank.get(node))) before.get(node).add(latest.get(rank.get(node)));
        latest.set(rank.get(node), node);
      }
    }
    const left = Array.from({ length: Math.max(...rank.values()) + 1 }, () => new Set());
    for (const node of graph.keys()) left[rank.get(node)].add(node);
    return left.map((nodes) => {
      const order = [];
      const isReady = (node) => ![...before.get(node)].some((one) => nodes.has(one));
      while (nodes.size) {
        order.push([...nodes].find(isReady) ?? contradicted(nodes, before));
        nodes.delete(order.at(-1));
      }
      return order;
    });
  }

  // Of nodes that each stand behind another, one that stands behind itself.
  function contradicted(nodes, before) {
    let [node] = nodes;
    for (const seen = new Set(); !seen.has(node);) {
      seen.add(node);
      const found = before.get(node);
      node = [...nodes].find((one) => found.has(one));
    }
    return node;
  }

  // The pieces of edges that end in each rank: { tail, head, port, edge }. An edge that goes on has a
  // passage in each rank between, where a straight line would pass.
  function piecesOf(graph, rank, orders) {
    const pieces = orders.map(() => []);
    const height = new Map(orders.flatMap((order) => order.map((node, k) => [node, k - order.length / 2])));
    for (const [node, edges] of graph) {
      edges.forEach((edge, k) => {
        if (!graph.has(edge.parent)) return;
        let tail = edge.parent;
        const [start, end, port] = [rank.get(edge.parent), rank.get(node), (k + 0.5) / edges.length];
        const rise = (height.get(node) + port - height.get(edge.parent) - 0.5) / (end - start);
        for (let between = start + 1; between < end; between++) {
          const passage = { edge };
          height.set(passage, height.get(edge.parent) + (between - start) * rise);
          orders[between].push(passage);
          pieces[between].push({ tail, head: passage, port: 0, edge });
          tail = passage;
        }
        pieces[end].push({ tail, head: node, port, edge });
      });
    }
    for (const order of orders) order.sort((a, b) => height.get(a) - height.get(b));
    return pieces;
  }

  // Orders in which no edge that goes on can move within a rank and save a crossing.
  function withFewCrossings(given, pieces) {
    const orders = given.map((order) => [...order]);
    const there = [...orders.keys()];
    for (let round = 0; round < ROUNDS; round++) {
      const moves = [...there, ...there.toReversed()].map((r) => sift(orders[r], costOf(r, orders, pieces)));
      if (!moves.includes(true)) break;
    }
    return orders;
  }

  // How many crossings it makes that one element of a rank stands before another.
  function costOf(r, orders, pieces) {
    const [before, behind] = [0, 1].map(() => new Map(orders[r].map((element) => [element, []])));
    const [last, next] = [r - 1, r + 1].map((rank) => placesIn(orders[rank] ?? []));
    if (r > 0) for (const { tail, head } of pieces[r]) before.get(head).push(last.get(tail));
    for (const { tail, head, port } of pieces[r + 1] ?? []) behind.get(tail).push(next.get(head) + port);
    return (one, other) => {
      let count = 0;
      for (const ends of [before, behind]) {
        for (const a of ends.get(one)) for (const b of ends.get(other)) count += a > b;
      }
      return count;
    };
  }

  // Move each passage to its best place, the nearest of them; return whether any of them moved.
  function sift(order, cost) {
    let moved = false;
    for (const element of order.filter((one) => !Number.isInteger(one))) {
      const start = order.indexOf(element);
      order.splice(start, 1);
      let total = order.reduce((sum, other) => sum + cost(element, other), 0);
      const totals = [total, ...order.map((other) => (total += cost(other, element) - cost(element, other)))];
      const best = Math.min(...totals);
      const places = [...totals.keys()].filter((k) => totals[k] === best);
      const at = places.toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start))[0];
      moved ||= at !== start;
      order.splice(at, 0, element);
    }
    return moved;
  }

  function placesIn(order) {
    return new Map(order.map((element, k) => [element, k]));
  }
})();
