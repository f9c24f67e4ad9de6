"""Writing what users will get: services, and the streams that bring them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programmes.models import Service, Stream
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import write_text
from programmes.services.trail import recorded


@transaction.atomic
def save_service(
    service: Service,
    language: str,
    texts: Mapping[str, str],
    user: AbstractBaseUser | None,
    now: datetime,
    text_seen: str | None = None,
) -> Service:
    """Save one language of a service (and a new service itself, behind the others).

    Raises:
        TextChangedError: see ``write_text``.
        ValidationError: the English has no name.

    """
    if language == SOURCE_LANGUAGE and not texts["name"].strip():
        raise ValidationError({"name": _("Enter a name for the service.")})
    with recorded(service, user, now):
        _save_plan(service)
        write_text(service, language, texts, user, now, text_seen=text_seen)
    return service


def _save_plan(service: Service) -> None:
    if service.pk is None:
        last = service.programme.services.aggregate(last=Max("order"))["last"] or 0
        service.order = last + 1
        service.save()
    else:
        service.save(update_fields=["stream", "offset_days", "fixed_on"])


@transaction.atomic
def save_stream(
    stream: Stream, name: str, purpose: str, *, now: datetime, by: Any = None
) -> Stream:
    """Give a stream its name and purpose; raises ValidationError if the name is taken."""
    stream.name, stream.purpose = name, purpose
    stream.full_clean()
    with recorded(stream, by, now):
        stream.save()
    return stream
