"""Words on a channel that belong to another one: a poster that names the posters, a click on paper.

A hint for writers, found by a small table of phrases in each language; it never holds anything up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.messages.models.channel_text import ChannelText

POSTER, REPLY, CLICK = "poster", "reply", "click"
# Each is a part of a regular expression, in small letters.
PHRASES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        POSTER: ["(?:on|see) (?:the|our|this) posters?", "posters? (?:at|in|on) (?:your|the)"],
        REPLY: ["repl(?:y|ies) to this e-?mail", "this e-?mail", "answer this e-?mail"],
        CLICK: ["click(?:s|ing)?", "button below", "link below"],
    },
    "fr": {
        POSTER: ["sur (?:les|l’|l'|nos) ?affiches?", "affiches? (?:de|sur|dans) votre"],
        REPLY: ["répond(?:re|ez|s) à ce (?:courriel|message|mail|e-mail)", "ce courriel"],
        CLICK: ["cliqu(?:ez|er|ant|e)", "bouton ci-dessous", "lien ci-dessous"],
    },
    "de": {
        POSTER: ["auf (?:den|dem|unseren) (?:plakaten?|postern?|aushang)", "plakate an"],
        REPLY: ["(?:auf )?diese e-?mail", "antworten sie auf diese"],
        CLICK: ["klick(?:en|t|e)?", "schaltfläche unten", "link unten"],
    },
    "es": {
        POSTER: ["en los carteles", "carteles (?:de|en) (?:tu|su)"],
        REPLY: ["respond(?:a|e|er) a este (?:correo|mensaje|e-?mail)", "este correo"],
        CLICK: ["haz clic", "haga clic", "pulsa en el enlace", "clic"],
    },
    "it": {
        POSTER: ["(?:sui|nei) manifesti", "manifesti (?:della|nella|del)"],
        REPLY: ["rispond(?:i|ere|ete|a) a questa (?:e-?mail|mail)", "questa e-?mail"],
        CLICK: ["clicca(?:re|te)?", "fai clic", "pulsante qui sotto", "link qui sotto"],
    },
    "pl": {
        POSTER: ["na plakat(?:ach|cie)", "plakaty w"],
        REPLY: ["odpowied(?:z|zieć|ź) na (?:tę|ta|tego)", "(?:tę|ta|tej) wiadomość e-?mail"],
        CLICK: ["klikn(?:ij|ąć|ijcie)", "przycisk poniżej", "link poniżej"],
    },
    "pt-br": {
        POSTER: ["nos cartazes", "cartazes (?:da|na|do|no) sua?"],
        REPLY: ["respond(?:a|er) a este (?:e-?mail|mensagem)", "este e-?mail"],
        CLICK: ["cli(?:que|car|cando)", "botão abaixo", "link abaixo"],
    },
    "ru": {
        POSTER: ["на плакат(?:е|ах)", "плакаты (?:в|на)"],
        REPLY: ["ответ(?:ьте|ить) на это письмо", "это(?:го|му|м)? письм[оаеу]"],
        CLICK: ["нажм(?:ите|ы)", "щёлкн(?:ите|уть)", "щелкн(?:ите|уть)", "ссылк[уеа] ниже"],
    },
    "zh-hans": {
        POSTER: ["海报上", "请见海报", "见海报"],
        REPLY: ["回复(?:此|本|这封)?邮件", "(?:此|本|这封)邮件"],
        CLICK: ["点击", "单击", "下方(?:按钮|链接)"],
    },
    "ja": {
        POSTER: ["ポスター(?:に|を|で)", "掲示のポスター"],
        REPLY: ["このメール", "メールに返信"],
        CLICK: ["クリック", "下のボタン", "下のリンク"],
    },
    "ko": {
        POSTER: ["포스터(?:에|를|에서)"],
        REPLY: ["이 (?:이)?메일", "메일에 회신"],
        CLICK: ["클릭", "아래 (?:버튼|링크)"],
    },
    "ar": {
        POSTER: ["على الملصقات?", "الملصقات في"],
        REPLY: ["هذه الرسالة الإلكترونية", "هذا البريد", "بالرد على هذه الرسالة"],
        CLICK: ["انقر", "اضغط على (?:الزر|الرابط)", "الرابط أدناه"],
    },
}
# What does not belong on which form.
FOREIGN: Mapping[str, Sequence[str]] = {
    ChannelText.Form.CHAT: (REPLY,),
    ChannelText.Form.POST: (REPLY,),
    ChannelText.Form.POSTER: (POSTER, REPLY, CLICK),
    ChannelText.Form.FLYER: (REPLY, CLICK),
    ChannelText.Form.POINTS: (REPLY, CLICK),
    ChannelText.Form.SLIDES: (REPLY, CLICK),
    ChannelText.Form.NOTICE: (REPLY, CLICK),
}
HINTS: Mapping[str, Promise] = {
    POSTER: _("“%(words)s”: this is the poster. Say what it says there."),
    REPLY: _("“%(words)s”: this is not an email. Name the address or the number."),
    CLICK: _("“%(words)s”: nothing here can be clicked. Name the code, the number or the place."),
}
# A word begins where it stands alone; East Asian languages have no blanks.
UNSPACED = ("zh-hans", "ja", "ko")


@dataclass(frozen=True)
class Hint:
    """Words in a field that belong to another channel; ``said`` tells what to do instead."""

    field: str
    kind: str
    words: str

    @property
    def said(self) -> str:
        return str(HINTS[self.kind]) % {"words": self.words}


def foreign_words(form: str, language: str, values: Mapping[str, str]) -> list[Hint]:
    """Return the words of a text that belong to another channel, the first of each kind a field."""
    phrases = PHRASES.get(language, {})
    return [
        Hint(name, kind, found[0])
        for name, text in values.items()
        for kind in FOREIGN[form]
        if (found := _found(phrases.get(kind, ()), language, text))
    ]


def _found(phrases: Sequence[str], language: str, text: str) -> re.Match[str] | None:
    if not phrases:
        return None
    start, end = ("", "") if language in UNSPACED else (r"(?<!\w)(?:ال)?", r"(?!\w)")
    pattern = f"{start}(?:{'|'.join(phrases)}){end}"
    return re.search(pattern, text, re.IGNORECASE)
