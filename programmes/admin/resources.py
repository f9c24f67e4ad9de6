"""Reference data as small files: what the admin brings in and gives out, for a table each.

Known rows are found by their names. A file is brought in as a whole, after a preview, or not at
all; each wrong row is shown with what to do. No cell that leaves is a formula.
"""

import re
from collections.abc import MutableMapping
from typing import Any

from django.db.models import Model
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.widgets import ForeignKeyWidget

from programmes.database.clock import database_now
from programmes.design.cells import defused, fit_for_workbook, restored
from programmes.models import BusinessLine, Programme, Region, Service, Site, Stream
from programmes.models.trail import NOTED
from programmes.queries.trail import values_of
from programmes.services.trail import write_change

_STYLE = re.compile(r' style="[^"]*"')
Row = MutableMapping[str, Any]


class Named(ForeignKeyWidget):  # type: ignore[misc]
    """A relation that a file names by a text; what it names must be there."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Model | None:
        """Return what is named, or None for an empty cell.

        Raises:
            ValueError: there is nothing of that name; the text says what to do.

        """
        if value in (None, ""):
            return None
        found = self.get_queryset(value, row, **kwargs).filter(**{self.field: value}).first()
        if found is None:
            words = {"kind": self.model._meta.verbose_name, "name": value}
            raise ValueError(
                _("There is no %(kind)s “%(name)s”. Add it first, or correct the name.") % words
            )
        return found  # type: ignore[no-any-return]


class NamedOfProgramme(Named):
    """A relation to something of the programme that the row names."""

    def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what belongs to the row's programme."""
        return super().get_queryset(value, row).filter(programme__slug=row.get("programme", ""))


class PlainDiff(Diff):  # type: ignore[misc]
    """What changes, marked by tags alone: the pages forbid styles within them."""

    def as_html(self) -> list[str]:
        """Return each column with what goes and what comes."""
        return [mark_safe(_STYLE.sub("", html)) for html in super().as_html()]  # noqa: S308


class Small:
    """How all these files are brought in."""

    clean_model_instances = True
    use_transactions = True
    skip_unchanged = True
    report_skipped = True


class ReferenceResource(ModelResource):  # type: ignore[misc]
    """What all these files share."""

    @classmethod
    def get_diff_class(cls) -> type[PlainDiff]:
        """Return how changes are shown before they are written."""
        return PlainDiff

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        """Take back what an export did to cells."""
        for name, value in row.items():
            row[name] = "" if value is None else restored(value)

    def before_save_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        """Keep in mind what the row was."""
        instance.noted_before = self._noted(instance.pk)

    def after_save_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        """Tell the audit trail what has become of it; a preview takes that back with the rest."""
        after = self._noted(instance.pk)
        write_change(instance, instance.noted_before, after, kwargs["user"], database_now())

    def _noted(self, key: Any) -> dict[str, str]:
        model = self._meta.model
        return values_of(model, key, NOTED[model._meta.label])

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Return a cell that no spreadsheet computes."""
        return defused(fit_for_workbook(super().export_field(field, instance, **kwargs)))


class RegionResource(ReferenceResource):
    """Regions by their names; the address of a new one is made of it where there is none."""

    class Meta(Small):
        model = Region
        fields = ("name", "slug")
        import_id_fields = ("name",)

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        row["slug"] = row.get("slug") or slugify(str(row.get("name", "")))[:80]


class SiteResource(ReferenceResource):
    """Sites by their names."""

    region = Field("region", "region", widget=Named(Region, "name"))

    class Meta(Small):
        model = Site
        fields = (
            "name",
            "latin_name",
            "region",
            "country",
            "subdivision",
            "time_zone",
            "language",
            "weekend_days",
            "is_pilot",
        )
        import_id_fields = ("name",)

    def before_save_instance(self, instance: Site, row: Row, **kwargs: Any) -> None:
        """Stamp the change: the sending waits for it."""
        super().before_save_instance(instance, row, **kwargs)
        instance.changed_at = database_now()


class BusinessLineResource(ReferenceResource):
    """Business lines by their names."""

    class Meta(Small):
        model = BusinessLine
        fields = ("name",)
        import_id_fields = ("name",)


class StreamResource(ReferenceResource):
    """Streams by programme and name."""

    programme = Field("programme", "programme", widget=Named(Programme, "slug"))

    class Meta(Small):
        model = Stream
        fields = ("programme", "name", "purpose")
        import_id_fields = ("programme", "name")


class ServiceResource(ReferenceResource):
    """Services by programme and English name, with their English texts."""

    programme = Field("programme", "programme", widget=Named(Programme, "slug"))
    stream = Field("stream", "stream", widget=NamedOfProgramme(Stream, "name"))

    class Meta(Small):
        model = Service
        fields = ("programme", "stream", "order", "name_en", "benefit_en", "how_to_get_en")
        import_id_fields = ("programme", "name_en")
