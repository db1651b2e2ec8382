// Formulas as plain text, for graphs that are made in the page: what Python's Writer writes. What
// stands for a name, and for a number, is given; each is [text, precedence].

// Rows that give one share of several scores; its own score is their first input.
const SHARES = ["softmax", "log_softmax"];

// One of the shares of all scores, softmax([a, b, c])[1]: in the order of their names, z2 before z11,
// if these have one, constants last. `inputs` are the scores; the share's own is the first.
function softmaxText(row, scores, inputs) {
  const names = inputs.map((score) => (score.kind === "number" ? "\uffff" : BY_NAME.write(score)));
  const stems = new Set(names.filter((name) => name !== "\uffff")
    .map((name) => [...name].length > 1 && name.replace(/[0-9]+/g, "0")));
  const order = [...names.keys()];
  if (stems.size === 1) {
    const padded = names.map((name) => name.replace(/[0-9]+/g, (digits) => digits.padStart(20, "0")));
    order.sort((a, b) => (padded[a] > padded[b]) - (padded[a] < padded[b]));
  }
  return `${row}([${order.map((k) => scores[k]).join(", ")}])[${order.indexOf(0)}]`;
}

const PRECEDENCE = { sum: 0, product: 1, power: 2, atom: 3 };

function writerOf(nameOf, numberText = show) {
  const { number, multiply, raise, coefficientOf, isNumber, asFraction } = ALGEBRA;
  const { sum: SUM, product: PRODUCT, power: POWER, atom: ATOM } = PRECEDENCE;
  const INFIX = { add: [" + ", SUM, SUM], sub: [" - ", SUM, PRODUCT], mul: ["*", PRODUCT, PRODUCT] };
  const write = (formula) => written(formula)[0];

  // A formula beside an operator, in parentheses where it needs them.
  function operand(formula, wanted, isFirst = false) {
    const [text, precedence] = written(formula);
    const isUnclear = text.startsWith("-") && (wanted > PRODUCT || !isFirst);
    return isUnclear || precedence < wanted ? `(${text})` : text;
  }

  function written(formula) {
    const { kind } = formula;
    if (kind === "number") return [numberText(formula.value), ATOM];
    if (kind === "name") return nameOf(formula);
    if (kind === "call") return called(formula);
    if (kind === "product") return productOf(formula.coefficient, formula.factors);
    if (kind === "sum") return [sumOf(formula.terms), SUM];
    const { base, exponent } = formula;
    if (isNumber(exponent) && exponent.value < 0) return productOf(1, [formula]);
    return [`${operand(base, ATOM)}^${operand(exponent, ATOM)}`, POWER];
  }

  function called({ row, inputs }) {
    const { name } = RULES[row];
    const [a, b] = inputs;
    if (name === "neg") return [`-${operand(a, PRODUCT)}`, PRODUCT];
    if (name === "pow") return [`${operand(a, ATOM)}^${operand(b, ATOM)}`, POWER];
    if (name === "div") return [`${operand(a, PRODUCT, true)}/${operand(b, POWER)}`, PRODUCT];
    if (INFIX[name]) {
      const [sign, precedence, wanted] = INFIX[name];
      return [operand(a, precedence, true) + sign + operand(b, wanted), precedence];
    }
    const texts = inputs.map(write);
    if (SHARES.includes(name)) return [softmaxText(name, texts, inputs), ATOM];
    if (name === "greater") return [`[${texts[0]} > ${texts[1]}]`, ATOM];
    return [`${name}(${texts.join(", ")})`, ATOM];
  }

  function sumOf(terms) {
    let text = "";
    for (const term of terms) {
      const [coefficient, parts] = coefficientOf(term);
      const minus = text ? " - " : "-";
      const isFirst = !text;
      text += coefficient < 0 ? minus : text && " + ";
      text += operand(coefficient > 0 ? term : multiply([number(-coefficient), ...parts]), PRODUCT, isFirst);
    }
    return text;
  }

  function productOf(coefficient, factors) {
    const isBelow = (factor) => factor.kind === "power" && isNumber(factor.exponent) && factor.exponent.value < 0;
    const above = factors.filter((factor) => !isBelow(factor));
    let below = factors.filter(isBelow).map((factor) => raise(factor, number(-1)));
    const sign = coefficient < 0 ? "-" : "";
    let size = Math.abs(coefficient);
    const fraction = asFraction(size);
    if (fraction) [size, below] = [fraction[0], [number(fraction[1]), ...below]];
    const numbers = size === 1 && above.length ? [] : [numberText(size)];
    let text;
    if (below.length) {
      const under = below.length > 1 ? `(${row([], below)})` : row([], below);
      text = `${operand(multiply([number(size), ...above]), PRODUCT)}/${under}`;
    } else text = row(numbers, above);
    return [sign + text, sign ? SUM : PRODUCT];
  }

  // Factors side by side: 2x, 2(x - y), g(1 - g), but w*x.
  function row(numbers, factors) {
    const wanted = numbers.length + factors.length > 1 ? POWER : PRODUCT;
    const pieces = [...numbers, ...factors.map((factor) => operand(factor, wanted))];
    return pieces.reduce((text, piece, k) => {
      const isLikeNumber = /^(?:[0-9.]|[eE][-+]?[0-9]|inf|nan)/.test(piece);
      const isCall = /^[\p{L}\p{N}_]+\(/u.test(piece);
      const isBare = /^[0-9.]{1,5}$/.test(pieces[k - 1]) && !isLikeNumber && !isCall;
      return text + (piece.startsWith("(") || isBare ? "" : "*") + piece;
    });
  }

  return { write, operand, written };
}

// A name stands for itself, or is the formula that it is named by.
const BY_NAME = writerOf(({ label, precedence = PRECEDENCE.atom, formula }) =>
  (formula ? BY_NAME.written(formula) : [label, precedence]));
