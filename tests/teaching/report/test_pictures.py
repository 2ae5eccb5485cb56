"""What a reader of the charts can read."""

import pandas as pd

from isa.teaching.report import pictures


def test_a_long_label_is_folded_into_two_lines_before_anything_of_it_is_cut(monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "image", lambda axes, alt: drawn.append([label.get_text() for label in axes.get_yticklabels()]) or "")
    long = "s1 P1: The deaths are counted by the country where people died, not by who killed"
    shares = pd.DataFrame({"met": [0.5, 0.2, 0.1], "missing": [0.5, 0.8, 0.9]})
    pictures.stacked(shares, ["short", long, f"{long} them, and so on without an end"], "Bars for three points.", "share")
    pictures.bars(shares["met"], ["costs $5", long, "short"], "Bars for three objectives.", "share")
    points, objectives = drawn
    assert points[0] == "short"
    assert points[1].replace("\n", " ") == long
    assert points[1].count("\n") == points[2].count("\n") == 1
    assert points[2].endswith(" …")
    assert objectives[0] == r"costs \$5"
