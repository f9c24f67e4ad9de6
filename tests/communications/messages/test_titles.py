import pytest

from communications.approvals.services.approval import ask
from communications.messages.models.message import without_placeholders
from programmes.templatetags.looks import with_chips
from tests.communications.making import make_message


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Your desk opens on {{ go_live_date }}", "Your desk opens on ‹go-live date›"),
        ("{{ site }}: help day and night", "Help day and night"),
        ("{{ site }} : de l’aide jour et nuit", "De l’aide jour et nuit"),
        ("{{site}}：日夜支持", "日夜支持"),
        ("{{ first_name }}, this is for you", "‹first name›, this is for you"),
        ("Invitation: {{ event_title }}", "Invitation: One IT Day"),
        ("{{ event_title }}: come and see", "One IT Day: come and see"),
    ],
)
def test_title_says_what_everybody_reads(subject, title):
    assert without_placeholders(subject, "One IT Day") == title


def test_a_page_shows_the_name_of_a_placeholder_as_a_chip():
    shown = with_chips("<b> on ‹go-live date›")
    assert shown == '&lt;b&gt; on <span class="ol-ph">go-live date</span>'


def test_lists_the_plan_decisions_and_find_show_the_chip_and_never_dots(cast, as_user, now):
    subject = "What changes for you on {{ go_live_date }}"
    message = make_message(cast, now, texts={"en": (subject, "It changes.")})
    ask(message, cast.ines, now)
    chip = 'What changes for you on <span class="ol-ph">go-live date</span>'
    reads = {
        cast.ines: ["messages/", f"messages/{message.pk}/", "plan/?view=list", "audit/"],
        cast.claire: ["decisions/", "find/?q=changes", "overview/"],
    }
    for user, paths in reads.items():
        client = as_user(user)
        for path in paths:
            page = client.get(f"/p/one-it/{path}").content.decode()
            assert chip in page, path
            assert "for you on …" not in page, path
