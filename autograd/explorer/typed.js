// The graph of this page is that of a formula: the one in the address, ?formula=a*b&numbers=a:2, or
// the one that Python gave. Each formula is a page of its own, so links and the way back work.

const MOST_NODES = 200;
const START = JSON.parse(document.getElementById("graph").textContent);

const isFunction = (name) => !GRAMMAR.letters.includes(name) // where these are not called, they are names
  && (Object.hasOwn(GRAMMAR.calls, name) || Object.hasOwn(GRAMMAR.aliases, name));

// The names that a gradient step usually changes: weights and biases.
const isParameterName = (name) => START.parameterNames.includes(name.toLowerCase().replace(/[\p{N}_]*$/u, ""));

// A formula as { formula, numbers, parameters, graph }; an ExpressionError says why it is none.
function typedGraph({ formula, numbers = {}, parameters }) {
  const names = freeNames(formula).filter((name) => !isFunction(name) || name in numbers);
  const chosen = parameters ?? names.filter(isParameterName);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ExpressionError(words("A gradient step cannot change '{unknown}': it is no name of the formula without a number (names: {names})", { unknown, names: names.join(", ") || words("none") }));
  }
  for (const [k, choice] of START.choices.entries()) {
    const given = Object.fromEntries(names.map((name, i) => [name, numbers[name] ?? choice[i % choice.length]]));
    const graph = graphOfFormula(formula, given, chosen);
    if (graph.nodes.length > MOST_NODES) {
      throw new ExpressionError(words("this formula makes {count} nodes, more than the {most} that this page draws; explore(...) in Python draws 2,000", { count: graph.nodes.length, most: MOST_NODES }));
    }
    const isFinite = graph.nodes.every(({ number }) => Number.isFinite(readNumber(number)));
    if (isFinite || k === START.choices.length - 1) return { formula, numbers: given, parameters: chosen, graph };
  }
  return null;
}

// What the address asks for, over what Python gave.
function wantedBy(search, start) {
  const query = new URLSearchParams(search);
  if (!query.has("formula")) return start;
  const pairs = (query.get("numbers") ?? "").split(",").map((pair) => pair.split(":"));
  const numbers = pairs.filter(([name, text]) => name && text?.trim() && Number.isFinite(Number(text)));
  return {
    formula: query.get("formula"),
    numbers: Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])),
    parameters: query.has("parameters") ? namesIn(query.get("parameters")) : undefined,
  };
}

const namesIn = (text) => text.split(/[\s,]+/).filter(Boolean);

const TYPED = (() => {
  const wanted = wantedBy(location.search, START);
  try {
    return typedGraph(wanted);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ...typedGraph(START), wanted, refused: error.message };
  }
})();
const GRAPH = { ...TYPED.graph, direction: "LR", views: [wholeOf(TYPED.graph)] };
