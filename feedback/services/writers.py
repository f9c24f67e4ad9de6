"""Who last wrote the texts of a survey in a language, which lie in several rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType

from feedback.models import Survey
from programmes.models import TextState, fingerprint


def note_writer(
    survey: Survey,
    language: str,
    texts: Mapping[str, str],
    user: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Note who wrote these texts, so that whoever writes beside them can be told."""
    key = fingerprint(texts)
    who = {"changed_by": user, "changed_at": now}
    keys = {"source_fingerprint": key, "text_fingerprint": key}
    TextState.objects.update_or_create(**_place(survey, language), defaults=who | keys)


def writer_noted(
    survey: Survey, language: str, texts: Mapping[str, str]
) -> AbstractBaseUser | None:
    """Return who wrote these very texts, if that was noted."""
    noted = TextState.objects.filter(**_place(survey, language))
    row = noted.filter(text_fingerprint=fingerprint(texts)).first()
    return row.writer if row else None


def _place(survey: Survey, language: str) -> dict[str, Any]:
    kind = ContentType.objects.get_for_model(survey)
    return {"content_type": kind, "object_id": survey.pk, "language": language}
