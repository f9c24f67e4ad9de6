"""A kit of ten languages and four files each: made by a warm worker, and handed out as a ZIP."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import typst

from communications.kits.documents import bundle
from communications.kits.documents.fonts import font_folders, fonts
from communications.kits.documents.sheet import FOLDER
from communications.kits.documents.typesetting import STANDARDS
from communications.kits.queries.kit import Said, texts_of_kits
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.kits.services import kit
from communications.kits.services.kit_download import COLUMNS, Choice, take
from communications.kits.services.kit_making import make, sheet_of
from communications.models import KitFile, KitVersion
from onelift.demo.catalogue import message_text
from programmes.database.clock import database_now
from stakeholders.accounts.access import scope_of
from tests import factories
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage
from tests.communications.making import approve, make_message
from tests.conftest import make_cast

LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "pt-br", "ru", "zh-hans", "ja")
KINDS = (KitFile.Kind.POSTER, KitFile.Kind.FLYER, KitFile.Kind.MAIL, KitFile.Kind.CHAT)
LAYOUTS = {KitFile.Kind.POSTER: "poster-route", KitFile.Kind.FLYER: "flyer-route"}
MOST_SECONDS = 1.0
RATIO = 2.0


def main(stage: Stage) -> bool:
    """Measure both; a text is another one each time, so that nothing set before can be reused."""
    cast = make_cast()
    for language in LANGUAGES:
        factories.PersonFactory(site=cast.barcelona, language=language)
    now = database_now() - timedelta(hours=1)
    text = message_text("announcement").texts
    texts = {code: (text[code].subject, text[code].body) for code in LANGUAGES}
    approve(cast, make_message(cast, now, texts=texts), now)
    numbers = count()
    sides = {
        "ours": lambda: seconds_of_making(texts_at(cast, next(numbers))),
        "peer": lambda: seconds_of_processes(texts_at(cast, next(numbers))),
        "limit": lambda: seconds_of_typst(texts_at(cast, next(numbers))),
    }
    figures = {side: Figure(v) for side, v in in_turns(sides, stage.runs).items()}
    ours, limit = figures["ours"].median, figures["limit"].median
    goals = (
        Goal("at most 1 s", ours <= MOST_SECONDS),
        Goal("at most 2 × the limit", ours <= RATIO * limit),
    )
    is_made = report(
        "Making ten languages × poster, flyer, mail and chat text",
        figures["ours"],
        peer=("typst with its fonts looked up for each file", figures["peer"]),
        limit=("typst alone, kept, of the same 20 sheets", figures["limit"]),
        goals=goals,
    )
    return all([is_made, is_handed_out(cast, stage)])


def is_handed_out(cast, stage: Stage) -> bool:
    """Measure how long a kit takes from the click to the last byte."""
    now = database_now()
    while kit.keep(cast.programme, database_now, now + timedelta(minutes=5)):
        pass
    figures = in_turns({"ours": lambda: seconds(lambda: streamed(cast))}, stage.runs)
    ours = Figure(figures["ours"])
    files = KitVersion.objects.filter(file__place__site=cast.barcelona).count()
    goals = (Goal("at most 1 s", ours.median <= MOST_SECONDS),)
    return report(f"Handing out a kit of {files} files", ours, goals=goals)


def texts_at(cast, number: int) -> list[Said]:
    texts = [one for one in texts_of_kits(cast.programme) if one.place.site == cast.barcelona]
    assert len(texts) == len(LANGUAGES)
    for one in texts:
        one.place.site.name = f"Barcelona {number}"
    return texts


def seconds_of_making(texts: list[Said]) -> float:
    return seconds(lambda: [make(text, kind) for text in texts for kind in KINDS])


def sheets(texts: list[Said]) -> Iterator[tuple[str, dict[str, str]]]:
    for text in texts:
        for kind, layout in LAYOUTS.items():
            yield layout, {"data": sheet_of(text, kind).data()}


def seconds_of_processes(texts: list[Said]) -> float:
    """Return how long the sheets take where each begins with looking for its fonts."""
    inputs = list(sheets(texts))

    def run() -> None:
        for layout, data in inputs:
            typst.compile(
                FOLDER / f"{layout}.typ",
                root=FOLDER,
                font_paths=font_folders(),
                sys_inputs=data,
                pdf_standards=STANDARDS,
                timestamp=0,
            )

    return seconds(run)


def seconds_of_typst(texts: list[Said]) -> float:
    """Return how long typst takes for the sheets, and nothing around it."""
    inputs = list(sheets(texts))
    compilers = {
        layout: typst.Compiler(
            FOLDER / f"{layout}.typ",
            root=FOLDER,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs[0][1],
        )
        for layout in LAYOUTS.values()
    }
    return seconds(
        lambda: [
            compilers[layout].compile(
                format="pdf", sys_inputs=data, pdf_standards=STANDARDS, timestamp=0
            )
            for layout, data in inputs
        ]
    )


def streamed(cast) -> int:
    """Return how many bytes Rosa takes along."""
    scope = scope_of(cast.rosa, cast.programme)
    now = database_now()
    where = where_of(cast.programme, scope, "iberia", "", now.date())
    board = kit_board(cast.programme, where.wave, where.region, where.own, scope)
    taken = take(board, Choice("all"), cast.rosa, now)
    return sum(len(chunk) for chunk in bundle(taken.entries, COLUMNS))
