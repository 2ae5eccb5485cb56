"""The late rule where nbgrader keeps what it costs: when it grades a submission, and again whenever the marks or the policy have changed.

nbgrader asks for a penalty once, from the score of that moment, and tells its plugin neither the assignment nor the section. So the place of its
preprocessor is taken by ours, which asks `gradebook/policy.yml` and the roster beside it. `isa.teaching.late` works out the same from tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from isa.grading import policy, roster
from isa.grading.policy import Lateness, Policy, utc


@dataclass(frozen=True)
class LateRules:
    """The policy of a class and who is in which section: all that decides what lateness costs."""

    policy: Policy = field(default_factory=Policy)
    sections: dict[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def beside(cls, policy_file: Path) -> LateRules:
        """Those in a policy file and the roster beside it; without a policy nothing is lost.

        Raises:
            isa.yamlfile.FileError, isa.grading.course.CourseError: one of the files is wrong; the message names the line.
        """
        rules = policy.read(policy_file) if policy_file.is_file() else Policy()
        return cls(rules, roster.sections(policy_file.parent / "roster.csv"))

    def of(self, entry: SubmittedAssignment) -> Lateness:
        """How late a submission of the gradebook is, and what that costs."""
        return self.policy.lateness(
            entry.assignment.name,
            utc(entry.timestamp),
            entry.student_id,
            self.sections.get(entry.student_id, ""),
            utc(entry.assignment.duedate),
            entry.extension or timedelta(),
        )


def settle(entry: SubmittedAssignment, rules: LateRules) -> bool:
    """Set what lateness costs now on the notebooks of a submission, and say whether that changed anything; committing is the caller's."""
    late, changed = rules.of(entry), False
    for notebook in entry.notebooks:
        penalty = late.penalty(notebook.score) or None
        if abs((penalty or 0.0) - (notebook.late_submission_penalty or 0.0)) > 1e-9:
            notebook.late_submission_penalty = penalty
            changed = True
    return changed


def settle_all(book: Gradebook, assignment: str, rules: LateRules) -> list[str]:
    """Set what lateness costs now for a whole class, in one transaction, and name the students for whom it changed."""
    changed = [entry.student_id for entry in book.assignment_submissions(assignment) if settle(entry, rules)]
    book.db.commit()
    return sorted(changed)


class LatePenalties(NbGraderPreprocessor):
    """Stands in `nbgrader autograde` where nbgrader's AssignLatePenalties was."""

    policy_file = Unicode("", help="Path of policy.yml").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Set the penalty of the submission that was just graded."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as book:
            settle(book.find_submission(where["assignment"], where["student"]), LateRules.beside(Path(self.policy_file)))
            book.db.commit()
        return nb, resources


class LatePolicy(BasePlugin):
    """The plugin of nbgrader's own AssignLatePenalties, for courses that keep it: the rule of the student's section, no waivers, no other deadlines."""

    policy_file = Unicode("", help="Path of policy.yml").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Points to take off a notebook's `score`; nbgrader keeps the result between 0 and the score."""
        rules = LateRules.beside(Path(self.policy_file))
        return rules.policy.rule(rules.sections.get(student_id, "")).penalty(score, total_seconds_late)
