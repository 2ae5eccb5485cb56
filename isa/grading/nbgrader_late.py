"""The late rule as nbgrader calls it, when it grades a submission that came after the deadline."""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import BasePlugin
from traitlets import Unicode

from isa.grading import policy


class LatePolicy(BasePlugin):
    """Takes the penalty from `gradebook/policy.yml`."""

    policy_file = Unicode("", help="Path of policy.yml").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Points to take off a notebook's `score`; nbgrader keeps the result between 0 and the score."""
        return policy.read(Path(self.policy_file)).penalty(score, total_seconds_late)
