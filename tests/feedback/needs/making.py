"""Needs as tests want them, made by the services that pages call."""

from datetime import timedelta

from communications.models import State
from feedback.needs.models import Need, NeedMail
from feedback.needs.services.answering import AnswerData, answer
from feedback.needs.services.reporting import NeedData, report, report_unknown
from feedback.needs.services.studying import StudyData, study


def data_of(site, what="No adapter for the screens", effect="slows", language="en", address=""):
    return NeedData(what, site, effect, language, address)


def told(cast, site, by, now, **more) -> Need:
    """Return a need that a user reported."""
    return report(cast.programme, data_of(site, **more), by, now)


def strange(cast, site, now, nonce="n", **more) -> Need:
    """Return a need that a stranger reported."""
    assert report_unknown(cast.programme, data_of(site, **more), nonce, now)
    return Need.objects.latest("pk")


def left(cast, site, now, **more) -> Need:
    """Return a need with a stranger's address, as if their page had not been counted."""
    values = vars(data_of(site, address="who@onelift.example", **more))
    return Need.objects.create(programme=cast.programme, reported_at=now, **values)


def studied(need, owner, by, now, days=7, stream=None) -> Need:
    return study(need, StudyData(owner, now.date() + timedelta(days=days), stream), by, now)


def answered(need, by, now, outcome="will", **texts) -> Need:
    return answer(need, AnswerData(outcome, texts or {need.language: "It comes in May."}), by, now)


def make_needs(cast, streams, now, mark) -> dict[str, int]:
    """Return needs of both regions, as far as they go; what is China's begins with a word."""
    found = {
        "site-need": told(cast, cast.barcelona, cast.rosa, now, what="Nobody has a spare key"),
        "own-need": told(cast, cast.barcelona, cast.ines, now, what="Chairs for the hall"),
        "hidden-need": told(cast, cast.shanghai, cast.mei, now, what=f"{mark} lamps"),
    }
    for key, site, by, stream in (
        ("", cast.barcelona, cast.rosa, streams["stream"]),
        ("hidden-", cast.shanghai, cast.mei, streams["other-stream"]),
    ):
        words = f"{mark} tables" if key else "Tables for the yard"
        open_one = left(cast, site, now, what=words)
        found[f"{key}studied-need"] = studied(open_one, by, cast.ines, now, stream=stream)
        words = f"{mark} lifts" if key else "A lift for parcels"
        done = left(cast, site, now, what=words)
        text = f"{mark} soon" if key else "Soon"
        found[f"{key}answered-need"] = answered(done, by, now, en=text)
        NeedMail.objects.filter(need=done).update(
            state=State.IN_DOUBT, ended_at=now, message_id=f"<{key}n>", reason="cut"
        )
    return {key: need.pk for key, need in found.items()}
