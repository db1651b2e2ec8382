// Elements of a page: made, and changed where they change.

const SVG = "http://www.w3.org/2000/svg";

// An SVG element with attributes, text and children.
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Attributes and texts are written only where they change: most of a drawing stays as it is.
function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// An HTML element with properties and children; a text is never read as markup.
function html(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
