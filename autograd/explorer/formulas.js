// Judging a derivative written as a formula, as autograd/checking/formulas.py does in Python: the
// formula is read, and compared with the derivative at many points. A test holds both to one table.
// FUNCTIONS, ALIASES, SIGNS, BRANCHES and CONSTANTS are from Python, and so are the sentences and the wrong formulas.

const POINTS = 12; // drawn close to the page's numbers
const FAR_POINTS = 20; // drawn anywhere, of any sign
const FEWEST = 3; // two functions are the same if they are so at this many points, and differ at none
const UNIT = 4 * Number.EPSILON; // how far an operation may round its result

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const ROOT = "√";
const CLOSING = { "(": ")", "[": "]", "{": "}" };

class FormulaError extends Error {}

// What a name looks like: x1, x_1 and x₁ look alike.
function look(name) {
  const indexed = /^(\p{L})_?([0-9]+)$/u.exec(name.normalize("NFKC"));
  return indexed ? indexed[1] + indexed[2] : name.normalize("NFKC");
}

const one = () => ({ value: 1, error: 0 });
// What each comparison is, made of `greater`.
const COMPARED = {
  ">": (applied, a, b) => applied("greater", a, b),
  "<": (applied, a, b) => applied("greater", b, a),
  ">=": (applied, a, b) => applied("sub", one, applied("greater", b, a)),
  "<=": (applied, a, b) => applied("sub", one, applied("greater", a, b)),
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
// The pattern of a name that stands by itself, not within a longer one.
const bounded = (name) => (/^[\p{L}\p{N}]/u.test(name) ? "(?<![\\p{L}_])" : "") + escaped(name)
  + (/[\p{L}\p{N}]$/u.test(name) ? "(?![\\p{L}_0-9])" : "");
const isQuoted = (name) => /^".+"$/u.test(name);
const isPlain = (name) => /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name);

// ------------------------------------------------------------------- from text to a tree

// The tokens of a formula: { kind, text, at }. The kinds are number, name, call, sign, and power,
// which is a raised number.
function tokens(text, names) {
  const odd = names.filter((name) => (/\p{L}/u.test(name) && !isPlain(name)) || isQuoted(name)).sort((a, b) => b.length - a.length);
  const powers = names.filter((name) => /^[eE][0-9]+$/.test(name)); // 2e1 is 2*e1 then
  const notName = powers.length ? `(?!(?:${powers.join("|")})(?![0-9]))` : "";
  const letter = `(?:(?![${SUPERSCRIPTS}])[\\p{L}_])`;
  const parts = [
    `"(?<quoted>${names.filter((name) => !isQuoted(name)).map(escaped).join("|") || "(?!)"})"`,
    ...(odd.length ? [`(?<label>${odd.map(bounded).join("|")})`] : []),
    `(?<number>(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:${notName}[eE][-+]?[0-9]+)?)`,
    `(?<name>${letter}(?:${letter}|[0-9${SUBSCRIPTS}\\p{M}])*)(?<primes>['’′]*)`,
    "(?<space>\\s+)",
    `(?<power>[⁺⁻]?[${SUPERSCRIPTS}]+)`,
    "(?<sign>\\*\\*|[<>=!]=|.)",
  ];
  const matches = [...text.matchAll(new RegExp(parts.join("|"), "gu"))].filter(({ groups }) => !groups.space);
  const round = parenthesesAmong(matches);
  const found = [];
  for (const [k, match] of matches.entries()) {
    const { quoted, label, number, name, primes, power, sign } = match.groups;
    const at = match.index;
    const put = (...made) => found.push(...made.map((token) => ({ ...token, at })));
    if (quoted || label) put({ kind: "name", text: quoted ?? label });
    else if (number) put({ kind: "number", text: number });
    else if (name) {
      const plain = [...name].map((c) => (SUBSCRIPTS.includes(c) ? SUBSCRIPTS.indexOf(c) : c)).join("");
      const isCall = (round.get(k + 1) ?? matches[k + 1]?.[0]) === "(" && functionOf(plain) !== undefined;
      const factors = (isCall || primes ? [plain] : factorsOf(plain, names))
        .map((factor) => ({ kind: isCall ? "call" : "name", text: factor, primes: primes.length }));
      if (factors.length === 1 && factors[0].kind === "name" && !primes && !names.includes(factors[0].text)
        && Object.hasOwn(BRANCHES, factors[0].text)) {
        put({ kind: "word", text: BRANCHES[factors[0].text] });
        continue;
      }
      const isRooted = factors.length > 1 && found.at(-1)?.text === ROOT; // the root is that of all of them
      put(...(isRooted ? [{ kind: "sign", text: "(" }, ...factors, { kind: "sign", text: ")" }] : factors));
    } else if (power) {
      const digits = [...power].map((c) => SUPERSCRIPTS.indexOf(c)).filter((digit) => digit >= 0);
      put({ kind: "sign", text: "**" });
      if (power[0] === "⁻") put({ kind: "sign", text: "-" });
      put({ kind: "power", text: digits.join("") });
    } else put({ kind: "sign", text: round.get(k) ?? SIGNS[sign] ?? sign });
  }
  return found;
}

