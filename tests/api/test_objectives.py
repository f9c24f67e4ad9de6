"""What other systems ask and send: objectives and their values."""

from datetime import timedelta
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.test import Client

from onelift.api.tokens import CALLS, WRONG_TOKENS
from programmes.models import ApiToken, ObjectiveValue
from programmes.services.token import make_token, revoke_token
from stakeholders.models import Role, User
from tests.clock import NOW
from tests.factories import ObjectiveFactory, ProgrammeFactory, StreamFactory

ROOT = "/api/v1/objectives/"
ALL = ("objectives.read", "objectives.write")


@pytest.fixture
def calls(cast):
    desk = StreamFactory(programme=cast.programme, name="Desk")
    return ObjectiveFactory(programme=cast.programme, stream=desk, name="Calls answered")


@pytest.fixture
def today():
    return NOW.date()


def token_for(cast, rights=ALL, user=None, programme=None):
    until = NOW + timedelta(days=30)
    given = programme or cast.programme, "Desk reports", list(rights), until, user or cast.ines
    return make_token(*given, NOW)


def client_with(secret) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


@pytest.fixture
def system(cast):
    return client_with(token_for(cast)[1])


def send(client, objective, **values):
    body = {"value": 71.5, "measured_on": str(NOW.date()), **values}
    return client.post(f"{ROOT}{objective.pk}/values/", body, content_type="application/json")


def test_objectives_are_listed_with_what_they_stand_at(cast, calls, system, today):
    send(system, calls)
    ObjectiveFactory(programme=ProgrammeFactory(slug="two"), name="Foreign")
    assert system.get(ROOT).json() == [
        {
            "id": calls.pk,
            "name": "Calls answered",
            "stream": "Desk",
            "measure": calls.measure,
            "unit": "%",
            "start_value": 0.0,
            "target_value": 80.0,
            "value": 71.5,
            "measured_on": str(today),
            "starts_on": "2026-11-01",
            "due_on": "2026-12-31",
            "computed_by": "",
        }
    ]


def test_a_value_is_sent_and_stands_in_history_and_trail(cast, calls, system, as_user):
    answer = send(system, calls, note="Weekly report")
    assert answer.status_code == 201
    row = ObjectiveValue.objects.get()
    assert answer.json()["id"] == row.pk
    assert (row.value, row.note, row.source) == (Decimal("71.5"), "Weekly report", "sent")
    assert (row.token, row.author) == (ApiToken.objects.get(), cast.ines)
    entry = LogEntry.objects.get(content_type__model="objective", object_id=calls.pk)
    assert (entry.actor, entry.changes["value"]) == (cast.ines, ["", "71.50"])
    assert entry.changes["token"] == ["", "Desk reports"]
    page = as_user(cast.claire).get(f"/p/one-it/people/streams/objectives/{calls.pk}/")
    assert "Desk reports" in page.content.decode()
    assert system.get(f"{ROOT}{calls.pk}/values/").json()[0]["value"] == 71.5


def test_what_is_sent_again_changes_nothing(calls, system, wait):
    first = send(system, calls)
    wait(seconds=1)
    again = send(system, calls)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert send(system, calls, value=72).status_code == 201


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": "many"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": 1.234}, "value"),
        ({"value": 10**10}, "value"),
        ({"value": None}, "value"),
        ({"value": "1_000"}, "value"),
        ({"value": "٧١"}, "value"),
        ({"measured_on": "30 Feb"}, "measured_on"),
        ({"measured_on": 1764201600}, "measured_on"),
        ({"measured_on": "0001-01-01"}, "measured_on"),
        ({"measured_on": "2099-01-01"}, "measured_on"),
        ({"note": "n" * 241}, "note"),
    ],
)
def test_what_is_wrong_is_said_by_field(calls, system, values, field):
    answer = send(system, calls, **values)
    assert answer.status_code == 422
    said = answer.json()
    assert field in said["fields"]
    assert said["error"]
    assert said["what_to_do"]
    assert not ObjectiveValue.objects.exists()


def test_an_objective_that_the_portal_measures_takes_no_values(calls, system):
    calls.computed_by = "people_live"
    calls.save()
    answer = send(system, calls)
    assert answer.status_code == 422
    assert "The portal measures this objective." in answer.json()["fields"]["value"][0]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b"[" * 5000])
