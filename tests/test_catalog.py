import subprocess
import sys

import pandas as pd
import pytest

import isa
from isa.catalog import UnknownTable

ALL = list(isa.tables().name)


def test_every_table_is_listed_with_its_rows():
    for row in isa.tables().itertuples():
        assert len(isa.load(row.name)) == row.rows


@pytest.mark.parametrize("name", ALL)
def test_a_table_has_the_columns_and_key_of_its_description(name):
    table, schema = isa.load(name), isa.card(name).resource["schema"]
    assert list(table.columns) == [f["name"] for f in schema["fields"]]
    assert not table.duplicated(schema["primaryKey"]).any()


def test_whole_numbers_that_may_be_missing_stay_whole():
    assert isa.load("population_gdp").population.dtype == "Int64"
    assert isa.load("members").joined.dtype == "int64"


def test_closed_lists_are_categories_in_the_order_of_the_description():
    groups = isa.load("countries").income_group
    assert list(groups.cat.categories) == ["Low income", "Lower middle income", "Upper middle income", "High income"]


def test_the_code_of_namibia_is_not_a_missing_value():
    assert isa.load("countries").set_index("iso3").loc["NAM", "iso2"] == "NA"


def test_a_missing_value_is_missing_and_not_zero():
    spending = isa.load("military_expenditure").set_index(["iso3", "year"]).milex_const2023_musd
    assert pd.isna(spending.loc[("SYR", 2005)])


def test_a_table_that_a_learner_changed_comes_back_clean():
    first = isa.load("members")
    first["joined"] = 0
    assert isa.load("members").joined.min() == 1969


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(UnknownTable, match="Did you mean 'members'"):
        isa.load("member")


@pytest.mark.parametrize("name", ALL)
def test_a_card_says_who_how_what_is_missed_and_under_which_licence(name):
    card = isa.card(name)
    for text in (repr(card), card._repr_html_()):
        for label in ("Made by", "Measured", "Misses", "Licence", "Cite"):
            assert label in text
    for field in card.resource["schema"]["fields"]:
        assert field["name"] in repr(card)


def test_a_card_escapes_what_html_would_take_for_markup():
    from isa.catalog import Card

    resource = {**isa.card("members").resource, "title": "<script>alert(1)</script>"}
    assert "<script>" not in Card(resource)._repr_html_()


def test_a_source_that_two_tables_share_is_cited_once():
    both = isa.cite("members", "countries")
    assert len(both) == len(set(both)) == 3


def test_bibtex_entries_have_a_key_and_balanced_braces():
    for name in ALL:
        for entry in isa.cite(name, style="bibtex"):
            assert entry.startswith("@")
            assert entry.count("{") == entry.count("}")


def test_cite_without_a_name_or_in_another_style_is_refused():
    with pytest.raises(ValueError, match="at least one table"):
        isa.cite()
    with pytest.raises(ValueError, match="bibtex"):
        isa.cite("members", style="apa")


def test_importing_isa_needs_neither_nbgrader_nor_pyarrow_nor_matplotlib():
    heavy = "{'nbgrader', 'pyarrow', 'matplotlib', 'jsonschema', 'sqlalchemy'}"
    code = f"import sys, isa; loaded = {heavy} & set(sys.modules); sys.exit(str(loaded) if loaded else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
