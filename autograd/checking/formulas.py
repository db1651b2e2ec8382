"""Derivatives written as formulas: equal to the graph's, as functions of its leaves, or not.

The leaves are given new numbers, again and again. Wherever the formula and the derivative both have
a number that rounding leaves standing, the two have to be the same. All numbers are computed beside
the graph, which is not touched.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.checking.attempts import FACTOR, SLIPS
from autograd.checking.claims import Claim, Finding, Slip
from autograd.checking.error_bounds import Bounded
from autograd.checking.mistakes import WRONG_DERIVATIVES
from autograd.checking.reading import is_answer
from autograd.languages import marked, words
from autograd.notation.formulas import ONE_INPUT, evaluate
from autograd.notation.names import Names
from autograd.notation.numbers import show_number
from autograd.notation.reading import ExpressionError
from autograd.notation.sayings import Saying
from autograd.notation.usual import usual
from autograd.real import divide
from autograd.sweeps import is_chosen
from autograd.value import Constant, Value, topological_order
from autograd.walks import depending_on, pull_back

Number = Bounded | float

WORDS: dict[str, Any] = {
    "right": marked("Right, for all numbers"),
    "number": (marked("number"), marked("this is a number, and a formula is asked for")),
    "numbers": (
        marked("number"),
        marked("it is right for the numbers of this graph alone: write names"),
    ),
    "kink": (marked("kink"), marked("it holds on this side of a kink alone")),
    "times": (marked("factor"), marked("{number} times what it should be")),
    "only": marked("only the share from {above}"),
    "none": marked("No usual slip gives this formula"),
    "unreadable": marked("As a formula it cannot be read"),
}
"""What is said of formulas alone, here and in the page: sentences, and slips with their names. Most
slips are those of `attempts.SLIPS`."""

_POINTS, _FAR_POINTS = 12, 20
"""How many points are drawn close to the graph's numbers, and how many anywhere, of any sign."""

_FEWEST = 3
"""Two functions are the same if they are so at this many points at least, and differ at none."""

_DECISIVE = 1e-6
"""A number says something where rounding may move it by less than this part of it."""

_LOGARITHMS = {"log", "log_softmax"}
_WHOLE = 1e-9
"""How far from 1 the sum of a cross entropy's targets may be."""

_NEAR_ONE = 1e-3
"""A factor that is closer to 1 than this is no usual mistake."""

_NEAR_WHOLE = 1e-9
"""How far from a whole number, as a part of it, a factor or its inverse may be to have a name."""

_MOST_INPUTS = 50
"""Of an operation on more inputs, no one writes another input in the place of a derivative."""

_SLACK = 8.0
"""How many times the bound on rounding, which is of the first order, two numbers may differ."""


def judge_formula(claim: Claim, order: Sequence[Value], names: Names) -> Finding:
    """Return the verdict on a derivative that was written as a formula.

    Args:
        claim: the claim, of the kind "formula", on the nodes a and b of d(a)/d(b).
        order: the nodes of the graph, parents before children.
        names: the names of the nodes.
    """
    derivative = Derivative(order, names, *claim.nodes)
    exact = derivative.number
    if not is_answer(claim.written):
        return Finding(claim, "not answered", exact, exact)
    try:
        found = derivative.compare(claim.text)
    except ExpressionError as error:
        slip = Slip("unreadable", error.said())
        return Finding(claim, "unreadable", exact, exact, (), (slip,))
    slips = (Slip(found.slip, found.description),) if found.slip else ()
    return Finding(claim, "right" if found.is_right else "wrong", exact, exact, (), slips)


def words_on_formula(finding: Finding, *, tells_slip: bool) -> str:
    """Return why a formula has its verdict, in words.

    Args:
        finding: the verdict, from `judge_formula`.
        tells_slip: whether to tell what was done.
    """
    if finding.verdict == "unreadable":
        return words("cannot be read: {why}", why=finding.slips[0].description)
    if finding.verdict != "wrong":
        return words(finding.verdict)
    wrong, slip = words("WRONG"), finding.slip
    if not tells_slip:
        return wrong
    if slip is None:
        return f"{wrong}. {words(WORDS['none'])}."
    return f"{wrong}. {words(slip.name)}: {slip.description}"


@dataclass(frozen=True)
class Comparison:
    """How a formula compares with a derivative.

    Attributes:
        is_right: whether the two are one function.
        slip: for a wrong formula, the usual mistake that makes it; "" if there is none.
        description: what was done.
    """

    is_right: bool
    slip: str = ""
    description: str = ""


