"""Runs test cells in a trusted process, on values that were fetched from the student's.

`examine` runs them; what a class shares is computed once: expressions about tables (`folding`), and whole statements (`settled`), as far as it is known
what they do (`statements`); each submission gets copies (`copies`).
"""

from isa.grading.examiner.examine import Examiner, Finding, Values
from isa.grading.examiner.settled import TestTookTooLong

__all__ = ["Examiner", "Finding", "TestTookTooLong", "Values"]
