"""What a test works out for itself is run once for a class; nothing that a test can see may change by it."""

import ast
from unittest import mock

import hypothesis.strategies as st
import pytest
from hypothesis import given

import isa
from isa.grading.examiner import Examiner, Finding
from isa.grading.examiner import examine as examining
from isa.grading.examiner.settled import Settled, makes_only_tables, parted
from isa.grading.examiner.statements import MODULES
from isa.grading.wire import decode, encode

HEAD = "import math\nimport isa\nimport numpy as np\nimport pandas as pd"


class Given:
    """A student's values."""

    def __init__(self, values):
        self.values = values

    def get(self, names):
        return {name: self.values[name] for name in names if name in self.values}


def findings(tests: list[str], **values) -> list[tuple]:
    """What the tests of one submission find, one after the other."""
    examiner = Examiner()
    examiner.define(HEAD)
    examiner.expect(tests)
    return [seen(examiner.examine(test, Given(values), 2)) for test in tests]


def seen(found: Finding) -> tuple:
    return found.error, found.message, found.printed, found.score


def unparted(tests: list[str], **values) -> list[tuple]:
    """The same where every statement is run for each submission."""
    with mock.patch.object(examining, "parted", lambda statements, modules: (Settled([], frozenset(), frozenset()), list(statements))):
        examining._compiled.cache_clear()
        found = findings(tests, **values)
    examining._compiled.cache_clear()
    return found


def settled(source: str) -> list[str]:
    """The statements that are run once for a class."""
    return [ast.unparse(statement) for statement in parted(ast.parse(source).body, frozenset(MODULES))[0].statements]


