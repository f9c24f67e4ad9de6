"""Texts that are as long as a field takes and say nothing keep no page waiting."""

import time

import pytest

from programmes.design.substance import lost_in, numbers_in

LONGEST = 20_000
# On the slowest machine that tests run on; with a search from each sign it takes a minute.
MOST_SECONDS = 5.0


@pytest.mark.parametrize("sign", ["{", "1", "1.", "{{ ", "1 ", "http://"])
def test_a_long_text_of_one_sign_is_read_in_no_time(sign: str) -> None:
    text = (sign * LONGEST)[:LONGEST]
    began = time.process_time()

    numbers_in(text)
    lost_in(text, "x")

    assert time.process_time() - began < MOST_SECONDS


def test_a_number_may_have_more_figures_than_the_language_reads() -> None:
    assert numbers_in("0" + "7" * 5000) == {"7" * 5000: 1}


def test_figures_of_other_scripts_and_zeros_are_the_same_number() -> None:
    assert numbers_in("007") == numbers_in("٧") == {"7": 1}
    assert numbers_in("000") == {"0": 1}
