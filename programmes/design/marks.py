"""Icons and status marks: each state has its own silhouette, word and tone."""
# ruff: noqa: E501  (the path of a drawing is one word)

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Drawn on 16 × 16, stroked.
ICONS = {
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "check": '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
    "x": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.8V8l2.2 1.6"/>',
    "down": '<path d="M8 2.5v8M4.6 7.4 8 10.8l3.4-3.4M3 13.5h10"/>',
    "up": '<path d="M8 10.8v-8M4.6 6 8 2.6 11.4 6M3 13.5h10"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z"/>',
    "mail": '<rect x="2" y="3.5" width="12" height="9" rx="1.5"/><path d="m2.5 4.5 5.5 4.3 5.5-4.3"/>',
    "cal": '<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/><path d="M2.5 6.8h11M5.5 2v3M10.5 2v3"/>',
    "pin": '<path d="M8 14s4.6-4 4.6-7.6a4.6 4.6 0 0 0-9.2 0C3.4 10 8 14 8 14Z"/><circle cx="8" cy="6.4" r="1.6"/>',
    "chev": '<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>',
    "right": '<path d="m6.5 4 4 4-4 4"/>',
    "left": '<path d="m9.5 4-4 4 4 4"/>',
    "globe": '<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c2 2 2.6 4 2.6 6S10 12 8 14c-2-2-2.6-4-2.6-6S6 4 8 2Z"/>',
    "lock": '<rect x="3.5" y="7" width="9" height="6.5" rx="1.4"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
    "people": '<circle cx="6" cy="5.4" r="2.4"/><path d="M1.8 13c.3-2.5 2-3.9 4.2-3.9s3.9 1.4 4.2 3.9M10.6 3.2a2.3 2.3 0 0 1 0 4.4M11.8 9.5c1.4.5 2.2 1.8 2.4 3.5"/>',
    "warn": '<path d="M8 2.5 14.5 13.5h-13z"/><path d="M8 6.5v3.2M8 11.6v.1"/>',
    "edit": '<path d="m3 13 .6-2.8L10.8 3 13 5.2l-7.2 7.2z"/>',
    "filter": '<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>',
    "phone": '<rect x="4.5" y="1.8" width="7" height="12.4" rx="1.5"/><path d="M7.2 12h1.6"/>',
    "desktop": '<rect x="2" y="3" width="12" height="8" rx="1.2"/><path d="M6 13.5h4"/>',
    "moon": '<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6Z"/>',
    "sun": '<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1"/>',
    "bulb": '<path d="M6 12.5h4M6.6 14.3h2.8M5.6 10.4C4.3 9.6 3.6 8.3 3.6 6.8a4.4 4.4 0 0 1 8.8 0c0 1.5-.7 2.8-2 3.6z"/>',
    "eye": '<path d="M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8Z"/><circle cx="8" cy="8" r="1.9"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "pause": '<path d="M5.5 3v10M10.5 3v10"/>',
    "play": '<path d="M5 3.2v9.6L12.5 8z"/>',
    "undo": '<path d="M6 3 2.8 6.2 6 9.4"/><path d="M3 6.2h6a4 4 0 0 1 0 8H7"/>',
    "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1.3"/><path d="M10.5 5.5v-3h-8v8h3"/>',
    "gear": '<circle cx="8" cy="8" r="4.4"/><circle cx="8" cy="8" r="1.5"/><path d="M8 1.4v2.2M8 12.4v2.2M1.4 8h2.2M12.4 8h2.2M3.3 3.3l1.6 1.6M11.1 11.1l1.6 1.6M3.3 12.7l1.6-1.6M11.1 4.9l1.6-1.6"/>',
    "send": '<path d="M14 2.5 7 9.5M14 2.5 9.5 14 7 9.5 2 7z"/>',
}

