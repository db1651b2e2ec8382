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

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NoReturn

from autograd import real
from autograd.cleaning import listing, quoted, received
from autograd.ieee import extended
from autograd.options import no_place

Number = Any
"""What a rule is fed with: a float, a Value, or any class that has `apply_primitive`."""


TABLE: dict[str, Primitive] = {}
"""Every row by its name."""

_OWN: set[str] = set()
"""The rows of this file. Any other row can be replaced, as by a notebook's cell that runs again."""

_OF_MORE_INPUTS = {"log": ": write log2(v), or log(v) / log(2), for the logarithm of base 2"}
"""What to write for an operation that is given more inputs than it takes, as in `math`."""


class Primitive:
    """One row of the table: an operation that can be differentiated.

    Call it with floats for a float; with a Value among the inputs for a Value.

    Args:
        name: the operation's name; unique in the table.
        symbol: how a picture writes the operation; not empty.
        value: the operation on floats. Where it raises as `1 / 0.0` does, or turns complex, it has
            IEEE's answer, as in compiled code; so have its rules.
        rules: the local derivatives. A tuple of rules `(y, *inputs) -> number`, one per input,
            or, for any number of inputs, a single rule `(y, inputs) -> list of numbers`. Rules call
            this table's functions: results of `math` cannot be differentiated again.
        meaning: the formula, and what holds at kinks and zeros.
        latex: how LaTeX writes the operation: its name, or a form with # for the inputs.
        chooses: whether it chooses among its inputs: an input whose local derivative is 0 was not
            chosen then, and receives nothing even where the upstream gradient is inf or nan.
        written: the rules as books write them, where `rules` compute the same in another way, so
            that no digits cancel: g(1 - g) is 0 where g rounds to 1. Formulas are made of these.
        is_row: whether it is a row of the table; else one node alone was made by it.

    Attributes:
        is_of_the_table: whether it is a row of this file, and not a user's.

    Raises:
        ValueError: the name is empty or that of a row of this module, or the symbol is empty.
        TypeError: a rule is not a function.

    >>> from autograd import Value, exp
    >>> exp(0.0)
    1.0
    >>> exp(Value(0.0)).partials
    (1.0,)
    """

    def __init__(
        self,
        name: Any,
        symbol: str,
        value: Callable[..., Number],
        rules: Any,
        meaning: str,
        latex: str = "",
        *,
        chooses: bool = False,
        written: Any = None,
        is_row: bool = True,
    ) -> None:
        if is_row and name in _OWN:
            raise ValueError(
                f"the table has an operation named {quoted(name)} already; choose another"
            )
        for rule in rules if isinstance(rules, tuple) else (rules,):
            if not callable(rule):
                raise TypeError(
                    "expected rules as a tuple of functions (y, *inputs) -> number, one for each"
                    f" input, received {quoted(rules)}"
                )
        if not isinstance(name, str) or not name:
            raise ValueError(
                f"expected a name for the operation, a text, received {quoted(name, 60)}"
            )
        if not (name + symbol).isprintable():
            raise ValueError(
                f"expected a name and a symbol that can be printed, received {quoted(name, 60)} and"
                f" {quoted(symbol, 60)}"
            )
        if not symbol:
            raise ValueError(f"expected a symbol for {quoted(name)} to be written by, received ''")
        if _OWN and is_row:  # a user's, who need not think of poles
            value, rules = _extended(name, value), _extended(name, rules)
            written = None if written is None else _extended(name, written)
        self.name: str = name
        self.symbol = symbol
        self.value = value
        self.rules = rules
        self.written = rules if written is None else written
        self.latex = latex or rf"\operatorname{{{name.replace('_', ' ')}}}"
        self.arity = len(rules) if isinstance(rules, tuple) else None
        self.meaning = meaning
        self.chooses = chooses
        self.is_of_the_table = is_row and not _OWN
        self.remade: Any = (row, (name,))
        if is_row:
            TABLE[name] = self

    def __call__(self, *inputs: Number, **named: object) -> Number:
        """Apply the operation to `inputs`; see `Primitive`. By name none is taken."""
        if named:
            raise TypeError(
                f"{self.name} takes its inputs by position, as {self.name}(x), received"
                f" {listing(named)} by name"
            )
        if self.arity is not None and len(inputs) != self.arity:
            several = "" if self.arity == 1 else "s"
            advice = _OF_MORE_INPUTS.get(self.name, "")
            raise TypeError(
                f"{self.name} takes {self.arity} input{several}, received {len(inputs)}{advice}"
            )
        return self._apply(inputs)

    def _apply(self, inputs: tuple[Number, ...]) -> Number:
        for number in inputs:
            if type(number) is not float:
                return self._record(inputs)
        return self.value(*inputs)

    def _record(self, inputs: tuple[Number, ...]) -> Number:
        for number in inputs:
            if type(number) is not float:  # a float has no such attribute, which takes long to find
                record = getattr(number, "apply_primitive", None)
                if record is not None:
                    return record(self, inputs)
        return self.value(*map(real.real, inputs))

    def partials(
        self,
        y: Number,
        inputs: Sequence[Number],
        constant: Sequence[bool],
        *,
        as_written: bool = False,
    ) -> list[Number]:
        """Return the local derivative dy/dinput for each input.

        Args:
            y: the operation's output at `inputs`.
            inputs: the inputs, all floats or some of them Values.
            constant: which inputs are constants. Their rules are not called, and their derivatives
                are 0.0: (-4)**2 has no derivative by its exponent, and needs none.
            as_written: whether to follow the formula that books have, as a hand does, whose y is
                rounded; of symbols it is followed anyway.
        """
        rules = self.written if as_written or hasattr(y, "is_formula") else self.rules
        if self.arity is None:
            every = list(rules(y, inputs))
            if len(every) != len(inputs):
                raise ValueError(
                    f"the rule of {quoted(self.name)} gave {len(every)} derivatives for {len(inputs)}"
                    " inputs; expected one for each"
                )
            if not any(constant):
                return every
            return [0.0 if fixed else x for x, fixed in zip(every, constant, strict=True)]
        found: list[Number] = []
        arguments = (y, *inputs)
        for position, rule in enumerate(rules):
            partial: Any = 0.0 if constant[position] else rule(*arguments)
            if partial is None:
                self.returned(None)
            found.append(partial)
        return found

    def returned(self, number: Any) -> float:
        """Return what a rule gave for numbers, as a float.

        Raises:
            TypeError: it is not a real number.
        """
        if type(number) is float:
            return number
        try:
            return real.real(number)
        except TypeError as error:
            found = "None" if number is None else received(number)
            advice = ": write `return`" if number is None else ""
            raise TypeError(
                f"a rule of {quoted(self.name)} returned {found}; expected a number{advice}"
            ) from error

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __reduce__(self) -> tuple[Callable[..., Primitive], tuple[Any, ...]]:
        made: tuple[Callable[..., Primitive], tuple[Any, ...]] = self.remade
        return made


