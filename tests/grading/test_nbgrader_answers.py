"""Short answers on their way into the gradebook: by `isa grade` and by `nbgrader autograde`, with the same result."""

import json
import pickle
from dataclasses import replace

import nbformat
import pytest

from isa.answers import edition, encoder
from isa.answers.encoder import Letters
from isa.answers.explain import messages
from isa.grading import runner, short_answers
from isa.grading.course import CourseError
from isa.grading.marks import mark
from isa.grading.nbgrader_edge import GradingFailed, Nbgrader
from isa.grading.nbgrader_marks import blueprint
from isa.yamlfile import FileError
from tests.conftest import SPECIMENS, solved, submit, with_mark_scheme

FULL = "Because six times seven is forty-two."
NONSENSE = "Bananas are yellow."
HOSTILE = {
    "a megabyte": "word " * 200_000,
    "one endless word": "x" * 1_000_000,
    "binary": "".join(map(chr, range(1, 32))) * 50,
    "emoji": "😀👍🏽🏳️‍🌈" * 200,
    "right to left": "لأن ستة في سبعة تساوي اثنين وأربعين. \u202eowt-ytrof\u202c",
    "markup": "<b>Because</b><script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) $$\\frac{1}{0}$$",
    "a picture": f"![why](data:image/png;base64,{'iVBORw0KGgo' * 500})",
    "a table": "| a | b |\n|---|---|\n" * 300,
    "half a character": "\ud83d",
}


def entry(desk: Nbgrader, student: str) -> dict:
    """What the gradebook says of the short answer, and the score of the notebook."""
    with desk.gradebook() as book:
        grade, comment = (find("s1", "tiny", "tiny", student) for find in (book.find_grade, book.find_comment))
        score = book.find_submission_notebook("tiny", "tiny", student).score
        return {"auto": grade.auto_score, "manual": grade.manual_score, "waits": grade.needs_manual_grade, "said": comment.auto_comment, "score": score}


def by_isa(desk: Nbgrader, *students: str, force: bool = False) -> list[bool]:
    """Grade as `isa grade` does; says of each submission whether it was passed over."""
    chosen, _ = runner.chosen(desk.course, "tiny", list(students))
    outcomes = runner.grade(desk, "tiny", chosen, runner.silently, jobs=1, force=force)
    assert not [outcome.problem for outcome in outcomes if outcome.problem]
    return [outcome.unchanged for outcome in outcomes]


def by_nbgrader(desk: Nbgrader, student: str) -> None:
    desk.prepare("tiny", None, None)
    desk.autograde(next(s for s in desk.course.submissions("tiny") if s.student == student))


def hand_in(desk: Nbgrader, words: str, student: str = "amina") -> None:
    submit(desk.course, student, solved(desk.course, words=words))


def marked_here(desk: Nbgrader, words: str):
    """The verdict on an answer, in this process."""
    hand_in(desk, words)
    desk.prepare("tiny", None, None)
    with desk.gradebook() as book:
        plan = blueprint(desk.course, book, "tiny", desk.config)
    return mark(plan, desk.course.submissions("tiny")[0].notebook, {})


@pytest.mark.parametrize("way", [by_isa, by_nbgrader])
def test_a_right_answer_scores_nonsense_does_not_and_both_are_explained(marking, way):
    for student, words in {"amina": FULL, "bilal": NONSENSE}.items():
        hand_in(marking, words, student)
        way(marking, student)
    right, wrong = entry(marking, "amina"), entry(marking, "bilal")
    assert (right["auto"], right["waits"], right["score"]) == (1, False, 3)
    assert "“Because six times seven is forty-two”" in right["said"]
    assert (wrong["auto"], wrong["score"]) == (0, 2)
    assert "Score: 0 of 1" in wrong["said"]


@pytest.mark.parametrize("way", [by_isa, by_nbgrader])
@pytest.mark.parametrize("words", ["YOUR ANSWER HERE", "  \n\n\t", ""])
def test_no_answer_is_no_response_and_waits_for_nobody(marking, way, words):
    hand_in(marking, words)
    way(marking, "amina")
    assert entry(marking, "amina") == {"auto": 0, "manual": None, "waits": False, "said": "No response.", "score": 2}


def test_an_answer_without_a_mark_scheme_waits_for_a_person_as_it_always_did(nbgrader):
    hand_in(nbgrader, FULL)
    for way in (by_isa, by_nbgrader):
        way(nbgrader, "amina")
        assert entry(nbgrader, "amina") == {"auto": None, "manual": None, "waits": True, "said": None, "score": 2}


