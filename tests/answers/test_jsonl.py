import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.answers import jsonl
from isa.answers.question import Claim, Example, MarkScheme, Point, Question
from tests.answers.simple_marker import SimpleMarker

ASKED = {"id": "a1", "question": "Why?", "reference": ["rain", "water"], "answer": "there is rain", "max_score": 2}


def marked(*lines: object, marker: SimpleMarker | None = None) -> list[dict]:
    """What comes back for these lines: bytes as they are, anything else as JSON."""
    stream = io.BytesIO(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return [json.loads(line) for line in jsonl.mark_lines(stream, marker or SimpleMarker())]


def fitted(**changes: object) -> Question:
    marker = SimpleMarker()
    (got,) = marked(ASKED | changes, marker=marker)
    assert "error" not in got, got
    return marker.fitted[0]


def error(line: object) -> str:
    (got,) = marked(line)
    assert set(got) == {"id", "error"}, got
    assert got["error"].startswith("line 1: ")
    assert "expected" in got["error"] or "missing" in got["error"]
    return got["error"]


def test_an_answer_gets_its_score_and_what_became_of_each_point():
    (got,) = marked(ASKED)
    assert list(got) == ["id", "score", "confidence", "needs_review", "points", "why", "marker"]
    assert (got["id"], got["score"], got["confidence"], got["needs_review"]) == ("a1", 2, 0.1235, False)
    (point,) = got["points"]
    assert list(point) == ["state", "marks", "evidence", "feedback"]
    assert (point["state"], point["marks"], point["evidence"]) == ("met", 2, "rain")
    assert "“rain”" in point["feedback"]


def test_an_answer_that_wants_a_person_says_why():
    (got,) = marked(ASKED | {"answer": "perhaps rain"})
    assert got["needs_review"] is True
    assert got["why"] == ["unsure"]


def test_lines_come_back_in_order_whatever_stands_between_them():
    got = marked(ASKED | {"id": 1}, b"{", b"", b"  ", ASKED | {"id": None}, b"\xff\xfe\x00garbage", ASKED | {"id": "3"})
    assert [line["id"] for line in got] == [1, None, None, None, "3"]
    assert ["error" in line for line in got] == [False, True, False, True, False]
    assert "line 2: found no JSON" in got[1]["error"]
    assert "line 6: found a byte that is not UTF-8 at position 1" in got[3]["error"]


def test_lines_that_share_all_but_the_answer_are_fitted_once():
    marker = SimpleMarker()
    other = {"question": "When?", "reference": ["now"], "max_score": 1, "examples": [{"answer": "now", "score": 1}]}
    marked(*[ASKED | {"id": n, "answer": str(n)} for n in range(5)], *[other | {"answer": "x"}] * 3, ASKED, marker=marker)
    assert len(marker.fitted) == 2
    marked(*[ASKED | {"max_score": n} for n in (1, 2)], ASKED | {"examples": [{"answer": "a", "score": 1}]}, marker=marker)
    assert len(marker.fitted) == 5


def test_only_the_questions_seen_last_are_kept(monkeypatch):
    monkeypatch.setattr(jsonl, "MOST_QUESTIONS", 2)
    marker = SimpleMarker()
    questions = [ASKED | {"question": name} for name in "ABABCBA"]
    marked(*questions, marker=marker)
    assert [q.prompt for q in marker.fitted] == ["A", "B", "C", "A"]


def test_a_line_is_marked_before_the_next_one_is_read():
    class Stream(io.BytesIO):
        read_lines = 0

        def readline(self, size: int = -1) -> bytes:
            Stream.read_lines += 1
            return super().readline(size)

    lines = jsonl.mark_lines(Stream(b"\n".join(json.dumps(ASKED).encode() for _ in range(3))), SimpleMarker())
    next(lines)
    assert Stream.read_lines == 1


def test_without_points_the_references_are_what_one_point_accepts():
    assert fitted() == Question("Why?", MarkScheme((Point("answer", 2, "rain", ("rain", "water")),), ("rain", "water")), ())
    assert fitted(reference="rain", points=None, examples=None).scheme.model == ("rain",)


def test_points_are_texts_or_objects_and_share_the_marks_that_nobody_gave():
    points = [
        "it rains",
        {"text": "it is cold", "marks": 1, "accept": "chilly", "reject": ["warm", {"claim": "hot", "feedback": "Feel it."}, {"text": "mild"}]},
    ]
    scheme = fitted(points=[*points, {"text": "it is dark", "accept": ["no light", " "]}]).scheme
    assert scheme.points == (
        Point("P1", 0.5, "it rains"),
        Point("P2", 1, "it is cold", ("chilly",), (Claim("warm"), Claim("hot", "Feel it."), Claim("mild"))),
        Point("P3", 0.5, "it is dark", ("no light",)),
    )
    assert fitted(points=["a", "b", "c"], max_score=1).scheme.marks == pytest.approx(1)
    thirds = fitted(points=[{"text": name, "marks": 0.33} for name in "abc"], max_score=1, reference=[]).scheme
    assert thirds.marks == pytest.approx(1)


def test_examples_have_a_score_or_points_or_both():
    points = [{"text": "it rains", "marks": 1.5}, {"text": "it is cold", "marks": 0.5}]
    examples = [
        {"answer": "a", "score": 2},
        {"answer": "b", "score": 1, "points": [True, 0.25]},
        {"answer": "c", "points": {"it rains": 0.75, "P2": False}},
    ]
    assert [(e.answer, e.share, dict(e.points)) for e in fitted(points=points, examples=examples).examples] == [
        ("a", 1, {}),
        ("b", 0.5, {"P1": 1, "P2": 0.5}),
        ("c", 0.375, {"P1": 0.5, "P2": 0}),
    ]
    assert fitted(examples=[{"answer": "a", "score": 0.5}]).examples == (Example("a", 0.25, {"answer": 0.25}),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": None}, "'answer': found nothing, expected text"),
        ({"answer": 5}, "'answer': found a number, expected text"),
        ({"max_score": None}, "'max_score': found nothing, expected a number"),
        ({"max_score": -1}, "'max_score': found -1, expected a number above 0"),
        ({"max_score": 0}, "'max_score': found 0, expected a number above 0"),
        ({"max_score": True}, "'max_score': found true, expected a number"),
        ({"max_score": "2"}, "'max_score': found '2', expected a number"),
        ({"max_score": 10**400}, "'max_score': found a number without bounds"),
        ({"max_score": float("nan")}, "found NaN, expected a number"),
        ({"reference": []}, "found neither 'reference' nor 'points'"),
        ({"reference": [" "]}, "found neither 'reference' nor 'points'"),
        ({"reference": {"a": 1}}, "'reference': found an object, expected a list"),
        ({"reference": ["rain", 5]}, "'reference[1]': found a number, expected text"),
        ({"question": 5}, "'question': found a number, expected text"),
        ({"points": "P1"}, "'points': found 'P1', expected a list"),
        ({"points": [5]}, "'points[0]': found a number, expected text or an object with 'text'"),
        ({"points": [""]}, "'points[0].text': found nothing"),
        ({"points": [{"marks": 2}]}, "'points[0].text': found nothing"),
        ({"points": [{"text": "a", "marks": 0}]}, "'points[0].marks': found 0, expected a number above 0"),
        ({"points": [{"text": "a", "marks": 1}]}, "'points': found marks that add up to 1, expected 2, the max_score"),
        ({"points": [{"text": "a", "marks": 2}, "b"]}, "'points': found marks that add up to 2 before all have any, expected 2"),
        ({"points": [{"text": "a", "reject": [{"feedback": "x"}]}]}, "'points[0].reject[0]': found nothing, expected text"),
        ({"examples": [5]}, "'examples[0]': found a number, expected an object"),
        ({"examples": [{"answer": "a"}]}, "'examples[0].score': found nothing, expected a number"),
        ({"examples": [{"score": 1}]}, "'examples[0].answer': found nothing, expected text"),
        ({"examples": [{"answer": "a", "score": 3}]}, "'examples[0].score': found 3, expected 0 to 2"),
        ({"examples": [{"answer": "a", "score": -1}]}, "'examples[0].score': found -1, expected 0 to 2"),
        ({"examples": [{"answer": "a", "score": 1, "points": [1, 0]}]}, "'examples[0].points': found 2 marks, expected one for each of the 1 points"),
        ({"examples": [{"answer": "a", "score": 1, "points": {"P7": 1}}]}, "'examples[0].points': found 'P7', expected the names answer"),
        ({"examples": [{"answer": "a", "score": 1, "points": [5]}]}, "'examples[0].points.answer': found 5, expected 0 to 2"),
        ({"id": ["a"]}, "'id': found a list, expected text or a number"),
        ({"answer": "break"}, "could not be marked (RuntimeError: as it was told)"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_what_was_expected(changes, said):
    assert said in error(ASKED | changes)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"[]", "found a list, expected an object"),
        (b"7", "found a number, expected an object"),
        (b'{"id": "a", "answer": "x"', "found no JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"max_score": ' + b"9" * 5000 + b"}", "a number that cannot be read"),
        (b"{}", "'answer' missing; found an empty object"),
        (b'{"anser": "x"}', "'answer' missing; found 'anser'"),
    ],
)
def test_a_line_that_is_no_question_is_an_error_of_its_own(line, said):
    assert said in error(line)


