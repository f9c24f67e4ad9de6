"""What a change of the English is proposed as."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.messages.queries.meaning import NEGATIONS, changed_marks, proposal_of

SPOKEN = (
    "your laptop keeps the same files and you sign in with a new account, then call us. "
    "Please read this: it is about Lisboa."
)
WORDS = st.sampled_from(SPOKEN.split())
TEXTS = st.lists(WORDS, max_size=12)
NUMBERS = st.one_of(
    st.integers(0, 99_999).map(str),
    st.times().map(lambda at: f"{at:%H:%M}"),
    st.integers(0, 9999).map(lambda n: f"{n / 10:.1f}"),
)
MONTHS = ["January", "March", "May", "June", "Sept", "December"]
DAYS = ["Monday", "Tue", "Friday", "Sunday", "tomorrow", "today"]
DATES = st.one_of(
    st.sampled_from(DAYS),
    st.tuples(st.integers(1, 28), st.sampled_from(MONTHS)).map(lambda d: f"{d[0]} {d[1]}"),
)
NOT = st.one_of(
    st.sampled_from(sorted(NEGATIONS)), st.sampled_from(["don't", "won’t", "unavailable"])
)


def kind(before, after):
    return proposal_of({"body": before}, {"body": after}).kind


def joined(*parts):
    return " ".join(word for part in parts for word in part)


@given(TEXTS, TEXTS, NUMBERS, NUMBERS)
def test_a_changed_number_is_never_proposed_as_wording(start, end, old, new):
    if old != new:
        assert kind(joined(start, [old], end), joined(start, [new], end)) == "meaning"


@given(TEXTS, TEXTS, DATES, DATES)
def test_a_changed_date_is_never_proposed_as_wording(start, end, old, new):
    if old != new:
        assert kind(joined(start, [old], end), joined(start, [new], end)) == "meaning"


@given(TEXTS, TEXTS, st.one_of(NOT, NUMBERS, DATES), TEXTS)
def test_what_comes_or_goes_with_other_words_is_never_wording(start, end, mark, more):
    without, held = joined(start, end), joined(start, more, [mark], end)
    assert kind(without, held) == kind(held, without) == "meaning"


@given(TEXTS, TEXTS, NOT)
def test_a_negation_that_moves_past_other_words_is_never_wording(start, end, mark):
    before = joined([mark], start, ["so", "then"], end)
    assert kind(before, joined(start, ["so", "then"], [mark], end)) == "meaning"


@given(TEXTS, NUMBERS)
def test_what_stays_the_same_is_wording(words, number):
    text = joined(words, [number])
    assert kind(text, text) == "wording"


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        ("on Tuesday 28 December", "on Tuesday 29 December", ("date",)),
        ("Moves on May 3rd", "Moves on May 4th", ("date",)),
        ("Call 1234", "Call 1235", ("number",)),
        ("Moves in December", "Moves in January", ("date",)),
        ("in two days", "in two weeks", ("date",)),
        ("before 5 May", "after 5 May", ("date",)),
        ("You may call", "In May call", ("date",)),
        ("Ask Claude Lemoine", "Ask Elif Lemoine", ("name",)),
        ("It is for it", "It is for IT", ("name",)),
        ("Call {{ phone }}", "Call {{ site }}", ("placeholder",)),
        ("[Read](https://a.example/1)", "[Read](https://a.example/2)", ("link",)),
        ("You need to sign in", "You need not sign in", ("negation",)),
        ("It is available", "It is unavailable", ("negation",)),
        ("The rule is relevant", "The rule is irrelevant", ("negation",)),
        ("You can", "You can't", ("negation",)),
        ("Use the chat", "Use only the chat", ("negation",)),
        ("It costs 5 €", "It costs 5 $", ("number",)),
        ("ends at 9am", "ends at 9pm", ("number",)),
        ("from 3 May to 5 May", "from 5 May to 3 May", ("date",)),
    ],
)
def test_a_change_of_meaning_says_what_changed(before, after, reasons):
    found = proposal_of({"body": before}, {"body": after})
    assert (found.kind, found.reasons) == ("meaning", reasons)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("On Tuesday 29 December, your site moves.", "On Tuesday 29 December your site moves."),
        ("Your laptop stays the same.", "Your laptop does stay as it is."),
        ("call the desk", "Call the desk"),
        ("See you soon. Bye.", "See you soon! Bye."),
        ("Phone us. Then wait.", "Call us. Then wait."),
        ("in December", "in december"),
        ("Use the new app", "Try the new app"),
        ("- One chat\n- Open now", "- One chat\n- Open now\n"),
        ("under the desk, until", "beneath the desk, until"),
    ],
)
def test_commas_synonyms_and_signs_are_wording(before, after):
    assert kind(before, after) == "wording"


def test_the_key_tells_one_change_of_meaning_from_another():
    def key(text):
        return proposal_of({"body": "On 1 May we move."}, {"body": text}).key

    assert key("On 2 May we move.") == key("On 2 May we all but move.".replace(" all but", ""))
    assert key("On 2 May we move.") != key("On 3 May we move.")


def test_long_texts_that_share_nothing_are_told_at_once():
    before, after = "a b " * 5_000, "b 1 c " * 3_000
    assert kind(before, after) == "meaning"


@pytest.mark.parametrize("hostile", ["{{", "](", "!", "a@", "a ", "1.", "-", "unun ", "don't "])
def test_a_hostile_text_keeps_nobody_waiting(hostile):
    began = time.process_time()
    proposal_of({"body": hostile * 10_000}, {"body": f"x {hostile * 9_000} 1"})
    assert time.process_time() - began < 2


def test_a_word_after_a_number_that_ends_its_sentence_is_no_name():
    before = {"body": "Open until 22:00. Call us."}
    assert proposal_of(before, {"body": "Open until 22:00. Please call us."}).kind == "wording"
    assert proposal_of(before, {"body": "Open until 22:30. Call us."}).kind == "meaning"


def test_a_number_before_a_word_that_begins_as_a_month_is_no_date():
    assert {mark.kind for mark in changed_marks("12 marketing teams", "14 marketing teams")} == {
        "number"
    }
    assert {mark.kind for mark in changed_marks("12 Mar", "14 Mar")} == {"date"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Another sentence in the place of one.
        (
            "Your new laptop is delivered to your desk by the local team.",
            "You collect the new laptop from the workshop beside the canteen.",
        ),
        ("Your new service desk", "Where to get help now"),
        (
            "The old portal stays open as an archive.",
            "The old portal closes, and its files are deleted.",
        ),
        ("Keep your badge with you.", "Return the badge to reception."),
        # One that is added, or taken away.
        ("Your site moves. Call the desk.", "Your site moves. Call the desk. Bring your badge."),
        ("Restart your laptop. Save your open files.", "Restart your laptop."),
        ("- Call the desk", "- Call the desk\n- Ask your regional team"),
        ("", "Your mailbox moves to a new server."),
    ],
)
def test_another_sentence_is_another_meaning(before, after):
    assert proposal_of({"body": before}, {"body": after}).reasons == ("sentence",)
    assert kind(after, before) == "meaning"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # In other words, most of which stay.
        (
            "Your laptop is replaced by a new one at your site.",
            "At your site, a new one replaces your laptop.",
        ),
        (
            "Call the service desk when your password does not work.",
            "Please phone the service desk when your password does not work.",
        ),
        ("The team helps you to move your files.", "The team is helping you move files."),
        # Cut in two, put together, moved.
        ("Your desk moves and the number stays.", "Your desk moves. The number stays."),
        ("Call us. Bring your laptop along.", "Call us, and bring your laptop along."),
        ("Bring your laptop. Ask the team.", "Ask the team. Bring your laptop."),
        # Greetings, and turns of phrase.
        ("Dear colleagues, your desk moves.", "Hello everyone, your desk moves."),
        ("Your desk moves.", "Your desk moves. Thank you!"),
        ("Phone us.", "Call us."),
    ],
)
def test_a_sentence_in_other_words_is_wording(before, after):
    assert kind(before, after) == kind(after, before) == "wording"


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        ("Barcelona moves first.", "Shanghai moves first.", ("name",)),
        ("Remote Help is easy to use.", "Self Service is easy to use.", ("name",)),
        # The words of a name that is not written in full, or that no name has, are words.
        ("Remote work is easy.", "Distant work is easy.", ()),
        ("Sites move first.", "Places move first.", ()),
    ],
)
def test_known_names_are_told_at_the_beginning_of_a_sentence(before, after, reasons):
    names = ["Barcelona", "Shanghai", "Remote Help", "Self Service"]
    assert proposal_of({"body": before}, {"body": after}, names).reasons == reasons


def test_overruling_holds_while_another_sentence_is_typed():
    def key(text):
        return proposal_of({"body": "Call us."}, {"body": f"Call us. {text}"}).key

    assert key("Bring your badge") == key("Bring your badge and wait at reception")
    assert key("Bring your badge") != key("Bring your badge. Wait at reception.")
