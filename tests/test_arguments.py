"""Arguments of compiled functions: what is known of them, their numbers out and in, warnings."""

import re
import sys
from array import array
from typing import Any

import numpy as np
import pytest

from autograd.codegen import arguments
from autograd.codegen.arguments import ROWS, Argument, describe
from autograd.codegen.blocks import NUMBER, Block
from autograd.codegen.planning import BOTH, GRADIENT, VALUE, _shape, make_plan
from autograd.codegen.recorder import Recorder

# ------------------------------------------------------------------------ what is known


@pytest.mark.parametrize(
    ("arg", "by_sample", "template", "shape", "width"),
    [
        (2, False, 0.0, None, 1),
        ([1, (2.0, {"a": 3})], False, [0.0, (0.0, {"a": 0.0})], None, 3),
        (np.ones((2, 3)), False, [[0.0] * 3] * 2, (2, 3), 6),
        (np.array(1.0), False, 0.0, None, 1),
        (np.ones((2, 3)), True, [0.0] * 3, (ROWS, 3), 3),
        (np.ones((4, 2, 3)), True, [[0.0] * 3] * 2, (ROWS, 2, 3), 6),
        (np.ones(5, dtype=int), True, 0.0, (ROWS,), 1),
        (np.ones((0, 3), dtype=bool), True, [0.0] * 3, (ROWS, 3), 3),
        ([[1.0, 2.0], [3, 4]], True, [0.0, 0.0], None, 2),
        (({"a": 1.0}, {"a": 2.0}), True, {"a": 0.0}, None, 1),
    ],
)
def test_an_argument_is_described_by_its_structure(
    arg: Any, by_sample: bool, template: Any, shape: Any, width: int
) -> None:
    found = describe(0, arg, by_sample=by_sample)
    assert np.array_equal(found.template, template) or found.template == template
    assert (found.by_sample, found.shape, found.width, found.outer) == (
        by_sample, shape, width, None,
    )  # fmt: skip


def test_a_structure_is_taken_block_by_block_where_that_is_asked_for_and_can_be() -> None:
    arg = {"w": np.ones((1, 2)), "b": 1.0}
    assert describe(0, arg, by_sample=False, in_blocks=True).outer == {
        "w": Block((1, 2), is_list=False), "b": NUMBER,
    }  # fmt: skip
    for other in (1.0, [[1.0], [2.0, 3.0]]):
        assert describe(0, other, by_sample=False, in_blocks=True).outer is None


