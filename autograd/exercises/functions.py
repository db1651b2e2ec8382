"""check_function: a function that a student wrote, held against numbers at several points."""

from __future__ import annotations

import base64
import copy
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd.cleaning import kind_of, quoted
from autograd.languages import language as language_now
from autograd.languages import plural, spoken, words
from autograd.notation.numbers import show_number
from autograd.notation.text import one_line
from autograd.options import whole_number
from autograd.trees import flatten, number_of

_LONGEST = 60
"""The most characters of something that is shown and is no number."""


@dataclass(frozen=True)
class Trial:
    """What a function did at one point.

    Attributes:
        call: the call, as a reader would write it.
        expected: the right numbers.
        given: what it gave, as numbers; None if it gave no numbers.
        error: what stopped it, or "".
        ok: whether they are the same.
        is_waiting: whether nothing has been written here so far.
        is_without_return: whether it was called, and gave nothing.
    """

    call: str
    expected: tuple[float, ...]
    given: tuple[float, ...] | None = None
    error: str = ""
    ok: bool = False
    is_waiting: bool = False
    is_without_return: bool = False


@dataclass(frozen=True, eq=False)
class FunctionCheck:
    """The verdict on a function.

    Attributes:
        trials: what the function did, point by point.
        hints: what helps, from a nudge to nearly the answer.
        mistake: what was probably done, or "".
        hint: how many of the hints are told.
        language: the language that the report was made in; if None, the one there is.
    """

    trials: tuple[Trial, ...]
    hints: tuple[str, ...] = ()
    mistake: str = ""
    hint: int = 0
    language: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the function is right at every point."""
        return all(trial.ok for trial in self.trials)

    @property
    def right(self) -> int:
        """At how many points the function is right."""
        return sum(trial.ok for trial in self.trials)

    @property
    def is_answered(self) -> bool:
        """Whether something has been written that can be judged."""
        return not all(trial.is_waiting for trial in self.trials)

    def with_hint(self, hint: int) -> FunctionCheck:
        """Return the same report with so many hints.

        Raises:
            ValueError: there is no such number of hints.
        """
        return replace(self, hint=_number_of_hints(hint))

    def _lines(self) -> Iterator[str]:
        count = len(self.trials)
        if self.ok:
            yield plural(count, "Right.", "Right at all {count} points.")
            return
        if self.is_answered:
            yield words("Right at {right} of {count} points.", right=self.right, count=count)
            yield _told(next(trial for trial in self.trials if not trial.ok))
        else:
            yield words("Not answered yet.")
            if self.trials[0].is_without_return:
                yield _told(self.trials[0])
        if self.mistake:
            yield self.mistake
        yield from self.hints[: self.hint]
        if self.hint < len(self.hints):
            yield words("For a hint, write hint={more}.", more=self.hint + 1)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return spoken(self.language, self._text)

    def _text(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__


def check_function(
    answer: Callable[..., Any] | None,
    cases: Sequence[tuple[Any, Any]],
    *,
    hints: Sequence[str] | str = (),
    mistakes: Sequence[tuple[Sequence[Any], str]] | str = (),
    hint: int = 0,
    tolerance: float = 1e-6,
    language: str | None = None,
) -> FunctionCheck:
    """Hold a function against the numbers that it should give at several points.

    The cases are plain numbers, so that an exercise does not show its answer, and several, so that
    a wrong rule does not pass at a lucky point. A function that still is, gives or computes with
    `...`, and one that gives None, counts as not answered yet.

    Args:
        answer: the function; None or `...` if there is none so far.
        cases: pairs of the arguments, in a tuple unless there is just one, and of what the
            function should give: a number, or numbers in a list, a tuple or a dict.
        hints: what helps, from a nudge to nearly the answer; or what `hide` made of them.
        mistakes: usual mistakes: what each gives at the cases, and what to say about it; or what
            `hide` made of them.
        hint: how many of the hints to tell.
        tolerance: how far a number may be off, as a share of its size, or of 1 if it is smaller.
        language: the language of the report, such as "es"; if None, the one that `set_language`
            chose.

    Returns:
        The verdict: `ok`, and a text that says at how many points the function is right, and what
        it did at the first at which it is not.

    Raises:
        ValueError: there are no cases, or a mistake does not have a number for each.

    >>> def slope(x):
    ...     return x * x
    >>> check_function(slope, [(0, 0), (1, 2), (3, 6)], hints=["Nudge x, and look at the change."])
    Right at 1 of 3 points.
    slope(1) is 1; it should be 2.
    For a hint, write hint=1.
    """
    if not cases:
        raise ValueError("expected at least one case, such as ((2, 3), 6), received none")
    trials = tuple(_trial(answer, *case, tolerance) for case in cases)
    mistake = ""
    for numbers, said in _in_sight(mistakes):
        if len(numbers) != len(cases):
            raise ValueError(
                f"expected what a mistake gives at each of the {len(cases)} cases, received"
                f" {len(numbers)} for {quoted(said)}"
            )
        pairs = zip(trials, numbers, strict=True)
        if not mistake and all(_is_same(t.given, _numbers(n), tolerance) for t, n in pairs):
            mistake = said
    told, spoken_in = tuple(_in_sight(hints)), spoken(language, language_now)
    return FunctionCheck(trials, told, mistake, _number_of_hints(hint), spoken_in)


def hide(told: Sequence[Any]) -> str:
    """Return hints, or mistakes, as a text that does not tell them at a glance.

    Args:
        told: the `hints` or the `mistakes` of `check_function`.

    >>> hide(["Nudge x."])
    'WyJOdWRnZSB4LiJd'
    """
    return base64.b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()


def _in_sight(told: Sequence[Any] | str) -> Sequence[Any]:
    if not isinstance(told, str):
        return told
    try:
        found: list[Any] = json.loads(base64.b64decode(told, validate=True))
    except ValueError as error:
        raise ValueError(
            f"expected a list, or the text that hide(list) returns, received {quoted(told)}"
        ) from error
    return found


def _number_of_hints(hint: int) -> int:
    return whole_number("hint", hint, least=0)


def _trial(answer: Any, arguments: Any, right: Any, tolerance: float) -> Trial:
    """Call the function at one point."""
    given = arguments if isinstance(arguments, tuple) else (arguments,)
    name = getattr(answer, "__name__", "")
    call = f"{name if name.isidentifier() else 'f'}({', '.join(map(_shown, given))})"
    expected = _numbers(right)
    if _is_nothing(answer):
        return Trial(call, expected, is_waiting=True)
    try:
        # Of its own, for a function may change what it is given.
        found = answer(*copy.deepcopy(given))
        if _is_nothing(found):
            return Trial(call, expected, is_waiting=True, is_without_return=found is None)
        numbers = _numbers(found)
    except Exception as error:  # noqa: BLE001  # whatever a student wrote is told
        said = one_line(str(error)).rstrip(".")
        text = f"{kind_of(error)}: {said}" if said else kind_of(error)
        # Python calls the dots of a skeleton Ellipsis, or 'ellipsis'.
        return Trial(call, expected, error=text, is_waiting="llipsis" in said)
    return Trial(call, expected, numbers, ok=_is_same(numbers, expected, tolerance))


def _is_nothing(found: Any) -> bool:
    """Return whether this stands for what is still to be written, or has a part that does."""
    if isinstance(found, (tuple, list)):
        return any(map(_is_nothing, found))
    return found is None or found is ...


def _numbers(found: Any) -> tuple[float, ...]:
    return tuple(map(number_of, flatten(found)))


def _is_same(found: tuple[float, ...] | None, right: tuple[float, ...], tolerance: float) -> bool:
    return (
        found is not None
        and len(found) == len(right)
        and all(
            math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
            for a, b in zip(found, right, strict=True)
        )
    )


def _told(trial: Trial) -> str:
    """Return what a function did at a point where it is wrong."""
    call = trial.call
    if trial.is_waiting:
        return words("{call} gives nothing back: is a return missing?", call=call)
    if trial.given is None and "NoneType" in trial.error:
        return words("{call} stops: {error}. Is a return missing?", call=call, error=trial.error)
    if trial.given is None:
        return words("{call} stops: {error}.", call=call, error=trial.error)
    given, right = (", ".join(map(show_number, n)) for n in (trial.given, trial.expected))
    return words("{call} is {given}; it should be {right}.", call=call, given=given, right=right)


def _shown(thing: Any) -> str:
    """Return an argument as a reader would write it."""
    if isinstance(thing, (list, tuple)):
        inside = ", ".join(map(_shown, thing))
        text = f"[{inside}]" if isinstance(thing, list) else f"({inside})"
    elif isinstance(thing, (int, float)) and not isinstance(thing, bool):
        text = show_number(float(thing))
    else:
        text = one_line(getattr(thing, "__name__", "") or repr(thing))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
