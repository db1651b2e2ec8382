// The graph of this page, as Python recorded it.

const GRAPH = JSON.parse(document.getElementById("graph").textContent);
