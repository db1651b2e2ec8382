"""Structures of arrays, block by block: what they are, how they are filled, where they differ."""

from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.codegen import blocks
from autograd.codegen.blocks import NUMBER, Block, Layout, blocks_of
from autograd.trees import Items


def array(*shape: int) -> Block:
    return Block(shape, is_list=False)


def rows(*shape: int) -> Block:
    return Block(shape, is_list=True)


def numbers(*shape: int) -> Any:
    return np.arange(float(np.prod(shape))).reshape(shape)


# ------------------------------------------------------------------------ what they are


@pytest.mark.parametrize(
    ("structure", "outer", "found"),
    [
        (1.5, NUMBER, [1.5]),
        (2, NUMBER, [2.0]),
        (np.float64(3.0), NUMBER, [3.0]),
        (np.array(3.0), NUMBER, [3.0]),
        ([1, 2.0], rows(2), [[1.0, 2.0]]),
        ([[1, 2], [3, 4]], rows(2, 2), [[[1.0, 2.0], [3.0, 4.0]]]),
        ([[[1]], [[2]]], rows(2, 1, 1), [[[[1.0]], [[2.0]]]]),
        (np.array([1.0, 2.0]), array(2), [[1.0, 2.0]]),
        (np.array([[1, 0]], dtype=bool), array(1, 2), [[[1, 0]]]),
        (np.array([1, 2], dtype="u1"), array(2), [[1, 2]]),
        (np.array([1, 2], dtype="f4"), array(2), [[1, 2]]),
        (np.array([]), array(0), [[]]),
        ((1.0, np.ones(2)), (NUMBER, array(2)), [1.0, [1.0, 1.0]]),
        ([1.0, np.ones(1)], [NUMBER, array(1)], [1.0, [1.0]]),
        ([[1.0], 2.0], [rows(1), NUMBER], [[1.0], 2.0]),
        ([(1.0,), [2.0]], [(NUMBER,), rows(1)], [1.0, [2.0]]),
        ({"b": 1.0, "a": [2.0]}, {"b": NUMBER, "a": rows(1)}, [[2.0], 1.0]),  # by name
    ],
)
def test_a_structure_has_a_block_for_each_array_list_and_number(
    structure: Any, outer: Any, found: list[Any]
) -> None:
    taken: Any = blocks_of(structure)
    assert taken[0] == outer
    assert [block.tolist() for block in taken[1]] == found
    if isinstance(structure, dict):
        assert list(taken[0]) == list(structure)


@pytest.mark.parametrize(
    "structure",
    [
        "text", None, True, [True, 1.0], 1j, {}, [], (), [[]], {"a": {}}, {"a": 1.0, "b": "text"},
        Value(1.0), [1.0, Value(1.0)], [[1.0, 2.0], [3.0]], [[1.0], [None]],
        np.array(["a"]), np.array([1j]), np.array([None]), range(3), {1.0, 2.0}, (1.0, "text"),
    ],
)  # fmt: skip
def test_anything_else_in_a_structure_is_for_the_long_way(structure: Any) -> None:
    assert blocks_of(structure) is None


def test_what_holds_the_numbers_is_yielded_once_each() -> None:
    w, inner, tail = np.ones((2, 2)), [[1.0], [2.0]], [5.0]
    structure = {"w": w, "in": (inner, 3.0), "b": tail}
    (outer, _) = blocks_of(structure) or (None, None)
    held = [*blocks.holders(structure, outer)]
    assert list(map(id, held)) == list(map(id, [w, *inner, tail]))
    assert blocks.are_apart(held)
    assert not blocks.are_apart([w, tail, w])


@pytest.mark.parametrize(
    ("outer", "fixed"),
    [
        (NUMBER, False), ((NUMBER,), True), ((array(2),), False), ([NUMBER], False),
        ({"a": (rows(2), NUMBER)}, True), ([(rows(2),), [NUMBER]], False), (([NUMBER],), False),
    ],
)  # fmt: skip
def test_a_number_in_a_tuple_is_fixed(outer: Any, fixed: bool) -> None:
    assert blocks.is_fixed(outer) is fixed


# ------------------------------------------------------------------------------- views

LINE = np.zeros(10)


