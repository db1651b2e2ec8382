// Pyodide for the site's notebooks, with a Graphviz beside it: where JavaScript has loaded one before
// Python starts, a picture can be drawn in the middle of a cell. See autograd/drawing/engine.py.
import { loadPyodide as load } from "./pyodide.mjs";
import { instance } from "./viz.js";

export async function loadPyodide(options) {
    const [pyodide, graphviz] = await Promise.all([load(options), instance()]);
    globalThis.graphviz = graphviz;
    return pyodide;
}
