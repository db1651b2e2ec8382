// The panels of the page: formulas, sentences and tables, from the state in page.js.

// What kind of leaf a node is.
const KINDS = { parameter: marked("parameter"), input: marked("input"), constant: marked("constant") };
const kindOf = (i) => words(KINDS[NODES[i].kind] ?? "");

const $ = (id) => document.getElementById(id);

const nameOf = (i) => NODES[i].name;

// --------------------------------------------------------------------------- formulas
// d is for the whole derivative of the output, ∂ for a local one, along one edge.

const fraction = (sign, above, below) => html("span", { className: "fraction" },
  html("span", {}, sign + NODES[above].factor), html("span", {}, sign + NODES[below].factor));
const whole = (i) => fraction("d", OUTPUT, i);
const line = (...parts) => html("p", { className: "formula" }, ...parts);
const quiet = (text) => html("p", { className: "quiet" }, text);

// " = 12 · 0.5", " = 6": a product in numbers, and its result.
function multiplied(numbers, result, start = " = ") {
  const written = productText(numbers, result);
  return [written && `${start}${written}`, equals(result, "backward")];
}

// " = 12", kept on one line.
const equals = (number, pass) => html("span", { className: "result" },
  " = ", html("span", { className: `${pass}-number` }, show(number)));

// " (input 2)" after x, for an operation that has x for several inputs.
function whichInput(child, position) {
  const { parents } = NODES[child];
  const several = parents.filter((parent) => parent === parents[position]).length > 1;
  return several ? ` (${words("input {number}", { number: position + 1 })})` : "";
}
const localFraction = (child, position) => html("span", {},
  fraction("∂", child, NODES[child].parents[position]), whichInput(child, position));

const numberOf = (i) => state.run.values[i];

// Of many parts, the first few and the last few.
function shortened(parts) {
  return parts.length > 10 ? [...parts.slice(0, 4), "…", ...parts.slice(-4)] : parts;
}
const factors = (parts) => shortened(parts).flatMap((part, k) => (k ? [" · ", part] : [part]));

// " = g1(1 - g1) = 0.377541(1 - 0.377541)": a formula in names and in numbers, without a form that
// only repeats the name or the result.
function worked([formula, template, tree], name, number) {
  if (formula === undefined) return ` = (${words("a long formula")})`;
  const numbers = inNumbers(tree, template, number, numberOf);
  // Without a name, the formula is in numbers itself, and its digits may be too few.
  const isPlain = numbers !== undefined && !/\uE000[^=]/.test(template);
  const steps = new Set([isPlain ? numbers : formula, numbers ?? formula]);
  steps.delete(show(number));
  steps.delete(name);
  return [...steps].map((text) => ` = ${text}`).join("");
}

function forwardLine(i) {
  const number = state.run.values[i];
  return line(nameOf(i), worked(NODES[i].formula, nameOf(i), number), equals(number, "forward"));
}

function localLine(child, position) {
  const number = state.run.locals[child][position];
  return line(localFraction(child, position), ...localWorked(child, position, number));
}

// A formula as it is at the numbers of now: of a choice, the case that holds.
function chosenCase(formula) {
  if (!formula.cases) return formula;
  const [condition, first, second] = formula.cases;
  return chosenCase(measured(condition, numberOf, Number)[0] !== 0 ? first : second);
}

// A local derivative's formula and number; of an operation that chooses, the number and the choice.
function localWorked(child, position, number) {
  const { chooses, partials } = NODES[child];
  const formula = chooses ? "" : worked(chosenCase(partials[position]), "", number);
  return [formula, equals(number, "backward"), chooses ? choiceOf(child) : ""];
}

// " (z > w)": what an operation compared, and how that went.
function choiceOf(child) {
  const said = NODES[child].compared.map(([[a, left], [b, right]]) => {
    const [x, y] = [left, right].map((tree) => measured(tree, numberOf, Number)[0]);
    return x > y ? `${a} > ${b}` : x < y ? `${a} < ${b}` : x === y ? `${a} = ${b}` : words("{a} or {b} is nan", { a, b });
  });
  return said.length ? ` (${said.join(", ")})` : "";
}

// The sum at a node so far: one term for each share received.
function sumLine(i, { total, shares }) {
  const open = !isComplete(i, state.time);
  const terms = termTexts(shares, total);
  if (shares.length === 0 || (!terms.length && !open)) return line(whole(i), equals(total, "backward"));
  const sum = shortened(open ? [...(terms.length ? terms : [show(total)]), "…"] : terms)
    .map((term) => (term === "…" ? " + …" : term)).join("");
  if (shares.length === 1) return line(whole(i), ` = ${sum}`);
  const end = open ? ` (${words("so far {total}", { total: show(total) })})` : equals(total, "backward");
  return line(whole(i), ` = ${sum}`, end);
}

