"""Where the files that belong to the package lie: beside it in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that holds `course.yml` and `data/`."""
    inside = _PACKAGE / "_course"
    return inside if inside.is_dir() else _PACKAGE.parent
