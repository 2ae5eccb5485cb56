import io
from pathlib import Path

from rich.console import Console

from isa import progress_bar
from isa.grading.course import Submission


def watched(students: int, seconds_each: float, terminal: bool) -> tuple[list[Submission], str]:
    """Go through a class of which each takes so many seconds, by a clock of our own."""
    submissions = [Submission("tiny", f"student-{number:02}", Path()) for number in range(students)]
    times = iter(number * seconds_each for number in range(students + 1))
    said = io.StringIO()
    console = Console(file=said, force_terminal=terminal, width=160)
    return list(progress_bar.watch("grading tiny", console, lambda: next(times))(submissions, students)), said.getvalue()


def test_where_nobody_watches_a_line_now_and_then_says_how_far_how_fast_and_how_long():
    done, said = watched(250, 0.5, terminal=False)
    assert [s.student for s in done] == [f"student-{number:02}" for number in range(250)]
    assert said.splitlines() == [
        "grading tiny: 120 of 250, 2.0 a second, 65 s left",
        "grading tiny: 240 of 250, 2.0 a second, 5 s left",
    ]


def test_slow_work_is_counted_by_the_minute():
    assert watched(50, 10, terminal=False)[1].splitlines()[0] == "grading tiny: 6 of 50, 6 a minute, 7 min left"


def test_a_short_run_says_nothing():
    assert watched(3, 0.1, terminal=False)[1] == ""


def test_a_terminal_gets_a_bar_with_the_student_last_done():
    done, said = watched(3, 0.1, terminal=True)
    assert len(done) == 3
    assert "3/3" in said
    assert "student-02" in said
