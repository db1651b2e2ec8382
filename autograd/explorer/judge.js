// Judging a gradient worked out by hand: right to the digits given, or wrong by which slip.

// A number as someone writes it: its value, the size of its last digit, and how many digits it has.
// Null if the text is no number.
function readAnswer(text) {
  const plain = text.replace(/\s/g, "").replace(/[\u2212\u2013]/g, "-");
  const parts = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,3}))?$/.exec(plain);
  if (!parts || !(parts[1] || parts[2])) return null;
  const [whole, decimals] = [parts[1], parts[2] ?? ""];
  const [value, unit] = [Number(plain), 10 ** (Number(parts[3] ?? 0) - decimals.length)];
  if (!Number.isFinite(value) || !Number.isFinite(unit)) return null;
  return { value, unit, digits: (whole + decimals).replace(/^0+/, "").length };
}

// Every way in which a text can be meant: a comma parts thousands for some, decimals for others.
function readings(text) {
  const comma = [...text].filter((sign) => sign === ",").length;
  const meant = comma === 0 ? [text] : [];
  if (comma === 1 && !text.includes(".")) meant.push(text.replace(",", "."));
  const whole = /^\s*[-+\u2212\u2013]?\s*[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*$/;
  if (comma && whole.test(text)) meant.push(text.replaceAll(",", ""));
  return meant.map(readAnswer).filter((answer) => answer !== null);
}

// An answer is right if it is the exact number, rounded to the digits given or cut off there.
// A page shows a large number with six digits: zeros that only fill places are not digits given.
function fits(answer, exact) {
  const slack = answer.unit * 1e-9 + Math.abs(exact) * 1e-12;
  if (Math.abs(answer.value - exact) <= answer.unit / 2 + slack) return true;
  if (answer.unit === 1 && rounding(answer.value, DIGITS) === rounding(exact, DIGITS)) return true;
  const missing = Math.abs(exact) - Math.abs(answer.value);
  return answer.value * exact > 0 && missing > -slack && missing < answer.unit - slack;
}

const ratio = (child, parent) => `∂${NODES[child].factor}/∂${NODES[parent].factor}`;

// The usual slips, each with the number that it would have given.
function slips(run, node) {
  const exact = run.gradients[node];
  const paths = PATHS[node] <= MOST_PATHS ? pathsFrom(node) : [];
  const local = ([child, position]) => run.locals[child][position];
  const product = (edges) => edges.reduce((total, edge) => total * local(edge), 1);
  const found = [[-exact, "The sign is the other one."]];
  for (const path of paths) {
    const rest = exact - product(path); // the sum over the other paths
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

// Where the terms of a sum cancel, only rounding is left, and no reader can know that number.
function isRounding(run, node) {
  const shares = run.records.filter(({ parent }) => parent === node);
  const sizes = shares.map(({ upstream, contribution }) => Math.max(Math.abs(upstream), Math.abs(contribution)));
  return Math.abs(run.gradients[node]) < 1e-12 * Math.max(...sizes, 0);
}

// The verdict on an answer: whether it is right, and if not, which slip gives that number.
function judge(run, node, text) {
  const exact = isRounding(run, node) ? 0 : run.gradients[node];
  const answers = readings(text);
  if (!answers.length) return { right: false, say: "Type a number, such as -43.07." };
  const right = answers.find((answer) => fits(answer, exact));
  if (right) {
    if (right.digits < 2 && right.value !== exact) {
      return { right: false, say: "So far so good: give at least two digits." };
    }
    return { right: true, say: "Right, to the digits given." };
  }
  const hit = ([number]) => answers.some((answer) =>
    (answer.digits >= 2 ? fits(answer, number) : answer.value === number));
  const slip = slips(run, node).find(hit);
  const why = slip ? slip[1] : "It is none of the usual slips: go through the factors one by one.";
  return { right: false, say: `Not yet. ${why}` };
}