// ------------------------------------------------------------- what is known of a node

function gradientText(i, received) {
  if (isConstant(i)) return "–";
  if (isHidden(i)) return "?";
  if (received[i] === undefined) return state.time === END ? "0" : "…";
  return show(received[i].total) + (isComplete(i, state.time) ? "" : " + …");
}

const aloud = (text) => text.replaceAll("…", words("not yet known"));

function momentNow() {
  const { run, time } = state;
  const received = receivedBy(run, time);
  const { nodes, records } = acting();
  const giving = new Set(records.map(({ child }) => child));
  const receiving = new Set(records.map(({ parent }) => parent));
  const passing = new Map(records.map((one) => [`${one.child},${one.position}`, one]));
  const lit = litEdges();
  const litNodes = new Set([...lit].map((edge) => Number(edge.split(",")[0])));
  const tabStop = [state.chosen, OUTPUT, ...drawing.nodes.keys()].find((i) => drawing.nodes.has(i));
  return {
    tabStop,
    acts: [...nodes, ...giving, ...receiving],
    node(i, group) {
      if (group) return groupNow(i, group, { received, acts: [nodes, giving, receiving], litNodes });
      const known = isComputed(i, time);
      const value = known ? show(run.values[i]) : "…";
      const gradient = gradientText(i, received);
      const kind = NODES[i].symbol ? words("result of {operation}", { operation: NODES[i].symbol }) : kindOf(i);
      return {
        value, gradient,
        spoken: aloud(words("{name}, {kind}: value {value}, gradient {gradient}", { name: nameOf(i), kind, value, gradient })),
        exactValue: known ? writeNumber(run.values[i]) : "",
        exactGradient: received[i] === undefined || isHidden(i) ? "" : writeNumber(received[i].total),
        waiting: !known,
        active: nodes.includes(i) || (isNetwork() && nodes.some((node) => CIRCLE_OF.get(node) === i)),
        giving: giving.has(i) || (time === STARTS && i === OUTPUT),
        receiving: receiving.has(i),
        chosen: i === state.chosen,
        lit: litNodes.has(i) || i === state.chosen,
      };
    },
    edge(edge) {
      const { parent, child, position, parents = [parent], children = [child] } = edge;
      const across = position === null; // a line of the map
      const passed = passing.get(`${child},${position}`);
      const isLit = across
        ? lit.size > 0 && children.some((end) => REGIONS.get(end)?.some((edge) =>
          lit.has(String(edge)) && parents.includes(NODES[edge[0]].parents[edge[1]])))
        : lit.has(`${child},${position}`);
      const isKnown = isConstant(parent) || children.every((end) => isComputed(end, time));
      const empty = !isKnown || (drawing.view.tangled && !isLit) || (across && parents.some(isHidden));
      if (isNetwork()) {
        const line = weightedLine(edge, run, { nodes, records }, received);
        const isShown = isLit || line.forward || line.backward || !drawing.view.tangled;
        return { ...line, lit: isLit, local: isShown ? line.text : "" };
      }
      return {
        backward: passed !== undefined, forward: nodes.includes(child), lit: isLit,
        local: empty ? "" : portText(edge, run),
        badge: passed !== undefined && records.length === 1 ? shareText(passed) : "",
      };
    },
  };
}

// What stands in a port: the local derivative, or a constant; of a line of the map, the derivative along
// all paths between.
function portText({ parent, child, position, parents, children }, run) {
  if (position === null) {
    const numbers = children.flatMap((end) => parents.filter((start) => run.across(end).has(start))
      .map((start) => run.across(end).get(start)));
    return `× ${numbers.length ? rangeText(numbers) : "0"}`;
  }
  return isConstant(parent) ? show(run.values[parent]) : `× ${show(run.locals[child][position])}`;
}

// What is known of nodes that are alike: their smallest and largest numbers, once all are known.
function groupNow(i, group, { received, acts, litNodes }) {
  const { run, time } = state;
  const waiting = !group.every((node) => isComputed(node, time));
  const isKnown = time === END || group.every((node) => received[node] !== undefined && isComplete(node, time));
  const value = waiting ? "…" : rangeText(group.map((node) => run.values[node]));
  const gradient = group.some(isHidden) ? "?" : isKnown ? rangeText(group.map((node) => received[node]?.total ?? 0)) : "…";
  const rangeAloud = (text) => (text === "…" ? aloud(text) : text.replace(" … ", ` ${words("to")} `));
  const members = new Set(group);
  const isOf = (node) => members.has(node) || (isNetwork() && members.has(CIRCLE_OF.get(node)));
  const [active, giving, receiving] = acts.map((some, k) => [...some].some(k ? (node) => members.has(node) : isOf));
  return {
    value, gradient, waiting, active, giving, receiving,
    spoken: words("{name}, {kind}: value {value}, gradient {gradient}", {
      name: titleOf(i, group), kind: words("folded"), value: rangeAloud(value), gradient: rangeAloud(gradient) }),
    exactValue: "", exactGradient: "", chosen: members.has(state.chosen), lit: group.some((node) => litNodes.has(node)),
  };
}

