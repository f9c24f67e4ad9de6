"""The mail that tells somebody that approvals wait for them."""

from collections.abc import Sequence
from string import ascii_lowercase

from django.utils import translation
from django.utils.translation import gettext, ngettext

from communications.rendering.letter import Filled, prepare
from programmes.models import Programme

LISTED = 10


def render_notice(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail in the reader's language; ``address`` is the page on which to decide.

    The first ten titles are listed.
    """
    names = {
        f"title_{letter}": title
        for letter, title in zip(ascii_lowercase, titles[:LISTED], strict=False)
    }
    rows = "\n".join(f"- {{{{ {name} }}}}" for name in names)
    with translation.override(language):
        subject = ngettext(
            "%(count)d message waits for your approval",
            "%(count)d messages wait for your approval",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and decide")
        reason = gettext("You receive this mail because you approve the messages of %(programme)s.")
        prepared = prepare(
            programme,
            language,
            subject,
            f"{rows}\n\n[{button}]({{{{ decide_link }}}})",
            frozenset({"decide_link", *names}),
            reason=reason % {"programme": programme.name},
        )
    return prepared.fill({"decide_link": address, **names})
