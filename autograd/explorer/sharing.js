// For a class: the link, the picture, the text to embed, the full screen, the presentation, and which
// parts of the page are hidden.

function drawSharing() {
  document.body.classList.toggle("presenting", state.presents);
  document.body.dataset.hide = [...state.hide].join(" ");
  $("leave").hidden = !state.presents;
  for (const box of $("hiding").querySelectorAll("input")) box.checked = state.hide.has(box.value);
  $("stride").value = state.by;
  $("language").value = language;
  if ($("class").open) drawEmbedding();
}

// The HTML that shows the page as it is now within another.
function drawEmbedding() {
  const address = linkNow();
  const source = address.startsWith("http") ? address : address.replace(/^[^#]*\//, "");
  const frame = html("iframe", { width: "100%", height: "720", title: document.title });
  frame.setAttribute("src", source);
  frame.setAttribute("sandbox", "allow-scripts");
  const text = frame.outerHTML;
  if ($("embed").value !== text) $("embed").value = text;
}

// A frame may forbid the clipboard: then the text is there, marked, to be copied by hand.
async function copyLink() {
  const link = linkNow();
  try {
    await navigator.clipboard.writeText(link);
    say($("shared"), words("The link is copied."));
  } catch {
    const field = html("input", { value: link, readOnly: true });
    field.setAttribute("aria-label", words("the link"));
    $("shared").replaceChildren(words("Copy the link from here:"), " ", field);
    field.select();
  }
}

// The drawing as a file: what CSS says of each element is written into it.
const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order",
  "font-family", "font-size", "font-weight", "text-decoration-line"];
function pictureOf(element, [wide, high]) {
  const copy = element.cloneNode(true);
  const originals = [...element.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((part, k) => {
    const look = getComputedStyle(originals[k]);
    for (const name of LOOKS) {
      const property = look.getPropertyValue(name);
      if (property) part.setAttribute(name === "text-decoration-line" ? "text-decoration" : name, property);
    }
    for (const name of ["class", "tabindex", "aria-hidden", "role", "aria-label", "aria-pressed"]) part.removeAttribute(name);
  });
  const [left, top] = [-12, -12];
  const frame = { x: left, y: top, width: wide + 24, height: high + 24 };
  copy.prepend(svg("rect", { ...frame, fill: getComputedStyle(document.body).backgroundColor }));
  for (const name of [...copy.attributes].map((attribute) => attribute.name)) copy.removeAttribute(name);
  for (const [name, value] of Object.entries({ xmlns: SVG, viewBox: Object.values(frame).join(" "),
    width: frame.width, height: frame.height })) copy.setAttribute(name, value);
  return new XMLSerializer().serializeToString(copy);
}

function saveFile(blob, ending) {
  const address = URL.createObjectURL(blob);
  html("a", { href: address, download: `${nameOf(OUTPUT).replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function savePicture() {
  saveFile(new Blob([pictureOf($("drawing"), drawing.view.size)], { type: "image/svg+xml" }), "svg");
  say($("shared"), words("The picture is saved as an SVG, among the downloads; a notebook may forbid it."));
}

// For slides and documents that take no SVG: three pixels for each of the drawing, of a large graph
// fewer, for browsers limit the size of a picture.
const PIXELS = 3;
const WIDEST = 8000; // pixels
async function savePixels() {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(pictureOf($("drawing"), drawing.view.size))}`;
  try {
    try {
    await image.decode();
  } catch {
    say($("shared"), words("Here the page may make no PNG: save the picture as an SVG, or open the page's file by itself."));
    return;
  }
  } catch {
    say($("shared"), words("Here the page may make no PNG: save the picture as an SVG, or open the page's file by itself."));
    return;
  }
  const scale = Math.min(PIXELS, WIDEST / Math.max(image.width, image.height));
  const canvas = html("canvas", { width: scale * image.width, height: scale * image.height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    saveFile(blob, "png");
    say($("shared"), words("The picture is saved as a PNG, among the downloads; a notebook may forbid it."));
  }, "image/png");
}

async function goFull() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    say($("shared"), words("Here the page may not fill the screen: open its file by itself."));
  }
}

// On a wall letters are large, and numbers have fewer digits, in the drawing and in the sentence. A
// graph is shown as a whole if its letters are a little larger than on a screen; else a part is.
const ON_A_WALL = 1.3;
const DIGITS_ON_A_WALL = 4;
function sizeForWall() {
  const scale = state.presents ? ON_A_WALL : 1;
  [drawing.smallest, drawing.largest] = [scale * READABLE, scale * scale * LARGEST];
  drawing.least = state.presents ? 1.08 : READABLE;
  drawing.show(drawing.index);
  map.show();
  drawing.begin(inFocus());
  drawFinder();
  draw();
}

function putOnWall(on) {
  state.presents = on;
  shownDigits = on ? DIGITS_ON_A_WALL : DIGITS;
}

function presentNow(on) {
  putOnWall(on);
  drawSharing();
  sizeForWall();
  (on ? $("leave") : $("present")).focus();
}

function hide(part, isHidden) {
  state.hide[isHidden ? "add" : "delete"](part);
  draw();
}
