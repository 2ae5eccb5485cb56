"""What tests ask of the public tables alone is computed once; nothing that a test can see may change by it."""

import ast

import pandas as pd
import pytest

import isa
from isa.grading.examiner import Examiner
from isa.grading.examiner.folding import KEPT, folded, kept

PEOPLE = 'isa.load("members").merge(isa.load("population_gdp").query("year == 2022"), on="iso3", how="left")'


def rewritten(source: str) -> list[str]:
    """A test as it is run, line by line."""
    return ast.unparse(folded(ast.parse(source))[0]).splitlines()


def run(tree: ast.Module, value) -> dict:
    """The data that a test leaves behind, by name."""
    names = {"isa": isa, "pd": pd, KEPT: value}
    exec(compile(tree, "<test>", "exec"), names)
    return {name: found for name, found in names.items() if name not in ("isa", "pd") and not name.startswith("__") and not callable(found)}


@pytest.mark.parametrize(
    "source",
    [
        f"x = {PEOPLE}",
        f"x = {PEOPLE}\nx = x.sort_values('population').head(10)\ny = x['name'].isna()",
        f"x = {PEOPLE}\nx['more'] = x['population'] * 2\ny = x.set_index('name')",
        f"x = {PEOPLE}\ny = x\ny['more'] = 1\nz = x.head()",
        f"def change(): x['more'] = 1\nx = {PEOPLE}\nchange()\ny = x.head()",
        f"x = {PEOPLE}\nfor year in (2004, 2013):\n    y = isa.load('population_gdp').query(f'year == {{year}}').head(year - 2000)",
        "n = 3\nx = isa.load('members').head(n)\nn += 1\ny = isa.load('members').head(n)\ndel n\nn = 7\nz = isa.load('members').head(n)",
        "x = []\nfor n in (2, 4):\n    for k in [1, 2]:\n        t = isa.load('members').head(n * k)\n        t['more'] = n\n        x += list(t.columns)",
        "for n in (2, 4, 6):\n    x = isa.load('members').head(n)\n    if n == 4:\n        break",
        "n = 1\nfor n in (2, 4):\n    n = n * 2\n    x = isa.load('members').head(n)",
        "for n in ():\n    x = isa.load('members').head(n)",
        "year = 2013\nx = isa.load('population_gdp').query('year == @year')",
        "x = int((isa.load('members')['joined'] >= 1974).sum())",
        "x = isa.load('members').drop(columns='name', inplace=True)",
        "x = [isa.load('members')['name'].iloc[n] for n in range(3)]",
        "x = isa.load('members').sample(3, random_state=1)",
        "x = isa.load('members').groupby('oic_group', observed=True)['joined'].agg(['min', 'max'])",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_folded_test_computes_the_same_each_time(source):
    plain = run(ast.parse(source), None)
    tree, codes = folded(ast.parse(source))
    value = kept(codes)
    for _ in range(3):
        found = run(tree, value)
        assert found.keys() == plain.keys()
        for name, expected in plain.items():
            assert found[name].equals(expected) if hasattr(expected, "equals") else found[name] == expected


def test_a_chain_of_variables_is_one_expression():
    assert rewritten(f"x = {PEOPLE}\nx = x.set_index('name')\nx['more'] = 1\ny = x.head()") == [
        f"x = {KEPT}(0)",
        f"x = {KEPT}(1)",
        "x['more'] = 1",
        "y = x.head()",
    ]


def test_a_loop_over_a_few_constants_asks_for_each_table_once():
    loop = """\
for year in (2004, 2013):
    people = isa.load('population_gdp').query(f'year == {year}')
    for measure in ('total', 'share'):
        asked = isa.load('members').merge(people, on='iso3')
        assert student(asked, measure)"""
    tree, expressions = folded(ast.parse(loop))
    assert len(expressions) == 4
    assert ast.unparse(tree).splitlines()[:6] == [
        "year = 2004",
        f"people = {KEPT}(0)",
        "measure = 'total'",
        f"asked = {KEPT}(1)",
        "assert student(asked, measure)",
        "measure = 'share'",
    ]
    assert {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)} == {5}


@pytest.mark.parametrize(
    "loop",
    [
        "for n in student:\n    x = isa.load('members').head(n)",
        "for n in (1, student):\n    x = isa.load('members').head(n)",
        "for n in (1, 2):\n    x = isa.load('members').head(n)\n    if student:\n        continue",
        "for n in (1, 2):\n    x = isa.load('members').head(n)\nelse:\n    x = student",
        "for n in (1, 2):\n    x = student",
        f"for n in {tuple(range(201))}:\n    x = isa.load('members').head(n)",
    ],
)
def test_another_loop_stays_a_loop(loop):
    assert [line.partition(" in ")[0] for line in rewritten(loop)[:1]] == ["for n"]


def test_what_stands_last_in_a_loop_is_no_score():
    examiner = Examiner()
    examiner.define("import isa")
    assert examiner.examine("for n in (1, 2):\n    len(isa.load('members').head(n))", Nothing(), 5).score is None


@pytest.mark.parametrize(
    ("source", "run_as"),
    [
        ("x = student.merge(other)", "x = student.merge(other)"),
        ("x = isa.load(table)", "x = isa.load(table)"),
        ("x = isa.load('members').apply(len)", f"x = {KEPT}(0).apply(len)"),
        ("x = isa.load('members').sample(3)", f"x = {KEPT}(0).sample(3)"),
        ("x = isa.load('members').to_csv('file.csv')", f"x = {KEPT}(0).to_csv('file.csv')"),
        ("x = isa.load('members').merge(student)", f"x = {KEPT}(0).merge(student)"),
        ("x = isa.load('members').query(f'year == {year}')", f"x = {KEPT}(0).query(f'year == {{year}}')"),
        ("x = isa.load('members').query('year == @year')", f"x = {KEPT}(0).query('year == @year')"),
        ("def test(isa): return isa.load('members')", "def test(isa):"),
        ("x = isa.card('members')", "x = isa.card('members')"),
    ],
)
def test_what_depends_on_more_than_tables_is_computed_each_time(source, run_as):
    assert rewritten(source)[0] == run_as


@pytest.mark.parametrize("other", ["import other as isa", "isa = other", "def isa(): pass", "from other import isa", "for isa in (): pass"])
def test_a_test_with_an_isa_of_its_own_is_left_as_it_is(other):
    source = f"{other}\nx = isa.load('members')"
    assert rewritten(source)[-1] == "x = isa.load('members')"


def test_what_a_test_does_to_its_table_reaches_no_other_test():
    test = "table = isa.load('members').head(3)\nassert list(table['joined']) == list(isa.load('members')['joined'].head(3))\ntable.loc[:, 'joined'] = 0"
    for _ in range(3):
        examiner = Examiner()
        examiner.define("import isa")
        assert examiner.examine(test, Nothing(), 1).error == ""


def test_a_number_that_tables_give_is_computed_once(monkeypatch):
    asked = []
    load = isa.load
    monkeypatch.setattr(isa, "load", lambda name: asked.append(name) or load(name))
    tree, expressions = folded(ast.parse("x = int((isa.load('members')['joined'] >= 1974).sum())\ny = isa.load('members')['name'].iloc[0]"))
    value = kept(expressions)
    first, second = run(tree, value), run(tree, value)
    assert first == second
    assert type(first["x"]) is int
    assert asked == ["members"] * 2


def test_a_students_own_isa_is_not_taken_for_this_package():
    found = Examiner().examine("assert isa.load('members') == 'forged'", Forged(), 1)
    assert found.error == ""


def test_the_error_of_a_table_that_is_not_there_is_as_it_was():
    examiner = Examiner()
    examiner.define("import isa")
    found = examiner.examine("table = isa.load('membrs')", Nothing(), 1)
    assert (found.error, "Did you mean 'members'" in found.message) == ("UnknownTable", True)
    assert not [line for line in found.trace if "grading" in line]


class Nothing:
    def get(self, names):
        return {}


class Forged:
    def get(self, names):
        return {"isa": self} if "isa" in names else {}

    def load(self, name):
        return "forged"
