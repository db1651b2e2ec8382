"""Which tests run where, and how: those of other people's graders need the extra `grading`."""

from importlib.util import find_spec

import pytest

collect_ignore = [] if find_spec("nbgrader") and find_spec("otter") else ["test_graders.py"]


@pytest.fixture(params=[0, 10**9], ids=["compiled", "on graphs"])
def run_both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test twice: with models that run on compiled code, and with models on graphs."""
    monkeypatch.setattr("nn.training.trainer.WORTH_COMPILING", request.param)
