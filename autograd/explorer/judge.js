// Judging a gradient worked out by hand: right to the digits given, or wrong by which slip. The words
// are Python's, in JUDGING. Numbers are read by reading.js, and slips are tried by slips.js.

// The unit of the last digit that counts: there have to be two digits at least.
function unitMeant({ value, unit, digits }, exact = 0) {
  if (value === 0 || unit === 0) return unit;
  const isSmaller = digits < 2 && exact !== 0 && Math.abs(exact) < Math.abs(value);
  const place = Math.floor(Math.log10(Math.abs(isSmaller ? exact : value)) + 1e-12) - 1;
  return Math.min(unit, Number(`1e${place}`));
}

// How an answer stands for a number that may be off by some room: "right", "rounded", "cut off", "".
// Digits are cut off from the number itself alone, not from one that was rounded on the way.
// Zeros at the end of a whole number may only hold places, where three digits at least are meant.
function fits(answer, exact, room = 0, mayCut = room === 0) {
  const [low, high] = [exact - room, exact + room];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const { value } = answer;
  if (!Number.isFinite(size) || !Number.isFinite(value)) return value === exact ? "right" : ""; // no digits to round
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
    if (mayCut && large > Math.abs(value) - slack && small < Math.abs(value) + unit - slack) return "cut off";
  }
  return "";
}

// Whether a number is nearer to the right one than to half of it, or to twice as much: no rounding on
// the way excuses those.
function isNearest(number, right) {
  return number === 0 || right === 0 || (0.75 <= number / right && number / right <= 1.5);
}

function hasFewDigits(answer, exact) {
  if (answer.unit <= unitMeant(answer, exact) && answer.value !== 0) return false;
  const off = Math.abs(exact) - Math.abs(answer.value);
  return Math.abs(exact - answer.value) <= (answer.unit / 2) * (1 + 1e-9)
    || (answer.value * exact > 0 && off >= 0 && off < answer.unit * (1 - 1e-9));
}

const MOST_ROOM = 0.05; // how far off a slip's number may be by rounding on the way, as a part of it
const ALL_DIGITS = 12; // with so many digits, nothing is rounded

// Half of the unit that rounding to some digits leaves open; 0 for a number that has no more digits.
function halfUnit(number, digits) {
  if (number === 0 || !Number.isFinite(number) || digits >= ALL_DIGITS) return 0;
  if (Math.abs(Number(number.toExponential(digits - 1)) - number) <= 1e-12 * Math.abs(number)) return 0;
  return Number(`1e${Math.floor(Math.log10(Math.abs(number))) - digits + 1}`) / 2;
}

// By how much a gradient may be off if every number on the way is rounded to some digits. A given
// number, such as a weight, is not rounded, and the last rounding is that of the answer itself. Many
// roundings never all go to the same side: they are added as independent errors are.
function roomOf({ run, edges, near }, digits) {
  const rooms = edges.flatMap((edge) => {
    const { child, local, rest } = edge;
    const given = NODES[child].parents.some((parent) => isLeaf(parent) && run.values[parent] === local);
    const isShared = child !== OUTPUT && Math.abs(local) !== 1 && !(near.length === 1 && near[0] === edge);
    return [
      given ? 0 : Math.abs(rest) * halfUnit(local, digits),
      isShared ? halfUnit(local * rest, digits) : 0,
    ];
  });
  const [sum, squares] = rooms.reduce(([a, b], room) => [a + room, b + room * room], [0, 0]);
  return Math.min(sum, Math.sqrt(3 * squares));
}

