"""How most programs send: one Celery task a mail, each rendered and handed over on its own.

The worker of the dispatch benchmark has this task beside those of OneLift.
"""

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from communications.messages.rendering import prepare, values_for
from communications.models import Delivery, State
from onelift.celery import app


@app.task(name="benchmarks.one_mail")
def one_mail(pk: int) -> None:
    """Send one delivery in the ordinary way."""
    delivery = Delivery.objects.select_related(
        "person", "site", "approval", "dispatch__message__programme"
    ).get(pk=pk)
    person, programme = delivery.person, delivery.dispatch.message.programme
    texts = delivery.dispatch.message.approvals.get().content["languages"][person.language]
    prepared = prepare(programme, person.language, texts["subject"], texts["body"], ())
    filled = prepared.fill(values_for(person, delivery.site, None, programme, person.language))
    mail = EmailMultiAlternatives(filled.subject, filled.text, to=[person.email])
    mail.attach_alternative(filled.html, "text/html")
    mail.send()
    Delivery.objects.filter(pk=pk).update(state=State.SENT, ended_at=timezone.now())
