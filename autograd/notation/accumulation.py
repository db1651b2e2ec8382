"""What to say of a gradient that is not what one backward pass from zeros gives, and why."""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.languages import marked, words
from autograd.notation.stale import first_stale
from autograd.notation.writers import Writer
from autograd.value import Value, topological_order

_PLAIN = Writer()


class Held(NamedTuple):
    """Why `.grad` holds another number than one pass gives.

    Attributes:
        kind: why, in a few words, in English; "" where there is nothing to say.
        sentence: what `.grad` holds, why, and what to do, in the reader's language.
    """

    kind: str = ""
    sentence: str = ""


def held(
    node: Value,
    name: str,
    gradient: float,
    output: Value,
    writer: Writer = _PLAIN,
    *,
    is_told: bool = True,
) -> Held:
    """Return what to say where `.grad` holds another number than one pass gives.

    The gradient has added up over passes, or cancelled; its pass began with another number than 1;
    it belongs to an earlier pass, or to other numbers; or it was set. Where the number does not
    tell a pass of this output from one of another, the sentence names both.

    Args:
        node: the node.
        name: its name.
        gradient: d(output)/d(node), as one pass that starts from zeros gives it.
        output: the node that the pass begins at.
        writer: writes the numbers.
        is_told: whether the sentence may tell the gradient.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.backward()
    >>> y.backward()
    >>> held(x, "x", 6.0, y).sentence
    '12: it adds up over passes; this pass gives 6; set `x.grad = 0.0` between passes'
    >>> x.grad = 0.0
    >>> y.backward(2.0)
    >>> held(x, "x", 6.0, y).sentence
    '12: the pass reached the output with 2; it is 2 * 6; `backward()` begins with 1'
    """
    number = node.grad
    is_leaf = node.op is None and node.has_grad
    if not is_leaf or not math.isfinite(number) or _is_close(number, gradient):
        return Held()
    kind, why, this = _why(node, gradient, output, writer)
    if not kind:
        return Held()
    told = f" {this};" if this and is_told else ""
    remedy = words(_REMEDIES[kind], name=name)
    return Held(kind, f"{writer.number(number)}: {why};{told} {remedy}")


_ADDED_UP = marked("added up over passes")
_SEED = marked("another seed")
_EARLIER = marked("an earlier pass")
_OTHER = marked("other numbers")

_REMEDIES = {
    _ADDED_UP: marked("set `{name}.grad = 0.0` between passes"),
    _SEED: marked("`backward()` begins with 1"),
    _EARLIER: marked("set `{name}.grad = 0.0`, then call `backward()`"),
    _OTHER: marked("call `recompute()`, set `{name}.grad = 0.0`, then call `backward()`"),
}

_UNCLEAR = marked("it was set, or it adds up over passes or outputs")


def _why(node: Value, gradient: float, output: Value, writer: Writer) -> tuple[str, str, str]:
    """Return the kind of difference, what it comes from, and what this pass gives."""
    number, seed = node.grad, output.grad  # an output's gradient is what its pass began with
    before, one_pass = node._left_partial, seed * gradient  # a leaf keeps what it held before
    if not output.has_grad:
        why = words(
            "it is left from an earlier pass, for none has begun at the output as it is now"
        )
        return (_EARLIER if number else ""), why, ""
    if _is_close(number, one_pass):
        why = words("the pass reached the output with {seed}", seed=writer.number(seed))
        product = f"{writer.number(seed)} * {writer.number(gradient)}"
        return _SEED, why, words("it is {product}", product=product)
    if before and _is_close(number, before + one_pass, before):
        earlier = before / one_pass if one_pass else 0.0
        is_whole = round(earlier) != 0 and _is_close(earlier, round(earlier))
        this = words("this pass gives {number}", number=writer.number(one_pass))
        why = words("it adds up over passes") if is_whole else words(_UNCLEAR)
        return _ADDED_UP, why, this
    if first_stale(topological_order(output)):
        return _OTHER, words("it is of other numbers than the leaves have now"), ""
    # With another seed the output is itself a part of what was differentiated.
    this = words("this output alone gives {number}", number=writer.number(gradient))
    return (_ADDED_UP if seed == 1 else ""), words(_UNCLEAR), this


def _is_close(a: float, b: float, size: float = 0.0) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12 * abs(size))
