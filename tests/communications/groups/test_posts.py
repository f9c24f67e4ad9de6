"""Posts to groups: what may be asked for, when they are due, and what becomes of them."""

from collections import Counter
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.approvals.services import approval as approvals
from communications.approvals.services.approval import content_of
from communications.dispatches.services import dispatch as acts
from communications.groups.services.post import confirm_posted, post_again
from communications.groups.services.post_planning import plan_posts
from communications.groups.services.post_sending import MOST_TRIES, POSTS
from communications.messages.queries.content import changes_between
from communications.messages.services.message import MessageData, write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, ChannelState, NotSent, Post, Reason, State
from communications.operation.services.restore import hold_after_restore
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import Site, WaveSite
from programmes.services.plan import assign_sites
from tests.communications.making import TEXTS, approve, make_message
from tests.communications.operation.test_pump import at_once
from tests.communications.posting import GROUP_TEXTS, make_channel, run_posts, tell

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)


def states():
    return Counter(Post.objects.values_list("channel__name", "state", "reason"))


@pytest.fixture
def hook(cast, recorder):
    """Return a webhook of Iberia whose server records."""
    made = make_channel(cast)
    made.address, made.secret = f"{recorder.address}/hook", "shared"
    made.save()
    return made


# What an approval binds, and what is refused


def test_a_message_without_channels_has_the_content_it_always_had(cast, now):
    assert "channels" not in content_of(make_message(cast, now)).to_json()


def test_an_approval_binds_the_channels_and_a_change_of_them_is_a_draft(cast, now):
    channel = make_channel(cast)
    version = tell(cast, now, channel)
    assert version.content["channels"] == [{"id": channel.pk, "kind": "webhook", "language": "es"}]
    version.message.channels.clear()
    changes = changes_between(version.frozen, content_of(version.message))
    assert [str(part) for part in changes.parts] == ["Channels"]


def refusal(message, cast, now):
    with pytest.raises(RefusedError) as refused:
        approvals.ask(message, cast.ines, now)
    return str(refused.value)


def test_a_group_is_not_told_in_a_language_that_is_not_its_own(cast, now):
    channel = make_channel(cast, language="es")
    texts = {"en": GROUP_TEXTS["en"]}
    message = make_message(cast, now, texts, channels=[channel])
    assert "“Our webhook” uses Spanish. Mark that text as ready" in refusal(message, cast, now)
    write_ready(message, "es", *GROUP_TEXTS["es"], cast.ines, now)
    assert approvals.ask(message, cast.ines, now)


def test_a_group_of_a_neighbour_language_reads_what_a_person_of_it_would(cast, now):
    channel = make_channel(cast, language="ca")
    assert tell(cast, now, channel).state == Approval.State.APPROVED


def test_a_group_has_no_name_and_no_site(cast, now):
    message = make_message(cast, now, TEXTS, channels=[make_channel(cast)])
    sentence = refusal(message, cast, now)
    assert "{{ first_name }}, {{ site }} has no value" in sentence
    assert "in Spanish" in sentence


def test_an_invitation_never_goes_to_a_group(cast, now):
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", {"csat": "How?"}, [])
    data = SurveyData("Pulse", MessageData("Pulse", "IT", fixed_on=now.date()), {"en": texts})
    invitation = create_survey(cast.programme, data, cast.ines, now).invitation
    invitation.channels.add(make_channel(cast))
    write_ready(invitation, "en", texts.subject, texts.body, cast.ines, now)
    assert "personal links" in refusal(invitation, cast, now)


# When a post is due


def test_a_post_is_due_with_the_first_of_its_sites_and_only_once(cast, now, hook, recorder):
    tell(cast, now, hook)
    assert run_posts(now) == 0
    assert run_posts(now + LATER) == 1
    assert run_posts(now + LATER) == 0
    assert states() == {("Our webhook", "sent", ""): 1}
    (got,) = recorder.requests
    assert (got.json["title"], got.json["text"]) == ("El centro abre", "Abre <hoy> & mañana.")
    post = Post.objects.get()
    assert got.json["key"] == post.message_id
    assert (post.language, list(post.sites.all())) == ("es", [cast.barcelona])
    assert post.approval == Approval.objects.get()