def _extended(name: str, functions: Any) -> Any:
    """One function or a tuple of them, with IEEE's answers where Python raises."""
    if isinstance(functions, tuple):
        return tuple([extended(name, function) for function in functions])
    return extended(name, functions)


def row(name: str) -> Primitive:
    """Return the row called `name`.

    Raises:
        KeyError: no row has this name; the message lists all names.
    """
    try:
        return TABLE[name]
    except KeyError:
        known = ", ".join(sorted(TABLE))
        raise KeyError(f"unknown operation: {quoted(name)} (must be one of {known})") from None


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
hypot: Primitive
hypot_slope: Primitive
log: Primitive
pow: Primitive
pow_by_base: Primitive
pow_by_exponent: Primitive
share: Primitive
sigmoid_slope: Primitive
tanh_slope: Primitive
xdivy: Primitive

LN_2 = real.log(2.0)
LN_10 = real.log(10.0)
SLOPE_OF_ERF = 2.0 / real.sqrt(real.pi)  # at 0
LARGEST = 1.7976931348623157e308
"""The largest number below infinity."""
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
"""With these, activations keep mean 0 and variance 1 from layer to layer.

Source: G. Klambauer et al., Self-normalizing neural networks, 2017.
"""

# One row for each operation. Rules are written `lambda y, a, b: ...`: the output first, then the inputs.
# fmt: off

add = Primitive("add", "+", lambda a, b: a + b, (one, one), "a + b")
sub = Primitive("sub", "−", lambda a, b: a - b, (one, lambda y, a, b: -1.0), "a - b")
mul = Primitive("mul", "×", lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a), "a * b")
div = Primitive("div", "÷", real.divide,
                (lambda y, a, b: div(1.0, b), lambda y, a, b: div(-y, b)),
                "a / b; 1 / 0 is inf")
neg = Primitive("neg", "−", lambda a: -a, (lambda y, a: -1.0,), "-a")

# At base 0 the exponent's derivative is 0 for an exponent of at least 0, as in PyTorch, for 0 * ln(0)
# would be nan. The two derivatives are rows, because at base 0 their own are limits that the rules of
# products do not find: 0 * inf.
pow = Primitive("pow", "^", real.power,
                (lambda y, a, b: _by_base(a, b), lambda y, a, b: pow_by_exponent(a, b)),
                "a**b; outside the reals nan, never complex. d/da a**0 = 0, at a = 0 too, and d/db 0**b = 0 for b of at least 0",
                written=(lambda y, a, b: where(b, b * pow(a, b - 1.0), 0.0),
                         lambda y, a, b: where(abs(a) + greater(0.0, b), y * log(a), 0.0 * y)))
pow_by_base = Primitive("pow_by_base", "d^/da", real.power_by_base,
                        (lambda y, a, b: where(b, b * _by_base(a, b - 1.0), xdivy(-b, pow(a, 2.0 - b))),
                         lambda y, a, b: _by_base_and_exponent(a, b)),
                        "b * a**(b - 1), the derivative of a**b by a; 0 where b is 0, whatever a is",
                        written=(lambda y, a, b: where(b, b * (b - 1.0) * pow(a, b - 2.0), 0.0),
                                 lambda y, a, b: pow(a, b - 1.0) * (1.0 + b * log(a))))
pow_by_exponent = Primitive("pow_by_exponent", "d^/db", real.power_by_exponent,
                            (lambda y, a, b: _by_base_and_exponent(a, b),
                             lambda y, a, b: y * log(where(abs(a) + greater(0.0, b), a, 1.0))),
                            "a**b * ln(a), the derivative of a**b by b; 0 where a is 0 and b is at least 0",
                            written=(lambda y, a, b: pow(a, b - 1.0) * (1.0 + b * log(a)),
                                     lambda y, a, b: where(abs(a) + greater(0.0, b), y * log(a), 0.0 * y)))

exp   = Primitive("exp",   "exp",   real.exp,   (lambda y, a: y,),                      "e**a", r"e^{#}")
exp2  = Primitive("exp2",  "exp2",  lambda a: real.power(2.0, a), (lambda y, a: y * LN_2,), "2**a", r"2^{#}")
expm1 = Primitive("expm1", "expm1", real.expm1, (lambda y, a: exp(a),),                 "e**a - 1, exact near 0")
log   = Primitive("log",   "ln",    real.log,   (lambda y, a: div(1.0, a),),            "ln(a); ln(0) is -inf", r"\ln")
log1p = Primitive("log1p", "log1p", real.log1p, (lambda y, a: div(1.0, 1.0 + a),),      "ln(1 + a), exact near 0")
log2  = Primitive("log2",  "log2",  real.log2,  (lambda y, a: div(1.0 / LN_2, a),),     "logarithm of a to the base 2; log2(0) is -inf", r"\log_{2}")
log10 = Primitive("log10", "log10", real.log10, (lambda y, a: div(1.0 / LN_10, a),),    "logarithm of a to the base 10; log10(0) is -inf", r"\log_{10}")
sqrt  = Primitive("sqrt",  "√",     real.sqrt,  (lambda y, a: div(0.5, y),),            "square root of a; its derivative at 0 is inf, so of sqrt(a*a + b*b) take hypot(a, b), which has one", r"\sqrt{#}")
cbrt  = Primitive("cbrt",  "∛",     real.cbrt,  (lambda y, a: div(1.0, 3.0 * _square(y, 1e160)),), "real cube root of a, of any sign; its derivative at 0 is inf", r"\sqrt[3]{#}",
                  written=(lambda y, a: div(1.0, 3.0 * y * y),))
