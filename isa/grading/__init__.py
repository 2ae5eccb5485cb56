"""Running and marking submissions: the course folder, the edge to nbgrader, and what a student version may show.

Only the modules named `nbgrader_*` import nbgrader.
"""
