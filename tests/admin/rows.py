"""A row of each table of the admin, with relations of its own: the worst case for queries."""

from datetime import timedelta
from decimal import Decimal

import pycountry
from auditlog.models import LogEntry
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as Deed
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from communications.models import (
    Approval,
    Bounce,
    Channel,
    ChannelState,
    Delivery,
    Dispatch,
    Heartbeat,
    KitDownload,
    KitFile,
    KitLink,
    Message,
    Notice,
    Post,
    Question,
    Watermark,
)
from events.models import CheckIn, Event, EventMail, Registration
from feedback.models import Edition, Need, NeedMail, Survey
from programmes.models import Site, StreamUpdate, SupportContact, TextState
from programmes.models.stream import week_of
from programmes.services.token import make_token
from programmes.services.value import Bringer, NewValue, record_value
from stakeholders.accounts.services.delegation import Absence, name_delegate
from stakeholders.models import (
    AudienceException,
    EnglishReaders,
    ImportEntry,
    ImportMapping,
    ImportRun,
    OptOut,
    Persona,
    Role,
    User,
)
from tests import factories
from tests.clock import NOW


def user(n):
    return User.objects.create_user(f"user{n}@onelift.example", first_name=f"User {n}")


def wave(n):
    return factories.WaveFactory(sites=[factories.SiteFactory()])


def site(n):
    return factories.SiteFactory()


def persona(n):
    programme = factories.ProgrammeFactory()
    return Persona.objects.create(programme=programme, slug=f"persona-{n}", name_en=f"Persona {n}")


def audience(n):
    followed = factories.AudienceFactory(name=f"Followed {n}", is_saved=True)
    values = {"name": f"Audience {n}", "is_saved": True, "follows": followed}
    made = factories.AudienceFactory(programme=followed.programme, **values)
    made.waves.add(wave(n))
    made.personas.add(persona(n))
    AudienceException.objects.create(audience=made, site=site(n))
    return made


def role(n):
    programme = factories.ProgrammeFactory()
    values = {"region": factories.RegionFactory(), "given_by": user(f"{n}-giver"), "given_at": NOW}
    kind = Role.Kind.REGIONAL_IT_MANAGER
    return Role.objects.create(user=user(n), programme=programme, kind=kind, **values)


def update(n):
    values = {"proposed": "on", "judgement": "on", "saved_at": NOW, "sent_at": NOW}
    return StreamUpdate.objects.create(
        stream=factories.StreamFactory(), week_on=week_of(NOW.date()), sent_by=user(n), **values
    )


def delegation(n):
    programme, principal = factories.ProgrammeFactory(), user(f"{n}-away")
    kinds = ((principal, Role.Kind.CIO), (user(n), Role.Kind.COMMUNICATION_TEAM))
    for one, kind in kinds:
        Role.objects.create(user=one, programme=programme, kind=kind)
    absence = Absence(NOW.date(), NOW.date() + timedelta(days=3), "UTC")
    return name_delegate(programme, principal, kinds[1][0], absence, NOW)


def text_state(n):
    about = persona(n)
    kind = ContentType.objects.get_for_model(about)
    values = {"source_fingerprint": "s", "text_fingerprint": "t", "changed_by": user(n)}
    return TextState.objects.create(content_type=kind, object_id=about.pk, language="fr", **values)


def message(n):
    of = factories.AudienceFactory()
    values = {"purpose": "Tell", "sender": "IT", "subject_en": f"Subject {n}", "body_en": "Hello"}
    values |= {"fixed_on": NOW.date(), "latest_hours": 24}
    return Message.objects.create(
        programme=of.programme, audience=of, written_by=user(f"{n}-writer"), **values
    )


def approval(n):
    values = {"asked_by": user(f"{n}-asker"), "asked_at": NOW, "decided_by": user(f"{n}-cio")}
    of = message(n)
    return Approval.objects.create(message=of, version=1, content={}, fingerprint="f", **values)


def question(n):
    values = {"asked_by": user(f"{n}-back"), "asked_at": NOW, "text": f"Why {n}?"}
    return Question.objects.create(approval=approval(n), answered_by=user(f"{n}-author"), **values)