// "12 × 0.5 = 6"; "0" where the parent was not chosen, whatever the product would be.
function shareText({ upstream, local, contribution }) {
  const written = productText([upstream, local], contribution, " × ");
  return written ? `${written} = ${show(contribution)}` : show(contribution);
}

function litEdges() {
  if (state.chosen === null) return new Set();
  if (state.path === null) return edgesAbove(state.chosen);
  return new Set(pathsFrom(state.chosen)[state.path].map(String));
}

// ------------------------------------------------------------------- the chosen node

let aboutWhat = []; // the panel's present subject: a panel is made again only for another subject

function drawChosen() {
  const { chosen, time, path, run, quiz } = state;
  const about = [chosen, time, path, run, quiz, quiz?.right, drawing.index];
  if (about.every((part, k) => part === aboutWhat[k]) && aboutWhat.length) return;
  if (run !== aboutWhat[3] || chosen !== aboutWhat[0] || time !== aboutWhat[1]) say($("checked"), "");
  aboutWhat = about;
  const panel = $("about");
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = panel.querySelector("details")?.open;
  panel.replaceChildren(...(chosen === null
    ? [quiet(words("Choose a node in the drawing: how it is computed, and every path of the chain rule from it to the output."))]
    : aboutNode(chosen)));
  say($("chosen-name"), chosen === null ? words("A node") : nameOf(chosen));
  say($("chosen-kind"), chosen === null || !isLeaf(chosen) ? "" : kindOf(chosen));
  if (opened && panel.querySelector("details")) panel.querySelector("details").open = true;
  if (focused) ($(focused) ?? $("chosen-name")).focus();
}

function aboutNode(i) {
  const parts = [];
  if (!isLeaf(i)) {
    parts.push(isComputed(i, state.time) ? forwardLine(i) : quiet(words("It is not computed yet.")), ...unfolded(i));
    if (homeOf(i) !== drawing.index) {
      parts.push(html("p", {}, button("unfold", words("Unfold what it is computed from"), () => enter(homeOf(i)))));
    }
  }
  if (isConstant(i)) return [...parts, quiet(words("It is a constant: no derivative is taken by it."))];
  if (!PATHS[i]) return [...parts, quiet(words("The output does not depend on it."))];
  if (isHidden(i)) return [...parts, quiet(words("Its gradient is hidden as long as the question is open."))];
  return [...parts, ...chainRule(i)];
}

const button = (id, text, onclick) => html("button", { type: "button", id, onclick }, text);

// A weighted sum, product by product.
function unfolded(i) {
  const { parents } = NODES[i];
  if (operationOf(i) !== "dot" || !isComputed(i, state.time)) return [];
  const { values } = state.run;
  const half = (parents.length - 1) / 2;
  const bias = parents[2 * half];
  const rows = parents.slice(0, half).map((w, k) => [
    `${nameOf(w)} · ${nameOf(parents[half + k])}`,
    productText([values[w], values[parents[half + k]]], values[w] * values[parents[half + k]]),
    show(values[w] * values[parents[half + k]])]);
  if (!isLeftOut(NODES, i, 2 * half)) rows.push([nameOf(bias), "", show(values[bias])]);
  rows.push([words("sum"), "", show(values[i])]);
  const body = rows.map((cells) => html("tr", {}, ...cells.map((cell) => html("td", {}, cell))));
  return [html("details", {}, html("summary", {}, words("Product by product")),
    html("table", { className: "products" }, html("tbody", {}, ...body)))];
}

