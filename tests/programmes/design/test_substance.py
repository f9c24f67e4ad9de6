"""What a translation has to keep, and what it may write in its own way."""

import pytest

from programmes.design.substance import dates_written, lost_in, numbers_in


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("From 8 am to 5 pm at reception", "Von 8 bis 17 am Empfang"),
        ("From 8:00 to 17:00 at reception", "Von 8 bis 17 am Empfang"),
        ("Room 12 at the plant", "Raum 12 am Werk"),
        ("Gate 14 on Monday", "Tor 14 am Montag"),
        ("At 2 pm", "午後2時"),
        ("At 2 pm", "الساعة 2 مساءً"),
        ("At 2:30 PM", "à 14 h 30"),
        ("At 2:30 pm", "a las 2:30 p. m."),
        ("At 14:00", "午後2時"),
        ("At 12 am", "um 0:00 Uhr"),
        ("From 2 pm to 10 pm", "De 14h00 à 22h"),
        ("It costs 10.00 €", "Es kostet 10,00 €"),
        ("It costs 10.00 €", "Es kostet 10 €"),
        ("It costs 1,270.00 €", "Es kostet 1.270,00 €"),
    ],
)
def test_a_language_writes_numbers_in_its_own_way(english: str, text: str) -> None:
    assert lost_in(english, text) == ""


@pytest.mark.parametrize(
    ("english", "text", "lost"),
    [
        ("At 2 pm", "um 15 Uhr", "2 pm"),
        ("At 14:00", "um 13:00", "14:00"),
        ("Dial 14", "Wählen Sie 2", "14"),
        ("Room 2, 14:00", "Raum 2", "14:00"),
        ("It costs 10.00 €", "Es kostet 1,00 €", "10.00"),
    ],
)
def test_another_number_is_none(english: str, text: str, lost: str) -> None:
    assert lost_in(english, text) == lost


def test_dates_have_whole_months_or_their_usual_abbreviations() -> None:
    text = "On 5 May, Sept 12 and 3rd of June: 12 marketing teams, 10 decisions, 4 junctions."
    assert [day for _written, day in dates_written(text)] == [(5, 5), (12, 9), (3, 6)]


def test_hours_of_english_are_told_apart() -> None:
    assert numbers_in("10 pm") == numbers_in("22:00")
    assert numbers_in("8 am") != numbers_in("8 pm")