// The brackets and braces that are parentheses, by their place among the tokens: not those around a
// list, nor around an index.
function parenthesesAmong(matches) {
  const found = new Map();
  const opened = [];
  const endsOperand = (match) => match && (match.groups.name || match.groups.label || match.groups.quoted || /^[)\]}]$/.test(match[0]));
  for (const [k, { 0: text }] of matches.entries()) {
    if (CLOSING[text]) opened.push({ first: k, isList: false });
    else if (text === "," && opened.length) opened.at(-1).isList = true;
    else if (/^[)\]}]$/.test(text)) {
      const { first, isList } = opened.pop() ?? {};
      if (first === undefined || CLOSING[matches[first][0]] !== text) return found;
      const isIndex = k === first + 2 && matches[first + 1].groups.number && endsOperand(matches[first - 1]);
      if (!isList && k > first + 1 && !isIndex) found.set(first, "(").set(k, ")");
    }
  }
  return found;
}

const functionOf = (name) => (Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : FUNCTIONS[ALIASES[name]]);

// The names that a name is: itself, one that looks like it, or the one product of names that it is.
function factorsOf(name, names) {
  if (names.includes(name)) return [name];
  const alike = names.filter((known) => look(known) === look(name));
  if (alike.length === 1) return alike;
  if (Object.hasOwn(CONSTANTS, name)) return [name];
  const factors = [...names, ...Object.keys(CONSTANTS)].filter(isPlain);
  const ways = [[[]]];
  for (let end = 1; end <= name.length && name.length <= 24; end++) {
    const ends = factors.filter((known) => name.slice(0, end).endsWith(known));
    ways.push(ends.flatMap((known) => ways[end - known.length].map((way) => [...way, known])).slice(0, 2));
  }
  return ways[name.length]?.length === 1 ? ways[name.length][0] : [name];
}

