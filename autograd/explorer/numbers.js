// Numbers as text: for the page's data, and for a reader.

const readNumber = (text) =>
  ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);
const writeNumber = (number) =>
  Object.is(number, -0) ? "-0" : String(number).replace("Infinity", "inf").replace("NaN", "nan");

let shownDigits = DIGITS; // fewer on a wall, where letters are large

// A number for a reader, as Python's show_number writes it.
const FEW = 10;
function show(number, most = shownDigits) {
  if (!Number.isFinite(number)) return writeNumber(number);
  const rounded = rounding(number, most);
  const isExact = Number(rounded) === number;
  const readsWhole = /^-?\d+$/.test(rounded);
  const whole = String(number);
  const isBetter = number !== 0 && (Number.isInteger(number) || (readsWhole && !isExact));
  return isBetter && whole.length <= FEW ? whole : rounded;
}

// Significant digits, written as Python's "%.6g" writes them.
function rounding(number, most) {
  if (number === 0) return "0";
  const [digits, exponent] = halfToEven(number, most).split("e").map(Number);
  if (exponent >= -4 && exponent < most) return String(Number(`${digits}e${exponent}`));
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

// Significant digits with an exponent. Half of a unit is rounded to the even digit, as in Python;
// JavaScript rounds it up.
function halfToEven(number, most) {
  const [mantissa, exponent] = number.toExponential(most + 30).split("e");
  const digits = mantissa.replace(/[-.]/g, "");
  const isTie = /^50*$/.test(digits.slice(most));
  if (!isTie || Number(digits[most - 1]) % 2) return number.toExponential(most - 1);
  return `${number < 0 ? "-" : ""}${digits[0]}.${digits.slice(1, most)}e${exponent}`;
}

// A number as it stands after a sign of multiplication or addition.
const showNext = (number, most = shownDigits) => {
  const shown = show(number, most);
  return shown.startsWith("-") ? `(${shown})` : shown;
};
