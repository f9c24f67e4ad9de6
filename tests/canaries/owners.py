"""Whose each row is: China's, the desk's, the rest of a programme's, the office's, nobody's.

What is not named here belongs to both programmes, or to the whole organisation.
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
INES = "ines@onelift.example"
WAVELESS = ("Oslo", "Vigo")
SHANGHAI = Q(site__name="Shanghai")
NURIAS = Q(written_by__email="nuria@onelift.example")
TOLD = _of(ONE) & CHINESE & APPROVED
DECIDED = Q(state="approved") & _under("message", _of(ONE) & CHINESE)
UNDECIDED = _of(ONE, "message__") & ~Q(state="approved")
ASKED = _of(ONE) & _under("invitation", CHINESE & APPROVED)
EVENT = _of(ONE) & SHANGHAI
OPEN = _of(ONE) & ~_under("invitation", APPROVED)

# How each row of a programme leads to it.
OF_A_PROGRAMME = {
    **dict.fromkeys(("programmes.Wave", "programmes.Stream", "programmes.Objective"), ""),
    **dict.fromkeys(("programmes.Member", "programmes.Milestone"), "stream__"),
    "programmes.StreamUpdate": "stream__",
    **dict.fromkeys(("programmes.Blackout", "programmes.Threshold"), ""),
    **dict.fromkeys(("programmes.Move", "programmes.Override"), "wave__"),
    **dict.fromkeys(("programmes.ApiToken", "programmes.Term", "exchange.TextImport"), ""),
    **dict.fromkeys(("programmes.ObjectiveValue", "stakeholders.PersonalValue"), "objective__"),
    **dict.fromkeys(("stakeholders.Persona", "stakeholders.Audience", "stakeholders.Impact"), ""),
    **dict.fromkeys(("stakeholders.PersonalObjective", "stakeholders.Stakeholder"), ""),
    "stakeholders.Assessment": "stakeholder__",
    **dict.fromkeys(("communications.Message", "communications.Channel"), ""),
    **dict.fromkeys(("communications.Notice", "stakeholders.Delegation"), ""),
    **dict.fromkeys(("communications.Approval", "communications.MessageVersion"), "message__"),
    "communications.Approval": "message__",
    "communications.Adaptation": "message__",
    **dict.fromkeys(
        ("communications.AdaptationVersion", "communications.DroppedPoint"),
        "adaptation__message__",
    ),
    **dict.fromkeys(("communications.Approval", "communications.ChannelText"), "message__"),
    "communications.Question": "approval__message__",
    "communications.ReviewComment": "review__message__",
    "communications.Sender": "",
    **dict.fromkeys(("communications.Post", "communications.Delivery"), "dispatch__message__"),
    "communications.Bounce": "dispatch__message__",
    "communications.KitFile": "message__",
    "communications.KitVersion": "file__message__",
    **dict.fromkeys(("communications.KitDownload", "communications.KitLink"), "wave__"),
    "events.Event": "",
    "events.Registration": "event__",
    "events.EventMail": "registration__event__",
    "feedback.Survey": "",
    **dict.fromkeys(("feedback.Question", "feedback.Edition"), "survey__"),
    "feedback.Option": "question__survey__",
    "feedback.Need": "",
    **dict.fromkeys(("feedback.NeedAnswer", "feedback.NeedMail"), "need__"),
}


def _at(site: str, region: str) -> dict[str, Q]:
    """Return a site that nobody shares, with its region, people and their business line."""
    return {
        "programmes.Region": Q(name=region),
        "programmes.Site": Q(name=site),
        "programmes.BusinessLine": Q(name=f"{site} works"),
        "stakeholders.Person": Q(site__name=site),
    }


OWNERS: dict[str, dict[str, Q]] = {
    # Region B: the sites, people and texts of China alone, in the first programme.
    "china": {
        "programmes.Region": Q(name="China"),
        "programmes.Site": Q(name="Shanghai"),
        "programmes.Wave": Q(name="Wave 2"),
        "programmes.BusinessLine": Q(name="Canary labs"),
        "programmes.SupportContact": _of(ONE) & SHANGHAI,
        "programmes.Move": _of(ONE, "wave__", wave__name="Wave 2"),
        "programmes.Blackout": _of(ONE) & Q(region__name="China"),
        "programmes.Override": _of(ONE, "wave__", wave__name="Wave 2"),
        "stakeholders.Person": SHANGHAI,
        "stakeholders.User": Q(email=MEI),
        "stakeholders.ImportEntry": SHANGHAI,
        "stakeholders.PersonalObjective": _of(ONE, owner__email=MEI),
        "stakeholders.PersonalValue": _of(ONE, "objective__", objective__owner__email=MEI),
        "stakeholders.Stakeholder": _of(ONE, region__name="China"),
        "stakeholders.Assessment": _of(ONE, "stakeholder__", stakeholder__region__name="China"),
        "stakeholders.Impact": _of(ONE, sites__name="Shanghai"),
        "communications.Message": TOLD,
        "communications.Approval": DECIDED,
        "communications.Adaptation": _of(ONE, "message__") & SHANGHAI,
        "communications.AdaptationVersion": _of(ONE, "adaptation__message__")
        & _under("adaptation", SHANGHAI),
        "communications.DroppedPoint": _of(ONE, "adaptation__message__")
        & _under("adaptation", SHANGHAI),
        "communications.ChannelText": _under("message", TOLD),
        "communications.Question": _under("approval", DECIDED),
        "communications.ReviewComment": _of(ONE, "review__message__") & Q(author__email=MEI),
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
        "feedback.Need": _of(ONE) & SHANGHAI,
        "feedback.NeedAnswer": _under("need", _of(ONE) & SHANGHAI),
        "feedback.NeedMail": _under("need", _of(ONE) & SHANGHAI),
        "account.EmailAddress": Q(email=MEI),
        "auditlog.LogEntry": Q(actor_email=MEI),
    },
    # What the first programme has not published.
    "desk": {
        "stakeholders.PersonalObjective": _of(ONE, owner__email=INES),
        "stakeholders.PersonalValue": _of(ONE, "objective__", objective__owner__email=INES),
        "programmes.ApiToken": _of(ONE),
        "stakeholders.Stakeholder": _of(ONE, region=None, stream=None),
        "stakeholders.Assessment": _of(
            ONE, "stakeholder__", stakeholder__region=None, stakeholder__stream=None
        ),
        "communications.Message": _of(ONE) & ~(CHINESE & APPROVED),
        "communications.Approval": UNDECIDED,
        "communications.MessageVersion": _of(ONE, "message__"),
        # What Nuria writes for Barcelona, and nobody has approved.
        "communications.Adaptation": _of(ONE, "message__") & NURIAS,
        "communications.AdaptationVersion": _under("adaptation", NURIAS),
        "communications.DroppedPoint": _under("adaptation", NURIAS),
        "communications.ChannelText": _under("message", _of(ONE) & ~(CHINESE & APPROVED)),
        "communications.Question": _under("approval", UNDECIDED),
        "communications.Notice": _of(ONE),
        "feedback.Survey": OPEN,
        "feedback.Question": _under("survey", OPEN),
        "feedback.Option": _under("question__survey", OPEN),
    },
    # What all of the first programme may see, and nobody of the second.
    "one": {
        **{label: _of(ONE, path) for label, path in OF_A_PROGRAMME.items()},
        "stakeholders.User": Q(roles__programme__slug=ONE),
    },
    "two": {
        **{label: _of(TWO, path) for label, path in OF_A_PROGRAMME.items()},
        **_at("Lagos", "Africa"),
        "stakeholders.AudienceException": _of(TWO, "audience__"),
        "programmes.Programme": Q(slug=TWO),
        # The other is published, so anybody may read it.
        "programmes.Service": _of(TWO, name_en="Cloud"),
        "programmes.SupportContact": _of(TWO),
        "stakeholders.User": Q(email__in=["pia@onelift.example", "cleo@onelift.example", LARS]),
        "account.EmailAddress": Q(email=LARS),
        "auditlog.LogEntry": Q(actor_email=LARS),
    },
    # Of no programme, because no wave goes there: Vigo is a site of the first one all the same.
    "nowhere": {
        **_at("Oslo", "Nordics"),
        "stakeholders.Person": Q(site__name__in=WAVELESS),
        "stakeholders.ImportEntry": Q(site__name__in=WAVELESS),
    },
    # Files of the personnel office, which regions see nothing of but the history of their people.
    "office": {
        "stakeholders.ImportRun": Q(),
        "stakeholders.ImportPart": Q(),
        "stakeholders.ImportEntry": ~SHANGHAI & ~Q(site__name__in=WAVELESS),
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
        "feedback.SpentMark": Q(),
        "communications.PersonalLink": Q(),
        "communications.Addressee": Q(),
        "mfa.Authenticator": Q(),
    },
}


def rows_of_all() -> dict[str, dict[str, list[object]]]:
    """Return the keys of each owner's rows, by model, as the rows stand now.

    What is China's or the desk's is not the whole first programme's.
    """
    rows = {owner: _rows_of(owner) for owner in OWNERS}
    for label, keys in rows["one"].items():
        narrow = {*rows["china"].get(label, ()), *rows["desk"].get(label, ())}
        rows["one"][label] = [key for key in keys if key not in narrow]
    return rows


def _rows_of(owner: str) -> dict[str, list[object]]:
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