// A formula as a function from numbers by name to its number; both are { value, error }.
function readFormula(text, names) {
  if (text.length > USUAL.longest) throw new FormulaError(words("this is too long"));
  const queue = tokens(text.normalize("NFC"), names);
  let depth = 0;
  let last = ""; // the kind of the token before: two numbers side by side are a slip of the pen
  const peek = () => queue[0] ?? { kind: "end", text: words("the end"), at: text.length };
  const fail = (token, what) => {
    throw new FormulaError(words("column {number}: {what}", { number: token.at + 1, what }));
  };
  const take = (sign) => {
    if (peek().kind !== "sign" || peek().text !== sign) return false;
    last = queue.shift().kind;
    return true;
  };
  const expect = (sign) => take(sign) || fail(peek(), words("expected {sign} before {token}", { sign, token: peek().text }));
  const nested = (read) => {
    depth += 1;
    if (depth > USUAL.deepest) fail(peek(), words("this is nested too deeply"));
    const found = read();
    depth -= 1;
    return found;
  };
  const applied = (op, ...inputs) => (at) => apply(FUNCTIONS[op], inputs.map((input) => input(at)));
  const takeWord = (word) => {
    if (peek().kind !== "word" || peek().text !== word) return false;
    last = queue.shift().kind;
    return true;
  };

  // Comparisons are 1 or 0; and a choice, x if z > 0 else 0, may have a comma for its else.
  function choice(isSecond = false) {
    const number = comparison();
    if (!takeWord("if")) return number;
    const condition = comparison();
    if (condition.sides === undefined) fail(peek(), words("expected a condition, such as z > 0"));
    const holds = (at) => condition(at).value !== 0;
    if (!takeWord("else") && !take(",") && !take(";")) {
      const [left, right] = (isSecond && condition.sides) || []; // between z > 0 and z < 0 nothing needs to be said
      return (at) => {
        if (holds(at)) return number(at);
        if (left && left(at).value === right(at).value) return { value: NaN, error: 0 };
        throw new FormulaError(words("nothing is said for other numbers: write what it is there, as in x if z > 0 else 0"));
      };
    }
    takeWord("else");
    const other = choice(true);
    if (peek().kind === "word" && /^$|^[)\]}]$/.test(queue[1]?.text ?? "")) takeWord("else");
    return (at) => (holds(at) ? number : other)(at);
  }
  function comparison() {
    const sides = [sum()];
    const found = [];
    while (peek().kind === "sign" && Object.hasOwn(COMPARED, peek().text)) {
      const compared = COMPARED[queue.shift().text];
      last = "sign";
      sides.push(sum());
      found.push(compared(applied, ...sides.slice(-2)));
    }
    if (!found.length) return sides[0];
    const all = found.reduce((left, right) => applied("mul", left, right));
    return Object.assign((at) => all(at), { sides: found.length === 1 ? sides : null });
  }

  function sum() {
    let left = product();
    for (;;) {
      if (take("+")) left = applied("add", left, product());
      else if (take("-")) left = applied("sub", left, product());
      else return left;
    }
  }
  function product() {
    let left = signed();
    for (;;) {
      const { kind, text } = peek();
      if (take("*")) left = applied("mul", left, signed());
      else if (take("/")) left = applied("div", left, signed());
      else if (kind === "name" || kind === "call" || text === "(" || text === ROOT
        || (kind === "number" && last !== "number")) {
        left = applied("mul", left, power());
      } else return left;
    }
  }
  function signed() {
    return nested(() => {
      if (take("-")) return applied("neg", signed());
      return take("+") ? signed() : power();
    });
  }
  function power() {
    const base = primary();
    return take("**") ? applied("pow", base, signed()) : base;
  }
  function primary() {
    const token = peek();
    queue.shift();
    last = token.kind;
    if (token.kind === "number" || token.kind === "power") {
      const found = { value: Number(token.text), error: 0 };
      if (!Number.isFinite(found.value)) fail(token, words("this number is too large"));
      return () => found;
    }
    if (token.kind === "name") return named(token);
    if (token.kind === "call") return called(token);
    if (token.text === ROOT && token.kind === "sign") return applied("sqrt", nested(primary));
    if (token.text !== "(" || token.kind !== "sign") fail(token, words("cannot read {token}", { token: token.text }));
    const inner = nested(choice);
    expect(")");
    return inner;
  }
  function named(token) {
    if (!token.primes && names.includes(token.text)) return (at) => at(token.text);
    if (token.primes || !Object.hasOwn(CONSTANTS, token.text)) fail(token, words("unknown name {name}", { name: token.text }));
    return () => ({ value: CONSTANTS[token.text], error: 0 });
  }
  function called(token) {
    expect("(");
    const inputs = [nested(choice)];
    while (take(",") && peek().text !== ")") inputs.push(nested(choice));
    expect(")");
    const op = functionOf(token.text);
    if (op.many && !token.primes) {
      return inputs.reduce((left, right) => (at) => apply(op, [left(at), right(at)]));
    }
    if (inputs.length !== op.partials.length - 1) fail(token, words("{name} takes {count}", { name: token.text, count: op.partials.length - 1 }));
    if (!token.primes) return (at) => apply(op, inputs.map((input) => input(at)));
    if (token.primes > 1 || inputs.length > 1) {
      fail(token, words("a prime is the first derivative of a function of one number"));
    }
    return (at) => slope(op, inputs.map((input) => input(at)), 0);
  }

  const found = choice();
  if (queue.length === 1) take(";"); // as Python ends a part
  if (queue.length) fail(peek(), words("cannot read {token}", { token: peek().text }));
  return found;
}

