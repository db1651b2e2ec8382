"""A graph as judging goes through it: its layers, means and paths, and both passes on a sheet."""

import math

import pytest

import autograd
from autograd import Constant, Value, label, topological_order
from autograd.checking.graph import Graph, Layer, counts_of, is_added
from autograd.checking.sheet import Sheet


def leaves(names: str) -> list[Value]:
    """Return leaves with these names, whose numbers are all different."""
    return [Value(0.5 + 0.3 * k, label=name) for k, name in enumerate(names.split())]


def labels(nodes: tuple[Value, ...]) -> str:
    return " ".join(node.label for node in nodes)


def layers(*outputs: Value) -> list[tuple[str, str, list[str]]]:
    found = Graph(topological_order(autograd.sum(list(outputs)))).layers
    return [
        (labels(layer.sums), labels(layer.inputs), [labels(row) for row in layer.weights])
        for layer in found
    ]


def test_sums_of_the_same_inputs_are_a_layer_however_they_are_written() -> None:
    a, b, c, d, e, f, x, u, bias = leaves("a b c d e f x u bias")
    s, t, v = a * x + b * u + bias, autograd.dot([c, d], [x, u]), autograd.sum([x * e, f * u])
    label(s=s, t=t, v=v)
    assert layers(s * t * v) == [("s t v", "x u", ["a b", "c d", "e f"])]


def test_a_sum_with_another_input_or_of_one_product_is_of_no_layer() -> None:
    a, b, c, d, x, u, w = leaves("a b c d x u w")
    s, t = a * x + b * u, c * x + d * w
    label(s=s, t=t)
    assert layers(s * t) == []
    one, two = a * x, c * x
    label(one=one, two=two)
    assert layers(one * two) == []
    assert layers(s * s) == []  # a layer of one sum has no other weights
    norm = autograd.dot([x, u], [x, u])
    norm.label = "norm"
    assert Graph(topological_order(norm)).layers == []
    squares = [x * x + a * u, u * c + d * x]
    label(p=squares[0], q=squares[1])
    assert layers(squares[0] * squares[1]) == []


def test_a_part_of_a_sum_is_no_sum_of_its_own_unless_it_has_a_name() -> None:
    a, b, c, d, e, f, x, u, w = leaves("a b c d e f x u w")
    part = a * x + b * u
    s, t = part + e * w, (c * x + d * u) + f * w
    label(s=s, t=t)
    assert layers(s * t) == [("s t", "x u w", ["a b e", "c d f"])]
    part.label = "part"
    assert layers(s * t) == []


def test_the_weight_across_the_diagonal_is_there_for_a_square_alone() -> None:
    a, b, c, d, e, f, x, u = leaves("a b c d e f x u")
    sums = tuple(leaves("s t v"))
    wide = Layer(sums[:1], (x, u), ((a, b),))
    high = Layer((*sums, x), (x, u), ((a, b), (c, d), (e, f), (f, e)))
    found = [[high.transposed(k, j) for j in range(2)] for k in range(4)]
    assert found == [[a, c], [b, d], [None, None], [None, None]]
    assert [wide.transposed(0, j) for j in range(2)] == [a, None]


def test_a_weight_is_found_by_its_input() -> None:
    a, b, c, d, x, u = leaves("a b c d x u")
    s, t = a * x + b * u, c * x + d * u
    label(s=s, t=t)
    weighted = Graph(topological_order(s * t)).weighted
    places = {(x.label, w.label): (k, j) for (x, w), (_, k, j) in weighted.items()}
    assert places == {
        ("x", "a"): (0, 0),
        ("u", "b"): (0, 1),
        ("x", "c"): (1, 0),
        ("u", "d"): (1, 1),
    }


X, Y, Z = leaves("x y z")


@pytest.mark.parametrize(
    ("node", "counts"),
    [
        ((X + Y) / 3, [3]),
        ((X + Y) / 2, [2]),
        ((X + Y) * 0.25, [4]),
        (0.5 * (X + Y), [2]),
        ((X + Y) / 1, []),
        ((X + Y) / -3, []),
        ((X + Y) / 2.5, []),
        ((X + Y) / 3.000001, []),
        ((X + Y) * 0.0, []),
        ((X + Y) * math.inf, []),
        (X / Y, []),
        (autograd.mean([X, Y, Z]), [3]),
        (autograd.sum([X, Y]), [2]),
        (autograd.sum([X]), []),
        (X + Y, []),
        (X, []),
    ],
)
def test_a_mean_is_taken_by_a_whole_number_above_1(node: Value, counts: list[int]) -> None:
    assert list(counts_of(node)) == counts


def test_the_terms_of_a_mean_are_in_it_and_other_numbers_are_not() -> None:
    squares = [X * X, Y * Y, Z * Z]
    part = squares[0] + squares[1]
    total = part - squares[2]
    mean = total / 3
    y = autograd.exp(mean) + autograd.sqrt(X + Y)
    graph = Graph(topological_order(y))
    assert graph.in_means == {total, part}
    assert graph.scales == [1 / 3, 1.5, 3]
    assert Graph(topological_order((X + Y) / 2)).scales == [0.5, 2]  # 2 / 2 is no other scale


def test_what_a_bias_is_added_to_is_a_sum() -> None:
    dot, plain = autograd.dot([X], [Y], Z), autograd.dot([X], [Y])
    assert is_added(dot, Z)
    assert not is_added(dot, X)
    assert not is_added(plain, Y)
    assert is_added(X + Y, X)
    assert is_added(autograd.sum([X, Y, Z]), Z)
    assert not is_added(X * Y, X)
    assert not is_added(X - Y, X)
    assert not is_added(X, X)


