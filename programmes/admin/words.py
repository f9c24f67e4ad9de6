"""What the admin calls fields whose models leave that to their names.

Pages say these things in sentences of their own; a table shows the bare fields, and in French too.
"""

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS = {
    "address": _("email address"),
    "answered_by": _("answered by"),
    "approval": _("approval"),
    "asked_by": _("asked by"),
    "at": _("at"),
    "attempts": _("attempts"),
    "audience": _("audience"),
    "business_line": _("business line"),
    "by": _("by"),
    "cancelled_at": _("cancelled"),
    "cancelled_by": _("cancelled by"),
    "careful_until": _("single connection until"),
    "changed_at": _("changed"),
    "changed_by": _("changed by"),
    "channel": _("channel"),
    "closed_at": _("closed"),
    "confirmed_by": _("confirmed by"),
    "content": _("content"),
    "content_type": _("kind"),
    "decided_by": _("decided by"),
    "dispatch": _("dispatch"),
    "due_at": _("due"),
    "ended_at": _("ended"),
    "event": _("event"),
    "failing_since": _("failing since"),
    "failures": _("failures"),
    "fields": _("changes"),
    "fingerprint": _("fingerprint"),
    "follows": _("based on"),
    "group": _("text group"),
    "headings": _("headings"),
    "invitation": _("invitation"),
    "kind": _("kind"),
    "known_until": _("complete until"),
    "language": _("language"),
    "latest_at": _("latest send time"),
    "life": _("database instance"),
    "line": _("row"),
    "manner": _("how the file is read"),
    "message": _("message"),
    "message_id": _("message ID"),
    "moved": _("what happened"),
    "name": _("name"),
    "next_try_at": _("next attempt"),
    "number": _("number"),
    "occasion": _("version"),
    "object_id": _("object ID"),
    "occurrence": _("occurrence"),
    "opened_by": _("read by"),
    "paused_at": _("paused"),
    "paused_by": _("paused by"),
    "person": _("person"),
    "persona": _("persona"),
    "personnel_number": _("personnel number"),
    "kitfile.place": _("site"),
    "watermark.place": _("database location"),
    "problem": _("problem"),
    "programme": _("programme"),
    "published_at": _("published"),
    "reason": _("reason"),
    "region": _("region"),
    "registration": _("registration"),
    "regions": _("regions"),
    "resumed_at": _("resumed"),
    "run": _("import"),
    "alarms": _("alerted when something is stuck"),
    "saved_by": _("saved by"),
    "sent_by": _("sent by"),
    "site": _("site"),
    "sites": _("sites"),
    "source": _("source"),
    "started_at": _("started"),
    "state": _("state"),
    "stream": _("stream"),
    "survey": _("survey"),
    "turn": _("version"),
    "user": _("user"),
    "value": _("faulty value"),
    "wave": _("wave"),
    "written_by": _("written by"),
}


def name_fields(model: type[Model]) -> None:
    """Name the fields of a model that have no name of their own; migrations do not see it."""
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        word = WORDS.get(f"{model._meta.model_name}.{field.name}") or WORDS.get(field.name)
        if word and not isinstance(field.verbose_name, Promise):
            field.verbose_name = word