// ------------------------------------------------------- numbers with a bound on their rounding

function apply(op, inputs) {
  const numbers = inputs.map(({ value }) => value);
  const value = op.value(...numbers);
  const partials = op.partials(value, ...numbers);
  const passedOn = inputs.reduce((total, { error }, i) =>
    (error && !Number.isNaN(partials[i]) ? total + Math.abs(partials[i]) * error : total), 0);
  return { value, error: passedOn + UNIT * Math.abs(value) };
}

// A local derivative; how far rounding moves it is seen by moving the numbers that it is made of.
function slope(op, inputs, i) {
  const at = (sign) => {
    const numbers = inputs.map(({ value, error }) => value + sign * error);
    const y = apply(op, inputs);
    return op.partials(y.value + sign * y.error, ...numbers)[i];
  };
  const [below, value, above] = [at(-1), at(0), at(1)];
  return { value, error: Math.max(Math.abs(above - value), Math.abs(below - value)) + UNIT * Math.abs(value) };
}

// All numbers of the graph, and d(output)/d(node), for given numbers of the leaves.
function pointAt(leaves, node) {
  const numbers = NODES.map((_, i) => ({ value: leaves[i], error: 0 }));
  const inputsOf = (i) => NODES[i].parents.map((p) => numbers[p]);
  for (const i of GRAPH.forward) numbers[i] = apply(OPERATIONS[NODES[i].operation], inputsOf(i));
  const gradients = NODES.map(() => ({ value: 0, error: 0 }));
  gradients[OUTPUT] = { value: 1, error: 0 };
  const locals = new Map();
  for (const [child, position] of GRAPH.backward) {
    const parent = NODES[child].parents[position];
    const local = slope(OPERATIONS[NODES[child].operation], inputsOf(child), position);
    locals.set(`${child},${position}`, local);
    gradients[parent] = apply(FUNCTIONS.add, [gradients[parent], apply(FUNCTIONS.mul, [gradients[child], local])]);
  }
  return { numbers, locals, gradients, exact: gradients[node] };
}

// Whether two numbers are the same; null where rounding leaves nothing to tell by.
function same(a, b) {
  if (!Number.isFinite(a.value) || !Number.isFinite(b.value)) return null;
  const bound = 8 * (a.error + b.error);
  if (Math.abs(a.value - b.value) > bound) return false;
  const tells = bound <= 1e-6 * Math.max(Math.abs(a.value), Math.abs(b.value));
  return tells || [a, b].some(({ value, error }) => value === 0 && error === 0) ? true : null;
}

// ---------------------------------------------------------------------------- the verdict

// The points that formulas are compared at: the page's numbers, near ones, and others.
function pointsFor(run, node) {
  let state = 1;
  const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const near = (x) => {
    if (Number.isInteger(x) && chance() < 0.5) return x + (x < 0 ? -1 : 1) * Math.floor(3 * chance());
    return x ? x * (0.6 + 0.8 * chance()) : chance() - 0.5;
  };
  const anywhere = (x) => (chance() < 0.5 ? -1 : 1) * (Math.abs(x) || 1) * 10 ** (3 * chance() - 2);
  const draw = (choose) => run.leaves.map((x, i) => (isLeaf(i) && !isConstant(i) ? choose(x) : x));
  const many = (count, choose) => Array.from({ length: count }, () => pointAt(draw(choose), node));
  const shares = targetsOf(run);
  const whole = () => {
    const found = draw(near);
    const parts = shares.map(() => 0.1 + 0.9 * chance());
    const total = parts.reduce((sum, part) => sum + part, 0);
    shares.forEach((leaf, i) => { found[leaf] = parts[i] / total; });
    return pointAt(found, node);
  };
  return [pointAt(run.leaves, node), ...many(POINTS, near), ...many(FAR_POINTS, anywhere),
    ...(shares.length ? Array.from({ length: POINTS }, whole) : [])];
}

