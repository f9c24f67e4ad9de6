"""``manage.py readiness WAVE``: how ready a wave is, and which rules say so."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from events.services.informed import refresh_informed
from programmes.database.clock import database_now
from programmes.management.choice import programme_meant
from programmes.models import Programme
from programmes.queries.wave_readiness import JudgedRule, WaveReadiness
from programmes.services.readiness import refresh_readiness


class Command(BaseCommand):
    """Prints one object."""

    help = "Print as JSON whether a wave is ready, by its rules or by an override."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the wave, the programme and the format."""
        parser.add_argument("wave", metavar="WAVE", help="the name of the wave")
        parser.add_argument(
            "--programme", default="", metavar="SLUG", help="the name in its address"
        )
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count as of now and print."""
        name, now = options["wave"], database_now()
        programme = programme_meant(
            options["programme"],
            Programme.objects.filter(waves__name=name),
            f"There is no wave “{name}”. Check its name, and the programme if you gave one.",
        )
        refresh_informed(programme, now)
        found = refresh_readiness(programme, now)
        wave = next(one for one in found if one.wave.name == name)
        self.stdout.write(json.dumps(_printed(wave, programme.slug), indent=2, ensure_ascii=False))


def _printed(found: WaveReadiness, slug: str) -> dict[str, Any]:
    rules = sorted(found.rules, key=lambda judged: judged.rule.key)
    return {
        "wave": found.wave.name,
        "verdict": found.verdict,
        "rules": [_printed_rule(judged, found.wave.pk, slug) for judged in rules],
        "override": _printed_override(found),
    }


def _printed_rule(judged: JudgedRule, wave: int, slug: str) -> dict[str, Any]:
    value = judged.fact.value
    return {
        "key": judged.rule.key,
        "value": None if value is None else round(value, 1),
        "threshold": judged.percent,
        "state": judged.state,
        "since": judged.since.isoformat(),
        "url": judged.rule.url(slug, wave, judged.fact),
    }


def _printed_override(found: WaveReadiness) -> dict[str, Any] | None:
    if found.override is None:
        return None
    return {
        "by": str(found.override.made_by or ""),
        "reason": found.override.reason,
        "until": found.override.until_on.isoformat(),
        "rules_say": found.earned,
    }
