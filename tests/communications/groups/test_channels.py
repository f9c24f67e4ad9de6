"""What each service receives, byte for byte, and what its answers mean."""

import hashlib
import hmac
import json
from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from communications.groups.channels.group import (
    SERVICES,
    Announcement,
    announce,
    is_posted,
    rate_of,
)
from communications.mailroom.channels import Outcome
from communications.models import Channel
from tests.clock import NOW

KINDS = ["teams", "slack", "wecom", "dingtalk", "feishu", "webhook"]
GOOD = {
    "teams": (202, ""),
    "slack": (200, "ok"),
    "wecom": (200, '{"errcode":0,"errmsg":"ok"}'),
    "dingtalk": (200, '{"errcode":0,"errmsg":"ok"}'),
    "feishu": (200, '{"code":0,"msg":"success","data":{}}'),
    "webhook": (204, ""),
}
MORE = "https://onelift.example/me/one-it/?a=1&b=2"
NEWS = Announcement(
    "Laptops on Monday", "Bring your badge.\n\nWe start at nine.", MORE, "en", "post-41"
)
SECRET = "SECabc-not-to-be-seen"
LONG = "Fourteen words of this sentence are said again and again until nothing fits. " * 300


def post(recorder, kind, announcement=NEWS, *, answer=None, secret=SECRET, may_begin=lambda: True):
    """Announce through a recorder that answers what the service would."""
    recorder.says(*(answer or GOOD[kind]))
    address = f"{recorder.address}/hook/Token-12?access_token=T0ken"
    return announce(kind, address, secret, announcement, may_begin)


def hostile(text):
    return Announcement(text, f"{text}\n\nSecond {text}", MORE, "en", "post-42")


