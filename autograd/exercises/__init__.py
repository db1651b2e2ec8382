"""Exercise sheets on a graph: numbers for each student, blanks, an answer key, and marks."""

from autograd.exercises.classes import ClassSet, class_set
from autograd.exercises.graders import nbgrader_notebook, otter_test
from autograd.exercises.grading import Grade, grade
from autograd.exercises.marking import ClassGrade, grade_class
from autograd.exercises.sheets import ExerciseSheet, sheet

__all__ = [
    "ClassGrade",
    "ClassSet",
    "ExerciseSheet",
    "Grade",
    "class_set",
    "grade",
    "grade_class",
    "nbgrader_notebook",
    "otter_test",
    "sheet",
]
