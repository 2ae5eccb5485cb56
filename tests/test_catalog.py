import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import isa
from isa import catalog
from isa.catalog import DataError, NotCovered, UnknownTable
from isa.home import home

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


def test_what_was_loaded_is_remembered_once_in_the_order_of_asking_and_without_what_the_package_looks_up(monkeypatch):
    monkeypatch.setattr(catalog, "_loaded", {})
    isa.load("military_expenditure")
    isa.load("members")
    isa.load("military_expenditure", year=2020)
    with pytest.raises(NotCovered, match="Did you mean"):  # which looks into `countries`
        isa.load("members", iso3="Mali")
    with pytest.raises(UnknownTable):
        isa.load("member")
    assert catalog.loaded() == ("military_expenditure", "members")


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(UnknownTable, match="Did you mean 'members'"):
        isa.load("member")


def test_some_years_and_countries_can_be_asked_for():
    some = isa.load("military_expenditure", year=range(2020, 2023), iso3=["SAU", "TUR"])
    assert set(some.year) == {2020, 2021, 2022}
    assert set(some.iso3) == {"SAU", "TUR"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"year": 1950}, "has nothing on 1950; it covers 2000 to 2024. See isa.card"),
        ({"year": [2023, 2030]}, "has nothing on 2030"),
        ({"iso3": "PSE"}, r"has nothing on PSE \(Palestine\). See isa.card"),
        ({"iso3": "Mali"}, r"'Mali' is no country code.*Did you mean 'MLI' \(Mali\)\?"),
        ({"iso3": ["SAU", "SAV"]}, r"'SAV' is no country code.*Did you mean"),
    ],
)
def test_a_year_or_country_that_is_not_covered_is_said_and_never_an_empty_table(asked, said):
    with pytest.raises(NotCovered, match=said):
        isa.load("military_expenditure", **asked)


def test_a_table_without_years_says_so():
    with pytest.raises(NotCovered, match="has no years, only iso3"):
        isa.load("members", year=2020)


@pytest.fixture
def broken_home(tmp_path, monkeypatch):
    """A copy of the data package that a test may break."""
    shutil.copytree(home() / "data", tmp_path / "data", ignore=shutil.ignore_patterns("build"))
    monkeypatch.setattr(catalog, "home", lambda: tmp_path)
    catalog._package.cache_clear()
    yield tmp_path / "data"
    catalog._package.cache_clear()


def test_a_missing_file_says_which_and_how_to_get_it_back(broken_home):
    (broken_home / "members.csv").unlink()
    with pytest.raises(DataError, match=r"members\.csv, the file of the table 'members', is missing\. Get it back with: git checkout data"):
        isa.load("members")
    assert len(isa.load("countries")) == 249


def test_a_damaged_file_says_which_and_how_to_rebuild(broken_home):
    text = (broken_home / "members.csv").read_text(encoding="utf-8")
    (broken_home / "members.csv").write_text(text.replace("1969", "1970", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"is damaged or was changed.*change its builder and run: make data"):
        isa.load("members")


def test_a_damaged_description_says_so(broken_home):
    (broken_home / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"datapackage\.json, which describes all tables, is missing or damaged"):
        isa.tables()


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


def test_a_card_keeps_what_belongs_to_a_label_beside_it_and_names_columns_as_code():
    shown = isa.card("training_themes")._repr_html_()
    groups = re.findall(r"<div><dt>(.*?)</dt>(.*?)</div>", shown)
    assert [label for label, _ in groups] == ["What", "Covers", "Made by", "Measured", "Misses", "Licence", "Cite", "Columns"]
    assert all(texts.startswith("<dd>") for _, texts in groups)
    assert "<code>activities_without_cost</code>" in dict(groups)["Misses"]
    assert "`" not in shown.partition("</style>")[2]


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
