// From the tree of a typed formula to a graph, as Python's Reader makes it. A number is a number; a
// node is { kind, label, row, parents, data }; a list is an array of these.

// The names in a formula that need a number, in the order of their appearance.
function freeNames(text) {
  const known = new Set(Object.keys(CONSTANTS));
  const found = [];
  for (const { target, tree } of treesOf(text)) {
    const names = [];
    const walk = ({ kind, name, at, inputs, function: called }) => {
      if (kind === "name") names.push({ name, at });
      if (called && called.kind !== "name") walk(called);
      inputs.forEach(walk);
    };
    walk(tree);
    for (const { name } of names.sort((a, b) => a.at - b.at)) {
      if (!known.has(name)) found.push(name);
      known.add(name);
    }
    if (target) known.add(target.name);
  }
  return found;
}

// The output's node, for the numbers of the names; `parameters` are those that are parameters.
const graphOf = (() => {
  const leaf = (kind, data, label = "") => ({ kind, label, row: null, parents: [], data });
  const isList = Array.isArray;
  const isNumber = (operand) => typeof operand === "number";

  // A row on inputs: a number of numbers, and a node of anything else.
  function recorded(row, inputs) {
    const numbers = inputs.map((input) => (isNumber(input) ? input : input.data));
    const data = OPERATIONS[row].value(...numbers);
    if (inputs.every(isNumber)) return data;
    const parents = inputs.map((input) => (isNumber(input) ? leaf("constant", input) : input));
    return { kind: "result", label: "", row, parents, data };
  }

  // An operand with `name` for a label, unless it has one already.
  function named(operand, name) {
    if (isList(operand)) return operand.map((item, i) => named(item, `${name}[${i}]`));
    if (isNumber(operand)) return leaf("input", operand, name);
    operand.label ||= name;
    return operand;
  }

  // What a call records, from what Python's function recorded for inputs of the same shape.
  function made(template, inputs) {
    if (isList(template)) return template.map((item) => made(item, inputs));
    if (typeof template === "string") return readNumber(template);
    return recorded(template.row, template.inputs.map((input) => (isNumber(input) ? inputs[input] : readNumber(input))));
  }

  return function graphOf(text, numbers, parameters = []) {
    const scope = new Map(Object.entries(numbers).map(([name, number]) =>
      [name, leaf(parameters.includes(name) ? "parameter" : "input", number, name)]));
    const refuse = ({ at }, what) => { throw new ExpressionError(what, text, at); };
    const functions = { ...GRAMMAR.aliases, ...Object.fromEntries(Object.keys(GRAMMAR.calls).map((name) => [name, name])) };
    const given = () => [...scope.keys()].join(", ") || words("none");

    // The row that a call names; refused if there is none.
    function rowOf({ function: called }) {
      const { kind, name } = called;
      const isFunction = (row) => !(GRAMMAR.letters.includes(row) && scope.has(row));
      const known = kind === "name" ? Object.keys(functions).filter(isFunction) : GRAMMAR.methods;
      if (known.includes(name)) return kind === "name" ? functions[name] : name;
      const product = words("for a product, write {name}*(...)", { name });
      const all = words("known: {names}", { names: known.sort().join(", ") });
      const advice = scope.has(name) ? product : kind === "name" ? `${all}; ${product}` : all;
      return refuse(called, kind === "name" ? words("unknown function '{name}' ({advice})", { name, advice })
        : words("unknown method '{name}' ({advice})", { name, advice }));
    }

    const inputsOf = (tree) =>
      (tree.kind === "call" && tree.function.kind === "attribute" ? [...tree.function.inputs, ...tree.inputs] : tree.inputs);

    // The whole tree is checked before any part is computed.
    function check(tree) {
      const { kind, name, value } = tree;
      if (kind === "number" && value === Infinity) refuse(tree, words("this number is too large"));
      if (kind === "attribute") refuse(tree, words("attribute '.{name}' is not allowed here", { name }));
      if (kind === "call") rowOf(tree);
      if (kind === "name" && !scope.has(name) && !Object.hasOwn(CONSTANTS, name)) {
        const advice = Object.hasOwn(functions, name) ? words("; for the function, write {name}(...)", { name }) : "";
        refuse(tree, words("unknown name '{name}' (given: {given})", { name, given: given() }) + advice);
      }
      inputsOf(tree).forEach(check);
    }

    function compute(tree) {
      const { kind } = tree;
      if (kind === "number") return tree.value;
      if (kind === "name") return scope.get(tree.name) ?? CONSTANTS[tree.name];
      if (tree.row === "pow" && tree.inputs[0].name === "e" && !scope.has("e")) { // the function, not a power of 2.71828
        return called(tree, "exp", "exp", [compute(tree.inputs[1])]);
      }
      const operands = inputsOf(tree).map(compute);
      if (kind === "list") {
        if (operands.some(isList)) refuse(tree, words("expected a list of numbers, received a list within a list"));
        return operands;
      }
      if (kind === "index") return item(tree, operands[0]);
      if (kind === "sign" && tree.row === null) return operands[0];
      const names = { operator: words("an operator"), sign: words("a sign") };
      return called(tree, names[kind] ?? tree.function.name, tree.row ?? rowOf(tree), operands);
    }

    function item(tree, operand) {
      if (!isList(operand)) refuse(tree, words("an index cannot be applied to (number)"));
      if (tree.index >= operand.length) refuse(tree, words("a list of {count} numbers has no item [{index}]", { count: operand.length, index: tree.index }));
      return operand[tree.index];
    }

    function called(tree, name, row, operands) {
      if (row === "where" && operands.length === 3 && isNumber(operands[0])) { // it chooses here and now
        const chosen = operands[0] ? operands[1] : operands[2];
        if (!isList(chosen)) return chosen;
      }
      const template = GRAMMAR.calls[row]?.[operands.map((x) => (isList(x) ? x.length : "n")).join(",")];
      if (template !== undefined) return made(template, operands.flat());
      const longest = Math.max(operands.length, ...operands.map((x) => (isList(x) ? x.length : 0)));
      if (longest > GRAMMAR.most) refuse(tree, words("{count} numbers are more than the {most} that this page reads in a list; Python reads any number", { count: longest, most: GRAMMAR.most }));
      const shapes = operands.map((x) => (isList(x) ? words("list of {count}", { count: x.length }) : words("number")));
      return refuse(tree, words("{name} cannot be applied to ({shapes})", { name, shapes: shapes.join(", ") }));
    }

    let result;
    const parts = treesOf(text, Object.keys(numbers));
    parts.forEach(({ target, tree }, k) => {
      if (!target && k < parts.length - 1) refuse(tree, words("all parts but the last name their result, as in z = a*b"));
      if (target && scope.has(target.name)) {
        let k = 2;
        while (scope.has(`${target.name}${k}`)) k += 1;
        refuse(target, words("the name '{name}' is taken already; choose another, such as {other}", { name: target.name, other: `${target.name}${k}` }));
      }
      check(tree);
      result = compute(tree);
      if (!target) return;
      result = named(result, target.name);
      scope.set(target.name, result);
    });
    if (isList(result)) {
      const advice = /[0-9],[0-9]/.test(text) ? words(", and a decimal comma is a point here: 0.5") : "";
      refuse(parts.at(-1).tree, words("the result is a list; choose one of its numbers, as in p[0]") + advice);
    }
    return isNumber(result) ? leaf("input", result) : result;
  };
})();

// Every node that the output was computed from, and itself: parents before children.
function orderOf(output) {
  const order = new Map();
  const visit = (node) => {
    if (order.has(node)) return;
    node.parents.forEach(visit);
    order.set(node, order.size);
  };
  visit(output);
  return order;
}