def dispatch(n):
    return Dispatch.objects.create(message=message(n), started_at=NOW)


def delivery(n):
    person = factories.PersonFactory()
    when = {"due_at": NOW, "latest_at": NOW + timedelta(hours=24), "state": "sent"}
    return Delivery.objects.create(dispatch=dispatch(n), person=person, site=person.site, **when)


def bounce(n):
    said = {"kind": "hard", "code": "5.1.1", "reply": f"Nobody {n}", "received_at": NOW}
    returned = delivery(n)
    said |= {"dispatch": returned.dispatch, "site": returned.site}
    return Bounce.objects.create(delivery=returned, **said)


def notice(n):
    programme = factories.ProgrammeFactory()
    return Notice.objects.create(user=user(n), programme=programme, due_at=NOW)


def channel(n):
    values = {"kind": "slack", "language": "en", "address": "https://hooks.slack.com/T0ken"}
    programme = factories.ProgrammeFactory()
    made = Channel.objects.create(programme=programme, name=f"Chat {n}", secret="s3cret", **values)
    made.sites.add(site(n))
    made.regions.add(factories.RegionFactory())
    return made


def post(n):
    when = {"due_at": NOW, "latest_at": NOW + timedelta(hours=24), "state": "sent"}
    made = Post.objects.create(dispatch=dispatch(f"{n}-post"), channel=channel(f"{n}-post"), **when)
    made.sites.add(site(n))
    return made


def kit_file(n):
    place = wave(f"{n}-kit").wave_sites.get()
    return KitFile.objects.create(
        message=message(f"{n}-kit"), place=place, language="en", kind="poster", asked_at=NOW
    )


def kit_download(n):
    of = {"user": user(f"{n}-kit"), "wave": wave(n), "region": factories.RegionFactory()}
    return KitDownload.objects.create(**of, extent="all", at=NOW, files={"a.pdf": "0" * 64})


def kit_link(n):
    of = {"wave": wave(f"{n}-link"), "region": factories.RegionFactory(), "site": site(n)}
    made = {"made_by": user(f"{n}-link"), "made_at": NOW, "expires_at": NOW + timedelta(days=9)}
    return KitLink.objects.create(**of, **made, nonce=f"{n:0>16}")


def event(n):
    of = message(f"{n}-invitation")
    values = {"slug": f"event-{n}", "room": f"Room {n}", "capacity": 5, "title_en": f"Event {n}"}
    return Event.objects.create(
        programme=of.programme, invitation=of, site=site(n), held_on=NOW.date(), **values
    )


def registration(n):
    values = {"state": "going", "asked_at": NOW, "ticket_hash": f"hash {n}"}
    made = Registration.objects.create(event=event(n), person=factories.PersonFactory(), **values)
    CheckIn.objects.create(registration=made, at=NOW, by=user(f"{n}-host"))
    return made


def event_mail(n):
    return EventMail.objects.create(
        registration=registration(f"{n}-told"), kind="confirmed", occasion=1, due_at=NOW
    )


def need_mail(n):
    values = {"effect": "slows", "language": "en", "reported_at": NOW, "what": f"Need {n}"}
    programme, of = factories.ProgrammeFactory(), factories.SiteFactory()
    lacking = Need.objects.create(programme=programme, site=of, **values)
    return NeedMail.objects.create(need=lacking, kind="owner", user=user(f"{n}-owner"), due_at=NOW)


def survey(n):
    of = message(n)
    made = Survey.objects.create(programme=of.programme, name=f"Pulse {n}", invitation=of)
    made.questions.create(kind="choice", order=1, text_en="Which?").options.create(
        order=1, text_en="This"
    )
    return made


def edition(n):
    return Edition.objects.create(survey=survey(n), number=1, published_at=NOW, figures={"x": 41})


def english_readers(number):
    countries = sorted(one.alpha_2 for one in pycountry.countries)
    return EnglishReaders.objects.create(country=countries[number % len(countries)])


def opt_out(n):
    programme, person = factories.ProgrammeFactory(), factories.PersonFactory()
    return OptOut.objects.create(programme=programme, person=person, at=NOW)


