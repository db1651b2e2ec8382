// The state of the page in the hash of its address, so that a link opens the page as it is:
// #step=12&node=w7&path=1&set.w7=12.5&rate=0.1&ask=w7&by=node&hide=player&present=1&theme=dark&lang=es

const HIDEABLE = ["header", "player", "under", "chosen", "leaves"];
const STRIDES = ["edge", "node", "layer"];
const LONGEST = 60; // letters of a hash that are shown in a complaint

// A hash as { step, node, ask, by, lang, theme, present, hide, numbers: [leaf, number] pairs }, and what is
// wrong with it, as sentences. Whatever is wrong is left out.
function readAddress(hash) {
  const found = { numbers: [], hide: [], wrong: [] };
  const shown = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  const wrong = (text, places) => found.wrong.push(words(text, places));
  const named = (name) => NODES.findIndex((node) => node.name === name);
  const oneOf = (key, text, choices) => {
    if (choices.includes(text)) found[key] = text;
    else wrong(marked("The link says {key}={text}, which has to be one of {choices}."), { key, text: shown(text), choices: choices.join(", ") });
  };
  const readers = {
    step(text) {
      if (/^\d{1,9}$/.test(text) && Number(text) <= END) found.step = Number(text);
      else wrong(marked("The link goes to step “{text}”; the steps are 0 to {end}."), { text: shown(text), end: END });
    },
    node(name) {
      if (named(name) >= 0) found.node = named(name);
      else wrong(marked("The link chooses “{name}”, and no node has this name."), { name: shown(name) });
    },
    path(text) {
      const count = found.node === undefined ? 0 : PATHS[found.node];
      if (/^[1-9]$/.test(text) && Number(text) <= count && count > 1 && count <= MOST_PATHS) found.path = Number(text) - 1;
      else wrong(marked("The link lights path “{text}”, and the chosen node has no such path."), { text: shown(text) });
    },
    rate(text) {
      if (text.trim() !== "" && Number.isFinite(Number(text))) found.rate = Number(text);
      else wrong(marked("The link says that the learning rate is “{text}”, which is no number."), { text: shown(text) });
    },
    ask(name) {
      if (isAskable(named(name))) found.ask = named(name);
      else wrong(marked("The link asks for the gradient of “{name}”, and there is none to ask for."), { name: shown(name) });
    },
    by: (text) => oneOf("by", text, STRIDES),
    lang: (text) => oneOf("lang", text, LANGUAGES),
    theme: (text) => oneOf("theme", text, THEMES),
    present: (text) => { found.present = text === "1"; },
    hide: (text) => text.split(",").forEach((part) => {
      if (HIDEABLE.includes(part)) found.hide.push(part);
      else wrong(marked("The link hides “{part}”, and the page has no such part."), { part: shown(part) });
    }),
  };
  speak(languageOf(hash) ?? language); // the complaints are in it already
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (key.startsWith("set.")) {
      const leaf = named(key.slice("set.".length));
      const number = text.trim() === "" ? NaN : readNumber(text);
      if (leaf < 0 || !isLeaf(leaf) || isConstant(leaf)) {
        wrong(marked("The link gives “{name}” a number, and there is no such input."), { name: shown(key.slice("set.".length)) });
      } else if (Number.isNaN(number) && text !== "nan") {
        wrong(marked("The link gives {name} the number “{text}”, which is none."), { name: nameOf(leaf), text: shown(text) });
      } else found.numbers.push([leaf, number]);
    } else if (Object.hasOwn(readers, key)) readers[key](text);
    else wrong(marked("The link says “{key}”, which this page does not know."), { key: shown(key) });
  }
  return found;
}

// The hash for the page as it is now.
function writeAddress() {
  const said = new URLSearchParams();
  said.set("step", state.time);
  if (state.chosen !== null) said.set("node", nameOf(state.chosen));
  if (state.path !== null) said.set("path", state.path + 1);
  if (Number.isFinite(state.rate ?? NaN)) said.set("rate", writeNumber(state.rate));
  if (isOpen()) said.set("ask", nameOf(state.quiz.node));
  if (state.by !== "edge") said.set("by", state.by);
  if (state.hide.size) said.set("hide", [...state.hide].join(","));
  if (state.presents) said.set("present", "1");
  if (state.theme) said.set("theme", state.theme);
  if (language !== FIRST_LANGUAGE) said.set("lang", language);
  state.run.leaves.forEach((number, i) => {
    if (isLeaf(i) && !Object.is(number, state.first.leaves[i])) said.set(`set.${nameOf(i)}`, writeNumber(number));
  });
  return `#${said}`;
}

// The address follows the state, but not at each frame of a drag: browsers limit how often it changes.
const CALM = 300; // milliseconds
let written = null;
function noteAddress() {
  clearTimeout(noteAddress.timer);
  noteAddress.timer = setTimeout(() => {
    written = writeAddress();
    try {
      history.replaceState(null, "", written);
    } catch {
      // A frame may not be allowed to change its address; its link can be copied all the same.
    }
  }, CALM);
}

// The address of the page as it is now; of a page that is inside a notebook, what follows its name.
function linkNow() {
  const place = location.href.replace(/#.*$/s, "");
  return (place.startsWith("about:") ? "page.html" : place) + writeAddress();
}
