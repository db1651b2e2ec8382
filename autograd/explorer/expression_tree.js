// From the text of a typed formula to a tree: the grammar of autograd/notation/reading.py, which has
// Python's own parser. A test holds both to the same texts.

// A text is refused: what is refused, and its place with a caret, as Python's ExpressionError says it.
class ExpressionError extends Error {
  constructor(what, text = "", index = null) {
    const characters = [...text];
    const first = Math.max(0, (index ?? 0) - 59);
    const part = characters.slice(first, (index ?? 0) + 31).join("").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
    super(index === null ? what
      : `${words("column {number}: {what}", { number: index + 1, what })}\n  ${part}\n  ${" ".repeat(index - first)}^`);
    this.column = index === null ? null : index + 1;
  }
}

// The parts of a formula: [{ target, tree }], where `target` names the result or is null. A tree is
// { kind, at, inputs } with the place of its beginning, or of its operator, in the text:
// number, name, operator, sign, list, index, call, method; attribute and function are parts of calls.
const treesOf = (() => {
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const plainOf = (raised) => ({ "⁺": "+", "⁻": "-" })[raised] ?? RAISED.indexOf(raised);
  // A sign, or a raised whole number, as Python spells it; with spaces two signs never make a **.
  function spelt(piece) {
    if (RAISED.includes(piece.at(-1))) return `**${[...piece].map(plainOf).join("")}`;
    const sign = SIGNS[piece] ?? piece;
    return sign === "*" && piece !== "*" ? " * " : sign;
  }
  const DIGITS_OF = "[0-9](?:_?[0-9])*";
  const TOKEN = new RegExp([
    "(?<space> +)",
    "(?<whole>0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+)",
    `(?<number>(?:${DIGITS_OF}(?:\\.(?:${DIGITS_OF})?)?|\\.${DIGITS_OF})(?:[eE][-+]?${DIGITS_OF})?)`,
    "(?<name>[\\p{XID_Start}_]\\p{XID_Continue}*)",
    "(?<sign>\\*\\*=?|//=?|<<=?|>>=?|[-+*/%@&|<>=!:]=|->|\\.\\.\\.|.)",
  ].join("|"), "uy");
  const MOST_NESTED = 200;
  const MOST_LEVELS = 1000; // of a tree: a sum of 1000 terms, or as many signs
  const ROWS = { "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow" };
  const REFUSED = {
    [marked("comparison '{sign}' is not allowed here")]: ["==", "!=", "<", "<=", ">", ">=", "in", "is", "not"],
    [marked("operator '{sign}' is not allowed here")]: ["%", "//", "@", "&", "|", "<<", ">>", "~", "and", "or"],
    [marked("assignment '{sign}' is not allowed here")]: [":=", "->", ":", "=", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "**=", "//=", "<<=", ">>="],
    [marked("condition '{sign}' is not allowed here")]: ["if", "else"],
    [marked("comprehension '{sign}' is not allowed here")]: ["for"],
  };
  const ADVICE = {
    if: marked("; where(condition, a, b) chooses"),
    ">": marked("; greater(a, b) is 1 or 0"),
    "<": marked("; greater(b, a) is 1 or 0"),
    ">=": marked("; 1 - greater(b, a) is 1 or 0"),
    "<=": marked("; 1 - greater(a, b) is 1 or 0"),
  };
  const FUNCTION = marked("; for the function, write {name}(...)");
  const PRODUCT = marked("; a product needs its sign, as in 2*a");

  const isFunction = (name) => Object.hasOwn(GRAMMAR.calls, name) || Object.hasOwn(GRAMMAR.aliases, name);

  // `numbered` are the names that have a number.
  return function read(text, numbered = []) {
    const characters = [...text];
    if (characters.length > GRAMMAR.longest) {
      throw new ExpressionError(words("expected at most {most} characters, received {count}", { most: GRAMMAR.longest, count: characters.length }));
    }
    const refuseAt = (index, what) => { throw new ExpressionError(what, text, index); };
    characters.forEach((character, i) => {
      const isPrintable = character === " " || !/[\p{C}\p{Z}]/u.test(character);
      if (!isPrintable) refuseAt(i, words("the character {character} is not allowed here", { character: JSON.stringify(character) }));
    });
    for (const [pattern, why] of Object.entries(GRAMMAR.unclearPowers)) {
      const unclear = new RegExp(pattern, "u").exec(text);
      if (!unclear) continue;
      const before = text.slice(0, unclear.index + unclear[0].length - unclear[1].length);
      refuseAt([...before].length, words("cannot read this: {why}", { why: words(why) }));
    }
    const unread = characters.findIndex((character) => Object.hasOwn(GRAMMAR.unread, character));
    if (unread >= 0) {
      refuseAt(unread, words("the character {character} is not allowed here", { character: `'${characters[unread]}'` }) + words(GRAMMAR.unread[characters[unread]]));
    }

    // As Python spells it, and the place in the text of each of its characters.
    let source = "";
    const places = [];
    let place = 0;
    for (const { 0: piece, groups: { index } } of text.matchAll(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=[\p{L}_₀-₉])(?<index>[₀-₉])|./gu)) {
      const plain = index ? String("₀₁₂₃₄₅₆₇₈₉".indexOf(index)) : spelt(piece); // w₁ is w1
      const count = [...piece].length;
      for (let k = 0; k < plain.length; k++) places.push(place + (plain.length === count ? k : 0));
      source += plain;
      place += count;
      if (RAISED.includes(piece.at(-1)) && /[\p{L}_]/u.test(characters[place] ?? "")) { // x²e3 is no x^2e3
        source += " ";
        places.push(place);
      }
    }
    places.push(characters.length);
    const refuse = (token, what) => refuseAt(token.at, what);
    const unreadable = (token, why) => refuse(token, words("cannot read this: {why}", { why }));
    const notAllowed = (token) => {
      const said = Object.keys(REFUSED).find((text) => REFUSED[text].includes(token.text));
      if (!said) return unreadable(token, token.kind === "end" ? words("the formula ends too early") : words("invalid syntax"));
      return refuse(token, words(said, { sign: token.text }) + words(ADVICE[token.text] ?? ""));
    };
    const queue = tokens();
    // The names that are factors before a parenthesis: those that have a number or stand alone somewhere.
    const alone = queue.filter(({ kind }, i) => kind === "name" && queue[i - 1]?.text !== "." && queue[i + 1].text !== "(");
    const factors = new Set([...numbered, ...alone.map((token) => token.text)].filter((name) => !isFunction(name)));
    let next = 0;
    let depth = 0;

    function tokens() {
      const found = [];
      TOKEN.lastIndex = 0;
      while (TOKEN.lastIndex < source.length) {
        const start = TOKEN.lastIndex;
        const { 0: piece, groups: { space, whole, number, name } } = TOKEN.exec(source);
        const token = { text: piece, at: places[start] };
        if (space) continue;
        if (whole || number) {
          const end = source.slice(TOKEN.lastIndex, TOKEN.lastIndex + 2);
          const isZeros = number && /^0[0-9_]*[1-9]/.test(number) && !/[.eE]/.test(number);
          if (isZeros) unreadable(token, words("a whole number begins with no 0") + words(PRODUCT));
          const isCut = piece.endsWith(".") ? /^\p{XID_Start}/u : /^[0-9_]/;
          if (isCut.test(end)) unreadable(token, words(PRODUCT).replace("; ", ""));
          const plain = piece.replaceAll("_", "");
          const isWhole = Boolean(whole) || !/[.eE]/.test(piece);
          found.push({ ...token, kind: "number", isWhole, value: Number(whole ? BigInt(plain) : plain) });
        } else if (name) {
          const isKeyword = GRAMMAR.keywords.includes(name);
          found.push({ ...token, kind: isKeyword ? "keyword" : "name", text: name.normalize("NFKC") });
        } else found.push({ ...token, kind: "sign" });
      }
      return [...found, { kind: "end", text: "", at: places[source.length] }];
    }

    const peek = () => queue[next];
    const is = (sign) => peek().kind === "sign" && peek().text === sign;
    const take = (sign) => (is(sign) ? queue[next++] : null);

    // What stands between an opening and its closing sign.
    function enclosed(opening, closing, inside) {
      depth += 1;
      if (depth > MOST_NESTED) refuse(opening, words("this is nested too deeply to be read"));
      const found = inside();
      if (!take(closing)) {
        if (peek().kind === "end") unreadable(opening, words("'{sign}' was never closed", { sign: opening.text }));
        misplaced();
      }
      depth -= 1;
      return found;
    }

    // A token stands where an operator or an end was expected.
    function misplaced() {
      const token = peek();
      if (token.kind === "number" || token.kind === "name") {
        const before = queue[next - 1];
        const isCalled = before?.kind === "name" && isFunction(before.text);
        unreadable(token, words("invalid syntax") + words(isCalled ? FUNCTION : PRODUCT, { name: before?.text }));
      }
      notAllowed(token);
    }

    function statement() {
      const first = listed();
      const equals = take("=");
      if (!equals) return { target: null, tree: first };
      if (first.kind !== "name") refuse(equals, words("assignment '{sign}' is not allowed here", { sign: "=" }));
      if (first.name === "__debug__") unreadable(first, words("cannot assign to __debug__"));
      const tree = listed();
      if (is("=")) notAllowed(peek());
      return { target: first, tree };
    }

    // One expression, or several with commas, which are a list.
    function listed() {
      const first = sum();
      return is(",") ? { kind: "list", at: first.at, inputs: items([first]) } : first;
    }

    function items(found = []) {
      const isEnd = () => peek().kind === "end" || [")", "]", "=", ";"].some(is);
      if (!found.length && !isEnd()) found.push(sum());
      while (found.length && take(",")) {
        if (isEnd()) break;
        found.push(sum());
      }
      return found;
    }

    function sum() {
      let left = product();
      while (is("+") || is("-")) left = operator(left, queue[next++], product);
      return left;
    }
    function product() {
      let left = signed();
      for (;;) {
        if (is("*") || is("/")) left = operator(left, queue[next++], signed);
        else if (isFactor()) left = operator(left, { text: "*", at: peek().at }, power);
        else return left;
      }
    }
    // A factor follows, and the sign of the product is left out.
    function isFactor() {
      const before = queue[next - 1];
      const begins = peek().kind === "name" || (is("(") && queue[next + 1].text !== ")");
      return begins && (before.kind !== "name" || factors.has(before.text));
    }
    const operator = (left, { text: sign, at }, read) =>
      ({ kind: "operator", row: ROWS[sign], at, inputs: [left, read()] });

    function signed() {
      const signs = [];
      while (is("-") || is("+")) signs.push(queue[next++]);
      return signs.reduceRight((inner, { text: sign, at }) =>
        ({ kind: "sign", row: sign === "-" ? "neg" : null, at, inputs: [inner] }), power());
    }
    function power() {
      const base = primary();
      const sign = take("**");
      return sign ? operator(base, sign, signed) : base;
    }

    function primary() {
      let found = atom();
      for (;;) {
        const opening = peek();
        const isCalled = found.kind === "attribute" || (found.kind === "name" && !factors.has(found.name));
        if (isCalled && take("(")) found = { kind: "call", at: found.start ?? found.at, function: found, inputs: enclosed(opening, ")", given) };
        else if (take("[")) found = index(found, opening);
        else if (take(".")) {
          const name = queue[next++];
          if (name.kind !== "name") { next -= 1; misplaced(); }
          found = { kind: "attribute", at: opening.at, start: found.start ?? found.at, name: name.text, inputs: [found] };
        } else return found;
      }
    }

    // The inputs of a call.
    function given() {
      const found = [];
      while (!is(")") && peek().kind !== "end") {
        const star = peek();
        if (is("*")) refuse(star, words("starred '*' is not allowed here"));
        if (is("**")) refuse(star, words("the keyword '{name}' is not allowed here", { name: "**" }));
        found.push(sum());
        if (is("=")) refuse(star, words("the keyword '{name}' is not allowed here", { name: star.text }));
        if (!take(",")) break;
      }
      return found;
    }

    function index(of, opening) {
      const place = enclosed(opening, "]", () => {
        if (is(":")) return { kind: "slice" };
        const found = listed();
        return is(":") ? { kind: "slice" } : found;
      });
      if (place.kind !== "number" || !place.isWhole) {
        refuse(opening, words("index '[' is not allowed here; it has to be a literal 0, 1, 2, ..."));
      }
      return { kind: "index", at: opening.at, start: of.start ?? of.at, index: place.value, inputs: [of] };
    }

    function atom() {
      const token = queue[next++];
      const { kind, at } = token;
      if (kind === "number") return { kind, at, value: token.value, isWhole: token.isWhole, inputs: [] };
      if (kind === "name") return { kind, at, name: token.text, inputs: [] };
      if (kind === "sign" && token.text === "(") return enclosed(token, ")", () => parenthesised(token));
      if (kind === "sign" && token.text === "[") return { kind: "list", at, inputs: enclosed(token, "]", items) };
      next -= 1;
      if (kind === "keyword" && !["if", "else"].includes(token.text)) {
        refuse(token, words("'{name}' is not allowed here", { name: token.text }));
      }
      if (token.text === "'" || token.text === '"') refuse(token, words("text is not allowed here"));
      if (kind === "sign" && token.text !== "~") {
        unreadable(token, words("expected a number, a name or a parenthesis"));
      }
      return notAllowed(token);
    }

    function parenthesised({ at }) {
      if (is(")")) return { kind: "list", at, inputs: [] };
      return { ...listed(), start: at };
    }

    if (!source.trim()) refuseAt(0, words("expected an expression, such as (a*b + c).tanh()"));
    const found = [];
    do {
      found.push(statement());
    } while (take(";") && peek().kind !== "end");
    if (peek().kind !== "end") misplaced();
    const levels = found.map(({ tree }) => [tree, 1]); // every tree is walked by recursion later
    while (levels.length) {
      const [tree, level] = levels.pop();
      if (level > MOST_LEVELS) refuse(tree, words("this is nested too deeply to be read"));
      for (const part of [...tree.inputs, ...(tree.function ? [tree.function] : [])]) levels.push([part, level + 1]);
    }
    return found;
  };
})();
