"""How nbgrader reads what was handed in: as `isa grade` does, with the same limits, and as far as a damaged file can be read.

nbgrader's own reader takes a file of any size, in the process of the command or of formgrader, before the first of its preprocessors is asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from isa.grading.reading import read

READING = "isa_reading"  # among the resources of a conversion: what had to be done to read the file


class SubmissionExporter(NotebookExporter):
    """Reads with `isa.grading.reading`; what had to be done goes to `Repair`, which tells the student."""

    def from_file(self, file_stream: Any, resources: dict[str, Any] | None = None, **more: Any) -> tuple[str, dict[str, Any]]:
        """Convert an open file, of which only the name is used.

        Raises:
            isa.grading.reading.Unreadable: nothing of the file can be read; nbgrader leaves this submission out and goes on.
        """
        notebook, said = read(Path(file_stream.name))
        return self.from_notebook_node(notebook, resources={**(resources or {}), READING: said}, **more)
