import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.answers.question import AnyOf, Claim, Day, Figure, Point
from isa.answers.scheme import SchemeError, parse
from tests.conftest import ROOT

GOOD = """### BEGIN SOLUTION
Because it rains.

#### Mark scheme

- **P1 (1 point)** It rains.
  - accept: rain falls
  - accept: water comes
    from the sky
  - reject: it snows => Look at the thermometer.
  - number: 13 members, tolerance 0
  - name: Togo | Togolese Republic
  - date: 2014-12-24
  - read: lesson 01, block 2
- **P2 (0.5 points)** It is cold.
- **P3 (0.5 points)** It is dark.
- **Any 1 of P2, P3**
### END SOLUTION"""
POINT = "Model.\n#### Mark scheme\n- **P1 (2 points)** Says.\n"


def test_every_line_of_a_scheme_is_read():
    scheme = parse(GOOD, 1.5)
    assert scheme.model == ("Because it rains.",)
    assert scheme.points[0] == Point(
        name="P1",
        marks=1,
        says="It rains.",
        accept=("rain falls", "water comes from the sky"),
        reject=(Claim("it snows", "Look at the thermometer."),),
        figures=((Figure(13, "members", 0),),),
        names=(("Togo", "Togolese Republic"),),
        days=(Day(2014, 12, 24),),
        read="lesson 01, block 2",
    )
    assert [(p.name, p.marks) for p in scheme.points[1:]] == [("P2", 0.5), ("P3", 0.5)]
    assert scheme.any_of == (AnyOf(1, ("P2", "P3")),)


def test_the_lines_around_the_region_and_carriage_returns_change_nothing():
    inside = "\n".join(GOOD.split("\n")[1:-1])
    assert parse(inside) == parse(GOOD) == parse(f"Write here.\n{GOOD}\nMore.") == parse(GOOD.replace("\n", "\r\n"))


def test_a_rule_stands_between_two_model_answers():
    assert parse("One.\n\nStill one.\n\n---\n\nTwo.\n" + POINT.partition("\n")[2]).model == ("One.\n\nStill one.", "Two.")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13 members, tolerance 0", Figure(13, "members")),
        ("33.3 per cent, tolerance 0.5", Figure(33.3, "per cent", 0.5)),
        ("33.3%", Figure(33.3, "%")),
        ("-2", Figure(-2)),
        ("−2.5 points", Figure(-2.5, "points")),
        ("1,234.5", Figure(1234.5)),
        ("4,559 million dollars, Tolerance 10", Figure(4559, "million dollars", 10)),
    ],
)
def test_a_number_has_a_unit_and_a_tolerance_or_neither(written, read):
    assert parse(f"{POINT}  - number: {written}").points[0].figures == ((read,),)


@pytest.mark.parametrize(("written", "read"), [("2014", Day(2014)), ("2014-12", Day(2014, 12)), ("2012-02-29", Day(2012, 2, 29))])
def test_a_date_is_a_year_a_month_or_a_day(written, read):
    assert parse(f"{POINT}  - date: {written}").points[0].days == (read,)


@pytest.mark.parametrize(
    ("line", "old", "new", "said"),
    [
        (7, "  - accept: rain falls", "  - acept: rain falls", "found 'acept'; did you mean 'accept'?"),
        (7, "  - accept: rain falls", "  - sunshine: rain falls", "found 'sunshine'; expected one of accept, reject, number, name, date, about, read"),
        (7, "  - accept: rain falls", "  - rain falls", "found 'rain falls', expected a word and a colon"),
        (7, "  - accept: rain falls", "  - accept:", "found 'accept' with nothing after it"),
        (7, "  - accept: rain falls", "- accept: rain falls", "at the margin, expected it indented by two spaces"),
        (6, "**P1 (1 point)**", "**P1**", "found '**P1** It rains.', expected '- **P1 (1 point)**"),
        (6, "**P1 (1 point)**", "**P1 (one point)**", "expected '- **P1 (1 point)**"),
        (6, "**P1 (1 point)**", "**P1 (0 points)**", "found P1 with 0 points"),
        (6, "It rains.", "", "found P1 without a sentence"),
        (15, "**P2 (", "**P1 (", "found P1 twice (first in line 6)"),
        (10, " => Look at the thermometer.", "", "found 'it snows', expected the claim, =>, and the sentence"),
        (10, " => Look at the thermometer.", " =>", "expected the claim, =>, and the sentence"),
        (11, "13 members", "some members", "found 'some members, tolerance 0', expected a number such as"),
        (11, "13 members", "33,3 members", "found '33,3 members, tolerance 0', expected a number"),
        (11, "tolerance 0", "tolerance low", "expected a number such as"),
        (12, "Togo |", "|", "expected a name, or several ways to write it"),
        (13, "2014-12-24", "2014-02-30", "found '2014-02-30', expected a date that exists"),
        (13, "2014-12-24", "0000", "found '0000', expected a date that exists"),
        (15, "lesson 01, block 2", "lesson 01\n  - read: lesson 02", "found 'read' twice for P1"),
        (16, "lesson 01, block 2", "lesson 01\n  - about: Togo\n  - about: Mali", "found 'about' twice for P1"),
        (15, "lesson 01, block 2", "lesson 01\n  - about: | Mali", "expected a name, or several ways to write it"),
        (17, "Any 1 of P2, P3", "Any 1 of P2, P5", "found 'P5', which is no point of this scheme; did you mean"),
        (17, "Any 1 of P2, P3", "Any 3 of P2, P3", "found any 3 of 2 points, expected at most 2"),
        (17, "Any 1 of P2, P3", "Any one of P2, P3", "found 'one', expected how many points count, in digits"),
        (17, "Any 1 of P2, P3", "Any 1 of P2, P2", "found P2 twice in one group"),
        (17, "Any 1 of P2, P3", "Any of P2, P3", "expected '- **Any 2 of P3, P4, P5**'"),
        (18, "### END SOLUTION", "- **Any 1 of P3, P1**\n### END SOLUTION", "found P3, which stands in the group of line 17 too"),
        (1, "### END SOLUTION", "", "found BEGIN SOLUTION without an end"),
        (2, "Because it rains.", "### BEGIN SOLUTION", "found BEGIN SOLUTION again, expected the END SOLUTION of line 1 first"),
        (18, "### BEGIN SOLUTION", "", "expected BEGIN SOLUTION before it"),
        (4, "Because it rains.", "", "found no model answer"),
        (1, "#### Mark scheme", "#### Points", "found no heading '#### Mark scheme'"),
        (19, "### END SOLUTION", "\nGive a point for style.\n### END SOLUTION", "found 'Give a point for style.', expected a marking point"),
    ],
)
def test_a_slip_is_named_with_its_line_what_was_found_and_what_was_expected(line, old, new, said):
    with pytest.raises(SchemeError) as caught:
        parse(GOOD.replace(old, new, 1), 1.5, "tiny, s1")
    assert str(caught.value).startswith(f"tiny, s1, line {line}: ")
    assert said in str(caught.value)


