"""A wave that goes live soon, with a site in each region: a reader of one region sees a part of it.

As in ``mingled``, nothing of it has a word of its own: a name or a number gives it away.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from communications.models import Adaptation, Delivery, Dispatch, Message, State
from communications.operation.services import pump
from programmes.models import Done, Region, Site, SupportContact
from stakeholders.importing.models.importrun import ImportState
from stakeholders.models import Impact, ImportRun, Person, Stakeholder
from stakeholders.register.models.stakeholder import Engagement
from tests import factories
from tests.clock import NOW
from tests.communications.making import approve, make_message


def share_wave(cast, now: datetime) -> list[str]:
    """Add it to the first programme; return where it is met, under the address of a programme."""
    madrid, suzhou = (
        factories.SiteFactory(name=name, region=region, language="en")
        for name, region in (("Madrid", cast.iberia), ("Suzhou", cast.china))
    )
    wave = factories.WaveFactory(
        programme=cast.programme,
        name="Wave of both",
        go_live_on=now.date() + timedelta(days=10),
        sites=[madrid, suzhou],
    )
    for site in (madrid, suzhou):
        factories.PersonFactory.create_batch(2, site=site)
    told = _tell_date(cast, [madrid, suzhou], now)
    _swap(madrid, suzhou)
    stranger = Person.objects.filter(site=suzhou).order_by("pk")[0]
    adapted = Adaptation.objects.create(message=told, site=madrid, written_by=cast.ines)
    # Their words are planted by now.
    china, iberia = (Region.objects.get(pk=one.pk) for one in (cast.china, cast.iberia))
    return [
        f"waves/{wave.pk}/move/told/",
        f"waves/{wave.pk}/readiness/",
        *(f"messages/?wave={wave.pk}&lacks={lack}" for lack in ("approval", "language")),
        f"messages/?wave={cast.wave2.pk}&lacks=approval",
        f"messages/{told.pk}/en/preview/?person={stranger.pk}",
        f"messages/adaptations/{adapted.pk}/?{urlencode({'person': stranger.last_name})}",
        f"people/stakeholders/?wave={wave.pk}",
        "people/?mail=no",
        # Or the kit of this wave would stand in the way of those with words.
        f"kit/?region={china.slug}&wave={cast.wave2.pk}",
        f"kit/?region={iberia.slug}&wave={cast.wave1.pk}",
    ]


def _tell_date(cast, sites: list[Site], now: datetime) -> Message:
    """Return a message that told the date of the wave at its sites."""
    texts = {"en": ("The date", "It starts on {{ go_live_date }}.")}
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    told = make_message(cast, now, texts=texts, sites=sites, **today)
    version = approve(cast, told, now)
    pump.run_pump(NOW)
    sent = Delivery.objects.filter(dispatch=Dispatch.objects.get(message=told))
    sent.update(state=State.SENT, approval=version, language="en", ended_at=now)
    return told


def _swap(first: Site, second: Site) -> None:
    """Let one person of each site work at the other one by now."""
    movers = [Person.objects.filter(site=site).order_by("pk")[0].pk for site in (first, second)]
    for pk, site in zip(movers, (second, first), strict=True):
        Person.objects.filter(pk=pk).update(site=site)


def share_register(cast, message: Message, briefing: Message, now: datetime) -> None:
    """Let what both regions see be about China as well, and be done and hindered there.

    ``message`` and ``briefing`` go to both regions; in Barcelona, which both programmes share, the
    briefing is told, and so is something of the second programme that is called the same.
    """
    message.answers.add(Impact.objects.filter(sites=cast.shanghai).get())
    everywhere = Impact.objects.filter(programme=cast.programme, sites=None)[0]
    everywhere.supports.add(SupportContact.objects.get(site=cast.shanghai))
    heads = Stakeholder.objects.filter(programme=cast.programme, region=cast.china)
    heads.update(engagement=Engagement.RESISTANT)
    tick = {"source": "tell", "at": now}
    Done.objects.create(programme=cast.programme, key="0", site=cast.shanghai, **tick)
    places = {"programme": cast.programme, "site": cast.barcelona}
    for programme in {place.wave.programme for place in cast.barcelona.wave_sites.all()}:
        place = {**places, "programme": programme}
        Done.objects.create(key=str(briefing.pk), **place, **tick)
    ImportRun.objects.create(
        file_name="stuck.csv",
        at=now - timedelta(hours=2),
        by=cast.hana,
        headings=[],
        state=ImportState.EXAMINING,
    )
