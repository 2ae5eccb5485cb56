import textwrap

import pytest
import yaml

from isa.study import checkpoints
from isa.study.checkpoints import Choice, Line, Number, Order, ShortAnswer, UnknownCheckpoint, read
from isa.yamlfile import FileError

SPECIMENS = "\n".join(f'      - {{answer: "Answer {n}.", points: {{P1: {n % 2}, P2: {0.5 * (n % 3 == 0)}}}}}' for n in range(12))
ONE_OF_EACH = f"""\
lesson: "01"
checkpoints:
  - id: "1.1"
    kind: choose one
    objective: "1.1"
    minutes: 1
    ask: Which is a table?
    options:
      - {{text: A chair, why: It is for sitting.}}
      - {{text: A grid of rows, right: true, why: Rows and columns make a table.}}
    explanation: A table has rows.
  - id: "1.2"
    kind: choose many
    objective: "1.1"
    minutes: 1.5
    ask: Which are states?
    options:
      - {{text: Mali, right: true, why: It is one.}}
      - {{text: Senegal, right: true, why: It is one.}}
      - {{text: Africa, why: It is a continent.}}
    hints: [Look at the list., Look again.]
    explanation: Two of them are.
    recall: true
  - id: "1.3"
    kind: order
    objective: "1.2"
    minutes: 1
    ask: Order the steps.
    items: [load, filter, sort]
    explanation: First load.
    exit_ticket: true
  - id: "1.4"
    kind: number
    objective: "1.3"
    minutes: 2
    setup: members = isa.load("members")
    chart:
      draw: |
        counts = members.groupby("oic_group").size()
        ax = counts.plot.bar()
      alt: Bars for the groups of members.
    ask: How many?
    value: len(members)
    unit: members
    tolerance: 0
    wrong_turns:
      - {{value: "members.shape[1]", says: That counts columns.}}
      - {{value: 58, says: One too many.}}
    explanation: Count the rows.
  - id: "1.5"
    kind: line
    objective: "1.4"
    minutes: 2
    ask: Take the first rows.
    setup: members = isa.load("members")
    solution: members.head()
    explanation: head() gives the first five.
  - id: "1.6"
    kind: short answer
    objective: "1.5"
    minutes: 3
    ask: Why does it rain?
    scheme: |
      Clouds bring rain, and the wind brings clouds.

      #### Mark scheme

      - **P1 (1 point)** Clouds bring rain.
        - accept: rain falls from clouds
      - **P2 (0.5 points)** Wind brings clouds.
    specimens:
{SPECIMENS}
    explanation: Clouds, and wind.
"""