@pytest.mark.parametrize(
    ("found", "shared"),
    [
        ([LINE[:5], LINE[5:]], False),  # side by side
        ([LINE[:5], LINE[4:]], True),
        ([LINE[5:], LINE[:6]], True),
        ([LINE[::2], LINE[1::2]], False),  # in turn
        ([LINE[::2], LINE[4:5]], True),
        ([LINE, LINE[8:9], LINE[3:4]], True),
        ([LINE[::3], LINE[1:2], LINE[9:]], True),  # the first reaches beyond the second
        ([LINE[::3], LINE[1:2], LINE[8:9]], False),
        ([LINE[:0], LINE[:5], LINE[0:0]], False),
        ([LINE, LINE.copy(), [1.0], [1.0]], False),
        ([[1.0], [2.0]], False),
        ([], False),
    ],
)
def test_arrays_overlap_where_they_have_a_number_in_common(found: Any, shared: bool) -> None:
    assert blocks.overlap(found) is shared
    assert blocks.overlap(found[::-1]) is shared


# -------------------------------------------------------------------------- the layout


def test_a_layout_finds_the_arrays_of_structures_of_its_form() -> None:
    structure = {"b": [numbers(2), (numbers(1, 2),)], "a": numbers(3)}
    outer, found = blocks_of(structure) or (None, [])
    layout = Layout(outer)
    assert layout.shapes == [(3,), (2,), (1, 2)]
    assert list(map(id, layout.found(structure))) == list(map(id, found))
    assert list(map(id, layout.arrays(structure) or [])) == list(map(id, found))


class Own(np.ndarray[Any, Any]):
    """An array of a class of its own, whose arithmetic may be another."""


SHORT = {"a": numbers(2), "b": (numbers(1),)}


@pytest.mark.parametrize(
    "other",
    [
        {"a": numbers(2)},
        {"a": numbers(2), "b": [numbers(1)]},  # no tuple
        {"a": numbers(2), "b": (numbers(1), numbers(1))},
        {"a": numbers(2), "b": ()},
        {"a": numbers(2), "c": (numbers(1),)},
        [numbers(2), (numbers(1),)],
        {"a": numbers(2), "b": 1.0},
        {"a": numbers(3), "b": (numbers(1),)},
        {"a": numbers(2, 1), "b": (numbers(1),)},
        {"a": numbers(2), "b": (np.ones(1, dtype="f4"),)},
        {"a": numbers(2), "b": (np.ones(1, dtype=int),)},
        {"a": numbers(2), "b": ([1.0],)},
        {"a": numbers(2).view(Own), "b": (numbers(1),)},
        None,
    ],
)
def test_structures_of_another_form_are_none_of_a_layout_s(other: Any) -> None:
    layout = Layout((blocks_of(SHORT) or (None,))[0])
    assert layout.arrays(SHORT) is not None
    assert layout.arrays(other) is None


def test_an_array_that_cannot_be_written_to_does_not_fit() -> None:
    layout = Layout(array(2))
    fixed = numbers(2)
    assert layout.arrays(fixed) is not None
    fixed.flags.writeable = False
    assert layout.arrays(fixed) is None
    assert Layout([array(2)]).arrays([numbers(2)]) is not None


def test_a_layout_with_lists_has_no_arrays_but_finds_what_is_there() -> None:
    for outer, structure in (
        ({"a": rows(2), "b": array(1)}, {"a": [1.0, 2.0], "b": numbers(1)}),
        ({"a": array(1), "b": NUMBER}, {"a": numbers(1), "b": 1.0}),
    ):
        layout = Layout(outer)
        assert layout.shapes is None
        assert layout.arrays(structure) is None
        assert layout.found(structure) == [structure["a"], structure["b"]]
        assert layout.found({"a": structure["a"]}) == []


def test_keys_are_equal_for_equal_structures_in_equal_order() -> None:
    one = {"a": array(2), "b": [NUMBER, (rows(1),)]}
    assert hash(blocks.key(one)) == hash(blocks.key({"a": array(2), "b": [NUMBER, (rows(1),)]}))
    others = [
        {"b": [NUMBER, (rows(1),)], "a": array(2)}, {"a": array(2), "b": [NUMBER, [rows(1)]]},
        {"a": rows(2), "b": [NUMBER, (rows(1),)]}, {"a": array(2), "b": (NUMBER, (rows(1),))},
        {"a": array(2), "c": [NUMBER, (rows(1),)]}, [array(2), [NUMBER, (rows(1),)]], array(2),
    ]  # fmt: skip
    assert len({blocks.key(outer) for outer in [one, *others]}) == 1 + len(others)


