"""Who is meant by a name: found in any script, order and spelling; never guessed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.grading.roster import Student
from isa.teaching.who import Directory

CLASS = [
    Student("amina", "Amina", "Diallo", "amina@example.org", ids=("7001",)),
    Student("zoe", "Zoé", "O’Brien-Müller"),
    Student("li1", "伟", "李"),
    Student("priya", "प्रिया", "शर्मा"),
    Student("omar", "عُمَر", "الفاروق"),
    Student("lukasz", "Łukasz", "Żółć"),
    Student("jose", "José", "García"),
    Student("jose2", "Jose", "Garcia"),
    Student("kim1", "Min", "Kim"),
    Student("kim2", "Kim", "Min"),
    Student("ann", "Ann", "Alee"),
    Student("anna", "Anna", "Lee"),
    Student("maria", "Maria", "da Silva Santos", also_known_as=("Mary Santos",)),
]
KNOWN = Directory({student.id: student for student in CLASS})


@pytest.mark.parametrize(
    ("written", "student"),
    [
        ("AMINA", "amina"),
        ("Amina@Example.org", "amina"),
        ("7001", "amina"),
        ("Diallo, Amina", "amina"),
        ("dialloamina", "amina"),
        ("Amina_Diallo", "amina"),
        ("Zoe OBrien Muller", "zoe"),
        (unicodedata.normalize("NFD", "O'Brien-Müller Zoé"), "zoe"),
        ("obrienmüllerzoé", "zoe"),
        ("李伟", "li1"),
        ("李 伟", "li1"),
        ("शर्मा प्रिया", "priya"),
        ("عمر الفاروق", "omar"),
        ("Zolc Lukasz", "lukasz"),
        ("José García", "jose"),
        ("Garcia, Jose", "jose2"),
        ("Anna Lee", "anna"),
        ("Mary Santos", "maria"),
        ("Somebody Else (amina@example.org)", "amina"),
        ("Unknown Person_7001", "amina"),
    ],
)
def test_a_name_means_its_student(written, student):
    found = KNOWN.named(written).student
    assert found is not None
    assert found.id == student


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Kim Min", "may be any of kim1 and kim2"),
        ("annalee", "may be any of ann and anna"),
        ("Amina Diallos", "is nobody in the roster; if it is amina (Amina Diallo), put that name into the roster's column also_known_as"),
        ("Maria Santos", "if it is maria (Maria da Silva Santos)"),
        ("Napoleon", "'Napoleon' is nobody in the roster"),
        ("प्रया शर्मा", "is nobody in the roster"),
        ("", "is nobody in the roster"),
        ("???", "is nobody in the roster"),
    ],
)
def test_who_is_not_certain_is_not_taken(written, said):
    found = KNOWN.named(written)
    assert found.student is None
    assert said in found.why_not


@given(st.text(max_size=40))
def test_no_text_means_a_student_whose_name_or_id_it_does_not_contain(written):
    found = KNOWN.named(written)
    assert (found.student is None) == bool(found.why_not)


@given(st.sampled_from(CLASS[:8]), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from([" ", "  ", "_", ", "]), st.booleans())
def test_composition_order_and_spaces_make_no_difference(student, form, between, turned):
    names = [student.last_name, student.first_name] if turned else [student.first_name, student.last_name]
    assert KNOWN.named(unicodedata.normalize(form, between.join(names)).upper()).student == student
