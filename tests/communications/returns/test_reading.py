"""What is read in mails that come back: as servers write them, broken, and hostile."""

import time

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from communications.mailroom.channels.bounce import Kind, read_return
from communications.mailroom.channels.verdict import Blame, blame_of, words_of
from communications.mailroom.channels.verp import return_path
from tests.communications.returns.reports import away, exchange, forwarded, gmail, postfix
from tests.examples import examples

ANA = "ana@onelift.example"


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"


@pytest.mark.parametrize(
    ("write", "blame", "code"),
    [
        (postfix, Blame.ADDRESS, "5.1.1"),
        (exchange, Blame.ADDRESS, "5.1.10"),
        (gmail, Blame.MAILBOX, "5.2.2"),
    ],
)
def test_reports_of_several_servers_name_delivery_address_and_fault(write, blame, code):
    returned = read_return(write(return_path(7), ANA))
    assert (returned.kind, returned.delivery) == (Kind.REPORT, 7)
    (failed,) = returned.failed
    assert failed.addresses == {ANA}
    assert (failed.blame, failed.code) == (blame, code)
    assert failed.reply.startswith("55")


@pytest.mark.parametrize("write", [postfix, exchange, gmail])
def test_a_forged_path_proves_nothing(write):
    path = return_path(7)
    forged = path.replace("-", "-b").replace("@", "", 1)[:-1]
    for other in (forged, "bounces@onelift.example", path[:-20] + "@onelift.example", ""):
        assert read_return(write(other, ANA)).delivery is None


def test_a_report_that_names_two_paths_proves_neither():
    both = f"{return_path(7)}, {return_path(8)}"
    assert read_return(postfix(both, ANA)).delivery is None


def test_paths_in_the_text_and_in_the_mail_inside_prove_nothing():
    inside = f"X-Original-To: {return_path(7)}\nTo: {return_path(7)}"
    assert read_return(postfix("bounces@onelift.example", ANA, behind=inside)).delivery is None


def test_answers_of_machines_and_forwarded_reports_are_no_reports():
    path = return_path(7)
    assert read_return(away(path)).kind is Kind.AUTO_REPLY
    assert read_return(forwarded(path, ANA)).kind is Kind.OTHER
    assert read_return(f"To: {path}\n\n550 5.1.1 you are bad".encode()).kind is Kind.OTHER


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", "Delayed (1)"])
def test_what_is_still_tried_or_was_handed_on_has_not_failed(action):
    returned = read_return(postfix(return_path(7), ANA, "4.4.7", "451 later", action))
    assert (returned.kind, returned.failed) == (Kind.PASSING, ())


@pytest.mark.parametrize(
    ("status", "reply", "blame"),
    [
        ("5.1.1", "", Blame.ADDRESS),
        ("5.1.2", "550 no such host", Blame.ADDRESS),
        ("5.2.1", "", Blame.ADDRESS),
        ("5.0.0", "smtp; 550 5.1.1 unknown", Blame.ADDRESS),
        ("", "smtp; 550-5.1.1 unknown", Blame.ADDRESS),
        ("5.2.2", "", Blame.MAILBOX),
        ("4.2.2", "", Blame.MAILBOX),
        ("4.1.1", "450 4.1.1 unknown for now", Blame.MAILBOX),
        ("5.1.0", "", Blame.MAILBOX),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", Blame.MAILBOX),
        ("5.0.0", "smtp; 550 mailbox unavailable", Blame.MAILBOX),
        ("5.0.0", "smtp; 552 too much", Blame.MAILBOX),
        ("5.7.1", "554 5.7.1 blocked by a list", Blame.MAIL),
        ("4.7.1", "451 4.7.1 slow down", Blame.MAIL),
        ("5.1.1", "550 5.7.1 blocked by a list", Blame.MAIL),
        ("5.7.1", "550 5.1.1 unknown", Blame.MAIL),
        ("4.4.7", "expired", Blame.MAIL),
        ("5.4.4", "", Blame.MAIL),
        ("5.3.4", "too big", Blame.MAIL),
        ("5.2.3", "", Blame.MAIL),
        ("5.1.8", "sender refused", Blame.MAIL),
        ("5.6.0", "", Blame.MAIL),
        ("5.0.0", "smtp; 554 transaction failed", Blame.MAIL),
        ("5.0.0", "host 5.1.1.2 said no", Blame.MAIL),
        ("2.1.5", "250 delivered", Blame.MAIL),
        ("", "", Blame.MAIL),
        ("nonsense", "5.1", Blame.MAIL),
    ],
)
def test_only_codes_about_the_address_condemn_it(status, reply, blame):
    assert blame_of(status, reply)[0] is blame


def test_a_reason_is_told_in_words():
    assert words_of("5.1.1 550 nobody") == "There is no such mailbox"
    assert words_of("452 4.2.2 full") == "The mailbox is full"
    assert words_of("5.1.99") == "The mailbox rejected several emails"


def test_a_mail_of_ten_megabytes_is_read_at_its_beginning():
    behind = "\n" + ("x" * 76 + "\n") * 140_000
    raw = postfix(return_path(7), ANA, behind=behind)
    assert len(raw) > 10_000_000
    assert read_return(raw).delivery == 7
    assert read_return(raw[::-1]).kind is Kind.OTHER


def test_a_report_cut_anywhere_is_read_or_not_and_never_an_error():
    raw = postfix(return_path(7), ANA)
    for end in range(0, len(raw), 7):
        assert read_return(raw[:end]).delivery in (None, 7)
    cut = read_return(raw[: raw.index(b"--4F2A1.1764000000/relay.example--")])
    assert cut == read_return(raw)


def test_boxes_in_boxes_cost_no_time():
    begun = time.process_time()
    for levels in (40, 5_000):
        parts = "".join(
            f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels)
        )
        assert read_return((parts + "x\n" * 50_000).encode()).kind is Kind.OTHER
    assert time.process_time() - begun < 10


@limits(max_examples=examples(150))
@given(raw=st.binary(max_size=3000))
def test_no_bytes_are_an_error(raw):
    assert read_return(raw).delivery is None


@limits(max_examples=examples(150))
@given(data=st.data())
def test_no_damage_to_a_report_is_an_error_or_names_another(data):
    write = data.draw(st.sampled_from([postfix, exchange, gmail]))
    raw = bytearray(write(return_path(7), ANA))
    for _damage in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(raw) - 1))
        end = min(len(raw), start + data.draw(st.integers(0, 60)))
        raw[start:end] = data.draw(st.binary(max_size=60))
        raw = raw or bytearray(b"x")
    assert read_return(bytes(raw)).delivery in (None, 7)
