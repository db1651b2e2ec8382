// The playground in Spanish, as spanish.js has the rest of the page.

Object.assign(TRANSLATIONS.es, {
  "A formula": "Una fórmula",
  "formula": "fórmula",
  "a gradient step changes": "un paso de gradiente cambia",
  "Draw it": "Dibujar",
  "examples": "ejemplos",
  "examples …": "ejemplos …",
  "What can be written": "Qué se puede escribir",
  "Numbers, names,": "Números, nombres,",
  ", parentheses, functions, and lists:": ", paréntesis, funciones y listas:",
  ". A product needs its sign:": ". Un producto necesita su signo:",
  ". Steps can be named, with semicolons between them:": ". Los pasos pueden tener nombre, con puntos y comas entre ellos:",
  ". The numbers of the names are chosen, and you change them in the table or by dragging; or give them:": ". Los números de los nombres se eligen, y los cambias en la tabla o arrastrando; o los das:",
  "Functions:": "Funciones:",
});
