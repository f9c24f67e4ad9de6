"""Where a provider's program tells of mails that came back, one at a time."""

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from communications.dispatches.services.bounce import take_event
from communications.mailroom.forms.bounce import BounceEventForm
from communications.mailroom.services.mailbox import Taken
from programmes.database.clock import database_now

SIGNATURE = "X-OneLift-Signature"
AGAIN_SECONDS = "60"


# A program has no cookie: its signature is the right, see docs/decisions/bounces.md.
@csrf_exempt
@require_POST
def bounce_take(request: HttpRequest) -> HttpResponse:
    """Take one event; nobody learns whether it was about a mail of ours."""
    if not _is_signed(request):
        raise Http404
    form = BounceEventForm(_event_of(request.body))
    if not form.is_valid():
        return JsonResponse(form.errors.get_json_data(), status=400)
    data = form.cleaned_data
    taken = take_event(data["return_path"], data["message_id"], form.failed, database_now())
    if taken is Taken.LATER:
        return HttpResponse(status=503, headers={"Retry-After": AGAIN_SECONDS})
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest) -> bool:
    """Tell whether the body carries the HMAC-SHA-256 made with the secret, in hexadecimal."""
    secret = settings.BOUNCE_WEBHOOK_SECRET
    if not secret:
        return False
    expected = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    given = request.headers.get(SIGNATURE, "").removeprefix("sha256=")
    return hmac.compare_digest(expected.encode(), given.lower().encode())


def _event_of(body: bytes) -> dict[str, Any]:
    """Return the event; one that is no JSON object has nothing in it, which the form tells."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return {name: _whole(one) for name, one in event.items()} if isinstance(event, dict) else {}


def _whole(value: Any) -> Any:
    """Return a text without halves of characters, which JSON can write and nothing can keep."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