function chainRule(i) {
  const { run, time } = state;
  const received = receivedBy(run, time)[i];
  const buttons = [];
  if (isAskable(i)) buttons.push(button("ask", isComplete(i, time) ? words("Hide it and ask me") : words("Ask me"), () => ask(i)));
  if (time < END) {
    const known = received ? sumLine(i, received) : quiet(words("It has received nothing of its gradient yet."));
    return [known, html("p", { className: "row" }, ...buttons)];
  }
  const parts = [];
  const names = { output: nameOf(OUTPUT) };
  if (i === OUTPUT) {
    parts.push(line(whole(i), equals(1, "backward")));
  } else if (PATHS[i] > MOST_PATHS) {
    parts.push(quiet(words("{count} paths lead to {output}: too many to list. What it receives, each share an upstream gradient times a local derivative:", { count: PATHS[i].toLocaleString("en"), ...names })),
      sumLine(i, received));
  } else {
    const paths = pathsFrom(i);
    if (paths.length > 1) parts.push(html("p", {}, words("{count} paths lead to {output}; their products add up.", { count: paths.length, ...names })));
    paths.forEach((path, k) => parts.push(...pathLines(i, path, paths.length > 1 ? k : null)));
    if (paths.length > 1) parts.push(line(whole(i), equals(run.gradients[i], "backward")));
  }
  if (isLeaf(i)) buttons.push(button("check", words("Check by differences"), check));
  return [...parts, html("p", { className: "row" }, ...buttons)];
}

// One path: its factors in names, each with its formula, and their product in numbers.
function pathLines(i, path, k) {
  const edges = path.toReversed();
  const numbers = edges.map(([child, position]) => state.run.locals[child][position]);
  const total = path.reduce((sum, [child, position]) => sum * state.run.locals[child][position], 1);
  const lines = [];
  if (k !== null) {
    const stops = path.map(([child, position]) => ` → ${nameOf(child)}${whichInput(child, position)}`);
    const light = button(`path-${k}`, words("Path {number}: {path}", { number: k + 1, path: `${nameOf(i)}${shortened(stops).join("")}` }), () => lightPath(k));
    light.className = "path";
    light.setAttribute("aria-pressed", String(state.path === k));
    lines.push(html("p", {}, light));
  }
  if (edges.length === 1) {
    const start = k === null ? [whole(i), " = "] : [];
    return [...lines, line(...start, localFraction(...edges[0]), ...localWorked(...edges[0], total))];
  }
  const start = k === null ? [whole(i), " = "] : [];
  lines.push(line(...start, ...factors(edges.map((edge) => localFraction(...edge)))));
  const shown = edges.length > 10 ? [...edges.slice(0, 4), ...edges.slice(-4)] : edges;
  lines.push(html("div", { className: "factors" }, ...shown.map((edge) => localLine(...edge))));
  const changing = numbers.filter((number) => number !== 1); // nobody writes "· 1"
  const factorTexts = productText(changing.length ? changing : [1], total).split(" · ");
  lines.push(line(factors(factorTexts).join(""), equals(total, "backward")));
  return lines;
}

// ------------------------------------------------------------------- player and places

function drawPlayer() {
  const { time, playing } = state;
  $("time").value = time;
  $("time").setAttribute("aria-valuetext", $("moment").textContent);
  $("time").disabled = isOpen();
  for (const id of ["first", "back"]) turnOn(id, time > 0 && !isOpen());
  for (const id of ["forth", "last"]) turnOn(id, time < END && !isOpen());
  turnOn("play", !isOpen());
  say($("play"), playing ? words("❚❚ Pause") : words("▶ Play"));
  $("forth").classList.toggle("primary", time === 0);
  const { view } = drawing;
  for (const id of ["weight-key", "sum-key"]) $(id).hidden = !isNetwork();
  say($("line-key"), words(lineKey()));
  $("places").hidden = GRAPH.views.length < 2;
  turnOn("all", drawing.index !== 0);
  say($("all"), GRAPH.views[0].columns ? words("Network") : words("Map"));
  say($("place"), isNetwork() ? words("choose a circle to open its graph") : drawing.isGroup ? words("nodes that are alike: choose one to unfold it") : view.stop < 0
    ? words("{some} of {all} nodes: choose a result to unfold it", { some: view.nodes.length, all: NODES.length })
    : words("inside {name}", { name: nameOf(view.stop) }));
  $("question").hidden = state.quiz === null;
  turnOn("hint", isOpen() && (state.quiz.told ?? 0) < (state.quiz.hints ?? []).length);
}

// Which numbers stand at inputs or lines: of very many lines, only those of the chosen node's paths have numbers.
function lineKey() {
  const { tangled } = drawing.view;
  if (isNetwork()) return tangled ? marked("on the lit lines: the weight, and below it its gradient") : marked("on a line: the weight, and below it its gradient");
  return tangled ? marked("on the lit lines: the local derivative") : marked("× at an input: the local derivative by it");
}

// The map, where the whole cannot be read, and a way to where the first step happens.
function drawFinder() {
  $("finder").hidden = drawing.isWhole;
  const [first] = GRAPH.forward;
  $("start").hidden = first === undefined;
  if (first !== undefined) say($("start"), words("Start here: {name}", { name: nameOf(first) }));
}
