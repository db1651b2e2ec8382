"""The commands `sheet` and `grade` of `python -m autograd`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from autograd.checking.report import MOST_HINT
from autograd.cleaning import quoted
from autograd.exercises.classes import FOLDER, class_set
from autograd.exercises.marking import grade_class
from autograd.exercises.sheets import DEFAULT, ExerciseSheet, sheet
from autograd.files import write_whole
from autograd.languages import plural, spoken, words
from autograd.notation.reading import free_names, parse
from autograd.value import topological_order

_ENDINGS = ("md", "html", "tex", "ipynb")
_USUAL = [k / 2 for k in range(-6, 7) if k]
"""Numbers for a name that none is given for: halves up to 3."""


def decimal(word: str) -> float:
    """Return the number in an option's word; its decimals are behind a point."""
    try:
        return float(word)
    except ValueError:
        comma = re.fullmatch(r"[-+]?[0-9]*,[0-9]+", word.strip())
        advice = f"; write {word.strip().replace(',', '.')}" if comma else ""
        raise argparse.ArgumentTypeError(
            f"expected a number, received {quoted(word)}{advice}"
        ) from None


def _several_names(word: str) -> list[str]:
    """Return the names in an option's word: one, or several with commas."""
    return [name.strip() for name in word.split(",")]