_Choice = Callable[[float, random.Random], float]
"""Gives a leaf a number, from the number that it has in the graph."""


class _Point:
    """All numbers of a graph for one choice of its leaves' numbers."""

    def __init__(
        self,
        order: Sequence[Value],
        choose: _Choice,
        draw: random.Random,
        shares: Sequence[Value] = (),
    ) -> None:
        self.numbers: dict[Value, Number] = {}
        self._partials: dict[Value, list[Number]] = {}
        parts = [draw.uniform(0.1, 1.0) for _ in shares]
        fixed = {leaf: part / sum(parts) for leaf, part in zip(shares, parts, strict=True)}
        for node in order:
            if node.op is not None:
                self.numbers[node] = node.op(*[self.numbers[p] for p in node.parents])
            elif isinstance(node, Constant):
                self.numbers[node] = node.data
            else:
                number = fixed[node] if node in fixed else choose(node.data, draw)
                self.numbers[node] = Bounded(number)

    def partials(self, node: Value) -> list[Number]:
        """Return the local derivative of a result by each of its inputs."""
        if node not in self._partials:
            assert node.op is not None  # noqa: S101  # a leaf has none
            fixed = [isinstance(parent, Constant) for parent in node.parents]
            inputs = [self.numbers[parent] for parent in node.parents]
            self._partials[node] = node.op.partials(self.numbers[node], inputs, fixed)
        return self._partials[node]

    def gradients(self, nodes: Sequence[Value]) -> dict[Value, Number]:
        """Return d(last)/d(node) for each of the nodes that the last was computed from."""

        def times(node: Value, upstream: Number) -> list[Number | None]:
            pairs = zip(node.parents, self.partials(node), strict=True)
            return [
                upstream * partial if is_chosen(node.op, parent, float(partial)) else None  # type: ignore[arg-type]  # no leaf has parents
                for parent, partial in pairs
            ]

        return pull_back(nodes, {nodes[-1]: 1.0}, times)

    def derivative(self, top: Value, bottom: Value) -> Number:
        """Return d(top)/d(bottom)."""
        return self.gradients(topological_order(top)).get(bottom, 0.0)


_Slip = tuple[str, str, Sequence[Number]]
"""A slip's name, what was done, and the formula's number at each point with the slip undone."""


