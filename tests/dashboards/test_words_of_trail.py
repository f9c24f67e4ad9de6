"""The audit trail says in words what its rows hold as keys."""

import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.admin import site
from django.utils.translation import override

from communications.dispatches.services.in_doubt import confirm, note
from communications.models import Act, Channel
from events.models import Event
from events.services.checkin import check_in, undo
from programmes.models import SupportContact
from programmes.services.trail import recorded, write_entry
from stakeholders.accounts.services.account import drop_second_factor
from stakeholders.admin.trail import TrailAdmin
from stakeholders.models import User
from stakeholders.people.services.optout import opt_in, opt_out
from stakeholders.people.services.person import choose_language
from tests import factories
from tests.communications.making import make_message
from tests.events.making import make_event, seat
from tests.factories import ProgrammeFactory

AUDIT = "/p/one-it/audit/"


@pytest.fixture
def read(cast, as_user):
    """Return a function that gives the entries that the auditor reads in a language."""

    def lines(language):
        User.objects.filter(pk=cast.dora.pk).update(language=language)
        return as_user(User.objects.get(pk=cast.dora.pk)).get("/audit/").context["lines"]

    return lines


@pytest.fixture
def in_admin():
    """Return a function that gives what the administration says of the latest entry."""

    def words(language):
        page, entry = TrailAdmin(LogEntry, site), LogEntry.objects.latest("pk")
        with override(language):
            return page.about(entry), page.changed(entry)

    return words


@pytest.mark.parametrize(("language", "word"), [("en", "opt-out"), ("fr", "désabonnement")])
def test_opting_out_and_in_is_named(cast, now, read, in_admin, language, word):
    opt_out(cast.people[0], cast.programme, now)
    opt_in(cast.people[0], cast.programme, now)
    assert [line.changes for line in read(language)] == [
        [(word, "One IT", "")],
        [(word, "", "One IT")],
    ]
    assert in_admin(language)[1] == word


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Chat: In doubt"), ("fr", "Chat\N{NO-BREAK SPACE}: Incertain")],
)
def test_a_post_is_named_with_its_state_in_words(cast, now, read, in_admin, language, said):
    channel = Channel.objects.create(
        programme=cast.programme, name="Chat", kind=Channel.Kind.BY_HAND, language="es"
    )
    sending = make_message(cast, now).dispatches.create(started_at=now)
    post = sending.posts.create(channel=channel, state="in_doubt", due_at=now, latest_at=now)
    note(post, Act.BY_HAND, cast.ines, now)
    assert [line.about for line in read(language)] == [said]
    assert in_admin(language)[0] == said


def test_a_check_in_that_was_undone_is_told(cast, now, read, in_admin):
    event = make_event(cast, now)
    [registration] = seat(event, now)
    undo(check_in(registration, cast.ines, now).check_in, cast.ines, now)
    [line] = read("fr")
    assert line.changes == [("entrée", "mar. 24 nov. 2026, 10:20 UTC", "")]
    assert in_admin("fr")[1] == "entrée"


def test_a_check_in_of_another_programme_stays_there(cast, now, as_user):
    event = make_event(cast, now)
    [registration] = seat(event, now)
    undo(check_in(registration, cast.ines, now).check_in, cast.ines, now)
    assert len(as_user(cast.ines).get(AUDIT).context["lines"]) == 1
    Event.objects.update(programme=ProgrammeFactory())
    assert as_user(cast.ines).get(AUDIT).context["lines"] == []


def test_a_lost_second_factor_is_told_in_words(cast, now, read, in_admin):
    Authenticator.objects.create(user=cast.rosa, type=Authenticator.Type.TOTP, data={})
    drop_second_factor(cast.rosa, cast.ines, now)
    assert read("fr")[0].changes == [("Second facteur", "Activé", "")]
    assert in_admin("fr")[1] == "Second facteur"


def test_languages_are_named(cast, now, read):
    choose_language(cast.people[0], "fr", cast.ines, now)
    assert read("fr")[0].changes == [("langue", "espagnol", "français")]


def test_a_post_is_named_with_the_state_that_it_got(cast, now, read):
    channel = Channel.objects.create(
        programme=cast.programme, name="Chat", kind=Channel.Kind.BY_HAND, language="es"
    )
    sending = make_message(cast, now).dispatches.create(started_at=now)
    post = sending.posts.create(channel=channel, state="in_doubt", due_at=now, latest_at=now)
    assert confirm(post, Act.POSTED, cast.ines, now)
    assert [line.about for line in read("en")] == ["Chat: Sent"]


def test_rows_choices_and_numbers_are_told_in_words(cast, now, read):
    contact = SupportContact(programme=cast.programme, site=cast.barcelona, phone="5050")
    with recorded(contact, cast.ines, now):
        contact.save()
    impact = factories.ImpactFactory(programme=cast.programme)
    write_entry(impact, LogEntry.Action.UPDATE, cast.ines, now, {"severity": ["3", "4"]})
    objective = factories.ObjectiveFactory(programme=cast.programme)
    write_entry(objective, LogEntry.Action.UPDATE, None, now, {"value": ["2310.00", "2310.50"]})
    value, severity, site_of = read("en")
    assert (value.who, value.changes) == ("The system", [("current value", "2,310", "2,310.5")])
    assert severity.changes == [("severity", "high", "very high")]
    assert ("site", "", "Barcelona") in site_of.changes


def test_who_opted_out_by_their_link_is_told_from_the_system(cast, now, read):
    opt_out(cast.people[0], cast.programme, now)
    assert [line.who for line in read("en")] == ["The person, using their own link"]
