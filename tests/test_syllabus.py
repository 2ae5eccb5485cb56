import pytest

from isa import syllabus
from isa.home import home
from isa.syllabus import UnknownLesson
from isa.yamlfile import FileError

OURS = (home() / "course.yml").read_text(encoding="utf-8")


def read_changed(tmp_path, old: str, new: str):
    assert OURS.count(old) >= 1, f"the syllabus no longer holds {old!r}"
    (tmp_path / "course.yml").write_text(OURS.replace(old, new, 1), encoding="utf-8")
    return syllabus.read(tmp_path / "course.yml")


def test_our_syllabus_has_twelve_lessons_and_eleven_assignments():
    ours = syllabus.read()
    assert [lesson.id for lesson in ours.lessons] == [f"{n:02}" for n in range(12)]
    assert [a.lesson for a in ours.assignments] == [f"{n:02}" for n in range(1, 12)]


def test_every_claim_is_tested_somewhere():
    ours = syllabus.read()
    assert {claim for lesson in ours.lessons for claim in lesson.claims} == set(ours.claims)


def test_what_is_ready_is_there():
    ours = syllabus.read()
    for lesson in ours.lessons:
        assert (home() / lesson.notebook).is_file() == (lesson.status == "ready")
    for assignment in ours.assignments:
        assert (home() / "source" / assignment.id).is_dir() == (assignment.status == "ready")


def test_a_lesson_is_found_by_its_id_and_an_unknown_one_names_the_known():
    assert syllabus.read().lesson("02").title == "Technical expertise"
    with pytest.raises(UnknownLesson, match=r"there is no lesson '2'\. Did you mean '02'\? The course has 00, 01, "):
        syllabus.read().lesson("2")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("minutes: 50", "minutes: long", "lessons[0].minutes: found 'long', expected a whole number"),
        ("    status: ready", "    status: raedy", "lessons[0].status: found 'raedy', expected one of 'ready', 'planned'"),
        ('prerequisites: ["00"]', 'prerequisites: ["09"]', "lessons[1].prerequisites[0]: found '09', expected a lesson that stands before this one"),
        ("claims: [C1, C2]", "claims: [C1, C9]", "lessons[1].claims[1]: found 'C9', expected one of C1"),
        ('"1.1": Say', '"7.1": Say', "expected an id that starts with 1."),
        ('id: "01"', 'id: "00"', "lesson '00' stands twice"),
        ("    points: 40", "    points: 41", "assignments[0].points: found 41, expected 40, the sum of the exercises' points"),
        ("weight: 15", "weight: 16", "the weights add up to 101, expected 100"),
        ("kind: data", "kind: date", "exercises[0].kind: found 'date'"),
        ('objectives: ["1.2"]', 'objectives: ["1.9"]', "found '1.9', expected the id of an objective; lesson 01 has 1.1"),
        ("lesson: \"01\"\n    title", "lesson: \"12\"\n    title", "assignments[0].lesson: found '12', expected the id of a lesson"),
        ("question:", "qestion:", "lessons[0]: "),
    ],
)  # fmt: skip
def test_a_wrong_syllabus_names_line_and_field(tmp_path, old, new, said):
    with pytest.raises(FileError) as caught:
        read_changed(tmp_path, old, new)
    line = int(str(caught.value).split("line ")[1].split(",")[0].split(":")[0])
    assert said in str(caught.value)
    assert 1 <= line <= OURS.count("\n")


def test_the_line_of_an_error_is_the_line_of_the_change(tmp_path):
    with pytest.raises(FileError, match=r"course\.yml, line (\d+), lessons\[0\]\.minutes") as caught:
        read_changed(tmp_path, "minutes: 50", "minutes: long")
    lines = (tmp_path / "course.yml").read_text(encoding="utf-8").splitlines()
    assert lines[int(str(caught.value).split("line ")[1].split(",")[0]) - 1].strip() == "minutes: long"