@pytest.mark.parametrize("name", HOSTILE)
def test_both_ways_write_the_same_for_any_text_and_never_fail_nor_give_points_for_nothing(marking, name):
    notebook = nbformat.reads(solved(marking.course), as_version=4)
    notebook.cells[3].source = HOSTILE[name]
    submit(marking.course, "amina", json.dumps(notebook))
    place = marking.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb"
    found = []
    for way in (by_isa, by_nbgrader, by_nbgrader):
        way(marking, "amina")
        made = json.loads(place.read_text(encoding="utf-8"))
        for seal in ("seal", "code_seal"):
            made["metadata"]["isa"].pop(seal, None)
        for cell in made["cells"]:
            cell["metadata"].pop("execution", None)
        found.append((entry(marking, "amina"), made))
    assert found[0] == found[1] == found[2]
    assert found[0][0]["auto"] == 0
    assert not {"<", "](", "\x00"} & set(found[0][0]["said"])


def test_the_marker_reads_what_was_typed_and_not_what_is_shown(marking, monkeypatch):
    read = []
    monkeypatch.setattr(short_answers, "mark", lambda question, text, released: read.append(text) or short_answers.Answered(0.0, False, ""))
    typed = "6 < 7 &lt; 8 ![x](y) <b>bold</b>"
    marked_here(marking, typed)
    by_nbgrader(marking, "amina")
    assert read == [typed, typed]


def test_code_that_dies_and_a_broken_notebook_cost_no_words(marking):
    text = solved(marking.course, code="import os\nos._exit(1)", words=FULL)
    submit(marking.course, "amina", text)
    submit(marking.course, "bilal", text.replace('"grade_id": "s1"', '"grade_id": "s9"'))
    by_isa(marking)
    for student in ("amina", "bilal"):
        assert (entry(marking, student)["auto"], entry(marking, student)["score"]) == (1, 1)


def test_a_text_on_which_the_marker_fails_waits_for_a_person_and_the_rest_is_marked(marking, monkeypatch):
    class Broken:
        def mark(self, answer):
            raise RecursionError("too deep")

    monkeypatch.setattr(short_answers, "_fitted", lambda question, chosen: Broken())
    verdict = marked_here(marking, FULL)
    assert verdict.scores == {"q1_a": 2, "s1": None}
    assert verdict.waiting == {"s1"}


def test_what_a_person_gave_wins_and_survives_both_ways_of_grading_again(marking):
    hand_in(marking, FULL)
    by_isa(marking)
    with marking.gradebook() as book:
        grade, comment = (find("s1", "tiny", "tiny", "amina") for find in (book.find_grade, book.find_comment))
        grade.manual_score, grade.needs_manual_grade, comment.manual_comment = 0.25, False, "Half a word is missing."
        book.db.commit()
    # nbgrader flags every answer that a person has marked once more; ours does not where the work is the same.
    for again, waits in ((lambda: by_isa(marking, force=True), False), (lambda: by_nbgrader(marking, "amina"), True)):
        again()
        found = entry(marking, "amina")
        assert (found["auto"], found["manual"], found["score"], found["waits"]) == (1, 0.25, 2.25, waits)
        with marking.gradebook() as book:
            comment = book.find_comment("s1", "tiny", "tiny", "amina")
            assert comment.comment == "Half a word is missing."
            assert "Score: 1 of 1" in comment.auto_comment
    marking.feedback(marking.course.submissions("tiny")[0])
    page = marking.course.feedback("tiny", "amina").read_text(encoding="utf-8")
    assert "Half a word is missing." in page


def test_a_person_looks_again_at_what_was_marked_by_one_when_other_work_is_handed_in(marking):
    hand_in(marking, FULL)
    by_isa(marking)
    with marking.gradebook() as book:
        grade = book.find_grade("s1", "tiny", "tiny", "amina")
        grade.manual_score, grade.needs_manual_grade = 0.25, False
        book.db.commit()
    hand_in(marking, FULL + " I think.")
    by_isa(marking)
    found = entry(marking, "amina")
    assert (found["manual"], found["waits"]) == (0.25, True)


def test_an_unchanged_class_is_passed_over_until_scheme_specimens_or_marker_change(marking, monkeypatch):
    hand_in(marking, FULL)
    assert by_isa(marking) == [False]
    assert by_isa(marking) == [True]
    specimens = marking.course.gradebook / "specimens" / "tiny.yml"
    specimens.write_text(SPECIMENS.replace("It is so.", "So it is."), encoding="utf-8")
    assert (by_isa(marking), by_isa(marking)) == ([False], [True])
    source = marking.course.source("tiny")
    source.write_text(source.read_text(encoding="utf-8").replace("six sevens make", "six sevens are"), encoding="utf-8")
    assert (by_isa(marking), by_isa(marking)) == ([False], [True])
    monkeypatch.setattr(edition, "VERSION", edition.VERSION + 1)
    assert (by_isa(marking), by_isa(marking)) == ([False], [True])


