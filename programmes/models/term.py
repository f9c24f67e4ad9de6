"""The glossary of a programme: how its terms are called in each language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class TermQuerySet(models.QuerySet["Term"]):
    """Words on terms."""

    def within(self, scope: Scope) -> "TermQuerySet":
        """Narrow to the terms of the programme in view."""
        return self.filter(scope.here())

    def present(self) -> "TermQuerySet":
        """Narrow to what nobody has removed."""
        return self.filter(removed_at=None)


class Term(models.Model):
    """A word that everybody in a programme uses in the same way.

    ``word`` is translated: in English it is the term itself, and nothing where a language has none
    yet. What is removed stays, so that it can be put back.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="terms")
    word = models.CharField(_("word"), max_length=120)
    note = models.CharField(_("meaning"), max_length=240, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.word
