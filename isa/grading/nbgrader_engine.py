"""The engine as nbgrader runs it: stands in its list of preprocessors where `Execute` stood, and leaves all the rest to nbgrader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer, TraitError

from isa.grading.engine import Marking
from isa.grading.marks import Trusted, files_in, trusted_cell
from isa.grading.outputs import harmless
from isa.grading.sandbox import SandboxLimits, shared_sandbox
from isa.grading.sandbox.limits import KB, MB

WRITTEN = "isa_written"  # among the resources of a conversion: grade id -> the text of an answer as the student typed it
DAY = 86_400.0
USUAL = SandboxLimits()


class RunIsolated(NbGraderPreprocessor):
    """Runs the student's cells in the sandbox and the test cells in a trusted process. `isa grade` takes its limits from here too."""

    cell_seconds = Float(USUAL.cell_seconds, min=0.1, max=DAY, help="Seconds that one cell may run.").tag(config=True)
    submission_seconds = Float(USUAL.submission_seconds, min=0.1, max=DAY, help="Seconds that one notebook may run.").tag(config=True)
    memory_mb = Integer(USUAL.memory // MB, min=64, help="Megabytes of memory that one process of a notebook may use.").tag(config=True)
    processes = Integer(USUAL.processes, min=1, help="Processes and threads that one notebook may have.").tag(config=True)
    open_files = Integer(USUAL.open_files, min=16, help="Files that one process of a notebook may have open.").tag(config=True)
    written_mb = Integer(USUAL.disk // MB, min=1, help="Megabytes that one notebook may write, to each folder that it can write to.").tag(config=True)
    output_kb = Integer(USUAL.output_per_cell // KB, min=1, help="Kilobytes of output that are kept of one cell.").tag(config=True)
    isolated = Bool(True, help="False runs the student's code without walls, where a system cannot build them.").tag(config=True)

    @property
    def limits(self) -> SandboxLimits:
        """What a submission may use.

        Raises:
            TraitError: a notebook is given less time than a cell.
        """
        try:
            return SandboxLimits(
                cell_seconds=self.cell_seconds,
                submission_seconds=self.submission_seconds,
                memory=self.memory_mb * MB,
                processes=self.processes,
                open_files=self.open_files,
                disk=self.written_mb * MB,
                output_per_cell=self.output_kb * KB,
            )
        except ValueError as error:
            raise TraitError(f"RunIsolated: {error}") from None

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the outputs of every code cell; text is made harmless, and kept as it was for whoever marks it."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as book:
            known = trusted_cells(book.find_notebook(where["notebook"], where["assignment"]))
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        marking = Marking(shared_sandbox(self.limits, self.isolated), files_in(Path(resources["metadata"]["path"])))
        for cell, marked in zip(code, marking.mark(trusted_cell(cell, known) for cell in code), strict=True):
            cell.outputs = marked.outputs
            cell.execution_count = marked.count
        resources[WRITTEN] = {}
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            trusted = known.get(grade_id)
            if cell.cell_type == "markdown" and (trusted is None or trusted.written_by_student):
                if trusted:
                    resources[WRITTEN][grade_id] = cell.source
                harmless(cell)
        nb.metadata["isa"] = {**nb.metadata.get("isa", {}), "isolated": bool(self.isolated)}
        return nb, resources


def trusted_cells(notebook: Notebook) -> dict[str, Trusted]:
    """Grade id -> the cell of the assignment, as the gradebook has it."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    solutions = {cell.name for cell in notebook.solution_cells}
    return {
        cell.name: Trusted(cell.source, cell.cell_type, bool(cell.locked), cell.checksum, points.get(cell.name), cell.name in solutions)
        for cell in notebook.source_cells
    }
