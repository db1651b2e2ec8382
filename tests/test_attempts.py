"""Which slips are looked for behind a wrong number, in which order, and what number each gives.

The numbers are formulas of a hand, written once more as one would tell a student of them.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import islice

import pytest

import autograd
from autograd import Value, topological_order
from autograd.checking.attempts import Attempt
from autograd.checking.backward_slips import backward_slips
from autograd.checking.claims import Claim
from autograd.checking.forward_slips import forward_slips
from autograd.checking.walking import Walk
from autograd.notation.formulas import evaluate
from autograd.notation.names import Names
from autograd.notation.reading import parse

Numbers = Mapping[str, float]


def attempts(
    output: Value,
    kind: str,
    *nodes: Value,
    written: str = "12345.0",
    most: int = 400,
    beside: Sequence[Claim] = (),
) -> list[Attempt]:
    """Return the attempts at the slip behind a wrong number, of a hand that keeps all digits."""
    order = topological_order(output)
    names = Names(order)
    claim = Claim(kind, nodes, "a number", written)
    walk = Walk([output], order, names, [*beside, claim], errs=True)
    walk.judge()
    sheet = walk.exact
    if kind == "value":
        return list(forward_slips(walk, claim, sheet, sheet.values[claim.node].number))
    right = {
        "gradient": lambda: sheet.gradient(output, claim.node),
        "delta": lambda: sheet.gradient(output, claim.node) * walk.sign,
        "share": lambda: sheet.descend(output, nodes)[claim.node],
        "local": lambda: sheet.derivative(*nodes, stop=True),
        "whole": lambda: sheet.derivative(*nodes, stop=False),
    }[kind]()
    return list(islice(backward_slips(walk, claim, sheet, right.number), most))


Pairs = list[tuple[str, float]]
"""The words for each slip, and its number."""


def without_pairs(found: list[Attempt]) -> Pairs:
    """Return the slips that are alone; each is counted once, where it is tried first."""
    numbers = {
        (said, f"{number:.9g}"): number for name, said, number in found if name != "two slips"
    }
    return [(said, number) for (said, _), number in numbers.items()]


def told(table: str, names: Numbers) -> Pairs:
    """Return the numbers of a table with a line "words: formula" for each slip."""
    lines = [line.strip().rpartition(": ") for line in table.strip().splitlines()]
    return [(said, float(evaluate(formula, names))) for said, _, formula in lines]


def same(found: Pairs, right: Pairs) -> None:
    """Hold slips to those of a table, in order."""
    assert [said for said, _ in found] == [said for said, _ in right]
    for (said, number), (_, expected) in zip(found, right, strict=True):
        assert number == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), said


def a_graph(text: str, given: Numbers) -> tuple[dict[str, Value], dict[str, float]]:
    """Return the nodes of a graph by their names, and their numbers."""
    _, nodes = parse(text, dict(given))
    return nodes, {name: node.data for name, node in nodes.items()}


def test_each_slip_of_a_gradient_with_two_paths_has_its_own_number() -> None:
    nodes, names = a_graph("u = sin(a*x); v = exp(b*x); L = u*v", {"a": 0.7, "b": -0.4, "x": 1.3})
    c = math.cos(names["a"] * names["x"])
    names |= {"c": c, "U": names["a"] * c, "V": names["b"] * names["v"]}
    names["R"] = names["U"] * names["v"] + names["V"] * names["u"]
    right = told(
        """
        the sign is the other one: -R
        half of what it should be: R/2
        twice what it should be: 2R
        the one from x through u: V u
        the one from x through v, as = instead of += leaves it out: U v
        that of the path from x through u: V u - U v
        that of the path from x through v: U v - V u
        ∂u/∂x is missing: v + V u
        ∂v/∂x is missing: U v + u
        the whole product (a*x): c a x v + V u
        x itself, not the other factor: c x v + V u
        the whole product (b*x): U v + v b x u
        x itself, not the other factor: U v + v x u
        ten times what it should be: 10R
        a tenth of what it should be: R/10
        (a*x) was taken in degrees: cos(pi a x/180) a v + V u
        sin for cos: u a v + V u
        the whole product L: U L + V u
        u itself, not the other factor: U u + V u
        (b*x) e^((b*x) - 1), which is for a power: U v + b x exp(b x - 1) b u
        (b*x) itself for v: U v + b x b u
        the whole product L: U v + V L
        v itself, not the other factor: U v + V v
        ∂L/∂u is missing: U + V u
        ∂L/∂v is missing: U v + V
        ∂(a*x)/∂x is missing: c v + V u
        ∂(b*x)/∂x is missing: U v + v u
        ∂u/∂(a*x) is missing: a v + V u
        ∂v/∂(b*x) is missing: U v + b u
        ∂u/∂x is missing, and so are its like: v + u
        ∂u/∂x and ∂v/∂x are swapped: V v + U u
        ∂u/∂x in the place of its like: U v + U u
        ∂v/∂x in the place of its like: V v + V u
        x in the place of ∂(a*x)/∂x: c x v + V u
        x in the place of ∂(b*x)/∂x: U v + v x u
        a in the place of ∂u/∂x: a v + V u
        x in the place of ∂u/∂x: x v + V u
        u in the place of ∂u/∂x: u v + V u
        b in the place of ∂v/∂x: U v + b u
        x in the place of ∂v/∂x: U v + x u
        v in the place of ∂v/∂x: U v + v u
        that of ∂u/∂x: V u - U v
        ∂u/∂x was taken twice: U^2 v + V u
        that of ∂v/∂x: U v - V u
        ∂v/∂x was taken twice: U v + V^2 u
        that of ∂L/∂u: V u - U v
        ∂L/∂u was taken twice: U v^2 + V u
        that of ∂L/∂v: U v - V u
        ∂L/∂v was taken twice: U v + V u^2
        half of ∂u/∂x: U v/2 + V u
        twice ∂u/∂x: 2U v + V u
        half of ∂v/∂x: U v + V u/2
        twice ∂v/∂x: U v + 2V u
        half of ∂L/∂u: U v/2 + V u
        twice ∂L/∂u: 2U v + V u
        half of ∂L/∂v: U v + V u/2
        twice ∂L/∂v: U v + 2V u
        (a*x) in the place of ∂u/∂(a*x): a x a v + V u
        u in the place of ∂L/∂u: U u + V u
        (b*x) in the place of ∂L/∂u: U b x + V u
        (b*x) in the place of ∂v/∂(b*x): U v + b x b u
        v in the place of ∂L/∂v: U v + V v
        (a*x) in the place of ∂L/∂v: U v + V a x
        L in the place of ∂L/∂u: U L + V u
        L in the place of ∂L/∂v: U v + V L
        the gradient of a in the place of its own: c x v
        the gradient of b in the place of its own: v x u
        a hundred times what it should be: 100R
        a hundredth of what it should be: R/100
        """,
        names,
    )
    same(without_pairs(attempts(nodes["L"], "gradient", nodes["L"], nodes["x"])), right)


CROSS_ENTROPY = {
    "p": """
        the sign is the other one: 1/p
        ∂L/∂p is missing: 1
        half of what it should be: -1/(2p)
        twice what it should be: -2/p
        this is the derivative by z: p minus the target: p - 1
        1/(p ln 10), which is for log10: -1/(p ln(10))
        p for 1/p: -p
        log(p) for 1/p: -ln(p)
        ten times what it should be: -10/p
        a tenth of what it should be: -0.1/p
        ∂L/∂p was taken twice: 1/p^2
        ∂log(p)/∂p is missing: -1
        ∂L/∂log(p) is missing: 1/p
        p in the place of ∂log(p)/∂p: -p
        p in the place of ∂L/∂p: p
        L in the place of ∂L/∂p: L
        log(p) in the place of ∂L/∂log(p): ln(p)/p
        a hundred times what it should be: -100/p
        a hundredth of what it should be: -0.01/p
    """,
    "z": """
        the sign is the other one: 1 - p
        ∂p/∂z is missing: -1/p
        half of what it should be: (p - 1)/2
        twice what it should be: 2(p - 1)
        an extra derivative of p: (p - 1) p (1 - p)
        p itself, without minus the target: p
        p(1 + p) for p(1 - p): -(1 + p)
        z(1 - z) for p(1 - p): -z(1 - z)/p
        1 - p^2, which is for tanh: -(1 - p^2)/p
        1 - p for p(1 - p): -(1 - p)/p
        p itself for p(1 - p): -1
        1 - z^2 for p(1 - p): -(1 - z^2)/p
        at p, which is the sigmoid already, in the place of z: -sigmoid(p) (1 - sigmoid(p))/p
        1 - tanh(z)^2, which is for tanh: -(1 - tanh(z)^2)/p
        ten times what it should be: 10(p - 1)
        a tenth of what it should be: (p - 1)/10
        ∂p/∂z was taken twice: -p (1 - p)^2
        1/(p ln 10), which is for log10: (p - 1)/ln(10)
        p for 1/p: -p p (1 - p)
        log(p) for 1/p: -ln(p) p (1 - p)
        ∂L/∂p is missing: p (1 - p)
        ∂log(p)/∂p is missing: -p (1 - p)
        ∂L/∂log(p) is missing: 1 - p
        z in the place of ∂p/∂z: -z/p
        p in the place of ∂p/∂z: -1
        that of ∂p/∂z: 1 - p
        that of ∂L/∂p: 1 - p
        ∂L/∂p was taken twice: (1 - p)/p
        half of ∂p/∂z: (p - 1)/2
        twice ∂p/∂z: 2(p - 1)
        half of ∂L/∂p: (p - 1)/2
        twice ∂L/∂p: 2(p - 1)
        p in the place of ∂log(p)/∂p: -p p (1 - p)
        log(p) in the place of ∂L/∂log(p): ln(p) (1 - p)
        p in the place of ∂L/∂p: p p (1 - p)
        L in the place of ∂L/∂p: L p (1 - p)
        a hundred times what it should be: 100(p - 1)
        a hundredth of what it should be: (p - 1)/100
    """,
}


@pytest.mark.parametrize("below", CROSS_ENTROPY)
def test_each_slip_of_a_cross_entropy_has_its_own_number(below: str) -> None:
    nodes, names = a_graph(
        "z = w*x + b; p = sigmoid(z); L = -log(p)", {"w": 0.7, "x": 1.3, "b": -0.4}
    )
    found = attempts(nodes["L"], "gradient", nodes["L"], nodes[below])
    same(without_pairs(found), told(CROSS_ENTROPY[below], names))


def test_each_slip_of_a_cross_entropy_of_scores_has_its_own_number() -> None:
    nodes, names = a_graph("z = w*x; L = softplus(z) - y*z", {"w": 0.7, "x": 1.3, "y": 1.2})
    p = 1.0 / (1.0 + math.exp(-names["z"]))
    names |= {"p": p, "s": math.log1p(math.exp(names["z"])), "R": p - names["y"]}
    right = told(
        """
        the sign is the other one: -R
        ∂L/∂z is missing: 1
        half of what it should be: R/2
        twice what it should be: 2R
        an extra p(1 - p): R p (1 - p)
        p itself, without minus the target: p
        an extra sigmoid's derivative: p (1 - p) - y
        the whole product (y*z): p - y z
        z itself, not the other factor: p - z
        ten times what it should be: 10R
        a tenth of what it should be: R/10
        ∂L/∂z was taken twice: R^2
        ∂softplus(z)/∂z is missing: 1 - y
        ∂(y*z)/∂z is missing: p - 1
        ∂L/∂softplus(z) is missing: R
        ∂L/∂(y*z) is missing: p + y
        z in the place of ∂softplus(z)/∂z: z - y
        z in the place of ∂(y*z)/∂z: p - z
        y in the place of ∂L/∂z: y
        z in the place of ∂L/∂z: z
        L in the place of ∂L/∂z: L
        softplus(z) in the place of ∂L/∂softplus(z): p s - y
        (y*z) in the place of ∂L/∂softplus(z): p y z - y
        softplus(z) in the place of ∂L/∂(y*z): p + y s
        (y*z) in the place of ∂L/∂(y*z): p + y^2 z
        a hundred times what it should be: 100R
        a hundredth of what it should be: R/100
        """,
        names,
    )
    same(without_pairs(attempts(nodes["L"], "gradient", nodes["L"], nodes["z"])), right)


def test_a_mean_may_be_taken_twice_or_not_at_all() -> None:
    nodes, names = a_graph("r = 3*w; s = w + t; u = w - t; L = (r + s + u)/3", {"w": 0.7, "t": 0.2})
    found = without_pairs(attempts(nodes["L"], "gradient", nodes["L"], nodes["r"]))
    right = told(
        """
        the sign is the other one: -1/3
        ∂L/∂r is missing: 1
        half of what it should be: 1/6
        twice what it should be: 2/3
        ten times what it should be: 10/3
        a tenth of what it should be: 1/30
        ∂L/∂r was taken twice: 1/9
        L itself for the derivative: L
        times the divisor: 3
        """,
        names,
    )
    same(found[:9], right)
    same(
        [pair for pair in found if "divided by" in pair[0]],
        [("divided by 3 once more", 1 / 9), ("not divided by 3", 1.0)],
    )


LAYER = "z1 = w1*x1 + w2*x2; z2 = w3*x1 + w4*x2; L = z1*z2"
NUMBERS = {"w1": 0.7, "w2": 0.6, "w3": -0.3, "w4": 1.1, "x1": 0.9, "x2": 0.4}


def test_a_weight_beside_the_right_one_and_the_transposed_ones_have_numbers_of_their_own() -> None:
    nodes, names = a_graph(LAYER, NUMBERS)
    found = without_pairs(attempts(nodes["L"], "gradient", nodes["L"], nodes["x2"]))
    right = told(
        """
        the weights of a row in the place of those of a column: w3 z2 + w4 z1
        x2 in the place of ∂(w2*x2)/∂x2: x2 z2 + w4 z1
        ∂z2/∂x2 in the place of ∂(w2*x2)/∂x2: w4 z2 + w4 z1
        x2 in the place of ∂(w4*x2)/∂x2: w2 z2 + x2 z1
        ∂z1/∂x2 in the place of ∂(w4*x2)/∂x2: w2 z2 + w2 z1
        x2 in the place of ∂z1/∂x2: x2 z2 + w4 z1
        w1 in the place of ∂z1/∂x2: w1 z2 + w4 z1
        x1 in the place of ∂z1/∂x2: x1 z2 + w4 z1
        z1 in the place of ∂z1/∂x2: z1 z2 + w4 z1
        x2 in the place of ∂z2/∂x2: w2 z2 + x2 z1
        w3 in the place of ∂z2/∂x2: w2 z2 + w3 z1
        x1 in the place of ∂z2/∂x2: w2 z2 + x1 z1
        z2 in the place of ∂z2/∂x2: w2 z2 + z2 z1
        """,
        names,
    )
    beside = [pair for pair in found if "in the place of" in pair[0] and "/∂x2" in pair[0]]
    same([pair for pair in beside if "its like" not in pair[0]], right[1:])
    same([pair for pair in found if "a row" in pair[0]], right[:1])


VALUES: dict[str, tuple[str, str, Numbers, str, str]] = {
    "a weighted sum": (
        LAYER,
        "z1",
        NUMBERS,
        "123.00",
        """
        the sign is the other one: -z1
        (w1*x1) is missing: w2 x2
        (w1*x1) went in with the other sign: w2 x2 - w1 x1
        (w2*x2) is missing: w1 x1
        (w2*x2) went in with the other sign: w1 x1 - w2 x2
        w3 in the place of w1: w3 x1 + w2 x2
        w4 in the place of w2: w1 x1 + w4 x2
        the weights of a column in the place of those of a row: w1 x1 + w3 x2
        a product for the sum: w1 x1 w2 x2
        w2 in the place of (w2*x2): w1 x1 + w2
        x2 in the place of (w2*x2): w1 x1 + x2
        a sum for the product: w1 x1 + w2 + x2
        w1 in the place of (w1*x1): w1 + w2 x2
        x1 in the place of (w1*x1): x1 + w2 x2
        a sum for the product: w1 + x1 + w2 x2
        w2 went in with the other sign: w1 x1 - w2 x2
        x2 went in with the other sign: w1 x1 - w2 x2
        w1 went in with the other sign: w2 x2 - w1 x1
        x1 went in with the other sign: w2 x2 - w1 x1
        half of what it should be: z1/2
        twice what it should be: 2z1
        ten times what it should be: 10z1
        a tenth of what it should be: z1/10
        w2 in the place of (w2*x2), and so for its like: w1 + w2
        x2 in the place of (w2*x2), and so for its like: x1 + x2
        a sum for the product, and so for its like: w1 + x1 + w2 + x2
        (w2*x2) in the place of (w1*x1): 2w2 x2
        (w1*x1) in the place of (w2*x2): 2w1 x1
        x2 in the place of w2: w1 x1 + x2^2
        w2 in the place of x2: w1 x1 + w2^2
        x1 in the place of w1: x1^2 + w2 x2
        w1 in the place of x1: w1^2 + w2 x2
        w1 and x1 are swapped: z1
        w1 and w2 are swapped: w2 x1 + w1 x2
        w1 and x2 are swapped: x2 x1 + w2 w1
        x1 and w2 are swapped: w1 w2 + x1 x2
        x1 and x2 are swapped: w1 x2 + w2 x1
        w2 and x2 are swapped: z1
        w4 in the place of w1: w4 x1 + w2 x2
        w3 in the place of x1: w1 w3 + w2 x2
        w4 in the place of x1: w1 w4 + w2 x2
        w3 in the place of w2: w1 x1 + w3 x2
        w3 in the place of x2: w1 x1 + w2 w3
        w4 in the place of x2: w1 x1 + w2 w4
        a hundred times what it should be: 100z1
        a hundredth of what it should be: z1/100
        two digits are swapped: 0.80700
        one digit is off by one: 0.88
        one digit is off by one: 0.86
        one digit is off by one: 0.871
        one digit is off by one: 0.8701
        """,
    ),
    "a quotient of a square": (
        "y = (sin(a) - b)**2/exp(c)",
        "y",
        {"a": 0.7, "b": 0.6, "c": -0.3},
        "123",
        """
        the sign is the other one: -y
        the quotient upside down: 1/y
        a product for the quotient: d^2 f
        c in the place of exp(c): d^2/c
        e^-c for e^c: d^2 f
        10^c for e^c: d^2/10^c
        (sin(a) - b) in the place of ((sin(a) - b)^2): d/f
        the size of (sin(a) - b), not its power: abs(d)/f
        the size of (sin(a) - b), not its power: abs(d)
        base times exponent for the power: 2d/f
        base times exponent for the power: 2d
        the difference was taken the other way round: y
        a sum for the difference: (s + b)^2/f
        a in the place of sin(a): (a - b)^2/f
        a was taken in degrees: (sin(pi a/180) - b)^2/f
        cos for sin: (cos(a) - b)^2/f
        ((sin(a) - b)^2) went in with the other sign: -y
        exp(c) went in with the other sign: -y
        c went in with the other sign: d^2 f
        (sin(a) - b) went in with the other sign: y
        2 went in with the other sign: d^-2/f
        sin(a) is missing: b^2/f
        sin(a) went in with the other sign: (-s - b)^2/f
        b is missing: s^2/f
        b went in with the other sign: (s + b)^2/f
        a went in with the other sign: (-s - b)^2/f
        half of what it should be: y/2
        twice what it should be: 2y
        ten times what it should be: 10y
        a tenth of what it should be: y/10
        the root of it: sqrt(y)
        exp(c) in the place of ((sin(a) - b)^2): 1
        ((sin(a) - b)^2) in the place of exp(c): 1
        2 in the place of (sin(a) - b): 2^2/f
        (sin(a) - b) in the place of 2: d^d/f
        b in the place of sin(a): 0
        sin(a) in the place of b: 0
        a and b are swapped: (sin(b) - a)^2/f
        a and c are swapped: (sin(c) - b)^2/exp(a)
        b and c are swapped: (s - c)^2/exp(b)
        a hundred times what it should be: 100y
        a hundredth of what it should be: y/100
        """,
    ),
    "functions that have names": (
        "g = tan(a); h = tan(b); y = g*h",
        "y",
        {"a": 0.7, "b": 0.6},
        "123",
        """
        the sign is the other one: -y
        a sum for the product: g + h
        g went in with the other sign: -y
        h went in with the other sign: -y
        a in the place of g: a h
        b in the place of h: g b
        half of what it should be: y/2
        twice what it should be: 2y
        ten times what it should be: 10y
        a tenth of what it should be: y/10
        a in the place of g, and so for its like: a b
        h in the place of g: h^2
        g in the place of h: g^2
        g and h are swapped: y
        a hundred times what it should be: 100y
        a hundredth of what it should be: y/100
        """,
    ),
    "sums in a sum": (
        "y = relu(a) + sum([b, c, 2])",
        "y",
        {"a": 0.7, "b": 0.6, "c": 0.3},
        "12.35",
        """
        the sign is the other one: -y
        relu(a) is missing: b + c + 2
        relu(a) went in with the other sign: -a + b + c + 2
        (b + c + 2) is missing: a
        (b + c + 2) went in with the other sign: a - b - c - 2
        b is missing: a + c + 2
        b went in with the other sign: a - b + c + 2
        c is missing: a + b + 2
        c went in with the other sign: a + b - c + 2
        2 is missing: a + b + c
        2 went in with the other sign: a + b + c - 2
        a product for the sum: a (b + c + 2)
        the mean for the sum: a + (b + c + 2)/3
        a in the place of relu(a): a + b + c + 2
        this is a itself: a + b + c + 2
        a went in with the other sign: b + c + 2
        half of what it should be: y/2
        twice what it should be: 2y
        ten times what it should be: 10y
        a tenth of what it should be: y/10
        (b + c + 2) in the place of relu(a): 2 (b + c + 2)
        relu(a) in the place of (b + c + 2): 2 a
        c in the place of b: a + 2c + 2
        2 in the place of b: a + c + 4
        b in the place of c: a + 2b + 2
        2 in the place of c: a + b + 4
        b in the place of 2: a + 2b + c
        c in the place of 2: a + b + 2c
        a and b are swapped: y
        a and c are swapped: y
        b and c are swapped: y
        a hundred times what it should be: 100y
        a hundredth of what it should be: y/100
        two digits are swapped: 3.06
        one digit is off by one: 3.7
        one digit is off by one: 3.5
        one digit is off by one: 3.61
        """,
    ),
    "a weighted sum in a function": (
        "y = exp(dot([a, b], [c, e], f))",
        "y",
        {"a": 0.7, "b": 0.6, "c": 0.3, "e": 1.2, "f": -0.4},
        "1.230000000000",
        """
        the sign is the other one: -y
        e^-(a*c + b*e + f) for e^(a*c + b*e + f): 1/y
        10^(a*c + b*e + f) for e^(a*c + b*e + f): 10^(a c + b e + f)
        (a*c + b*e + f) went in with the other sign: 1/y
        f is missing: exp(a c + b e)
        f went in with the other sign: exp(a c + b e - f)
        a c is missing: exp(b e + f)
        a c went in with the other sign: exp(b e + f - a c)
        b e is missing: exp(a c + f)
        b e went in with the other sign: exp(a c - b e + f)
        half of what it should be: y/2
        twice what it should be: 2y
        ten times what it should be: 10y
        a tenth of what it should be: y/10
        b in the place of a: exp(b c + b e + f)
        e in the place of c: exp(a e + b e + f)
        a in the place of b: exp(a c + a e + f)
        c in the place of e: exp(a c + b c + f)
        a and b are swapped: exp(b c + a e + f)
        a and c are swapped: y
        a and e are swapped: exp(e c + b a + f)
        a and f are swapped: exp(f c + b e + a)
        b and c are swapped: exp(a b + c e + f)
        b and e are swapped: y
        b and f are swapped: exp(a c + f e + b)
        c and e are swapped: exp(a e + b c + f)
        c and f are swapped: exp(a f + b e + c)
        e and f are swapped: exp(a c + b f + e)
        a hundred times what it should be: 100y
        a hundredth of what it should be: y/100
        """,
    ),
}


@pytest.mark.parametrize("case", VALUES)
def test_each_slip_of_a_number_has_its_own_number(case: str) -> None:
    text, name, given, written, table = VALUES[case]
    nodes, names = a_graph(text, given)
    if case == "a quotient of a square":
        sine = math.sin(names["a"])
        names |= {"s": sine, "d": sine - names["b"], "f": math.exp(names["c"])}
    found = attempts(nodes[[*nodes][-1]], "value", nodes[name], written=written)
    same(without_pairs(found), told(table, names))


def test_each_slip_of_three_paths_has_its_own_number() -> None:
    nodes, names = a_graph("u = 3*x; v = u + x + y; L = v/(2*x)", {"x": 1.3, "y": 0.3})
    names |= {"q": 0.5 / names["x"], "d": -names["v"] / (2.0 * names["x"] ** 2)}
    found = without_pairs(attempts(nodes["L"], "gradient", nodes["L"], nodes["x"]))
    right = told(
        """
        the one from x through u: q + d
        the one from x through v: 3q + d
        the one from x through L: 4q
        only the last share that x receives, from u: 3q
        that of the path from x through u: -3q + q + d
        that of the path from x through v: 3q - q + d
        that of the path from x through L: 4q - d
        ∂u/∂x is missing: 2q + d
        ∂v/∂x is missing: 4q + d
        ∂L/∂x is missing: 4q + 1
        """,
        names,
    )
    same(found[3:13], right)
    alike = told(
        """
        ∂u/∂x is missing, and so are its like: 2q + 1
        ∂u/∂x in the place of its like: 6q + 3
        ∂v/∂x in the place of its like: 2q + 1
        ∂L/∂x in the place of its like: d (2q + 1)
        """,
        names,
    )
    same([pair for pair in found if "its like" in pair[0]], alike)


def test_a_share_has_the_slips_of_its_own_path_alone() -> None:
    nodes, names = a_graph("u = sin(a*x); v = exp(b*x); L = u*v", {"a": 0.7, "b": -0.4, "x": 1.3})
    names["U"] = names["a"] * math.cos(names["a"] * names["x"])
    found = without_pairs(attempts(nodes["L"], "share", nodes["x"], nodes["u"], nodes["L"]))
    right = told(
        """
        the sign is the other one: -U v
        ∂u/∂x is missing: v
        half of what it should be: U v/2
        twice what it should be: 2U v
        """,
        names,
    )
    same(found[:4], right)
    said = dict(found)
    assert said["∂L/∂u is missing"] == pytest.approx(names["U"])
    assert not any("v/∂x" in words or "its own" in words for words in said)


def test_a_derivative_along_every_path_has_more_slips_than_the_one_along_the_edge() -> None:
    nodes, names = a_graph("u = 3*x; v = u*x; L = u*v", {"x": 1.3})
    edge = dict(without_pairs(attempts(nodes["L"], "local", nodes["v"], nodes["x"])))
    whole = dict(without_pairs(attempts(nodes["L"], "whole", nodes["v"], nodes["x"])))
    for found, right in ((edge, names["u"]), (whole, 2.0 * names["u"])):
        assert found["the sign is the other one"] == pytest.approx(-right)
    assert edge["∂v/∂x is missing"] == 1.0
    assert whole["∂v/∂x is missing"] == pytest.approx(names["u"] + 1.0)
    assert "∂u/∂x is missing" not in edge
    assert whole["∂u/∂x is missing"] == pytest.approx(names["u"] + names["x"])
    assert not any("its own" in said for said in (*edge, *whole))


def test_two_slips_are_two_of_the_first_sixty_that_change_the_number() -> None:
    nodes, _ = a_graph("u = sin(a*x); v = exp(b*x); L = u*v", {"a": 0.7, "b": -0.4, "x": 1.3})
    found = attempts(nodes["L"], "gradient", nodes["L"], nodes["x"], most=10_000)
    alone = [attempt for attempt in found if attempt[0] != "two slips"]
    total = -alone[0][2]
    changing = [each for each in alone[:60] if each[2] not in {0.0, total}]
    pairs = [(one, two) for k, one in enumerate(changing) for two in changing[k + 1 :]]
    twice = found[len(alone) :]
    assert len(alone) > 60
    assert len(twice) == len(pairs)
    for (_, said, number), (one, two) in zip(twice, pairs, strict=True):
        assert said == f"{one[0]}: {one[1]}; and {two[0]}: {two[1]}"
        assert number == pytest.approx(one[2] * two[2] / total, rel=1e-9)
    assert number  # the last one


def test_of_a_gradient_of_nothing_no_two_slips_are_tried() -> None:
    nodes, _ = a_graph("u = a*x; y = 0*u", {"a": 0.7, "x": 1.3})
    found = attempts(nodes["y"], "gradient", nodes["y"], nodes["x"])
    assert found
    assert "two slips" not in {name for name, _, _ in found}


CHAIN = "h = v*x; k = w*h; y = tanh(k)"
OF_CHAIN = {"v": 0.8, "w": 0.7, "x": 1.3}


def test_above_a_gradient_that_was_written_no_slip_is_looked_for() -> None:
    nodes, names = a_graph(CHAIN, OF_CHAIN)
    y, h, x = (nodes[name] for name in ("y", "h", "x"))
    names["d"] = (1.0 - names["y"] ** 2) * names["w"]  # dy/dh
    whole = dict(without_pairs(attempts(y, "gradient", y, x)))
    claim = Claim("gradient", (y, h), "dy/dh", repr(names["d"]))
    right = told(
        """
        the sign is the other one: -d v
        ∂h/∂x is missing: d
        half of what it should be: d v/2
        twice what it should be: 2d v
        the whole product h: d v x
        x itself, not the other factor: d x
        ten times what it should be: 10d v
        a tenth of what it should be: d v/10
        ∂h/∂x was taken twice: d v^2
        x in the place of ∂h/∂x: d x
        h in the place of ∂h/∂x: d h
        the gradient of w in the place of its own: d h/w
        the gradient of v in the place of its own: d x
        a hundred times what it should be: 100d v
        a hundredth of what it should be: d v/100
        """,
        names,
    )
    found = without_pairs(attempts(y, "gradient", y, x, beside=[claim]))
    same(found, right)
    assert {"∂k/∂h is missing", "∂y/∂k is missing"} <= set(whole)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_slips_of_a_delta_have_the_sign_of_the_deltas(sign: float) -> None:
    nodes, names = a_graph(CHAIN, OF_CHAIN)
    y, h, x = (nodes[name] for name in ("y", "h", "x"))
    by_h = (1.0 - names["y"] ** 2) * names["w"]
    gradients = attempts(y, "gradient", y, x, beside=[Claim("gradient", (y, h), "", repr(by_h))])
    claim = Claim("delta", (y, h), "", repr(sign * by_h))
    deltas = attempts(y, "delta", y, x, beside=[claim])
    assert len(deltas) > 60
    same(
        [(said, number) for _, said, number in deltas],
        [(said, sign * number) for _, said, number in gradients],
    )


@pytest.mark.parametrize("w", [0.7, 0.0])
def test_a_weight_after_its_step_in_the_place_of_the_one_before_has_a_number(w: float) -> None:
    nodes, names = a_graph("h = v*x; y = w*h", OF_CHAIN | {"w": w})
    y = nodes["y"]
    steps = [Claim("update", (y, nodes[name]), "", "99.0", how=0.1) for name in ("v", "w")]
    found = without_pairs(attempts(y, "gradient", y, nodes["x"], beside=steps))
    names |= {"p": names["v"] - 0.1 * w * names["x"], "q": w - 0.1 * names["h"]}
    right = told(
        """
        the new v in the place of the old one: p w
        the new w in the place of the old one: v q
        the new weights in the place of the old ones: w v + (p - v) w + v (q - w)
        """,
        names,
    )
    new = [pair for pair in found if "the new" in pair[0]]
    same(new, right if w else [])  # nothing is multiplied by a 0 that a hand would see


@pytest.mark.parametrize("count", [58, 59])  # and three operations more
def test_of_more_than_sixty_operations_a_change_is_followed_to_the_first_order(count: int) -> None:
    terms = [Value(0.01 * (k + 1), label=f"x{k}") for k in range(count)]
    total = terms[0]
    for leaf in terms[1:]:
        total = total + leaf
    y = autograd.exp(total * 0.1) * total
    y.label = "y"
    found = attempts(y, "value", y)
    said = {words: number for _, words, number in reversed(found)}
    s = sum(0.01 * (k + 1) for k in range(count))

    def result(s: float) -> float:
        return math.exp(0.1 * s) * s

    for k in (0, 1, count - 1):
        term = 0.01 * (k + 1)
        slope = math.exp(0.1 * s) * (1.0 + 0.1 * s)
        changed = [result(s - times * term) for times in (1.0, 2.0)]
        if count > 58:
            changed = [result(s) - times * slope * term for times in (1.0, 2.0)]
        assert said[f"x{k} is missing"] == pytest.approx(changed[0], rel=1e-9)
        assert said[f"x{k} went in with the other sign"] == pytest.approx(changed[1], rel=1e-9)
    assert ("x0 and x1 are swapped" in said) is (count <= 58)


def test_of_a_weighted_sum_any_term_may_be_missing_and_any_two_inputs_exchanged() -> None:
    left, right = (
        [Value(0.3 + k, label=f"a{k}") for k in range(3)],
        [Value(1.7 - 0.4 * k, label=f"b{k}") for k in range(3)],
    )
    y = autograd.dot(left, right, Value(0.9, label="c"))
    y.label = "y"
    found = without_pairs(attempts(y, "value", y, written="123"))
    said = dict(reversed(found))  # what is tried first counts
    total = sum(a.data * b.data for a, b in zip(left, right, strict=True)) + 0.9
    assert said["c is missing"] == pytest.approx(total - 0.9)
    assert said["c went in with the other sign"] == pytest.approx(total - 1.8)
    for a, b in zip(left, right, strict=True):
        term = a.data * b.data
        assert said[f"{a.label} {b.label} is missing"] == pytest.approx(total - term)
        sign = said[f"{a.label} {b.label} went in with the other sign"]
        assert sign == pytest.approx(total - 2.0 * term)
        for other in set(left) - {a}:
            number = total - term + other.data * b.data
            assert said[f"{other.label} in the place of {a.label}"] == pytest.approx(number)
        for other in set(right) - {b}:
            number = total - term + a.data * other.data
            assert said[f"{other.label} in the place of {b.label}"] == pytest.approx(number)


@pytest.mark.parametrize("are_written", [False, True])
def test_the_transposed_weights_of_weighted_sums_have_their_number(are_written: bool) -> None:
    names = "w1 w2 w3 w4 w5 w6 w7 w8 w9 x1 x2 x3 b"
    n = {name: Value(0.4 + 0.1 * k, label=name) for k, name in enumerate(names.split())}
    inputs = [n["x1"], n["x2"], n["x3"]]
    sums = [autograd.dot([n[f"w{3 * k + j}"] for j in (1, 2, 3)], inputs, n["b"]) for k in range(3)]
    for k, node in enumerate(sums, start=1):
        node.label = f"z{k}"
    y = sums[0] * sums[1] * sums[2]
    y.label = "y"
    z1, z2, z3 = (node.data for node in sums)
    down = (z2 * z3, z1 * z3, z1 * z2)
    beside = [
        Claim("gradient", (y, node), "", repr(number)) if are_written else None
        for node, number in zip(sums, down, strict=True)
    ]
    claims = [claim for claim in beside if claim]
    said = dict(without_pairs(attempts(y, "gradient", y, n["x2"], beside=claims)))
    row = sum(n[f"w{j}"].data * number for j, number in zip((4, 5, 6), down, strict=True))
    assert said["the weights of a row in the place of those of a column"] == pytest.approx(row)
    own = sum(n[f"w{j}"].data * number for j, number in zip((2, 5, 8), down, strict=True))
    other = own + (n["w5"].data - n["w2"].data) * down[0]
    assert said["∂z2/∂x2 in the place of ∂z1/∂x2"] == pytest.approx(other)
    bias = without_pairs(attempts(y, "gradient", y, n["b"], beside=claims))
    assert not any("row" in words or "w" in words.split() for words, _ in bias)
