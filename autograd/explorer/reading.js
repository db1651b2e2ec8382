// Numbers as a hand writes them: the grammar of autograd/checking/reading.py, once more. A test
// holds both to one table of cases.

const MINUSES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d";
const SIGNS_MEANT = Object.fromEntries([
  ...[...MINUSES].map((sign) => [sign, "-"]),
  ...[..."⁄∕"].map((sign) => [sign, "/"]),
  ...[..."⋅∙·∗×"].map((sign) => [sign, "*"]),
]);
const RAISED = Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"].map((sign, i) => [sign, "0123456789-+"[i]]));
const SPACES = "[ \\t\\u00a0\\u2009\\u202f]";
const NO_ANSWER = new RegExp(`^[-.…?_${MINUSES}\\s]*$`);
const POWER = new RegExp(
  `^(?:(.*?)(?:${SPACES}*\\*${SPACES}*10|e)|([-+]?)10(?=\\^|\\*\\*))` +
  "(?:(?<=e)|\\^|\\*\\*)[({]?([-+]?[0-9]{1,3})[)}]?$");
const GROUPS = { ",": /^[1-9][0-9]{0,2}(?:,[0-9]{3})+$/, ".": /^[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/ };
const SPACED = new RegExp(`^[1-9][0-9]{0,2}(?:(?:${SPACES}|['’])[0-9]{3})+(?=$|[.,])`);
const TIMES_TEN = new RegExp(`[xX](?=${SPACES}*10(?:\\^|\\*\\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]))`, "g");
const VULGAR = { "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3" };
const SINGLE = /(^|(?<!\*)[-+*/√]\s*)\(([^()*/√]*)\)(?=\s*(?:$|[*/]))/g;
const PRODUCT = /(^|(?<!\*)[-+*]\s*)\(([^()]*)\)(?=\s*(?:$|[*/]))/g;
const SIGN_BETWEEN = new RegExp(`(/|(?<!\\*)\\*(?!\\*|${SPACES}*10(?:\\^|\\*\\*)))`);
const PERCENT = new RegExp(`^([^e*^]*[0-9.])${SPACES}*%$`);
const INFINITE = /^([-+]?)\s*(?:∞|\\infty|inf(?:init[yeoa])?)$/i;
const PLAIN = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/;
const EXACT_DIGITS = 17;

const isAnswer = (text) => !NO_ANSWER.test(text);

// Every way to read a written number: { text, value, unit, digits, zeros }; none if it is not one.
function readings(written) {
  const signed = [...written.trim()].map((sign) => SIGNS_MEANT[sign] ?? sign).join("");
  const infinite = INFINITE.exec(signed);
  if (infinite) {
    const isBelow = infinite[1] === "-";
    return [{ text: isBelow ? "-inf" : "inf", value: isBelow ? -Infinity : Infinity, unit: 0, digits: EXACT_DIGITS, zeros: 0 }];
  }
  const text = signed
    .replace(TIMES_TEN, "*")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+/g, (run) => `^${[...run].map((sign) => RAISED[sign]).join("")}`);
  let plain = text;
  for (const [sign, meant] of Object.entries(VULGAR)) plain = plain.replace(new RegExp(`(?<![0-9])${sign}`, "g"), meant);
  for (const group of [SINGLE, PRODUCT]) plain = plain.replace(group, "$1$2");
  const terms = plain.split(SIGN_BETWEEN);
  if (terms.length === 1 && !plain.includes("√")) return decimalsOf(plain);
  const signs = terms.filter((_, i) => i % 2);
  if (signs.some((sign, i) => sign === "/" && signs[i + 1] === "/")) return [];
  let found = [["", 1]];
  for (const [i, sign] of ["", ...signs].entries()) {
    const after = termOf(terms[2 * i].trim());
    found = found.flatMap(([before, number]) => after.map(([term, other]) => (
      [before + sign + term, sign === "/" ? number / other : number * other])));
  }
  return found.filter(([, value]) => Number.isFinite(value))
    .map(([read, value]) => ({ text: read, value, unit: 0, digits: EXACT_DIGITS, zeros: 0 }));
}

// A term, and its number, in each way it can be meant: [text, number].
function termOf(text) {
  const at = text.indexOf("√");
  if (at < 0) return decimalsOf(text).map((read) => [read.text, read.value]);
  const factor = text.slice(0, at).trim();
  const isBare = ["", "-", "+"].includes(factor);
  const below = decimalsOf(text.slice(at + 1).trim()).filter(({ value }) => value >= 0);
  return decimalsOf(isBare ? `${factor}1` : factor).flatMap((a) => below.map((b) => (
    [`${isBare ? factor : a.text}√${b.text}`, a.value * Math.sqrt(b.value)])));
}

function decimalsOf(written) {
  written = written.replaceAll("E", "e").replace(PERCENT, "$1e-2");
  const power = POWER.exec(written);
  const exponent = power ? Number(power[3]) : 0;
  let text = (power ? power[1] ?? `${power[2]}1` : written).trim();
  const sign = text.startsWith("-") ? "-" : "";
  if (/^[-+]/.test(text)) text = text.slice(1).trim();
  if (SPACED.test(text)) text = text.replace(new RegExp(`${SPACES}|['’]`, "g"), "");
  return pointed(text).map((plain) => readPlain(sign, plain, exponent)).filter(Boolean);
}

// Digits with a decimal point, for each way in which commas and points can be meant.
function pointed(text) {
  const count = (sign) => text.split(sign).length - 1;
  const [commas, points] = [count(","), count(".")];
  if (commas && points) {
    const decimal = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
    const other = decimal === "," ? "." : ",";
    const at = text.lastIndexOf(decimal);
    const whole = text.slice(0, at);
    return GROUPS[other].test(whole) ? [`${whole.replaceAll(other, "")}.${text.slice(at + 1)}`] : [];
  }
  if (commas > 1 || points > 1) {
    const sign = commas ? "," : ".";
    return GROUPS[sign].test(text) ? [text.replaceAll(sign, "")] : [];
  }
  const thousands = GROUPS[","].test(text) ? [text.replaceAll(",", "")] : [];
  return [...thousands, text.replace(",", ".")];
}

function readPlain(sign, plain, exponent) {
  if (!PLAIN.test(plain)) return null;
  const [whole, decimals = ""] = plain.split(".");
  const digits = (whole + decimals).replace(/^0+/, "");
  const last = exponent - decimals.length;
  const text = sign + plain + (exponent ? `e${exponent}` : "");
  const value = Number(text);
  if (!Number.isFinite(value) || (value === 0 && digits)) return null;
  const held = digits.length - digits.replace(/0+$/, "").length;
  return { text, value, unit: Number(`1e${last}`), digits: digits.length,
    zeros: last >= 0 && !exponent ? held : 0 };
}
