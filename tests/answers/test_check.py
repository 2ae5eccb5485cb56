import pytest

from isa.answers import check
from isa.answers.question import AnswerMark, AnyOf, Claim, MarkScheme, Point, PointMark
from isa.answers.specimens import KINDS, SpecimenAnswer

SCHEME = MarkScheme(
    (
        Point("P1", 1, "Zeros lower the mean.", accept=("the mean falls",), reject=(Claim("zeros change nothing in the mean"),)),
        Point("P2", 1, "Thirteen members are left out.", accept=("13 of the members have no figure",)),
    )
)


def specimen(id: str, *points: float, kind: str = "full") -> SpecimenAnswer:
    return SpecimenAnswer(id, kind, id, dict(zip(("P1", "P2"), points, strict=True)))


def mark(*points: float, evidence: tuple[str, str] = ("", ""), sure: tuple[bool, bool] = (True, True), claim: Claim | None = None) -> AnswerMark:
    found = tuple(
        PointMark(name, "met" if p else "missing", p, 0.9, s, e, claim if name == "P1" else None)
        for name, p, s, e in zip(("P1", "P2"), points, sure, evidence, strict=True)
    )
    return AnswerMark(sum(points), 0.9, not all(sure), () if all(sure) else ("unsure",), found, "model")


def test_agreement_is_counted_by_answer_by_point_and_among_the_released():
    specimens = [specimen("a", 1, 1), specimen("b", 0, 1), specimen("c", 0, 0), specimen("d", 1, 0)]
    marks = [mark(1, 1), mark(1, 1), mark(0, 1, sure=(True, False)), mark(0, 1)]
    report = check.report(SCHEME, specimens, marks)
    assert report.answers == check.Agreement(count=4, agreeing=2, released=3, agreeing_released=2)
    assert report.by_point == check.Agreement(8, 4, 7, 4)
    one, two = report.points
    assert (one.agreement, one.too_much, one.too_little, one.right, one.wrong) == (check.Agreement(4, 2, 4, 2), 1, 1, 2, 2)
    assert (two.agreement, two.too_much, two.too_little) == (check.Agreement(4, 2, 3, 2), 2, 0)
    assert (report.answers.share, report.answers.released_share, report.answers.released_agreement) == (0.5, 0.75, pytest.approx(2 / 3))


def test_each_mark_that_differs_is_listed_those_that_would_have_stood_first():
    report = check.report(SCHEME, [specimen("a", 0, 0, kind="vague"), specimen("b", 1, 1)], [mark(1, 0, sure=(False, True)), mark(1, 0)])
    assert [(d.specimen, d.kind, d.point, d.person, d.marker, d.released) for d in report.differences] == [
        ("b", "full", "P2", 1, 0, True),
        ("a", "vague", "P1", 0, 1, False),
    ]


def test_a_mark_close_to_the_persons_is_no_other_mark():
    assert check.report(SCHEME, [specimen("a", 1, 0.5)], [mark(0.85, 0.65)]).differences == ()


def test_of_a_group_only_the_best_points_are_compared_in_the_score():
    scheme = MarkScheme(SCHEME.points, any_of=(AnyOf(1, ("P1", "P2")),))
    found = mark(1, 0)
    report = check.report(scheme, [specimen("a", 0, 1)], [AnswerMark(1, 0.9, False, (), found.points, "model")])
    assert report.answers.agreeing == 1
    assert report.by_point.agreeing == 0


@pytest.mark.parametrize(
    ("person", "found", "confused_with"),
    [
        ((0, 0), mark(1, 0, evidence=("putting zeros there changes nothing of the mean", "")), "the claim “zeros change nothing in the mean”"),
        ((0, 1), mark(1, 1, evidence=("13 members left out", "")), "point P2"),
        ((1, 0), mark(0, 0, evidence=("it falls", ""), claim=Claim("zeros change nothing in the mean")), "the claim “zeros change nothing in the mean”"),
        ((1, 0), mark(0, 0, evidence=("the mean falls", "")), ""),
        ((1, 0), mark(0, 0), ""),
    ],
)
def test_what_words_were_confused_with_is_named_where_something_is_alike(person, found, confused_with):
    (difference,) = check.report(SCHEME, [specimen("a", *person)], [found]).differences
    assert difference.confused_with == confused_with


def test_a_question_is_reliable_when_enough_is_released_and_enough_of_it_is_right():
    specimens = [specimen(str(n), n % 2, n % 2) for n in range(20)]
    right = [mark(n % 2, n % 2) for n in range(20)]
    assert check.report(SCHEME, specimens, right).reliable
    assert not check.report(SCHEME, specimens, [mark(1, 1), mark(1, 0), *right[2:]]).reliable, "38 of 40 is 95 per cent, and 37 is less"
    assert check.report(SCHEME, specimens, [mark(1, 1), *right[1:]]).reliable
    unsure = [mark(n % 2, n % 2, sure=(n < 9, n < 9)) for n in range(20)]
    assert not check.report(SCHEME, specimens, unsure).reliable
    assert "50%" in check.RULE
    assert "95%" in check.RULE


def test_the_advice_asks_first_for_what_is_too_few_then_for_what_is_confused():
    specimens = [specimen(f"r{n}", 1, 1) for n in range(8)] + [specimen(f"w{n}", 0, 0, kind="misconception") for n in range(6)]
    wrong = mark(1, 0, evidence=("putting zeros there changes nothing of the mean", ""))
    report = check.report(SCHEME, specimens, [mark(1, 1)] * 8 + [wrong] * 3 + [mark(0, 0)] * 3)
    assert report.next[:3] == (
        "2 more wrong answers to P1: it has 6, and 8 are needed",
        "2 more wrong answers to P2: it has 6, and 8 are needed",
        "answers that are wrong on P1, above all of kind misconception and confused with the claim “zeros change nothing in the mean”: "
        "3 specimens are marked too high",
    )
    assert report.next[3].startswith("answers of the kinds that are missing: partial, vague")


def test_a_question_with_enough_of_everything_needs_nothing():
    specimens = [specimen(f"{n}", n % 2, n % 2, kind=kind) for n, kind in enumerate(KINDS * 2)]
    assert check.report(SCHEME, specimens, [mark(n % 2, n % 2) for n in range(len(specimens))]).next == ()


def test_few_released_points_ask_for_more_answers_of_each_kind():
    specimens = [specimen(f"{n}", n % 2, n % 2, kind=kind) for n, kind in enumerate(KINDS * 2)]
    report = check.report(SCHEME, specimens, [mark(n % 2, n % 2, sure=(False, False)) for n in range(len(specimens))])
    assert not report.reliable
    assert report.next[0].startswith("more answers of each kind")
