"""Published worked examples: what is right in them is accepted, and what is wrong is found."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograd import Value
from autograd.checking import HandCheck, check_by_hand
from autograd.notation.reading import parse
from nn import optimizers

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "published_examples.json").read_text(encoding="utf-8")
)["examples"]


def checked(example: dict[str, Any]) -> HandCheck:
    """Return the judge's report on the printed numbers of an example."""
    output, nodes = parse(example["expression"], example["numbers"])

    def several(key: str) -> tuple[Value, ...]:
        return tuple(nodes[name] for name in key.split("/"))

    def rule(how: Any) -> Any:
        if not isinstance(how, dict):
            return how
        ((name, options),) = how.items()
        return getattr(optimizers, name)(**options)

    def printed(kind: str) -> dict[str, Any]:
        found: dict[str, Any] = example.get(kind, {})
        return found

    def pairs(kind: str) -> dict[tuple[str, str], Any]:
        return {(a, b): text for key, text in printed(kind).items() for a, b in [key.split("/")]}

    return check_by_hand(
        output,
        {nodes[name]: text for name, text in printed("values").items()},
        {nodes[name]: text for name, text in printed("gradients").items()},
        {nodes[name]: (text, rule(how)) for name, (text, how) in printed("updates").items()},
        locals={(nodes[a], nodes[b]): text for (a, b), text in pairs("locals").items()},
        shares={several(key): text for key, text in printed("shares").items()},
        deltas={nodes[name]: text for name, text in printed("deltas").items()},
        differences={nodes[name]: tuple(entry) for name, entry in printed("differences").items()},
    )


def test_there_are_thirty_examples_each_with_its_source() -> None:
    assert len(EXAMPLES) >= 30
    assert all(example["source"] for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_every_printed_number_that_is_right_is_accepted(example: dict[str, Any]) -> None:
    report = checked(example)
    wrong = {f.claim.name: f for f in report.findings if f.verdict == "wrong"}
    expected = example.get("wrong", {})
    assert set(wrong) == set(expected), report
    for name, slip in expected.items():
        found = wrong[name].slip
        assert (found.name if found else "") == slip, report
    for finding in report.findings:
        if not expected:
            assert finding.ok, report
        assert finding.verdict not in {"too few digits", "unreadable", "not answered"}, report


MAZUR = next(example for example in EXAMPLES if example["source"].startswith("mattmazur.com"))


@pytest.mark.parametrize(
    ("kind", "name", "written", "slip"),
    [
        ("values", "net_h1", "0.3825", "w3 in the place of w1"),
        ("values", "net_o1", "0.855905967", "b1 in the place of b2"),
        ("values", "net_o1", "1.10572525", "w5 and w6 are swapped"),
        ("updates", "w6", ("0.40891648", 0.5), "the gradient of w5 in the place of its own"),
    ],
)
def test_a_number_in_the_place_of_another_is_named(
    kind: str, name: str, written: Any, slip: str
) -> None:
    output, nodes = parse(MAZUR["expression"], MAZUR["numbers"])
    claims: dict[str, Any] = {kind: {nodes[name]: written}}
    (finding,) = check_by_hand(output, **claims).findings
    assert finding.slip is not None
    assert finding.slip.name == "wrong parent's number"
    assert finding.slip.description == slip


def test_a_sum_that_is_3_0_for_2_5_left_its_bias_out() -> None:
    numbers = {"w1": 1.0, "x1": 2.0, "w2": 0.5, "x2": 2.0, "b": -0.5}
    output, _ = parse("p3 = w1*x1 + w2*x2 + b", numbers)
    (finding,) = check_by_hand(output, {output: "3.0"}).findings
    assert finding.slip is not None
    assert (finding.slip.name, finding.slip.description) == ("term left out", "b is missing")