sin   = Primitive("sin",   "sin",   real.sin,   (lambda y, a: cos(a),),                 "sine of a, which is in radians", r"\sin")
cos   = Primitive("cos",   "cos",   real.cos,   (lambda y, a: -sin(a),),                "cosine of a, which is in radians", r"\cos")
tan   = Primitive("tan",   "tan",   real.tan,   (lambda y, a: 1.0 + y * y,),            "tangent of a, which is in radians", r"\tan")
asin  = Primitive("asin",  "asin",  real.asin,  (lambda y, a: div(1.0, sqrt(_one_minus_square(a))),),  "arc sine of a, in radians", r"\arcsin",
                  written=(lambda y, a: div(1.0, sqrt(1.0 - a * a)),))
acos  = Primitive("acos",  "acos",  real.acos,  (lambda y, a: div(-1.0, sqrt(_one_minus_square(a))),), "arc cosine of a, in radians", r"\arccos",
                  written=(lambda y, a: div(-1.0, sqrt(1.0 - a * a)),))
atan  = Primitive("atan",  "atan",  real.atan,  (lambda y, a: 1.0 / (1.0 + _square(a, 1e160)),), "arc tangent of a, in radians", r"\arctan",
                  written=(lambda y, a: 1.0 / (1.0 + a * a),))
atan2 = Primitive("atan2", "atan2", real.atan2,
                  (lambda y, a, b: _over_square(b, hypot(a, b)), lambda y, a, b: _over_square(-a, hypot(a, b))),
                  "angle from the x axis to the point (b, a), from -pi to pi; at (0, 0), where it jumps, its derivatives are nan",
                  written=(lambda y, a, b: div(b, a * a + b * b), lambda y, a, b: div(-a, a * a + b * b)))
sinh  = Primitive("sinh",  "sinh",  real.sinh,  (lambda y, a: cosh(a),),                "(e**a - e**-a) / 2", r"\sinh")
cosh  = Primitive("cosh",  "cosh",  real.cosh,  (lambda y, a: sinh(a),),                "(e**a + e**-a) / 2", r"\cosh")
tanh  = Primitive("tanh",  "tanh",  real.tanh,  (lambda y, a: real.tanh_slope(a) if isinstance(a, float) else tanh_slope(a),), "(e**a - e**-a) / (e**a + e**-a)", r"\tanh",
                  written=(lambda y, a: 1.0 - y * y,))
asinh = Primitive("asinh", "asinh", real.asinh, (lambda y, a: div(1.0, hypot(1.0, a)),), "ln(a + sqrt(a*a + 1))", r"\operatorname{arsinh}",
                  written=(lambda y, a: div(1.0, sqrt(1.0 + a * a)),))
acosh = Primitive("acosh", "acosh", real.acosh, (lambda y, a: div(1.0, _root_of_square_less_one(a)),), "ln(a + sqrt(a*a - 1)), for a of at least 1; its derivative at 1 is inf", r"\operatorname{arcosh}",
                  written=(lambda y, a: div(1.0, sqrt(a * a - 1.0)),))
atanh = Primitive("atanh", "atanh", real.atanh, (lambda y, a: div(1.0, _one_minus_square(a)),), "ln((1 + a) / (1 - a)) / 2, for a from -1 to 1, where it is infinite", r"\operatorname{artanh}",
                  written=(lambda y, a: div(1.0, 1.0 - a * a),))
erf   = Primitive("erf",   "erf",   real.erf,   (lambda y, a: SLOPE_OF_ERF * exp(-_square(a, 40.0)),), "(2 / sqrt(pi)) * integral of e**(-t**2) for t from 0 to a",
                  written=(lambda y, a: 2.0 / sqrt(real.pi) * exp(-a * a),))
erfc  = Primitive("erfc",  "erfc",  real.erfc,  (lambda y, a: -SLOPE_OF_ERF * exp(-_square(a, 40.0)),), "1 - erf(a), exact where that is small",
                  written=(lambda y, a: -2.0 / sqrt(real.pi) * exp(-a * a),))
# These two have their derivatives where the spelt-out forms have 0 * inf, which is nan.
hypot = Primitive("hypot", "hypot", real.hypot,
                  (lambda y, a, b: hypot_slope(a, b) if _is_node(y) else _shares_of_length(y, [a, b], [a])[0],
                   lambda y, a, b: hypot_slope(b, a) if _is_node(y) else _shares_of_length(y, [a, b], [b])[0]),
                  "sqrt(a*a + b*b), without overflow; at (0, 0), a kink, its derivatives are 0, and those of its square's derivatives nan: take a*a + b*b",
                  written=(lambda y, a, b: where(y, div(a, y), 0.0), lambda y, a, b: where(y, div(b, y), 0.0)))
# A function of a and b, so that in its derivative b**2 / hypot**3 no digits cancel where a is large.
hypot_slope = Primitive("hypot_slope", "hypot'", lambda a, b: _shares_of_length(real.hypot(a, b), [a, b], [a])[0],
                        (lambda y, a, b: _bend(hypot_slope(b, a), hypot(a, b)),
                         lambda y, a, b: -xdivy(y * hypot_slope(b, a), hypot(a, b))),
                        "a / hypot(a, b), the derivative of hypot by a; 0 where both are 0",
                        written=(lambda y, a, b: div(b * b, hypot(a, b) ** 3.0), lambda y, a, b: div(-a * b, hypot(a, b) ** 3.0)))
xlogy = Primitive("xlogy", "xlogy", real.xlogy, (lambda y, a, b: log(b), lambda y, a, b: xdivy(a, b)),
                  "a * ln(b), but 0 where a is 0, and then so is its derivative by b; by a it is ln(b), at b = 0 -inf",
                  written=(lambda y, a, b: log(b), lambda y, a, b: where(a, div(a, b), 0.0)))
