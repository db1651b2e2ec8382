"""Mutation testing of one file: which faults in it would the tests not notice?

    python tests/mutation.py autograd/checking/judging.py --sample 50 --seed 1

Cosmic Ray makes the mutants: the file with one operator, number, comparison, condition, loop or
decorator changed. A mutant is killed if a test fails or takes far too long, and survives if all
pass; a survivor is a test that is missing, or code that could go. Everything happens in a copy of
the checkout. A mutant counts once: none is made in type annotations and assertions, nor in what is
raised, whose text alone would change; strings and docstrings are never mutated.
"""

import argparse
import ast
import difflib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import copyfile

ROOT = Path(__file__).parent.parent

# Which tests concern a file: those of the longest path that it begins with, the quickest first.
# The examples in the file's own docstrings come before all of them.
TESTS = {
    "autograd/__init__": "importing documentation architecture",
    "autograd/__main__": "command_line",
    "autograd/checking/": (
        "ways habits rounding mistakes judged_graphs attempts written_numbers published_examples"
        " kinds_of_claims checking hands"
    ),
    "autograd/checking/accuracy": "accuracy kinds_of_claims checking",
    "autograd/checking/attempts": "attempts kinds_of_claims",
    "autograd/checking/backward_slips": "attempts kinds_of_claims",
    "autograd/checking/descending": "kinds_of_claims",
    "autograd/checking/error_bounds": "formula_answers",
    "autograd/checking/formulas": "formula_answers",
    "autograd/checking/differences": "gradient_checking",
    "autograd/checking/forward_slips": "attempts kinds_of_claims",
    "autograd/checking/gathering": "kinds_of_claims",
    "autograd/checking/gradients": "gradient_checking",
    "autograd/checking/judging": "checking command_line",
    "autograd/checking/mistakes": "mistakes",
    "autograd/checking/reading": "accuracy written_numbers",
    "autograd/checking/report": "judging_in_spanish kinds_of_claims checking",
    "autograd/checking/rounding": "rounding accuracy kinds_of_claims",
    "autograd/checking/sheet": "judged_graphs kinds_of_claims",
    "autograd/checking/slips": "attempts kinds_of_claims checking",
    "autograd/checking/sources": "kinds_of_claims published_examples",
    "autograd/checking/update_slips": "kinds_of_claims",
    "autograd/checking/ways": "ways habits rounding",
    "autograd/collecting": "collecting",
    "autograd/cleaning": "saving fire newcomers_mistakes",
    "autograd/console": "command_line fire",
    "autograd/contexts": "languages training layers",
    "autograd/languages/": "languages explaining_in_spanish judging_in_spanish page_languages",
    "autograd/codegen/": (
        "programs kernels compile compiled_dicts random_expressions distributing compiled_training"
    ),
    "autograd/codegen/arguments": "arguments compile compiled_dicts programs",
    "autograd/codegen/blocks": "blocks compiled_dicts kernels compile compiled_training",
    "autograd/codegen/distributing": "distributing",
    "autograd/codegen/javascript": "javascript page",
    "autograd/codegen/planning": "arguments compile compiled_dicts",
    "autograd/codegen/tape/": "tapes",
    "autograd/codegen/llvm/arrays": "kernels compile",
    "autograd/codegen/llvm/functions": "kernels compile",
    "autograd/codegen/llvm/loop": "kernels compile",
    "autograd/codegen/llvm/machine_code": "machine_code",
    "autograd/codegen/llvm/shortcut": "blocks arguments compile",
    "autograd/codegen/llvm/source": "kernels compile",
    "autograd/codegen/llvm/tape": "tapes",
    "autograd/codegen/stepping": "compiled_training compiled_dicts compile",
    "autograd/elsewhere": "newcomers_mistakes",
    "autograd/foreign": "newcomers_mistakes",
    "autograd/derivatives": "functional derivatives",
    "autograd/floats": "value ops",
    "autograd/given": "given operations_of_users stale",
    "autograd/interpreted": "compiled value modes",
    "autograd/documentation": "documentation compiled",
    "autograd/drawing/": "drawing slides animation network_drawing",
    "autograd/exercises/": "exercises",
    "autograd/exercises/commands": "command_line",
    "autograd/explaining/": "report steps explanation explanation_by_hand equations",
    "autograd/explaining/report": "report",
    "autograd/explorer/": "explorer page",
    "autograd/files": "saving plots drawing",
    "autograd/forking": "distributing",
    "autograd/functional": "functional derivatives",
    "autograd/ieee": "operations_of_users ops",
    "autograd/methods": "ops value newcomers_mistakes",
    "autograd/modes": "modes",
    "autograd/notation/": "numbers formulas equations explanation explanation_by_hand steps",
    "autograd/notation/formulas": "expressions formula_answers",
    "autograd/notation/reading": "expressions command_line",
    "autograd/notation/spelling": "expressions formula_answers",
    "autograd/ops": "ops value functional derivatives formulas",
    "autograd/order": "walks value modes large_graphs",
    "autograd/options": "command_line drawing models",
    "autograd/passed_by": "saturation",
    "autograd/pickling": "pickling saving",
    "autograd/reach": "choices functional derivatives",
    "autograd/progress": "training",
    "autograd/real": "ops compile",
    "autograd/refusals": "newcomers_mistakes given",
    "autograd/trees": "functional derivatives compile",
    "autograd/value": "value ops walks modes pickling functional large_graphs",
    "autograd/sweeps": "walks functional choices",
    "autograd/walks": "walks explanation functional",
    "autograd/worked_example": "worked_example command_line",
    "nn/": "defaults as_keras models layers training saving losses course_numbers",
    "nn/activations": "neurons layers course_numbers saturation",
    "nn/callbacks": "defaults following callbacks as_keras training models compiled_training",
    "nn/data": "rows losses training models datasets",
    "nn/datasets": "defaults datasets",
    "nn/exchange/": "exchange",
    "nn/foreign": "newcomers_mistakes as_keras layers",
    "nn/initializers": "defaults neurons course_numbers saving",
    "nn/layers": "defaults layers_in_numpy as_keras layers models saving course_numbers",
    "nn/layers/batch_normalizing": "batch_normalization layers as_keras",
    "nn/losses": "losses weighing as_keras saturation training course_numbers",
    "nn/metrics": "metrics losses as_keras models training",
    "nn/models": (
        "defaults as_keras models layers batch_normalization training saving losses course_numbers"
    ),
    "nn/neurons": "defaults neurons course_numbers",
    "nn/optimizers": "defaults optimizers training course_numbers compiled_training",
    "nn/perceptron": "defaults perceptron",
    "nn/pictures/": "defaults plots",
    "nn/pictures/exploring": "network_page",
    "nn/pictures/layout": "defaults network_drawing",
    "nn/pictures/live_curve": "live_curve",
    "nn/pictures/loss_valley": "plots",
    "nn/pictures/network": "defaults network_drawing",
    "nn/pictures/neuron_maps": "plots",
    "nn/pictures/numbers": "defaults network_drawing",
    "nn/pictures/training_page": "training_page",
    "nn/pictures/weighted_sums": "defaults network_drawing",
    "nn/plots": "plots",
    "nn/randomness": "rows neurons datasets models",
    "nn/regularizers": "rows defaults as_keras layers saving training",
    "nn/saving": "saving older_files",
    "nn/summary": "rows models layers",
    "nn/training/": "defaults weighing as_keras training callbacks models compiled_training",
    "nn/training/compiled": "optimizers compiled_training saturation watching",
    "nn/training/matrices": "matrices batch_normalization compiled_training",
    "nn/training/outputs": "weighing as_keras layers training models",
    "nn/training/record": "training_page plots",
    "nn/training/watching": "watching",
    "nn/utils": "rows as_keras losses network_drawing",
}