def test_pumps_side_by_side_plan_one_post(cast, now, hook):
    tell(cast, now, hook)
    assert [plan_posts(now + LATER) for _again in range(3)] == [1, 0, 0]


def test_five_pumps_and_posters_at_once_post_once(cast, now, hook, recorder):
    tell(cast, now, hook)
    at_once(5, lambda: run_posts(now + LATER))
    assert states() == {("Our webhook", "sent", ""): 1}
    assert len(recorder.requests) == 1


def test_a_channel_that_reaches_nobody_of_the_message_is_left_alone(cast, now, hook):
    tell(cast, now, hook, sites=[cast.shanghai])
    run_posts(now + LATER)
    assert states() == {}


def test_what_is_too_late_is_shown_and_not_posted(cast, now, hook, recorder):
    tell(cast, now, hook, latest_hours=1)
    run_posts(now + timedelta(hours=30))
    assert states() == {("Our webhook", "cancelled", Reason.TOO_LATE): 1}
    assert not recorder.requests


def test_a_post_keeps_to_pause_cancel_and_withdrawal(cast, now, hook, recorder):
    version = tell(cast, now, hook)
    plan_posts(now + LATER)
    dispatch = Post.objects.get().dispatch
    acts.pause(dispatch, cast.ines, now)
    assert run_posts(now + LATER) == 0
    acts.resume(dispatch, cast.ines, now)
    approvals.withdraw(version, cast.claire, "Wait", now + LATER)
    assert run_posts(now + LATER) == 0
    assert states() == {("Our webhook", "cancelled", NotSent.WITHDRAWN): 1}
    later = now + timedelta(minutes=10)
    again = approve(cast, version.message, later)
    assert run_posts(later) == 0, "five quiet minutes"
    acts.cancel(dispatch, cast.ines, later)
    assert run_posts(later + LATER) == 0
    assert states() == {("Our webhook", "cancelled", Reason.STOPPED): 1}
    assert again.state == Approval.State.APPROVED
    assert not recorder.requests


def test_a_new_version_without_the_channel_takes_the_post_back(cast, now, hook):
    version = tell(cast, now, hook)
    plan_posts(now + LATER)
    version.message.channels.clear()
    approve(cast, version.message, now + LATER)
    assert states() == {("Our webhook", "cancelled", NotSent.NOT_MEANT): 1}
    version.message.channels.add(hook)
    approve(cast, version.message, now + LATER)
    plan_posts(now + 2 * LATER)
    assert states() == {("Our webhook", "planned", ""): 1}


def test_a_post_of_a_version_that_cannot_be_read_waits_until_it_can(cast, now, hook, recorder):
    version = tell(cast, now, hook)
    plan_posts(now + LATER)
    hour = version.content["schedule"]["local_time"]
    version.content["schedule"]["local_time"] = "soon"
    version.save()
    other = make_channel(cast, name="Other")
    other.address, other.secret = f"{recorder.address}/other", "shared"
    other.save()
    tell(cast, now, other)
    assert run_posts(now + LATER) == 1
    assert states() == {("Our webhook", "planned", "ValueError"): 1, ("Other", "sent", ""): 1}
    version.content["schedule"]["local_time"] = hour
    version.save()
    assert run_posts(now + 2 * LATER) == 1
    assert Post.objects.get(channel=hook).state == State.SENT


def test_a_site_taken_out_of_the_plan_takes_the_post_along(cast, now, hook):
    tell(cast, now, hook)
    plan_posts(now + LATER)
    WaveSite.objects.filter(site=cast.barcelona).delete()
    plan_posts(now + LATER)
    assert states() == {("Our webhook", "cancelled", NotSent.NOT_MEANT): 1}
    assign_sites(cast.wave1, [cast.barcelona], now)
    plan_posts(now + 2 * LATER)
    assert states() == {("Our webhook", "planned", ""): 1}


def test_a_post_of_which_no_site_has_a_readable_day_says_so(cast, now, hook):
    tell(cast, now, hook)
    plan_posts(now + LATER)
    Site.objects.filter(pk=cast.barcelona.pk).update(time_zone="Nowhere/At_all")
    plan_posts(now + LATER)
    assert states() == {("Our webhook", "cancelled", NotSent.UNDATED): 1}
    assert "time zone" in Post.objects.get().reason_words
    Site.objects.filter(pk=cast.barcelona.pk).update(time_zone="Europe/Madrid")
    plan_posts(now + 2 * LATER)
    assert states() == {("Our webhook", "planned", ""): 1}


