"""The list of texts to translate, with hundreds of messages: beside the list of these messages."""

from collections.abc import Callable

from django.conf import settings
from django.test import Client
from django.urls import reverse

from communications.models import Message
from programmes.database.clock import database_now
from programmes.models import Site
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.overview import plain_static_files
from tests.benchmarks.stage import Stage, analyse
from tests.communications.making import make_message

# Ten times as many as the demonstration has; a part of them where the stage is small.
MESSAGES, PEOPLE_A_MESSAGE = 230, 50
PAGE_SECONDS = 1.0
DAY = {"fixed_on": None, "offset_days": 30, "is_urgent": False}


def main(stage: Stage) -> bool:
    """Measure both lists as the programme manager opens them, in all languages."""
    crowd = fill_crowd(stage)
    count = min(MESSAGES, stage.people // PEOPLE_A_MESSAGE)
    sites = list(Site.objects.order_by("pk"))
    for number in range(count):
        write_message(crowd, sites[number % len(sites)])
    analyse()
    sides = {name: opened(crowd, name) for name in (TEXTS, LIST)}
    found = {name: Figure(values) for name, values in in_turns(sides, stage.runs).items()}
    print(
        f"\n  {'ratio to the list of messages':<46}{found[TEXTS].median / found[LIST].median:.2f}"
    )
    return report(
        f"The texts of {count} messages in {len(settings.LANGUAGES)} languages",
        found[TEXTS],
        peer=("the list of these messages", found[LIST]),
        goals=(Goal(f"at most {PAGE_SECONDS:.0f} s", found[TEXTS].median <= PAGE_SECONDS),),
    )


TEXTS, LIST = "exchange:text-list", "communications:message-list"


def write_message(crowd: Crowd, site: Site) -> Message:
    """Return a message to one site, whose English and Spanish are ready."""
    return make_message(crowd, database_now(), sites=[site], **DAY)


def opened(crowd: Crowd, name: str) -> Callable[[], float]:
    """Return how to open a page, timed."""
    client = Client(headers={"host": "localhost"})
    client.force_login(crowd.ines)
    url = reverse(name, args=[crowd.programme.slug])

    @plain_static_files()
    def run() -> float:
        def get() -> None:
            assert client.get(url).status_code == 200

        return seconds(get)

    return run
