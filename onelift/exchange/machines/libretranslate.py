"""Services that speak the protocol of LibreTranslate, such as one of your own.

https://docs.libretranslate.com: POST of ``q`` (texts), ``source``, ``target``, ``format`` and
``api_key``; the answer has ``translatedText``, as many texts.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from communications.groups.channels.http import deliver, place_of
from communications.groups.channels.service import Post, ServiceReply, as_json
from communications.mailroom.channels import ChannelError
from onelift.exchange.machines.refusal import MachineError

# What the service calls languages that we call otherwise.
CODES = {"zh-hans": "zh-Hans", "pt-br": "pt-BR"}


def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
    """Return texts in another language.

    Raises:
        MachineError: the service cannot be reached, refuses, or answers something else.

    """
    asked = {
        "q": list(texts),
        "source": CODES.get(source, source),
        "target": CODES.get(target, target),
        "format": "text",
        **({"api_key": settings.TRANSLATION_KEY} if settings.TRANSLATION_KEY else {}),
    }
    found = _read(_answer(as_json(asked)))
    if len(found) != len(texts):
        raise MachineError(_("The translation service gave an answer that cannot be read."))
    return found


def _answer(body: bytes) -> ServiceReply:
    address = settings.TRANSLATION_URL
    try:
        place = place_of(address, [urlsplit(address).netloc.lower()])
        answer = deliver(Post(address, body), place, lambda: True)
    except ChannelError as error:
        raise MachineError(str(error)) from error
    if not isinstance(answer, ServiceReply):
        raise MachineError(_("The translation service did not answer."))
    if answer.status != 200:
        words = _("The translation service refused (%(status)s).")
        raise MachineError(words % {"status": answer.status})
    return answer


def _read(answer: ServiceReply) -> list[str]:
    try:
        found = json.loads(answer.body)["translatedText"]
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise MachineError(_("The translation service gave an answer that cannot be read."))
    return found
