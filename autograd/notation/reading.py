"""parse: from text such as "sigmoid(w*x + b)" to a graph.

Python's parser makes a tree of the text; the tree is checked node by node against what an
expression may hold, and then computed with rows of the table. It is never run as Python.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NoReturn

from autograd import ops
from autograd.cleaning import quoted
from autograd.languages import marked, words
from autograd.notation.parsing import NOT_ALLOWED, in_own_words, is_of_digits
from autograd.notation.sayings import Saying, said
from autograd.notation.spelling import (
    Spelling,
    TypedSpelling,
    has_decimal_comma,
    operand_before,
    unclear_powers,
)
from autograd.notation.usual import LONGEST as LONGEST  # noqa: PLC0414  # found here too
from autograd.value import Parameter, Value

Operand = Any
"""A Value, a float, or a list of these."""

Step = tuple[str, Callable[..., Operand], list[ast.expr]]
"""A node of the tree: its name, its function, and the nodes that the function is applied to."""

_OPERATORS: dict[type[ast.AST], Callable[..., Operand]] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
    ast.USub: ops.neg,
    ast.UAdd: lambda a: a,
}

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
"""Numbers that an expression may name, where no name of its own hides them."""

LETTERS = {"sigma": "sigmoid", "σ": "sigmoid"}
"""Letters that are functions where they are called; elsewhere, and if they are given, names."""

OTHER_NAMES = {"ln": "log", "max": "maximum", "min": "minimum", **LETTERS}
"""Names of rows that Python's programmers and mathematicians use."""

NOT_READ = {
    "#": "",
    "\\": "",
    "|": marked("; the size of a is abs(a)"),
    "‖": marked("; the length of a vector is norm([a, b])"),
    "√": marked("; a root is sqrt(a)"),
    "½": marked("; a half is 1/2"),
    "•": marked("; a product is a*b"),
}
"""Characters that no expression holds, and what to write instead."""

PRODUCT = Saying(marked("; a product needs its sign, as in 2*a"))

_SHOWN = 58
"""How many characters of a name are shown."""

_WORDS: dict[type[ast.AST], str] = {
    ast.Assign: marked("assignment"),
    ast.AugAssign: marked("assignment"),
    ast.AnnAssign: marked("assignment"),
    ast.NamedExpr: marked("assignment"),
    ast.BinOp: marked("operator"),
    ast.BoolOp: marked("operator"),
    ast.UnaryOp: marked("operator"),
    ast.Compare: marked("comparison"),
    ast.IfExp: marked("condition"),
    ast.JoinedStr: marked("f-string"),
    ast.ListComp: marked("comprehension"),
    ast.SetComp: marked("comprehension"),
    ast.DictComp: marked("comprehension"),
    ast.GeneratorExp: marked("comprehension"),
    ast.Subscript: marked("index"),
    ast.Attribute: marked("attribute"),
    ast.Call: marked("call"),
    ast.Lambda: marked("lambda"),
    ast.Set: marked("set"),
    ast.Dict: marked("dict"),
    ast.Starred: marked("starred"),
    ast.Delete: marked("delete"),
    ast.FunctionDef: marked("functiondef"),
    ast.stmt: marked("statement"),
    ast.expr: marked("expression"),
}
"""The usual words for refused syntax; those for any statement, and any expression, come last."""

_CONSTANTS: dict[type, str] = {
    str: marked("string"),
    bytes: marked("bytes"),
    bool: marked("bool"),
    type(None): marked("NoneType"),
    type(...): marked("ellipsis"),
}
"""What refused constants are."""

_ADVICE = {
    "[": marked("; it has to be a literal 0, 1, 2, ..."),
    "if": marked("; where(condition, a, b) chooses"),
    ">": marked("; greater(a, b) is 1 or 0"),
    "<": marked("; greater(b, a) is 1 or 0"),
    "≥": marked("; 1 - greater(b, a) is 1 or 0"),
    "≤": marked("; 1 - greater(a, b) is 1 or 0"),
}


