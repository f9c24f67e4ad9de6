"""Random worlds of waves, and how ready they are, counted by hand in plain Python."""

import random
from datetime import timedelta
from typing import Any

from programmes.models import Override, SupportContact, Threshold
from programmes.timing import rest_on
from stakeholders.models import Informed, Person, Persona
from stakeholders.register.models.stakeholder import Stakeholder
from tests import factories
from tests.communications.making import TEXTS, approve, make_message

SPOKEN = ["en", "es", "zh-hans", "pl"]
STANDS = ["resistant", "neutral", "supportive"]
# Days before go-live and percent, and points below which are close: what rules ask for unset.
DEFAULTS = {
    "informed": ([(60, 25), (30, 90)], 10),
    "impacts": ([(60, 50), (30, 95)], 10),
    "approvals": ([(60, 25), (30, 75), (14, 100)], 10),
    "translations": ([(60, 25), (30, 75), (14, 100)], 20),
    "sponsors": ([(60, 100)], 0),
    "support": ([(30, 100)], 0),
    "satisfaction": ([(0, 75)], 15),
    "working_days": ([(60, 100)], 100),
}


class ReadinessWorld:
    """One world; what is in it is kept in lists, from which states are counted again."""

    def __init__(self, cast: Any, now: Any, seed: int) -> None:
        self.cast, self.now, self.dice = cast, now, random.Random(seed)
        self.today = now.date()
        self.programme = cast.programme
        Person.objects.all().delete()
        self.sites = {
            cast.wave1.pk: [cast.barcelona, factories.SiteFactory(region=cast.iberia)],
            cast.wave2.pk: [cast.shanghai],
        }
        factories.place(cast.wave1, self.sites[cast.wave1.pk][1])
        self.waves = [
            cast.wave1,
            cast.wave2,
            factories.WaveFactory(programme=self.programme, name="Third"),
        ]
        self.sites[self.waves[2].pk] = [factories.SiteFactory(region=cast.china)]
        factories.place(self.waves[2], self.sites[self.waves[2].pk][0])
        for wave in self.waves:
            wave.go_live_on = self.today + timedelta(days=self.dice.randint(-30, 90))
            wave.save()
        self.people = [self.person(site) for site in self.all_sites() for _ in range(self.some())]
        self.powerful = [self.stakeholder(n) for n in range(self.some(3))]
        self.helped = [self.contact(site) for site in self.all_sites() if self.dice.random() < 0.7]
        self.messages = [self.message() for _ in range(self.some(4))]
        self.impact = self.high_impact() if self.dice.random() < 0.5 else None
        self.thresholds = {key: self.threshold(key) for key in self.dice.sample([*DEFAULTS], 3)}
        self.overrides = {wave.pk: self.override(wave) for wave in self.waves[:2]}

    def some(self, most=6):
        return self.dice.randint(0, most)

    def all_sites(self):
        return [site for sites in self.sites.values() for site in sites]

    def person(self, site):
        person = factories.PersonFactory(site=site, language=self.dice.choice(SPOKEN))
        known = self.dice.choice(["", "possibly", "informed"])
        if known:
            at = self.now - timedelta(days=1) if known == "informed" else None
            Informed.objects.create(
                programme=self.programme, person=person, site=site, informed_at=at
            )
        return (site, person.language, known == "informed")

    def stakeholder(self, n):
        region = self.dice.choice([None, self.cast.iberia, self.cast.china])
        power, stand = self.dice.choice([20, 49, 50, 90]), self.dice.choice(STANDS)
        removed_at = self.dice.choice([None, None, self.now])
        values = {"power": power, "interest": 50, "engagement": stand, "removed_at": removed_at}
        Stakeholder.objects.create(
            programme=self.programme, name=f"Group {n}", region=region, **values
        )
        return (region, power, stand, removed_at)

    def contact(self, site):
        phone = self.dice.choice(["5050", ""])
        SupportContact.objects.create(programme=self.programme, site=site, phone=phone)
        return site if phone else None

    def message(self):
        sites = self.dice.sample(self.all_sites(), self.dice.randint(1, 3))
        codes = ["en", *self.dice.sample(["es", "zh-hans"], self.dice.randint(0, 2))]
        on = self.today + timedelta(days=self.dice.randint(-40, 90))
        texts = {code: TEXTS[code] for code in codes}
        message = make_message(self.cast, self.now, texts, fixed_on=on, sites=sites)
        is_approved = self.dice.random() < 0.5
        if is_approved:
            approve(self.cast, message, self.now)
        return (sites, codes, on, is_approved)

    def high_impact(self):
        everybody = Persona.objects.create(
            programme=self.programme, slug="all", name_en="All", jobs=["Analyst"]
        )
        return factories.ImpactFactory(
            programme=self.programme, name="Desk", personas=[everybody], severity=3
        )

    def threshold(self, key):
        steps = [(self.dice.randint(-10, 80), self.dice.randint(1, 100)) for _ in range(2)]
        steps = sorted(dict(steps).items(), reverse=True)
        for wanted in ([[99, 1]], [list(step) for step in steps]):
            Threshold.objects.create(
                programme=self.programme, rule=key, steps=wanted, reason="So.", set_at=self.now
            )
        return steps

    def override(self, wave):
        kind = self.dice.choice(["", "on_track", "at_risk", "over", "ended"])
        if kind:
            until_on = self.today - timedelta(days=1) if kind == "over" else self.today
            Override.objects.create(
                wave=wave,
                verdict=kind if kind in ("on_track", "at_risk") else "on_track",
                reason="So.",
                until_on=until_on,
                made_at=self.now - timedelta(days=3),
                ended_at=self.now if kind == "ended" else None,
            )
        return kind if kind in ("on_track", "at_risk") else ""

    # By hand

    def counted(self, wave):
        """Return what is done, and of how many, by rule."""
        sites = self.sites[wave.pk]
        people = [one for one in self.people if one[0] in sites]
        regions = [None, *(site.region for site in sites)]
        powerful = [s for s in self.powerful if s[0] in regions and s[1] >= 50 and not s[3]]
        sent = [
            (message, [one for one in people if one[0] in message[0]])
            for message in self.messages
            if message[2] <= wave.go_live_on
        ]
        sent = [(message, readers) for message, readers in sent if readers]
        felt = {site for site, _language, _known in people}
        return {
            "informed": (sum(1 for one in people if one[2]), len(people)),
            "sponsors": (sum(1 for s in powerful if s[2] != "resistant"), len(powerful)),
            "support": (sum(1 for site in sites if site in self.helped), len(sites)),
            "approvals": (sum(1 for message, _readers in sent if message[3]), len(sent)),
            "translations": (
                sum(1 for m, readers in sent if all(r[1] in m[1] for r in readers)),
                len(sent),
            ),
            "impacts": (0, len(felt) if self.impact and self.is_ahead(wave) else 0),
            "satisfaction": (0, 0),
            "working_days": (
                sum(1 for site in sites if not rest_on(wave.go_live_on, site)),
                len(sites),
            ),
        }

    def is_ahead(self, wave):
        places = {site.pk for site in self.sites[wave.pk]}
        found = wave.wave_sites.model.objects.dated().filter(wave=wave, site__in=places)
        return self.impact.is_open_at(found.select_related("wave").first(), self.today)

    def states(self, wave):
        """Return the state of each rule."""
        found, left = {}, (wave.go_live_on - self.today).days
        for key, (done, total) in self.counted(wave).items():
            steps, margin = DEFAULTS[key]
            steps = self.thresholds.get(key, steps)
            asked = [percent for days, percent in steps if left <= days]
            if not asked:
                found[key] = "not_started"
            elif not total:
                found[key] = "fails" if key == "approvals" else "not_started"
            else:
                short = asked[-1] - whole_percent(done, total)
                found[key] = "met" if short <= 0 else "close" if short <= margin else "fails"
        return found

    def verdict(self, wave):
        if given := self.overrides.get(wave.pk):
            return given
        states = set(self.states(wave).values())
        for state, word in (("fails", "off_track"), ("close", "at_risk"), ("met", "on_track")):
            if state in states:
                return word
        return "not_started"


def whole_percent(done, total):
    """Return what a page shows: whole, and 0 or 100 only for none or all."""
    if done in (0, total):
        return 100 * done // total
    return min(max(round(100 * done / total), 1), 99)
