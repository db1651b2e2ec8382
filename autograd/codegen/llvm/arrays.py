"""The arrays of a kernel, as machine code sees them: names, widths, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.codegen.kernel import Kernel

WIDE = 8
"""Numbers of the longest row that is read where it is needed, lane by lane. Of a longer row, that
would take more code in each part than all that the part does with it; see `Array.is_turned`."""


@dataclass(frozen=True)
class Array:
    """An array that goes in or comes out.

    Attributes:
        name: "x0", "x1", ... for those that go in, "y0", "y1", ... for those that come out.
        width: its numbers; where there is one row for each sample, those of a row.
        has_rows: whether it has a row for each sample.
    """

    name: str
    width: int
    has_rows: bool

    @property
    def comes_out(self) -> bool:
        """Whether it is written to."""
        return self.name[0] == "y"

    @property
    def is_turned(self) -> bool:
        """Whether parts read or write it column by column, a vector for each; see `Loop`."""
        return self.has_rows and self.width > WIDE

    @property
    def is_sum(self) -> bool:
        """Whether its numbers are sums over the samples."""
        return self.comes_out and not self.has_rows


def arrays_of(kernel: Kernel) -> list[Array]:
    """Return a kernel's arrays, in the order in which `run` is given them."""
    inputs = [Array(f"x{i}", x.width, x.by_sample) for i, x in enumerate(kernel.inputs)]
    outputs = [Array(f"y{i}", len(y.lines), y.by_sample) for i, y in enumerate(kernel.outputs)]
    return inputs + outputs
