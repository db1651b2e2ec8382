"""`python -m autograd`: the worked example, or a command for the user's expression."""

from __future__ import annotations

import argparse
import keyword
import math
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from autograd.checking import check_by_hand
from autograd.checking.accuracy import Accuracy
from autograd.cleaning import listing, quoted
from autograd.console import Parser, plain_output
from autograd.drawing import animate, draw
from autograd.drawing.diagram import DETAILS, DIRECTIONS
from autograd.drawing.picture import COLORS
from autograd.exercises.asking import derivative_in_words
from autograd.exercises.commands import (
    add_accuracy,
    add_grade_options,
    add_hint,
    add_parameter,
    add_rate,
    add_sheet_options,
    decimal,
    run_grade,
    run_sheet,
)
from autograd.explaining import explain
from autograd.explaining.explanation import FORMS
from autograd.explaining.report import print_report
from autograd.explorer import explore, playground
from autograd.files import write_whole
from autograd.languages import languages, marked, spoken, words
from autograd.notation import show_number
from autograd.notation.equations import products_in_numbers
from autograd.notation.numbers import DIGITS
from autograd.notation.reading import parse
from autograd.notation.writers import Writer
from autograd.value import Value, topological_order
from autograd.worked_example import RATE_LESSON, STUDENTS, build

_PROGRAM = "python -m autograd"
_LANGUAGE = "--language"


