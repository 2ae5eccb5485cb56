"""Short answers as nbgrader marks them: stands in its list of preprocessors after SaveAutoGrades, which lets every written answer wait for a person.

What a person has given, a score or a comment, stays: nbgrader keeps it beside ours and prefers it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from isa.grading import short_answers
from isa.grading.course import Course
from isa.grading.nbgrader_engine import WRITTEN, trusted_cells


class MarkAnswers(NbGraderPreprocessor):
    """Writes scores and explanations of the answers that have a mark scheme to the gradebook; the others wait, as SaveAutoGrades left them."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Mark what `RunIsolated` kept of the student's text.

        Raises:
            CourseError, isa.yamlfile.FileError: the author has to mend a mark scheme or specimens; nbgrader tells the message.
        """
        where = resources["nbgrader"]
        texts = resources.get(WRITTEN) or {}
        # An assignment is one notebook that is called like it; any other is none of this course's.
        if not texts or where["notebook"] != where["assignment"]:
            return nb, resources
        with Gradebook(where["db_url"]) as book:
            cells = trusted_cells(book.find_notebook(where["notebook"], where["assignment"]))
            course = Course(Path(CourseDirectory(config=self.config).root))
            asked = short_answers.questions(course, where["assignment"], {name: cell.points for name, cell in cells.items()})
            found = {name: short_answers.mark(asked[name], text, cells[name].source) for name, text in texts.items() if name in asked}
            notebook = book.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
            for grade in notebook.grades:
                if grade.name in found:
                    grade.auto_score = found[grade.name].score
                    grade.needs_manual_grade = grade.manual_score is not None or found[grade.name].waits
            for comment in notebook.comments:
                if comment.name in found:
                    comment.auto_comment = found[comment.name].comment or None
            book.db.commit()
        return nb, resources