// The leaves that a cross entropy weights its logarithms by, if they add up to 1: for a formula such as
// p - y they always do, as shares of a whole.
function targetsOf({ leaves }) {
  const found = new Set();
  for (const [i, { parents }] of NODES.entries()) {
    if (!["mul", "dot"].includes(operationOf(i))) continue;
    const half = Math.floor(parents.length / 2);
    for (let j = 0; j < half; j++) {
      const [a, b] = [parents[j], parents[half + j]];
      for (const [leaf, other] of [[a, b], [b, a]]) {
        if (isLeaf(leaf) && !isConstant(leaf) && ["log", "log_softmax"].includes(operationOf(other))) found.add(leaf);
      }
    }
  }
  const numbers = [...found].map((leaf) => leaves[leaf]);
  const isWhole = found.size > 1 && Math.abs(numbers.reduce((sum, x) => sum + x, 0) - 1) < 1e-9;
  return isWhole && numbers.every((x) => x >= 0) ? [...found] : [];
}

// A name if another depends on it; by "" the only name that the other is made of; else "".
function indexedInput(index, above, below) {
  const top = index.get(above);
  if (!below) {
    const inputs = [...new Set(NODES[top].parents ?? [])].filter((i) => !isConstant(i));
    return [...index].find(([, i]) => inputs.length === 1 && i === inputs[0])?.[0] ?? "";
  }
  const bottom = index.get(below);
  return bottom !== top && descendantsOf(bottom).has(top) ? below : "";
}

// d(top)/d(bottom) at a point.
function derivativeAt({ locals }, top, bottom) {
  const found = new Map([[top, exactly(1)]]);
  for (let child = top; child > bottom; child--) {
    if (!found.has(child)) continue;
    for (const [position, parent] of (NODES[child].parents ?? []).entries()) {
      const share = apply(FUNCTIONS.mul, [found.get(child), locals.get(`${child},${position}`) ?? exactly(0)]);
      found.set(parent, found.has(parent) ? apply(FUNCTIONS.add, [found.get(parent), share]) : share);
    }
  }
  return found.get(bottom) ?? exactly(0);
}

function judgeFormula(run, node, text) {
  const labelled = NODES.flatMap(({ name, labelled: is }, i) => (is ? [[name, i]] : []));
  const index = new Map(labelled);
  const sentences = JUDGING.formulas;
  const wrong = (...said) => ({ right: false, say: JUDGING.words["not yet"], hints: [`${said.join(": ")}.`] });
  const points = pointsFor(run, node);
  let formula, written;
  let isNumber = true;
  try {
    const pairs = new Map();
    const typed = usual(text, [...index.keys()], (above, below) => {
      const input = indexedInput(index, above, below);
      if (input) pairs.set(`d${above}/d${input}`, [index.get(above), index.get(input)]);
      return input;
    });
    if ([...pairs.values()].some(([top, bottom]) => top === OUTPUT && bottom === node)) {
      throw new FormulaError(words("this is what is asked for: write what it is"));
    }
    formula = readFormula(typed, [...index.keys(), ...pairs.keys()]);
    written = points.map((point) => formula((name) => {
      isNumber = false;
      return pairs.has(name) ? derivativeAt(point, ...pairs.get(name)) : point.numbers[index.get(name)];
    }));
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const hints = text.trim() ? [`${sentences.unreadable}: ${error.message}.`] : [];
    return { right: false, say: JUDGING.words["no number"], hints };
  }
  const isRight = (numbers, from, to) => {
    const found = numbers.slice(from, to).map((number, i) => same(number, points[from + i].exact));
    return !found.includes(false) && found.filter(Boolean).length >= Math.min(FEWEST, to - from);
  };
  const count = 1 + POINTS + FAR_POINTS;
  const ofShares = (numbers) => points.length > count && !isNumber && isRight(numbers, count, points.length);
  if (isRight(written, 1, count) || ofShares(written)) return { right: true, say: `${sentences.right}.` };
  if (isRight(written, 1, 1 + POINTS)) return wrong(...sentences.kink);
  if (isRight(written, 0, 1) && !isNumber) return wrong(...sentences.numbers);
  for (const { name, say: said, number: mended } of slipsOfFormula(points, written, node)) {
    if (isRight(mended, 1, 1 + POINTS) || ofShares(mended)) return wrong(name, said);
  }
  return isNumber ? wrong(...sentences.number) : wrong(sentences.none);
}

