"""What the cells of a notebook do to `answers`: read as Python, and never run.

What is written as a literal is read as the cell would do it. Of all else that may change `answers`
a note says where it stands, and what to write instead.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import islice

from autograd.checking.claims import claim_names
from autograd.languages import words

_NAME = "answers"
_LOOKS = {"get", "items", "keys", "values", "copy"}
"""Methods of a dict that leave it as it is."""
_SHOWS = {"print", "display", "grade", "len", "str", "repr", "list", "sorted", "type", "dict"}
"""Functions that leave a dict as it is."""


class Cells:
    """The answers after some cells, which are read in the order of the notebook.

    Attributes:
        answers: what was written, by the name of the blank; None if no cell has any so far.
        notes: what could not be read, and what got lost on the way.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str] | None = None
        self.notes: list[str] = []
        self._place = ""
        self._statement: ast.stmt = ast.Pass()
        self._code = ""

    def read(self, number: int, source: str) -> None:
        """Go on with a cell.

        Args:
            number: which cell of code it is, from 1.
            source: its text.
        """
        self._place = words("code cell {number}", number=number)
        # Magic commands are no Python. Empty lines take their place, so that places stay right.
        lines = [
            "" if re.match(r"[%!?]|[\w.]+\?+\s*$", line) else line for line in source.split("\n")
        ]
        self._code = "\n".join(lines)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about odd Python in a cell that is never run
                statements = ast.parse(self._code).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if _NAME in source:  # other cells may be broken
                why = str(error)
                if isinstance(error, SyntaxError):
                    why = words("{why}, line {line}", why=error.msg, line=error.lineno)
                told = words("the cell with the answers cannot be read: {why}", why=why)
                if re.search("[0-9],[0-9]", source):
                    told = words("{told}; a decimal comma needs quotes, as in '0,5'", told=told)
                self._note(told)
            return
        for statement in statements:
            self._statement = statement
            if not self._is_done(statement):
                self._note_changes(statement)

    # ------------------------------------------------------------------ statements

    def _is_done(self, statement: ast.stmt) -> bool:
        """Do what a statement does to the answers; return whether it could be read."""
        match statement:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in _pairs(target, value)]
                if not any(map(_is_ours, (target for target, _ in pairs))):
                    return False
                for target, part in pairs:
                    self._assign(target, part)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_ours(target):
                self._assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr(), value=value) if (
                name == _NAME
            ):
                self._add(value)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="update"),
                    args=parts,
                    keywords=keywords,
                )
            ) if name == _NAME:
                for part in [*parts, ast.Dict(*_as_dict(keywords))]:
                    self._add(part)
            case _:
                return False
        return True

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name) if name == _NAME:
                found = self._dict(value)
                if found is not None:
                    self.answers = self._replaced(self.answers or {}, found)
            case ast.Subscript(value=ast.Name(id=name), slice=place) if name == _NAME:
                self._add(ast.Dict([place], [value]))
            case _:
                self._note_changes(value)

    def _add(self, value: ast.expr) -> None:
        self.answers = self._merged([value], self.answers or {})

    def _replaced(self, before: dict[str, str], found: dict[str, str]) -> dict[str, str]:
        """Return the answers that take the place of others, and note what gets lost by that."""
        lost = [name for name, text in before.items() if text and not found.get(name)]
        if lost:
            self._note(
                words(
                    "{code} takes the place of answers before it, and has nothing for {names}:"
                    " write {example} below",
                    code=self._shown(self._statement),
                    names=", ".join(map(repr, lost)),
                    example=f"{_NAME}[{lost[0]!r}] = 0.5",
                )
            )
        return found

    # ----------------------------------------------------------------- expressions

    def _dict(self, value: ast.expr) -> dict[str, str] | None:
        """Return the dict that an expression is, with values as they were written; or None."""
        parts: list[ast.expr]
        match value:
            case ast.Name(id=name) if name == _NAME:
                return dict(self.answers or {})
            case ast.Dict(keys=keys, values=values):
                found: dict[str, str] = {}
                for key, part in zip(keys, values, strict=True):
                    if key is None:
                        found = self._merged([part], found)
                    elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                        text = self._written(key.value, part)
                        found = self._replaced(found, {**found, key.value: text})
                    else:
                        self._not_read(key)
                return found
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._merged([left, right], {})
            case ast.Call(func=ast.Name(id="dict"), args=parts, keywords=keywords):
                return self._merged([*parts, ast.Dict(*_as_dict(keywords))], {})
        self._not_read(self._statement)
        return None

    def _merged(self, parts: list[ast.expr], found: dict[str, str]) -> dict[str, str]:
        """Return dicts put together, the last of which counts most."""
        for part in parts:
            found = self._replaced(found, {**found, **(self._dict(part) or {})})
        return found

    def _written(self, name: str, value: ast.expr) -> str:
        """Return an answer as it was written: numbers with all digits, text without quotes."""
        if isinstance(value, ast.Constant):
            if value.value is None or value.value is ...:
                return ""
            if isinstance(value.value, str):
                return value.value
        names = [node for node in ast.walk(value) if isinstance(node, (ast.Name, ast.Call))]
        # A formula may be written without quotes.
        if names and not name.startswith(claim_names("formula", "")):
            self._note(
                words(
                    "{answer} is {code}, which is not run: write the number",
                    answer=f"{_NAME}[{name!r}]",
                    code=self._shown(value),
                )
            )
        return ast.get_source_segment(self._code, value) or ""

    # ----------------------------------------------------------------------- notes

    def _note_changes(self, node: ast.AST) -> None:
        """Note the first part of a statement that may change the answers."""
        for change in islice(_changes(node), 1):
            self._not_read(change)

    def _not_read(self, node: ast.AST) -> None:
        example = next(iter(self.answers or ()), "z")
        self._note(
            words(
                "{code} is not run, so what it does to {name} is not known: write {example}, and so"
                " for each blank",
                code=self._shown(node),
                name=_NAME,
                example=f"{_NAME}[{example!r}] = 0.5",
            )
        )

    def _shown(self, node: ast.AST) -> str:
        segment = ast.get_source_segment(self._code, node) or ast.unparse(node)
        first, _, rest = segment.partition("\n")
        return f"`{first[:60]}{'…' if rest or len(first) > 60 else ''}`"

    def _note(self, told: str) -> None:
        note = f"{self._place}: {told}"
        if note not in self.notes:
            self.notes.append(note)


