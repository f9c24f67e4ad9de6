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
# Of these, leaders have no part in messages and figures.
LISTENERS = READERS - {LEADER}
# Those who see the whole programme, with what nobody has approved yet.
WATCHERS = frozenset({MANAGER, CIO, TEAM, AUDITOR})
# Who makes events: all of them, or those of a region or of a stream.
EVENT_WRITERS = frozenset({MANAGER, TEAM, LOCAL, REGIONAL, LEADER})

# action → the roles that may perform it, from the table “Who may do what”.
ACTIONS: dict[str, frozenset[str]] = {
    "find.read": READERS,
    "overview.read": WATCHERS,
    "region.read": LISTENERS,
    "plan.read": READERS,
    "decision.read": WATCHERS,
    "setup.read": READERS,
    "setup.write": frozenset({MANAGER}),
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
    "import.run": frozenset({HR}),
    "import.read": frozenset({HR, AUDITOR, ADMINISTRATOR}),
    "import.count": frozenset({MANAGER, REGIONAL, CIO, AUDITOR}),
    "programme.start": frozenset({ADMINISTRATOR, STARTER}),
    "programme.place": frozenset({ADMINISTRATOR}),
    "site.import": frozenset({ADMINISTRATOR}),
    "message.read": LISTENERS,
    "message.write": frozenset({MANAGER, TEAM}),
    "text.write": frozenset({MANAGER, TEAM, LOCAL}),
    "message.try": frozenset({MANAGER, CIO, TEAM}),
    "approval.ask": frozenset({MANAGER, TEAM}),
    "approval.decide": frozenset({CIO}),
    "dispatch.read": LISTENERS,
    "dispatch.pause": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.cancel": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.resolve": frozenset({MANAGER}),
    "delivery.read": frozenset({MANAGER, AUDITOR}),
    "delivery.unsent": frozenset({MANAGER, REGIONAL, TEAM, AUDITOR}),
    "post.read": LISTENERS,
    "post.write": frozenset({MANAGER, REGIONAL, TEAM, LOCAL}),
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
    "survey.read": LISTENERS,
    "survey.write": frozenset({MANAGER, TEAM}),
    "survey.translate": frozenset({MANAGER, TEAM, LOCAL}),
    "results.read": LISTENERS,
    "stream.read": READERS,
    "stream.write": frozenset({MANAGER, LEADER}),
    "update.open": frozenset({CIO}),
    "objective.read": frozenset({MANAGER, AUDITOR}),
    "objective.list": frozenset({MANAGER, REGIONAL, LEADER, TEAM, AUDITOR}),
    "objective.own": frozenset({MANAGER, REGIONAL, LEADER, TEAM}),
    "objective.count": frozenset({MANAGER, CIO, AUDITOR}),
    "role.read": frozenset({MANAGER, AUDITOR}),
    "trail.read": frozenset({MANAGER, CIO, AUDITOR}),
    "trail.all": frozenset({AUDITOR, ADMINISTRATOR}),
    "look.noted": frozenset({AUDITOR}),
    "person.take": frozenset({AUDITOR}),
    "person.erase": frozenset({AUDITOR}),
}

# The installation's roles that open the pages of every programme.
EVERYWHERE: frozenset[str] = frozenset({AUDITOR})
