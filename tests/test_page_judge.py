"""The page's judge: the same verdict and the same first name as Python's, for any numbers."""

import importlib
import math
import random
from typing import Any

import pytest

import autograd
from autograd import Parameter, Value, check_by_hand, topological_order
from autograd.checking.report import WORDS
from autograd.notation.reading import parse

in_page = importlib.import_module("javascript").in_page  # a module beside the tests
catalogue = importlib.import_module("slip_catalogue")

JUDGED = """
let run = new Run(NODES.map(({ number }) => readNumber(number)));
for (const [leaf, number] of question.moved) run = run.with(leaf, number);
return question.asked.map(([node, text]) => {
  const { right, say, hints = [] } = judge(run, node, text, question.rate);
  return [right, say, hints[0] ?? ""];
});
"""


def judged_in_page(
    output: Value, asked: list[tuple[Value, str]], *, rate: float | None = None
) -> list[tuple[bool, str, str]]:
    """Return for each answer whether the page says that it is right, its words, its first hint.

    The page is that of the graph with other numbers, which are then changed to the graph's own.
    """
    order = topological_order(output)
    leaves = [i for i, n in enumerate(order) if n.op is None and type(n) is not autograd.Constant]
    moved = [(i, order[i].data) for i in leaves]
    for i in leaves:
        order[i].data = 0.9 * order[i].data + 0.01
    output.recompute()
    question: dict[str, Any] = {"asked": [(order.index(node), text) for node, text in asked]}
    question |= {} if rate is None else {"rate": rate}
    try:
        found = in_page(JUDGED, output, moved=moved, **question)
    finally:
        for i, number in moved:
            order[i].data = number
        output.recompute()
    return [(right, say, hint) for right, say, hint in found]


def judged_in_python(
    output: Value, node: Value, text: str, rate: float | None = None
) -> tuple[bool, str, str]:
    """Return the same of Python's judge, in the page's words."""
    parameters: list[Value] = [n for n in topological_order(output) if isinstance(n, Parameter)]
    updates = {} if rate is None else dict.fromkeys(parameters, (None, rate))
    report = check_by_hand(output, {}, {node: text}, updates)
    (finding,) = (f for f in report.findings if f.claim.kind == "gradient")
    if finding.ok:
        read_as = WORDS["read as"].format(text=finding.reading.text) if finding.reading else ""
        several = len(finding.claim.readings) > 1
        return True, WORDS["given"] + (f" ({read_as})" if several else ""), ""
    if finding.verdict == "too few digits":
        return False, WORDS["given few"], ""
    slip = finding.slip
    hint = f"{slip.name}: {slip.description}." if slip else WORDS["no slip"]
    return False, WORDS["not yet"], hint


def planted(graph: str, digits: int) -> tuple[Value, list[tuple[Value, str]], list[str]]:
    """Return a graph of the catalogue, each wrong gradient planted in it, and its right names."""
    first, nodes = parse(*catalogue.GRAPHS[graph])
    first.backward()
    n = {name: node.data for name, node in nodes.items()}
    d = {name: node.grad for name, node in nodes.items()}
    output, nodes = parse(*catalogue.GRAPHS[graph])  # anew, for its gradients have not added up
    slips = [s for s in catalogue.CATALOGUE if s.graph == graph and s.place.startswith("d ")]
    asked = [(nodes[slip.place[2:]], f"{slip.formula(n, d):.{digits}g}") for slip in slips]
    return output, asked, [slip.names for slip in slips]


@pytest.mark.parametrize(
    ("graph", "digits"),
    [
        (graph, digits)
        for graph in catalogue.GRAPHS
        for digits in (16, 6, 4, 2)
        # Of what two digits leave open in a deep graph, Python allows for more than the page.
        if digits > 2 or graph not in {"net", "rows"}
    ],
)
def test_the_page_names_the_slip_that_python_names(graph: str, digits: int) -> None:
    output, asked, names = planted(graph, digits)
    found = judged_in_page(output, asked)
    for (node, text), page, right in zip(asked, found, names, strict=True):
        python = judged_in_python(output, node, text)
        if python[2] == WORDS["no slip"] != page[2] and digits < 16:
            # Python allows for more rounding on the way, and then fewer names are sure.
            assert page[:2] == python[:2]
            assert page[2].partition(":")[0] in right.split("|")
        else:
            assert page == python, (node.label, text)