class _Parser(Parser):
    """A parser whose help is in the reader's language, which is an option of every command."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = words("positional arguments")
        self._optionals.title = words("options")
        told = words("show this help message and exit")
        self.add_argument("-h", "--help", action="help", help=told)
        self.add_argument(
            _LANGUAGE,
            choices=languages(),
            help=words("language of all that is told, and of this help"),
        )

    def format_help(self) -> str:
        """Return the help, which begins with the reader's word for it."""
        return super().format_help().replace("usage: ", words("usage: "), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, or the worked example where none is named; return the exit status.

    Args:
        arguments: the command line's words; the words of this process if None.

    Raises:
        SystemExit: the words ask for help, or are wrong: then a line says why, and the status is 2.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    with plain_output():
        asked, arguments = _language_in(arguments)
        if asked is not None and asked not in languages():
            _Parser(prog=_PROGRAM).parse_args([_LANGUAGE, asked])  # which refuses it
        return spoken(asked, _run, arguments)


def _language_in(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the language that is asked for, and the arguments with it behind all other options.

    It may stand before the command, and the help is in it: so it is looked for before all else.
    """
    given = list(arguments)
    end = given.index("--") if "--" in given else len(given)
    asked, others, rest = None, [], iter(given[:end])
    for argument in rest:
        option, equals, name = argument.partition("=")
        if option == _LANGUAGE:
            asked = name if equals else next(rest, "")
        else:
            others.append(argument)
    found = [] if asked is None else [_LANGUAGE, asked]
    return asked, [*others, *found, *given[end:]]


def _run(arguments: Sequence[str]) -> int:
    command = _COMMANDS.get(arguments[0]) if arguments else None
    return command(arguments[1:]) if command else _run_worked_example(arguments)


def _run_worked_example(arguments: Sequence[str]) -> int:
    parser = _Parser(
        prog=_PROGRAM,
        description=words(
            "The worked example: three students and a 3-2-1 network. The forward pass,"
            " the chain rule for w7, b3 and w1, their updates, and three pictures."
        ),
        epilog=words(
            "Commands for an expression of your own: {commands}; each tells more after"
            " python -m autograd COMMAND --help.",
            commands=", ".join(_COMMANDS),
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("worked-example"),
        metavar=words("FOLDER"),
        help=words("folder for the pictures; it is made if need be (default: %(default)s)"),
    )
    _add_look(parser)
    options = parser.parse_args(arguments)
    with _in_one_line(parser):
        return _worked_example(parser, options.out, _look(options))


def _worked_example(parser: _Parser, out: Path, look: Mapping[str, Any]) -> int:
    """Draw and print the worked example."""
    students = [build(student) for student in STUDENTS]
    nodes = students[0]
    cost = nodes["cost"]
    pictures = {"forward": draw(cost, title=words("Forward pass"), **look)}
    cost.backward()
    pictures["backward"] = draw(cost, title=words("Forward and backward pass"), **look)
    path = [factor.value for factor in explain(cost, nodes["w1"]).factors]
    (product,) = products_in_numbers([path], nodes["w1"].grad, Writer(), " · ")
    pictures["path-of-w1"] = draw(
        cost,
        detail="labels",
        highlight=nodes["w1"],
        title=f"∂cost/∂w₁ = {product} = {show_number(nodes['w1'].grad)}",
        **look,
    )
    try:
        files = [
            picture.render(directory=out, outfile=f"{name}.{ending}")
            for name, picture in pictures.items()
            for ending in ("svg", "png")
        ]
    except OSError as error:
        parser.error(f"cannot write to the folder {quoted(str(out))}: {error.strerror}")
    except RuntimeError as error:
        parser.error(str(error))

    print_report(students)
    told = words("Pictures, in {folder}:", folder=out)
    print(f"\n\n{told}\n")
    for file in files:
        print(f"  {file}")
    return 0


# ------------------------------------------------------- commands for an expression


def _explain(arguments: Sequence[str]) -> int:
    parser = _expression_parser("explain", words("Write out the chain rule, factor by factor."))
    parser.add_argument(
        "--wrt",
        action="append",
        metavar=words("NAME"),
        help=words("differentiate by this name; may be repeated (default: every NAME=NUMBER)"),
    )
    parser.add_argument(
        "--form",
        choices=FORMS,
        default="nodes",
        help=words("shares added up where paths meet (default), every path, or layers as vectors"),
    )
    parser.add_argument(
        "--digits",
        type=int,
        default=DIGITS,
        metavar="N",
        help=words("digits of the results (default: %(default)s)"),
    )
    parser.add_argument("--symbols", action="store_true", help=words("no numbers: symbols alone"))
    parser.add_argument("--latex", action="store_true", help=words("print LaTeX"))
    with _in_one_line(parser):
        options, output, nodes = _read(parser, arguments)
        used = set(topological_order(output))
        names = options.wrt or [name for name, _ in options.numbers if nodes[name] in used]
        if not names:
            raise ValueError("nothing to differentiate by: give a name a number, as in a=2")
        look = {"form": options.form, "numbers": not options.symbols, "digits": options.digits}
        explanations = [explain(output, _node(name, nodes), **look) for name in names]
        texts = [f"\\[\n{e.latex}\n\\]" if options.latex else e.text for e in explanations]
        print("\n\n".join(texts))
    return 0


def _draw(arguments: Sequence[str]) -> int:
    parser = _expression_parser("draw", words("Draw the forward and the backward pass."))
    parser.add_argument(
        "--out",
        type=_picture_file,
        default=Path("graph.svg"),
        metavar=words("FILE"),
        help=words(
            "file for the picture, by its ending: .svg, .png, .pdf, .tex for TikZ, .mmd for"
            " Mermaid or .dot; or .gif for both passes step by step (default: %(default)s)"
        ),
    )
    parser.add_argument(
        "--animate",
        action="store_true",
        help=words("both passes step by step, as a moving .svg or .gif; a .gif always is"),
    )
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help=words("how long a step of it is shown (default: 1.5)"),
    )
    parser.add_argument(
        "--detail",
        choices=DETAILS,
        default="nodes",
        help=words(
            "weighted sums unfolded, the graph as it is, or named nodes only (default: nodes)"
        ),
    )
    _add_look(parser)
    parser.add_argument(
        "--title", default="", metavar=words("TEXT"), help=words("text below the picture")
    )
    parser.add_argument(
        "--max-nodes",
        type=int,
        default=150,
        metavar="N",
        help=words("how many nodes to draw at the most (default: %(default)s)"),
    )
    parser.add_argument(
        "--highlight",
        action="append",
        metavar=words("NAME"),
        help=words("light up the paths from this name to the result; repeated, from name to name"),
    )
    add_parameter(parser, [], words("draw these as parameters"))
    parser.add_argument(
        "--step",
        type=int,
        metavar="K",
        help=words("draw the moment after so many steps, forward and then backward"),
    )
    parser.add_argument(
        "--no-backward", action="store_true", help=words("draw the forward pass only")
    )
    with _in_one_line(parser):
        options, output, nodes = _read(parser, arguments)
        stops = [_node(name, nodes) for name in options.highlight or ()]
        is_animation = options.animate or options.out.suffix == ".gif"
        if is_animation and options.step is not None:
            raise ValueError("a .gif shows every step: leave out --step, or choose another ending")
        if options.animate and options.out.suffix not in {".gif", ".svg"}:
            raise ValueError("--animate writes a .gif or an .svg: choose such an ending for --out")
        if options.seconds is not None and not is_animation:
            raise ValueError("--seconds is for a moving picture: add --animate, or write a .gif")
        if options.no_backward and (is_animation or options.step is not None):
            raise ValueError("steps go through both passes: leave out --no-backward")
        if not options.no_backward:
            output.backward()
        look = _look(options) | {
            "detail": options.detail,
            "highlight": stops or None,
            "title": options.title,
            "max_nodes": options.max_nodes,
        }
        with _writing(options.out):
            if is_animation:
                pace = {} if options.seconds is None else {"seconds": options.seconds}
                animate(output, options.out, **pace, **look)
            elif options.out.suffix == ".dot":
                write_whole(options.out, draw(output, step=options.step, **look).source)
            else:
                draw(output, step=options.step, **look).render(outfile=options.out)
        print(options.out)
    return 0


def _explore(arguments: Sequence[str]) -> int:
    parser = _expression_parser(
        "explore",
        words(
            "Write a page in which both passes can be stepped through and every number changed; of"
            " the worked example, if no expression is given."
        ),
        optional=True,
    )
    _add_page(parser, "page.html", parameters=[])
    _add_direction(parser)
    with _in_one_line(parser):
        options, output, _ = _read(parser, arguments)
        note = words(RATE_LESSON) if options.expression is None else ""
        page = explore(output, note=note, direction=options.direction)
        with _writing(options.out):
            print(page.save(options.out))
    return 0


def _playground(arguments: Sequence[str]) -> int:
    parser = _expression_parser(
        "playground",
        words(
            "Write a page into which formulas are typed: their graphs, both passes and the chain"
            " rule appear without Python. It opens with the expression, if one is given."
        ),
        optional=True,
    )
    _add_page(parser, "playground.html", parameters=None)
    with _in_one_line(parser):
        options = parser.parse_intermixed_args(_shielded(arguments))
        page = playground(
            options.expression, _each_once(options.numbers), parameters=options.parameter
        )
        with _writing(options.out):
            write_whole(options.out, page)
        print(options.out)
    return 0


_CLAIMS = {
    "value": marked("the number that you found for a name, with the digits that you found"),
    "grad": marked("the gradient of the result by a name, or a derivative dA/dB"),
    "local": marked("a local derivative dA/dB"),
    "update": marked("the number of a parameter after a step of gradient descent; needs --rate"),
    "formula": marked("a derivative dA/dB as a formula, such as dcost/dw=2(g - y) x"),
}

_WRITTEN = {"local": marked("dA/dB=NUMBER"), "formula": marked("dA/dB=FORMULA")}


def _check(arguments: Sequence[str]) -> int:
    parser = _expression_parser(
        "check", words("Judge a calculation done by hand, and find its slips.")
    )
    for option, what in _CLAIMS.items():
        parser.add_argument(
            f"--{option}",
            type=_claim,
            action="append",
            default=[],
            metavar=words(_WRITTEN.get(option, "NAME=NUMBER")),
            help=words("{what}; may be repeated", what=words(what)),
        )
    add_rate(parser)
    told = words(
        "significant digits that a number needs (default: {digits})", digits=Accuracy.digits
    )
    add_accuracy(parser, told)
    add_hint(parser)
    with _in_one_line(parser):
        options, output, nodes = _read(parser, arguments)
        claims = {option: _each_once(getattr(options, option)) for option in _CLAIMS}
        if not any(claims.values()):
            raise ValueError("nothing to check: give --value NAME=NUMBER or --grad NAME=NUMBER")
        if claims["update"] and options.rate is None:
            raise ValueError("--update needs the learning rate: give --rate, such as --rate 0.1")
        asked: dict[str, dict[Any, str]] = {
            option: {_asked(name, nodes, option): text for name, text in found.items()}
            for option, found in claims.items()
        }
        results = _results(output, nodes)
        tops = {
            key: [output] if claims["update"] else _differentiated(key, results)
            for key in asked["grad"]
            if isinstance(key, Value)
        }
        outputs = _outputs(output, nodes, chain(*asked.values(), *tops.values()))
        gradients = {
            (tops[key][0], key) if key in tops and len(outputs) > 1 else key: text
            for key, text in asked["grad"].items()
        }
        report = check_by_hand(
            outputs,
            asked["value"],
            gradients,
            {node: (text, options.rate) for node, text in asked["update"].items()},
            locals=asked["local"],
            formulas=asked["formula"],
            digits=Accuracy.digits if options.digits is None else options.digits,
            decimals=options.decimals,
            tolerance=options.tolerance,
            hint=options.hint,
        )
        print(report)
    return 0 if report.ok else 1


def _asked(name: str, nodes: Mapping[str, Value], option: str) -> Value | tuple[Value, Value]:
    """Return what a claim is on: a node; or for a derivative dA/dB, its nodes A and B."""
    if option in {"value", "update"} or (option == "grad" and name in nodes):
        return _node(name, nodes)
    found = derivative_in_words(name, nodes)
    if found is None and option == "grad":
        return _node(name, nodes)
    if found is None:
        raise ValueError(
            f"expected a derivative dA/dB of names for --{option}, received {quoted(name)}"
            f" (names: {listing(nodes)})"
        )
    return found


def _results(output: Value, nodes: Mapping[str, Value]) -> list[Value]:
    """Return the result, and other named ones from which nothing was computed: no list's items."""
    named = [node for name, node in nodes.items() if not name.endswith("]")]
    orders = {node: topological_order(node) for node in (output, *named) if node.op}
    used = {below for node, order in orders.items() for below in order if below is not node}
    return [output, *(n for n in orders if n is not output and n not in used)]


def _differentiated(node: Value, results: Sequence[Value]) -> list[Value]:
    """Return the results that depend on a node; the first is the one that is meant.

    Raises:
        ValueError: several depend on it, but the first of all does not.
    """
    found = [result for result in results if node in topological_order(result)]
    if len(found) > 1 and results[0] not in found:
        a = node.label
        which = " or ".join(f"--grad d{result.label}/d{a}=..." for result in found)
        raise ValueError(f"several results depend on {a}: say which, as {which}")
    return found or [results[0]]


def _outputs(
    output: Value, nodes: Mapping[str, Value], asked: Iterable[Value | tuple[Value, Value]]
) -> list[Value]:
    """Return the result, and those other results that are asked for and that it does not need."""
    outputs = [output]
    known = set(topological_order(output))
    results = sorted(nodes.values(), key=lambda node: -len(topological_order(node)))
    for key in asked:
        for node in key if isinstance(key, tuple) else (key,):
            if node not in known:
                top = next(n for n in results if node in topological_order(n))
                outputs.append(top)
                known |= set(topological_order(top))
    return outputs


def _sheet(arguments: Sequence[str]) -> int:
    parser = _expression_parser(
        "sheet",
        words(
            "Write an exercise sheet and its key, or one sheet for each student of a class. A name"
            " keeps the number that it is given, as in w=3; of several, such as w=1,2,3, one is"
            " drawn; and for a name without any, one of the halves up to 3."
        ),
        number=_choices,
    )
    add_sheet_options(parser)
    with _in_one_line(parser):
        options = parser.parse_intermixed_args(_shielded(arguments))
        options.numbers = _each_once(options.numbers)
        print(run_sheet(options))
    return 0


def _grade(arguments: Sequence[str]) -> int:
    parser = _Parser(
        prog=f"{_PROGRAM} grade",
        description=words("Mark the answers of a class to its exercise sheets."),
    )
    add_grade_options(parser)
    with _in_one_line(parser):
        told, is_fine = run_grade(parser.parse_args(arguments))
        print(told)
    return 0 if is_fine else 1


_COMMANDS = {
    "explain": _explain,
    "draw": _draw,
    "explore": _explore,
    "playground": _playground,
    "check": _check,
    "sheet": _sheet,
    "grade": _grade,
}


def _expression_parser(
    command: str,
    description: str,
    optional: bool = False,
    number: Callable[[str], object] | None = None,
) -> _Parser:
    parser = _Parser(prog=f"{_PROGRAM} {command}", description=description)
    parser.add_argument(
        "expression",
        type=str.strip,
        nargs="?" if optional else None,
        metavar=words("EXPR"),
        help=words('such as "(a*b + c).tanh()"; steps can be named: "z = w*x + b; g = sigmoid(z)"'),
    )
    parser.add_argument(
        "numbers",
        type=number or _number,
        nargs="*",
        metavar=words("NAME=NUMBER"),
        help=words("the number of each name in it, such as b=-3"),
    )
    return parser


def _read(
    parser: _Parser, arguments: Sequence[str]
) -> tuple[argparse.Namespace, Value, dict[str, Value]]:
    """Return the options, the expression's result and its nodes by name."""
    options = parser.parse_intermixed_args(_shielded(arguments))
    if options.expression is None:
        if options.parameter:
            raise ValueError("--parameter is for an expression; the worked example has its own")
        nodes = build(STUDENTS[0])
        return options, nodes["cost"], nodes
    parameters = getattr(options, "parameter", ())
    output, nodes = parse(options.expression, _each_once(options.numbers), parameters=parameters)
    return options, output, nodes


def _shielded(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with an expression such as -a*b that argparse takes for no option."""
    shielded = list(arguments)
    if arguments and arguments[0][:1] == "-" and arguments[0][:2] != "--" and arguments[0] != "-h":
        shielded[0] = f" {arguments[0]}"
    return shielded


@contextmanager
def _in_one_line(parser: _Parser) -> Iterator[None]:
    """End with one line that says what is wrong, instead of a traceback."""
    try:
        yield
    except (ValueError, RuntimeError, ImportError) as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(
            f"{quoted(str(error.filename))}: {error.strerror}" if error.filename else str(error)
        )


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    """Say which file could not be written."""
    try:
        yield
    except OSError as error:
        raise ValueError(f"cannot write {quoted(str(file))}: {error.strerror}") from error


def _add_page(parser: _Parser, file: str, parameters: list[str] | None) -> None:
    """Give a command the options of a page: its file, and what a gradient step changes."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(file),
        metavar=words("FILE"),
        help=words("file for the page (default: %(default)s)"),
    )
    add_parameter(parser, parameters)


def _add_direction(parser: _Parser) -> None:
    parser.add_argument(
        "--direction",
        choices=DIRECTIONS,
        default="LR",
        help=words("left to right (default) or downwards"),
    )


def _add_look(parser: _Parser) -> None:
    """Give a command the options for how its pictures look."""
    _add_direction(parser)
    parser.add_argument(
        "--digits",
        type=int,
        metavar="N",
        help=words("digits of the numbers (default: 6; on a slide 4)"),
    )
    parser.add_argument(
        "--derivatives",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=words("show gradients and multipliers, or leave them out for a first lesson"),
    )
    parser.add_argument(
        "--colors",
        choices=list(COLORS),
        default="light",
        help=words("light (default), dark, or black on white for print"),
    )
    parser.add_argument(
        "--slide", action="store_true", help=words("fit a slide, 16:9, in letters of 14 pt or more")
    )


def _look(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of `_add_look` as those of `draw`."""
    names = ("direction", "digits", "derivatives", "colors", "slide")
    return {name: getattr(options, name) for name in names}


def _claim(word: str) -> tuple[str, str]:
    name, equals, text = word.partition("=")
    if not (name and equals and text):
        raise argparse.ArgumentTypeError(
            f"expected NAME=NUMBER, such as b=-3, received {quoted(word)}"
        )
    name = unicodedata.normalize("NFKC", name)  # as Python reads names: ϵ is ε
    if keyword.iskeyword(name):
        raise argparse.ArgumentTypeError(f"{name} is a word of Python's own; choose another name")
    return name, text


def _number(word: str) -> tuple[str, float]:
    name, text = _claim(word)
    return name, _finite(name, text)


def _choices(word: str) -> tuple[str, list[float]]:
    name, text = _claim(word)
    return name, [_finite(name, part) for part in text.split(",")]


def _finite(name: str, text: str) -> float:
    try:
        number = decimal(text)
    except argparse.ArgumentTypeError as error:
        told = str(error).replace("a number", f"a finite number for {name}", 1)
        raise argparse.ArgumentTypeError(told) from None
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(
            f"expected a finite number for {name}, received {quoted(text)}"
        )
    return number


def _picture_file(word: str) -> Path:
    file = Path(word)
    if file.suffix not in {".svg", ".png", ".pdf", ".tex", ".mmd", ".dot", ".gif"}:
        raise argparse.ArgumentTypeError(
            "expected a file ending in .svg, .png, .pdf, .tex, .mmd, .dot or .gif, received"
            f" {quoted(word)}"
        )
    return file


_Given = TypeVar("_Given")


def _each_once(pairs: Iterable[tuple[str, _Given]]) -> dict[str, _Given]:
    found: dict[str, _Given] = {}
    for name, given in pairs:
        if name in found:
            raise ValueError(f"{quoted(name)} is given twice")
        found[name] = given
    return found


def _node(name: str, nodes: Mapping[str, Value]) -> Value:
    if name not in nodes:
        raise ValueError(f"unknown name {quoted(name)} (must be one of {listing(nodes)})")
    return nodes[name]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader of the output, such as `head`, has stopped
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
