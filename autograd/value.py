"""Value: a number that remembers how it was computed, and so knows its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from autograd import ops
from autograd.ops import Number, Primitive
from autograd.real import real

if TYPE_CHECKING:
    from autograd.explaining.explanation import Explanation

ADD: Final = ops.add
MUL: Final = ops.mul
DOT: Final = ops.row("dot")


@mypyc_attr(acyclic=True, free_list_len=1)
class Value:
    """A node of the computation graph: a number, and the operation that made it.

    Arithmetic on Values records a graph. Every edge of it, from a parent to the node computed from
    it, holds one local derivative, d(node)/d(parent), taken the moment the node was computed.

    Args:
        data: one real number.
        label: its name in pictures and explanations; any text.

    Attributes:
        data: the number.
        grad: d(output)/d(this), after `output.backward()`; a leaf's adds up over passes.
        op: the row of the table that made this node; None for a leaf.
        has_grad: whether a backward pass has reached this node yet.

    Raises:
        TypeError: `data` is not one real number, or `label` is not text.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    # The edges of one or two inputs live in four slots of the node itself, which makes nodes twice
    # as fast and half as large; a node with more inputs keeps its edges in two tuples.
    __slots__ = (
        *("data", "grad", "has_grad", "label", "op", "_visit"),
        *("_left", "_left_partial", "_right", "_right_partial", "_many"),
    )
    __array_ufunc__: ClassVar[None] = None  # NumPy leaves `array * value` to us, to be refused

    def __init__(
        self,
        data: Number,
        label: str = "",
        op: Primitive | None = None,
        result: float = 0.0,
        left: Value | None = None,
        left_partial: float = 0.0,
        right: Value | None = None,
        right_partial: float = 0.0,
        many: tuple[tuple[Value, ...], tuple[float, ...]] | None = None,
    ) -> None:
        self.data: float = result if op is not None else real(data)
        self.grad: float = 0.0
        if label and not isinstance(label, str):
            raise TypeError(f"expected a label as text, received {type(label).__name__}: {label!r}")
        self.label, self.has_grad = label, False
        self.op, self._visit = op, 0
        self._left, self._left_partial = left, left_partial
        self._right, self._right_partial = right, right_partial
        self._many = many
        if watchers:
            for watcher in watchers:
                watcher.created(self)

    # ---------------------------------------------------------------- forward
    # Nine nodes in ten are sums, products or weighted sums. These three are written out, and a test
    # holds them to their rows of the table; every other operation is looked up in the table.

    def __add__(self, other: Number) -> Value:
        if isinstance(other, Value):
            return Value(None, "", ADD, self.data + other.data, self, 1.0, other, 1.0)
        return Value.apply_primitive(ADD, (self, other))

    def __mul__(self, other: Number) -> Value:
        if isinstance(other, Value):
            return Value(None, "", MUL, self.data * other.data, self, other.data, other, self.data)
        return Value.apply_primitive(MUL, (self, other))

    @staticmethod
    def apply_primitive(op: Primitive, inputs: tuple[Number, ...]) -> Value:
        """Record `op` on `inputs`: compute the number, and the local derivative by each input."""
        for x in inputs:
            if not isinstance(x, Value):
                inputs = tuple([x if isinstance(x, Value) else Constant(x) for x in inputs])
                break
        data, partials = _weighted_sum(inputs) if op is DOT else _run(op, inputs)
        if len(inputs) == 1:
            return Value(None, "", op, data, inputs[0], partials[0])
        if len(inputs) == 2:
            return Value(None, "", op, data, inputs[0], partials[0], inputs[1], partials[1])
        return Value(None, "", op, data, many=(inputs, tuple(partials)))

    def recompute(self) -> None:
        """Run the recorded graph again, in place: for leaves whose `.data` has been changed.

        Numbers and local derivatives follow from the leaves' present numbers. Gradients of inner
        nodes are cleared, for they belong to the old numbers; those of leaves stay, and add up.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> x.data = 5.0
        >>> y.recompute()
        >>> y.data
        25.0
        """
        for node in topological_order(self):
            if node.op is not None:
                node.data, partials = _run(node.op, node.parents)
                node._connect(node.op, node.parents, partials)
                node.grad, node.has_grad = 0.0, False
                for watcher in watchers:
                    watcher.recomputed(node)

    # --------------------------------------------------------------- backward

    def backward(self, gradient: Number = 1.0) -> None:
        """Apply the chain rule from this node back to every leaf, filling in `.grad`.

        A leaf's gradient adds up over backward passes, as in PyTorch; an inner node has that of
        the latest pass.

        Args:
            gradient: d(result)/d(this), where this node is not the result itself.
        """
        seed = real(gradient)
        with _walking:  # one thread at a time: shares add up on nodes that threads may share
            self._hand_down(seed)
        for watcher in watchers:
            watcher.finished(topological_order(self))

    def _hand_down(self, seed: float) -> None:
        order = topological_order(self, renewing=True)
        self.grad += seed
        is_nan = False

        # A node's gradient is complete when every node computed from it has had its turn. The node
        # then hands each parent a share, upstream gradient times local derivative; shares along
        # different paths add up.
        while order:
            node = order.pop()  # frees nodes on the way: a long list freed later costs another walk
            upstream = node.grad
            left, right = node._left, node._right
            if left is not None:
                left.grad += node._left_partial * upstream
                if right is not None:
                    right.grad += node._right_partial * upstream
            elif node._many is not None:
                parents, partials = node._many
                for parent, partial in zip(parents, partials):  # noqa: B905  # mypyc: a plain loop
                    parent.grad += partial * upstream
            elif upstream != upstream:  # noqa: PLR0124  # only nan differs from itself
                is_nan = True

        if is_nan:  # it may be 0 * inf, or 0 * nan, of an input that was not chosen
            from autograd.reach import backward_of_chosen  # noqa: PLC0415  # it imports this

            backward_of_chosen(topological_order(self), seed)

    # ------------------------------------------------------------------ edges

    def _connect(
        self, op: Primitive, parents: tuple[Value, ...], partials: Sequence[float]
    ) -> None:
        self.op = op
        if 1 <= len(parents) <= 2:
            self._left, self._left_partial = parents[0], partials[0]
            if len(parents) == 2:
                self._right, self._right_partial = parents[1], partials[1]
        else:
            self._many = (parents, tuple(partials))

    def become_leaf(self) -> None:
        """Forget how this was computed: its operation and its edges."""
        self.op = self._left = self._right = self._many = None

    @property
    def parents(self) -> tuple[Value, ...]:
        """The inputs of the operation, in order; `x * x` has `x` twice, a leaf has none."""
        if self._left is None:
            return self._many[0] if self._many is not None else ()
        return (self._left,) if self._right is None else (self._left, self._right)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative d(this)/d(parent) for each parent, in order; 0.0 for a constant."""
        if self._left is None:
            return self._many[1] if self._many is not None else ()
        return (self._left_partial, self._right_partial)[: 1 if self._right is None else 2]

    def explain(self, wrt: Value) -> Explanation:
        """Write out the chain rule for d(this)/d(wrt); see `autograd.explain`."""
        from autograd.explaining.explanation import explain  # noqa: PLC0415  # it imports this

        return explain(self, wrt)

    # -------------------------------------- the other operators, by the table

    def __radd__(self, other: Number) -> Value:
        return ops.add(other, self)

    def __rmul__(self, other: Number) -> Value:
        return ops.mul(other, self)

    def __sub__(self, other: Number) -> Value:
        return Value.apply_primitive(ops.sub, (self, other))

    def __rsub__(self, other: Number) -> Value:
        return ops.sub(other, self)

    def __truediv__(self, other: Number) -> Value:
        return Value.apply_primitive(ops.div, (self, other))

    def __rtruediv__(self, other: Number) -> Value:
        return ops.div(other, self)

    def __pow__(self, other: Number) -> Value:
        return Value.apply_primitive(ops.pow, (self, other))

    def __rpow__(self, other: Number) -> Value:
        return ops.pow(other, self)

    def __neg__(self) -> Value:
        return Value.apply_primitive(ops.neg, (self,))

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return Value.apply_primitive(ops.abs, (self,))

    def exp(self) -> Value:
        """Return e to the power of this."""
        return Value.apply_primitive(ops.exp, (self,))

    def log(self) -> Value:
        """Return the natural logarithm of this."""
        return Value.apply_primitive(ops.log, (self,))

    def sqrt(self) -> Value:
        """Return the square root of this."""
        return Value.apply_primitive(ops.sqrt, (self,))

    def tanh(self) -> Value:
        """Return the hyperbolic tangent of this."""
        return Value.apply_primitive(ops.tanh, (self,))

    def sigmoid(self) -> Value:
        """Return 1 / (1 + e**-this)."""
        return Value.apply_primitive(ops.sigmoid, (self,))

    def relu(self) -> Value:
        """Return max(this, 0)."""
        return Value.apply_primitive(ops.relu, (self,))

    # ------- as a number: ordered by `.data`, but equal by identity, so that Values can be keys

    def __lt__(self, other: Number) -> bool:
        return self.data < _number(other)

    def __le__(self, other: Number) -> bool:
        return self.data <= _number(other)

    def __gt__(self, other: Number) -> bool:
        return self.data > _number(other)

    def __ge__(self, other: Number) -> bool:
        return self.data >= _number(other)

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __float__(self) -> float:
        return self.data

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"{type(self).__name__}(data={self.data!r}, grad={self.grad!r}{name})"


@mypyc_attr(acyclic=True, free_list_len=1)
class Parameter(Value):
    """A leaf that training changes: a weight or a bias. Pictures mark it as such."""

    __slots__ = ()


@mypyc_attr(acyclic=True, free_list_len=1)
class Constant(Value):
    """A plain number in an expression, such as the 2 in `x ** 2`: its derivatives are not taken."""

    __slots__ = ()


watchers: Final[list[Any]] = []
"""What watches the engine at work: `no_grad()` and `detect_anomaly()`, see `autograd.modes`."""

_walking: Final = RLock()
_marks: Final = count(1, 2)


def topological_order(output: Value, renewing: bool = False) -> list[Value]:
    """Return every node that `output` was computed from, and itself: parents before children.

    The walk is depth first on a stack in a list, so no graph is too deep, and it has the same order
    on every run. For a backward pass, `renewing` sets `has_grad`, clears inner gradients, and keeps
    the gradient of each leaf as it was before the pass.

    >>> a = Value(2.0)
    >>> topological_order(b := a * a) == [a, b]
    True
    """
    order: list[Value] = []
    stack = [output]
    with _walking:  # one thread at a time, for marks are on the nodes
        opened = next(_marks)  # above all marks of earlier walks; one more marks the done
        while stack:
            node = stack.pop()
            while node._visit < opened:  # first visit: parents go into the order first
                node._visit = opened
                stack.append(node)
                left, right = node._left, node._right
                if right is not None and right._visit < opened:
                    stack.append(right)
                if left is not None and left._visit < opened:
                    node = left
                else:
                    if node._many is not None:
                        stack.extend([p for p in reversed(node._many[0]) if p._visit < opened])
                    node = stack.pop()
            if node._visit == opened:  # all parents are in the order
                node._visit = opened + 1
                order.append(node)
                if renewing:
                    node.has_grad = True
                    if node.op is not None:
                        node.grad = 0.0
                    else:
                        node._left_partial = node.grad  # a leaf has no edge: kept in its slot
    return order


def _weighted_sum(parents: tuple[Value, ...]) -> tuple[float, Sequence[float]]:
    """w1*x1 + ... + wn*xn + b, and its local derivatives, in one loop."""
    half, bias, total = len(parents) // 2, parents[-1], -0.0
    partials = [1.0] * len(parents)
    for i in range(half):
        weight, x = parents[i], parents[half + i]
        total += weight.data * x.data
        partials[i] = 0.0 if type(weight) is Constant else x.data
        partials[half + i] = 0.0 if type(x) is Constant else weight.data
    partials[-1] = 0.0 if type(bias) is Constant else 1.0
    return total + bias.data, partials


def _run(op: Primitive, parents: tuple[Value, ...]) -> tuple[float, Sequence[float]]:
    """The number that `op` gives, and its local derivative by each parent."""
    if op.arity is not None and len(parents) == 1:  # one and two inputs are written out for speed
        a = parents[0].data
        data = float(op.value(a))
        return data, (op.rules[0](data, a),)
    if op.arity is not None and len(parents) == 2:
        a, b = parents[0].data, parents[1].data
        data = float(op.value(a, b))
        by_a = 0.0 if type(parents[0]) is Constant else op.rules[0](data, a, b)
        return data, (by_a, 0.0 if type(parents[1]) is Constant else op.rules[1](data, a, b))
    inputs = [parent.data for parent in parents]
    data = float(op.value(*inputs))
    return data, op.partials(data, inputs, [type(parent) is Constant for parent in parents])


def _number(other: Number) -> float:
    return other.data if isinstance(other, Value) else real(other)