@pytest.mark.parametrize(
    ("arg", "by_sample", "error", "message"),
    [
        (np.array(["a"]), False, TypeError, "argument 3 to be an array of real numbers, received"),
        (np.array([1j]), True, TypeError, "array of real numbers, received one of complex128"),
        ("text", False, TypeError, "is given by name, as in f(x, mode='fast')"),
        (None, False, TypeError, "is given by name, as in f(x, mode='fast')"),
        ([1.0, [2.0, "text"]], False, TypeError, "argument 3[1][1]"),
        ([[1.0, "text"]], True, TypeError, "argument 3[0][1]"),
        ([], True, ValueError, "expected at least one row in argument 3, received none"),
        ([[1.0], [1.0, 2.0]], True, ValueError, "argument 3, received another in row 1: [1.0, 2"),
        ([1.0, 2.0, [3.0]], True, ValueError, "argument 3, received another in row 2: [3.0]"),
        (2.0, True, TypeError, "argument 3 to have a row for each sample, received"),
        ({"a": [1.0]}, True, TypeError, "write a list of dicts, one for each sample"),
    ],
)
def test_what_is_no_argument_is_told_with_its_place(
    arg: Any, by_sample: bool, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        describe(3, arg, by_sample=by_sample)


def test_arguments_of_one_structure_share_a_key_and_others_do_not() -> None:
    def keys(*args: Any, by_sample: bool = False, in_blocks: bool = False) -> list[Any]:
        return [describe(0, a, by_sample=by_sample, in_blocks=in_blocks).key for a in args]

    for same in (
        keys([1.0], [2], [np.float64(3.0)]),
        keys(np.ones(2), np.zeros(2, dtype=int)),
        keys(np.ones((3, 2)), np.ones((0, 2)), by_sample=True),
        keys([[1.0]], [[2.0], [3.0]], by_sample=True),
        keys({"a": np.ones(2)}, {"a": np.zeros(2)}, in_blocks=True),
    ):
        assert len(set(same)) == 1
    different = [
        *keys(1.0, [1.0], (1.0,), [1.0, 2.0], {"a": 1.0}, {"b": 1.0}, np.ones(1), np.ones(2)),
        *keys({"a": 1.0, "b": 1.0}, {"b": 1.0, "a": 1.0}),
        *keys([1.0], [[1.0]], np.ones((1, 1)), np.ones((1, 2)), by_sample=True),
        *keys({"a": np.ones(2)}, {"a": np.ones(3)}, in_blocks=True),
    ]
    assert len(set(different)) == len(different)


# ------------------------------------------------------------------ numbers, out and in


@pytest.mark.parametrize(
    "arg", [7, [1, (2.0, {"a": 3})], np.arange(6.0).reshape(2, 3), np.arange(2)]
)
def test_numbers_go_out_from_left_to_right_and_come_back(arg: Any) -> None:
    found = describe(0, arg, by_sample=False)
    numbers = [*found.numbers(arg)]
    assert len(numbers) == found.width
    again = found.restore(numbers, 1)
    assert np.array_equal(again, arg) if isinstance(arg, np.ndarray) else again == arg
    assert found.restore([n + 1 for n in numbers], 1) is not arg


def test_rows_come_back_as_many_as_there_are() -> None:
    rows = [[1.0, (2.0,)], [3.0, (4.0,)], [5.0, (6.0,)]]
    found = describe(0, rows, by_sample=True)
    assert found.numbers(rows) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert found.restore(range(1, 7), 3) == rows
    assert found.restore([], 0) == []
    matrix = describe(0, np.ones((3, 2)), by_sample=True)
    assert matrix.restore(range(4), 2).tolist() == [[0.0, 1.0], [2.0, 3.0]]
    assert matrix.restore([], 0).shape == (0, 2)


def test_a_structure_of_blocks_goes_out_and_comes_back() -> None:
    arg = {"b": [1.0, 2.0], "a": np.array([[3.0]])}
    found = describe(0, arg, by_sample=False, in_blocks=True)
    assert found.numbers(arg).tolist() == [3.0, 1.0, 2.0]
    again = found.restore([3.0, 1.0, 2.0], 1)
    assert (again["b"], again["a"].tolist(), [*again]) == ([1.0, 2.0], [[3.0]], ["b", "a"])


class Own(np.ndarray[Any, Any]):
    """An array of a class of its own."""


def test_buffers_and_arrays_of_other_classes_are_taken_as_plain_arrays() -> None:
    for given in (array("d", [1.0, 2.0]), memoryview(array("d", [1.0, 2.0])),
                  np.array([1.0, 2.0]).view(Own)):  # fmt: skip
        taken = arguments.plain(given)
        assert type(taken) is np.ndarray
        assert taken.tolist() == [1.0, 2.0]
    for kept in ([1.0], (1.0,), 1.0, 1, {"a": 1.0}, np.ones(2), "text"):
        assert arguments.plain(kept) is kept
    with pytest.raises(ValueError, match="masked"):
        arguments.plain(np.ma.masked_array([1.0, 2.0], [True, False]))


def test_without_numpy_a_buffer_is_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "find_spec", lambda _: None)
    assert arguments.plain(array("d", [1.0, 2.0])) == [1.0, 2.0]
    own = object()
    monkeypatch.delitem(sys.modules, "numpy")
    assert arguments.plain(own) is own
    assert arguments.doubles(own) is own


def test_arrays_of_other_numbers_are_read_as_doubles_in_one_piece() -> None:
    for given in (np.array([[1, 2], [3, 4]]), np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])):
        taken = arguments.doubles(given)
        assert (taken.dtype, taken.flags.c_contiguous) == (np.float64, True)
        assert taken.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    for kept in (np.ones(2), np.array(1), np.array(["a"]), np.array([1j]), [1], 1.0):
        assert arguments.doubles(kept) is kept
    assert arguments.doubles(np.array([True])).tolist() == [1.0]


