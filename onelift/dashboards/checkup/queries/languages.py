"""The catalogues of the interface, and the languages in which people are told."""

from pathlib import Path

from django.conf import settings

from onelift import catalogue
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from programmes.models import Programme

COMPILE = "run pybabel compile --domain django --directory locale."


def check_catalogues() -> Finding:
    """Compare what is compiled with what is translated."""
    paths = {language: catalogue.path_of(language) for language in catalogue.languages()}
    missing = [code for code, path in paths.items() if not path.with_suffix(".mo").exists()]
    if missing:
        return trouble(f"Pages in {', '.join(missing)} would be in English: {COMPILE}")
    old = [code for code, path in paths.items() if _is_old(path)]
    if old:
        return warning(f"The catalogues of {', '.join(old)} are older than their texts: {COMPILE}")
    return fine(f"{len(paths) + 1} languages are there.")


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
                f"{programme} is told in {', '.join(unknown)}, which this version does not know: "
                "take it out of the programme's languages."
            )
    return fine(f"The languages of {len(programmes)} programmes are known.")
