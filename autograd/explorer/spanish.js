// The page in Spanish: for each English text of words(...) and of page.html, what it is called.

const TRANSLATIONS = { es: {
} };
