"""Plans: which kernel computes a value or a gradient, and how its results are to be arranged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.codegen.arguments import ROWS, Argument
from autograd.codegen.kernel import Kernel
from autograd.codegen.program import Register
from autograd.codegen.recorder import Recorder
from autograd.trees import is_tree

VALUE, GRADIENT, BOTH = "value", "grad", "value_and_grad"


@dataclass(frozen=True)
class Plan:
    """How to compute something for arguments of one structure: all that a back end needs.

    Attributes:
        kernel: what to run.
        arguments: what it is given.
        results: what comes out: the value, then the gradients, as far as they are asked for.
    """

    kernel: Kernel
    arguments: tuple[Argument, ...]
    results: tuple[Argument, ...]


def make_plan(
    recorder: Recorder,
    arguments: tuple[Argument, ...],
    mode: str,
    by: Sequence[int],
    *,
    by_rows: bool,
) -> Plan:
    """Return the plan of what a mode asks for.

    Args:
        recorder: has recorded the function.
        arguments: what is known of its arguments.
        mode: `VALUE`, `GRADIENT` or `BOTH`.
        by: the positions of the arguments to differentiate by.
        by_rows: whether every sample has a result of its own.
    """
    outputs: list[tuple[list[Register], bool]] = []
    results: list[Argument] = []
    if mode != GRADIENT:
        as_array = by_rows and any(a.by_sample and a.shape for a in arguments)
        shape = _shape(recorder.template) if as_array else None
        shape = None if shape is None else (ROWS, *shape)
        results.append(Argument(recorder.template, by_rows, shape))
        outputs.append((recorder.values(), by_rows))
    if mode != VALUE:
        found = iter(recorder.gradients(by))
        for i in by:
            argument = arguments[i]
            if by_rows and not argument.by_sample:
                shape = argument.shape
                argument = Argument(argument.template, True, shape and (ROWS, *shape))
            results.append(argument)
            outputs.append(([next(found) for _ in range(argument.width)], argument.by_sample))
    return Plan(recorder.kernel(outputs), arguments, tuple(results))


def _shape(template: Any) -> tuple[int, ...] | None:
    """The shape of an array that holds such a structure; None if no array does."""
    if not is_tree(template):
        return ()
    shapes = set() if isinstance(template, dict) else {_shape(item) for item in template}
    (shape,) = shapes if len(shapes) == 1 else (None,)
    return None if shape is None else (len(template), *shape)
