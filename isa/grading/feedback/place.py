"""Puts a page where it belongs, in one move: whoever reads it meanwhile finds the old one or the new one, never half of one."""

from __future__ import annotations

import tempfile
from pathlib import Path


def replaced(path: Path, content: bytes) -> bool:
    """Put a file in its place, where it is not there already as it should be; says whether anything changed.

    Raises:
        OSError: it cannot be written there.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    with tempfile.NamedTemporaryFile(prefix=".isa-", dir=path.parent, delete=False) as file:
        file.write(content)
    made = Path(file.name)
    made.chmod(0o644)
    made.replace(path)
    return True
