"""Where a student's code runs: behind walls, one fresh process a submission, with nothing of the course but its public data.

`walls` builds the outer wall with bubblewrap, once a worker. Inside it `zygote` imports what notebooks import and waits.
For each submission it forks; `cage` puts the fork in namespaces of its own and sets its limits; `cells` runs the cells as
a notebook would. `session` is the trusted end of the line: it sends cells and asks for values, and kills what does not answer.
"""

from isa.grading.sandbox.limits import SandboxLimits
from isa.grading.sandbox.session import CellResult, Sandbox, SandboxDied, Session, shared_sandbox
from isa.grading.sandbox.walls import NoIsolation

__all__ = ["CellResult", "NoIsolation", "Sandbox", "SandboxDied", "SandboxLimits", "Session", "shared_sandbox"]