def test_a_post_that_one_site_still_reads_is_kept(cast, now, recorder):
    hook = make_channel(cast, sites=[cast.barcelona, cast.shanghai])
    tell(cast, now, hook)
    plan_posts(now + LATER)
    Site.objects.filter(pk=cast.barcelona.pk).update(time_zone="Nowhere/At_all")
    plan_posts(now + LATER)
    assert set(Post.objects.values_list("state", "reason")) == {("planned", "")}


# What becomes of it


def test_a_refusal_for_now_is_tried_again_later_and_not_for_ever(cast, now, hook, recorder):
    tell(cast, now, hook, latest_hours=1000)
    recorder.says(503)
    assert run_posts(now + LATER) == 1
    post = Post.objects.get()
    assert post.state == State.PLANNED
    assert post.next_try_at > now + LATER
    assert run_posts(now + LATER + timedelta(seconds=90)) == 0
    for number in range(MOST_TRIES):
        run_posts(now + LATER + timedelta(hours=3 * (number + 1)))
    assert Post.objects.get().state == State.FAILED
    assert len(recorder.requests) == MOST_TRIES
    assert len({got.json["key"] for got in recorder.requests}) == 1


def test_one_channel_that_is_down_stands_in_no_other_one_s_way(cast, now, hook, recorder):
    down = make_channel(cast, name="Down")
    down.address, down.secret = "https://localhost:9/hook", "shared"
    down.save()
    tell(cast, now, down, hook)
    assert run_posts(now + LATER) == 2
    assert Post.objects.get(channel=hook).state == State.SENT
    failing = ChannelState.objects.filter(failing_since__isnull=False)
    assert [state.channel for state in failing] == [f"group {down.pk}"]


def test_what_got_no_answer_is_in_doubt_until_somebody_settles_it(cast, now, hook, recorder):
    tell(cast, now, hook)
    recorder.fault = "hang_up"
    run_posts(now + LATER)
    post = Post.objects.get()
    assert post.state == State.IN_DOUBT
    assert run_posts(now + timedelta(hours=1)) == 0
    recorder.fault = ""
    assert post_again(post, cast.ines, now + timedelta(hours=1))
    assert not post_again(post, cast.ines, now + timedelta(hours=1))
    assert run_posts(now + timedelta(hours=1)) == 1
    assert not confirm_posted(post, cast.ines, now)
    (entry,) = LogEntry.objects.filter(additional_data__act="post_again")
    assert (entry.actor, Post.objects.get().state) == (cast.ines, State.SENT)


def test_posts_of_a_channel_keep_the_pace_of_its_service(cast, now, hook, recorder):
    for _message in range(3):
        tell(cast, now, hook)
    at = now + LATER
    assert run_posts(at) == 1
    assert run_posts(at + timedelta(seconds=2)) == 1
    assert run_posts(at + timedelta(seconds=2)) == 0
    assert len(recorder.requests) == 2


def test_after_a_restore_no_post_leaves_by_itself(cast, now, hook, recorder):
    tell(cast, now, hook)
    held = hold_after_restore(now, now + LATER)
    assert held.posts == 1
    acts.resume(Post.objects.get().dispatch, cast.ines, now + LATER)
    assert run_posts(now + LATER) == 0
    assert states() == {("Our webhook", "in_doubt", Reason.RESTORED): 1}


def test_a_claim_asks_as_often_for_many_channels_of_which_some_rest_as_for_one(cast, now):
    asked, before = [], now - timedelta(minutes=30)
    # The first claim of all also draws the watermark.
    for names in (["First"], ["A"], ["B", "C", "D"]):
        for name in names:
            tell(cast, before, make_channel(cast, name=name))
        plan_posts(now)
        with CaptureQueriesContext(connection) as queries:
            assert POSTS.claim(now) is not None
        asked.append(len(queries))
    assert asked[1] == asked[2]
    claimed = Post.objects.filter(state=State.CLAIMED).values_list("channel__name", flat=True)
    assert sorted(claimed) == ["A", "B", "First"]