def _is_ours(target: ast.expr) -> bool:
    """Return whether an assignment to a target is one to `answers`, or to one of them."""
    if isinstance(target, ast.Subscript):
        target = target.value
    return isinstance(target, ast.Name) and target.id == _NAME


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the single targets of an assignment, each with its value."""
    match target, value:
        case (
            (ast.Tuple(elts=targets) | ast.List(elts=targets)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(targets) == len(values):
            for one, part in zip(targets, values, strict=True):
                yield from _pairs(one, part)
        case _:
            yield target, value


def _as_dict(keywords: list[ast.keyword]) -> tuple[list[ast.expr | None], list[ast.expr]]:
    """Return the keys and the values of keywords, as a dict display has them."""
    keys = [None if k.arg is None else ast.Constant(k.arg) for k in keywords]
    return list(keys), [k.value for k in keywords]


def _changes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a statement that may change `answers`, or give it another name."""
    above = {child: node for node in ast.walk(statement) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(statement):
        if not (isinstance(node, ast.Name) and node.id == _NAME):
            continue
        parent = above.get(node)
        match parent:
            case ast.Subscript(ctx=ast.Load()) | ast.Expr() | ast.Compare() | ast.FormattedValue():
                continue
            case ast.Attribute(attr=method) if method in _LOOKS:
                continue
            case ast.Call(func=ast.Name(id=function)) if function in _SHOWS:
                continue
            case ast.For(iter=ast.Name(id=name)) if name == _NAME and parent.iter is node:
                continue
        # A line says more than the bare name.
        while parent in above and not isinstance(parent, ast.stmt):
            parent = above[parent]
        yield parent or node
