"""What tools hold about the house as a whole."""

import io
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

FLOORS = ["programmes", "stakeholders", "communications", "events", "feedback"]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


def test_no_relation_points_to_a_higher_floor():
    for model in apps.get_models():
        floor = model._meta.app_label
        if floor not in FLOORS:
            continue
        for field in model._meta.get_fields():
            if not field.concrete or not field.is_relation or field.related_model is None:
                continue
            if field.related_model._meta.label == settings.AUTH_USER_MODEL:
                continue
            target = field.related_model._meta.app_label
            if target in FLOORS:
                assert FLOORS.index(target) <= FLOORS.index(floor), field


TRANSLATED = ["subject", "body", "purpose", "benefit", "how_to_get", "name", "text"]
CODES = [code.replace("-", "_") for code, _name in settings.LANGUAGES if code != "en"]
TRANSLATED_COLUMN = re.compile(rf"\b({'|'.join(TRANSLATED)})_({'|'.join(CODES)})\b")


@pytest.mark.parametrize("root", [*FLOORS, "onelift"])
def test_translated_columns_are_named_in_translation_modules_only(root):
    for path in (settings.BASE_DIR / root).rglob("*.py"):
        if "migrations" not in path.parts and path.name != "translation.py":
            assert not TRANSLATED_COLUMN.search(path.read_text()), path