def test_points_have_to_add_up_and_of_a_group_only_the_best_count():
    assert parse(GOOD, 1.5).marks == 1.5
    with pytest.raises(SchemeError, match=r"^line 4: found points that add up to 1.5, expected 2, what the cell is worth$"):
        parse(GOOD, 2)
    with pytest.raises(SchemeError, match="add up to 2, expected"):
        parse(GOOD.replace("- **Any 1 of P2, P3**\n", ""), 1.5)


def test_a_scheme_without_points_is_no_scheme():
    with pytest.raises(SchemeError, match="found no marking point below the heading"):
        parse("Model.\n#### Mark scheme\n")
    with pytest.raises(SchemeError, match="line 3: found 'accept: this' before any point"):
        parse("Model.\n#### Mark scheme\n  - accept: this\n")


LINES = st.sampled_from(
    [
        *GOOD.split("\n"),
        "  - number: 1e999",
        "  - date: 9999-99",
        "- **P1 (999999999 points)** x",
        "- **Any 99999999999 of P1**",
        "---",
        "",
        "\t- x:",
        "  - read: ²",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=12).map("\n".join)))
def test_whatever_is_written_is_a_scheme_or_one_clear_error(text):
    scheme, said = None, ""
    try:
        scheme = parse(text, where="here")
    except SchemeError as error:
        said = str(error)
    if scheme:
        assert scheme.points
        assert scheme.model
        assert scheme.marks > 0
    else:
        assert said.startswith("here, line ")
        assert "expected" in said or "did you mean" in said
        assert 1 <= int(said.split("line ")[1].split(":")[0]) <= text.count("\n") + 1


PLAIN = st.from_regex(r"[A-Za-z][a-z ]{0,20}[a-z]", fullmatch=True)


@given(st.lists(st.tuples(st.integers(1, 9), PLAIN, st.lists(PLAIN, max_size=3), st.lists(st.tuples(PLAIN, PLAIN), max_size=2)), min_size=1, max_size=4))
def test_what_is_written_in_the_form_is_read_as_it_was_meant(points):
    text = "Model.\n#### Mark scheme\n"
    for number, (marks, says, accept, reject) in enumerate(points, 1):
        text += f"- **P{number} ({marks} points)** {says}\n" + "".join(f"  - accept: {a}\n" for a in accept)
        text += "".join(f"  - reject: {claim} => {feedback}\n" for claim, feedback in reject)
    expected = tuple(
        Point(f"P{number}", marks, says, tuple(accept), tuple(Claim(*claim) for claim in reject))
        for number, (marks, says, accept, reject) in enumerate(points, 1)
    )
    assert parse(text, sum(marks for marks, *_ in points)).points == expected


def test_the_schemes_of_the_course_are_in_order():
    read = 0
    for path in sorted((ROOT / "source").glob("*/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            marks = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "markdown" and marks.get("grade") and marks.get("solution"):
                parse(cell.source, marks["points"], f"{path.stem}, {marks['grade_id']}")
                read += 1
    assert read >= 3


def test_the_example_for_authors_is_in_order():
    (example,) = [block for block in (ROOT / "docs" / "authors.md").read_text(encoding="utf-8").split("```") if block.startswith("markdown\n### BEGIN")]
    scheme = parse(example, 1.5)
    assert (len(scheme.points), len(scheme.any_of), scheme.points[0].read) == (3, 1, "lesson 01, block 2")
