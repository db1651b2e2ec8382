"""LiveCurve: the losses of a training, while it runs."""

from __future__ import annotations

import importlib
import math
import sys
import time
from collections.abc import Sequence
from typing import Any

from autograd.languages import words
from autograd.notation import show_number
from autograd.options import whole_number
from nn.callbacks import Callback
from nn.pictures.training_curves import loss_curve

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 40  # bars of a terminal's line
_PAUSE = 0.5  # seconds from one picture to the next


class LiveCurve(Callback):
    """A callback that shows the losses of a training while it runs, those of a validation too.

    In a notebook the plot of `nn.plots.loss_curve` grows; in a terminal a line of bars does.

    Args:
        log: whether the loss has a logarithmic scale.
        every: after how many epochs it is shown anew, at most twice a second.

    >>> import nn
    >>> x, y = nn.datasets.xor()
    >>> model = nn.Sequential([nn.Input(2), nn.Dense(1, "sigmoid")])
    >>> model.compile("sgd", "binary_crossentropy")
    >>> _ = model.fit(x, y, epochs=3, verbose=0, callbacks=[LiveCurve()])  # doctest: +ELLIPSIS
    █▄▁ epoch 3/3: loss ...
    """

    def __init__(self, *, log: bool = False, every: int = 1) -> None:
        self.log = log
        self.every = whole_number("every", every, least=1)

    def on_train_begin(self, _logs: Any = None) -> None:
        """Begin anew."""
        self.measures: dict[str, list[float]] = {}
        self._display: Any = None
        self._shown_at = -math.inf
        self._epoch = 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Take in what was measured, and show it."""
        self._epoch = epoch + 1
        count = max(map(len, self.measures.values()), default=0)
        for name, number in (logs or {}).items():
            self.measures.setdefault(name, [math.nan] * count).append(float(number))
        for numbers in self.measures.values():
            numbers += numbers[-1:] * (count + 1 - len(numbers))  # it is not taken each time
        now = time.monotonic()
        is_due = (count + 1) % self.every == 0 and now >= self._shown_at + _PAUSE
        if is_due and (_is_notebook() or sys.stdout.isatty()):
            self._show(is_last=False)
            self._shown_at = now

    def on_train_end(self, _logs: Any = None) -> None:
        """Show all of it."""
        if self.measures:
            self._show(is_last=True)

    def _show(self, *, is_last: bool) -> None:
        if not _is_notebook():
            start, end = ("\r", "\n" if is_last else "") if sys.stdout.isatty() else ("", "\n")
            sys.stdout.write(f"{start}{self._line()}{end}")
            sys.stdout.flush()
            return
        figure = loss_curve(self.measures, log=self.log)
        display = importlib.import_module("IPython.display")
        if self._display is None:
            self._display = display.display(figure, display_id=True)
        else:
            self._display.update(figure)

    def _line(self) -> str:
        latest = [
            f"{name} {show_number(numbers[-1], 4)}" for name, numbers in self.measures.items()
        ]
        epochs = self.params.get("epochs", self._epoch)
        bars = sparkline(self.measures.get("loss", []), log=self.log)
        said = words("epoch {epoch}/{epochs}", epoch=self._epoch, epochs=epochs)
        return f"{bars} {said}: {', '.join(latest)}"


def sparkline(numbers: Sequence[float], *, log: bool = False, width: int = _WIDTH) -> str:
    """Return numbers as a line of bars; of many, the means of neighbours.

    Args:
        numbers: the numbers; what is not finite leaves a gap.
        log: whether their logarithms are shown.
        width: how many bars at most.

    >>> sparkline([4.0, 2.0, 1.0, 0.0])
    '█▅▃▁'
    """
    size = -(-len(numbers) // width) or 1
    parts = [numbers[i : i + size] for i in range(0, len(numbers), size)]
    means = [sum(part) / len(part) for part in parts]
    if log:
        means = [math.log(mean) if mean > 0 else math.nan for mean in means]
    known = [mean for mean in means if math.isfinite(mean)]
    if not known:
        return " " * len(means)
    low, reach = min(known), (max(known) - min(known)) or 1.0
    return "".join(
        _BARS[round((mean - low) / reach * (len(_BARS) - 1))] if math.isfinite(mean) else " "
        for mean in means
    )


def _is_notebook() -> bool:
    """Whether this runs in a kernel that shows pictures."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")
