"""The repair as nbgrader runs it: first of its sanitizing steps, before anything looks at the marks of a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from isa.grading.repair import repair


class Repair(NbGraderPreprocessor):
    """Mends the cells of a submission after the student version; what was done stands in the notebook's metadata for the feedback."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repair in place."""
        where = resources["nbgrader"]
        directory = CourseDirectory(config=self.config)
        released = Path(directory.format_path(directory.release_directory, ".", where["assignment"])) / f"{where['notebook']}.ipynb"
        # What a submission says of itself is not kept: only the assignment's own metadata and ours are read later.
        nb.metadata = NotebookNode(isa={})
        if released.is_file():
            original = nbformat.read(released, as_version=4)
            nb.metadata.update(original.metadata)
            said = repair(nb, original)
            for sentence in said:
                self.log.info("%s: %s", where["student"], sentence)
            nb.metadata["isa"]["repairs"] = said
        return nb, resources