xdivy = Primitive("xdivy", "xdivy", real.xdivy, (lambda y, a, b: div(1.0, b), lambda y, a, b: -xdivy(y, b)),
                  "a / b, but 0 where a is 0, whatever b is, and then so is its derivative by b")

sigmoid  = Primitive("sigmoid",  "sigmoid",  real.sigmoid,  (lambda y, a: real.sigmoid_slope(a) if isinstance(a, float) else sigmoid_slope(a),), "1 / (1 + e**-a)", r"\sigma",
                     written=(lambda y, a: y * (1.0 - y),))
softplus = Primitive("softplus", "softplus", real.softplus, (lambda y, a: sigmoid(a),),    "ln(1 + e**a)")
softsign = Primitive("softsign", "softsign", real.softsign, (lambda y, a: div(1.0, 1.0 + abs(a)) * div(1.0, 1.0 + abs(a)),), "a / (1 + |a|)",
                     written=(lambda y, a: (1.0 + abs(a)) ** -2.0,))
silu     = Primitive("silu",     "silu",     real.silu,
                     (lambda y, a: sigmoid(a) + _vanishing(a, sigmoid_slope(a)),), "a * sigmoid(a), also called swish",
                     written=(lambda y, a: sigmoid(a) * (1.0 + a * (1.0 - sigmoid(a))),))
gelu     = Primitive("gelu",     "gelu",     real.gelu,
                     (lambda y, a: 0.5 * erfc(-a / sqrt(2.0)) + _vanishing(a, exp(-0.5 * _square(a, 40.0)) / sqrt(2.0 * real.pi)),),
                     "a * (1 + erf(a / sqrt(2))) / 2",
                     written=(lambda y, a: 0.5 * (1.0 + erf(a / sqrt(2.0))) + a * exp(-0.5 * a * a) / sqrt(2.0 * real.pi),))
mish     = Primitive("mish",     "mish",     real.mish,
                     (lambda y, a: tanh(softplus(a)) + _vanishing(a, tanh_slope(softplus(a)) * sigmoid(a)),), "a * tanh(softplus(a))",
                     written=(lambda y, a: tanh(softplus(a)) + a * (1.0 - tanh(softplus(a)) ** 2.0) * sigmoid(a),))
# The derivatives of sigmoid and tanh, as functions of a that keep their digits where y rounds to 1.
sigmoid_slope = Primitive("sigmoid_slope", "sigmoid'", real.sigmoid_slope, (lambda y, a: -y * tanh(0.5 * a),),
                          "sigmoid(a) * (1 - sigmoid(a)), the derivative of sigmoid", r"\sigma'")
tanh_slope    = Primitive("tanh_slope", "tanh'", real.tanh_slope, (lambda y, a: -2.0 * y * tanh(a),),
                          "1 - tanh(a)**2, the derivative of tanh", r"\tanh'")

# Kinks. `greater` and `where` are flat: the derivative by an input that only decides is 0.
greater = Primitive("greater", ">", lambda a, b: 1.0 if a > b else 0.0, (zero, zero),
                    "1 where a > b, else 0; derivative 0 everywhere", chooses=True)
sign    = Primitive("sign", "sign", real.sign, (zero,),
                    "1 where a > 0, -1 where a < 0, 0 at 0; derivative 0 everywhere", chooses=True)
floor   = Primitive("floor", "floor", real.floor, (zero,),
                    "the largest whole number that is not above a; derivative 0 everywhere", r"\left\lfloor #\right\rfloor", chooses=True)
relu    = Primitive("relu", "relu", lambda a: max(a, 0.0), (lambda y, a: greater(a, 0.0),),
                    "max(a, 0); derivative 0 at the kink 0", chooses=True)
abs     = Primitive("abs", "abs", real.absolute, (lambda y, a: greater(a, 0.0) - greater(0.0, a),),
                    "|a|; derivative 0 at the kink 0", r"\left|#\right|", chooses=True)
selu    = Primitive("selu", "selu", lambda a: SELU_SCALE * real.elu(a, SELU_ALPHA),
                    (lambda y, a: where(greater(a, 0.0), SELU_SCALE, SELU_SCALE * SELU_ALPHA * exp(a)),),
                    "1.0507 * elu(a, 1.67326), with more digits; derivative 1.0507 * 1.67326 at the kink 0")
maximum = Primitive("maximum", "max", real.maximum,
                    lambda y, numbers: _equal_shares([1.0 - greater(y, a) for a in numbers]),
                    "the largest of its inputs; a tie shares the derivative evenly", r"\max", chooses=True)
minimum = Primitive("minimum", "min", real.minimum,
                    lambda y, numbers: _equal_shares([1.0 - greater(a, y) for a in numbers]),
                    "the smallest of its inputs; a tie shares the derivative evenly", r"\min", chooses=True)
stop_gradient = Primitive("stop_gradient", "stop", lambda a: a, (zero,),
                          "a, as if it were constant: derivative 0", chooses=True)
# Scores below the largest of them, for `logsumexp` and its like.
shift   = Primitive("shift", "−", real.shift, (one, lambda y, a, b: -1.0),
                    "a - b, but 0 where a and b are the same infinity")

# For `softmax` of many scores, whose exponentials all shares have in common. No digits cancel in its derivatives.
share   = Primitive("share", "share", lambda a, b: real.divide(a, a + b),
                    (lambda y, a, b: div(share(b, a), a + b), lambda y, a, b: div(-y, a + b)),
                    "a / (a + b), the share that a has of both")

# Rows behind the public functions at the end of this file.
_where = Primitive("where", "where", lambda c, a, b: a if c else b,
                   (zero, lambda y, c, a, b: where(c, 1.0, 0.0), lambda y, c, a, b: where(c, 0.0, 1.0)),
                   "a where c is not 0, else b", chooses=True)
_take = Primitive("take", "[i]", real.take,
                  lambda y, inputs: _by_place(*inputs),
                  "the value whose place is nearest to the index, from the index and the values; nan beyond the ends", chooses=True)
