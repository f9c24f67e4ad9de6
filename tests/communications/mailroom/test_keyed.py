"""What is out already, such as links in mails, must stay the same and stay honoured."""

from types import SimpleNamespace

import pytest

from communications.dispatches.services.link import token_of as personal_token
from communications.groups.queries.feed import feed_token
from communications.groups.services.post_sending import key_of as post_key
from communications.kits.queries.kit_link import token_of as kit_token
from communications.mailroom.channels.keyed import is_honoured, keyed_token, tokens_honoured
from communications.mailroom.channels.verp import return_path
from communications.mailroom.services.identity import message_id_of
from events.queries.ticket import token_of as ticket_token
from feedback.queries.mark import mark_of
from programmes.queries.key import fingerprint_of

FIRST, SECOND = "k" * 50, "s" * 50
SEVEN = SimpleNamespace(pk=7)


@pytest.fixture(autouse=True)
def first_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = FIRST, []
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"


def test_what_is_out_stays_as_it_was_made():
    """Computed by release 0.1.0."""
    ticket = SimpleNamespace(code="ABCD2345", ticket_hash="")
    assert return_path(7) == "bounces+h-qbtaf5momrtx3bldxogf5ap6@onelift.example"
    assert message_id_of(SEVEN).startswith("<7886ffbda45a.7@")
    assert post_key(SEVEN) == "c91e96690107.7"
    assert feed_token(7) == "iqgjae5b4alidxvcnlwvmlgx55qq4ply"
    kit = kit_token(SimpleNamespace(nonce="a" * 16))
    assert kit == "a" * 16 + "x75e4jlgpqkw76br565ilitog6go73ou"
    assert ticket_token(ticket) == "fzel25x7itqhven6m4htld4q364v3p6c"
    assert personal_token(SEVEN, "survey") == "khr4nbicjy37blgpbzzgkxjizvpa2djy"
    mark = mark_of("t" * 32, fingerprint_of(FIRST))
    assert str(mark) == "5db555e6-61b9-5b9c-5051-ffb4932899df"


def test_a_token_is_honoured_as_long_as_its_key_is_a_fallback(settings):
    made = keyed_token("feeds", "7")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECOND, [FIRST]
    assert [*tokens_honoured("feeds", "7")] == [keyed_token("feeds", "7"), made]
    assert is_honoured("feeds", "7", made)
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_honoured("feeds", "7", made)


@pytest.mark.parametrize(("use", "text"), [("kits", "7"), ("feeds", "8")])
def test_a_token_proves_one_text_for_one_use(use, text):
    assert not is_honoured(use, text, keyed_token("feeds", "7"))
    assert not is_honoured(use, text, "é")