# ------------------------------------------------------------------------ filling them


STRUCTURE = {
    "b": [1.0, (np.ones((2, 1)), [[3.0, 4.0], [5.0, 6.0]])], "a": np.array(7.0), "c": [8.0, 9.0],
}  # fmt: skip


def test_numbers_go_out_in_one_array_and_come_back_as_they_stood() -> None:
    outer, found = blocks_of(STRUCTURE) or (None, [])
    assert blocks.joined(found).tolist() == [7.0, 1.0, 1.0, 1.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0]
    new = blocks.parted(outer, range(10))
    assert list(new) == ["b", "a", "c"]
    assert (new["a"], new["b"][0], new["c"]) == (0.0, 1.0, [8.0, 9.0])
    assert new["b"][1][0].tolist() == [[2.0], [3.0]]
    assert new["b"][1][1] == [[4.0, 5.0], [6.0, 7.0]]


def test_numbers_are_put_in_the_place_of_others_and_the_structure_stays() -> None:
    kernel, inner, alone, tail = np.ones((2, 1)), [[3.0, 4.0], [5.0, 6.0]], np.array(7.0), [8.0]
    structure = {"b": [1.0, (kernel, inner)], "a": alone, "c": tail, "d": 2.0}
    held = [kernel, *inner, alone, tail]
    outer, _ = blocks_of(structure) or (None, [])
    blocks.write(blocks.changes(structure, outer, range(10)))
    assert (float(alone), structure["b"][0], tail, structure["d"]) == (0.0, 1.0, [8.0], 9.0)  # type: ignore[index]
    assert (kernel.tolist(), inner) == ([[2.0], [3.0]], [[4.0, 5.0], [6.0, 7.0]])
    now = [structure["b"][1][0], *structure["b"][1][1], structure["a"], structure["c"]]  # type: ignore[index]
    assert list(map(id, now)) == list(map(id, held))


def test_arrays_are_filled_one_after_the_other() -> None:
    first, alone, last = np.zeros((2, 2)), np.zeros(()), np.zeros(1)
    blocks.write(blocks.refills([first, alone, last], range(1, 7)))
    assert (first.tolist(), float(alone), last.tolist()) == ([[1, 2], [3, 4]], 5.0, [6.0])
    blocks.write([])


def test_a_template_has_0_for_each_number() -> None:
    found = blocks.template({"a": array(2, 1), "b": (NUMBER, rows(1, 2))})
    assert found["b"] == (0.0, [[0.0, 0.0]])
    assert (type(found["a"]), type(found["a"][0]), type(found["b"][1])) == (Items, Items, list)
    assert [[*row] for row in found["a"]] == [[0.0], [0.0]]
    assert type(blocks.template_of((2,))) is Items
    assert type(blocks.template_of((2,), is_list=True)) is list


# ------------------------------------------------------------------- where they differ


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (array(2), array(2), ""),
        ({"a": [NUMBER]}, {"a": [NUMBER]}, ""),
        (array(2), rows(2), "it is an array of shape (2,) in x, and a list of shape (2,) in y"),
        (NUMBER, array(), "it is a number in x, and an array of shape () in y"),
        ({"a": NUMBER}, {}, "['a'] is in x alone"),
        ({}, {"a": NUMBER}, "['a'] is in y alone"),
        (
            {"a": [NUMBER, {"b": array(1)}]},
            {"a": [NUMBER, {"b": NUMBER}]},
            "['a'][1]['b'] is an array of shape (1,) in x, and a number in y",
        ),
        ([NUMBER], (NUMBER,), "it is a list of length 1 in x, and a tuple of length 1 in y"),
        ([NUMBER], [NUMBER] * 2, "it is a list of length 1 in x, and a list of length 2 in y"),
        (
            (rows(1), [NUMBER]),
            (rows(1), {"a": NUMBER}),
            "[1] is a list of length 1 in x, and a dict of length 1 in y",
        ),
        ([NUMBER], array(1), "it is a list of length 1 in x, and an array of shape (1,) in y"),
    ],
)
def test_the_first_difference_is_told_with_its_place(one: Any, other: Any, said: str) -> None:
    assert blocks.difference(one, other, ("x", "y")) == said
