import shutil

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
