"""Value: a number that remembers how it was computed, and so knows its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from autograd import ops
from autograd.foreign import refuse_arguments
from autograd.ops import Number, Primitive
from autograd.options import text
from autograd.order import check_graph, order_of, walking
from autograd.order import topological_order as topological_order  # noqa: PLC0414
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
        *("_data", "_grad", "has_grad", "_label", "op", "_visit"),
        *("_left", "_left_partial", "_right", "_right_partial", "_many"),
    )
    __array_priority__: ClassVar[float] = 1e3  # NumPy leaves `array * value` to this class

    def __init__(
        self,
        data: Number = None,
        label: Any = "",
        op: Any = None,
        result: float = 0.0,
        left: Value | None = None,
        left_partial: float = 0.0,
        right: Value | None = None,
        right_partial: float = 0.0,
        many: tuple[tuple[Value, ...], tuple[float, ...]] | None = None,
        requires_grad: object = None,
        name: object = None,
    ) -> None:
        if requires_grad is not None or name is not None:
            refuse_arguments(requires_grad=requires_grad, name=name)
        self._data: float = result if op is not None else real(data)
        self._grad: float = 0.0
        self._label: str = label if type(label) is str else text("label", label)
        self.has_grad = False
        self.op: Primitive | None = op
        self._visit = 0
        self._left, self._left_partial = left, left_partial
        self._right, self._right_partial = right, right_partial
        self._many = many
        if watchers:
            for watcher in tuple(watchers):  # another thread may change the list
                watcher.created(self)

    @property
    def data(self) -> float:
        """The number."""
        return self._data

    @data.setter
    def data(self, number: Number) -> None:
        self._data = real(number)

    @property
    def grad(self) -> float:
        """d(output)/d(this), after `output.backward()`; a leaf's adds up over passes."""
        return self._grad

    @grad.setter
    def grad(self, number: Number) -> None:
        self._grad = real(number)

    @property
    def label(self) -> str:
        """The name in pictures and explanations."""
        return self._label

    @label.setter
    def label(self, label: Any) -> None:
        self._label = text("label", label)

    # ---------------------------------------------------------------- forward
    # Nine nodes in ten are sums, products or weighted sums. These three are written out, and a test
    # holds them to their rows of the table; every other operation is looked up in the table.

    def __add__(self, other: Number) -> Value:
        if isinstance(other, Value):
            return Value(None, "", ADD, self._data + other._data, self, 1.0, other, 1.0)
        return Value.apply_primitive(ADD, (self, other))

    def __mul__(self, other: Number) -> Value:
        if isinstance(other, Value):
            a, b = self._data, other._data
            return Value(None, "", MUL, a * b, self, b, other, a)
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
        with walking:
            for node in order_of(self):
                if node.op is not None:
                    node._data, partials = _run(node.op, node.parents)
                    node._connect(node.op, node.parents, partials)
                    node._grad, node.has_grad = 0.0, False
                    for watcher in tuple(watchers):
                        watcher.recomputed(node)

    # --------------------------------------------------------------- backward

    def backward(
        self, gradient: Number = 1.0, retain_graph: object = None, create_graph: object = None
    ) -> None:
        """Apply the chain rule from this node back to every leaf, filling in `.grad`.

        A leaf's gradient adds up over backward passes, as in PyTorch; an inner node has that of
        the latest pass.

        Args:
            gradient: d(result)/d(this), where this node is not the result itself.
            retain_graph: refused, with advice; it is PyTorch's.
            create_graph: refused, with advice; it is PyTorch's.

        Raises:
            RuntimeError: this number was computed under `no_grad()`.
            TypeError: `gradient` is not one real number, or another argument is given.
        """
        if retain_graph is not None:
            raise TypeError("every graph is kept: write backward(), without retain_graph")
        if create_graph is not None:
            raise TypeError("write autograd.gradients(y, [x]) for derivatives that are graphs")
        check_graph(self)
        with walking:  # one thread at a time: shares add up on nodes that threads may share
            self._hand_down(real(gradient))
        if watchers:
            for watcher in tuple(watchers):
                watcher.finished(topological_order(self))

    def _hand_down(self, seed: float) -> None:
        order, is_nan = order_of(self, renewing=True), False
        self._grad += seed

        # A node's gradient is complete when every node computed from it has had its turn. The
        # node then hands each parent a share, upstream gradient times local derivative; shares
        # along different paths add up.
        while order:
            node = order.pop()  # frees nodes on the way: a long list freed later is walked
            upstream = node._grad
            left, right = node._left, node._right
            if left is not None:
                left._grad += node._left_partial * upstream
                if right is not None:
                    right._grad += node._right_partial * upstream
            elif node._many is not None:
                parents, partials = node._many
                for parent, partial in zip(parents, partials):  # noqa: B905  # mypyc: a loop
                    parent._grad += partial * upstream
            elif upstream != upstream:  # noqa: PLR0124  # only nan differs from itself
                is_nan = True

        if is_nan:  # it may be 0 * inf, or 0 * nan, of an input that was not chosen
            from autograd.reach import backward_of_chosen  # noqa: PLC0415  # it imports this

            backward_of_chosen(order_of(self), seed)

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

    def forget(self) -> None:
        """Forget how this was computed: its operation and its edges."""
        self.op = self._left = self._right = self._many = None
        self._right_partial = 1.0  # a leaf has no edge: its slot says so, see `is_cut`

    def detach(self) -> Value:
        """Return a constant of the same number, through which no gradient comes back."""
        return Constant(self._data)

    def item(self) -> float:
        """Return the number, as `data` does: PyTorch's name for it."""
        return self._data

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

    def explain(self, wrt: Any, **look: Any) -> Explanation:
        """Write out the chain rule for d(this)/d(wrt), with the options of `autograd.explain`."""
        from autograd.explaining.explanation import explain  # noqa: PLC0415  # it imports this

        return explain(self, wrt, **look)

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

    def __pow__(self, other: Number, modulo: object = None) -> Value:
        if modulo is not None:
            raise TypeError("pow(v, n, m) takes whole numbers: write v ** n, or pow(v, n)")
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
        return self._data < _number(other)

    def __le__(self, other: Number) -> bool:
        return self._data <= _number(other)

    def __gt__(self, other: Number) -> bool:
        return self._data > _number(other)

    def __ge__(self, other: Number) -> bool:
        return self._data >= _number(other)

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        name = f", label={self._label!r}" if self._label else ""
        return f"{type(self).__name__}(data={self._data!r}, grad={self._grad!r}{name})"


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


