"""Collects what students laid into the exchange of a hub, where every student can write whatever he likes.

nbgrader goes by the name of a folder and follows the links in it, with the rights of whoever collects: a student could hand in under another's
name, or hand in a link to the key. And whatever cannot be read of one student ends its run, and nothing is collected of those who come after.
"""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.exchange.default import ExchangeCollect

KB = 1000  # in nbgrader's limit of what one submission may hold


class NotTaken(Exception):
    """A submission cannot be taken; the message says why."""


class Collect(ExchangeCollect):
    """Takes plain files only, as the work of the account that owns the folder, and leaves out what cannot be taken, with a line."""

    src_records: list[dict[str, Any]]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except (ValueError, OverflowError):  # what should be a time is none
            record = {"username": Path(path).name.split("+")[0], "filename": Path(path).name, "timestamp": datetime.fromtimestamp(0, UTC).replace(tzinfo=None)}
        owner = os.lstat(path).st_uid
        # An instructor may hand in for a student. Where all accounts have one uid, check_owner has to be off, and nothing is proved.
        if self.check_owner and owner != os.getuid():
            name = _name(owner)
            if name != record["username"]:
                self.log.warning("%s: handed in by %s under the name of %s, so it counts as the work of %s", path, name, record["username"], name)
                record["username"] = name
        return record

    def copy_files(self) -> None:
        """Collect one submission after the other."""
        if not self.src_records:
            super().copy_files()
        for record in self.src_records:
            with tempfile.TemporaryDirectory() as scratch:
                self._taken = Path(scratch) / "taken"
                self.src_records = [record]
                try:
                    # First, because nbgrader takes an older submission away before it copies the new one.
                    _take(Path(self.inbound_path) / record["filename"], self._taken, self.coursedir.max_dir_size * KB)
                    super().copy_files()
                except (NotTaken, OSError, ValueError, OverflowError) as error:  # what timestamp.txt says may be no time either
                    self.log.error("%s: nothing new was collected of %s: %s", self.coursedir.assignment_id, record["username"], error)

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy what was taken of a submission, in place of the folder that its student can still change."""
        super().do_copy(str(self._taken), dest, log)


def _take(source: Path, into: Path, most: int) -> None:
    """Copy the plain files of a folder. If it is changed meanwhile, that leads nowhere else: each step starts from an open folder and follows no link."""
    if not stat.S_ISDIR(os.lstat(source).st_mode):
        raise NotTaken(f"{source.name} is not a folder")
    into.mkdir()
    for folder, names, files, opened in os.fwalk(source, follow_symlinks=False, onerror=_stop):
        there = into / Path(folder).relative_to(source)
        for name in names:
            if stat.S_ISDIR(os.lstat(name, dir_fd=opened).st_mode):
                (there / name).mkdir()
        for name in files:
            if stat.S_ISREG(os.lstat(name, dir_fd=opened).st_mode):
                with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened), "rb") as file:
                    content = file.read(most + 1)
                most -= len(content)
                if most < 0:
                    raise NotTaken(f"{source.name} holds more than c.CourseDirectory.max_dir_size allows")
                (there / name).write_bytes(content)


def _stop(error: OSError) -> NoReturn:
    raise error


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"