class ExpressionError(ValueError):
    """A text is not an expression that `parse` reads.

    The message says what is refused, at which column, and shows the place with a caret.

    Attributes:
        column: the column that is refused, from 1; None if no single place is refused.
    """

    def __init__(self, message: str, text: str = "", column: int | None = None) -> None:
        self.column, self._what = column, message
        if column is not None:
            first = max(0, column - 60)  # a long text shows only the part around the column
            part = "".join(c if c.isprintable() else "\ufffd" for c in text[first : column + 30])
            caret = " " * (column - 1 - first) + "^"
            message = f"column {column}: {message}\n  {part}\n  {caret}"
        super().__init__(message)

    def said(self) -> str:
        """Return the message in the reader's language, without the place that it shows."""
        if self.column is None:
            return said(self._what)
        return words("column {number}: {what}", number=self.column, what=said(self._what))


def parse(
    text: str, names: Mapping[str, float], *, parameters: Collection[str] = ()
) -> tuple[Value, dict[str, Value]]:
    """Build the graph of an expression.

    An expression holds numbers, names, + - * / and ** or ^ for a power, parentheses, functions of
    the table by their public names, the methods that a Value has, lists for functions that take
    them, and indices of lists: `-log(softmax([a, b])[0])`. A product may leave out its sign, and
    binds as one with a sign: `2x`, `x(1 - x)`; but `f(x)` is a call, unless f is given or stands
    alone somewhere. `ln`, `max` and `min` are `log`,
    `maximum` and `minimum`; `pi`, `π` and `e` are numbers, unless they are given, and `e^x` is
    `exp(x)`. Parts before the last name their results, and are separated by semicolons:
    `z = w*x + b; g = sigmoid(z); (g - y)^2`. The name of a plain number, as in `y = 1`, is a leaf
    like those given.

    Args:
        text: the expression, of at most `LONGEST` characters, on one line.
        names: the number of each name in the expression. A name becomes a leaf with that label,
            whether the expression uses it or not.
        parameters: which of the names are `Parameter`s.

    Returns:
        The result of the last part, labelled if that part names it; and the node of each name:
        names given, then names assigned. A list p is listed by its items, p[0], p[1], ...

    Raises:
        ExpressionError: the text is not such an expression; a name is not given, or is assigned
            twice; or a function cannot take its inputs.

    >>> cost, nodes = parse("z = w*x + b; g = sigmoid(z); (g - 1)**2", {"w": 2, "x": 3, "b": -6})
    >>> cost.backward()
    >>> cost.data, nodes["g"].grad, nodes["w"].grad
    (0.25, -1.0, -0.75)
    >>> parse("w % 2", {"w": 2})
    Traceback (most recent call last):
    autograd.notation.reading.ExpressionError: column 3: operator '%' is not allowed here
      w % 2
        ^
    """
    unknown = [name for name in parameters if name not in names]
    if unknown:
        raise ExpressionError(f"unknown parameter {quoted(unknown[0])} (given: {_listed(names)})")
    reader = Reader(text)
    for name, number in names.items():
        kind = Parameter if name in parameters else Value
        reader.scope[name] = kind(number, label=name)
    result = reader.read()
    output = result if isinstance(result, Value) else Value(result)
    return output, dict(reader.nodes())


def free_names(text: str) -> list[str]:
    """Return the names in an expression that need a number, in the order of their appearance.

    Args:
        text: the expression, as for `parse`.

    Raises:
        ExpressionError: the text is not an expression.

    >>> free_names("z = w*x + b; sigmoid(z) - pi")
    ['w', 'x', 'b']
    """
    return list(Reader(text).free())


