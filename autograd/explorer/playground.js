// The field for a formula: a formula that can be read opens the page anew, with its graph.

// A message, and below it, in lines that are not broken, the part of the formula that it is about.
function refuse(message) {
  const [said, ...place] = message.split("\n");
  $("refused").replaceChildren(said, ...(place.length ? [html("pre", {}, place.join("\n"))] : []));
  $("formula").setAttribute("aria-invalid", String(message !== ""));
}

// The numbers that inputs have now, by name: names that stay in the formula keep their numbers.
function numbersNow() {
  return Object.fromEntries(NODES.flatMap((node, i) =>
    (isLeaf(i) && node.name in TYPED.numbers ? [[node.name, state.run.leaves[i]]] : [])));
}

function makeGraph() {
  const formula = $("formula").value;
  try {
    const { numbers, parameters } = typedGraph({
      formula, numbers: numbersNow(), parameters: parametersNow(formula) });
    const query = new URLSearchParams({ formula });
    query.set("numbers", Object.entries(numbers).map((pair) => pair.join(":")).join(","));
    query.set("parameters", parameters.join(","));
    location.assign(`?${query}${lookOf(location.hash)}`);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    refuse(error.message);
    $("formula").focus();
  }
}

// The parameters in their field; of another formula the usual ones, unless the field was changed.
function parametersNow(formula) {
  const text = $("parameters").value;
  const isUntouched = text === TYPED.parameters.join(", ") && formula !== TYPED.formula;
  return isUntouched ? undefined : namesIn(text);
}

// Of the address's hash, what is about the page and not about one formula: its language, what it hides.
function lookOf(hash) {
  const said = new URLSearchParams(hash.slice(1));
  const kept = [...said].filter(([key]) => ["lang", "hide", "by", "present", "theme"].includes(key));
  return kept.length ? `#${new URLSearchParams(kept)}` : "";
}

$("typing").hidden = false;
$("formula").value = (TYPED.wanted ?? TYPED).formula;
$("parameters").value = TYPED.parameters.join(", ");
$("functions").textContent = Object.keys({ ...GRAMMAR.calls, ...GRAMMAR.aliases }).sort().join(", ");
refuse(TYPED.refused ?? "");
const nameParameters = (said) => say($("no-parameters"), said);
FIXED.push([marked("A gradient step changes parameters: write their names into the field at the top."), nameParameters]);
speak(language);
for (const example of START.examples) $("examples").append(html("option", { value: example }, example));
$("examples").addEventListener("change", () => {
  $("formula").value = $("examples").value;
  makeGraph();
});
$("make").addEventListener("click", makeGraph);
for (const id of ["formula", "parameters"]) {
  $(id).addEventListener("keydown", (event) => { if (event.key === "Enter") makeGraph(); });
}
$("formula").addEventListener("input", () => refuse(""));
