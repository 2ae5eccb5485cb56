import pytest

from isa.teaching import specimens
from isa.yamlfile import FileError

GOOD = """
assignment: tiny
short_answers:
  s1:
    - {id: s1-01, kind: full, answer: "Because.", points: {P1: 1}}
wrong_code:
  q1:
    - {id: q1-off, misconception: One off., code: "answer = 41", earns: {q1_a: 0}}
"""


def test_specimens_are_read_by_cell(tmp_path):
    (tmp_path / "tiny.yml").write_text(GOOD, encoding="utf-8")
    read = specimens.read(tmp_path / "tiny.yml")
    assert read.short_answers["s1"][0].points == {"P1": 1}
    assert read.wrong_code["q1"][0].earns == {"q1_a": 0}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: full", "kind: ful", "line 5, short_answers.s1[0].kind: found 'ful', expected one of 'full'"),
        ("misconception: One off., ", "", "line 8, wrong_code.q1[0]: 'misconception' missing"),
        ("points: {P1: 1}", "points: {P1: one}", "points.P1: found 'one', expected a number"),
        ("assignment: tiny", "assignment: other", "line 2, assignment: found 'other', expected 'tiny', as the file is called"),
    ],
)
def test_a_slip_in_a_specimen_names_its_line(tmp_path, old, new, said):
    (tmp_path / "tiny.yml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        specimens.read(tmp_path / "tiny.yml")
    assert said in str(caught.value)