def import_run(n):
    return ImportRun.objects.create(
        file_name=f"file{n}.csv", at=NOW, by=user(n), confirmed_by=user(f"{n}-confirms")
    )


def import_entry(n):
    values = {"name": f"Name {n}", "personnel_number": f"N{n}", "kind": "new"}
    return ImportEntry.objects.create(run=import_run(n), site=site(n), **values)


def deed(n):
    kind = ContentType.objects.get_for_model(Site)
    return Deed.objects.create(
        user=user(n), content_type=kind, object_id="1", object_repr=f"Site {n}", action_flag=CHANGE
    )


def trail(n):
    return LogEntry.objects.log_create(
        persona(n), force_log=True, action=1, changes={"name": ["a", "b"]}, actor=user(n)
    )


def objective_value(n):
    new = NewValue(Decimal(n), NOW.date(), "Counted")
    return record_value(factories.ObjectiveFactory(), new, Bringer(user(n)), NOW)


def api_token(n):
    until = NOW + timedelta(days=30)
    given = f"Token {n}", ["objectives.read"], until, user(n), NOW
    return make_token(factories.ProgrammeFactory(), *given)[0]


MAKERS = {
    "programmes.Programme": lambda n: factories.ProgrammeFactory(),
    "programmes.Region": lambda n: factories.RegionFactory(),
    "programmes.Site": site,
    "programmes.BusinessLine": lambda n: factories.BusinessLineFactory(),
    "programmes.Stream": lambda n: factories.StreamFactory(),
    "programmes.Member": lambda n: factories.MemberFactory(),
    "programmes.Milestone": lambda n: factories.MilestoneFactory(),
    "programmes.Objective": lambda n: factories.ObjectiveFactory(
        stream=(of := factories.StreamFactory()), programme=of.programme
    ),
    "programmes.ObjectiveValue": objective_value,
    "programmes.ApiToken": api_token,
    "programmes.StreamUpdate": update,
    "stakeholders.Delegation": delegation,
    "programmes.Wave": wave,
    "programmes.Service": lambda n: factories.ServiceFactory(
        stream=(of := factories.StreamFactory()), programme=of.programme
    ),
    "programmes.SupportContact": lambda n: SupportContact.objects.create(
        programme=factories.ProgrammeFactory(), site=site(n), phone="5050"
    ),
    "programmes.Blackout": lambda n: factories.BlackoutFactory(region=factories.RegionFactory()),
    "programmes.TextState": text_state,
    "stakeholders.Person": lambda n: factories.PersonFactory(),
    "stakeholders.Persona": persona,
    "stakeholders.Audience": audience,
    "stakeholders.EnglishReaders": english_readers,
    "stakeholders.OptOut": opt_out,
    "stakeholders.ImportRun": import_run,
    "stakeholders.ImportEntry": import_entry,
    "stakeholders.ImportMapping": lambda n: ImportMapping.objects.create(
        headings=f"a,b,{n}", at=NOW, by=user(n)
    ),
    "stakeholders.User": user,
    "stakeholders.Role": role,
    "auth.Group": lambda n: Group.objects.create(name=f"Group {n}"),
    "admin.LogEntry": deed,
    "auditlog.LogEntry": trail,
    "communications.Message": message,
    "communications.Approval": approval,
    "communications.Question": question,
    "communications.Dispatch": dispatch,
    "communications.Delivery": delivery,
    "communications.Bounce": bounce,
    "communications.Notice": notice,
    "communications.Channel": channel,
    "communications.KitDownload": kit_download,
    "communications.KitFile": kit_file,
    "communications.KitLink": kit_link,
    "communications.Post": post,
    "communications.ChannelState": lambda n: ChannelState.objects.create(channel=f"mail{n}"),
    "communications.Watermark": lambda n: Watermark.objects.create(line=f"line{n}"),
    "communications.Heartbeat": lambda n: Heartbeat.objects.create(name=f"pump{n}", at=NOW),
    "events.Event": event,
    "events.Registration": registration,
    "events.EventMail": event_mail,
    "feedback.Survey": survey,
    "feedback.Edition": edition,
    "feedback.NeedMail": need_mail,
}
