"""The page that shows our pictures beside those of the design."""

from pathlib import Path

# A picture of the design: the page of ours that answers it, and how it is looked at.
DESIGNED = {
    "cio.png": ("dashboards-overview-show", "desktop"),
    "cio-dark.png": ("dashboards-overview-show", "dark"),
    "cio-phone.png": ("dashboards-overview-show", "phone"),
    "cio-print.png": ("dashboards-overview-show", "print"),
    "plan.png": ("dashboards-plan-show", "desktop"),
    "plan-phone.png": ("dashboards-plan-show", "phone"),
    "decisions.png": ("dashboards-decisions-show", "phone"),
    "message.png": ("communications-message-show", "desktop"),
    "messages.png": ("communications-message-list", "desktop"),
    "messages-phone.png": ("communications-message-list", "phone"),
    "translate.png": ("communications-text-edit", "desktop"),
    "dispatch.png": ("communications-dispatch-show", "desktop"),
    "region.png": ("dashboards-region-show", "desktop"),
    "region-phone.png": ("dashboards-region-show", "phone"),
    "stream.png": ("dashboards-stream-show", "desktop"),
    "setup.png": ("dashboards-setup", "desktop"),
    "shift.png": ("dashboards-wave-move", "desktop"),
    "import-preview.png": ("stakeholders-import-show", "desktop"),
    "import-effect.png": ("dashboards-import-effect", "desktop"),
    "audience.png": ("stakeholders-audience-build", "desktop"),
    "stakeholders.png": ("stakeholders-stakeholder-list", "desktop"),
    "impact.png": ("dashboards-impact-map", "desktop"),
    "survey-builder.png": ("feedback-survey-edit", "desktop"),
    "results.png": ("feedback-results-show", "desktop"),
    "survey.png": ("feedback-answer-give", "phone"),
    "survey-zh.png": ("feedback-answer-give", "zh"),
    "survey-ar.png": ("feedback-answer-give", "ar"),
    "event.png": ("events-ticket-show", "phone"),
    "checkin.png": ("events-checkin-show", "phone"),
    "me-fr.png": ("dashboards-me-persona", "fr"),
    "signin.png": ("account_login", "desktop"),
}
HEAD = """# How the pages look

Taken from the demonstration by `make pictures`. First each picture of the design beside the page
that answers it, then every page: desktop, phone, dark and French; public ones in Chinese and Arabic
as well.

| design | ours |
| --- | --- |
"""


def write_gallery(folder: Path) -> None:
    """Write ``README.md`` of a folder of pictures."""
    beside = [
        f"| ![{name}](design/{Path(name).stem}.webp) | ![{page}]({page}-{look}.webp) |"
        for name, (page, look) in DESIGNED.items()
        if (folder / f"{page}-{look}.webp").exists()
        and (folder / "design" / f"{Path(name).stem}.webp").exists()
    ]
    (folder / "README.md").write_text(
        HEAD + "\n".join(beside) + "\n\n" + "\n\n".join(every_page(folder)) + "\n",
        encoding="utf-8",
    )


def every_page(folder: Path) -> list[str]:
    """Return a section for each page, with all of its pictures."""
    pages: dict[str, list[str]] = {}
    for picture in sorted(folder.glob("*.webp")):
        page, _dash, look = picture.stem.rpartition("-")
        pages.setdefault(page, []).append(f"[{look}]({picture.name})")
    return [f"**{page}**: {', '.join(looks)}" for page, looks in pages.items()]
