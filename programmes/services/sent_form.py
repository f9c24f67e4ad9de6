"""Doing once what is sent twice: a double click, a second try after a lost answer."""

from datetime import datetime, timedelta

from programmes.models import SentForm

# The page of a form may stay open for a while; nobody sends the same again a day later.
KEPT = timedelta(days=1)


def take_form(digest: str, now: datetime) -> tuple[SentForm, bool]:
    """Return the row of a form, and whether it is sent for the first time.

    It belongs to the transaction that does what the form asks for: whoever sends it again
    meanwhile waits for the end of that, and finds the row; after a failure it is gone.
    """
    return SentForm.objects.get_or_create(digest=digest, defaults={"at": now})


def keep_outcome(form: SentForm, url: str, said: list[list[int | str]]) -> None:
    """Remember where a form has led."""
    form.url, form.said = url, said
    form.save(update_fields=["url", "said"])


def refuse_form(form: SentForm) -> None:
    """Forget a form that was refused: it may be sent again as it is."""
    form.delete()


def sweep_forms(now: datetime) -> int:
    """Delete what is older than a day; return how many."""
    return SentForm.objects.filter(at__lte=now - KEPT).delete()[0]
