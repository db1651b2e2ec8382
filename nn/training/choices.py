"""What `compile` was given, as JSON has it, and back: for a training that goes on another day."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from autograd import Parameter
from autograd.cleaning import name_of, one_line, quoted
from autograd.options import check_length
from nn import activations, losses, metrics, optimizers
from nn.optimizers import Optimizer
from nn.saving import NotNamedError

_MODULES = (activations, losses, metrics, optimizers)


def described(thing: Any) -> Any:
    """Return a choice as JSON has it.

    Numbers and texts stay as they are; a function is its name; an object is the name of its class
    and its arguments, for which it has to have attributes of the same names.

    Raises:
        ValueError: it is anything else.

    >>> described(["mse", optimizers.SGD(0.5)])[1]["arguments"]["learning_rate"]
    0.5
    """
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, (list, tuple)):
        return [described(part) for part in thing]
    if isinstance(thing, Mapping):
        return {"entries": [[described(key), described(part)] for key, part in thing.items()]}
    if hasattr(thing, "tolist"):  # NumPy's
        return thing.tolist()
    if hasattr(thing, "__name__"):
        return {"name": _name(thing)}
    kind = type(thing)
    arguments = _arguments(kind)
    if unknown := [name for name in arguments if not hasattr(thing, name)]:
        raise ValueError(
            f"{name_of(kind)} has no attribute {quoted(unknown[0])}, as its argument is called"
        )
    return {"name": _name(kind), "arguments": {x: described(getattr(thing, x)) for x in arguments}}


def made(choice: Any, own: Mapping[str, Any]) -> Any:
    """Return what `described` described; `own` has the user's own functions and classes by name.

    Raises:
        NotNamedError: one is not in `own`.
    """
    if isinstance(choice, list):
        return [made(part, own) for part in choice]
    if not isinstance(choice, dict):
        return choice
    if "entries" in choice:
        return {key: made(part, own) for key, part in choice["entries"]}
    name, known = choice["name"], {**_known(), **own}
    if name not in known:
        raise NotNamedError(
            f"it has {quoted(name, 60)} of your own; give load_model"
            f" custom_objects={{{quoted(name, 60)}: ...}}, or compile=False"
        )
    found = known[name]
    if "arguments" not in choice:
        return found
    if not isinstance(found, type):
        raise TypeError(f"expected {name} to be a class, received {quoted(found, 60)}")
    return found(**{name: made(part, own) for name, part in choice["arguments"].items()})


def progress(optimizer: Optimizer, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return how far an optimiser is: its steps, and what it keeps for each parameter."""
    memory = [list(optimizer.memory(parameter)) for parameter in parameters]
    return {"iterations": optimizer.iterations, "memory": memory}


def resume(
    optimizer: Optimizer, parameters: Sequence[Parameter], reached: Mapping[str, Any]
) -> None:
    """Put an optimiser where `progress` found it."""
    memory = reached["memory"]
    check_length(memory, len(parameters), "the memory of {} parameters")
    for parameter, numbers in zip(parameters, memory, strict=True):
        kept = optimizer.memory(parameter)
        check_length(numbers, len(kept), "{} numbers kept for a parameter")
        kept[:] = numbers
    optimizer.iterations = reached["iterations"]


def _arguments(kind: type) -> list[str]:
    """What a class is called with, also where its `__init__` hands arguments on."""
    found: dict[str, None] = {}
    for made in (one.__dict__["__init__"] for one in kind.__mro__[:-1] if "__init__" in vars(one)):
        _, *parameters = inspect.signature(made).parameters.values()
        found |= {
            p.name: None for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
        }
        if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters):
            break
    return list(found)


def _name(thing: Any) -> str:
    """The name of a function or a class; of one of `nn` with that of its module."""
    name: str = thing.__name__
    full = f"{thing.__module__}.{name}"
    if _known().get(full) is thing:
        return full
    if not name.isidentifier():
        raise ValueError(f"{one_line(name)} has no name to be found by")
    return name


def _known() -> dict[str, Any]:
    return {
        f"{module.__name__}.{name}": thing
        for module in _MODULES
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", None) == module.__name__ and name[0] != "_"
    }
