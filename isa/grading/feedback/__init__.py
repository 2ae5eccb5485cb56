"""The page that a student gets back: what each exercise was given and why, and never a test before it may be seen.

`page`, and `summary` for a terminal, are pure functions of the marked notebook, its marks and how much the policy shows. Knows no nbgrader.
"""

from isa.grading.feedback.page import Line, page, summary
from isa.grading.feedback.parts import CellMarks, Marks

__all__ = ["CellMarks", "Line", "Marks", "page", "summary"]
