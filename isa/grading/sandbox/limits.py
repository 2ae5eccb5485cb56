"""How much a submission may use. One object, handed from the configuration to the cage; its defaults are the only ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

KB, MB = 2**10, 2**20


@dataclass(frozen=True)
class SandboxLimits:
    """Limits of one submission; times in seconds, sizes in bytes.

    Raises:
        ValueError: a whole notebook is given less time than one of its cells, or a time is no number.
    """

    cell_seconds: float = 15
    submission_seconds: float = 120
    memory: int = 1536 * MB
    processes: int = 32
    open_files: int = 128
    disk: int = 64 * MB
    output_per_cell: int = 1 * MB

    def __post_init__(self) -> None:
        if not self.cell_seconds <= self.submission_seconds:  # so that NaN is refused too
            raise ValueError(f"one cell may run {self.cell_seconds:g} seconds, and the whole notebook only {self.submission_seconds:g}")

    def as_json(self) -> dict[str, Any]:
        """For the way over the line."""
        return asdict(self)