class Reader:
    """One text, and the operands that its names stand for so far.

    Args:
        text: the text.

    Attributes:
        scope: the operand of each name so far.
        rows: the name in the table of each function that the text may hold.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.scope: dict[str, Operand] = {}
        self.rows = {**OTHER_NAMES, **dict(zip(ops.TABLE, ops.TABLE, strict=True))}
        self._indent = 0
        self._spelling = Spelling("")
        self._encoded = b""

    def read(self) -> Operand:
        """Return the result of the last part; all other parts are read before it."""
        statements = self._statements()
        for statement in statements:
            match statement:
                case ast.Assign(targets=[ast.Name() as target], value=tree):
                    result = self.assign(statement, target, tree)
                case ast.Expr(value=tree) if statement is statements[-1]:
                    result = self._result(tree)
                case ast.Expr(value=tree):
                    told = marked("all parts but the last name their result, as in z = a*b")
                    self.refuse(tree, Saying(told))
                case _:
                    self.refuse(statement)
        if isinstance(result, list):
            told = Saying(marked("the result is a list; choose one of its numbers, as in p[0]"))
            if has_decimal_comma(self.text):
                told += Saying(marked(", and a decimal comma is a point here: 0.5"))
            self.refuse(tree, told)
        return result

    def free(self) -> Iterator[str]:
        """Yield each name that is neither assigned before it is used nor a constant."""
        known = set(CONSTANTS)
        for statement in self._statements():
            assigned = statement.targets if isinstance(statement, ast.Assign) else []
            functions = {id(n.func) for n in ast.walk(statement) if isinstance(n, ast.Call)}
            found = [
                node
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and node not in assigned and id(node) not in functions
            ]
            for node in sorted(found, key=lambda node: node.col_offset):
                if node.id not in known:
                    known.add(node.id)
                    yield node.id
            known.update(target.id for target in assigned if isinstance(target, ast.Name))

    def nodes(self) -> Iterator[tuple[str, Value]]:
        """Yield every name that stands for a node, and the node."""
        for name, operand in self.scope.items():
            if isinstance(operand, list):
                yield from ((f"{name}[{i}]", item) for i, item in enumerate(operand))
            else:
                yield name, operand

    # ---------------------------------------------------------------- from text to a tree

    def _statements(self) -> list[ast.stmt]:
        """Return the statements that Python's parser finds in the text."""
        if len(self.text) > LONGEST:
            told = marked("expected at most {most} characters, received {count}")
            raise ExpressionError(Saying(told, most=LONGEST, count=len(self.text)))
        for i, character in enumerate(self.text):
            if not character.isprintable():  # a line end would make columns ambiguous
                self._refuse_at(i, _not_allowed(character))
        self._spelling = self.spelling()
        for at, character in enumerate(self._spelling.source):
            if character in NOT_READ:  # a comment, for one, Python would skip in silence
                told = _not_allowed(character) + Saying(NOT_READ[character])
                self._refuse_at(self._spelling.place(at, at + 1)[0], told)
        source = self._spelling.source.lstrip(" ")
        self._indent = len(self._spelling.source) - len(source)
        self._encoded = source.encode()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about odd Python that is refused below
                statements = ast.parse(source).body
        except SyntaxError as error:
            at = min(self._indent + (error.offset or 1) - 1, len(self._spelling.source))
            advice = PRODUCT if is_of_digits(error.msg) else self._side_by_side(at)
            why = in_own_words(error.msg, is_at_end=not self._spelling.source[at:].strip())
            self._refuse_at(self._spelling.place(at, at + 1)[0], _unreadable(why, advice))
        except (MemoryError, RecursionError):
            self._refuse_at(self._indent, Saying(marked("this is nested too deeply to be read")))
        if not statements:
            told = marked("expected an expression, such as (a*b + c).tanh()")
            self._refuse_at(0, Saying(told))
        return statements

    def _side_by_side(self, at: int) -> str:
        """Return what to write where an operand follows another one, or a function."""
        before = operand_before(self._spelling.source, at)
        if not before:
            return ""
        return _for_the_function(before) if before in self.rows else PRODUCT

    # -------------------------------------------------------------- from a tree to a graph

    def spelling(self) -> Spelling:
        """Return the text as Python spells it."""
        for place, told in unclear_powers(self.text):
            self._refuse_at(place, _unreadable(Saying(told), ""))
        return TypedSpelling(self.text, self.rows, self.scope)

    def assign(self, statement: ast.stmt, target: ast.Name, tree: ast.expr) -> Operand:
        """Give a name to the result of a tree, and return it; `statement` is the whole part."""
        del statement
        name = target.id
        if name in self.scope:
            tried = (f"{name}{k}" for k in range(2, LONGEST))
            other = next(free for free in tried if free not in self.scope)
            told = marked("the name '{name}' is taken already; choose another, such as {other}")
            self.refuse(target, Saying(told, name=name, other=other))
        self.scope[name] = result = _named(self._result(tree), name)
        return result

    def function(self, node: ast.expr, name: str) -> Callable[..., Operand] | None:
        """Return a function by its name; None if there is no such function.

        Args:
            node: the name's place in the tree.
            name: the name.
        """
        del node
        is_name = name in LETTERS and name in self.scope
        return public_function(self.rows[name]) if name in self.rows and not is_name else None

    def _result(self, tree: ast.expr) -> Operand:
        """Return the result of a tree; the whole tree is checked before any part is computed."""
        # Lists take the place of recursion, so that no tree is too deep. The plan holds each node
        # before its inputs: read backwards, it finds the inputs computed, the first input on top.
        plan: list[tuple[ast.expr, str, Callable[..., Operand], int]] = []
        todo = [tree]
        while todo:
            node = todo.pop()
            name, apply, inputs = self._step(node)
            plan.append((node, name, apply, len(inputs)))
            todo.extend(reversed(inputs))
        results: list[Operand] = []
        for node, name, apply, count in reversed(plan):
            operands = [results.pop() for _ in range(count)]
            try:
                results.append(apply(*operands))
            except TypeError:
                told = marked("{name} cannot be applied to ({shapes})")
                self.refuse(node, Saying(told, name=name, shapes=_shapes(operands)))
            except ValueError as error:
                self.refuse(node, error.args[0] if error.args else "")
        return results.pop()

    def _step(self, node: ast.expr) -> Step:
        """Return a node's name, function and inputs; refuse what an expression may not hold."""
        match node:
            case ast.Constant(value=int() | float() as number) if type(number) is not bool:
                constant = self._number(node, number)
                step: Step = Saying(marked("a number")), lambda: constant, []
            case ast.Name(id=name):
                operand = self._look_up(node, name)
                step = Saying(marked("a name")), lambda: operand, []
            case ast.UnaryOp(op=op, operand=a) if type(op) in _OPERATORS:
                step = Saying(marked("a sign")), _OPERATORS[type(op)], [a]
            case ast.BinOp(left=ast.Name(id="e"), op=ast.Pow(), right=b) if "e" not in self.scope:
                step = "exp", ops.exp, [b]  # the function, not a power of 2.71828
            case ast.BinOp(left=a, op=op, right=b) if type(op) in _OPERATORS:
                step = Saying(marked("an operator")), _OPERATORS[type(op)], [a, b]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                step = Saying(marked("a list")), _listing, items
            case ast.Subscript(value=a, slice=ast.Constant(value=i)) if type(i) is int:
                step = Saying(marked("an index")), lambda items: _item(items, i), [a]
            case ast.Call():
                step = self._call(node)
            case _:
                self.refuse(node)
        return step

    def _call(self, node: ast.Call) -> Step:
        for given in node.keywords:
            told = marked("the keyword '{name}' is not allowed here")
            self.refuse(given, Saying(told, name=given.arg or "**"))
        place = node.func
        if isinstance(place, ast.Name):
            kind = marked("unknown function '{name}' ({advice})")
            name, inputs, known = place.id, node.args, list(self.rows)
            function = self.function(place, name)
        elif isinstance(place, ast.Attribute):
            kind = marked("unknown method '{name}' ({advice})")
            name, inputs = place.attr, [place.value, *node.args]
            known = [row for row in ops.TABLE if callable(getattr(Value, row, None))]
            function = public_function(name) if name in known else None
        else:
            self.refuse(node)
        if function is None:
            advice = Saying(marked("known: {names}"), names=", ".join(sorted(known)))
            product = Saying(marked("for a product, write {name}*(...)"), name=name[:_SHOWN])
            if name in self.scope:
                advice = product
            elif isinstance(place, ast.Name):
                advice = advice + "; " + product
            self.refuse(place, Saying(kind, name=name[:_SHOWN], advice=advice))
        return name, function, inputs

    def _number(self, node: ast.expr, number: float) -> float:
        try:
            constant = float(number)
        except OverflowError:
            constant = math.inf
        if math.isinf(constant):
            self.refuse(node, Saying(marked("this number is too large")))
        return constant

    def _look_up(self, node: ast.expr, name: str) -> Operand:
        name = self._spelling.meant(name)
        if name not in self.scope and name not in CONSTANTS:
            told = Saying(
                marked("unknown name '{name}' (given: {given})"),
                name=name[:_SHOWN],
                given=_listed(self.scope),
            )
            self.refuse(node, told + _for_the_function(name) if name in self.rows else told)
        return self.scope[name] if name in self.scope else CONSTANTS[name]

    # ------------------------------------------------------------------------- refusing

    def refuse(self, node: ast.AST, message: str = "") -> NoReturn:
        """Raise an error that shows a node's place, and says what is refused there."""
        at, shown = self._place(node)
        if not message:
            word = next(_WORDS[kind] for kind in type(node).__mro__ if kind in _WORDS)
            if isinstance(node, ast.Constant):
                word = _CONSTANTS.get(type(node.value), word)
            told = marked("{kind} {sign} is not allowed here")
            message = Saying(told, kind=Saying(word), sign=quoted(shown, 60))
            message += Saying(_ADVICE.get(shown, ""))
        self._refuse_at(at, message)

    def _refuse_at(self, index: int, message: str) -> NoReturn:
        raise ExpressionError(message, self.text, index + 1)

    def _place(self, node: ast.AST) -> tuple[int, str]:
        """Return a node's place and text; of `a < b` and its like, those of the operator."""
        start, end = self._span(node)
        inner = sorted(
            self._span(child) for child in ast.iter_child_nodes(node) if _has_place(child)
        )
        if inner and not isinstance(node, (ast.Call, ast.List, ast.Tuple, ast.JoinedStr)):
            first, rest = inner[0], inner[1:]
            if not self.text[start : first[0]].strip("( "):
                between = self.text[first[1] : rest[0][0] if rest else end]
                start = first[1] + len(between) - len(between.lstrip(") "))
                return start, between.strip("() ")
        return start, self.text[start:end]

    def _span(self, node: Any) -> tuple[int, int]:
        """Return where a node starts and ends, in characters: Python counts the bytes of UTF-8."""
        start, end = (
            self._indent + len(self._encoded[:offset].decode())
            for offset in (node.col_offset, node.end_col_offset)
        )
        return self._spelling.place(start, end)


