"""The table: every operation, written once.

A row says what an operation computes on floats, its local derivative for each input, how it is
written in a picture, and what it means. A derivative rule is ordinary arithmetic over the output
`y` and the inputs `a`, `b`, ...; its result depends on what it is fed with:

- floats: the number that is stored on an edge of the graph;
- Values: a derivative that is itself a graph, ready to be differentiated again.

So a new operation is one row. Rules use `div` and `pow` where a float could meet a pole, and
`greater` and `where` instead of `if`, so that rules hold for numbers that are not known yet.
"""
# ruff: noqa: A001  # the rows `abs`, `pow` and `sum` have the names that everyone looks for

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import real

Number = Any
"""What a rule is fed with: a float, a Value, or any class that has `apply_primitive`."""


TABLE: dict[str, Primitive] = {}
"""Every row by its name."""

_OWN: set[str] = set()
"""The rows of this file. Any other row can be replaced, as by a notebook's cell that runs again."""


class Primitive:
    """One row of the table: an operation that can be differentiated.

    Call it with floats for a float; with a Value among the inputs for a Value.

    Args:
        name: the operation's name; unique in the table.
        symbol: how a picture writes the operation; not empty.
        value: the operation on floats; IEEE, so it never raises.
        rules: the local derivatives. A tuple of rules `(y, *inputs) -> number`, one per input,
            or, for any number of inputs, a single rule `(y, inputs) -> list of numbers`. Rules call
            this table's functions: results of `math` cannot be differentiated again.
        meaning: the formula, and what holds at kinks and zeros.
        latex: how LaTeX writes the operation: its name, or a form with # for the inputs.
        chooses: whether it chooses among its inputs: an input whose local derivative is 0 was not
            chosen then, and receives nothing even where the upstream gradient is inf or nan.

    Raises:
        ValueError: the name is that of a row of this module, or the symbol is empty.
        TypeError: a rule is not a function.

    >>> from autograd import Value, exp
    >>> exp(0.0)
    1.0
    >>> exp(Value(0.0)).partials
    (1.0,)
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        value: Callable[..., Number],
        rules: Any,
        meaning: str,
        latex: str = "",
        *,
        chooses: bool = False,
    ) -> None:
        if name in _OWN:
            raise ValueError(f"the table has an operation named {name!r} already; choose another")
        for rule in rules if isinstance(rules, tuple) else (rules,):
            if not callable(rule):
                raise TypeError(
                    "expected rules as a tuple of functions (y, *inputs) -> number, one for each"
                    f" input, received {rules!r}"
                )
        if not symbol:
            raise ValueError(f"expected a symbol for {name!r} to be written by, received ''")
        self.name = name
        self.symbol = symbol
        self.value = value
        self.rules = rules
        self.latex = latex or rf"\operatorname{{{name.replace('_', ' ')}}}"
        self.arity = len(rules) if isinstance(rules, tuple) else None
        self.meaning = meaning
        self.chooses = chooses
        TABLE[name] = self

    def __call__(self, *inputs: Number) -> Number:
        """Apply the operation to `inputs`; see `Primitive`."""
        if self.arity is not None and len(inputs) != self.arity:
            raise TypeError(f"{self.name} takes {self.arity} inputs, received {len(inputs)}")
        return self._apply(inputs)

    def _apply(self, inputs: tuple[Number, ...]) -> Number:
        for number in inputs:
            if type(number) is not float:
                return self._record(inputs)
        return self.value(*inputs)

    def _record(self, inputs: tuple[Number, ...]) -> Number:
        for number in inputs:
            record = getattr(number, "apply_primitive", None)
            if record is not None:
                return record(self, inputs)
        return self.value(*map(real.real, inputs))

    def partials(
        self, y: Number, inputs: Sequence[Number], constant: Sequence[bool]
    ) -> list[Number]:
        """Return the local derivative dy/dinput for each input.

        Args:
            y: the operation's output at `inputs`.
            inputs: the inputs, all floats or some of them Values.
            constant: which inputs are constants. Their rules are not called, and their derivatives
                are 0.0: (-4)**2 has no derivative by its exponent, and needs none.
        """
        if self.arity is None:
            every = list(self.rules(y, inputs))
            if len(every) != len(inputs):
                raise ValueError(
                    f"the rule of {self.name!r} gave {len(every)} derivatives for {len(inputs)}"
                    " inputs; expected one for each"
                )
            if not any(constant):
                return every
            return [0.0 if fixed else x for x, fixed in zip(every, constant, strict=True)]
        return [
            0.0 if fixed else rule(y, *inputs)
            for rule, fixed in zip(self.rules, constant, strict=True)
        ]

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], Primitive], tuple[str]]:
        return row, (self.name,)


def row(name: str) -> Primitive:
    """Return the row called `name`.

    Raises:
        KeyError: no row has this name; the message lists all names.
    """
    try:
        return TABLE[name]
    except KeyError:
        known = ", ".join(sorted(TABLE))
        raise KeyError(f"unknown operation: {name!r} (must be one of {known})") from None


def one(*_: Number) -> float:
    """The rule of an input that is passed on unchanged: 1."""
    return 1.0


def zero(*_: Number) -> float:
    """The rule of an input whose small changes change nothing: 0."""
    return 0.0


# Rules may name rows that are defined further down; type checkers need to be told of these.
abs: Primitive
cos: Primitive
cosh: Primitive
div: Primitive
greater: Primitive
log: Primitive
pow: Primitive

# One row for each operation. Rules are written `lambda y, a, b: ...`: the output first, then the inputs.
# fmt: off

add = Primitive("add", "+", lambda a, b: a + b, (one, one), "a + b")
sub = Primitive("sub", "−", lambda a, b: a - b, (one, lambda y, a, b: -1.0), "a - b")
mul = Primitive("mul", "×", lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a), "a * b")
div = Primitive("div", "÷", real.divide,
                (lambda y, a, b: div(1.0, b), lambda y, a, b: div(-y, b)),
                "a / b; 1 / 0 is inf")
neg = Primitive("neg", "−", lambda a: -a, (lambda y, a: -1.0,), "-a")

# At base 0 the exponent's derivative is 0 for an exponent of at least 0, as in PyTorch: the
# condition below is 0 exactly there. Without the condition, 0 * ln(0) would be nan.
pow = Primitive("pow", "^", real.power,
                (lambda y, a, b: where(b, b * pow(a, b - 1.0), 0.0),
                 lambda y, a, b: where(abs(a) + greater(0.0, b), y * log(a), 0.0 * y)),
                "a**b; outside the reals nan, never complex. d/da a**0 = 0, at a = 0 too")

exp   = Primitive("exp",   "exp",   real.exp,   (lambda y, a: y,),                      "e**a", r"e^{#}")
expm1 = Primitive("expm1", "expm1", real.expm1, (lambda y, a: y + 1.0,),                "e**a - 1, exact near 0")
log   = Primitive("log",   "ln",    real.log,   (lambda y, a: div(1.0, a),),            "ln(a); ln(0) is -inf", r"\ln")
log1p = Primitive("log1p", "log1p", real.log1p, (lambda y, a: div(1.0, 1.0 + a),),      "ln(1 + a), exact near 0")
sqrt  = Primitive("sqrt",  "√",     real.sqrt,  (lambda y, a: div(0.5, y),),            "square root of a; its derivative at 0 is inf", r"\sqrt{#}")
cbrt  = Primitive("cbrt",  "∛",     real.cbrt,  (lambda y, a: div(1.0, 3.0 * y * y),),  "real cube root of a, of any sign; its derivative at 0 is inf", r"\sqrt[3]{#}")
sin   = Primitive("sin",   "sin",   real.sin,   (lambda y, a: cos(a),),                 "sine of a, which is in radians", r"\sin")
cos   = Primitive("cos",   "cos",   real.cos,   (lambda y, a: -sin(a),),                "cosine of a, which is in radians", r"\cos")
tan   = Primitive("tan",   "tan",   real.tan,   (lambda y, a: 1.0 + y * y,),            "tangent of a, which is in radians", r"\tan")
asin  = Primitive("asin",  "asin",  real.asin,  (lambda y, a: div(1.0, sqrt(1.0 - a * a)),),  "arc sine of a, in radians", r"\arcsin")
acos  = Primitive("acos",  "acos",  real.acos,  (lambda y, a: div(-1.0, sqrt(1.0 - a * a)),), "arc cosine of a, in radians", r"\arccos")
atan  = Primitive("atan",  "atan",  real.atan,  (lambda y, a: 1.0 / (1.0 + a * a),),    "arc tangent of a, in radians", r"\arctan")
sinh  = Primitive("sinh",  "sinh",  real.sinh,  (lambda y, a: cosh(a),),                "(e**a - e**-a) / 2", r"\sinh")
cosh  = Primitive("cosh",  "cosh",  real.cosh,  (lambda y, a: sinh(a),),                "(e**a + e**-a) / 2", r"\cosh")
tanh  = Primitive("tanh",  "tanh",  real.tanh,  (lambda y, a: 1.0 - y * y,),            "(e**a - e**-a) / (e**a + e**-a)", r"\tanh")
erf   = Primitive("erf",   "erf",   real.erf,   (lambda y, a: 2.0 / sqrt(real.pi) * exp(-a * a),), "(2 / sqrt(pi)) * integral of e**(-t**2) for t from 0 to a")

sigmoid  = Primitive("sigmoid",  "sigmoid",  real.sigmoid,  (lambda y, a: y * (1.0 - y),), "1 / (1 + e**-a)", r"\sigma")
softplus = Primitive("softplus", "softplus", real.softplus, (lambda y, a: sigmoid(a),),    "ln(1 + e**a)")

# Kinks. `greater` and `where` are flat: the derivative by an input that only decides is 0.
greater = Primitive("greater", ">", lambda a, b: 1.0 if a > b else 0.0, (zero, zero),
                    "1 where a > b, else 0; derivative 0 everywhere", chooses=True)
relu    = Primitive("relu", "relu", lambda a: max(a, 0.0), (lambda y, a: greater(a, 0.0),),
                    "max(a, 0); derivative 0 at the kink 0", chooses=True)
abs     = Primitive("abs", "abs", real.absolute, (lambda y, a: greater(a, 0.0) - greater(0.0, a),),
                    "|a|; derivative 0 at the kink 0", r"\left|#\right|", chooses=True)
maximum = Primitive("maximum", "max", real.maximum,
                    (lambda y, a, b: (1.0 + greater(a, b) - greater(b, a)) / 2.0,
                     lambda y, a, b: (1.0 + greater(b, a) - greater(a, b)) / 2.0),
                    "the larger of a and b; a tie shares the derivative by halves", r"\max", chooses=True)
minimum = Primitive("minimum", "min", real.minimum,
                    (lambda y, a, b: (1.0 + greater(b, a) - greater(a, b)) / 2.0,
                     lambda y, a, b: (1.0 + greater(a, b) - greater(b, a)) / 2.0),
                    "the smaller of a and b; a tie shares the derivative by halves", r"\min", chooses=True)

# Rows behind the public functions at the end of this file.
_where = Primitive("where", "where", lambda c, a, b: a if c else b,
                   (zero, lambda y, c, a, b: where(c, 1.0, 0.0), lambda y, c, a, b: where(c, 0.0, 1.0)),
                   "a where c is not 0, else b", chooses=True)
_leaky_relu = Primitive("leaky_relu", "leaky relu", lambda a, slope: a if a > 0.0 else slope * a,
                        (lambda y, a, slope: where(greater(a, 0.0), 1.0, slope),
                         lambda y, a, slope: where(greater(a, 0.0), 0.0, a)),
                        "a where a > 0, else slope * a", chooses=True)
_sum = Primitive("sum", "Σ", real.add_up, lambda y, terms: [1.0] * len(terms), "a1 + ... + an")
_dot = Primitive("dot", "Σ w·x + b", real.dot,
                 lambda y, v: [*v[len(v) // 2 : -1], *v[: len(v) // 2], 1.0],
                 "w1*x1 + ... + wn*xn + b, from w1, ..., wn, x1, ..., xn, b")
_logsumexp = Primitive("logsumexp", "ln Σ exp", real.log_sum_exp,
                       lambda y, scores: [exp(score - y) for score in scores],
                       "ln(e**s1 + ... + e**sn)")
_softmax = Primitive("softmax", "softmax", real.first_share,
                     lambda y, scores: [y * (1.0 - y), *(-y * share for share in _others_shares(scores))],
                     "e**s1 / (e**s1 + ... + e**sn): the first score's share")
# fmt: on
_OWN.update(TABLE)


def where(condition: Number, a: Number, b: Number) -> Number:
    """Choose `a` where `condition` is not 0, else `b`: an `if` that stays in the graph.

    Args:
        condition: a number, or a Value such as `greater(x, 0.0)`. (`x > 0` is a plain bool: it
            chooses once, and `recompute()` does not choose again.)
        a: the result where the condition holds.
        b: the result elsewhere. No gradient reaches the number that is not chosen.

    >>> from autograd import Value, greater
    >>> x = Value(-2.0)
    >>> where(greater(x, 0.0), x, 0.1 * x).data
    -0.2
    """
    if hasattr(type(condition), "apply_primitive"):
        return _where(condition, a, b)
    chosen = a if real.real(condition) else b
    return chosen if hasattr(type(chosen), "apply_primitive") else real.real(chosen)


def leaky_relu(a: Number, slope: Number = 0.01) -> Number:
    """Return a where a > 0, else slope * a; the derivative at the kink 0 is `slope`.

    >>> leaky_relu(-3.0)
    -0.03
    """
    return _leaky_relu(a, slope)


def sum(values: Iterable[Number]) -> Number:
    """Return a1 + ... + an as one operation with n inputs, added from left to right.

    >>> from autograd import Value
    >>> len(sum([Value(1.0), Value(2.0), Value(3.0)]).parents)
    3
    """
    return _sum(*values)


def dot(weights: Iterable[Number], inputs: Iterable[Number], bias: Number = -0.0) -> Number:
    """Return w1*x1 + ... + wn*xn + b as one operation: a neuron's weighted sum.

    Its parents are the weights, the inputs, then the bias, in that order.

    Args:
        weights: n numbers.
        inputs: n numbers.
        bias: one number; -0.0 is no bias, for it changes nothing, not even the sign of a zero.

    Raises:
        ValueError: the numbers of weights and of inputs differ.

    >>> dot([0.1, 0.1, 0.1], [60.0, 80.0, 5.0], -15.0)
    -0.5
    """
    numbers = list(weights)
    count = len(numbers)
    numbers.extend(inputs)
    if len(numbers) != 2 * count:
        raise ValueError(
            f"expected as many weights as inputs, received {count} weights and"
            f" {len(numbers) - count} inputs"
        )
    numbers.append(bias)
    return _dot._apply(tuple(numbers))


def logsumexp(scores: Iterable[Number]) -> Number:
    """Return ln(e**s1 + ... + e**sn), stable for scores of any size.

    Raises:
        ValueError: `scores` is empty.

    >>> round(logsumexp([1000.0, 1000.0]), 6)
    1000.693147
    """
    return _logsumexp(*_at_least_one(scores, "logsumexp"))


def softmax(scores: Iterable[Number]) -> list[Number]:
    """Return the shares e**si / (e**s1 + ... + e**sn), which add up to 1.

    Each share is one operation; its own score is its first parent.

    Raises:
        ValueError: `scores` is empty.

    >>> [round(share, 4) for share in softmax([5.0, 6.0, 7.0])]
    [0.09, 0.2447, 0.6652]
    """
    scores = _at_least_one(scores, "softmax")
    return [_softmax(scores[i], *scores[:i], *scores[i + 1 :]) for i in range(len(scores))]


def _others_shares(scores: Sequence[Number]) -> list[Number]:
    total = logsumexp(scores)
    return [exp(score - total) for score in scores[1:]]


def _at_least_one(scores: Iterable[Number], name: str) -> list[Number]:
    scores = list(scores)
    if not scores:
        raise ValueError(f"{name} expected at least one score, received none")
    return scores
