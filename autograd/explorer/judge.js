// Judging a gradient worked out by hand: right to the digits given, or wrong by which slip. The words
// and the wrong formulas are Python's: JUDGING and MISTAKES. Numbers are read by reading.js.

const { slips: SLIPS, factor: FACTOR, chance: CHANCE, words: WORDS_OF_JUDGE } = JUDGING;

const filled = (text, places) => text.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);

// The unit of the last digit that counts: there have to be two digits at least.
function unitMeant({ value, unit, digits }, exact = 0) {
  if (value === 0) return unit;
  const isSmaller = digits < 2 && exact !== 0 && Math.abs(exact) < Math.abs(value);
  const place = Math.floor(Math.log10(Math.abs(isSmaller ? exact : value)) + 1e-12) - 1;
  return Math.min(unit, Number(`1e${place}`));
}

// How an answer stands for a number that may be off by some room: "right", "rounded", "cut off", "".
// Zeros at the end of a whole number may only hold places, where three digits at least are meant.
function fits(answer, exact, room = 0) {
  const [low, high] = [exact - room, exact + room];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const { value } = answer;
  if (low - 1e-9 * size <= value && value <= high + 1e-9 * size) return "right";
  if (value === 0) return "";
  const units = [unitMeant(answer, exact)];
  for (let held = 1; held <= Math.min(answer.zeros, answer.digits - 3); held++) {
    units.push(answer.unit * 10 ** held);
  }
  for (const unit of units) {
    const slack = 1e-9 * unit + 1e-12 * size;
    if (low - unit / 2 - slack <= value && value <= high + unit / 2 + slack) return "rounded";
    const [small, large] = value >= 0 ? [low, high] : [-high, -low];
    if (large > Math.abs(value) - slack && small < Math.abs(value) + unit - slack) return "cut off";
  }
  return "";
}

function hasFewDigits(answer, exact) {
  if (answer.unit <= unitMeant(answer, exact) && answer.value !== 0) return false;
  const off = Math.abs(exact) - Math.abs(answer.value);
  return Math.abs(exact - answer.value) <= (answer.unit / 2) * (1 + 1e-9)
    || (answer.value * exact > 0 && off >= 0 && off < answer.unit * (1 - 1e-9));
}

// Half of the unit that rounding to some digits leaves open; 0 for a number that has no more digits.
function halfUnit(number, digits) {
  if (number === 0 || !Number.isFinite(number) || digits > 12) return 0;
  if (Math.abs(Number(number.toExponential(digits - 1)) - number) <= 1e-12 * Math.abs(number)) return 0;
  return Number(`1e${Math.floor(Math.log10(Math.abs(number))) - digits + 1}`) / 2;
}

// The way up from a node: for each edge on a path to the output, its local derivative, and by what it
// is multiplied; the nearest first.
function climb(run, node) {
  const reach = new Map([[node, 1]]);
  const edges = [];
  for (let below = node; below < NODES.length; below++) {
    if (!reach.has(below)) continue;
    for (const [child, position] of CHILDREN[below]) {
      if (!PATHS[child]) continue;
      const local = run.locals[child][position];
      const rest = reach.get(below) * run.gradients[child];
      edges.push({ below, child, position, local, rest });
      reach.set(child, (reach.get(child) ?? 0) + reach.get(below) * local);
    }
  }
  return edges;
}

// By how much a gradient may be off if every number on the way is rounded to some digits. A given
// number, such as a weight, is not rounded.
function roomOf(run, edges, digits) {
  let room = 0;
  for (const { child, local, rest } of edges) {
    const given = NODES[child].parents.some((parent) => isLeaf(parent) && run.values[parent] === local);
    if (!given) room += Math.abs(rest) * halfUnit(local, digits);
    if (child !== OUTPUT && Math.abs(local) !== 1) room += halfUnit(local * rest, digits);
  }
  return room;
}