def _has_place(node: ast.AST) -> bool:
    return hasattr(node, "col_offset")


def public_function(name: str) -> Callable[..., Operand]:
    """Return a row's public function: the one that `ops` writes beside the table, or the row."""
    row = ops.TABLE[name]
    return getattr(ops, name) if row in vars(ops).values() else row


def _named(operand: Operand, name: str) -> Operand:
    """Return an operand with `name` for a label, unless it has a label already."""
    if isinstance(operand, list):
        return [_named(item, f"{name}[{i}]") for i, item in enumerate(operand)]
    if not isinstance(operand, Value):
        return Value(operand, label=name)
    operand.label = operand.label or name
    return operand


def _listing(*items: Operand) -> list[Operand]:
    if any(isinstance(item, list) for item in items):
        told = marked("expected a list of numbers, received a list within a list")
        raise ValueError(Saying(told))
    return list(items)


def _item(operand: Operand, index: int) -> Operand:
    if not isinstance(operand, list):
        raise TypeError
    if index >= len(operand):
        told = marked("a list of {count} numbers has no item [{index}]")
        raise ValueError(Saying(told, count=len(operand), index=index))
    return operand[index]


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) or Saying(marked("none"))


def _shapes(operands: list[Operand]) -> Saying:
    """Return what operands are: lists or numbers."""
    told = Saying()
    for i, operand in enumerate(operands):
        kind = marked("list") if isinstance(operand, list) else marked("number")
        told += Saying(", " if i else "") + Saying(kind)
    return told


def _not_allowed(character: str) -> Saying:
    return Saying(NOT_ALLOWED, character=repr(character))


def _for_the_function(name: str) -> Saying:
    return Saying(marked("; for the function, write {name}(...)"), name=name)


def _unreadable(why: str, advice: str) -> Saying:
    """Return why a text cannot be read, with what to write instead."""
    return Saying(marked("cannot read this: {why}"), why=why + advice)