def test_where_only_the_marking_of_answers_changed_no_code_runs_and_the_marks_are_those_of_marking_all_again(marking, monkeypatch):
    hand_in(marking, "It is so.")
    by_isa(marking)
    place = marking.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb"
    with marking.gradebook() as book:
        book.find_grade("q1_a", "tiny", "tiny", "amina").auto_score = 1.5  # which marking all again would put right
        book.db.commit()
    more = "".join(f'    - {{id: s1-{n}, kind: full, answer: "It is so {n}.", points: {{P1: 1}}}}\n' for n in range(10, 30))
    (marking.course.gradebook / "specimens" / "tiny.yml").write_text(SPECIMENS + more, encoding="utf-8")
    assert by_isa(marking) == [False]
    quick = entry(marking, "amina"), json.loads(place.read_text(encoding="utf-8"))
    assert quick[0]["score"] == 1.5
    assert by_isa(marking) == [True]
    assert by_isa(marking, force=True) == [False]
    assert (entry(marking, "amina") | {"score": 1.5}, json.loads(place.read_text(encoding="utf-8"))) == quick


def test_without_the_model_the_lexical_marker_marks_and_says_so(marking, monkeypatch):
    letters = Letters()
    before = edition.edition()
    monkeypatch.setattr(encoder, "best", lambda: letters)
    assert edition.edition() != before
    verdict = marked_here(marking, FULL)
    assert verdict.scores["s1"] == 1
    assert messages("en")["lexical"] in verdict.comments["s1"]
    assert marked_here(marking, NONSENSE).scores["s1"] == 0


def test_what_an_author_has_to_mend_stops_either_way_in_one_clear_line(marking):
    hand_in(marking, FULL)
    good = marking.course.source("tiny").read_text(encoding="utf-8")
    specimens = marking.course.gradebook / "specimens" / "tiny.yml"

    def said(expected: str, kind: type[Exception]) -> None:
        with pytest.raises(kind, match=expected) as caught:
            by_isa(marking)
        assert "\n" not in str(caught.value)
        with pytest.raises(GradingFailed, match=expected):
            by_nbgrader(marking, "amina")

    specimens.unlink()
    said(r"tiny, cell s1: found a mark scheme and no specimens .* gradebook/specimens/tiny\.yml", CourseError)
    specimens.write_text(SPECIMENS.replace("P1: 0", "P2: 0"), encoding="utf-8")
    said(r"tiny\.yml, line 5, .*: the mark scheme has no point P2", FileError)
    marking.course.source("tiny").write_text(good.replace("(1 point)", "(2 points)"), encoding="utf-8")
    said("tiny, cell s1, line 4: found points that add up to 2, expected 1", FileError)
    marking.course.source("tiny").write_text(good.replace("(1 point)", "(2 points)").replace('"points": 1', '"points": 2'), encoding="utf-8")
    specimens.write_text(SPECIMENS, encoding="utf-8")
    said("the mark scheme gives 2 points, the assignment was released with 1; run isa release --force tiny", CourseError)


def test_the_questions_travel_to_a_worker_and_are_no_secret_of_the_sandbox(marking):
    marking.prepare("tiny", None, None)
    with marking.gradebook() as book:
        plan = blueprint(marking.course, book, "tiny", marking.config)
    there = pickle.loads(pickle.dumps(plan))
    assert there == plan
    assert there.fingerprint == plan.fingerprint != replace(plan, questions={}).fingerprint
    assert "six sevens" not in plan.released + "".join(map(str, plan.files.values()))


def test_lines_that_were_handed_out_are_not_the_students_words():
    released = "Two sentences.\n\nYOUR ANSWER HERE\n\nThank you."
    assert short_answers.written("Two sentences.\n\nIt rains.\n\nIt pours.\n\nThank you.", released) == "It rains.\n\nIt pours."
    assert short_answers.written(released.replace("\n\n", "\n"), released) == ""
    assert short_answers.written("- yes", "- yes\n- no") == "- yes", "a choice among what was offered is an answer"


def test_a_course_whose_mark_scheme_came_later_is_marked_without_a_new_release(nbgrader):
    hand_in(nbgrader, FULL)
    by_isa(nbgrader)
    assert entry(nbgrader, "amina")["waits"]
    with_mark_scheme(nbgrader.course)
    assert by_isa(nbgrader) == [False]
    assert entry(nbgrader, "amina")["auto"] == 1
