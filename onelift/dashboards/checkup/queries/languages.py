"""The catalogues of the interface, and the languages in which people are told."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from onelift import catalogue
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from programmes.models import Programme

COMPILE = "pybabel compile --domain django --directory locale"


def check_catalogues() -> Finding:
    """Compare what is compiled with what is translated."""
    paths = {language: catalogue.path_of(language) for language in catalogue.languages()}
    missing = [code for code, path in paths.items() if not path.with_suffix(".mo").exists()]
    if missing:
        words = _("Pages in %(codes)s are shown in English: run %(command)s.")
        return trouble(words % {"codes": ", ".join(missing), "command": COMPILE})
    old = [code for code, path in paths.items() if _is_old(path)]
    if old:
        words = _("The compiled catalogues of %(codes)s are out of date: run %(command)s.")
        return warning(words % {"codes": ", ".join(old), "command": COMPILE})
    return fine(_("%(n)s languages are available.") % {"n": len(paths) + 1})


def _is_old(path: Path) -> bool:
    return path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime


def check_programmes() -> Finding:
    """Look for languages that a programme names and this version does not know."""
    known = dict(settings.LANGUAGES)
    programmes = list(Programme.objects.all())
    for programme in programmes:
        unknown = sorted(set(programme.languages) - known.keys())
        if unknown:
            return warning(
                _(
                    "%(programme)s uses %(codes)s, which this version does not support: remove "
                    "it from the programme’s languages."
                )
                % {"programme": programme, "codes": ", ".join(unknown)}
            )
    return fine(
        _("All programme languages are supported. Programmes: %(n)s.") % {"n": len(programmes)}
    )
