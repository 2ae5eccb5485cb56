"""The engine gives the marks that nbgrader gives, cell by cell; and both ways to the engine give the same notebook.

Where nbgrader is known to be wrong, ours is right: those differences stand at the end, each with its test.
"""

import itertools
import shutil
from datetime import UTC, datetime, timedelta

import nbformat
import pytest

from isa.grading import runner, short_answers
from isa.grading.course import Course
from isa.grading.nbgrader_edge import GradingFailed, Nbgrader
from isa.teaching.sample_class import Materials, Pupil, filled, hand_in, materials, sample_class
from tests.conftest import ROOT, solved, submit, with_mark_scheme, without_our_engine

HERE = Course.at(ROOT)
ASSIGNMENTS = HERE.assignments()
DUE = datetime(2027, 3, 1, 12, tzinfo=UTC)
# What stock nbgrader cannot grade, or waits for.
ACCIDENTS = ("a cell that never ends", "a file that is no notebook", "a file that was cut off on the way")


def scratch(tmp_path_factory, stock: bool) -> Nbgrader:
    root = tmp_path_factory.mktemp("stock" if stock else "ours")
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(without_our_engine(text) if stock else text, encoding="utf-8")
    shutil.copytree(ROOT / "source", root / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "gradebook" / "specimens", root / "gradebook" / "specimens", ignore=shutil.ignore_patterns("decisions"))
    policy = (ROOT / "gradebook" / "policy.yml").read_text(encoding="utf-8")
    (root / "gradebook" / "policy.yml").write_text(policy.replace("due: {}", f"due: {{{', '.join(f'{a}: {DUE}' for a in ASSIGNMENTS)}}}"), encoding="utf-8")
    return Nbgrader(Course.at(root))


@pytest.fixture(scope="session")
def ours(tmp_path_factory):
    return scratch(tmp_path_factory, stock=False)


@pytest.fixture(scope="session")
def theirs(tmp_path_factory):
    return scratch(tmp_path_factory, stock=True)


def mistakes(made: Materials) -> list[dict[str, str]]:
    """Every typical wrong code, in as few submissions as can hold them: one for each exercise in each."""
    columns = [[(cell, code.code) for code in codes] for cell, codes in made.specimens.wrong_code.items()]
    return [dict(code for code in row if code) for row in itertools.zip_longest(*columns)]


def honest_class(assignment: str) -> list[Pupil]:
    """Honest work of every quality: the key, the blank, something late, words without code, and every typical mistake.

    The first assignment has every story of the sample class. They are the same for each, and stock nbgrader takes four seconds for one.
    """
    made = materials(HERE, assignment)
    words = {cell: answers[0].answer for cell, answers in made.specimens.short_answers.items()}
    more = {"words-only": filled(made.blank, words)} | {f"mistakes-{n}": filled(made.blank, made.key | wrong) for n, wrong in enumerate(mistakes(made))}
    pupils = [pupil for pupil in sample_class(made, 13, 0) if pupil.story not in ACCIDENTS]
    if assignment != ASSIGNMENTS[0]:
        kinds = (lambda p: p.content == made.blank, lambda p: p.content == filled(made.blank, made.key), lambda p: bool(p.late))
        pupils = list({pupil.id: pupil for kind in kinds for pupil in [next(filter(kind, pupils))]}.values())
    return pupils + [Pupil(name, name, "", name, text, timedelta()) for name, text in more.items()]


def rows(desk: Nbgrader, assignment: str, student: str) -> dict:
    with desk.gradebook() as book:
        notebook = book.find_submission_notebook(assignment, assignment, student)
        grades = {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}
        return grades | {f"{c.name} comment": c.auto_comment for c in notebook.comments} | {"penalty": notebook.late_submission_penalty}


def by_nbgrader(desk: Nbgrader, assignment: str, student: str, text: str, **more) -> dict:
    submit(desk.course, student, text, assignment, **more)
    (submission,) = [s for s in desk.course.submissions(assignment) if s.student == student]
    desk.autograde(submission)
    return rows(desk, assignment, student)


