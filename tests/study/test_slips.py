import pandas as pd
import pytest

import isa
from isa.study import slips

MEMBERS = isa.load("members")
GIVEN = {"isa": isa, "pd": pd, "members": MEMBERS, "groups": MEMBERS.groupby("oic_group").size()}


@pytest.mark.parametrize(
    "line", ["members", "len(members)", " members.head() ", "members[members.joined > 2000]", "(members\n .head())", "'x' 'y'", "[x for x in 'ab']", "# no\n5"]
)
def test_one_expression_is_in_form(line):
    assert slips.of_form(line) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Nothing was typed. Expected is one expression"),
        ("  \n ", "Nothing was typed."),
        ("first = members.head()", "Leave the name and `=` away"),
        ("first: int = 5", "Leave the name and `=` away"),
        ("members['x'] = 1", "Leave the name and `=` away"),
        ("x += 1", "Leave the name and `=` away"),
        ("import os", "Leave imports away: `isa` and `pd` are there."),
        ("from os import *", "Leave imports away"),
        ("while True: pass", "Found a statement that begins with while"),
        ("for x in members: print(x)", "Found a statement that begins with for"),
        ("del members", "Found a statement that begins with del"),
        ("members.head()\nmembers.tail()", "Found 2 lines of code. Expected is one expression"),
        ("members; members", "Found 2 lines of code."),
        ("# only this", "Found only a comment."),
        ("print(members)", "Leave `print(` and `)` away"),
        ("members.head(", "Python cannot read this line: '(' was never closed."),
        ("members[“name”]", "Use straight quotes."),
        ("members[members.joined = 2000]", "Python cannot read this line: cannot assign to attribute here. Maybe you meant '==' instead of '='? Expected is"),
        ("(yield 5)", "Python cannot read this line: 'yield' outside function."),
        ("await x", "Python cannot read this line: 'await' outside function"),
        ("return 5", "Found a statement that begins with return"),
        ("5" * 2001, "Found 2,001 characters; a line has at most 2,000."),
        ("(" * 1000 + ")" * 1000, "Python cannot read this line: "),
        ("\x00", "Python cannot read this line: "),
        ("'\ud800'\ud800", "Python cannot read this line: "),
        ("<script>*x*</script>", "Python cannot read this line: invalid syntax"),
    ],
)  # fmt: skip
def test_what_is_not_one_expression_is_told_with_the_form_that_is_expected(line, said):
    assert said in slips.of_form(line)
    assert "<script>" not in slips.of_form(line)


def error_of(line, given=GIVEN):
    try:
        eval(line, dict(given))
    except Exception as error:
        return slips.of_error(error, given)
    pytest.fail(f"{line} runs")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("members.joind", "AttributeError: 'DataFrame' object has no attribute 'joind'. Is joined meant?"),
        ("members.HEAD()", "Is head meant?"),
        ("pd.DataFram()", "Is DataFrame meant?"),
        ("isa.lod('members')", "Is load meant?"),
        ("members['joind']", "KeyError: 'joind'. Is joined meant?"),
        ("members[['joind', 'nam']]", r"Is joined and name meant?"),
        ("members['ISO3']", "Is iso3 meant?"),
        ("members.groupby('oic_grup').size()", r"Is oic\_group meant?"),
        ("groups['africa']", "KeyError: 'africa'. Is Africa meant?"),
        ("members.query('joind > 2000')", "Is joined meant?"),
        ("member", "NameError: name 'member' is not defined. Is members meant?"),
        ("lenn(members)", "Is len meant?"),
        ("joined", 'It is a column: write `members["joined"]`.'),
        ("members[members.joined > 1 and members.joined < 2]", "write `&` for and"),
        ("bool(members)", "a.any() or a.all(). To combine conditions"),
        ("1 / 0", "The line ends in an error: ZeroDivisionError: division by zero."),
    ],
)  # fmt: skip
def test_an_error_is_told_by_its_last_line_with_the_nearest_right_name(line, said):
    assert said in error_of(line)


def test_where_nothing_is_near_nothing_is_guessed():
    assert error_of("members['zzzzzz']") == "The line ends in an error: KeyError: 'zzzzzz'."


def test_an_error_that_names_the_nearest_itself_is_not_told_twice():
    assert error_of("isa.load('membrs')").count("members") == 1


def test_an_error_cannot_pass_for_a_part_of_the_page():
    said = error_of("members['<img src=x onerror=alert(1)> **right** [link](http://a.b)\\n\\n# Right']")
    assert r"'\<img src=x" in said
    assert r"\*\*right\*\*" in said
    assert r"\[link\]" in said
    assert "\n" not in said


def test_an_error_that_cannot_be_written_is_told_by_its_name():
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError

    assert slips.of_error(Silent(), GIVEN) == "The line ends in an error: Silent."
