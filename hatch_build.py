"""Puts the syllabus, the checkpoints and the tables inside a wheel, so that an installed `isa` has them without a checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseFiles(BuildHookInterface):
    """`isa.home` finds these files in `isa/_course`; an editable install reads the checkout instead."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or self.target_name != "wheel":
            return
        root = Path(self.root)
        tables = [root / "data" / "datapackage.json", *sorted((root / "data").glob("*.csv"))]
        for path in [root / "course.yml", *sorted((root / "notebooks" / "checkpoints").glob("*.yml")), *tables]:
            build_data["force_include"][str(path)] = f"isa/_course/{path.relative_to(root).as_posix()}"