def by_isa(desk: Nbgrader, assignment: str, student: str, text: str, **more) -> dict:
    submit(desk.course, student, text, assignment, **more)
    graded_by_isa(desk, assignment, [student])
    return rows(desk, assignment, student)


def graded_by_isa(desk: Nbgrader, assignment: str, students: list[str]) -> None:
    """Grade what they handed in in one run. One worker: a second would take as long to get ready as it saves, and tests run side by side already."""
    chosen, complaints = runner.chosen(desk.course, assignment, students)
    assert not complaints
    outcomes = runner.grade(desk, assignment, chosen, runner.silently, jobs=1, force=True)
    assert len(outcomes) == len(students)
    assert not [outcome for outcome in outcomes if outcome.problem]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_engine_gives_the_marks_of_stock_nbgrader_cell_by_cell(ours, theirs, assignment):
    pupils = honest_class(assignment)
    for desk in (ours, theirs):
        desk.prepare(assignment, DUE, None)
        hand_in(desk.course, assignment, pupils, DUE)
    graded_by_isa(ours, assignment, [pupil.id for pupil in pupils])
    for submission in theirs.course.submissions(assignment):
        theirs.autograde(submission)
    answers = short_answers.cells(ours.course, assignment)
    for pupil in pupils:
        one, other = rows(ours, assignment, pupil.id), rows(theirs, assignment, pupil.id)
        # The one difference that is meant: what waits for a person there is marked here, and what was earned counts in what lateness costs.
        for cell in [cell for cell in answers if other[cell] == (None, True)]:
            score, _ = one[cell]
            assert score is not None, pupil.story
            assert one[f"{cell} comment"], pupil.story
            for found in (one, other):
                del found[cell], found[f"{cell} comment"]
            if pupil.late:
                one["penalty"] = other["penalty"]
        assert one == other, pupil.story


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_that_comparison_leaves_out_no_typical_mistake_and_no_honest_story(assignment):
    made = materials(HERE, assignment)
    compared = [set(row.items()) for row in mistakes(made)]
    assert set().union(*compared) == {(cell, code.code) for cell, codes in made.specimens.wrong_code.items() for code in codes}
    pupils = honest_class(assignment)
    if assignment == ASSIGNMENTS[0]:
        assert {pupil.story for pupil in sample_class(made, 13, 0)} - {pupil.story for pupil in pupils} == set(ACCIDENTS)
    assert {made.blank, filled(made.blank, made.key)} <= {pupil.content for pupil in pupils}
    assert any(pupil.late for pupil in pupils)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_isa_grade_and_nbgrader_autograde_write_the_same(ours, assignment):
    made = materials(HERE, assignment)
    ours.prepare(assignment, DUE, None)
    texts = {"key": filled(made.blank, made.key), "blank": made.blank, "mistakes": filled(made.blank, mistakes(made)[0])}
    texts = {f"{name}-both-ways": text for name, text in texts.items()}

    def written(student: str) -> nbformat.NotebookNode:
        return nbformat.read(ours.course.root / "autograded" / student / assignment / f"{assignment}.ipynb", as_version=4)

    first = {student: (by_nbgrader(ours, assignment, student, text), written(student)) for student, text in texts.items()}
    graded_by_isa(ours, assignment, list(texts))
    for student, (marks, one) in first.items():
        assert rows(ours, assignment, student) == marks, student
        other = written(student)
        assert other.metadata["isa"].pop("seal")
        assert other.metadata["isa"].pop("code_seal")
        for cell in [*one.cells, *other.cells]:
            # Only the time of running differs.
            cell.metadata.pop("execution", None)
        assert one == other, student


