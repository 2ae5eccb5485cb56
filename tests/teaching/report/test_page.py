"""The pages as they are laid out."""

from datetime import datetime

from isa.teaching.report.page import Section, Table, rendered


def test_a_column_of_sentences_is_kept_wide_enough_to_read_and_one_of_numbers_is_not():
    table = Table(
        "Points", ["Point", "What has to be said", "Marks"], [("P1", "The number adds up all organised violence, not terrorism alone.", "1")], frozenset({2})
    )
    assert table.sentences == {1}
    page = rendered("A title", "Report", [Section("points", "Points", tables=[table])], datetime(2026, 11, 26), private=True)
    assert '<td class="t">The number adds up' in page
    assert '<td class="n">1</td>' in page
