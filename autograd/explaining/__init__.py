"""The chain rule in words and formulas: written out, and step by step."""

from autograd.explaining.explanation import Explanation, explain
from autograd.explaining.factors import Factor, Path
from autograd.explaining.steps import (
    BackwardStep,
    ForwardStep,
    SeedStep,
    backward_steps,
    forward_steps,
)

__all__ = [
    "BackwardStep",
    "Explanation",
    "Factor",
    "ForwardStep",
    "Path",
    "SeedStep",
    "backward_steps",
    "explain",
    "forward_steps",
]
