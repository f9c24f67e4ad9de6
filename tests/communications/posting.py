"""Channels and messages to groups for tests, made by the services."""

from communications.groups.services import post_sending
from communications.models import Channel
from communications.operation.services import pump
from tests.communications.making import approve, make_message

# A group has no first name.
GROUP_TEXTS = {
    "en": (
        "The desk of {{ programme }} opens",
        "It opens **today**.\n\n[Read](https://a.example/)",
    ),
    "es": ("El centro abre", "Abre <hoy> & mañana."),
    "zh-hans": ("服务台开放", "今天开放。"),
}


def make_channel(cast, kind="webhook", name="", language="es", **places) -> Channel:
    """Return a channel of Iberia unless told otherwise."""
    made = Channel.objects.create(
        programme=cast.programme, kind=kind, name=name or f"Our {kind}", language=language
    )
    made.regions.set(places.get("regions", [] if "sites" in places else [cast.iberia]))
    made.sites.set(places.get("sites", []))
    return made


def tell(cast, now, *channels, texts=GROUP_TEXTS, **data):
    """Let a message for these channels be approved; return the version."""
    return approve(cast, make_message(cast, now, texts, channels=channels, **data), now)


def run_posts(now) -> int:
    """Let the clock and one poster run once; return how many posts were tried."""
    pump.run_pump(now)
    return post_sending.send_posts(lambda: now)
