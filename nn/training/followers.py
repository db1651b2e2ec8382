"""Telling callbacks how a training goes, by the hooks that each of them has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from autograd.cleaning import kind_of, name_of
from autograd.options import wrong_kind
from nn.callbacks import Callback

ARGUMENTS = {
    f"on_{what}_{when}": count
    for what, count in [("train", 0), ("epoch", 1), ("train_batch", 1), ("test", 0),
                        ("test_batch", 1), ("predict", 0), ("predict_batch", 1)]
    for when in ("begin", "end")
}  # fmt: skip
"""Each event, and how many arguments its hook has before `logs`."""

ALIASES = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}
"""Keras's other names of two hooks."""

KNOWN = (*ARGUMENTS, *ALIASES.values())
"""The hooks that are called, by all their names."""

_Parameter = inspect.Parameter


def has_hooks(given: object) -> bool:
    """Return whether an object has any hook, as a list has whose class has one."""
    return any(hasattr(given, name) for name in KNOWN)


class Followers:
    """The callbacks of one training, evaluation or prediction; anything else is refused.

    `Trainer` tells them what happens. Keras's name for it is CallbackList.
    """

    def __init__(self, callbacks: Iterable[Any], model: Any, params: dict[str, Any]) -> None:
        followers = list(callbacks)
        for follower in followers:
            if isinstance(follower, type):
                raise TypeError(
                    f"expected a callback, received the class {name_of(follower)}: write it with ()"
                )
            if not has_hooks(follower):
                raise wrong_kind("a callback, with hooks such as on_epoch_end", follower)
            if isinstance(follower, Callback):
                unknown = [n for n in dir(follower) if n.startswith("on_") and n not in KNOWN]
                if unknown:
                    raise TypeError(
                        f"{kind_of(follower)}.{unknown[0]} would never be called (must be one"
                        f" of {', '.join(KNOWN)})"
                    )
        for follower in followers:
            _give(follower, "model", model)
            _give(follower, "params", params)
        self._hooks = {
            event: [hook for f in followers if (hook := _hook(f, event, count)) is not None]
            for event, count in ARGUMENTS.items()
        }

    def is_watched(self, event: str) -> bool:
        """Return whether any callback has a hook for this event."""
        return bool(self._hooks[event])

    def tell(self, event: str, *details: Any) -> None:
        """Call every hook for this event, with its arguments."""
        for hook in self._hooks[event]:
            hook(*details)


def _give(follower: Any, name: str, thing: Any) -> None:
    if hasattr(follower, f"set_{name}"):
        getattr(follower, f"set_{name}")(thing)
    else:
        with suppress(AttributeError):  # the follower may have no place for it
            setattr(follower, name, thing)


def _hook(follower: Any, event: str, count: int) -> Callable[..., Any] | None:
    """The follower's own hook for an event; `Callback`'s, which do nothing, are left out."""
    for name in [event, ALIASES.get(event, event)]:
        hook = getattr(follower, name, None)
        if hook is not None and getattr(hook, "__func__", hook) is not getattr(Callback, name):
            return _with_logs(hook, count)
    return None


def _with_logs(hook: Callable[..., Any], count: int) -> Callable[..., Any]:
    """The hook as a function of `count` arguments and logs, which the hook may not take."""
    try:
        parameters = inspect.signature(hook).parameters
    except ValueError:  # a function written in C may not tell its arguments
        return hook
    kinds = [parameter.kind for parameter in parameters.values()]
    places = kinds.count(_Parameter.POSITIONAL_ONLY) + kinds.count(_Parameter.POSITIONAL_OR_KEYWORD)
    if places > count or _Parameter.VAR_POSITIONAL in kinds:
        return hook
    if "logs" in parameters:  # by keyword alone
        return lambda *details: hook(*details[:count], logs=details[count])
    return lambda *details: hook(*details[:count])