def file_of(folder, text, name="01.yml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture
def course_with_one_of_each(tmp_path, monkeypatch):
    """A course whose lesson 01 has a checkpoint of each kind, and no other lesson any."""
    (tmp_path / "notebooks" / "checkpoints").mkdir(parents=True)
    file_of(tmp_path / "notebooks" / "checkpoints", ONE_OF_EACH)
    monkeypatch.setattr(checkpoints, "home", lambda: tmp_path)
    return tmp_path


def test_a_checkpoint_of_each_kind_is_read_in_the_order_of_the_file(tmp_path):
    found = read(file_of(tmp_path, ONE_OF_EACH))
    assert [type(one.task) for one in found] == [Choice, Choice, Order, Number, Line, ShortAnswer]
    assert [one.id for one in found] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    one, many, order, number, line, short = found
    assert [option.right for option in one.task.options] == [False, True]
    assert (one.task.many, many.task.many) == (False, True)
    assert order.task.items == ("load", "filter", "sort")
    assert (number.task.value, number.task.unit, number.task.tolerance) == ("len(members)", "members", 0)
    assert [turn.value for turn in number.task.wrong_turns] == ["members.shape[1]", "58"]
    assert "ax = " in number.chart.draw
    assert line.task.solution == "members.head()"
    assert (many.hints, many.recall, many.exit_ticket) == (("Look at the list.", "Look again."), True, False)
    assert (order.recall, order.exit_ticket, order.lesson) == (False, True, "01")
    assert short.task.question.prompt == "Why does it rain?"


def test_the_marks_of_specimens_become_shares_of_each_point_and_of_the_whole(tmp_path):
    question = read(file_of(tmp_path, ONE_OF_EACH))[5].task.question
    assert question.scheme.marks == 1.5
    assert dict(question.examples[9].points) == {"P1": 1, "P2": 1}
    assert question.examples[9].share == 1
    assert question.examples[1].share == pytest.approx(1 / 1.5)


@pytest.mark.parametrize(
    ("old", "new", "line_holds", "said"),
    [
        ("minutes: 1.5", "minutes: soon", "minutes: soon", "checkpoints[1].minutes: found 'soon', expected a number"),
        ("minutes: 1.5", "minutes: 0", "minutes: 0", "checkpoints[1].minutes: found 0, expected a number above 0"),
        ("minutes: 1.5", "minutes: .nan", "minutes: .nan", "checkpoints[1].minutes: found nan, expected a finite number"),
        ("tolerance: 0", "tolerance: .inf", "tolerance: .inf", "checkpoints[3].tolerance: found inf, expected a finite number"),
        ("tolerance: 0", "tolerance: -1", "tolerance: -1", "checkpoints[3].tolerance: found -1, expected a number of at least 0"),
        ("value: 58", "value: .nan", "value: .nan", "checkpoints[3].wrong_turns[1].value: found nan, expected a finite number"),
        ('id: "1.2"', "id: 1.2", "id: 1.2", "checkpoints[1].id: found 1.2, expected text"),
        ('id: "1.2"', 'id: "1.02"', 'id: "1.02"', 'checkpoints[1].id: found \'1.02\', expected the form a text in quotes such as "2.4"'),
        ('id: "1.2"', 'id: "1.1"', 'id: "1.1"', "checkpoints[1].id: checkpoint '1.1' stands twice (first in line 3), expected"),
        ('id: "1.2"', 'id: "2.2"', 'id: "2.2"', "checkpoints[1].id: found '2.2', expected an id that starts with 1."),
        ('"1.1"\n    minutes: 1.5', '"9.1"\n    minutes: 1.5', '"9.1"', "checkpoints[1].objective: found '9.1', expected an objective of lesson 01: 1.1,"),
        ("kind: order", "kind: ordr", "kind: ordr", "checkpoints[2].kind: found 'ordr', expected one of 'choose one', 'choose many', 'order'"),
        ("    kind: order\n", "", 'id: "1.3"', "checkpoints[2]: 'kind' missing"),
        ("    ask: Order the steps.\n", "", 'id: "1.3"', "checkpoints[2]: 'ask' missing"),
        ("ask: Order the steps.", "ask: '  '", "ask: '  '", "checkpoints[2].ask: found '  ', expected the form text that is not blank"),
        ("items: [load, filter, sort]", "items: [load, filter]", "items:", "checkpoints[2].items: found 2, expected at least 3"),
        ("items: [load, filter, sort]", "items: [load, filter, load]", "items:", "checkpoints[2].items: an item stands twice"),
        ("    exit_ticket: true", "    exit_tiket: true", 'id: "1.3"', "checkpoints[2]: unknown field 'exit_tiket'; did you mean 'exit_ticket'?"),
        ("solution: members.head()", "value: 5", 'id: "1.5"', "checkpoints[4]: "),
        ("text: A grid of rows, right: true", "text: A grid of rows", "options:", "checkpoints[0].options: 0 options are right, expected exactly one"),
        ("text: A chair,", "text: A chair, right: true,", "options:", "checkpoints[0].options: 2 options are right, expected exactly one"),
        ("text: A chair", "text: A grid of rows", "options:", "checkpoints[0].options: an option stands twice"),
        ("text: Africa, why: It is a continent.", "text: Africa", "Africa", "checkpoints[1].options[2]: 'why' missing"),
        ("text: Africa", "text: no", "text: no", "checkpoints[1].options[2].text: found False, expected text"),
        ("solution: members.head()", "solution: first = members.head()", "first =", "checkpoints[4].solution: not an expression of Python: invalid syntax"),
        ("solution: members.head()", "solution: members is 5", "is 5", 'checkpoints[4].solution: not an expression of Python: "is" with'),
        ("value: len(members)", "value: len(members", "len(members", "checkpoints[3].value: not an expression of Python: '(' was never closed"),
        ('"members.shape[1]"', '"members.shape[1"', "shape[1", "checkpoints[3].wrong_turns[0].value"),
        ('    setup: members = isa.load("members")\n    chart', "    setup: members ==\n    chart", "members ==", "checkpoints[3].setup: not code of Python"),
        ("ax = counts.plot.bar()", "ax = counts.plot.bar(", "draw:", "chart.draw: not code of Python: '(' was never closed (line 2 of the code)"),
        ("ax = counts.plot.bar()", "axis = counts.plot.bar()", "draw:", "checkpoints[3].chart.draw: found no 'ax = …', expected code that leaves an Axes"),
        ("      alt: Bars for the groups of members.\n", "", "chart:", "checkpoints[3].chart: 'alt' missing"),
        ("#### Mark scheme", "#### Marks", "scheme:", "checkpoints[5].scheme: line 1: found no heading '#### Mark scheme'"),
        ('3.", points: {P1: 1, P2: 0.5}}', '3.", points: {P1: 1}}', "Answer 3", "[5].specimens[3].points: found P1, expected a mark for each of P1, P2"),
        ("Answer 3.\", points: {P1: 1,", "Answer 3.\", points: {P1: 2,", "Answer 3", "checkpoints[5].specimens[3].points.P1: found 2, expected 0 to 1"),
        ("Answer 3.\", points: {P1: 1,", "Answer 3.\", points: {P1: .nan,", "Answer 3", "checkpoints[5].specimens[3].points.P1: found nan, expected 0 to 1"),
        ('      - {answer: "Answer 11.", points: {P1: 1, P2: 0.0}}\n', "", "specimens:", "checkpoints[5].specimens: found 11, expected at least 12"),
        ('lesson: "01"', 'lesson: "02"', 'lesson: "02"', "lesson: found '02' in 01.yml, expected '01'"),
        ('lesson: "01"', 'lesson: "77"', 'lesson: "77"', "lesson: found '77', expected the id of a lesson: 00, 01,"),
        ('lesson: "01"', "lesson: 1", "lesson: 1", "lesson: found 1, expected text"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_field(tmp_path, old, new, line_holds, said):
    assert ONE_OF_EACH.count(old) == 1, old
    path = file_of(tmp_path, ONE_OF_EACH.replace(old, new))
    with pytest.raises(FileError) as caught:
        read(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("01.yml, line ")
    number = int(str(caught.value).removeprefix("01.yml, line ").partition(",")[0].partition(":")[0])
    assert line_holds in path.read_text(encoding="utf-8").splitlines()[number - 1]


def test_specimens_that_are_all_right_on_a_point_are_refused(tmp_path):
    all_right = ONE_OF_EACH.replace("P1: 0,", "P1: 1,")
    with pytest.raises(FileError, match=r"checkpoints\[5\]\.specimens: no answer earns nothing of P1"):
        read(file_of(tmp_path, all_right))


def test_a_file_without_checkpoints_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"01\.yml, line 2, checkpoints: is empty"):
        read(file_of(tmp_path, 'lesson: "01"\ncheckpoints: []\n'))


@pytest.mark.usefixtures("course_with_one_of_each")
def test_a_checkpoint_is_found_by_its_id():
    assert checkpoints.checkpoint("1.5").task == Line("members.head()")


@pytest.mark.usefixtures("course_with_one_of_each")
@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("1.9", "there is no checkpoint '1.9'. Did you mean '1.6'? Lesson 01 has 1.1, 1.2, 1.3, 1.4, 1.5, 1.6."),
        ("9.1", "there is no checkpoint '9.1': lesson 09 has none. Lessons with checkpoints: 01."),
        ("01.5", "there is no checkpoint '01.5'. Did you mean '1.5'?"),
        (1.5, 'found 1.5, expected the id of a checkpoint in quotes, such as "2.4", question 4 of lesson 02'),
        ("", "found '', expected the id of a checkpoint"),
        ("one", "found 'one', expected the id of a checkpoint"),
        ("1.1\n", "found '1.1\\n', expected the id of a checkpoint"),
        ("../1.1", "found '../1.1', expected the id of a checkpoint"),
        (None, "found None, expected the id of a checkpoint"),
    ],
)
def test_an_unknown_id_is_told_with_those_that_there_are(id, said):
    with pytest.raises(UnknownCheckpoint) as caught:
        checkpoints.checkpoint(id)
    assert str(caught.value).startswith(said)


def test_a_lesson_without_a_file_has_no_checkpoints(course_with_one_of_each):
    assert checkpoints.of_lesson("11") == ()
    (course_with_one_of_each / "notebooks" / "checkpoints" / "01.yml").unlink()
    with pytest.raises(UnknownCheckpoint, match="Lessons with checkpoints: none yet"):
        checkpoints.checkpoint("1.1")


def test_a_file_that_was_changed_is_read_again(course_with_one_of_each):
    assert len(checkpoints.of_lesson("01")) == 6
    data = yaml.safe_load(textwrap.dedent(ONE_OF_EACH))
    data["checkpoints"] = data["checkpoints"][:2]
    path = file_of(course_with_one_of_each / "notebooks" / "checkpoints", yaml.safe_dump(data))
    assert path.stat().st_size > 0
    assert len(checkpoints.of_lesson("01")) == 2
