// Reads a JSON list of [formula, strict] from standard input, and prints the list of what KaTeX
// says about each: an error message, or null. `strict` is KaTeX's setting of that name.

const katex = require("katex");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));

const verdict = ([formula, strict]) => {
  try {
    katex.renderToString(formula, { throwOnError: true, displayMode: true, strict });
    return null;
  } catch (error) {
    return String(error.message);
  }
};

process.stdout.write(JSON.stringify(formulas.map(verdict)));