// The simplest slip that gives a wrong number; null if there is none. No more slips are tried than
// keep it unlikely that a random wrong number gets a name.
function findSlip(climb, answers, rate) {
  const [{ value, digits: written }] = answers;
  const expected = climb.total;
  if (!Number.isFinite(expected) || value === 0 || !Number.isFinite(value)) return null; // by these no slip is told from another
  const digits = Math.max(written, 2);
  const unit = unitMeant(answers[0]);
  const most = JUDGING.chance[digits] ?? JUDGING.chance.most;
  const fine = JUDGING.fine[digits] ?? JUDGING.fine.most; // for attempts without rounding on the way
  const span = roomOf(climb, digits);
  const room = Math.min(span / 2, MOST_ROOM * Math.abs(expected));
  const share = expected ? room / Math.abs(expected) : 0;
  const isWhole = (number) => Math.abs(number - Math.round(number)) <= 1e-6 * Math.max(1, Math.abs(number) * 1e-6);
  const isExact = unit > 0 && span === 0 && isWhole(expected / unit);
  const isRounding = digits > 2 && isNearEnough(answers, expected, roomOf(climb, digits - 1), unit, most);
  const tried = new Set();
  let [chance, count] = [0, 0];
  for (const found of slipsOf(climb, rate)) {
    const { number, isPair } = found;
    count += 1;
    if (count > MOST_ATTEMPTS || (isPair && isRounding)) break;
    if (!Number.isFinite(number)) continue;
    const isRounded = chance <= most;
    const open = isRounded ? Math.max(share * Math.abs(number), Math.min(room, MOST_ROOM * Math.abs(number))) : 0;
    const near = (unit / 2) * (1 + 1e-9) + 1e-12 * Math.abs(number) + open;
    const isTold = Math.abs(number - expected) > near || Math.abs(number) <= near;
    // An exact calculation gives no number with further digits.
    if (isTold && !(isExact && !isWhole(number / unit))) {
      chance += chanceOf(number, expected, digits, isRounded ? share : 0, tried);
      if (answers.some((answer) => Math.abs(answer.value - number) <= near)) return found;
    }
    if (chance > most + fine) break;
  }
  return isRounding ? slip("rounding") : null;
}

// The chance that a random number of as many digits is this one; 0 for one that was tried before.
function chanceOf(number, expected, digits, share, tried) {
  const written = number.toExponential(Math.min(digits, 17) - 1);
  if (number === 0 || tried.has(written)) return 0;
  tried.add(written);
  const open = Number(`1e${Number(written.split("e")[1]) - digits + 1}`) / 2 + share * Math.abs(number);
  const size = Math.max(Math.abs(number), Math.abs(expected));
  return Math.max(open / (2 * size), open / (4.6 * Math.abs(number)));
}

// Whether an answer is within the room that rounding to one digit fewer leaves, and that is small.
function isNearEnough(answers, expected, room, unit, most) {
  const size = Math.abs(expected) + room;
  const chance = size ? (2 * room + unit) / (4 * size) : 1;
  return chance <= most / 4 && answers.some(({ value }) => Math.abs(value - expected) <= room + unit / 2);
}

// Where the terms of a sum cancel, only rounding is left, and no reader can know that number.
function isRounding(run, node) {
  const shares = run.records.filter(({ parent }) => parent === node).map(({ contribution }) => Math.abs(contribution));
  return Math.abs(run.gradients[node]) < 1e-12 * Math.max(...shares, 0);
}

// The verdict on an answer, and what the page may tell of it, hint by hint. `rate` is the learning
// rate that the page has now; undefined if it has none.
function judge(run, node, text, rate) {
  const { words: sentences } = JUDGING;
  const exact = isRounding(run, node) ? 0 : run.gradients[node];
  const answers = readings(text);
  if (!answers.length) return judgeFormula(run, node, text);
  const climb = new Climb(run, node);
  // A number that has too few digits itself lost none that was cut off: 1 for 1.09. Nor can rounding
  // on the way excuse it.
  const fit = (room) => answers.find((answer) => {
    const left = room(answer);
    return fits(answer, exact, left, left === 0 && answer.digits > 1);
  });
  const right = fit(() => 0) ?? fit(({ value, digits }) => (
    digits < 2 || !isNearest(value, exact) ? 0 : roomOf(climb, digits)));
  if (right) {
    const readAs = answers.length > 1 ? ` (${filled(sentences["read as"], { text: right.text })})` : "";
    return { right: true, say: sentences.given + readAs };
  }
  if (answers.some((answer) => hasFewDigits(answer, exact))) {
    return { right: false, say: sentences["given few"] };
  }
  const found = findSlip(climb, answers, rate);
  const hints = [
    found ? `${found.name}: ${found.say}.` : sentences["no slip"],
    filled(sentences.expected, { number: show(exact) }),
  ];
  return { right: false, say: sentences["not yet"], hints };
}
