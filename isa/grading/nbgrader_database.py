"""The gradebook's database, a file (SQLite) or a server (PostgreSQL): looked at before anything touches it, opened, its troubles told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbgrader
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from isa.grading.course import CourseError

PATIENCE = 10  # seconds that a server may take to answer
# nbgrader asks for what belongs to one submission by these columns and has no index for them: it would look through that of all students and assignments.
_INDEXED = {"submitted_notebook": "assignment_id", "grade": "notebook_id", "comment": "notebook_id"}


@contextmanager
def opened(url: str, course_id: str) -> Iterator[Gradebook]:
    """The gradebook, made if there is none yet.

    Raises:
        CourseError: the database went away, or refuses what is written.
    """
    try:
        make_gradebook(url)
        with Gradebook(url, course_id) as book:
            if _address(url).get_backend_name() == "sqlite":
                # Readers (formgrader) and the one writer do not lock each other out, and wait for each other.
                for pragma in ("journal_mode=WAL", "busy_timeout=30000"):
                    book.db.execute(text(f"PRAGMA {pragma}"))
            yield book
    except OperationalError as error:
        raise CourseError(f"{shown(url)}: {reason(error)}. What was written before is safe; call the command again to go on") from None


def make_gradebook(url: str) -> None:
    """Make the tables where there are none yet, in one transaction and as nbgrader makes them, and the indexes that a large class needs.

    nbgrader would start a program of three seconds to be told their version, and leave tables without one where it cannot.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as database:
        if not inspect(database).get_table_names():
            Base.metadata.create_all(database)
            database.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            database.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": _expected()})
        for table, column in _INDEXED.items():
            if not any(index["column_names"][:1] == [column] for index in inspect(database).get_indexes(table)):
                database.execute(text(f"CREATE INDEX isa_{table}_{column} ON {table} ({column})"))


@contextmanager
def one_transaction(book: Gradebook) -> Iterator[None]:
    """All that is written inside is kept together, or nothing of it: nbgrader's own methods commit each entry that they make, and here they do not."""
    session = book.db
    session.commit = session.flush
    try:
        yield
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.commit
    session.commit()


def check_gradebook(url: str) -> bool:
    """Refuse a gradebook that another version of nbgrader wrote, before anything touches it; gives whether there is one yet.

    Raises:
        CourseError: no gradebook can be had at `url`, or it is of another version; it has not been changed.
    """
    address = _address(url)
    is_file = address.get_backend_name() == "sqlite"
    if is_file and not Path(address.database or "").is_file():
        return False
    try:
        if is_file:
            address = address.set(database=f"{Path(address.database or '').absolute().as_uri()}", query={"mode": "ro", "uri": "true"})
            engine = create_engine(address, poolclass=NullPool)
        else:
            engine = create_engine(address, poolclass=NullPool, connect_args={"connect_timeout": PATIENCE})
        with engine.connect() as database:
            tables = inspect(database).get_table_names()
            found = database.execute(text("SELECT version_num FROM alembic_version")).scalar() if "alembic_version" in tables else None
    except ModuleNotFoundError as error:
        raise CourseError(f"{shown(url)}: the package {error.name} is missing; it comes with isa-course[postgres]: pip install 'psycopg[binary]'") from None
    except DBAPIError as error:
        if is_file:
            raise CourseError(f"{shown(url)} is not a gradebook ({reason(error)}); it has not been changed. Move it away to start with an empty one") from None
        raise CourseError(f"{shown(url)} cannot be opened: {reason(error)}. Look at c.CourseDirectory.db_url in nbgrader_config.py") from None
    expected = _expected()
    if tables and found != expected:
        raise CourseError(
            f"{shown(url)} is a gradebook of version {found or 'none'}, nbgrader {nbgrader.__version__} expects {expected}; it has not been changed. "
            f"{'Copy it to a safe place' if is_file else 'Back it up with pg_dump'}, then run: nbgrader db upgrade"
        )
    return bool(tables)


def shown(url: str) -> str:
    """A gradebook's address as it can be told to anybody: the file, or the server without a password."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return address.database or "a gradebook in memory"
    kept = {key: value for key, value in address.query.items() if key in ("host", "port", "user", "dbname")}
    # A password can also stand among the options behind the question mark.
    return URL.create(address.drivername, address.username, None, address.host, address.port, address.database, kept).render_as_string()


def _expected() -> str | None:
    """The version of the tables that this nbgrader works with."""
    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def reason(error: DBAPIError) -> str:
    """What the database itself said, in one line."""
    said = [line for line in str(error.orig).splitlines() if line.strip()] or [type(error.orig).__name__]
    return " ".join(said[0].split())


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        address.get_dialect()
    except (ArgumentError, ValueError):
        address = None
    if address is None or "@" in (address.host or ""):
        # What was written is not repeated: it may hold a password.
        raise CourseError(
            "c.CourseDirectory.db_url in nbgrader_config.py is no address of a database: expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE "
            "or sqlite:///PATH (in a password, @ is written %40, : %3A and / %2F)"
        )
    return address
