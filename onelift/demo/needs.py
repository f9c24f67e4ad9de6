"""What people on site lack in the demonstration, in their languages and as far as each is."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from feedback.needs.models import Need
from feedback.needs.services.answering import AnswerData, answer
from feedback.needs.services.joining import join
from feedback.needs.services.reporting import NeedData, report, report_unknown
from feedback.needs.services.studying import StudyData, study
from onelift.demo.catalogue import TEXTS
from onelift.demo.clockwork import Scene
from programmes.models import Programme, Site
from stakeholders.models import User

DAY = timedelta(days=1)
Entry = dict[str, Any]


def needs_of(programme: Programme, now: datetime) -> list[Scene]:
    """Return when each need was reported, studied, joined and answered, up to today."""
    entries = tomllib.loads((TEXTS / "needs.toml").read_text(encoding="utf-8"))["need"]
    reported: dict[int, int] = {}
    return [
        scene
        for number, entry in enumerate(entries)
        for scene in _scenes(programme, entry, number, reported, now)
    ]


def _scenes(
    programme: Programme, entry: Entry, number: int, reported: dict[int, int], now: datetime
) -> Iterator[Scene]:
    def there() -> Need:
        return Need.objects.get(pk=reported[number])

    def tell(at: datetime) -> None:
        reported[number] = _report(programme, entry, f"demonstration {number}", at).pk

    def own(at: datetime) -> None:
        study(there(), _study(programme, entry["studied"], now), _user(entry["studied"]), at)

    def unite(at: datetime) -> None:
        other = Need.objects.get(pk=reported[entry["joined"]["with"]])
        join(there(), other, _user(entry["joined"]), at)

    def reply(at: datetime) -> None:
        said = entry["answer"]
        data = AnswerData(said["outcome"], {entry["language"]: said["text"]})
        answer(there(), data, _user(said), at)

    yield Scene(now - entry["days"] * DAY, tell)
    for key, act in (("studied", own), ("joined", unite), ("answer", reply)):
        if key in entry:
            yield Scene(now - entry[key]["days"] * DAY, act)


def _report(programme: Programme, entry: Entry, nonce: str, now: datetime) -> Need:
    site = Site.objects.get(name=entry["site"])
    address = entry.get("address", "")
    data = NeedData(entry["what"], site, entry["effect"], entry["language"], address)
    if "by" in entry:
        return report(programme, data, _user(entry), now)
    report_unknown(programme, data, nonce, now)
    return Need.objects.filter(programme=programme).latest("pk")


def _study(programme: Programme, said: Entry, now: datetime) -> StudyData:
    stream = programme.streams.filter(name=said.get("stream", "")).first()
    owner = User.objects.get(first_name=said["owner"], is_demonstration=True)
    return StudyData(owner, (now + said["due"] * DAY).date(), stream)


def _user(said: Entry) -> User:
    return User.objects.get(first_name=said["by"], is_demonstration=True)
