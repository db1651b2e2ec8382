"""What a step of training asks of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from autograd import Parameter, Value
from nn.data import Rows
from nn.optimizers import Optimizer


class Trainable(Protocol):
    """A network with a loss and an optimiser."""

    optimizer: Optimizer
    loss: Callable[..., Any] | None

    def parameters(self) -> list[Parameter]:
        """Return every parameter, each once."""

    def zero_grad(self) -> None:
        """Set every gradient to 0."""

    def sample(self, row: Sequence[float]) -> list[Value]:
        """Return the outputs for one sample."""

    def batch_loss(self, targets: Rows, outputs: Sequence[Sequence[Value]]) -> Value:
        """Return the loss of a batch."""

    def stateless_call(self, parameters: Sequence[Any], x: Any) -> Any:
        """Return the outputs for one sample at other parameters."""