STORIES = {
    "a loop over a table": [
        "sums = {}\nfor row in isa.load('members').itertuples():\n    sums[row.joined] = sums.get(row.joined, 0) + 1\nassert sums[answer] == 25, sums"
    ],
    "a value that the rest changes": [
        "known = {}\nfor code in isa.load('members')['iso3']:\n    known[code] = 1\nknown['x'] = answer\nassert len(known) == 58"
    ],
    "two names for one list": ["a = []\nb = a\nb.append(answer)\nc = a\nassert c == [answer], c\na.append(2)\nassert b == [answer, 2], b"],
    "a list in a dictionary": ["a = []\nd = {'k': a}\nd['k'].append(answer)\nassert a == [answer]\ne = [a]\nassert e == [[answer]]"],
    "a name that gets another value later": ["x = [1969]\nassert answer in x\nx = [2]\nassert answer not in x, x"],
    "a loop that is never run leaves the student's value": ["for answer in []:\n    pass\nassert answer == 1969, answer"],
    "a condition that is not met leaves the student's value": ["if isa.load('members').empty:\n    answer = 1\nassert answer == 1969, answer"],
    "a name that the student uses too": ["wanted = 3\nassert wanted == 3, wanted"],
    "a name that is read before it gets a value": ["assert wanted == 9\nwanted = 3\nassert wanted == 3"],
    "a name that an earlier test has made": [
        "total = sum(isa.load('members')['joined'])\nassert answer",
        "assert total > 100_000, total",
        "total = 1\nassert total == 1",
        "total",
    ],
    "a row that an earlier loop has left": ["for row in isa.load('members').itertuples():\n    pass\nassert answer", "assert row.iso3 == 'ZZZ', row.iso3"],
    "a row that this loop has left": ["for row in isa.load('members').itertuples():\n    pass\nassert row.iso3 == 'ZZZ', row.iso3"],
    "a list that an earlier test has changed": [
        "many = [1]\nmany.append(answer)",
        "assert many == [1, answer], many",
        "many = []\nassert answer",
        "assert many == []",
    ],
    "a builtin that the test has made": ["def len(x): return 3\nn = len([])\nassert n == 3, n"],
    "a builtin that a loop has hidden": ["for sum in [1, 2]:\n    pass\nassert sum == 2"],
    "no such table": ["assert answer == 1969\nx = isa.load('nothing like it')\nassert False"],
    "an error after a mistake is not seen": ["assert answer == 0, 'not it'\nx = {}['k']"],
    "an error before a mistake is": ["x = {}['k']\nassert answer == 0, 'not it'"],
    "a score at the end": ["parts = [0.5, 1]\nparts[0]", "half = 0.5\nhalf + 1", "[1.5][0]"],
    "a generator": [
        "rows = zip([1, 2], [3, 4])\nassert next(rows) == (1, 3)\nassert list(rows) == [(2, 4)]",
        "ones = (n for n in [1, 2])\nassert list(ones) == [1, 2]",
    ],
    "a function that reads what comes later": ["w = 1\ndef f(): return w\nw = 2\nassert f() == 2, f()"],
    "a function of an earlier test": ["base = [1]\ndef f(): return len(base)\nassert f() == 1", "base = [1, 2]\nassert f() == 1, f()"],
    "a look round": ["x = 1\nassert 'x' in globals() and globals()['x'] == 1", "vars()['y'] = 3\ny = y + 1\nassert y == 4"],
    "what is added to": ["n = 1\nn += answer\nm = n\nassert m == 1970, m", "k = [1]\nk += [2]\nassert k == [1, 2]"],
    "what is deleted": ["x = [1]\ndel x\nassert x == 5"],
    "a query with a variable": ["year = 1969\nx = isa.load('members').query('joined == @year')\nassert len(x) == 25, len(x)"],
    "a table that the test fills": [
        "t = isa.load('members')[['iso3']].copy()\nt['n'] = 1\nt['s'] = answer\nassert t['n'].sum() == 57 and t['s'].iloc[0] == 1969"
    ],
    "an import in the middle": ["x = pd.Series([1])\nimport math as pd\nassert pd.floor(2.5) == 2 and x.sum() == 1"],
    "a missing value is the same one in the tables of both": [
        "t = isa.load('countries')\nassert table['subregion'].to_list() == t['subregion'].to_list()",
        "groups = {}\nfor row in isa.load('countries').itertuples():\n    groups[row.iso3] = row.income_group\n"
        "assert dict(zip(table['iso3'], table['income_group'])) == groups",
        "w = {'a': math.nan}\ngot = {'a': math.nan if answer else 0}\nassert got == w",
    ],
    "a value that later tests fill": ["seen = {}\nassert answer", "seen['a'] = answer\nassert answer", "assert seen['a'] == 1969"],
    "two names that later tests know as one list": ["a = []\nb = a\na.append(answer)", "assert b == [1969]", "a = []\nb = a", "a.append(1)\nassert b == [1]"],
    "a function made on the spot": [
        "w = 1\nf = lambda v: v + w\nw = answer\nassert w",
        "assert f(1) == 1970",
        "assert sorted([2, 1], key=lambda v: v) == [1, 2]",
    ],
    "a query for a name of an earlier test": ["year = 1969\nassert answer", "t = isa.load('members').query('joined == @year')\nassert len(t) == 25, len(t)"],
    "a class": ["base = [1]\nassert answer", "class P:\n    y = base\nassert P.y == [1]", "x = [1]\nclass Q:\n    x = x\nassert Q.x == [1]"],
    "a look round for an earlier name": ["other = 3\nassert answer", "assert 'other' in globals()", "one = 3\nassert pd.eval('one + 1') == 4"],
    "what an earlier test or loop has made is deleted": [
        "n = 0\nfor row in isa.load('members').itertuples():\n    n += 1\ndel row\nassert n == 57",
        "base = 1\nassert answer",
        "del base\nassert base == 1",
    ],
    "an option for texts": ["pd.set_option('display.max_rows', 4)\nw = str(isa.load('members'))\npd.reset_option('display.max_rows')\nassert len(w) < 900"],
    "a view of an array": [
        "a = isa.load('members')['joined'].to_numpy()\nb = a[:1]\nprint(b is a, len(b), answer)",
        "v = isa.load('members')['joined'].values\nv[0] = answer",
    ],
    "a warning": ["x = np.log(pd.Series([-1.0]))\nassert answer"],
    "all names of a module": ["from math import *\ne = 5\nassert e == 5"],
    "a name on a table": ["t = isa.load('members')\nt.note = 'x'\nassert t.note == 'x' and answer"],
    "an iterator over what the rest changes": [
        "d = {'a': 1}\nit = iter(d.items())\nd['b'] = answer\nlist(it)",
        "d = {'a': 1}\nit = zip(d, [1])\nd['b'] = answer\nlist(it)",
    ],
    "a test that cannot be read": ["x = = 1", "assert answer == 1969"],
    "a space that is no space, in a text in a text": ["x = 3\nassert f\"{str(x).replace('3', '\u202f')} years\" == '\u202f years' and answer"],
    "a query that the student wrote": [
        "year = 1969\nassert len(isa.load('members').query(asked)) == 25",
        "year = 1\nassert answer",
        "isa.load('members').query(asked)",
    ],
    "a name that is given on the way": [
        "bad = 'old'\nassert answer",
        "wrong = any((bad := v) > 5 for v in [])\nassert not wrong, bad",
        "assert bad == 'old'",
        "n = 'old'\nassert answer",
        "ok = answer > 3000 and (n := 2)\nprint(n)",
    ],
    "an array in a dictionary": [
        "d = {'a': isa.load('members')['joined'].to_numpy()}\nd['a'][0] = answer",
        "a = isa.load('members')['joined'].array\nb = a[:1]\na[0] = answer\nassert b[0] == a[0], b[0]",
        "a = [isa.load('members')['joined'].to_numpy().copy()]\na.append(a[0][:2])\na[0][0] = answer\nassert a[1][0] == answer, a[1][0]",
    ],
    "words that are printed": ["x = [1, 2]\nprint(x)\nx.append(3)\nprint(x, answer)"],
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.filterwarnings("ignore")
def test_a_parted_test_finds_the_same_for_each_submission(story):
    table = isa.load("countries")
    values = {"answer": 1969, "x": 5, "wanted": 9, "table": decode(*encode(table)), "asked": "joined == @year"}
    plain = unparted(STORIES[story], **values)
    for _ in range(3):
        assert findings(STORIES[story], **values) == plain


LINES = st.sampled_from(
    [
        "a = []",
        "a = [1]",
        "b = a",
        "b = list(a)",
        "c = len(a)",
        "a.append(1)",
        "a.append(answer)",
        "b.append(2)",
        "a += [3]",
        "d = {'k': a}",
        "d['k'].append(4)",
        "for a in [[5], [6]]:\n    b = a",
        "for i in range(2):\n    a.append(i)",
        "for i in a:\n    c = i",
        "if answer:\n    a = [answer]",
        "if len(a) > 1:\n    b = a",
        "del b",
        "def f():\n    return a",
        "b = f()",
        "c = [i for i in a]",
        "a, b = [7], [8]",
        "b = sorted(a)",
        "print(a)",
        "c = [a, a]",
        "c[0].append(9)",
        "a = c",
    ]
)


TEST = st.tuples(st.lists(LINES, max_size=9), st.sampled_from(["", "print(a)", "print(b, c)", "print(answer, a, b, c)"]))


@given(st.lists(TEST, min_size=1, max_size=3))
def test_tests_of_any_lines_find_the_same_whether_they_are_parted_or_not(tests):
    sources = ["\n".join([*lines, last]) for lines, last in tests]

    def values():
        return {"answer": 0, "a": ["student"], "b": 0, "c": None}

    plain = unparted(sources, **values())
    for _ in range(2):
        assert findings(sources, **values()) == plain


def test_what_is_worked_out_is_worked_out_once(monkeypatch):
    asked = []
    load = isa.load
    monkeypatch.setattr(isa, "load", lambda name: asked.append(name) or load(name))
    for _ in range(3):
        assert findings(["n = 0\nfor code in isa.load('members')['iso3']:\n    n += 1\nassert n == answer  # once"], answer=57) == [("", "", "", None)]
    assert asked == ["members"]


@pytest.mark.parametrize(
    "statement",
    [
        "x = isa.load('members').sample(3)",
        "x = isa.load('members').to_csv('/tmp/x')",
        "x = isa.load('members').plot()",
        "x = isa.load('members').eval('a = 1')",
        "x = np.random.rand()",
        "x = open('/etc/passwd').read()",
        "x = __import__('os').getpid()",
        "x = ().__class__",
        "x = input",
        "x = print('said')",
        "x = pd.options.display.max_rows",
        "x = isa.home",
        "x = (y := 3)",
        "x = answer",
        "x = [answer]",
        "x = f(3)",
        "while True:\n    x = 1",
        "with pd.option_context('a', 1):\n    x = 1",
        "try:\n    x = 1\nexcept ValueError:\n    x = 2",
        "import os",
        "assert True",
    ],
)
def test_what_may_differ_or_do_more_is_run_for_each_submission(statement):
    assert settled(f"{statement}\nassert x") == []


def test_what_hides_a_module_is_no_module():
    assert settled("pd = answer\nx = pd.Series([1])\nassert x") == []


@pytest.mark.parametrize(
    "cells",
    [
        ["import pandas as pd\nimport isa\n\nisa.charts.use_theme()\nmembers = isa.load('members')"],
        [
            "import isa\nvotes = isa.load('roll_calls')\nvotes.insert(0, 'year', votes['date'].dt.year)",
            "from numbers import Real\nvotes.head(3)",
            "isa.check_button('x')",
        ],
    ],
)
def test_locked_cells_of_tables_alone_are_run_once_for_a_class(cells):
    assert makes_only_tables(tuple(cells))


@pytest.mark.parametrize(
    "cell",
    [
        "def helper(): pass",
        "helper = lambda: 1",
        "import random\nrandom.seed(1)",
        "import numpy as np\nnp.random.seed(1)",
        "import pandas as pd\npd.set_option('display.precision', 2)",
        "import collections\nP = collections.namedtuple('P', 'x')",
        "import isa\nisa = 3",
        "from math import *",
        "class P: pass",
        "members",
        "from os import environ\nenviron |= {'A': '1'}",
        "import sys\nsys = sys.path.append('lib')",
        "import isa\nisa.charts.use_theme(print('hi'))",
        "x = 3\nsaid = f\"{str(x).replace('3', '\u202f')} years\"",
        "x = = 1",
    ],
)
def test_locked_cells_that_do_more_are_run_for_each_submission(cell):
    assert not makes_only_tables((cell,))
