"""What stands against a decision on an adaptation: whose it is, its people, its core."""

from django.utils.translation import gettext as _

from communications.approvals.queries.waiting import senders_of
from communications.approvals.services.deciding import check_decidable, check_signer
from communications.messages.models import Adaptation, AdaptationVersion, Approval
from communications.messages.queries.adaptation import source_of_core, up_to_date
from communications.messages.services.refusal import RefusedError
from stakeholders.models import User


def check_approvable(version: AdaptationVersion, user: User, fingerprint: str) -> None:
    """Raise RefusedError unless this user may decide on this content, sent in this name."""
    check_decidable(version, user, fingerprint)
    core = Approval.objects.standing().filter(message=version.message).first()
    approved = {core.message_id: core.frozen.sender} if core else {}
    check_signer(version.programme.pk, user, *senders_of(version, approved))


def check_criteria(version: AdaptationVersion, adaptation: Adaptation) -> None:
    """Raise RefusedError where the adaptation is for other people by now, or sent another way.

    Pages name the people of now, and not those of this version.
    """
    if version.frozen.criteria.to_json() != adaptation.criteria().to_json():
        raise RefusedError(_("Its audience has changed. Ask the writer for a new version."))
    if version.frozen.has_email != adaptation.has_email:
        sentence = _("Whether it is sent by email has changed. Ask the writer for a new version.")
        raise RefusedError(sentence)


def check_core(version: AdaptationVersion) -> None:
    """Raise RefusedError where what is sent now would give way to what cannot be sent yet.

    That is made from a draft of the core: its people would get the core in between.
    """
    core = Approval.objects.standing().filter(message=version.message).first()
    if core is None:
        return
    sources = {version.message.pk: source_of_core(core.frozen)}
    is_sent = up_to_date(version.adaptation.versions.standing(), sources)
    if is_sent and not up_to_date([version], sources):
        raise RefusedError(
            _(
                "This adaptation goes with a new version of the message. Approve the message "
                "first. Until then, its people get the adaptation that is already approved."
            )
        )