def test_a_body_that_is_no_value_is_refused_as_json(calls, system, body):
    address = f"{ROOT}{calls.pk}/values/"
    answer = system.post(address, body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert {"error", "what_to_do"} <= set(answer.json())


def test_a_body_that_is_too_large_is_refused(calls, system):
    answer = send(system, calls, note="n" * 1_200_000)
    assert answer.status_code == 413
    assert answer.json() == {
        "error": "The call is larger than 1 MB.",
        "what_to_do": "Send less in one call.",
    }
    assert answer["Cache-Control"] == "no-store"
    assert not ObjectiveValue.objects.exists()


def test_a_larger_body_is_refused_as_json_wherever_programs_call(calls):
    for address in (f"{ROOT}{calls.pk}/values/", "/api/nothing/"):
        answer = Client().generic("POST", address, b"", CONTENT_LENGTH=str(2 * 1024 * 1024))
        assert (answer.status_code, set(answer.json())) == (413, {"error", "what_to_do"})


@pytest.mark.parametrize("pk", ["0", "-1", "9" * 30, "x", "1%00", "²"])
def test_what_is_not_there_is_said_as_json(cast, system, pk):
    answer = system.get(f"{ROOT}{pk}/values/")
    assert answer.status_code == 404
    assert answer.json()["what_to_do"]


def test_a_token_opens_its_programme_alone(cast, calls, system):
    foreign = ObjectiveFactory(programme=ProgrammeFactory(slug="two"))
    assert send(system, foreign).status_code == 404
    assert system.get(f"{ROOT}{foreign.pk}/values/").status_code == 404
    assert not ObjectiveValue.objects.exists()


def test_a_token_opens_what_it_names_alone(cast, calls):
    reader = client_with(token_for(cast, ["objectives.read"])[1])
    writer = client_with(token_for(cast, ["objectives.write"])[1])
    assert reader.get(ROOT).status_code == 200
    refused = send(reader, calls)
    assert refused.status_code == 403
    assert "objectives.write" in refused.json()["error"]
    assert not ObjectiveValue.objects.exists()
    assert writer.get(ROOT).status_code == 403
    assert send(writer, calls).status_code == 201


def test_nothing_opens_without_a_token(cast, calls, as_user):
    token, secret = token_for(cast)
    signed_in = as_user(cast.ines)
    wrong = client_with(secret[:-1])
    unlike = Client(headers={"authorization": f"Basic {secret}"})
    for client in (Client(), signed_in, wrong, unlike):
        for answer in (client.get(ROOT), send(client, calls)):
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == "Bearer"
            assert "Bearer TOKEN" in answer.json()["what_to_do"]
    assert client_with(secret).get(ROOT).status_code == 200
    revoke_token(token, cast.ines, NOW)
    assert client_with(secret).get(ROOT).status_code == 401
    assert not ObjectiveValue.objects.exists()


def test_a_token_ends_with_its_time_and_with_the_role_of_who_made_it(cast):
    token, secret = token_for(cast)
    client = client_with(secret)
    role = Role.objects.get(user=cast.ines)
    role.kind = Role.Kind.COMMUNICATION_TEAM
    role.save()
    assert client.get(ROOT).status_code == 401
    role.kind = Role.Kind.PROGRAMME_MANAGER
    role.save()
    assert client.get(ROOT).status_code == 200
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    assert client.get(ROOT).status_code == 401
    User.objects.filter(pk=cast.ines.pk).update(is_active=True)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=NOW - timedelta(seconds=1))
    assert client.get(ROOT).status_code == 401


def test_an_administrators_token_works(cast):
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    assert client_with(token_for(cast, user=ada)[1]).get(ROOT).status_code == 200


def test_the_last_use_is_noted(cast, system):
    system.get(ROOT)
    used_at = ApiToken.objects.get().used_at
    assert used_at is not None
    assert abs(NOW - used_at) < timedelta(minutes=1)


def test_too_many_calls_are_told_to_wait_and_other_tokens_go_on(cast, system):
    for _ in range(CALLS.most):
        assert system.get(ROOT).status_code == 200
    answer = system.get(ROOT)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= CALLS.seconds
    assert "Try again in" in answer.json()["what_to_do"]
    assert client_with(token_for(cast)[1]).get(ROOT).status_code == 200


def test_guesses_become_slow_and_shut_no_token_out(cast, system):
    guesser = client_with("onelift_guess")
    for _ in range(WRONG_TOKENS.most):
        assert guesser.get(ROOT).status_code == 401
    assert guesser.get(ROOT).status_code == 429
    assert system.get(ROOT).status_code == 200


def test_the_document_names_each_operation_and_is_for_managers(cast, as_user):
    address = "/p/one-it/setup/tokens/openapi.json"
    document = as_user(cast.ines).get(address).json()
    assert set(document["paths"]) == {ROOT, f"{ROOT}{{pk}}/values/"}
    assert document["components"]["securitySchemes"]["TokenAuth"]["scheme"] == "bearer"
    assert as_user(cast.claire).get(address).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries(cast, system, count, django_assert_num_queries):
    for n in range(count):
        stream = StreamFactory(programme=cast.programme, name=f"Stream {n}")
        ObjectiveFactory(programme=cast.programme, stream=stream)
    system.get(ROOT)
    with django_assert_num_queries(8):
        assert len(system.get(ROOT).json()) == count


def test_no_answer_is_kept_by_caches(calls, system):
    assert "no-store" in system.get(ROOT)["Cache-Control"]


@pytest.mark.parametrize("who", ["system", "stranger"])
def test_a_wrong_method_is_refused_in_json_with_the_right_ones(request, cast, calls, who):
    client = request.getfixturevalue("system") if who == "system" else Client()
    answer = client.delete(ROOT)
    assert (answer.status_code, answer["Allow"], answer["Cache-Control"]) == (
        405,
        "GET",
        "no-store",
    )
    assert answer.json() == {
        "error": "This address does not take DELETE.",
        "what_to_do": "See the OpenAPI document under Settings, API tokens.",
    }
    allowed = client.delete(f"{ROOT}{calls.pk}/values/")["Allow"]
    assert set(allowed.split(", ")) == {"GET", "POST"}