def test_teams_receives_a_card_of_plain_runs(recorder):
    assert post(recorder, "teams").outcome is Outcome.SENT
    run = {"type": "TextRun", "text": "Laptops on Monday", "weight": "Bolder", "size": "Large"}
    texts = [{"type": "TextRun", "text": text} for text in NEWS.text.split("\n\n")]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": "en",
        "body": [{"type": "RichTextBlock", "inlines": [one]} for one in (run, *texts)],
        "actions": [{"type": "Action.OpenUrl", "title": MORE, "url": MORE}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    assert recorder.last.json == {"type": "message", "attachments": [attachment]}


def test_slack_receives_blocks_of_plain_text_and_a_link(recorder):
    assert post(recorder, "slack").outcome is Outcome.SENT
    assert recorder.last.body.decode() == (
        '{"text":"Laptops on Monday","mrkdwn":false,"link_names":false,"blocks":['
        '{"type":"header","text":{"type":"plain_text","text":"Laptops on Monday","emoji":false}},'
        '{"type":"section","text":{"type":"plain_text",'
        '"text":"Bring your badge.\\n\\nWe start at nine.","emoji":false}},'
        '{"type":"section","text":{"type":"mrkdwn",'
        '"text":"<https://onelift.example/me/one-it/?a=1&amp;b=2>"}}]}'
    )


def test_wecom_receives_a_text(recorder):
    assert post(recorder, "wecom").outcome is Outcome.SENT
    content = f"Laptops on Monday\n\nBring your badge.\n\nWe start at nine.\n\n{MORE}"
    body = json.dumps({"msgtype": "text", "text": {"content": content}}, separators=(",", ":"))
    assert recorder.last.body.decode() == body
    assert recorder.last.line == "POST /hook/Token-12?access_token=T0ken HTTP/1.1"


def test_dingtalk_receives_a_text_at_an_address_that_is_signed(recorder):
    assert post(recorder, "dingtalk").outcome is Outcome.SENT
    assert recorder.last.json == {
        "msgtype": "text",
        "text": {"content": f"{NEWS.title}\n\n{NEWS.text}\n\n{MORE}"},
        "at": {"atMobiles": [], "atUserIds": [], "isAtAll": False},
    }
    query = parse_qs(urlsplit(recorder.last.line.split()[1]).query)
    at = query["timestamp"][0]
    assert abs(int(at) / 1000 - NOW.timestamp()) < 60
    signed = hmac.new(SECRET.encode(), f"{at}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == [b64encode(signed).decode()]
    assert query["access_token"] == ["T0ken"]


@pytest.mark.parametrize(
    ("language", "named"), [("zh-hans", "zh_cn"), ("ja", "ja_jp"), ("fr", "en_us")]
)
def test_feishu_receives_a_signed_post(recorder, language, named):
    news = Announcement(NEWS.title, NEWS.text, MORE, language, "post-43")
    assert post(recorder, "feishu", news).outcome is Outcome.SENT
    got = recorder.last.json
    at, sign = got.pop("timestamp"), got.pop("sign")
    assert abs(int(at) - NOW.timestamp()) < 60
    signed = hmac.new(f"{at}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert sign == b64encode(signed).decode()
    lines = [[{"tag": "text", "text": NEWS.text}], [{"tag": "a", "text": MORE, "href": MORE}]]
    said = {named: {"title": NEWS.title, "content": lines}}
    assert got == {"msg_type": "post", "content": {"post": said}}


def test_a_webhook_receives_what_its_receiver_can_verify(recorder):
    assert post(recorder, "webhook").outcome is Outcome.SENT
    got = recorder.last
    assert got.body.decode() == (
        '{"key":"post-41","language":"en","title":"Laptops on Monday",'
        f'"text":"Bring your badge.\\n\\nWe start at nine.","url":"{MORE}"}}'
    )
    at = got.headers["onelift-timestamp"]
    assert abs(int(at) - NOW.timestamp()) < 60
    signed = hmac.new(SECRET.encode(), at.encode() + b"." + got.body, hashlib.sha256)
    assert got.headers["onelift-signature"] == f"v1={signed.hexdigest()}"
    assert got.headers["idempotency-key"] == "post-41"


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_is_json_in_utf_8_and_names_its_host(recorder, kind):
    news = Announcement("Ноутбуки", "您好 – مرحبا", "", "ru", "post-44")
    assert post(recorder, kind, news, secret="").outcome is Outcome.SENT
    headers = recorder.last.headers
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["host"] == f"localhost:{recorder.port}"
    assert "您好 – مرحبا" in recorder.last.body.decode()
    assert len(recorder.requests) == recorder.connections == 1


def test_without_a_secret_nothing_is_signed(recorder):
    post(recorder, "dingtalk", secret="")
    assert "sign" not in recorder.last.line
    post(recorder, "feishu", secret="")
    assert set(recorder.last.json) == {"msg_type", "content"}


# What is hostile


PINGS = ["<!channel>", "<!here|x>", "<@U012AB>", "<@all>", '<at user_id="all">x</at>', "< at id=1>"]


@pytest.mark.parametrize("ping", PINGS)
@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_nobody_is_called_by_a_tag_in_a_text(recorder, kind, ping):
    post(recorder, kind, hostile(f"Dear {ping}"))
    said = recorder.last.body.decode()
    assert f"Dear {ping[:2]}" not in said
    assert said.count("Dear ＜") == 3


@pytest.mark.parametrize("text", [*PINGS, "<https://evil.example|our portal>", "@everyone"])
def test_slack_reads_hostile_words_as_plain_text(recorder, text):
    post(recorder, "slack", hostile(text))
    got = recorder.last.json
    assert not {"<", ">"} & set(got["text"])
    kinds = [block["text"]["type"] for block in got["blocks"]]
    assert kinds == ["plain_text", "plain_text", "mrkdwn"]
    assert text not in got["blocks"][2]["text"]["text"]
    assert got["link_names"] is False


@pytest.mark.parametrize("text", ["[our portal](https://evil.example)", "<at>Mo</at>", "**loud**"])
def test_teams_reads_hostile_words_as_plain_runs(recorder, text):
    post(recorder, "teams", hostile(text))
    card = recorder.last.json["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert "msteams" not in card
    assert [action["title"] for action in card["actions"]] == [MORE]


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_markdown_stays_text_where_links_could_hide(recorder, kind):
    post(recorder, kind, hostile("[our portal](https://evil.example)"))
    got = recorder.last.json
    assert got.get("msgtype", got.get("msg_type")) in ("text", "post")
    assert '"md"' not in recorder.last.body.decode()
    assert "[our portal](https://evil.example)" in text_in(recorder, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_controls_and_turns_of_direction_are_left_out(recorder, kind):
    post(recorder, kind, hostile("in\x00voice\u202egpj.exe\r\nnext"))
    assert not {"\\u0000", "\u202e", "\\r"} & set(recorder.last.body.decode())
    assert "\\u0000" not in recorder.last.body.decode()
    assert "\u202e" not in recorder.last.body.decode()


# What is long


def text_in(recorder, kind):
    """Return the words of a post that people read, with title and address."""
    got = recorder.last.json
    if kind == "teams":
        card = got["attachments"][0]["content"]
        runs = [block["inlines"][0]["text"] for block in card["body"]]
        return "\n".join([*runs, *(action["title"] for action in card.get("actions", []))])
    if kind == "slack":
        return "\n".join(block["text"]["text"] for block in got["blocks"])
    if kind == "feishu":
        said = next(iter(got["content"]["post"].values()))
        return "\n".join([said["title"], *(part["text"] for (part,) in said["content"])])
    if kind == "webhook":
        return "\n".join([got["title"], got["text"], got["url"]])
    return got["text"]["content"]


@pytest.mark.parametrize("words", [LONG, "很长的一句话，" * 3000, "🎉" * 9000, "x" * 20_000])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_long_is_cut_and_leads_on(recorder, kind, words):
    news = Announcement("Title " * 60, words, MORE, "en", "post-45")
    assert post(recorder, kind, news).outcome is Outcome.SENT
    said = text_in(recorder, kind)
    limit = SERVICES[kind].limit
    assert len(said.replace("&amp;", "&")) <= limit
    assert len(said.encode()) <= 3 * limit + 12
    assert "…" in said
    assert said.replace("&amp;", "&").rstrip(">").endswith(MORE)
    assert len(recorder.last.body) <= {"wecom": 2200, "feishu": 20_000, "dingtalk": 20_000}.get(
        kind, 40_000
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_falls_behind_a_word_or_a_paragraph(recorder, kind):
    post(recorder, kind, Announcement("T", LONG, "", "en", "post-46"))
    last = text_in(recorder, kind).rpartition("…")[0].rstrip().rpartition(" ")[2]
    assert last in LONG.split()


def test_a_paragraph_is_kept_whole_where_half_of_the_room_allows(recorder):
    paragraphs = ["word " * 80, "more " * 50, "late " * 40]
    post(recorder, "wecom", Announcement("T", "\n\n".join(paragraphs), "", "en", "post-47"))
    said = text_in(recorder, "wecom")
    assert said.endswith("more\n…")


# What the answers mean


@pytest.mark.parametrize(
    ("kind", "status", "body", "outcome"),
    [
        ("teams", 200, "1", "sent"),
        ("teams", 400, "", "failed"),
        ("teams", 404, "", "failed"),
        ("teams", 429, "", "retry"),
        ("teams", 502, "", "retry"),
        ("teams", 504, "", "in_doubt"),
        ("slack", 200, "invalid_payload", "failed"),
        ("slack", 200, "", "in_doubt"),
        ("slack", 200, "<html>Sign in</html>", "in_doubt"),
        ("slack", 403, "action_prohibited", "failed"),
        ("slack", 410, "channel_is_archived", "failed"),
        ("slack", 429, "rate_limited", "retry"),
        ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', "retry"),
        ("wecom", 200, '{"errcode":-1,"errmsg":"system busy"}', "retry"),
        ("wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "failed"),
        ("wecom", 200, '{"errcode":40058,"errmsg":"T0ken"}', "failed"),
        ("wecom", 200, "<html>Sign in</html>", "in_doubt"),
        ("wecom", 200, "[]", "in_doubt"),
        pytest.param("wecom", 200, "[" * 60_000, "in_doubt", id="wecom-200-nested-in_doubt"),
        ("wecom", 200, '{"errcode":true}', "in_doubt"),
        ("dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast"}', "retry"),
        ("dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', "failed"),
        ("dingtalk", 200, '{"errcode":300001,"errmsg":"token is not exist"}', "failed"),
        ("feishu", 200, '{"StatusCode":0,"StatusMessage":"success"}', "sent"),
        ("feishu", 200, '{"code":11232,"msg":"frequency limited"}', "retry"),
        ("feishu", 200, '{"code":19021,"msg":"sign match fail"}', "failed"),
        ("feishu", 400, '{"code":9499,"msg":"Bad Request"}', "failed"),
        ("webhook", 202, "anything", "sent"),
        ("webhook", 408, "", "retry"),
        ("webhook", 425, "", "retry"),
        ("webhook", 409, "", "failed"),
        ("webhook", 500, "", "retry"),
        ("webhook", 301, "", "failed"),
    ],
)
def test_an_answer_says_what_became_of_the_post(recorder, kind, status, body, outcome):
    result = post(recorder, kind, answer=(status, body))
    assert (result.outcome.value, len(recorder.requests)) == (outcome, 1)
    if outcome != "sent":
        assert result.reply.endswith((".", ":"))
        assert not [
            word for word in ("T0ken", "Token-12", SECRET, "localhost") if word in result.reply
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_when_the_caller_says_no(recorder, kind):
    asked = []
    result = post(recorder, kind, may_begin=lambda: bool(asked.append(1)))
    assert (result.outcome, asked) == (Outcome.ABANDONED, [1])
    assert recorder.requests == []


def test_each_kind_says_what_it_takes():
    assert {kind for kind in Channel.Kind.values if is_posted(kind)} == set(KINDS)
    assert not is_posted("feed")
    assert not is_posted("by_hand")
    assert all(SERVICES[kind].limit >= 600 for kind in KINDS)
    assert all(rate_of(kind) >= 20 for kind in Channel.Kind.values)
    with pytest.raises(KeyError):
        announce("feed", "https://feed.example.com/", "", NEWS, lambda: True)
