// The texts of the page that stand there from the start, and the change of its language.

// The texts of the HTML are in English at first; what each was is kept for the next change.
const FIXED = [];
function gather() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\s+/g, " ").trim();
      if (isTranslated(text) && !node.parentElement.closest("h1, svg")) FIXED.push([text, (said) => { node.data = node.data.replace(/\S(?:[^]*\S)?/, () => said); }]);
    } else {
      const label = node.getAttribute("aria-label");
      if (isTranslated(label)) FIXED.push([label, (said) => node.setAttribute("aria-label", said)]);
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

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const [table, key, text] of JUDGED) table[key] = translated(text);
  for (const [text, put] of FIXED) put(words(text));
}
