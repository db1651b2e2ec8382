"""What the machine code that runs tapes is written with: numbered names, loops, and the steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from autograd.codegen.llvm.functions import elementary
from autograd.codegen.llvm.language import FUNCTIONS, LLVM, Text
from autograd.codegen.tape.groups import ADD_PRODUCT, MAXIMUM, TO_SUM
from autograd.codegen.tape.tape import ADD_MULTIPLES, ADD_PRODUCTS

STEPS = (
    *(ADD_PRODUCT, ADD_PRODUCTS, ADD_MULTIPLES, MAXIMUM, *TO_SUM.values()),
    *("add", "sub", "mul", "div", "neg", "abs", "sqrt"),
    *("greater", "greater_equal", "equal", "or", "not", "choose"),
    *sorted(FUNCTIONS),
)
"""Every step that a tape may have, by its number in the code."""

_ARITY = {
    **dict.fromkeys(("neg", "abs", "sqrt", "not"), 1),
    "choose": 3,
    **dict.fromkeys((ADD_PRODUCT, TO_SUM[ADD_PRODUCT]), 3),
    **FUNCTIONS,
}
OF_ALL = (
    *("constants", "constants.to", "constants.size", "copies", "copies.to", "copies.count"),
    *("inputs", "inputs.count", "outputs", "outputs.count", "code", "code.count", "places"),
)
"""The numbers that every tape has: sizes, and the addresses of its parts."""

_CONDITIONS = {"or": 2, "not": 1, "choose": 1}
"""How many operands, from the first on, are conditions: numbers in the buffer, 1.0 or 0.0."""
_IS_CONDITION = {"greater", "greater_equal", "equal", "or", "not"}


def arity(step: str) -> int:
    """Return how many operands a step has; of sums of products, their first terms'."""
    return _ARITY.get(step, 2)


