"""Whose each row is: China's, the second programme's, the desk's, the personnel office's, nobody's.

What is not named here belongs to the first programme as a whole, or to the whole organisation.
"""

from django.apps import apps
from django.db.models import Q

ONE, TWO = "one-it", "two"
APPROVED = Q(approvals__state="approved")
CHINESE = Q(audience__sites__name="Shanghai") | Q(purpose="Widened")


def _of(programme: str, path: str = "", **more: object) -> Q:
    return Q(**{f"{path}programme__slug": programme}, **more)


def _under(path: str, condition: Q) -> Q:
    """Return a condition on what a row belongs to."""
    parts = [
        _under(path, one) if isinstance(one, Q) else (f"{path}__{one[0]}", one[1])
        for one in condition.children
    ]
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)


MEI, LARS = "mei@onelift.example", "lars@onelift.example"
SHANGHAI = Q(site__name="Shanghai")
TOLD = _of(ONE) & CHINESE & APPROVED
DECIDED = Q(state="approved") & _under("message", _of(ONE) & CHINESE)
UNDECIDED = _of(ONE, "message__") & ~Q(state="approved")
ASKED = _of(ONE) & _under("invitation", CHINESE & APPROVED)
EVENT = _of(ONE) & SHANGHAI
OPEN = _of(ONE) & ~_under("invitation", APPROVED)

OWNERS: dict[str, dict[str, Q]] = {
    # Region B: the sites, people and texts of China alone, in the first programme.
    "china": {
        "programmes.Region": Q(name="China"),
        "programmes.Site": Q(name="Shanghai"),
        "programmes.Wave": Q(name="Wave 2"),
        "programmes.BusinessLine": Q(name="Canary labs"),
        "programmes.SupportContact": _of(ONE) & SHANGHAI,
        "programmes.Blackout": _of(ONE) & Q(region__name="China"),
        "stakeholders.Person": SHANGHAI,
        "stakeholders.User": Q(email=MEI),
        "stakeholders.ImportEntry": SHANGHAI,
        "stakeholders.PersonalObjective": _of(ONE, owner__email=MEI),
        "stakeholders.Stakeholder": _of(ONE, region__name="China"),
        "stakeholders.Assessment": _of(ONE, "stakeholder__", stakeholder__region__name="China"),
        "stakeholders.Impact": _of(ONE, sites__name="Shanghai"),
        "communications.Message": TOLD,
        "communications.Approval": DECIDED,
        "communications.Question": _under("approval", DECIDED),
        "communications.Channel": _of(ONE) & Q(sites__name="Shanghai"),
        "communications.Post": _of(ONE, "dispatch__message__") & Q(sites__name="Shanghai"),
        "communications.Delivery": _of(ONE, "dispatch__message__") & SHANGHAI,
        "communications.Bounce": _of(ONE, "delivery__dispatch__message__")
        & _under("delivery", SHANGHAI),
        "communications.KitFile": _of(ONE, "message__") & Q(place__site__name="Shanghai"),
        "communications.KitVersion": Q(file__place__site__name="Shanghai"),
        "communications.KitDownload": Q(region__name="China"),
        "communications.KitLink": Q(region__name="China"),
        "events.Event": EVENT,
        "events.Registration": _under("event", EVENT),
        "events.EventMail": _under("registration__event", EVENT),
        "feedback.Survey": ASKED,
        "feedback.Question": _under("survey", ASKED),
        "feedback.Option": _under("question__survey", ASKED),
        "feedback.Edition": _under("survey", ASKED),
        "account.EmailAddress": Q(email=MEI),
        "auditlog.LogEntry": Q(actor_email=MEI),
    },
    # What the first programme has not published.
    "desk": {
        "stakeholders.PersonalObjective": _of(ONE, owner__email="ines@onelift.example"),
        "stakeholders.Stakeholder": _of(ONE, region=None, stream=None),
        "stakeholders.Assessment": _of(
            ONE, "stakeholder__", stakeholder__region=None, stakeholder__stream=None
        ),
        "communications.Message": _of(ONE) & ~(CHINESE & APPROVED),
        "communications.Approval": UNDECIDED,
        "communications.Question": _under("approval", UNDECIDED),
        "communications.Notice": _of(ONE),
        "feedback.Survey": OPEN,
        "feedback.Question": _under("survey", OPEN),
        "feedback.Option": _under("question__survey", OPEN),
    },
    "two": {
        "programmes.Programme": Q(slug=TWO),
        "programmes.Wave": _of(TWO),
        "programmes.Stream": _of(TWO),
        "programmes.Member": _of(TWO, "stream__"),
        "programmes.Milestone": _of(TWO, "stream__"),
        "programmes.StreamUpdate": _of(TWO, "stream__"),
        "programmes.Objective": _of(TWO),
        # The other is published, so anybody may read it.
        "programmes.Service": _of(TWO, name_en="Cloud"),
        "programmes.SupportContact": _of(TWO),
        "programmes.Blackout": _of(TWO),
        "stakeholders.Persona": _of(TWO),
        "stakeholders.Audience": _of(TWO),
        "stakeholders.AudienceException": _of(TWO, "audience__"),
        "stakeholders.PersonalObjective": _of(TWO),
        "stakeholders.Stakeholder": _of(TWO),
        "stakeholders.Assessment": _of(TWO, "stakeholder__"),
        "stakeholders.Impact": _of(TWO),
        "stakeholders.User": Q(email__in=["pia@onelift.example", "cleo@onelift.example", LARS]),
        "communications.Message": _of(TWO),
        "communications.Approval": _of(TWO, "message__"),
        "communications.Question": _of(TWO, "approval__message__"),
        "communications.Channel": _of(TWO),
        "communications.Post": _of(TWO, "dispatch__message__"),
        "communications.Delivery": _of(TWO, "dispatch__message__"),
        "communications.Bounce": _of(TWO, "delivery__dispatch__message__"),
        "communications.Notice": _of(TWO),
        "events.Event": _of(TWO),
        "events.Registration": _of(TWO, "event__"),
        "events.EventMail": _of(TWO, "registration__event__"),
        "feedback.Survey": _of(TWO),
        "feedback.Question": _of(TWO, "survey__"),
        "feedback.Option": _of(TWO, "question__survey__"),
        "feedback.Edition": _of(TWO, "survey__"),
        "account.EmailAddress": Q(email=LARS),
        "auditlog.LogEntry": Q(actor_email=LARS),
    },
    # Files of the personnel office, which regions see nothing of but the history of their people.
    "office": {
        "stakeholders.ImportRun": Q(),
        "stakeholders.ImportPart": Q(),
        "stakeholders.ImportEntry": ~SHANGHAI,
    },
    "machine": {
        "admin.LogEntry": Q(),
        "communications.ChannelState": Q(channel="chat"),
        "communications.Heartbeat": Q(),
    },
    # Raw answers and secrets: on no page of anybody.
    "nobody": {
        "feedback.HeldAnswer": Q(),
        "feedback.Comment": Q(),
        "feedback.Invitation": Q(),
        "communications.PersonalLink": Q(),
        "communications.Addressee": Q(),
        "mfa.Authenticator": Q(),
    },
}


def rows_of(owner: str) -> dict[str, list[object]]:
    """Return the keys of an owner's rows, by model, as the rows stand now."""
    return {
        label: list(
            apps.get_model(label)
            ._base_manager.filter(condition)
            .values_list("pk", flat=True)
            .order_by("pk")
            .distinct()
        )
        for label, condition in OWNERS[owner].items()
    }
