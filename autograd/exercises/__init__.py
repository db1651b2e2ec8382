"""Exercise sheets on a graph, with numbers for each student and marks; functions to be written."""

from autograd.exercises.classes import ClassSet, class_set
from autograd.exercises.functions import FunctionCheck, check_function, hide
from autograd.exercises.graders import nbgrader_notebook, otter_test
from autograd.exercises.grading import Grade, grade
from autograd.exercises.marking import ClassGrade, grade_class
from autograd.exercises.sheets import ExerciseSheet, sheet

__all__ = [
    "ClassGrade",
    "ClassSet",
    "ExerciseSheet",
    "FunctionCheck",
    "Grade",
    "check_function",
    "class_set",
    "grade",
    "grade_class",
    "hide",
    "nbgrader_notebook",
    "otter_test",
    "sheet",
]
