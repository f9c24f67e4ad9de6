"""What each reader may see of the canaries, from the table of who may do what; no more is shown.

A rule is the owner, then app, model and field; a star stands for anything.
"""

from fnmatch import fnmatchcase
from functools import cache

# On the public pages of the programmes, which are for everybody.
PUBLIC = (
    "two programmes.Programme.name",
    "two programmes.Programme.slug",
    "* programmes.SupportContact.*",
    "china programmes.Site.*name",
    "two programmes.Site.*name",
)
# Where a link leads that was sent: to an event that was approved, a ticket, a kit or a feed.
LINKED = (
    "* events.Event.*",
    "* programmes.Programme.name",
    "* programmes.Site.*name",
    "* programmes.SupportContact.*",
    "one communications.[CM]*",
    "one communications.Kit*",
)
BY_LINK = ("/e/", "/t/", "/k/", "/feeds/")
# In the installation, outside of any programme.
PEOPLE_OF_ALL = ("nowhere *", "two programmes.[RSB]*", "two stakeholders.Person.*")
# No version of a message holds them: they are the programme's, and stand beside what is approved.
FRAME = ("desk communications.Message.purpose", "desk communications.Message.key_points")
PLACES = (
    "china programmes.Region.*",
    "china programmes.Site.*",
    "china programmes.Wave.*",
    "china programmes.Move.*",
    "china programmes.BusinessLine.*",
    "china programmes.SupportContact.*",
    "china programmes.Blackout.*",
    "china programmes.Override.*",
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
    # What is left out of a message for some, and what its reviewers ask.
    "china communications.DroppedPoint.*",
    "china communications.ReviewComment.*",
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
# Rules for everybody of the first programme.
ONE = ("one *",)
# Whoever writes a text may ask each colleague of the programme to read it.
COLLEAGUES = ("china stakeholders.User.*_name",)
SEEN: dict[str, tuple[str, ...]] = {
    "otto": (),
    # With the English of one message, which she was asked to review.
    "rosa": (
        *ONE,
        *FRAME,
        *COLLEAGUES,
        "office stakeholders.ImportRun.file_name",
        "desk communications.Message.subject_en",
        "desk communications.Message.body_en",
        "desk communications.Message.sender",
        # On the papers of her own adaptation.
        "desk communications.ChannelText.headline_en",
        "desk communications.Adaptation*",
        "desk communications.DroppedPoint.*",
    ),
    "mei": (*ONE, *FRAME, "china *", "office stakeholders.ImportRun.file_name"),
    # The plan of the whole programme, with what waits, and why something was refused.
    "samir": (
        *ONE,
        *COLLEAGUES,
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
        "nowhere stakeholders.ImportEntry.*",
        "china stakeholders.Person.*number",
        "china programmes.Site.*name",
    ),
    "claire": (
        *ONE,
        *WATCHED,
        "office stakeholders.ImportRun.file_name",
        # What was done to a sending, whose entry names it; of persons it names nobody.
        "china auditlog.LogEntry.object_repr",
    ),
    # Persons only where a mail to them failed.
    "tom": (
        *ONE,
        *WATCHED,
        "china stakeholders.Person.*_name",
        # Words of which many people make the rule of a persona.
        "china stakeholders.Person.job",
        "china communications.Delivery.*",
        "china communications.Bounce.*",
        "china communications.Channel.*",
        "china communications.ChannelText.*",
        # Links to kits, which they make.
        "china communications.KitLink.nonce",
        # And guests, whom they may let in.
        "china events.Registration.guest_name",
    ),
    # Drafts that concern Iberia: those for everybody, and what was for China and is widened.
    "nuria": (
        *ONE,
        *FRAME,
        *COLLEAGUES,
        "desk communications.Message.*",
        "desk communications.Adaptation*",
        "desk communications.DroppedPoint.*",
        "desk communications.ChannelText.*",
        "china communications.ChannelText.*",
        "desk communications.Approval.content",
        "desk feedback.Survey.name",
        "desk feedback.Question.*",
        "desk feedback.Option.*",
        "china communications.Message.*",
        "china communications.Approval.content",
    ),
    # The auditor reads every programme.
    "dora": (*ONE, "china *", "desk *", "office *", "two *"),
    "ines": (*ONE, "china *", "desk *", "office *"),
    "pia": (
        "two *",
        "office *",
        "china programmes.[RSB]*",
        "china stakeholders.P*",
        "china stakeholders.Import*",
    ),
    "cleo": ("two *", "office *"),
    "intruder": (),
    # In the installation; in a programme an administrator without a role is like Otto.
    "ada": (*ONE, "china *", "desk *", "two *", "nowhere *", "office *", "machine *"),
}


def hidden(words: dict[str, str], reader: str, address: str) -> set[str]:
    """Return the words that a reader must not meet at an address."""
    seen = () if reader == "ada" and address.startswith("/p/") else SEEN[reader]
    if address.startswith(BY_LINK):
        seen = (*seen, *LINKED)
    if reader in ("dora", "hana") and not address.startswith("/p/"):
        seen = (*seen, *PEOPLE_OF_ALL)
    if reader in ("ines", "pia") and "/audit/" in address:
        # Who of another programme has opened the page of somebody who belongs to both.
        seen = (*seen, "* stakeholders.User.*_name")
    if "/attendees/" in address:
        # A host sees who comes to an event, and from where.
        seen = (*seen, "china programmes.Site.*name")
    if address.startswith(("/me/", "/need/")):
        seen = (*seen, *PUBLIC)
    return {word for word, column in words.items() if not _fits(column, seen)}


@cache
def _fits(column: str, rules: tuple[str, ...]) -> bool:
    return any(fnmatchcase(column, rule) for rule in rules)


def leaks(words: dict[str, str], reader: str, met: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return by column the addresses where a reader met a word that is hidden from them."""
    found: dict[str, list[str]] = {}
    for word, addresses in met.items():
        places = sorted(a for a in addresses if word in hidden(words, reader, a))
        if places:
            found[words[word]] = places[:4]
    return found
