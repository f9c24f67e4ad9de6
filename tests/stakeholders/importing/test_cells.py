from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from hypothesis import example, given
from hypothesis import strategies as st

from programmes.design.folding import folded
from programmes.reading.cells import date_of, text_of, writes_month_first
from stakeholders.importing.reading.rows import is_mail
from stakeholders.people.exports import defused


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Ana\u00a0Clara  ", "Ana Clara"),
        ("Lefe\u0300vre", "Lefèvre"),
        ("first\r\nsecond", "first second"),
        ("a\x00b\u202ec\ufeff", "abc"),
        ("İstanbul", "İstanbul"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        (3766.0, "3766"),
        (None, ""),
    ],
)
def test_text_is_one_clean_line_as_typed(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BUCUREŞTI", "București"),
        ("istanbul", "İSTANBUL"),
        ("ıstanbul", "Istanbul"),
        ("Les-Ulis", "les  ulis"),
        ("LODZ", "Łódź"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_fold_alike(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    "cell",
    [
        "15/01/1992",
        "15.1.1992",
        "1992-01-15",
        "1992-01-15T00:00:00",
        "19920115",
        "33618",
        33618,
        33618.5,
        datetime(1992, 1, 15, 8),
        date(1992, 1, 15),
        "\u00a015/01/1992 ",
    ],
)
def test_a_day_is_read_however_it_is_written(cell):
    assert date_of(cell) == date(1992, 1, 15)


@pytest.mark.parametrize("cell", ["31/02/2019", "2019", 2019, "N/A", "15/01/92", "01/01/9999"])
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(ValueError):  # noqa: PT011
        date_of(cell)


def test_american_dates_are_told_by_days_above_twelve():
    assert writes_month_first(["01/02/2019", "02/28/2019", None])
    assert not writes_month_first(["01/02/2019", "28/02/2019", "31/02/2019"])
    assert date_of("02/28/2019", month_first=True) == date(2019, 2, 28)


@pytest.mark.parametrize(
    "start",
    ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "'=", "\x01=", "'\x1b ="],
)
def test_formulas_leave_with_an_apostrophe(start):
    assert defused(f"{start}1+1") == f"'{start}1+1"


def test_numbers_and_plain_text_leave_as_they_are():
    assert [defused(v) for v in (-5, 1.5, None, "O'Neil", "'t Hooft", "a=b")] == [
        -5,
        1.5,
        None,
        "O'Neil",
        "'t Hooft",
        "a=b",
    ]


@given(st.from_regex(r"[=+\-@＝＠'a]{0,3}[0-9a-z ]{1,5}", fullmatch=True).map(text_of))
def test_what_was_defused_comes_back_as_it_was(text):
    assert text_of(defused(text)) == text


def django_takes(address):
    try:
        EmailValidator(allowlist=[])(address)
    except ValidationError:
        return False
    return True


@given(st.emails() | st.text("ab.@-_+'\"[]: é\n1", max_size=20) | st.text(max_size=8))
@example("a@" + "b." * 155 + "example")
@example("a@[127.0.0.1]")
@example("a@localhost")
@example("@x.example")
@example('"a@b"@x.example')
def test_an_address_is_what_django_takes(text):
    assert is_mail(text) == django_takes(text)
