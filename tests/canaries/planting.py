"""A word of its own for each text column of each owner, written into the rows."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from stakeholders.models import ImportEntry, Person

WORD = re.compile(r"canary\d{4}q")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)

# Models whose texts are nobody's alone, and why.
GLOBAL = {
    "auth.Permission": "names of the models of the software",
    "auth.Group": "rights in the administration, of the installation",
    "contenttypes.ContentType": "names of the models of the software",
    "sessions.Session": "no page reads it; its key is the reader's own cookie",
    "account.EmailConfirmation": "accounts are made by a manager: nobody confirms an address",
    "stakeholders.HeadCount": "copies of columns of people, which have canaries",
    "stakeholders.InformedCount": "copies of columns of people, which have canaries",
    "stakeholders.ImpactBatch": "what a bulk edit or an import replaced, on no page",
    "stakeholders.PasswordRequest": "what a stranger typed, on no page and soon gone",
    "stakeholders.Draft": "what somebody typed, given back to them alone: test_draft.py",
    "communications.Alarm": "what is stuck, emailed to administrators, on no page",
    "communications.Proof": "keys of connections",
    "communications.Tally": "copies of keys of the ledger",
    "communications.Watermark": "a token, and where the database lies, on no page",
    "programmes.Chain": "a hash, on no page",
    "programmes.Seal": "salted hashes, on no page",
    "programmes.Attempt": "keyed hashes, on no page",
    "programmes.SentForm": "what its sender was told, told again to nobody else, gone after a day",
    "programmes.TextState": "codes of languages and hashes",
    "feedback.Segment": "an ISO week",
}
# Columns that hold no words, by the end of their names, and why. Choices are keys as well.
WORDLESS = {
    "language": "a code",
    "languages": "codes",
    "channel": "a key",
    "channels": "keys",
    "country": "a code",
    "subdivision": "a code",
    "time_zone": "the name of a zone, which is computed with",
    "accent": "a colour",
    "accent_strong": "a colour",
    "accent_soft": "a colour",
    "fence": "a token of a worker",
    "fingerprint": "a hash",
    "password": "a hash, which the sign-in needs",
    "programmes.ApiToken.token_hash": "a hash",
    "programmes.ApiToken.rights": "keys",
    "programmes.Objective.computed_by": "a key",
    "programmes.Threshold.rule": "a key",
    "programmes.Threshold.steps": "numbers",
    "programmes.RuleCount.rule": "a key",
    "programmes.Done.source": "a key",
    "programmes.Done.key": "a key",
    "programmes.RuleCount.state": "a key",
    "communications.Message.source": "a key",
    "communications.Message.left_at": "instants by ids",
    "communications.Approval.blackouts": "days and keys",
    "communications.Approval.writers": "ids",
    "communications.Review.asked_fingerprint": "a hash",
    "communications.Review.read_fingerprint": "a hash",
    "communications.Review.read_text": "what its message says, once it is read",
    "communications.AdaptationVersion.writers": "ids",
    "communications.Adaptation.editors": "ids",
    "communications.Reminder.kind": "a key",
    "communications.Reminder.key": "keys and ids",
    "communications.KitDownload.versions": "ids",
    "communications.KitFile.problem": "a key",
    "communications.KitFile.wanted": "a hash",
    "communications.KitVersion.sha256": "a hash",
    "communications.PersonalLink.purpose": "a key",
    "communications.PersonalLink.generation": "names a key",
    "programmes.Move.kept": "ids, days and keys",
    "events.Registration.code": "of a ticket, which opens nothing by itself",
    "events.Registration.ticket_hash": "a hash",
    "events.Event.slug": "a word of its own would take it out of the table of access",
    "stakeholders.ImportEntry.reason": "a key",
    "feedback.WaitingComment.sealed": "sealed",
    "stakeholders.ImportEntry.personnel_number": "a person’s, which has a canary",
    "stakeholders.ImportMapping.headings": "a hash",
    "manner": "keys of columns",
    "found": "keys of columns",
    "feedback.Edition.figures": "ids and counts",
    "exchange.TextImport.content": "a file that only the clock reads, and gone once it has",
    "auditlog.LogEntry.object_pk": "an id",
    "auditlog.LogEntry.cid": "an id of a request, or of a dispatch",
    "admin.LogEntry.object_id": "an id",
}


def text_columns(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the columns that can hold words of somebody."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, TEXTS) and not field.choices
        if is_text and not {field.name, name_of(field)} & set(WORDLESS):
            yield field


def is_key(field: models.Field) -> bool:
    """Tell whether other tables, or rules over people, name a row by what a column holds."""
    is_rule = isinstance(field, models.JSONField) and name_of(field) not in SHAPES
    return isinstance(field, models.SlugField) or is_rule


def name_of(field: models.Field) -> str:
    """Return how a column is called here: app, model and field."""
    return f"{field.model._meta.label}.{field.name}"


def models_with_text() -> list[type[models.Model]]:
    """Return the models that must have a canary."""
    found = apps.get_models(include_auto_created=True)
    return [m for m in found if m._meta.label not in GLOBAL and any(text_columns(m))]


def plant(rows: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, str]:
    """Write a word into each text column of each owner's rows; return owner and column by word."""
    words: dict[str, str] = {}
    for owner, models_of_owner in rows.items():
        for label, keys in models_of_owner.items():
            _plant_model(apps.get_model(label), keys, owner, words)
    for entry in ImportEntry.objects.filter(site__isnull=False):
        person = Person.objects.filter(site=entry.site).order_by("pk").first()
        ImportEntry.objects.filter(pk=entry.pk).update(personnel_number=person.personnel_number)
    return words