const exactly = (value) => ({ value, error: 0 });

// The usual slips, simple ones first: { name, say: what was done, number: the formula's number at each
// point with the slip undone }.
function* slipsOfFormula(points, written, node) {
  const sentences = JUDGING.formulas;
  const each = (op, a, b) => a.map((number, i) => apply(FUNCTIONS[op], [number, b[i]]));
  const by = (value) => each("mul", written, written.map(() => exactly(value)));
  yield slip("sign", by(-1));
  yield slip("half", by(2));
  yield slip("twice", by(0.5));
  const ratios = written.map(({ value }, i) => value / points[i].exact.value).slice(1);
  const ratio = ratios.find((found) => found && Number.isFinite(found)) ?? 1;
  const size = Math.max(Math.abs(ratio), 1 / Math.abs(ratio));
  // Another factor is no slip that has a name, and with it the right one would be told.
  if (Math.abs(ratio - 1) > 1e-3 && Math.abs(size - Math.round(size)) <= 1e-9 * size) {
    const [name, said] = sentences.times;
    yield { name, say: filled(said, { number: show(ratio) }), number: by(1 / ratio) };
  }
  const between = descendantsOf(node);
  const factors = NODES.flatMap(({ parents = [] }, child) => parents.flatMap((below, position) =>
    (between.has(below) ? [{ child, below, position }] : [])));
  factors.sort((a, b) => b.child - a.child || a.position - b.position);
  const localOf = ({ child, position }) => points.map(({ locals }) => locals.get(`${child},${position}`));
  for (const factor of factors) {
    const { child, below, position } = factor;
    const product = each("mul", written, localOf(factor));
    yield slip("forgotten", product, { factor: factorBetween(factor.below, factor.child) });
    const { operation, parents } = NODES[child];
    for (const { name, say: said, formula } of MISTAKES[operation]?.[position] ?? []) {
      const mistaken = points.map(({ numbers }) =>
        exactly(formula(numbers[child].value, ...parents.map((parent) => numbers[parent].value))));
      const places = { y: called(child), a: called(below) };
      yield { name, say: filled(said, places), number: each("div", product, mistaken) };
    }
    const others = [...new Set(parents)];
    for (const other of others.length <= 50 ? others : []) { // _MOST_INPUTS of checking/formulas.py
      const numbers = points.map((point) => point.numbers[other]);
      yield slip("other input", each("div", product, numbers), { other: called(other), factor: factorBetween(factor.below, factor.child) });
    }
  }
  for (const factor of factors) {
    const { child, below } = factor;
    yield slip("taken twice", each("div", written, localOf(factor)), { factor: factorBetween(factor.below, factor.child) });
    if (below !== node) continue;
    const share = each("mul", points.map(({ gradients }) => gradients[child]), localOf(factor));
    yield slip("path", each("add", written, share), { below: called(below), above: called(child) });
    const total = each("add", written, points.map(({ exact }) => exact));
    const only = filled(sentences.only, { above: called(child) });
    yield { ...slip("last", each("sub", total, share)), say: only };
  }
}

// A node, and all nodes that are computed from it.
function descendantsOf(node) {
  const found = new Set([node]);
  NODES.forEach(({ parents }, i) => parents?.some((parent) => found.has(parent)) && found.add(i));
  return found;
}