def diamond() -> dict[str, Value]:
    """y = (x + u) * v, where u = 3x and v = u * t; u and v have names."""
    x, t = Value(1.3, label="x"), Value(0.7, label="t")
    u = 3.0 * x
    v = u * t
    total = x + u
    y = total * v
    label(u=u, v=v, y=y)
    return {"x": x, "t": t, "u": u, "v": v, "total": total, "y": y}


def test_paths_between_two_nodes_end_at_a_node_with_a_name_if_they_have_to() -> None:
    n = diamond()
    graph = Graph(topological_order(n["y"]))

    def between(top: str, bottom: str, *, stop: bool) -> set[str]:
        found = graph.between(n[top], n[bottom], stop=stop)
        return {name for name, node in n.items() if node in found}

    assert between("y", "x", stop=False) == {"y", "total", "v", "u", "x"}
    assert between("y", "x", stop=True) == {"y", "total", "x"}
    assert between("y", "u", stop=True) == {"y", "total", "v", "u"} - {"v"}
    assert between("v", "x", stop=True) == set()
    assert between("v", "x", stop=False) == {"v", "u", "x"}
    assert between("u", "t", stop=False) == set()
    assert between("u", "u", stop=False) == {"u"}
    assert list(graph.between(n["v"], n["x"], stop=False)) == [n["v"], n["u"], n["x"]]
    assert graph.edges(n["y"], n["v"]) == [1]
    assert graph.edges(n["y"], n["x"]) == []
    square = n["x"] * n["x"]
    assert Graph(topological_order(square)).edges(square, n["x"]) == [0, 1]


def test_a_sheet_has_the_derivatives_along_all_paths_or_those_that_meet_no_name() -> None:
    n = diamond()
    y = n["y"]
    sheet = Sheet(Graph(topological_order(y))).run([y])
    x, t = 1.3, 0.7
    v, total = 3.0 * x * t, 4.0 * x
    whole = {"x": 4.0 * v + total * 3.0 * t, "u": v + total * t, "t": total * 3.0 * x, "v": total}
    alone = {"x": v, "u": v, "t": total * 3.0 * x, "v": total}  # t reaches y through v alone
    for name, right in whole.items():
        assert sheet.gradient(y, n[name]).number == pytest.approx(right, rel=1e-12)
        assert sheet.derivative(y, n[name]).number == pytest.approx(right, rel=1e-12)
        single = sheet.derivative(y, n[name], stop=True).number
        assert single == pytest.approx(alone[name], rel=1e-12)
    assert sheet.derivative(n["u"], n["t"]).number == 0.0
    path = (n["x"], n["u"], n["v"], y)
    shares = sheet.descend(y, path)
    for name, right in (("v", total), ("u", total * t), ("x", total * t * 3.0)):
        assert shares[n[name]].number == pytest.approx(right, rel=1e-12)


def test_leaves_that_moved_have_their_own_numbers_on_a_sheet() -> None:
    n = diamond()
    graph = Graph(topological_order(n["y"]))
    sheet = Sheet(graph)
    moved = sheet.anew({n["x"]: sheet.known(2.0)}).run([n["y"]])
    assert moved.values[n["y"]].number == pytest.approx(8.0 * 6.0 * 0.7, rel=1e-12)
    assert moved.known_number(n["x"]) == 2.0
    assert sheet.known_number(n["x"]) == 1.3  # nothing is computed there yet


@pytest.mark.parametrize("op", [autograd.maximum, autograd.minimum])
def test_what_one_input_of_a_tie_got_the_others_do_not_get(op: object) -> None:
    a, b, c, d = (Value(2.0, label=name) for name in "abcd")
    far = Value(1.0 if op is autograd.maximum else 3.0, label="far")
    top = op(a, far, b, c) * 4.0  # type: ignore[operator]  # one of two operations
    tie = top.parents[0]
    sheet = Sheet(Graph(topological_order(top + d))).run()
    assert sheet.tied(tie) == [0, 2, 3]
    assert sheet.tied(top) == []
    sheet.write_share_of_tie(tie, 1, sheet.known(0.5), 0.0)  # which is not tied
    third = [found.number for found in sheet.partials(tie)]
    assert third == pytest.approx([1 / 3, 0.0, 1 / 3, 1 / 3])
    sheet.write_share_of_tie(tie, 2, sheet.known(0.5), 0.005)
    after = [found.number for found in sheet.partials(tie)]
    assert [after[0], after[1], after[3]] == pytest.approx([0.25, 0.0, 0.25], abs=0.005)
    sheet.write_share_of_tie(tie, 0, sheet.known(0.4), 0.005)
    assert sheet.partials(tie)[3].number == pytest.approx(0.1, abs=0.01)
    lone = Sheet(Graph(topological_order(autograd.maximum(a, far * 0.1)))).run()
    assert lone.tied(lone.graph.order[-1]) == []


def test_an_output_that_is_a_constant_has_no_layers() -> None:
    assert Graph([Constant(1.0)]).layers == []


def test_the_shares_of_a_softmax_are_found_by_their_scores() -> None:
    scores, others = leaves("s1 s2 s3"), leaves("t1 t2")
    shares, halves = autograd.softmax(scores), autograd.softmax(others)
    beside = autograd.tanh(scores[0]) + autograd.softplus(scores[1]) + autograd.sigmoid(others[0])
    graph = Graph(topological_order(autograd.sum([*shares, *halves]) + beside))
    found = [*graph.shares.values()]
    assert len(found) == 2
    assert dict(zip(scores, shares, strict=True)) in found
    assert dict(zip(others, halves, strict=True)) in found
    assert Sheet(graph).written_shares(scores[0]) == []
