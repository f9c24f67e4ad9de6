"""Writing what a change does to whom."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from stakeholders.register.models import Impact

RELATIONS = ("personas", "sites")


@transaction.atomic
def save_impact(impact: Impact, values: Mapping[str, Any]) -> Impact:
    """Give an impact its values, and say whom it touches where.

    Raises:
        ValidationError: by field: what the values lack.

    """
    for name, value in values.items():
        if name not in RELATIONS:
            setattr(impact, name, value)
    impact.full_clean()
    impact.save()
    for name in RELATIONS:
        getattr(impact, name).set(values[name])
    return impact
