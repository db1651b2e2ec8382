// Symbolic numbers, for graphs that are made in the page: what autograd/notation/algebra.py does.
// A formula is { kind }: a number with its value; a name with its node; a sum of terms; a product
// of a coefficient and factors; a power; or a call of a row of RULES.

const ALGEBRA = (() => {
  const number = (value) => ({ kind: "number", value });
  const isNumber = (formula, value) => formula.kind === "number" && (value === undefined || formula.value === value);

  // Formulas are the same where their keys are.
  function keyOf(formula) {
    formula.key ??= {
      number: () => `#${formula.value + 0}`,
      name: () => `n${formula.node}`,
      sum: () => `(+ ${formula.terms.map(keyOf).join(" ")})`,
      product: () => `(* ${formula.coefficient} ${formula.factors.map(keyOf).join(" ")})`,
      power: () => `(^ ${keyOf(formula.base)} ${keyOf(formula.exponent)})`,
      call: () => `(${formula.row} ${formula.inputs.map(keyOf).join(" ")})`,
    }[formula.kind]();
    return formula.key;
  }
  const same = (a, b) => keyOf(a) === keyOf(b);

  // A term as its number and its other factors.
  function coefficientOf(term) {
    if (isNumber(term)) return [term.value, []];
    return term.kind === "product" ? [term.coefficient, term.factors] : [1, [term]];
  }

  // A sum with like terms collected.
  function addUp(terms) {
    const collected = new Map();
    for (const part of terms.flatMap((term) => (term.kind === "sum" ? term.terms : [term]))) {
      const [coefficient, factors] = coefficientOf(part);
      if (coefficient === 0) continue;
      const bare = factors.length === 1 ? factors[0] : multiply(factors);
      const before = collected.get(keyOf(bare))?.count ?? 0;
      const size = Math.max(Math.abs(before), Math.abs(coefficient));
      collected.set(keyOf(bare), { bare, count: withoutNoise(before + coefficient, size) });
    }
    const parts = [...collected.values()].filter(({ count }) => count !== 0)
      .map(({ bare, count }) => (count === 1 ? bare : multiply([number(count), bare])));
    if (parts.length < 2) return parts[0] ?? number(0);
    return { kind: "sum", terms: parts };
  }

  // A product with its numbers in front, and powers of equal factors joined.
  function multiply(factors) {
    let coefficient = 1;
    const exponents = new Map();
    for (const factor of factors) {
      const [own, parts] = coefficientOf(factor);
      coefficient = withoutNoise(coefficient * own, Math.abs(coefficient * own));
      for (const part of parts) {
        const [base, exponent] = part.kind === "power" ? [part.base, part.exponent] : [part, number(1)];
        const before = exponents.get(keyOf(base))?.exponent ?? number(0);
        exponents.set(keyOf(base), { base, exponent: addUp([before, exponent]) });
      }
    }
    const powers = [...exponents.values()].map(({ base, exponent }) => raise(base, exponent))
      .filter((power) => !isNumber(power, 1));
    if (coefficient === 0 || !powers.length) return number(coefficient);
    return coefficient === 1 && powers.length === 1 ? powers[0] : { kind: "product", coefficient, factors: powers };
  }

  // base ^ exponent; a whole power of a product becomes a product of powers.
  function raise(base, exponent) {
    if (isNumber(exponent, 1)) return base;
    if (isNumber(exponent, 0)) return number(1);
    if (isNumber(base) && isNumber(exponent)) return number(power(base.value, exponent.value));
    if (isNumber(exponent) && Number.isInteger(exponent.value)) {
      if (base.kind === "product") {
        return multiply([number(base.coefficient), ...base.factors].map((part) => raise(part, exponent)));
      }
      if (base.kind === "power" && isNumber(base.exponent)) {
        return raise(base.base, multiply([base.exponent, exponent]));
      }
    }
    return { kind: "power", base, exponent };
  }

  // A row that is no arithmetic; `where` is left out where its condition surely holds, or where the
  // first case is the second at a condition of 0.
  function call(row, inputs) {
    if (RULES[row].name === "where") {
      const [condition, first, second] = inputs;
      if (isSurelyPositive(condition) || same(atZero(first, condition), second)) return first;
    }
    return { kind: "call", row, inputs };
  }

  const isOf = (part, ...names) => part.kind === "call" && names.includes(RULES[part.row].name);

  // Whether a condition holds whatever the names stand for: 2 + |x| does.
  function isSurelyPositive(condition) {
    if (isNumber(condition)) return condition.value !== 0;
    if (condition.kind !== "sum") return false;
    const terms = condition.terms.map((term) =>
      (isOf(term, "abs") && isNumber(term.inputs[0]) ? number(Math.abs(term.inputs[0].value)) : term));
    const numbers = terms.filter((term) => isNumber(term)).reduce((sum, { value }) => sum + value, 0);
    return numbers > 0 && terms.every((term) => isNumber(term) || isOf(term, "abs", "greater"));
  }

  // A formula with 0 for a name: b*a^(b - 1) at b = 0 is 0, so it needs no `where`.
  function atZero(formula, name) {
    if (name.kind !== "name" || isLarger(formula, 20)) return formula;
    if (same(formula, name)) return number(0);
    if (formula.kind === "sum") return addUp(formula.terms.map((term) => atZero(term, name)));
    if (formula.kind === "product") {
      return multiply([number(formula.coefficient), ...formula.factors.map((factor) => atZero(factor, name))]);
    }
    if (formula.kind === "power") return raise(atZero(formula.base, name), atZero(formula.exponent, name));
    return formula;
  }

  const partsOf = ({ kind, terms, factors, base, exponent, inputs }) =>
    ({ sum: terms, product: factors, power: [base, exponent], call: inputs })[kind] ?? [];

  // Whether a formula has more than `limit` parts, counted as often as they are written.
  function isLarger(formula, limit) {
    const stack = [formula];
    let count = 0;
    while (stack.length && count <= limit) {
      count += 1;
      stack.push(...partsOf(stack.pop()));
    }
    return count > limit;
  }

  // A rule's tree on inputs, as arithmetic does it; or just as it is written, if `isRecorded`.
  function on(tree, inputs, isRecorded = false) {
    if (!Array.isArray(tree)) return number(readNumber(tree));
    const [operator, ...parts] = tree;
    if (typeof operator === "number") return inputs[operator];
    const [first, ...rest] = operator === "apply" ? parts : [null, ...parts];
    const operands = rest.map((part) => on(part, inputs, isRecorded));
    if (operator === "+") return addUp(operands);
    if (operator === "*") return multiply(operands);
    if (operator === "^") return raise(...operands);
    return isRecorded ? { kind: "call", row: first, inputs: operands } : call(first, operands);
  }

  // An operation as it was recorded, with nothing simplified; a weighted sum without a bias, without the 0.
  function recorded(row, inputs) {
    const { name, recorded: tree } = RULES[row];
    const whole = on(tree, inputs, true);
    const isBare = name === "dot" && inputs.length > 1 && same(inputs.at(-1), number(0));
    return isBare && whole.kind === "call" ? whole.inputs[0] : whole;
  }

  const MOST_DECIMALS = 12; // characters of a number that was not rounded
  const LARGEST = 99; // denominator of a fraction

  // A result without the noise of binary digits, given the size of what it was computed from.
  function withoutNoise(value, size) {
    if (!(size > 0 && size < Infinity) || !Number.isFinite(value)) return value;
    const digits = 15 + Math.floor(Math.log10(Math.abs(value) || size)) - Math.floor(Math.log10(size));
    const rounded = value === 0 || digits < 1 ? 0 : Number(value.toPrecision(Math.min(digits, 17)));
    return writeNumber(rounded).length <= MOST_DECIMALS ? rounded : value;
  }

  // A number such as 1/7 or 2/3, whose decimals have no end, as two whole numbers; null for others.
  function asFraction(value) {
    if (!(value > 0 && value < LARGEST && writeNumber(value).length > MOST_DECIMALS)) return null;
    if (Number.isInteger(1 / value)) return [1, 1 / value];
    for (let below = 2; below <= LARGEST; below++) {
      const above = Math.round(value * below);
      if (Math.abs(above / below - value) <= 4 * Number.EPSILON * Math.max(value, above / below)) return [above, below];
    }
    return null;
  }

  // A formula as the page computes it; see equations.js.
  function treeOf(formula) {
    const written = (value) => (Number.isFinite(value) ? value : writeNumber(value));
    const { kind } = formula;
    if (kind === "number") return written(formula.value);
    if (kind === "name") return [formula.node];
    if (kind === "sum") return ["+", ...formula.terms.map(treeOf)];
    if (kind === "power") return ["^", treeOf(formula.base), treeOf(formula.exponent)];
    if (kind === "call") return ["apply", formula.row, ...formula.inputs.map(treeOf)];
    const { coefficient, factors } = formula;
    const fraction = asFraction(Math.abs(coefficient));
    const before = fraction ? ["*", Math.sign(coefficient) * fraction[0], ["^", fraction[1], -1]] : written(coefficient);
    return ["*", ...(coefficient === 1 ? [] : [before]), ...factors.map(treeOf)];
  }

  return { number, multiply, raise, coefficientOf, isNumber, isLarger, isOf, asFraction, same, on, recorded, treeOf };
})();
