"""What each reader may see of the canaries, from the table of who may do what; no more is shown.

A rule is the owner, then app, model and field; a star stands for anything.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

# On the public pages of the programmes, which are for everybody.
PUBLIC = (
    "two programmes.Programme.name",
    "two programmes.Programme.slug",
    "* programmes.SupportContact.*",
    "china programmes.Site.name",
)
# On the public page of an event that was approved.
PUBLIC_EVENTS = ("* events.Event.*", "* programmes.Programme.name", "* programmes.Site.name")
# What is kept of one person is given out whole, from every programme.
OF_ONE_PERSON = ("two communications.*", "two events.*", "two stakeholders.*")
# No version of a message holds them: they are the programme's, and stand beside what is approved.
FRAME = ("desk communications.Message.purpose", "desk communications.Message.key_points")
PLACES = (
    "china programmes.Region.*",
    "china programmes.Site.*",
    "china programmes.Wave.*",
    "china programmes.BusinessLine.*",
    "china programmes.SupportContact.*",
    "china programmes.Blackout.*",
    # A word of which many people make a line of an audience.
    "china stakeholders.Person.employer",
)
# Kits of all regions are there to be read, with what of them could not be made.
KITS = ("china communications.KitFile.detail",)
# The whole programme, with figures of people, and nobody's own objectives.
WATCHED = (
    *PLACES,
    *KITS,
    "china communications.[MAQ]*",
    "china communications.Delivery.reason",
    "china communications.Channel.name",
    "china communications.Post.*",
    "china auditlog.LogEntry.additional_data",
    "china stakeholders.User.*_name",
    "china feedback.*",
    "china events.Event.*",
    "desk communications.*",
    "desk feedback.*",
    "china stakeholders.Stakeholder.*",
    "china stakeholders.Assessment.*",
    "china stakeholders.Impact.*",
    "desk stakeholders.Stakeholder.*",
    "desk stakeholders.Assessment.*",
)
SEEN: dict[str, tuple[str, ...]] = {
    "otto": (),
    "rosa": FRAME,
    "mei": (*FRAME, "china *"),
    # The plan of the whole programme, with what waits, and why something was refused.
    "samir": (
        *PLACES,
        *KITS,
        "china feedback.Survey.name",
        "china communications.Approval.content",
        "desk feedback.Survey.name",
        "desk communications.Message.subject_*",
        "china events.Event.title_*",
        "desk communications.Approval.*",
    ),
    "hana": (
        "office *",
        "china stakeholders.ImportEntry.*",
        "china stakeholders.Person.*number",
        "china programmes.Site.name",
    ),
    "claire": (
        *WATCHED,
        "office stakeholders.ImportRun.file_name",
        # What was done to a sending, whose entry names it; of persons it names nobody.
        "china auditlog.LogEntry.object_repr",
    ),
    # Persons only where a mail to them failed.
    "tom": (
        *WATCHED,
        "china stakeholders.Person.*_name",
        # Words of which many people make the rule of a persona.
        "china stakeholders.Person.job",
        "china communications.Delivery.*",
        "china communications.Bounce.*",
        "china communications.Channel.*",
        # Links to kits, which they make.
        "china communications.KitLink.nonce",
        # And guests, whom they may let in.
        "china events.Registration.guest_name",
    ),
    # Drafts that concern Iberia: those for everybody, and what was for China and is widened.
    "nuria": (
        *FRAME,
        "desk communications.Message.*",
        "desk communications.Approval.content",
        "desk feedback.Survey.name",
        "desk feedback.Question.*",
        "desk feedback.Option.*",
        "china communications.Message.*",
        "china communications.Approval.content",
    ),
    "dora": ("china *", "desk *", "office *"),
    "ines": ("china *", "desk *", "office *"),
    "pia": (
        "two *",
        "office *",
        "china programmes.[RSB]*",
        "china stakeholders.P*",
        "china stakeholders.Import*",
    ),
    # In the administration alone; elsewhere an administrator without a role is like Otto.
    "ada": ("china *", "desk *", "two *", "office *", "machine *"),
}


def hidden(words: dict[str, str], reader: str, address: str) -> set[str]:
    """Return the words that a reader must not meet at an address."""
    seen = () if reader == "ada" and not address.startswith("/admin/") else SEEN[reader]
    if address.startswith("/e/"):
        seen = (*seen, *PUBLIC_EVENTS)
    if reader == "dora" and address.endswith("/data/"):
        seen = (*seen, *OF_ONE_PERSON)
    if address.startswith("/me/"):
        seen = (*seen, *PUBLIC)
    return {word for word, column in words.items() if not _fits(column, seen)}


def _fits(column: str, rules: Iterable[str]) -> bool:
    return any(fnmatchcase(column, rule) for rule in rules)


def leaks(words: dict[str, str], reader: str, met: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return by column the addresses where a reader met a word that is hidden from them."""
    found: dict[str, list[str]] = {}
    for word, addresses in met.items():
        places = sorted(a for a in addresses if word in hidden(words, reader, a))
        if places:
            found[words[word]] = places[:4]
    return found
