import pytest

from feedback.scoring import csat, nps, nps_kind, wilson


def test_satisfied_are_those_who_answer_four_or_five():
    assert csat({"1": 2, "3": 1, "4": 3, "5": 4}) == (7, 10)


@pytest.mark.parametrize(
    ("value", "kind"), [(0, "detractors"), (6, "detractors"), (7, "passives"), (9, "promoters")]
)
def test_kinds_of_recommendation(value, kind):
    assert nps_kind(value) == kind


def test_score_is_promoters_less_detractors():
    assert nps({"promoters": 5, "passives": 3, "detractors": 2}) == 30
    assert nps({}) is None


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # From Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_interval_is_that_of_the_literature(k, n, low, high):
    assert wilson(k, n, 1.959964) == pytest.approx((low, high), abs=0.0001)


def test_no_answer_has_no_interval():
    with pytest.raises(ValueError, match="at least one"):
        wilson(0, 0)
