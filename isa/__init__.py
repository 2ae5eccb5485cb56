"""What a lesson imports: tables with their data cards and citations, and the charts of the course.

>>> import isa
>>> isa.load("members").shape
(57, 7)
"""

from isa import charts
from isa.catalog import card, cite, load, tables

__all__ = ["card", "charts", "cite", "load", "tables"]
__version__ = "0.1.0"
