"""What differences of a function say of its derivative: right, wrong, or that they cannot tell.

A difference over a step is off for two reasons: the function bends within the step, and its numbers
are rounded. So steps of several sizes are asked. Where they agree, they decide; a derivative that
none of them can tell from a wrong one is not taken for right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from autograd.notation.numbers import show_number
from autograd.real import divide

RIGHT, WRONG, UNDECIDED = "right", "WRONG", "CANNOT TELL"
"""How a verdict begins, but for that on a kink, which is right."""

_SMALLER = 8
"""How many steps are tried, each a tenth of the one before."""

_NO_FRACTION = 0.618
"""Halves of a step may all end near whole waves of a function; such a part of it does not."""

_PARTS = 1.0, 0.5, 0.25, _NO_FRACTION, 1.0 - _NO_FRACTION

_LARGEST = 1e4
"""How many times a step is enlarged at the most, where rounding is too coarse for eps."""


class Differences(NamedTuple):
    """The slopes of one output by one input.

    Attributes:
        slopes: gives the slopes to the left and to the right for a step; raises a ValueError if the
            step is too small to change the input.
        noise: by how much rounding may change the output.
        eps: the step that was asked for.
        atol: absolute tolerance.
        rtol: relative tolerance.

    >>> Differences(lambda step: (6.0 - step, 6.0 + step), 0.0, 1e-6, 1e-5, 1e-3).verdict(6.0)
    'right'
    """

    slopes: Callable[[float], tuple[float, float]]
    noise: float
    eps: float
    atol: float
    rtol: float

    def verdict(self, exact: float) -> str:
        """Return the verdict on a derivative.

        Args:
            exact: the derivative.
        """
        found = [self.slopes(self.eps)]
        numeric, rounding = sum(found[0]) / 2.0, self.noise / self.eps
        doubt = divide(rounding, self._tolerance(exact))
        if abs(exact - numeric) <= self._tolerance(numeric) < math.inf:
            return self._with_less_noise(exact, doubt, RIGHT) if doubt > 1.0 else RIGHT
        found += [self.slopes(self.eps * part) for part in _PARTS[1:]]
        verdict = _explain(exact, found, self.atol + rounding, self.rtol)
        if verdict.startswith(f"{WRONG}, kink") or not math.isfinite(exact):
            return verdict
        if verdict.startswith(WRONG):
            return self._with_smaller_steps(exact, verdict)
        if not doubt > 1.0:
            return verdict
        if rounding > max(self.atol, abs(exact)):
            return self._rounded()
        return self._with_less_noise(exact, doubt, verdict)

    def _with_less_noise(self, exact: float, doubt: float, verdict: str) -> str:
        """Return the verdict if a larger step, in which there is less noise, bears it out.

        Args:
            exact: the derivative.
            doubt: how many times too much noise there is in the step eps.
            verdict: the verdict by that step.
        """
        step = self.eps * min(doubt, _LARGEST)
        low, high = sorted(self.slopes(step))
        rounding = self.noise / step
        allowed = self._tolerance(max(abs(low), abs(high))) + rounding
        if exact < low - allowed or exact > high + allowed:
            return WRONG
        is_clear = doubt <= _LARGEST and math.isfinite(high - low)
        return verdict if is_clear else self._rounded()

    def _with_smaller_steps(self, exact: float, verdict: str) -> str:
        """Return the verdict of the largest step within which the function hardly bends.

        Three steps, each half of the one before, show how much it bends; then Richardson's
        extrapolation takes out what the bend adds. A step below eps only says that eps is too
        large.

        Source: L. F. Richardson, The deferred approach to the limit, 1927.

        Args:
            exact: the derivative.
            verdict: the verdict by the step eps, which stands if no step decides.
        """
        bends = is_finite_near = False
        for power in range(_SMALLER):
            step = self.eps / 10.0**power
            try:
                d0, d1, d2 = (sum(self.slopes(step / part)) / 2.0 for part in (1.0, 2.0, 4.0))
            except ValueError:  # the step is lost in the rounding of the input
                break
            rounding, tolerance = 4.0 * self.noise / step, self._tolerance(d2)
            first, second = abs(d1 - d0), abs(d2 - d1)
            is_finite_near = is_finite_near or math.isfinite(first + second)
            if not math.isfinite(first + second) or first > 0.1 * abs(d1) + tolerance + rounding:
                bends = True
                continue
            if rounding > max(tolerance, self._tolerance(exact)):
                break
            better = d1 + (d1 - d0) / 3.0, d2 + (d2 - d1) / 3.0
            best = better[1] + (better[1] - better[0]) / 15.0
            probe = sum(self.slopes(step * _NO_FRACTION)) / 2.0
            is_wave = abs(probe - best) > abs(d0 - best) + tolerance + rounding
            if is_wave or abs(best - better[1]) + rounding > self._tolerance(best):
                bends = True
                continue
            if abs(exact - best) > self._tolerance(best) + rounding:
                return verdict if verdict.startswith(f"{WRONG}, ") and not power else WRONG
            if not power:
                return RIGHT
            return f"{UNDECIDED}, wrong or too large a step: take a smaller eps, such as {step:.0e}"
        is_a_pole = is_finite_near and verdict.startswith(f"{WRONG}, not finite")
        if bends and (verdict == WRONG or is_a_pole):
            return f"{UNDECIDED}, wrong or too large a step, of which smaller ones are rounded away"
        return verdict

    def _rounded(self) -> str:
        size = show_number(self.noise / self.eps, 1)
        return f"{UNDECIDED}, wrong or rounding, up to {size}: take a larger eps"

    def _tolerance(self, slope: float) -> float:
        return self.atol + self.rtol * abs(slope)


def _explain(analytic: float, slopes: list[tuple[float, float]], atol: float, rtol: float) -> str:
    """Return the verdict on a derivative that differs from the central difference.

    Args:
        analytic: the derivative.
        slopes: the slopes to the left and to the right, with steps of `_PARTS` of eps.
        atol: absolute tolerance, the rounding of a slope included.
        rtol: relative tolerance.
    """
    left, right = slopes[0]
    unfit = {"analytic": analytic, "left": left, "right": right}
    unfit = {side: number for side, number in unfit.items() if not math.isfinite(number)}
    if unfit:
        return f"{WRONG}, not finite: " + ", ".join(f"{side} {n}" for side, n in unfit.items())
    found = f"left {show_number(left, 9)}, right {show_number(right, 9)}"
    sizes = [max(abs(left), abs(right)) for left, right in slopes]
    tolerance = atol + rtol * sizes[0]
    is_steeper = sizes[0] > tolerance and sizes[2] > 2.0 * sizes[0]
    if is_steeper and _is_smooth(slopes, tolerance):  # four times as steep at eps / 4
        return f"{WRONG}, jump: {found}"
    gaps = [abs(right - left) for left, right in slopes]
    if gaps[2] <= tolerance:  # no kink, or one beyond eps / 4
        return WRONG if abs(analytic - sum(slopes[2]) / 2.0) > tolerance else f"kink near: {found}"
    if 0.4 < divide(gaps[1], gaps[0]) < 0.6:  # only curved: the gap shrinks with eps
        return WRONG
    moved = min(max(side) - min(side) for side in zip(*slopes[1:], strict=True))
    if moved > gaps[2] / 4.0 + tolerance or not _is_smooth(slopes, tolerance):
        return WRONG  # up and down within the step: a kink has two sides
    is_between = min(left, right) - tolerance <= analytic <= max(left, right) + tolerance
    return f"kink: {found}" if is_between else f"{WRONG}, kink: {found}"


def _is_smooth(slopes: list[tuple[float, float]], tolerance: float) -> bool:
    """Return whether a function goes on smoothly to either side of a kink, or of a jump.

    By how much it rises is then on a parabola. A wave within the step goes up and down.

    Args:
        slopes: as for `_explain`.
        tolerance: of a slope.
    """
    for side in zip(*slopes, strict=True):
        whole, half, quarter, *others = rises = [
            slope * part for slope, part in zip(side, _PARTS, strict=True)
        ]
        allowed = 0.02 * max(map(abs, rises)) + tolerance
        for t, rise in zip(_PARTS[3:], others, strict=True):
            on_parabola = (
                whole * (t - 0.5) * (t - 0.25) / 0.375
                - half * (t - 1.0) * (t - 0.25) / 0.125
                + quarter * (t - 1.0) * (t - 0.5) / 0.1875
            )
            if abs(rise - on_parabola) > allowed:
                return False
    return True
