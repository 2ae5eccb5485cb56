import re
import statistics

import pytest

from isa import load
from isa.study.explorers import explorer
from isa.study.explorers.lesson09 import ABOVE, AS_IT_IS

NAMES = dict(zip(load("members").name, load("members").iso3, strict=True))
LEVEL = dict(zip(load("us_deflator").fiscal_year, load("us_deflator").price_index, strict=True))
AID = {(row.iso3, row.fiscal_year): row.military_disbursed_usd / LEVEL[row.fiscal_year] / 1e6 for row in load("us_military_aid").itertuples()}
YEAR_OF = dict(zip(load("roll_calls").roll_call, load("roll_calls").date.dt.year, strict=True))
STATES = explorer("09").controls[0].options


@pytest.fixture(scope="module")
def agreement():
    """(code, year) -> per cent of the roll calls with the vote of the United States, counted vote by vote."""
    votes = list(load("roll_call_votes").itertuples(index=False))
    usa = {row.roll_call: row.vote for row in votes if row.iso3 == "USA"}
    same = {}
    for row in votes:
        if row.iso3 in NAMES.values() and row.roll_call in usa:
            same.setdefault((row.iso3, YEAR_OF[row.roll_call]), []).append(row.vote == usa[row.roll_call])
    return {key: 100 * statistics.mean(values) for key, values in same.items()}


def above(agreement):
    means = {year: statistics.mean(value for (_, other), value in agreement.items() if other == year) for _, year in agreement}
    return {(code, year): value - means[year] for (code, year), value in agreement.items()}


def pairs(votes, name, lag):
    code = NAMES[name]
    years = sorted(year for other, year in votes if other == code and (code, year - lag) in AID)
    return [AID[code, year - lag] for year in years], [votes[code, year] for year in years]


def said_r(sentence):
    return float(re.search(r"r = (-?\d\.\d\d) over", sentence)[1])


@pytest.mark.parametrize("lag", [-3, -1, 0, 1, 3])
@pytest.mark.parametrize("name", ["Afghanistan", "Türkiye", "Niger"])
def test_the_correlation_is_that_of_the_tables(reading, agreement, name, lag):
    for votes, table in ((AS_IT_IS, agreement), (ABOVE, above(agreement))):
        money, agreed = pairs(table, name, lag)
        said = reading("09", state=name, lag=lag, votes=votes).sentence
        assert f"over {len(money)} pairs" in said
        assert said_r(said) == pytest.approx(statistics.correlation(money, agreed), abs=0.0051)


@pytest.mark.parametrize("lag", [-2, 0, 1])
def test_the_other_states_are_counted(reading, agreement, lag):
    everyone = [statistics.correlation(*pairs(agreement, name, lag)) for name in STATES]
    said = reading("09", lag=lag).sentence
    assert f"r is positive in {sum(r > 0 for r in everyone)} of {len(STATES)} states and negative in {sum(r < 0 for r in everyone)}" in said
    assert f"in {sum(abs(r) > 0.5 for r in everyone)} it is beyond 0.5 or -0.5" in said


def test_states_have_at_least_twelve_years_of_aid_and_votes(agreement):
    assert len(STATES) == 42
    for name in STATES:
        assert sum(code == NAMES[name] for code, _ in AID) >= 12
    assert "Palestine" not in STATES
    assert "Kuwait" not in STATES


def test_the_numbers_that_the_lesson_tells(reading):
    assert said_r(reading("09", lag=1).sentence) == 0.87
    assert said_r(reading("09", lag=1, state="Türkiye").sentence) == -0.63
    above = {name: said_r(reading("09", lag=1, state=name, votes=ABOVE).sentence) for name in ("Afghanistan", "Pakistan", "Türkiye")}
    assert above == {"Afghanistan": 0.69, "Pakistan": -0.58, "Türkiye": -0.14}


@pytest.mark.parametrize("lag", range(-3, 4))
@pytest.mark.parametrize("votes", [AS_IT_IS, ABOVE])
def test_at_every_lag_both_signs_occur(reading, lag, votes):
    positive, negative = map(int, re.search(r"positive in (\d+) of \d+ states and negative in (\d+)", reading("09", lag=lag, votes=votes).sentence).groups())
    assert min(positive, negative) >= 8


def test_both_headlines_can_be_found(reading):
    found = [said_r(reading("09", lag=lag, state=name).sentence) for name in STATES for lag in (0, 1)]
    assert max(found) > 0.5
    assert min(found) < -0.5


@pytest.mark.parametrize(
    ("lag", "words"), [(0, "aid of the same year"), (1, "aid 1 year before the vote"), (3, "aid 3 years before the vote"), (-2, "aid 2 years after the vote")]
)
def test_the_lag_is_told_in_words(reading, lag, words):
    assert f"Afghanistan, {words}:" in reading("09", lag=lag).sentence


def test_every_reading_says_what_it_is_not(reading):
    for votes in (AS_IT_IS, ABOVE):
        assert reading("09", votes=votes).sentence.endswith("A correlation has no direction, and a vote is no cooperation against terrorism.")


def test_each_point_is_named_by_its_year_and_stands_at_its_values(reading, agreement):
    shown = reading("09", state="Niger", lag=1)
    (ax,) = shown.figure.axes
    money, agreed = pairs(agreement, "Niger", 1)
    across, up = ax.collections[0].get_offsets().T.tolist()
    assert across == pytest.approx(money)
    assert up == pytest.approx(agreed)
    assert [text.get_text() for text in ax.texts] == [
        str(year) for year in sorted(year for code, year in agreement if code == "NER" and ("NER", year - 1) in AID)
    ]
    assert f"{len(money)} points" in shown.alt
