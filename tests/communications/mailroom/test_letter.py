"""No name, subject or address of somebody else becomes a header; every mail client can read it."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.mailroom.channels import ChannelError, Outcome
from communications.mailroom.channels.letter import clean
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from tests.examples import examples

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20
EXPECTED = [
    *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
    *("X-OneLift-Dispatch", "MIME-Version", "Content-Type"),
]
LETTER = Letter(
    message_id="<7f0c.1.2@onelift.example>",
    date=datetime(2026, 11, 9, 8, 30, tzinfo=UTC),
    sender_name="One IT",
    sender_address="onelift@onelift.example",
    recipient_name="Ana Lefèvre",
    recipient_address="ana@onelift.example",
    language="pt-br",
    subject="Seu novo suporte de TI começa em 9 de novembro",
    text="Olá Ana\n",
    html='<p>Olá Ana</p><img src="cid:logo">',
    headers={"X-OneLift-Dispatch": "12.1"},
)
HOSTILE = [
    "a\r\nBcc: eve@evil.example",
    "a\nBcc: eve@evil.example",
    "a\rBcc: eve@evil.example\r\r",
    "a\u2028Bcc: eve@evil.example\u2029\x85b",
    "a\x00b\x0bc\x0cd\x1ce",
    "a\r\n\r\n<html>body",
    '"Doe, John" <eve@evil.example>',
    "Doe, John; eve@evil.example, x@y.example: z",
    'back\\slash "quoted\\"',
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    "😀👩‍👩‍👧‍👦 " * 40,
    "x" * 5000,
    "Doe, John " * 200,
    "é, " * 700,
    "王小明",
    "محمد",
    "\ud800 half",
    "",
    " ",
]


def read(mail):
    return email.message_from_bytes(mail, policy=email.policy.default)


def name_in(mail, header):
    """Return a display name; the newer parser puts spaces between the encoded words of one."""
    field = email.message_from_bytes(mail)[header]
    name, _address = parseaddr("".join(field.splitlines()))
    return str(make_header(decode_header(name)))


def check(mail):
    """Assert what holds of every mail, whatever it was made from."""
    assert mail.isascii()
    assert mail.count(b"\r\n") == mail.count(b"\n") == mail.count(b"\r")
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    message = read(mail)
    assert list(message.keys()) == EXPECTED
    assert len(message["To"].addresses) == len(message["From"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == LETTER.recipient_address
    assert message["From"].addresses[0].addr_spec == LETTER.sender_address
    return message


def test_a_letter_reads_as_it_was_written():
    message = check(build(LETTER))
    assert message["Subject"] == LETTER.subject
    assert message["To"].addresses[0].display_name == "Ana Lefèvre"
    assert message["Message-ID"] == LETTER.message_id
    assert message["Date"].datetime == LETTER.date
    assert message["Content-Language"] == "pt-br"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-OneLift-Dispatch"] == "12.1"
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(["plain"]).get_content().split() == ["Olá", "Ana"]
    assert message.get_body(["html"]).get_content().rstrip() == LETTER.html


@pytest.mark.parametrize(("picture", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_images_travel_inside_the_page_as_what_they_are(picture, media_type):
    message = check(build(replace(LETTER, images={"logo": picture})))
    plain, related = message.iter_parts()
    assert plain.get_content_type() == "text/plain"
    page, image = related.iter_parts()
    assert (related.get_content_type(), page.get_content_type()) == (
        "multipart/related",
        "text/html",
    )
    assert image["Content-ID"] == "<logo>"
    assert image.get_content_disposition() == "inline"
    assert (image.get_content_type(), image.get_content()) == (media_type, picture)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_names_and_subjects_stay_values(value):
    letter = replace(LETTER, subject=value, sender_name=value, recipient_name=value)
    message = check(build(letter))
    assert message["Subject"] == clean(value)
    assert name_in(build(letter), "To") == name_in(build(letter), "From") == clean(value)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_of_further_headers_stay_values(value):
    letter = replace(LETTER, headers={"X-OneLift-Dispatch": value}, language=value)
    message = read(build(letter))
    assert list(message.keys()) == EXPECTED
    assert message["Bcc"] is None


@settings(max_examples=examples(150))
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_stays_a_value(name, body):
    letter = replace(LETTER, subject=name, recipient_name=name, text=body, html=body)
    message = check(build(letter))
    assert message["Subject"].split() == clean(name).split()


@pytest.mark.parametrize(
    "address", ["", "a", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "a b@c", '"a"@b']
)
def test_a_hostile_address_is_refused_for_good(address):
    with pytest.raises(ChannelError) as refused:
        build(replace(LETTER, recipient_address=address))
    assert refused.value.permanent


@pytest.mark.parametrize("name", ["To", "bcc", "Content-Type", "X Y", "X\r\nBcc", "X:", "", "é"])
def test_a_further_header_has_a_name_of_its_own(name):
    with pytest.raises(ValueError, match="further header"):
        build(replace(LETTER, headers={name: "x"}))


def test_a_long_link_in_a_header_is_not_touched():
    link = f"<https://onelift.example/stop/{'a' * 400}/>"
    mail = build(replace(LETTER, headers={"List-Unsubscribe": link}))
    assert f"List-Unsubscribe: {link}\r\n".encode() in mail


def test_an_international_address_is_written_as_it_is():
    mail = build(replace(LETTER, recipient_address="žofie@münchen.example"))
    assert "<žofie@xn--mnchen-3ya.example>\r\n".encode() in mail


def test_the_same_letter_gives_the_same_bytes():
    assert build(LETTER) == build(replace(LETTER))


@pytest.mark.parametrize(
    "text", ["é", "新的支持 " * 900, "=_onelift_alt\n--=_onelift_alt--\n", "a=3D \n \n", ""]
)
def test_a_text_arrives_whole_in_either_encoding(text):
    message = check(build(replace(LETTER, text=text, html=text, images={"logo": PNG})))
    for kind in ("plain", "html"):
        got = message.get_body([kind]).get_content().replace("\r\n", "\n")
        assert got.removesuffix("\n") == text.removesuffix("\n")


def test_a_content_id_cannot_break_its_header():
    with pytest.raises(ValueError, match="content id"):
        build(replace(LETTER, images={"logo>\r\nX: y": PNG}))


def test_long_lines_and_controls_of_a_body_are_tamed():
    text = "\x00\x08" + "w" * 5000 + "\r\n.\r\nMAIL FROM:<x@y>\ud800"
    message = check(build(replace(LETTER, text=text, html=text)))
    assert "w" * 5000 in message.get_body(["plain"]).get_content()


@pytest.mark.parametrize("value", HOSTILE)
def test_what_arrives_is_what_was_written(relay, value):
    letter = replace(LETTER, subject=value, recipient_name=value, text=f"{value}\n.\nEnd")
    with Relay(RelayConfig.from_settings()) as connection:
        sent = connection.send(
            letter.sender_address, letter.recipient_address, build(letter), lambda: True
        )
    assert sent.outcome is Outcome.SENT
    (accept,) = relay.accepts
    assert (accept.message_id, accept.dispatch) == (letter.message_id, "12.1")
    assert (accept.language, accept.recipient) == ("pt-br", letter.recipient_address)
    assert accept.message["Subject"] == clean(value)
    assert accept.message.get_body(["plain"]).get_content().split()[-2:] == [".", "End"]
