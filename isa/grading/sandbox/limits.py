"""How much a submission may use. One object, handed from the configuration to the cage."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MB = 2**20


@dataclass(frozen=True)
class SandboxLimits:
    """Limits of one submission; times in seconds, sizes in bytes."""

    cell_seconds: float = 15
    submission_seconds: float = 120
    memory: int = 1536 * MB
    processes: int = 32
    open_files: int = 128
    disk: int = 64 * MB
    output_per_cell: int = 1 * MB

    def as_json(self) -> dict[str, Any]:
        """For the way over the line."""
        return asdict(self)
