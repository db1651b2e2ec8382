"""Which tests run where: those of other people's graders need the extra `grading`."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("nbgrader") and find_spec("otter") else ["test_graders.py"]
