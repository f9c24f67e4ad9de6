"""A plan as full as a programme has it: the page must hold it."""

from datetime import timedelta

from tests.communications.making import approve, make_message
from tests.factories import PersonFactory, RegionFactory, SiteFactory, WaveFactory, place


def fill_plan(cast, now, today):
    """Make six regions of five sites, and thirty-six messages in eighteen weeks."""
    for n in range(4):
        region = RegionFactory(name=f"Middle East and Africa {n}", slug=f"middle-east-africa-{n}")
        live_on = today + timedelta(weeks=2 * n)
        wave = WaveFactory(programme=cast.programme, name=f"Wave {n + 3}", go_live_on=live_on)
        for site in SiteFactory.create_batch(5, region=region):
            place(wave, site)
            PersonFactory(site=site)
    waves = list(cast.programme.waves.all())
    for n in range(36):
        texts = {"en": (f"What changes for you at your site, {n}", "Text")}
        own = [waves[n % 6], waves[(n + 1) % 6]]
        day = today + timedelta(days=3 * n - 10)
        message = make_message(cast, now, texts, fixed_on=day, waves=own)
        if n % 4:
            approve(cast, message, now)
