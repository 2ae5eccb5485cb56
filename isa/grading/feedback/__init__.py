"""The page that a student gets back: what each exercise was given and why, and never a test before it may be seen.

`page` is a pure function of the marked notebook, the gradebook's marks and how much the policy shows. Knows no nbgrader.
"""

from isa.grading.feedback.page import page
from isa.grading.feedback.parts import CellMarks, Marks

__all__ = ["CellMarks", "Marks", "page"]
