"""The rules of readiness on this floor: what people are sent is approved, and in their languages.

Both are about the messages that are due at a site of the wave, on its go-live at the latest, and
that mean somebody there. What was cancelled is not asked for.
"""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communications.dispatches.queries.before_live import (
    APPROVAL,
    LANGUAGE,
    languages_ready,
    others_in,
    sent_by_wave,
)
from programmes.queries.readiness import (
    FAILS,
    Fact,
    Measuring,
    ReadinessRule,
    Step,
    register,
)


class ApprovalRule(ReadinessRule):
    """Each of these messages is approved; a wave that is sent nothing fails."""

    key = "approvals"
    label = gettext_lazy("Messages approved")
    steps = (Step(60, 25), Step(30, 75), Step(14, 100))
    margin = 10
    nothing = FAILS
    action = "message.all"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        return _counts(
            (sent.wave, sent.is_approved)
            for sent in sent_by_wave(asked.programme, asked.scope, asked.places)
        )

    def words(self, fact: Fact) -> str:
        if not fact.total:
            return _("No message is planned")
        text = ngettext(
            "%(n)d message is not approved", "%(n)d messages are not approved", fact.missing
        )
        return text % {"n": fact.missing}

    def praise(self, fact: Fact) -> str:
        return super().praise(fact) if fact.total else self.words(fact)

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        query = {"wave": wave, "lacks": APPROVAL} if fact.total else {"wave": wave}
        return f"{reverse('communications:message-list', args=[slug])}?{urlencode(query)}"

    def listed(self, fact: Fact) -> int | None:
        return fact.missing if fact.total else None


class TranslationRule(ReadinessRule):
    """Each of these messages is ready in each language that its people in the wave read.

    ``people`` is how many get another language, at most in one message.
    """

    key = "translations"
    label = gettext_lazy("Languages ready")
    steps = (Step(60, 25), Step(30, 75), Step(14, 100))
    margin = 20
    action = "message.all"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        sent = list(sent_by_wave(asked.programme, asked.scope, asked.places))
        ready = languages_ready(sent)
        others = [(s.wave, others_in(s, ready[s.plan.message.pk])) for s in sent]
        most: Counter[int] = Counter()
        for wave, people in others:
            most[wave] = max(most[wave], people)
        counts = _counts((wave, not people) for wave, people in others)
        return {
            wave: Fact(fact.done, fact.total, people=most[wave]) for wave, fact in counts.items()
        }

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)d message is missing a language",
            "%(n)d messages are missing a language",
            fact.missing,
        )
        return text % {"n": fact.missing}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        query = {"wave": wave, "lacks": LANGUAGE}
        return f"{reverse('communications:message-list', args=[slug])}?{urlencode(query)}"

    def listed(self, fact: Fact) -> int | None:
        return fact.missing


def _counts(found: Iterable[tuple[int, bool]]) -> dict[int, Fact]:
    done: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for wave, is_done in found:
        done[wave] += is_done
        total[wave] += 1
    return {wave: Fact(done[wave], total[wave]) for wave in total}


register(ApprovalRule())
register(TranslationRule())
