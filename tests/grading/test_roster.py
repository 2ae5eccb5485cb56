import pytest

from isa.grading import roster
from isa.grading.roster import RosterError


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_sections_ids_of_the_lms_and_other_names_are_read(tmp_path):
    path = written(
        tmp_path, "id,first_name,last_name,email,section,lms_user_id,username,also_known_as\nad1,Amina,Diallo,a@x.org,B,77,adiallo,Amy D.; A. Diallo\n"
    )
    amina = roster.read(path)["ad1"]
    assert (amina.name, amina.section, amina.ids, amina.also_known_as) == ("Amina Diallo", "B", ("77", "adiallo"), ("Amy D.", "A. Diallo"))
    assert roster.sections(path) == {"ad1": "B"}
    assert roster.sections(tmp_path / "none.csv") == {}


def test_a_spreadsheets_semicolons_byte_order_mark_and_capitals_are_read(tmp_path):
    path = written(tmp_path, "\ufeffID;First_Name;Last_Name\r\nçığ;Çiğdem;Öz\r\n")
    assert roster.read(path)["çığ"].name == "Çiğdem Öz"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,mail\nAmina,a\n", "found columns name, mail, expected id, first_name, last_name, email"),
        ("", r"found columns \(none\), expected id"),
        ("id,frist_name\na,b\n", "line 1: unknown column 'frist_name'; did you mean 'first_name'?"),
        ("id,id\na,b\n", "line 1: column id stands twice"),
        ("id,first_name\n,Amina\n", "line 2: Amina has no id"),
        ("id\namina\namina\n", "line 3: student amina stands twice"),
        ("id,email\na,x@y.org\nb,X@Y.org\n", "line 3: student b has the id or e-mail 'x@y.org', which student a in line 2 has too"),
        ("id\n../amina\n", "line 2: the id '../amina' cannot be the name of a folder"),
        ("id\na*\n", "cannot be the name of a folder"),
        ("id,first_name\n\n", "has columns and no student; add a row for each, or take the file away"),
        ("id,last_name\namina,Diallo,Ba\n", "line 2: has more cells than columns"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(RosterError, match=said):
        roster.read(written(tmp_path, text))


def test_every_wrong_line_is_told_at_once(tmp_path):
    with pytest.raises(RosterError) as caught:
        roster.read(written(tmp_path, "id\na\na\n.b\n"))
    assert [line.split(": ", 1)[1] for line in caught.value.lines] == [
        "student a stands twice",
        "the id '.b' cannot be the name of a folder; expected letters, digits and - _ . @",
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_refused_because_names_would_be_lost(tmp_path, encoding):
    with pytest.raises(RosterError, match="save it from the spreadsheet as “CSV UTF-8”"):
        roster.read(written(tmp_path, "id,first_name\na,Zoé\n", encoding))