Place = tuple[int, int]
"""A line, counted from 1, and a column, counted from 0."""


def what_concerns(file: str) -> list[str]:
    """Return the names of what pytest is to run for `file`, a path from the root."""
    known = [start for start in TESTS if file.startswith(start)]
    if not known:
        raise SystemExit(f"no tests are known for {file}: give it a row in TESTS")
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    examples = "tests/test_documentation.py::test_the_examples_of_a_module_hold"
    own = [] if module.endswith("__main__") else [f"{examples}[{module}]"]
    return own + [f"tests/test_{stem}.py" for stem in TESTS[max(known, key=len)].split()]


def silent(source: str) -> list[tuple[Place, Place]]:
    """Return where a change would alter no behaviour, or only text.

    These are annotations, what is raised, and assertions: a `zip` that is strict is one too.

    >>> sorted(silent("def f(x: int | None):\\n    raise ValueError(x - 1)"))
    [((1, 9), (1, 19)), ((2, 10), (2, 27))]
    """
    found: list[ast.AST | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            found.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(node.returns)
        elif isinstance(node, ast.Raise):
            found.append(node.exc)
        elif isinstance(node, ast.Assert):
            found.append(node)
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            found.append(node.value)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found.append(node)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in found
        if isinstance(node, (ast.expr, ast.stmt))
    ]


def candidates(source: str) -> list[tuple[Place, str, int]]:
    """Return every change that Cosmic Ray knows: where, its operator, and which of that one's."""
    # A program of the extra `mutation`, which the tests of this module do without.
    from cosmic_ray.ast import ast_nodes, get_ast  # noqa: PLC0415
    from cosmic_ray.plugins import get_operator, operator_names  # noqa: PLC0415

    nowhere = silent(source)
    nodes = list(ast_nodes(get_ast(source)))
    return [
        (place, name, occurrence)
        for name in operator_names()
        if not get_operator(name).arguments()  # it would have to be told the names of variables
        for occurrence, place in enumerate(
            start for node in nodes for start, _ in get_operator(name)().mutation_positions(node)
        )
        if not any(start <= place < end for start, end in nowhere)
    ]


