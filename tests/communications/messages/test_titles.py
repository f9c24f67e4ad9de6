import pytest

from communications.messages.models.message import without_placeholders


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Your desk opens on {{ go_live_date }}", "Your desk opens on …"),
        ("{{ site }}: help day and night", "Help day and night"),
        ("{{ site }} : de l’aide jour et nuit", "De l’aide jour et nuit"),
        ("{{site}}：日夜支持", "日夜支持"),
        ("{{ first_name }}, this is for you", "…, this is for you"),
        ("Invitation: {{ event_title }}", "Invitation: One IT Day"),
        ("{{ event_title }}: come and see", "One IT Day: come and see"),
    ],
)
def test_title_says_what_everybody_reads(subject, title):
    assert without_placeholders(subject, "One IT Day") == title