// The usual slips in the order of their simplicity: { name, say, number }.
function* slipsOf(run, node, edges) {
  const total = run.gradients[node];
  const called = (i) => NODES[i].factor;
  const factorOf = ({ below, child }) => filled(FACTOR, { above: called(child), below: called(below) });
  const slip = (key, number, places = {}) =>
    ({ name: SLIPS[key][0], say: filled(SLIPS[key][1], places), number });
  const near = edges.filter(({ below }) => below === node);
  const far = edges.filter(({ below }) => below !== node);
  const forgotten = (edge) =>
    slip("forgotten", total + (1 - edge.local) * edge.rest, { factor: factorOf(edge) });
  yield slip("sign", -total);
  if (near.length === 1) yield forgotten(near[0]);
  yield slip("half", total / 2);
  yield slip("twice", 2 * total);
  for (const below of new Set(edges.map((edge) => edge.below))) {
    const group = edges.filter((edge) => edge.below === below);
    if (group.length < 2) continue;
    const places = group.map(({ child }) => ({ below: called(below), above: called(child) }));
    for (const [k, { local, rest }] of group.entries()) {
      yield slip(group.length === 2 && k === 1 ? "overwritten" : "path", total - local * rest, places[k]);
    }
    if (group.length > 2) yield slip("last", total - group.slice(1).reduce((sum, { local, rest }) => sum + local * rest, 0), places[0]);
    for (const [k, { local, rest }] of group.entries()) yield slip("sign of path", total - 2 * local * rest, places[k]);
  }
  if (near.length > 1) yield* near.map(forgotten);
  for (const { below, child, position, local, rest } of [...near, ...far]) {
    const inputs = NODES[child].parents.map((parent) => run.values[parent]);
    for (const { name, say: text, formula } of MISTAKES[NODES[child].operation]?.[position] ?? []) {
      const places = { y: called(child), a: called(below) };
      yield { name, say: filled(text, places), number: total + (formula(run.values[child], ...inputs) - local) * rest };
    }
  }
  yield* far.map(forgotten);
  yield slip("ten", 10 * total);
  yield slip("tenth", total / 10);
  for (const edge of [...near, ...far]) {
    const { child, local, rest } = edge;
    for (const other of new Set(NODES[child].parents)) {
      const number = run.values[other];
      if (number === local || isConstant(other)) continue;
      yield slip("other input", total + (number - local) * rest, { other: called(other), factor: factorOf(edge) });
    }
    const places = { factor: factorOf(edge) };
    if (edges.length > 1) {
      yield slip("sign of factor", total - 2 * local * rest, places);
      yield slip("half factor", total - (local * rest) / 2, places);
      yield slip("twice factor", total + local * rest, places);
    }
    yield slip("taken twice", total + (local - 1) * local * rest, places);
  }
  yield slip("hundred", 100 * total);
  yield slip("hundredth", total / 100);
}

// The simplest slip that gives a wrong number; null if there is none. No more slips are tried than
// keep it unlikely that a random wrong number gets a name.
function findSlip(run, node, edges, answers) {
  const digits = Math.max(answers[0].digits, 2);
  const expected = run.gradients[node];
  const unit = unitMeant(answers[0]);
  const room = Math.min(roomOf(run, edges, digits) / 2, 0.05 * Math.abs(expected));
  const share = expected ? room / Math.abs(expected) : 0;
  const most = CHANCE[digits] ?? CHANCE.most;
  const tried = new Set();
  let chance = 0;
  for (const slip of slipsOf(run, node, edges)) {
    const { number } = slip;
    if (!Number.isFinite(number)) continue;
    const near = (unit / 2) * (1 + 1e-9) + 1e-12 * Math.abs(number) + Math.max(share * Math.abs(number), room);
    if (Math.abs(number - expected) <= near && Math.abs(number) > near) continue;
    const written = number === 0 ? "0" : number.toExponential(Math.min(digits, 17) - 1);
    if (number !== 0 && !tried.has(written)) {
      tried.add(written);
      const open = Number(`1e${Number(written.split("e")[1]) - digits + 1}`) / 2 + share * Math.abs(number);
      const size = Math.max(Math.abs(number), Math.abs(expected));
      chance += Math.max(open / (2 * size), open / (4.6 * Math.abs(number)));
    }
    if (answers.some(({ value }) => Math.abs(value - number) <= near)) return slip;
    if (chance > most) return null;
  }
  return null;
}

// Where the terms of a sum cancel, only rounding is left, and no reader can know that number.
function isRounding(run, node) {
  const shares = run.records.filter(({ parent }) => parent === node);
  const sizes = shares.map(({ upstream, contribution }) => Math.max(Math.abs(upstream), Math.abs(contribution)));
  return Math.abs(run.gradients[node]) < 1e-12 * Math.max(...sizes, 0);
}

// The verdict on an answer, and what the page may tell of it, hint by hint.
function judge(run, node, text) {
  const exact = isRounding(run, node) ? 0 : run.gradients[node];
  const answers = readings(text);
  if (!answers.length) return judgeFormula(run, node, text);
  const edges = climb(run, node);
  const fit = (room) => answers.find((answer) =>
    fits(answer, exact, room === 0 ? 0 : roomOf(run, edges, Math.max(answer.digits, 2))));
  const right = fit(0) ?? fit(1);
  if (right) {
    const readAs = answers.length > 1 ? ` (${filled(WORDS_OF_JUDGE["read as"], { text: right.text })})` : "";
    return { right: true, say: WORDS_OF_JUDGE.given + readAs };
  }
  if (answers.some((answer) => hasFewDigits(answer, exact))) {
    return { right: false, say: WORDS_OF_JUDGE["given few"] };
  }
  const slip = findSlip(run, node, edges, answers);
  const hints = [
    slip ? `${slip.name}: ${slip.say}.` : WORDS_OF_JUDGE["no slip"],
    filled(WORDS_OF_JUDGE.expected, { number: show(exact) }),
  ];
  return { right: false, say: WORDS_OF_JUDGE["not yet"], hints };
}
