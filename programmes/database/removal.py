"""What is taken off a page is kept, so that it can be put back."""

from typing import Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

AnyModel = TypeVar("AnyModel", bound=models.Model)


class RemovableQuerySet(models.QuerySet[AnyModel]):
    """Words on what can be removed."""

    def present(self) -> Self:
        """Keep what is not removed."""
        return self.filter(removed_at__isnull=True)


class Removable(models.Model):
    """Something that can be removed and put back; an administrator deletes it for good."""

    removed_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
