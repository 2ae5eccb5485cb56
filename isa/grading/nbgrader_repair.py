"""The repair as nbgrader runs it: first of its sanitizing steps, before anything looks at the marks of a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from isa.grading.nbgrader_reading import READING
from isa.grading.repair import repair


class Repair(NbGraderPreprocessor):
    """Mends the cells of a submission after the student version; what was done stands in the notebook's metadata for the feedback."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repair in place."""
        where = resources["nbgrader"]
        directory = CourseDirectory(config=self.config)

        def folder(step: str, student: str) -> Path:
            return Path(directory.format_path(step, student, where["assignment"]))

        submitted, autograded = (folder(step, where["student"]) for step in (directory.submitted_directory, directory.autograded_directory))
        _take_away_linked(submitted, autograded, folder(directory.source_directory, "."))
        released = folder(directory.release_directory, ".") / f"{where['notebook']}.ipynb"
        # What a submission says of itself is not kept: only the assignment's own metadata and ours are read later.
        nb.metadata = NotebookNode(isa={})
        if released.is_file():
            original = nbformat.read(released, as_version=4)
            nb.metadata.update(original.metadata)
            said = [*resources.get(READING, []), *repair(nb, original)]
            for sentence in said:
                self.log.info("%s: %s", where["student"], sentence)
            nb.metadata["isa"]["repairs"] = said
        return nb, resources


def _take_away_linked(submitted: Path, autograded: Path, source: Path) -> None:
    """Take away what nbgrader has copied from behind links in a submission, be it the key or another student's work, before anything runs."""
    for link in [path.relative_to(submitted) for path in submitted.rglob("*") if path.is_symlink()]:
        if not (source / link).exists():
            (autograded / link).unlink(missing_ok=True)
