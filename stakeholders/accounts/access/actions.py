"""Who may do what: the table of actions, by the kinds of role that may perform each."""

from stakeholders.accounts.models import Role

MANAGER = Role.Kind.PROGRAMME_MANAGER
CIO = Role.Kind.CIO
REGIONAL = Role.Kind.REGIONAL_IT_MANAGER
LEADER = Role.Kind.STREAM_LEADER
HR = Role.Kind.HR_IMPORTER
TEAM = Role.Kind.COMMUNICATION_TEAM
LOCAL = Role.Kind.LOCAL_COMMUNICATION
AUDITOR = Role.Kind.AUDITOR
HOST = Role.Kind.EVENT_HOST
ADMINISTRATOR = Role.Kind.ADMINISTRATOR
STARTER = Role.Kind.PROGRAMME_STARTER

# Whose work the plan is: all but the importer of personnel files, who sees nothing of it.
READERS = frozenset({MANAGER, CIO, REGIONAL, LEADER, TEAM, LOCAL, AUDITOR})
# Of these, leaders know people, regions and posts by figures alone.
LISTENERS = READERS - {LEADER}
# Those who see the whole programme, with what nobody has approved yet.
WATCHERS = frozenset({MANAGER, CIO, TEAM, AUDITOR})
# Who makes events: all of them, or those of a region or of a stream.
EVENT_WRITERS = frozenset({MANAGER, TEAM, LOCAL, REGIONAL, LEADER})

# action → the roles that may perform it, from the table “Who may do what”.
ACTIONS: dict[str, frozenset[str]] = {
    "find.read": READERS,
    "overview.read": WATCHERS | {LEADER},
    "region.read": LISTENERS,
    "plan.read": READERS,
    "decision.read": WATCHERS,
    "setup.read": READERS,
    "setup.write": frozenset({MANAGER}),
    "readiness.read": READERS - {LOCAL},
    "readiness.write": frozenset({MANAGER, CIO}),
    "people.read": frozenset({MANAGER, REGIONAL, AUDITOR}),
    "people.all": frozenset({AUDITOR, ADMINISTRATOR}),
    "people.write": frozenset({MANAGER}),
    "contact.stop": frozenset({AUDITOR, ADMINISTRATOR}),
    "people.count": LISTENERS,
    "address.read": frozenset({MANAGER, REGIONAL, AUDITOR}),
    "audience.read": READERS,
    "audience.write": frozenset({MANAGER, TEAM}),
    "persona.read": READERS,
    "persona.write": frozenset({MANAGER, TEAM}),
    "register.read": READERS,
    "register.all": WATCHERS,
    "register.notes": WATCHERS | {LEADER},
    "register.write": frozenset({MANAGER, LEADER, TEAM}),
    "impact.confirm": frozenset({LEADER, REGIONAL}),
    "import.run": frozenset({HR}),
    "import.read": frozenset({HR, AUDITOR, ADMINISTRATOR}),
    "import.count": frozenset({MANAGER, REGIONAL, CIO, AUDITOR}),
    "programme.start": frozenset({ADMINISTRATOR, STARTER}),
    "programme.place": frozenset({ADMINISTRATOR}),
    "site.import": frozenset({ADMINISTRATOR}),
    "message.read": READERS,
    # Of every stream, drafts too.
    "message.all": WATCHERS,
    "message.write": frozenset({MANAGER, TEAM}),
    "text.write": frozenset({MANAGER, TEAM, LOCAL}),
    "glossary.read": frozenset({MANAGER, CIO, REGIONAL, LEADER, TEAM, LOCAL}),
    # Its words in own languages, for who writes texts.
    "glossary.write": frozenset({MANAGER, TEAM}),
    # Of their regions, and of what concerns their streams. Consent is the core’s author’s.
    "adaptation.write": frozenset({MANAGER, TEAM, LOCAL, REGIONAL, LEADER}),
    "adaptation.agree": frozenset({MANAGER, TEAM}),
    "message.try": frozenset({MANAGER, CIO, TEAM}),
    "approval.ask": frozenset({MANAGER, TEAM}),
    # A delegate of a CIO too, while that lasts: see ``access.delegates``.
    "approval.decide": frozenset({CIO}),
    # Whoever is asked to read a text, which may be anybody; who watches the rest says nothing.
    "review.read": READERS | {HOST},
    "review.write": (READERS | {HOST}) - {AUDITOR},
    "review.ask": frozenset({MANAGER, TEAM}),
    "sender.read": WATCHERS,
    "sender.write": frozenset({MANAGER}),
    # Their own name, and nobody else's.
    "sender.sign": READERS | {HOST},
    # What a stream needs, and asks for a decision on.
    "need.answer": frozenset({MANAGER, CIO, TEAM}),
    "delegation.write": frozenset({CIO}),
    "dispatch.read": READERS,
    "dispatch.pause": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.cancel": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.resolve": frozenset({MANAGER}),
    "delivery.read": frozenset({MANAGER, AUDITOR}),
    "delivery.unsent": frozenset({MANAGER, REGIONAL, TEAM, AUDITOR}),
    "post.read": LISTENERS,
    "post.write": frozenset({MANAGER, REGIONAL, TEAM, LOCAL}),
    "todo.read": frozenset({REGIONAL, LOCAL}),
    "todo.tick": frozenset({REGIONAL, LOCAL}),
    "kit.read": READERS,
    "kit.download": frozenset({MANAGER, REGIONAL, LEADER, TEAM, LOCAL}),
    "kit.write": frozenset({MANAGER, TEAM, LOCAL}),
    "channel.read": frozenset({MANAGER, TEAM, AUDITOR}),
    "channel.test": frozenset({MANAGER, TEAM}),
    "event.read": READERS | {HOST},
    "event.all": WATCHERS,
    "event.write": EVENT_WRITERS,
    "event.names": EVENT_WRITERS | {HOST, AUDITOR},
    "event.check_in": EVENT_WRITERS | {HOST},
    "survey.read": READERS,
    "survey.write": frozenset({MANAGER, TEAM}),
    "survey.translate": frozenset({MANAGER, TEAM, LOCAL}),
    "results.read": READERS,
    # What people on site lack, of own regions; who leads a stream reads what is its field.
    "need.read": READERS,
    "need.report": frozenset({MANAGER, REGIONAL, LOCAL}),
    "need.write": frozenset({MANAGER, REGIONAL, LOCAL}),
    "stream.read": READERS,
    "stream.write": frozenset({MANAGER, LEADER}),
    "update.open": frozenset({CIO}),
    "objective.read": frozenset({MANAGER, AUDITOR}),
    "objective.list": frozenset({MANAGER, REGIONAL, LEADER, TEAM, AUDITOR}),
    "objective.own": frozenset({MANAGER, REGIONAL, LEADER, TEAM}),
    "objective.count": frozenset({MANAGER, CIO, AUDITOR}),
    "role.read": frozenset({MANAGER, AUDITOR}),
    "token.write": frozenset({MANAGER, ADMINISTRATOR}),
    "trail.read": frozenset({MANAGER, CIO, AUDITOR}),
    "trail.export": frozenset({MANAGER, AUDITOR}),
    "trail.all": frozenset({AUDITOR, ADMINISTRATOR}),
    "status.read": frozenset({ADMINISTRATOR}),
    "status.test": frozenset({ADMINISTRATOR}),
    "look.noted": frozenset({AUDITOR}),
    "person.take": frozenset({AUDITOR}),
    "person.erase": frozenset({AUDITOR}),
}

# The installation's roles that open the pages of every programme.
EVERYWHERE: frozenset[str] = frozenset({AUDITOR})
