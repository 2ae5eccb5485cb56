import gc
import time

import pytest

import isa
from isa.grading.examiner import Examiner
from isa.grading.sandbox import SandboxDied


class Given:
    """Stands for a sandbox that holds these values."""

    def __init__(self, **values):
        self.values = values
        self.asked = []

    def get(self, names):
        self.asked.append(names)
        return {name: self.values[name] for name in names if name in self.values}


@pytest.fixture
def examiner():
    return Examiner(seconds=2)


def test_a_test_that_holds_says_nothing(examiner):
    found = examiner.examine("assert x == 42, 'not it'", Given(x=42), 2)
    assert (found.error, found.score) == ("", None)


def test_a_test_that_fails_says_its_message(examiner):
    found = examiner.examine("assert x == 42, f'found {x}'", Given(x=41), 2)
    assert (found.error, found.message) == ("AssertionError", "found 41")


def test_a_name_that_the_student_never_defined_is_a_name_error(examiner):
    found = examiner.examine("assert x == 42", Given(), 2)
    assert (found.error, found.message) == ("NameError", "name 'x' is not defined")


def test_helpers_of_locked_cells_are_the_trusted_ones_and_data_is_the_students(examiner):
    examiner.define("import math\ndef helper(): return 'trusted'\ntable = [1, 2]")
    given = Given(math="forged", helper=lambda: "forged", table=[3])
    found = examiner.examine("assert math.pi > 3\nassert helper() == 'trusted'\nassert table == [3]", given, 1)
    assert not found.error, found.message
    assert given.asked == [["table"]]


def test_builtins_are_pythons_own(examiner):
    given = Given(len=lambda _: 0, isinstance=lambda *_: True, x=[1])
    assert not examiner.examine("assert len(x) == 1\nassert not isinstance(x, dict)", given, 1).error


def test_what_one_test_defines_a_later_one_may_use(examiner):
    examiner.examine("expected = 42", Given(), 1)
    assert not examiner.examine("assert expected == 42", Given(), 1).error


def test_a_test_cannot_change_the_helpers_of_the_next(examiner):
    examiner.define("def helper(): return 1")
    examiner.examine("helper = None", Given(), 1)
    assert not examiner.examine("assert helper() == 1", Given(), 1).error


def test_a_helper_keeps_nothing_of_one_submission_for_the_next():
    for _ in range(2):
        examiner = Examiner()
        examiner.define("seen = []")
        examiner.define("def times(value):\n    seen.append(value)\n    return len(seen)")
        assert not examiner.examine("assert times(x) == 1", Given(x=1), 1).error


def test_a_locked_cell_that_makes_only_tables_is_run_once_for_a_class(monkeypatch):
    asked = []
    monkeypatch.setattr(isa, "load", asked.append)
    for _ in range(2):
        examiner = Examiner()
        examiner.define("import isa\nmembers = isa.load('members')  # once for a class")
        assert not examiner.examine("assert isa.__name__ == 'isa'\nassert members == 57", Given(members=57), 1).error
    assert asked == ["members"]


def test_a_locked_cell_that_sets_chance_sets_it_for_each_submission():
    for _ in range(2):
        examiner = Examiner()
        examiner.define("import random\nrandom.seed(1)")
        assert not examiner.examine("assert round(random.random(), 4) == 0.1344", Given(), 1).error


@pytest.mark.parametrize(
    ("ending", "score"),
    [("1.5", 1.5), ("0.0", 0), ("True", 2), ("False", 0), ("float('nan')", 0), ("-1", 0), ("99", 2), ("float('inf')", 2), ("'text'", None), ("None", None)],
)
def test_a_number_on_the_last_line_is_a_partial_credit_between_nothing_and_all(examiner, ending, score):
    assert examiner.examine(ending, Given(), 2).score == score


def test_a_numpy_number_is_a_partial_credit_too(examiner):
    assert examiner.examine("import numpy as np\nnp.float64(0.5)", Given(), 2).score == 0.5


def test_a_warning_is_printed_and_is_no_mistake(examiner):
    found = examiner.examine("import sys\nprint('old', file=sys.stderr)\nassert True", Given(), 1)
    assert (found.error, found.printed) == ("", "old\n")


def test_a_test_that_does_not_end_is_a_finding(examiner):
    found = examiner.examine("while True: pass", Given(), 1)
    assert (found.error, found.message) == ("TestTookTooLong", "the test did not end within 2 seconds")


def test_values_that_take_too_long_to_come_are_a_finding(examiner):
    class Endless:
        def get(self, names):
            while True:
                pass

    assert examiner.examine("assert x", Endless(), 1).error == "TestTookTooLong"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_test_that_the_first_alarm_does_not_end_is_ended_by_the_next():
    """What a callback of the garbage collector raises is dropped, an alarm's error too."""
    rung = []

    def busy(phase: str, info: dict[str, int]) -> None:
        while not rung and time.monotonic() < started + 5:
            pass
        rung.append(phase)

    started = time.monotonic()
    gc.callbacks.append(busy)
    try:
        found = Examiner(seconds=0.2).examine("import gc\ngc.collect()\nwhile True: pass", Given(), 1)
    finally:
        gc.callbacks.remove(busy)
    assert found.error == "TestTookTooLong"


def test_a_student_who_is_gone_is_a_finding(examiner):
    class Gone:
        def get(self, names):
            raise SandboxDied("its process ended")

    assert examiner.examine("assert x", Gone(), 1).message == "its process ended"


def test_magics_in_a_locked_cell_are_passed_over(examiner):
    examiner.define("%matplotlib inline\nimport math")
    assert not examiner.examine("assert math.pi", Given(), 1).error


def test_the_trace_shows_the_test_and_not_the_examiner(examiner):
    trace = "\n".join(examiner.examine("assert x == 1, 'no'", Given(x=2), 1).trace)
    assert "AssertionError: no" in trace
    assert "examine.py" not in trace
