// Formulas as mathematicians and LaTeX write them, in the signs that formulas.js reads: what
// autograd/notation/usual.py does, in its order. USUAL is from Python; a test holds both to one table.

const NAME_START = "(?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])[\\p{L}_])";
const NAME_PART = "(?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])[\\p{L}\\p{N}_])";
const NAMED = `${NAME_START}${NAME_PART}*`;
const NOT_AFTER_LETTER = "(?<![\\p{L}_])";
const FRACTION = /\\[dt]?frac\s*(?=[{\p{Nd}])/u;
const QUOTIENT = new RegExp(`(?<![\\p{L}\\p{N}_])[d∂]\\s*(${NAMED})\\s*/\\s*[d∂]\\s*(${NAMED})`, "gu");
const QUOTIENT_IN_GROUPS = new RegExp(`\\(\\(\\s*[d∂]\\s*(${NAMED})\\s*\\)/\\(\\s*[d∂]\\s*(${NAMED})\\s*\\)\\)`, "gu");
const PRIMED = new RegExp(`(?<![\\p{L}\\p{N}_])(${NAMED})['’′](?!['’′])(?:\\s*\\(\\s*(${NAMED})\\s*\\))?`, "gu");
const INDICATOR = /(?<![\p{L}\p{N}_.])1_\s*(?=[({[])|(?<![\p{L}\p{N}_])I_?\s*(?=[({[][^({[]*[<>≤≥])/gu;
const APPLIED = new RegExp(
  `${NOT_AFTER_LETTER}(${NAMED})(?!${NAME_PART})(?:\\s*(?:\\^\\s*(?:([0-9]+)|[({]([0-9]+)[)}])|([²³])))?`
  + `(\\s*)(?=[({[]|[0-9.]|${NAMED})`, "u");
const OPERAND = new RegExp(`^(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)?(${NAMED})?`, "u");

// The name that is meant, such as w1 by w_1; "" if there is none, or more than one.
function knownName(name, names) {
  if (names.includes(name)) return name;
  const alike = name ? names.filter((known) => look(known) === look(name)) : [];
  return alike.length === 1 ? alike[0] : "";
}

// What stands in the brackets that a text begins with, or its first digit; and the rest. Of brackets
// that do not close, it is "".
function groupAhead(text) {
  if (!Object.hasOwn(CLOSING, text[0] ?? "")) return [text.slice(0, 1), text.slice(1)];
  let depth = 0;
  for (let end = 0; end < text.length; end++) {
    if (Object.hasOwn(CLOSING, text[end])) depth += 1;
    if (Object.values(CLOSING).includes(text[end])) depth -= 1;
    if (depth === 0) return [text.slice(1, end), text.slice(end + 1)];
  }
  return ["", text];
}

// How many brackets are open at the most.
function depthOf(text) {
  let [depth, deepest] = [0, 0];
  for (const sign of text) {
    depth += Object.hasOwn(CLOSING, sign) - Object.values(CLOSING).includes(sign);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

// A formula in the signs that readFormula reads. `inputOf` gives, for two names, the second if the
// first depends on it, and for a name and "" the only name that it is computed from; else "".
function usual(text, names, inputOf = () => "") {
  if (text.length > USUAL.longest || depthOf(text) > USUAL.deepest) return text; // for readFormula to refuse
  for (const [pattern, sign] of USUAL.signs) {
    text = text.replace(new RegExp(pattern.replaceAll("\\w", "[\\p{L}\\p{N}_]"), "gu"), sign.replace("\\1", "$1"));
  }
  for (let found; (found = FRACTION.exec(text));) {
    const [above, after] = groupAhead(text.slice(found.index + found[0].length));
    const [below, rest] = groupAhead(after.trimStart());
    if (!above || !below) return text;
    text = `${text.slice(0, found.index)}((${above})/(${below}))${rest}`;
  }
  text = text.replace(/\\([A-Za-z]+)/g, " $1");
  if (text.split("|").length % 2) text = text.replace(/\|([^|]+)\|/g, "abs($1)");
  text = text.replace(INDICATOR, (found) => (found[0] === "I" && names.includes("I") ? found : "1*"));
  const derivative = (found, first, second = "") => {
    const [above, below] = [knownName(first, names), knownName(second, names)];
    const isName = names.includes(`d${first}`) || names.includes(`d${second}`);
    const input = isName || !above ? "" : inputOf(above, below);
    return input ? `d${above}/d${input}` : found;
  };
  text = text.replace(QUOTIENT_IN_GROUPS, derivative).replace(QUOTIENT, derivative)
    .replace(PRIMED, (found, first, second) => (
      USUAL.functions.includes(first) ? found : derivative(found, first, second)));
  for (const [name, meant] of Object.entries(USUAL.called)) {
    const place = new RegExp(`${NOT_AFTER_LETTER}${name}(?=['’′]|[^\\p{L}\\p{N}_]*[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])`, "gu");
    if (!names.includes(name)) text = text.replace(place, meant);
  }
  const functions = [...USUAL.functions, ...Object.keys(USUAL.written)];
  return withInputs(text, names, functions.filter((name) => !names.includes(name)));
}

// A formula with a parenthesis around each function's input, and powers behind it.
function withInputs(text, names, functions) {
  let done = "";
  for (let found; (found = APPLIED.exec(text));) {
    const [all, name, bare, braced, raised] = found;
    const power = bare ?? braced ?? { "²": "2", "³": "3" }[raised] ?? "";
    let [inside, rest] = ["", text.slice(found.index + all.length)];
    if (functions.includes(name)) [inside, rest] = inputAfter(rest, names, functions);
    if (!inside) {
      const end = found.index + name.length;
      [done, text] = [done + text.slice(0, end), text.slice(end)];
      continue;
    }
    inside = withInputs(inside, names, functions);
    const applied = (USUAL.written[name] ?? `${name}({})`).replace("{}", () => inside);
    done += text.slice(0, found.index) + (power ? `(${applied})^${power}` : applied);
    text = rest;
  }
  return done + text;
}

// The input of a function that a text begins with, "" if there is none; and the rest.
function inputAfter(text, names, functions) {
  if (Object.hasOwn(CLOSING, text[0] ?? "")) return groupAhead(text);
  const [operand, name = ""] = OPERAND.exec(text);
  const rest = text.slice(operand.length);
  if (functions.includes(name) && Object.hasOwn(CLOSING, rest[0] ?? "")) {
    const [inside, after] = groupAhead(rest);
    return inside ? [`${operand}(${inside})`, after] : ["", text];
  }
  const isKnown = !name || knownName(name, names) !== "" || Object.hasOwn(CONSTANTS, name);
  return operand && isKnown ? [operand, rest] : ["", text];
}
