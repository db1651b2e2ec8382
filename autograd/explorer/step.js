// What is said of the step: its title, its sentence, and its working.

function drawStep() {
  const { title, sentence, working = [] } = momentInWords();
  const steps = END - 1; // as Python counts them: at the end no step is taken any more
  const counted = state.time === END ? marked("{title} · {steps} steps") : marked("{title} · step {time} of {steps}");
  say($("moment"), isOpen() ? title : words(counted, { title, time: state.time, steps }));
  $("sentence").setAttribute("aria-live", state.playing ? "off" : "polite");
  say($("sentence"), sentence);
  $("working").replaceChildren(...working);
  const { dataset } = $("step");
  for (const key of Object.keys(dataset)) delete dataset[key];
  dataset.time = state.time;
  for (const [key, number] of Object.entries(record() ?? {})) dataset[key] = writeNumber(number);
}

function momentInWords() {
  const { time } = state;
  if (isOpen()) {
    return { title: words("A question"),
      sentence: words("Some gradients are hidden. Work from the output back: the answer goes into the field below.") };
  }
  if (time === 0) {
    return { title: words("Before the first step"),
      sentence: words("The inputs and parameters have their numbers. Press Step to compute the first result.") };
  }
  if (time === END) {
    return { title: words("Both passes are done"),
      sentence: words("Every node has its number and its gradient. Choose a node to see its chain rule, or go back to the start.") };
  }
  if (time === STARTS) {
    return { title: words("Backward begins"),
      sentence: words("{output} starts with the gradient 1: when it grows by one, it grows by one.", { output: nameOf(OUTPUT) }),
      working: [line(whole(OUTPUT), equals(1, "backward"))] };
  }
  const { nodes, records } = acting();
  if (nodes.length) return forwardInWords(nodes);
  return records.length === 1 ? backwardInWords(records[0]) : passedInWords(records);
}

const MOST_LINES = 12; // of the working of one step

// "a, b and c", of many names the first few.
function listed(names) {
  const some = names.length > 6 ? [...names.slice(0, 5), words("{count} more", { count: names.length - 5 })] : names;
  if (some.length === 1) return some[0];
  return words("{most} and {last}", { most: some.slice(0, -1).join(", "), last: some.at(-1) });
}

function forwardInWords(nodes) {
  const said = nodes.map((i) => `${nameOf(i)} = ${show(state.run.values[i])}`);
  const sentence = nodes.length === 1
    ? words("{name} is computed: {value}.", { name: nameOf(nodes[0]), value: show(state.run.values[nodes[0]]) })
    : words("Computed side by side: {nodes}.", { nodes: listed(said) });
  return { title: words("Forward"), sentence, working: nodes.slice(0, MOST_LINES).map(forwardLine) };
}

// Several shares in one step: who passes its gradient on, and what each receives.
function passedInWords(records) {
  const children = [...new Set(records.map(({ child }) => child))];
  const from = children.map((i) => `${nameOf(i)} (${show(state.run.gradients[i])})`);
  const sentence = children.length === 1
    ? words("{from} passes its gradient on: each of its inputs receives it times the local derivative.", { from: from[0] })
    : words("{from} pass their gradients on: each input receives the gradient times the local derivative.", { from: listed(from) });
  const working = records.slice(0, MOST_LINES).map((share) =>
    line(words("{name} receives ", { name: nameOf(share.parent) }), shareText(share)));
  return { title: words("Backward"), sentence, working };
}

function backwardInWords({ child, parent, position, upstream, local, contribution, total }) {
  const received = receivedBy(state.run, state.time)[parent];
  const share = shareText({ upstream, local, contribution });
  const said = [words("{name} receives {share} from {from}.", {
    name: nameOf(parent), share, from: `${nameOf(child)}${whichInput(child, position)}` })];
  if (received.shares.length > 1) said.push(words("With what came before, that makes {total}.", { total: show(total) }));
  if (isComplete(parent, state.time)) said.push(words("Its gradient is complete."));
  return {
    title: words("Backward"), sentence: said.join(" "),
    working: [
      line(whole(child), " · ", localFraction(child, position), ...multiplied([upstream, local], contribution)),
      localLine(child, position), sumLine(parent, received), ...chainSoFar(child, position)],
  };
}

// The chain rule from the output down to the active edge, where there is only one path.
function chainSoFar(child, position) {
  if (child === OUTPUT || PATHS[child] !== 1) return [];
  const [path] = pathsFrom(child);
  const chain = [...path.toReversed().map((edge) => localFraction(...edge)), localFraction(child, position)];
  const parent = NODES[child].parents[position];
  const start = PATHS[parent] > 1 ? [words("The chain on this path: ")] : [words("The chain so far: "), whole(parent), " = "];
  return [line(...start, ...factors(chain))];
}
