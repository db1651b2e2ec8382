// Equations in numbers, with the digits that make them true as they are written: what Python's
// notation/equations.py does, for the numbers that the page has now.

const MOST_DIGITS = 17;
const NEXT_TO_NOTHING = 5e-10; // the left side may give so much where the right side is 0
const ROUNDING = 2 ** -52;

// A formula from its tree: its number, and the most that rounding may have changed it by. A tree is
// a number; [place] for the number of a node; or an operator with its operands: ["+", ...], ["*", ...],
// ["^", a, b], or a row of OPERATIONS as ["apply", row, ...].
function measured(tree, at, rounded) {
  if (!Array.isArray(tree) || tree.length === 1) {
    const shown = rounded(Array.isArray(tree) ? at(tree[0]) : readNumber(tree));
    return [shown, Number.isInteger(shown) ? 0 : ROUNDING * Math.abs(shown)];
  }
  const [operator, ...parts] = tree;
  if (operator === "apply") {
    const { value } = OPERATIONS[parts[0]];
    return applied(value, parts.slice(1).map((part) => measured(part, at, rounded)));
  }
  const operands = parts.map((part) => measured(part, at, rounded));
  if (operator === "^") return applied(power, operands);
  return operator === "+" ? sumOf(operands) : operands.reduce(productOf);
}

function sumOf(terms) {
  let [total, rounding] = [0, 0];
  for (const [number, own] of terms) {
    total += number;
    rounding += own + ROUNDING * Math.abs(total);
  }
  return [total, rounding];
}

function productOf(a, b) {
  const number = a[0] * b[0];
  return [number, Math.abs(a[0]) * b[1] + Math.abs(b[0]) * a[1] + ROUNDING * Math.abs(number)];
}

// A function changes with its inputs as far as rounding has changed these.
function applied(value, inputs) {
  const number = value(...inputs.map(([x]) => x));
  const moved = value(...inputs.map(([x, rounding]) => x + rounding));
  const change = Number.isNaN(moved) ? 0 : Math.abs(moved - number);
  return [number, change + 4 * ROUNDING * Math.abs(number)];
}

// The size of the last digit of a number that is shown.
function unitOf(shown) {
  const [mantissa, exponent] = shown.split(/e(?=[-+])/);
  return Number(`1e${Number(exponent ?? 0) - (mantissa.split(".")[1] ?? "").length}`);
}

// Zeros at the end are not shown: 4 stands for 4.00000, so 3.6 does not give it.
function gives([number, rounding], shown) {
  const result = readNumber(shown);
  if (!Number.isFinite(number) || !Number.isFinite(result)) return Object.is(number, result);
  if (result === 0) return Math.abs(number) <= NEXT_TO_NOTHING;
  const slack = Math.min(unitOf(shown) / 2, 5 * 10 ** -shownDigits * Math.abs(result));
  return Math.abs(number - result) + rounding <= slack * (1 + 1e-9);
}

// How many digits the numbers in a formula need, so that the formula gives a result; undefined where
// no number of digits is enough.
function digitsFor(tree, result, at) {
  const shown = show(result);
  for (let digits = shownDigits; digits <= MOST_DIGITS; digits += 1) {
    const rounded = (number) => readNumber(show(number, digits));
    if (gives(measured(tree, at, rounded), shown)) return digits;
  }
  return undefined;
}

// A product as text; "" where no number of digits makes "product = result" true.
function productText(numbers, result, times = " · ") {
  const digits = digitsFor(["*", ...numbers], result);
  if (digits === undefined) return "";
  return numbers.map((number, k) => (k ? showNext : show)(number, digits)).join(times);
}

// The terms of a sum, each with its sign but for a first plus; none where no number of digits makes
// "terms = result" true.
function termTexts(terms, result) {
  const digits = digitsFor(["+", ...terms], result);
  if (digits === undefined) return [];
  return terms.map((term, k) => {
    const shown = show(term, digits);
    if (k === 0) return shown;
    return shown.startsWith("-") ? ` - ${shown.slice(1)}` : ` + ${shown}`;
  });
}

// A formula with numbers in the places for numbers. A negative number gets parentheses, unless it
// fills a pair of parentheses already, or comes first in a sum or a product; a zero gets no sign.
function evaluated(template, at, digits = shownDigits) {
  return template.replace(/0\uE000(=?)([^\uE001]+)\uE001/g, (place, plain, what, from) => {
    const shown = show(plain ? readNumber(what) : at(Number(what)), digits);
    const before = template.slice(0, from);
    const after = template.slice(from + place.length);
    const bare = /(^|[[(]|, )$/.test(before) && /^($|[\])]|,| |\*)/.test(after);
    return shown.startsWith("-") && !bare ? `(${shown})` : shown;
  }).replace(/(^|\()-(?=0(?![\w.]))/g, "$1");
}

// The same, in digits that make "formula = result" true; undefined where none do.
function inNumbers(tree, template, result, at) {
  const digits = digitsFor(tree, result, at);
  return digits === undefined ? undefined : evaluated(template, at, digits);
}