def _plant_model(
    model: type[models.Model], keys: list[Any], owner: str, words: dict[str, str]
) -> None:
    own = {}
    for field in text_columns(model):
        if keys and not (owner == "one" and is_key(field)):
            own[field] = word = f"canary{len(words):04}q"
            words[word] = f"{owner} {name_of(field)}"
    for row in model._base_manager.filter(pk__in=keys):
        values = {field.name: value_for(field, row, word) for field, word in own.items()}
        if "folded_name" in values:
            names = (word for field, word in own.items() if field.name.endswith("_name"))
            values["folded_name"] = " ".join(names)
        if "refused_address" in values:
            address = f"{values['email']} {values['refused_address']}"
            values["email"] = values["refused_address"] = address
        if "content" in values and "size" in {field.name for field in model._meta.fields}:
            values["size"] = len(values["content"])
        QuerySet(model).filter(pk=row.pk).update(**values)


def value_for(field: models.Field, row: models.Model, word: str) -> Any:
    """Return what a column holds that says a word: unlike in each row, and of the column's kind."""
    for kind, make in KINDS.items():
        if isinstance(field, kind):
            return make(field, row, word)
    raise TypeError(field)


def _address(_field: Any, row: Any, word: str) -> str:
    return f"{word}.{row.pk}@onelift.example"


def _characters(field: Any, row: Any, word: str) -> str:
    return f"{word} {str(row.pk)[:8]}"[: field.max_length]


def _json(field: Any, row: Any, word: str) -> Any:
    return SHAPES.get(name_of(field), lambda _row, word: [word])(row, word)


KINDS: dict[type, Callable[[Any, Any, str], Any]] = {
    models.EmailField: _address,
    models.URLField: lambda _field, row, word: f"https://{word}.example/{row.pk}",
    models.SlugField: lambda _field, row, word: f"{word}-{row.pk}",
    models.FileField: lambda _field, row, word: f"logos/{word}.{row.pk}.png",
    models.BinaryField: lambda _field, _row, word: zlib.compress(word.encode()),
    models.JSONField: _json,
    models.CharField: _characters,
    models.TextField: _characters,
}


def _content(row: Any, word: str) -> Any:
    texts = {
        code: dict.fromkeys(text, f"{word} {row.pk}")
        for code, text in row.content["languages"].items()
    }
    said = {name: f"{word} {name}" for name in ("purpose", "key_points", "sender")}
    return {**row.content, **said, "languages": texts}


def _adapted(row: Any, word: str) -> Any:
    said = f"{word} {row.pk}"
    forms = {
        form: {code: dict.fromkeys(text, said) for code, text in texts.items()}
        for form, texts in row.content["forms"].items()
    }
    languages = {code: dict.fromkeys(text, said) for code, text in row.content["languages"].items()}
    dropped = [dict.fromkeys(("point", "reason", "by", "agreed_by"), said)]
    return {**row.content, "languages": languages, "forms": forms, "dropped": dropped}


SHAPES: dict[str, Callable[[Any, str], Any]] = {
    "exchange.TextImport.refused": lambda _row, word: [
        {"id": word, "language": "es", "text": word, "reason": word}
    ],
    "communications.Approval.content": _content,
    "communications.AdaptationVersion.content": _adapted,
    "programmes.StreamUpdate.moved": lambda row, word: [{**one, "name": word} for one in row.moved],
    "stakeholders.Assessment.changes": lambda _row, word: {"engagement": [word, "neutral"]},
    "stakeholders.ImportRun.effect": lambda row, word: {**row.effect, "moves": [[word, word, 1]]},
    "stakeholders.ImportRun.report": lambda row, word: {**row.report, "note": word},
    "stakeholders.ImportEntry.fields": lambda _row, word: {"job": [word, word]},
    "auditlog.LogEntry.changes": lambda _row, word: {"name": [word, word]},
    "auditlog.LogEntry.additional_data": lambda row, word: {**row.additional_data, "act": word},
    "auditlog.LogEntry.serialized_data": lambda _row, word: {"fields": {"name": word}},
    "mfa.Authenticator.data": lambda row, word: {**row.data, "secret": word},
}