def test_a_late_submission_loses_the_same_either_way(nbgrader):
    nbgrader.prepare("tiny", DUE, None)
    policy = nbgrader.course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("due: {}", "due: {tiny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    text = solved(nbgrader.course)
    by_nbgrader(nbgrader, "tiny", "amina", text, timestamp="2027-03-01 17:00:00 UTC")
    by_isa(nbgrader, "tiny", "bilal", text, timestamp="2027-03-01 17:00:00 UTC")
    marks = nbgrader.marks("tiny")
    assert (marks["amina"].score, marks["amina"].penalty) == (marks["bilal"].score, marks["bilal"].penalty) == (1.8, 0.2)


def test_a_written_answer_waits_in_stock_nbgrader_and_is_marked_here_and_counts_before_lateness_does(tiny_course, stock):
    course, words = with_mark_scheme(tiny_course), "Because six times seven is forty-two."
    stock.release("tiny", force=True)
    assert by_nbgrader(stock, "tiny", "amina", solved(course, words=words))["s1"] == (None, True)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    policy = course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("due: {}", "due: {tiny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    desk = Nbgrader(course)
    desk.prepare("tiny", DUE, None)
    late = {"timestamp": "2027-03-01 17:00:00 UTC"}
    one = by_nbgrader(desk, "tiny", "bilal", solved(course, words=words), **late)
    other = by_isa(desk, "tiny", "chinara", solved(course, words=words), **late)
    assert one == other
    assert (one["s1"], one["penalty"]) == ((1, False), pytest.approx(0.3))
    # What no text was written for scores the same everywhere.
    for way, desk_, student in ((by_nbgrader, stock, "dewi"), (by_nbgrader, desk, "emre"), (by_isa, desk, "fatou")):
        assert way(desk_, "tiny", student, course.release("tiny").read_text(encoding="utf-8"))["s1"] == (0, False)


def ending(stock: Nbgrader, last_line: str) -> None:
    """Let the test of the tiny assignment end with a line, and release it anew."""
    course = stock.course
    notebook = nbformat.read(course.source("tiny"), as_version=4)
    notebook.cells[2].source = f"assert isinstance(answer, int)\n### BEGIN HIDDEN TESTS\nassert answer\n### END HIDDEN TESTS\n{last_line}"
    nbformat.write(notebook, course.source("tiny"))
    shutil.rmtree(course.root / "release")
    (course.gradebook / "gradebook.db").unlink()
    stock.release("tiny")


@pytest.mark.parametrize(
    ("last_line", "stock_gives", "we_give"),
    [
        ("1.5", 1.5, 1.5),
        ("True", 2, 2),
        ("'text'", 2, 2),
        ("False", 2, 0),
        ("float('nan')", 2, 0),
        ("-1.0", 2, 0),
        ("import numpy as np; np.float64(0.5)", 2, 0.5),
        ("import warnings; warnings.warn('old')", 0, 2),
        ("import sys; print('a remark', file=sys.stderr)", 0, 2),
    ],
)
def test_known_mistakes_of_nbgrader_in_reading_a_score_are_not_ours(tiny_course, stock, last_line, stock_gives, we_give):
    ending(stock, last_line)
    assert by_nbgrader(stock, "tiny", "amina", solved(tiny_course))["q1_a"] == (stock_gives, False)
    shutil.copy(ROOT / "nbgrader_config.py", tiny_course.root)
    assert by_nbgrader(Nbgrader(tiny_course), "tiny", "bilal", solved(tiny_course))["q1_a"] == (we_give, False)


@pytest.mark.parametrize("last_line", ["2.5", "float('inf')"])
def test_a_score_above_the_points_fails_the_submission_in_stock_nbgrader_and_is_cut_to_them_here(tiny_course, stock, last_line):
    ending(stock, last_line)
    with pytest.raises(GradingFailed, match="ValueError"):
        by_nbgrader(stock, "tiny", "amina", solved(tiny_course))
    shutil.copy(ROOT / "nbgrader_config.py", tiny_course.root)
    assert by_nbgrader(Nbgrader(tiny_course), "tiny", "bilal", solved(tiny_course))["q1_a"] == (2, False)
