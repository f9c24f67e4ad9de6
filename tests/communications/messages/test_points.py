"""Whether a text says the key points, by their numbers, dates and words."""

import pytest

from communications.messages.models.adaptation import points_in
from communications.messages.queries.points import points_kept

TEXT = """What changes for you on 29 December

On Tuesday 29 December your site moves to One IT. From that day you have **one number and one chat**
for every question, day and night, from 09:00. 1,270 people are served.

You sign in once, and confirm it with your phone. Nothing else changes."""


def said(point, text=TEXT, **more):
    return points_kept([point], text, **more)[0].is_said


def test_points_are_one_a_line():
    assert points_in("One\n\n  Two \n") == ["One", "Two"]
    assert points_kept([], TEXT) == []


@pytest.mark.parametrize(
    "point",
    [
        "Your site moves on 29 December",
        "Sites move on December 29th",
        "One number and one chat, day and night",
        "You sign in once",
        "From 9 you have one number",
        "1270 people are served",
        "Nothing else changes",
        "",
    ],
)
def test_what_is_said_in_other_words_or_another_order_is_kept(point):
    assert said(point)


@pytest.mark.parametrize(
    "point",
    [
        "Your site moves on 28 December",
        "Your site moves on 29 January",
        "Your local IT team stays on site",
        "1,271 people are served",
        "Order a coffee machine",
    ],
)
def test_another_date_number_or_matter_is_missing(point):
    assert not said(point)


def test_it_says_which_numbers_and_dates_the_text_lacks():
    (kept,) = points_kept(["Call 4321 before 5 May"], TEXT)
    assert kept.lacking == ("5 may", "4321")
    assert not kept.is_said


def test_a_point_that_says_no_is_missing_where_nothing_is_denied():
    assert not said("You need no new laptop", "You need a new laptop.")
    assert said("You need no new laptop", "You do not need a new laptop.")


def test_a_date_of_each_site_is_said_by_its_placeholder():
    assert said("Your site moves on 29 December", "On {{ go_live_date }} your site moves.")
    assert not said("Your site moves on 29 December", "Soon {{ site }} moves: your site.")


def test_texts_in_another_language_are_looked_at_for_numbers_and_dates_alone():
    assert said("Call 1234 for everything", "Llama al 1234", compares_words=False)
    assert not said("Call 1234 for everything", "Llama al 4321", compares_words=False)


def test_an_hour_may_be_said_by_the_other_clock():
    assert said("The desk closes at 10 pm", "The desk closes at 22:00.")
    assert said("The desk closes at 22:00", "The desk closes at 10 pm.")
    assert not said("The desk opens at 8 am", "The desk opens at 8 pm.")


def test_a_number_before_a_word_that_begins_as_a_month_is_a_number():
    (kept,) = points_kept(["12 marketing teams moved"], "Teams of marketing moved")
    assert kept.lacking == ("12",)