# ----------------------------------------------------------------------------- warnings


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([[1.0]], [[1.0, 2.0]], "argument 2 has 2 numbers, and had 1"),
        ([[1.0, 2.0]], [[1.0]], "argument 2 has 1 number, and had 2"),
        ([1.0, [1.0]], [1.0, (1.0,)], "argument 3 is of another structure"),
        ([[1.0], 1.0], [(1.0,), [1.0, 2.0]], "argument 2 is of another structure"),  # the first
        ([1.0], [1.0, 2.0], "it has another number of arguments"),
        ([1.0, 2.0], [1.0], "it has another number of arguments"),
        ([1.0], [1.0], "what it changes, or its settings, are of another structure"),
        ([1.0], [[1.0], 2.0], "argument 2 is of another structure"),
    ],
)
def test_the_fourth_recording_is_told_what_is_another(
    before: list[Any], now: list[Any], said: str
) -> None:
    one, other = ([describe(0, a, by_sample=False) for a in args] for args in (before, now))
    with pytest.warns(
        RuntimeWarning, match=re.escape(f"f is recorded for the fourth time: {said}")
    ):
        arguments.warn_of_recordings(3, "f", one, other, first=2)
    for count in (2, 4):  # a warning would be an error
        arguments.warn_of_recordings(count, "f", one, other)


def test_arguments_are_counted_from_0_if_nothing_is_before_them() -> None:
    with pytest.warns(RuntimeWarning, match="argument 0 is of another structure"):
        arguments.warn_of_recordings(3, "f", [Argument(0.0)], [Argument([0.0])])


# -------------------------------------------------------------------- what comes out


@pytest.mark.parametrize(
    ("template", "shape"),
    [
        (0.0, ()),
        ([0.0, 0.0], (2,)),
        (([0.0], [0.0], [0.0]), (3, 1)),
        ([[[0.0] * 4] * 3] * 2, (2, 3, 4)),
        ([0.0, [0.0]], None),
        ([[0.0], [0.0, 0.0]], None),
        ([[], []], None),
        ([], None),
        ({"a": 0.0}, None),
        ([{"a": 0.0}, {"a": 0.0}], None),
    ],
)
def test_a_structure_is_an_array_where_all_its_parts_are_alike(template: Any, shape: Any) -> None:
    assert _shape(template) == shape


ARRAYS = Argument([0.0, 0.0], shape=(2,)), Argument([0.0, 0.0], True, (ROWS, 2))
LISTS = Argument([0.0, 0.0]), Argument([0.0, 0.0], True)


@pytest.mark.parametrize(
    ("given", "by_rows", "expected"),
    [
        (ARRAYS, True, [(True, (ROWS,), 1), (True, (ROWS, 2), 2), (True, (ROWS, 2), 2)]),
        (ARRAYS, False, [(False, None, 1), (False, (2,), 2), (True, (ROWS, 2), 2)]),
        (LISTS, True, [(True, None, 1), (True, None, 2), (True, None, 2)]),
        (LISTS, False, [(False, None, 1), (False, None, 2), (True, None, 2)]),
        ((ARRAYS[0], LISTS[1]), True, [(True, None, 1), (True, (ROWS, 2), 2), (True, None, 2)]),
    ],
)
def test_a_plan_says_what_comes_out_by_rows_or_for_all(
    given: tuple[Argument, ...], by_rows: bool, expected: list[Any]
) -> None:
    recorder = Recorder(lambda w, x: w[0] * x[1], given)
    for mode, part in ((BOTH, slice(None)), (VALUE, slice(1)), (GRADIENT, slice(1, None))):
        plan = make_plan(recorder, given, mode, (0, 1), by_rows=by_rows)
        found = [(result.by_sample, result.shape, result.width) for result in plan.results]
        assert found == expected[part]
        assert plan.arguments == given
    (last,) = make_plan(recorder, given, GRADIENT, (1,), by_rows=by_rows).results
    assert (last.by_sample, last.shape, last.width) == expected[2]
