// How far one step goes: one edge of the backward pass; all edges that leave a node; or a layer, all
// results that are equally far from the inputs. Steps by layer go through both passes layer by layer,
// which is another order of the same shares.

const RECORDED = { forward: GRAPH.forward, backward: GRAPH.backward };

// How many operations lie between a node and the inputs at the most.
const DEPTHS = [];
NODES.forEach((node, i) => {
  DEPTHS[i] = isLeaf(i) ? 0 : 1 + Math.max(0, ...node.parents.map((parent) => DEPTHS[parent]));
});

function strideBy(by) {
  state.by = by;
  const isLayered = by === "layer";
  order(
    isLayered ? RECORDED.forward.toSorted((a, b) => DEPTHS[a] - DEPTHS[b]) : RECORDED.forward,
    isLayered ? RECORDED.backward.toSorted(([a], [b]) => DEPTHS[b] - DEPTHS[a]) : RECORDED.backward);
}

// What belongs to one step: two nodes, or two shares, of one group are shown at once.
const stepOf = (i) => ({ edge: undefined, node: i, layer: DEPTHS[i] })[state.by];

// Whether a step ends at this time.
function isStop(time) {
  if (state.by === "edge" || time <= 0 || time === STARTS - 1 || time === STARTS || time >= END - 1) return true;
  if (time < STARTS) {
    return state.by === "node" || stepOf(GRAPH.forward[time - 1]) !== stepOf(GRAPH.forward[time]);
  }
  const [here, next] = [time - STARTS - 1, time - STARTS].map((k) => GRAPH.backward[k][0]);
  return stepOf(here) !== stepOf(next);
}

// The next time at which a step ends, after this time or before it.
function stopFrom(time, by) {
  let at = time + by;
  while (!isStop(at)) at += by;
  return at;
}

// What acts at this time: the nodes that are computed, and the records of the shares that are passed.
function acting() {
  const { time, run } = state;
  const found = { nodes: [], records: [] };
  if (time <= 0 || time === STARTS || time >= END) return found;
  const from = stopFrom(time, -1);
  if (time < STARTS) found.nodes = GRAPH.forward.slice(from, time);
  else if (!isOpen()) found.records = run.inOrder().slice(from - STARTS, time - STARTS);
  return found;
}
