// Which nodes of a view stand side by side, in which order: few crossings, inputs in their order. As
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
    const orders = Array.from({ length: Math.max(...rank.values()) + 1 }, () => []);
    for (const node of graph.keys()) orders[rank.get(node)].push(node);
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

  // The pieces of edges that end in each rank: { tail, head, port, edge }. An edge that goes on has a
  // passage in each rank between, at the same share of the rank.
  function piecesOf(graph, rank, orders) {
    const pieces = orders.map(() => []);
    for (const [node, edges] of graph) {
      edges.forEach((edge, k) => {
        if (!graph.has(edge.parent)) return;
        let tail = edge.parent;
        for (let between = rank.get(edge.parent) + 1; between < rank.get(node); between++) {
          const passage = { edge };
          const share = orders[between - 1].indexOf(tail) / orders[between - 1].length;
          orders[between].splice(Math.round(share * orders[between].length), 0, passage);
          pieces[between].push({ tail, head: passage, port: 0, edge });
          tail = passage;
        }
        pieces[rank.get(node)].push({ tail, head: node, port: (k + 0.5) / edges.length, edge });
      });
    }
    return pieces;
  }

  // The better of two tries: from the order given, and from one that follows the edges.
  function withFewCrossings(orders, pieces) {
    const tries = [improved(orders, pieces), improved(followingEdges(orders, pieces), pieces)];
    const [first, second] = tries.map((found) => crossings(found, pieces));
    return tries[first <= second ? 0 : 1];
  }

  // Orders in which no element can move within its rank and save a crossing.
  function improved(given, pieces) {
    const orders = given.map((order) => [...order]);
    const there = [...orders.keys()];
    for (let round = 0; round < ROUNDS; round++) {
      const moves = [...there, ...there.toReversed()].map((r) => sift(orders[r], costOf(r, orders, pieces)));
      if (!moves.includes(true)) break;
    }
    return orders;
  }

  // Orders in which each element stands at the mean place of its neighbours.
  function followingEdges(given, pieces) {
    const orders = given.map((order) => [...order]);
    for (let round = 0; round < 8; round++) {
      const isForward = round % 2 === 0;
      const there = [...orders.keys()].slice(1);
      for (const r of isForward ? there : there.map((rank) => rank - 1).reverse()) {
        const place = placesIn(orders[isForward ? r - 1 : r + 1]);
        const found = new Map(orders[r].map((element) => [element, []]));
        for (const { tail, head, port } of pieces[isForward ? r : r + 1]) {
          found.get(isForward ? head : tail).push(isForward ? place.get(tail) : place.get(head) + port);
        }
        const middle = new Map(orders[r].map((element, k) => {
          const places = found.get(element);
          return [element, places.length ? places.reduce((a, b) => a + b) / places.length : k];
        }));
        orders[r].sort((a, b) => middle.get(a) - middle.get(b));
      }
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

  // Move each element to its best place, the nearest of them; return whether any of them moved.
  function sift(order, cost) {
    let moved = false;
    for (const element of [...order]) {
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

  function crossings(orders, pieces) {
    let count = 0;
    for (let r = 1; r < orders.length; r++) {
      const [tails, heads] = [placesIn(orders[r - 1]), placesIn(orders[r])];
      const ends = pieces[r].map(({ tail, head, port }) => [tails.get(tail), heads.get(head) + port])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      ends.forEach(([start, end], k) => {
        for (const [s, e] of ends.slice(k + 1)) count += s > start && e < end;
      });
    }
    return count;
  }
})();
