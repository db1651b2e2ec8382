"""Value: a number that remembers how it was computed, and so knows its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import i64, mypyc_attr

from autograd.cleaning import message_of
from autograd.floats import (
    ABS,
    ADD,
    DIV,
    DOT,
    EXP,
    LOG,
    MUL,
    NEG,
    POW,
    RELU,
    SHARE,
    SIGMOID,
    SOFTMAX,
    SQRT,
    SUB,
    TANH,
    WRITTEN_OUT,
    divide,
    of_many,
    of_one,
    of_two,
    power_and_slope,
)
from autograd.foreign import refuse_arguments, refuse_of_backward
from autograd.given import given, with_rules
from autograd.ops import Number, Primitive
from autograd.options import text
from autograd.order import check_graph, order_of, walking
from autograd.order import topological_order as topological_order  # noqa: PLC0414
from autograd.passed_by import warn_reader
from autograd.real import real

if TYPE_CHECKING:
    from autograd.explaining.explanation import Explanation

_IS_COMPILED: Final = not isinstance(order_of, FunctionType)


@mypyc_attr(acyclic=True, free_list_len=1)
class Value:
    """A node of the computation graph: a number, and the operation that made it.

    Arithmetic on Values records a graph. Every edge of it, from a parent to the node computed from
    it, holds one local derivative, d(node)/d(parent), taken the moment the node was computed.

    Args:
        data: one real number.
        label: its name in pictures and explanations; any text.
        parents: of a number that was computed outside of the engine, the Values that it was
            computed from; by keyword, as are the next two. Two tuples in the second and third
            place are parents and partials too, as in microgpt's class.
        partials: its local derivative by each of these.
        op: what its operation is called.

    Attributes:
        op: the row of the table that made this node; None for a leaf. It is not to be set.
        has_grad: whether a backward pass has reached this node yet.

    Raises:
        TypeError: `data` is not one real number, or `label` is not text.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)

    A function that the engine lacks can be computed outside of it:

    >>> from math import cos, sin
    >>> y = Value(sin(a.data), parents=(a,), partials=(cos(a.data),), op="my sin")
    >>> y.backward()
    >>> a.grad == -2.0 + cos(2.0)
    True
    """

    # The edges of one or two inputs are in slots of the node itself: with tuples, nodes would be
    # half as fast and twice as large. Of inputs a, b, ... and local derivatives da, db, ...:
    #
    #   operation    _left  _left_partial  _right  _right_partial  _many
    #   of one       a      da             None    0.0             None
    #   of two       a      da             b       db              None
    #   a is 2.0     None   2.0            b       db              None
    #   b is 2.0     a      da             None    2.0             None
    #   of others    None   0.0            None    0.0             (a, b, ...), (da, db, ...)
    #   b is 2.0     None   0.0            None    1.0             (a, 2.0, ...), (da, 0.0, ...)
    #   outside      None   0.0            None    0.0             (a, ...), (da, ..., a's, ..., y)
    #
    # A plain number, such as 2.0, has no node until `parents` makes one: no gradient goes there.
    # Whether all of many inputs are nodes, `_right_partial` tells. It is read before `_many`, for
    # `make_constants`, which a signal's handler may call at any time, changes it last.
    __slots__ = (
        *("_data", "_grad", "has_grad", "_label", "_made_by", "_visit"),
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
        many: tuple[tuple[Any, ...], tuple[float, ...]] | None = None,
        parents: Any = None,
        partials: Any = None,
        requires_grad: object = None,
        name: object = None,
        _children: object = None,
        _op: object = None,
    ) -> None:
        self._grad: float = 0.0
        self.has_grad = False
        self._visit: i64 = 0
        self._left, self._left_partial = left, left_partial
        self._right, self._right_partial = right, right_partial
        self._many = many
        if data is None and op is not None:  # a result, which the engine makes
            self._data: float = result
            self._label: str = ""
            self._made_by: Primitive | None = op
        else:
            if not (requires_grad is None and name is None and _children is None and _op is None):
                refuse_arguments(requires_grad, name, _children, _op)
            self._data = real(data)
            self._made_by = None
            are_given = parents is not None or partials is not None
            if type(label) is tuple and not are_given and (type(op) is tuple or not (label or op)):
                self._label = ""  # these are parents and partials, as in microgpt's class
                if label or op:
                    self._made_by, self._many = given(Value, None, self._data, label, op)
            else:
                self._label = label if type(label) is str else _text(label)
                if op is not None or are_given:
                    self._made_by, self._many = given(Value, op, self._data, parents, partials)
        if watchers:
            tell_of(self)

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
        op = self._made_by
        if not self.has_grad and (op is SIGMOID or op is SOFTMAX or op is SHARE):
            warn_reader(self)
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
        self._label = _text(label)

    @property
    def op(self) -> Primitive | None:
        """The row of the table that made this node; None for a leaf."""
        op = self._made_by
        if op is not None and self._many is not None and op.arity == 0:  # it was computed outside
            op = self._made_by = with_rules(op, len(self._many[0]), self._many[1])
        return op

    @op.setter
    def op(self, _: object) -> None:
        raise AttributeError(f"the operation of a Value is not to be set: {OUTSIDE}")

    # ---------------------------------------------------------------- forward
    # Arithmetic is written out, with Values and with plain numbers, and a test holds it to its rows
    # of the table. All else comes by `apply_primitive`.

    def __add__(self, other: Number) -> Value:
        if isinstance(other, Value):
            return result_of(ADD, self._data + other._data, self, 1.0, other, 1.0)
        b = real(other)
        return result_of(ADD, self._data + b, self, 1.0, None, b)

    def __radd__(self, other: Number) -> Value:
        a = real(other)
        return result_of(ADD, a + self._data, None, a, self, 1.0)

    def __sub__(self, other: Number) -> Value:
        if isinstance(other, Value):
            return result_of(SUB, self._data - other._data, self, 1.0, other, -1.0)
        b = real(other)
        return result_of(SUB, self._data - b, self, 1.0, None, b)

    def __rsub__(self, other: Number) -> Value:
        a = real(other)
        return result_of(SUB, a - self._data, None, a, self, -1.0)

    def __mul__(self, other: Number) -> Value:
        if isinstance(other, Value):
            a, b = self._data, other._data
            return result_of(MUL, a * b, self, b, other, a)
        b = real(other)
        return result_of(MUL, self._data * b, self, b, None, b)

    def __rmul__(self, other: Number) -> Value:
        a = real(other)
        return result_of(MUL, a * self._data, None, a, self, a)

    def __truediv__(self, other: Number) -> Value:
        if isinstance(other, Value):
            b = other._data
            y = divide(self._data, b)
            return result_of(DIV, y, self, divide(1.0, b), other, divide(-y, b))
        b = real(other)
        return result_of(DIV, divide(self._data, b), self, divide(1.0, b), None, b)

    def __rtruediv__(self, other: Number) -> Value:
        a, b = real(other), self._data
        y = divide(a, b)
        return result_of(DIV, y, None, a, self, divide(-y, b))

    def __pow__(self, other: Number, modulo: object = None) -> Value:
        if modulo is not None:
            raise TypeError("pow(v, n, m) takes whole numbers: write v ** n, or pow(v, n)")
        if isinstance(other, Value):
            return _of_two(POW, self, other)
        a, b = self._data, real(other)
        if b == 2.0:
            return result_of(POW, a * a, self, 2.0 * a, None, b)
        y, slope = power_and_slope(a, b)
        return result_of(POW, y, self, slope, None, b)

    def __rpow__(self, other: Number) -> Value:
        return _of_two(POW, real(other), self)

    @staticmethod
    def apply_primitive(op: Primitive, inputs: tuple[Number, ...]) -> Value:
        """Record `op` on `inputs`: compute the number, and the local derivative by each input."""
        # Asked in two steps, for the compiler then compares whole numbers.
        if op.arity is not None and op.arity == 1:
            return _of_one(op, inputs[0] if isinstance(inputs[0], Value) else Constant(inputs[0]))
        if op.arity is not None and op.arity == 2:
            return _of_two(op, inputs[0], inputs[1])
        are_nodes, are_floats = True, True
        for x in inputs:
            if not isinstance(x, Value):
                are_nodes = False
                are_floats = are_floats and type(x) is float
        if not are_floats:
            inputs = tuple([x if isinstance(x, Value) else real(x) for x in inputs])
        data, partials = _run(op, inputs, are_nodes)
        flag = 0.0 if are_nodes else 1.0
        return result_of(op, data, None, 0.0, None, flag, (inputs, tuple(partials)))

    def recompute(self) -> None:
        """Run the recorded graph again, in place: for leaves whose `.data` has been changed.

        Numbers and local derivatives follow from the leaves' present numbers. Gradients of inner
        nodes are cleared, for they belong to the old numbers; those of leaves stay, and add up.
        Where an operation raises, or Ctrl-C comes, every result is as it was.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> x.data = 5.0
        >>> y.recompute()
        >>> y.data
        25.0
        """
        # Python 3.13 forgets `with` and `except` where Ctrl-C comes at the end of a turn of a loop
        # that chooses: the loops below do not, and others are in functions of their own.
        with walking:
            order = _results(order_of(self))
            if _runs_through(order):
                _run_again(order)
                return
            data = [node._data for node in order]  # lists of numbers: tuples would be garbage
            left = [node._left_partial for node in order]
            right = [node._right_partial for node in order]
            many = [node._many for node in order]
            grads = [node._grad for node in order]
            has_grad = [node.has_grad for node in order]
            try:
                _run_again(order)
                _tell_of_recomputing(order)
            except BaseException:
                for i, node in enumerate(order):
                    node._data, node._many = data[i], many[i]
                    node._left_partial = 0.0 if type(node._left) is Constant else left[i]
                    node._right_partial = 0.0 if type(node._right) is Constant else right[i]
                    node._grad, node.has_grad = grads[i], has_grad[i]
                raise

    # --------------------------------------------------------------- backward

    def backward(self, gradient: Number = 1.0, *more: object, **others: object) -> None:
        """Apply the chain rule from this node back to every leaf, filling in `.grad`.

        A leaf's gradient adds up over backward passes, as in PyTorch; an inner node has that of
        the latest pass.

        Args:
            gradient: d(result)/d(this), where this node is not the result itself.
            more: refused, with advice: there are no others, but in PyTorch.
            others: refused in the same way.

        Raises:
            RuntimeError: this number was computed under `no_grad()`.
            TypeError: `gradient` is not one real number, or another argument is given.
        """
        if more or others:
            refuse_of_backward(more, others)
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
        for node in reversed(order):
            upstream = node._grad
            left, right = node._left, node._right
            if left is not None:
                left._grad += node._left_partial * upstream
            if right is not None:
                right._grad += node._right_partial * upstream
            elif left is None:
                if node._many is not None:
                    are_nodes = node._right_partial == 0.0
                    inputs, partials = node._many
                    for x, partial in zip(inputs, partials):  # noqa: B905  # so mypyc has a loop
                        if are_nodes or type(x) is not float:
                            parent: Value = x
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
        self._made_by = op
        if op.arity == 1:
            self._left, self._left_partial = parents[0], partials[0]
        elif op.arity == 2:
            self._left, self._left_partial = parents[0], partials[0]
            self._right, self._right_partial = parents[1], partials[1]
        else:
            self._many = (parents, tuple(partials))

    def make_constants(self) -> bool:
        """Make a node of each input that is a plain number; return whether there was any."""
        if self._many is not None:
            if self._right_partial == 0.0:
                return False
            with walking:
                inputs, partials = self._many
                nodes = [self._constant(x) if isinstance(x, float) else x for x in inputs]
                self._many, self._right_partial = (tuple(nodes), partials), 0.0
            return True
        op = self.op
        if op is None or op.arity == 1 or (self._left is not None and self._right is not None):
            return False
        with walking:
            if self._left is None:
                self._left, self._left_partial = self._constant(self._left_partial), 0.0
            if self._right is None:
                self._right, self._right_partial = self._constant(self._right_partial), 0.0
        return True

    def _constant(self, number: float) -> Constant:
        constant = Constant(number)
        constant.has_grad = self.has_grad  # as if a backward pass had met it
        return constant

    def forget(self) -> None:
        """Forget how this was computed: its operation and its edges."""
        self._made_by = self._left = self._right = self._many = None
        self._right_partial = 1.0  # of a leaf, this slot is free: it says so, see `is_cut`

    def detach(self) -> Value:
        """Return a constant of the same number, through which no gradient comes back."""
        return Constant(self._data)

    def item(self) -> float:
        """Return the number, as `data` does: PyTorch's name for it."""
        return self._data

    @property
    def parents(self) -> tuple[Value, ...]:
        """The inputs of the operation, in order; `x * x` has `x` twice, a leaf has none."""
        self.make_constants()
        if self._many is not None:
            return self._many[0]
        if self._left is None:
            return ()
        return (self._left,) if self._right is None else (self._left, self._right)

    @parents.setter
    def parents(self, _: object) -> None:
        raise AttributeError(f"the parents of a Value are not to be set: {OUTSIDE}")

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative d(this)/d(parent) for each parent, in order; 0.0 for a constant."""
        self.make_constants()
        if self._many is not None:
            return self._many[1][: len(self._many[0])]
        if self._left is None:
            return ()
        return (self._left_partial, self._right_partial)[: 1 if self._right is None else 2]

    @partials.setter
    def partials(self, _: object) -> None:
        raise AttributeError(f"the partials of a Value are not to be set: {OUTSIDE}")

    def explain(self, wrt: Any, **look: Any) -> Explanation:
        """Write out the chain rule for d(this)/d(wrt), with the options of `autograd.explain`."""
        from autograd.explaining.explanation import explain  # noqa: PLC0415  # it imports this

        return explain(self, wrt, **look)

    # ------------------------------------------------ functions of this alone

    def __neg__(self) -> Value:
        return _of_one(NEG, self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return _of_one(ABS, self)

    def exp(self) -> Value:
        """Return e to the power of this."""
        return _of_one(EXP, self)

    def log(self) -> Value:
        """Return the natural logarithm of this."""
        return _of_one(LOG, self)

    def sqrt(self) -> Value:
        """Return the square root of this."""
        return _of_one(SQRT, self)

    def tanh(self) -> Value:
        """Return the hyperbolic tangent of this."""
        return _of_one(TANH, self)

    def sigmoid(self) -> Value:
        """Return 1 / (1 + e**-this)."""
        return _of_one(SIGMOID, self)

    def relu(self) -> Value:
        """Return max(this, 0)."""
        return _of_one(RELU, self)

    def __getitem__(self, place: object) -> Any:
        # `autograd.refusals` replaces it; compiled, a class has no room for items without it.
        raise TypeError(place)

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
        if not spec:
            return repr(self)
        try:
            return format(self._data, spec)
        except ValueError as error:
            raise ValueError(
                f"{message_of(error, 120)}: write f'{{v:.2f}}', or f'{{int(v.data)}}'"
            ) from None

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


def result_of(
    op: Primitive,
    data: float,
    left: Value | None,
    left_partial: float,
    right: Value | None,
    right_partial: float,
    many: tuple[tuple[Any, ...], tuple[float, ...]] | None = None,
) -> Value:
    """Return the node of a number that an operation gave; see `autograd.interpreted`."""
    return Value(None, "", op, data, left, left_partial, right, right_partial, many)


def tell_of(node: Value) -> None:
    """Tell those who watch the engine of a node that was made."""
    for watcher in tuple(watchers):  # another thread may change the list
        watcher.created(node)


def _results(order: list[Value]) -> list[Value]:
    """The nodes that were computed."""
    return [node for node in order if node._made_by is not None]


def _runs_through(order: list[Value]) -> bool:
    """Whether nothing can stop a recomputation: no line of Python is run, where Ctrl-C may come."""
    if not _IS_COMPILED or watchers:
        return False
    return all(node._made_by is not None and node._made_by.is_of_the_table for node in order)


def _run_again(order: list[Value]) -> None:
    for node in order:
        a, b = node._left_partial, node._right_partial
        op, left, right, many = node.op, node._left, node._right, node._many
        if op is None:
            continue
        # An operation's function, or a signal's handler, may read `parents` meanwhile, and so make
        # nodes of plain numbers: they stay.
        if many is not None:
            node._data, partials = _run(op, many[0], b == 0.0)
            found = tuple(partials)
            if node._many is not None:
                node._many = node._many[0], found
        elif left is not None and right is None and op.arity is not None and op.arity == 1:
            node._data, node._left_partial = of_one(op, left._data)
        else:
            a = a if left is None else left._data
            b = b if right is None else right._data
            y, by_a, by_b = of_two(op, a, b, _is_fixed(left), _is_fixed(right))
            node._data = y
            if left is not None:
                node._left_partial = by_a
            if right is not None:
                node._right_partial = by_b
        node._grad, node.has_grad = 0.0, False


def _tell_of_recomputing(order: list[Value]) -> None:
    for watcher in tuple(watchers):
        watcher.recomputed(order)


watchers: Final[list[Any]] = []
"""What watches the engine at work: `no_grad()` and `detect_anomaly()`, see `autograd.modes`."""


OUTSIDE: Final = (
    "for a number that was computed outside, write"
    " Value(number, parents=(x,), partials=(derivative,), op='name')"
)


def _text(label: Any) -> str:
    try:
        return text("label", label)
    except TypeError as error:
        if not isinstance(label, (tuple, list, set)):
            raise
        raise TypeError(f"{error}; of parents, {OUTSIDE}") from None


def _of_one(op: Primitive, x: Value) -> Value:
    y, slope = of_one(op, x._data)
    return result_of(op, y, x, slope, None, 0.0)


def _of_two(op: Primitive, left: Number, right: Number) -> Value:
    x = left if isinstance(left, Value) else None
    z = right if isinstance(right, Value) else None
    a = real(left) if x is None else x._data
    b = real(right) if z is None else z._data
    y, by_a, by_b = of_two(op, a, b, _is_fixed(x), _is_fixed(z))
    return result_of(op, y, x, a if x is None else by_a, z, b if z is None else by_b)


def _is_fixed(node: Value | None) -> bool:
    return node is None or type(node) is Constant


def _run(op: Primitive, inputs: tuple[Any, ...], are_nodes: bool) -> tuple[float, Sequence[float]]:
    """The number that an operation gives, and its local derivative by each Value or number."""
    if op is DOT:
        return _weighted_sum(inputs, are_nodes)
    if are_nodes:
        nodes: tuple[Value, ...] = inputs
        numbers = [node._data for node in nodes]
        fixed = [type(node) is Constant for node in nodes]
    else:
        numbers = [x._data if isinstance(x, Value) else x for x in inputs]
        fixed = [not isinstance(x, Value) or type(x) is Constant for x in inputs]
    if op in WRITTEN_OUT:
        y, partials = of_many(op, numbers)
        if True in fixed:
            partials = [0.0 if fixed[i] else partials[i] for i in range(len(fixed))]
        return y, partials
    y = op.returned(op.value(*numbers))
    every = op.partials(y, numbers, fixed)
    return y, [x if type(x) is float else op.returned(x) for x in every]


def _weighted_sum(  # noqa: C901, PLR0912  # calls cost
    inputs: tuple[Any, ...], are_nodes: bool
) -> tuple[float, Sequence[float]]:
    """w1*x1 + ... + wn*xn + b, and its local derivatives, in one loop."""
    half, last, total = len(inputs) // 2, inputs[-1], -0.0
    partials = [0.0] * len(inputs)
    for i in range(half):
        weight, x = inputs[i], inputs[half + i]
        if are_nodes:
            w: Value = weight
            v: Value = x
            total += w._data * v._data
            if type(w) is not Constant:
                partials[i] = v._data
            if type(v) is not Constant:
                partials[half + i] = w._data
        else:
            a, b, is_weight_fixed, is_x_fixed = 0.0, 0.0, True, True
            if isinstance(weight, Value):
                a, is_weight_fixed = weight._data, type(weight) is Constant
            else:
                a = weight
            if isinstance(x, Value):
                b, is_x_fixed = x._data, type(x) is Constant
            else:
                b = x
            total += a * b
            if not is_weight_fixed:
                partials[i] = b
            if not is_x_fixed:
                partials[half + i] = a
    if isinstance(last, Value):
        bias = last._data
        if type(last) is not Constant:
            partials[-1] = 1.0
    else:
        bias = last
    return total + bias, partials


def _number(other: Number) -> float:
    return other._data if isinstance(other, Value) else real(other)
