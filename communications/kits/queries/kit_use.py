"""When, where and how often each file of a kit is used, in the words of who reads it."""

from collections.abc import Iterable, Mapping
from datetime import date

from communications.kits.models import KitFile
from communications.kits.queries.kit import due_on_at
from communications.kits.queries.kit_item import Use
from communications.kits.queries.kit_kind import FORM_OF
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.models.form_content import FormContent
from communications.messages.rendering import reading_language
from programmes.models import WaveSite


class Uses:
    """What is known of the approved messages of a kit at its sites; asks nothing of the database.

    Args:
        approvals: the versions that stand.
        places: the dated sites of the kit.
        language: that of the reader, in which it is said where something hangs.
        adapted: the versions of adaptations in force.

    """

    def __init__(
        self,
        approvals: Iterable[Approval],
        places: Iterable[WaveSite],
        language: str | None,
        adapted: Iterable[AdaptationVersion] = (),
    ) -> None:
        self.language = language or "en"
        self.versions = {one.message_id: one for one in approvals}
        self.places = {place.pk: place for place in places}
        self.adapted = {one.adaptation_id: one for one in adapted}
        self._known: dict[tuple[int, int | None, int, str], Use] = {}

    def of(self, file: KitFile, today: date | None) -> tuple[Use, bool]:
        """Return how a file is used, and whether it has not entered the kit by a day."""
        form = FORM_OF.get(file.kind, "")
        key = (file.message_id, file.adaptation_id, file.place_id, form)
        if key not in self._known:
            self._known[key] = self._use(*key)
        use = self._known[key]
        is_early = today is not None and use.opens_on is not None and use.opens_on > today
        return use, is_early

    def holds(self, file: KitFile) -> bool:
        """Tell whether a file is of words that are in force."""
        return file.adaptation_id is None or file.adaptation_id in self.adapted

    def _content(self, message: int, adaptation: int | None, form: str) -> FormContent | None:
        if adaptation is not None:
            return self.adapted[adaptation].frozen.papers.get(form)
        return self.versions[message].frozen.forms.get(form)

    def _use(self, message: int, adaptation: int | None, place: int, form: str) -> Use:
        version, content = self.versions[message], self._content(message, adaptation, form)
        due_on = due_on_at(version, self.places[place])
        if content is None:
            return Use(due_on)
        spot = self._spot(content.texts)
        return Use(content.from_on or due_on, content.until_on, spot, content.copies)

    def _spot(self, texts: Mapping[str, Mapping[str, str]]) -> str:
        """Return where it hangs: in the reader's language, in what they read instead, or at all."""
        said = {code: text["spot"] for code, text in texts.items() if text.get("spot")}
        return said.get(reading_language(self.language, said) or "") or next(
            iter(said.values()), ""
        )
