// A question: predict a gradient, then have it judged, hinted at, and revealed.

const isAskable = (i) => i >= 0 && i !== OUTPUT && !isConstant(i) && PATHS[i] > 0 && Number.isFinite(state.run.gradients[i]);

// A question about the chosen node; or about the next node after the last question, parameters first.
let asked = -1;
function askMe() {
  if (isOpen()) return $("answer").focus();
  if (state.chosen !== null && state.chosen !== state.quiz?.node && isAskable(state.chosen)) return ask(state.chosen);
  const all = NODES.map((node, i) => i).filter(isAskable);
  const some = all.filter((i) => NODES[i].kind === "parameter");
  const from = some.length ? some : all;
  if (!from.length) return say($("notice"), words("There is no gradient to ask for."));
  return ask(from.find((i) => i > asked) ?? from[0]);
}

function ask(i) {
  asked = i;
  step(END);
  select(i);
  state.quiz = { node: i, right: false, hidden: ancestorsOf(i) };
  $("asked").replaceChildren(words("What is "), whole(i), "?");
  $("answer").value = "";
  say($("verdict"), "");
  say($("hinted"), "");
  drawing.reveal([i]);
  draw();
  if (hasBegun) $("answer").focus();
}

function answered() {
  const rate = HAS_PARAMETERS ? readings($("rate").value)[0]?.value : undefined;
  const { right, say: said, hints = [] } = judge(state.run, state.quiz.node, $("answer").value, rate);
  state.quiz = { ...state.quiz, right, hints, told: 0 };
  say($("hinted"), "");
  $("verdict").className = right ? "right" : "wrong";
  say($("verdict"), said);
  if (right) select(state.quiz.node);
  draw();
}

// Hints come one by one: the verdict says that it is wrong; then by which slip; then what is right.
function hint() {
  const { hints = [], told = 0 } = state.quiz;
  if (told === hints.length) return;
  state.quiz = { ...state.quiz, told: told + 1 };
  say($("hinted"), hints.slice(0, told + 1).join(" "));
  draw();
}

function reveal() {
  select(state.quiz.node);
  state.quiz = null;
  draw();
  $("chosen-name").focus();
}
