// A typed formula as the page's graph: what Python's page.py gathers of a recorded graph.

const graphOfFormula = (() => {
  const { number } = ALGEBRA;
  const MOST_INPUTS = 24;
  const LONGEST_FORMULA = 120; // characters of an operation that is written with its inputs
  const LONGEST_NAME = 24;

  const shortened = (text, longest = LONGEST_NAME) => {
    const characters = [...text];
    const counted = /#[0-9]{1,6}$/.exec(text)?.[0] ?? "";
    return characters.length <= longest ? text
      : `${characters.slice(0, longest - 1 - counted.length).join("")}…${counted}`;
  };

  // Names as Python's `told_apart` cuts them: those that would look the same are cut in the middle, and
  // get a number if they still look the same.
  function toldApart(names) {
    const cut = new Map(names.map((name) => [name, shortened(name)]));
    const alike = () => [...cut.keys()].filter((name) => cut.get(name) !== name
      && names.some((other) => other !== name && cut.get(other) === cut.get(name)));
    const half = Math.floor((LONGEST_NAME - 1) / 2);
    for (const name of alike()) {
      const characters = [...name];
      cut.set(name, `${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}`);
    }
    alike().forEach((name, i) => {
      const number = String(i + 1);
      cut.set(name, `${[...name].slice(0, LONGEST_NAME - 2 - number.length).join("")}…#${number}`);
    });
    return cut;
  }

  // Names as Python's notation/names.py chooses them: a label; else a short formula; else the
  // operation and a number. A name's symbol holds the node's index, and its formula if that is it.
  function namesOf(order) {
    const symbols = [];
    const index = new Map(order.map((node, i) => [node, i]));
    const taken = new Set(order.map(({ label }) => label));
    const counts = new Map();
    const given = new Set();

    const numbered = (name) => {
      for (;;) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        if (!taken.has(name + counts.get(name))) return name + counts.get(name);
      }
    };
    const recorded = ({ row, parents }) => ALGEBRA.recorded(row, parents.map((parent) => symbols[index.get(parent)]));
    const operationText = (node) => {
      const { symbol } = RULES[node.row];
      const text = node.parents.length <= MOST_INPUTS ? BY_NAME.write(recorded(node)) : "";
      return text && [...text].length <= LONGEST_FORMULA ? text : words("{operation} of {count} inputs", { operation: symbol, count: node.parents.length });
    };

    function withoutLabel(node) {
      if (node.row === null) return { label: numbered(node.kind) };
      const generated = numbered(RULES[node.row].name);
      const text = operationText(node);
      const isUnfit = node.parents.length > MOST_INPUTS || [...text].length > LONGEST_NAME || taken.has(text);
      return isUnfit ? { label: generated } : { label: text, formula: recorded(node) };
    }

    order.forEach((node, i) => {
      if (node.kind === "constant") { symbols.push(number(node.data)); return; }
      let own = node.label;
      if (own && given.has(look(own))) {
        if (!counts.has(`${own}#`)) counts.set(`${own}#`, 1);
        own = numbered(`${own}#`);
      } else if (own) given.add(look(own));
      const name = own ? { label: own } : withoutLabel(node);
      symbols.push({ kind: "name", node: i, ...name });
      taken.add(name.label);
    });
    return symbols;
  }

  // The operation that made a node, as it is drawn; without inputs where the node's name has them.
  function drawn(node, symbolOf) {
    const { name, symbol: whole, ordered } = RULES[node.row];
    const { parents } = node;
    const bias = parents.at(-1);
    const isBare = name === "dot" && bias.kind === "constant" && bias.data === 0;
    const symbol = isBare && whole.endsWith(" + b") ? whole.slice(0, -" + b".length) : whole;
    if (!node.label) return symbol;
    const inlined = parents.map(({ kind }) => kind === "constant" && parents.length === 2);
    if (!inlined.includes(true) && !ordered) return symbol;
    const isTold = parents.every(({ label }, i) => label || inlined[i]) || inlined.filter((is) => !is).length === 1;
    const shown = parents.map((parent, i) => (inlined[i] || parent.label ? shortened(BY_NAME.write(symbolOf(parent)), 40) : "·"));
    if (SHARES.includes(name) && isTold) return softmaxText(symbol, shown, parents.map(symbolOf));
    if (parents.length !== 2 || /^\p{L}/u.test(symbol)) return isTold ? `${symbol}(${shown.join(", ")})` : symbol;
    return isTold || inlined.includes(true) ? `${shown[0]} ${symbol} ${shown[1]}` : symbol;
  }

  return function graphOfFormula(text, numbers, parameters) {
    const index = orderOf(graphOf(text, numbers, parameters));
    const order = [...index.keys()];
    const symbols = namesOf(order);
    const symbolOf = (node) => symbols[index.get(node)];
    const cut = toldApart(order.flatMap((node, i) => (node.label ? [BY_NAME.write(symbols[i])] : [])));
    function described(node, i) {
      const symbol = symbols[i];
      const name = BY_NAME.write(symbol);
      const about = {
        name,
        factor: BY_NAME.operand(symbol, PRECEDENCE.atom, true),
        shown: cut.get(name) ?? shortened(name),
        kind: node.kind,
        named: Boolean(node.label),
        labelled: Boolean(node.label) || (symbol.kind === "name" && !node.label && !symbol.formula),
        number: writeNumber(node.data),
      };
      if (node.row === null) return about;
      const { parents, row } = node;
      return {
        ...about,
        operation: row,
        symbol: node.label ? shortened(drawn(node, symbolOf)) : drawn(node, symbolOf),
        parents: parents.map((parent) => index.get(parent)),
      };
    }

    return graphWith(order.map(described), symbols);
  };
})();