# Drawn on 12 × 12, filled.
_RING = '<circle cx="6" cy="6" r="4.8" fill="none" stroke="currentColor" stroke-width="1.4"/>'
_TICK = 'fill="none" stroke="var(--s,#fff)" stroke-width="1.5"'
SHAPES = {
    "disc": f'<circle cx="6" cy="6" r="5.5"/><path d="m3.6 6.2 1.7 1.7 3.2-3.5" {_TICK}/>',
    "triangle": '<path d="M6 .8 11.6 11H.4z"/>',
    "diamond": '<path d="M6 0l6 6-6 6-6-6z"/>',
    "arrow": '<path d="M6 1a5 5 0 1 0 5 5h-1.7A3.3 3.3 0 1 1 6 2.7V5l3.4-2.8L6-.4z"/>',
    "half": f'<path d="M6 .5A5.5 5.5 0 0 1 6 11.5z"/>{_RING}',
    "ring": _RING,
    "dash": '<path d="M1.5 6h9" stroke="currentColor" stroke-width="2"/>',
    "square": f'<rect x=".8" y=".8" width="10.4" height="10.4" rx="2"/><path d="m3.4 6.2 1.8 1.8 3.4-3.7" {_TICK}/>',
    "cross": '<path d="m2 2 8 8m0-8-8 8" stroke="currentColor" stroke-width="2.2"/>',
    "bars": '<path d="M3.7 1.5v9m4.6-9v9" stroke="currentColor" stroke-width="2.4"/>',
    "hourglass": '<path d="M1.5.5h9L6 6l4.5 5.5h-9L6 6z"/>',
    "barred": f'{_RING}<path d="m2.8 9.2 6.4-6.4" stroke="currentColor" stroke-width="1.4"/>',
    "question": f'<path d="M6 0l6 6-6 6-6-6z"/><path d="M4.6 4.7q0-1.5 1.4-1.5t1.4 1.3q0 .9-1.4 1.5v.8M6 8v1" {_TICK}/>',
}


@dataclass(frozen=True)
class Status:
    """How one state looks: a tone of the stylesheet (may be empty), a shape, a word."""

    tone: str
    shape: str
    word: str | Promise


STATUSES = {
    "on": Status("good", "disc", _("On track")),
    "risk": Status("warn", "triangle", _("At risk")),
    "off": Status("bad", "diamond", _("Off track")),
    "run": Status("good", "square", _("In Run")),
    "live": Status("good", "disc", _("Live")),
    "planned": Status("", "ring", _("Planned")),
    "approved": Status("good", "disc", _("Approved")),
    "review": Status("info", "half", _("In review")),
    "waiting": Status("info", "hourglass", _("Waiting")),
    "draft": Status("", "ring", _("Draft")),
    "missing": Status("bad", "dash", _("Missing")),
    "stale": Status("stale", "arrow", _("Out of date")),
    "sent": Status("good", "disc", _("Sent")),
    "sending": Status("info", "half", _("Sending")),
    "scheduled": Status("info", "ring", _("Scheduled")),
    "failed": Status("bad", "cross", _("Failed")),
    "bounced": Status("bad", "arrow", _("Bounced")),
    "skipped": Status("", "dash", _("Skipped")),
    "cancelled": Status("", "barred", _("Cancelled")),
    "in_doubt": Status("bad", "question", _("In doubt")),
    "paused": Status("warn", "bars", _("Paused")),
    "done": Status("good", "square", _("Done")),
    "held": Status("warn", "triangle", _("On hold")),
    "refused": Status("bad", "cross", _("Refused")),
    "withdrawn": Status("", "barred", _("Withdrawn")),
    "new": Status("info", "half", _("New")),
    "received": Status("info", "ring", _("Received")),
    "studied": Status("info", "half", _("Being studied")),
    "answered": Status("good", "disc", _("Answered")),
    "unmeasured": Status("", "ring", _("Not measured")),
    "old": Status("stale", "arrow", _("Not measured recently")),
    "works": Status("good", "disc", _("Working")),
    "broken": Status("bad", "diamond", _("Not working")),
    "switched_off": Status("", "dash", _("Off")),
    "unused": Status("", "ring", _("Not used yet")),
    "on_time": Status("good", "disc", _("On time")),
    "nothing_waits": Status("", "dash", _("Nothing waiting")),
    "late": Status("warn", "triangle", _("Late")),
    "on_track": Status("good", "disc", _("On track")),
    "at_risk": Status("warn", "triangle", _("At risk")),
    "off_track": Status("bad", "diamond", _("Off track")),
    "not_started": Status("", "ring", _("Not started")),
    "overridden": Status("warn", "half", _("Overridden")),
    "met": Status("good", "disc", _("Met")),
    "close": Status("warn", "triangle", _("Nearly met")),
    "fails": Status("bad", "diamond", _("Not met")),
    "undated": Status("bad", "diamond", _("No date yet")),
}
# The tones of notes and check lists, which carry no word of their own.
TONE_SHAPES = {
    "good": "disc",
    "warn": "triangle",
    "bad": "diamond",
    "stale": "arrow",
    "info": "half",
    "": "ring",
}

# The five faces of a satisfaction question, best first; drawn on 34 × 34.
FACES = {
    5: "M10.5 20.5q6.5 7.5 13 0",
    4: "M11.5 21.5q5.5 3.6 11 0",
    3: "M11.5 22.5h11",
    2: "M11.5 23.2q5.5-3 11 0",
    1: "M11 24q6-6 12 0",
}
