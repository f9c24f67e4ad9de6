"""The mails that ask somebody to read a text, to answer a comment, or to lend their name."""

from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.translation import gettext, ngettext

from communications.approvals.models import Notice
from communications.approvals.rendering.notice import listing
from communications.messages.rendering.letter import Filled
from programmes.models import Programme


def render_about_texts(notice: Notice, titles: Sequence[str], address: str) -> Filled:
    """Return the mail of a notice about reviews or senders; ``address`` is where to go."""
    programme, language = notice.programme, notice.language
    with translation.override(language):
        words = _WORDS[str(notice.kind)](notice, len(titles))
        return listing(programme, language, titles, address, words)


Words = tuple[str, str, str]


def _asked(_notice: Notice, n: int) -> Words:
    subject = ngettext(
        "%(count)d text is waiting for your review",
        "%(count)d texts are waiting for your review",
        n,
    )
    return subject % {"count": n}, gettext("Read and comment"), _reviewer()


def _again(_notice: Notice, n: int) -> Words:
    subject = ngettext(
        "Reminder: %(count)d text is waiting for your review",
        "Reminder: %(count)d texts are waiting for your review",
        n,
    )
    return subject % {"count": n}, gettext("Read and comment"), _reviewer()


def _reviewer() -> str:
    return gettext(
        "You are receiving this email because you were asked to review a text of %(programme)s."
    )


def _talk(_notice: Notice, n: int) -> Words:
    subject = ngettext(
        "%(count)d text has a comment for you", "%(count)d texts have a comment for you", n
    )
    reason = gettext(
        "You are receiving this email because you asked for a review in %(programme)s, or someone "
        "mentioned you or answered you there."
    )
    return subject % {"count": n}, gettext("Read and answer"), reason


def _sign(_notice: Notice, _n: int) -> Words:
    subject = gettext("May messages be sent in your name?")
    reason = gettext(
        "You are receiving this email because %(programme)s would like to name you as the sender "
        "of messages. Without your consent it does not."
    )
    return subject, gettext("Read and decide"), reason


def _revoke(notice: Notice, _n: int) -> Words:
    subject = gettext("%(name)s no longer agrees to be named as sender") % {
        "name": notice.text["name"]
    }
    reason = gettext(
        "You are receiving this email because you manage %(programme)s. Messages that name this "
        "sender are not sent. Choose another sender and ask for approval again."
    )
    return subject, gettext("Open messages"), reason


_WORDS: dict[str, Callable[[Notice, int], Words]] = {
    Notice.Kind.REVIEW: _asked,
    Notice.Kind.AGAIN: _again,
    Notice.Kind.TALK: _talk,
    Notice.Kind.SIGN: _sign,
    Notice.Kind.REVOKE: _revoke,
}
ABOUT_TEXTS = tuple(_WORDS)


def addressed(programme: Programme, kind: str) -> str:
    """Return the path of the page that such a mail leads to."""
    page = "messages" if kind == Notice.Kind.REVOKE else "reviews"
    return f"/p/{programme.slug}/{page}/"
