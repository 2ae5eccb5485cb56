import pytest

from isa.grading.course import CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.runner import silently
from isa.teaching import demo
from tests.conftest import submit


def test_the_whole_loop_leaves_the_real_course_alone(real_course, tmp_path):
    submit(real_course, "amina", "real work")
    before = sorted(p.relative_to(real_course.root) for p in real_course.root.rglob("*"))
    scratch = demo.scratch_copy(real_course, tmp_path / "demo")
    results = demo.run(scratch, "assignment-01", students=13, seed=0, progress=silently)

    by_story = {r.pupil.story: r for r in results}
    assert len(by_story) == 13
    broken = by_story.pop("a file that is no notebook")
    assert "no valid JSON" in broken.outcome.problem
    assert broken.mark is None
    for result in by_story.values():
        assert not result.outcome.problem
        assert scratch.feedback("assignment-01", result.pupil.id).is_file()

    key, late, blank = (by_story[story].mark for story in ("the answer key itself", "right, five hours late", "nothing filled in"))
    assert key.score == max(r.mark.score for r in by_story.values())
    assert late.score == pytest.approx(key.score * 0.9)
    assert late.seconds_late == 5 * 3600
    assert (blank.score, blank.waiting) == (0, 0)
    assert by_story["a test cell deleted"].mark.score == key.score
    assert 0 < by_story["a cell that never ends"].mark.score < key.score
    assert 0 < by_story["a file that was cut off on the way"].mark.score < key.score
    mistakes = [by_story[story].mark.score for story in ("right code, full answers", "one mistake in code, partial answers", "three mistakes, misconceptions")]
    assert mistakes == sorted(mistakes, reverse=True)
    assert sorted(p.relative_to(real_course.root) for p in real_course.root.rglob("*")) == before


def test_a_demo_keeps_a_gradebook_of_its_own_when_the_class_has_one_on_a_server(real_course, tmp_path):
    config = real_course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.CourseDirectory.db_url = 'postgresql://isa@127.0.0.1:1/isa'\n", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be opened"):
        Nbgrader(real_course)
    scratch = demo.scratch_copy(real_course, tmp_path / "demo")
    Nbgrader(scratch).release("assignment-01")
    assert (scratch.gradebook / "gradebook.db").is_file()


def test_a_demo_replaces_an_earlier_one_and_nothing_else(real_course, tmp_path):
    folder = tmp_path / "demo"
    demo.scratch_copy(real_course, folder)
    (folder / "left over").write_text("x", encoding="utf-8")
    demo.scratch_copy(real_course, folder)
    assert not (folder / "left over").exists()

    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(CourseError, match="it has not been touched"):
        demo.scratch_copy(real_course, mine)
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "precious"


def test_a_demo_takes_no_gradebook_roster_or_submission_along(real_course, tmp_path):
    for name in ("gradebook.db", "roster.csv"):
        (real_course.gradebook / name).write_text("private", encoding="utf-8")
    submit(real_course, "amina", "real work")
    scratch = demo.scratch_copy(real_course, tmp_path / "demo")
    assert sorted(p.name for p in scratch.gradebook.iterdir()) == ["review.ipynb", "specimens"]
    assert not (scratch.root / "submitted").exists()
