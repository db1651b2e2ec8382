// Judging a gradient that was worked out by hand: by the digits given, and where it went wrong.

// A number as it was written: its value, the size of its last digit, and how many digits it has.
function readAnswer(text) {
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/(\d),(?=\d{3}(\D|$))/g, "$1")
    .replace(",", ".");
  const parts = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(plain);
  if (!parts || !(parts[1] || parts[2])) return null;
  const [whole, decimals] = [parts[1], parts[2] || ""];
  return {
    value: Number(plain),
    unit: 10 ** (Number(parts[3] || 0) - decimals.length),
    digits: (whole + decimals).replace(/^0+/, "").length,
  };
}

// Right is what rounding leaves of the exact number in the digits given, or cutting it off there.
function fits(answer, exact) {
  const slack = answer.unit * 1e-9 + Math.abs(exact) * 1e-12;
  if (Math.abs(answer.value - exact) <= answer.unit / 2 + slack) return true;
  const missing = Math.abs(exact) - Math.abs(answer.value);
  return answer.value * exact > 0 && missing > -slack && missing < answer.unit;
}

const ratio = (child, parent) => `∂${NODES[child].factor}/∂${NODES[parent].factor}`;

// The usual slips, each with what it would have given.
function slips(run, node) {
  const exact = run.gradients[node];
  const paths = PATHS[node] <= MOST_PATHS ? pathsFrom(node) : [];
  const local = ([child, position]) => run.locals[child][position];
  const product = (edges) => edges.reduce((total, edge) => total * local(edge), 1);
  const found = [[-exact, "The sign is the other one."]];
  for (const path of paths) {
    const rest = exact - product(path); // what the other paths give
    const stops = [node, ...path.map(([child]) => child)];
    const route = stops.map((i) => NODES[i].name).join(" → ");
    const where = paths.length > 1 ? ` on the path ${route}` : "";
    path.forEach((edge, k) => {
      const factor = `${ratio(edge[0], stops[k])} = ${show(local(edge))}`;
      const others = path.filter((_, j) => j !== k);
      found.push([rest + product(others), `The factor ${factor} was missed${where}.`]);
      found.push([rest + product([...path, edge]), `The factor ${factor} was taken twice${where}.`]);
    });
    if (paths.length > 1) {
      found.push([rest, `A path was left out: ${route}.`]);
      found.push([product(path), `Only one path was taken, ${route}; their products add up.`]);
    }
  }
  found.push([exact / 2, "A factor 2 was missed."], [exact * 2, "There is a factor 2 too many."]);
  return found;
}

// What to say of an answer: whether it is right, and if not, which slip gives just that.
function judge(run, node, text) {
  const exact = run.gradients[node];
  const answer = readAnswer(text);
  if (!answer) return { right: false, say: "Type a number, such as -43.07." };
  if (fits(answer, exact)) {
    if (answer.digits < 2 && answer.value !== exact) {
      return { right: false, say: "So far so good: give at least two digits." };
    }
    return { right: true, say: "Right, to the digits given." };
  }
  const slip = slips(run, node).find(([number]) => fits(answer, number));
  const why = slip ? slip[1] : "It is none of the usual slips: go through the factors one by one.";
  return { right: false, say: `Not yet. ${why}` };
}
