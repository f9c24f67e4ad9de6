"""What still uses a row: whatever a relation leads from, on any floor."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

NAMED = 3


@dataclass(frozen=True)
class Use:
    """What uses something in one way.

    Attributes:
        kind: what these are, in the plural.
        count: how many there are.
        names: of the first of them; none where names are not to be told.

    """

    kind: str | Promise
    count: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as a line of a list."""
        dots = ", …" if self.names and self.count > len(self.names) else ""
        names = f" ({', '.join(self.names)}{dots})" if self.names else ""
        label = capfirst(str(self.kind))
        return _("%(label)s: %(names)s") % {"label": label, "names": f"{self.count}{names}"}


def uses_of(
    obj: Model,
    *,
    named: Mapping[type[Model], Callable[[Any], object]] | None = None,
    owned: Collection[str] = (),
    forward: Collection[str] = (),
) -> list[Use]:
    """Return what refers to an object; without any, nothing is lost with it.

    Args:
        obj: the object.
        named: what to call a row of each model that may be told; of others only the number is.
        owned: labels of models whose rows are a part of the object and go with it.
        forward: names of its own many-to-many relations that count as well.

    """
    relations = [one for one in obj._meta.get_fields(include_hidden=True) if _leads_here(one)]
    relations += [obj._meta.get_field(name) for name in forward]
    used = [
        _use(one.related_model, rows, named or {})
        for one, rows in _rows(obj, relations)
        if one.related_model._meta.label not in owned
    ]
    return [use for use in used if use.count]


def _leads_here(field: Any) -> bool:
    """Tell whether a field is another model's relation, told once: a table between is no model."""
    if not field.auto_created or field.concrete or field.related_model._meta.auto_created:
        return False
    return not field.many_to_many or field.through._meta.auto_created


def _rows(obj: Model, relations: Collection[Any]) -> Iterator[tuple[Any, Any]]:
    for one in relations:
        manager = one.related_model._base_manager
        is_own = one.concrete
        rows = getattr(obj, one.name).all() if is_own else manager.filter(**{one.field.name: obj})
        yield one, rows.order_by("pk")


def _use(
    model: type[Model], rows: Any, named: Mapping[type[Model], Callable[[Any], object]]
) -> Use:
    names = tuple(str(named[model](row)) for row in rows[:NAMED]) if model in named else ()
    return Use(model._meta.verbose_name_plural or "", rows.count(), names)