class Derivative:
    """d(child)/d(parent) along a graph, for formulas to be compared with.

    Args:
        order: the nodes of the graph, parents before children.
        names: the names of the nodes; a formula may hold those that are labels.
        child: what is differentiated.
        parent: what it is differentiated by: a node that `child` was computed from.

    Raises:
        ValueError: `child` was not computed from `parent`.

    >>> x, w = Value(3.0, label="x"), Value(2.0, label="w")
    >>> y = (w * x) ** 2
    >>> order = topological_order(y)
    >>> derivative = Derivative(order, Names(order), y, w)
    >>> derivative.compare("2w x^2").is_right
    True
    >>> derivative.compare("-2w x^2").description
    'the sign is the other one'
    """

    def __init__(self, order: Sequence[Value], names: Names, child: Value, parent: Value) -> None:
        self._names = names
        self._parent = parent
        self._nodes = topological_order(child)
        self._between = depending_on([parent], self._nodes)
        if parent is child or parent not in self._nodes:
            raise ValueError(
                "expected a pair of nodes (a, b) for d(a)/d(b), where a is computed from b,"
                f" received {names.text(child)} and {names.text(parent)}"
            )
        self._labelled = {
            names.text(node): node for node in order if node.label or names.is_generated(node)
        }
        draw = random.Random(0)  # noqa: S311  # the same points every time
        choices = [_here, *_POINTS * [_near], *_FAR_POINTS * [_anywhere]]
        self._points = [_Point(order, choose, draw) for choose in choices]
        shares = _targets(order)
        if shares:
            self._points += [_Point(order, _near, draw, shares) for _ in range(_POINTS)]
        self._gradients = [point.gradients(self._nodes) for point in self._points]
        self._exact = [found.get(parent, 0.0) for found in self._gradients]

    @property
    def number(self) -> float:
        """The derivative at the graph's own numbers."""
        return float(self._exact[0])

    def compare(self, text: str) -> Comparison:
        """Compare a formula with the derivative.

        Args:
            text: the formula; see `autograd.notation.formulas.evaluate`.

        Raises:
            ExpressionError: the text is no formula, or holds a name that the graph has not.
        """
        found = self._numbers(text)
        is_number = all(isinstance(number, float) for number in found)
        written = [Bounded(float(f)) if isinstance(f, float) else f for f in found]
        count = 1 + _POINTS + _FAR_POINTS
        here, near, everywhere = range(1), range(1, 1 + _POINTS), range(1, count)
        of_shares = range(count, len(self._points)) if not is_number else range(0)
        if any(self._is_right(written, points) for points in (everywhere, of_shares) if points):
            return Comparison(is_right=True)
        if self._is_right(written, near):
            return _compared("kink")
        if self._is_right(written, here) and not is_number:
            return _compared("numbers")
        for slip, description, mended in self._slips(written):
            if any(self._is_right(mended, points) for points in (near, of_shares) if points):
                return Comparison(False, slip, description)
        if is_number:
            return _compared("number")
        return Comparison(is_right=False)

    def _numbers(self, text: str) -> list[Any]:
        """Return a formula's number at each point."""
        pairs: dict[str, tuple[Value, Value]] = {}

        def input_of(above: str, below: str) -> str:
            found = self._input_of(above, below)
            if found:
                pairs[f"d{above}/d{found}"] = self._labelled[above], self._labelled[found]
            return found

        text = usual(text, self._labelled, ONE_INPUT, input_of)
        if (self._nodes[-1], self._parent) in pairs.values():
            told = marked("this is what is asked for: write what it is")
            raise ExpressionError(Saying(told))
        found = []
        for point in self._points:
            numbers = {name: point.numbers[node] for name, node in self._labelled.items()}
            numbers |= {name: point.derivative(*pair) for name, pair in pairs.items()}
            found.append(evaluate(text, numbers))
        return found

    def _input_of(self, above: str, below: str) -> str:
        """Return a name if another depends on it; by "" the only name that the other is made of."""
        top = self._labelled[above]
        if not below:
            inputs = [p for p in dict.fromkeys(top.parents) if not isinstance(p, Constant)]
            names = [name for name, node in self._labelled.items() if inputs == [node]]
            return names[0] if names else ""
        bottom = self._labelled[below]
        return below if bottom is not top and bottom in topological_order(top) else ""

    def _is_right(self, numbers: Sequence[Number], points: Sequence[int]) -> bool:
        """Whether numbers are those of the derivative, at all points that say anything."""
        found = [_same(numbers[i], self._exact[i]) for i in points]
        return False not in found and found.count(True) >= min(_FEWEST, len(points))

    def _slips(self, written: Sequence[Bounded]) -> Iterator[_Slip]:
        """Yield slips, simple ones first."""
        yield _slip("sign", [-f for f in written])
        yield _slip("half", [2.0 * f for f in written])
        yield _slip("twice", [f / 2.0 for f in written])
        pairs = zip(written[1:], self._exact[1:], strict=True)
        ratios = (divide(float(f), float(d)) for f, d in pairs)
        ratio = next((r for r in ratios if r and math.isfinite(r)), 1.0)
        size = max(abs(ratio), 1.0 / abs(ratio))
        # Another factor is no slip that has a name, and with it the right one would be told.
        if abs(ratio - 1.0) > _NEAR_ONE and abs(size - round(size)) <= _NEAR_WHOLE * size:
            name, said = WORDS["times"]
            yield name, words(said, number=show_number(ratio)), [f / ratio for f in written]
        factors = [
            (node, k)
            for node in reversed(self._nodes)
            for k, parent in enumerate(node.parents)
            if parent in self._between
        ]
        for node, k in factors:
            yield from self._slips_in_place(node, k, written)
        for node, k in factors:
            yield from self._slips_beside(node, k, written)

    def _slips_in_place(self, node: Value, k: int, written: Sequence[Bounded]) -> Iterator[_Slip]:
        """Yield slips with something else, or nothing, in the place of a local derivative."""
        products = [f * d for f, d in zip(written, self._local(node, k), strict=True)]
        factor = self._factor(node, k)
        yield _slip("forgotten", products, factor=factor)
        for name, said, mistaken in self._mistaken(node, k, factor):
            yield name, said, [f / d for f, d in zip(products, mistaken, strict=True)]

    def _slips_beside(self, node: Value, k: int, written: Sequence[Bounded]) -> Iterator[_Slip]:
        """Yield a local derivative taken twice, and paths over it left out."""
        local = self._local(node, k)
        quotients = [f / d for f, d in zip(written, local, strict=True)]
        yield _slip("taken twice", quotients, factor=self._factor(node, k))
        if node.parents[k] is self._parent:
            above, below = self._names.operand(node), self._names.operand(self._parent)
            shares = [g.get(node, 0.0) * d for g, d in zip(self._gradients, local, strict=True)]
            with_share = [f + s for f, s in zip(written, shares, strict=True)]
            yield _slip("path", with_share, below=below, above=above)
            totals = zip(written, self._exact, shares, strict=True)
            only = words(WORDS["only"], above=above)
            yield SLIPS["last"][0], only, [f + d - s for f, d, s in totals]

    def _local(self, node: Value, k: int) -> list[Number]:
        """Return the local derivative of a node by its input number k, at each point."""
        return [point.partials(node)[k] for point in self._points]

    def _factor(self, node: Value, k: int) -> str:
        called = self._names.operand
        return FACTOR.format(above=called(node), below=called(node.parents[k]))

    def _mistaken(self, node: Value, k: int, factor: str) -> Iterator[_Slip]:
        """Yield what may be written for the local derivative of a node by its input number k."""
        assert node.op is not None  # noqa: S101  # a leaf has no inputs
        called = self._names.operand
        places = {"y": called(node), "a": called(node.parents[k])}
        for mistake in WRONG_DERIVATIVES.get(node.op.name, ()):
            if mistake.fits(k):
                numbers = [
                    mistake.formula(
                        point.numbers[node], [point.numbers[p] for p in node.parents], k
                    )
                    for point in self._points
                ]
                yield mistake.name, words(mistake.description, **places), numbers
        others = dict.fromkeys(node.parents)
        for other in others if len(others) <= _MOST_INPUTS else ():
            numbers = [point.numbers[other] for point in self._points]
            yield _slip("other input", numbers, other=called(other), factor=factor)


