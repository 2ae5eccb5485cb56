import pytest

from isa.study import explorers


@pytest.fixture
def reading():
    """The reading of a lesson's explorer at its start, with some controls moved."""

    def read(lesson, **moved):
        explorer = explorers.explorer(lesson)
        return explorer.read(explorer.start() | moved)

    return read