_leaky_relu = Primitive("leaky_relu", "leaky relu", lambda a, slope: a if a > 0.0 else slope * a,
                        (lambda y, a, slope: where(greater(a, 0.0), 1.0, slope),
                         lambda y, a, slope: where(greater(a, 0.0), 0.0, a)),
                        "a where a > 0, else slope * a", chooses=True)
_elu = Primitive("elu", "elu", real.elu,
                 (lambda y, a, alpha: where(greater(a, 0.0), 1.0, alpha * exp(a)),
                  lambda y, a, alpha: where(greater(a, 0.0), 0.0, expm1(a))),
                 "a where a > 0, else alpha * (e**a - 1); derivative alpha at the kink 0", chooses=True)
_clamp = Primitive("clamp", "clamp", lambda a, low, high: real.minimum(real.maximum(a, low), high),
                   (lambda y, a, low, high: (1.0 - greater(low, a)) * (1.0 - greater(a, high)),
                    lambda y, a, low, high: greater(low, a) * (1.0 - greater(low, high)),
                    lambda y, a, low, high: greater(maximum(a, low), high)),
                   "a, but at least low, and at most high; derivative by a 1 between the bounds and at them, else 0", chooses=True)
_sum = Primitive("sum", "Σ", real.add_up, lambda y, terms: [1.0] * len(terms), "a1 + ... + an")
_mean = Primitive("mean", "mean", lambda *terms: real.add_up(*terms) / len(terms),
                  lambda y, terms: [1.0 / len(terms)] * len(terms), "(a1 + ... + an) / n")
_prod = Primitive("prod", "Π", real.multiply, lambda y, factors: _of_others(factors, operator.mul, 1.0), "a1 * ... * an")
_norm = Primitive("norm", "norm", real.norm, lambda y, numbers: _direction(y, numbers),  # noqa: PLW0108  # it is defined below
                  "sqrt(a1**2 + ... + an**2), without overflow; where all are 0, a kink, its derivatives are 0",
                  written=lambda y, numbers: [where(y, div(a, y), 0.0) for a in numbers])