def _slip(key: str, numbers: Sequence[Number], **places: str) -> _Slip:
    name, said = SLIPS[key]
    return name, words(said, **places), numbers


def _compared(key: str) -> Comparison:
    """Return what is wrong with a formula that no slip was undone in."""
    name, said = WORDS[key]
    return Comparison(False, name, words(said))


def _same(a: Number, b: Number) -> bool | None:
    """Return whether two numbers are the same; None where rounding leaves nothing to tell by."""
    first, second = float(a), float(b)
    if not (math.isfinite(first) and math.isfinite(second)):
        return None
    errors = [x.error for x in (a, b) if isinstance(x, Bounded)]
    bound = _SLACK * sum(errors)
    if abs(first - second) > bound:
        return False
    tells = bound <= _DECISIVE * max(abs(first), abs(second))
    is_nothing = any(float(x) == 0.0 and not (isinstance(x, Bounded) and x.error) for x in (a, b))
    return True if tells or is_nothing else None


# ------------------------------------------------------------------ numbers for the leaves


def _targets(order: Sequence[Value]) -> list[Value]:
    """Return the leaves that a cross entropy weights its logarithms by, if they add up to 1.

    For a formula such as p - y they always do, as shares of a whole.
    """
    found: dict[Value, None] = {}
    for node in order:
        if node.op is not None and node.op.name in {"mul", "dot"}:
            half = len(node.parents) // 2
            for a, b in zip(node.parents[:half], node.parents[half : 2 * half], strict=True):
                for leaf, other in ((a, b), (b, a)):
                    is_leaf = leaf.op is None and not isinstance(leaf, Constant)
                    if is_leaf and other.op is not None and other.op.name in _LOGARITHMS:
                        found[leaf] = None
    is_whole = len(found) > 1 and abs(sum(leaf.data for leaf in found) - 1.0) < _WHOLE
    return list(found) if is_whole and all(leaf.data >= 0 for leaf in found) else []


def _here(number: float, _: random.Random) -> float:
    return number


def _near(number: float, draw: random.Random) -> float:
    """Return a number close to another, of the same sign; now and then a whole one for a whole one.

    A power of a negative number needs whole exponents.
    """
    if number.is_integer() and draw.random() < 0.5:
        return number + math.copysign(draw.randrange(3), number)
    return number * draw.uniform(0.6, 1.4) if number else draw.uniform(-0.5, 0.5)


def _anywhere(number: float, draw: random.Random) -> float:
    """Return a number of any sign and size.

    At smaller numbers units are not saturated; larger ones may lie beyond a kink.
    """
    size = abs(number) or 1.0
    return math.copysign(size * math.pow(10.0, draw.uniform(-2.0, 1.0)), draw.random() - 0.5)