# ----------------------------------------------------------------- graphs of all kinds of slips


def network(draw: random.Random, loss: str) -> Any:
    """Return the loss of a network of two layers of two, all of its nodes labelled or none."""

    def leaves(name: str, count: int, kind: type[Value]) -> list[Value]:
        return [kind(draw.uniform(-1.5, 1.5), label=f"{name}{i}") for i in range(1, count + 1)]

    x = leaves("x", 2, Value)
    for layer in "ab":
        sums = [
            autograd.dot(
                leaves(f"w{layer}{k}", 2, Parameter), x, *leaves(f"b{layer}{k}", 1, Parameter)
            )
            for k in "12"
        ]
        x = [z.tanh() if layer == "a" else z for z in sums]
        for name, nodes in (("z", sums), ("h", x)):
            for k, node in enumerate(nodes, start=1):
                node.label = node.label or f"{name}{layer}{k}"
    t = leaves("t", 2, Value)
    if loss == "softmax":
        p = autograd.softmax(x)
        for k, node in enumerate(p, start=1):
            node.label = f"p{k}"
        return -(t[0] * p[0].log() + t[1] * p[1].log())
    if loss == "logsumexp":
        return autograd.logsumexp(x) - x[0]
    if loss == "softplus":
        return autograd.softplus(x[0]) - t[0] * x[0] + x[1] * x[1]
    if loss == "sigmoid":
        p = [z.sigmoid() for z in x]
        return -autograd.sum(
            [a * q.log() + (1 - a) * (1 - q).log() for a, q in zip(t, p, strict=True)]
        )
    return autograd.sum([(z - a) ** 2 for z, a in zip(x, t, strict=True)]) / 2


KINDS = {
    "softmax": {"cross entropy", "activation derivative"},
    "logsumexp": {"cross entropy"},
    "softplus": {"cross entropy", "path left out"},
    "sigmoid": {"cross entropy", "activation derivative"},
    "mean": {"averaged twice", "not averaged", "power rule"},
}
"""Some of the kinds of slips that a graph with each loss has to have."""

TRIED = """
const run = new Run(NODES.map(({ number }) => readNumber(number)));
return question.nodes.map((node) => {
  const found = [];
  for (const slip of slipsOf(new Climb(run, node), question.rate)) {
    if (found.push(slip) >= 400) break;
  }
  return found.map(({ name, number }) => [name, String(number)]);
});
"""


@pytest.mark.parametrize("rate", [None, 0.1])
@pytest.mark.parametrize("loss", ["softmax", "logsumexp", "softplus", "sigmoid", "mean"])
def test_a_number_that_some_slip_gives_has_one_first_name(loss: str, rate: float | None) -> None:
    draw = random.Random(f"{loss}/{rate}")  # noqa: S311  # no secret
    output = network(draw, loss)
    order = topological_order(output)
    nodes = [
        n for n in order if n.label and n is not output and not isinstance(n, autograd.Constant)
    ]
    places = [order.index(node) for node in nodes]
    extra = {} if rate is None else {"rate": rate}
    tried = in_page(TRIED, output, nodes=places, **extra)
    kinds: dict[str, list[tuple[Value, str]]] = {}
    for node, attempts in zip(nodes, tried, strict=True):
        for name, text in attempts:
            number = float(text)
            # A number of many digits that is not what rounding left of 0: no hand has it by chance.
            if math.isfinite(number) and abs(number) > 1e-9 and len(f"{number:.14g}") > 12:
                kinds.setdefault(name, []).append((node, f"{number:.14g}"))
    asked = [pair for found in kinds.values() for pair in draw.sample(found, min(3, len(found)))]
    found = judged_in_page(output, asked, rate=rate)
    for (node, text), page in zip(asked, found, strict=True):
        assert page == judged_in_python(output, node, text, rate), (node.label, text)
    expected = {"sign", "decimal point", "two slips", "transposed weights", *KINDS[loss]}
    assert expected | ({"updated weight"} if rate else set()) <= kinds.keys()


