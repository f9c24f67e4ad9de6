"""What is still in use stays: an audience must not grow, and history must not go."""

import pytest

from communications.models import Message
from programmes.models import Region, Site, Stream, Wave
from stakeholders.accounts.models.user import INSTALLATION_KINDS
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import Audience, Persona, Role, User
from tests.communications.making import approve, make_message
from tests.factories import (
    BusinessLineFactory,
    MilestoneFactory,
    PersonalObjectiveFactory,
    RegionFactory,
    ServiceFactory,
    SiteFactory,
    StreamFactory,
    WaveFactory,
)


def audience_of(cast, now, **lines):
    made = save_audience(cast.programme, "Chosen", Lines(**lines), now)
    return made, set(made.people().values_list("pk", flat=True))


def name_a_site(cast, now):
    site = SiteFactory()
    return site, {"sites": [site]}


def name_a_region(cast, now):
    region = RegionFactory()
    return region, {"regions": [region]}


def name_a_business_line(cast, now):
    line = BusinessLineFactory()
    return line, {"business_lines": [line]}


def name_a_wave(cast, now):
    wave = WaveFactory(programme=cast.programme)
    return wave, {"waves": [wave]}


def name_a_persona(cast, now):
    persona = Persona.objects.create(programme=cast.programme, slug="nobody", name_en="Nobody")
    return persona, {"personas": [persona]}


def leave_out_a_site(cast, now):
    return cast.shanghai, {"without": {"site": [cast.shanghai]}}


@pytest.mark.parametrize(
    "named",
    [
        name_a_site,
        name_a_region,
        name_a_business_line,
        name_a_wave,
        name_a_persona,
        leave_out_a_site,
    ],
)
def test_an_audience_does_not_grow_by_what_is_deleted(cast, now, ada, address, named):
    row, lines = named(cast, now)
    audience, before = audience_of(cast, now, **lines)
    delete = address(row._meta.label, "delete", row.pk)
    many = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    for page in (
        ada.get(delete),
        ada.post(delete, {"post": "yes"}),
        ada.post(address(row._meta.label), many),
    ):
        text = page.content.decode()
        assert "Nothing was deleted because it is still in use" in text
        assert "Chosen" in text
    assert type(row).objects.filter(pk=row.pk).exists()
    assert set(Audience.objects.get(pk=audience.pk).people().values_list("pk", flat=True)) == before


def test_what_nobody_uses_is_deleted(ada, address, db):
    for row in (SiteFactory(), RegionFactory(), BusinessLineFactory(), WaveFactory()):
        delete = address(row._meta.label, "delete", row.pk)
        assert ada.post(delete, {"post": "yes"}).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_a_wave_with_sites_a_region_with_roles_and_a_stream_with_milestones_stay(
    cast, ada, address
):
    stream = MilestoneFactory(stream=StreamFactory(programme=cast.programme)).stream
    for row in (cast.wave1, cast.iberia, cast.barcelona, stream, cast.programme):
        page = ada.post(address(row._meta.label, "delete", row.pk), {"post": "yes"})
        assert "Nothing was deleted" in page.content.decode()
    assert (Wave.objects.count(), Region.objects.count(), Site.objects.count()) == (2, 2, 2)
    assert Stream.objects.exists()
    assert Role.objects.filter(region=cast.iberia).exists()


def test_a_service_is_not_for_everybody_because_its_persona_went(cast, ada, address):
    service = ServiceFactory(programme=cast.programme)
    persona = Persona.objects.create(programme=cast.programme, slug="lab", name_en="Lab")
    persona.services.add(service)
    delete = address("stakeholders.Persona", "delete", persona.pk)
    assert "Services: 1 (Service desk)" in ada.post(delete, {"post": "yes"}).content.decode()
    persona.services.clear()
    assert ada.post(delete, {"post": "yes"}).status_code == 302
    assert not Persona.objects.exists()


def test_an_account_that_decided_or_wrote_something_stays(cast, now, ada, address):
    approve(cast, make_message(cast, now), now)
    Role.objects.filter(user=cast.claire).delete()
    delete = address("stakeholders.User", "delete", cast.claire.pk)
    page = ada.post(delete, {"post": "yes"}).content.decode()
    assert "Approvals: 1" in page
    assert User.objects.filter(pk=cast.claire.pk).exists()
    assert ada.post(address("stakeholders.User", "delete", cast.otto.pk), {"post": "yes"})
    assert not User.objects.filter(pk=cast.otto.pk).exists()


def test_what_is_private_is_counted_and_not_named(cast, ada, address):
    stream = StreamFactory(programme=cast.programme)
    PersonalObjectiveFactory(
        programme=cast.programme, owner=cast.rosa, stream=stream, name="Learn to say no"
    )
    page = ada.get(address("programmes.Stream", "delete", stream.pk)).content.decode()
    assert "objectives: 1" in page
    assert "Learn to say no" not in page


def test_an_audience_that_a_message_has_stays(cast, now, ada, address):
    message = make_message(cast, now)
    delete = address("stakeholders.Audience", "delete", message.audience_id)
    assert "Messages: 1" in ada.post(delete, {"post": "yes"}).content.decode()
    assert Message.objects.get().audience == message.audience


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_an_administrator_takes_each_role_away(cast, ada, address, kind):
    stream = StreamFactory(programme=cast.programme)
    part = {} if kind in INSTALLATION_KINDS else {"programme": cast.programme}
    part |= {"stream": stream} if kind == Role.Kind.STREAM_LEADER else {}
    role = Role.objects.filter(kind=kind).first() or Role.objects.create(
        user=cast.otto, kind=kind, **part
    )
    if kind == Role.Kind.PROGRAMME_MANAGER:
        Role.objects.create(user=cast.otto, kind=kind, programme=role.programme)
    ada.post(address("stakeholders.Role", "delete", role.pk), {"post": "yes"})
    assert not Role.objects.filter(pk=role.pk).exists()
