// What the page says, in the reader's language. The English text is the key, as in gettext; a text
// without a translation stays English, and a test says which.

let language = "en";

const hasSpanish = (text) => Object.hasOwn(TRANSLATIONS.es, text);
const translated = (text) => (language === "es" && hasSpanish(text) ? TRANSLATIONS.es[text] : text);

// A text in the reader's language, with its {places} filled in.
function words(text, places = {}) {
  return translated(text).replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
}

// The texts of the HTML are in English at first; what each was is kept for the next change.
const FIXED = [];
function gather() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\s+/g, " ").trim();
      if (hasSpanish(text) && !node.parentElement.closest("h1")) FIXED.push([text, (said) => { node.data = node.data.replace(/\S(?:[^]*\S)?/, () => said); }]);
    } else {
      const label = node.getAttribute("aria-label");
      if (hasSpanish(label)) FIXED.push([label, (said) => node.setAttribute("aria-label", said)]);
    }
  }
}

// The judge's sentences are in tables from Python; they are translated where they stand there.
const JUDGED = []; // [table, key, English text]
function gatherFrom(table) {
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === "string") JUDGED.push([table, key, value]);
    else if (typeof value === "object" && value !== null) gatherFrom(value);
  }
}
[JUDGING.words, JUDGING.slips, JUDGING.formulas, MISTAKES].forEach(gatherFrom);

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const [table, key, text] of JUDGED) table[key] = translated(text);
  for (const [text, put] of FIXED) put(words(text));
}
