"""What a provider's program tells: only with its signature, and only about mails of ours."""

import hashlib
import hmac
import json

import pytest

from communications.mailroom.channels.verp import return_path
from communications.models import Bounce, Delivery, State
from stakeholders.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "a secret that a provider knows too"


@pytest.fixture
def tell(settings, client):
    """Return a function that posts an event as a provider does; ``key`` is what it signs with."""
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"
    settings.BOUNCE_WEBHOOK_SECRET = SECRET

    def post(event, key=SECRET, prefix=""):
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signature = prefix + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-OneLift-Signature": signature}
        return client.post("/hooks/bounces/", body, "application/json", headers=headers)

    return post


@pytest.fixture
def row(cast, tell, told):
    return told()[cast.people[0].pk]


def event_of(row, **more):
    said = {"status": "5.1.1", "reply": "550 5.1.1 nobody", "recipient": row.address}
    return {"return_path": return_path(row.pk), **said, **more}


@pytest.mark.parametrize("prefix", ["", "sha256="])
def test_an_event_counts_once_and_tells_nothing(row, tell, prefix):
    for _time in range(2):
        answer = tell(event_of(row), prefix=prefix)
        assert (answer.status_code, answer.content) == (204, b"")
    assert Bounce.objects.get().delivery == row
    assert Person.objects.with_bad_address().get() == row.person


def test_a_message_id_names_a_mail_as_well(row, tell):
    wrong = row.message_id.replace(row.message_id[1:5], "0000")
    for named in (wrong, "<nonsense>", f"<{row.pk}@onelift.example>"):
        assert tell(event_of(row, return_path="", message_id=named)).status_code == 204
    assert not Bounce.objects.exists()
    assert tell(event_of(row, return_path="", message_id=row.message_id)).status_code == 204
    assert Bounce.objects.get().delivery == row


def test_without_the_signature_it_is_not_there(row, tell, settings, client):
    event = event_of(row)
    assert tell(event, key="guessed").status_code == 404
    assert client.post("/hooks/bounces/", event, "application/json").status_code == 404
    headers = {"X-OneLift-Signature": "é"}
    assert (
        client.post("/hooks/bounces/", b"{}", "application/json", headers=headers).status_code
        == 404
    )
    settings.BOUNCE_WEBHOOK_SECRET = ""
    assert tell(event, key="").status_code == 404
    assert not Bounce.objects.exists()


def test_forged_names_and_other_recipients_do_nothing_and_tell_nothing(row, tell):
    path = return_path(row.pk + 1)
    forged = path[: path.index("-")] + return_path(row.pk)[path.index("-") :]
    for change in (
        {"return_path": forged},
        {"recipient": "somebody@else.example"},
        {"recipient": "no address"},
        {"return_path": f"{return_path(row.pk)} {return_path(row.pk + 1)}"},
    ):
        answer = tell(event_of(row, **change))
        assert (answer.status_code, answer.content) == (204, b"")
    assert not Bounce.objects.exists()


@pytest.mark.parametrize(
    "event", [b"", b"[]", b"no json", b"[" * 100_000, b"{}", b'{"recipient": "a@b.example"}']
)
def test_what_is_no_event_is_told_to_the_provider(row, tell, event):
    assert tell(event).status_code == 400


def test_an_outcome_that_is_not_written_yet_is_to_be_told_again(row, tell):
    Delivery.objects.filter(pk=row.pk).update(state=State.SENDING)
    answer = tell(event_of(row))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not Bounce.objects.exists()


def test_half_a_character_is_read_as_one_that_is_unknown(row, tell):
    half = b'"\\ud800"'
    for name in ("recipient", "reply", "status", "message_id", "return_path"):
        event = json.dumps({**event_of(row), name: "HERE"}).encode().replace(b'"HERE"', half)
        assert tell(event).status_code in (204, 400), name
    Bounce.objects.all().delete()
    said = json.dumps(event_of(row, reply="550 HERE")).encode().replace(b"HERE", b"\\ud800")
    assert tell(said).status_code == 204
    assert Bounce.objects.get().reply == "550 ?"
