"""What a lesson imports: tables with their data cards and citations, and the charts of the course.

>>> import isa
>>> isa.load("members").shape
(57, 7)
"""

import sys

# jsonschema, which reads the course's files here and the notebooks in nbformat, builds a grammar of international web addresses when it is imported:
# two seconds of work for a format that no schema here names. It goes on without one where that package is missing, so here it is.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from isa import charts  # noqa: E402
from isa.catalog import card, cite, load, tables  # noqa: E402

__all__ = ["card", "charts", "cite", "load", "tables"]
__version__ = "0.1.0"
