"""A recorded graph lowered to a program: its numbers, and its gradients by the chain rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd.cleaning import message_of, quoted
from autograd.codegen.lines import MUL
from autograd.codegen.program import Program, Register
from autograd.reach import Reach
from autograd.sweeps import depending_on, order_of, pull_back
from autograd.trees import Node


class Lowering:
    """The lines of a graph in a program.

    Args:
        program: where the lines are written.
        outputs: the nodes to be computed.
        inputs: the register of each leaf that is an input; every other leaf is a constant.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> program = Program()
    >>> lowering = Lowering(program, [x * x], {x: program.input("x")})
    >>> (gradient,) = lowering.gradients([x])
    >>> [program.lines[i].step for i in program.live([gradient])]
    ['input', 'add']
    """

    def __init__(
        self, program: Program, outputs: Iterable[Node], inputs: Mapping[Node, Register]
    ) -> None:
        self.program = program
        self.outputs = list(outputs)
        self._order = order_of(self.outputs)
        self._registers: dict[Node, Register] = dict(inputs)
        for node in self._order:
            if node not in self._registers:
                self._registers[node] = self._forward(node)

    def values(self) -> list[Register]:
        """Return the register of each output."""
        return [self._registers[output] for output in self.outputs]

    def gradients(self, leaves: Sequence[Node], seed: Register | float = 1.0) -> list[Register]:
        """Return d(output)/d(leaf) of the first output for each of `leaves`.

        The chain rule of `Value.backward()`, in its order, with the rules of the table fed with
        registers. Derivatives by all else are left out, and so are those that are always 0.

        Args:
            leaves: inputs to differentiate by.
            seed: d(result)/d(output), where the output is not the result itself.
        """
        depends = depending_on(leaves, self._order)
        reach = Reach.of(self._order, self.outputs[0], depends, self.program.where)
        # No closure: compiled, it would be part of a cycle, which lives until the garbage collector
        # runs.
        times = partial(self._shares, depends, reach)
        upstream = pull_back(self._order, {self.outputs[0]: self.program.number(seed)}, times)
        nothing = self.program.constant(0.0)
        return [upstream.get(leaf, nothing) for leaf in leaves]

    def _shares(
        self, depends: set[Node], reach: Reach | None, node: Node, upstream: Register
    ) -> list[Register | None]:
        """What a node hands to each parent; None to one that gets nothing."""
        fixed = [parent not in depends for parent in node.parents]
        shares: list[Register | None] = [None] * len(fixed)
        if all(fixed):
            return shares
        is_plain = reach is None or reach.is_plain(node)
        chooses: bool = node.op.chooses
        for i, local in enumerate(self._partials(node, fixed)):
            if fixed[i]:
                continue
            if is_plain and not chooses:  # as for nearly all nodes
                shares[i] = self._product(local, upstream)
                continue
            number = local.known if isinstance(local, Register) else local
            if number == 0.0 and chooses:
                continue
            if reach is None:
                shares[i] = self._product(local, upstream)
            else:
                number = local if number is None else number
                shares[i] = reach.share(node, i, number, upstream, self._product)
        return shares

    def _product(self, local: Any, upstream: Register) -> Register:
        return self.program.of_two(MUL, local, upstream)

    def _forward(self, node: Node) -> Register:
        if node.op is None:
            return self.program.constant(node.data)
        registers = [self._registers[parent] for parent in node.parents]
        return self.program.row(node.op, registers)

    def _partials(self, node: Node, fixed: Sequence[bool]) -> list[Any]:
        inputs: list[Any] = []
        for i, parent in enumerate(node.parents):
            register = self._registers[parent]
            # A constant goes into the rules as a plain float: what it decides is decided now.
            known = register.known if fixed[i] else None
            inputs.append(register if known is None else known)
        try:
            partials: list[Any] = node.op.partials(self._registers[node], inputs, fixed)
        except TypeError as error:
            raise TypeError(
                f"a rule of {quoted(node.op.name)} cannot be recorded: {message_of(error)}"
            ) from None
        return partials