def test_the_id_of_a_broken_line_is_given_back_where_it_can_be_seen():
    got = marked(b'{"id": "a \\"1\\"", "answer": ', b'{"answer": "\xff", "id": 17}', b'{"id": 1.5, "a', ASKED | {"id": "x", "max_score": -1})
    assert [line["id"] for line in got] == ['a "1"', 17, None, "x"]
    assert all("error" in line for line in got)


def test_a_line_without_end_is_not_held(monkeypatch):
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 1000)
    got = marked(b'{"id": 1, "answer": "' + b"x" * 5000, ASKED, b"y" * 999)
    assert "found more than" in got[0]["error"]
    assert got[1]["score"] == 2
    assert "found no JSON" in got[2]["error"]


def test_a_byte_order_mark_carriage_returns_and_half_characters_do_no_harm():
    got = marked(b"\xef\xbb\xbf" + json.dumps(ASKED).encode() + b"\r", ASKED | {"id": "\ud800", "answer": "rain \udc00 سلام 🌧"})
    assert [line["score"] for line in got] == [2, 2]
    assert got[1]["id"] == "\ud800"


SCHEME = MarkScheme((Point("P1", 1, "it rains", reject=(Claim("it snows", "Look up."),)),))


def test_plain_answers_are_marked_against_one_question_a_line_each():
    marker = SimpleMarker()
    stream = io.BytesIO('it rains\n\n{"id": "x", "answer": "it snows"}\n{"answer": 5}\n{half\n"it rains" — says سلام'.encode())
    got = [json.loads(line) for line in jsonl.mark_answers(stream, marker, Question("Why?", SCHEME))]
    assert [(line["id"], line.get("score")) for line in got] == [(1, 1), ("x", 0), (None, None), (None, None), (6, 1)]
    assert "Look up." in got[1]["points"][0]["feedback"]
    assert "line 4: 'answer': found a number" in got[2]["error"]
    assert "line 5: found no JSON" in got[3]["error"]
    assert len(marker.fitted) == 1


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["text", "marks", "accept", "reject", "answer", "score"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ["id", "question", "reference", "points", "examples", "answer", "max_score"]


@given(
    st.lists(
        st.one_of(st.binary(max_size=60), st.dictionaries(st.sampled_from(KEYS), JSON).map(lambda changes: json.dumps(ASKED | changes).encode())), max_size=4
    )
)
def test_whatever_comes_each_line_that_is_not_blank_gets_one_answer_in_utf8(lines):
    content = b"\n".join(lines)
    got = list(jsonl.mark_lines(io.BytesIO(content), SimpleMarker()))
    assert len(got) == sum(bool(line.strip()) for line in content.split(b"\n"))
    for line in got:
        record = json.loads(line.encode("utf-8"))
        assert "\n" not in line
        assert ("error" in record) != ("score" in record)
        assert "report it" not in record.get("error", ""), record
