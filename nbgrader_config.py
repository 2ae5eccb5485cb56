"""nbgrader's settings. nbgrader, formgrader and `isa` read this file, from wherever they are called."""

import os
import sys
from pathlib import Path

course = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (nbgrader puts it here)
c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "isa"
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook' / 'gradebook.db'}"
c.OverwriteCells.add_missing_cells = True  # a test cell that a student deleted is put back, or it would wait for a person for ever
c.Autograde.exporter_class = "isa.grading.nbgrader_reading.SubmissionExporter"  # no file is too large, too deep or too broken for a clear word
# Both lists are whole, not added to: nbgrader reads this file two or more times, and would add as often.
_sanitize = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")  # nbgrader's own
c.Autograde.sanitize_preprocessors = ["isa.grading.nbgrader_repair.Repair", *(f"nbgrader.preprocessors.{step}" for step in _sanitize)]
c.Autograde.autograde_preprocessors = [
    "isa.grading.nbgrader_engine.RunIsolated",  # in the place of nbgrader's Execute: student code never meets a test
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "isa.grading.nbgrader_answers.MarkAnswers",  # after SaveAutoGrades, which lets every written answer wait for a person
    "isa.grading.nbgrader_late.LatePenalties",  # in the place of nbgrader's, which knows neither sections nor waivers
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ExchangeFactory.collect = "isa.grading.nbgrader_exchange.Collect"  # on a hub: nobody hands in for another, or a link to what is not his
c.GenerateFeedback.exporter_class = "isa.grading.nbgrader_feedback.FeedbackExporter"  # our page: what was found, not the tests
c.AssignLatePenalties.plugin_class = "isa.grading.nbgrader_late.LatePolicy"
c.LatePenalties.policy_file = c.LatePolicy.policy_file = c.FeedbackExporter.policy_file = str(course / "gradebook" / "policy.yml")

# A new gradebook makes nbgrader start a program called `alembic`: found even when the environment is not activated.
programs = str(Path(sys.executable).parent)
if programs not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
