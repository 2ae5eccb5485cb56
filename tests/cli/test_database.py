"""`isa move-gradebook`, from a file to a file; to a server it is tested in tests/grading/test_postgres.py."""

from isa.grading.nbgrader_edge import Nbgrader


def test_a_gradebook_is_carried_into_the_one_that_the_settings_name(calling, tiny_course):
    Nbgrader(tiny_course).release("tiny")
    config = tiny_course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.CourseDirectory.db_url = {f'sqlite:///{tiny_course.root}/other.db'!r}\n", encoding="utf-8")
    call = calling(100)
    told = f"0 marks of 0 submissions by 0 students are now in {tiny_course.root}/other.db; gradebook/gradebook.db has not been changed.\n"
    assert call("move-gradebook", "gradebook/gradebook.db") == (0, told, "")
    code, out, err = call("move-gradebook", "gradebook/gradebook.db")
    assert (code, out) == (2, "")
    assert "holds a gradebook already" in err
