"""A marker that tests can foresee: a point is met when an answer holds one of its phrasings, and contradicted when it holds a claim to reject."""

from isa.answers.question import AnswerMark, Point, PointMark, Question


class SimpleMarker:
    """Counts what it fitted and marked; breaks on an answer that says so."""

    def __init__(self) -> None:
        self.fitted: list[Question] = []

    def fit(self, question: Question) -> "SimpleFitted":
        self.fitted.append(question)
        return SimpleFitted(question)


class SimpleFitted:
    def __init__(self, question: Question) -> None:
        self.question = question

    def mark(self, answer: str) -> AnswerMark:
        if answer == "break":
            raise RuntimeError("as it was told")
        points = tuple(self._point(point, answer) for point in self.question.scheme.points)
        sure = all(point.sure for point in points)
        score = self.question.scheme.total({point.name: point.marks for point in points})
        return AnswerMark(score, 0.123456, not sure, () if sure else ("unsure",), points, "model")

    def leave_one_out(self) -> list[AnswerMark]:
        return [self.mark(example.answer) for example in self.question.examples]

    def _point(self, point: Point, answer: str) -> PointMark:
        sure = "perhaps" not in answer
        for claim in point.reject:
            if claim.text in answer:
                return PointMark(point.name, "contradicted", 0, 0.9, sure, claim.text, claim)
        for text in (point.says, *point.accept):
            if text in answer:
                return PointMark(point.name, "met", point.marks, 0.9, sure, text)
        return PointMark(point.name, "missing", 0, 0.9, sure)