@pytest.mark.parametrize("graph", catalogue.GRAPHS)
def test_half_of_a_gradient_twice_it_and_its_negative_are_wrong_in_both(graph: str) -> None:
    output, asked, _ = planted(graph, 2)
    first, nodes = parse(*catalogue.GRAPHS[graph])
    first.backward()
    labels = dict.fromkeys(node.label for node, _ in asked)
    alone = {node.label: node for node, _ in asked}
    asked = [
        (alone[label], f"{factor * nodes[label].grad:.2g}")
        for label in labels
        for factor in (1.0, 0.5, 2.0, -1.0)
    ]
    for (node, text), page in zip(asked, judged_in_page(output, asked), strict=True):
        python = judged_in_python(output, node, text)
        assert page[:2] == python[:2], (node.label, text)
        assert page[0] is (float(text) == float(f"{nodes[node.label].grad:.2g}"))


@pytest.mark.parametrize(
    ("expression", "at"),
    [("z = sqrt(x); 2*z", 0.0), ("z = log(x); -z", 0.0), ("z = 3*x; z^2", 2.0)],
)
def test_an_infinite_number_is_right_where_the_gradient_is_infinite_and_wrong_elsewhere(
    expression: str, at: float
) -> None:
    output, nodes = parse(expression, {"x": at})
    output.backward()
    gradient = nodes["x"].grad
    texts = {"∞": math.inf, "inf": math.inf, "infinito": math.inf, "-∞": -math.inf, "5": 5.0}
    asked = [(node, text) for node in (nodes["x"], nodes["z"]) for text in texts]
    found = judged_in_page(output, asked)
    for (node, text), page in zip(asked, found, strict=True):
        assert page == judged_in_python(output, node, text)
        if node is nodes["x"]:
            assert page[0] == (texts[text] == gradient)
            assert page[2] == ("" if page[0] else WORDS["no slip"])


@pytest.mark.parametrize(("w", "right"), [(1.09, "1.1"), (1.9, "1.9"), (0.247, "0.25")])
def test_one_digit_is_too_few_in_both(w: float, right: str) -> None:
    output, nodes = parse("z = w*x; z + 1", {"x": 0.5, "w": w})
    output.backward()
    asked = [(nodes["x"], text) for text in ("1", "2", "0.2", "0.3", right)]
    for (node, text), page in zip(asked, judged_in_page(output, asked), strict=True):
        assert page[:2] == judged_in_python(output, node, text)[:2], text
        assert page[0] is (text == right), text


@pytest.mark.parametrize("form", ["sum([{}])/4", "sum([{}])*0.25", "({})/4", "mean([{}])"])
@pytest.mark.parametrize("label", ["L = {}", "{}"])
def test_a_mean_over_a_batch_that_was_not_divided_is_told_without_names_of_nodes(
    form: str, label: str
) -> None:
    pairs = ((1.0, 1.1), (2.0, 1.9), (3.0, 3.3), (4.0, 4.2))
    sign = ", " if "[" in form else " + "
    terms = sign.join(f"(w*{x} + b - {y})^2" for x, y in pairs)
    output, nodes = parse(label.format(form.format(terms)), {"w": 0.5, "b": 0.1})
    output.backward()
    (page,) = judged_in_page(output, [(nodes["w"], f"{4 * nodes['w'].grad:.6g}")])
    assert page[2] == "not averaged: not divided by 4."
    assert page == judged_in_python(output, nodes["w"], f"{4 * nodes['w'].grad:.6g}")


def test_the_page_says_of_a_clamp_how_its_input_compares_with_finite_bounds_alone() -> None:
    output, nodes = parse("y = clamp(x, 0, 1); z = clamp(x, 0, 1/0); y + z", {"x": 1.5})
    order = topological_order(output)
    script = "NODES[i].compared.map((pair) => pair.map(([text]) => text))"
    asked = [order.index(nodes[name]) for name in "yz"]
    told = in_page(f"return question.nodes.map((i) => {script});", output, nodes=asked)
    assert told == [[["x", "0"], ["x", "1"]], [["x", "0"]]]


def test_the_new_state_of_a_cell_in_the_place_of_the_old_one_is_told_as_in_python() -> None:
    text = "c1 = f*c0 + i*g; h1 = o*tanh(c1); (h1 - 0.9)^2"
    output, nodes = parse(text, {"f": 0.613, "i": 0.427, "g": 0.339, "c0": 0.871, "o": 0.55})
    output.backward()
    written = f"{nodes['c1'].grad * nodes['c1'].data:.5g}"
    (page,) = judged_in_page(output, [(nodes["f"], written)])
    assert page[2] == "wrong parent's number: c1 in the place of ∂c1/∂f."
    assert page == judged_in_python(output, nodes["f"], written)
