"""Which programme a command means."""

from django.core.management.base import CommandError

from programmes.models.programme import Programme, ProgrammeQuerySet


def programme_meant(slug: str, fitting: ProgrammeQuerySet, lacking: str) -> Programme:
    """Return the programme with an address, or the only one that fits.

    Args:
        slug: the address that was given, or empty.
        fitting: the programmes that have what the command is about.
        lacking: the sentence to say where no programme fits.

    Raises:
        CommandError: no programme has the address, none fits, or several do and no address was
            given.

    """
    if slug:
        if not Programme.objects.filter(slug=slug).exists():
            known = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no programme “{slug}”. Use one of: {known}.")
        fitting = fitting.filter(slug=slug)
    found = list(fitting.order_by("slug").distinct())
    if not found:
        raise CommandError(lacking)
    if len(found) > 1:
        slugs = ", ".join(one.slug for one in found)
        raise CommandError(f"Several programmes fit. Add --programme with one of: {slugs}.")
    return found[0]