def _weighted_sum(parents: tuple[Value, ...]) -> tuple[float, Sequence[float]]:
    """w1*x1 + ... + wn*xn + b, and its local derivatives, in one loop."""
    half, bias, total = len(parents) // 2, parents[-1], -0.0
    partials = [1.0] * len(parents)
    for i in range(half):
        weight, x = parents[i], parents[half + i]
        total += weight._data * x._data
        partials[i] = 0.0 if type(weight) is Constant else x._data
        partials[half + i] = 0.0 if type(x) is Constant else weight._data
    partials[-1] = 0.0 if type(bias) is Constant else 1.0
    return total + bias._data, partials


def _run(op: Primitive, parents: tuple[Value, ...]) -> tuple[float, Sequence[float]]:
    """The number that `op` gives, and its local derivative by each parent."""
    if op.arity is not None and len(parents) == 1:  # one and two inputs are written out for speed
        a = parents[0]._data
        data = float(op.value(a))
        by_a = op.rules[0](data, a)
        if by_a is None:
            op._forgot()
        return data, (by_a,)
    if op.arity is not None and len(parents) == 2:
        a, b = parents[0]._data, parents[1]._data
        data = float(op.value(a, b))
        by_a = 0.0 if type(parents[0]) is Constant else op.rules[0](data, a, b)
        by_b = 0.0 if type(parents[1]) is Constant else op.rules[1](data, a, b)
        if by_a is None or by_b is None:
            op._forgot()
        return data, (by_a, by_b)
    inputs = [parent._data for parent in parents]
    data = float(op.value(*inputs))
    return data, op.partials(data, inputs, [type(parent) is Constant for parent in parents])


def _number(other: Number) -> float:
    return other._data if isinstance(other, Value) else real(other)