def add_sheet_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sheet` to a parser that has the expression and its numbers."""
    parser.add_argument(
        "--ask",
        action="append",
        metavar=words("WHAT"),
        help=words(
            'what to ask for: "z", "dcost/dw", "new w", "formula dcost/dw"; may be repeated'
            " (default: everything that has a name)"
        ),
    )
    add_parameter(parser, [])
    add_rate(parser)
    told = words(
        "significant digits that the sheet asks for (default: {digits})", digits=DEFAULT.digits
    )
    add_accuracy(parser, told)
    parser.add_argument(
        "--seed",
        metavar=words("SEED"),
        help=words("a word or number: another one draws other numbers"),
    )
    parser.add_argument(
        "--title",
        default=words("Exercise"),
        metavar=words("TITLE"),
        help=words("heading (default: %(default)s)"),
    )
    parser.add_argument(
        "--students",
        type=Path,
        metavar="CSV",
        help=words("a list of students: one sheet for each, with numbers of its own"),
    )
    parser.add_argument(
        "--format",
        choices=_ENDINGS,
        help=words("Markdown, HTML, LaTeX or notebooks (default: md, or the ending of --out)"),
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar=words("PATH"),
        help=words(
            "file for the sheet (default: sheet.md), or new folder for a class (default: class),"
            " in which the folder {folder} is the one to hand out",
            folder=FOLDER,
        ),
    )


def run_sheet(options: argparse.Namespace) -> str:
    """Write a sheet and its key, or those of a class; return what to tell about them.

    Raises:
        ValueError: an option cannot be carried out.
        OSError: a file cannot be read or written.
    """
    make = _maker(options)
    notes = [
        words(
            "note: for {name} one of {first} and {second} is drawn; for decimals, write a point:"
            " {decimal}",
            name=name,
            first=f"{two[0]:g}",
            second=f"{two[1]:g}",
            decimal=f"{two[0]:g}.{two[1]:g}",
        )
        for name, two in options.numbers.items()
        if len(two) == 2 and two[1] >= 0 and all(x.is_integer() for x in two)  # w=1,5
    ]
    if options.students is not None:
        return "\n".join([_write_class(options, make), *notes])
    out = options.out or Path(f"sheet.{options.format or 'md'}")
    ending = f".{options.format}" if options.format else out.suffix
    key = out.with_name(f"{out.stem}-key{ending if ending in {'.html', '.tex'} else '.md'}")
    found = make(options.seed)
    files = {out: found.as_file(ending), key: found.as_file(key.suffix, with_answers=True)}
    for path, text in files.items():
        write_whole(path, text)
    return "\n".join([*map(str, files), *notes])


def _maker(options: argparse.Namespace) -> Callable[[str | None], ExerciseSheet]:
    """Return the function that makes a sheet from a seed."""
    given: dict[str, list[float]] = options.numbers
    names = [*given, *(name for name in free_names(options.expression) if name not in given)]
    start = {name: given.get(name, _USUAL)[-1] for name in names}
    output, nodes = parse(options.expression, start, parameters=options.parameter)
    graph = set(topological_order(output))
    choices = {name: given.get(name, _USUAL) for name in names if nodes[name] in graph}

    def make(seed: str | None) -> ExerciseSheet:
        return sheet(
            output,
            options.ask,
            seed=seed or "",
            rate=options.rate,
            numbers=choices,
            title=options.title,
        ).wanting(options.digits, options.decimals, options.tolerance)

    return make


def _write_class(options: argparse.Namespace, make: Callable[[str | None], ExerciseSheet]) -> str:
    found = class_set(options.students, lambda seed: make(f"{options.seed or ''}/{seed}"))
    folder = options.out or Path("class")
    found.save(folder, f".{options.format or 'md'}")
    told = [
        plural(
            len(found.sheets),
            "{count} sheet to hand out in {folder}",
            "{count} sheets to hand out in {folder}",
            folder=folder / FOLDER,
        ),
        words("key.html, key.json and answers.csv in {folder}", folder=folder),
    ]
    return "\n".join([*told, *(words("note: {note}", note=note) for note in found.notes)])


def add_grade_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `grade` to a parser."""
    parser.add_argument(
        "key", type=Path, metavar=words("KEY"), help=words("the key.json of a class")
    )
    parser.add_argument(
        "answers",
        type=Path,
        metavar=words("ANSWERS"),
        help=words("the table of answers as CSV, a notebook, or a folder of notebooks"),
    )
    told = words("significant digits that a number needs (default: what the sheet asks for)")
    add_accuracy(parser, told)
    add_hint(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar=words("FOLDER"),
        help=words(
            "new folder for the marks: grades.csv, grades.json and a report for each student"
        ),
    )
    parser.add_argument(
        "--gradescope",
        type=Path,
        metavar=words("FILE"),
        help=words("file for the marks of one submission, as Gradescope's results.json has them"),
    )


def run_grade(options: argparse.Namespace) -> tuple[str, bool]:
    """Mark the answers of a class; return what to tell, and whether nothing was odd.

    Raises:
        ValueError: an option cannot be carried out.
        OSError: a file cannot be read or written.
    """
    wanted = {name: getattr(options, name) for name in ("digits", "decimals", "tolerance")}
    found = grade_class(
        options.key, options.answers, **wanted, hint=options.hint, language=options.language
    )
    if options.gradescope is not None:
        marked = [submission.grade for submission in found.submissions if submission.source]
        if len(marked) != 1 or marked[0] is None:
            raise ValueError(
                f"--gradescope is for one submission that can be marked, received {len(marked)}:"
                f" {found}"
            )
        return marked[0].save(options.gradescope), True
    told = str(found)
    if options.out is not None:
        told += f"\n\n{spoken(found.language, _where, found.save(options.out))}"
    return told, found.ok


def _where(folder: str) -> str:
    return words("grades.csv, grades.json and reports in {folder}", folder=folder)


def add_parameter(parser: argparse.ArgumentParser, usual: list[str] | None, what: str = "") -> None:
    """Give a command the option that names parameters.

    Args:
        parser: the command's.
        usual: the names, where none are given.
        what: what becomes of them, in the reader's language, if no gradient step changes them.
    """
    parser.add_argument(
        "--parameter",
        action="extend",
        type=_several_names,
        default=usual,
        metavar=words("NAMES"),
        help=what or words("names that a gradient step changes, as in w,b; may be repeated"),
    )


def add_rate(parser: argparse.ArgumentParser) -> None:
    """Give a command the option for the learning rate."""
    parser.add_argument(
        "--rate",
        type=decimal,
        metavar=words("RATE"),
        help=words("learning rate, for new numbers of parameters"),
    )


def add_accuracy(parser: argparse.ArgumentParser, what: str) -> None:
    """Give a command the options for how exactly a number has to be written.

    Args:
        parser: the command's.
        what: what the digits are, in the reader's language.
    """
    parser.add_argument("--digits", type=int, metavar="N", help=what)
    parser.add_argument("--decimals", type=int, metavar="N", help=words("decimals, instead"))
    parser.add_argument(
        "--tolerance",
        type=decimal,
        metavar=words("PART"),
        help=words("how far off a number may be instead, such as 0.01 for 1 %% of its size"),
    )


def add_hint(parser: argparse.ArgumentParser) -> None:
    """Give a command the option that says how much a report tells."""
    parser.add_argument(
        "--hint",
        type=int,
        choices=range(MOST_HINT + 1),
        default=2,
        help=words(
            "how much to tell: 0, how many steps are right; 1, which; 2, by which slip one is"
            " wrong; 3, the number that follows from the lines before it (default: 2)"
        ),
    )
