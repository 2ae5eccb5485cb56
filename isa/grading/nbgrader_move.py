"""Carries a gradebook from one database to another, whatever the two are: every row, with the marks and comments that people gave.

Through nbgrader's own tables, because the same value is written down differently: an extension is a date in SQLite and an interval in PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Base
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from isa.grading.course import CONFIG, Course, CourseError
from isa.grading.nbgrader_database import check_gradebook, make_gradebook, reason, shown
from isa.grading.nbgrader_source import settings

AT_ONCE = 1000  # rows


@dataclass(frozen=True)
class Moved:
    """What was carried over: where it is now, without a password, and the number of rows by table."""

    where: str
    rows: dict[str, int]


def move(course: Course, file: Path) -> Moved:
    """Carry the gradebook in a file into the empty one that the course's settings name, all of it or nothing. The file is not changed.

    Raises:
        CourseError: the file is no gradebook of this version of nbgrader, the other one is not empty, or does not take a row.
    """
    url, source_url = CourseDirectory(config=settings(course)).db_url, f"sqlite:///{file.absolute()}"
    if source_url == url:
        raise CourseError(f"{file} is what {CONFIG} names: first set c.CourseDirectory.db_url there to the database that is to take it")
    if not check_gradebook(source_url):
        raise CourseError(f"{file} is not there or holds nothing: expected a gradebook that nbgrader wrote, such as gradebook/gradebook.db")
    check_gradebook(url)
    make_gradebook(url)
    source, target = (create_engine(one, poolclass=NullPool) for one in (source_url, url))
    rows = {}
    try:
        with source.connect() as old, target.begin() as new:
            there = set(inspect(old).get_table_names())
            for table in Base.metadata.sorted_tables:  # what others refer to comes first
                if new.execute(select(func.count()).select_from(table)).scalar():
                    raise CourseError(f"{shown(url)} holds a gradebook already ({table.name}); nothing was changed: name an empty database")
                if table.name in there:
                    for some in old.execute(select(table)).mappings().partitions(AT_ONCE):
                        new.execute(insert(table), [dict(row) for row in some])
                    rows[table.name] = new.execute(select(func.count()).select_from(table)).scalar() or 0
    except DBAPIError as error:
        raise CourseError(f"{shown(url)}: {reason(error)}. Nothing was changed") from None
    return Moved(shown(url), rows)