_dot: Final = Primitive("dot", "Σ w·x + b", real.dot,
                        lambda y, v: [*v[len(v) // 2 : -1], *v[: len(v) // 2], 1.0],
                        "w1*x1 + ... + wn*xn + b, from w1, ..., wn, x1, ..., xn, b")  # Final, for each neuron looks it up
_logsumexp = Primitive("logsumexp", "ln Σ exp", real.log_sum_exp,
                       lambda y, scores: _shares(scores),
                       "ln(e**s1 + ... + e**sn); of infinite scores the largest share its derivative evenly",
                       written=lambda y, scores: [exp(score - y) for score in scores])
_softmax = Primitive("softmax", "softmax", real.first_share,
                     lambda y, scores: _by_scores(y, scores),  # noqa: PLW0108  # it is defined below
                     "e**s1 / (e**s1 + ... + e**sn): the first score's share; of infinite scores the largest share evenly",
                     written=lambda y, scores: [y * (1.0 - y), *(-y * exp(s - logsumexp(scores)) for s in scores[1:])])
_log_softmax = Primitive("log_softmax", "ln softmax", real.log_first_share,
                         lambda y, scores: _by_scores(1.0, scores),
                         "s1 - ln(e**s1 + ... + e**sn): the logarithm of the first score's share",
                         written=lambda y, scores: [1.0 - exp(y), *(-exp(s - logsumexp(scores)) for s in scores[1:])])
# fmt: on
_OWN.update(TABLE)


def where(condition: Number, a: Number = None, b: Number = None) -> Number:
    """Choose `a` where `condition` is not 0, else `b`: an `if` that stays in the graph.

    Local derivatives, where c is the condition:

        d/dc = 0
        d/da = where(c, 1, 0)
        d/db = where(c, 0, 1)

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
    if type(condition) is float and type(a) is float and type(b) is float:  # as in many rules
        return a if condition else b
    if a is None or b is None:
        raise TypeError(
            "where expected three numbers, as in where(greater(x, 0.0), x, 0.0), received fewer, or"
            " None"
        )
    if hasattr(type(condition), "apply_primitive"):
        return _where(condition, a, b)
    chosen = a if real.real(condition) else b
    return chosen if hasattr(type(chosen), "apply_primitive") else real.real(chosen)


def take(values: Iterable[Any], index: Number = None) -> Any:
    """Return the value at an index that is data: `values[index]` as an operation of the graph.

    Where the index is known when the program is written, `values[3]` is all that is needed. `take`
    is for an index that changes: a token, a class. A function compiled with it is recorded once for
    all of them. No gradient reaches the values that were not taken.

    Local derivatives for an index i and values a0, a1:

        d/di = 0
        d/da0 = where(floor(i + 0.5), 0, 1)
        d/da1 = where(floor(i + 0.5) - 1, 0, 1)

    Args:
        values: n numbers; or a table, n rows of as many numbers each.
        index: a whole number from 0 to n - 1, plain or as a Value. Of a Value, and in compiled
            code, the nearest place counts, and beyond the ends the result is nan.

    Returns:
        The number; of a table the row, a list of numbers that are taken one by one.

    Raises:
        IndexError: a plain index is not such a number.
        ValueError: rows have different lengths.

    >>> from autograd import Value
    >>> embedding = [Value(0.1), Value(0.2), Value(0.3)]
    >>> y = take(embedding, 2)
    >>> y.backward()
    >>> y.data, [value.grad for value in embedding]
    (0.3, [0.0, 0.0, 1.0])
    >>> take([[1.0, 2.0], [3.0, 4.0]], 1)
    [3.0, 4.0]
    """
    if index is None:
        raise TypeError("take expected a list and a place in it, as in take(values, 2)")
    numbers = _listed(values, "take")
    if not hasattr(type(index), "apply_primitive"):
        place = real.real(index)
        if not (0.0 <= place < len(numbers) and place.is_integer()):
            raise no_place(index, len(numbers))
    if numbers and all(isinstance(x, (list, tuple)) or getattr(x, "shape", ()) for x in numbers):
        widths = {len(row) for row in numbers}
        if len(widths) > 1:
            raise ValueError(
                f"take expected rows of one length, received rows of {sorted(widths)} numbers"
            )
        return [take(column, index) for column in zip(*numbers, strict=True)]
    return _take(index, *numbers)


def leaky_relu(a: Number, slope: Number = 0.01) -> Number:
    """Return a where a > 0, else slope * a; the derivative at the kink 0 is `slope`.

    Local derivatives, one by each input:

        d/da = where([a > 0], 1, slope)
        d/dslope = where([a > 0], 0, a)

    [a > b] is 1 where a > b, else 0.

    Args:
        a: a number.
        slope: the derivative where a is not above 0.

    >>> leaky_relu(-3.0)
    -0.03
    """
    return _leaky_relu(a, slope)


def elu(a: Number, alpha: Number = 1.0) -> Number:
    """Return a where a > 0, else alpha * (e**a - 1); the derivative at 0 is `alpha`.

    Local derivatives, one by each input:

        d/da = where([a > 0], 1, alpha*exp(a))
        d/dalpha = where([a > 0], 0, expm1(a))

    [a > b] is 1 where a > b, else 0.

    Args:
        a: a number.
        alpha: what the result goes to, with its sign changed, where a goes to minus infinity.

    >>> round(elu(-1.0), 4)
    -0.6321
    """
    return _elu(a, alpha)


def clamp(
    a: Number,
    low: Number = None,
    high: Number = None,
    *,
    min: Number = None,  # noqa: A002  # PyTorch's names
    max: Number = None,  # noqa: A002  # as above
) -> Number:
    """Return a, but `low` where it is below that, and `high` where it is above that.

    At a bound the derivative by `a` is 1, as PyTorch has it; `minimum(maximum(a, low), high)` shares
    it with the bound.

    Local derivatives, one by each input:

        d/da = (1 - [low > a])(1 - [a > high])
        d/dlow = [low > a](1 - [low > high])
        d/dhigh = [maximum(a, low) > high]

    [a > b] is 1 where a > b, else 0.

    Args:
        a: a number.
        low: the lower bound; None for none.
        high: the upper bound, which holds where the two contradict each other; None for none.
        min: another name for `low`, as in PyTorch.
        max: another name for `high`, as in PyTorch.

    Raises:
        TypeError: a bound is given by both of its names.

    >>> from autograd import Value
    >>> [clamp(Value(x), 0.0, 1.0).partials[0] for x in (-0.5, 0.0, 0.5, 1.0, 1.5)]
    [0.0, 1.0, 1.0, 1.0, 0.0]
    """
    if (low is not None and min is not None) or (high is not None and max is not None):
        raise TypeError("clamp expected each bound once, received low and min, or high and max")
    low, high = min if low is None else low, max if high is None else high
    return _clamp(a, -real.inf if low is None else low, real.inf if high is None else high)


def sum(values: Iterable[Number], *more: object, **named: object) -> Number:
    """Return a1 + ... + an as one operation with n inputs, added from left to right.

    Local derivatives for a1, a2:

        d/da1 = 1
        d/da2 = 1

    Args:
        values: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    >>> from autograd import Value
    >>> len(sum([Value(1.0), Value(2.0), Value(3.0)]).parents)
    3
    """
    if more or named:
        _refuse_more("sum", more, named)
    return _sum._apply(tuple(_listed(values, "sum")))


def mean(values: Iterable[Number], *more: object, **named: object) -> Number:
    """Return (a1 + ... + an) / n as one operation with n inputs.

    Local derivatives for a1, a2:

        d/da1 = 0.5
        d/da2 = 0.5

    Args:
        values: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    Raises:
        ValueError: `values` is empty.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    if more or named:
        _refuse_more("mean", more, named)
    return _mean(*_at_least_one(values, "mean", "number"))


def prod(values: Iterable[Number], *more: object, **named: object) -> Number:
    """Return a1 * ... * an as one operation with n inputs, multiplied from left to right.

    Local derivatives for a1, a2:

        d/da1 = a2
        d/da2 = a1

    Args:
        values: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    >>> from autograd import Value
    >>> prod([Value(2.0), Value(0.0), Value(5.0)]).partials
    (0.0, 10.0, 0.0)
    """
    if more or named:
        _refuse_more("prod", more, named)
    return _prod(*_listed(values, "prod"))


def norm(values: Iterable[Number], *more: object, **named: object) -> Number:
    """Return sqrt(a1**2 + ... + an**2), the length of a vector, as one operation with n inputs.

    Where all numbers are 0 its derivatives are 0; those of the square root would be infinite, and
    0 * inf is nan. Its second derivatives are infinite there, so those of its square are 0 * inf:
    for a square that is differentiated twice take `dot(values, values)`. An infinite number beside
    finite ones has the derivative 1 or -1; several have nan, for their shares are not known.

    Local derivatives for a1, a2, where y is the result:

        d/da1 = where(y, a1/y, 0)
        d/da2 = where(y, a2/y, 0)

    Args:
        values: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    >>> from autograd import grad, hessian
    >>> norm([3.0, 4.0]), grad(lambda v: norm(v) ** 2)([0.0, 0.0])
    (5.0, [0.0, 0.0])
    >>> hessian(lambda v: norm(v) ** 2)([0.0, 0.0]), hessian(lambda v: dot(v, v))([0.0, 0.0])
    ([[nan, 0.0], [0.0, nan]], [[2.0, 0.0], [0.0, 2.0]])
    """
    if more or named:
        _refuse_more("norm", more, named)
    return _norm(*_listed(values, "norm"))


def dot(weights: Iterable[Number], inputs: Any = None, bias: Number = -0.0) -> Number:
    """Return w1*x1 + ... + wn*xn + b as one operation: a neuron's weighted sum.

    Its parents are the weights, the inputs, then the bias, in that order.

    Local derivatives for w1, w2, x1, x2, b:

        d/dw1 = x1
        d/dw2 = x2
        d/dx1 = w1
        d/dx2 = w2
        d/db = 1

    Args:
        weights: n numbers.
        inputs: n numbers.
        bias: one number; -0.0 is no bias, for it changes nothing, not even the sign of a zero.

    Raises:
        ValueError: the numbers of weights and of inputs differ.

    >>> dot([0.1, 0.1, 0.1], [60.0, 80.0, 5.0], -15.0)
    -0.5
    """
    try:
        numbers = list(weights)
        count = len(numbers)
        numbers.extend(inputs)
    except TypeError:
        _listed(weights, "dot")  # says what was expected, if it is this
        _listed(inputs, "dot")
        raise
    if len(numbers) != 2 * count:
        raise ValueError(
            f"expected as many weights as inputs, received {count} weights and"
            f" {len(numbers) - count} inputs"
        )
    numbers.append(bias)
    return _dot._apply(tuple(numbers))


def logsumexp(scores: Iterable[Number], *more: object, **named: object) -> Number:
    """Return ln(e**s1 + ... + e**sn), stable for scores of any size.

    Local derivatives for s1, s2, where y is the result:

        d/ds1 = exp(s1 - y)
        d/ds2 = exp(s2 - y)

    Args:
        scores: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    Raises:
        ValueError: `scores` is empty.

    >>> round(logsumexp([1000.0, 1000.0]), 6)
    1000.693147
    """
    if more or named:
        _refuse_more("logsumexp", more, named)
    return _logsumexp(*_at_least_one(scores, "logsumexp"))


def logaddexp(a: Number, b: Number) -> Number:
    """Return ln(e**a + e**b), stable for numbers of any size.

    Local derivatives, where y is the result:

        d/da = exp(a - y)
        d/db = exp(b - y)

    Args:
        a: a number.
        b: a number.

    >>> round(logaddexp(1000.0, 1000.0), 6)
    1000.693147
    """
    return _logsumexp(a, b)


def softmax(scores: Iterable[Number], *more: object, **named: object) -> list[Number]:
    """Return the shares e**si / (e**s1 + ... + e**sn), which add up to 1.

    Each share is one operation; its own score is its first parent. Of 100 scores and more it is
    `share(e**si, the sum of all others)`, of powers and sums that all shares have in common: so
    time and memory grow with the number of scores, and not with its square.

    Local derivatives for s1, s2, where y is the result:

        d/ds1 = y(1 - y)
        d/ds2 = -y*exp(s2 - logsumexp(s1, s2))

    Args:
        scores: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    Raises:
        ValueError: `scores` is empty.

    >>> [round(share, 4) for share in softmax([5.0, 6.0, 7.0])]
    [0.09, 0.2447, 0.6652]
    """
    if more or named:
        _refuse_more("softmax", more, named)
    scores = _at_least_one(scores, "softmax")
    return _first_of_each(_softmax, scores) if len(scores) < MANY else _shares_of_many(scores)


def log_softmax(scores: Iterable[Number], *more: object, **named: object) -> list[Number]:
    """Return the logarithms of the shares, si - ln(e**s1 + ... + e**sn), stable for any size.

    Each is one operation; its own score is its first parent. Of 100 scores and more, the logarithm
    is subtracted that all have in common: so time and memory grow with the number of scores. The
    derivative of a share near 1 by its own score, 1 - share, then has the digits of the 1.

    Local derivatives for s1, s2, where y is the result:

        d/ds1 = 1 - exp(y)
        d/ds2 = -exp(s2 - logsumexp(s1, s2))

    Args:
        scores: n numbers, in a list or another iterable.
        *more: refused: all numbers are in one iterable.
        **named: refused, as an axis would be.

    Raises:
        ValueError: `scores` is empty.

    >>> [round(number, 4) for number in log_softmax([5.0, 6.0, 7.0])]
    [-2.4076, -1.4076, -0.4076]
    """
    if more or named:
        _refuse_more("log_softmax", more, named)
    scores = _at_least_one(scores, "log_softmax")
    if len(scores) < MANY:
        return _first_of_each(_log_softmax, scores)
    shifted = _shifted(scores)
    total = _logsumexp(*shifted)
    return [shift(score, total) for score in shifted]


MANY = 100
"""Scores of a softmax from which on its shares have powers and sums in common.

Fewer are quick as they are, and are drawn, and written out by hand, as what they are.
"""


def _first_of_each(op: Primitive, scores: list[Number]) -> list[Number]:
    """`op` once for each score, which is its first input, before all others."""
    return [op(scores[i], *scores[:i], *scores[i + 1 :]) for i in range(len(scores))]


def _shares(scores: Sequence[Number]) -> list[Number]:
    """The shares of all scores, from differences in which no digits cancel."""
    largest = stop_gradient(maximum(*real.in_one_order(scores)))  # it changes no share
    exponentials = [exp(shift(score, largest)) for score in scores]
    total = sum(exponentials)
    shares = [div(exponential, total) for exponential in exponentials]
    if not any(map(_is_node, scores)):
        return shares
    # In a graph, a share e / total has the derivative share - share * share, where digits cancel if
    # the share is near 1. Only the largest can be, so that one changes as 1 less the rest does.
    is_largest = [1.0 - greater(largest, score) for score in scores]
    others = [where(k, 0.0, e) for k, e in zip(is_largest, exponentials, strict=True)]
    less = 1.0 - div(sum(others), total)
    change = less - stop_gradient(less)
    is_alone = greater(1.5, sum(is_largest))
    return [
        where(k * is_alone, stop_gradient(share) + change, share)
        for k, share in zip(is_largest, shares, strict=True)
    ]


def _shares_of_many(scores: list[Number]) -> list[Number]:
    """The shares of all scores, each from its own exponential and the sum of all others."""
    exponentials = [exp(score) for score in _shifted(scores)]
    return list(map(share, exponentials, _of_others(exponentials, operator.add, 0.0)))


def _shifted(scores: list[Number]) -> list[Number]:
    """The scores less the largest of them, which changes no share, and so has no say in any."""
    largest = stop_gradient(maximum(*scores))
    return [shift(score, largest) for score in scores]


def _is_node(number: Number) -> bool:
    return not isinstance(number, float) and hasattr(type(number), "parents")


def _by_place(index: Number, *values: Number) -> list[Number]:
    """The derivatives of what is taken: 1 by the value at the place nearest to the index."""
    place = floor(index + 0.5)
    return [0.0, *(where(place - k, 0.0, 1.0) for k in range(len(values)))]


def _by_scores(upstream: Number, scores: Sequence[Number]) -> list[Number]:
    """`upstream` times the derivatives of the first share's logarithm."""
    first, *others = _shares(scores)
    rest = sum(others)
    if _is_node(rest):  # it changes as 1 - first does, where no digits of large shares cancel
        rest = stop_gradient(rest) - (first - stop_gradient(first))
    return [upstream * rest, *(-upstream * share for share in others)]


def _by_base(a: Number, b: Number) -> Number:
    """Return b * a**(b - 1), and 0 at b = 0: of an exponent that is constant, in plain arithmetic."""
    if isinstance(b, float) and real.absolute(b) < real.inf:
        return where(b, b * pow(a, b - 1.0), 0.0)
    return pow_by_base(a, b)


def _by_base_and_exponent(a: Number, b: Number) -> Number:
    """Return a**(b - 1) * (1 + b ln(a)), the derivative of a**b by both, in either order."""
    power, logarithm = pow(a, b - 1.0), log(where(abs(a) + abs(b), a, 1.0))
    return where(power, power * (1.0 + b * logarithm), 0.0)


def _direction(y: Number, numbers: Sequence[Number]) -> list[Number]:
    """Return each of the numbers over their length y."""
    shares = _shares_of_length(y, numbers, numbers)
    if not _is_node(y):
        return shares
    # In a graph a share a / y has the derivative 1/y - a*a/y**3, where digits cancel if a is nearly
    # all of y: so it has that of a / hypot(a, the length of the others).
    slopes = map(hypot_slope, numbers, _of_others(numbers, hypot, 0.0))
    return [
        stop_gradient(share) - (stop_gradient(slope) - slope)
        for share, slope in zip(shares, slopes, strict=True)
    ]


def _shares_of_length(
    y: Number, numbers: Sequence[Number], wanted: Sequence[Number]
) -> list[Number]:
    """Return each wanted number over the length y of all numbers; 0 at length 0.

    An infinite number beside finite ones has 1 or -1; of several, which share is not known, nan.
    """
    shares = [xdivy(a, y) for a in wanted]
    if isinstance(y, float) and y != real.inf:
        return shares
    infinite = sum([greater(abs(a), LARGEST) for a in numbers])
    is_alone = greater(y, LARGEST) * greater(1.5, infinite)
    return [
        where(greater(abs(a), LARGEST) * is_alone, sign(a), share)
        for a, share in zip(wanted, shares, strict=True)
    ]


def _bend(share: Number, length: Number) -> Number:
    """Return share**2 / length, and inf at length 0."""
    return div(where(length, share * share, 1.0), length)


def _over_square(a: Number, length: Number) -> Number:
    """Return a / length**2, which neither overflows nor is nan where the length is infinite."""
    return where(div(1.0, length), div(div(a, length), length), 0.0)


def _equal_shares(chosen: Sequence[Number]) -> list[Number]:
    count = sum(chosen)
    return [choice / count for choice in chosen]


def _of_others(
    numbers: Sequence[Number], combine: Callable[[Number, Number], Number], nothing: float
) -> list[Number]:
    """For each number all others combined, such as their product: no division, for it may be 0."""
    before: list[Number] = [nothing]
    after: list[Number] = [nothing]
    for i in range(len(numbers) - 1):
        before.append(combine(before[-1], numbers[i]))
        after.append(combine(after[-1], numbers[-1 - i]))
    return [combine(a, b) for a, b in zip(before, reversed(after), strict=True)]


def _one_minus_square(a: Number) -> Number:
    """1 - a*a, as a product near 1, where digits of the difference would cancel."""
    inside = where(greater(abs(a), 0.5), (1.0 - a) * (1.0 + a), 1.0 - a * a)
    # At 1, a factor of 0 would be multiplied by an infinite gradient: one way leads back from there.
    return where(greater(1.0, abs(a)), inside, 1.0 - pow(a, 2.0))


def _root_of_square_less_one(a: Number) -> Number:
    """sqrt(a*a - 1), as a product where a > 1: no digits cancel. In a graph above 1e20, a itself."""
    root = where(greater(a, 1.0), sqrt(a - 1.0) * sqrt(a + 1.0), sqrt(pow(a, 2.0) - 1.0))
    return where(greater(a, 1e20), a, root) if _is_node(a) else root


def _square(a: Number, most: float) -> Number:
    """Return a*a. In a graph, which may be differentiated again, a is first clipped to ±most.

    What is computed from the square is 0 out there. Clipped, its derivatives are 0 too; those of
    a*a would be 0 times an infinite a, which is nan.
    """
    kept = minimum(maximum(a, -most), most) if _is_node(a) else a
    return kept * kept


def _vanishing(a: Number, factor: Number) -> Number:
    """Return a * factor, and 0 where the factor has vanished, though a may be infinite."""
    return where(factor, a * factor, 0.0)


def _at_least_one(numbers: Iterable[Number], name: str, kind: str = "score") -> list[Number]:
    numbers = _listed(numbers, name)
    if not numbers:
        raise ValueError(f"{name} expected at least one {kind}, received none")
    return numbers


def _refuse_more(name: str, more: tuple[object, ...], named: dict[str, object]) -> NoReturn:
    """Raise where a function of one list was given loose numbers, or options of arrays."""
    if named:
        raise TypeError(
            f"{name} takes one list of numbers, as {name}([a, b]), and no {listing(named)}: of"
            f" several lists write [{name}(row) for row in rows]"
        )
    raise TypeError(
        f"{name} expected one list of numbers, as in {name}([a, b]), received {1 + len(more)}"
        " arguments"
    )


def _listed(numbers: Iterable[Number], name: str) -> list[Number]:
    """The numbers in a list; a lone number is refused."""
    if type(numbers) is list or type(numbers) is tuple:  # a subclass may be an array's
        return list(numbers)
    if _is_node(numbers) or not hasattr(numbers, "__iter__"):
        form = "dot([w1, w2], [x1, x2])" if name == "dot" else f"{name}([a, b])"
        raise TypeError(
            f"{name} expected a list of numbers, as in {form}, received {received(numbers)}"
        )
    return list(numbers)