class TapeText(Text):
    """A text whose numbers get their names by counting, for functions that run a tape.

    Args:
        lanes: numbers in a vector.
    """

    def __init__(self, lanes: int) -> None:
        super().__init__(lanes)
        self._label = ""
        self._count = 0

    def begin(self, steps: Collection[str], *, fused: bool) -> None:
        """Declare what machines call: memory, and those steps that are elementary functions.

        Args:
            steps: those that tapes may have.
            fused: whether the processor can multiply and add with one rounding.
        """
        self.declare_memory()
        for step in sorted(FUNCTIONS.keys() & steps):
            self.add(*elementary(step, self.lanes, fused=fused))

    def label(self, name: str) -> None:
        """Begin a block."""
        self.add(f"{name}:")
        self._label = name

    def new(self, instruction: str) -> str:
        """Write an instruction; return a new name, its result's."""
        self._count += 1
        self.add(f"%v{self._count} = {instruction}")
        return f"%v{self._count}"

    def new_label(self, name: str) -> str:
        """Return a name for blocks that no other has."""
        self._count += 1
        return f"{name}{self._count}"

    def add_(self, a: object, b: object) -> str:
        """Return the sum of two whole numbers."""
        return self.new(f"add i64 {a}, {b}")

    def times(self, a: object, b: object) -> str:
        """Return the product of two whole numbers."""
        return self.new(f"mul i64 {a}, {b}")

    def address(self, kind: str, start: str, index: object) -> str:
        """Return the address of an item of an array."""
        return self.new(f"getelementptr {kind}, ptr {start}, i64 {index}")

    def behind(self, start: str, size: object) -> str:
        """Return the address that is so many bytes behind another."""
        return self.address("i8", start, size)

    def compare(self, how: str, a: object, b: object) -> str:
        """Return whether two whole numbers compare so, in LLVM's word for it."""
        return self.new(f"icmp {how} i64 {a}, {b}")

    def choose(self, kind: str, condition: str, a: object, b: object) -> str:
        """Return one thing if a condition holds, else another."""
        return self.new(f"select i1 {condition}, {kind} {a}, {kind} {b}")

    def load(self, kind: str, address: str) -> str:
        """Return what is at an address; vectors need not begin at multiples of their size."""
        return self.new(f"load {kind}, ptr {address}, align {4 if 'i32' in kind else 8}")

    def store(self, kind: str, value: str, address: str) -> None:
        """Put something at an address."""
        self.add(f"store {kind} {value}, ptr {address}, align 8")

    def fields(self, start: str, names: Sequence[str], kind: str = "i64") -> dict[str, str]:
        """Return the numbers that lie side by side from an address on, each as an i64."""
        found = {}
        for i, name in enumerate(names):
            number = self.load(kind, self.address(kind, start, i))
            found[name] = number if kind == "i64" else self.new(f"sext {kind} {number} to i64")
        return found

    @contextmanager
    def arrays(
        self, name: str, head: Mapping[str, str], fields: Sequence[str], before: object = 0
    ) -> Iterator[tuple[dict[str, str], str]]:
        """Yield an array's fields and address, and write the body once for all of a kind.

        Args:
            name: of the kind, "inputs" or "outputs", with anything behind a dot.
            head: of the tape; it has where their fields are, and how many arrays there are.
            fields: the names of an array's fields.
            before: how many arrays are before them in the table.
        """
        kind, _, _ = name.partition(".")
        with self.loop(name, head[f"{kind}.count"]) as i:
            at = self.address("i64", self.pointer(head[kind]), self.times(i, len(fields)))
            found = self.fields(at, fields)
            yield found, self.load("ptr", self.address("ptr", "%table", self.add_(i, before)))

    def put_constants(self, buffer: str, head: Mapping[str, str]) -> None:
        """Copy the constants to their places."""
        to = self.address("double", buffer, head["constants.to"])
        self.copy(to, self.pointer(head["constants"]), head["constants.size"])

    def copy_places(self, buffer: str, head: Mapping[str, str]) -> None:
        """Copy inputs to where copies of them lie side by side."""
        to, copied = self.address("double", buffer, head["copies.to"]), self.pointer(head["copies"])
        with self.loop("copies", head["copies.count"]) as i:
            place = self.load("i64", self.address("i64", copied, i))
            number = self.load("double", self.address("double", buffer, place))
            self.store("double", number, self.address("double", to, i))

    def pointer(self, number: str) -> str:
        """Return a number as an address."""
        return self.new(f"inttoptr i64 {number} to ptr")

    @contextmanager
    def loop(
        self, name: str, end: object, step: int = 1, carried: Sequence[tuple[str, str, str]] = ()
    ) -> Iterator[str]:
        """Yield an index, and write the body once for all indices from 0 to below `end`.

        Args:
            name: what the names of the loop's blocks and numbers start with.
            end: the end.
            step: from one index to the next.
            carried: names that go from turn to turn, their types, and what they are at first; the
                body has to write what is next, under the name with ".next" behind it.
        """
        before = self._label
        self.add(f"br label %{name}")
        self.label(name)
        for x, kind, first in carried:
            self.add(f"{x} = phi {kind} [{first}, %{before}], [{x}.next, %{name}.go]")
        self.add(
            f"%{name}.i = phi i64 [0, %{before}], [%{name}.next, %{name}.go]",
            f"%{name}.is = icmp slt i64 %{name}.i, {end}",
            f"br i1 %{name}.is, label %{name}.body, label %{name}.end",
        )
        self.label(f"{name}.body")
        yield f"%{name}.i"
        self.add(f"br label %{name}.go")
        self.label(f"{name}.go")
        self.add(f"%{name}.next = add i64 %{name}.i, {step}", f"br label %{name}")
        self.label(f"{name}.end")

    @contextmanager
    def when(self, name: str, condition: str) -> Iterator[None]:
        """Write the body once, to be run where a condition holds."""
        self.add(f"br i1 {condition}, label %{name}.then, label %{name}.else")
        self.label(f"{name}.then")
        yield
        self.add(f"br label %{name}.else")
        self.label(f"{name}.else")

    def one(self, address: str) -> str:
        """Return a vector that has the number of an address in all lanes."""
        return self.splat(self.load("double", address))

    def splat(self, number: str) -> str:
        """Return a vector that has a number in all lanes."""
        self._count += 1
        name = f"%v{self._count}"
        self.spread(name, "double", number)
        return name


def result_of(text: TapeText, step: str, inputs: Sequence[str]) -> str:
    """Write how a vector of results is computed; conditions are 1.0 or 0.0 in it."""
    vector, language = text.vector, LLVM(text.lanes)
    if step == ADD_PRODUCT:
        product = text.new(language.forms["mul"].format(*inputs[1:]))
        return text.new(language.forms["add"].format(inputs[0], product))
    if step == MAXIMUM:
        a, b = inputs
        at_least = text.new(language.forms["greater_equal"].format(a, b))
        is_nan = text.new(f"fcmp uno {vector} {a}, {a}")
        condition = text.new(language.forms["or"].format(at_least, is_nan))
        return text.new(language.forms["choose"].format(condition, a, b))
    conditions = _CONDITIONS.get(step, 0)
    inputs = [
        *(text.new(f"fcmp une {vector} {x}, zeroinitializer") for x in inputs[:conditions]),
        *inputs[conditions:],
    ]
    form = language.forms.get(step)
    number = text.new(form.format(*inputs) if form else language.function(step, inputs))
    if step in _IS_CONDITION:
        number = text.new(f"uitofp <{text.lanes} x i1> {number} to {vector}")
    return number