def in_turn(found: list[tuple[Place, str, int]], seed: int) -> list[tuple[Place, str, int]]:
    """Return the candidates shuffled, one of each place first, for a + alone has eleven."""
    shuffled = random.Random(seed).sample(found, len(found))  # noqa: S311  # no secret
    seen: Counter[Place] = Counter()
    turns = []
    for place, _, _ in shuffled:
        turns.append(seen[place])
        seen[place] += 1
    by_turn = sorted(zip(turns, shuffled, strict=True), key=lambda pair: pair[0])
    return [candidate for _, candidate in by_turn]


def mutants(source: str, candidates: list[tuple[Place, str, int]]) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each mutant that is a program, and another one."""
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415
    from cosmic_ray.plugins import get_operator  # noqa: PLC0415

    for (line, _), name, occurrence in candidates:
        mutant = mutate_code(source, get_operator(name)(), occurrence)
        if not mutant or not compiles(mutant):
            continue
        if ast.dump(ast.parse(mutant)) != ast.dump(ast.parse(source)):
            yield line, mutant


def compiles(text: str) -> bool:
    """Return whether a text is a program that Python does not warn of.

    A warning, as of `is` beside a string, ends the tests: no mutant with one would ever survive.

    >>> compiles("x == 'a'"), compiles("x is 'a'"), compiles("x ==")
    (True, False, False)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        try:
            compile(text, "mutant", "exec")
        except (SyntaxError, SyntaxWarning):
            return False
    return True


def outcome(tree: Path, tests: list[str], seconds: float | None) -> tuple[str, str]:
    """Run `tests` in `tree`: "survived", "killed" or "timed out", and what pytest wrote."""
    environment = os.environ | {
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",  # bytecode of one mutant could be taken for the next one's
        "GLASSGRAD_COMPILE": "0",
    }
    process = subprocess.Popen(  # noqa: S603  # pytest, on our own tests
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that all it starts can be ended together
    )
    try:
        written, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return "timed out", ""
    else:
        return ("killed" if process.returncode else "survived"), written
    finally:
        if process.poll() is None:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.communicate()


def copy_checkout(tree: Path) -> None:
    """Copy the files that git knows or would add, as they are now."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(ROOT / name, tree / name)


def run(
    file: str, size: int | None, seed: int, tests: list[str], limit: float | None = None
) -> int:
    """Mutate `file`, test each mutant, print what survived; return how many did."""
    source = (ROOT / file).read_text(encoding="utf-8")
    found = in_turn(candidates(source), seed)
    size = min(size or len(found), len(found))
    print(f"{file}: {len(found)} mutants; trying {size} with {' '.join(tests)}", flush=True)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder).resolve()
        copy_checkout(tree)
        began = time.monotonic()
        result, written = outcome(tree, tests, None)
        if result != "survived":
            raise SystemExit(f"the tests fail before anything is mutated:\n{written}")
        unchanged = time.monotonic() - began
        limit = 10.0 + 3.0 * unchanged if limit is None else limit
        if limit <= unchanged:
            raise SystemExit(
                f"expected a limit above the {unchanged:.0f} s that the unchanged tests take,"
                f" received {limit:g}"
            )
        print(f"unchanged, the tests pass; a mutant has {limit:.0f} s")
        try:
            for line, mutant in islice(mutants(source, found), size):
                (tree / file).write_text(mutant, encoding="utf-8")
                result, _ = outcome(tree, tests, limit)
                counts[result] += 1
                print(f"{counts.total()}/{size} line {line}: {result}", flush=True)
                if result == "survived":
                    lines = difflib.unified_diff(
                        source.splitlines(), mutant.splitlines(), file, file, n=1, lineterm=""
                    )
                    print("\n".join(lines), flush=True)
        except KeyboardInterrupt:
            print("interrupted")
    print(
        f"{file}: {counts.total()} of {len(found)} mutants tried,"
        f" {counts['killed']} killed, {counts['timed out']} killed by the time limit,"
        f" {counts['survived']} survived"
    )
    return counts["survived"]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Mutation testing of one file.")
    parser.add_argument("file", help="its path from the root, such as autograd/real.py")
    parser.add_argument("--sample", type=int, help="how many mutants to try; all, if left out")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--tests", nargs="+", help="what pytest runs instead of the file's tests")
    parser.add_argument(
        "--limit",
        type=float,
        metavar="SECONDS",
        help="how long the tests of a mutant may run before it counts as killed; if left out, 10 s"
        " and three times as long as the unchanged tests take",
    )
    given = parser.parse_args()
    file = Path(given.file).resolve().relative_to(ROOT.resolve()).as_posix()
    run(file, given.sample, given.seed, given.tests or what_concerns(file), given.limit)


if __name__ == "__main__":
    main()
