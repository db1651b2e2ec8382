// What the page says, in the reader's language. The English text is the key, as in gettext. The
// catalogues of all languages but English come from Python, as TRANSLATIONS.

const LANGUAGES = ["en", ...Object.keys(TRANSLATIONS)];
const nameOfLanguage = (code) => (code === "en" ? "English" : TRANSLATIONS[code].English);
const languageOf = (hash) => {
  const asked = new URLSearchParams(hash.replace(/^#/, "")).get("lang");
  return LANGUAGES.includes(asked) ? asked : null;
};
let language = languageOf(location.hash) ?? FIRST_LANGUAGE;

const isTranslated = (text) => Object.values(TRANSLATIONS).some((texts) => Object.hasOwn(texts, text));
const translated = (text) => (language !== "en" && Object.hasOwn(TRANSLATIONS[language], text) ? TRANSLATIONS[language][text] : text);
const marked = (text) => text; // a text that is translated where it is used

// A text in the reader's language, with its {places} filled in.
function words(text, places = {}) {
  return translated(text).replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
}

// What a function returns while the language is another one.
function spoken(other, call) {
  const before = language;
  language = other;
  try {
    return call();
  } finally {
    language = before;
  }
}
