import pytest

from isa.answers import specimens
from isa.answers.question import AnyOf, Example, MarkScheme, Point
from isa.yamlfile import FileError

SCHEME = MarkScheme((Point("P1", 1, "It rains."), Point("P2", 2, "It is cold.")))
GOOD = """
assignment: tiny
short_answers:
  s1:
    - {id: s1-01, kind: full, answer: "Because.", points: {P1: 1, P2: 2}}
    - {id: s1-02, kind: partial, answer: "Rain.", points: {P1: 0.5, P2: 0}}
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "tiny.yml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_specimens_become_examples_with_shares(path):
    one, two = specimens.for_cell(path, "s1", SCHEME)
    assert specimens.example(SCHEME, one.answer, one.points) == Example("Because.", 1.0, {"P1": 1.0, "P2": 1.0})
    assert specimens.example(SCHEME, two.answer, two.points) == Example("Rain.", 0.5 / 3, {"P1": 0.5, "P2": 0.0})


def test_of_a_group_only_the_best_points_count_in_an_example():
    scheme = MarkScheme((Point("P1", 1, "a"), Point("P2", 1, "b"), Point("P3", 2, "c")), any_of=(AnyOf(1, ("P1", "P2")),))
    assert specimens.example(scheme, "ab", {"P1": 1, "P2": 1, "P3": 0}).share == 1 / 3


def test_a_cell_without_specimens_has_none(path):
    assert specimens.for_cell(path, "s2", SCHEME) == ()


def test_typical_wrong_code_in_the_same_file_is_passed_over(path):
    path.write_text(f"{GOOD}wrong_code: {{q1: []}}\n", encoding="utf-8")
    assert list(specimens.read(path)) == ["s1"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: full", "kind: ful", "line 5, short_answers.s1[0].kind: found 'ful', expected one of 'full'"),
        ("assignment: tiny", "assignment: other", "line 2, assignment: found 'other', expected 'tiny', as the file is called"),
        ("s1-02", "s1-01", "line 6, short_answers.s1[1].id: 's1-01' stands twice"),
        ("{P1: 0.5, P2: 0}", "{P1: 0.5, P3: 0}", "line 6, short_answers.s1[1].points.P3: the mark scheme has no point P3, expected P1, P2"),
        ("{P1: 0.5, P2: 0}", "{P1: 1.5, P2: 0}", "line 6, short_answers.s1[1].points.P1: found 1.5, expected at most 1"),
        ("{P1: 0.5, P2: 0}", "{P1: 0.5, P2: .nan}", "line 6, short_answers.s1[1].points.P2: found nan, expected at most 2"),
        ("{P1: 0.5, P2: 0}", "{P1: 0.5}", "line 6, short_answers.s1[1].points: P2 missing, expected a mark for each of P1, P2"),
    ],
)
def test_a_slip_in_a_specimen_names_its_line(path, old, new, said):
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        specimens.for_cell(path, "s1", SCHEME)
    assert said in str(caught.value)
