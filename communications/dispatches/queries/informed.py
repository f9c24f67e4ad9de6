"""Who is informed of their own change by the messages of a programme, by name or possibly.

A mail informs if it was taken and has not come back, is about the reader's own change, is in a
language that they read, and if email is a channel that reaches them. A post names nobody: it
informs possibly whoever works at its sites and is concerned. So does a mail to people whom email
misses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from operator import or_

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from communications.dispatches.models import Bounce, Delivery, Dispatch, Post
from communications.mailroom.models import State
from communications.messages.models import Message
from stakeholders.audiences.queries.channels import email_misses
from stakeholders.people.models.person import PersonQuerySet
from stakeholders.people.queries.reading import readers_of
from stakeholders.register.queries.touched import Changes, Subject, behind, subjects_of

PERSON = "person__"
NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Told:
    """What the messages of a programme told whom, loaded once in a fixed number of queries.

    Event and survey mails do not inform, whatever they invite to.
    """

    changes: Changes

    @cached_property
    def subjects(self) -> dict[Subject, list[int]]:
        """Return the ids of the dispatches about each subject."""
        messages = Message.objects.filter(programme=self.changes.programme, source="message")
        about = subjects_of(messages.only("pk", "stage"), Message)
        found: dict[Subject, list[int]] = {}
        rows = Dispatch.objects.filter(message__in=about)
        for pk, message in rows.order_by().values_list("pk", "message"):
            found.setdefault(about[message], []).append(pk)
        return found

    @cached_property
    def missed(self) -> Q:
        """Return the condition of people whom email misses."""
        return email_misses(self.changes.programme.pk)

    def mails(self) -> QuerySet[Delivery]:
        """Return the mails about their own change that were taken, of active people."""
        about = self._any(lambda subject: self.changes.own(subject, "site", PERSON))
        taken = Delivery.objects.filter(about, state=State.SENT, person__left_on__isnull=True)
        return taken.filter(person__site__in=self.changes.sites).order_by()

    def _any(self, own: Callable[[Subject], Q]) -> Q:
        found = NOBODY
        for subject, dispatches in self.subjects.items():
            found |= Q(dispatch__in=dispatches) & own(subject)
        return found

    def kept(self) -> QuerySet[Delivery]:
        """Return those of the mails that have not come back."""
        return self.mails().filter(~Exists(Bounce.objects.filter(delivery=OuterRef("pk"))))

    def read(self) -> QuerySet[Delivery]:
        """Return those that are in a language which is read as well."""
        return self.kept().filter(readers_of(dict(settings.LANGUAGES), PERSON, "language"))

    def informing(self) -> QuerySet[Delivery]:
        """Return those that inform."""
        return self.read().filter(~behind(self.missed, PERSON))

    def informed(self) -> dict[int, datetime]:
        """Return when the first mail that informs reached whom, by person; in one query."""
        rows = self.informing().values_list("person").annotate(at=Min("ended_at"))
        return dict(rows)

    def possibly(self) -> set[int]:
        """Return the ids of the people who may know by a post, or by a mail that misses them.

        They may be informed as well. Two queries.
        """
        mails = self.read().filter(behind(self.missed, PERSON))
        posts = self._posted()
        return {*mails.values_list("person", flat=True), *posts.values_list("pk", flat=True)}

    def _posted(self) -> PersonQuerySet:
        """Return the people at the sites of a post about their own change."""
        by_dispatch = {pk: about for about, pks in self.subjects.items() for pk in pks}
        posts = Post.objects.filter(dispatch__in=by_dispatch, state=State.SENT).order_by()
        sites: dict[Subject, set[int]] = {}
        for dispatch, site in posts.values_list("dispatch", "sites"):
            sites.setdefault(by_dispatch[dispatch], set()).add(site)
        there = [Q(site__in=at) & self.changes.own(about) for about, at in sites.items()]
        return self.changes.people().filter(reduce(or_, there, NOBODY)).order_by()
