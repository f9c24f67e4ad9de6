"""The link by which a person opts out, and what stands behind one.

It is signed for this purpose alone and names a delivery. Nothing is stored of it, and it stays
good, so that whoever finds an old mail can still take an opt-out back.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from communications.dispatches.models import Delivery

PURPOSE = "communications.opt-out"
# RFC 8058: a mail program may post this, without asking anything else.
ONE_CLICK = "List-Unsubscribe=One-Click"


def link_of(delivery: Delivery) -> str:
    """Return the address behind which the person of a delivery opts out."""
    return f"{settings.PUBLIC_URL}/o/{_signer().sign(str(delivery.pk))}/"


def headers_of(link: str) -> dict[str, str]:
    """Return the headers that let a mail program offer it as a button (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": ONE_CLICK}


def delivery_behind(token: str) -> Delivery | None:
    """Return the delivery that a genuine token names; None whatever is wrong with it."""
    try:
        number = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    related = ("person", "dispatch__message__programme")
    return Delivery.objects.select_related(*related).filter(pk=number).first()


def _signer() -> Signer:
    return Signer(sep=".", salt=PURPOSE)
